// SPDX-License-Identifier: ISC
#include "vstkit/audio_file.h"

#include "alloc.h"
#include "messages.h"
#include "no_memory.h"
#include "rng.h"
#include "tap.h"

#include <math.h>
#include <string.h>

static KitAudio
noise(uint32_t n_channels, size_t n_frames)
{
  KitAudio audio = {0};
  KitRng   rng;
  kit_rng_init(&rng, 11);
  kit_audio_init(&audio, 48000.0, n_channels, n_frames);
  for (uint32_t c = 0; c < n_channels; ++c) {
    for (size_t i = 0; i < n_frames; ++i) {
      audio.channels[c][i] = kit_rng_uniform_in(&rng, -1.0, 1.0);
    }
  }
  return audio;
}

static double
largest_difference(const KitAudio* a, const KitAudio* b)
{
  double largest = a->n_frames == b->n_frames && a->n_channels == b->n_channels ? 0.0 : (double)INFINITY;
  for (uint32_t c = 0; isfinite(largest) && c < a->n_channels; ++c) {
    for (size_t i = 0; i < a->n_frames; ++i) {
      largest = fmax(largest, fabs(a->channels[c][i] - b->channels[c][i]));
    }
  }
  return largest;
}

static KitStatus
decode(const void* bytes, size_t size, KitAudio* audio)
{
  KitAudioFile* file = NULL;
  KitStatus     st   = kit_audio_open_memory(bytes, size, NULL, &file);
  st                 = st ? st : kit_audio_read(file, (size_t)1 << 30U, NULL, NULL, audio);
  kit_audio_close(file);
  return st;
}

static void
test_round_trip(const char* extension, KitBits bits, double tolerance)
{
  const KitEncodeOptions options = {.extension = extension, .bits = bits};
  KitAudio               audio   = noise(3, 5001);
  KitAudio               back    = {0};
  void*                  bytes   = NULL;
  void*                  again   = NULL;
  size_t                 size    = 0;
  size_t                 size2   = 0;
  tap_ok(!kit_audio_encode(&audio, &options, NULL, &bytes, &size), "encode as %s", extension);
  tap_ok(!decode(bytes, size, &back), "decode it");
  tap_ok(largest_difference(&audio, &back) <= tolerance, "%s keeps samples to %g: %g", extension, tolerance,
         largest_difference(&audio, &back));
  kit_audio_encode(&back, &options, NULL, &again, &size2);
  tap_ok(size == size2 && !memcmp(bytes, again, size), "and encodes the same again");
  kit_free(bytes);
  kit_free(again);
  kit_audio_cleanup(&audio);
  kit_audio_cleanup(&back);
}

/** Go on by `n` frames from `start` on, and compare the next frame, if there is one. */
static bool
lands(const KitAudio* audio, const void* bytes, size_t size, size_t start, uint64_t n)
{
  KitAudioFile* file     = NULL;
  double        left     = 9.0;
  double        right    = 9.0;
  double* const frame[2] = {&left, &right};
  uint32_t      n_read   = 0;
  Messages      heard;
  messages_init(&heard);
  KitStatus st = kit_audio_open_memory(bytes, size, &heard.log, &file);
  st           = st ? st : kit_audio_skip(file, start, &heard.log);
  st           = st ? st : kit_audio_skip(file, n, &heard.log);
  st           = st ? st : kit_audio_read_some(file, frame, 1, &heard.log, &n_read);
  kit_audio_close(file);
  const size_t at = start + (n < audio->n_frames ? (size_t)n : audio->n_frames);
  const bool   is_there =
    n_read && at < audio->n_frames && left == audio->channels[0][at] && right == audio->channels[1][at];
  return !st && !*heard.text && (is_there || (!n_read && at >= audio->n_frames));
}

static void
test_skip(const char* extension, KitBits bits)
{
  static const uint64_t  steps[] = {0, 1, 4095, 40000, 69999, 70000, 70001, UINT64_MAX};
  const KitEncodeOptions options = {.extension = extension, .bits = bits};
  KitAudio               audio   = noise(2, 70000);
  KitAudio               whole   = {0};
  void*                  bytes   = NULL;
  size_t                 size    = 0;
  bool                   all     = !kit_audio_encode(&audio, &options, NULL, &bytes, &size);
  all                            = all && !decode(bytes, size, &whole) && whole.n_frames == audio.n_frames;
  for (size_t i = 0; all && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    all = lands(&whole, bytes, size, 0, steps[i]) && lands(&whole, bytes, size, 12345, steps[i]);
  }
  tap_ok(all, "%s: skipping lands on the frame, or at the end", extension);
  kit_free(bytes);
  kit_audio_cleanup(&whole);
  kit_audio_cleanup(&audio);
}

static void
test_clipping(void)
{
  KitAudio audio         = noise(1, 4);
  audio.channels[0][0]   = 2.0;
  audio.channels[0][1]   = -1.5;
  audio.channels[0][2]   = (double)NAN;
  audio.channels[0][3]   = -1.0;
  KitAudio         back  = {0};
  void*            bytes = NULL;
  size_t           size  = 0;
  Messages         heard;
  KitEncodeOptions options = {.extension = "wav", .bits = KIT_BITS_16};
  messages_init(&heard);
  tap_ok(!kit_audio_encode(&audio, &options, &heard.log, &bytes, &size), "encode beyond full scale");
  tap_ok(messages_have(&heard, "2 samples"), "the warning counts them: %s", heard.text);
  decode(bytes, size, &back);
  tap_ok(back.channels[0][0] == 32767.0 / 32768.0 && back.channels[0][1] == -1.0, "they are at full scale");
  tap_ok(back.channels[0][2] == 0.0 && back.channels[0][3] == -1.0, "NaN becomes 0, −1 stays");
  kit_free(bytes);
  kit_audio_cleanup(&back);
  kit_audio_cleanup(&audio);
}

static void
test_refusals(void)
{
  KitAudio         audio   = noise(2, 100);
  void*            bytes   = NULL;
  size_t           size    = 0;
  KitEncodeOptions options = {.extension = "exe"};
  tap_ok(kit_audio_encode(&audio, &options, NULL, &bytes, &size) == KIT_ERR_UNSUPPORTED && !bytes,
         "unknown extension");
  options = (KitEncodeOptions){.extension = "flac", .bits = KIT_BITS_64F};
  tap_ok(kit_audio_encode(&audio, &options, NULL, &bytes, &size) == KIT_ERR_UNSUPPORTED, "flac with floats");
  options.extension = "ogg";
  tap_ok(kit_audio_encode(&audio, &options, NULL, &bytes, &size) == KIT_ERR_UNSUPPORTED,
         "bits of a lossy format");
  options = (KitEncodeOptions){.extension = "wav"};
  kit_audio_encode(&audio, &options, NULL, &bytes, &size);
  KitAudioFile* file = NULL;
  KitAudio      back = {0};
  tap_ok(!kit_audio_open_memory(bytes, size, NULL, &file), "open");
  tap_ok(kit_audio_read(file, 1000, NULL, NULL, &back) == KIT_ERR_TOO_LARGE && !back.channels,
         "too large to read");
  kit_audio_close(file);
  tap_ok(kit_audio_open("/", NULL, &file) == KIT_ERR_IO && !file, "a folder");
  tap_ok(kit_audio_open("/no/such/file.wav", NULL, &file) == KIT_ERR_NOT_FOUND && !file, "no file");
  tap_ok(kit_audio_open_memory("RIFF", 4, NULL, &file) == KIT_ERR_BAD_DATA && !file, "no audio");
  kit_free(bytes);
  kit_audio_cleanup(&audio);
}

/** Encode and decode with each allocation failing in turn. */
static void
test_no_memory(void)
{
  const KitEncodeOptions options = {.extension = "wav", .bits = KIT_BITS_24};
  KitAudio               audio   = noise(2, 3000);
  unsigned               n       = 0;
  bool                   done    = false;
  bool                   tidy    = true;
  for (; !done && n < 200; ++n) {
    void*    bytes = NULL;
    size_t   size  = 0;
    KitAudio back  = {0};
    no_memory_after(n);
    KitStatus st = kit_audio_encode(&audio, &options, NULL, &bytes, &size);
    tidy         = tidy && (!st || !bytes);
    st           = st ? st : decode(bytes, size, &back);
    tidy         = tidy && (!st || !back.channels);
    no_memory_end();
    done = !st;
    kit_free(bytes);
    kit_audio_cleanup(&back);
  }
  tap_ok(done && tidy && n > 5, "each of %u allocations may fail", n - 1);
  kit_audio_cleanup(&audio);
}

/* 16-bit samples are read and written by ways of their own: one sample after the other must be k / 32768, and
   what is written the nearest of them, in whatever number of channels. */
static void
test_shorts(uint32_t n_channels)
{
  const KitEncodeOptions options = {.extension = "wav", .bits = KIT_BITS_16};
  KitAudio               audio   = noise(n_channels, 65536U + 77U);
  KitAudio               back    = {0};
  KitAudioFile*          file    = NULL;
  void*                  bytes   = NULL;
  size_t                 size    = 0;
  size_t                 n_wrong = 0;
  for (uint32_t c = 0; c < n_channels; ++c) {
    for (size_t i = 0; i < 65536U; ++i) {
      audio.channels[c][i] = ((double)((i + 17U * c) % 65536U) - 32768.0) / 32768.0;
    }
    audio.channels[c][65536U] = 1e300; // clips
    audio.channels[c][65537U] = (double)NAN;
    audio.channels[c][65538U] = -0.5 / 32768.0; // a tie goes to what is even
    audio.channels[c][65539U] = 1.5 / 32768.0;
  }
  tap_ok(!kit_audio_encode(&audio, &options, NULL, &bytes, &size), "16 bits, %u channels", n_channels);
  KitStatus st = kit_audio_open_memory(bytes, size, NULL, &file);
  st           = st ? st : kit_audio_init(&back, 48000.0, n_channels, audio.n_frames);
  for (size_t at = 0; !st && at < audio.n_frames;) {
    double*  to[3]  = {NULL};
    uint32_t n_read = 0;
    for (uint32_t c = 0; c < n_channels; ++c) {
      to[c] = back.channels[c] + at;
    }
    const size_t left = audio.n_frames - at;
    st                = kit_audio_read_some(file, to, left < 10007U ? (uint32_t)left : 10007U, NULL, &n_read);
    at += n_read ? n_read : left;
  }
  for (uint32_t c = 0; !st && c < n_channels; ++c) {
    for (size_t i = 0; i < audio.n_frames; ++i) {
      const double x    = audio.channels[c][i];
      const double near = isnan(x) ? 0.0 : fmax(-32768.0, fmin(nearbyint(x * 32768.0), 32767.0)) / 32768.0;
      n_wrong += back.channels[c][i] == near ? 0U : 1U;
    }
  }
  tap_ok(!st && !n_wrong, "read back to the bit: %zu wrong", n_wrong);
  kit_audio_close(file);
  kit_audio_cleanup(&audio);
  kit_audio_cleanup(&back);
  kit_free(bytes);
}

int
main(void)
{
  test_round_trip("wav", KIT_BITS_16, 0.5000001 / 32768.0 + 1.0 / 32768.0);
  test_round_trip("wav", KIT_BITS_24, 1.5000001 / 8388608.0);
  test_round_trip("wav", KIT_BITS_32F, 6e-8);
  test_round_trip("wav", KIT_BITS_64F, 0.0);
  test_round_trip("flac", KIT_BITS_24, 1.5000001 / 8388608.0);
  test_round_trip("AIFF", KIT_BITS_16, 1.5000001 / 32768.0);
  test_round_trip("caf", KIT_BITS_64F, 0.0);
  test_round_trip("w64", KIT_BITS_32F, 6e-8);
  test_skip("wav", KIT_BITS_16);
  test_skip("flac", KIT_BITS_24);
  test_skip("ogg", KIT_BITS_KEEP);
  test_shorts(1);
  test_shorts(2);
  test_shorts(3);
  test_clipping();
  test_refusals();
  test_no_memory();
  return tap_done();
}
