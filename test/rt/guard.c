// SPDX-License-Identifier: ISC
#include "guard.h"

#include "guard_calls.h"
#include "tap.h"

#include <inttypes.h>
#include <string.h>

#define MAX_NAMES 128U

static _Thread_local bool guarded;

static struct {
  const char* name;
  uint64_t    count;
} counts[MAX_NAMES];

void
rt_guard_enter(void)
{
  guarded = true;
}

void
rt_guard_leave(void)
{
  guarded = false;
}

void
rt_guard_clear(void)
{
  memset(counts, 0, sizeof(counts));
}

uint64_t
rt_guard_count(void)
{
  uint64_t sum = 0;
  for (uint32_t i = 0; i < MAX_NAMES; ++i) {
    sum += counts[i].count;
  }
  return sum;
}

uint64_t
rt_guard_count_of(const char* name)
{
  for (uint32_t i = 0; i < MAX_NAMES && counts[i].name; ++i) {
    if (!strcmp(counts[i].name, name)) {
      return counts[i].count;
    }
  }
  return 0;
}

void
rt_guard_print(void)
{
  for (uint32_t i = 0; i < MAX_NAMES && counts[i].name; ++i) {
    tap_note("%s: %" PRIu64 " calls on the audio thread", counts[i].name, counts[i].count);
  }
}

void
rt_guard_note(const char* name)
{
  if (!guarded) {
    return;
  }
  uint32_t i = 0;
  while (i < MAX_NAMES - 1U && counts[i].name && strcmp(counts[i].name, name)) {
    ++i;
  }
  counts[i].name = name;
  ++counts[i].count;
}
