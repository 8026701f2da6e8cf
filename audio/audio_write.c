// SPDX-License-Identifier: ISC
#include "audio_private.h"

#include "alloc.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define CHUNK_SAMPLES 16384U

typedef struct {
  const char* extension;
  int         major;
  int         fixed; ///< Subtype of formats that leave no choice, else 0
} Extension;

static const Extension writable[] = {
  {"wav", SF_FORMAT_WAV, 0},
  {"wave", SF_FORMAT_WAV, 0},
  {"rf64", SF_FORMAT_RF64, 0},
  {"w64", SF_FORMAT_W64, 0},
  {"aif", SF_FORMAT_AIFF, 0},
  {"aiff", SF_FORMAT_AIFF, 0},
  {"aifc", SF_FORMAT_AIFF, 0},
  {"au", SF_FORMAT_AU, 0},
  {"snd", SF_FORMAT_AU, 0},
  {"caf", SF_FORMAT_CAF, 0},
  {"flac", SF_FORMAT_FLAC, 0},
  {"ogg", SF_FORMAT_OGG, SF_FORMAT_VORBIS},
  {"oga", SF_FORMAT_OGG, SF_FORMAT_VORBIS},
  {"opus", SF_FORMAT_OGG, SF_FORMAT_OPUS},
  {"mp3", SF_FORMAT_MPEG, SF_FORMAT_MPEG_LAYER_III},
};

static const char* const readable_only[] = {
  "avr", "htk", "iff", "svx", "8svx", "mat", "mpc", "mp1", "mp2", "nist",
  "sph", "paf", "pvf", "sd2", "sds",  "sf",  "voc", "wve", "xi",  "m1a",
};

static const Extension*
find_extension(const char* extension)
{
  for (size_t i = 0; i < sizeof(writable) / sizeof(writable[0]); ++i) {
    if (!strcasecmp(extension, writable[i].extension)) {
      return &writable[i];
    }
  }
  return NULL;
}

bool
kit_audio_extension_known(const char* extension, bool for_writing)
{
  bool found = find_extension(extension) != NULL;
  for (size_t i = 0; !for_writing && i < sizeof(readable_only) / sizeof(readable_only[0]); ++i) {
    found = found || !strcasecmp(extension, readable_only[i]);
  }
  return found;
}

/** Rates of MPEG 1 to 2.5, which libsndfile does not check before it opens, and then leaks. */
static bool
is_mpeg_rate(double rate)
{
  static const double lowest[] = {8000.0, 11025.0, 12000.0};
  for (size_t i = 0; i < 3; ++i) {
    if (rate == lowest[i] || rate == 2.0 * lowest[i] || rate == 4.0 * lowest[i]) {
      return true;
    }
  }
  return false;
}

static bool
can_hold(const KitAudio* audio, int format)
{
  if ((format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG && !is_mpeg_rate(audio->sample_rate)) {
    return false;
  }
  const SF_INFO info = {
    .samplerate = (int)audio->sample_rate, .channels = (int)audio->n_channels, .format = format};
  return sf_format_check(&info);
}

static int
bits_subtype(KitBits bits)
{
  switch (bits) {
    case KIT_BITS_16: return SF_FORMAT_PCM_16;
    case KIT_BITS_32F: return SF_FORMAT_FLOAT;
    case KIT_BITS_64F: return SF_FORMAT_DOUBLE;
    case KIT_BITS_24:
    case KIT_BITS_KEEP: break;
  }
  return SF_FORMAT_PCM_24;
}

static bool
is_plain(int subtype)
{
  return (subtype >= SF_FORMAT_PCM_S8 && subtype <= SF_FORMAT_PCM_32) || subtype == SF_FORMAT_PCM_U8 ||
         subtype == SF_FORMAT_FLOAT || subtype == SF_FORMAT_DOUBLE;
}

/** The first subtype that the format can hold, best first; 0 if none. */
static int
choose_subtype(const KitAudio* audio, const KitEncodeOptions* options, const Extension* row)
{
  const bool keep  = options->bits == KIT_BITS_KEEP;
  const int  old   = options->like ? options->like->format.format & SF_FORMAT_SUBMASK : 0;
  const int  first = row->fixed       ? row->fixed
                     : !keep          ? bits_subtype(options->bits)
                     : !options->like ? SF_FORMAT_PCM_24
                     : is_plain(old)  ? old
                                      : bits_subtype(options->like->info.bits);
  if (can_hold(audio, row->major | first)) {
    return first;
  }
  const bool is_eight = first == SF_FORMAT_PCM_U8 || first == SF_FORMAT_PCM_S8;
  const int  others[] = {SF_FORMAT_PCM_U8, SF_FORMAT_PCM_S8, SF_FORMAT_PCM_24, SF_FORMAT_PCM_16};
  for (size_t i = is_eight ? 0U : 2U; keep && !row->fixed && i < 4U; ++i) {
    if (can_hold(audio, row->major | others[i])) {
      return others[i];
    }
  }
  return 0;
}

/** Significant bits of an integer subtype, or 0. */
static int
integer_bits(int subtype)
{
  switch (subtype) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8: return 8;
    case SF_FORMAT_PCM_16: return 16;
    case SF_FORMAT_PCM_24: return 24;
    case SF_FORMAT_PCM_32: return 32;
    default: return 0;
  }
}

/** Bits of a floating-point subtype, or 0. */
static int
float_bits(int subtype)
{
  return subtype == SF_FORMAT_FLOAT ? 32 : subtype == SF_FORMAT_DOUBLE ? 64 : 0;
}

/** Room for all samples and a header; for compressed formats a guess. */
static size_t
likely_size(const KitAudio* audio, int subtype)
{
  const int    bits  = integer_bits(subtype) + float_bits(subtype);
  const size_t bytes = bits ? (size_t)bits / 8U : 1U;
  return audio->n_frames * audio->n_channels * bytes + 65536U;
}

typedef struct {
  SNDFILE*        handle;
  const KitAudio* audio;
  int             bits; ///< Of integers, else 0
  size_t          n_clipped;
  double          floats[CHUNK_SAMPLES];
  int             ints[CHUNK_SAMPLES];
} Writing;

static int
quantise(Writing* writing, double x)
{
  const double scale = ldexp(1.0, writing->bits - 1);
  const double y     = rint(x * scale);
  const double kept  = fmin(fmax(y, -scale), scale - 1.0);
  return (int)(kept * ldexp(1.0, 32 - writing->bits));
}

static bool
write_chunk(Writing* writing, size_t start, size_t n_frames)
{
  const KitAudio* const audio = writing->audio;
  for (size_t i = 0; i < n_frames; ++i) {
    for (uint32_t c = 0; c < audio->n_channels; ++c) {
      const double raw = audio->channels[c][start + i];
      const double x   = isfinite(raw) ? raw : 0.0;
      const size_t at  = i * audio->n_channels + c;
      writing->n_clipped += fabs(x) > 1.0 ? 1U : 0U;
      writing->floats[at] = x;
      writing->ints[at]   = writing->bits ? quantise(writing, x) : 0;
    }
  }
  const sf_count_t n = (sf_count_t)n_frames;
  return writing->bits ? sf_writef_int(writing->handle, writing->ints, n) == n
                       : sf_writef_double(writing->handle, writing->floats, n) == n;
}

static bool
write_samples(Writing* writing)
{
  const size_t step = CHUNK_SAMPLES / writing->audio->n_channels;
  bool         ok   = true;
  for (size_t i = 0; ok && i < writing->audio->n_frames; i += step) {
    const size_t left = writing->audio->n_frames - i;
    ok                = write_chunk(writing, i, left < step ? left : step);
  }
  return ok;
}

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

static int
choose_format(const KitAudio* audio, const KitEncodeOptions* options, const Extension* row, int subtype)
{
  const double bytes = (double)audio->n_frames * audio->n_channels * 8.0;
  const bool   wide = options->like && (options->like->format.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAVEX;
  if (row->major != SF_FORMAT_WAV) {
    return row->major | subtype;
  }
  // Beyond 4 GiB the lengths in a WAV's header overflow
  return subtype | (bytes > 4.0e9 ? SF_FORMAT_RF64 : wide ? SF_FORMAT_WAVEX : SF_FORMAT_WAV);
}

static KitStatus
write_all(const KitAudio* audio, const KitEncodeOptions* options, int format, KitMemoryFile* file,
          size_t* n_clipped)
{
  Writing* const writing = (Writing*)kit_calloc(1, sizeof(Writing));
  if (!writing || !kit_memory_reserve(file, likely_size(audio, format & SF_FORMAT_SUBMASK))) {
    kit_free(writing);
    return KIT_ERR_NO_MEMORY;
  }
  SF_INFO info = {
    .samplerate = (int)audio->sample_rate, .channels = (int)audio->n_channels, .format = format};
  writing->audio     = audio;
  writing->bits      = integer_bits(format & SF_FORMAT_SUBMASK);
  writing->handle    = sf_open_virtual(&kit_memory_io, SFM_WRITE, &info, file);
  bool            ok = writing->handle != NULL;
  const KitStatus st = (ok || file->failed) ? KIT_ERR_NO_MEMORY : KIT_ERR_UNSUPPORTED; // If it is not ok
  if (ok) {
    // A PEAK chunk holds the time of writing: the same render would give different files
    sf_command(writing->handle, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
    sf_command(writing->handle, SFC_RF64_AUTO_DOWNGRADE, NULL, SF_TRUE);
    sf_command(writing->handle, SFC_SET_CLIPPING, NULL, SF_TRUE);
    if (options->like) {
      copy_metadata(options->like->handle, writing->handle);
    }
    ok = write_samples(writing);
    ok = !sf_close(writing->handle) && ok;
    ok = ok && !file->failed;

    *n_clipped = float_bits(format & SF_FORMAT_SUBMASK) ? 0U : writing->n_clipped;
  }
  kit_free(writing);
  return ok ? KIT_SUCCESS : st;
}

static void
explain_unsupported(const KitAudio* audio, const KitEncodeOptions* options, const Extension* row,
                    const KitLog* log)
{
  if (!row) {
    kit_log(log, KIT_LOG_ERROR, "unknown audio format \"%s\": use wav, flac, aiff, ogg, …",
            options->extension);
  } else {
    kit_log(log, KIT_LOG_ERROR,
            "%s files cannot hold %u channels at %.0f Hz with these bits: use another format or --bits",
            options->extension, audio->n_channels, audio->sample_rate);
  }
}

KitStatus
kit_audio_encode(const KitAudio* audio, const KitEncodeOptions* options, const KitLog* log, void** bytes,
                 size_t* size)
{
  *bytes                     = NULL;
  *size                      = 0;
  const Extension* const row = find_extension(options->extension);
  const bool             ok  = row && (!row->fixed || options->bits == KIT_BITS_KEEP);
  const int              sub = ok ? choose_subtype(audio, options, row) : 0;
  if (!sub) {
    explain_unsupported(audio, options, row, log);
    return KIT_ERR_UNSUPPORTED;
  }

  KitMemoryFile   file      = {0};
  size_t          n_clipped = 0;
  const KitStatus st = write_all(audio, options, choose_format(audio, options, row, sub), &file, &n_clipped);
  if (st == KIT_ERR_UNSUPPORTED) {
    explain_unsupported(audio, options, row, log);
  } else if (st) {
    kit_log(log, KIT_LOG_ERROR, "could not be encoded as %s", options->extension);
  }
  if (st) {
    kit_free(file.bytes);
    return st;
  }
  if (n_clipped) {
    kit_log(log, KIT_LOG_WARNING, "%zu samples went beyond full scale and were clipped", n_clipped);
  }
  *bytes = file.bytes;
  *size  = file.size;
  return KIT_SUCCESS;
}
