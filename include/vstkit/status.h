// SPDX-License-Identifier: ISC
/** @file status.h  What a call can come back with. */
#ifndef VSTKIT_STATUS_H
#define VSTKIT_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/** Outcome of a call.  Zero is success, so `if (st)` reads as "on failure". */
typedef enum {
  KIT_SUCCESS = 0,
  KIT_ERR_NO_MEMORY,   ///< An allocation failed; nothing was changed
  KIT_ERR_BAD_ARG,     ///< The caller broke the contract (null, wrong shape)
  KIT_ERR_BAD_DATA,    ///< Malformed input from outside: preset, audio file, state
  KIT_ERR_BAD_VALUE,   ///< Text that is no value of the parameter that it was given for
  KIT_ERR_NOT_FOUND,   ///< No such file, effect, preset or parameter
  KIT_ERR_IO,          ///< The operating system refused to read or write
  KIT_ERR_TOO_LARGE,   ///< Beyond a stated limit (file size, length, memory)
  KIT_ERR_UNSUPPORTED, ///< Well formed, but this effect or build cannot do it
  KIT_ERR_UNSTABLE,    ///< The render grew without bound and was stopped
  KIT_ERR_CANCELLED,   ///< A progress callback asked to stop
  KIT_ERR_LOCKED,      ///< The parameter is locked against all but the hand
  KIT_ERR_HELD,        ///< The hand holds the parameter; nobody else moves it until it lets go
} KitStatus;

/** Short English text for `status`.  Static, never null.  [thread-safe] */
const char*
kit_status_text(KitStatus status);

#ifdef __cplusplus
}
#endif
#endif
