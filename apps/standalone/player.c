// SPDX-License-Identifier: ISC
#include "player.h"

#include "named_log.h"
#include "vstkit/alloc.h"
#include "vstkit/resample.h"

#include <math.h>

#define CHUNK       1024U
#define AHEAD_S     2.0
#define MIN_LOOP    100U
#define MAX_RATE_HZ 192000.0

/* The reader's thread */

static bool
is_wanted(PlayPlayer* player)
{
  return player->quits || atomic_load(&player->n_wishes) != player->n_done;
}

/** Put frames, waiting for room.  Gives up where something else is wanted. */
static KitStatus
put_frames(void* handle, const double* const* x, uint32_t n)
{
  PlayPlayer* const player = (PlayPlayer*)handle;
  const double      step   = kit_audio_info(player->file)->sample_rate / player->sample_rate;
  const bool        mono   = kit_audio_info(player->file)->n_channels == 1U;
  for (uint32_t i = 0; i < n; ++i) {
    const PlayFrame frame = {{x[0][i], x[mono ? 0 : 1][i]}, player->out_place};
    while (!play_ring_put(&player->ring, &frame)) {
      if (is_wanted(player)) {
        return KIT_ERR_CANCELLED;
      }
      kit_sleep_ms(10U);
    }
    player->out_place += step;
    if (player->loop.loops && player->out_place >= (double)player->loop.loop_to &&
        player->at <= player->loop.loop_to) {
      player->out_place -= (double)(player->loop.loop_to - player->loop.loop_from);
    }
  }
  return KIT_SUCCESS;
}

/** @param n 0: no more will come. */
static KitStatus
hand_on(PlayPlayer* player, uint32_t n)
{
  const double* const* const x = (const double* const*)player->channels;
  if (player->resampler) {
    return kit_resampler_run(player->resampler, x, n, put_frames, player);
  }
  return put_frames(player, x, n);
}

static bool
go_to(PlayPlayer* player, uint64_t place)
{
  player->at = place;
  return !kit_audio_seek(player->file, place, &player->log);
}

static void
end_file(PlayPlayer* player)
{
  player->at_end = true;
  if (hand_on(player, 0) != KIT_ERR_CANCELLED) {
    atomic_store(&player->end_at, atomic_load(&player->ring.n_written));
  }
}

static void
read_on(PlayPlayer* player)
{
  const PlayLoop* const loop   = &player->loop;
  const bool            inside = loop->loops && player->at < loop->loop_to;
  const uint64_t        left   = inside ? loop->loop_to - player->at : UINT64_MAX;
  const uint32_t        wanted = left < CHUNK ? (uint32_t)left : CHUNK;
  uint32_t              got    = 0;
  const bool failed = kit_audio_read_some(player->file, player->channels, wanted, &player->log, &got);
  player->at += got;
  if (got && hand_on(player, got)) {
    return;
  }
  if (inside && !failed && (got == wanted || got) && player->at >= loop->loop_to) {
    if (!go_to(player, loop->loop_from)) {
      end_file(player);
    }
  } else if (failed || got < wanted) {
    end_file(player);
  }
}

static void
free_channels(PlayPlayer* player)
{
  const uint32_t n = player->file ? kit_audio_info(player->file)->n_channels : 0U;
  for (uint32_t c = 0; player->channels && c < n; ++c) {
    kit_free(player->channels[c]);
  }
  kit_free((void*)player->channels);
  player->channels = NULL;
}

static void
drop_file(PlayPlayer* player)
{
  free_channels(player);
  kit_audio_close(player->file);
  kit_resampler_free(player->resampler);
  player->file      = NULL;
  player->resampler = NULL;
}

static bool
take_file(PlayPlayer* player, KitAudioFile* file)
{
  drop_file(player);
  player->file     = file;
  const uint32_t n = kit_audio_info(file)->n_channels;
  player->channels = (double**)kit_calloc(n, sizeof(double*));
  for (uint32_t c = 0; player->channels && c < n; ++c) {
    player->channels[c] = (double*)kit_calloc(CHUNK, sizeof(double));
    if (!player->channels[c]) {
      return false;
    }
  }
  return player->channels;
}

/** Resample from the beginning. */
static bool
renew_resampler(PlayPlayer* player)
{
  const KitAudioInfo* const info = kit_audio_info(player->file);
  kit_resampler_free(player->resampler);
  player->resampler = NULL;
  return info->sample_rate == player->sample_rate ||
         !kit_resampler_new(info->sample_rate, player->sample_rate, info->n_channels, &player->resampler);
}

/** Do what was asked for last. */
static void
take_wishes(PlayPlayer* player)
{
  kit_lock_take(&player->lock);
  KitAudioFile* const file  = player->wish_file;
  const bool          plays = player->wish_play;
  const bool          close = player->wish_close;
  const uint64_t      place = player->wish_place;
  const uint32_t      n     = atomic_load(&player->n_wishes);
  player->loop              = player->wish_loop;
  player->wish_file         = NULL;
  player->wish_play         = false;
  player->wish_close        = false;
  kit_lock_drop(&player->lock);

  bool ok = !close && (!file || take_file(player, file));
  if (!ok) {
    drop_file(player);
  }
  ok                = ok && player->file && renew_resampler(player) && go_to(player, place);
  player->at_end    = !ok;
  player->out_place = (double)place;
  atomic_store(&player->end_at, ok ? UINT64_MAX : atomic_load(&player->ring.n_written));
  atomic_store(&player->start_at, atomic_load(&player->ring.n_written));
  atomic_store(&player->ended, false);
  if (plays && ok) {
    atomic_store(&player->playing, true);
  }
  kit_lock_take(&player->lock);
  player->n_done = n; // Who waits for this finds the reader at rest, or reading
  kit_lock_drop(&player->lock);
}

static void
read_ahead(void* handle)
{
  PlayPlayer* const player = (PlayPlayer*)handle;
  kit_lock_take(&player->lock);
  while (!player->quits) {
    if (!is_wanted(player) && (!player->file || player->at_end)) {
      kit_signal_wait(&player->signal, &player->lock);
      continue;
    }
    kit_lock_drop(&player->lock);
    if (is_wanted(player)) {
      take_wishes(player);
    } else {
      read_on(player);
    }
    kit_lock_take(&player->lock);
  }
  kit_lock_drop(&player->lock);
}

/* The main thread */

/** Under the lock. */
static void
wish(PlayPlayer* player)
{
  atomic_fetch_add(&player->n_wishes, 1U);
  kit_signal_all(&player->signal);
}

bool
play_player_init(PlayPlayer* player, const KitLog* log)
{
  memset(player, 0, sizeof(*player));
  player->lock        = (KitLock)KIT_LOCK_INIT;
  player->signal      = (KitSignal)KIT_SIGNAL_INIT;
  player->log         = *log;
  player->gain_now    = -1.0;
  player->sample_rate = 48000.0;
  atomic_store(&player->gain, 1.0);
  atomic_store(&player->end_at, UINT64_MAX);
  player->has_thread = kit_thread_start(&player->thread, read_ahead, player);
  return player->has_thread;
}

void
play_player_cleanup(PlayPlayer* player)
{
  if (player->has_thread) {
    kit_lock_take(&player->lock);
    player->quits = true;
    kit_signal_all(&player->signal);
    kit_lock_drop(&player->lock);
    kit_thread_join(&player->thread);
  }
  kit_audio_close(player->wish_file);
  drop_file(player);
  play_ring_cleanup(&player->ring);
  kit_free(player->path);
  player->path       = NULL;
  player->has_thread = false;
}

/** Wait until the reader has nothing left to do but what it does at this moment. */
static void
settle(PlayPlayer* player)
{
  for (bool done = false; !done;) {
    kit_lock_take(&player->lock);
    done = player->n_done == atomic_load(&player->n_wishes);
    kit_lock_drop(&player->lock);
    if (!done) {
      kit_sleep_ms(1U);
    }
  }
}

static bool
can_resample(double from_hz, double to_hz)
{
  KitResampler* probe = NULL;
  const bool    ok    = from_hz == to_hz || !kit_resampler_new(from_hz, to_hz, 1U, &probe);
  kit_resampler_free(probe);
  return ok;
}

static KitStatus
check_rate(const KitAudioInfo* info, double sample_rate, const char* path, const KitLog* log)
{
  if (can_resample(info->sample_rate, sample_rate)) {
    return KIT_SUCCESS;
  }
  kit_log(log, KIT_LOG_ERROR, "%s: %g Hz cannot be played at %g Hz here: choose --rate %g", path,
          info->sample_rate, sample_rate, info->sample_rate);
  return KIT_ERR_UNSUPPORTED;
}

KitStatus
play_player_set_rate(PlayPlayer* player, double sample_rate, const KitLog* log)
{
  if (player->sample_rate == sample_rate && player->ring.items) {
    return KIT_SUCCESS;
  }
  const uint64_t place = (uint64_t)fmax(atomic_load(&player->place), 0.0);
  KitStatus      st    = KIT_SUCCESS;
  // The reader stops at a file that is taken away, and so lets go of the ring
  kit_lock_take(&player->lock);
  player->wish_close = true;
  wish(player);
  kit_lock_drop(&player->lock);
  settle(player);
  kit_lock_take(&player->lock);
  play_ring_cleanup(&player->ring);
  player->sample_rate = sample_rate;
  st = play_ring_init(&player->ring, (uint64_t)(AHEAD_S * fmin(sample_rate, MAX_RATE_HZ)), sizeof(PlayFrame))
         ? KIT_SUCCESS
         : KIT_ERR_NO_MEMORY;
  atomic_store(&player->start_at, 0U);
  atomic_store(&player->end_at, UINT64_MAX);
  kit_lock_drop(&player->lock);
  if (!st && player->path) {
    char* const    path  = kit_strdup(player->path);
    const PlayLoop loop  = player->wish_loop;
    const bool     plays = play_player_is_playing(player);
    st                   = path ? play_player_open(player, path, log) : KIT_ERR_NO_MEMORY;
    if (st) {
      play_player_close(player);
    } else {
      kit_lock_take(&player->lock);
      player->wish_loop  = loop;
      player->wish_place = place;
      player->wish_play  = plays;
      wish(player);
      kit_lock_drop(&player->lock);
    }
    kit_free(path);
  }
  return st;
}

KitStatus
play_player_open(PlayPlayer* player, const char* path, const KitLog* log)
{
  KitAudioFile*   file  = NULL;
  char* const     kept  = kit_strdup(path);
  const KitLog    named = play_named_log(&(PlayNamed){log, path});
  const KitStatus st    = kept ? kit_audio_open(path, &named, &file) : KIT_ERR_NO_MEMORY;
  const bool      once  = !st && kit_audio_info(file)->is_once;
  if (once) {
    kit_log(log, KIT_LOG_ERROR, "%s: a pipe cannot be sought in: copy it to a file first", path);
  }
  if (st || once || check_rate(kit_audio_info(file), player->sample_rate, path, log)) {
    kit_audio_close(file);
    kit_free(kept);
    return st ? st : KIT_ERR_UNSUPPORTED;
  }
  kit_free(player->path);
  player->path = kept;
  player->info = *kit_audio_info(file);
  atomic_store(&player->playing, false);
  kit_lock_take(&player->lock);
  kit_audio_close(player->wish_file);
  player->wish_file  = file;
  player->wish_close = false;
  player->wish_place = 0;
  player->wish_play  = false;
  player->wish_loop  = (PlayLoop){false, 0, 0};
  wish(player);
  kit_lock_drop(&player->lock);
  atomic_store(&player->place, 0.0);
  settle(player);
  return KIT_SUCCESS;
}

void
play_player_close(PlayPlayer* player)
{
  atomic_store(&player->playing, false);
  kit_lock_take(&player->lock);
  kit_audio_close(player->wish_file);
  player->wish_file  = NULL;
  player->wish_close = true;
  wish(player);
  kit_lock_drop(&player->lock);
  kit_free(player->path);
  player->path = NULL;
  player->info = (KitAudioInfo){0};
  settle(player);
}

void
play_player_seek(PlayPlayer* player, uint64_t place)
{
  if (!player->path) {
    return;
  }
  const uint64_t end = player->info.n_frames;
  kit_lock_take(&player->lock);
  player->wish_place = place < end ? place : end;
  wish(player);
  kit_lock_drop(&player->lock);
  atomic_store(&player->place, (double)player->wish_place);
}

void
play_player_play(PlayPlayer* player, bool on)
{
  if (!on || !player->path) {
    atomic_store(&player->playing, false);
    return;
  }
  kit_lock_take(&player->lock);
  const bool pending = atomic_load(&player->n_wishes) != player->n_done;
  if (atomic_load(&player->ended) || pending) {
    player->wish_place = pending                   ? player->wish_place
                         : player->wish_loop.loops ? player->wish_loop.loop_from
                                                   : 0U;
    player->wish_play  = true;
    wish(player);
  } else {
    atomic_store(&player->playing, true);
  }
  kit_lock_drop(&player->lock);
}

void
play_player_set_loop(PlayPlayer* player, bool loops, uint64_t from, uint64_t to)
{
  const uint64_t end  = player->info.n_frames;
  uint64_t       low  = from < to ? from : to;
  uint64_t       high = from < to ? to : from;
  if (!player->path) {
    return;
  }
  high = high < end ? high : end;
  low  = low + MIN_LOOP <= high ? low : high > MIN_LOOP ? high - MIN_LOOP : 0U;
  kit_lock_take(&player->lock);
  player->wish_loop  = (PlayLoop){loops && high > low, low, high};
  player->wish_place = (uint64_t)fmax(atomic_load(&player->place), 0.0);
  wish(player);
  kit_lock_drop(&player->lock);
}

void
play_player_start(PlayPlayer* player, uint32_t n)
{
  play_player_play(player, true);
  settle(player);
  atomic_store(&player->ring.n_read, atomic_load(&player->start_at));
  while (!play_player_is_ready(player, n)) {
    kit_sleep_ms(1U);
  }
}

bool
play_player_is_ready(const PlayPlayer* player, uint32_t n)
{
  const uint64_t read  = atomic_load(&player->ring.n_read);
  const uint64_t start = atomic_load(&player->start_at);
  const uint64_t end   = atomic_load(&player->end_at);
  // Before a jump the audio thread has to run to make room
  return !play_player_is_playing(player) || end != UINT64_MAX || read < start ||
         atomic_load(&player->ring.n_written) >= read + n;
}
