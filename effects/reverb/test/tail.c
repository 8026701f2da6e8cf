// SPDX-License-Identifier: ISC
// The tail that is reported: long enough for every preset, and not much longer.

#include "kit.h"

#include "decay.h"
#include "tap.h"

#include <math.h>
#include <string.h>

#define RATE      44100.0
#define BURST     22050U // Frames of noise
#define LONGEST_S 25.0
#define SILENT_DB (-120.0)

typedef struct {
  uint32_t n;
  uint32_t n_endless;
  double   loudest_db; ///< After its tail
  double   longest;    ///< Tail over the time that it takes
} Tally;

static double
peak_of(const KitAudio* audio, size_t from, size_t to)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = from; i < to; ++i) {
      peak = fmax(peak, fabs(audio->channels[c][i]));
    }
  }
  return peak;
}

/** Frames after the burst until nothing is as loud as `level` any more. */
static size_t
silent_from(const KitAudio* audio, double level)
{
  size_t i = audio->n_frames;
  while (i > BURST && fabs(audio->channels[0][i - 1U]) < level && fabs(audio->channels[1][i - 1U]) < level) {
    --i;
  }
  return i - BURST;
}

static void
check_tail(void* handle, const char* name, const double* values)
{
  Tally* const tally  = (Tally*)handle;
  const double tail_s = reverb_tail_s(values, RATE);
  tap_ok(reverb_default_tail_s(values, RATE) == fmin(tail_s, 30.0), "%s: renders with that, or 30 s", name);
  if (!(tail_s < LONGEST_S)) {
    ++tally->n_endless;
    return;
  }
  const size_t tail = (size_t)ceil(tail_s * RATE);
  KitAudio     in   = test_silence(RATE, 2U, BURST + tail + 4410U);
  KitAudio     out  = test_silence(RATE, 2U, in.n_frames);
  KitRng       rng;
  kit_rng_init(&rng, 12U);
  for (size_t i = 0; i < BURST; ++i) {
    in.channels[0][i] = 0.3 * kit_rng_gauss(&rng);
    in.channels[1][i] = 0.3 * kit_rng_gauss(&rng);
  }
  const TestChange still[] = {{0, values}};
  test_stream(still, 1U, &in, &out, 256U);
  const double loud  = peak_of(&out, 0, BURST);
  const double after = 20.0 * log10(peak_of(&out, BURST + tail, out.n_frames) / loud + 1e-30);
  const double over = (double)tail / fmax((double)silent_from(&out, loud * pow(10.0, SILENT_DB / 20.0)), 1.0);
  tap_ok(after < SILENT_DB, "%s: %.1f dB after its tail of %.2f s (%.2f times what it takes)", name, after,
         tail_s, over);
  tally->loudest_db = fmax(tally->loudest_db, after);
  tally->longest    = fmax(tally->longest, over);
  ++tally->n;
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

int
main(void)
{
  Tally tally = {.loudest_db = -400.0};
  test_each_preset(check_tail, &tally);
  tap_note("%u tails, the loudest end %.1f dB, the longest %.1f times what it takes; %u endless or long",
           tally.n, tally.loudest_db, tally.longest, tally.n_endless);
  return tap_done();
}
