// SPDX-License-Identifier: ISC
#include "audio_private.h"

#include "alloc.h"
#include "file.h"
#include "parallel.h"
#include "path.h"

#include <errno.h>
#include <string.h>

#define CHUNK_SAMPLES 65536U

typedef struct {
  KitAudioFile* file;
  const char*   path; ///< Null: from memory
  char          error[256];
} Opening;

/** libsndfile keeps the reason of a failed open in a global variable, so one at a time. */
static void
open_handle(void* handle)
{
  Opening* const      opening = (Opening*)handle;
  KitAudioFile* const file    = opening->file;
  const int           fd      = opening->path ? kit_file_open_for_library(opening->path) : -1;
  if (fd >= 0) {
    file->handle = sf_open_fd(fd, SFM_READ, &file->format, SF_TRUE);
  } else if (opening->path) {
    file->handle = sf_open(opening->path, SFM_READ, &file->format);
  } else {
    file->handle = sf_open_virtual(&kit_memory_io, SFM_READ, &file->format, &file->memory);
  }
  if (!file->handle) {
    strncpy(opening->error, sf_strerror(NULL), sizeof(opening->error) - 1U);
    size_t length = strcspn(opening->error, "\r\n");
    length -= length && opening->error[length - 1U] == '.' ? 1U : 0U;
    opening->error[length] = '\0';
  }
}

static KitBits
nearest_bits(int format)
{
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_PCM_16:
    case SF_FORMAT_ALAC_16:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW: return KIT_BITS_16;
    case SF_FORMAT_FLOAT: return KIT_BITS_32F;
    case SF_FORMAT_DOUBLE: return KIT_BITS_64F;
    default: return KIT_BITS_24;
  }
}

static void
fill_info(KitAudioFile* file)
{
  const sf_count_t n       = file->format.frames;
  const bool       is_sure = n >= 0 && n < SF_COUNT_MAX;
  file->info               = (KitAudioInfo){
                  .sample_rate = (double)file->format.samplerate,
                  .n_channels  = (uint32_t)file->format.channels,
                  .n_frames    = is_sure ? (size_t)n : SIZE_MAX,
                  .bits        = nearest_bits(file->format.format),
  };
}

static KitStatus
open_file(Opening* opening, const KitLog* log, KitAudioFile** file)
{
  kit_one_at_a_time(open_handle, opening);
  if (!opening->file->handle) {
    kit_log(log, KIT_LOG_ERROR, "cannot read it as audio: %s", opening->error);
    kit_audio_close(opening->file);
    return KIT_ERR_BAD_DATA;
  }
  fill_info(opening->file);
  *file = opening->file;
  return KIT_SUCCESS;
}

static KitStatus
check_path(const char* path, const KitLog* log)
{
  errno                  = 0;
  const KitPathKind kind = kit_path_kind(path, NULL);
  if (kind == KIT_PATH_MISSING) {
    kit_log(log, KIT_LOG_ERROR, "cannot open: %s", strerror(errno));
    return errno == ENOENT ? KIT_ERR_NOT_FOUND : KIT_ERR_IO;
  }
  if (kind != KIT_PATH_FILE) {
    kit_log(log, KIT_LOG_ERROR,
            kind == KIT_PATH_FOLDER ? "is a folder, not an audio file" : "is not a regular file");
    return KIT_ERR_IO;
  }
  return KIT_SUCCESS;
}

KitStatus
kit_audio_open(const char* path, const KitLog* log, KitAudioFile** file)
{
  *file        = NULL;
  KitStatus st = check_path(path, log);
  if (st) {
    return st;
  }
  Opening opening = {.file = (KitAudioFile*)kit_calloc(1, sizeof(KitAudioFile)), .path = path};
  return opening.file ? open_file(&opening, log, file) : KIT_ERR_NO_MEMORY;
}

KitStatus
kit_audio_open_memory(const void* bytes, size_t size, const KitLog* log, KitAudioFile** file)
{
  *file           = NULL;
  Opening opening = {.file = (KitAudioFile*)kit_calloc(1, sizeof(KitAudioFile))};
  if (!opening.file) {
    return KIT_ERR_NO_MEMORY;
  }
  memcpy(&opening.file->memory.bytes, &bytes, sizeof(bytes)); // read only: its capacity is 0
  opening.file->memory.size = size;
  return open_file(&opening, log, file);
}

void
kit_audio_close(KitAudioFile* file)
{
  if (file && file->handle) {
    sf_close(file->handle);
  }
  kit_free(file);
}

const KitAudioInfo*
kit_audio_info(const KitAudioFile* file)
{
  return &file->info;
}

size_t
kit_audio_read_memory(const KitAudioFile* file)
{
  const size_t n         = file->info.n_frames;
  const size_t per_frame = file->info.n_channels * sizeof(double);
  const size_t chunk     = (CHUNK_SAMPLES + file->info.n_channels) * sizeof(double);
  return n < (SIZE_MAX - chunk) / per_frame ? n * per_frame + chunk : SIZE_MAX;
}

typedef struct {
  KitAudioFile* file;
  KitAudio*     audio;
  double*       chunk;
  size_t        chunk_frames;
  size_t        capacity;
  size_t        max_frames;
} Reading;

/** Make room for another chunk in every channel. */
static KitStatus
make_room(Reading* reading)
{
  KitAudio* const audio = reading->audio;
  if (audio->n_frames + reading->chunk_frames <= reading->capacity) {
    return KIT_SUCCESS;
  }
  const size_t doubled = 2U * reading->capacity + reading->chunk_frames;
  const size_t wanted  = doubled < reading->max_frames ? doubled : reading->max_frames;
  if (wanted < audio->n_frames + reading->chunk_frames) {
    return KIT_ERR_TOO_LARGE;
  }
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    double* const more = (double*)kit_calloc(wanted, sizeof(double));
    if (!more) {
      return KIT_ERR_NO_MEMORY;
    }
    memcpy(more, audio->channels[c], audio->n_frames * sizeof(double));
    kit_free(audio->channels[c]);
    audio->channels[c] = more;
  }
  reading->capacity = wanted;
  return KIT_SUCCESS;
}

static KitStatus
read_chunks(Reading* reading, bool (*stop)(void))
{
  KitAudio* const audio = reading->audio;
  KitStatus       st    = KIT_SUCCESS;
  for (sf_count_t n = 0;
       (n = sf_readf_double(reading->file->handle, reading->chunk, (sf_count_t)reading->chunk_frames)) > 0;) {
    if ((st = (stop && stop()) ? KIT_ERR_CANCELLED : make_room(reading))) {
      break;
    }
    for (uint32_t c = 0; c < audio->n_channels; ++c) {
      for (size_t i = 0; i < (size_t)n; ++i) {
        audio->channels[c][audio->n_frames + i] = reading->chunk[i * audio->n_channels + c];
      }
    }
    audio->n_frames += (size_t)n;
  }
  return st;
}

static KitStatus
begin_reading(Reading* reading, size_t max_bytes)
{
  const KitAudioInfo* const info  = &reading->file->info;
  const bool                known = info->n_frames != SIZE_MAX;
  reading->chunk_frames           = CHUNK_SAMPLES / info->n_channels + 1U;
  reading->max_frames             = max_bytes / (info->n_channels * sizeof(double));
  if (known && kit_audio_read_memory(reading->file) > max_bytes) {
    return KIT_ERR_TOO_LARGE;
  }
  // One chunk of room to spare, as make_room() asks for before it knows how little the last one holds
  reading->capacity = (known ? info->n_frames : 0U) + reading->chunk_frames;
  reading->chunk    = (double*)kit_calloc(reading->chunk_frames * info->n_channels, sizeof(double));
  if (!reading->chunk ||
      kit_audio_init(reading->audio, info->sample_rate, info->n_channels, reading->capacity)) {
    return KIT_ERR_NO_MEMORY;
  }
  reading->audio->n_frames = 0;
  return KIT_SUCCESS;
}

static void
warn_if_short(const KitAudioFile* file, size_t n_frames, const KitLog* log)
{
  const bool is_exact = (file->format.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_MPEG;
  if (is_exact && file->info.n_frames != SIZE_MAX && n_frames < file->info.n_frames) {
    kit_log(log, KIT_LOG_WARNING, "the file ends early: %zu of %zu frames could be read", n_frames,
            file->info.n_frames);
  }
}

KitStatus
kit_audio_read(KitAudioFile* file, size_t max_bytes, bool (*stop)(void), const KitLog* log, KitAudio* audio)
{
  *audio            = (KitAudio){0};
  Reading   reading = {.file = file, .audio = audio};
  KitStatus st      = begin_reading(&reading, max_bytes);
  if (!st) {
    st = read_chunks(&reading, stop);
  }
  if (st) {
    kit_audio_cleanup(audio);
  } else {
    warn_if_short(file, audio->n_frames, log);
  }
  kit_free(reading.chunk);
  return st;
}
