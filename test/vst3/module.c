// SPDX-License-Identifier: ISC
// Loading and unloading, many instances, several modules in one process
#include "checks.h"

#include "tap.h"
#include "vst3_host_objects.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define N_LOADS     1000U
#define N_INSTANCES 32U
#define RATE        44100.0
#define N_FRAMES    4410U

static const Vst3Setup stereo = {RATE, 2, 2, false, true};

static bool
cycle(const Subject* subject)
{
  Subject  own = *subject;
  Vst3Host host;
  if (!vst3_module_open(&own.module, subject->bundle)) {
    return false;
  }
  const bool ok = vst3_open(&host, &own.module) && vst3_close(&host);
  vst3_module_close(&own.module);
  return ok;
}

static void
check_loads(const Subject* subject)
{
  bool   ok     = true;
  size_t before = 0;
  for (unsigned i = 0; i < N_LOADS && ok; ++i) {
    ok = cycle(subject);
    if (i == 9U) {
      before = mallinfo2().uordblks;
    }
  }
  const size_t after = mallinfo2().uordblks;
  tap_ok(ok, "%s: loads, makes a plugin and unloads %u times", subject->effect->id, N_LOADS);
  // The smallest piece of memory is 32 bytes; the allocator's own caches fill up by a few KiB.  A sanitizer's
  // allocator reports 0 here and finds leaks itself.
  tap_ok(after <= before + 16U * N_LOADS, "%s: which leaks nothing (%zu bytes in use before, %zu after)",
         subject->effect->id, before, after);
}

/** All programs of the plugin, if it has any, have names. */
static bool
names_programs(Vst3Host* host)
{
  struct v3_param_info param;
  v3_str_128           text;
  bool                 named = true;
  if (vst3_find_flagged(host, V3_PARAM_PROGRAM_CHANGE, &param)) {
    for (int32_t i = 0; i <= param.step_count; ++i) {
      const double value = (double)i / param.step_count;
      named =
        named &&
        (*host->controller)->get_parameter_string_for_value(host->controller, param.param_id, value, text) ==
          V3_OK;
      named = named && text[0];
    }
  }
  return named;
}

static void
check_entry_count(const Subject* subject)
{
  Vst3Module first;
  Vst3Module second;
  Vst3Host   host;
  vst3_require(vst3_module_open(&first, subject->bundle) && vst3_module_open(&second, subject->bundle),
               "cannot load twice");
  vst3_require(vst3_open(&host, &first), "cannot open the plugin");
  second.exit();
  struct v3_param_info info;
  const bool           alive = vst3_find_flagged(&host, V3_PARAM_IS_BYPASS, &info);
  tap_ok(alive, "%s: entered twice, it lives on after one exit", subject->effect->id);
  tap_ok(first.exit() && names_programs(&host) && vst3_close(&host),
         "%s: a plugin released after the last exit keeps its programs until then", subject->effect->id);
  tap_ok(!first.exit(), "%s: one exit too many is refused", subject->effect->id);
}

static void
check_crowd(const Subject* subject)
{
  static Vst3Host hosts[N_INSTANCES];
  KitAudio        in   = make_signal(RATE, 2, N_FRAMES, 5);
  KitAudio        want = make_audio(RATE, 2, N_FRAMES);
  KitAudio        got  = make_audio(RATE, 2, N_FRAMES);
  bool            same = true;
  for (uint32_t i = 0; i < N_INSTANCES; ++i) {
    open_plugin(subject, &hosts[i]);
    same = same && vst3_start(&hosts[i], &stereo);
  }
  vst3_play(&hosts[0], &in, &want, (Vst3Score){0}, (Vst3Blocks){.frames = 256});
  for (uint32_t i = 1; i < N_INSTANCES; ++i) {
    vst3_play(&hosts[i], &in, &got, (Vst3Score){0}, (Vst3Blocks){.frames = 64U + i});
    same = same && rig_equal(&want, &got);
  }
  for (uint32_t i = 0; i < N_INSTANCES; ++i) {
    close_plugin(subject, &hosts[i]);
  }
  tap_ok(same && rig_peak(&want) > 0.0, "%s: %u instances at once sound alike", subject->effect->id,
         N_INSTANCES);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

/** With a second module, given in the environment by the build, in the same process. */
static void
check_neighbour(const Subject* subject)
{
  const char* const path = getenv("VSTKIT_VST3_NEIGHBOUR");
  Vst3Module        other;
  Vst3Host          guest;
  if (!path || !vst3_module_open(&other, path)) {
    tap_ok(false, "%s: there is another module to meet", subject->effect->id);
    return;
  }
  vst3_require(vst3_open(&guest, &other), "cannot open the neighbour");
  KitAudio in   = make_signal(RATE, 2, N_FRAMES, 6);
  KitAudio want = reference(subject, NULL, &stereo, &in, (Vst3Score){0});
  vst3_require(vst3_start(&guest, &stereo), "the neighbour does not start");
  KitAudio got = played(subject, NULL, &stereo, &in, (Vst3Score){0}, (Vst3Blocks){.frames = 100});
  tap_ok(rig_equal(&want, &got), "%s: sounds the same beside another module", subject->effect->id);
  tap_ok(vst3_close(&guest), "%s: and the other is whole", subject->effect->id);
  vst3_module_close(&other);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

void
check_module(const Subject* subject)
{
  Subject own = *subject;
  check_loads(subject);
  vst3_require(vst3_module_open(&own.module, subject->bundle), "cannot load the module");
  if (subject->effect->stream_new) {
    check_crowd(&own);
    check_neighbour(&own);
  }
  vst3_module_close(&own.module);
  check_entry_count(subject);
}
