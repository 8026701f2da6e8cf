// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include "category.h"
#include "identity.h"
#include "registry.h"

#include <stdio.h>
#include <string.h>

#define CUSTOM_FEATURE_PREFIX "vstkit:"

static _Atomic uint32_t n_users;

static char                     plugin_id[128];
static char                     custom_feature[64];
static const char*              features[5];
static clap_plugin_descriptor_t descriptor;

// At load time, because the factory may be asked from several threads at once
__attribute__((constructor)) static void
describe(void)
{
  const KitEffect* const effect = kit_registry[0];
  kit_effect_clap_id(effect, plugin_id, sizeof(plugin_id));
  snprintf(custom_feature, sizeof(custom_feature), "%s%s", CUSTOM_FEATURE_PREFIX, effect->category);

  features[0]                = CLAP_PLUGIN_FEATURE_AUDIO_EFFECT;
  const char* const standard = kit_category(effect->category)->clap;
  features[1]                = standard ? standard : custom_feature;
  features[2]                = CLAP_PLUGIN_FEATURE_STEREO;
  features[3]                = CLAP_PLUGIN_FEATURE_MONO;

  descriptor = (clap_plugin_descriptor_t){
    .clap_version = CLAP_VERSION_INIT,
    .id           = plugin_id,
    .name         = effect->name,
    .vendor       = kit_effect_vendor(effect),
    .url          = kit_effect_url(effect),
    .manual_url   = "",
    .support_url  = "",
    .version      = effect->version,
    .description  = effect->description,
    .features     = features,
  };
  kit_clap_describe_presets();
}

const clap_plugin_descriptor_t*
kit_clap_descriptor(void)
{
  return &descriptor;
}

const KitEffect*
kit_clap_effect(void)
{
  return kit_registry[0];
}

static uint32_t
get_plugin_count(const clap_plugin_factory_t* factory)
{
  (void)factory;
  return 1;
}

static const clap_plugin_descriptor_t*
get_plugin_descriptor(const clap_plugin_factory_t* factory, uint32_t index)
{
  (void)factory;
  return index == 0 ? &descriptor : NULL;
}

static const clap_plugin_t*
create_plugin(const clap_plugin_factory_t* factory, const clap_host_t* host, const char* id)
{
  (void)factory;
  return host && id && !strcmp(id, plugin_id) ? kit_clap_new(host) : NULL;
}

static const clap_plugin_factory_t plugin_factory = {
  get_plugin_count,
  get_plugin_descriptor,
  create_plugin,
};

static bool
entry_init(const char* path)
{
  (void)path;
  atomic_fetch_add(&n_users, 1U);
  return true;
}

static void
entry_deinit(void)
{
  uint32_t n = atomic_load(&n_users);
  while (n && !atomic_compare_exchange_weak(&n_users, &n, n - 1U)) {
  }
}

static const void*
entry_get_factory(const char* id)
{
  if (!id || !atomic_load(&n_users)) {
    return NULL;
  }
  if (!strcmp(id, CLAP_PLUGIN_FACTORY_ID)) {
    return &plugin_factory;
  }
  const bool presets = !strcmp(id, KIT_CLAP_PRESET_DISCOVERY) || !strcmp(id, KIT_CLAP_PRESET_DISCOVERY_DRAFT);
  return presets ? &kit_clap_preset_factory : NULL;
}

const clap_plugin_entry_t clap_entry = {
  CLAP_VERSION_INIT,
  entry_init,
  entry_deinit,
  entry_get_factory,
};
