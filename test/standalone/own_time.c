// SPDX-License-Identifier: ISC
// Preloaded into a program that loads JACK's library: measures what each call of its process callback takes
// of the thread's own time, and writes figures to the file that OWN_TIME names as the program ends. For
// RTLD_NEXT and dlvsym
#ifndef _GNU_SOURCE
#  define _GNU_SOURCE
#endif
#include <jack/jack.h>

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BINS 4000U ///< Of a thousandth of a period
#define SKIP 500U  ///< Blocks: the first ones build what the preset needs

typedef void* (*Find)(void* module, const char* name);
typedef int (*SetCallback)(jack_client_t* client, JackProcessCallback callback, void* handle);

static SetCallback         real_set;
static JackProcessCallback callback;
static void*               callback_handle;
static double              rate;
static _Atomic uint64_t    n_blocks;
static uint32_t            counts[BINS];
static double              longest;

static double
own_s(void)
{
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int
measure(jack_nframes_t n, void* handle)
{
  (void)handle;
  const double begin  = own_s();
  const int    status = callback(n, callback_handle);
  const double share  = (own_s() - begin) * rate / n;
  if (atomic_fetch_add(&n_blocks, 1U) >= SKIP) {
    const double bin = share * 1000.0;
    ++counts[bin < BINS - 1U ? (uint32_t)bin : BINS - 1U];
    longest = share > longest ? share : longest;
  }
  return status;
}

static int
set_callback(jack_client_t* client, JackProcessCallback wanted, void* handle)
{
  callback        = wanted;
  callback_handle = handle;
  rate            = (double)jack_get_sample_rate(client);
  return real_set(client, measure, NULL);
}

void*
dlsym(void* module, const char* name)
{
  static Find find;
  if (!find) {
    void* const found = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    void* const older = found ? found : dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
    memcpy(&find, &older, sizeof(find));
  }
  void* const symbol = find(module, name);
  if (symbol && !strcmp(name, "jack_set_process_callback")) {
    const SetCallback ours   = set_callback;
    void*             result = NULL;
    memcpy(&real_set, &symbol, sizeof(real_set));
    memcpy(&result, &ours, sizeof(result));
    return result;
  }
  return symbol;
}

/** In % of a period: what so many of a thousand blocks keep to. */
static double
percentile(double thousandth, uint64_t n)
{
  uint64_t seen = 0;
  for (uint32_t i = 0; i < BINS; ++i) {
    seen += counts[i];
    if ((double)seen >= (double)n * thousandth / 1000.0) {
      return (i + 1U) / 10.0;
    }
  }
  return 0.0;
}

__attribute__((destructor)) static void
print(void)
{
  const char* const path = getenv("OWN_TIME");
  FILE* const       file = path && callback ? fopen(path, "w") : NULL;
  uint64_t          n    = 0;
  uint64_t          late = 0;
  for (uint32_t i = 0; i < BINS; ++i) {
    n += counts[i];
    late += i >= 1000U ? counts[i] : 0U;
  }
  if (file) {
    fprintf(file, "{\"blocks\": %llu, \"late\": %llu, \"p50\": %.1f, \"p999\": %.1f, \"longest\": %.1f}\n",
            (unsigned long long)n, (unsigned long long)late, percentile(500.0, n), percentile(999.0, n),
            100.0 * longest);
    fclose(file);
  }
}
