// SPDX-License-Identifier: ISC
/** @file tap.h  Test results as TAP on standard output. */
#ifndef KIT_TEST_TAP_H
#define KIT_TEST_TAP_H

#include "vstkit/log.h"

#include <stdbool.h>

/** Report one check; the text says what holds.  @return `passed`. */
bool
tap_ok(bool passed, const char* format, ...) KIT_PRINTF(2, 3);

/** |a − b| ≤ tolerance, both finite; prints the figures on failure. */
bool
tap_near(double a, double b, double tolerance, const char* format, ...) KIT_PRINTF(4, 5);

/** Report a check that cannot be made here, and why. */
void
tap_skip(const char* format, ...) KIT_PRINTF(1, 2);

/** A line of information. */
void
tap_note(const char* format, ...) KIT_PRINTF(1, 2);

/** From here on checks are counted but not reported: what they check is faulty on purpose. */
void
tap_begin_trial(void);

/** Report again.  @return how many checks failed since tap_begin_trial(). */
int
tap_end_trial(void);

/** Print the plan.  @return exit status for main(): 0 if nothing failed and something ran. */
int
tap_done(void);

/** The reference folder ($VSTKIT_REFERENCE, or shared/reference beside the source tree), or null where it is
 * absent. */
const char*
tap_reference_folder(void);

#endif
