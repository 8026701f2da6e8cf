// SPDX-License-Identifier: ISC
/**
   @file kernel.h  The kernel: the lines of a bank side by side in vectors.  Compiled once for each vector
   width.

   Define REVERB_KERNEL to the function's name first.
*/
#ifndef REVERB_KERNEL_H
#define REVERB_KERNEL_H

#include "governor.h"
#include "kernel_early.h"
#include "kernel_tracks.h"
#include "kernels.h"

#ifndef REVERB_KERNEL
#  define REVERB_KERNEL reverb_kernel_base
#endif

/** Loop state of one network, in registers. */
typedef struct {
  V8 damped;
  V8 dc_in;
  V8 dc_out;
} Loop;

REVERB_SIMD V8
mix_dense(const double* columns, V8 v)
{
  double from[REVERB_NODES];
  v8_store(from, v);
  V8 sum = v8_scale(v8_load(columns), from[0]);
  for (size_t j = 1; j < REVERB_NODES; ++j) {
    sum = v8_add(sum, v8_scale(v8_load(&columns[j * REVERB_NODES]), from[j]));
  }
  return sum;
}

REVERB_SIMD V8
mix_hadamard(V8 v)
{
  static const double s1[] = {1, -1, 1, -1, 1, -1, 1, -1};
  static const double s2[] = {1, 1, -1, -1, 1, 1, -1, -1};
  static const double s4[] = {1, 1, 1, 1, -1, -1, -1, -1};
  v                        = v8_add(v8_mul(v, v8_load(s4)), v8_swap4(v));
  v                        = v8_add(v8_mul(v, v8_load(s2)), v8_swap2(v));
  v                        = v8_add(v8_mul(v, v8_load(s1)), v8_swap1(v));
  return v8_scale(v, 0.353553390593273762200);
}

REVERB_SIMD V8
mix_rotations(V8 v)
{
  static const double c   = 0.707106781186547524401;
  static const double s[] = {c, -c, c, -c, c, -c, c, -c};
  return v8_add(v8_scale(v, c), v8_mul(v8_swap1(v), v8_load(s)));
}

REVERB_SIMD V8
mix(ReverbMatrixType type, const double* columns, V8 v)
{
  switch (type) {
    case REVERB_HOUSEHOLDER: return v8_sub(v, v8_all(0.25 * v8_sum(v)));
    case REVERB_HADAMARD: return mix_hadamard(v);
    case REVERB_DIAGONAL: return v;
    case REVERB_CIRCULANT: return v8_rotate(v);
    case REVERB_STAUTNER_PUCKETTE: return mix_rotations(v);
    case REVERB_ZERO: return v8_all(0.0);
    case REVERB_RANDOM_ORTHOGONAL:
    case REVERB_CUSTOM: break;
  }
  return mix_dense(columns, v);
}

REVERB_SIMD V8
saturate(V8 v, double amount)
{
  if (v8_any_above(v, 0.5)) {
    V8_EACH(i) v.p[i] = (1.0 - amount) * v.p[i] + amount * vn_tanh(v.p[i]);
  } else {
    V8_EACH(i) v.p[i] = (1.0 - amount) * v.p[i] + amount * vn_tanh_small(v.p[i]);
  }
  return v;
}

REVERB_SIMD V8
block_dc(Loop* loop, V8 v, double factor)
{
  loop->dc_out = v8_add(v8_sub(v, loop->dc_in), v8_scale(loop->dc_out, factor));
  loop->dc_in  = v;
  return loop->dc_out;
}

REVERB_SIMD void
load_loop(Loop* loop, const ReverbNetwork* network)
{
  *loop = (Loop){v8_load(network->damped), v8_load(network->dc_in), v8_load(network->dc_out)};
}

REVERB_SIMD void
store_loop(const Loop* loop, ReverbNetwork* network)
{
  v8_store(network->damped, loop->damped);
  v8_store(network->dc_in, loop->dc_in);
  v8_store(network->dc_out, loop->dc_out);
}

/** What enters the lines of each network. */
typedef struct {
  double u[REVERB_NETWORKS][REVERB_SPAN] __attribute__((aligned(64)));
} Inputs;

/** Add what the lines give, frame by frame side by side: `taps` stand still. */
REVERB_SIMD void
add_wet(const ReverbSpan* span, const double* const* taps)
{
  const double* const left  = span->coeffs->gain_left;
  const double* const right = span->coeffs->gain_right;
  uint32_t            t     = 0;
  for (; t + REVERB_LANES <= span->n_frames; t += REVERB_LANES) {
    Vn l = vn_load(&span->wet[0][t]);
    Vn r = vn_load(&span->wet[1][t]);
    for (uint32_t i = 0; i < REVERB_NODES; ++i) {
      const Vn read = vn_load(&taps[i][t]);
      l += read * left[i];
      r += read * right[i];
    }
    vn_store(&span->wet[0][t], l);
    vn_store(&span->wet[1][t], r);
  }
  for (; t < span->n_frames; ++t) {
    for (uint32_t i = 0; i < REVERB_NODES; ++i) {
      span->wet[0][t] += taps[i][t] * left[i];
      span->wet[1][t] += taps[i][t] * right[i];
    }
  }
}

/** Everything stands still.  `type` and `saturates` are constants where this is inlined. */
REVERB_SIMD void
run_still(ReverbEngine* engine, const ReverbSpan* span, const double* u, uint32_t channel,
          ReverbMatrixType type, bool saturates)
{
  const ReverbCoeffs* const k       = span->coeffs;
  const V8                  a       = v8_load(k->damping);
  const V8                  b       = v8_sub(v8_all(1.0), a);
  const V8                  input   = v8_load(k->input[channel]);
  const size_t              stride  = engine->line_stride;
  const double* const       columns = span->shape->matrix.columns;
  ReverbNetwork* const      network = &engine->networks[channel];
  double* const             to      = network->lines + ((size_t)engine->frame & engine->line_mask);

  Loop          loop;
  const double* taps[REVERB_NODES];
  load_loop(&loop, network);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    const size_t from = (size_t)engine->frame - 1U - span->shape->delays[i];
    taps[i]           = network->lines + i * stride + (from & engine->line_mask);
  }
  add_wet(span, taps);
  for (size_t t = 0; t < span->n_frames; ++t) {
    loop.damped = v8_add(v8_mul(b, v8_gather(taps, t)), v8_mul(a, loop.damped));
    V8 v        = v8_scale(mix(type, columns, loop.damped), k->feedback[0]);
    v           = v8_add(v, v8_scale(input, u[t]));
    v           = saturates ? saturate(v, k->saturation) : v;
    v8_scatter(to + t, stride, block_dc(&loop, v, engine->dc_factor));
  }
  store_loop(&loop, network);
}

REVERB_SIMD V8
read_taps(const double* lines, size_t stride, const Taps* taps, size_t t)
{
  const double* p[REVERB_NODES];
  for (size_t i = 0; i < REVERB_NODES; ++i) {
    p[i] = lines + i * stride + taps->index[t][i];
  }
  const V8 later = v8_load(taps->later[t]);
  V8       pair[2];
  v8_gather_pairs(p, pair);
  return v8_add(v8_mul(later, pair[1]), v8_mul(v8_sub(v8_all(1.0), later), pair[0]));
}

REVERB_SIMD V8
mix_tracks(const Tracks* tracks, V8 v, size_t t)
{
  if (tracks->n_mixes == 1U) {
    return mix(tracks->mixes[0]->type, tracks->mixes[0]->columns, v);
  }

  V8 sum = v8_scale(mix(tracks->mixes[0]->type, tracks->mixes[0]->columns, v), tracks->weights[0][t]);
  for (uint32_t q = 1; q < tracks->n_mixes; ++q) {
    const V8 mixed = mix(tracks->mixes[q]->type, tracks->mixes[q]->columns, v);
    sum            = v8_add(sum, v8_scale(mixed, tracks->weights[q][t]));
  }
  return sum;
}

/** Something moves: everything comes from tracks. */
REVERB_SIMD void
run_moving(ReverbEngine* engine, const Tracks* tracks, const double* u, uint32_t channel)
{
  const ReverbSpan* const span    = tracks->span;
  ReverbNetwork* const    network = &engine->networks[channel];
  const double* const     lines   = network->lines;
  const size_t            stride  = engine->line_stride;
  double* const           to      = network->lines + ((size_t)engine->frame & engine->line_mask);

  Loop loop;
  load_loop(&loop, network);
  for (size_t t = 0; t < span->n_frames; ++t) {
    V8 read = read_taps(lines, stride, &tracks->taps[0], t);
    if (tracks->reads_both) {
      read = v8_lerp(read, read_taps(lines, stride, &tracks->next_taps[0], t), fade_at(span, t));
    }
    const V2 wet =
      v8_sums(v8_mul(read, v8_load(tracks->nodes.left[t])), v8_mul(read, v8_load(tracks->nodes.right[t])));
    const V8 a  = v8_load(tracks->nodes.damping[t]);
    loop.damped = v8_add(v8_mul(v8_sub(v8_all(1.0), a), read), v8_mul(a, loop.damped));
    V8 v        = v8_scale(mix_tracks(tracks, loop.damped, t), tracks->feedback[0][t]);
    v           = v8_add(v, v8_scale(v8_load(tracks->input[channel][t]), u[t]));
    v           = tracks->saturates ? saturate(v, tracks->saturation[t]) : v;
    v8_scatter(to + t, stride, block_dc(&loop, v, engine->dc_factor));
    span->wet[0][t] += wet[0];
    span->wet[1][t] += wet[1];
  }
  store_loop(&loop, network);
}

#include "kernel_banks.h"

/** Largest magnitude of what was just written, each line scaled. */
REVERB_SIMD double
peak_of_lines(const ReverbEngine* engine, const ReverbGovernor* governor, uint32_t n_frames)
{
  const size_t at   = (size_t)engine->frame & engine->line_mask;
  double       peak = 0.0;
  for (uint32_t k = 0; k < engine->n_networks * engine->n_lines; ++k) {
    const uint32_t      i     = k % engine->n_lines;
    const double* const line  = engine->networks[k / engine->n_lines].lines + i * engine->line_stride + at;
    const double        scale = governor->scale[i % REVERB_NODES];
    Vn                  most  = vn_all(peak);
    uint32_t            t     = 0;
    for (; t + REVERB_LANES <= n_frames; t += REVERB_LANES) {
      most = vn_max(most, vn_abs(vn_load(line + t)) * scale);
    }
    for (; t < n_frames; ++t) {
      const double x = (line[t] < 0.0 ? -line[t] : line[t]) * scale;
      peak           = x > peak ? x : peak;
    }
    for (uint32_t l = 0; l < REVERB_LANES; ++l) {
      peak = most[l] > peak ? most[l] : peak;
    }
  }
  return peak;
}

/** Repeat the start of the rings after their ends. */
REVERB_SIMD void
mirror_lines(const ReverbEngine* engine, uint32_t n_frames)
{
  const size_t at = (size_t)engine->frame & engine->line_mask;
  for (uint32_t c = 0; at < REVERB_SPAN && c < engine->n_networks; ++c) {
    for (uint32_t i = 0; i < engine->n_lines; ++i) {
      double* const line = engine->networks[c].lines + i * engine->line_stride;
      memcpy(line + engine->line_mask + 1U + at, line + at, n_frames * sizeof(double));
    }
  }
}

#define STILL(type)                                                                                          \
  static __attribute__((noinline)) void still_##type(ReverbEngine* engine, const ReverbSpan* span,           \
                                                     const Inputs* in)                                       \
  {                                                                                                          \
    for (uint32_t c = 0; c < engine->n_networks; ++c) {                                                      \
      if (span->coeffs->saturation > 0.0) {                                                                  \
        run_still(engine, span, in->u[c], c, type, true);                                                    \
      } else {                                                                                               \
        run_still(engine, span, in->u[c], c, type, false);                                                   \
      }                                                                                                      \
    }                                                                                                        \
  }

STILL(REVERB_HOUSEHOLDER)
STILL(REVERB_HADAMARD)
STILL(REVERB_DIAGONAL)
STILL(REVERB_CIRCULANT)
STILL(REVERB_STAUTNER_PUCKETTE)
STILL(REVERB_ZERO)
STILL(REVERB_CUSTOM)

static void
still(ReverbEngine* engine, const ReverbSpan* span, const Inputs* in)
{
  switch (span->shape->matrix.type) {
    case REVERB_HOUSEHOLDER: still_REVERB_HOUSEHOLDER(engine, span, in); break;
    case REVERB_HADAMARD: still_REVERB_HADAMARD(engine, span, in); break;
    case REVERB_DIAGONAL: still_REVERB_DIAGONAL(engine, span, in); break;
    case REVERB_CIRCULANT: still_REVERB_CIRCULANT(engine, span, in); break;
    case REVERB_STAUTNER_PUCKETTE: still_REVERB_STAUTNER_PUCKETTE(engine, span, in); break;
    case REVERB_ZERO: still_REVERB_ZERO(engine, span, in); break;
    case REVERB_RANDOM_ORTHOGONAL:
    case REVERB_CUSTOM: still_REVERB_CUSTOM(engine, span, in); break;
  }
}

static __attribute__((noinline)) void
run_tracks(ReverbEngine* engine, const Tracks* tracks, const Inputs* in)
{
  for (uint32_t c = 0; c < engine->n_networks; ++c) {
    if (tracks->banks) {
      run_banks(engine, tracks->span, tracks, in->u[c], c);
    } else {
      run_moving(engine, tracks, in->u[c], c);
    }
  }
}

static __attribute__((noinline)) void
gliding(ReverbEngine* engine, const ReverbSpan* span, const Inputs* in)
{
  Tracks tracks __attribute__((aligned(64)));
  fill_tracks(&tracks, engine, span, true);
  run_tracks(engine, &tracks, in);
}

static __attribute__((noinline)) void
modulated(ReverbEngine* engine, const ReverbSpan* span, const Inputs* in)
{
  Tracks tracks __attribute__((aligned(64)));
  fill_tracks(&tracks, engine, span, false);
  run_tracks(engine, &tracks, in);
}

void
REVERB_KERNEL(ReverbEngine* engine, const ReverbSpan* span)
{
  Inputs in;
  memset(span->wet[0], 0, span->n_frames * sizeof(double));
  memset(span->wet[1], 0, span->n_frames * sizeof(double));
  for (uint32_t c = 0; c < engine->n_networks; ++c) {
    run_front(engine, span, c, in.u[c]);
  }
  if (span->slopes) {
    gliding(engine, span, &in);
  } else if (span->shape->modulated || span->next) {
    modulated(engine, span, &in);
  } else if (needs_banks(engine, span)) {
    for (uint32_t c = 0; c < engine->n_networks; ++c) {
      run_banks(engine, span, NULL, in.u[c], c);
    }
  } else {
    still(engine, span, &in);
  }
  if (span->shape->early || (span->next && span->next->early)) {
    run_early(engine, span);
  }
  if (span->governor) {
    const double peak = peak_of_lines(engine, span->governor, span->n_frames);
    reverb_govern(span->governor, engine, span->n_frames, peak);
  }
  mirror_lines(engine, span->n_frames);
  engine->frame += span->n_frames;
}

#endif
