// SPDX-License-Identifier: ISC
// What hosts should not do, and what they need not offer
#include "checks.h"

#include "rig.h"
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
check_bypass(const Subject* s, uint32_t index)
{
  const size_t n   = 22050;
  KitAudio     in  = make_signal(RATE, n, 23);
  KitAudio     out = rig_silence(RATE, n);
  Lv2Host      host;
  open_layout(s, index, RATE, &host);
  lilv_instance_activate(host.instance);
  lv2_play(&host, &in, &out, 0);
  host.controls[lv2_port(&host, "enabled")] = 0.0f;
  lv2_play(&host, &in, &out, 256);
  const uint32_t late  = (uint32_t)host.controls[lv2_port(&host, "latency")];
  bool           exact = late + 2000U < n;
  for (size_t f = late + 2000U; exact && f < n; ++f) {
    for (uint32_t c = 0; exact && c < host.n_out; ++c) {
      exact = out.channels[c][f] == in.channels[host.n_in == 1U ? 0U : c][f - late];
    }
  }
  tap_ok(exact, "%s: %u to %u switched off passes its input %u frames late", s->effect->id, host.n_in,
         host.n_out, late);
  lv2_close(&host);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

static void
check_order(const Subject* s)
{
  Lv2Host  host;
  KitAudio in  = make_signal(RATE, N_FRAMES, 24);
  KitAudio out = rig_silence(RATE, N_FRAMES);
  open_layout(s, 0, RATE, &host);
  lv2_play(&host, &in, &out, 0);
  tap_ok(rig_peak(&out) == 0.0, "%s: run before activate gives silence", s->effect->id);
  lilv_instance_activate(host.instance);
  for (uint32_t i = 0; i < host.n_ports; ++i) {
    host.controls[i] = i % 2U ? (float)NAN : 1e30f;
  }
  lv2_play(&host, &in, &out, 17);
  lilv_instance_run(host.instance, 0);
  tap_ok(isfinite(rig_peak(&out)), "%s: ports at NaN and 1e30 do no harm", s->effect->id);
  for (uint32_t i = 0; i < host.n_ports; ++i) {
    lilv_instance_connect_port(host.instance, i, NULL);
  }
  lilv_instance_connect_port(host.instance, 100000, NULL);
  lilv_instance_run(host.instance, 64);
  lilv_instance_activate(host.instance);
  lilv_instance_run(host.instance, 100000);
  tap_ok(true, "%s: null ports, a double activate and a huge block are survived", s->effect->id);
  lv2_close(&host);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** Does a plugin that is given `features` play as one that is not? */
static bool
plays_with(const Subject* s, const LV2_Feature* const* features)
{
  Lv2Host  host;
  KitAudio in   = make_signal(RATE, N_FRAMES, 25);
  KitAudio want = rig_silence(RATE, N_FRAMES);
  KitAudio got  = rig_silence(RATE, N_FRAMES);
  open_layout(s, 0, RATE, &host);
  lilv_instance_activate(host.instance);
  lv2_play(&host, &in, &want, 0);
  lilv_instance_free(host.instance);

  host.instance = lilv_plugin_instantiate(host.plugin, RATE, features);
  if (host.instance) {
    lv2_connect_controls(&host);
    lilv_instance_activate(host.instance);
    lv2_play(&host, &in, &got, 0);
    lv2_close(&host);
  }
  const bool same = rig_equal(&want, &got);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
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
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    check_bypass(subject, i);
  }
  check_order(subject);
  check_options(subject);
  check_bare(subject);
}
