// SPDX-License-Identifier: ISC
// What a window costs its host's main thread, as a share of a core: cpu EFFECT MODULE [SECONDS].  A bench, no
// test: fails where idle it costs more than it may.
#include "host.h"

#include "desk.h"
#include "host_windows.h"
#include "system.h"
#include "threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE   48000U
#define BLOCK  64U
#define TICK_S (1.0 / 30.0)
#define IDLE   0.005 ///< Of a core, at most

static double
cpu_s(void)
{
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/** A tick's worth of sound; what it takes is not the window's. */
static void
play(HostPlugin* plugin, bool sounds)
{
  static float      in[2][BLOCK];
  static float      out[2][BLOCK];
  static uint32_t   seed    = 1;
  const void* const from[2] = {in[0], in[1]};
  void* const       to[2]   = {out[0], out[1]};
  const KitProcess  block   = {.in = from, .out = to, .n_frames = BLOCK};
  for (uint32_t n = 0; n < RATE / 30U / BLOCK; ++n) {
    for (uint32_t i = 0; i < BLOCK; ++i) {
      seed     = seed * 1664525U + 1013904223U;
      in[0][i] = sounds ? (float)(int32_t)seed * 1e-10f : 0.0f;
      in[1][i] = in[0][i];
    }
    host_format.process(plugin, &block);
  }
}

static double
share(HostPlugin* plugin, bool sounds, double seconds)
{
  double       spent = 0.0;
  const double start = kit_clock_s();
  double       next  = start;
  for (uint32_t tick = 0; (double)tick * TICK_S < seconds; ++tick) {
    play(plugin, sounds);
    const double before = cpu_s();
    host_windows.turn(plugin);
    spent += cpu_s() - before;
    next += TICK_S;
    const double left = next - kit_clock_s();
    if (left > 0.0) {
      kit_sleep_ms((uint32_t)(1000.0 * left));
    }
  }
  return spent / (kit_clock_s() - start);
}

int
main(int argc, char** argv)
{
  Desk* const desk = argc >= 3 ? desk_open() : NULL;
  if (!desk) {
    return 2;
  }
  const double      seconds = argc > 3 ? strtod(argv[3], NULL) : 10.0;
  HostModule* const module  = host_format.module_open(argv[2], kit_effect_find(argv[1]));
  host_windows.prepare(HOST_TIMERS, false);
  HostPlugin* const plugin = module ? host_format.open(module) : NULL;
  const HostSetup   setup  = {RATE, 2, 2, BLOCK, false, true};
  const uintptr_t   parent = desk_window(desk, 0, 0, 2000, 1300);
  uint32_t          size[2];
  host_require(plugin && host_format.start(plugin, &setup) &&
                 host_windows.open(plugin, &(HostWindowSetup){.parent = parent, .scale = 1.0}),
               "the window opens");
  host_windows.size(plugin, size);
  share(plugin, true, 1.0);
  const double animated = share(plugin, true, seconds);
  share(plugin, false, 15.0); // Until the tail and what hangs after peaks are gone
  const double idle = share(plugin, false, seconds);
  printf("%s %s %u x %u: idle %.2f %%, animated %.2f %% of a core\n", host_format.name, argv[1], size[0],
         size[1], 100.0 * idle, 100.0 * animated);
  host_windows.close(plugin);
  host_format.stop(plugin);
  host_format.close(plugin);
  host_format.module_close(module);
  desk_close(desk);
  return idle > IDLE;
}
