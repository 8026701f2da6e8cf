// SPDX-License-Identifier: ISC
#include "render.h"

#include "alloc.h"
#include "path.h"
#include "system.h"

#include <errno.h>
#include <string.h>

#define MIN_RATE_HZ 8000.0 // what KitRenderJob promises effects
#define MAX_RATE_HZ 384000.0
#define READ_SHARE  0.05 // of a file's progress
#define CHUNK       1048576U

/** One file at work. */
typedef struct {
  const CliRender* render;
  const char*      in;
  const char*      out;
  CliProgress*     progress;
  KitLog           names; ///< Messages that begin with the file's name
  KitLog           log;   ///< The same, counting errors
  uint32_t         n_errors;
  char*            bytes; ///< Of standard input, or null
  KitAudioFile*    file;
  KitAudio         audio; ///< Input, then output
  size_t           taken; ///< Bytes of the memory budget
} Work;

static void
count_and_write(void* handle, KitLogLevel level, const char* text)
{
  Work* const work = (Work*)handle;
  work->n_errors += level == KIT_LOG_ERROR ? 1U : 0U;
  work->names.write(work->names.handle, level, text);
}

static bool
is_std(const char* path)
{
  return !strcmp(path, "-");
}

static bool
report(void* handle, double fraction)
{
  cli_progress_set((CliProgress*)handle, READ_SHARE + (1.0 - 2.0 * READ_SHARE) * fraction);
  return !kit_interrupted();
}

static KitStatus
check_paths(const Work* work)
{
  if (!is_std(work->in) && !is_std(work->out) && kit_path_same(work->in, work->out)) {
    cli_error("%s: is the input itself, which is never overwritten: choose another name", work->out);
    return KIT_ERR_IO;
  }
  if (is_std(work->out) && kit_is_terminal(stdout)) {
    cli_error("standard output: is a terminal: send it to a file or a program");
    return KIT_ERR_IO;
  }
  if (!is_std(work->out) && !kit_audio_extension_known(kit_path_extension(work->out), true)) {
    cli_error("%s: unknown audio format \"%s\": use wav, flac, aiff, ogg, mp3, …", work->out,
              kit_path_extension(work->out));
    return KIT_ERR_UNSUPPORTED;
  }
  return KIT_SUCCESS;
}

static KitStatus
too_large(const Work* work, double bytes)
{
  kit_log(
    &work->log, KIT_LOG_ERROR,
    "needs about %.3g MB of memory, more than the limit of %.3g MB: split the file, or raise --max-memory",
    bytes / 1048576.0, (double)work->render->max_memory / 1048576.0);
  return KIT_ERR_TOO_LARGE;
}

/** Read standard input to its end. */
static KitStatus
slurp(Work* work, size_t* size)
{
  size_t capacity = CHUNK;
  work->bytes     = (char*)kit_calloc(capacity, 1);
  errno           = 0;
  while (work->bytes && !kit_interrupted()) {
    const size_t n = fread(work->bytes + *size, 1, capacity - *size, stdin);
    *size += n;
    if (!n && ferror(stdin)) {
      kit_log(&work->log, KIT_LOG_ERROR, "%s", strerror(errno));
      return KIT_ERR_IO;
    }
    if (!n) {
      return KIT_SUCCESS;
    }
    if (*size == capacity) {
      if (capacity > work->render->max_memory / 8U) {
        return too_large(work, 16.0 * (double)capacity);
      }
      char* const grown = (char*)kit_calloc(2U * capacity, 1);
      if (grown) {
        memcpy(grown, work->bytes, *size);
      }
      kit_free(work->bytes);
      work->bytes = grown;
      capacity *= 2U;
    }
  }
  return work->bytes ? KIT_ERR_CANCELLED : KIT_ERR_NO_MEMORY;
}

static KitStatus
open_input(Work* work)
{
  if (!is_std(work->in)) {
    return kit_audio_open(work->in, &work->log, &work->file);
  }
  size_t          size = 0;
  const KitStatus st   = slurp(work, &size);
  return st ? st : kit_audio_open_memory(work->bytes, size, &work->log, &work->file);
}

static KitRenderOptions
render_options(const Work* work)
{
  const CliRender* const render = work->render;
  return (KitRenderOptions){
    .effect   = render->effect,
    .values   = render->values,
    .tail_s   = render->tail_s,
    .stream   = render->stream,
    .block    = render->block,
    .log      = &work->log,
    .progress = report,
    .handle   = work->progress,
  };
}

static KitStatus
check_input(Work* work)
{
  const KitAudioInfo* const info   = kit_audio_info(work->file);
  const KitEffect* const    effect = work->render->effect;
  if (info->sample_rate < MIN_RATE_HZ || info->sample_rate > MAX_RATE_HZ) {
    kit_log(&work->log, KIT_LOG_ERROR,
            "its sample rate of %.0f Hz is outside %.0f to %.0f Hz: resample it first", info->sample_rate,
            MIN_RATE_HZ, MAX_RATE_HZ);
    return KIT_ERR_UNSUPPORTED;
  }
  if (!effect->n_out_channels(info->n_channels)) {
    kit_log(&work->log, KIT_LOG_ERROR, "%s cannot take %u channels", effect->id, info->n_channels);
    return KIT_ERR_UNSUPPORTED;
  }
  return KIT_SUCCESS;
}

/** Bytes that the whole work takes; about, and rather more. */
static double
estimate(const Work* work, size_t n_frames)
{
  const KitAudioInfo* const info    = kit_audio_info(work->file);
  const KitRenderOptions    options = render_options(work);
  const KitAudio            shape   = {info->sample_rate, info->n_channels, n_frames, NULL};
  const double              held    = (double)n_frames * info->n_channels * sizeof(double);
  return held < 1e15 ? held + (double)kit_render_memory(&options, &shape) + 2.0 * CHUNK : held;
}

/** Take what the work needs from the budget, waiting for other files if need be. */
static KitStatus
take_memory(Work* work)
{
  const KitAudioInfo* const info  = kit_audio_info(work->file);
  const bool                known = info->n_frames != SIZE_MAX;
  const double              bytes = known ? estimate(work, info->n_frames) : (double)work->render->max_memory;
  if (bytes > (double)work->render->max_memory || !kit_budget_take(work->render->memory, (size_t)bytes)) {
    return too_large(work, bytes);
  }
  work->taken = (size_t)bytes;
  return KIT_SUCCESS;
}

static KitStatus
read_input(Work* work)
{
  const KitStatus st = kit_audio_read(work->file, work->taken, kit_interrupted, &work->log, &work->audio);
  if (st == KIT_ERR_TOO_LARGE) {
    return too_large(work, 2.0 * (double)work->taken);
  }
  const double bytes = st ? 0.0 : estimate(work, work->audio.n_frames);
  return bytes > (double)work->taken ? too_large(work, bytes) : st;
}

static KitStatus
render_audio(Work* work)
{
  const KitRenderOptions options = render_options(work);
  KitAudio               out     = {0};
  cli_progress_set(work->progress, READ_SHARE);
  const KitStatus st = kit_render(&options, &work->audio, &out);
  kit_audio_cleanup(&work->audio);
  work->audio = out;
  return st;
}

static KitStatus
encode(const Work* work, const KitAudio* audio, void** bytes, size_t* size)
{
  const KitEncodeOptions options = {
    .extension = is_std(work->out) ? "wav" : kit_path_extension(work->out),
    .bits      = work->render->bits,
    .like      = work->file,
  };
  return kit_audio_encode(audio, &options, &work->log, bytes, size);
}

static KitStatus
write_audio(Work* work)
{
  void*     bytes = NULL;
  size_t    size  = 0;
  KitStatus st    = encode(work, &work->audio, &bytes, &size);
  kit_audio_cleanup(&work->audio);
  if (!st) {
    st = kit_interrupted() ? KIT_ERR_CANCELLED : cli_write_output(work->out, bytes, size);
    work->n_errors += st ? 1U : 0U; // it has said why
  }
  kit_free(bytes);
  return st;
}

static KitStatus
check_encoding(const Work* work)
{
  const KitAudioInfo* const info  = kit_audio_info(work->file);
  KitAudio                  frame = {0};
  void*                     bytes = NULL;
  size_t                    size  = 0;
  const uint32_t            n_out = work->render->effect->n_out_channels(info->n_channels);

  KitStatus st = kit_audio_init(&frame, info->sample_rate, n_out, 1);
  st           = st ? st : encode(work, &frame, &bytes, &size);
  kit_audio_cleanup(&frame);
  kit_free(bytes);
  return st;
}

/** Refuse before the render what would fail after it. */
static KitStatus
check_output(Work* work)
{
  KitStatus st = check_encoding(work);
  if (!st && !is_std(work->out)) {
    const KitLog  log  = cli_log(NULL);
    KitAtomicFile file = {0};

    kit_interrupt_hold(); // so that a temporary file is never left behind
    st = kit_atomic_open(&file, work->out, &log);
    kit_atomic_cancel(&file);
    kit_interrupt_release();
    work->n_errors += st ? 1U : 0U; // it has said why
  }
  return st;
}

KitStatus
cli_render_file(const CliRender* render, const char* in, const char* out, CliProgress* progress)
{
  static KitStatus (*const steps[])(Work*) = {open_input, check_input,  check_output, take_memory,
                                              read_input, render_audio, write_audio};

  Work work      = {.render = render, .in = in, .out = out, .progress = progress};
  work.names     = cli_log(is_std(in) ? "standard input" : in);
  work.log       = (KitLog){count_and_write, &work};
  KitStatus st   = check_paths(&work);
  work.n_errors  = st ? 1U : 0U; // it has said why
  double audio_s = 0.0;
  for (size_t i = 0; !st && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    st      = kit_interrupted() ? KIT_ERR_CANCELLED : steps[i](&work);
    audio_s = work.audio.n_frames ? (double)work.audio.n_frames / work.audio.sample_rate : audio_s;
  }
  if (st && st != KIT_ERR_CANCELLED && !work.n_errors) {
    kit_log(&work.log, KIT_LOG_ERROR, "%s", kit_status_text(st));
  }
  kit_audio_cleanup(&work.audio);
  kit_audio_close(work.file);
  kit_free(work.bytes);
  kit_budget_give(render->memory, work.taken);
  cli_progress_done(progress, audio_s);
  return st;
}
