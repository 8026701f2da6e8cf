// SPDX-License-Identifier: ISC
// Each preset loaded while a hum plays through the defaults: no clicks, whatever it changes.

#include "kit.h"

#include "tap.h"
#include "vstkit/instance.h"
#include "vstkit/state.h"

#include <math.h>
#include <stdlib.h>

#define RATE       48000.0
#define N_FRAMES   24000U // Of a preset before the next is loaded
#define N_PHASES   5U     // Of the hum, that a preset comes at
#define STEP_LIMIT 0.02   // −34 dBFS

/** Height of the step that would leave the largest fourth difference found, as in the battery. */
static double
click(const double* x, size_t n)
{
  double worst = 0.0;
  for (size_t i = 0; i + 4U < n; ++i) {
    worst = fmax(worst, fabs(x[i] - 4.0 * x[i + 1U] + 6.0 * x[i + 2U] - 4.0 * x[i + 3U] + x[i + 4U]) / 3.0);
  }
  return worst;
}

/** The next half second of a hum at 100 Hz, through the instance, behind the last four frames.
    @param phase That it begins at, radians.
    @return its worst step. */
static double
play(KitInstance* instance, double phase)
{
  static double in[N_FRAMES];
  static double out[2][4U + N_FRAMES];
  for (size_t i = 0; i < N_FRAMES; ++i) {
    in[i] = 0.5 * sin(phase + 2.0 * M_PI * 100.0 * (double)i / RATE); // A whole number of periods
  }
  double worst = 0.0;
  for (uint32_t c = 0; c < 2U; ++c) {
    for (uint32_t i = 0; i < 4U; ++i) {
      out[c][i] = out[c][N_FRAMES + i];
    }
  }
  const void* const ins[]   = {in, in};
  void* const       outs[]  = {out[0] + 4, out[1] + 4};
  const KitProcess  process = {ins, outs, true, N_FRAMES, NULL, 0};
  kit_instance_process(instance, &process);
  for (uint32_t c = 0; c < 2U; ++c) {
    worst = fmax(worst, click(out[c], 4U + N_FRAMES));
  }
  return worst;
}

/** Worst steps while nothing moves, and while a preset comes. */
typedef struct {
  double still;
  double changed;
} Steps;

/** Over what may be. */
static double
excess(const Steps* steps)
{
  return steps->changed / fmax(2.0 * steps->still, STEP_LIMIT);
}

// Without a deadline a new stream is there at once, so that what plays is met at a phase of our choice
static Steps
load(const KitEmbeddedPreset* preset, bool offline, double phase)
{
  const KitSetup     setup    = {RATE, 2, 2, offline};
  KitInstance* const instance = kit_instance_new(&reverb_effect);
  Steps              steps    = {0};
  if (!instance || kit_instance_activate(instance, &setup)) {
    exit(1);
  }
  play(instance, phase);
  steps.still = play(instance, phase);
  if (kit_state_load(instance, NULL, preset->json, preset->size, NULL)) {
    exit(1);
  }
  steps.changed = play(instance, phase);
  steps.still   = fmax(steps.still, play(instance, phase));
  kit_instance_free(instance);
  return steps;
}

static void
check(const KitEmbeddedPreset* preset)
{
  Steps worst = load(preset, false, 0.0);
  for (uint32_t i = 0; i < N_PHASES; ++i) {
    const Steps steps = load(preset, true, 2.0 * M_PI * i / N_PHASES);
    worst             = excess(&steps) > excess(&worst) ? steps : worst;
  }
  tap_ok(excess(&worst) <= 1.0, "%s: %.1f dB, standing still %.1f dB", preset->id,
         20.0 * log10(worst.changed + 1e-12), 20.0 * log10(worst.still + 1e-12));
}

int
main(void)
{
  for (const KitEmbeddedPreset* p = reverb_effect.presets; p->id; ++p) {
    check(p);
  }
  return tap_done();
}
