// SPDX-License-Identifier: ISC
#include "conform.h"

#include "alloc.h"
#include "tap.h"

#include <string.h>

HostPlugin*
conform_open(HostModule* module)
{
  HostPlugin* const plugin = host_format.open(module);
  host_require(plugin, "the module makes no plugin");
  return plugin;
}

void
conform_close(HostPlugin* plugin)
{
  HostTold told;
  host_format.told(plugin, &told);
  const char* const name = plugin->effect->name;
  if (told.n_edits) {
    tap_ok(false, "%s makes no edit that nobody made (%u)", name, told.n_edits);
  }
  if (told.n_wrong_thread) {
    tap_ok(false, "%s calls its host on the right threads only", name);
  }
  if (!host_format.close(plugin)) {
    tap_ok(false, "%s leaves nothing behind when it is closed", name);
  }
}

bool
conform_plays(const Subject* subject, const double* values, const Take* take, size_t n_frames, RigScore score)
{
  HostPlugin* const plugin = conform_open(subject->module);
  if (values) {
    take_load(plugin, values);
  }
  const bool same = take_matches(plugin, values, take, n_frames, score);
  conform_close(plugin);
  return same;
}

bool
conform_saved(HostPlugin* plugin, double* values, int* bypassed)
{
  size_t           size   = 0;
  char* const      text   = host_format.save(plugin, &size);
  KitPreset* const preset = kit_preset_new(plugin->effect);
  host_require(preset, "no memory");
  const bool read = text && !kit_preset_parse(preset, "saved", text, size, NULL);
  if (read) {
    memcpy(values, kit_preset_values(preset), kit_params_n_slots(plugin->effect->table) * sizeof(double));
  }
  if (bypassed) {
    *bypassed = kit_preset_bypassed(preset);
  }
  kit_preset_free(preset);
  kit_free(text);
  return read;
}

HostPlugin*
conform_open_at(const Subject* subject, uint32_t seed, double** values)
{
  HostPlugin* const plugin = conform_open(subject->module);
  *values                  = take_values(subject->effect, seed);
  take_load(plugin, *values);
  return plugin;
}

KitHostParam
conform_live_param(const KitEffect* effect)
{
  KitHostParam param;
  for (uint32_t i = 0; i + 1U < host_n_listed(effect); ++i) {
    host_param_at(effect, i, &param);
    if (!(param.param->flags & KIT_PARAM_REBUILD) && param.param->kind == KIT_KIND_FLOAT) {
      return param;
    }
  }
  host_param_at(effect, 0, &param);
  return param;
}
