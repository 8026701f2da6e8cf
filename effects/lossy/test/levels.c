// SPDX-License-Identifier: ISC
// What sets levels in the stream: auto gain follows within its time, the gate shuts smoothly and never ahead.

#include "params.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 264600U // 6 s
#define CHANGE   88200U
#define WINDOW   882U // 20 ms

static const KitEffect* effect;
static double           input[N_FRAMES];

/** Play `input`, with `before` up to frame CHANGE and `after` from there, and take the latency off. */
static void
play(const double* before, const double* after, double* out)
{
  static const double  still[LOSSY_N_PARAMS];
  const KitStreamSetup setup   = {RATE, 1, 1, before};
  const uint32_t       latency = effect->latency_frames(before, RATE);
  void* const          stream  = effect->stream_new(&setup);
  if (!stream) {
    exit(1);
  }
  for (uint32_t at = 0, n = 0; at < N_FRAMES + latency; at += n) {
    double         block[100];
    const bool     late  = at >= CHANGE;
    const uint32_t end   = late ? N_FRAMES + latency : CHANGE;
    const uint32_t start = late ? CHANGE : 0U;
    double* const  io[]  = {block};
    n                    = end - at < 100U ? end - at : 100U;
    for (uint32_t i = 0; i < n; ++i) {
      block[i] = at + i < N_FRAMES ? input[at + i] : 0.0;
    }
    const KitBlock run = {(const double* const*)io, io,    n,          at - start,
                          late ? after : before,    still, at == start};
    effect->stream_process(stream, &run);
    for (uint32_t i = 0; i < n; ++i) {
      if (at + i >= latency) {
        out[at + i - latency] = block[i];
      }
    }
  }
  effect->stream_free(stream);
}

static double
rms(const double* x, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += x[i] * x[i];
  }
  return sqrt(sum / (double)n);
}

/** Steady noise, of which the codec takes more and more away from frame CHANGE on. */
static void
check_auto_gain(void)
{
  static double plain[N_FRAMES];
  static double gained[N_FRAMES];
  double        before[LOSSY_N_PARAMS];
  double        after[LOSSY_N_PARAMS];
  uint32_t      state = 7U;
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    state    = state * 1664525U + 1013904223U;
    input[i] = 0.1 * ((double)state / 2147483648.0 - 1.0);
  }
  kit_params_defaults(effect->table, before);
  before[LOSSY_LOSS] = 0.0;
  memcpy(after, before, sizeof(after));
  after[LOSSY_LOSS] = 0.9;
  play(before, after, plain);
  before[LOSSY_AUTO_GAIN] = after[LOSSY_AUTO_GAIN] = 1.0;
  play(before, after, gained);

  const double early = rms(gained + CHANGE / 2U, CHANGE / 4U) / rms(plain + CHANGE / 2U, CHANGE / 4U);
  const double late  = rms(gained + N_FRAMES - CHANGE, CHANGE) / rms(plain + N_FRAMES - CHANGE, CHANGE);
  const double level = rms(gained + N_FRAMES - CHANGE, CHANGE) / rms(input, N_FRAMES);
  tap_near(early, 1.0, 1e-9, "no loss, no gain");
  tap_ok(late > 1.3, "the codec takes %.1f dB away", 20.0 * log10(late));
  tap_near(20.0 * log10(level), 0.0, 0.5, "which auto gain gives back (dB)");
  uint32_t at = CHANGE;
  while (at + WINDOW < N_FRAMES &&
         rms(gained + at, WINDOW) / rms(plain + at, WINDOW) < 1.0 + (late - 1.0) * 0.63) {
    at += WINDOW / 2U;
  }
  const double seconds = (double)(at - CHANGE) / RATE;
  // The mean of the powers goes with 400 ms; the gain, their ratio's root, has come so far after 1.6 times
  // that
  tap_ok(seconds > 0.5 && seconds < 0.8, "63 %% of it within %.0f ms", 1e3 * seconds);
}

/** A loud tone, then a soft one. */
static void
check_gate(void)
{
  static double plain[N_FRAMES];
  static double gated[N_FRAMES];
  double        values[LOSSY_N_PARAMS];
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    input[i] = (i < CHANGE ? 0.4 : 0.004) * sin(2.0 * M_PI * 441.0 * i / RATE);
  }
  kit_params_defaults(effect->table, values);
  values[LOSSY_LOSS] = 0.0;
  play(values, values, plain);
  values[LOSSY_GATE] = 0.05;
  play(values, values, gated);

  tap_ok(!memcmp(plain, gated, CHANGE * sizeof(double)),
         "what is above the gate passes to the bit, to its end");
  const double shut = rms(gated + N_FRAMES - CHANGE, CHANGE) / rms(plain + N_FRAMES - CHANGE, CHANGE);
  tap_near(shut, 0.004 * sqrt(0.5) / 0.05, 0.003, "what is below is turned down to level over threshold");
  double step = 0.0;
  for (uint32_t i = CHANGE + 1U; i < N_FRAMES; ++i) {
    if (fabs(plain[i]) > 0.002 && fabs(plain[i - 1U]) > 0.002) {
      step = fmax(step, fabs(gated[i] / plain[i] - gated[i - 1U] / plain[i - 1U]));
    }
  }
  tap_ok(step < 0.02, "and the gain never jumps (%.3f from one frame to the next)", step);
}

int
main(void)
{
  effect = kit_effect_find("lossy");
  check_auto_gain();
  check_gate();
  return tap_done();
}
