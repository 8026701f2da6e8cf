// SPDX-License-Identifier: ISC
#include "bands.h"

#include "vstkit/param.h"

#include <math.h>

static uint32_t
unique_edges(uint32_t* edges, uint32_t n_bands, uint32_t n_bins)
{
  const double width = log10((double)n_bins) / (double)n_bands;
  uint32_t     n     = 0;
  for (uint32_t j = 0; j <= n_bands; ++j) {
    const double   edge = trunc(pow(10.0, j < n_bands ? (double)j * width : log10((double)n_bins)));
    const uint32_t bin  = edge < (double)n_bins ? (uint32_t)edge : n_bins;
    if (!n || bin > edges[n - 1U]) {
      edges[n++] = bin;
    }
  }
  return n;
}

/** Move edges that were laid out for `n_ref` bins to a spectrum of `n_bins`.  @return how many are left. */
static uint32_t
fit_edges(uint32_t* edges, uint32_t n, uint32_t n_ref, uint32_t n_bins)
{
  if (n_bins >= n_ref) {
    edges[n - 1U] += n_bins - n_ref;
    return n;
  }
  while (n > 2U && edges[n - 2U] >= n_bins) {
    --n;
  }
  edges[n - 1U] = n_bins;
  return n;
}

static double
threshold_db(double bin, double bin_hz)
{
  const double f  = fmin(fmax(bin * bin_hz / 1000.0, 0.02), 20.0);
  const double f2 = f * f;
  return 3.64 * pow(f, -0.8) - 6.5 * exp(-0.6 * ((f - 3.3) * (f - 3.3))) + 1e-3 * (f2 * f2);
}

/** Mean threshold of each band, in dB.  Low and high ends of it over the bins at 44.1 kHz go to `ends`. */
static void
average_thresholds(LossyBands* bands, uint32_t n_bins, uint32_t n_ref, double bin_hz, double* ends)
{
  double   sums[LOSSY_MAX_BANDS] = {0};
  uint32_t b                     = 0;
  ends[0]                        = HUGE_VAL;
  ends[1]                        = -HUGE_VAL;
  for (uint32_t k = 0; k < n_bins || k < n_ref; ++k) {
    const double db = threshold_db((double)k, bin_hz);
    if (k < n_ref) {
      ends[0] = fmin(ends[0], db);
      ends[1] = fmax(ends[1], db);
    }
    while (b < bands->n && k >= bands->edges[b + 1U]) {
      ++b;
    }
    if (b < bands->n && k >= bands->edges[b]) {
      sums[b] += db;
    }
  }
  for (b = 0; b < bands->n; ++b) {
    bands->ath[b] = sums[b] / (double)(bands->edges[b + 1U] - bands->edges[b]);
  }
}

void
lossy_bands_init(LossyBands* bands, const LossySizes* sizes)
{
  const uint32_t n_bins  = sizes->window_size / 2U + 1U;
  const uint32_t n_ref   = sizes->n_ref_bins;
  const double   bin_hz  = sizes->sample_rate / (double)sizes->window_size;
  const uint32_t n_edges = unique_edges(bands->edges, sizes->n_bands, n_ref);
  bands->n               = fit_edges(bands->edges, n_edges, n_ref, n_bins) - 1U;

  double ends[2];
  average_thresholds(bands, n_bins, n_ref, bin_hz, ends);
  for (uint32_t b = 0; b < bands->n; ++b) {
    bands->ath[b] = (bands->ath[b] - ends[0]) / (ends[1] > ends[0] ? ends[1] - ends[0] : 1.0);
  }
}
