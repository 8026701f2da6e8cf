// SPDX-License-Identifier: ISC
/**
   @file voice.h  A speech codec at 8 or 16 kHz: linear prediction, and a residual of few bits.

   Every 20 ms, the sound below 3.6 or 7.8 kHz is taken apart into a vocal tract (8 or 16 reflection
   coefficients on a coarse grid) and what excites it.  Of each 40 samples of that goes what repeats an
   earlier pitch period, and of the rest some few samples, with three bits each (narrow and wide; what is
   decoded stays below twice the peak of what it stands for), or every one, rounded (voip).  One channel.
*/
#ifndef LOSSY_VOICE_H
#define LOSSY_VOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOSSY_VOICE_ORDER   16U  ///< Most reflection coefficients
#define LOSSY_VOICE_PART    40U  ///< Samples of the codec's own, of which some few are kept
#define LOSSY_VOICE_PITCH   286U ///< Longest pitch period
#define LOSSY_VOICE_WINDOW  480U ///< Most that the prediction is for: a frame, and what came before
#define LOSSY_VOICE_HISTORY (LOSSY_VOICE_WINDOW + LOSSY_VOICE_ORDER)

enum { LOSSY_VOICE_OFF, LOSSY_VOICE_NARROW, LOSSY_VOICE_WIDE, LOSSY_VOICE_VOIP };

typedef struct {
  uint32_t kind;
  double   rate;    ///< Of the codec's own samples, Hz
  uint32_t n_frame; ///< Of these
  uint32_t n_window;
  uint32_t order;
  uint32_t longest; ///< Pitch period
  double   ratio;   ///< Samples for each of the codec's
  uint32_t delay;   ///< Of the sound that comes out, samples
  uint32_t mask;
  double*  in;                          ///< Ring, borrowed like what follows
  double*  out;                         ///< Ring of the codec's samples, decoded
  double*  kernel;                      ///< One side of the filter that both resamplers share
  int64_t  n_in;                        ///< Samples that came
  int64_t  n_down;                      ///< Samples of the codec's that they gave
  double   speech[LOSSY_VOICE_HISTORY]; ///< The last of these
  double   tract[LOSSY_VOICE_ORDER];    ///< Reflection coefficients of the last frame
  double   noise[LOSSY_VOICE_ORDER];    ///< Last errors of the excitation (voip: of the sound), newest first
  double   rounding;                    ///< Voip: last error of the excitation
  double   excitation[LOSSY_VOICE_PITCH]; ///< Of the tract, until now
  double   rumble;                        ///< Radius of the poles of the high-pass
  double   high_pass[2][2];               ///< Last input and output of each half of it
  double   spoken[LOSSY_VOICE_ORDER];     ///< Last decoded samples, newest first
} LossyVoice;

/** Samples that the sound comes out late.  @param kind #LOSSY_VOICE_NARROW … #LOSSY_VOICE_VOIP. */
uint32_t
lossy_voice_delay(uint32_t kind, double sample_rate);

/** Doubles of memory that lossy_voice_init() wants. */
size_t
lossy_voice_n_doubles(uint32_t kind, double sample_rate);

/** Set up over `memory` (zeroed, borrowed): silent. */
void
lossy_voice_init(LossyVoice* voice, uint32_t kind, double sample_rate, double* memory);

/** Silence it. */
void
lossy_voice_reset(LossyVoice* voice);

/** What a run obeys. */
typedef struct {
  uint32_t detail; ///< Pulses kept of #LOSSY_VOICE_PART; voip: how fine it rounds, 1 to #LOSSY_VOICE_PART
  double   mix;    ///< 0 the input, late … 1 the codec
} LossyVoiceRules;

/**
   Code `n` samples; the same to the bit however they are cut.

   @param[out] out [n]; may be `in`.
   [audio-thread]
*/
void
lossy_voice_process(LossyVoice* voice, const LossyVoiceRules* rules, const double* in, double* out,
                    uint32_t n);

#endif
