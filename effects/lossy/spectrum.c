// SPDX-License-Identifier: ISC
#include "spectrum.h"

#include "kernels.h"

#include <math.h>
#include <string.h>

#define SOUNDING 1e-3 // RMS of a frame with something to hold

static size_t
padded_size(uint32_t n_bins)
{
  return (n_bins + 2U * LOSSY_MARGIN + KIT_LANES - 1U) / KIT_LANES * KIT_LANES;
}

size_t
lossy_spectrum_n_doubles(uint32_t n_bins)
{
  return 6U * padded_size(n_bins);
}

void
lossy_spectrum_init(LossySpectrum* spectrum, const LossyBands* bands, const LossySizes* sizes, double* memory)
{
  const uint32_t n_bins  = sizes->window_size / 2U + 1U;
  const size_t   size    = padded_size(n_bins);
  spectrum->bands        = bands;
  spectrum->n_bins       = n_bins;
  spectrum->n_ref_bins   = sizes->n_ref_bins;
  spectrum->n_phases     = 0;
  spectrum->n_per_window = sizes->window_size / sizes->hop;
  spectrum->bins_hz      = sizes->window_size / sizes->sample_rate;
  spectrum->magnitude    = memory + LOSSY_MARGIN;
  spectrum->domain       = memory + size + LOSSY_MARGIN;
  spectrum->kept         = memory + 2U * size;
  spectrum->work         = memory + 3U * size;
  spectrum->frozen       = memory + 4U * size;
  spectrum->inverse      = memory + 5U * size;
}

void
lossy_spectrum_resize(LossySpectrum* spectrum, const LossyBands* bands, const LossySizes* sizes)
{
  spectrum->bands        = bands;
  spectrum->n_bins       = sizes->window_size / 2U + 1U;
  spectrum->n_ref_bins   = sizes->n_ref_bins;
  spectrum->n_per_window = sizes->window_size / sizes->hop;
  spectrum->bins_hz      = sizes->window_size / sizes->sample_rate;
  lossy_spectrum_thaw(spectrum);
  memset(spectrum->magnitude + spectrum->n_bins, 0, (LOSSY_MARGIN / 2U) * sizeof(double));
  memset(spectrum->domain + spectrum->n_bins, 0, (LOSSY_MARGIN / 2U) * sizeof(double));
}

void
lossy_spectrum_reset(LossySpectrum* spectrum, uint32_t seed)
{
  kit_rng_init(&spectrum->rng, seed);
  lossy_spectrum_thaw(spectrum);
}

void
lossy_spectrum_thaw(LossySpectrum* spectrum)
{
  spectrum->has_frozen = false;
  spectrum->n_to_fill  = 0;
}

double
lossy_frame_loss(const LossyFrame* frame, bool before_attack)
{
  return before_attack ? fmin(1.0, frame->loss + frame->pre_echo) : frame->loss;
}

bool
lossy_frame_is_attack(const LossyFrame* frame, double before, double energy)
{
  return before > 1e-12 && energy / before > frame->transient_ratio;
}

/** Quantise `c`, whose largest value is `max`, into `p`. */
static void
quantize(LossySpectrum* s, const LossyFrame* frame, double loss, const double* c, double max)
{
  const double step = 2.0 * max / exp2(16.0 - 14.0 * loss);
  if (frame->noise_shape <= 0.0) {
    lossy_quantize(c, step, s->kept, s->n_bins);
    return;
  }
  const double     lowest = lossy_envelope(c, s->work, s->n_bins);
  const LossyShape shape  = {step, 3.0 * frame->noise_shape, lowest};
  lossy_quantize_shaped(c, s->work, &shape, s->kept, s->n_bins);
}

static void
quantize_magnitudes(LossySpectrum* s, const LossyFrame* frame, double loss, double max)
{
  if (max <= 0.0) {
    memcpy(s->kept, s->magnitude, s->n_bins * sizeof(double));
  } else if (frame->compand) {
    const double max_c = lossy_compress(s->magnitude, s->domain, s->n_bins);
    quantize(s, frame, loss, s->domain, max_c);
    lossy_expand(s->magnitude, s->kept, s->n_bins);
  } else {
    quantize(s, frame, loss, s->magnitude, max);
  }
}

/** Drop quiet bands by chance. */
static void
gate_bands(LossySpectrum* s, const LossyFrame* frame, double loss)
{
  const LossyBands* const bands = s->bands;
  double                  energy[LOSSY_MAX_BANDS];
  double                  mean = 0.0;
  for (uint32_t b = 0; b < bands->n; ++b) {
    const uint32_t n = bands->edges[b + 1U] - bands->edges[b];
    energy[b]        = lossy_energy(s->kept + bands->edges[b], n) / (double)n;
    mean += energy[b];
  }
  mean = mean / (double)bands->n + 1e-12;

  for (uint32_t b = 0; b < bands->n; ++b) {
    const double loudness = fmin(energy[b] / mean, 2.0) / 2.0;
    const double weight   = 0.75 * (1.0 - frame->weighting) + frame->weighting * (0.5 + 0.5 * bands->ath[b]);
    const double chance   = 0.6 * loss * (1.0 - loudness) * weight + 0.2 * loss * kit_rng_uniform(&s->rng);
    if (kit_rng_uniform(&s->rng) < chance) {
      s->kept_bands &= ~(UINT64_C(1) << b);
      memset(s->kept + bands->edges[b], 0, (bands->edges[b + 1U] - bands->edges[b]) * sizeof(double));
    }
  }
}

static void
limit_high_frequencies(LossySpectrum* s, const LossyFrame* frame, double loss)
{
  if (loss <= frame->hf_threshold) {
    return;
  }
  const double   n_ref = (double)s->n_ref_bins;
  const uint32_t least = s->n_ref_bins / 8U;
  const uint32_t cut   = (uint32_t)fmax(trunc(n_ref * (1.0 - 0.6 * loss)), (double)least);
  const double   range = frame->hf_threshold >= 1.0 ? 1.0 : 1.0 - frame->hf_threshold;
  const double   scale = fmax(0.0, 1.0 - (loss - frame->hf_threshold) / range);
  for (uint32_t k = cut; k < s->n_bins; ++k) {
    s->kept[k] *= scale;
  }
}

/** True if this frame is one to freeze. */
static bool
is_worth_freezing(LossySpectrum* s)
{
  // Parseval, over half of the bins and the Hann window's mean square of 3/8
  const double size  = 2.0 * (double)(s->n_bins - 1U);
  const double least = 0.5 * 0.375 * size * size * SOUNDING * SOUNDING;
  if (lossy_energy(s->magnitude, s->n_bins) < least || lossy_energy(s->kept, s->n_bins) <= 0.0) {
    s->n_to_fill = s->n_per_window;
    return false;
  }
  s->n_to_fill -= s->n_to_fill ? 1U : 0U;
  return !s->n_to_fill;
}

static void
freeze(LossySpectrum* s, const LossyFrame* frame)
{
  if (!frame->freeze) {
    lossy_spectrum_thaw(s);
    return;
  }
  if (!s->has_frozen) {
    if (!is_worth_freezing(s)) {
      return;
    }
    memcpy(s->frozen, s->kept, s->n_bins * sizeof(double));
    s->has_frozen = true;
  }

  const double rate  = frame->slushy_rate;
  const double blend = frame->freezer;
  for (uint32_t k = 0; k < s->n_bins; ++k) {
    s->frozen[k] = (1.0 - rate) * s->frozen[k] + rate * s->kept[k];
    s->kept[k]   = blend * s->frozen[k] + (1.0 - blend) * s->kept[k];
  }
}

static void
fill_phases(LossySpectrum* s, uint32_t n_phases)
{
  if (s->n_phases == n_phases) {
    return;
  }
  s->n_phases           = n_phases;
  const double   step   = 2.0 * M_PI / (double)n_phases;
  const uint32_t centre = (n_phases + 1U) / 2U;
  for (uint32_t i = 0; i <= 2U * centre; ++i) {
    s->phases[i] = kit_turn(step * ((double)i - (double)centre));
  }
}

void
lossy_spectrum_process(LossySpectrum* s, const LossyFrame* frame, double loss, double* bins)
{
  const double max = lossy_magnitudes(bins, s->magnitude, s->inverse, s->n_bins);
  s->kept_bands    = UINT64_MAX >> (LOSSY_MAX_BANDS - s->bands->n);
  if (loss > 0.0) {
    quantize_magnitudes(s, frame, loss, max);
    gate_bands(s, frame, loss);
  } else {
    memcpy(s->kept, s->magnitude, s->n_bins * sizeof(double));
  }
  if (frame->inverse) {
    for (uint32_t k = 0; k < s->n_bins; ++k) {
      const double lost = s->magnitude[k] - s->kept[k];
      s->kept[k]        = lost > 0.0 ? lost : 0.0;
    }
  }
  limit_high_frequencies(s, frame, loss);
  if (s->is_side && frame->hf_mono > 0.0) {
    const double   edge = fmin(ceil(frame->hf_mono * s->bins_hz), (double)s->n_bins);
    const uint32_t cut  = (uint32_t)edge;
    memset(s->kept + cut, 0, (s->n_bins - cut) * sizeof(double));
  }
  freeze(s, frame);

  if (frame->n_phases) {
    fill_phases(s, frame->n_phases);
    lossy_apply_phases(s->kept, s->phases, frame->n_phases, bins, s->n_bins);
  } else {
    lossy_apply_magnitudes(s->inverse, s->kept, bins, s->n_bins);
  }
  if (frame->jitter > 0.0) {
    kit_rng_fill_uniform(&s->rng, s->work, s->n_bins);
    lossy_turn(s->work, frame->jitter, bins, s->n_bins);
  }
}

void
lossy_spectrum_label(const LossySpectrum* s, const LossyLabels* labels, const LossySizes* sizes,
                     int64_t start, LossySpan span)
{
  const int64_t middle = start + (int64_t)((sizes->window_size - sizes->hop) / 2U);
  const int64_t from   = middle > span.from ? middle : span.from;
  const int64_t end    = middle + (int64_t)sizes->hop;
  const int64_t to     = end < span.to ? end : span.to;
  if (to > from) {
    kit_label_write(labels->sink, (KitLabel){
                                    .kind     = LOSSY_LABEL_CODEC,
                                    .channel  = labels->channel,
                                    .state    = s->has_frozen ? 1U : 0U,
                                    .n_bits   = s->bands->n,
                                    .bits     = s->kept_bands,
                                    .start    = labels->at + from,
                                    .n_frames = (uint32_t)(to - from),
                                  });
  }
}
