// SPDX-License-Identifier: ISC
#include "biquad.h"

#include "simd.h"

#include <math.h>
#include <string.h>

#define LAG (KIT_BIQUAD_MAX_SECTIONS - 1U)

#if defined(__has_builtin)
#  if __has_builtin(__builtin_shufflevector)
#    define HAS_VECTORS 1
#  endif
#endif

KitBiquad
kit_biquad_bandpass(double freq_hz, double q, double sample_rate)
{
  const double w     = 2.0 * M_PI * freq_hz / sample_rate;
  const double alpha = sin(w) / (2.0 * q);
  const double a0    = 1.0 + alpha;
  return (KitBiquad){alpha / a0, 0.0, -alpha / a0, -2.0 * cos(w) / a0, (1.0 - alpha) / a0};
}

KitBiquad
kit_biquad_notch(double freq_hz, double q, double sample_rate)
{
  const double w     = 2.0 * M_PI * freq_hz / sample_rate;
  const double alpha = sin(w) / (2.0 * q);
  const double a0    = 1.0 + alpha;
  return (KitBiquad){1.0 / a0, -2.0 * cos(w) / a0, 1.0 / a0, -2.0 * cos(w) / a0, (1.0 - alpha) / a0};
}

static inline double
step(const KitBiquad* c, KitBiquadState* state, uint32_t section, double x)
{
  const double y     = c->b0 * x + state->z1[section];
  state->z1[section] = (c->b1 * x + state->z2[section]) - c->a1 * y;
  state->z2[section] = c->b2 * x - c->a2 * y;
  return y;
}

static void
in_turn(const KitBiquad* coeffs, uint32_t n_sections, KitBiquadState* state, double* samples, uint32_t n)
{
  const KitBiquad c    = *coeffs;
  KitBiquadState  here = *state;
  for (uint32_t i = 0; i < n; ++i) {
    double x = samples[i];
    for (uint32_t s = 0; s < n_sections; ++s) {
      x = step(&c, &here, s, x);
    }
    samples[i] = x;
  }
  *state = here;
}

#if defined(HAS_VECTORS)

typedef double Lanes __attribute__((vector_size(KIT_BIQUAD_MAX_SECTIONS * sizeof(double))));

/** Eight sections at once: section s works on sample t - s. */
typedef struct {
  KitBiquad       c;
  KitBiquadState* state;
  double*         samples;
  uint32_t        n;
  double          y[KIT_BIQUAD_MAX_SECTIONS]; ///< Last output of each section
} Wave;

/** Steps `from`…`to`, in which some sections lie outside the samples. */
static void
ramp(Wave* wave, uint32_t from, uint32_t to)
{
  for (uint32_t t = from; t < to; ++t) {
    for (uint32_t s = LAG + 1U; s-- > 0U;) {
      if (t >= s && t - s < wave->n) {
        wave->y[s] = step(&wave->c, wave->state, s, s ? wave->y[s - 1U] : wave->samples[t]);
      }
    }
    if (t >= LAG) {
      wave->samples[t - LAG] = wave->y[LAG];
    }
  }
}

KIT_CLONES
static void
crest(Wave* wave)
{
  Lanes y;
  Lanes z1;
  Lanes z2;
  memcpy(&y, wave->y, sizeof(y));
  memcpy(&z1, wave->state->z1, sizeof(z1));
  memcpy(&z2, wave->state->z2, sizeof(z2));
  const KitBiquad k       = wave->c;
  double* const   samples = wave->samples;
  for (uint32_t t = LAG; t < wave->n; ++t) {
    Lanes x          = __builtin_shufflevector(y, y, 0, 0, 1, 2, 3, 4, 5, 6);
    x[0]             = samples[t];
    y                = k.b0 * x + z1;
    z1               = (k.b1 * x + z2) - k.a1 * y;
    z2               = k.b2 * x - k.a2 * y;
    samples[t - LAG] = y[LAG];
  }
  memcpy(wave->y, &y, sizeof(y));
  memcpy(wave->state->z1, &z1, sizeof(z1));
  memcpy(wave->state->z2, &z2, sizeof(z2));
}

static void
all_at_once(const KitBiquad* c, KitBiquadState* state, double* samples, uint32_t n)
{
  Wave wave = {*c, state, samples, n, {0}};
  ramp(&wave, 0, LAG);
  crest(&wave);
  ramp(&wave, n, n + LAG);
}

#endif

void
kit_biquad_process(const KitBiquad* coeffs, uint32_t n_sections, KitBiquadState* state, double* samples,
                   uint32_t n)
{
#if defined(HAS_VECTORS)
  if (n_sections == KIT_BIQUAD_MAX_SECTIONS && n > 2U * LAG) {
    all_at_once(coeffs, state, samples, n);
    return;
  }
#endif
  in_turn(coeffs, n_sections, state, samples, n);
}
