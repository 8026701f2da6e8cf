// SPDX-License-Identifier: ISC
// What hosts should not do, and what they need not offer
#include "checks.h"

#include "tap.h"

#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/options/options.h>
#include <lv2/state/state.h>

#include <math.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 4096U

static void
check_order(const Subject* s)
{
  const Take        take   = take_default(RATE);
  HostPlugin* const plugin = host_format.open(s->module);
  Lv2Host* const    host   = host_lv2(plugin);
  KitAudio          in     = take_signal(&take, N_FRAMES, 24);
  host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  for (uint32_t i = 0; i < host->n_ports; ++i) {
    host->controls[i] = i % 2U ? (float)NAN : 1e30f;
  }
  KitAudio out = take_running(plugin, &take, &in, (RigScore){0});
  lilv_instance_run(host->instance, 0);
  tap_ok(isfinite(rig_peak(&out)), "%s: ports at NaN and 1e30 do no harm", s->effect->id);
  for (uint32_t i = 0; i < host->n_ports; ++i) {
    lilv_instance_connect_port(host->instance, i, NULL);
  }
  lilv_instance_connect_port(host->instance, 100000, NULL);
  lilv_instance_run(host->instance, 64);
  lilv_instance_activate(host->instance);
  lilv_instance_run(host->instance, 100000);
  tap_ok(true, "%s: null ports, a double activate and a huge block are survived", s->effect->id);
  host_format.close(plugin);
  take_cleanup(&in, &out, NULL);
}

/** Does a plugin that is given `features` play as one that is not? */
static bool
plays_with(const Subject* s, const LV2_Feature* const* features)
{
  const Take        take   = take_default(RATE);
  HostPlugin* const plugin = host_format.open(s->module);
  Lv2Host* const    host   = host_lv2(plugin);
  lilv_instance_free(host->instance);
  host->instance = lilv_plugin_instantiate(host->plugin, RATE, features);
  host_require(host->instance, "no instance with these features");
  lv2_connect_controls(host);
  const bool same = take_matches(plugin, NULL, &take, N_FRAMES, (RigScore){0});
  host_format.close(plugin);
  return same;
}

static void
check_options(const Subject* s)
{
  static const int32_t lengths[] = {64, 1, 0, -5, 8192};
  LV2_URID_Map* const  map       = lv2_urid_map();
  const LV2_URID       key       = map->map(map->handle, LV2_BUF_SIZE__maxBlockLength);
  const LV2_URID       type      = map->map(map->handle, LV2_ATOM__Int);
  bool                 all       = true;
  for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); ++i) {
    const LV2_Options_Option options[] = {{LV2_OPTIONS_INSTANCE, 0, 12345, 4, type, &lengths[0]},
                                          {LV2_OPTIONS_INSTANCE, 0, key, 4, type, NULL},
                                          {LV2_OPTIONS_INSTANCE, 0, key, 4, type + 1U, &lengths[0]},
                                          {LV2_OPTIONS_INSTANCE, 0, key, 4, type, &lengths[i]},
                                          {LV2_OPTIONS_INSTANCE, 0, 0, 0, 0, NULL}};
    const LV2_Feature        mapped    = {LV2_URID__map, map};
    const LV2_Feature        given     = {LV2_OPTIONS__options, (void*)(uintptr_t)options};
    const LV2_Feature* const both[]    = {&mapped, &given, NULL};
    const LV2_Feature* const alone[]   = {&given, NULL};
    all                                = plays_with(s, both) && plays_with(s, alone) && all;
  }
  tap_ok(all, "%s: whatever block length the options name, it plays the same", s->effect->id);
}

static void
check_bare(const Subject* s)
{
  static const LV2_Feature* const none[] = {NULL};
  Lv2Host                         host;
  open_layout(s, 0, RATE, &host);
  lilv_instance_free(host.instance);
  host.instance = lilv_plugin_instantiate(host.plugin, RATE, none);
  const LV2_State_Interface* const state =
    (const LV2_State_Interface*)lilv_instance_get_extension_data(host.instance, LV2_STATE__interface);
  LV2_Handle const handle = lilv_instance_get_handle(host.instance);
  tap_ok(plays_with(s, none) && state->save(handle, NULL, NULL, 0, NULL) == LV2_STATE_ERR_NO_FEATURE &&
           state->restore(handle, NULL, NULL, 0, NULL) == LV2_STATE_ERR_NO_PROPERTY &&
           !lilv_instance_get_extension_data(host.instance, "urn:nothing"),
         "%s: without any feature it plays, and has no state to save", s->effect->id);
  lv2_close(&host);
}

void
check_hostile(const Subject* subject)
{
  check_order(subject);
  check_options(subject);
  check_bare(subject);
}
