// SPDX-License-Identifier: ISC
#include "audio_private.h"

#include "alloc.h"
#include "file.h"
#include "simd.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <string.h>

#define CHUNK_SAMPLES 16384U
#define MAX_LENGTH    0xFFFFFFFFU // In a WAV's header: it goes on until it ends

struct KitAudioWriter {
  SNDFILE*       handle;
  const KitLog*  log;
  int            format;
  uint32_t       n_channels;
  int            bits; ///< Of integers, else 0
  uint64_t       n_clipped;
  KitOutFile     out;
  KitMemoryFile* memory;                ///< Instead of `out`, or null
  double         floats[CHUNK_SAMPLES]; ///< Interleaved
  int            ints[CHUNK_SAMPLES];
  short          shorts[CHUNK_SAMPLES];  ///< Of 16 bits
  int            channel[CHUNK_SAMPLES]; ///< One channel's, quantised
};

static void
copy_metadata(SNDFILE* from, SNDFILE* to)
{
  for (int i = SF_STR_FIRST; i <= SF_STR_LAST; ++i) {
    const char* const text = sf_get_string(from, i);
    if (text) {
      sf_set_string(to, i, text);
    }
  }
  SF_BROADCAST_INFO broadcast;
  if (sf_command(from, SFC_GET_BROADCAST_INFO, &broadcast, (int)sizeof(broadcast)) == SF_TRUE) {
    sf_command(to, SFC_SET_BROADCAST_INFO, &broadcast, (int)sizeof(broadcast));
  }
  SF_INSTRUMENT instrument;
  if (sf_command(from, SFC_GET_INSTRUMENT, &instrument, (int)sizeof(instrument)) == SF_TRUE) {
    sf_command(to, SFC_SET_INSTRUMENT, &instrument, (int)sizeof(instrument));
  }
  SF_CUES cues;
  if (sf_command(from, SFC_GET_CUE, &cues, (int)sizeof(cues)) == SF_TRUE) {
    sf_command(to, SFC_SET_CUE, &cues, (int)sizeof(cues));
  }
}

/* Samples */

/** The finite sample, 0 for what is none; counts what is beyond full scale. */
static double
finite_of(double x, uint32_t* n_clipped)
{
  const double y = fabs(x) <= DBL_MAX ? x : 0.0;
  *n_clipped += fabs(y) > 1.0 ? 1U : 0U;
  return y;
}

static void
put_floats(KitAudioWriter* writer, uint32_t channel, const double* x, uint32_t n)
{
  double* const to   = writer->floats + channel;
  const double  most = kit_float_bits(writer->format) ? DBL_MAX : 1.0; // What is far beyond aborts in LAME
  uint32_t      n_clipped = 0;
  for (uint32_t i = 0; i < n; ++i) {
    to[(size_t)i * writer->n_channels] = fmax(-most, fmin(finite_of(x[i], &n_clipped), most));
  }
  writer->n_clipped += n_clipped;
}

/** Quantise to `bits`, left-justified in 32.  @return samples beyond full scale. */
KIT_CLONES
static uint64_t
quantise(const double* restrict x, uint32_t n, int bits, int* restrict to)
{
  const double round     = 6755399441055744.0; // 1.5 · 2^52: what is added to it has no fraction left
  const double scale     = ldexp(1.0, bits - 1);
  const double shift     = ldexp(1.0, 32 - bits);
  uint64_t     n_clipped = 0; // As wide as samples, so that vectors of both match
  for (uint32_t i = 0; i < n; ++i) {
    const double y    = fabs(x[i]) <= DBL_MAX ? x[i] : 0.0;
    const double low  = y * scale > -scale ? y * scale : -scale;
    const double kept = low < scale - 1.0 ? low : scale - 1.0;
    n_clipped += fabs(y) > 1.0 ? 1U : 0U;
    to[i] = (int)(((kept + round) - round) * shift);
  }
  return n_clipped;
}

static void
put_ints(KitAudioWriter* writer, uint32_t channel, const double* x, uint32_t n)
{
  const uint32_t step = writer->n_channels;
  writer->n_clipped += quantise(x, n, writer->bits, writer->channel);
  if (writer->bits == 16) {
    short* const to = writer->shorts + channel;
    for (uint32_t i = 0; i < n; ++i) {
      to[(size_t)i * step] = (short)(writer->channel[i] / 65536);
    }
    return;
  }
  int* const to = writer->ints + channel;
  for (uint32_t i = 0; i < n; ++i) {
    to[(size_t)i * step] = writer->channel[i];
  }
}

/** Both channels of 16-bit stereo at once: pairs of samples go out as vectors. */
static void
put_pairs(KitAudioWriter* writer, const double* left, const double* right, uint32_t n)
{
  const int* const l  = writer->channel;
  int* const       r  = writer->ints; // Free: the samples are shorts
  short* const     to = writer->shorts;
  writer->n_clipped += quantise(left, n, writer->bits, writer->channel);
  writer->n_clipped += quantise(right, n, writer->bits, r);
  for (uint32_t i = 0; i < n; ++i) {
    to[2U * (size_t)i]      = (short)(l[i] >> 16);
    to[2U * (size_t)i + 1U] = (short)(r[i] >> 16);
  }
}

static bool
hand_over(KitAudioWriter* writer, uint32_t n)
{
  const sf_count_t m = (sf_count_t)n;
  return (writer->bits == 16 ? sf_writef_short(writer->handle, writer->shorts, m)
          : writer->bits     ? sf_writef_int(writer->handle, writer->ints, m)
                             : sf_writef_double(writer->handle, writer->floats, m)) == m;
}

static KitStatus
refuse(const KitAudioWriter* writer)
{
  const bool no_memory = writer->memory && writer->memory->failed;
  kit_log(writer->log, KIT_LOG_ERROR, "cannot write: %s",
          writer->out.error ? strerror(writer->out.error)
          : no_memory       ? "out of memory"
                            : sf_strerror(writer->handle));
  return no_memory ? KIT_ERR_NO_MEMORY : KIT_ERR_IO;
}

KitStatus
kit_audio_writer_write(KitAudioWriter* writer, const double* const* channels, uint32_t n)
{
  const uint32_t step = CHUNK_SAMPLES / writer->n_channels;
  bool           ok   = true;
  for (uint32_t at = 0; ok && at < n; at += step) {
    const uint32_t m = n - at < step ? n - at : step;
    if (writer->bits == 16 && writer->n_channels == 2U) {
      put_pairs(writer, channels[0] + at, channels[1] + at, m);
      ok = hand_over(writer, m);
      continue;
    }
    for (uint32_t c = 0; c < writer->n_channels; ++c) {
      if (writer->bits) {
        put_ints(writer, c, channels[c] + at, m);
      } else {
        put_floats(writer, c, channels[c] + at, m);
      }
    }
    ok = hand_over(writer, m);
  }
  return ok && !writer->out.error ? KIT_SUCCESS : refuse(writer);
}

KitStatus
kit_audio_writer_sync(KitAudioWriter* writer)
{
  sf_command(writer->handle, SFC_UPDATE_HEADER_NOW, NULL, 0);
  kit_out_flush(&writer->out);
  return writer->out.error ? refuse(writer) : KIT_SUCCESS;
}

/* Headers in pipes */

static void
put_number(unsigned char* to, uint64_t number, int n_bytes)
{
  for (int i = 0; i < n_bytes; ++i) {
    to[i] = (unsigned char)(number >> (8 * i));
  }
}

/** Put lengths into a WAV's header, or an RF64's, which ends where the samples begin.  libsndfile would when
   the file is closed. */
static void
set_lengths(const KitMemoryFile* head, uint64_t n_frames, uint64_t n_bytes)
{
  unsigned char* const bytes = (unsigned char*)head->bytes.data;
  const size_t         size  = head->bytes.size;
  const bool           open  = n_frames == UINT64_MAX;
  const uint64_t       riff  = size + n_bytes + n_bytes % 2U - 8U;
  const bool           is_64 = !memcmp(bytes, "RF64", 4U);
  const uint64_t       most  = MAX_LENGTH;
  if (size < 44U || memcmp(bytes + size - 8U, "data", 4U) != 0) {
    return;
  }
  put_number(bytes + 4, open || is_64 ? most : riff, 4);
  put_number(bytes + size - 4U, open || is_64 ? most : n_bytes, 4);
  for (size_t at = 12U; at + 32U <= size; at += 2U) {
    if (!memcmp(bytes + at, "fact", 4U)) {
      put_number(bytes + at + 8U, open || n_frames > most ? most : n_frames, 4);
    } else if (is_64 && !memcmp(bytes + at, "ds64", 4U)) {
      put_number(bytes + at + 8U, riff, 8);
      put_number(bytes + at + 16U, n_bytes, 8);
      put_number(bytes + at + 24U, n_frames, 8);
    }
  }
}

/** Write a header that is right from the start, for it cannot be put right at the end. */
static void
release_head(KitAudioWriter* writer, uint64_t n_frames)
{
  KitOutFile* const out   = &writer->out;
  const uint64_t    bits  = (uint64_t)(kit_integer_bits(writer->format) + kit_float_bits(writer->format));
  const int         major = writer->format & SF_FORMAT_TYPEMASK;
  if (major == SF_FORMAT_WAV || major == SF_FORMAT_WAVEX || major == SF_FORMAT_RF64) {
    sf_command(writer->handle, SFC_UPDATE_HEADER_NOW, NULL, 0);
    set_lengths(&out->head, n_frames,
                n_frames == UINT64_MAX ? 0U : n_frames * writer->n_channels * (bits / 8U));
  }
  out->holds = false;
  if (out->head.bytes.size) {
    out->error = kit_stream_write(out->fd, out->head.bytes.data, out->head.bytes.size);
  }
}

static void
free_writer(KitAudioWriter* writer)
{
  kit_free(writer->out.buffer);
  kit_bytes_cleanup(&writer->out.head.bytes);
  kit_free(writer);
}

static KitStatus
open_writer(KitAudioWriter* writer, const KitAudioShape* shape, const KitEncodeOptions* options)
{
  SF_INFO info = {
    .samplerate = (int)shape->sample_rate, .channels = (int)shape->n_channels, .format = writer->format};
  writer->n_channels = shape->n_channels;
  writer->bits       = kit_integer_bits(writer->format);
  writer->handle     = writer->memory ? sf_open_virtual(&kit_memory_io, SFM_WRITE, &info, writer->memory)
                                      : sf_open_virtual(&kit_out_io, SFM_WRITE, &info, &writer->out);
  if (!writer->handle) {
    const bool no_memory = (writer->memory && writer->memory->failed) || writer->out.error == ENOMEM;
    kit_log(writer->log, KIT_LOG_ERROR, "could not be encoded as %s%s%s", options->extension,
            writer->out.error ? ": " : "", writer->out.error ? strerror(writer->out.error) : "");
    return no_memory ? KIT_ERR_NO_MEMORY : writer->out.error ? KIT_ERR_IO : KIT_ERR_UNSUPPORTED;
  }
  // A PEAK chunk holds the time of writing: the same render would give different files
  sf_command(writer->handle, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
  sf_command(writer->handle, SFC_RF64_AUTO_DOWNGRADE, NULL, SF_TRUE);
  sf_command(writer->handle, SFC_SET_CLIPPING, NULL, SF_TRUE);
  if (options->quality > 0.0) {
    double quality = fmin(options->quality / 100.0, 1.0);
    sf_command(writer->handle, SFC_SET_VBR_ENCODING_QUALITY, &quality, (int)sizeof(quality));
  }
  if (options->like) {
    copy_metadata(options->like->handle, writer->handle);
  }
  return KIT_SUCCESS;
}

KitStatus
kit_audio_writer_open(int fd, const KitAudioShape* shape, const KitEncodeOptions* options, const KitLog* log,
                      KitAudioWriter** result)
{
  const bool can_seek = kit_stream_can_seek(fd);
  const int  format   = kit_audio_choose_format(shape, options, !can_seek, log);
  *result             = NULL;
  if (!format) {
    return KIT_ERR_UNSUPPORTED;
  }
  KitAudioWriter* const writer = (KitAudioWriter*)kit_calloc(1, sizeof(KitAudioWriter));
  if (!writer) {
    return KIT_ERR_NO_MEMORY;
  }
  writer->log        = log;
  writer->format     = format;
  writer->out        = (KitOutFile){.fd = fd, .can_seek = can_seek, .holds = !can_seek};
  const KitStatus st = open_writer(writer, shape, options);
  if (st) {
    free_writer(writer);
    return st;
  }
  if (!can_seek) {
    release_head(writer, shape->n_frames);
  }
  *result = writer;
  return KIT_SUCCESS;
}

static KitStatus
close_writer(KitAudioWriter* writer, uint64_t* n_clipped)
{
  const bool failed = writer->out.error != 0;
  bool       ok     = !sf_close(writer->handle);
  kit_out_flush(&writer->out);
  ok         = ok && !writer->out.error && !(writer->memory && writer->memory->failed);
  *n_clipped = kit_float_bits(writer->format) ? 0U : writer->n_clipped;
  if (!ok && !failed) {
    writer->handle = NULL;
    return refuse(writer);
  }
  return ok ? KIT_SUCCESS : KIT_ERR_IO;
}

static void
warn_of_clipping(uint64_t n_clipped, const KitLog* log)
{
  if (n_clipped) {
    kit_log(log, KIT_LOG_WARNING, "%llu samples went beyond full scale and were clipped",
            (unsigned long long)n_clipped);
  }
}

KitStatus
kit_audio_writer_close(KitAudioWriter* writer)
{
  if (!writer) {
    return KIT_SUCCESS;
  }
  uint64_t            n_clipped = 0;
  const KitLog* const log       = writer->log;
  const KitStatus     st        = close_writer(writer, &n_clipped);
  free_writer(writer);
  if (!st) {
    warn_of_clipping(n_clipped, log);
  }
  return st;
}

/* In memory */

/** Room for all samples and a header; for compressed formats a guess. */
static size_t
likely_size(const KitAudio* audio, int format)
{
  const int    bits  = kit_integer_bits(format) + kit_float_bits(format);
  const size_t bytes = bits ? (size_t)bits / 8U : 1U;
  return audio->n_frames * audio->n_channels * bytes + 65536U;
}

static KitStatus
write_all(KitAudioWriter* writer, const KitAudio* audio)
{
  const double** const x  = (const double**)kit_calloc(audio->n_channels, sizeof(double*));
  KitStatus            st = x ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  for (size_t at = 0; !st && at < audio->n_frames; at += CHUNK_SAMPLES) {
    const size_t left = audio->n_frames - at;
    for (uint32_t c = 0; c < audio->n_channels; ++c) {
      x[c] = audio->channels[c] + at;
    }
    st = kit_audio_writer_write(writer, x, left < CHUNK_SAMPLES ? (uint32_t)left : CHUNK_SAMPLES);
  }
  kit_free((void*)x);
  return st;
}

KitStatus
kit_audio_encode(const KitAudio* audio, const KitEncodeOptions* options, const KitLog* log, void** bytes,
                 size_t* size)
{
  const KitAudioShape shape     = {audio->sample_rate, audio->n_channels, audio->n_frames};
  const int           format    = kit_audio_choose_format(&shape, options, false, log);
  KitMemoryFile       file      = {0};
  uint64_t            n_clipped = 0;
  *bytes                        = NULL;
  *size                         = 0;
  if (!format) {
    return KIT_ERR_UNSUPPORTED;
  }
  KitAudioWriter* const writer = (KitAudioWriter*)kit_calloc(1, sizeof(KitAudioWriter));
  KitStatus st = writer ? kit_bytes_reserve(&file.bytes, likely_size(audio, format)) : KIT_ERR_NO_MEMORY;
  if (!st) {
    writer->log        = log;
    writer->format     = format;
    writer->memory     = &file;
    st                 = open_writer(writer, &shape, options);
    const bool is_open = !st;
    st                 = st ? st : write_all(writer, audio);
    if (is_open) {
      const KitStatus closed = close_writer(writer, &n_clipped);
      st                     = st ? st : closed;
    }
  }
  kit_free(writer);
  if (st) {
    kit_bytes_cleanup(&file.bytes);
    return st;
  }
  warn_of_clipping(n_clipped, log);
  *bytes = file.bytes.data;
  *size  = file.bytes.size;
  return KIT_SUCCESS;
}
