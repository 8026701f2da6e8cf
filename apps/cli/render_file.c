// SPDX-License-Identifier: ISC
#include "ahead.h"
#include "render.h"

#include "alloc.h"
#include "path.h"
#include "system.h"
#include "vstkit/resample.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define MIN_RATE_HZ 8000.0 // what KitRenderJob promises effects
#define MAX_RATE_HZ 384000.0

/** One file at work. */
typedef struct {
  const CliRender* render;
  const char*      in;
  const char*      out;
  CliProgress*     progress;
  KitLog           names;    ///< Messages that begin with the input's name
  KitLog           log;      ///< The same, counting errors
  atomic_uint      n_errors; ///< Also of threads that read and write
  KitAudioFile*    file;
  KitSource        source;
  uint64_t         n_read;    ///< Frames
  size_t           taken;     ///< Bytes of the memory budget
  KitLog           out_names; ///< Messages that begin with the output's name
  KitLog           out_log;   ///< The same, counting errors
  KitAtomicFile    atomic;    ///< Zeroed where the output is no file
  int              out_fd;    ///< Of what is written through; −1
  KitAudioWriter*  writer;
  double**         room; ///< [n_channels], for reading
  CliStage         stages[CLI_MAX_LINKS];
  KitResampler*    resampler; ///< Or null
} Work;

static void
count_and_write(void* handle, KitLogLevel level, const char* text)
{
  Work* const work = (Work*)handle;
  work->n_errors += level == KIT_LOG_ERROR ? 1U : 0U;
  work->names.write(work->names.handle, level, text);
}

static void
count_and_write_out(void* handle, KitLogLevel level, const char* text)
{
  Work* const         work = (Work*)handle;
  const KitLog* const log  = level == KIT_LOG_ERROR ? &work->out_names : &work->names;
  work->n_errors += level == KIT_LOG_ERROR ? 1U : 0U;
  log->write(log->handle, level, text);
}

static bool
is_std(const char* path)
{
  return !strcmp(path, "-");
}

/** Pipes and devices are written through. */
static bool
is_through(const char* path)
{
  return is_std(path) || kit_path_kind(path, NULL) == KIT_PATH_OTHER;
}

static bool
report(void* handle, double fraction)
{
  cli_progress_set((CliProgress*)handle, fraction);
  return !kit_interrupted();
}

static KitStatus
check_paths(const Work* work)
{
  const bool known = work->render->format || kit_audio_extension_known(kit_path_extension(work->out), true);
  errno            = 0;
  if (!is_std(work->in) && kit_path_kind(work->in, NULL) == KIT_PATH_MISSING) {
    cli_error("%s: cannot open: %s", work->in, strerror(errno));
    return KIT_ERR_NOT_FOUND;
  }
  if (!is_std(work->in) && !is_std(work->out) && kit_path_same(work->in, work->out)) {
    cli_error("%s: is the input itself, which is never overwritten: choose another name", work->out);
    return KIT_ERR_IO;
  }
  if (is_std(work->out) && kit_is_terminal(stdout)) {
    cli_error("standard output: is a terminal: send it to a file or a program");
    return KIT_ERR_IO;
  }
  if (!known && !is_through(work->out)) {
    const char* const extension = kit_path_extension(work->out);
    if (*extension) {
      cli_error("%s: unknown audio format \"%s\": use wav, flac, aiff, ogg, mp3, …, or give --format",
                work->out, extension);
    } else {
      cli_error(
        "%s: its name has no extension to tell the audio format by: add .wav, .flac, …, or give --format",
        work->out);
    }
    return KIT_ERR_UNSUPPORTED;
  }
  return KIT_SUCCESS;
}

static KitStatus
read_piece(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  Work* const work = (Work*)handle;
  for (uint32_t c = 0; c < work->source.n_channels; ++c) {
    memcpy(&work->room[c], &in[c], sizeof(double*)); // room of the render's, which is there to be written to
  }
  const KitStatus st = kit_audio_read_some(work->file, work->room, n, &work->log, n_read);
  work->n_read += *n_read;
  return kit_interrupted() ? KIT_ERR_CANCELLED : st;
}

static KitStatus
rewind_input(void* handle)
{
  Work* const work = (Work*)handle;
  work->n_read     = 0;
  return kit_audio_rewind(work->file, &work->log);
}

static KitStatus
open_input(Work* work)
{
  const KitStatus st = is_std(work->in) ? kit_audio_open_stream(0, &work->log, &work->file)
                                        : kit_audio_open(work->in, &work->log, &work->file);
  if (st) {
    return st;
  }
  const KitAudioInfo* const info = kit_audio_info(work->file);
  work->source                   = (KitSource){
                      .sample_rate = info->sample_rate,
                      .n_channels  = info->n_channels,
                      .n_frames    = info->n_frames == SIZE_MAX ? KIT_UNKNOWN_LENGTH : info->n_frames,
                      .is_exact    = info->is_exact,
                      .read        = read_piece,
                      .rewind      = info->is_once ? NULL : rewind_input,
                      .handle      = work,
  };
  work->room = (double**)kit_calloc(info->n_channels, sizeof(double*));
  return work->room ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static KitStatus
check_input(Work* work)
{
  const CliRender* const render = work->render;
  const KitSource* const source = &work->source;
  const KitRenderOptions common = {
    .stream   = render->stream,
    .block    = render->block,
    .bpm      = render->bpm,
    .log      = &work->log,
    .progress = report,
    .handle   = work->progress,
  };
  uint32_t failed = 0;
  if (source->sample_rate < MIN_RATE_HZ || source->sample_rate > MAX_RATE_HZ) {
    kit_log(&work->log, KIT_LOG_ERROR,
            "its sample rate of %.0f Hz is outside %.0f to %.0f Hz: resample it first", source->sample_rate,
            MIN_RATE_HZ, MAX_RATE_HZ);
    return KIT_ERR_UNSUPPORTED;
  }
  if (!cli_chain_plan(render->links, render->n_links, &common, source, work->stages, &failed)) {
    kit_log(&work->log, KIT_LOG_ERROR, "%s cannot take %u channels", render->links[failed].effect->id,
            work->stages[failed].source.n_channels);
    return KIT_ERR_UNSUPPORTED;
  }
  return KIT_SUCCESS;
}

/** Take what the work needs from the budget, waiting for other files if need be. */
static KitStatus
take_memory(Work* work)
{
  const size_t limit  = work->render->max_memory;
  const bool   open   = work->source.n_frames == KIT_UNKNOWN_LENGTH;
  const size_t needed = cli_chain_memory(work->stages, work->render->n_links);
  const size_t bytes  = needed == SIZE_MAX && open ? limit : needed;
  if (bytes > limit || !kit_budget_take(work->render->memory, bytes)) {
    bool whole = false;
    for (uint32_t i = 0; i < work->render->n_links; ++i) {
      whole = whole || (!work->render->stream && !work->render->links[i].effect->renderer);
    }
    kit_log(&work->log, KIT_LOG_ERROR,
            "needs about %s of memory, more than the limit of %s: %sraise --max-memory",
            kit_bytes_text((double)bytes).text, kit_bytes_text((double)limit).text,
            whole ? "split the file, or " : "");
    return KIT_ERR_TOO_LARGE;
  }
  work->taken = bytes;
  return KIT_SUCCESS;
}

static KitStatus
open_through(Work* work)
{
  if (is_std(work->out)) {
    fflush(stdout);
    work->out_fd = 1;
    return KIT_SUCCESS;
  }
  errno        = 0;
  work->out_fd = kit_stream_open(work->out, true);
  if (work->out_fd < 0) {
    kit_log(&work->out_log, KIT_LOG_ERROR, "cannot write: %s", strerror(errno));
  }
  return work->out_fd < 0 ? KIT_ERR_IO : KIT_SUCCESS;
}

/** Resample if the format cannot hold the rate, but another one. */
static KitStatus
choose_rate(Work* work, KitAudioShape* shape, const KitEncodeOptions* encode)
{
  const double rate = kit_audio_nearest_rate(shape, encode);
  if (rate <= 0.0 || rate == shape->sample_rate) {
    return KIT_SUCCESS; // What cannot be held at all is refused elsewhere
  }
  const double    ratio = rate / shape->sample_rate;
  const KitStatus st    = kit_resampler_new(shape->sample_rate, rate, shape->n_channels, &work->resampler);
  if (st == KIT_ERR_UNSUPPORTED) {
    return KIT_SUCCESS; // Built without
  }
  if (!st) {
    kit_log(&work->log, KIT_LOG_INFO, "resampled from %.0f to %.0f Hz, for %s", shape->sample_rate, rate,
            encode->extension);
    shape->sample_rate = rate;
    shape->n_frames =
      shape->n_frames == UINT64_MAX ? UINT64_MAX : (uint64_t)((double)shape->n_frames * ratio);
  }
  return st;
}

/** Begin to write: what would fail at the end fails here, before anything is rendered. */
static KitStatus
open_output(Work* work)
{
  const KitLog           plain     = cli_log(NULL);
  const CliRender* const render    = work->render;
  const bool             through   = is_through(work->out);
  const char* const      extension = kit_path_extension(work->out);
  const bool             known     = !is_std(work->out) && kit_audio_extension_known(extension, true);
  const KitEncodeOptions encode    = {
       .extension = render->format ? render->format
                    : known        ? extension
                                   : "wav",
       .bits      = render->bits,
       .quality   = render->quality,
       .like      = work->file,
  };
  KitAudioShape shape = {
    .sample_rate = work->source.sample_rate,
    .n_channels  = cli_chain_n_channels(work->stages, render->n_links),
    .n_frames    = cli_chain_n_frames(work->stages, render->n_links),
  };
  KitStatus st = choose_rate(work, &shape, &encode);
  st           = st ? st : kit_audio_check_encoding(&shape, &encode, &work->log);
  if (!st && through) {
    st = open_through(work);
  } else if (!st) {
    st = kit_atomic_open(&work->atomic, work->out, &plain);
    work->n_errors += st ? 1U : 0U; // it has said why
    // To wait for the disk takes longer than the render; only a file that is replaced could be lost
    work->atomic.lazy = true;
  }
  const int fd = through ? work->out_fd : work->atomic.fd;
  return st ? st : kit_audio_writer_open(fd, &shape, &encode, &work->out_log, &work->writer);
}

static KitStatus
write_plain(void* handle, const double* const* out, uint32_t n)
{
  return kit_audio_writer_write(((Work*)handle)->writer, out, n);
}

static KitStatus
write_piece(void* handle, const double* const* out, uint32_t n)
{
  Work* const work = (Work*)handle;
  return work->resampler ? kit_resampler_run(work->resampler, out, n, write_plain, work)
                         : write_plain(work, out, n);
}

/** Where passes are kept: beside the output, where there has to be room anyway.  Free with kit_free(). */
static char*
temp_folder(const Work* work)
{
  const int length = (int)(kit_path_name(work->out) - work->out);
  return is_through(work->out) ? NULL : length ? kit_asprintf("%.*s", length, work->out) : kit_strdup(".");
}

static KitStatus
render_audio(Work* work)
{
  const KitSink   direct  = {.write = write_piece, .handle = work};
  const uint32_t  n_links = work->render->n_links;
  const uint32_t  n_out   = cli_chain_n_channels(work->stages, n_links);
  KitSource       source  = work->source;
  KitSink         sink    = direct;
  char* const     folder  = temp_folder(work);
  CliAhead* const reader  = work->render->ahead && source.rewind ? cli_ahead_new_reader(&work->source) : NULL;
  CliAhead* const writer =
    work->render->ahead && work->atomic.temp ? cli_ahead_new_writer(&direct, n_out) : NULL;
  if (reader) {
    source.read   = cli_ahead_read;
    source.rewind = cli_ahead_rewind;
    source.handle = reader;
  }
  if (writer) {
    sink = (KitSink){.write = cli_ahead_write, .handle = writer};
  }
  work->stages[0].source  = source;
  KitStatus       st      = cli_chain_run(work->stages, n_links, &sink, folder);
  const KitStatus written = cli_ahead_free(writer);
  cli_ahead_free(reader);
  kit_free(folder);
  st = st ? st : written;
  return st;
}

static KitStatus
finish_output(Work* work)
{
  const KitLog          plain  = cli_log(NULL);
  KitAudioWriter* const writer = work->writer;
  KitStatus             st =
    work->resampler ? kit_resampler_run(work->resampler, NULL, 0, write_plain, work) : KIT_SUCCESS;
  work->writer           = NULL;
  const KitStatus closed = kit_audio_writer_close(writer);
  st                     = st ? st : closed;
  if (!st && work->atomic.temp) {
    st = kit_interrupted() ? KIT_ERR_CANCELLED : kit_atomic_commit(&work->atomic, &plain);
    work->n_errors += st && st != KIT_ERR_CANCELLED ? 1U : 0U; // it has said why
  }
  return st;
}

static void
clean_up(Work* work)
{
  work->out_log = (KitLog){0}; // whatever goes wrong now is no news
  kit_audio_writer_close(work->writer);
  kit_atomic_cancel(&work->atomic);
  if (work->out_fd > 1) {
    close(work->out_fd);
  }
  kit_resampler_free(work->resampler);
  kit_audio_close(work->file);
  kit_free((void*)work->room);
  kit_budget_give(work->render->memory, work->taken);
}

KitStatus
cli_render_file(const CliRender* render, const char* in, const char* out, CliProgress* progress)
{
  static KitStatus (*const steps[])(Work*) = {open_input,  check_input,  take_memory,
                                              open_output, render_audio, finish_output};

  Work work      = {.render = render, .in = in, .out = out, .progress = progress, .out_fd = -1};
  work.names     = cli_log(is_std(in) ? "standard input" : in);
  work.log       = (KitLog){count_and_write, &work};
  work.out_names = cli_log(is_std(out) ? "standard output" : out);
  work.out_log   = (KitLog){count_and_write_out, &work};
  KitStatus st   = check_paths(&work);
  work.n_errors  = st ? 1U : 0U; // it has said why
  kit_interrupt_hold();          // so that a temporary file is never left behind
  for (size_t i = 0; !st && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    st = kit_interrupted() ? KIT_ERR_CANCELLED : steps[i](&work);
  }
  if (st && st != KIT_ERR_CANCELLED && !work.n_errors) {
    kit_log(&work.log, KIT_LOG_ERROR, "%s", kit_status_text(st));
  }
  const double rate = work.source.sample_rate;
  clean_up(&work);
  kit_interrupt_release();
  cli_progress_done(progress, rate > 0.0 ? (double)work.n_read / rate : 0.0);
  return st;
}
