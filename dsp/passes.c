// SPDX-License-Identifier: ISC
#include "passes.h"

#include "alloc.h"

#include <string.h>

#define FIRST_SHARE 0.9 // Of the progress: later passes are quick

typedef struct {
  KitPasses*         passes;
  const KitPassesIo* io;
  void*              renderer;
  uint32_t           n_passes;
  uint32_t           pass;
  KitPass            how;
  uint64_t           n_total; ///< KIT_UNKNOWN_LENGTH until the input has ended
  uint64_t           n_read;
  uint64_t           n_fed;
  uint64_t           n_stored;
  double*            memory;
  double**           room;    ///< [n_in]
  double**           io_room; ///< [n_out]
  const double**     in;      ///< [n_in]
  const double**     late;    ///< [n_out]
} Run;

uint32_t
kit_n_passes(const KitRenderer* renderer, const double* values)
{
  return renderer->n_passes ? renderer->n_passes(values) : 1U;
}

static bool
alloc(Run* run)
{
  const KitRendererSetup* const s       = &run->passes->setup;
  const uint32_t                n       = s->n_in + s->n_out;
  const uint32_t                n_piece = run->passes->n_piece;

  run->memory = (double*)kit_calloc((size_t)n * n_piece, sizeof(double));
  run->room   = (double**)kit_calloc(n, sizeof(double*));
  run->in     = (const double**)kit_calloc(n, sizeof(double*));
  if (!run->memory || !run->room || !run->in) {
    return false;
  }
  for (uint32_t c = 0; c < n; ++c) {
    run->room[c] = run->memory + (size_t)c * n_piece;
  }
  run->io_room = run->room + s->n_in;
  run->late    = run->in + s->n_in;
  return true;
}

/** Fill run->in with the next `n` frames of input, and silence after it. */
static KitStatus
read_input(Run* run, uint32_t n)
{
  KitPasses* const passes = run->passes;
  const uint32_t   n_in   = passes->setup.n_in;
  const bool       known  = run->n_total != KIT_UNKNOWN_LENGTH;
  const uint64_t   end    = known ? run->n_total - passes->n_tail : KIT_UNKNOWN_LENGTH;
  const uint64_t   left   = end - run->n_read;
  const uint32_t   wanted = left < n ? (uint32_t)left : n;
  uint32_t         got    = 0;
  for (uint32_t c = 0; c < n_in; ++c) {
    run->in[c] = run->room[c];
  }
  const KitStatus st = wanted ? run->io->read(run->io->handle, run->in, wanted, &got) : KIT_SUCCESS;
  if (st) {
    return st;
  }
  run->n_read += got;
  if (got < wanted && known) {
    passes->n_read = run->n_read;
    return KIT_ERR_BAD_ARG;
  }
  if (got < wanted) {
    run->n_total = run->n_read + passes->n_tail;
  }
  for (uint32_t c = 0; got < n && c < n_in; ++c) {
    if (run->in[c] != run->room[c] && got) {
      memcpy(run->room[c], run->in[c], got * sizeof(double));
    }
    memset(run->room[c] + got, 0, (n - got) * sizeof(double));
    run->in[c] = run->room[c];
  }
  return KIT_SUCCESS;
}

/** Give run->io_room what the pass before gave. */
static KitStatus
load(Run* run, uint32_t n)
{
  const uint64_t left  = run->n_total > run->n_fed ? run->n_total - run->n_fed : 0U;
  const uint32_t there = left < n ? (uint32_t)left : n;
  for (uint32_t c = 0; there < n && c < run->passes->setup.n_out; ++c) {
    memset(run->io_room[c] + there, 0, (n - there) * sizeof(double));
  }
  return there ? run->io->load(run->io->handle, run->pass - 1U, run->n_fed, run->io_room, there)
               : KIT_SUCCESS;
}

static KitStatus
store(Run* run, uint32_t n)
{
  const uint64_t lead = run->n_fed < run->how.lag ? run->how.lag - run->n_fed : 0U;
  const uint32_t skip = lead < n ? (uint32_t)lead : n;
  const uint64_t left = run->n_total - run->n_stored;
  const uint32_t m    = left < n - skip ? (uint32_t)left : n - skip;
  if (!m) {
    return KIT_SUCCESS;
  }
  for (uint32_t c = 0; c < run->passes->setup.n_out; ++c) {
    run->late[c] = run->io_room[c] + skip;
  }
  const KitStatus st = run->io->store(run->io->handle, run->pass, run->n_stored, run->late, m);
  run->n_stored += m;
  return st;
}

static bool
report(const Run* run)
{
  const uint64_t n     = run->n_total == KIT_UNKNOWN_LENGTH ? run->passes->n_expected : run->n_total;
  const double   done  = n && run->n_stored < n ? (double)run->n_stored / (double)n : n ? 1.0 : 0.0;
  const double   first = run->n_passes > 1U ? FIRST_SHARE : 1.0;
  const double   later = run->n_passes > 1U ? (1.0 - first) / (run->n_passes - 1U) : 0.0;
  const double   at    = run->pass ? first + later * (run->pass - 1U + done) : first * done;
  return !run->io->progress || run->io->progress(run->io->handle, at);
}

static KitStatus
run_piece(Run* run)
{
  const KitPasses* const passes = run->passes;
  const uint64_t         left =
    run->n_total == KIT_UNKNOWN_LENGTH ? UINT64_MAX : run->n_total + run->how.lag - run->n_fed;
  const uint32_t n = left < passes->n_piece ? (uint32_t)left : passes->n_piece;

  KitStatus st = run->how.no_input ? KIT_SUCCESS : read_input(run, n);
  st           = st || !run->pass ? st : load(run, n);
  st           = st ? st : passes->renderer->process(run->renderer, run->in, run->io_room, n);
  st           = st ? st : store(run, n);
  run->n_fed += n;
  return st || report(run) ? st : KIT_ERR_CANCELLED;
}

/** An input that goes on after its announced end. */
static KitStatus
check_end(Run* run)
{
  KitPasses* const passes = run->passes;
  uint32_t         got    = 1;
  passes->n_read          = run->n_read;
  if (run->n_passes == 1U || run->pass) {
    return KIT_SUCCESS;
  }
  KitStatus st = KIT_SUCCESS;
  while (!st && got) {
    for (uint32_t c = 0; c < passes->setup.n_in; ++c) {
      run->in[c] = run->room[c];
    }
    st = run->io->read(run->io->handle, run->in, passes->n_piece, &got);
    passes->n_read += st ? 0U : got;
  }
  return st ? st : passes->n_read == run->n_read ? KIT_SUCCESS : KIT_ERR_BAD_ARG;
}

static KitStatus
run_pass(Run* run)
{
  run->n_read = run->n_fed = run->n_stored = 0;
  KitStatus st = run->passes->renderer->begin(run->renderer, run->pass, &run->how);
  if (!st && run->pass && !run->how.no_input) {
    st = run->io->rewind(run->io->handle);
  }
  while (!st && run->n_stored < run->n_total) {
    st = run_piece(run);
  }
  return st || run->pass ? st : check_end(run);
}

KitStatus
kit_run_passes(KitPasses* passes, const KitPassesIo* io)
{
  Run run = {
    .passes   = passes,
    .io       = io,
    .n_passes = kit_n_passes(passes->renderer, passes->setup.values),
    .n_total  = passes->setup.n_frames,
  };
  KitStatus st = alloc(&run) ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  run.renderer = st ? NULL : passes->renderer->open(&passes->setup);
  st           = run.renderer ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  for (; !st && run.pass < run.n_passes; ++run.pass) {
    st = run_pass(&run);
  }
  if (run.renderer) {
    passes->renderer->close(run.renderer);
  }
  kit_free(run.memory);
  kit_free(run.room);
  kit_free(run.in);
  return st;
}

/* A whole buffer */

typedef struct {
  const KitRenderJob* job;
  size_t              n_read;
} Whole;

static KitStatus
whole_read(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  Whole* const whole = (Whole*)handle;
  const size_t left  = whole->job->n_frames - whole->n_read;
  *n_read            = left < n ? (uint32_t)left : n;
  for (uint32_t c = 0; c < whole->job->n_in; ++c) {
    in[c] = whole->job->in[c] + whole->n_read;
  }
  whole->n_read += *n_read;
  return KIT_SUCCESS;
}

static KitStatus
whole_rewind(void* handle)
{
  ((Whole*)handle)->n_read = 0;
  return KIT_SUCCESS;
}

static KitStatus
whole_load(void* handle, uint32_t pass, uint64_t at, double* const* x, uint32_t n)
{
  const KitRenderJob* const job = ((const Whole*)handle)->job;
  (void)pass;
  for (uint32_t c = 0; c < job->n_out; ++c) {
    memcpy(x[c], job->out[c] + at, n * sizeof(double));
  }
  return KIT_SUCCESS;
}

static KitStatus
whole_store(void* handle, uint32_t pass, uint64_t at, const double* const* x, uint32_t n)
{
  const KitRenderJob* const job = ((const Whole*)handle)->job;
  (void)pass;
  for (uint32_t c = 0; c < job->n_out; ++c) {
    memcpy(job->out[c] + at, x[c], n * sizeof(double));
  }
  return KIT_SUCCESS;
}

static bool
whole_progress(void* handle, double fraction)
{
  const KitRenderJob* const job = ((const Whole*)handle)->job;
  return !job->progress || job->progress(job->handle, fraction);
}

KitStatus
kit_render_passes(const KitRenderer* renderer, const KitRenderJob* job, uint32_t n_piece)
{
  Whole             whole  = {job, 0};
  const KitPassesIo io     = {whole_read, whole_rewind, whole_load, whole_store, whole_progress, &whole};
  KitPasses         passes = {
            .renderer = renderer,
            .setup = {job->sample_rate, job->n_in, job->n_out, job->n_frames, job->values, job->log, job->bpm, NULL},
            .n_piece = n_piece ? n_piece : KIT_MAX_PIECE,
  };
  return kit_run_passes(&passes, &io);
}
