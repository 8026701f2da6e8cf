// SPDX-License-Identifier: ISC
#include "stages.h"

#include "crush.h"
#include "params.h"
#include "simd.h"
#include "verb.h"

#include <math.h>

#define GAIN_RANGE_DB 72.0
#define MAX_AUTO_GAIN 10.0
#define SILENT_RMS    1e-8

LossyStages
lossy_stages(const double* values, double sample_rate)
{
  const double g        = values[LOSSY_GLOBAL_AMOUNT];
  const double decimate = values[LOSSY_DECIMATE] * g;
  const double rate     = values[LOSSY_PACKET_RATE] * g;
  return (LossyStages){
    .auto_gain     = values[LOSSY_AUTO_GAIN],
    .gain          = pow(10.0, (values[LOSSY_LOSS_GAIN] - 0.5) * GAIN_RANGE_DB / 20.0),
    .crush         = values[LOSSY_CRUSH] * g,
    .hold          = decimate > 0.0 ? lossy_hold_factor(decimate, sample_rate / KIT_REFERENCE_RATE) : 0.0,
    .packets       = values[LOSSY_PACKETS] != LOSSY_PACKETS_CLEAN && rate > 0.0,
    .packet_rules  = {rate, lossy_packet_length(values[LOSSY_PACKET_SIZE], sample_rate),
                      values[LOSSY_PACKETS] == LOSSY_PACKETS_REPEAT, false},
    .filter        = lossy_filter(values, sample_rate),
    .verb          = values[LOSSY_VERB] * g,
    .verb_feedback = lossy_verb_feedback(values[LOSSY_DECAY]),
    .verb_post     = values[LOSSY_VERB_POSITION] == LOSSY_VERB_POST,
    .gate          = values[LOSSY_GATE] * g,
    .ceiling       = 0.1 + 0.85 * values[LOSSY_THRESHOLD],
    .wet           = values[LOSSY_WET_DRY],
  };
}

double
lossy_auto_gain(double amount, double before, double after)
{
  const double ratio = before > SILENT_RMS && after > SILENT_RMS ? before / after : 1.0;
  return fmin(1.0 + amount * (ratio - 1.0), MAX_AUTO_GAIN);
}

KIT_CLONES
void
lossy_scale(double gain, double* x, size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    x[i] *= gain;
  }
}

KIT_CLONES
double
lossy_peak(const double* x, size_t n)
{
  double lanes[KIT_LANES] = {0};
  size_t i                = 0;
  for (; i + KIT_LANES <= n; i += KIT_LANES) {
    for (size_t j = 0; j < KIT_LANES; ++j) {
      lanes[j] = fabs(x[i + j]) > lanes[j] ? fabs(x[i + j]) : lanes[j];
    }
  }
  double peak = 0.0;
  for (; i < n; ++i) {
    peak = fabs(x[i]) > peak ? fabs(x[i]) : peak;
  }
  for (size_t j = 0; j < KIT_LANES; ++j) {
    peak = lanes[j] > peak ? lanes[j] : peak;
  }
  return peak;
}

KIT_CLONES
void
lossy_mix(const double* restrict dry, double gain, double wet, double* restrict out, size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    out[i] = dry[i] * (1.0 - wet) + out[i] * gain * wet;
  }
}
