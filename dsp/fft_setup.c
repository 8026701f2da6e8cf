// SPDX-License-Identifier: ISC
#include "fft_private.h"

#include "alloc.h"
#include "module.h"
#include "threads.h"

#include <math.h>
#include <stdint.h>

static KitLock planner = KIT_LOCK_INIT;
static size_t  n_plans; ///< Alive

#if defined(KIT_PRIVATE_FFTW)
/** Free the planner's tables when the module is unloaded or the process ends. */
__attribute__((destructor)) static void
free_planner(void)
{
  // A thread that plans while the process ends may never let go, and plans need the tables
  if (kit_lock_try(&planner)) {
    if (!n_plans) {
      fftw_cleanup();
    }
    kit_lock_drop(&planner);
  }
}

static void
lock_planner(void)
{
  kit_lock_take(&planner);
}
#else
static void
lock_planner(void)
{
  static bool is_safe;
  kit_lock_take(&planner);
  // Other users of this FFTW do not know our lock, so it must guard itself; and what it calls for that must
  // stay when we are unloaded.  Its tables are theirs as well: not ours to free.
  if (!is_safe) {
    void (*const guard)(void) = fftw_make_planner_thread_safe;
    kit_module_keep(guard);
    guard();
    is_safe = true;
  }
}
#endif

/** Count what was planned.  @return `plan`. */
static fftw_plan
unlock_planner(fftw_plan plan)
{
  n_plans += plan ? 1U : 0U;
  kit_lock_drop(&planner);
  return plan;
}

static void
destroy_plan(fftw_plan plan)
{
  if (plan) {
    lock_planner();
    fftw_destroy_plan(plan);
    --n_plans;
    kit_lock_drop(&planner);
  }
}

static size_t
convolution_size(size_t n)
{
  return kit_fft_good_size(2U * n - 1U);
}

static fftw_plan
plan_complex(size_t n, double* in, double* out)
{
  lock_planner();
  return unlock_planner(
    fftw_plan_dft_1d((int)n, (fftw_complex*)in, (fftw_complex*)out, FFTW_FORWARD, FFTW_ESTIMATE));
}

/** Fill the chirp, and the spectrum of its conjugate, wrapped around. */
static void
fill_chirp(KitFftCore* core)
{
  const size_t n = core->size;
  const size_t m = core->chirp_size;
  for (size_t k = 0; k < n; ++k) {
    const double turn        = (double)(((uint64_t)k * k) % (2U * n)) / (double)n;
    core->chirp[2U * k]      = cos(M_PI * turn);
    core->chirp[2U * k + 1U] = -sin(M_PI * turn);
    const size_t at[2]       = {k, k ? m - k : 0U};
    for (size_t j = 0; j < 2U; ++j) {
      core->work[2U * at[j]]      = core->chirp[2U * k] / (double)m;
      core->work[2U * at[j] + 1U] = -core->chirp[2U * k + 1U] / (double)m;
    }
  }
  fftw_execute_dft(core->plan, (fftw_complex*)core->work, (fftw_complex*)core->kernel);
}

static bool
core_init_chirp(KitFftCore* core)
{
  const size_t m   = convolution_size(core->size);
  core->chirp_size = m;
  core->chirp      = (double*)kit_calloc(2U * core->size, sizeof(double));
  core->kernel     = (double*)kit_calloc(2U * m, sizeof(double));
  core->work       = (double*)kit_calloc(2U * m, sizeof(double));
  core->spectrum   = (double*)kit_calloc(2U * m, sizeof(double));
  if (!core->chirp || !core->kernel || !core->work || !core->spectrum) {
    return false;
  }
  core->plan = plan_complex(m, core->work, core->spectrum);
  if (core->plan) {
    fill_chirp(core);
  }
  return core->plan;
}

static bool
init_complex(KitFft* fft, size_t size)
{
  fft->core.size = size;
  fft->in        = (double*)kit_calloc(2U * size, sizeof(double));
  fft->out       = (double*)kit_calloc(2U * size, sizeof(double));
  fft->twist     = (double*)kit_calloc(2U * kit_fft_n_bins(fft->n), sizeof(double));
  if (!fft->in || !fft->out || !fft->twist) {
    return false;
  }
  for (size_t k = 0; k < kit_fft_n_bins(fft->n); ++k) {
    fft->twist[2U * k]      = cos(2.0 * M_PI * (double)k / (double)fft->n);
    fft->twist[2U * k + 1U] = -sin(2.0 * M_PI * (double)k / (double)fft->n);
  }
  if (!kit_fft_is_fast(size)) {
    return core_init_chirp(&fft->core);
  }
  fft->core.plan = plan_complex(size, fft->in, fft->out);
  return fft->core.plan;
}

static bool
init_real(KitFft* fft)
{
  double* const samples = (double*)kit_calloc(fft->n, sizeof(double));
  double* const bins    = (double*)kit_calloc(2U * kit_fft_n_bins(fft->n), sizeof(double));
  if (samples && bins) {
    const int n = (int)fft->n;
    lock_planner();
    fft->forward = unlock_planner(
      fftw_plan_dft_r2c_1d(n, samples, (fftw_complex*)bins, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT));
    lock_planner();
    fft->inverse = unlock_planner(fftw_plan_dft_c2r_1d(n, (fftw_complex*)bins, samples, FFTW_ESTIMATE));
  }
  kit_free(samples);
  kit_free(bins);
  return fft->forward && fft->inverse;
}

KitFft*
kit_fft_new(size_t n)
{
  KitFft* const fft = (KitFft*)kit_calloc(1, sizeof(KitFft));
  if (!fft) {
    return NULL;
  }

  const bool even = n % 2U == 0U;
  fft->n          = n;
  fft->kind       = !even ? KIT_FFT_WHOLE : kit_fft_is_fast(n) ? KIT_FFT_REAL : KIT_FFT_HALF;
  const bool ok   = fft->kind == KIT_FFT_REAL ? init_real(fft) : init_complex(fft, even ? n / 2U : n);
  if (!ok) {
    kit_fft_free(fft);
    return NULL;
  }
  return fft;
}

void
kit_fft_free(KitFft* fft)
{
  if (fft) {
    destroy_plan(fft->forward);
    destroy_plan(fft->inverse);
    destroy_plan(fft->core.plan);
    kit_free(fft->core.chirp);
    kit_free(fft->core.kernel);
    kit_free(fft->core.work);
    kit_free(fft->core.spectrum);
    kit_free(fft->twist);
    kit_free(fft->in);
    kit_free(fft->out);
    kit_free(fft);
  }
}

size_t
kit_fft_memory(size_t n)
{
  const size_t core = n % 2U ? n : n / 2U;
  return sizeof(KitFft) +
         sizeof(double) * (kit_fft_is_fast(n) ? 6U * n : 6U * n + 6U * convolution_size(core));
}
