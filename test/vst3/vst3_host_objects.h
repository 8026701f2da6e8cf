// SPDX-License-Identifier: ISC
/** @file vst3_host_objects.h  Inside the test's host. */
#ifndef KIT_TEST_VST3_HOST_OBJECTS_H
#define KIT_TEST_VST3_HOST_OBJECTS_H

#include "vst3_host.h"

/** Free with free(). */
Vst3Changes*
vst3_changes_new(void);

void
vst3_handler_init(Vst3Handler* handler);

/** Tell the handler whether the calling thread is inside process(), where it must not be called. */
void
vst3_set_in_process(bool value);

/** End the program with a message unless `condition` holds. */
void
vst3_require(bool condition, const char* message);

#endif
