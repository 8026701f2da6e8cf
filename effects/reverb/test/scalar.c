// SPDX-License-Identifier: ISC
#include "scalar.h"

#include "alloc.h"
#include "shape.h"

#include <math.h>
#include <string.h>

#define N 8U

typedef struct {
  double* data;
  size_t  size;
} Ring;

typedef struct {
  ReverbShape  shape;
  ReverbCoeffs coeffs;
  ReverbRates  rates;
  double       sample_rate;
  Ring         pre;
  Ring         stages[REVERB_STAGES];
  Ring         lines[N];
  double       damped[N];
  double       dc_in[N];
  double       dc_out[N];
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
  for (uint32_t i = 0; i < N; ++i) {
    kit_free(s->lines[i].data);
  }
}

static bool
scalar_init(Scalar* s, const double* values, double sample_rate)
{
  memset(s, 0, sizeof(*s));
  s->sample_rate = sample_rate;
  reverb_shape_init(&s->shape, values, NULL, sample_rate);
  reverb_coeffs_init(&s->coeffs, values, sample_rate);
  reverb_rates_init(&s->rates, values);

  bool ok = ring_init(&s->pre, s->shape.pre_delay);
  for (uint32_t i = 0; i < REVERB_STAGES; ++i) {
    ok = ring_init(&s->stages[i], s->shape.diffusion_delays[i]) && ok;
  }
  for (uint32_t i = 0; i < N; ++i) {
    ok = ring_init(&s->lines[i], s->shape.delays[i] + (size_t)ceil(s->coeffs.depth_delay[i]) + 3U) && ok;
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

static double
read_modulated(const Scalar* s, uint32_t i, size_t n, double t)
{
  const double delay =
    fmax(1.0, s->shape.delays[i] + s->coeffs.depth_delay[i] * node_lfo(s, REVERB_LFO_DELAY, i, t));
  const size_t k = (size_t)delay;
  const double f = delay - (double)k;
  return (1.0 - f) * read_line(&s->lines[i], n, 1U + k) + f * read_line(&s->lines[i], n, 2U + k);
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
write_lines(Scalar* s, size_t n, const double* mixed, double u)
{
  const double r   = reverb_dc_factor(s->sample_rate);
  const double sat = s->coeffs.saturation;
  for (uint32_t i = 0; i < N; ++i) {
    double v = s->coeffs.feedback * mixed[i] + s->coeffs.input[i] * u;
    if (sat > 0.0) {
      v = (1.0 - sat) * v + sat * tanh(v);
    }
    s->dc_out[i] = v - s->dc_in[i] + r * s->dc_out[i];
    s->dc_in[i]  = v;

    s->lines[i].data[n % s->lines[i].size] = s->dc_out[i];
  }
}

static void
run_static(Scalar* s, const double* in, double* left, double* right, size_t n_frames)
{
  double mixed[N];
  for (size_t n = 0; n < n_frames; ++n) {
    const double u = diffused(s, n, in[n]);
    for (uint32_t i = 0; i < N; ++i) {
      const double read = read_line(&s->lines[i], n, 1U + s->shape.delays[i]);
      left[n] += read * s->coeffs.gain_left[i];
      right[n] += read * s->coeffs.gain_right[i];
      s->damped[i] = (1.0 - s->coeffs.damping[i]) * read + s->coeffs.damping[i] * s->damped[i];
    }
    mix(s->shape.matrix.cells, s->damped, mixed);
    write_lines(s, n, mixed, u);
  }
}

static void
mix_blended(const Scalar* s, double t, double* mixed)
{
  const double wave = scalar_lfo(s->shape.waveform, s->rates.matrix * t);
  const double b    = 0.5 + 0.5 * wave * s->coeffs.depth_matrix;
  double       m[REVERB_CELLS];
  for (uint32_t i = 0; i < REVERB_CELLS; ++i) {
    m[i] = s->shape.matrix.cells[i] * (1.0 - b) + s->shape.matrix2.cells[i] * b;
  }
  mix(m, s->damped, mixed);
}

static void
run_modulated(Scalar* s, const double* in, double* left, double* right, size_t n_frames)
{
  double mixed[N];
  for (size_t n = 0; n < n_frames; ++n) {
    const double t = (double)n / s->sample_rate;
    const double u = diffused(s, n, in[n]);
    for (uint32_t i = 0; i < N; ++i) {
      const double read = read_modulated(s, i, n, t);
      const double gain = output_factor(s, i, t);
      left[n] += read * (s->coeffs.gain_left[i] * gain);
      right[n] += read * (s->coeffs.gain_right[i] * gain);
      const double a = modulated_damping(s, i, t);
      s->damped[i]   = (1.0 - a) * read + a * s->damped[i];
    }
    if (s->shape.blended) {
      mix_blended(s, t, mixed);
    } else {
      mix(s->shape.matrix.cells, s->damped, mixed);
    }
    write_lines(s, n, mixed, u);
  }
}

static KitStatus
add_wet(const KitRenderJob* job, uint32_t channel)
{
  Scalar          s;
  const KitStatus st = scalar_init(&s, job->values, job->sample_rate) ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  if (!st) {
    (s.shape.modulated ? run_modulated : run_static)(&s, job->in[channel], job->out[0], job->out[1],
                                                     job->n_frames);
  }
  scalar_cleanup(&s);
  return st;
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

  const double wet = job->values[REVERB_WET_DRY];
  for (uint32_t c = 0; c < job->n_out; ++c) {
    const double* const dry = job->in[c < job->n_in ? c : 0U];
    for (size_t n = 0; n < job->n_frames; ++n) {
      job->out[c][n] = (1.0 - wet) * dry[n] + wet * job->out[c][n];
    }
  }
  return st;
}
