// SPDX-License-Identifier: ISC
// A loop that grows without bound, live: below +24 dBFS, steady, and as it was once the gain comes back.

#include "kit.h"

#include "tap.h"

#include <math.h>
#include <string.h>

#define RATE      48000.0
#define SECOND    48000U
#define PLUS24_DB 15.848931924611133
#define N_CASES   5U

typedef struct {
  const char* name;
  double      wild[REVERB_N_SLOTS]; ///< Runs away
} Case;

static double
rms(const KitAudio* audio, size_t from, size_t n)
{
  double sum = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = from; i < from + n; ++i) {
      sum += audio->channels[c][i] * audio->channels[c][i];
    }
  }
  return sqrt(sum / (double)(n * audio->n_channels));
}

/** Ten seconds of run-away, then the defaults. */
static void
check_case(const Case* c, double gain)
{
  double stable[REVERB_N_SLOTS];
  test_defaults(stable);
  const TestChange changes[] = {{0, c->wild}, {10U * SECOND, stable}};
  KitAudio         in        = test_signal(RATE, 2U, 15U * SECOND, 6U);
  KitAudio         out       = test_silence(RATE, 2U, in.n_frames);
  for (size_t i = 0; i < in.n_frames; ++i) {
    in.channels[0][i] *= gain;
    in.channels[1][i] *= gain;
  }
  test_stream(changes, 2U, &in, &out, 0U);
  const double peak = test_peak(&out);
  tap_ok(peak < PLUS24_DB && peak > 0.5, "%s, input %g: never above %.1f dBFS", c->name, gain,
         20.0 * log10(peak));

  double lowest  = (double)INFINITY;
  double highest = 0.0;
  for (size_t at = 5U * SECOND; at < 10U * SECOND; at += SECOND / 10U) {
    const double level = rms(&out, at, SECOND / 10U);
    lowest             = fmin(lowest, level);
    highest            = fmax(highest, level);
  }
  tap_ok(lowest > 0.1 && highest < 8.0 * lowest, "%s: held at a steady level, %.1f to %.1f dBFS", c->name,
         20.0 * log10(lowest), 20.0 * log10(highest));
  const double back = rms(&out, 14U * SECOND, SECOND);
  tap_ok(back < 1e-3 * highest, "%s: dies away when the gain comes back (%.0f dB)", c->name,
         20.0 * log10(back / highest + 1e-30));
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** A sound after a run-away and twenty seconds of silence, against the same sound in a stream that never ran
    away. */
static void
check_recovery(const Case* c)
{
  double stable[REVERB_N_SLOTS];
  test_defaults(stable);
  const TestChange changes[] = {{0, c->wild}, {6U * SECOND, stable}};
  KitAudio         in        = test_silence(RATE, 2U, 30U * SECOND);
  KitAudio         out       = test_silence(RATE, 2U, in.n_frames);
  KitAudio         want      = test_silence(RATE, 2U, in.n_frames);
  KitAudio         sound     = test_signal(RATE, 2U, 2U * SECOND, 8U);
  for (uint32_t s = 0; s < 2U; ++s) {
    memcpy(in.channels[s], sound.channels[s], sound.n_frames * sizeof(double));
    memcpy(in.channels[s] + 26U * SECOND, sound.channels[s], sound.n_frames * sizeof(double));
  }
  test_stream(changes, 2U, &in, &out, 64U);
  const TestChange never[] = {{0, stable}};
  memset(in.channels[0], 0, sound.n_frames * sizeof(double));
  memset(in.channels[1], 0, sound.n_frames * sizeof(double));
  test_stream(never, 1U, &in, &want, 64U);
  double off = 0.0;
  for (uint32_t s = 0; s < 2U; ++s) {
    for (size_t i = 26U * SECOND; i < 30U * SECOND; ++i) {
      off = fmax(off, fabs(out.channels[s][i] - want.channels[s][i]));
    }
  }
  tap_near(off, 0.0, 1e-9, "%s: twenty seconds later it sounds as if nothing had happened", c->name);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&sound);
}

int
main(void)
{
  static Case cases[N_CASES];
  for (uint32_t i = 0; i < N_CASES; ++i) {
    test_defaults(cases[i].wild);
    cases[i].wild[REVERB_FEEDBACK_GAIN] = 2.0;
    cases[i].wild[REVERB_WET_DRY]       = 1.0;
  }
  cases[0].name = "feedback 2";
  cases[1].name = "feedback 2, loudest outputs";
  cases[2].name = "feedback 2, custom matrix";
  cases[3].name = "feedback 1.5, all modulated";
  for (uint32_t n = 0; n < REVERB_NODES; ++n) {
    cases[1].wild[REVERB_OUTPUT_GAINS + n]      = 2.0;
    cases[1].wild[REVERB_INPUT_GAINS + n]       = 0.5;
    cases[1].wild[REVERB_DAMPING_COEFFS + n]    = 0.0;
    cases[3].wild[REVERB_MOD_DEPTH_DELAY + n]   = 20.0;
    cases[3].wild[REVERB_MOD_DEPTH_OUTPUT + n]  = 0.3;
    cases[3].wild[REVERB_MOD_DEPTH_DAMPING + n] = 0.1;
    cases[3].wild[REVERB_DAMPING_COEFFS + n]    = 0.1;
  }
  cases[4].name                     = "feedback 2, eight lines as one";
  cases[4].wild[REVERB_MATRIX_TYPE] = REVERB_DIAGONAL;
  for (uint32_t n = 0; n < REVERB_NODES; ++n) {
    cases[4].wild[REVERB_DELAY_TIMES + n]  = 1000.0;
    cases[4].wild[REVERB_OUTPUT_GAINS + n] = 2.0;
    cases[4].wild[REVERB_NODE_PANS + n]    = -1.0;
  }
  cases[2].wild[REVERB_MATRIX_TYPE] = REVERB_CUSTOM;
  for (uint32_t i = 0; i < 64U; ++i) {
    cases[2].wild[REVERB_MATRIX_CUSTOM + i] = (i * 37U % 11U) * 0.2 - 1.0;
  }
  cases[3].wild[REVERB_FEEDBACK_GAIN]    = 1.5;
  cases[3].wild[REVERB_MOD_MASTER_RATE]  = 3.0;
  cases[3].wild[REVERB_MOD_DEPTH_MATRIX] = 1.0;
  cases[3].wild[REVERB_MOD_RATE_MATRIX]  = 1.0;
  for (uint32_t i = 0; i < N_CASES; ++i) {
    check_case(&cases[i], 1.0);
  }
  check_case(&cases[4], 100.0);
  check_case(&cases[0], 1e-3);
  check_recovery(&cases[0]);
  check_recovery(&cases[2]);
  return tap_done();
}
