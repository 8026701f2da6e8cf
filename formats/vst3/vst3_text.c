// SPDX-License-Identifier: ISC
#include "vst3_text.h"

#include "utf8.h"

#include <string.h>

static uint32_t
decode(const char* text, size_t length)
{
  if (length <= 1U) {
    return length ? (uint8_t)text[0] : '?';
  }
  uint32_t code = (uint8_t)text[0] & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    code = (code << 6U) | ((uint8_t)text[i] & 0x3FU);
  }
  return code;
}

void
kit_vst3_to_utf16(const char* text, int16_t* out, size_t n)
{
  size_t left = strlen(text);
  size_t at   = 0;
  while (left) {
    const size_t   length = kit_utf8_length(text, left);
    const uint32_t code   = decode(text, length);
    const size_t   needs  = code >= 0x10000U ? 2U : 1U;
    if (at + needs >= n) {
      break;
    }
    if (needs == 2U) {
      out[at++] = (int16_t)(uint16_t)(0xD800U + ((code - 0x10000U) >> 10U));
      out[at++] = (int16_t)(uint16_t)(0xDC00U + (code & 0x3FFU));
    } else {
      out[at++] = (int16_t)(uint16_t)code;
    }
    text += length ? length : 1U;
    left -= length ? length : 1U;
  }
  out[at] = 0;
}

static size_t
encode(uint32_t code, char* out)
{
  if (code < 0x80U) {
    out[0] = (char)code;
    return 1;
  }
  const size_t length = code < 0x800U ? 2U : code < 0x10000U ? 3U : 4U;
  for (size_t i = length - 1U; i > 0; --i) {
    out[i] = (char)(uint8_t)(0x80U | (code & 0x3FU));
    code >>= 6U;
  }
  out[0] = (char)(uint8_t)((0xF00U >> length) | code);
  return length;
}

static size_t
take_utf16(const int16_t* text, size_t left, uint32_t* code)
{
  const uint32_t first  = (uint16_t)text[0];
  const uint32_t second = left > 1U ? (uint16_t)text[1] : 0U;
  *code                 = first;
  if (first < 0xD800U || first > 0xDFFFU) {
    return 1;
  }
  if (first > 0xDBFFU || second < 0xDC00U || second > 0xDFFFU) {
    *code = '?';
    return 1;
  }
  *code = 0x10000U + ((first - 0xD800U) << 10U) + (second - 0xDC00U);
  return 2;
}

void
kit_vst3_to_utf8(const int16_t* text, size_t n_in, char* out, size_t size)
{
  size_t at = 0;
  for (size_t i = 0; i < n_in && text[i];) {
    uint32_t code = 0;
    char     bytes[4];
    i += take_utf16(text + i, n_in - i, &code);
    const size_t length = encode(code, bytes);
    if (at + length >= size) {
      break;
    }
    memcpy(out + at, bytes, length);
    at += length;
  }
  out[at] = '\0';
}

void
kit_vst3_copy_text(char* field, size_t size, const char* text)
{
  const size_t length = strlen(text);
  const size_t n      = length < size ? length : size - 1U;
  memset(field, 0, size);
  memcpy(field, text, n);
}
