// SPDX-License-Identifier: ISC
/**
   @file player.h  A sound file as input, streamed from disk.

   A thread of the player's own reads ahead, resamples and goes round loops; the
   audio thread takes frames from a ring and never waits.  Memory does not depend
   on the file's length.
*/
#ifndef KIT_STANDALONE_PLAYER_H
#define KIT_STANDALONE_PLAYER_H

#include "ring.h"

#include "threads.h"
#include "vstkit/audio_file.h"
#include "vstkit/effect.h"

/** What the ring holds. */
typedef struct {
  double x[KIT_MAX_CHANNELS];
  double place; ///< In the file, in its frames
} PlayFrame;

/** What is asked of the reader; guarded by PlayPlayer::lock. */
typedef struct {
  bool     loops;
  uint64_t loop_from;
  uint64_t loop_to; ///< Frames of the file; > loop_from
} PlayLoop;

typedef struct {
  // Between the threads
  PlayRing         ring;
  _Atomic uint64_t start_at; ///< Number of the first frame that counts: those before were read before a seek
  _Atomic uint64_t end_at;   ///< Number of the frame behind the file's last, or UINT64_MAX
  _Atomic bool     playing;
  _Atomic bool     ended;     ///< The end was reached
  _Atomic uint32_t n_starved; ///< Blocks for which the disk came too late
  _Atomic double   place;     ///< Of the frame that sounded last, in the file's frames
  _Atomic double   gain;      ///< Linear

  // The audio thread's
  double gain_now; ///< Negative: takes the gain at once
  double fade;     ///< 0–1, against clicks where it stops and jumps

  // The reader's, and under the lock what others want
  KitLock   lock;
  KitSignal signal;
  KitThread thread;
  bool      has_thread;
  bool      quits;
  _Atomic uint32_t
                n_wishes; ///< Of seeks, loops and files so far: a reader that waits for room sees a new one
  uint32_t      n_done;
  uint64_t      wish_place;
  PlayLoop      wish_loop;
  KitAudioFile* wish_file; ///< Null: the one that is open
  bool          wish_close;
  bool          wish_play; ///< Once it is there
  bool          wish_rate; ///< Resample anew

  KitAudioFile*        file;
  PlayLoop             loop;
  uint64_t             at; ///< Frame of the file that is read next
  bool                 at_end;
  double               out_place;
  double**             channels; ///< [n_channels][CHUNK]
  struct KitResampler* resampler;
  double               sample_rate; ///< Of the device
  KitLog               log;

  // Main thread's
  char*        path;
  KitAudioInfo info;
} PlayPlayer;

/** @return false without memory or thread.  [main-thread] */
bool
play_player_init(PlayPlayer* player, const KitLog* log);

void
play_player_cleanup(PlayPlayer* player);

/** At which rate to play from now on; while no audio runs.  @return #KIT_ERR_UNSUPPORTED, logged: the file
    cannot be resampled and is closed.  [main-thread] */
KitStatus
play_player_set_rate(PlayPlayer* player, double sample_rate, const KitLog* log);

/** Open a file at its beginning, not playing.  What is open stays open on failure.
    @return as kit_audio_open(), logged with the path; #KIT_ERR_UNSUPPORTED.  [main-thread] */
KitStatus
play_player_open(PlayPlayer* player, const char* path, const KitLog* log);

/** [main-thread] */
void
play_player_close(PlayPlayer* player);

/** Play, from the beginning where it had ended; or stop where it is.  [main-thread] */
void
play_player_play(PlayPlayer* player, bool on);

/** Play from the next block on, its first `n` frames read; while no audio runs.  [main-thread] */
void
play_player_start(PlayPlayer* player, uint32_t n);

/** Go to a place, in frames of the file.  [main-thread] */
void
play_player_seek(PlayPlayer* player, uint64_t place);

/** Go round from `from` to `to` (frames of the file; put in order, at least 100 apart and within the file),
    or, where `loops` is false, no more.  [main-thread] */
void
play_player_set_loop(PlayPlayer* player, bool loops, uint64_t from, uint64_t to);

/** True if the reader is so far ahead that `n` frames will not starve.  [any thread] */
bool
play_player_is_ready(const PlayPlayer* player, uint32_t n);

/** [any thread] */
static inline bool
play_player_is_playing(const PlayPlayer* player)
{
  return atomic_load(&player->playing);
}

/**
   Take the next frames, or silence.

   @param[out] out Shape [n_channels][n].
   @param[out] end_frame Frame of the block in which the file ended, or UINT32_MAX.
   [audio-thread]  Realtime: yes.
*/
void
play_player_process(PlayPlayer* player, double* const* out, uint32_t n_channels, uint32_t n,
                    uint32_t* end_frame);

#endif
