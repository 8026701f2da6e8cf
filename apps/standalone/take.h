// SPDX-License-Identifier: ISC
/**
   @file take.h  The recorder: one take, wet and, if wanted, dry.

   A take holds what came in between start and stop.  Its wet file begins later by the
   effect's latency than its dry one, and ends so much later, so that the two are
   aligned.  A thread of the take's own writes them, and keeps their headers up to
   date: what is lost when the program is killed is less than a second.
*/
#ifndef KIT_STANDALONE_TAKE_H
#define KIT_STANDALONE_TAKE_H

#include "ring.h"

#include "threads.h"
#include "vstkit/audio_file.h"
#include "vstkit/effect.h"

/** One file. */
typedef struct {
  PlayRing         ring;   ///< Of double [n_channels]
  _Atomic uint64_t skip;   ///< The audio thread's, once it runs: frames to leave out
  _Atomic uint64_t left;   ///< The same: frames still to take; UINT64_MAX: open
  _Atomic uint64_t n_lost; ///< Frames for which the disk came too late
  _Atomic uint64_t n_written;
  uint32_t         n_channels;
  int              fd;
  char*            path;
  KitAudioWriter*  writer;
  uint64_t         synced;      ///< Frames written when the header was last put right
  uint64_t         flushed;     ///< The same for the disk
  KitLog           log;         ///< For `writer`
  char             reason[256]; ///< Why writing failed
} PlayTakeFile;

typedef enum {
  PLAY_TAKE_READY, ///< Waits for the audio thread
  PLAY_TAKE_RUNNING,
  PLAY_TAKE_ENDING, ///< The audio thread has its last frames to bring
  PLAY_TAKE_ENDED,  ///< Nothing more comes
} PlayTakeState;

typedef struct {
  PlayTakeFile wet;
  PlayTakeFile dry; ///< Without a path: not wanted
  double       sample_rate;
  _Atomic int  state;  ///< #PlayTakeState
  _Atomic bool wanted; ///< The audio thread starts it, and stops it
  _Atomic bool failed; ///< A file cannot be written; what there is is kept
  _Atomic bool quits;
  _Atomic bool done; ///< All is written and the files are closed
  KitThread    thread;
  KitLog       log;
} PlayTake;

typedef struct {
  const char* path;     ///< Ends in .wav or .flac, or another that libsndfile writes
  const char* dry_path; ///< Or null
  bool        replace;  ///< What is there may go
  KitBits     bits;     ///< #KIT_BITS_KEEP: 32 bit floating point, or what the format has best
  double      sample_rate;
  uint32_t    n_in;
  uint32_t    n_out;
} PlayTakeOptions;

/** Open the files and begin to wait for the audio thread.
    @return null, after a message that names the file: there is one already, it cannot be made, the format
    cannot hold it.  [main-thread] */
PlayTake*
play_take_new(const PlayTakeOptions* options, const KitLog* log);

/** Write what is left, close the files, say how they turned out and free.  While the audio thread has no hold
    of it, or play_take_is_over().  Null is allowed.  [main-thread]
    @return false if a file is not whole. */
bool
play_take_free(PlayTake* take);

/** The audio thread needs it no more.  [any thread] */
static inline bool
play_take_is_over(const PlayTake* take)
{
  return atomic_load(&take->state) == PLAY_TAKE_ENDED;
}

/** Seconds of the wet file so far.  [any thread] */
double
play_take_length_s(const PlayTake* take);

/** True if the disk is so far behind that a device that can wait should.  [any thread] */
bool
play_take_is_behind(const PlayTake* take);

/**
   Hand over a block.

   @param dry,wet Shape [channels][n]
   @param stop Frame from which on the input is no part of the take any more, or UINT32_MAX
   @param latency Frames of the effect
   [audio-thread]  Realtime: yes.
*/
void
play_take_process(PlayTake* take, const double* const* dry, const double* const* wet, uint32_t n,
                  uint32_t stop, uint32_t latency);

#endif
