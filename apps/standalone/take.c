// SPDX-License-Identifier: ISC
#include "take.h"

#include "file.h"
#include "named_log.h"
#include "path.h"
#include "vstkit/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#define AHEAD_S 8.0  ///< That the disk may be late
#define SYNC_S  0.25 ///< How often a header is put right
#define FLUSH_S 5.0  ///< How often a file goes to the disk
#define CHUNK   1024U

static void
take_reason(void* handle, KitLogLevel level, const char* text)
{
  PlayTakeFile* const file = (PlayTakeFile*)handle;
  if (level == KIT_LOG_ERROR && !*file->reason) {
    snprintf(file->reason, sizeof(file->reason), "%s", text);
  }
}

/** Write all that waits.  @return false if it cannot be written. */
static bool
write_file(PlayTakeFile* file, double sample_rate)
{
  double              x[KIT_MAX_CHANNELS][CHUNK];
  const double* const channels[KIT_MAX_CHANNELS] = {x[0], x[1]};
  double              frame[KIT_MAX_CHANNELS]    = {0.0, 0.0};
  uint32_t            n                          = 0;
  do {
    for (n = 0; n < CHUNK && play_ring_take(&file->ring, frame); ++n) {
      x[0][n] = frame[0];
      x[1][n] = frame[1];
    }
    if (n && kit_audio_writer_write(file->writer, channels, n)) {
      return false;
    }
    const uint64_t written = atomic_fetch_add(&file->n_written, n) + n;
    if ((double)(written - file->synced) >= SYNC_S * sample_rate) {
      if (kit_audio_writer_sync(file->writer)) {
        return false;
      }
      file->synced = written;
    }
    if ((double)(written - file->flushed) >= FLUSH_S * sample_rate) {
      kit_stream_flush(file->fd);
      file->flushed = written;
    }
  } while (n == CHUNK);
  return true;
}

static void
write_on(void* handle)
{
  PlayTake* const take = (PlayTake*)handle;
  bool            ends = false;
  while (!ends) {
    ends          = atomic_load(&take->quits) || play_take_is_over(take);
    const bool ok = write_file(&take->wet, take->sample_rate) &&
                    (!take->dry.path || write_file(&take->dry, take->sample_rate));
    if (!ok) {
      atomic_store(&take->failed, true);
      return;
    }
    if (!ends) {
      kit_sleep_ms(2U);
    }
  }
}

static void
drop_path(PlayTakeFile* file)
{
  kit_free(file->path);
  file->path = NULL;
}

static bool
open_take_file(PlayTakeFile* file, const PlayTakeOptions* options, const char* path, uint32_t n_channels,
               const KitLog* log)
{
  const char* const      extension = kit_path_extension(path);
  const bool             wav       = !strcasecmp(extension, "wav") || !strcasecmp(extension, "w64");
  const KitEncodeOptions encode    = {
       .extension = extension, .bits = options->bits == KIT_BITS_KEEP && wav ? KIT_BITS_32F : options->bits};
  const KitAudioShape shape = {options->sample_rate, n_channels, UINT64_MAX};
  const KitLog        named = play_named_log(&(PlayNamed){log, path});
  file->fd                  = -1;
  file->log                 = (KitLog){take_reason, file};
  if (kit_audio_check_encoding(&shape, &encode, &named)) {
    return false;
  }
  file->path       = kit_strdup(path);
  file->n_channels = n_channels;
  atomic_store(&file->left, UINT64_MAX);
  if (!file->path || !play_ring_init(&file->ring, (uint64_t)(AHEAD_S * options->sample_rate),
                                     KIT_MAX_CHANNELS * sizeof(double))) {
    kit_log(log, KIT_LOG_ERROR, "%s: out of memory", path);
    return false;
  }
  file->fd = kit_file_create(path, options->replace);
  if (file->fd < 0) {
    kit_log(log, KIT_LOG_ERROR,
            errno == EEXIST ? "%s: there is such a file: choose another name, or --force" : "%s: %s", path,
            strerror(errno));
    drop_path(file); // It is not ours
    return false;
  }
  if (kit_audio_writer_open(file->fd, &shape, &encode, &file->log, &file->writer) ||
      kit_audio_writer_sync(file->writer)) {
    kit_log(log, KIT_LOG_ERROR, "%s: %s", path, *file->reason ? file->reason : "cannot be written");
    return false;
  }
  return true;
}

/** @return false if it is not whole. */
static bool
close_take_file(PlayTakeFile* file, const PlayTake* take, bool say)
{
  const bool whole = !kit_audio_writer_close(file->writer) && !*file->reason;
  if (file->fd >= 0) {
    kit_stream_flush(file->fd);
    close(file->fd);
  }
  const double   length = (double)atomic_load(&file->n_written) / take->sample_rate;
  const uint64_t lost   = atomic_load(&file->n_lost);
  if (say && file->path && !whole) {
    kit_log(&take->log, KIT_LOG_ERROR, "%s: %s; the take ends there, and its %.1f s are kept", file->path,
            *file->reason ? file->reason : "cannot be written", length);
  } else if (say && file->path && lost) {
    kit_log(&take->log, KIT_LOG_WARNING, "%s: the disk was too slow: %.3f s are missing", file->path,
            (double)lost / take->sample_rate);
  }
  play_ring_cleanup(&file->ring);
  drop_path(file);
  return whole && !lost;
}

PlayTake*
play_take_new(const PlayTakeOptions* options, const KitLog* log)
{
  PlayTake* const take = (PlayTake*)kit_calloc(1, sizeof(PlayTake));
  if (!take) {
    return NULL;
  }
  take->log         = *log;
  take->sample_rate = options->sample_rate;
  take->dry.fd      = -1;
  bool ok =
    open_take_file(&take->wet, options, options->path, options->n_out, log) &&
    (!options->dry_path || open_take_file(&take->dry, options, options->dry_path, options->n_in, log));
  ok = ok && kit_thread_start(&take->thread, write_on, take);
  if (!ok) {
    const bool made[2] = {take->wet.path && take->wet.fd >= 0, take->dry.path && take->dry.fd >= 0};
    close_take_file(&take->wet, take, false);
    close_take_file(&take->dry, take, false);
    if (made[0] && !options->replace) {
      kit_file_remove(options->path, NULL);
    }
    if (made[1] && !options->replace) {
      kit_file_remove(options->dry_path, NULL);
    }
    kit_free(take);
    return NULL;
  }
  return take;
}

bool
play_take_free(PlayTake* take)
{
  if (!take) {
    return true;
  }
  atomic_store(&take->quits, true);
  kit_thread_join(&take->thread);
  const bool wet = close_take_file(&take->wet, take, true);
  const bool dry = close_take_file(&take->dry, take, true);
  kit_free(take);
  return wet && dry;
}

double
play_take_length_s(const PlayTake* take)
{
  return (double)(atomic_load(&take->wet.n_written) + play_ring_count(&take->wet.ring)) / take->sample_rate;
}

bool
play_take_is_behind(const PlayTake* take)
{
  const double most = SYNC_S * take->sample_rate;
  return !atomic_load(&take->failed) &&
         ((double)play_ring_count(&take->wet.ring) > most ||
          (take->dry.n_channels && (double)play_ring_count(&take->dry.ring) > most));
}
