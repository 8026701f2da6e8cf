// SPDX-License-Identifier: ISC
// A spool against plain memory: runs forwards, passes in place, and jumps.
#include "spool.h"

#include "alloc.h"
#include "rng.h"
#include "tap.h"

#include <string.h>

#define N_SEEDS 64U
#define N_BYTES (6U * 1024U * 1024U)

typedef struct {
  KitSpool* spool;
  char*     model; ///< [N_BYTES]
  uint64_t  end;
  KitRng    rng;
  bool      good;
} Subject;

static uint32_t
below(Subject* s, uint32_t n)
{
  return kit_rng_next32(&s->rng) % n;
}

static void
put(Subject* s, uint64_t at, size_t size)
{
  for (size_t i = 0; i < size; ++i) {
    s->model[at + i] = (char)kit_rng_next32(&s->rng);
  }
  s->good = !kit_spool_write(s->spool, at, s->model + at, size) && s->good;
  s->end  = s->end > at + size ? s->end : at + size;
}

static void
get(Subject* s, uint64_t at, size_t size)
{
  static char bytes[70000];
  s->good = !kit_spool_read(s->spool, at, bytes, size) && !memcmp(bytes, s->model + at, size) && s->good;
}

/** From start to end in pieces: read, and maybe write over what was read. */
static void
pass(Subject* s, uint32_t piece, bool write)
{
  for (uint64_t at = 0; at < s->end; at += piece) {
    const size_t n = s->end - at < piece ? (size_t)(s->end - at) : piece;
    get(s, at, n);
    if (write) {
      put(s, at, n);
    }
  }
}

static bool
play(char* model, uint32_t seed)
{
  Subject s = {.model = model, .good = true};
  kit_rng_init(&s.rng, seed);
  s.spool = kit_spool_new(seed % 3U * 300000U, NULL, NULL);
  while (s.end + 70000U < N_BYTES / (1U + seed % 4U)) {
    put(&s, s.end, 1U + below(&s, 70000U));
  }
  pass(&s, 1U + below(&s, 65536U), seed % 2U);
  pass(&s, 16384U, false);
  for (uint32_t i = 0; i < 200U; ++i) {
    const uint64_t at   = below(&s, (uint32_t)s.end);
    const uint64_t left = s.end - at;
    const size_t   size = 1U + below(&s, left < 65536U ? (uint32_t)left : 65536U);
    if (below(&s, 2U)) {
      put(&s, at, size);
    } else {
      get(&s, at, size);
    }
  }
  pass(&s, 30000U, true);
  pass(&s, 65536U, false);
  kit_spool_free(s.spool);
  return s.good;
}

int
main(void)
{
  char* const model = (char*)kit_calloc(N_BYTES, 1U);
  uint32_t    n_bad = 0;
  for (uint32_t seed = 1; model && seed <= N_SEEDS; ++seed) {
    if (!play(model, seed)) {
      tap_note("seed %u differs", seed);
      ++n_bad;
    }
  }
  tap_ok(model && !n_bad, "what goes through a spool comes back, in %u random orders", N_SEEDS);
  KitSpool* const early = kit_spool_new(0, NULL, NULL);
  tap_ok(early && !kit_spool_write(early, 0, model, N_BYTES), "much is taken at once");
  kit_spool_free(early); // While its thread still writes
  kit_spool_free(NULL);
  kit_free(model);
  return tap_done();
}
