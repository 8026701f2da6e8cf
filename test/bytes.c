// SPDX-License-Identifier: ISC
#include "bytes.h"

#include "no_memory.h"
#include "rng.h"
#include "tap.h"

#include <stdbool.h>
#include <string.h>

#define N_SEEDS 64U
#define SIZE    100000U

/** A stream over `data` [SIZE]: it moves a random number of bytes at a time. */
typedef struct {
  char*  data;
  size_t at;
  size_t end;       ///< Of what it holds or takes
  int    at_end;    ///< What it answers there
  bool   boasts;    ///< It says more than it was asked for
  size_t n_longest; ///< Most bytes asked for in one call
  KitRng rng;
} Stream;

static size_t
piece(Stream* stream, size_t n)
{
  const size_t some = 1U + kit_rng_next32(&stream->rng) % 5000U;
  const size_t left = stream->end - stream->at;
  stream->n_longest = n > stream->n_longest ? n : stream->n_longest;
  return some < n ? (some < left ? some : left) : n < left ? n : left;
}

static int64_t
read_some(void* handle, void* to, size_t n)
{
  Stream* const stream = (Stream*)handle;
  const size_t  some   = piece(stream, n);
  memcpy(to, stream->data + stream->at, some);
  stream->at += some;
  return stream->boasts ? (int64_t)n + 1 : some ? (int64_t)some : stream->at_end;
}

static int64_t
write_some(void* handle, const void* from, size_t n)
{
  Stream* const stream = (Stream*)handle;
  const size_t  some   = piece(stream, n);
  memcpy(stream->data + stream->at, from, some);
  stream->at += some;
  return stream->boasts ? (int64_t)n + 1 : some ? (int64_t)some : stream->at_end;
}

static void
check_round_trip(const char* text, char* copy)
{
  bool same = true;
  for (uint32_t seed = 1; seed <= N_SEEDS; ++seed) {
    Stream   to    = {.data = copy, .end = SIZE};
    KitBytes bytes = {0};
    kit_rng_init(&to.rng, seed);
    const bool written = !kit_bytes_write(text, write_some, &to) && to.at == strlen(text);
    Stream     from    = {.data = copy, .end = to.at, .rng = to.rng};
    const bool read    = !kit_bytes_read(&bytes, read_some, &from, SIZE);
    const bool equal   = bytes.size == strlen(text) && !memcmp(bytes.data, text, bytes.size);
    kit_bytes_cleanup(&bytes);
    if (!written || !read || !equal) {
      tap_note("seed %u: written %d, read %d, equal %d", seed, written, read, equal);
      same = false;
    }
  }
  tap_ok(same, "a text goes out and comes back whole in random pieces, %u seeds", N_SEEDS);
}

/** Pieces of any size, none too, join up. */
static void
check_append(const char* text)
{
  uint32_t n_wrong = 0;
  for (uint32_t seed = 1; seed <= N_SEEDS; ++seed) {
    KitBytes bytes = {0};
    KitRng   rng;
    kit_rng_init(&rng, seed);
    for (size_t at = 0, n = 0; at < SIZE; at += n) {
      const size_t some = kit_rng_next32(&rng) % (seed % 2U ? 20U : 20000U);
      n                 = some < SIZE - at ? some : SIZE - at;
      n_wrong += kit_bytes_append(&bytes, n ? text + at : NULL, n) || bytes.size != at + n;
    }
    n_wrong += bytes.size != SIZE || memcmp(bytes.data, text, SIZE) != 0;
    kit_bytes_cleanup(&bytes);
  }
  tap_ok(!n_wrong, "random pieces append to a whole, %u seeds", N_SEEDS);

  KitBytes bytes = {0};
  tap_ok(!kit_bytes_append(&bytes, NULL, 0) && !bytes.data, "nothing appended to nothing takes no memory");
  kit_bytes_append(&bytes, text, 5000U);
  no_memory_after(0);
  const KitStatus st = kit_bytes_append(&bytes, text, SIZE);
  no_memory_end();
  tap_ok(st == KIT_ERR_NO_MEMORY && bytes.size == 5000U && !memcmp(bytes.data, text, 5000U),
         "without memory nothing is appended, and what was there stays");
  kit_bytes_cleanup(&bytes);
}

/** Room comes at once or little by little, and is empty. */
static void
check_reserve(const char* text)
{
  KitBytes bytes   = {0};
  uint32_t n_grown = 0;
  bool     kept    = !kit_bytes_reserve(&bytes, 10000U) && bytes.room == 10000U;
  kit_bytes_append(&bytes, text, 5000U);
  for (size_t room = 0; room < SIZE * 10U; ++room) {
    const size_t before = bytes.room;
    kept                = kept && !kit_bytes_reserve(&bytes, room) && bytes.room >= room;
    n_grown += bytes.room != before;
  }
  for (size_t i = bytes.size; i < bytes.room; ++i) {
    kept = kept && !bytes.data[i];
  }
  tap_ok(kept && n_grown < 8U && bytes.size == 5000U && !memcmp(bytes.data, text, 5000U),
         "room is there as asked for, zeros behind what was there, and grew %u times", n_grown);
  const size_t room = bytes.room;
  no_memory_after(0);
  const KitStatus st = kit_bytes_reserve(&bytes, room + 1U);
  no_memory_end();
  tap_ok(st == KIT_ERR_NO_MEMORY && bytes.room == room && !memcmp(bytes.data, text, 5000U),
         "without memory it is as it was");
  kit_bytes_cleanup(&bytes);
}

static void
check_ends(char* data)
{
  Stream   stream = {.data = data, .end = SIZE};
  KitBytes bytes  = {0};
  kit_rng_init(&stream.rng, 1);
  const bool stops = !kit_bytes_read(&bytes, read_some, &stream, 20000U);
  tap_ok(stops && bytes.size > 20000U && bytes.size < SIZE,
         "reading stops soon after the most that is wanted");
  kit_bytes_cleanup(&bytes);
  tap_ok(!bytes.data && !bytes.size && !bytes.room, "and is empty when cleaned up");

  stream = (Stream){.data = data, .at = SIZE, .end = SIZE};
  tap_ok(!kit_bytes_read(&bytes, read_some, &stream, SIZE) && !bytes.size, "an empty stream gives no bytes");
  kit_bytes_cleanup(&bytes);

  stream = (Stream){.data = data, .at = SIZE - 10U, .end = SIZE, .at_end = -1};
  tap_ok(kit_bytes_read(&bytes, read_some, &stream, SIZE) == KIT_ERR_IO && bytes.size == 10U,
         "a failure ends reading, and what came is there");
  kit_bytes_cleanup(&bytes);

  stream = (Stream){.data = data, .end = SIZE, .boasts = true};
  tap_ok(kit_bytes_read(&bytes, read_some, &stream, SIZE) == KIT_ERR_IO && !bytes.size,
         "a stream that says more than was asked for is not believed");
  kit_bytes_cleanup(&bytes);
}

static void
check_refused_writes(const char* text, char* copy)
{
  Stream stream = {.data = copy, .end = 100U};
  tap_ok(kit_bytes_write(text, write_some, &stream) == KIT_ERR_IO,
         "a stream that takes no more is a failure");
  stream = (Stream){.data = copy, .end = 100U, .at_end = -1};
  tap_ok(kit_bytes_write(text, write_some, &stream) == KIT_ERR_IO, "and so is one that fails");
  stream = (Stream){.data = copy, .end = SIZE, .boasts = true};
  tap_ok(kit_bytes_write(text, write_some, &stream) == KIT_ERR_IO, "or says that it wrote more");
  stream = (Stream){.data = copy, .end = SIZE};
  tap_ok(!kit_bytes_write("", write_some, &stream) && !stream.n_longest,
         "nothing is written of an empty text");
}

int
main(void)
{
  static char text[SIZE];
  static char copy[SIZE];
  for (size_t i = 0; i + 1U < SIZE; ++i) {
    text[i] = (char)('a' + i * i % 26U);
  }
  check_round_trip(text, copy);
  check_append(text);
  check_reserve(text);
  check_ends(text);
  check_refused_writes(text, copy);
  return tap_done();
}
