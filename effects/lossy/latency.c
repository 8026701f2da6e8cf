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
#define CONCEALED_S  0.8  // until what is made up has fallen by 120 dB
#define VOICE_S      0.15 // until the voice codec's last formants have died away
#define LOST_PACKETS 20.0 // in a row, at the odds of 0.6 each

LossyDelays
lossy_delays(const double* values, double sample_rate)
{
  const LossySizes sizes     = lossy_sizes(values, sample_rate);
  const uint32_t   least     = sizes.hop < MIN_SPREAD ? sizes.hop : MIN_SPREAD;
  const uint32_t   spread    = sizes.hop / 8U > least ? sizes.hop / 8U : least;
  const uint32_t   lookahead = (uint32_t)lrint(LOOKAHEAD_S * sample_rate);
  const uint32_t   voice =
    values[LOSSY_VOICE] >= 0.5 ? lossy_voice_delay((uint32_t)values[LOSSY_VOICE], sample_rate) : 0U;
  return (LossyDelays){spread, sizes.window_size + sizes.hop + spread + voice, lookahead, voice};
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
         running[LOSSY_STEREO] != wanted[LOSSY_STEREO] || running[LOSSY_VOICE] != wanted[LOSSY_VOICE] ||
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
  const double longest =
    values[LOSSY_PACKET_SYNC] > 0.0
      ? lossy_params[LOSSY_PACKET_SIZE].max
      : fmin(values[LOSSY_PACKET_SIZE] / lossy_pace(values), lossy_params[LOSSY_PACKET_SIZE].max);
  double packets = values[LOSSY_PACKETS] == LOSSY_PACKETS_REPEAT ? LOST_PACKETS * longest / 1000.0 : 0.0;
  if (values[LOSSY_PACKETS] == LOSSY_PACKETS_CONCEAL) {
    packets = fmin(LOST_PACKETS * longest / 1000.0, CONCEALED_S);
  }
  const double voice = values[LOSSY_VOICE] >= 0.5 ? VOICE_S : 0.0;
  return window + voice + verb_tail_s(values) + filter_tail_s(values, sample_rate) + packets;
}

double
lossy_default_tail_s(const double* values, double sample_rate)
{
  if (values[LOSSY_FREEZE] >= 0.5) {
    return HELD_S;
  }
  return verb_tail_s(values) > 0.0 ? lossy_tail_s(values, sample_rate) : 0.0;
}
