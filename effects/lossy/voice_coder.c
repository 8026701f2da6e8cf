// SPDX-License-Identifier: ISC
#include "voice_coder.h"

#include <math.h>
#include <string.h>

#define GRID      (M_PI / 48.0) // Of the angles of reflection coefficients
#define LARGEST   0.985
#define LAG_HZ    40.0   // Widening of formants
#define UNDER     1.0001 // A floor under the spectrum, as a factor on its power
#define SHAPE     0.6    // How far the pulses' noise keeps to the formants: 1 not at all
#define GAIN_DB   1.5    // Grid of the excitation's peak
#define SHORTEST  20U    // Pitch period, samples of the codec's
#define FLOOR     1e-9
#define OVERSHOOT 2.0 // Of what is decoded over what was coded

// Of voip, found by search against a codec of internet calls at 12 kbit/s
#define VOIP_LARGEST 0.9999
#define VOIP_UNDER   1.0005 // So that noise does not gather where there is nothing
#define VOIP_SHAPE   0.84
#define VOIP_TILT    0.4 // Of the noise, towards low frequencies
#define VOIP_STEP_DB 0.6 // Of the signal over the noise, for each step of detail
#define VOIP_VOICED  6.0 // dB more where the pitch says all
#define VOIP_PITCH   0.5 // Least share of the residual's power that is worth a pitch

/** From a predictor of order `m` to the next. */
static void
step_up(double* a, uint32_t m, double k)
{
  double next[LOSSY_VOICE_ORDER];
  for (uint32_t i = 0; i < m; ++i) {
    next[i] = a[i] - k * a[m - 1U - i];
  }
  memcpy(a, next, m * sizeof(double));
  a[m] = k;
}

/** Reflection coefficients that predict the last samples best, on their grid. */
static void
fit_predictor(const LossyVoice* voice, double* tract)
{
  const uint32_t      n     = voice->n_window;
  const uint32_t      order = voice->order;
  const double* const x     = voice->speech + LOSSY_VOICE_HISTORY - n;
  double              windowed[LOSSY_VOICE_WINDOW];
  double              r[LOSSY_VOICE_ORDER + 1U];
  double              a[LOSSY_VOICE_ORDER + 1U] = {0};
  memset(tract, 0, LOSSY_VOICE_ORDER * sizeof(double));
  for (uint32_t i = 0; i < n; ++i) {
    windowed[i] = x[i] * (0.54 - 0.46 * cos(2.0 * M_PI * (i + 0.5) / n));
  }
  for (uint32_t lag = 0; lag <= order; ++lag) {
    const double width = 2.0 * M_PI * LAG_HZ * lag / voice->rate;
    r[lag]             = 0.0;
    for (uint32_t i = lag; i < n; ++i) {
      r[lag] += windowed[i] * windowed[i - lag];
    }
    r[lag] *= exp(-0.5 * width * width);
  }
  const bool   voip    = voice->kind == LOSSY_VOICE_VOIP;
  const double largest = voip ? VOIP_LARGEST : LARGEST;
  double       error   = r[0] * (voip ? VOIP_UNDER : UNDER);
  for (uint32_t m = 0; m < order && error > FLOOR * FLOOR; ++m) {
    double sum = r[m + 1U];
    for (uint32_t i = 0; i < m; ++i) {
      sum -= a[i] * r[m - i];
    }
    const double k = fmin(fmax(sum / error, -largest), largest);
    step_up(a, m, k);
    tract[m] = fmin(fmax(sin(GRID * rint(asin(k) / GRID)), -largest), largest);
    error *= 1.0 - k * k;
  }
}

/** Predictor of the reflection coefficients a share of the way from the last frame's to this one's. */
static void
predictor(const LossyVoice* voice, const double* tract, double share, double* a)
{
  for (uint32_t m = 0; m < voice->order; ++m) {
    step_up(a, m, voice->tract[m] + (tract[m] - voice->tract[m]) * share);
  }
}

/** Mark the largest `n` of a part.  @return the largest. */
static double
choose(const double* x, uint32_t n, uint8_t* kept)
{
  double largest = 0.0;
  memset(kept, 0, LOSSY_VOICE_PART);
  for (uint32_t p = 0; p < n && p < LOSSY_VOICE_PART; ++p) {
    uint32_t best = LOSSY_VOICE_PART;
    for (uint32_t i = 0; i < LOSSY_VOICE_PART; ++i) {
      best = !kept[i] && (best == LOSSY_VOICE_PART || fabs(x[i]) > fabs(x[best])) ? i : best;
    }
    kept[best] = 1;
    largest    = p ? largest : fabs(x[best]);
  }
  return largest;
}

static double
on_grid(double gain)
{
  return gain > FLOOR ? pow(10.0, GAIN_DB / 20.0 * rint(20.0 * log10(gain) / GAIN_DB)) : 0.0;
}

static void
push(double* newest_first, double x)
{
  memmove(newest_first + 1, newest_first, (LOSSY_VOICE_ORDER - 1U) * sizeof(double));
  newest_first[0] = x;
}

static double
predict(const LossyVoice* voice, const double* a, const double* newest_first)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < voice->order; ++i) {
    sum += a[i] * newest_first[i];
  }
  return sum;
}

/** A part as it was `lag` samples before; of a short lag, over and over, in `scratch`. */
static const double*
repeated(const LossyVoice* voice, uint32_t lag, double* scratch)
{
  const double* const last = voice->excitation + LOSSY_VOICE_PITCH - lag;
  for (uint32_t n = 0; lag < LOSSY_VOICE_PART && n < LOSSY_VOICE_PART; ++n) {
    scratch[n] = n < lag ? last[n] : scratch[n - lag];
  }
  return lag < LOSSY_VOICE_PART ? scratch : last;
}

/** Sum over a part, in four lanes that a compiler can keep apart. */
static double
inner(const double* x, const double* y)
{
  double sum[4] = {0};
  for (uint32_t n = 0; n < LOSSY_VOICE_PART; n += 4U) {
    for (uint32_t lane = 0; lane < 4U; ++lane) {
      sum[lane] += x[n + lane] * y[n + lane];
    }
  }
  return sum[0] + sum[1] + sum[2] + sum[3];
}

/** What of a part repeats what excited the tract before: where that is more than a share of its power, it is
   taken off `x`, and written to `out`.  @return that share, or 0. */
static double
take_pitch(const LossyVoice* voice, double least, double* x, double* out)
{
  const double all = FLOOR * FLOOR + inner(x, x);
  double       scratch[LOSSY_VOICE_PART];
  uint32_t     best = SHORTEST;
  double       most = 0.0;
  double       gain = 0.0;
  for (uint32_t lag = SHORTEST; lag <= voice->longest; ++lag) {
    const double* const y  = repeated(voice, lag, scratch);
    const double        xy = inner(x, y);
    const double        yy = FLOOR * FLOOR + inner(y, y);
    if (xy > 0.0 && xy * xy / yy > most) {
      most = xy * xy / yy;
      best = lag;
      gain = fmin(rint(8.0 * xy / yy) / 8.0, 1.0);
    }
  }
  const bool          pays = most >= least * all;
  const double* const y    = repeated(voice, best, scratch);
  for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
    out[n] = pays ? gain * y[n] : 0.0;
    x[n] -= out[n];
  }
  return pays ? most / all : 0.0;
}

/** Three bits: a sign and four sizes. */
static double
nearest_size(double size)
{
  static const double sizes[] = {0.08, 0.26, 0.52, 0.92};
  uint32_t            i       = 0;
  while (i < 3U && size > 0.5 * (sizes[i] + sizes[i + 1U])) {
    ++i;
  }
  return sizes[i];
}

/** What prediction leaves of a part; `x` has the ones before it in front. */
static void
take_residual(const LossyVoice* voice, const double* a, const double* x, double* residual)
{
  for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
    residual[n] = x[n];
    for (uint32_t i = 0; i < voice->order; ++i) {
      residual[n] -= a[i] * x[(int32_t)n - 1 - (int32_t)i];
    }
  }
}

/** Predictor A(z / `by`), which has wider formants than A(z). */
static void
widen(const LossyVoice* voice, const double* a, double by, double* wide)
{
  double power = 1.0;
  for (uint32_t i = 0; i < voice->order; ++i) {
    power *= by;
    wide[i] = a[i] * power;
  }
}

/** Make room for the excitation of the next part.  @return where it goes. */
static double*
next_excitation(LossyVoice* voice)
{
  memmove(voice->excitation, voice->excitation + LOSSY_VOICE_PART,
          (LOSSY_VOICE_PITCH - LOSSY_VOICE_PART) * sizeof(double));
  return voice->excitation + LOSSY_VOICE_PITCH - LOSSY_VOICE_PART;
}

/** Code 40 samples by their largest pulses; `x` has the ones before it in front. */
static void
code_pulses(LossyVoice* voice, const double* a, const double* x, uint32_t n_pulses, double* out)
{
  double  residual[LOSSY_VOICE_PART];
  double  pitch[LOSSY_VOICE_PART];
  double  shaped[LOSSY_VOICE_ORDER];
  uint8_t kept[LOSSY_VOICE_PART];
  double  most = 0.0;
  for (uint32_t n = 0; n < LOSSY_VOICE_PART + voice->order; ++n) {
    most = fmax(most, OVERSHOOT * fabs(x[(int32_t)n - (int32_t)voice->order]));
  }
  widen(voice, a, SHAPE, shaped);
  take_residual(voice, a, x, residual);
  take_pitch(voice, 0.0, residual, pitch);
  double* const excitation = next_excitation(voice);
  const double  gain       = on_grid(choose(residual, n_pulses, kept));
  for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
    const double wanted = residual[n] - predict(voice, shaped, voice->noise);
    const double size   = gain * nearest_size(gain > 0.0 ? fabs(wanted) / gain : 0.0);
    const double pulse  = kept[n] ? copysign(size, wanted) : 0.0;
    push(voice->noise, fmin(fmax(pulse - wanted, -gain), gain));
    excitation[n] = pitch[n] + pulse;
    // Narrow formants that move ring up what was rounded, without end
    const double spoken = excitation[n] + predict(voice, a, voice->spoken);
    push(voice->spoken, fmin(fmax(spoken, -most), most));
    out[n] = voice->spoken[0];
  }
}

/** Code 40 samples, every one of them rounded; `x` has the ones before it in front. */
static void
code_rounded(LossyVoice* voice, const double* a, const double* x, uint32_t detail, double* out)
{
  double residual[LOSSY_VOICE_PART];
  double pitch[LOSSY_VOICE_PART];
  double shaped[LOSSY_VOICE_ORDER];
  widen(voice, a, VOIP_SHAPE, shaped);
  take_residual(voice, shaped, x, residual);
  const double level = sqrt(inner(residual, residual) / LOSSY_VOICE_PART);
  take_residual(voice, a, x, residual);
  const double  voiced     = take_pitch(voice, VOIP_PITCH, residual, pitch);
  const double  ratio_db   = VOIP_STEP_DB * detail + VOIP_VOICED * voiced;
  const double  step       = level * pow(10.0, -ratio_db / 20.0) + FLOOR;
  double* const excitation = next_excitation(voice);
  for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
    const double fed_back = predict(voice, shaped, voice->noise) - predict(voice, a, voice->noise);
    const double wanted   = residual[n] + fed_back + VOIP_TILT * voice->rounding;
    const double rounded  = step * rint(wanted / step);
    voice->rounding       = rounded - wanted;
    excitation[n]         = pitch[n] + rounded;
    push(voice->spoken, excitation[n] + predict(voice, a, voice->spoken));
    out[n] = voice->spoken[0];
    push(voice->noise, out[n] - x[n]);
  }
}

void
lossy_voice_code_frame(LossyVoice* voice, uint32_t detail)
{
  const uint32_t n_parts = voice->n_frame / LOSSY_VOICE_PART;
  const double*  x       = voice->speech + LOSSY_VOICE_HISTORY - voice->n_frame;
  double         tract[LOSSY_VOICE_ORDER];
  fit_predictor(voice, tract);
  for (uint32_t p = 0; p < n_parts; ++p, x += LOSSY_VOICE_PART) {
    double out[LOSSY_VOICE_PART];
    double a[LOSSY_VOICE_ORDER];
    predictor(voice, tract, (double)(p + 1U) / n_parts, a);
    if (voice->kind == LOSSY_VOICE_VOIP) {
      code_rounded(voice, a, x, detail, out);
    } else {
      code_pulses(voice, a, x, detail, out);
    }
    const int64_t from = voice->n_down - (int64_t)voice->n_frame + (int64_t)(p * LOSSY_VOICE_PART);
    for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
      voice->out[(uint32_t)(from + (int64_t)n) % LOSSY_VOICE_OUT] = out[n];
    }
  }
  memcpy(voice->tract, tract, sizeof(tract));
}
