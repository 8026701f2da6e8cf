// SPDX-License-Identifier: ISC
/** @file folder.h  Where running plugins are found: a file "PID-ID.json" for each.  [any thread but audio] */
#ifndef KIT_OSC_FOLDER_H
#define KIT_OSC_FOLDER_H

#include "vstkit/log.h"

#include <stdint.h>

#define KIT_OSC_ID_TEXT 17U ///< Bytes of an id, terminated

/** Where instances are found: made if need be, null if there can be none.  Free with kit_free(). */
char*
kit_osc_folder(const KitLog* log);

/** Process of a file "PID-ID.json", 0 for other files. */
int64_t
kit_osc_file_process(const char* name);

/** Remove the files of processes that are gone. */
void
kit_osc_clean(void);

#endif
