// SPDX-License-Identifier: ISC
#include "chain.h"

#include "ahead.h"
#include "system.h"
#include "threads.h"

static bool
goes_on(void* handle, double fraction)
{
  (void)handle;
  (void)fraction;
  return !kit_interrupted();
}

static uint32_t
n_out(const CliStage* stage)
{
  return stage->options.effect->n_out_channels(stage->source.n_channels);
}

bool
cli_chain_plan(const CliLink* links, uint32_t n_links, const KitRenderOptions* common,
               const KitSource* source, CliStage* stages, uint32_t* failed)
{
  for (uint32_t i = 0; i < n_links; ++i) {
    CliStage* const stage = &stages[i];
    *stage                = (CliStage){*common, *source};
    stage->options.effect = links[i].effect;
    stage->options.values = kit_preset_values(links[i].preset);
    stage->options.tail_s = links[i].tail_s;

    stage->options.preset_tail = links[i].preset_tail;
    if (i + 1U < n_links) {
      stage->options.progress = goes_on;
    }
    if (i) {
      stage->source.n_channels = n_out(stage - 1);
      stage->source.n_frames   = kit_render_n_frames(&stages[i - 1U].options, &stages[i - 1U].source);
      stage->source.is_exact   = stage->source.is_exact && stage->source.n_frames != KIT_UNKNOWN_LENGTH;
      stage->source.rewind     = NULL; // What has to be seen twice is kept
    }
    if (!n_out(stage)) {
      *failed = i;
      return false;
    }
  }
  return true;
}

uint32_t
cli_chain_n_channels(const CliStage* stages, uint32_t n_links)
{
  return n_out(&stages[n_links - 1U]);
}

uint64_t
cli_chain_n_frames(const CliStage* stages, uint32_t n_links)
{
  return kit_render_n_frames(&stages[n_links - 1U].options, &stages[n_links - 1U].source);
}

size_t
cli_chain_memory(const CliStage* stages, uint32_t n_links)
{
  size_t sum = 0;
  for (uint32_t i = 0; i < n_links; ++i) {
    const size_t bytes = kit_render_pieces_memory(&stages[i].options, &stages[i].source);
    sum                = bytes > SIZE_MAX - sum ? SIZE_MAX : sum + bytes;
  }
  return sum;
}

/** An effect that is not the last, on its thread. */
typedef struct {
  CliStage*   stage;
  CliAhead*   feed; ///< To the next one
  const char* folder;
  KitThread   thread;
  bool        runs;
  KitStatus   status;
} Runner;

static void
run_stage(void* handle)
{
  Runner* const runner = (Runner*)handle;
  const KitSink sink   = {.write = cli_ahead_write, .handle = runner->feed};
  runner->status = kit_render_pieces(&runner->stage->options, &runner->stage->source, &sink, runner->folder);
  cli_ahead_end(runner->feed, runner->status);
}

static KitStatus
start(Runner* runner, CliStage* stage, const char* folder)
{
  *runner = (Runner){.stage = stage, .feed = cli_ahead_new_feed(n_out(stage)), .folder = folder};
  if (!runner->feed) {
    return KIT_ERR_NO_MEMORY;
  }
  CliStage* const next = stage + 1;
  next->source.read    = cli_ahead_read;
  next->source.handle  = runner->feed;
  runner->runs         = kit_thread_start(&runner->thread, run_stage, runner);
  return runner->runs ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

KitStatus
cli_chain_run(CliStage* stages, uint32_t n_links, const KitSink* sink, const char* folder)
{
  Runner         runners[CLI_MAX_LINKS] = {{0}};
  const uint32_t last                   = n_links - 1U;
  KitStatus      st                     = KIT_SUCCESS;
  for (uint32_t i = 0; !st && i < last; ++i) {
    st = start(&runners[i], &stages[i], folder);
  }
  st = st ? st : kit_render_pieces(&stages[last].options, &stages[last].source, sink, folder);
  for (uint32_t i = last; i-- > 0;) { // From the end: who is stopped stops reading
    if (runners[i].feed) {
      cli_ahead_end(runners[i].feed, KIT_ERR_CANCELLED);
    }
    if (runners[i].runs) {
      kit_thread_join(&runners[i].thread);
    }
    const KitStatus status = runners[i].status;
    st                     = status && status != KIT_ERR_CANCELLED ? status : st;
    cli_ahead_free(runners[i].feed);
  }
  return st;
}
