// SPDX-License-Identifier: ISC
#include "verb.h"

#include "settings.h"
#include "simd.h"

#include "vstkit/param.h"

#include <math.h>
#include <string.h>

#define N_LINES       (LOSSY_N_COMBS + 1U)
#define ALL_PASS      LOSSY_N_COMBS
#define ALL_PASS_GAIN 0.6
#define MAX_RUN       256U

static const double line_delays[N_LINES] = {1031.0, 1327.0, 1657.0, 1973.0, 379.0};

size_t
lossy_verb_n_doubles(double sample_rate)
{
  size_t n = 0;
  for (uint32_t i = 0; i < N_LINES; ++i) {
    n += lossy_scaled_length(line_delays[i], sample_rate / KIT_REFERENCE_RATE);
  }
  return n;
}

void
lossy_verb_init(LossyVerb* verb, double sample_rate, double* memory)
{
  *verb              = (LossyVerb){0};
  const double ratio = sample_rate / KIT_REFERENCE_RATE;
  // One damping in Hz: its pole is 0.55 at 44.1 kHz
  verb->damp   = ratio == 1.0 ? 0.55 : pow(0.55, 1.0 / ratio);
  verb->feed   = ratio == 1.0 ? 0.45 : 1.0 - verb->damp;
  verb->memory = memory;
  for (uint32_t i = 0; i < N_LINES; ++i) {
    verb->lines[i]  = memory;
    verb->delays[i] = lossy_scaled_length(line_delays[i], ratio);
    memory += verb->delays[i];
  }
}

void
lossy_verb_reset(LossyVerb* verb)
{
  size_t n = 0;
  for (uint32_t i = 0; i < N_LINES; ++i) {
    n += verb->delays[i];
    verb->at[i] = 0;
  }
  memset(verb->memory, 0, n * sizeof(double));
  memset(verb->last, 0, sizeof(verb->last));
}

double
lossy_verb_feedback(double decay)
{
  return 0.4 + 0.55 * decay;
}

double
lossy_verb_odd(double spread)
{
  return spread > 0.0 ? cos(M_PI * spread) : 1.0;
}

/** The damping filters of all combs, together: each waits for its last result. */
static void
damp(LossyVerb* verb, double (*read)[MAX_RUN], uint32_t n)
{
  const double a  = verb->damp;
  double       y0 = verb->last[0];
  double       y1 = verb->last[1];
  double       y2 = verb->last[2];
  double       y3 = verb->last[3];
  for (uint32_t i = 0; i < n; ++i) {
    read[0][i] = y0 = read[0][i] + a * y0;
    read[1][i] = y1 = read[1][i] + a * y1;
    read[2][i] = y2 = read[2][i] + a * y2;
    read[3][i] = y3 = read[3][i] + a * y3;
  }
  verb->last[0] = y0;
  verb->last[1] = y1;
  verb->last[2] = y2;
  verb->last[3] = y3;
}

/** `n` samples during which no line wraps. */
KIT_CLONES
static void
run(LossyVerb* verb, LossyVerbRules rules, const double* restrict in, double* restrict wet, uint32_t n)
{
  double       read[LOSSY_N_COMBS][MAX_RUN];
  const double feed = verb->feed;
  const double odd  = 0.25 * (verb->is_second ? rules.odd : 1.0);
  for (uint32_t c = 0; c < LOSSY_N_COMBS; ++c) {
    const double* restrict const line = verb->lines[c] + verb->at[c];
    const double gain                 = c % 2U ? odd : 0.25;
    for (uint32_t i = 0; i < n; ++i) {
      wet[i]     = c ? wet[i] + gain * line[i] : gain * line[i];
      read[c][i] = feed * line[i];
    }
  }
  damp(verb, read, n);
  for (uint32_t c = 0; c < LOSSY_N_COMBS; ++c) {
    double* restrict const line = verb->lines[c] + verb->at[c];
    for (uint32_t i = 0; i < n; ++i) {
      line[i] = 0.25 * in[i] + rules.feedback * read[c][i];
    }
  }
  double* restrict const line = verb->lines[ALL_PASS] + verb->at[ALL_PASS];
  for (uint32_t i = 0; i < n; ++i) {
    const double y = line[i] - ALL_PASS_GAIN * wet[i];
    line[i]        = wet[i] + ALL_PASS_GAIN * y;
    wet[i]         = y;
  }
}

void
lossy_verb_process(LossyVerb* verb, LossyVerbRules rules, const double* in, double* wet, uint32_t n)
{
  for (uint32_t done = 0; done < n;) {
    uint32_t m = n - done < MAX_RUN ? n - done : MAX_RUN;
    for (uint32_t i = 0; i < N_LINES; ++i) {
      const uint32_t rest = verb->delays[i] - verb->at[i];
      m                   = rest < m ? rest : m;
    }
    run(verb, rules, in + done, wet + done, m);
    for (uint32_t i = 0; i < N_LINES; ++i) {
      verb->at[i] = verb->at[i] + m == verb->delays[i] ? 0U : verb->at[i] + m;
    }
    done += m;
  }
}
