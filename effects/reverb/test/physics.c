// SPDX-License-Identifier: ISC
// The network against closed forms: combs, stored energy, fractional delays, oscillators, other sample rates.

#include "kit.h"

#include "alloc.h"
#include "render.h"
#include "scalar.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** One line alone, heard on the left; nothing before it, nothing around it. */
static void
one_line(double* values, uint32_t node)
{
  test_defaults(values);
  values[REVERB_WET_DRY]          = 1.0;
  values[REVERB_PRE_DELAY]        = 0.0;
  values[REVERB_DIFFUSION_STAGES] = 0.0;
  values[REVERB_MATRIX_TYPE]      = REVERB_DIAGONAL;
  values[REVERB_STEREO_WIDTH]     = 1.0;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_INPUT_GAINS + i]    = (i == node) ? 0.5 : 0.0;
    values[REVERB_OUTPUT_GAINS + i]   = (i == node) ? 0.8 : 0.0;
    values[REVERB_DAMPING_COEFFS + i] = 0.0;
    values[REVERB_NODE_PANS + i]      = -1.0;
  }
}

static double
dc_pole(double sample_rate)
{
  return 1.0 - 2.0 * M_PI * 5.0 / sample_rate;
}

/** The DC blocker once more over `x`. */
static void
block_dc(double* x, size_t n)
{
  double before = 0.0;
  double y      = 0.0;
  for (size_t i = 0; i < n; ++i) {
    y      = x[i] - before + dc_pole(44100.0) * y;
    before = x[i];
    x[i]   = y;
  }
}

/** Echo k of a comb comes after k loops of delay + 1 samples, g^(k−1) as loud, through k DC blockers. */
static void
check_comb(uint32_t node, double delay, double feedback)
{
  enum { N = 5000 };
  double values[REVERB_N_SLOTS];
  one_line(values, node);
  values[REVERB_DELAY_TIMES + node] = delay;
  values[REVERB_FEEDBACK_GAIN]      = feedback;
  KitAudio in                       = test_silence(44100.0, 1U, N);
  KitAudio out                      = test_silence(44100.0, 2U, N);
  in.channels[0][0]                 = 1.0;
  test_render(reverb_render, values, &in, &out, NULL);

  double       want[N] = {0.0};
  double       echo[N] = {0.8 * 0.5};
  const size_t loop    = (size_t)delay + 1U;
  for (size_t at = loop + 1U; at < N; at += loop) { // The pre-delay is 1 at least
    block_dc(echo, N);
    for (size_t i = at; i < N; ++i) {
      want[i] += echo[i - at];
    }
    for (size_t i = 0; i < N; ++i) {
      echo[i] *= feedback;
    }
  }
  double worst = 0.0;
  for (size_t i = 0; i < N; ++i) {
    worst = fmax(worst, fabs(out.channels[0][i] - want[i]));
  }
  tap_near(worst, 0.0, 1e-12, "node %u, %g samples, gain %g: the comb's closed form", node, delay, feedback);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

#define ENERGY_FRAMES 88200U

/** Render two neighbouring lines, one on each side; add their squares to those of the others. */
static void
square_lines(double* values, uint32_t first, const KitAudio* in, double* squares)
{
  KitAudio out = test_silence(44100.0, 2U, ENERGY_FRAMES);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_OUTPUT_GAINS + i] = (i / 2U == first / 2U) ? 1.0 : 0.0;
    values[REVERB_NODE_PANS + i]    = (i % 2U) ? 1.0 : -1.0;
  }
  test_render(reverb_render, values, in, &out, NULL);
  for (uint32_t side = 0; side < 2U; ++side) {
    for (size_t t = 0; t < ENERGY_FRAMES; ++t) {
      squares[(first + side) * ENERGY_FRAMES + t] = out.channels[side][t] * out.channels[side][t];
    }
  }
  kit_audio_cleanup(&out);
}

/** What the lines hold at `frame`: all that they will give within their length. */
static double
stored_energy(const double* values, const double* squares, size_t frame)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const size_t length = (size_t)values[REVERB_DELAY_TIMES + i] + 1U;
    for (size_t t = frame; t < frame + length && t < ENERGY_FRAMES; ++t) {
      sum += squares[i * ENERGY_FRAMES + t];
    }
  }
  return sum;
}

static void
check_energy(ReverbMatrixType type, const char* name)
{
  double values[REVERB_N_SLOTS];
  test_defaults(values);
  values[REVERB_WET_DRY]       = 1.0;
  values[REVERB_MATRIX_TYPE]   = type;
  values[REVERB_FEEDBACK_GAIN] = 0.95;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    values[REVERB_DAMPING_COEFFS + i] = 0.0;
    values[REVERB_INPUT_GAINS + i]    = 0.05 + 0.05 * i;
  }
  values[REVERB_DIFFUSION_STAGES] = 0.0;

  double* const squares = (double*)kit_calloc((size_t)REVERB_NODES * ENERGY_FRAMES, sizeof(double));
  KitAudio      in      = test_silence(44100.0, 1U, ENERGY_FRAMES);
  KitRng        rng;
  kit_rng_init(&rng, 3U);
  for (size_t t = 0; t < 3300U; ++t) { // As long as the longest line, so that the lines are full
    in.channels[0][t] = kit_rng_gauss(&rng);
  }
  for (uint32_t i = 0; squares && i < REVERB_NODES; i += 2U) {
    square_lines(values, i, &in, squares);
  }
  double       before = squares ? stored_energy(values, squares, 7500) : 0.0;
  const double start  = before;
  bool         falls  = start > 0.0;
  for (size_t t = 8000; falls && t < 80000U; t += 500U) { // The pre-delay and every line passed once
    const double now = stored_energy(values, squares, t);
    falls            = now < before;
    before           = now;
  }
  tap_ok(falls, "%s: the stored energy falls from 500 samples to the next", name);
  tap_ok(before < 0.1 * start && before > 1e-12 * start, "%s: and is %.1f dB lower at the end", name,
         10.0 * log10(before / start));
  kit_free(squares);
  kit_audio_cleanup(&in);
}

/** Fill `in` with A·sin(2πft/fs) and wait until the DC blocker has settled. */
static KitAudio
tone(double sample_rate, double hz, double seconds)
{
  KitAudio in = test_silence(sample_rate, 1U, (size_t)(seconds * sample_rate));
  for (size_t i = 0; i < in.n_frames; ++i) {
    in.channels[0][i] = sin(2.0 * M_PI * hz * (double)i / sample_rate);
  }
  return in;
}

/** Magnitude and phase of the DC blocker. */
static void
dc_response(double sample_rate, double hz, double* gain, double* phase)
{
  const double w  = 2.0 * M_PI * hz / sample_rate;
  const double r  = dc_pole(sample_rate);
  const double nr = 1.0 - cos(w);
  const double ni = sin(w);
  const double dr = 1.0 - r * cos(w);
  const double di = r * sin(w);
  *gain           = sqrt((nr * nr + ni * ni) / (dr * dr + di * di));
  *phase          = atan2(ni, nr) - atan2(di, dr);
}

/** A line held at base + depth: an oscillator so slow that it stands at its crest (node 2: a quarter turn).
 */
static void
check_fraction(double fraction)
{
  const double hz = 441.0;
  double       values[REVERB_N_SLOTS];
  one_line(values, 2U);
  values[REVERB_MATRIX_TYPE]          = REVERB_ZERO;
  values[REVERB_DELAY_TIMES + 2]      = 1000.0;
  values[REVERB_MOD_MASTER_RATE]      = 1e-12;
  values[REVERB_MOD_CORRELATION]      = 0.0;
  values[REVERB_MOD_DEPTH_DELAY + 2U] = 7.0 + fraction;
  KitAudio in                         = tone(44100.0, hz, 1.6);
  KitAudio out                        = test_silence(44100.0, 2U, in.n_frames);
  test_render(reverb_render, values, &in, &out, NULL);

  double gain;
  double phase;
  dc_response(44100.0, hz, &gain, &phase);
  const double w       = 2.0 * M_PI * hz / 44100.0;
  double       linear  = 0.0;
  double       ideal   = 0.0;
  const double delayed = 1000.0 + 7.0 + 2.0; // Line, depth, one sample of pre-delay and one of the ring
  for (size_t t = 66150; t < in.n_frames; ++t) {
    const double at    = w * ((double)t - delayed) + phase;
    const double value = (1.0 - fraction) * sin(at) + fraction * sin(at - w);
    linear             = fmax(linear, fabs(out.channels[0][t] - 0.4 * gain * value));
    ideal              = fmax(ideal, fabs(out.channels[0][t] - 0.4 * gain * sin(at - w * fraction)));
  }
  tap_near(linear, 0.0, 1e-11, "%g samples between: linear interpolation", fraction);
  tap_ok(ideal <= 0.4 * gain * w * w / 8.0 + 1e-11, "%g samples between: off an ideal delay by %.2g of %.2g",
         fraction, ideal, 0.4 * gain * w * w / 8.0);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** A tone through a line whose output gain swings: the envelope is the oscillator, in Hz at any rate. */
static void
check_oscillator(double sample_rate, uint32_t waveform)
{
  static const char* const names[] = {"sine", "triangle", "sample and hold"};
  const double             hz      = 441.0;
  double                   values[REVERB_N_SLOTS];
  one_line(values, 3U);
  values[REVERB_MATRIX_TYPE]             = REVERB_ZERO;
  values[REVERB_DELAY_TIMES + 3]         = 441.0;
  values[REVERB_MOD_MASTER_RATE]         = 2.5;
  values[REVERB_MOD_RATE_SCALE_OUTPUT]   = 2.0;
  values[REVERB_MOD_NODE_RATE_MULT + 3U] = 0.75;
  values[REVERB_MOD_CORRELATION]         = 0.2;
  values[REVERB_MOD_WAVEFORM]            = waveform;
  values[REVERB_MOD_DEPTH_OUTPUT + 3U]   = 0.9;
  KitAudio in                            = tone(sample_rate, hz, 1.6);
  KitAudio out                           = test_silence(sample_rate, 2U, in.n_frames);
  test_render(reverb_render, values, &in, &out, NULL);

  double gain;
  double phase;
  dc_response(sample_rate, hz, &gain, &phase);
  const double w       = 2.0 * M_PI * hz / sample_rate;
  const double delayed = rint(441.0 * sample_rate / 44100.0) + 2.0;
  size_t       off     = 0;
  for (size_t t = (size_t)(1.5 * sample_rate); t < in.n_frames; ++t) {
    const double lfo  = scalar_lfo((ReverbWaveform)waveform, 3.75 * ((double)t / sample_rate) + 0.375 * 0.8);
    const double want = 0.4 * gain * (1.0 + 0.9 * lfo) * sin(w * ((double)t - delayed) + phase);
    off += fabs(out.channels[0][t] - want) > 1e-9;
  }
  // A step of sample-and-hold may fall to either side of a sample
  tap_ok(off <= (waveform == REVERB_SAMPLE_HOLD ? 2U : 0U), "%s at %g Hz: %zu samples off its definition",
         names[waveform], sample_rate, off);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

/** Gain of the damping at `hz`: the second echo of a comb over that without damping. */
static double
damping_gain(double sample_rate, double coeff, double hz)
{
  double sums[2][2] = {{0.0}};
  for (uint32_t damped = 0; damped < 2U; ++damped) {
    double values[REVERB_N_SLOTS];
    one_line(values, 0U);
    values[REVERB_DELAY_TIMES]    = 4410.0;
    values[REVERB_FEEDBACK_GAIN]  = 0.5;
    values[REVERB_DAMPING_COEFFS] = damped ? coeff : 0.0;
    KitAudio in                   = test_silence(sample_rate, 1U, (size_t)(0.29 * sample_rate));
    KitAudio out                  = test_silence(sample_rate, 2U, in.n_frames);
    in.channels[0][0]             = 1.0;
    test_render(reverb_render, values, &in, &out, NULL);
    for (size_t t = (size_t)(0.19 * sample_rate); t < in.n_frames; ++t) {
      const double at = 2.0 * M_PI * hz * (double)t / sample_rate;
      sums[damped][0] += out.channels[0][t] * cos(at);
      sums[damped][1] += out.channels[0][t] * sin(at);
    }
    kit_audio_cleanup(&in);
    kit_audio_cleanup(&out);
  }
  return hypot(sums[1][0], sums[1][1]) / hypot(sums[0][0], sums[0][1]);
}

static void
check_damping(double sample_rate)
{
  // (1 − a) / (1 − a·e^(−jw)) at 44.1 kHz; elsewhere the same pole in seconds, so alike well below Nyquist
  const double a    = 0.7;
  const double hz   = 1000.0;
  const double w    = 2.0 * M_PI * hz / 44100.0;
  const double want = (1.0 - a) / hypot(1.0 - a * cos(w), a * sin(w));
  const double db   = 20.0 * log10(damping_gain(sample_rate, a, hz) / want);
  tap_ok(fabs(db) < (sample_rate == 44100.0 ? 0.01 : 0.15), "damping 0.7 at 1 kHz, %g Hz: %+.3f dB off",
         sample_rate, db);
}

/** The first echo's time. */
static void
check_duration(double sample_rate)
{
  double values[REVERB_N_SLOTS];
  one_line(values, 5U);
  values[REVERB_PRE_DELAY]       = 882.0;
  values[REVERB_DELAY_TIMES + 5] = 2205.0;
  KitAudio in                    = test_silence(sample_rate, 1U, (size_t)(0.1 * sample_rate));
  KitAudio out                   = test_silence(sample_rate, 2U, in.n_frames);
  in.channels[0][0]              = 1.0;
  test_render(reverb_render, values, &in, &out, NULL);
  size_t first = 0;
  while (first < out.n_frames && out.channels[0][first] == 0.0) {
    ++first;
  }
  const double want = rint(0.02 * sample_rate) + rint(0.05 * sample_rate) + 1.0;
  tap_near((double)first, want, 0.0, "%g Hz: 20 ms of pre-delay and a line of 50 ms", sample_rate);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

int
main(void)
{
  static const char* const names[] = {"householder",       "hadamard",  "diagonal",
                                      "random_orthogonal", "circulant", "stautner_puckette"};
  static const double      rates[] = {44100.0, 22050.0, 48000.0, 96000.0, 192000.0};
  check_comb(0U, 441.0, 0.8);
  check_comb(7U, 1000.0, -0.0);
  check_comb(3U, 63.0, 0.97);
  for (uint32_t type = 0; type < sizeof(names) / sizeof(names[0]); ++type) {
    check_energy((ReverbMatrixType)type, names[type]);
  }
  for (uint32_t i = 0; i < 5U; ++i) {
    check_fraction(0.2 * i + 0.07);
  }
  for (uint32_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    for (uint32_t waveform = 0; waveform < 3U; ++waveform) {
      check_oscillator(rates[i], waveform);
    }
    check_damping(rates[i]);
    check_duration(rates[i]);
  }
  return tap_done();
}
