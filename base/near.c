// SPDX-License-Identifier: ISC
#include "near.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/** Edits (insert, remove, replace a byte; case does not count) that make `a` out of `b`; UINT32_MAX if either
    is too long. */
static uint32_t
edit_distance(const char* a, const char* b)
{
  const size_t n_a = strlen(a);
  const size_t n_b = strlen(b);
  if (n_a >= KIT_NEAR_MAX_LENGTH || n_b >= KIT_NEAR_MAX_LENGTH) {
    return UINT32_MAX;
  }

  uint32_t row[KIT_NEAR_MAX_LENGTH];
  for (uint32_t j = 0; j <= n_b; ++j) {
    row[j] = j;
  }
  for (uint32_t i = 1; i <= n_a; ++i) {
    uint32_t diagonal = row[0];
    row[0]            = i;
    for (uint32_t j = 1; j <= n_b; ++j) {
      const int      differ  = tolower((unsigned char)a[i - 1U]) != tolower((unsigned char)b[j - 1U]);
      const uint32_t replace = diagonal + (uint32_t)differ;
      const uint32_t insert  = (row[j] < row[j - 1U] ? row[j] : row[j - 1U]) + 1U;
      diagonal               = row[j];
      row[j]                 = replace < insert ? replace : insert;
    }
  }
  return row[n_b];
}

void
kit_near_init(KitNear* near, const char* word)
{
  *near = (KitNear){.word = word};
}

void
kit_near_offer(KitNear* near, const char* known)
{
  const uint32_t distance = edit_distance(near->word, known);
  if (distance == UINT32_MAX || distance > 1U + strlen(near->word) / 3U) {
    return;
  }

  uint32_t at = near->n_found;
  while (at && near->distances[at - 1U] > distance) {
    --at;
  }
  if (at == KIT_NEAR_MAX_WORDS || (at && !strcmp(near->found[at - 1U], known))) {
    return;
  }
  near->n_found += near->n_found < KIT_NEAR_MAX_WORDS;
  for (uint32_t i = near->n_found - 1U; i > at; --i) {
    memcpy(near->found[i], near->found[i - 1U], KIT_NEAR_MAX_LENGTH);
    near->distances[i] = near->distances[i - 1U];
  }
  snprintf(near->found[at], KIT_NEAR_MAX_LENGTH, "%s", known);
  near->distances[at] = distance;
}

// One much nearer than the others is meant
static void
drop_far(KitNear* near)
{
  while (near->n_found > 1U && near->distances[near->n_found - 1U] > near->distances[0] + 1U) {
    --near->n_found;
  }
}

const char*
kit_near_text(KitNear* near)
{
  const char* join   = " (did you mean ";
  size_t      length = 0;
  drop_far(near);
  for (uint32_t i = 0; i < near->n_found; ++i) {
    const char* const end = (i + 1U == near->n_found) ? "?)" : "";
    length += (size_t)snprintf(near->text + length, sizeof(near->text) - length, "%s\"%s\"%s", join,
                               near->found[i], end);
    join = (i + 2U == near->n_found) ? " or " : ", ";
  }
  return near->n_found ? near->text : "";
}
