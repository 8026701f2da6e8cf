// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include "alloc.h"
#include "file.h"
#include "identity.h"
#include "vstkit/preset.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  KitClapProvider           provider;
  KitClapProviderDescriptor desc;
  const KitClapIndexer*     indexer;
  char                      id[160];
  char                      soundpack[160];
  char                      name[128];
} Provider;

static void
name_provider(Provider* self)
{
  const clap_plugin_descriptor_t* const plugin = kit_clap_descriptor();
  snprintf(self->id, sizeof(self->id), "%s.presets", plugin->id);
  snprintf(self->soundpack, sizeof(self->soundpack), "%s.factory", plugin->id);
  snprintf(self->name, sizeof(self->name), "%s presets", plugin->name);
  self->desc = (KitClapProviderDescriptor){CLAP_VERSION_INIT, self->id, self->name,
                                           kit_effect_vendor(kit_clap_effect())};
}

static bool
declare_factory(const Provider* self)
{
  const KitClapIndexer* const indexer = self->indexer;
  const KitEffect* const      effect  = kit_clap_effect();
  if (!effect->presets || !effect->presets[0].id) {
    return true;
  }
  const KitClapSoundpack pack = {
    .flags             = KIT_CLAP_PRESET_IS_FACTORY,
    .id                = self->soundpack,
    .name              = self->name,
    .description       = effect->description,
    .homepage_url      = kit_effect_url(kit_clap_effect()),
    .vendor            = kit_effect_vendor(kit_clap_effect()),
    .release_timestamp = KIT_CLAP_TIME_UNKNOWN,
  };
  const KitClapLocation location = {KIT_CLAP_PRESET_IS_FACTORY, self->name, KIT_CLAP_LOCATION_PLUGIN, NULL};
  return indexer->declare_soundpack(indexer, &pack) && indexer->declare_location(indexer, &location);
}

static bool
declare_user(const Provider* self)
{
  const KitClapIndexer* const indexer  = self->indexer;
  const KitClapFiletype       filetype = {self->name, kit_clap_effect()->description, "json"};
  char* const                 folder   = kit_preset_user_folder(kit_clap_effect());
  const KitClapLocation location = {KIT_CLAP_PRESET_IS_USER, "User presets", KIT_CLAP_LOCATION_FILE, folder};
  const bool            there    = folder && kit_path_is_folder(folder);
  const bool            declared = !there || (indexer->declare_filetype(indexer, &filetype) &&
                                   indexer->declare_location(indexer, &location));
  kit_free(folder);
  return declared;
}

static bool
provider_init(const KitClapProvider* provider)
{
  const Provider* const self = (const Provider*)provider->provider_data;
  return declare_factory(self) && declare_user(self);
}

static void
provider_destroy(const KitClapProvider* provider)
{
  kit_free(provider->provider_data);
}

static void
tell_text(const KitClapMetadata* to, const char* text,
          void(CLAP_ABI* tell)(const KitClapMetadata* to, const char* text))
{
  if (text && *text && tell) {
    tell(to, text);
  }
}

/** What the preset says of itself.  @return false if the host wants no more. */
static bool
tell_preset(const Provider* self, const KitPreset* preset, const char* load_key, const KitClapMetadata* to)
{
  const char* const        meta_name = kit_preset_meta(preset, "name");
  const char* const        name      = meta_name && *meta_name ? meta_name : load_key;
  const KitClapUniversalId plugin    = {"clap", kit_clap_descriptor()->id};
  if (!to->begin_preset(to, name, load_key)) {
    return false;
  }
  to->add_plugin_id(to, &plugin);
  if (load_key) {
    tell_text(to, self->soundpack, to->set_soundpack_id);
    to->set_flags(to, KIT_CLAP_PRESET_IS_FACTORY);
  }
  tell_text(to, kit_preset_meta(preset, "author"), to->add_creator);
  tell_text(to, kit_preset_meta(preset, "description"), to->set_description);
  tell_text(to, CLAP_PLUGIN_FEATURE_AUDIO_EFFECT, to->add_feature);
  tell_text(to, kit_clap_effect()->category, to->add_feature);
  tell_text(to, kit_preset_meta(preset, "category"), to->add_feature);
  return true;
}

static bool
crawl_embedded(const Provider* self, const KitClapMetadata* to)
{
  for (const KitEmbeddedPreset* p = kit_clap_effect()->presets; p && p->id; ++p) {
    KitPreset* const preset = kit_preset_new(kit_clap_effect());
    if (!preset || kit_preset_parse(preset, p->id, p->json, p->size, NULL)) {
      to->on_error(to, 0, p->id);
      kit_preset_free(preset);
      return false;
    }
    const bool go_on = tell_preset(self, preset, p->id, to);
    kit_preset_free(preset);
    if (!go_on) {
      break;
    }
  }
  return true;
}

static void
pass_error(void* handle, KitLogLevel level, const char* text)
{
  const KitClapMetadata* const to = (const KitClapMetadata*)handle;
  if (level == KIT_LOG_ERROR) {
    to->on_error(to, 0, text);
  }
}

static bool
crawl_file(const Provider* self, const char* path, const KitClapMetadata* to)
{
  const KitLog     log    = {pass_error, (void*)to};
  KitPreset* const preset = kit_preset_new(kit_clap_effect());
  const bool       loaded = preset && path && !kit_preset_load_file(preset, path, &log);
  if (loaded) {
    tell_preset(self, preset, NULL, to);
  }
  kit_preset_free(preset);
  return loaded;
}

static bool
provider_get_metadata(const KitClapProvider* provider, uint32_t kind, const char* location,
                      const KitClapMetadata* to)
{
  const Provider* const self = (const Provider*)provider->provider_data;
  if (!to) {
    return false;
  }
  switch (kind) {
    case KIT_CLAP_LOCATION_PLUGIN: return crawl_embedded(self, to);
    case KIT_CLAP_LOCATION_FILE: return crawl_file(self, location, to);
    default: return false;
  }
}

static const void*
provider_get_extension(const KitClapProvider* provider, const char* id)
{
  (void)provider;
  (void)id;
  return NULL;
}

static Provider descriptor_owner;

void
kit_clap_describe_presets(void)
{
  name_provider(&descriptor_owner);
}

static uint32_t
factory_count(const KitClapPresetFactory* factory)
{
  (void)factory;
  return 1;
}

static const KitClapProviderDescriptor*
factory_get_descriptor(const KitClapPresetFactory* factory, uint32_t index)
{
  (void)factory;
  return index == 0 ? &descriptor_owner.desc : NULL;
}

static const KitClapProvider*
factory_create(const KitClapPresetFactory* factory, const KitClapIndexer* indexer, const char* id)
{
  (void)factory;
  if (!indexer || !id || strcmp(id, descriptor_owner.id) != 0) {
    return NULL;
  }
  Provider* const self = (Provider*)kit_calloc(1, sizeof(Provider));
  if (!self) {
    return NULL;
  }
  name_provider(self);
  self->indexer  = indexer;
  self->provider = (KitClapProvider){
    .desc          = &self->desc,
    .provider_data = self,
    .init          = provider_init,
    .destroy       = provider_destroy,
    .get_metadata  = provider_get_metadata,
    .get_extension = provider_get_extension,
  };
  return &self->provider;
}

const KitClapPresetFactory kit_clap_preset_factory = {factory_count, factory_get_descriptor, factory_create};
