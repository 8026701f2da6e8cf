// SPDX-License-Identifier: ISC
#include "render.h"

#include "alloc.h"
#include "bounce.h"
#include "offline.h"
#include "params.h"
#include "passes.h"
#include "voice.h"

#include <string.h>

/** While a parameter bounces, stretches of the signal that are rendered on their own. */
typedef struct {
  uint32_t length;                 ///< 0: nothing bounces
  uint32_t at;                     ///< Frames of the next one that are there
  int64_t  start;                  ///< Where it begins
  double*  memory;                 ///< [3][n_channels][length]
  double** in;                     ///< [n_channels][length], that it is gathered in
  double** dry;                    ///< [n_channels][length], without the voice codec
  double** out;                    ///< [n_channels][length], the last one, which leaves meanwhile
  double   values[LOSSY_N_PARAMS]; ///< Of the whole, then of each stretch
} Stretches;

/** The voice codec in front of everything, where it is on. */
typedef struct {
  uint32_t    delay;  ///< 0: it is off
  bool        mono;   ///< It codes what left and right share
  int64_t     n_in;   ///< Frames that it got
  LossyVoice* each;   ///< [n_channels]
  double*     memory; ///< Of the codecs; then what follows
  double**    wet;    ///< [n_channels][KIT_MAX_PIECE]
  double**    dry;    ///< [n_channels][delay + KIT_MAX_PIECE]: the input, and what came before it
  double**    rest;   ///< [3][n_channels]: what is left of a piece behind the delay, wet, dry and to be given
} Voices;

typedef struct {
  LossyOffline  offline;
  const double* values;
  int64_t       n; ///< Frames of the whole
  uint32_t      pass;
  Stretches     stretches;
  Voices        voices;
} Renderer;

static bool
bounces(const double* values)
{
  return values[LOSSY_BOUNCE] >= 0.5;
}

static uint32_t
n_passes(const double* values)
{
  return bounces(values) ? 1U : lossy_offline_n_passes(values);
}

static bool
init_stretches(Stretches* s, const KitRendererSetup* setup)
{
  const uint32_t n = setup->n_out;
  s->length        = lossy_bounce_period(setup->sample_rate);
  s->memory        = (double*)kit_calloc(3U * (size_t)n * s->length, sizeof(double));
  s->in            = (double**)kit_calloc(3U * (size_t)n, sizeof(double*));
  s->dry           = s->in + n;
  s->out           = s->dry + n;
  for (uint32_t c = 0; s->memory && s->in && c < 3U * n; ++c) {
    s->in[c] = s->memory + (size_t)c * s->length;
  }
  memcpy(s->values, setup->values, sizeof(s->values));
  return s->memory && s->in;
}

/** Doubles that a channel's wet and dry piece want. */
static size_t
n_piece_doubles(uint32_t kind, double sample_rate)
{
  return lossy_voice_delay(kind, sample_rate) + 2U * (size_t)KIT_MAX_PIECE;
}

static bool
init_voices(Voices* v, const KitRendererSetup* setup)
{
  const uint32_t n_channels = setup->n_out;
  const uint32_t kind       = (uint32_t)setup->values[LOSSY_VOICE];
  const size_t   n_each     = lossy_voice_n_doubles(kind, setup->sample_rate);
  const size_t   n_pieces   = n_piece_doubles(kind, setup->sample_rate);
  v->delay                  = lossy_voice_delay(kind, setup->sample_rate);
  v->mono                   = n_channels == 2U && (uint32_t)setup->values[LOSSY_STEREO] == LOSSY_STEREO_MONO;
  v->each                   = (LossyVoice*)kit_calloc(n_channels, sizeof(LossyVoice));
  v->memory                 = (double*)kit_calloc(n_channels * (n_each + n_pieces), sizeof(double));
  v->wet                    = (double**)kit_calloc(5U * (size_t)n_channels, sizeof(double*));
  v->dry                    = v->wet + n_channels;
  v->rest                   = v->dry + n_channels;
  if (!v->each || !v->memory || !v->wet) {
    return false;
  }
  for (uint32_t c = 0; c < n_channels; ++c) {
    lossy_voice_init(&v->each[c], kind, setup->sample_rate, v->memory + c * n_each);
    v->wet[c] = v->memory + n_channels * n_each + c * n_pieces;
    v->dry[c] = v->wet[c] + KIT_MAX_PIECE;
  }
  return true;
}

static void
close_renderer(void* handle)
{
  Renderer* const r = (Renderer*)handle;
  lossy_offline_cleanup(&r->offline);
  kit_free(r->stretches.memory);
  kit_free((void*)r->stretches.in);
  kit_free(r->voices.each);
  kit_free(r->voices.memory);
  kit_free((void*)r->voices.wet);
  kit_free(r);
}

static void*
open_renderer(const KitRendererSetup* setup)
{
  Renderer* const r = (Renderer*)kit_calloc(1, sizeof(Renderer));
  if (!r) {
    return NULL;
  }
  r->values     = setup->values;
  r->n          = (int64_t)setup->n_frames;
  const bool ok = lossy_offline_init(&r->offline, setup->sample_rate, setup->bpm, setup->n_out) &&
                  (setup->values[LOSSY_VOICE] < 0.5 || init_voices(&r->voices, setup)) &&
                  (bounces(setup->values) ? init_stretches(&r->stretches, setup)
                                          : lossy_offline_start(&r->offline, setup->values, r->n));
  if (!ok) {
    close_renderer(r);
    return NULL;
  }
  r->offline.labels = setup->labels;
  return r;
}

static KitStatus
begin(void* handle, uint32_t pass, KitPass* how)
{
  Renderer* const r = (Renderer*)handle;
  if (r->stretches.length) {
    *how = (KitPass){.lag = r->stretches.length};
  } else {
    lossy_offline_begin(&r->offline, pass, how);
  }
  r->pass = pass;
  how->lag += pass ? 0U : r->voices.delay;
  return KIT_SUCCESS;
}

/** Render the stretch that has been gathered. */
static KitStatus
run_stretch(Renderer* r)
{
  Stretches* const s    = &r->stretches;
  const uint32_t   slot = lossy_bounce_slot(r->values[LOSSY_BOUNCE_TARGET]);
  const int64_t    left = r->n > s->start ? r->n - s->start : 0;
  const size_t     n    = left < (int64_t)s->length ? (size_t)left : s->length;

  const double middle_s = (double)(2U * (uint64_t)s->start + n) / 2.0 / r->offline.sample_rate;
  const double turns    = lossy_bounce_rate_hz(r->values, r->offline.bpm) * middle_s;
  r->offline.label_at   = s->start;
  s->values[slot]       = lossy_bounce_value(slot, r->values[slot], turns);

  const LossyWhole whole = {(const double* const*)s->in, (const double* const*)s->dry, s->out, n, s->start};
  const bool       ok    = !n || lossy_offline_render(&r->offline, s->values, &whole);
  s->start += (int64_t)s->length;
  s->at = 0;
  return ok ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static KitStatus
process_coded(Renderer* r, const double* const* in, const double* const* dry, double* const* io, uint32_t n)
{
  Stretches* const s  = &r->stretches;
  KitStatus        st = KIT_SUCCESS;
  if (!s->length) {
    lossy_offline_process(&r->offline, in, io, n);
    return st;
  }
  for (uint32_t done = 0; !st && done < n;) {
    const uint32_t left = s->length - s->at;
    const uint32_t m    = left < n - done ? left : n - done;
    for (uint32_t c = 0; c < r->offline.n_channels; ++c) {
      memcpy(s->in[c] + s->at, in[c] + done, m * sizeof(double));
      memcpy(s->dry[c] + s->at, dry[c] + done, m * sizeof(double));
      memcpy(io[c] + done, s->out[c] + s->at, m * sizeof(double));
    }
    done += m;
    s->at += m;
    st = s->at == s->length ? run_stretch(r) : KIT_SUCCESS;
  }
  return st;
}

/** The voice codec first: nothing comes of it until its delay is over. */
static KitStatus
process_voice(Renderer* r, const double* const* in, double* const* io, uint32_t n)
{
  Voices* const         v      = &r->voices;
  const LossyVoiceRules rules  = {(uint32_t)r->values[LOSSY_VOICE_DETAIL], r->values[LOSSY_GLOBAL_AMOUNT]};
  const int64_t         wait   = (int64_t)v->delay > v->n_in ? (int64_t)v->delay - v->n_in : 0;
  const uint32_t        skip   = wait < (int64_t)n ? (uint32_t)wait : n;
  const uint32_t        n_each = r->offline.n_channels;
  for (uint32_t c = 0; c < n_each; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      v->wet[c][i] = v->mono ? 0.5 * (in[0][i] + in[1][i]) : in[c][i];
    }
    memcpy(v->dry[c] + v->delay, in[c], n * sizeof(double));
    lossy_voice_process(&v->each[c], &rules, v->wet[c], v->wet[c], n);
    v->rest[c]               = v->wet[c] + skip;
    v->rest[n_each + c]      = v->dry[c] + skip;
    v->rest[2U * n_each + c] = io[c] + skip;
  }
  for (uint32_t c = 0; c < n_each; ++c) {
    memset(io[c], 0, skip * sizeof(double)); // It may be `in`
  }
  v->n_in += n;
  const double* const* const rest = (const double* const*)v->rest;
  const KitStatus            st =
    n > skip ? process_coded(r, rest, rest + n_each, v->rest + 2U * n_each, n - skip) : KIT_SUCCESS;
  for (uint32_t c = 0; c < n_each; ++c) {
    memmove(v->dry[c], v->dry[c] + n, v->delay * sizeof(double));
  }
  return st;
}

static KitStatus
process(void* handle, const double* const* in, double* const* io, uint32_t n)
{
  Renderer* const r = (Renderer*)handle;
  return r->voices.delay && !r->pass ? process_voice(r, in, io, n) : process_coded(r, in, in, io, n);
}

const KitRenderer lossy_renderer = {
  .n_passes     = n_passes,
  .needs_length = true,
  .open         = open_renderer,
  .close        = close_renderer,
  .begin        = begin,
  .process      = process,
};

KitStatus
lossy_render(const KitRenderJob* job)
{
  return kit_render_passes(&lossy_renderer, job, 0);
}

size_t
lossy_render_memory(const KitRenderJob* job)
{
  const uint32_t kind  = (uint32_t)job->values[LOSSY_VOICE];
  const size_t   voice = kind != LOSSY_VOICE_OFF ? lossy_voice_n_doubles(kind, job->sample_rate) +
                                                   n_piece_doubles(kind, job->sample_rate)
                                                 : 0U;
  return lossy_offline_memory(job->values, job->sample_rate, job->n_out) +
         job->n_out * voice * sizeof(double);
}
