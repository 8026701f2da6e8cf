// SPDX-License-Identifier: ISC
#include "utf8.h"

#include <stdint.h>

size_t
kit_utf8_length(const char* text, size_t size)
{
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

  const uint8_t first  = size ? (uint8_t)text[0] : 0xFFU;
  const size_t  length = first < 0x80U              ? 1U
                         : (first & 0xE0U) == 0xC0U ? 2U
                         : (first & 0xF0U) == 0xE0U ? 3U
                         : (first & 0xF8U) == 0xF0U ? 4U
                                                    : 0U;
  if (!length || length > size || length == 1U) {
    return length <= size ? length : 0U;
  }

  uint32_t code = first & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    const uint8_t next = (uint8_t)text[i];
    if ((next & 0xC0U) != 0x80U) {
      return 0;
    }
    code = (code << 6U) | (next & 0x3FU);
  }
  const int is_surrogate = code >= 0xD800U && code <= 0xDFFFU;
  return (code >= least[length] && code <= 0x10FFFFU && !is_surrogate) ? length : 0U;
}
