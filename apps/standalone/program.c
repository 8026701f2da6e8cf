// SPDX-License-Identifier: ISC
#include "program.h"

#include "edits.h"
#include "path.h"
#include "screen.h"
#include "system.h"
#include "vstkit/alloc.h"

#include <stdio.h>

#define TICK_MS  8U
#define SAVE_S   2.0 ///< After a change
#define NOTICE_S 6.0
#define END_S    3.0 ///< For a take to come to its end

void
play_program_notice(PlayProgram* program, const char* text)
{
  kit_lock_take(&program->notice_lock);
  snprintf(program->notice, sizeof(program->notice), "%s", text);
  program->notice_until = kit_clock_s() + NOTICE_S;
  kit_lock_drop(&program->notice_lock);
}

KitStatus
play_program_open(PlayProgram* program, const char* path)
{
  // Wherever the program is started next, the file is there
  char* const     absolute = kit_path_absolute(path);
  const KitStatus st = play_player_open(&program->engine.player, absolute ? absolute : path, &program->log);
  if (!st) {
    play_program_set_source(program, PLAY_SOURCE_FILE);
    play_settings_add_recent(&program->settings, program->engine.player.path);
    play_program_keep_settings(program);
    program->has_played = false;
  }
  kit_free(absolute);
  return st;
}

void
play_program_set_source(PlayProgram* program, PlaySource source)
{
  if (source != PLAY_SOURCE_FILE) {
    play_player_play(&program->engine.player, false);
  }
  atomic_store(&program->engine.source, (int)source);
  program->changed = true;
}

/** "take-001.wav" and "take-001-dry.wav", or the next that are free. */
static void
name_take(bool flac, char* name, char* dry, size_t size)
{
  const char* const extension = flac ? "flac" : "wav";
  for (uint32_t i = 1; i < 1000U; ++i) {
    snprintf(name, size, "take-%03u.%s", i, extension);
    snprintf(dry, size, "take-%03u-dry.%s", i, extension);
    if (kit_path_kind(name, NULL) == KIT_PATH_MISSING && kit_path_kind(dry, NULL) == KIT_PATH_MISSING) {
      return;
    }
  }
}

bool
play_program_record(PlayProgram* program, const char* path, const char* dry_path)
{
  char                   name[64] = "";
  char                   dry[64]  = "";
  const KitLayout* const layout   = kit_plugin_layout(program->engine.plugin);
  if (!path) {
    name_take(program->settings.flac, name, dry, sizeof(name));
    dry_path = program->settings.dry ? dry : NULL;
  }
  const PlayTakeOptions options = {
    .path        = path ? path : name,
    .dry_path    = dry_path,
    .replace     = program->replace,
    .bits        = program->bits,
    .sample_rate = program->engine.sample_rate,
    .n_in        = layout->n_in,
    .n_out       = layout->n_out,
  };
  if (!play_engine_start_take(&program->engine, &options)) {
    return false;
  }
  kit_log(&program->log, KIT_LOG_INFO, "recording %s", options.path);
  return true;
}

KitStatus
play_program_save(PlayProgram* program)
{
  program->changed = false;
  return program->session ? play_session_write(&program->engine, program->session, &program->log)
                          : KIT_SUCCESS;
}

void
play_program_keep_settings(PlayProgram* program)
{
  program->midi.changed = false;
  play_settings_write(&program->settings, &program->midi, &program->log);
}

KitStatus
play_program_switch_session(PlayProgram* program, const char* path)
{
  if (program->changed) {
    play_program_save(program);
  }
  const KitStatus st = play_session_read(&program->engine, path, &program->log);
  if (st && st != KIT_ERR_NOT_FOUND) {
    return st;
  }
  play_settings_set_text(&program->session, path);
  program->changed = true;
  return KIT_SUCCESS;
}

void
play_program_dismiss_guard(PlayProgram* program)
{
  program->guard_said = false;
  atomic_store(&program->engine.guard.tripped, false);
}

static void
take_midi(PlayProgram* program, double now)
{
  PlayMidi message;
  while (play_ring_take(&program->engine.midi, &message)) {
    play_midi_take(&program->midi, &message);
  }
  play_sequencer_take(program->sequencer, &program->midi);
  play_midi_apply(&program->midi, now);
  if (program->midi.changed) {
    play_program_keep_settings(program);
  }
}

static void
save_if_due(PlayProgram* program, double now)
{
  const uint32_t what = KIT_NEWS_VALUES | KIT_NEWS_BYPASS | KIT_NEWS_PRESET | KIT_NEWS_LOCKS;
  if (kit_plugin_news(program->engine.plugin, &program->reader) & what) {
    program->changed = true;
  }
  if (!program->changed || program->nsm) { // A session manager says when
    program->save_at = now + SAVE_S;
  } else if (now >= program->save_at) {
    play_program_save(program);
  }
}

/** JACK's own session asks for a folder of its to be filled. */
static void
save_for_jack(PlayProgram* program, PlayDevice* device)
{
  char        folder[1024];
  char* const old = program->session;
  device->backend->session_folder(device, folder, sizeof(folder));
  char* const path = kit_asprintf("%svstkit.json", folder);
  char* const command =
    kit_asprintf("vstkit play %s --name %s --backend jack --no-connect --state \"${SESSION_DIR}vstkit.json\"",
                 kit_plugin_effect(program->engine.plugin)->id, program->wish.name);
  if (path && command) {
    play_session_write(&program->engine, path, &program->log);
    device->backend->session_saved(device, command);
  }
  program->session = old;
  kit_free(path);
  kit_free(command);
}

static void
watch_guard(PlayProgram* program)
{
  if (atomic_load(&program->engine.guard.tripped) && !program->guard_said) {
    program->guard_said = true;
    kit_log(&program->log, KIT_LOG_WARNING,
            "feedback: the live input is closed; turn something down, then say \"guard open\"");
  }
}

/** A file that has been played to its end, and a take that has. */
static void
watch_end(PlayProgram* program)
{
  bool        ok     = true;
  const bool  moved  = kit_plugin_latency_moved(program->engine.plugin);
  PlayDevice* device = program->audio.device;
  if (play_engine_idle(&program->engine, &ok)) {
    program->failed = program->failed || !ok;
    kit_log(&program->log, KIT_LOG_INFO, "the take has ended");
  }
  if (moved && device && device->backend->latency_moved) {
    device->backend->latency_moved(device);
  }
  if (atomic_load(&program->engine.player.ended)) {
    program->has_played = true;
  }
  if (program->exits && program->has_played && !atomic_load(&program->engine.take)) {
    program->quits = true;
  }
}

void
play_program_tick(PlayProgram* program)
{
  const double now = kit_clock_s();
  take_midi(program, now);
  watch_end(program);
  watch_guard(program);
  if (program->has_audio) {
    play_audio_tick(&program->audio);
  }
  PlayDevice* const device = program->audio.device;
  if (device && atomic_load(&device->wants_save)) {
    save_for_jack(program, device);
  }
  if (program->nsm) {
    play_nsm_tick(program->nsm);
  }
  if (program->screen && !play_screen_tick(program->screen)) {
    program->quits = true;
  }
  play_take_input(program);
  save_if_due(program, now);
  play_show_meters(program, now);
  program->quits = program->quits || kit_interrupted();
}

/** Let a take come to its end, for as long as that may take. */
static void
end_take(PlayProgram* program)
{
  bool         ok    = true;
  const double until = kit_clock_s() + END_S;
  play_engine_stop_take(&program->engine);
  while (program->has_audio && atomic_load(&program->engine.take) && kit_clock_s() < until) {
    if (play_engine_idle(&program->engine, &ok)) {
      program->failed = program->failed || !ok;
    }
    kit_sleep_ms(1U);
  }
  play_audio_stop(&program->audio);
  program->failed = !play_engine_drop_take(&program->engine) || program->failed;
}

int
play_program_run(PlayProgram* program)
{
  while (!program->quits) {
    play_program_tick(program);
    if (!program->quits) {
      kit_sleep_ms(TICK_MS);
    }
  }
  play_hide_meters(program);
  end_take(program);
  const bool saved = program->nsm || !play_program_save(program);
  return saved && !program->failed ? 0 : 1;
}
