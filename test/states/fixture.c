// SPDX-License-Identifier: ISC
#include "fixture.h"

#include "alloc.h"
#include "file.h"
#include "take.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES (1U << 20U)

static char*
read_text(const char* folder, const char* name, size_t* size)
{
  char* const path = kit_path_join(folder, name);
  char*       text = NULL;
  if (!path || kit_file_read(path, MAX_BYTES, NULL, &text, size)) {
    host_require(false, path ? path : "out of memory");
  }
  kit_free(path);
  return text;
}

static void
read_row(Fixture* fixture, const char* line)
{
  const uint32_t row = fixture->n;
  char           id[256];
  if (sscanf(line, "%63[^\t]\t%255[^\t]\t", fixture->keys[row], id) != 2) {
    host_require(false, line);
  }
  if (!strcmp(fixture->keys[row], host_format.name)) {
    snprintf(fixture->id, sizeof(fixture->id), "%s", id);
  }
  const char* const value = strrchr(line, '\t') + 1;
  if (*value && ++fixture->n < 1024U) {
    fixture->ids[row]    = (uint32_t)strtoul(id, NULL, 10);
    fixture->values[row] = strtod(value, NULL);
  }
}

void
fixture_read(Fixture* fixture, const KitEffect* effect, const char* folder)
{
  size_t size       = 0;
  *fixture          = (Fixture){.effect = effect};
  fixture->state    = read_text(folder, host_format.state_file, &fixture->size);
  char* const table = read_text(folder, "values.tsv", &size);
  for (char* line = strtok(table, "\n"); line; line = strtok(NULL, "\n")) {
    if (*line != '#') {
      read_row(fixture, line);
    }
  }
  kit_free(table);
}

void
fixture_cleanup(Fixture* fixture)
{
  kit_free(fixture->state);
}

/* Check */

static bool
find_row(const Fixture* fixture, uint32_t row, uint32_t* slot)
{
  KitParamRef ref;
  *slot = KIT_BYPASS_SLOT;
  if (!strcmp(fixture->keys[row], FIXTURE_BYPASS)) {
    return true;
  }
  if (!kit_params_find(fixture->effect->table, fixture->keys[row], &ref)) {
    return tap_ok(false, "%s: there is still a parameter %s", fixture->name, fixture->keys[row]);
  }
  *slot = ref.slot;
  return true;
}

// Parameters that are newer than the file stand at their defaults
static bool
wanted_values(const Fixture* fixture, double* values, bool* bypassed)
{
  bool all = true;
  kit_params_defaults(fixture->effect->table, values);
  for (uint32_t row = 0; row < fixture->n; ++row) {
    uint32_t slot = 0;
    if (!find_row(fixture, row, &slot)) {
      all = false;
    } else if (slot == KIT_BYPASS_SLOT) {
      *bypassed = fixture->values[row] >= 0.5;
    } else {
      values[slot] = fixture->values[row];
    }
  }
  return all;
}

static void
check_hosts_view(const Fixture* fixture, const HostPlugin* plugin)
{
  KitDirectory directory;
  uint32_t     n_wrong = 0;
  uint32_t     n_shown = 0;
  kit_directory_init(&directory, fixture->effect, NULL, 0);
  for (uint32_t row = 0; row < fixture->n; ++row) {
    const double value = fixture->values[row];
    if (!fixture->ids[row]) {
      continue;
    }
    ++n_shown;
    const KitHostParam* const param = kit_directory_find(&directory, fixture->ids[row]);
    if (!param || host_format.get(plugin, param) != host_format.carried(param->param, value)) {
      tap_note("%s (number %u in hosts) is not at %.17g", fixture->keys[row], fixture->ids[row], value);
      ++n_wrong;
    }
  }
  kit_directory_cleanup(&directory);
  tap_ok(n_shown && !n_wrong, "%s: all %u parameters have their numbers and values in hosts", fixture->name,
         n_shown);
}

static void
check_saved_again(const Fixture* fixture, HostPlugin* plugin, const double* values, bool bypassed)
{
  size_t           size    = 0;
  uint32_t         n_wrong = 0;
  char* const      json    = host_format.save(plugin, &size);
  KitPreset* const preset  = kit_preset_new(fixture->effect);
  const bool       read    = preset && json && !kit_preset_parse(preset, "state", json, size, NULL);
  for (uint32_t s = 0; read && s < kit_params_n_slots(fixture->effect->table); ++s) {
    n_wrong += kit_preset_values(preset)[s] != values[s];
  }
  tap_ok(read && !n_wrong && kit_preset_bypassed(preset) == (bypassed ? 1 : 0),
         "%s: saved again it says the same (%u differ)", fixture->name, n_wrong);
  kit_preset_free(preset);
  kit_free(json);
}

// Bypassed from the start, not from the first frame's event on
static KitAudio
play_direct(const KitEffect* effect, const double* values, bool bypassed, const KitAudio* in)
{
  const KitSetup     setup    = {FIXTURE_RATE, 2, 2, true};
  KitInstance* const instance = kit_instance_new(effect);
  KitAudio           out      = rig_silence(FIXTURE_RATE, in->n_frames);
  host_require(instance, "out of memory");
  kit_instance_set_values(instance, values);
  kit_instance_set_bypassed(instance, bypassed);
  host_require(!kit_instance_activate(instance, &setup), "cannot activate");
  rig_play(instance, in, &out, (RigScore){NULL, 0}, (RigBlocks){.frames = 512});
  kit_instance_free(instance);
  return out;
}

static void
check_sound(const Fixture* fixture, HostPlugin* plugin, const double* values, bool bypassed)
{
  const Take take = take_default(FIXTURE_RATE);
  KitAudio   in   = take_signal(&take, FIXTURE_FRAMES, 9);
  KitAudio   want = play_direct(fixture->effect, values, bypassed, &in);
  KitAudio   got  = take_play(plugin, &take, &in, (RigScore){NULL, 0});
  take_round(&take, &want);
  tap_ok(rig_peak(&want) > 0.0 && take_equal(&want, &got), "%s: sounds as these values do, to the bit",
         fixture->name);
  take_cleanup(&in, &want, &got, NULL);
}

void
fixture_check(const Fixture* fixture, HostModule* module)
{
  static double values[1024];
  bool          bypassed = false;
  tap_ok(!strcmp(fixture->id, module->id), "%s: hosts find the plugin %s under its name", fixture->name,
         fixture->id);
  if (!wanted_values(fixture, values, &bypassed)) {
    return;
  }
  HostPlugin* const plugin = host_format.open(module);
  host_require(plugin, "the module makes no plugin");
  if (tap_ok(host_format.load_file(plugin, fixture->state, fixture->size), "%s: loads", fixture->name)) {
    check_hosts_view(fixture, plugin);
    check_saved_again(fixture, plugin, values, bypassed);
    check_sound(fixture, plugin, values, bypassed);
  }
  host_format.close(plugin);
}

/* Write */

static void
apply_args(KitPreset* preset, char** args, int n_args)
{
  host_require(n_args < 1 || !strcmp(args[0], "-") || !kit_preset_load(preset, args[0], NULL), args[0]);
  kit_preset_set_bypassed(preset, 0);
  for (int i = 1; i < n_args; ++i) {
    char* const equals = strchr(args[i], '=');
    if (!strcmp(args[i], FIXTURE_BYPASS)) {
      kit_preset_set_bypassed(preset, 1);
      continue;
    }
    host_require(equals, args[i]);
    *equals = '\0';
    host_require(!kit_preset_set_text(preset, args[i], equals + 1, NULL), args[i]);
  }
}

static void
print_values(const KitEffect* effect, const char* plugin_id, KitPreset* preset)
{
  const KitHostParam bypass = host_param(effect, KIT_BYPASS_SLOT);
  printf("%s\t%s\t\n", host_format.name, plugin_id);
  for (uint32_t s = 0; s < kit_params_n_slots(effect->table); ++s) {
    KitParamRef ref;
    char        key[64];
    kit_params_at_slot(effect->table, s, &ref);
    kit_param_key(ref.param, ref.element, key, sizeof(key));
    const bool     hidden = ref.param->flags & KIT_PARAM_STATE_ONLY;
    const uint32_t id     = hidden ? 0 : kit_param_id(ref.param, ref.element);
    printf("%s\t%u\t%.17g\n", key, id, kit_preset_values(preset)[s]);
  }
  printf("%s\t%u\t%d\n", FIXTURE_BYPASS, bypass.id, kit_preset_bypassed(preset));
}

// As in a host whose user has moved the controls there; what they cannot hold, the state can
static void
set_all(HostPlugin* plugin, KitPreset* preset)
{
  KitHostParam param;
  for (uint32_t i = 0; host_param_at(plugin->effect, i, &param); ++i) {
    const bool is_bypass = param.slot == KIT_BYPASS_SLOT;
    host_format.set(plugin, &param,
                    is_bypass ? kit_preset_bypassed(preset) : kit_preset_values(preset)[param.slot]);
  }
}

void
fixture_write(const KitEffect* effect, HostModule* module, const char* folder, char** args, int n_args)
{
  KitPreset* const  preset = kit_preset_new(effect);
  HostPlugin* const plugin = host_format.open(module);
  size_t            size   = 0;
  host_require(preset && plugin, "the module makes no plugin");
  apply_args(preset, args, n_args);
  char* const json = kit_preset_to_json(preset);
  char* const path = kit_path_join(folder, host_format.state_file);
  set_all(plugin, preset);
  host_require(host_format.load(plugin, json, strlen(json)), "the plugin refuses a preset");
  char* const state = host_format.save_file(plugin, &size);
  host_require(state && !kit_file_write(path, state, size, NULL), path);
  print_values(effect, module->id, preset);
  host_format.close(plugin);
  kit_free(state);
  kit_free(path);
  kit_free(json);
  kit_preset_free(preset);
}
