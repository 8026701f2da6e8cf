// SPDX-License-Identifier: ISC
#include "stream.h"

#include <math.h>
#include <string.h>

#define CELL        32U // Frames that a course of coefficients is taken as straight
#define INPUT_LIMIT 1e6

/* Not the block's offset: an anchor where nothing changed begins it anew, while a freeze goes on. */
static uint32_t
since_coeffs(const ReverbStream* stream)
{
  return (uint32_t)(stream->engine.frame - stream->coeffs_frame);
}

/** How far the loop is frozen, `ahead` frames from here. */
static double
frozen_at(const ReverbStream* stream, uint32_t ahead)
{
  const double goal = stream->values[REVERB_FREEZE];
  const double done = (double)(stream->engine.frame + ahead - stream->freeze_frame) / stream->freeze_frames;
  return done >= 1.0 ? goal : stream->freeze_from + (goal - stream->freeze_from) * done;
}

/** @param ahead Frames from here to `at`. */
static void
init_coeffs_at(const ReverbStream* stream, uint32_t at, uint32_t ahead, ReverbCoeffs* coeffs)
{
  double values[REVERB_MATRIX_CUSTOM];
  for (uint32_t s = 0; s < REVERB_MATRIX_CUSTOM; ++s) {
    values[s] = stream->values[s] + stream->course[s] * at;
  }
  values[REVERB_FREEZE] = frozen_at(stream, ahead);
  if (stream->n_in == 1U) {
    values[REVERB_INPUT_SPREAD] = 0.0;
  }
  reverb_coeffs_init(coeffs, values, stream->engine.sample_rate);
}

/* A sum of phase and shift is the same before and after a change of rate. */
static void
take_rates(ReverbStream* stream, uint32_t at)
{
  double values[REVERB_MATRIX_CUSTOM];
  for (uint32_t s = 0; s < REVERB_MATRIX_CUSTOM; ++s) {
    values[s] = stream->values[s] + stream->course[s] * at;
  }
  ReverbRates rates;
  reverb_rates_init(&rates, values);

  ReverbEngine* const engine  = &stream->engine;
  const double        seconds = (double)engine->frame / engine->sample_rate;
  for (uint32_t target = 0; target < REVERB_N_LFOS; ++target) {
    for (uint32_t i = 0; i < REVERB_NODES; ++i) {
      double* const shift = &engine->phase_shift[target][i];
      const double  moved = *shift + (stream->rates.node[target][i] - rates.node[target][i]) * seconds;
      *shift              = moved - floor(moved);
    }
  }
  const double moved = engine->phase_shift_matrix + (stream->rates.matrix - rates.matrix) * seconds;

  engine->phase_shift_matrix = moved - floor(moved);
  stream->rates              = rates;
}

static void
take_coeffs(ReverbStream* stream, uint32_t at)
{
  stream->coeffs_at    = at;
  stream->coeffs_frame = stream->engine.frame;
  take_rates(stream, at);
  stream->glides = stream->moves || frozen_at(stream, 0) != frozen_at(stream, CELL);
  init_coeffs_at(stream, at, 0, &stream->coeffs);
  if (stream->glides) {
    double* const       slope = (double*)&stream->slopes;
    const double* const from  = (const double*)&stream->coeffs;
    init_coeffs_at(stream, at + CELL, CELL, &stream->slopes);
    for (size_t k = 0; k < REVERB_N_COEFFS; ++k) {
      slope[k] = (slope[k] - from[k]) / CELL;
    }
  }
  reverb_governor_set_ceilings(&stream->governor, &stream->coeffs);
}

static void
follow_shape(ReverbStream* stream)
{
  const double rate = stream->engine.sample_rate;
  if (stream->fading ||
      reverb_shape_fits(&stream->shapes[stream->shape], stream->values, stream->course, rate)) {
    return;
  }
  reverb_shape_init(&stream->shapes[stream->shape ^ 1U], stream->values, stream->course, rate);
  if (stream->shapes[stream->shape ^ 1U].early && !stream->shapes[stream->shape].early) {
    reverb_engine_clear_early(&stream->engine);
  }
  stream->fading     = true;
  stream->fade_frame = 0;
}

static void
take_values(ReverbStream* stream, const double* values, const double* course, double bpm)
{
  memcpy(stream->values, values, sizeof(stream->values));
  memcpy(stream->course, course, sizeof(stream->course));
  stream->values[REVERB_N_LINES] = stream->n_lines_value;
  reverb_follow_tempo(stream->values, bpm);
  if (values[REVERB_MOD_SYNC] > 0.0) {
    stream->course[REVERB_MOD_MASTER_RATE] = 0.0;
  }
}

static void
follow_freeze(ReverbStream* stream, double wanted)
{
  if (wanted != stream->values[REVERB_FREEZE]) {
    stream->freeze_from  = frozen_at(stream, 0);
    stream->freeze_frame = stream->engine.frame;
  }
}

static bool
needs_networks(const ReverbStream* stream)
{
  const double* const v = stream->values;
  return stream->n_in == 2U && (v[REVERB_SATURATION] > 0.0 || stream->course[REVERB_SATURATION] > 0.0 ||
                                v[REVERB_INPUT_SPREAD] > 0.0 || stream->course[REVERB_INPUT_SPREAD] > 0.0);
}

static bool
is_synced(const double* values)
{
  return values[REVERB_PRE_DELAY_SYNC] > 0.0 || values[REVERB_MOD_SYNC] > 0.0;
}

static void
take_anchor(ReverbStream* stream, const KitBlock* block)
{
  follow_freeze(stream, block->values[REVERB_FREEZE]);
  take_values(stream, block->values, block->slopes, block->transport ? block->transport->bpm : 0.0);
  stream->moves = false;
  for (uint32_t s = 0; s < REVERB_MATRIX_CUSTOM; ++s) {
    stream->moves = stream->moves || stream->course[s] != 0.0;
  }
  if (stream->engine.frame == 0U && is_synced(stream->values)) {
    reverb_shape_init(&stream->shapes[stream->shape], stream->values, stream->course,
                      stream->engine.sample_rate);
    reverb_rates_init(&stream->rates, stream->values);
    stream->fading = false;
  }
  take_coeffs(stream, 0);
  follow_shape(stream);
  if (needs_networks(stream)) {
    stream->engine.n_networks = 2U;
  }
}

void
reverb_stream_reset(void* handle, const double* values)
{
  static const double still[REVERB_N_SLOTS] = {0.0};

  ReverbStream* const stream = (ReverbStream*)handle;
  take_values(stream, values, still, 0.0); // The tempo comes with the first block
  reverb_engine_reset(&stream->engine);
  reverb_governor_reset(&stream->governor, stream->engine.sample_rate);
  reverb_ducker_reset(&stream->ducker);
  reverb_shape_init(&stream->shapes[0], stream->values, NULL, stream->engine.sample_rate);
  reverb_rates_init(&stream->rates, stream->values);
  stream->shape        = 0;
  stream->fading       = false;
  stream->moves        = false;
  stream->freeze_from  = stream->values[REVERB_FREEZE];
  stream->freeze_frame = 0;
  take_coeffs(stream, 0);
  stream->engine.n_networks = needs_networks(stream) ? 2U : 1U;
}

bool
reverb_needs_rebuild(const double* running, const double* wanted, double sample_rate)
{
  (void)sample_rate;
  return running[REVERB_N_LINES] != wanted[REVERB_N_LINES];
}

/** A stretch of a block that one kernel run renders. */
typedef struct {
  ReverbSpan span;
  double     x[KIT_MAX_CHANNELS][REVERB_SPAN]; ///< Input, sane
  double     sum[REVERB_SPAN];
  double     left[REVERB_SPAN];
  double     right[REVERB_SPAN];
} Stretch;

static void
plan(ReverbStream* stream, Stretch* stretch)
{
  stretch->span = (ReverbSpan){
    .offset      = since_coeffs(stream),
    .wet         = {stretch->left, stretch->right},
    .shape       = &stream->shapes[stream->shape],
    .next        = stream->fading ? &stream->shapes[stream->shape ^ 1U] : NULL,
    .fade_frame  = stream->fade_frame,
    .fade_step   = 1.0 / stream->fade_frames,
    .coeffs      = &stream->coeffs,
    .slopes      = stream->glides ? &stream->slopes : NULL,
    .rates       = &stream->rates,
    .governor    = &stream->governor,
    .feed_stages = true,
  };
}

static uint32_t
stretch_limit(const ReverbStream* stream, const ReverbSpan* span)
{
  uint32_t limit = reverb_span_limit(&stream->engine, span);
  if (stream->glides && CELL - span->offset < limit) {
    limit = CELL - span->offset;
  }
  if (stream->fading && stream->fade_frames - stream->fade_frame < limit) {
    limit = stream->fade_frames - stream->fade_frame;
  }
  return limit;
}

static void
read_input(const ReverbStream* stream, const KitBlock* block, uint32_t at, Stretch* stretch)
{
  ReverbSpan* const span = &stretch->span;
  for (uint32_t c = 0; c < stream->n_in; ++c) {
    for (uint32_t t = 0; t < span->n_frames; ++t) {
      const double x   = block->in[c][at + t];
      const double low = x > -INPUT_LIMIT ? x : -INPUT_LIMIT; // NaN too
      const double cut = low < INPUT_LIMIT ? low : INPUT_LIMIT;
      stretch->x[c][t] = x == x ? cut : 0.0;
    }
    span->in[c] = stretch->x[c];
  }
  if (stream->n_in > stream->engine.n_networks) {
    for (uint32_t t = 0; t < span->n_frames; ++t) {
      stretch->sum[t] = stretch->x[0][t] + stretch->x[1][t];
    }
    span->in[0] = stretch->sum;
  }
}

static void
write_output(const ReverbStream* stream, const KitBlock* block, uint32_t at, Stretch* stretch)
{
  const ReverbSpan* const span  = &stretch->span;
  const double            slope = stream->glides ? stream->slopes.wet : 0.0;
  reverb_limit_output(stretch->left, span->n_frames);
  reverb_limit_output(stretch->right, span->n_frames);
  for (uint32_t t = 0; stream->n_out == 1U && t < span->n_frames; ++t) {
    stretch->left[t] = 0.5 * (stretch->left[t] + stretch->right[t]);
  }
  for (uint32_t c = 0; c < stream->n_out; ++c) {
    const double* const dry = stretch->x[c < stream->n_in ? c : 0U];
    const double* const wet = span->wet[c];
    for (uint32_t t = 0; t < span->n_frames; ++t) {
      const double mix      = stream->coeffs.wet + slope * (span->offset + t);
      block->out[c][at + t] = (1.0 - mix) * dry[t] + mix * wet[t];
    }
  }
}

static void
advance_fade(ReverbStream* stream, uint32_t n)
{
  if (!stream->fading) {
    return;
  }
  stream->fade_frame += n;
  if (stream->fade_frame == stream->fade_frames) {
    stream->fading = false;
    stream->shape ^= 1U;
    follow_shape(stream);
  }
}

void
reverb_stream_process(void* handle, const KitBlock* block)
{
  ReverbStream* const stream = (ReverbStream*)handle;
  if (block->changed) {
    take_anchor(stream, block);
  }

  Stretch stretch;
  for (uint32_t at = 0; at < block->n_frames; at += stretch.span.n_frames) {
    if (stream->glides && since_coeffs(stream) >= CELL) {
      take_coeffs(stream, stream->coeffs_at + CELL);
    }
    plan(stream, &stretch);
    const uint32_t limit  = stretch_limit(stream, &stretch.span);
    const uint32_t left   = block->n_frames - at;
    stretch.span.n_frames = left < limit ? left : limit;
    read_input(stream, block, at, &stretch);
    stream->kernel(&stream->engine, &stretch.span);
    const double* const heard[] = {stretch.x[0], stretch.x[stream->n_in - 1U]};
    reverb_duck(&stream->ducker, &stream->engine, &stretch.span, heard);
    write_output(stream, block, at, &stretch);
    advance_fade(stream, stretch.span.n_frames);
  }
}
