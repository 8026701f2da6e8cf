// SPDX-License-Identifier: ISC
/** @file messages.h  A log that remembers what was said. */
#ifndef KIT_TEST_MESSAGES_H
#define KIT_TEST_MESSAGES_H

#include "vstkit/log.h"

#include <stdbool.h>

typedef struct {
  KitLog   log; ///< Hand `&messages.log` to what is tested
  unsigned n_errors;
  unsigned n_warnings;
  char     text[16384]; ///< Every message and a line feed, cut when full
} Messages;

/** Forget everything. */
void
messages_init(Messages* messages);

bool
messages_have(const Messages* messages, const char* text);

#endif
