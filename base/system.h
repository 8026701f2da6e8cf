// SPDX-License-Identifier: ISC
/** @file system.h  What the machine is and has.  [thread-safe; not for the audio thread] */
#ifndef KIT_BASE_SYSTEM_H
#define KIT_BASE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
   Make the arguments of main() UTF-8, and bytes pass through standard input and output as they are.

   Call first in main().  Nothing to do on POSIX systems.
*/
void
kit_program_init(int* argc, char*** argv);

/** Processors that this process may run on, at least 1. */
uint32_t
kit_n_cores(void);

/** Bytes that can be allocated without swapping (what is free, within a container's limit), or 0 if unknown.
 */
size_t
kit_available_memory(void);

/** An amount of memory as people read it: "1.2 GB". */
typedef struct {
  char text[32];
} KitBytesText;

KitBytesText
kit_bytes_text(double bytes);

/** Seconds since some fixed moment, steady. */
double
kit_clock_s(void);

/** Seconds since 1900 by the machine's clock, which may be set meanwhile. */
double
kit_wall_clock_s(void);

/** Random bits from the system. */
uint64_t
kit_random_bits(void);

/** Number of this process. */
int64_t
kit_process_id(void);

/** True if there is such a process, whoever's it is. */
bool
kit_process_exists(int64_t process);

/** File name of the program that runs, without its folder, or "". */
void
kit_program_name(char* name, size_t size);

/** Keep other threads from writing to `stream` in between. */
void
kit_stream_lock(FILE* stream);

void
kit_stream_unlock(FILE* stream);

/** Have `name` be `value` in this process's environment.  Before there are other threads. */
void
kit_set_environment(const char* name, const char* value);

/** Take what has been typed, or sent by a pipe, to standard input, without waiting.
    @return bytes; 0: nothing has; −1: nothing will come any more. */
int
kit_input_take(char* bytes, size_t size);

/** True if `stream` is a terminal that shows what is written to it. */
bool
kit_is_terminal(FILE* stream);

/** Columns of the terminal behind `stream`, or `otherwise`. */
uint32_t
kit_terminal_columns(FILE* stream, uint32_t otherwise);

/**
   Catch SIGINT, SIGTERM and SIGHUP: the first only sets a flag, a second ends the process.
   A write beyond the limit of file size becomes an error instead of a signal.

   Call once, from main().
*/
void
kit_interrupt_install(void);

/** True once a signal was caught.  [any thread] */
bool
kit_interrupted(void);

/** While held, not even a second signal ends the process.  Calls nest, from any thread. */
void
kit_interrupt_hold(void);

void
kit_interrupt_release(void);

/** Forget the signal that was caught: the program ends as it was asked to, and that is no failure. */
void
kit_interrupt_clear(void);

/** End the process by the signal that was caught, so that the caller's shell knows. */
void
kit_interrupt_finish(void);

#endif
