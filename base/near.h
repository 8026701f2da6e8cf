// SPDX-License-Identifier: ISC
/** @file near.h  "Did you mean …?": the known words nearest to a mistyped one.  [any thread but audio] */
#ifndef KIT_BASE_NEAR_H
#define KIT_BASE_NEAR_H

#include <stdint.h>

#define KIT_NEAR_MAX_WORDS  3U
#define KIT_NEAR_MAX_LENGTH 64U ///< Longer words are near to nothing

typedef struct {
  const char* word;
  uint32_t    n_found;
  char        found[KIT_NEAR_MAX_WORDS][KIT_NEAR_MAX_LENGTH]; ///< Nearest first
  uint32_t    distances[KIT_NEAR_MAX_WORDS];
  char        text[256]; ///< What kit_near_text() returns
} KitNear;

/** Start to look for words near to `word`, which is borrowed. */
void
kit_near_init(KitNear* near, const char* word);

/** Offer a known word; it is kept if it is near enough. */
void
kit_near_offer(KitNear* near, const char* known);

/** ` (did you mean "a" or "b"?)`, or "" when nothing was near.  Valid as long as `near`. */
const char*
kit_near_text(KitNear* near);

#endif
