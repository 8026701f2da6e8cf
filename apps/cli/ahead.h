// SPDX-License-Identifier: ISC
/**
   @file ahead.h  Pieces of sound on their way from one thread to another.

   A file is decoded and encoded while the effect works: what is read is read ahead, what is written is
   written behind.  Not for pipes, in which pieces are to flow.
*/
#ifndef KIT_APPS_CLI_AHEAD_H
#define KIT_APPS_CLI_AHEAD_H

#include "vstkit/direct.h"

typedef struct CliAhead CliAhead;

/**
   Read from `source` on another thread.

   @param source Borrowed; its functions are called on that thread, rewind on the caller's.
   @return null without memory or threads: read directly then.
*/
CliAhead*
cli_ahead_new_reader(const KitSource* source);

/** Write to `sink` on another thread: its `write`, in order.  @return as cli_ahead_new_reader(). */
CliAhead*
cli_ahead_new_writer(const KitSink* sink, uint32_t n_channels);

/** From one thread of the caller's to another: cli_ahead_write() on one, cli_ahead_read() on the other.
    @return null without memory. */
CliAhead*
cli_ahead_new_feed(uint32_t n_channels);

/** No more will come through a feed, or is wanted of it (#KIT_ERR_CANCELLED); `status` is what its reader
   finds at the end. */
void
cli_ahead_end(CliAhead* feed, KitStatus status);

/** KitSource::read and rewind. */
KitStatus
cli_ahead_read(void* ahead, const double** in, uint32_t n, uint32_t* n_read);
KitStatus
cli_ahead_rewind(void* ahead);

/** KitSink::write.  @return also what an earlier piece met with. */
KitStatus
cli_ahead_write(void* ahead, const double* const* out, uint32_t n);

/** Wait for the thread's end (a writer's after all that it was given; a reader is stopped), and free.  Null
   is allowed.  @return what the thread met with. */
KitStatus
cli_ahead_free(CliAhead* ahead);

#endif
