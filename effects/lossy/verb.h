// SPDX-License-Identifier: ISC
/** @file verb.h  The lo-fi reverb: four combs side by side and one all-pass. */
#ifndef LOSSY_VERB_H
#define LOSSY_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOSSY_N_COMBS 4U

typedef struct {
  double   feed;                      ///< Share of the new sample in a comb's damping
  double   damp;                      ///< Share of the old one
  double*  memory;                    ///< Borrowed: all the delay lines, one after the other
  double*  lines[LOSSY_N_COMBS + 1U]; ///< Combs, then the all-pass
  uint32_t delays[LOSSY_N_COMBS + 1U];
  uint32_t at[LOSSY_N_COMBS + 1U];
  double   last[LOSSY_N_COMBS]; ///< Damped output of each comb
  bool     is_second;           ///< Channel: the one that spreads
} LossyVerb;

/** Doubles of memory that lossy_verb_init() wants. */
size_t
lossy_verb_n_doubles(double sample_rate);

/** Set up over `memory` (zeroed, borrowed): silent. */
void
lossy_verb_init(LossyVerb* verb, double sample_rate, double* memory);

/** Silence it. */
void
lossy_verb_reset(LossyVerb* verb);

/** Feedback of the combs for a value of `decay`. */
double
lossy_verb_feedback(double decay);

/** Gain of every other comb in the second channel: 1 is the same sound in both, -1 nothing in common. */
double
lossy_verb_odd(double spread);

/** How it sounds. */
typedef struct {
  double feedback;
  double odd; ///< lossy_verb_odd()
} LossyVerbRules;

/** Write the reverb's own sound.  `in` and `wet` are [n] and distinct.  [audio-thread] */
void
lossy_verb_process(LossyVerb* verb, LossyVerbRules rules, const double* in, double* wet, uint32_t n);

#endif
