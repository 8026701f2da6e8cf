// SPDX-License-Identifier: ISC
#include "spectrogram.h"

#include "alloc.h"
#include "power_spectrum.h"

#include <math.h>

#define LONG_WINDOW_S  0.100
#define SHORT_WINDOW_S 0.028
#define LOW_HZ         250.0  // below, the long window alone
#define HIGH_HZ        2000.0 // above, the short window alone
#define MAX_FRAMES     8.0    // averaged into one column
#define FLOOR_POWER    1e-20

/** One window length: its spectra and the mean of those of a column. */
typedef struct {
  KitPowerSpectrum* spectrum;
  uint32_t          size;
  uint32_t          n_bins;
  double            bin_hz;
  double*           frame;  ///< [n_bins]
  double*           column; ///< [n_bins]
} Resolution;

static bool
init_resolution(Resolution* resolution, double window_s, double sample_rate)
{
  const double size    = exp2(ceil(log2(fmax(window_s * sample_rate, 32.0))));
  *resolution          = (Resolution){.size = (uint32_t)size, .bin_hz = sample_rate / size};
  resolution->spectrum = kit_power_spectrum_new(resolution->size);
  resolution->n_bins   = resolution->size / 2U + 1U;
  resolution->frame    = (double*)kit_calloc(resolution->n_bins, sizeof(double));
  resolution->column   = (double*)kit_calloc(resolution->n_bins, sizeof(double));
  return resolution->spectrum && resolution->frame && resolution->column;
}

static void
cleanup_resolution(Resolution* resolution)
{
  kit_power_spectrum_free(resolution->spectrum);
  kit_free(resolution->frame);
  kit_free(resolution->column);
}

/** Mean power of the frames between two times. */
static void
measure_column(Resolution* resolution, const KitAudio* audio, double first, double last)
{
  const double hop      = resolution->size / 4.0;
  const double n_frames = fmin(fmax(ceil((last - first) / hop), 1.0), MAX_FRAMES);
  for (uint32_t k = 0; k < resolution->n_bins; ++k) {
    resolution->column[k] = 0.0;
  }
  for (double f = 0.0; f < n_frames; f += 1.0) {
    const double centre = first + (last - first) * (f + 0.5) / n_frames;
    for (uint32_t c = 0; c < audio->n_channels; ++c) {
      kit_power_spectrum_at(resolution->spectrum, audio->channels[c], audio->n_frames, centre,
                            resolution->frame);
      for (uint32_t k = 0; k < resolution->n_bins; ++k) {
        resolution->column[k] += resolution->frame[k] / n_frames;
      }
    }
  }
}

/** Level from `low_hz` to `high_hz`: between two bins interpolated, over several their mean power. */
static double
band_db(const Resolution* resolution, double low_hz, double high_hz)
{
  const double low  = low_hz / resolution->bin_hz;
  const double high = high_hz / resolution->bin_hz;
  const double top  = resolution->n_bins - 1.0;
  if (low > top) {
    return 10.0 * log10(FLOOR_POWER);
  }
  if (high - low < 1.0) {
    const double   at = fmin(0.5 * (low + high), top);
    const uint32_t k  = (uint32_t)at;
    const uint32_t l  = k + 1U < resolution->n_bins ? k + 1U : k;
    const double   a  = 10.0 * log10(resolution->column[k] + FLOOR_POWER);
    const double   b  = 10.0 * log10(resolution->column[l] + FLOOR_POWER);
    return a + (at - k) * (b - a);
  }
  double sum = 0.0;
  double n   = 0.0;
  for (uint32_t k = (uint32_t)ceil(low); k < resolution->n_bins && k <= high; ++k) {
    sum += resolution->column[k];
    n += 1.0;
  }
  return 10.0 * log10(sum / fmax(n, 1.0) + FLOOR_POWER);
}

/** Share of the short window at a frequency. */
static double
short_share(double hz)
{
  return fmin(fmax(log(hz / LOW_HZ) / log(HIGH_HZ / LOW_HZ), 0.0), 1.0);
}

static void
fill_column(const Resolution both[2], const KitLevelsShape* shape, size_t x, float* levels_db)
{
  for (size_t y = 0; y < shape->height; ++y) {
    const double rows  = (double)shape->height;
    const double low   = kit_axis_value(shape->frequency_hz, 1.0 - ((double)y + 1.0) / rows);
    const double high  = kit_axis_value(shape->frequency_hz, 1.0 - (double)y / rows);
    const double share = short_share(fmax(0.5 * (low + high), 1.0));
    const double a     = share < 1.0 ? band_db(&both[0], low, high) : 0.0;
    const double b     = share > 0.0 ? band_db(&both[1], low, high) : 0.0;

    levels_db[y * shape->width + x] = (float)((1.0 - share) * a + share * b);
  }
}

KitStatus
kit_spectrogram_levels(const KitAudio* audio, const KitLevelsShape* shape, float* levels_db)
{
  Resolution both[2] = {{0}, {0}};
  KitAudio   clean   = {0};
  size_t     n_bad   = 0;
  const bool ok      = init_resolution(&both[0], LONG_WINDOW_S, audio->sample_rate) &&
                  init_resolution(&both[1], SHORT_WINDOW_S, audio->sample_rate) &&
                  !kit_audio_copy_finite(audio, audio->n_frames, &clean, &n_bad);
  for (size_t x = 0; ok && x < shape->width; ++x) {
    const double columns = (double)shape->width;
    const double first   = kit_axis_value(shape->time_s, (double)x / columns) * audio->sample_rate;
    const double last    = kit_axis_value(shape->time_s, ((double)x + 1.0) / columns) * audio->sample_rate;
    measure_column(&both[0], &clean, first, last);
    measure_column(&both[1], &clean, first, last);
    fill_column(both, shape, x, levels_db);
  }
  kit_audio_cleanup(&clean);
  cleanup_resolution(&both[0]);
  cleanup_resolution(&both[1]);
  return ok ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}
