// SPDX-License-Identifier: ISC
#include "vstkit/analyze.h"

#include "alloc.h"
#include "impulse.h"
#include "signal.h"

#include <math.h>
#include <string.h>

_Static_assert(KIT_IMPULSE_MAX_OCTAVES == KIT_MAX_OCTAVES, "the public header repeats the number");

/** The response, or one octave of it, in memory of its own. */
static KitStatus
copy_band(const KitAudio* response, uint32_t octave, KitAudio* band)
{
  if (kit_audio_init(band, response->sample_rate, response->n_channels, response->n_frames)) {
    return KIT_ERR_NO_MEMORY;
  }
  KitStatus st = KIT_SUCCESS;
  for (uint32_t c = 0; !st && c < band->n_channels; ++c) {
    for (size_t i = 0; i < band->n_frames; ++i) {
      const double x       = response->channels[c][i];
      band->channels[c][i] = isfinite(x) ? x : 0.0;
    }
    if (octave < kit_n_octaves(band->sample_rate)) {
      st = kit_octave_filter(band->channels[c], band->n_frames, band->sample_rate, octave);
    }
  }
  if (st) {
    kit_audio_cleanup(band);
  }
  return st;
}

/** Energy decay of a band, relative to the onset of the whole response. */
static KitStatus
decay_of(const KitAudio* response, uint32_t octave, size_t onset, double* energy)
{
  KitAudio        band = {0};
  const KitStatus st   = copy_band(response, octave, &band);
  if (!st) {
    const KitSignal signal = kit_signal_of(&band);
    kit_energy_decay(&signal, onset, energy);
  }
  kit_audio_cleanup(&band);
  return st;
}

/** A decay that is not told from the octave filter's own is none.  Source: ISO 3382-1, bandwidth × T > 16. */
static double
told_from_filter(double seconds, double centre_hz)
{
  const double bandwidth = centre_hz * M_SQRT1_2;
  return centre_hz == 0.0 || seconds * bandwidth > 16.0 ? seconds : (double)NAN;
}

static KitBandDecay
read_decay(const KitAudio* response, const double* energy, size_t onset, double centre_hz)
{
  const KitDecay d   = kit_decay_measure(energy, response->n_frames, onset, response->sample_rate);
  const double   t20 = told_from_filter(d.t20_s, centre_hz);
  const double   t30 = told_from_filter(d.t30_s, centre_hz);
  const double   edt = told_from_filter(d.edt_s, centre_hz);
  return (KitBandDecay){centre_hz, edt, t20, t30, isnan(t30) ? t20 : t30, d.c50_db, d.c80_db};
}

static double
mean_echo_density(const KitSignal* signal, size_t centre)
{
  double sum = 0.0;
  for (uint32_t c = 0; c < signal->n_channels; ++c) {
    sum += kit_echo_density(signal->channels[c], signal->n_frames, centre, signal->sample_rate);
  }
  return sum / signal->n_channels;
}

static KitStatus
measure_bands(const KitAudio* response, size_t onset, double* energy, KitImpulseAnalysis* analysis)
{
  KitStatus st = decay_of(response, UINT32_MAX, onset, energy);
  if (!st) {
    analysis->broadband = read_decay(response, energy, onset, 0.0);
    analysis->n_octaves = kit_n_octaves(response->sample_rate);
  }
  for (uint32_t o = 0; !st && o < analysis->n_octaves; ++o) {
    st                   = decay_of(response, o, onset, energy);
    analysis->octaves[o] = read_decay(response, energy, onset, kit_octave_hz(o));
  }
  return st;
}

KitStatus
kit_analyze_impulse(const KitAudio* response, KitImpulseAnalysis* analysis)
{
  *analysis = (KitImpulseAnalysis){0};
  if (!response->n_channels || !response->n_frames) {
    return KIT_ERR_BAD_ARG;
  }
  KitAudio      clean  = {0};
  double* const energy = (double*)kit_calloc(response->n_frames, sizeof(double));
  KitStatus     st     = energy ? copy_band(response, UINT32_MAX, &clean) : KIT_ERR_NO_MEMORY;
  if (!st) {
    const KitSignal signal     = kit_signal_of(&clean);
    const size_t    onset      = kit_impulse_onset(&signal);
    const size_t    tenth      = onset + (size_t)(0.1 * clean.sample_rate);
    analysis->onset_s          = (double)onset / clean.sample_rate;
    analysis->mixing_time_s    = kit_mixing_time_s(&signal, onset);
    analysis->echo_density     = tenth < clean.n_frames ? mean_echo_density(&signal, tenth) : 0.0;
    const size_t early         = onset + (size_t)(0.02 * clean.sample_rate);
    analysis->early_density    = early < clean.n_frames ? mean_echo_density(&signal, early) : 0.0;
    analysis->early_balance_db = kit_early_balance_db(&signal, onset);
    analysis->tail_correlation = kit_tail_correlation(&signal, onset);
    st                         = kit_tail_roughness(&signal, onset, &analysis->tail_roughness);
    st                         = st ? st : measure_bands(&clean, onset, energy, analysis);
  }
  kit_audio_cleanup(&clean);
  kit_free(energy);
  return st;
}

void
kit_impulse_leave_out(KitImpulseAnalysis* analysis)
{
  const double none       = (double)NAN;
  analysis->mixing_time_s = analysis->echo_density = analysis->early_density = none;
  analysis->early_balance_db = analysis->tail_correlation = analysis->tail_roughness = none;
  analysis->broadband = (KitBandDecay){analysis->broadband.centre_hz, none, none, none, none, none, none};
  for (uint32_t o = 0; o < analysis->n_octaves; ++o) {
    analysis->octaves[o] = (KitBandDecay){analysis->octaves[o].centre_hz, none, none, none, none, none, none};
  }
}

KitStatus
kit_decay_curve(const KitAudio* response, uint32_t octave, double* decay_db)
{
  KitAudio  clean = {0};
  KitStatus st    = copy_band(response, UINT32_MAX, &clean);
  if (!st) {
    const KitSignal signal = kit_signal_of(&clean);
    st                     = decay_of(&clean, octave, kit_impulse_onset(&signal), decay_db);
  }
  for (size_t i = 0; !st && i < response->n_frames; ++i) {
    decay_db[i] = 0.5 * kit_db_from_lin(decay_db[i]);
  }
  kit_audio_cleanup(&clean);
  return st;
}
