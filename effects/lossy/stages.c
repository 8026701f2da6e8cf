// SPDX-License-Identifier: ISC
#include "stages.h"

#include "crush.h"
#include "notes.h"
#include "params.h"
#include "simd.h"
#include "verb.h"

#include <math.h>

#define GAIN_RANGE_DB 72.0
#define MAX_AUTO_GAIN 10.0
#define SILENT_RMS    1e-8

static double
packet_ms(const double* values, double bpm)
{
  const KitParam* const param = &lossy_params[LOSSY_PACKET_SIZE];
  const double          note  = kit_note_within_s(values[LOSSY_PACKET_SYNC], bpm, param->max / 1000.0);
  const double          ms    = note > 0.0 ? note * 1000.0 : values[LOSSY_PACKET_SIZE] / lossy_pace(values);
  return fmin(fmax(ms, param->min), param->max);
}

LossyStages
lossy_stages(const double* values, double sample_rate, double bpm, const LossyRamp* ramp)
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
    .packet_rules  = {.rate    = rate,
                      .length  = lossy_packet_length(packet_ms(values, bpm), sample_rate),
                      .repeat  = values[LOSSY_PACKETS] == LOSSY_PACKETS_REPEAT,
                      .conceal = values[LOSSY_PACKETS] == LOSSY_PACKETS_CONCEAL,
                      .spread  = values[LOSSY_SPREAD],
                      .ramp    = *ramp},
    .filter        = lossy_filter(values, sample_rate),
    .verb          = values[LOSSY_VERB] * g,
    .verb_feedback = lossy_verb_feedback(values[LOSSY_DECAY]),
    .verb_odd      = lossy_verb_odd(values[LOSSY_SPREAD]),
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
