// SPDX-License-Identifier: ISC
// unload PATH: load and unload a module many times, alone and beside another user of FFTW
#include "tap.h"
#include "unload.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#define N_FIRST  20U  ///< Rounds in which the C library allocates what it keeps
#define N_CYCLES 200U ///< Rounds that must leave nothing
#define N_SHARED 20U  ///< Rounds beside the neighbour

static bool neighbour_fine = true;

static void
play_neighbour(void)
{
  neighbour_fine = neighbour_plays() && neighbour_fine;
}

static size_t
resident_bytes(void)
{
  unsigned long all      = 0;
  unsigned long resident = 0;
  FILE* const   file     = fopen("/proc/self/statm", "r");
  const bool    known    = file && fscanf(file, "%lu %lu", &all, &resident) == 2;
  if (file) {
    fclose(file);
  }
  return known ? resident * (size_t)sysconf(_SC_PAGESIZE) : 0U;
}

static bool
cycle_often(const char* path, unsigned n)
{
  bool fine = true;
  for (unsigned i = 0; i < n; ++i) {
    fine = unload_cycle(path, NULL) && fine;
  }
  return fine;
}

static void
check_memory(const char* path)
{
  bool         fine         = cycle_often(path, N_FIRST);
  const size_t used         = mallinfo2().uordblks;
  const size_t resident     = resident_bytes();
  fine                      = cycle_often(path, N_CYCLES) && fine;
  const size_t used_now     = mallinfo2().uordblks;
  const size_t resident_now = resident_bytes();
  tap_ok(fine, "loaded, played and unloaded %u times", N_CYCLES);
  // Exact where the build turns off the allocator's cache of a thread, whose pieces count as used.  A
  // sanitizer's allocator reports 0, and finds leaks itself.
  tap_ok(used_now <= used + 1024U, "which leaves less than 1 KiB in all (%zu bytes, then %zu)", used,
         used_now);
#if !defined(__SANITIZE_ADDRESS__)
  tap_ok(resident_now < resident + 1024U * N_CYCLES,
         "and the process grows by less than 1 KiB a time (%zu, then %zu)", resident, resident_now);
#endif
}

static void
check_neighbour(const char* path)
{
  if (!neighbour_open()) {
    tap_skip("no libfftw3.so.3 on this system: nobody to share a process with");
    return;
  }
  bool fine = true;
  tap_ok(neighbour_plays(), "another user of FFTW is right before it is loaded");
  for (unsigned i = 0; i < N_SHARED; ++i) {
    fine = unload_cycle(path, play_neighbour) && fine;
    play_neighbour();
  }
  tap_ok(fine, "loaded, played and unloaded %u times beside it", N_SHARED);
  tap_ok(neighbour_fine, "which plans and is right while it is active, and once it is gone");
  neighbour_close();
  tap_ok(unload_cycle(path, NULL) && neighbour_open() && neighbour_plays(), "and when it comes back later");
  neighbour_close();
}

int
main(int argc, char** argv)
{
  if (argc < 2) {
    return 2;
  }
  tap_ok(!dlopen("libfftw3.so.3", RTLD_NOW | RTLD_NOLOAD),
         "this program itself has no FFTW for the module to find");
  check_memory(argv[1]);
  check_neighbour(argv[1]);
  return tap_done();
}
