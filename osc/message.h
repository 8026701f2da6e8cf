// SPDX-License-Identifier: ISC
/**
   @file message.h  OSC 1.0 as bytes: messages in and out, and patterns of addresses.

   Source: M. Wright, "The Open Sound Control 1.0 Specification" (2002).
   [any thread but audio]
*/
#ifndef KIT_OSC_MESSAGE_H
#define KIT_OSC_MESSAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KIT_OSC_MAX_ARGS 1024U
#define KIT_OSC_MAX_OUT  1400U ///< Bytes of a message that we send

/** A message that lies in a datagram; borrowed from it. */
typedef struct {
  const char*          address;
  const char*          types; ///< Without the comma
  uint32_t             n;     ///< Arguments
  const unsigned char* args[KIT_OSC_MAX_ARGS];
} KitOscMessage;

/** @return null, or what is wrong with it. */
const char*
kit_osc_decode(const unsigned char* data, size_t size, KitOscMessage* message);

/** Big-endian, as all numbers are. */
uint32_t
kit_osc_read_u32(const unsigned char* at);

/** Number of an argument of type i, h, f, d, T, F.  @return false for others. */
bool
kit_osc_read_number(char type, const unsigned char* at, double* number);

/** A message in the making. */
typedef struct {
  unsigned char data[KIT_OSC_MAX_OUT];
  size_t        size;
  bool          is_full; ///< Something did not fit: it must not be sent
} KitOscOut;

/** Begin with address and types, without the comma; arguments follow in their order. */
void
kit_osc_begin(KitOscOut* out, const char* address, const char* types);

void
kit_osc_put_text(KitOscOut* out, const char* text);

void
kit_osc_put_int(KitOscOut* out, int32_t number);

void
kit_osc_put_float(KitOscOut* out, float number);

void
kit_osc_put_double(KitOscOut* out, double number);

/**
   Write a whole message.

   @param types Of the arguments: "s" const char*, "i" int, "n" double (as `f` where a float holds it exactly,
   else as `d`), "f" double (as `f`).  At most 31.
*/
void
kit_osc_write(KitOscOut* out, const char* address, const char* types, va_list args);

/** Has the address characters that make it a pattern? */
bool
kit_osc_is_pattern(const char* address);

/**
   Does the pattern match the whole address, part by part?  What is no legal pattern matches nothing.

   @param[in,out] n_steps Steps that are left: a pattern can be made that would take for ever.  0: it was
   given up.
*/
bool
kit_osc_matches(const char* pattern, const char* address, uint32_t* n_steps);

#endif
