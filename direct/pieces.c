// SPDX-License-Identifier: ISC
#include "work.h"

#include "alloc.h"
#include "ender.h"
#include "spool.h"

#include <string.h>

#define SPOOL_MEMORY ((size_t)16 << 20U) // Of all spools of a render
#define PIECE_MEMORY ((size_t)2 << 20U)  // Of what is on its way, roughly
#define MAX_TRIES    3

/** Channels in temporary files. */
typedef struct {
  KitSpool** spools; ///< [n_channels]
  uint32_t   n_channels;
  uint64_t   n_frames; ///< Of a source: that are there
  uint64_t   n_read;
} Store;

typedef struct {
  KitWork*       work;
  KitCleanSource clean;
  Store          kept; ///< The input, where it can be had only once
  Store          done; ///< What a pass gave
  const KitSink* sink;
  const char*    folder;
  uint32_t       n_passes;
} Run;

static KitStatus
init_store(const Run* run, Store* store, uint32_t n_channels)
{
  const size_t share = SPOOL_MEMORY / 2U / n_channels;
  *store             = (Store){.n_channels = n_channels};
  store->spools      = (KitSpool**)kit_calloc(n_channels, sizeof(KitSpool*));
  for (uint32_t c = 0; store->spools && c < n_channels; ++c) {
    store->spools[c] = kit_spool_new(share, run->folder, run->work->setup.log);
    if (!store->spools[c]) {
      return KIT_ERR_NO_MEMORY;
    }
  }
  return store->spools ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static void
cleanup_store(Store* store)
{
  for (uint32_t c = 0; store->spools && c < store->n_channels; ++c) {
    kit_spool_free(store->spools[c]);
  }
  kit_free((void*)store->spools);
}

static KitStatus
put(const Store* store, uint64_t at, const double* const* x, uint32_t n)
{
  KitStatus st = KIT_SUCCESS;
  for (uint32_t c = 0; !st && c < store->n_channels; ++c) {
    st = kit_spool_write(store->spools[c], at * sizeof(double), x[c], n * sizeof(double));
  }
  return st;
}

static KitStatus
get(const Store* store, uint64_t at, double* const* x, uint32_t n)
{
  KitStatus st = KIT_SUCCESS;
  for (uint32_t c = 0; !st && c < store->n_channels; ++c) {
    st = kit_spool_read(store->spools[c], at * sizeof(double), x[c], n * sizeof(double));
  }
  return st;
}

/* Input that was kept */

static KitStatus
kept_read(Run* run, const double** in, uint32_t n, uint32_t* n_read)
{
  Store* const   kept = &run->kept;
  const uint64_t left = kept->n_frames - kept->n_read;
  KitStatus      st   = KIT_SUCCESS;
  *n_read             = left < n ? (uint32_t)left : n;
  for (uint32_t c = 0; !st && c < kept->n_channels; ++c) {
    double* const to = run->clean.memory + (size_t)c * KIT_MAX_PIECE;
    in[c]            = to;
    st = kit_spool_read(kept->spools[c], kept->n_read * sizeof(double), to, *n_read * sizeof(double));
  }
  kept->n_read += *n_read;
  return st;
}

/** Read the source to its end.  @param keep Keep it, for it can be had only once; else only count. */
static KitStatus
measure_input(Run* run, bool keep)
{
  KitWork* const       work     = run->work;
  const uint32_t       n_in     = work->setup.n_in;
  const double** const in       = (const double**)kit_calloc(n_in, sizeof(double*));
  double* const        room     = (double*)kit_calloc((size_t)n_in * KIT_MAX_PIECE, sizeof(double));
  uint64_t             n_frames = 0;
  uint32_t             n        = 1;
  KitStatus            st       = in && room ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  st                            = st || !keep ? st : init_store(run, &run->kept, n_in);
  while (!st && n) {
    for (uint32_t c = 0; c < n_in; ++c) {
      in[c] = room + (size_t)c * KIT_MAX_PIECE;
    }
    st = kit_clean_read(&run->clean, in, KIT_MAX_PIECE, &n);
    st = st || !keep ? st : put(&run->kept, n_frames, in, n);
    n_frames += st ? 0U : n;
    if (!st && work->options->progress && !work->options->progress(work->options->handle, 0.0)) {
      st = KIT_ERR_CANCELLED;
    }
  }
  if (!st && !keep) {
    st = kit_clean_rewind(&run->clean);
  }
  run->kept.n_frames   = n_frames;
  run->clean.counted   = true;
  work->setup.n_frames = n_frames + work->n_tail;
  kit_free((void*)in);
  kit_free(room);
  return st;
}

/* The passes' side */

static KitStatus
pass_read(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  Run* const run = (Run*)handle;
  return run->kept.spools ? kept_read(run, in, n, n_read) : kit_clean_read(&run->clean, in, n, n_read);
}

static KitStatus
pass_rewind(void* handle)
{
  Run* const run   = (Run*)handle;
  run->kept.n_read = 0;
  return run->kept.spools ? KIT_SUCCESS : kit_clean_rewind(&run->clean);
}

static KitStatus
pass_load(void* handle, uint32_t pass, uint64_t at, double* const* x, uint32_t n)
{
  const Run* const run = (const Run*)handle;
  (void)pass;
  return run->sink->held ? run->sink->held(run->sink->handle, at, x, n) : get(&run->done, at, x, n);
}

static KitStatus
pass_store(void* handle, uint32_t pass, uint64_t at, const double* const* x, uint32_t n)
{
  const Run* const     run  = (const Run*)handle;
  const KitSink* const sink = run->sink;
  if (pass + 1U == run->n_passes) {
    return sink->write(sink->handle, x, n);
  }
  return sink->hold ? sink->hold(sink->handle, at, x, n) : put(&run->done, at, x, n);
}

static bool
pass_progress(void* handle, double fraction)
{
  const KitRenderOptions* const options = ((const Run*)handle)->work->options;
  return !options->progress || options->progress(options->handle, fraction);
}

static KitStatus
run_passes(Run* run)
{
  KitWork* const         work     = run->work;
  const KitSource* const source   = run->clean.source;
  const KitRenderer*     renderer = work->options->effect->renderer;
  const bool             needs    = renderer->needs_length || run->n_passes > 1U;
  const bool             known    = work->setup.n_frames != KIT_UNKNOWN_LENGTH;
  KitStatus              st       = KIT_SUCCESS;
  KitPasses              passes   = {
                   .renderer   = renderer,
                   .n_tail     = work->n_tail,
                   .n_expected = known ? work->setup.n_frames : 0U,
                   .n_piece    = KIT_MAX_PIECE,
  };
  if (needs && !source->rewind) {
    st = measure_input(run, true);
  } else if (needs && !source->is_exact && (!known || run->n_passes == 1U)) {
    st = measure_input(run, false);
  }
  if (!st && run->n_passes > 1U && !run->sink->hold) {
    st = init_store(run, &run->done, work->setup.n_out);
  }
  const KitPassesIo io = {pass_read, pass_rewind, pass_load, pass_store, pass_progress, run};
  for (int i = 0; !st && i < MAX_TRIES; ++i) {
    passes.setup = work->setup;
    if (!needs && !source->is_exact) {
      passes.setup.n_frames = KIT_UNKNOWN_LENGTH;
    }
    st = kit_run_passes(&passes, &io);
    if (st != KIT_ERR_BAD_ARG || run->n_passes == 1U) {
      return st;
    }
    // The input has another length than it was said to have
    work->setup.n_frames = passes.n_read + work->n_tail;
    st                   = pass_rewind(run);
  }
  return st ? st : KIT_ERR_IO;
}

static KitStatus
run_renderer(KitWork* work, const KitSource* source, const KitSink* sink, const char* folder)
{
  Run run = {
    .work     = work,
    .sink     = sink,
    .folder   = folder,
    .n_passes = kit_n_passes(work->options->effect->renderer, work->values),
  };
  KitStatus st = kit_clean_init(&run.clean, source);
  st           = st ? st : run_passes(&run);
  if (!st) {
    kit_clean_warn(&run.clean, work->options->log);
  }
  cleanup_store(&run.kept);
  cleanup_store(&run.done);
  kit_clean_cleanup(&run.clean);
  return st;
}

KitStatus
kit_work_pieces(KitWork* work, const KitSource* source, const KitSink* sink, const char* folder)
{
  KitEnder  ender;
  KitStatus st = kit_ender_open(&ender, work, source, sink, folder);
  if (!st) {
    st = work->options->stream ? kit_work_stream(work, &ender.source, &ender.sink)
                               : run_renderer(work, &ender.source, &ender.sink, folder);
  }
  kit_ender_close(&ender);
  return st;
}

/* An effect that wants all at once */

static KitStatus
grow(KitAudio* audio, size_t* capacity, size_t needed)
{
  if (needed <= *capacity) {
    return KIT_SUCCESS;
  }
  KitAudio        more   = {0};
  const size_t    wanted = needed + *capacity;
  const KitStatus st     = kit_audio_init(&more, audio->sample_rate, audio->n_channels, wanted);
  if (st) {
    return st;
  }
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    memcpy(more.channels[c], audio->channels[c], audio->n_frames * sizeof(double));
  }
  more.n_frames = audio->n_frames;
  kit_audio_cleanup(audio);
  *audio    = more;
  *capacity = wanted;
  return KIT_SUCCESS;
}

static KitStatus
read_whole(const KitSource* source, KitAudio* audio)
{
  const bool known    = source->n_frames != KIT_UNKNOWN_LENGTH && source->n_frames < SIZE_MAX / 16U;
  size_t     capacity = (known ? (size_t)source->n_frames : 0U) + KIT_MAX_PIECE;
  uint32_t   n        = 1;

  const double** const in = (const double**)kit_calloc(source->n_channels, sizeof(double*));
  KitStatus            st =
    in ? kit_audio_init(audio, source->sample_rate, source->n_channels, capacity) : KIT_ERR_NO_MEMORY;
  audio->n_frames = 0;
  while (!st && n) {
    st = grow(audio, &capacity, audio->n_frames + KIT_MAX_PIECE);
    for (uint32_t c = 0; !st && c < source->n_channels; ++c) {
      in[c] = audio->channels[c] + audio->n_frames;
    }
    st = st ? st : source->read(source->handle, in, KIT_MAX_PIECE, &n);
    for (uint32_t c = 0; !st && n && c < source->n_channels; ++c) {
      if (in[c] != audio->channels[c] + audio->n_frames) {
        memcpy(audio->channels[c] + audio->n_frames, in[c], n * sizeof(double));
      }
    }
    audio->n_frames += st ? 0U : n;
  }
  kit_free((void*)in);
  return st;
}

static KitStatus
run_whole(const KitRenderOptions* options, const KitSource* source, const KitSink* sink)
{
  KitAudio  in  = {0};
  KitAudio  out = {0};
  KitStatus st  = read_whole(source, &in);
  st            = st ? st : kit_render(options, &in, &out);
  kit_audio_cleanup(&in);
  const double** const x = (const double**)kit_calloc(out.n_channels ? out.n_channels : 1U, sizeof(double*));
  st                     = st || x ? st : KIT_ERR_NO_MEMORY;
  for (size_t at = 0; !st && at < out.n_frames; at += KIT_MAX_PIECE) {
    const size_t left = out.n_frames - at;
    for (uint32_t c = 0; c < out.n_channels; ++c) {
      x[c] = out.channels[c] + at;
    }
    st = sink->write(sink->handle, x, left < KIT_MAX_PIECE ? (uint32_t)left : KIT_MAX_PIECE);
  }
  kit_free((void*)x);
  kit_audio_cleanup(&out);
  return st;
}

KitStatus
kit_render_pieces(const KitRenderOptions* options, const KitSource* source, const KitSink* sink,
                  const char* folder)
{
  KitWork   work;
  KitStatus st = kit_work_init(&work, options, source);
  if (st || (!options->stream && !options->effect->renderer)) {
    return st ? st : run_whole(options, source, sink);
  }
  return kit_work_pieces(&work, source, sink, folder);
}

uint64_t
kit_render_n_frames(const KitRenderOptions* options, const KitSource* source)
{
  KitWork work;
  return kit_work_init(&work, options, source) || work.ending.trims ? KIT_UNKNOWN_LENGTH
                                                                    : work.setup.n_frames;
}

size_t
kit_render_pieces_memory(const KitRenderOptions* options, const KitSource* source)
{
  const KitEffect* const effect = options->effect;
  KitWork                work;
  if (kit_work_init(&work, options, source)) {
    return SIZE_MAX;
  }
  const KitRendererSetup* const s   = &work.setup;
  const KitRenderJob            job = {.sample_rate = s->sample_rate,
                                       .n_in        = s->n_in,
                                       .n_out       = s->n_out,
                                       .n_frames    = (size_t)s->n_frames,
                                       .values      = s->values,
                                       .bpm         = s->bpm};
  if (options->stream || effect->renderer) {
    const bool spools = !options->stream &&
                        (effect->renderer->needs_length || kit_n_passes(effect->renderer, work.values) > 1U);
    return PIECE_MEMORY + (spools ? SPOOL_MEMORY : 0U) + effect->render_memory(&job);
  }
  const double buffers = 2.0 * ((double)s->n_in + s->n_out) * (double)s->n_frames * sizeof(double);
  return buffers < 0.5 * (double)SIZE_MAX ? (size_t)buffers + effect->render_memory(&job) : SIZE_MAX;
}
