// SPDX-License-Identifier: ISC
#include "audio_private.h"

#include <math.h>
#include <string.h>
#include <strings.h>

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

/** Rates that libsndfile does not check before it opens, either. */
static bool
is_opus_rate(double rate)
{
  return rate == 8000.0 || rate == 12000.0 || rate == 16000.0 || rate == 24000.0 || rate == 48000.0;
}

static bool
can_hold(const KitAudioShape* audio, int format)
{
  if ((format & SF_FORMAT_SUBMASK) == SF_FORMAT_OPUS && !is_opus_rate(audio->sample_rate)) {
    return false;
  }
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
choose_subtype(const KitAudioShape* audio, const KitEncodeOptions* options, const Extension* row)
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

int
kit_integer_bits(int format)
{
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8: return 8;
    case SF_FORMAT_PCM_16: return 16;
    case SF_FORMAT_PCM_24: return 24;
    case SF_FORMAT_PCM_32: return 32;
    default: return 0;
  }
}

int
kit_float_bits(int format)
{
  const int subtype = format & SF_FORMAT_SUBMASK;
  return subtype == SF_FORMAT_FLOAT ? 32 : subtype == SF_FORMAT_DOUBLE ? 64 : 0;
}

static void
explain_unsupported(const KitAudioShape* audio, const KitEncodeOptions* options, const Extension* row,
                    const KitLog* log)
{
  KitEncodeOptions other = *options;
  other.bits             = KIT_BITS_KEEP;
  if (!row) {
    kit_log(log, KIT_LOG_ERROR, "unknown audio format \"%s\": use wav, flac, aiff, ogg, …",
            options->extension);
  } else if (options->bits != KIT_BITS_KEEP && row->fixed) {
    kit_log(log, KIT_LOG_ERROR, "%s files leave no choice of bits: leave --bits out, or use another format",
            options->extension);
  } else if (options->bits != KIT_BITS_KEEP && choose_subtype(audio, &other, row)) {
    kit_log(log, KIT_LOG_ERROR,
            "%s files cannot hold samples of these bits: use other --bits, or another format",
            options->extension);
  } else {
    kit_log(log, KIT_LOG_ERROR, "%s files cannot hold %u channels at %.0f Hz: use another format",
            options->extension, audio->n_channels, audio->sample_rate);
  }
}

/** A WAV's lengths overflow beyond 4 GiB: then, or where that may be, it is an RF64 (which shrinks if it
 * can). */
static int
wav_format(const KitAudioShape* audio, const KitEncodeOptions* options, bool to_pipe)
{
  const bool   known = audio->n_frames != UINT64_MAX;
  const double bytes = (double)audio->n_frames * audio->n_channels * 8.0;
  const bool   wide = options->like && (options->like->format.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAVEX;
  const bool   huge = known ? bytes > 4.0e9 : !to_pipe;
  return huge ? SF_FORMAT_RF64 : wide ? SF_FORMAT_WAVEX : SF_FORMAT_WAV;
}

int
kit_audio_choose_format(const KitAudioShape* audio, const KitEncodeOptions* options, bool to_pipe,
                        const KitLog* log)
{
  const Extension* const row = find_extension(options->extension);
  const bool             ok  = row && (!row->fixed || options->bits == KIT_BITS_KEEP);
  const int              sub = ok ? choose_subtype(audio, options, row) : 0;
  if (!sub) {
    explain_unsupported(audio, options, row, log);
    return 0;
  }
  if (options->quality > 0.0 && !row->fixed) {
    kit_log(log, KIT_LOG_ERROR,
            "%s files have no quality to choose: leave --quality out, or use mp3, ogg or opus",
            options->extension);
    return 0;
  }
  const bool flows = row->fixed || row->major == SF_FORMAT_WAV || row->major == SF_FORMAT_FLAC;
  if (to_pipe && !flows) {
    kit_log(log, KIT_LOG_ERROR, "%s files cannot be written to a pipe: use wav, flac, ogg or mp3",
            options->extension);
    return 0;
  }
  return sub | (row->major == SF_FORMAT_WAV ? wav_format(audio, options, to_pipe) : row->major);
}

double
kit_audio_nearest_rate(const KitAudioShape* shape, const KitEncodeOptions* options)
{
  static const double rates[] = {192000.0, 96000.0, 88200.0, 48000.0, 44100.0, 32000.0,
                                 24000.0,  22050.0, 16000.0, 12000.0, 11025.0, 8000.0};
  const double        own     = shape->sample_rate;
  double              whole   = 0.0;
  double              below   = 0.0;
  double              above   = 0.0;
  if (kit_audio_choose_format(shape, options, false, NULL)) {
    return own;
  }
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    KitAudioShape other = *shape;
    other.sample_rate   = rates[i];
    if (!kit_audio_choose_format(&other, options, false, NULL)) {
      continue;
    }
    below = rates[i] < own && below == 0.0 ? rates[i] : below;
    whole = rates[i] < own && whole == 0.0 && 4.0 * rates[i] >= own && fmod(own, rates[i]) == 0.0 ? rates[i]
                                                                                                  : whole;
    above = rates[i] > own ? rates[i] : above;
  }
  return above > 0.0 ? above : whole > 0.0 ? whole : below;
}

KitStatus
kit_audio_check_encoding(const KitAudioShape* shape, const KitEncodeOptions* options, const KitLog* log)
{
  return kit_audio_choose_format(shape, options, false, log) ? KIT_SUCCESS : KIT_ERR_UNSUPPORTED;
}
