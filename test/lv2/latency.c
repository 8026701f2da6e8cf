// SPDX-License-Identifier: ISC
// Other formats tell of a new latency at the next activation; a port moves while the plugin runs
#include "checks.h"

#include "alloc.h"
#include "tap.h"

#define RATE     44100.0
#define N_FRAMES 60000U
#define SETTLED  50000U ///< A new stream has come, and faded in

void
check_latency(const Subject* s)
{
  const KitHostParam bypass = host_param(s->effect, KIT_BYPASS_SLOT);
  Take               take   = take_default(RATE);
  double* const      values = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  double             value  = 0.0;
  KitHostParam       param;
  const bool         moves = take_latency_change(s->effect, RATE, values, &param, &value);
  kit_free(values);
  if (!moves) {
    tap_note("no port changes the latency of %s", s->effect->name);
    return;
  }
  take.block               = 64;
  KitAudio          in     = take_signal(&take, N_FRAMES, 4);
  HostPlugin* const plugin = host_format.open(s->module);
  host_require(plugin && host_format.start(plugin, &take.setup), "the plugin does not start");
  KitAudio       first  = take_running(plugin, &take, &in, (RigScore){0});
  const uint32_t before = host_format.latency(plugin);
  host_format.set(plugin, &param, value);
  host_format.set(plugin, &bypass, 1.0);
  KitAudio       out   = take_running(plugin, &take, &in, (RigScore){0});
  const uint32_t after = host_format.latency(plugin);
  bool           exact = before != after;
  for (size_t f = SETTLED; exact && f < N_FRAMES; ++f) {
    exact = out.channels[0][f] == in.channels[0][f - after];
  }
  tap_ok(exact, "%s: a latency that changes is reported (%u, then %u) and real", s->effect->id, before,
         after);
  host_format.close(plugin);
  take_cleanup(&in, &first, &out, NULL);
}
