// SPDX-License-Identifier: ISC
#include "ducker.h"

#include <math.h>

#define ATTACK_S 0.005
#define QUIET_DB (-48.0)
#define LOUD_DB  (-12.0)

void
reverb_ducker_reset(ReverbDucker* ducker)
{
  *ducker = (ReverbDucker){.gain = 1.0, .next_gain = 1.0};
}

static void
end_cell(ReverbDucker* ducker, const ReverbEngine* engine, const ReverbCoeffs* coeffs)
{
  const double rise  = 1.0 - exp(-(double)REVERB_DUCK_FRAMES / (ATTACK_S * engine->sample_rate));
  const double up    = ducker->level + rise * (ducker->peak - ducker->level);
  const double down  = fmax(ducker->level * coeffs->duck_keep, ducker->peak);
  ducker->level      = ducker->peak > ducker->level ? up : down;
  const double db    = 20.0 * log10(ducker->level + 1e-9);
  const double share = fmin(fmax((db - QUIET_DB) / (LOUD_DB - QUIET_DB), 0.0), 1.0);
  ducker->gain       = ducker->next_gain;
  ducker->next_gain  = pow(10.0, -0.05 * coeffs->duck_db * share);
  ducker->peak       = 0.0;
}

void
reverb_duck(ReverbDucker* ducker, const ReverbEngine* engine, const ReverbSpan* span, const double* const* in)
{
  if (span->coeffs->duck_db <= 0.0 && ducker->gain == 1.0 && ducker->next_gain == 1.0) {
    ducker->level = ducker->peak = 0.0;
    return;
  }
  const uint32_t at   = (uint32_t)((engine->frame - span->n_frames) % REVERB_DUCK_FRAMES);
  const double   step = (ducker->next_gain - ducker->gain) / REVERB_DUCK_FRAMES;
  for (uint32_t t = 0; t < span->n_frames; ++t) {
    const double gain = ducker->gain + step * (at + t);
    ducker->peak      = fmax(ducker->peak, fmax(fabs(in[0][t]), fabs(in[1][t])));
    span->wet[0][t] *= gain;
    span->wet[1][t] *= gain;
  }
  if (at + span->n_frames == REVERB_DUCK_FRAMES) {
    end_cell(ducker, engine, span->coeffs);
  }
}
