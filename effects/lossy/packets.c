// SPDX-License-Identifier: ISC
#include "packets.h"

#include "params.h"
#include "vmath.h"

#include <math.h>
#include <string.h>

uint32_t
lossy_packet_length(double size_ms, double sample_rate)
{
  return (uint32_t)fmax(1.0, trunc(size_ms * sample_rate / 1000.0));
}

static uint32_t
max_length(double sample_rate)
{
  return lossy_packet_length(lossy_params[LOSSY_PACKET_SIZE].max, sample_rate);
}

static uint32_t
max_fade(double sample_rate)
{
  return (uint32_t)(LOSSY_PACKET_FADE_S * sample_rate);
}

size_t
lossy_packets_n_doubles(double sample_rate)
{
  return (size_t)max_length(sample_rate) + max_fade(sample_rate) + 1U + lossy_conceal_n_doubles(sample_rate);
}

void
lossy_packets_init(LossyPackets* packets, double sample_rate, double* memory)
{
  packets->max_length = max_length(sample_rate);
  packets->max_fade   = max_fade(sample_rate);
  packets->last_good  = memory;
  packets->rise       = memory + packets->max_length;
  packets->n_rise     = 0;
  packets->labels     = (LossyLabels){0};
  lossy_conceal_init(&packets->conceal, sample_rate, packets->rise + packets->max_fade + 1U);
}

void
lossy_packets_seed(LossyPackets* packets, uint32_t seed)
{
  kit_rng_init(&packets->rng, seed + LOSSY_PACKET_SEED);
  kit_rng_init(&packets->own, seed + LOSSY_SPREAD_SEED);
}

void
lossy_packets_reset(LossyPackets* packets, uint32_t seed, size_t n_frames)
{
  lossy_packets_seed(packets, seed);
  lossy_conceal_reset(&packets->conceal);
  memset(packets->last_good, 0, packets->max_length * sizeof(double));
  packets->left    = n_frames;
  packets->at      = 0;
  packets->size    = 0;
  packets->bad     = false;
  packets->was_bad = false;
}

static void
begin_packet(LossyPackets* p, const LossyPacketRules* rules)
{
  p->rules        = *rules;
  p->rules.length = rules->length < p->max_length ? rules->length : p->max_length;
  p->at           = 0;
  p->size         = p->rules.length < p->left ? p->rules.length : (uint32_t)p->left;

  const uint32_t fade = p->rules.length / 4U < p->max_fade ? p->rules.length / 4U : p->max_fade;
  if (p->n_rise != fade) {
    p->n_rise = fade;
    for (uint32_t i = 0; i < fade; ++i) {
      p->rise[i] = 0.5 - 0.5 * kit_turn(2.0 * M_PI * (double)i / (double)(2U * fade - 1U)).cos;
    }
  }
  p->fade = p->bad == p->was_bad ? 0U : fade < p->size ? fade : p->size;
  if (p->rules.conceal) {
    const uint32_t back = (uint32_t)rint(LOSSY_CONCEAL_FADE_S * p->conceal.sample_rate);
    p->fade             = p->bad || !p->was_bad ? 0U : back < p->size ? back : p->size;
    if (p->bad && !p->was_bad) {
      lossy_conceal_begin(&p->conceal);
    }
  }
}

/** The second channel's fate is its own as often as it spreads. */
static double
draw(LossyPackets* p, double spread)
{
  const double u = kit_rng_uniform(&p->rng);
  if (!p->is_second || spread <= 0.0) {
    return u;
  }
  const double own = kit_rng_uniform(&p->own);
  return kit_rng_uniform(&p->own) < spread ? own : u;
}

/** Tell of a packet that begins `done` samples from here. */
static void
label_packet(const LossyPackets* p, uint32_t done)
{
  const uint32_t made = p->rules.conceal ? LOSSY_PACKET_CONCEALED : LOSSY_PACKET_LOST;
  const uint32_t lost = p->rules.repeat ? LOSSY_PACKET_REPEATED : made;
  kit_label_write(p->labels.sink, (KitLabel){
                                    .kind     = LOSSY_LABEL_PACKET,
                                    .channel  = p->labels.channel,
                                    .state    = p->bad ? lost : LOSSY_PACKET_RECEIVED,
                                    .start    = p->labels.at + done,
                                    .n_frames = p->size,
                                  });
}

static void
end_packet(LossyPackets* p, const LossyPacketRules* rules, int64_t time)
{
  const double u    = draw(p, rules->spread);
  const double rate = rules->rate * lossy_ramp_at(&rules->ramp, (double)time);
  p->was_bad        = p->bad;
  p->bad            = !rules->stop && (p->bad ? u >= 0.4 : u < 0.3 * rate);
  p->size           = 0;
}

static void
pass(LossyPackets* p, double* samples, uint32_t n)
{
  memcpy(p->last_good + p->at, samples, n * sizeof(double));
  for (uint32_t i = 0; p->rules.conceal && i < n && p->at + i < p->fade; ++i) {
    const double share = (double)(p->at + i + 1U) / (p->fade + 1U);
    const double made  = lossy_conceal_next(&p->conceal);
    samples[i]         = made + (samples[i] - made) * share;
  }
  if (p->rules.conceal) {
    lossy_conceal_record(&p->conceal, samples, n);
    return;
  }
  for (uint32_t i = 0; i < n && p->at + i < p->fade; ++i) {
    samples[i] *= p->rise[p->at + i];
  }
}

static void
lose(LossyPackets* p, double* samples, uint32_t n)
{
  if (p->rules.conceal) {
    for (uint32_t i = 0; i < n; ++i) {
      samples[i] = lossy_conceal_next(&p->conceal);
    }
    lossy_conceal_record(&p->conceal, samples, n);
    return;
  }
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t at      = p->at + i;
    const double   instead = p->rules.repeat ? p->last_good[at] : 0.0;
    samples[i] = at < p->fade ? instead * p->rise[at] + samples[i] * p->rise[p->fade - 1U - at] : instead;
  }
}

void
lossy_packets_process(LossyPackets* p, const LossyPacketRules* rules, int64_t time, double* samples,
                      uint32_t n)
{
  for (uint32_t done = 0; done < n;) {
    // To stop in a good packet after its fade changes nothing
    if (rules->stop && !p->bad && (p->size ? p->at >= p->fade : !p->was_bad)) {
      p->size    = 0;
      p->was_bad = false;
      return;
    }
    if (!p->size) {
      begin_packet(p, rules);
      label_packet(p, done);
    }
    // Stopping looks again where the fade ends, so that it does so at that very sample
    const uint32_t end  = rules->stop && p->at < p->fade ? p->fade : p->size;
    const uint32_t rest = end - p->at;
    const uint32_t m    = n - done < rest ? n - done : rest;
    if (p->bad) {
      lose(p, samples + done, m);
    } else {
      pass(p, samples + done, m);
    }
    done += m;
    p->at += m;
    p->left -= p->left == SIZE_MAX ? 0U : m;
    if (p->at == p->size) {
      end_packet(p, rules, time + (int64_t)done);
    }
  }
}
