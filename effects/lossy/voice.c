// SPDX-License-Identifier: ISC
#include "voice.h"

#include <math.h>
#include <string.h>

#define RATE          8000.0 // Of the narrow codec; the wide one has twice that
#define NARROW_CUTOFF 0.45   // Of the codec's rate
#define WIDE_CUTOFF   0.485
#define LOWEST_HZ     80.0
#define HALF          12U  // Samples of the codec's on each side that the resamplers look at
#define STEPS         256U // Of the kernel for each of them
#define KAISER        7.0
#define OUT           1024U         // Ring of decoded samples
#define GRID          (M_PI / 48.0) // Of the angles of reflection coefficients
#define LARGEST       0.985
#define SHAPE         0.6 // How far the noise keeps to the formants: 1 not at all
#define GAIN_DB       1.5 // Grid of the excitation's peak
#define SHORTEST      20U // Pitch period, samples of the codec's
#define FLOOR         1e-9
#define OVERSHOOT     2.0 // Of what is decoded over what was coded
#define N_KERNEL      (HALF * STEPS + 2U)
#define LAG_HZ        40.0 // Widening of formants

static double
rate_of(uint32_t kind)
{
  return kind == LOSSY_VOICE_WIDE ? 2.0 * RATE : RATE;
}

static double
ratio_of(uint32_t kind, double sample_rate)
{
  return fmax(1.0, sample_rate / rate_of(kind));
}

static uint32_t
frame_of(uint32_t kind)
{
  return kind == LOSSY_VOICE_WIDE ? 320U : 160U;
}

uint32_t
lossy_voice_delay(uint32_t kind, double sample_rate)
{
  // A whole frame has to be there, and both filters' later halves
  return (uint32_t)ceil((frame_of(kind) + 2U * HALF + 1U) * ratio_of(kind, sample_rate)) + 1U;
}

static uint32_t
ring_length(uint32_t kind, double sample_rate)
{
  const double reach = 2.0 * HALF * ratio_of(kind, sample_rate);
  uint32_t     n     = 256;
  while (n < lossy_voice_delay(kind, sample_rate) + (uint32_t)reach + 8U) {
    n *= 2U;
  }
  return n;
}

size_t
lossy_voice_n_doubles(uint32_t kind, double sample_rate)
{
  return (size_t)ring_length(kind, sample_rate) + OUT + N_KERNEL;
}

static double
bessel(double x)
{
  double sum  = 1.0;
  double term = 1.0;
  for (uint32_t k = 1; k < 30U; ++k) {
    term *= 0.5 * x / k;
    sum += term * term;
  }
  return sum;
}

static void
fill_kernel(double* kernel, double share_of_rate)
{
  const double cutoff = 2.0 * share_of_rate;
  for (uint32_t i = 0; i < N_KERNEL; ++i) {
    const double u      = (double)i / STEPS;
    const double x      = M_PI * cutoff * u;
    const double share  = fmin(u / HALF, 1.0);
    const double window = bessel(KAISER * sqrt(1.0 - share * share)) / bessel(KAISER);
    kernel[i]           = cutoff * (i ? sin(x) / x : 1.0) * window;
  }
}

void
lossy_voice_init(LossyVoice* voice, uint32_t kind, double sample_rate, double* memory)
{
  const bool wide = kind == LOSSY_VOICE_WIDE;
  *voice          = (LossyVoice){
             .rate     = rate_of(kind),
             .n_frame  = frame_of(kind),
             .n_window = frame_of(kind) / 2U * 3U,
             .order    = wide ? 16U : 8U,
             .longest  = wide ? 286U : 143U,
             .ratio    = ratio_of(kind, sample_rate),
             .delay    = lossy_voice_delay(kind, sample_rate),
             .mask     = ring_length(kind, sample_rate) - 1U,
             .in       = memory,
  };
  voice->out    = memory + voice->mask + 1U;
  voice->kernel = voice->out + OUT;
  fill_kernel(voice->kernel, wide ? WIDE_CUTOFF : NARROW_CUTOFF);
}

void
lossy_voice_reset(LossyVoice* voice)
{
  memset(voice->in, 0, (voice->mask + 1U + OUT) * sizeof(double));
  voice->n_in   = 0;
  voice->n_down = 0;
  memset(voice->speech, 0, sizeof(voice->speech));
  memset(voice->tract, 0, sizeof(voice->tract));
  memset(voice->noise, 0, sizeof(voice->noise));
  memset(voice->spoken, 0, sizeof(voice->spoken));
  memset(voice->excitation, 0, sizeof(voice->excitation));
  memset(voice->rumble, 0, sizeof(voice->rumble));
}

/** The filter at `u` samples of the codec's from its middle. */
static double
kernel_at(const double* kernel, double u)
{
  const double   at = fmin(fabs(u), HALF) * STEPS;
  const uint32_t i  = (uint32_t)at;
  return kernel[i] + (kernel[i + 1U] - kernel[i]) * (at - i);
}

/* The codec */

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
listen(const LossyVoice* voice, double* tract)
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
  double error = r[0] * 1.0001;
  for (uint32_t m = 0; m < order && error > FLOOR * FLOOR; ++m) {
    double sum = r[m + 1U];
    for (uint32_t i = 0; i < m; ++i) {
      sum -= a[i] * r[m - i];
    }
    const double k = fmin(fmax(sum / error, -LARGEST), LARGEST);
    step_up(a, m, k);
    tract[m] = fmin(fmax(sin(GRID * rint(asin(k) / GRID)), -LARGEST), LARGEST);
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

/** Sample `n` of a part as it was `lag` samples before; of a short lag, over and over. */
static double
repeated(const LossyVoice* voice, uint32_t lag, uint32_t n)
{
  return voice->excitation[LOSSY_VOICE_PITCH - lag + n % lag];
}

/** What of a part repeats what excited the tract before: that part is taken off `x`, and written to `out`. */
static void
take_pitch(const LossyVoice* voice, double* x, double* out)
{
  uint32_t best = SHORTEST;
  double   most = 0.0;
  double   gain = 0.0;
  for (uint32_t lag = SHORTEST; lag <= voice->longest; ++lag) {
    double xy = 0.0;
    double yy = FLOOR * FLOOR;
    for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
      const double y = repeated(voice, lag, n);
      xy += x[n] * y;
      yy += y * y;
    }
    if (xy > 0.0 && xy * xy / yy > most) {
      most = xy * xy / yy;
      best = lag;
      gain = fmin(rint(8.0 * xy / yy) / 8.0, 1.0);
    }
  }
  for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
    out[n] = gain * repeated(voice, best, n);
    x[n] -= out[n];
  }
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

/** Code 40 samples; `x` has the ones before it in front. */
static void
speak(LossyVoice* voice, const double* a, const double* x, uint32_t n_pulses, double* out)
{
  double  residual[LOSSY_VOICE_PART];
  double  pitch[LOSSY_VOICE_PART];
  double  shaped[LOSSY_VOICE_ORDER];
  uint8_t kept[LOSSY_VOICE_PART];
  double  power = 1.0;
  double  most  = 0.0;
  for (uint32_t n = 0; n < LOSSY_VOICE_PART + voice->order; ++n) {
    most = fmax(most, OVERSHOOT * fabs(x[(int32_t)n - (int32_t)voice->order]));
  }
  for (uint32_t i = 0; i < voice->order; ++i) {
    power *= SHAPE;
    shaped[i] = a[i] * power;
  }
  for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
    residual[n] = x[n];
    for (uint32_t i = 0; i < voice->order; ++i) {
      residual[n] -= a[i] * x[(int32_t)n - 1 - (int32_t)i];
    }
  }
  take_pitch(voice, residual, pitch);
  memmove(voice->excitation, voice->excitation + LOSSY_VOICE_PART,
          (LOSSY_VOICE_PITCH - LOSSY_VOICE_PART) * sizeof(double));
  double* const excitation = voice->excitation + LOSSY_VOICE_PITCH - LOSSY_VOICE_PART;
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

/** Code the frame that the last samples make up. */
static void
code_frame(LossyVoice* voice, uint32_t n_pulses)
{
  const uint32_t n_parts = voice->n_frame / LOSSY_VOICE_PART;
  const double*  x       = voice->speech + LOSSY_VOICE_HISTORY - voice->n_frame;
  double         tract[LOSSY_VOICE_ORDER];
  listen(voice, tract);
  for (uint32_t p = 0; p < n_parts; ++p, x += LOSSY_VOICE_PART) {
    double out[LOSSY_VOICE_PART];
    double a[LOSSY_VOICE_ORDER];
    predictor(voice, tract, (double)(p + 1U) / n_parts, a);
    speak(voice, a, x, n_pulses, out);
    const int64_t from = voice->n_down - (int64_t)voice->n_frame + (int64_t)(p * LOSSY_VOICE_PART);
    for (uint32_t n = 0; n < LOSSY_VOICE_PART; ++n) {
      voice->out[(uint32_t)(from + (int64_t)n) % OUT] = out[n];
    }
  }
  memcpy(voice->tract, tract, sizeof(tract));
}

/* Around it */

static double
sample_down(const LossyVoice* voice, double at)
{
  const double  reach = HALF * voice->ratio;
  const int64_t first = (int64_t)ceil(at - reach);
  const int64_t last  = (int64_t)floor(at + reach);
  double        sum   = 0.0;
  for (int64_t i = first; i <= last; ++i) {
    sum += voice->in[(uint32_t)i & voice->mask] * kernel_at(voice->kernel, ((double)i - at) / voice->ratio);
  }
  return sum / voice->ratio;
}

/** Two poles and two zeros that take away what is below the voice. */
static double
without_rumble(LossyVoice* voice, double x)
{
  const double radius = exp(-2.0 * M_PI * LOWEST_HZ / voice->rate);
  for (uint32_t i = 0; i < 2U; ++i) {
    const double y      = x - voice->rumble[i][0] + radius * voice->rumble[i][1];
    voice->rumble[i][0] = x;
    voice->rumble[i][1] = y;
    x                   = y;
  }
  return x;
}

static double
sample_up(const LossyVoice* voice, double at)
{
  const int64_t middle = (int64_t)floor(at);
  double        sum    = 0.0;
  for (int64_t k = middle - (int64_t)HALF + 1; k <= middle + (int64_t)HALF; ++k) {
    sum += voice->out[(uint32_t)k % OUT] * kernel_at(voice->kernel, (double)k - at);
  }
  return sum;
}

void
lossy_voice_process(LossyVoice* voice, const LossyVoiceRules* rules, const double* in, double* dry,
                    double* wet, uint32_t n)
{
  for (uint32_t i = 0; i < n; ++i) {
    voice->in[(uint32_t)voice->n_in & voice->mask] = in[i];
    const int64_t late                             = voice->n_in - (int64_t)voice->delay;
    for (double at;
         (at = (double)voice->n_down * voice->ratio) + HALF * voice->ratio <= (double)voice->n_in;) {
      memmove(voice->speech, voice->speech + 1, (LOSSY_VOICE_HISTORY - 1U) * sizeof(double));
      voice->speech[LOSSY_VOICE_HISTORY - 1U] = without_rumble(voice, sample_down(voice, at));
      ++voice->n_down;
      if (voice->n_down % voice->n_frame == 0) {
        code_frame(voice, rules->n_pulses);
      }
    }
    ++voice->n_in;
    const double clean = late >= 0 ? voice->in[(uint32_t)late & voice->mask] : 0.0;
    const double coded = late >= 0 ? sample_up(voice, (double)late / voice->ratio) : 0.0;
    if (dry) {
      dry[i] = clean;
    }
    wet[i] = clean + (coded - clean) * rules->mix;
  }
}
