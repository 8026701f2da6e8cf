// SPDX-License-Identifier: ISC
#include "utf8.h"

#include <string.h>

size_t
kit_utf8_decode(const char* text, size_t size, uint32_t* code)
{
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

  const uint8_t first  = size ? (uint8_t)text[0] : 0xFFU;
  const size_t  length = first < 0x80U              ? 1U
                         : (first & 0xE0U) == 0xC0U ? 2U
                         : (first & 0xF0U) == 0xE0U ? 3U
                         : (first & 0xF8U) == 0xF0U ? 4U
                                                    : 0U;
  if (!length || length > size) {
    return 0;
  }

  uint32_t value = length == 1U ? first : first & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    const uint8_t next = (uint8_t)text[i];
    if ((next & 0xC0U) != 0x80U) {
      return 0;
    }
    value = (value << 6U) | (next & 0x3FU);
  }
  if (value < least[length] || value > 0x10FFFFU || (value >= 0xD800U && value <= 0xDFFFU)) {
    return 0;
  }
  *code = value;
  return length;
}

size_t
kit_utf8_length(const char* text, size_t size)
{
  uint32_t code = 0;
  return kit_utf8_decode(text, size, &code);
}

size_t
kit_utf8_fit(const char* text, size_t most)
{
  const size_t size = strnlen(text, most + 1U);
  size_t       end  = size < most ? size : most;
  // Only a character that goes on behind the cut is left out; what is no UTF-8 is cut anywhere
  for (size_t back = 1; size > most && back <= 3U && back <= end; ++back) {
    const size_t length = kit_utf8_length(text + end - back, strnlen(text + end - back, 4));
    if (length) {
      return length > back ? end - back : end;
    }
  }
  return end;
}

bool
kit_utf8_is_shown(uint32_t code)
{
  static const uint32_t acting[][2] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x200E, 0x200F},
    {0x2028, 0x2029}, {0x202A, 0x202E}, {0x2066, 0x2069},
  };
  for (size_t i = 0; i < sizeof(acting) / sizeof(acting[0]); ++i) {
    if (code >= acting[i][0] && code <= acting[i][1]) {
      return false;
    }
  }
  return true;
}

/** Copy `text` to `to`, which may be `text` itself, with `instead` for what is no UTF-8 and, if `plain`, for
    what is not shown. */
static void
copy_legal(const char* text, bool plain, const char* instead, char* to)
{
  for (size_t left = strlen(text); left;) {
    uint32_t     code   = 0;
    const size_t length = kit_utf8_decode(text, left, &code);
    const bool   kept   = length && (!plain || kit_utf8_is_shown(code));
    const size_t taken  = length ? length : 1U;
    const size_t given  = kept ? length : strlen(instead);
    memmove(to, kept ? text : instead, given);
    to += given;
    text += taken;
    left -= taken;
  }
  *to = '\0';
}

void
kit_utf8_make_plain(char* text)
{
  copy_legal(text, true, "?", text);
}

void
kit_utf8_repair(const char* text, bool plain, char* copy)
{
  copy_legal(text, plain, "\xEF\xBF\xBD", copy);
}

bool
kit_utf8_is_legal(const char* text)
{
  for (size_t left = strlen(text); left;) {
    const size_t length = kit_utf8_length(text, left);
    if (!length) {
      return false;
    }
    text += length;
    left -= length;
  }
  return true;
}
