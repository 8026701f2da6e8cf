// SPDX-License-Identifier: ISC
#include "scalar.h"

#include "alloc.h"
#include "shape.h"

#include <math.h>
#include <string.h>

#define N            8U
#define BANKS        4U
#define EARLY_STAGES 4U

typedef struct {
  double* data;
  size_t  size;
} Ring;

typedef struct {
  ReverbShape  shape;
  ReverbCoeffs coeffs;
  ReverbRates  rates;
  double       sample_rate;
  uint32_t     n_banks;
  uint32_t     channel;
  Ring         pre;
  Ring         stages[REVERB_STAGES];
  Ring         lines[N * BANKS];
  double       damped[N * BANKS];
  double       low[N * BANKS];
  double       dc_in[N * BANKS];
  double       dc_out[N * BANKS];
} Scalar;

static bool
ring_init(Ring* ring, size_t size)
{
  *ring = (Ring){(double*)kit_calloc(size, sizeof(double)), size};
  return ring->data != NULL;
}

static void
scalar_cleanup(Scalar* s)
{
  kit_free(s->pre.data);
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    kit_free(s->stages[i].data);
  }
  for (uint32_t i = 0; i < N * BANKS; ++i) {
    kit_free(s->lines[i].data);
  }
}

static bool
scalar_init(Scalar* s, const double* values, uint32_t n_in, double sample_rate)
{
  double sides[REVERB_N_SLOTS];
  memcpy(sides, values, sizeof(sides));
  sides[REVERB_INPUT_SPREAD] = n_in == 1U ? 0.0 : values[REVERB_INPUT_SPREAD];
  memset(s, 0, sizeof(*s));
  s->sample_rate = sample_rate;
  s->n_banks     = 1U << (uint32_t)values[REVERB_N_LINES];
  reverb_shape_init(&s->shape, values, NULL, sample_rate);
  reverb_coeffs_init(&s->coeffs, sides, sample_rate);
  reverb_rates_init(&s->rates, values);

  bool ok = ring_init(&s->pre, s->shape.pre_delay);
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    ok = ring_init(&s->stages[i], s->shape.diffusion_delays[i]) && ok;
  }
  for (uint32_t i = 0; i < N * s->n_banks; ++i) {
    ok = ring_init(&s->lines[i], s->shape.delays[i] + (size_t)ceil(s->coeffs.depth_delay[i % N]) + 3U) && ok;
  }
  return ok;
}

/** The input as it enters the network: pre-delayed and diffused. */
static double
diffused(Scalar* s, size_t n, double x)
{
  double* const cell = &s->pre.data[n % s->pre.size];
  double        v    = *cell;
  *cell              = x;
  for (uint32_t i = 0; i < s->shape.n_stages; ++i) {
    double* const slot = &s->stages[i].data[n % s->stages[i].size];
    const double  d    = *slot;
    const double  in   = v + s->coeffs.diffusion * d;
    v                  = -s->coeffs.diffusion * in + d;
    *slot              = in;
  }
  return v;
}

double
scalar_lfo(ReverbWaveform waveform, double turns)
{
  const double p = turns - floor(turns);
  if (waveform == REVERB_SINE) {
    return sin(2.0 * M_PI * p);
  }
  if (waveform == REVERB_TRIANGLE) {
    return p < 0.25 ? 4.0 * p : p < 0.75 ? 2.0 - 4.0 * p : 4.0 * p - 4.0;
  }
  const int64_t step = (int64_t)(1000.0 * p);
  const int64_t hash = ((step * 1103515245 + 12345) >> 16) & 0x7FFF;
  return (double)hash / 16383.5 - 1.0;
}

static double
node_lfo(const Scalar* s, uint32_t target, uint32_t i, double t)
{
  return scalar_lfo(s->shape.waveform, s->rates.node[target][i] * t + s->coeffs.offset[i]);
}

static double
read_line(const Ring* line, size_t n, size_t back)
{
  return line->data[(n + line->size * 2U - back) % line->size];
}

/** Whose oscillator moves the node in a bank. */
static uint32_t
moved_by(uint32_t bank, uint32_t i)
{
  static const uint32_t flips[BANKS] = {0U, 4U, 2U, 1U};
  return i ^ flips[bank];
}

static double
read_modulated(const Scalar* s, uint32_t line, size_t n, double t)
{
  const uint32_t i   = line % N;
  const double   lfo = node_lfo(s, REVERB_LFO_DELAY, moved_by(line / N, i), t);

  const double delay = fmax(1.0, s->shape.delays[line] + s->coeffs.depth_delay[i] * lfo);
  const size_t k     = (size_t)delay;
  const double f     = delay - (double)k;
  return (1.0 - f) * read_line(&s->lines[line], n, 1U + k) + f * read_line(&s->lines[line], n, 2U + k);
}

static double
modulated_damping(const Scalar* s, uint32_t i, double t)
{
  const double a =
    s->coeffs.damping_base[i] + s->coeffs.depth_damping[i] * node_lfo(s, REVERB_LFO_DAMPING, i, t);
  return reverb_damping_at(fmin(fmax(a, 0.0), 0.999), s->sample_rate);
}

static double
output_factor(const Scalar* s, uint32_t i, double t)
{
  return fmax(0.0, 1.0 + s->coeffs.depth_output[i] * node_lfo(s, REVERB_LFO_OUTPUT, i, t));
}

static void
mix(const double* m, const double* in, double* out)
{
  for (uint32_t i = 0; i < N; ++i) {
    double sum = 0.0;
    for (uint32_t j = 0; j < N; ++j) {
      sum += m[i * N + j] * in[j];
    }
    out[i] = sum;
  }
}

static void
mix_blended(const Scalar* s, double t, const double* in, double* mixed)
{
  const double wave = scalar_lfo(s->shape.waveform, s->rates.matrix * t);
  const double b    = 0.5 + 0.5 * wave * s->coeffs.depth_matrix;
  double       m[REVERB_CELLS];
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    m[i] = s->shape.matrix.cells[i] * (1.0 - b) + s->shape.matrix2.cells[i] * b;
  }
  mix(m, in, mixed);
}

/** +1 or −1: an element of the Hadamard matrix of any size. */
static double
hadamard_sign(uint32_t row, uint32_t column)
{
  double sign = 1.0;
  for (uint32_t bits = row & column; bits; bits &= bits - 1U) {
    sign = -sign;
  }
  return sign;
}

/** Bass in place, gain, the matrix within each bank, and a Hadamard matrix across them. */
static void
feed_back(Scalar* s, double t, double* mixed)
{
  double own[N * BANKS];
  for (uint32_t b = 0; b < s->n_banks; ++b) {
    double in[N];
    for (uint32_t i = 0; i < N; ++i) {
      const uint32_t line = b * N + i;
      if (s->coeffs.low_pole > 0.0) {
        s->low[line] += (1.0 - s->coeffs.low_pole) * (s->damped[line] - s->low[line]);
      }
      in[i] = s->coeffs.feedback[b] * (s->damped[line] + s->coeffs.low_gain[b] * s->low[line]);
    }
    if (s->shape.blended) {
      mix_blended(s, t, in, &own[b * N]);
    } else {
      mix(s->shape.matrix.cells, in, &own[b * N]);
    }
  }
  for (uint32_t line = 0; line < s->n_banks * N; ++line) {
    mixed[line] = 0.0;
    for (uint32_t b = 0; b < s->n_banks; ++b) {
      mixed[line] += hadamard_sign(line / N, b) * own[b * N + line % N] / sqrt(s->n_banks);
    }
  }
}

static void
write_lines(Scalar* s, size_t n, const double* mixed, double u)
{
  const double r     = reverb_dc_factor(s->sample_rate);
  const double sat   = s->coeffs.saturation;
  const double share = 1.0 / sqrt(s->n_banks);
  for (uint32_t line = 0; line < N * s->n_banks; ++line) {
    const double turned = line / N == 3U ? -share : share;
    double       v      = mixed[line] + s->coeffs.input[s->channel][line % N] * turned * u;
    if (sat > 0.0) {
      v = (1.0 - sat) * v + sat * tanh(v);
    }
    s->dc_out[line] = v - s->dc_in[line] + r * s->dc_out[line];
    s->dc_in[line]  = v;

    s->lines[line].data[n % s->lines[line].size] = s->dc_out[line];
  }
}

/** Add a line to left and right. */
static void
add_line(const Scalar* s, uint32_t line, double read, double* left, double* right)
{
  const double l = s->coeffs.gain_left[line % N];
  const double r = s->coeffs.gain_right[line % N];
  switch (line / N) {
    case 0: *left += l * read, *right += r * read; break;
    case 1: *left += r * read, *right -= l * read; break;
    case 2: *left += l * read, *right -= r * read; break;
    default: *left += r * read, *right += l * read; break;
  }
}

static void
run(Scalar* s, const double* in, double* left, double* right, size_t n_frames)
{
  double     mixed[N * BANKS];
  const bool moves = s->shape.modulated;
  for (size_t n = 0; n < n_frames; ++n) {
    const double t = (double)n / s->sample_rate;
    const double u = diffused(s, n, in[n]);
    for (uint32_t line = 0; line < N * s->n_banks; ++line) {
      const uint32_t i = line % N;
      const double   read =
        moves ? read_modulated(s, line, n, t) : read_line(&s->lines[line], n, 1U + s->shape.delays[line]);
      add_line(s, line, moves ? output_factor(s, i, t) * read : read, &left[n], &right[n]);
      const double a  = moves ? modulated_damping(s, i, t) : s->coeffs.damping[i];
      s->damped[line] = (1.0 - a) * read + a * s->damped[line];
    }
    feed_back(s, t, mixed);
    write_lines(s, n, mixed, u);
  }
}

/** Gain of an early tap: falls as the root of its time, with a sign by chance, and all squares add to 1. */
static double
scalar_early_gain(uint32_t side, uint32_t tap)
{
  uint32_t hash        = side ? 1201U : 77U;
  double   sum         = 0.0;
  double   signed_gain = 0.0;
  for (uint32_t k = 0; k < REVERB_TAPS; ++k) {
    const double gain = sqrt(0.008 / (0.008 + (k + 0.5) * 0.082 / REVERB_TAPS));
    hash              = hash * 1664525U + 1013904223U;
    signed_gain       = k == tap ? (((hash >> 16U) & 1U) ? gain : -gain) : signed_gain;
    sum += gain * gain;
  }
  return signed_gain / sqrt(sum);
}

/** Early reflections of one side: taps, all-passes, damping, all of them over the whole signal in turn. */
static KitStatus
add_early(const Scalar* s, const double* in, uint32_t side, double share, double* out, size_t n_frames)
{
  static const double ms[2][EARLY_STAGES] = {{1.13, 1.97, 3.41, 5.37}, {1.31, 2.21, 3.07, 4.79}};
  double* const       x                   = (double*)kit_calloc(n_frames, sizeof(double));
  double* const       v                   = (double*)kit_calloc(n_frames, sizeof(double));
  if (!x || !v) {
    kit_free(x);
    kit_free(v);
    return KIT_ERR_NO_MEMORY;
  }
  for (uint32_t k = 0; k < REVERB_TAPS; ++k) {
    const size_t back = s->shape.pre_delay + s->shape.taps[side][k];
    for (size_t n = back; n < n_frames; ++n) {
      x[n] += scalar_early_gain(side, k) * in[n - back];
    }
  }
  for (uint32_t i = 0; i < EARLY_STAGES; ++i) {
    const size_t back = (size_t)fmax(rint(ms[side][i] * 1e-3 * s->sample_rate), 1.0);
    for (size_t n = 0; n < n_frames; ++n) {
      const double old = n >= back ? v[n - back] : 0.0;
      v[n]             = x[n] + 0.5 * old;
      x[n]             = old - 0.5 * v[n];
    }
  }
  double damped = 0.0;
  for (size_t n = 0; n < n_frames; ++n) {
    damped += (1.0 - s->coeffs.early_damping) * (x[n] - damped);
    out[n] += share * s->coeffs.early * damped;
  }
  kit_free(x);
  kit_free(v);
  return KIT_SUCCESS;
}

static KitStatus
add_both_early(const Scalar* s, const KitRenderJob* job)
{
  KitStatus st = KIT_SUCCESS;
  for (uint32_t side = 0; side < 2U && !st && s->coeffs.early > 0.0; ++side) {
    const double spread = s->coeffs.spread;
    const double share  = s->channel == side ? 1.0 + spread : 1.0 - spread;
    st                  = add_early(s, job->in[s->channel], side, share, job->out[side], job->n_frames);
  }
  return st;
}

static KitStatus
add_wet(const KitRenderJob* job, uint32_t channel)
{
  Scalar    s;
  KitStatus st = scalar_init(&s, job->values, job->n_in, job->sample_rate) ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  if (!st) {
    s.channel = channel;
    run(&s, job->in[channel], job->out[0], job->out[1], job->n_frames);
    st = add_both_early(&s, job);
  }
  scalar_cleanup(&s);
  return st;
}

/** Push down what came out while the input was loud, in cells of 64 frames. */
static void
duck(const KitRenderJob* job)
{
  const double rise  = 1.0 - exp(-64.0 / (0.005 * job->sample_rate));
  const double keep  = exp(-64.0 / (1e-3 * job->values[REVERB_DUCK_RELEASE] * job->sample_rate));
  double       level = 0.0;
  double       from  = 1.0;
  double       to    = 1.0;
  double       peak  = 0.0;
  for (size_t n = 0; n < job->n_frames; ++n) {
    const double gain = from + (to - from) * (double)(n % 64U) / 64.0;
    for (uint32_t c = 0; c < 2U; ++c) {
      job->out[c][n] *= gain;
      peak = fmax(peak, fabs(job->in[c % job->n_in][n]));
    }
    if (n % 64U == 63U) {
      level = peak > level ? level + rise * (peak - level) : fmax(level * keep, peak);
      from  = to;
      to    = pow(10.0, -job->values[REVERB_DUCKING] / 20.0 *
                          fmin(fmax((20.0 * log10(level + 1e-9) + 48.0) / 36.0, 0.0), 1.0));
      peak  = 0.0;
    }
  }
}

KitStatus
scalar_render(const KitRenderJob* job)
{
  KitStatus st = KIT_SUCCESS;
  for (uint32_t c = 0; c < job->n_out; ++c) {
    memset(job->out[c], 0, job->n_frames * sizeof(double));
  }
  for (uint32_t c = 0; c < job->n_in && !st; ++c) {
    st = add_wet(job, c);
  }

  if (!st && job->values[REVERB_DUCKING] > 0.0) {
    duck(job);
  }
  const double wet = job->values[REVERB_WET_DRY];
  for (uint32_t c = 0; c < job->n_out; ++c) {
    const double* const dry = job->in[c < job->n_in ? c : 0U];
    for (size_t n = 0; n < job->n_frames; ++n) {
      job->out[c][n] = (1.0 - wet) * dry[n] + wet * job->out[c][n];
    }
  }
  return st;
}
