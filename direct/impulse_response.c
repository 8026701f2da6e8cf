// SPDX-License-Identifier: ISC
#include "impulse.h"
#include "signal.h"
#include "vstkit/alloc.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

/** The values to render with: those given, without the dry path if that is asked for. */
static double*
copy_values(const KitImpulseOptions* options)
{
  const KitParamTable table  = options->effect->table;
  const uint32_t      n      = kit_params_n_slots(table);
  double* const       values = (double*)kit_calloc(n ? n : 1U, sizeof(double));
  KitParamRef         mix;
  if (values) {
    memcpy(values, options->values, n * sizeof(double));
    if (options->wet_only && kit_params_find(table, "wet_dry", &mix)) {
      values[mix.slot] = mix.param->max;
    }
  }
  return values;
}

/** True if the response falls by 90 dB well before its end: enough to read T30 from, and to show. */
static KitStatus
has_decayed(const KitAudio* response, bool* enough)
{
  double* const   energy = (double*)kit_calloc(response->n_frames, sizeof(double));
  const KitSignal signal = kit_signal_of(response);
  if (!energy) {
    return KIT_ERR_NO_MEMORY;
  }
  kit_energy_decay(&signal, kit_impulse_onset(&signal), energy);
  *enough = energy[response->n_frames - response->n_frames / 8U - 1U] < 1e-9;
  kit_free(energy);
  return KIT_SUCCESS;
}

static KitStatus
render_once(const KitImpulseOptions* options, const double* values, double seconds, KitAudio* response)
{
  KitAudio impulse = {0};
  if (kit_audio_init(&impulse, options->sample_rate, options->n_channels, 1)) {
    return KIT_ERR_NO_MEMORY;
  }
  for (uint32_t c = 0; c < impulse.n_channels; ++c) {
    impulse.channels[c][0] = 1.0;
  }
  const KitRenderOptions render = {
    .effect   = options->effect,
    .values   = values,
    .tail_s   = seconds,
    .log      = options->log,
    .progress = options->progress,
    .handle   = options->handle,
  };
  const KitStatus st = kit_render(&render, &impulse, response);
  kit_audio_cleanup(&impulse);
  return st;
}

KitStatus
kit_render_impulse(const KitImpulseOptions* options, KitAudio* response)
{
  *response            = (KitAudio){0};
  double* const values = copy_values(options);
  if (!values) {
    return KIT_ERR_NO_MEMORY;
  }
  const double guess   = options->effect->default_tail_s(values, options->sample_rate);
  double       seconds = fmin(fmax(guess, 1.0), options->max_s);
  bool         enough  = false;
  KitStatus    st      = KIT_SUCCESS;
  while (!st && !enough) {
    kit_audio_cleanup(response);
    st      = render_once(options, values, seconds, response);
    st      = st ? st : has_decayed(response, &enough);
    enough  = enough || seconds >= options->max_s;
    seconds = fmin(2.0 * seconds, options->max_s);
  }
  if (st) {
    kit_audio_cleanup(response);
  }
  kit_free(values);
  return st;
}
