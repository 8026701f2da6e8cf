// SPDX-License-Identifier: ISC
/** @file guard_calls.h  Between the counting half of the guard and the half that takes over calls. */
#ifndef KIT_TEST_GUARD_CALLS_H
#define KIT_TEST_GUARD_CALLS_H

/** Count a call of `name` (static) if this thread is guarded.  Calls nothing that is guarded itself. */
void
rt_guard_note(const char* name);

#endif
