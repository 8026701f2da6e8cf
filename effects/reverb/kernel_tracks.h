// SPDX-License-Identifier: ISC
/**
   @file kernel_tracks.h  Part of the kernel: what moves, frame by frame.  Compiled once for each vector
   width.

   Oscillators, glides and fades are worked out for a whole span before the
   network runs, so that the loop through the network only reads arrays.
*/
#ifndef REVERB_KERNEL_TRACKS_H
#define REVERB_KERNEL_TRACKS_H

#include "kernel_front.h"
#include "lanes_math.h"

#include <string.h>

#define MAX_MIXES 4U

/** Where to read the lines: between `index` and the sample after it. */
typedef struct {
  double  later[REVERB_SPAN][REVERB_NODES]; ///< Weight of the sample after `index`
  int64_t index[REVERB_SPAN][REVERB_NODES];
} Taps;

typedef struct {
  double damping[REVERB_SPAN][REVERB_NODES];
  double left[REVERB_SPAN][REVERB_NODES];
  double right[REVERB_SPAN][REVERB_NODES];
} NodeTracks;

typedef struct {
  const ReverbEngine* engine;
  const ReverbSpan*   span;
  NodeTracks          nodes;
  NodeTracks          next_nodes;
  Taps                taps[REVERB_BANKS];
  Taps                next_taps[REVERB_BANKS];
  double              input[REVERB_NETWORKS][REVERB_SPAN][REVERB_NODES];
  double              feedback[REVERB_BANKS][REVERB_SPAN];
  double              low_gain[REVERB_BANKS][REVERB_SPAN];
  double              low_pole[REVERB_SPAN];
  double              saturation[REVERB_SPAN];
  double              seconds[REVERB_SPAN];
  double              wave[REVERB_SPAN][REVERB_NODES];
  const ReverbMatrix* mixes[MAX_MIXES];
  double              weights[MAX_MIXES][REVERB_SPAN];
  uint32_t            n_mixes;
  bool                reads_both; ///< Fading between different taps
  bool                saturates;
  bool                banks; ///< More than eight lines, or bass by itself
} Tracks;

/** A value that moves in a straight line; `glides` is a constant where this is inlined. */
typedef struct {
  V8     at;
  V8     slope;
  double offset;
  bool   glides;
} Line8;

REVERB_SIMD Line8
line8(const ReverbSpan* span, const double* coeff, bool glides)
{
  Line8 line = {v8_load(coeff), v8_all(0.0), (double)span->offset, glides};
  if (glides) {
    line.slope = v8_load((const double*)span->slopes + (coeff - (const double*)span->coeffs));
  }
  return line;
}

REVERB_SIMD V8
line8_at(const Line8* line, size_t t)
{
  return line->glides ? v8_add(line->at, v8_scale(line->slope, line->offset + (double)t)) : line->at;
}

REVERB_SIMD void
fill_line(const ReverbSpan* span, const double* coeff, double* out)
{
  const double slope =
    span->slopes ? ((const double*)span->slopes)[coeff - (const double*)span->coeffs] : 0.0;
  for (size_t t = 0; t < span->n_frames; ++t) {
    out[t] = *coeff + slope * (double)(span->offset + t);
  }
}

/** One oscillator's value, given twice its phase in turns. */
REVERB_SIMD Vn
wave_part(ReverbWaveform waveform, Vn half_turns)
{
  if (waveform == REVERB_SINE) {
    return vn_sin_half_turns(half_turns);
  }
  const Vn turns = 0.5 * half_turns;
  const Vn p     = turns - vn_floor(turns);
  if (waveform == REVERB_TRIANGLE) {
    const Vn falling = vn_select(p < 0.75, 2.0 - 4.0 * p, 4.0 * p - 4.0);
    return vn_select(p < 0.25, 4.0 * p, falling);
  }
  const In step = vn_to_int(vn_floor(1000.0 * p));
  const In hash = ((step * INT64_C(1103515245) + INT64_C(12345)) >> 16) & INT64_C(0x7FFF);
  return vn_from_int(hash) / 16383.5 - 1.0;
}

REVERB_SIMD V8
wave8(ReverbWaveform waveform, V8 half_turns)
{
  V8_EACH(i) half_turns.p[i] = wave_part(waveform, half_turns.p[i]);
  return half_turns;
}

REVERB_SIMD void
run_wave(Tracks* tracks, ReverbWaveform waveform, uint32_t target, bool glides)
{
  const ReverbSpan* const span   = tracks->span;
  const V8                rate   = v8_scale(v8_load(span->rates->node[target]), 2.0);
  const V8                shift  = v8_load(tracks->engine->phase_shift[target]);
  const Line8             offset = line8(span, span->coeffs->offset, glides);
  for (size_t t = 0; t < span->n_frames; ++t) {
    const V8 start = v8_scale(v8_add(line8_at(&offset, t), shift), 2.0);
    v8_store(tracks->wave[t], wave8(waveform, v8_add(v8_scale(rate, tracks->seconds[t]), start)));
  }
}

/** Run the oscillators of one target into `tracks->wave`, unless those there are the same. */
REVERB_SIMD void
run_waves(Tracks* tracks, const ReverbShape* shape, uint32_t target, uint32_t* last, bool glides)
{
  const double* const rates  = tracks->span->rates->node[target];
  const double* const shifts = tracks->engine->phase_shift[target];
  if (*last < REVERB_N_LFOS &&
      !memcmp(rates, tracks->span->rates->node[*last], sizeof(double) * REVERB_NODES) &&
      !memcmp(shifts, tracks->engine->phase_shift[*last], sizeof(double) * REVERB_NODES)) {
    return;
  }
  *last = target;
  switch (shape->waveform) {
    case REVERB_SINE: run_wave(tracks, REVERB_SINE, target, glides); break;
    case REVERB_TRIANGLE: run_wave(tracks, REVERB_TRIANGLE, target, glides); break;
    case REVERB_SAMPLE_HOLD: run_wave(tracks, REVERB_SAMPLE_HOLD, target, glides); break;
  }
}

/** Whether a depth is, or comes to be, other than 0. */
REVERB_SIMD bool
is_deep(const ReverbSpan* span, const double* depths)
{
  const double* const slopes =
    span->slopes ? (const double*)span->slopes + (depths - (const double*)span->coeffs) : NULL;
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    if (depths[i] != 0.0 || (slopes && slopes[i] != 0.0)) {
      return true;
    }
  }
  return false;
}

/** The oscillators of a bank: those of the first one, at other lines. */
REVERB_SIMD V8
wave_of_bank(V8 wave, uint32_t bank)
{
  switch (bank) {
    case 1: return v8_swap4(wave);
    case 2: return v8_swap2(wave);
    case 3: return v8_swap1(wave);
    default: return wave;
  }
}

REVERB_SIMD void
place_taps(const Tracks* tracks, const ReverbShape* shape, Taps* taps, uint32_t bank, bool moves, bool glides)
{
  double delays[REVERB_NODES];
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    delays[i] = shape->delays[bank * REVERB_NODES + i];
  }
  const V8      base  = v8_load(delays);
  const Line8   depth = line8(tracks->span, tracks->span->coeffs->depth_delay, glides);
  const int64_t mask  = (int64_t)tracks->engine->line_mask;
  const int64_t frame = (int64_t)(tracks->engine->frame & tracks->engine->line_mask) - 2;
  for (size_t t = 0; t < tracks->span->n_frames; ++t) {
    V8 delay = base;
    if (moves) {
      const V8 wave = wave_of_bank(v8_load(tracks->wave[t]), bank);
      delay         = v8_max(v8_add(base, v8_mul(line8_at(&depth, t), wave)), v8_all(1.0));
    }
    V8 later;
    I8 index;
    V8_EACH(i)
    {
      const Vn whole = vn_floor(delay.p[i]);
      later.p[i]     = 1.0 - (delay.p[i] - whole);
      index.p[i]     = ((frame + (int64_t)t) - vn_to_int(whole)) & mask;
    }
    v8_store(taps->later[t], later);
    i8_store(taps->index[t], index);
  }
}

REVERB_SIMD void
fill_damping(const Tracks* tracks, double (*out)[REVERB_NODES], bool moves, bool glides)
{
  const ReverbCoeffs* const coeffs = tracks->span->coeffs;
  const Line8               still  = line8(tracks->span, coeffs->damping, glides);
  const Line8               base   = line8(tracks->span, coeffs->damping_base, glides);
  const Line8               depth  = line8(tracks->span, coeffs->depth_damping, glides);
  const double              rate   = tracks->engine->sample_rate;
  const double              power  = KIT_REFERENCE_RATE / rate;
  for (size_t t = 0; t < tracks->span->n_frames; ++t) {
    V8 a = line8_at(&still, t);
    if (moves) {
      a = v8_add(line8_at(&base, t), v8_mul(line8_at(&depth, t), v8_load(tracks->wave[t])));
      V8_EACH(i)
      {
        a.p[i] = vn_min(vn_max(a.p[i], vn_all(0.0)), vn_all(0.999));
        a.p[i] = (rate == KIT_REFERENCE_RATE) ? a.p[i] : vn_pow(a.p[i], power);
      }
    }
    v8_store(out[t], a);
  }
}

REVERB_SIMD void
fill_gains(const Tracks* tracks, NodeTracks* nodes, bool moves, bool glides)
{
  const ReverbCoeffs* const coeffs = tracks->span->coeffs;
  const Line8               left   = line8(tracks->span, coeffs->gain_left, glides);
  const Line8               right  = line8(tracks->span, coeffs->gain_right, glides);
  const Line8               depth  = line8(tracks->span, coeffs->depth_output, glides);
  for (size_t t = 0; t < tracks->span->n_frames; ++t) {
    V8 l = line8_at(&left, t);
    V8 r = line8_at(&right, t);
    if (moves) {
      const V8 swing  = v8_mul(line8_at(&depth, t), v8_load(tracks->wave[t]));
      const V8 factor = v8_max(v8_add(v8_all(1.0), swing), v8_all(0.0));
      l               = v8_mul(l, factor);
      r               = v8_mul(r, factor);
    }
    v8_store(nodes->left[t], l);
    v8_store(nodes->right[t], r);
  }
}

/** All that depends on a shape's oscillators. */
REVERB_SIMD void
fill_shape(Tracks* tracks, const ReverbShape* shape, NodeTracks* nodes, Taps* taps, bool glides)
{
  const ReverbCoeffs* const coeffs  = tracks->span->coeffs;
  const bool                on      = shape->modulated;
  const bool                delays  = on && is_deep(tracks->span, coeffs->depth_delay);
  const bool                damping = on && is_deep(tracks->span, coeffs->depth_damping);
  const bool                gains   = on && is_deep(tracks->span, coeffs->depth_output);
  uint32_t                  last    = REVERB_N_LFOS;

  if (delays) {
    run_waves(tracks, shape, REVERB_LFO_DELAY, &last, glides);
  }
  for (uint32_t b = 0; b < tracks->engine->n_lines / REVERB_NODES; ++b) {
    place_taps(tracks, shape, &taps[b], b, delays, glides);
  }
  if (damping) {
    run_waves(tracks, shape, REVERB_LFO_DAMPING, &last, glides);
  }
  fill_damping(tracks, nodes->damping, damping, glides);
  if (gains) {
    run_waves(tracks, shape, REVERB_LFO_OUTPUT, &last, glides);
  }
  fill_gains(tracks, nodes, gains, glides);
}

/** Position between the two matrices, 0 to 1. */
REVERB_SIMD void
fill_blend(const Tracks* tracks, const ReverbShape* shape, double* blend)
{
  double depth[REVERB_SPAN];
  fill_line(tracks->span, &tracks->span->coeffs->depth_matrix, depth);
  for (size_t t = 0; t < REVERB_SPAN; t += REVERB_LANES) {
    const Vn turns =
      tracks->span->rates->matrix * vn_load(&tracks->seconds[t]) + tracks->engine->phase_shift_matrix;
    vn_store(&blend[t], wave_part(shape->waveform, 2.0 * turns));
  }
  for (size_t t = 0; t < tracks->span->n_frames; ++t) {
    blend[t] = 0.5 + 0.5 * blend[t] * depth[t];
  }
}

REVERB_SIMD void
add_mix(Tracks* tracks, const ReverbMatrix* matrix, const double* weights)
{
  memcpy(tracks->weights[tracks->n_mixes], weights, sizeof(tracks->weights[0]));
  tracks->mixes[tracks->n_mixes++] = matrix;
}

/** Add a shape's matrices, weighted by `share`. */
REVERB_SIMD void
add_mixes(Tracks* tracks, const ReverbShape* shape, const double* share)
{
  if (!shape->blended) {
    add_mix(tracks, &shape->matrix, share);
    return;
  }

  double first[REVERB_SPAN];
  double second[REVERB_SPAN];
  fill_blend(tracks, shape, second);
  for (size_t t = 0; t < REVERB_SPAN; ++t) {
    first[t]  = share[t] * (1.0 - second[t]);
    second[t] = share[t] * second[t];
  }
  add_mix(tracks, &shape->matrix, first);
  add_mix(tracks, &shape->matrix2, second);
}

REVERB_SIMD void
fade_nodes(Tracks* tracks)
{
  for (size_t t = 0; t < tracks->span->n_frames; ++t) {
    const double      x    = fade_at(tracks->span, t);
    NodeTracks* const from = &tracks->nodes;
    NodeTracks* const to   = &tracks->next_nodes;
    v8_store(from->damping[t], v8_lerp(v8_load(from->damping[t]), v8_load(to->damping[t]), x));
    v8_store(from->left[t], v8_lerp(v8_load(from->left[t]), v8_load(to->left[t]), x));
    v8_store(from->right[t], v8_lerp(v8_load(from->right[t]), v8_load(to->right[t]), x));
  }
}

REVERB_SIMD bool
same_mixes(const ReverbShape* a, const ReverbShape* b)
{
  return !a->blended && !b->blended && !memcmp(a->matrix.cells, b->matrix.cells, sizeof(a->matrix.cells));
}

REVERB_SIMD bool
same_taps(const ReverbShape* a, const ReverbShape* b)
{
  return a->modulated == b->modulated && a->waveform == b->waveform &&
         !memcmp(a->delays, b->delays, sizeof(a->delays));
}

/** The matrices, each with its share of the whole. */
REVERB_SIMD void
fill_mixes(Tracks* tracks, const ReverbSpan* span)
{
  const bool fades = span->next && !same_mixes(span->shape, span->next);
  double     share[REVERB_SPAN];
  double     next_share[REVERB_SPAN];
  for (size_t t = 0; t < REVERB_SPAN; ++t) {
    next_share[t] = fades ? fade_at(span, t) : 0.0;
    share[t]      = 1.0 - next_share[t];
  }
  tracks->n_mixes = 0;
  add_mixes(tracks, span->shape, share);
  if (fades) {
    add_mixes(tracks, span->next, next_share);
  }
}

/** More than the kernels of eight lines do. */
REVERB_SIMD bool
needs_banks(const ReverbEngine* engine, const ReverbSpan* span)
{
  return engine->n_lines > REVERB_NODES || span->coeffs->low_gain[0] != 0.0 ||
         (span->slopes && span->slopes->low_gain[0] != 0.0);
}

REVERB_SIMD void
fill_banks(Tracks* tracks)
{
  const ReverbSpan* const span = tracks->span;
  for (uint32_t b = 0; b < tracks->engine->n_lines / REVERB_NODES; ++b) {
    fill_line(span, &span->coeffs->feedback[b], tracks->feedback[b]);
    fill_line(span, &span->coeffs->low_gain[b], tracks->low_gain[b]);
  }
  fill_line(span, &span->coeffs->low_pole, tracks->low_pole);
}

REVERB_SIMD void
fill_tracks(Tracks* tracks, const ReverbEngine* engine, const ReverbSpan* span, bool glides)
{
  tracks->engine = engine;
  tracks->span   = span;
  for (size_t t = 0; t < REVERB_SPAN; ++t) {
    tracks->seconds[t] = ((double)engine->frame + (double)t) / engine->sample_rate;
  }

  for (uint32_t c = 0; c < engine->n_networks; ++c) {
    const Line8 input = line8(span, span->coeffs->input[c], glides);
    for (size_t t = 0; t < span->n_frames; ++t) {
      v8_store(tracks->input[c][t], line8_at(&input, t));
    }
  }
  fill_line(span, &span->coeffs->feedback[0], tracks->feedback[0]);
  tracks->banks = needs_banks(engine, span);
  if (tracks->banks) {
    fill_banks(tracks);
  }
  fill_line(span, &span->coeffs->saturation, tracks->saturation);
  tracks->saturates = span->coeffs->saturation > 0.0 || (span->slopes && span->slopes->saturation != 0.0);
  fill_shape(tracks, span->shape, &tracks->nodes, tracks->taps, glides);
  tracks->reads_both = span->next && !same_taps(span->shape, span->next);
  if (tracks->reads_both) {
    fill_shape(tracks, span->next, &tracks->next_nodes, tracks->next_taps, glides);
    fade_nodes(tracks);
  }
  fill_mixes(tracks, span);
}

#endif
