// SPDX-License-Identifier: ISC
#include "message.h"

#include <string.h>

#define MAX_TYPES 32U ///< Of our own messages, terminated

uint32_t
kit_osc_read_u32(const unsigned char* at)
{
  return ((uint32_t)at[0] << 24U) | ((uint32_t)at[1] << 16U) | ((uint32_t)at[2] << 8U) | at[3];
}

static uint64_t
read_u64(const unsigned char* at)
{
  return ((uint64_t)kit_osc_read_u32(at) << 32U) | kit_osc_read_u32(at + 4);
}

static size_t
padded(size_t size)
{
  return (size + 3U) & ~(size_t)3U;
}

/** Bytes of a text at the beginning of `size` bytes, padding included; 0 if it does not end there. */
static size_t
text_size(const unsigned char* data, size_t size)
{
  const unsigned char* const end  = size ? (const unsigned char*)memchr(data, '\0', size) : NULL;
  const size_t               used = end ? padded((size_t)(end - data) + 1U) : 0U;
  return used <= size ? used : 0U;
}

/** Bytes of an argument; SIZE_MAX where it does not fit, or is of no known type. */
static size_t
arg_size(char type, const unsigned char* data, size_t size)
{
  size_t n = SIZE_MAX;
  switch (type) {
    case 'T':
    case 'F':
    case 'N':
    case 'I': return 0U;
    case 'i':
    case 'f':
    case 'c':
    case 'r':
    case 'm': n = 4U; break;
    case 'h':
    case 'd':
    case 't': n = 8U; break;
    case 's':
    case 'S':
      n = text_size(data, size);
      n = n ? n : SIZE_MAX;
      break;
    case 'b':
      n = size >= 4U && kit_osc_read_u32(data) <= size - 4U ? 4U + padded(kit_osc_read_u32(data)) : SIZE_MAX;
      break;
    default: break;
  }
  return n <= size ? n : SIZE_MAX;
}

const char*
kit_osc_decode(const unsigned char* data, size_t size, KitOscMessage* message)
{
  size_t at        = text_size(data, size);
  message->address = (const char*)data;
  message->types   = "";
  message->n       = 0;
  if (!at || size % 4U) {
    return "the address or the message does not end where it should";
  }
  if (at == size) {
    return NULL; // Old programs leave out the types where there are no arguments
  }
  const size_t n = text_size(data + at, size - at);
  if (!n || data[at] != ',') {
    return "types do not follow the address";
  }
  message->types = (const char*)data + at + 1U;
  at += n;
  for (const char* type = message->types; *type; ++type) {
    const size_t used = arg_size(*type, data + at, size - at);
    if (used == SIZE_MAX || message->n == KIT_OSC_MAX_ARGS) {
      return used == SIZE_MAX ? "types and arguments do not go together"
                              : "there are more than 1024 arguments";
    }
    message->args[message->n++] = data + at;
    at += used;
  }
  return at == size ? NULL : "something follows the arguments";
}

bool
kit_osc_read_number(char type, const unsigned char* at, double* number)
{
  uint32_t bits  = 0;
  uint64_t wide  = 0;
  float    value = 0.0f;
  switch (type) {
    case 'i': *number = (double)(int32_t)kit_osc_read_u32(at); return true;
    case 'h': *number = (double)(int64_t)read_u64(at); return true;
    case 'f':
      bits = kit_osc_read_u32(at);
      memcpy(&value, &bits, sizeof(value));
      *number = (double)value;
      return true;
    case 'd':
      wide = read_u64(at);
      memcpy(number, &wide, sizeof(*number));
      return true;
    case 'T': *number = 1.0; return true;
    case 'F': *number = 0.0; return true;
    default: return false;
  }
}

static void
put(KitOscOut* out, const void* data, size_t size, size_t whole)
{
  out->is_full = out->is_full || whole > sizeof(out->data) - out->size;
  if (!out->is_full) {
    memset(out->data + out->size, 0, whole);
    memcpy(out->data + out->size, data, size);
    out->size += whole;
  }
}

void
kit_osc_put_text(KitOscOut* out, const char* text)
{
  const size_t size = strlen(text) + 1U;
  put(out, text, size, padded(size));
}

void
kit_osc_begin(KitOscOut* out, const char* address, const char* types)
{
  const size_t size = strlen(types) + 1U;
  out->size         = 0;
  out->is_full      = false;
  kit_osc_put_text(out, address);
  put(out, ",", 1U, 1U);
  put(out, types, size, padded(size + 1U) - 1U);
}

void
kit_osc_put_int(KitOscOut* out, int32_t number)
{
  const uint32_t      bits   = (uint32_t)number;
  const unsigned char data[] = {
    (unsigned char)(bits >> 24U),
    (unsigned char)((bits >> 16U) & 0xFFU),
    (unsigned char)((bits >> 8U) & 0xFFU),
    (unsigned char)(bits & 0xFFU),
  };
  put(out, data, 4U, 4U);
}

void
kit_osc_put_float(KitOscOut* out, float number)
{
  int32_t bits = 0;
  memcpy(&bits, &number, sizeof(bits));
  kit_osc_put_int(out, bits);
}

void
kit_osc_put_double(KitOscOut* out, double number)
{
  uint64_t bits = 0;
  memcpy(&bits, &number, sizeof(bits));
  kit_osc_put_int(out, (int32_t)(uint32_t)(bits >> 32U));
  kit_osc_put_int(out, (int32_t)(uint32_t)(bits & 0xFFFFFFFFU));
}

static bool
is_exact(double number)
{
  return (double)(float)number == number;
}

// What kind of number "n" becomes is seen first: types come before arguments
static void
write_types(const char* types, va_list args, char* to)
{
  for (; *types; ++types, ++to) {
    *to = *types;
    switch (*types) {
      case 's': (void)va_arg(args, const char*); break;
      case 'i': (void)va_arg(args, int); break;
      case 'f': (void)va_arg(args, double); break;
      default: *to = is_exact(va_arg(args, double)) ? 'f' : 'd'; break;
    }
  }
  *to = '\0';
}

static void
put_args(KitOscOut* out, const char* types, va_list args)
{
  for (; *types; ++types) {
    switch (*types) {
      case 's': kit_osc_put_text(out, va_arg(args, const char*)); break;
      case 'i': kit_osc_put_int(out, va_arg(args, int)); break;
      case 'f': kit_osc_put_float(out, (float)va_arg(args, double)); break;
      default: kit_osc_put_double(out, va_arg(args, double)); break;
    }
  }
}

void
kit_osc_write(KitOscOut* out, const char* address, const char* types, va_list args)
{
  char    written[MAX_TYPES];
  va_list again;
  va_copy(again, args);
  write_types(types, again, written);
  va_end(again);
  kit_osc_begin(out, address, written);
  put_args(out, written, args);
}
