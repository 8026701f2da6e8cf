// SPDX-License-Identifier: ISC
#include "settings.h"

#include "fft.h"
#include "params.h"
#include "ramp.h"

#include <math.h>

static uint32_t
n_phases(double phase_loss)
{
  return phase_loss > 0.0 ? (uint32_t)fmax(4.0, trunc(64.0 * (1.0 - phase_loss))) : 0U;
}

LossyFrame
lossy_frame(const double* values, double share)
{
  const double g      = values[LOSSY_GLOBAL_AMOUNT];
  const double last   = lossy_params[LOSSY_HF_MONO].max;
  const bool   sides  = values[LOSSY_STEREO] == LOSSY_STEREO_MS;
  const bool   slushy = values[LOSSY_FREEZE_MODE] == LOSSY_FREEZE_SLUSHY;
  return (LossyFrame){
    .loss            = values[LOSSY_LOSS] * g * share,
    .pre_echo        = 0.5 * (values[LOSSY_PRE_ECHO] * g) * share,
    .transient_ratio = values[LOSSY_TRANSIENT_RATIO],
    .noise_shape     = values[LOSSY_NOISE_SHAPE],
    .weighting       = values[LOSSY_WEIGHTING],
    .hf_threshold    = values[LOSSY_HF_THRESHOLD],
    .jitter          = values[LOSSY_JITTER] * g,
    .n_phases        = n_phases(values[LOSSY_PHASE_LOSS] * g),
    .slushy_rate     = slushy ? fmin(values[LOSSY_SLUSHY_RATE] * lossy_pace(values), 1.0) : 0.0,
    .freezer         = values[LOSSY_FREEZER] * share,
    .compand         = values[LOSSY_QUANTIZER] >= 0.5,
    .inverse         = values[LOSSY_INVERSE] >= 0.5,
    .freeze          = values[LOSSY_FREEZE] >= 0.5,
    .hf_mono         = sides && values[LOSSY_HF_MONO] < last ? values[LOSSY_HF_MONO] : 0.0,
  };
}

bool
lossy_frame_is_identity(const LossyFrame* frame)
{
  return frame->loss <= 0.0 && !frame->freeze && !frame->n_phases && frame->jitter <= 0.0 &&
         frame->hf_mono <= 0.0;
}

KitLinearity
lossy_linearity(const double* values, const char** why)
{
  const LossyFrame frame = lossy_frame(values, 1.0);
  const double     g     = values[LOSSY_GLOBAL_AMOUNT];
  if (values[LOSSY_VOICE] >= 0.5) {
    *why = "the voice codec predicts from the sound";
    return KIT_NOT_LINEAR;
  }
  if (!lossy_frame_is_identity(&frame) || values[LOSSY_BOUNCE] >= 0.5) {
    *why = "what the codec drops, holds and turns depends on the sound";
    return KIT_NOT_LINEAR;
  }
  if (values[LOSSY_CRUSH] * g > 0.0 || values[LOSSY_GATE] * g > 0.0 || values[LOSSY_AUTO_GAIN] > 0.0) {
    *why = "crush, gate and auto gain depend on the sound";
    return KIT_NOT_LINEAR;
  }
  *why = "the limiter turns down what exceeds its ceiling";
  return KIT_LEVEL_DEPENDENT;
}

uint32_t
lossy_scaled_length(double length, double ratio)
{
  return (uint32_t)fmax(1.0, rint(length * ratio));
}

LossySizes
lossy_sizes(const double* values, double sample_rate)
{
  const double ratio  = sample_rate / KIT_REFERENCE_RATE;
  const double window = fmax(2.0, trunc(values[LOSSY_WINDOW_SIZE]));
  const double wish   = fmax(2.0, rint(window * ratio));
  // At the reference rate the size is the sound; at others the FFT may have one that it is fast at
  const uint32_t size = (uint32_t)(ratio == 1.0 ? wish : (double)kit_fft_near_size((size_t)wish));
  const uint32_t hop  = size / (uint32_t)fmax(1.0, values[LOSSY_HOP_DIVISOR]);
  return (LossySizes){
    .sample_rate = sample_rate,
    .ratio       = ratio,
    .window_size = size,
    .hop         = hop ? hop : 1U,
    .n_bands     = (uint32_t)fmax(1.0, values[LOSSY_N_BANDS]),
    .n_ref_bins  = (uint32_t)window / 2U + 1U,
  };
}
