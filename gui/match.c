// SPDX-License-Identifier: ISC
#include "panel.h"

#include <math.h>
#include <string.h>

#define MEMORY_S 3.0  // Of the mean
#define LEAST_S  0.4  // Of sound on each side before they are compared
#define SETTLE_S 0.25 // After a change of sides, while values glide
#define GATE     1e-6 // Mean square of an input that is nothing to compare by

typedef struct {
  double b[3];
  double a[3];
} Section;

// Source: ITU-R BS.1770-4, annex 1; its two filters at any rate as M. Neukirchen's libebur128 has them
static void
design(double rate, Section sections[2])
{
  const double k  = tan(M_PI * 1681.974450955533 / rate);
  const double q  = 0.7071752369554196;
  const double vh = pow(10.0, 3.999843853973347 / 20.0);
  const double vb = pow(vh, 0.4996667741545416);
  const double a0 = 1.0 + k / q + k * k;
  sections[0] =
    (Section){{(vh + vb * k / q + k * k) / a0, 2.0 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0},
              {1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0}};
  const double h  = tan(M_PI * 38.13547087602444 / rate);
  const double p  = 0.5003270373238773;
  const double d0 = 1.0 + h / p + h * h;
  sections[1]     = (Section){{1.0, -2.0, 1.0}, {1.0, 2.0 * (h * h - 1.0) / d0, (1.0 - h / p + h * h) / d0}};
}

/** Mean square of a channel as the ear weighs it. */
static double
weigh(const Section sections[2], double state[2][2], const double* samples, uint32_t n)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < n; ++i) {
    double x = samples[i];
    for (int k = 0; k < 2; ++k) {
      const Section* const s = &sections[k];
      const double         v = x - s->a[1] * state[k][0] - s->a[2] * state[k][1];
      x                      = s->b[0] * v + s->b[1] * state[k][0] + s->b[2] * state[k][1];
      state[k][1]            = state[k][0];
      state[k][0]            = v;
    }
    sum += x * x;
  }
  return sum / n;
}

/** How much louder the output is than the input, on the side that sounds, goes into its mean. */
static void
listen(KitGui* gui, KitMatch* match, uint32_t fresh)
{
  const KitEar* const ear  = &gui->ear;
  const uint32_t      side = kit_plugin_side(gui->plugin);
  const uint32_t      skip = ear->shape.n_frames - fresh;
  const double        rate = ear->shape.sample_rate;
  double              in   = 0.0;
  double              out  = 0.0;
  Section             sections[2];
  design(rate, sections);
  for (uint32_t c = 0; c < ear->shape.n_in; ++c) {
    in += weigh(sections, match->state[c], ear->dry[c] + skip, fresh);
  }
  for (uint32_t c = 0; c < ear->shape.n_out; ++c) {
    out += weigh(sections, match->state[KIT_MAX_CHANNELS + c], ear->wet[c] + skip, fresh);
  }
  const double seconds = fresh / rate;
  match->passed_s      = match->side == side ? match->passed_s + seconds : 0.0;
  match->side          = side;
  if (in < GATE || match->passed_s < SETTLE_S) {
    return;
  }
  const double share =
    match->heard_s[side] > 0.0 ? 1.0 - exp(-seconds / fmin(MEMORY_S, match->heard_s[side] + seconds)) : 1.0;
  match->in[side] += share * (in - match->in[side]);
  match->out[side] += share * (out - match->out[side]);
  match->heard_s[side] += seconds;
}

void
kit_match_tick(KitGui* gui)
{
  KitMatch* const match = &gui->match;
  const uint32_t  fresh = (uint32_t)gui->ear.fresh;
  const uint32_t  side  = kit_plugin_side(gui->plugin);
  double          gain  = 1.0;
  if (!match->on) {
    return;
  }
  if (fresh && gui->ear.shape.sample_rate > 0.0) {
    listen(gui, match, fresh);
  }
  if (match->heard_s[0] >= LEAST_S && match->heard_s[1] >= LEAST_S) {
    const double louder[2] = {match->out[0] / match->in[0], match->out[1] / match->in[1]};
    // The louder one is turned down, so nothing is driven into clipping
    gain = fmin(1.0, sqrt(louder[1U - side] / fmax(louder[side], 1e-12)));
  }
  kit_plugin_set_trim(gui->plugin, fmax(0.01, gain));
}

void
kit_match_switch(KitGui* gui, bool on)
{
  gui->match = (KitMatch){.on = on};
  kit_plugin_set_trim(gui->plugin, 1.0);
}
