// SPDX-License-Identifier: ISC
// What is to be seen while nothing plays: the codec itself, on a spectrum that is made for it

#include "view_state.h"

#include "labels.h"
#include "spectrum.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

#define TONE_HZ    110.0
#define TONE_DB    (-9.0)
#define SLOPE_DB   3.6 // An octave, of the tones
#define FLOOR_DB   (-46.0)
#define FLOOR_FALL 2.4
#define SEED       7U

/** A voice of harmonics over noise, as a frame of a Hann window has it: `bins` [2 * (size / 2 + 1)]. */
static void
make_test(double* bins, uint32_t size, double sample_rate)
{
  const double one = 0.25 * size; // Of a sine of full scale
  KitRng       rng;
  kit_rng_init(&rng, SEED);
  for (uint32_t k = 1; k < size / 2U; ++k) {
    const double hz      = (double)k * sample_rate / size;
    const double octaves = log2(fmax(hz, 20.0) / TONE_HZ);
    const double formant = 5.0 * sin(1.9 * octaves) + 3.0 * cos(3.1 * octaves);
    const double off     = fabs(hz - TONE_HZ * rint(hz / TONE_HZ)) * size / sample_rate;
    const double lobe    = off < 2.0 ? 0.5 + 0.5 * cos(0.5 * M_PI * off) : 0.0;
    const double tone    = hz > 0.5 * TONE_HZ && hz < 9000.0
                             ? lobe * pow(10.0, 0.05 * (TONE_DB - SLOPE_DB * octaves + formant))
                             : 0.0;
    const double noise =
      pow(10.0, 0.05 * (FLOOR_DB - FLOOR_FALL * fmax(0.0, octaves) + formant + 2.5 * kit_rng_gauss(&rng)));
    const double phase = 2.0 * M_PI * kit_rng_uniform(&rng);
    bins[2U * k]       = one * (tone + noise) * cos(phase);
    bins[2U * k + 1U]  = one * (tone + noise) * sin(phase);
  }
}

static void
levels_of(const LossyPicture* p, const double* bins, double* power, uint32_t size, float* db)
{
  const double to_one = 4.0 / size;
  for (uint32_t k = 0; k <= size / 2U; ++k) {
    const double re = bins[2U * k] * to_one;
    const double im = bins[2U * k + 1U] * to_one;
    power[k]        = re * re + im * im;
  }
  lossy_view_levels(p, power, size, db);
}

void
lossy_view_try_codec(LossyPicture* p)
{
  const LossySizes sizes  = lossy_sizes(p->values, p->sample_rate);
  const LossyFrame frame  = lossy_frame(p->values, 1.0);
  const uint32_t   n_bins = sizes.window_size / 2U + 1U;
  const size_t     n      = (lossy_spectrum_n_doubles(n_bins) + 7U) & ~(size_t)7U;
  double* const    memory = (double*)kit_calloc(n + 3U * (size_t)n_bins, sizeof(double));
  LossyBands       bands;
  LossySpectrum    codec;
  if (!memory) {
    return;
  }
  double* const bins  = memory + n;
  double* const power = bins + 2U * (size_t)n_bins;
  lossy_bands_init(&bands, &sizes);
  make_test(bins, sizes.window_size, p->sample_rate);
  levels_of(p, bins, power, sizes.window_size, p->test_dry_db);
  memcpy(p->test_wet_db, p->test_dry_db, sizeof(p->test_wet_db));
  p->test_kept = UINT64_MAX;
  if (!lossy_frame_is_identity(&frame)) {
    memset(&codec, 0, sizeof(codec));
    lossy_spectrum_init(&codec, &bands, &sizes, memory);
    lossy_spectrum_reset(&codec, (uint32_t)p->values[LOSSY_SEED]);
    lossy_spectrum_process(&codec, &frame, lossy_frame_loss(&frame, false), bins);
    levels_of(p, bins, power, sizes.window_size, p->test_wet_db);
    p->test_kept = codec.kept_bands;
  }
  p->n_edges =
    lossy_label_edges(p->values, p->sample_rate, LOSSY_LABEL_CODEC, p->edges_hz, LOSSY_MAX_BANDS + 1U);
  kit_free(memory);
}
