// SPDX-License-Identifier: ISC
#include "voice_coder.h"

#include <math.h>
#include <string.h>

#define HALF     12U  // Samples of the codec's on each side that the resamplers look at
#define STEPS    256U // Of the kernel for each of them
#define KAISER   7.0
#define N_KERNEL (HALF * STEPS + 2U)

/** What the kinds differ in. */
typedef struct {
  double   rate;      ///< Hz
  double   cutoff;    ///< Share of the rate
  double   lowest_hz; ///< Of what is coded
  uint32_t n_frame;
  uint32_t order;
  uint32_t longest; ///< Pitch period
} Kind;

static const Kind kinds[] = {
  [LOSSY_VOICE_NARROW] = {8000.0, 0.45, 80.0, 160, 8, 143},
  [LOSSY_VOICE_WIDE]   = {16000.0, 0.485, 80.0, 320, 16, 286},
  [LOSSY_VOICE_VOIP]   = {16000.0, 0.51, 20.0, 320, 16, 286},
};

static double
ratio_of(uint32_t kind, double sample_rate)
{
  return fmax(1.0, sample_rate / kinds[kind].rate);
}

uint32_t
lossy_voice_delay(uint32_t kind, double sample_rate)
{
  // A whole frame has to be there, and both filters' later halves
  return (uint32_t)ceil((kinds[kind].n_frame + 2U * HALF + 1U) * ratio_of(kind, sample_rate)) + 1U;
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
  return (size_t)ring_length(kind, sample_rate) + LOSSY_VOICE_OUT + N_KERNEL;
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
  const Kind* const of = &kinds[kind];
  *voice               = (LossyVoice){
                  .kind     = kind,
                  .rate     = of->rate,
                  .n_frame  = of->n_frame,
                  .n_window = of->n_frame / 2U * 3U,
                  .order    = of->order,
                  .longest  = of->longest,
                  .ratio    = ratio_of(kind, sample_rate),
                  .delay    = lossy_voice_delay(kind, sample_rate),
                  .mask     = ring_length(kind, sample_rate) - 1U,
                  .rumble   = exp(-2.0 * M_PI * of->lowest_hz / of->rate),
                  .in       = memory,
  };
  voice->out    = memory + voice->mask + 1U;
  voice->kernel = voice->out + LOSSY_VOICE_OUT;
  fill_kernel(voice->kernel, of->cutoff);
}

void
lossy_voice_reset(LossyVoice* voice)
{
  memset(voice->in, 0, (voice->mask + 1U + LOSSY_VOICE_OUT) * sizeof(double));
  voice->n_in   = 0;
  voice->n_down = 0;
  memset(voice->speech, 0, sizeof(voice->speech));
  memset(voice->tract, 0, sizeof(voice->tract));
  memset(voice->noise, 0, sizeof(voice->noise));
  memset(voice->spoken, 0, sizeof(voice->spoken));
  memset(voice->excitation, 0, sizeof(voice->excitation));
  memset(voice->high_pass, 0, sizeof(voice->high_pass));
  voice->rounding = 0.0;
}

/** The filter at `u` samples of the codec's from its middle. */
static double
kernel_at(const double* kernel, double u)
{
  const double   off = fabs(u);
  const double   at  = (off < HALF ? off : HALF) * STEPS; // Not fmin(), which is a call
  const uint32_t i   = (uint32_t)at;
  return kernel[i] + (kernel[i + 1U] - kernel[i]) * (at - i);
}

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
  for (uint32_t i = 0; i < 2U; ++i) {
    const double y         = x - voice->high_pass[i][0] + voice->rumble * voice->high_pass[i][1];
    voice->high_pass[i][0] = x;
    voice->high_pass[i][1] = y;
    x                      = y;
  }
  return x;
}

static double
sample_up(const LossyVoice* voice, double at)
{
  const int64_t middle = (int64_t)floor(at);
  double        sum    = 0.0;
  for (int64_t k = middle - (int64_t)HALF + 1; k <= middle + (int64_t)HALF; ++k) {
    sum += voice->out[(uint32_t)k % LOSSY_VOICE_OUT] * kernel_at(voice->kernel, (double)k - at);
  }
  return sum;
}

void
lossy_voice_process(LossyVoice* voice, const LossyVoiceRules* rules, const double* in, double* out,
                    uint32_t n)
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
        lossy_voice_code_frame(voice, rules->detail);
      }
    }
    ++voice->n_in;
    const double clean = late >= 0 ? voice->in[(uint32_t)late & voice->mask] : 0.0;
    const double coded = late >= 0 ? sample_up(voice, (double)late / voice->ratio) : 0.0;
    out[i]             = clean + (coded - clean) * rules->mix;
  }
}
