// SPDX-License-Identifier: ISC
#include "unload.h"

#include <dlfcn.h>
#include <math.h>
#include <string.h>

#define N             96
#define FFTW_ESTIMATE (1U << 6U)

typedef struct {
  void* library;
  void* (*plan)(int n, double* in, double (*out)[2], unsigned flags); ///< fftw_plan_dft_r2c_1d()
  void (*execute)(void* plan);
  void (*destroy)(void* plan);
  void (*cleanup)(void);
} Neighbour;

static Neighbour her;

static bool
find(void* function, const char* name)
{
  void* const address = dlsym(her.library, name);
  memcpy(function, &address, sizeof(address)); // ISO C has no cast from an object's address to a function's
  return address;
}

bool
neighbour_open(void)
{
  her.library = dlopen("libfftw3.so.3", RTLD_NOW | RTLD_LOCAL);
  return her.library && find(&her.plan, "fftw_plan_dft_r2c_1d") && find(&her.execute, "fftw_execute") &&
         find(&her.destroy, "fftw_destroy_plan") && find(&her.cleanup, "fftw_cleanup");
}

/** A bin by its definition. */
static bool
bin_is_right(const double* in, const double (*out)[2], int bin)
{
  double re = 0.0;
  double im = 0.0;
  for (int i = 0; i < N; ++i) {
    re += in[i] * cos(2.0 * M_PI * i * bin / N);
    im -= in[i] * sin(2.0 * M_PI * i * bin / N);
  }
  return fabs(re - out[bin][0]) < 1e-9 && fabs(im - out[bin][1]) < 1e-9;
}

bool
neighbour_plays(void)
{
  double      in[N];
  double      out[N / 2 + 1][2];
  void* const plan = her.plan(N, in, out, FFTW_ESTIMATE);
  bool        fine = plan;
  for (int i = 0; i < N; ++i) {
    in[i] = sin(0.3 * i) + 0.01 * i;
  }
  if (plan) {
    her.execute(plan);
    her.destroy(plan);
  }
  for (int bin = 0; fine && bin <= N / 2; ++bin) {
    fine = bin_is_right(in, (const double(*)[2])out, bin);
  }
  return fine;
}

void
neighbour_close(void)
{
  her.cleanup();
  dlclose(her.library);
}
