// SPDX-License-Identifier: ISC
/** @file packets.h  Bursts of lost packets: a two-state (Gilbert–Elliott) channel. */
#ifndef LOSSY_PACKETS_H
#define LOSSY_PACKETS_H

#include "labels.h"
#include "rng.h"

#include <stddef.h>

#define LOSSY_PACKET_FADE_S 0.003
#define LOSSY_PACKET_SEED   1000U ///< Added to the seed

/** What the next packet obeys. */
typedef struct {
  double   rate;   ///< r, global amount included
  uint32_t length; ///< Samples, 1…the longest
  bool     repeat; ///< Lost packets repeat the last good one; else they are silent
  bool     stop;   ///< No more packets are lost; after the fade of a good one samples pass untouched
} LossyPacketRules;

typedef struct {
  KitRng   rng;
  double*  last_good; ///< [max_length], borrowed
  double*  rise;      ///< [max_fade], borrowed: first half of a Hann window of twice `fade`
  uint32_t max_length;
  uint32_t max_fade;
  uint32_t n_rise; ///< Length that `rise` is for
  size_t   left;   ///< Samples until the signal ends; SIZE_MAX where it does not

  LossyPacketRules rules; ///< Of this packet
  uint32_t         at;    ///< Position in this packet
  uint32_t         size;  ///< Samples of this packet: its length, or what is left
  uint32_t         fade;  ///< Samples of this packet that fade
  bool             bad;
  bool             was_bad;
  LossyLabels      labels; ///< Of the samples that come next; set before each call
} LossyPackets;

/** Length of a packet of `size_ms`, samples: cut to a whole number, at least 1. */
uint32_t
lossy_packet_length(double size_ms, double sample_rate);

/** Doubles of memory that lossy_packets_init() wants. */
size_t
lossy_packets_n_doubles(double sample_rate);

/** Set up over `memory` (zeroed, borrowed).  Call lossy_packets_reset() next. */
void
lossy_packets_init(LossyPackets* packets, double sample_rate, double* memory);

/** Start with a good packet.  @param n_frames Length of the signal, or SIZE_MAX. */
void
lossy_packets_reset(LossyPackets* packets, uint32_t seed, size_t n_frames);

/** Process in place.  `rules` count from the next packet that begins.  [audio-thread] */
void
lossy_packets_process(LossyPackets* packets, const LossyPacketRules* rules, double* samples, uint32_t n);

#endif
