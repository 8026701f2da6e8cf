// SPDX-License-Identifier: ISC
/** @file comma_locale.h  A locale that writes 1.5 as "1,5", as some hosts set. */
#ifndef KIT_TEST_COMMA_LOCALE_H
#define KIT_TEST_COMMA_LOCALE_H

#include <stdbool.h>

/** Compile one into the scratch folder, which must be open, and set it for the process.
    @return false where that is impossible. */
bool
comma_locale_set(void);

#endif
