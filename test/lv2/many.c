// SPDX-License-Identifier: ISC
#include "checks.h"

#include "rig.h"
#include "tap.h"

#include <malloc.h>

#define N_LOADS     1000U
#define N_WARM      200U ///< Loads until the caches of lilv and the C library are full
#define N_INSTANCES 32U
#define RATE        44100.0
#define N_FRAMES    4410U

// Closing the last instance unloads the module
static void
check_loads(const Subject* s)
{
  size_t before = 0;
  for (uint32_t i = 0; i < N_LOADS; ++i) {
    Lv2Host host;
    open_layout(s, 0, RATE, &host);
    lilv_instance_activate(host.instance);
    lilv_instance_deactivate(host.instance);
    lv2_close(&host);
    before = i + 1U == N_WARM ? mallinfo2().uordblks : before;
  }
  const size_t after = mallinfo2().uordblks;
  // A block lost a round would be at least 32 bytes; a sanitizer's allocator says 0 and finds leaks itself
  tap_ok(after <= before + 16U * (N_LOADS - N_WARM),
         "%s: loaded and closed %u times; %zu bytes in use before, %zu after", s->effect->id, N_LOADS, before,
         after);
}

static void
check_crowd(const Subject* s)
{
  static Lv2Host hosts[N_INSTANCES];
  KitAudio       in   = make_signal(RATE, N_FRAMES, 5);
  KitAudio       want = rig_silence(RATE, N_FRAMES);
  KitAudio       got  = rig_silence(RATE, N_FRAMES);
  bool           same = true;
  for (uint32_t i = 0; i < N_INSTANCES; ++i) {
    open_layout(s, 0, RATE, &hosts[i]);
    lilv_instance_activate(hosts[i].instance);
  }
  lv2_play(&hosts[0], &in, &want, 256);
  for (uint32_t i = 1; i < N_INSTANCES; ++i) {
    lv2_play(&hosts[i], &in, &got, 64U + i);
    same = same && rig_equal(&want, &got);
  }
  for (uint32_t i = 0; i < N_INSTANCES; ++i) {
    lv2_close(&hosts[i]);
  }
  tap_ok(same && rig_peak(&want) > 0.0, "%s: %u instances at once sound alike", s->effect->id, N_INSTANCES);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

void
check_many(const Subject* subject)
{
  check_crowd(subject);
  check_loads(subject);
}
