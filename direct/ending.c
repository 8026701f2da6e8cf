// SPDX-License-Identifier: ISC
#include "ending.h"

#include <math.h>

#define MAX_TAIL_S 86400.0
#define FADE_S     1.0
#define UNHEARD    1e-6 // of the peak: -120 dB

KitStatus
kit_ending_init(KitEnding* ending, const KitRenderOptions* options, const double* values, double sample_rate)
{
  const KitEffect* const effect = options->effect;
  const bool             own    = !(options->tail_s >= 0.0);
  const double           tail_s = own ? effect->default_tail_s(values, sample_rate) : options->tail_s;
  if (!(tail_s <= MAX_TAIL_S)) {
    kit_log(options->log, KIT_LOG_ERROR, "a tail of %g s: 0 to %g s is expected", tail_s, MAX_TAIL_S);
    return KIT_ERR_BAD_ARG;
  }
  const double   rings_s  = effect->tail_s ? effect->tail_s(values, sample_rate) : 0.0;
  const bool     sustains = isinf(rings_s) || (own && rings_s > tail_s + FADE_S);
  const bool     fades    = sustains && (own || options->preset_tail);
  const uint64_t n_tail   = (uint64_t)llrint(fmax(tail_s, 0.0) * sample_rate);
  const uint64_t second   = (uint64_t)llrint(FADE_S * sample_rate);
  *ending                 = (KitEnding){
                    .n_in   = KIT_UNKNOWN_LENGTH,
                    .n_tail = n_tail,
                    .n_fade = !fades            ? 0U
                              : n_tail < second ? n_tail
                                                : second,
                    .trims  = own && !fades && n_tail,
  };
  return KIT_SUCCESS;
}

static double
loudest(const double* x, size_t n, double peak)
{
  double lanes[8] = {0};
  size_t i        = 0;
  for (; i + 8U <= n; i += 8U) {
    for (size_t j = 0; j < 8U; ++j) {
      lanes[j] = fabs(x[i + j]) > lanes[j] ? fabs(x[i + j]) : lanes[j];
    }
  }
  for (; i < n; ++i) {
    peak = fmax(peak, fabs(x[i]));
  }
  for (size_t j = 0; j < 8U; ++j) {
    peak = fmax(peak, lanes[j]);
  }
  return peak;
}

static void
fade(const KitEnding* ending, double* const* channels, uint32_t n_channels, size_t n)
{
  const uint64_t end  = ending->n_in + ending->n_tail;
  const uint64_t from = end - ending->n_fade;
  for (size_t i = from > ending->n_done ? (size_t)(from - ending->n_done) : 0U; i < n; ++i) {
    const double left = (double)(end - (ending->n_done + i)) / (double)ending->n_fade;
    const double gain = 0.5 - 0.5 * cos(M_PI * left);
    for (uint32_t c = 0; c < n_channels; ++c) {
      channels[c][i] *= gain;
    }
  }
}

void
kit_ending_apply(KitEnding* ending, double* const* channels, uint32_t n_channels, size_t n)
{
  const uint64_t left = ending->n_in > ending->n_done ? ending->n_in - ending->n_done : 0U;
  const size_t   body = left < n ? (size_t)left : n;
  if (ending->n_fade && body < n) {
    fade(ending, channels, n_channels, n);
  }
  for (uint32_t c = 0; ending->trims && c < n_channels; ++c) {
    ending->peak = loudest(channels[c], body, ending->peak);
  }
  ending->n_stay = !ending->trims ? ending->n_done + n : body ? ending->n_done + body : ending->n_stay;
  // A peak that comes later only makes silent what came before it, so one pass is enough
  for (size_t i = body; ending->trims && i < n; ++i) {
    double level = 0.0;
    for (uint32_t c = 0; c < n_channels; ++c) {
      level = fmax(level, fabs(channels[c][i]));
    }
    ending->peak   = fmax(ending->peak, level);
    ending->n_stay = level > UNHEARD * ending->peak ? ending->n_done + i + 1U : ending->n_stay;
  }
  ending->n_done += n;
}
