// SPDX-License-Identifier: ISC
#include "audio_private.h"

#include "alloc.h"
#include "file.h"
#include "parallel.h"
#include "path.h"
#include "simd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_SAMPLES 65536U
#define OPEN_LENGTH   0x7FFF0000U // Bytes: programs that do not know how much will come write this, or more
#define SPOOL_MEMORY  ((size_t)4 << 20U)

typedef struct {
  KitAudioFile* file;
  char          error[256];
} Opening;

/** libsndfile keeps the reason of a failed open in a global variable, so one at a time. */
static void
open_handle(void* handle)
{
  Opening* const      opening = (Opening*)handle;
  KitAudioFile* const file    = opening->file;
  const int           fd      = file->path ? kit_file_open_for_library(file->path) : -1;
  file->format                = (SF_INFO){0};
  if (fd >= 0) {
    file->handle = sf_open_fd(fd, SFM_READ, &file->format, SF_TRUE);
  } else if (file->path) {
    file->handle = sf_open(file->path, SFM_READ, &file->format);
  } else if (file->spooled.spool) {
    file->spooled.at = 0;
    file->handle     = sf_open_virtual(&kit_spool_io, SFM_READ, &file->format, &file->spooled);
  } else if (file->stream.fd >= 0) {
    file->handle = sf_open_virtual(&kit_in_stream_io, SFM_READ, &file->format, &file->stream);
  } else {
    file->memory.at = 0;
    file->handle    = sf_open_virtual(&kit_memory_io, SFM_READ, &file->format, &file->memory);
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

/** Frames that the header speaks of, where libsndfile found that the file is too short for them. */
static uint64_t
promised_frames(const KitAudioFile* file)
{
  char        text[4096] = "";
  const char* at         = text;
  const int   bytes      = (kit_integer_bits(file->format.format) + kit_float_bits(file->format.format)) / 8;
  sf_command(file->handle, SFC_GET_LOG_INFO, text, (int)sizeof(text));
  while ((at = strstr(at, "(should be "))) {
    const char* line = at;
    while (line > text && line[-1] != '\n') {
      --line;
    }
    unsigned long long said = 0;
    unsigned long long is   = 0;
    char               name[8];
    if (sscanf(line, " %7s : %llu (should be %llu", name, &said, &is) == 3 && said > is &&
        (!strcmp(name, "data") || !strcmp(name, "SSND")) && said < OPEN_LENGTH && bytes) {
      return said / ((unsigned)bytes * (unsigned)file->format.channels);
    }
    ++at;
  }
  return 0;
}

static void
fill_info(KitAudioFile* file)
{
  const sf_count_t n     = file->format.frames;
  const int        bytes = (kit_integer_bits(file->format.format) + kit_float_bits(file->format.format)) / 8;
  const uint64_t   size  = (uint64_t)n * (unsigned)bytes * (unsigned)file->format.channels;
  const bool       is_open  = file->stream.fd >= 0 && size >= OPEN_LENGTH;
  const bool       is_sure  = n >= 0 && n < SF_COUNT_MAX / 64 && !is_open;
  const bool       is_plain = bytes && (file->format.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_FLAC;
  file->info                = (KitAudioInfo){
                   .sample_rate = (double)file->format.samplerate,
                   .n_channels  = (uint32_t)file->format.channels,
                   .n_frames    = is_sure ? (size_t)n : SIZE_MAX,
                   .is_exact    = is_sure && is_plain && file->stream.fd < 0,
                   .is_once     = file->stream.fd >= 0,
                   .bits        = nearest_bits(file->format.format),
  };
  file->n_promised = file->stream.fd >= 0 ? 0U : promised_frames(file);
  if (!file->n_promised && is_sure && (file->format.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_MPEG) {
    file->n_promised = (uint64_t)n;
  }
}

static KitStatus
open_file(KitAudioFile* made, const KitLog* log, KitAudioFile** file)
{
  Opening opening = {.file = made};
  kit_one_at_a_time(open_handle, &opening);
  if (!made->handle) {
    kit_log(log, KIT_LOG_ERROR, "cannot read it as audio: %s", opening.error);
    kit_audio_close(made);
    return KIT_ERR_BAD_DATA;
  }
  fill_info(made);
  *file = made;
  return KIT_SUCCESS;
}

static KitAudioFile*
new_file(void)
{
  KitAudioFile* const file = (KitAudioFile*)kit_calloc(1, sizeof(KitAudioFile));
  if (file) {
    file->stream.fd = -1;
  }
  return file;
}

/** Put the rest of a stream away, for a format that cannot be read as it comes. */
static KitStatus
spool_stream(KitAudioFile* file, const KitLog* log)
{
  KitInStream* const stream = &file->stream;
  char               bytes[16384];
  sf_count_t         n = 0;
  file->spooled.spool  = kit_spool_new(SPOOL_MEMORY, NULL, log);
  KitStatus st         = file->spooled.spool ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  stream->at           = 0;
  while (!st && (n = kit_in_stream_io.read(bytes, (sf_count_t)sizeof(bytes), stream)) > 0) {
    st = kit_spool_write(file->spooled.spool, file->spooled.size, bytes, (size_t)n);
    file->spooled.size += (uint64_t)n;
  }
  if (!st && stream->error) {
    kit_log(log, KIT_LOG_ERROR, "%s", strerror(stream->error));
    st = stream->error == EINTR ? KIT_ERR_CANCELLED : KIT_ERR_IO;
  }
  if (stream->owns_fd) {
    close(stream->fd);
  }
  stream->fd = -1;
  return st;
}

static KitStatus
open_stream(int fd, bool owns_fd, const KitLog* log, KitAudioFile** result)
{
  static const char* const flowing[] = {"RIFF", "RIFX", "RF64", ".snd"};
  KitAudioFile* const      file      = new_file();
  bool                     flows     = false;
  if (!file) {
    return KIT_ERR_NO_MEMORY;
  }
  file->stream   = (KitInStream){.fd = fd, .owns_fd = owns_fd};
  const size_t n = kit_in_stream_peek(&file->stream, 4U);
  for (size_t i = 0; n == 4U && i < sizeof(flowing) / sizeof(flowing[0]); ++i) {
    flows = flows || !memcmp(file->stream.head.data, flowing[i], 4U);
  }
  const KitStatus st = flows ? KIT_SUCCESS : spool_stream(file, log);
  if (st) {
    kit_audio_close(file);
    return st;
  }
  return open_file(file, log, result);
}

KitStatus
kit_audio_open_stream(int fd, const KitLog* log, KitAudioFile** file)
{
  *file = NULL;
  return open_stream(fd, false, log, file);
}

static KitStatus
refuse_open(const KitLog* log)
{
  kit_log(log, KIT_LOG_ERROR, "cannot open: %s", strerror(errno));
  return errno == ENOENT ? KIT_ERR_NOT_FOUND : KIT_ERR_IO;
}

static KitStatus
open_other(const char* path, const KitLog* log, KitAudioFile** file)
{
  const int fd = kit_stream_open(path, false);
  if (fd < 0) {
    return refuse_open(log);
  }
  if (!kit_stream_is_pipe(fd)) {
    close(fd);
    kit_log(log, KIT_LOG_ERROR, "is neither a file nor a pipe");
    return KIT_ERR_IO;
  }
  return open_stream(fd, true, log, file);
}

KitStatus
kit_audio_open(const char* path, const KitLog* log, KitAudioFile** file)
{
  *file                  = NULL;
  errno                  = 0;
  const KitPathKind kind = kit_path_kind(path, NULL);
  if (kind == KIT_PATH_MISSING) {
    return refuse_open(log);
  }
  if (kind == KIT_PATH_FOLDER) {
    kit_log(log, KIT_LOG_ERROR, "is a folder, not an audio file");
    return KIT_ERR_IO;
  }
  if (kind == KIT_PATH_OTHER) {
    return open_other(path, log, file);
  }
  KitAudioFile* const made = new_file();
  if (!made || !(made->path = kit_strdup(path))) {
    kit_free(made);
    return KIT_ERR_NO_MEMORY;
  }
  return open_file(made, log, file);
}

KitStatus
kit_audio_open_memory(const void* bytes, size_t size, const KitLog* log, KitAudioFile** file)
{
  *file                    = NULL;
  KitAudioFile* const made = new_file();
  if (!made) {
    return KIT_ERR_NO_MEMORY;
  }
  memcpy(&made->memory.bytes.data, &bytes, sizeof(bytes)); // read only: it has no room
  made->memory.bytes.size = size;
  return open_file(made, log, file);
}

void
kit_audio_close(KitAudioFile* file)
{
  if (!file) {
    return;
  }
  if (file->handle) {
    sf_close(file->handle);
  }
  if (file->stream.fd >= 0 && file->stream.owns_fd) {
    close(file->stream.fd);
  }
  kit_spool_free(file->spooled.spool);
  kit_bytes_cleanup(&file->stream.head);
  kit_free(file->chunk);
  kit_free(file->shorts);
  kit_free(file->path);
  kit_free(file);
}

KitStatus
kit_audio_rewind(KitAudioFile* file, const KitLog* log)
{
  if (file->info.is_once) {
    return KIT_ERR_UNSUPPORTED;
  }
  // Opened anew, for decoders do not all begin again as they began
  Opening opening = {.file = file};
  sf_close(file->handle);
  file->handle = NULL;
  kit_one_at_a_time(open_handle, &opening);
  file->n_read = 0;
  if (!file->handle) {
    kit_log(log, KIT_LOG_ERROR, "cannot be read a second time: %s", opening.error);
    return KIT_ERR_IO;
  }
  return KIT_SUCCESS;
}

KitStatus
kit_audio_seek(KitAudioFile* file, uint64_t frame, const KitLog* log)
{
  if (file->info.is_once) {
    return KIT_ERR_UNSUPPORTED;
  }
  const uint64_t end = file->info.n_frames == SIZE_MAX ? UINT64_MAX : file->info.n_frames;
  const uint64_t to  = frame < end ? frame : end;
  if (file->format.seekable && end != UINT64_MAX && sf_seek(file->handle, (sf_count_t)to, SEEK_SET) >= 0) {
    file->n_read = to;
    return KIT_SUCCESS;
  }
  const KitStatus st = kit_audio_rewind(file, log);
  return st ? st : kit_audio_skip(file, to, log);
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
end_of_input(KitAudioFile* file, const KitLog* log)
{
  if (file->stream.error) {
    kit_log(log, KIT_LOG_ERROR, "%s", strerror(file->stream.error));
    return file->stream.error == EINTR ? KIT_ERR_CANCELLED : KIT_ERR_IO;
  }
  if (file->n_read < file->n_promised && !file->warned) {
    file->warned = true;
    kit_log(log, KIT_LOG_WARNING, "the file ends early: %llu of %llu frames could be read",
            (unsigned long long)file->n_read, (unsigned long long)file->n_promised);
  }
  return KIT_SUCCESS;
}

static uint32_t
chunk_frames(const KitAudioFile* file)
{
  return CHUNK_SAMPLES / file->info.n_channels + 1U;
}

/** Samples of a WAV that are 16-bit integers come as they lie there: libsndfile turns them into doubles by
    the same division, but 4 KB at a time. */
static bool
are_shorts(const KitAudioFile* file)
{
  const int major = file->format.format & SF_FORMAT_TYPEMASK;
  return (file->format.format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16 &&
         (major == SF_FORMAT_WAV || major == SF_FORMAT_WAVEX || major == SF_FORMAT_RF64);
}

/** Room for samples as libsndfile gives them. */
static KitStatus
make_chunk(KitAudioFile* file)
{
  if (!file->chunk) {
    file->chunk = (double*)kit_calloc((size_t)chunk_frames(file) * file->info.n_channels, sizeof(double));
  }
  if (file->chunk && !file->shorts && are_shorts(file)) {
    file->shorts = (short*)kit_calloc((size_t)chunk_frames(file) * file->info.n_channels, sizeof(short));
  }
  return file->chunk && (file->shorts || !are_shorts(file)) ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

KIT_CLONES
static void
spread_shorts(const short* restrict from, uint32_t step, double* restrict to, uint32_t n)
{
  for (uint32_t i = 0; i < n; ++i) {
    to[i] = from[(size_t)i * step] / 32768.0;
  }
}

KIT_CLONES
static void
spread_pairs(const short* restrict from, double* restrict left, double* restrict right, uint32_t n)
{
  for (size_t i = 0; i < n; ++i) {
    left[i]  = from[2U * i] / 32768.0;
    right[i] = from[2U * i + 1U] / 32768.0;
  }
}

/** Read the next `n` frames into channels from `at` on, at most a chunk.  @return the frames there were. */
static uint32_t
read_chunk(const KitAudioFile* file, double* const* channels, uint32_t at, uint32_t n)
{
  const uint32_t   step = file->info.n_channels;
  const sf_count_t got  = file->shorts ? sf_readf_short(file->handle, file->shorts, (sf_count_t)n)
                                       : sf_readf_double(file->handle, file->chunk, (sf_count_t)n);
  const uint32_t   m    = got > 0 ? (uint32_t)got : 0U;
  if (file->shorts && step == 2U) {
    spread_pairs(file->shorts, channels[0] + at, channels[1] + at, m);
    return m;
  }
  for (uint32_t c = 0; c < step; ++c) {
    if (file->shorts) {
      spread_shorts(file->shorts + c, step, channels[c] + at, m);
      continue;
    }
    for (uint32_t i = 0; i < m; ++i) {
      channels[c][at + i] = file->chunk[(size_t)i * step + c];
    }
  }
  return m;
}

KitStatus
kit_audio_read_some(KitAudioFile* file, double* const* channels, uint32_t n, const KitLog* log,
                    uint32_t* n_read)
{
  const uint32_t most = chunk_frames(file);
  *n_read             = 0;
  if (make_chunk(file)) {
    return KIT_ERR_NO_MEMORY;
  }
  while (*n_read < n) {
    const uint32_t wanted = n - *n_read < most ? n - *n_read : most;
    const uint32_t m      = read_chunk(file, channels, *n_read, wanted);
    *n_read += m;
    file->n_read += m;
    if (m < wanted) {
      return end_of_input(file, log);
    }
  }
  return file->n_read < file->info.n_frames ? KIT_SUCCESS : end_of_input(file, log);
}

KitStatus
kit_audio_skip(KitAudioFile* file, uint64_t n, const KitLog* log)
{
  const bool     is_plain = kit_integer_bits(file->format.format) || kit_float_bits(file->format.format);
  const uint32_t most     = chunk_frames(file);
  if (is_plain && !file->info.is_once && file->format.seekable && file->info.n_frames != SIZE_MAX) {
    const uint64_t left = file->info.n_frames - file->n_read;
    const uint64_t step = n < left ? n : left;
    if (sf_seek(file->handle, (sf_count_t)step, SF_SEEK_CUR) >= 0) {
      file->n_read += step;
      return step < n ? end_of_input(file, log) : KIT_SUCCESS;
    }
  }
  if (make_chunk(file)) {
    return KIT_ERR_NO_MEMORY;
  }
  while (n) {
    const uint64_t   wanted = n < most ? n : most;
    const sf_count_t got    = sf_readf_double(file->handle, file->chunk, (sf_count_t)wanted);
    file->n_read += got > 0 ? (uint64_t)got : 0U;
    if (got < (sf_count_t)wanted) {
      return end_of_input(file, log);
    }
    n -= wanted;
  }
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
    reading->file->n_read += (uint64_t)n;
  }
  return st;
}

static KitStatus
begin_reading(Reading* reading, size_t max_bytes)
{
  const KitAudioInfo* const info  = &reading->file->info;
  const bool                known = info->n_frames != SIZE_MAX;
  reading->chunk_frames           = chunk_frames(reading->file);
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

KitStatus
kit_audio_read(KitAudioFile* file, size_t max_bytes, bool (*stop)(void), const KitLog* log, KitAudio* audio)
{
  *audio            = (KitAudio){0};
  Reading   reading = {.file = file, .audio = audio};
  KitStatus st      = begin_reading(&reading, max_bytes);
  st                = st ? st : read_chunks(&reading, stop);
  st                = st ? st : end_of_input(file, log);
  if (st) {
    kit_audio_cleanup(audio);
  }
  kit_free(reading.chunk);
  return st;
}
