// SPDX-License-Identifier: ISC
#include "bounce.h"
#include "stream.h"

#include <math.h>

#define MIN_SPREAD   128U
#define LOOKAHEAD_S  0.0015
#define SILENCE_LOG  13.8 // ln of 120 dB
#define COMB_S       (1973.0 / KIT_REFERENCE_RATE)
#define ALL_PASS_S   0.25 // until 379 samples with a gain of 0.6 have died away
#define HELD_S       1.0  // of what is frozen, to fade it out in
#define LOST_PACKETS 20.0 // in a row, at the odds of 0.6 each

LossyDelays
lossy_delays(const double* values, double sample_rate)
{
  const LossySizes sizes     = lossy_sizes(values, sample_rate);
  const uint32_t   least     = sizes.hop < MIN_SPREAD ? sizes.hop : MIN_SPREAD;
  const uint32_t   spread    = sizes.hop / 8U > least ? sizes.hop / 8U : least;
  const uint32_t   lookahead = (uint32_t)lrint(LOOKAHEAD_S * sample_rate);
  return (LossyDelays){spread, sizes.window_size + sizes.hop + spread, lookahead};
}

bool
lossy_window_bounces(const double* values)
{
  return values[LOSSY_BOUNCE] >= 0.5 && lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET]) == LOSSY_WINDOW_SIZE;
}

bool
lossy_needs_rebuild(const double* running, const double* wanted, double sample_rate)
{
  (void)sample_rate;
  return running[LOSSY_WINDOW_SIZE] != wanted[LOSSY_WINDOW_SIZE] ||
         running[LOSSY_HOP_DIVISOR] != wanted[LOSSY_HOP_DIVISOR] ||
         running[LOSSY_N_BANDS] != wanted[LOSSY_N_BANDS] || running[LOSSY_BOUNCE] != wanted[LOSSY_BOUNCE] ||
         lossy_window_bounces(running) != lossy_window_bounces(wanted);
}

uint32_t
lossy_latency_frames(const double* values, double sample_rate)
{
  const LossyDelays delays = lossy_delays(values, sample_rate);
  return delays.codec + delays.lookahead;
}

static double
verb_tail_s(const double* values)
{
  const double feedback = lossy_verb_feedback(values[LOSSY_DECAY]);
  const bool   on       = values[LOSSY_VERB] * values[LOSSY_GLOBAL_AMOUNT] > 0.0;
  return on ? COMB_S * SILENCE_LOG / -log(feedback) + ALL_PASS_S : 0.0;
}

static double
filter_tail_s(const double* values, double sample_rate)
{
  double lowest[LOSSY_N_PARAMS];
  for (uint32_t i = 0; i < LOSSY_N_PARAMS; ++i) {
    lowest[i] = values[i];
  }
  if (values[LOSSY_BOUNCE] >= 0.5 && lossy_bounce_slot(values[LOSSY_BOUNCE_TARGET]) == LOSSY_FILTER_FREQ) {
    lowest[LOSSY_FILTER_FREQ] = lossy_params[LOSSY_FILTER_FREQ].min;
  }
  const LossyFilter filter = lossy_filter(lowest, sample_rate);
  if (!filter.n_sections) {
    return 0.0;
  }
  // Both poles have the radius sqrt(a2); sections in series prolong the fall a little
  const double frames = 2.0 * (SILENCE_LOG + 2.0 * filter.n_sections) / -log(filter.coeffs.a2);
  return frames / sample_rate;
}

double
lossy_tail_s(const double* values, double sample_rate)
{
  if (values[LOSSY_FREEZE] >= 0.5) {
    return HUGE_VAL;
  }
  const double window = lossy_sizes(values, sample_rate).window_size / sample_rate;
  const double packets =
    values[LOSSY_PACKETS] == LOSSY_PACKETS_REPEAT ? LOST_PACKETS * values[LOSSY_PACKET_SIZE] / 1000.0 : 0.0;
  return window + verb_tail_s(values) + filter_tail_s(values, sample_rate) + packets;
}

double
lossy_default_tail_s(const double* values, double sample_rate)
{
  if (values[LOSSY_FREEZE] >= 0.5) {
    return HELD_S;
  }
  return verb_tail_s(values) > 0.0 ? lossy_tail_s(values, sample_rate) : 0.0;
}
