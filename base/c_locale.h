// SPDX-License-Identifier: ISC
/** @file c_locale.h  Numbers with a decimal point, whatever locale the host has set.  [any thread but audio]
 */
#ifndef KIT_BASE_C_LOCALE_H
#define KIT_BASE_C_LOCALE_H

#include <stddef.h>

/** What kit_c_locale_leave() needs to go back. */
typedef struct {
  void* previous;
  void* entered;
} KitCLocale;

/**
   Switch the calling thread, and no other, to the "C" locale, for what cannot be done by the functions below.
   Calls nest.

   On Windows this does nothing: a locale set for a moment there is the whole process's, or stays a thread's
   own.  What is done in between must mind the locale itself, as Jansson does, or read again what it writes.
*/
KitCLocale
kit_c_locale_enter(void);

void
kit_c_locale_leave(KitCLocale saved);

/** As strtod() for decimal numbers, with a decimal point. */
double
kit_strtod(const char* text, char** end);

/** Write `value` with `n_decimals` (%.*f) and a decimal point.  @return length as snprintf. */
int
kit_print_fixed(char* buf, size_t size, double value, int n_decimals);

/** Write the shortest text that reads back as `value`, which must be finite.  @return length as snprintf. */
int
kit_print_shortest(char* buf, size_t size, double value);

#endif
