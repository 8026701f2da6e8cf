// SPDX-License-Identifier: ISC
#include "vstkit/analyze.h"

#include "signal.h"

#include <math.h>

KitSignal
kit_signal_of(const KitAudio* audio)
{
  return (KitSignal){(const double* const*)audio->channels, audio->n_channels, audio->n_frames,
                     audio->sample_rate};
}

static KitStatus
measure(const KitAudio* clean, KitAnalysis* analysis)
{
  const KitSignal  signal   = kit_signal_of(clean);
  KitSpectralStats spectrum = {0};
  double           lufs     = 0.0;
  if (kit_metric_spectrum(&signal, &spectrum) || kit_metric_lufs(&signal, &lufs) ||
      kit_metric_lra(&signal, &analysis->lra_lu)) {
    return KIT_ERR_NO_MEMORY;
  }
  const double rms       = kit_metric_rms(&signal);
  const double true_peak = kit_metric_true_peak(&signal);
  analysis->rms_db       = kit_db_from_lin(rms);
  analysis->peak_db      = kit_db_from_lin(kit_metric_peak(&signal));
  analysis->true_peak_db = kit_db_from_lin(true_peak);
  analysis->crest_db     = rms > 0.0 ? kit_db_from_lin(true_peak / rms) : (double)NAN;
  analysis->lufs         = lufs;
  analysis->centroid_hz  = spectrum.centroid_hz;
  analysis->bandwidth_hz = spectrum.bandwidth_hz;
  analysis->flatness     = spectrum.flatness;

  analysis->dc                 = kit_metric_dc(&signal);
  analysis->n_clipped          = (double)kit_metric_clipped(&signal);
  analysis->stereo_correlation = kit_metric_stereo(&signal);
  return KIT_SUCCESS;
}

KitStatus
kit_analyze(const KitAudio* audio, KitAnalysis* analysis)
{
  *analysis = (KitAnalysis){
    .duration_s  = audio->sample_rate > 0.0 ? (double)audio->n_frames / audio->sample_rate : 0.0,
    .sample_rate = audio->sample_rate,
    .n_channels  = audio->n_channels,
  };
  KitAudio  clean = {0};
  KitStatus st    = kit_audio_copy_finite(audio, audio->n_frames, &clean, &analysis->n_not_finite);
  if (!st) {
    st = measure(&clean, analysis);
  }
  kit_audio_cleanup(&clean);
  return st;
}

KitStatus
kit_analyze_levels(const KitAudio* audio, KitLevels* levels)
{
  KitAudio  clean = {0};
  size_t    n_bad = 0;
  KitStatus st    = kit_audio_copy_finite(audio, audio->n_frames, &clean, &n_bad);
  if (!st) {
    const KitSignal signal = kit_signal_of(&clean);
    st                     = kit_metric_lufs(&signal, &levels->lufs);
    levels->rms_db         = kit_db_from_lin(kit_metric_rms(&signal));
    levels->peak_db        = kit_db_from_lin(kit_metric_peak(&signal));
    levels->n_clipped      = (double)kit_metric_clipped(&signal);
  }
  kit_audio_cleanup(&clean);
  return st;
}

typedef struct {
  double aa;
  double bb;
  double ab;
  double dd; ///< Of b − a
  double n;
} Sums;

static Sums
sum_up(const KitAudio* a, const KitAudio* b)
{
  const uint32_t n_channels = a->n_channels > b->n_channels ? a->n_channels : b->n_channels;
  Sums           sums       = {.n = (double)n_channels * (double)a->n_frames};
  for (uint32_t c = 0; c < n_channels; ++c) {
    const double* const xa = a->channels[a->n_channels == 1 ? 0 : c];
    const double* const xb = b->channels[b->n_channels == 1 ? 0 : c];
    for (size_t i = 0; i < a->n_frames; ++i) {
      sums.aa += xa[i] * xa[i];
      sums.bb += xb[i] * xb[i];
      sums.ab += xa[i] * xb[i];
      sums.dd += (xb[i] - xa[i]) * (xb[i] - xa[i]);
    }
  }
  return sums;
}

/** Ratio of energies in dB; NAN for 0/0. */
static double
energy_ratio_db(double part, double whole)
{
  return whole > 0.0 ? kit_db_from_lin(sqrt(part / whole)) : part > 0.0 ? (double)INFINITY : (double)NAN;
}

static void
compare_sums(const Sums* sums, KitComparison* out)
{
  const double gain = sums->aa > 0.0 ? sums->ab / sums->aa : 0.0;
  const double left = fmax(sums->bb - gain * sums->ab, 0.0);
  out->residual_db  = sums->dd > 0.0 ? energy_ratio_db(sums->dd, sums->aa) : -(double)INFINITY;
  out->correlation  = (sums->aa > 0.0 && sums->bb > 0.0) ? sums->ab / sqrt(sums->aa * sums->bb) : (double)NAN;
  out->gain_db      = kit_db_from_lin(fabs(gain));
  out->fitted_residual_db = energy_ratio_db(left, sums->bb);
}

static KitStatus
compare_clean(const KitAudio* a, const KitAudio* b, KitComparison* out)
{
  const Sums  sums = sum_up(a, b);
  KitAnalysis ma   = {0};
  KitAnalysis mb   = {0};
  if (measure(a, &ma) || measure(b, &mb)) {
    return KIT_ERR_NO_MEMORY;
  }
  compare_sums(&sums, out);
  out->rms_change_db      = energy_ratio_db(sums.bb, sums.aa);
  out->lufs_change        = mb.lufs - ma.lufs;
  out->centroid_change_hz = mb.centroid_hz - ma.centroid_hz;
  return KIT_SUCCESS;
}

KitStatus
kit_compare(const KitAudio* a, const KitAudio* b, KitComparison* comparison)
{
  *comparison = (KitComparison){0};
  if (a->sample_rate != b->sample_rate ||
      (a->n_channels != b->n_channels && a->n_channels != 1 && b->n_channels != 1)) {
    return KIT_ERR_UNSUPPORTED;
  }
  const size_t n     = a->n_frames > b->n_frames ? a->n_frames : b->n_frames;
  size_t       n_bad = 0;
  KitAudio     ca    = {0};
  KitAudio     cb    = {0};
  KitStatus    st    = kit_audio_copy_finite(a, n, &ca, &n_bad);
  if (!st) {
    st = kit_audio_copy_finite(b, n, &cb, &n_bad);
  }
  if (!st) {
    st = compare_clean(&ca, &cb, comparison);
  }
  kit_audio_cleanup(&ca);
  kit_audio_cleanup(&cb);
  return st;
}
