// SPDX-License-Identifier: ISC
#include "fft_private.h"
#include "simd.h"

#include <string.h>

KIT_CLONES
static void
multiply(const double* restrict a, const double* restrict b, double* restrict out, size_t n)
{
  for (size_t k = 0; k < n; ++k) {
    out[2U * k]      = a[2U * k] * b[2U * k] - a[2U * k + 1U] * b[2U * k + 1U];
    out[2U * k + 1U] = a[2U * k] * b[2U * k + 1U] + a[2U * k + 1U] * b[2U * k];
  }
}

/** As multiply(), with the parts of the result swapped: an inverse transform follows. */
KIT_CLONES
static void
multiply_swap(const double* restrict a, const double* restrict b, double* restrict out, size_t n)
{
  for (size_t k = 0; k < n; ++k) {
    out[2U * k + 1U] = a[2U * k] * b[2U * k] - a[2U * k + 1U] * b[2U * k + 1U];
    out[2U * k]      = a[2U * k] * b[2U * k + 1U] + a[2U * k + 1U] * b[2U * k];
  }
}

static void
execute(fftw_plan plan, double* in, double* out)
{
  fftw_execute_dft(plan, (fftw_complex*)in, (fftw_complex*)out);
}

static void
swap_parts(double* bins, size_t n)
{
  for (size_t k = 0; k < n; ++k) {
    const double re   = bins[2U * k];
    bins[2U * k]      = bins[2U * k + 1U];
    bins[2U * k + 1U] = re;
  }
}

void
kit_fft_core_run(KitFftCore* core, double* in, double* out)
{
  const size_t m = core->chirp_size;
  if (!m) {
    execute(core->plan, in, out);
    return;
  }

  multiply(in, core->chirp, core->work, core->size);
  memset(core->work + 2U * core->size, 0, 2U * (m - core->size) * sizeof(double));
  execute(core->plan, core->work, core->spectrum);
  multiply_swap(core->spectrum, core->kernel, core->work, m);
  execute(core->plan, core->work, core->spectrum);
  swap_parts(core->spectrum, core->size);
  multiply(core->spectrum, core->chirp, out, core->size);
}

/** Spectrum of real samples from the transform of their (even, odd) pairs. */
static void
untangle(const KitFft* fft, const double* pairs, double* bins)
{
  const size_t half = fft->n / 2U;
  for (size_t k = 0; k <= half; ++k) {
    const double* const a   = pairs + 2U * (k % half);
    const double* const b   = pairs + 2U * ((half - k) % half);
    const double        sre = 0.5 * (a[0] + b[0]);
    const double        sim = 0.5 * (a[1] - b[1]);
    const double        dre = 0.5 * (a[1] + b[1]);
    const double        dim = -0.5 * (a[0] - b[0]);
    const double* const t   = fft->twist + 2U * k;
    bins[2U * k]            = sre + t[0] * dre - t[1] * dim;
    bins[2U * k + 1U]       = sim + t[0] * dim + t[1] * dre;
  }
}

/** Undo untangle(), doubled, with the parts swapped. */
static void
tangle_swapped(const KitFft* fft, const double* bins, double* pairs)
{
  const size_t half = fft->n / 2U;
  for (size_t k = 0; k < half; ++k) {
    const double* const a   = bins + 2U * k;
    const double* const b   = bins + 2U * (half - k);
    const double        sre = a[0] + b[0];
    const double        sim = a[1] - b[1];
    const double        ere = a[0] - b[0];
    const double        eim = a[1] + b[1];
    const double* const t   = fft->twist + 2U * k;
    const double        dre = t[0] * ere + t[1] * eim;
    const double        dim = t[0] * eim - t[1] * ere;
    pairs[2U * k + 1U]      = sre - dim;
    pairs[2U * k]           = sim + dre;
  }
}

static void
forward_whole(KitFft* fft, const double* samples, double* bins)
{
  for (size_t i = 0; i < fft->n; ++i) {
    fft->in[2U * i]      = samples[i];
    fft->in[2U * i + 1U] = 0.0;
  }
  kit_fft_core_run(&fft->core, fft->in, fft->out);
  memcpy(bins, fft->out, 2U * kit_fft_n_bins(fft->n) * sizeof(double));
}

static void
inverse_whole(KitFft* fft, const double* bins, double* samples)
{
  // A real result is its own conjugate, so the forward transform of the conjugate will do
  fft->in[0] = bins[0];
  fft->in[1] = 0.0;
  for (size_t k = 1; k < kit_fft_n_bins(fft->n); ++k) {
    const bool last                 = 2U * k == fft->n;
    fft->in[2U * k]                 = bins[2U * k];
    fft->in[2U * k + 1U]            = last ? 0.0 : -bins[2U * k + 1U];
    fft->in[2U * (fft->n - k)]      = bins[2U * k];
    fft->in[2U * (fft->n - k) + 1U] = last ? 0.0 : bins[2U * k + 1U];
  }
  kit_fft_core_run(&fft->core, fft->in, fft->out);
  for (size_t i = 0; i < fft->n; ++i) {
    samples[i] = fft->out[2U * i];
  }
}

/** Bins that stand for real numbers are exactly that. */
static void
make_ends_real(const KitFft* fft, double* bins)
{
  bins[1] = 0.0;
  if (fft->n % 2U == 0U) {
    bins[fft->n + 1U] = 0.0;
  }
}

void
kit_fft_forward(KitFft* fft, double* samples, double* bins)
{
  switch (fft->kind) {
    case KIT_FFT_REAL: fftw_execute_dft_r2c(fft->forward, samples, (fftw_complex*)bins); break;
    case KIT_FFT_WHOLE: forward_whole(fft, samples, bins); break;
    case KIT_FFT_HALF:
      memcpy(fft->in, samples, fft->n * sizeof(double));
      kit_fft_core_run(&fft->core, fft->in, fft->out);
      untangle(fft, fft->out, bins);
      break;
  }
  make_ends_real(fft, bins);
}

void
kit_fft_inverse(KitFft* fft, double* bins, double* samples)
{
  make_ends_real(fft, bins);
  switch (fft->kind) {
    case KIT_FFT_REAL: fftw_execute_dft_c2r(fft->inverse, (fftw_complex*)bins, samples); break;
    case KIT_FFT_WHOLE: inverse_whole(fft, bins, samples); break;
    case KIT_FFT_HALF:
      tangle_swapped(fft, bins, fft->in);
      kit_fft_core_run(&fft->core, fft->in, fft->out);
      swap_parts(fft->out, fft->core.size);
      memcpy(samples, fft->out, fft->n * sizeof(double));
      break;
  }
}
