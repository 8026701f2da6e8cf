// SPDX-License-Identifier: ISC
/** @file utf8.h  Checks of UTF-8 text.  [thread-safe] */
#ifndef KIT_BASE_UTF8_H
#define KIT_BASE_UTF8_H

#include <stddef.h>

/** Bytes (1–4) of the character at `text`, of which `size` bytes can be read, or 0 if it is not legal UTF-8.
 */
size_t
kit_utf8_length(const char* text, size_t size);

#endif
