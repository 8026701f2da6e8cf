// SPDX-License-Identifier: ISC
/**
   @file voice_coder.h  What the speech codec does to a frame at its own rate.

   Linear prediction by autocorrelation (J. Makhoul, "Linear Prediction: A Tutorial Review", 1975), on a grid
   of reflection coefficients.  Narrow and wide keep the largest pulses of what is left.  Voip rounds every
   sample of it, and feeds the error of what comes out back (B. Atal and M. Schroeder, "Predictive Coding of
   Speech Signals and Subjective Error Criteria", 1979): the noise takes the colour of the filter 1 / A(z /
   γ), and stands a fixed ratio below what A(z / γ) leaves of the sound, so that what is hard to predict
   becomes noisier.
*/
#ifndef LOSSY_VOICE_CODER_H
#define LOSSY_VOICE_CODER_H

#include "voice.h"

#define LOSSY_VOICE_OUT 1024U ///< Ring of decoded samples

/** Code the frame that the last samples of `voice->speech` make up, into `voice->out`.  [audio-thread] */
void
lossy_voice_code_frame(LossyVoice* voice, uint32_t detail);

#endif
