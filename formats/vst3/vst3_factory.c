// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "category.h"
#include "identity.h"
#include "registry.h"
#include "vst3_text.h"

#include <string.h>

static _Atomic uint32_t n_entered;

static v3_result V3_API
query(void* self, const v3_tuid iid, void** object)
{
  if (!object) {
    return V3_INVALID_ARG;
  }
  const bool known =
    iid && (v3_tuid_match(iid, v3_funknown_iid) || v3_tuid_match(iid, v3_plugin_factory_iid) ||
            v3_tuid_match(iid, v3_plugin_factory_2_iid) || v3_tuid_match(iid, v3_plugin_factory_3_iid));
  *object = known ? self : NULL;
  return known ? V3_OK : V3_NO_INTERFACE;
}

static uint32_t V3_API
count_reference(void* self)
{
  (void)self;
  return 1;
}

static v3_result V3_API
get_factory_info(void* self, struct v3_factory_info* info)
{
  (void)self;
  if (!info) {
    return V3_INVALID_ARG;
  }
  memset(info, 0, sizeof(*info));
  kit_vst3_copy_text(info->vendor, sizeof(info->vendor), kit_effect_vendor(kit_registry[0]));
  kit_vst3_copy_text(info->url, sizeof(info->url), kit_effect_url(kit_registry[0]));
  info->flags = KIT_VST3_FACTORY_UNICODE;
  return V3_OK;
}

static int32_t V3_API
num_classes(void* self)
{
  (void)self;
  return (int32_t)kit_registry_size;
}

static const KitEffect*
effect_at(int32_t index)
{
  return index >= 0 && (uint32_t)index < kit_registry_size ? kit_registry[index] : NULL;
}

static v3_result V3_API
get_class_info(void* self, int32_t index, struct v3_class_info* info)
{
  (void)self;
  const KitEffect* const effect = effect_at(index);
  if (!effect || !info) {
    return V3_INVALID_ARG;
  }
  memset(info, 0, sizeof(*info));
  kit_vst3_class_id(effect, info->class_id);
  info->cardinality = KIT_VST3_MANY_INSTANCES;
  kit_vst3_copy_text(info->category, sizeof(info->category), KIT_VST3_AUDIO_CLASS);
  kit_vst3_copy_text(info->name, sizeof(info->name), effect->name);
  return V3_OK;
}

static v3_result V3_API
get_class_info_2(void* self, int32_t index, struct v3_class_info_2* info)
{
  (void)self;
  const KitEffect* const effect = effect_at(index);
  if (!effect || !info) {
    return V3_INVALID_ARG;
  }
  memset(info, 0, sizeof(*info));
  kit_vst3_class_id(effect, info->class_id);
  info->cardinality = KIT_VST3_MANY_INSTANCES;
  kit_vst3_copy_text(info->category, sizeof(info->category), KIT_VST3_AUDIO_CLASS);
  kit_vst3_copy_text(info->name, sizeof(info->name), effect->name);
  kit_vst3_copy_text(info->sub_categories, sizeof(info->sub_categories),
                     kit_category(effect->category)->vst3);
  kit_vst3_copy_text(info->vendor, sizeof(info->vendor), kit_effect_vendor(effect));
  kit_vst3_copy_text(info->version, sizeof(info->version), effect->version);
  kit_vst3_copy_text(info->sdk_version, sizeof(info->sdk_version), KIT_VST3_SDK_VERSION);
  return V3_OK;
}

static v3_result V3_API
get_class_info_utf16(void* self, int32_t index, struct v3_class_info_3* info)
{
  struct v3_class_info_2 plain;
  if (!info || get_class_info_2(self, index, &plain) != V3_OK) {
    return V3_INVALID_ARG;
  }
  memset(info, 0, sizeof(*info));
  memcpy(info->class_id, plain.class_id, sizeof(info->class_id));
  memcpy(info->category, plain.category, sizeof(info->category));
  memcpy(info->sub_categories, plain.sub_categories, sizeof(info->sub_categories));
  info->cardinality = plain.cardinality;
  info->class_flags = plain.class_flags;
  kit_vst3_to_utf16(plain.name, info->name, sizeof(info->name) / sizeof(info->name[0]));
  kit_vst3_to_utf16(plain.vendor, info->vendor, sizeof(info->vendor) / sizeof(info->vendor[0]));
  kit_vst3_to_utf16(plain.version, info->version, sizeof(info->version) / sizeof(info->version[0]));
  kit_vst3_to_utf16(plain.sdk_version, info->sdk_version,
                    sizeof(info->sdk_version) / sizeof(info->sdk_version[0]));
  return V3_OK;
}

static const KitEffect*
effect_of_class(const v3_tuid class_id)
{
  for (uint32_t i = 0; i < kit_registry_size; ++i) {
    v3_tuid own;
    kit_vst3_class_id(kit_registry[i], own);
    if (v3_tuid_match(own, class_id)) {
      return kit_registry[i];
    }
  }
  return NULL;
}

static v3_result V3_API
create_instance(void* self, const v3_tuid class_id, const v3_tuid iid, void** object)
{
  (void)self;
  if (!object) {
    return V3_INVALID_ARG;
  }
  *object                       = NULL;
  const KitEffect* const effect = class_id && iid ? effect_of_class(class_id) : NULL;
  if (!effect) {
    return V3_INVALID_ARG;
  }
  KitVst3* const plugin = kit_vst3_new(effect);
  if (!plugin) {
    return V3_NOMEM;
  }
  const v3_result result = kit_vst3_query(&plugin->component, iid, object);
  kit_vst3_unref(&plugin->component);
  return result;
}

static v3_result V3_API
set_host_context(void* self, struct v3_funknown** host)
{
  (void)self;
  (void)host;
  return V3_OK;
}

static const struct v3_plugin_factory_3 factory_vtable = {
  .query_interface      = query,
  .ref                  = count_reference,
  .unref                = count_reference,
  .get_factory_info     = get_factory_info,
  .num_classes          = num_classes,
  .get_class_info       = get_class_info,
  .create_instance      = create_instance,
  .get_class_info_2     = get_class_info_2,
  .get_class_info_utf16 = get_class_info_utf16,
  .set_host_context     = set_host_context,
};

static const struct v3_plugin_factory_3* const factory = &factory_vtable;

const void* V3_API
GetPluginFactory(void)
{
  return &factory;
}

#if defined(_WIN32)
bool
KIT_VST3_ENTRY(void)
{
  atomic_fetch_add(&n_entered, 1U);
  return true;
}
#else
bool
KIT_VST3_ENTRY(void* library)
{
  (void)library;
  atomic_fetch_add(&n_entered, 1U);
  return true;
}
#endif

bool
KIT_VST3_EXIT(void)
{
  const bool entered = atomic_load(&n_entered) > 0U;
  atomic_fetch_sub(&n_entered, entered ? 1U : 0U);
  return entered;
}
