// SPDX-License-Identifier: ISC
/** @file vst3_text.h  Text between UTF-8 and VST3's UTF-16.  [thread-safe] */
#ifndef KIT_VST3_TEXT_H
#define KIT_VST3_TEXT_H

#include <stddef.h>
#include <stdint.h>

/** Write `text` to `out` [n], n ≥ 1: cut at a whole character, terminated.  What is no UTF-8 becomes "?". */
void
kit_vst3_to_utf16(const char* text, int16_t* out, size_t n);

/** Write a terminated text of at most `n_in` units to `out` [size], size ≥ 1, cut likewise.
    Half of a surrogate pair becomes "?". */
void
kit_vst3_to_utf8(const int16_t* text, size_t n_in, char* out, size_t size);

/** Copy to a field of fixed size: cut, terminated, the rest zeroed. */
void
kit_vst3_copy_text(char* field, size_t size, const char* text);

#endif
