// SPDX-License-Identifier: ISC
#include "conceal.h"

#include <math.h>
#include <string.h>

#define PAST_S     0.045
#define BRIDGE_S   0.003
#define SHORTEST_S 0.0025
#define LONGEST_S  0.02
#define MATCH_S    0.02    // Compared to find the pitch
#define COARSE_HZ  12000.0 // Rate of the first search
#define FALL_DB_S  150.0   // 3 dB in 20 ms
#define WIDEN      0.996   // Keeps what is predicted from growing

static uint32_t
frames(double s, double sample_rate)
{
  const double n = rint(s * sample_rate);
  return n > 2.0 ? (uint32_t)n : 2U;
}

size_t
lossy_conceal_n_doubles(double sample_rate)
{
  return 2U * (size_t)frames(PAST_S, sample_rate) + frames(LONGEST_S, sample_rate) + 1U +
         frames(BRIDGE_S, sample_rate);
}

void
lossy_conceal_init(LossyConceal* c, double sample_rate, double* memory)
{
  *c        = (LossyConceal){.sample_rate = sample_rate, .n_past = frames(PAST_S, sample_rate)};
  c->ring   = memory;
  c->past   = memory + c->n_past;
  c->bridge = c->past + c->n_past;
  c->loop   = c->bridge + frames(BRIDGE_S, sample_rate);
  c->fall   = pow(10.0, -FALL_DB_S / 20.0 / sample_rate);
}

void
lossy_conceal_reset(LossyConceal* c)
{
  memset(c->ring, 0, c->n_past * sizeof(double));
  c->at     = 0;
  c->period = 0;
}

void
lossy_conceal_record(LossyConceal* c, const double* x, uint32_t n)
{
  for (uint32_t i = 0; i < n;) {
    const uint32_t rest = c->n_past - c->at;
    const uint32_t m    = n - i < rest ? n - i : rest;
    memcpy(c->ring + c->at, x + i, m * sizeof(double));
    c->at = c->at + m == c->n_past ? 0U : c->at + m;
    i += m;
  }
}

/** How well the last sound repeats itself after `lag`, looking at every `step`th sample. */
static double
likeness(const LossyConceal* c, uint32_t lag, uint32_t step)
{
  const uint32_t      n   = frames(MATCH_S, c->sample_rate);
  const double* const end = c->past + c->n_past - n;
  double              xy  = 0.0;
  double              yy  = 1e-20;
  for (uint32_t i = 0; i < n; i += step) {
    xy += end[i] * (end - lag)[i];
    yy += (end - lag)[i] * (end - lag)[i];
  }
  return xy > 0.0 ? xy * xy / yy : 0.0;
}

static uint32_t
find_period(const LossyConceal* c)
{
  const uint32_t coarse   = (uint32_t)fmax(1.0, floor(c->sample_rate / COARSE_HZ));
  const uint32_t shortest = frames(SHORTEST_S, c->sample_rate);
  const uint32_t longest  = frames(LONGEST_S, c->sample_rate);
  uint32_t       best     = longest;
  double         most     = 0.0;
  for (uint32_t lag = shortest; lag <= longest; lag += coarse) {
    const double now = likeness(c, lag, coarse);
    best             = now > most ? lag : best;
    most             = fmax(most, now);
  }
  const uint32_t middle = best;
  most                  = 0.0;
  for (uint32_t lag = middle > shortest + coarse ? middle - coarse : shortest;
       lag <= middle + coarse && lag <= longest; ++lag) {
    const double now = likeness(c, lag, 1U);
    best             = now > most ? lag : best;
    most             = fmax(most, now);
  }
  return best;
}

/** Predictor of the last sound.  @return its order, or 0 after silence. */
static uint32_t
learn(const LossyConceal* c, double* a)
{
  const uint32_t      n = frames(MATCH_S, c->sample_rate);
  const double* const x = c->past + c->n_past - n;
  double              r[LOSSY_CONCEAL_ORDER + 1U];
  for (uint32_t lag = 0; lag <= LOSSY_CONCEAL_ORDER; ++lag) {
    r[lag] = 0.0;
    for (uint32_t i = lag; i < n; ++i) {
      r[lag] += x[i] * x[i - lag];
    }
  }
  double error = r[0] * (1.0 + 1e-5);
  if (error < 1e-20) {
    return 0;
  }
  for (uint32_t m = 0; m < LOSSY_CONCEAL_ORDER; ++m) {
    double next[LOSSY_CONCEAL_ORDER];
    double sum = r[m + 1U];
    for (uint32_t i = 0; i < m; ++i) {
      sum -= a[i] * r[m - i];
    }
    const double k = sum / error;
    for (uint32_t i = 0; i < m; ++i) {
      next[i] = a[i] - k * a[m - 1U - i];
    }
    memcpy(a, next, m * sizeof(double));
    a[m] = k;
    error *= 1.0 - k * k;
  }
  double widen = 1.0;
  for (uint32_t i = 0; i < LOSSY_CONCEAL_ORDER; ++i) {
    a[i] *= widen *= WIDEN;
  }
  return LOSSY_CONCEAL_ORDER;
}

static void
fill_bridge(LossyConceal* c)
{
  double         a[LOSSY_CONCEAL_ORDER] = {0};
  const uint32_t order                  = learn(c, a);
  c->n_bridge                           = order ? frames(BRIDGE_S, c->sample_rate) : 0U;
  for (uint32_t n = 0; n < c->n_bridge; ++n) {
    double sum = 0.0;
    for (uint32_t i = 0; i < order; ++i) {
      sum += a[i] * (n > i ? c->bridge[n - 1U - i] : c->past[c->n_past + n - 1U - i]);
    }
    c->bridge[n] = sum;
  }
}

void
lossy_conceal_begin(LossyConceal* c)
{
  memcpy(c->past, c->ring + c->at, (c->n_past - c->at) * sizeof(double));
  memcpy(c->past + (c->n_past - c->at), c->ring, c->at * sizeof(double));
  c->period                = find_period(c);
  c->phase                 = 0;
  c->done                  = 0;
  c->gain                  = 1.0;
  const double* const end  = c->past + c->n_past - c->period;
  const uint32_t      seam = c->period / 4U;
  for (uint32_t i = 0; i < c->period; ++i) {
    // Its end runs into its beginning, as the period before it did
    const uint32_t left  = c->period - i;
    const double   share = left <= seam ? (double)(seam - left + 1U) / (seam + 1U) : 0.0;
    c->loop[i]           = end[i] + ((end - c->period)[i] - end[i]) * share;
  }
  fill_bridge(c);
}

double
lossy_conceal_next(LossyConceal* c)
{
  if (!c->period) {
    return 0.0;
  }
  double x = c->loop[c->phase];
  if (c->done < c->n_bridge) {
    const double share = (double)(c->done + 1U) / (c->n_bridge + 1U);
    x                  = c->bridge[c->done] + (x - c->bridge[c->done]) * share;
    ++c->done;
  }
  c->phase = c->phase + 1U == c->period ? 0U : c->phase + 1U;
  c->gain *= c->fall;
  return x * c->gain;
}
