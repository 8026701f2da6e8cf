// SPDX-License-Identifier: ISC
#include "kernels.h"

#define LANES KIT_LANES

/** Largest of 0 and x [n]. */
static inline double
largest_of(const double* x, size_t n)
{
  double lanes[LANES] = {0};
  size_t k            = 0;
  for (; k + LANES <= n; k += LANES) {
    for (size_t j = 0; j < LANES; ++j) {
      lanes[j] = x[k + j] > lanes[j] ? x[k + j] : lanes[j];
    }
  }
  double max = 0.0;
  for (; k < n; ++k) {
    max = x[k] > max ? x[k] : max;
  }
  for (size_t j = 0; j < LANES; ++j) {
    max = lanes[j] > max ? lanes[j] : max;
  }
  return max;
}

KIT_CLONES
double
lossy_magnitudes(const double* restrict bins, double* restrict m, double* restrict inverse, uint32_t n)
{
  for (size_t k = 0; k < n; ++k) {
    const double power = bins[2U * k] * bins[2U * k] + bins[2U * k + 1U] * bins[2U * k + 1U];
    const double root  = kit_inverse_root(power);
    inverse[k]         = power > 1e-300 ? root : 0.0;
    m[k]               = power * inverse[k];
  }
  return largest_of(m, n);
}

KIT_CLONES
double
lossy_compress(const double* restrict m, double* restrict c, uint32_t n)
{
  for (size_t k = 0; k < n; ++k) {
    const double root = sqrt(m[k]);
    c[k]              = root * sqrt(root);
  }
  return largest_of(c, n);
}

KIT_CLONES
void
lossy_expand(const double* restrict m, double* restrict c, uint32_t n)
{
  for (size_t k = 0; k < n; ++k) {
    c[k] = kit_pow_4_3_near(c[k], sqrt(sqrt(m[k])));
  }
}

KIT_CLONES
void
lossy_quantize(const double* restrict c, double step, double* restrict p, uint32_t n)
{
  for (size_t k = 0; k < n; ++k) {
    p[k] = step * kit_round_even(c[k] / step);
  }
}

KIT_CLONES
double
lossy_envelope(const double* restrict c, double* restrict envelope, uint32_t n)
{
  for (size_t k = 0; k < n; ++k) {
    const double* const x   = c + k;
    const double        sum = ((x[-3] + x[-2]) + (x[-1] + x[0])) + ((x[1] + x[2]) + x[3]);
    const double        e   = sum / 7.0;
    envelope[k]             = e > 1e-12 ? e : 1e-12;
  }

  double min = envelope[0];
  for (size_t k = 1; k < n; ++k) {
    min = envelope[k] < min ? envelope[k] : min;
  }
  return min;
}

KIT_CLONES
void
lossy_quantize_shaped(const double* restrict c, const double* restrict envelope, const LossyShape* shape,
                      double* restrict p, uint32_t n)
{
  const LossyShape s = *shape;
  for (size_t k = 0; k < n; ++k) {
    const double step = s.step * (1.0 + s.depth * (s.lowest / envelope[k]));
    p[k]              = step * kit_round_even(c[k] / (step > 1e-20 ? step : 1e-20));
  }
}

static double
energy_of(const double* lanes, const double* rest, size_t n_rest)
{
  double sum =
    ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (size_t i = 0; i < n_rest; ++i) {
    sum += rest[i] * rest[i];
  }
  return sum;
}

/** @return samples added: all but what fills no lane. */
static inline size_t
add_energy(double* restrict sums, const double* restrict x, size_t n)
{
  double lanes[LANES];
  size_t i = 0;
  memcpy(lanes, sums, sizeof(lanes));
  for (; i + LANES <= n; i += LANES) {
    for (size_t j = 0; j < LANES; ++j) {
      lanes[j] += x[i + j] * x[i + j];
    }
  }
  memcpy(sums, lanes, sizeof(lanes));
  return i;
}

KIT_CLONES
double
lossy_energy(const double* x, size_t n)
{
  double       lanes[LANES] = {0};
  const size_t done         = add_energy(lanes, x, n);
  return energy_of(lanes, x + done, n - done);
}

KIT_CLONES
void
lossy_energy_add(LossyEnergy* energy, const double* x, size_t n)
{
  while (n && energy->n_rest && energy->n_rest < LANES) {
    energy->rest[energy->n_rest++] = *x++;
    --n;
  }
  if (energy->n_rest == LANES) {
    add_energy(energy->lanes, energy->rest, LANES);
    energy->n_rest = 0;
  }
  const size_t done = add_energy(energy->lanes, x, n);
  if (n > done) {
    memcpy(energy->rest, x + done, (n - done) * sizeof(double));
    energy->n_rest = n - done;
  }
}

double
lossy_energy_sum(const LossyEnergy* energy)
{
  return energy_of(energy->lanes, energy->rest, energy->n_rest);
}

KIT_CLONES
void
lossy_apply_magnitudes(const double* restrict inverse, const double* restrict p, double* restrict bins,
                       uint32_t n)
{
  for (size_t k = 0; k < n; ++k) {
    const double scale = p[k] * inverse[k];
    bins[2U * k]       = bins[2U * k] * scale + (inverse[k] > 0.0 ? 0.0 : p[k]);
    bins[2U * k + 1U] *= scale;
  }
}

KIT_CLONES
void
lossy_apply_phases(const double* restrict p, const KitTurn* restrict phases, uint32_t n_phases,
                   double* restrict bins, uint32_t n)
{
  const double  step   = 2.0 * M_PI / (double)n_phases;
  const int32_t centre = (int32_t)((n_phases + 1U) / 2U);
  for (size_t k = 0; k < n; ++k) {
    const double  level = kit_round_even(kit_angle(bins[2U * k + 1U], bins[2U * k]) / step);
    const int32_t at    = (int32_t)level + centre;
    bins[2U * k]        = p[k] * phases[at].cos;
    bins[2U * k + 1U]   = p[k] * phases[at].sin;
  }
}

KIT_CLONES
void
lossy_turn(const double* restrict random, double amount, double* restrict bins, uint32_t n)
{
  for (size_t k = 0; k < n; ++k) {
    const KitTurn t   = kit_turn((-M_PI + 2.0 * M_PI * random[k]) * amount);
    const double  re  = bins[2U * k];
    const double  im  = bins[2U * k + 1U];
    bins[2U * k]      = re * t.cos - im * t.sin;
    bins[2U * k + 1U] = re * t.sin + im * t.cos;
  }
}
