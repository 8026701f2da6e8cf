// SPDX-License-Identifier: ISC
#include "engine.h"

#include "edits.h"
#include "vstkit/alloc.h"

#define N_MIDI 4096U ///< Messages that may wait

static bool
alloc_blocks(PlayEngine* engine)
{
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    engine->in[c]  = (double*)kit_calloc(PLAY_MAX_BLOCK, sizeof(double));
    engine->out[c] = (double*)kit_calloc(PLAY_MAX_BLOCK, sizeof(double));
    if (!engine->in[c] || !engine->out[c]) {
      return false;
    }
  }
  return true;
}

bool
play_engine_init(PlayEngine* engine, const KitEffect* effect, const KitLog* log)
{
  memset(engine, 0, sizeof(*engine));
  engine->log         = *log;
  engine->stop_in     = UINT64_MAX;
  engine->guard.level = 1.0;
  atomic_store(&engine->tail, UINT32_MAX);
  engine->plugin = kit_plugin_new(effect, &(KitPluginFormat){.handle = engine});
  const bool ok = play_player_init(&engine->player, &engine->log) && engine->plugin && alloc_blocks(engine) &&
                  play_ring_init(&engine->midi, N_MIDI, sizeof(PlayMidi)) && kit_plugin_bank(engine->plugin);
  if (!ok) {
    kit_log(log, KIT_LOG_ERROR, "out of memory or threads");
    return false;
  }
  engine->instance = kit_plugin_instance(engine->plugin);
  return true;
}

void
play_engine_cleanup(PlayEngine* engine)
{
  play_engine_drop_take(engine);
  play_player_cleanup(&engine->player);
  play_ring_cleanup(&engine->midi);
  kit_plugin_free(engine->plugin);
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    kit_free(engine->in[c]);
    kit_free(engine->out[c]);
  }
}

KitStatus
play_engine_prepare(PlayEngine* engine, double sample_rate, bool offline)
{
  const bool is_active = kit_instance_is_active(engine->instance);
  engine->last_cycles  = 0;
  engine->led          = false;
  if (is_active && engine->sample_rate == sample_rate && engine->offline == offline) {
    return KIT_SUCCESS;
  }
  kit_plugin_deactivate(engine->plugin);
  const KitStatus st = kit_plugin_activate(engine->plugin, sample_rate, offline);
  if (st) {
    kit_log(&engine->log, KIT_LOG_ERROR, "%s cannot run at %g Hz: %s",
            kit_plugin_effect(engine->plugin)->name, sample_rate, kit_status_text(st));
    return st;
  }
  if (engine->sample_rate != sample_rate && atomic_load(&engine->take)) {
    kit_log(&engine->log, KIT_LOG_WARNING, "the rate has changed to %g Hz: the take ends", sample_rate);
    play_engine_drop_take(engine);
  }
  engine->sample_rate = sample_rate;
  engine->offline     = offline;
  play_player_set_rate(&engine->player, sample_rate,
                       &engine->log); // Without a file the effect runs all the same
  return KIT_SUCCESS;
}

bool
play_engine_start_take(PlayEngine* engine, const PlayTakeOptions* options)
{
  if (atomic_load(&engine->take)) {
    kit_log(&engine->log, KIT_LOG_ERROR, "a take is being recorded: stop it first");
    return false;
  }
  PlayTake* const take = play_take_new(options, &engine->log);
  if (take) {
    atomic_store(&take->wanted, true);
    atomic_store(&engine->take, take);
  }
  return take;
}

void
play_engine_stop_take(PlayEngine* engine)
{
  PlayTake* const take = atomic_load(&engine->take);
  if (take) {
    atomic_store(&take->wanted, false);
  }
}

bool
play_engine_drop_take(PlayEngine* engine)
{
  PlayTake* const take = atomic_load(&engine->take);
  atomic_store(&engine->take, (PlayTake*)NULL);
  while (atomic_load(&engine->inside)) {
    kit_sleep_ms(1U);
  }
  return play_take_free(take);
}

static bool
tell_nobody(void* handle, const KitEdit* edit)
{
  (void)handle;
  (void)edit;
  return true;
}

bool
play_engine_idle(PlayEngine* engine, bool* take_ok)
{
  kit_plugin_idle(engine->plugin);
  kit_plugin_tell_edits(engine->plugin, tell_nobody, NULL); // There is no host behind us
  if (kit_plugin_latency_moved(engine->plugin)) {
    kit_plugin_latency_told(engine->plugin);
  }
  PlayTake* const take = atomic_load(&engine->take);
  if (!take || !play_take_is_over(take)) {
    return false;
  }
  const bool ok = play_engine_drop_take(engine);
  if (take_ok) {
    *take_ok = ok;
  }
  return true;
}

bool
play_engine_is_ready(const PlayEngine* engine, uint32_t n)
{
  const PlayTake* const take = atomic_load(&engine->take);
  return play_player_is_ready(&engine->player, n) && (!take || !play_take_is_behind(take));
}
