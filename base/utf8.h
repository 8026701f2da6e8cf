// SPDX-License-Identifier: ISC
/** @file utf8.h  Text as UTF-8: characters, where to cut, and what may be shown.  [thread-safe] */
#ifndef KIT_BASE_UTF8_H
#define KIT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes (1–4) of the character at `text`, of which `size` bytes can be read, or 0 if it is not legal UTF-8.
 */
size_t
kit_utf8_length(const char* text, size_t size);

/** The same.  @param[out] code Its code point; unchanged if it is not legal. */
size_t
kit_utf8_decode(const char* text, size_t size, uint32_t* code);

/** Bytes of the longest beginning of `text` that has at most `most` bytes and does not end inside a
    character. */
size_t
kit_utf8_fit(const char* text, size_t most);

/** Whether all of it is UTF-8. */
bool
kit_utf8_is_legal(const char* text);

/** False for what acts on a terminal instead of being shown by it: control characters (C0, DEL, C1), line
    and paragraph separators, and all that turn the direction of writing (Unicode's Bidi_Control). */
bool
kit_utf8_is_shown(uint32_t code);

/** Make text from outside safe to print as one line: each byte that is no UTF-8, and each character that is
    not shown, becomes "?".  In place; the text never gets longer. */
void
kit_utf8_make_plain(char* text);

/** Copy text with U+FFFD for each byte that is no UTF-8 and, if `plain`, for each character that is not
   shown.
    @param[out] copy Room for 3 · strlen(text) + 1 bytes, apart from `text`. */
void
kit_utf8_repair(const char* text, bool plain, char* copy);

#endif
