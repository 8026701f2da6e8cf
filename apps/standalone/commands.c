// SPDX-License-Identifier: ISC
#include "program.h"

#include "c_locale.h"
#include "edits.h"
#include "near.h"
#include "steps.h"
#include "system.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define N_WORDS 4U

/** A line, in words; the last one may hold spaces. */
typedef struct {
  PlayProgram* program;
  char*        words[N_WORDS];
  uint32_t     n;
} Line;

typedef struct {
  const char* name;
  uint32_t    min_words; ///< Behind the name
  uint32_t    max_words;
  const char* usage;
  void (*run)(const Line* line);
} Command;

static void
refuse(const Line* line, const char* format, ...) KIT_PRINTF(2, 3);

static void
refuse(const Line* line, const char* format, ...)
{
  char    text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  kit_log(&line->program->log, KIT_LOG_ERROR, "%s: %s", line->words[0], text);
}

static bool
read_number(const Line* line, uint32_t index, double low, double high, double* number)
{
  char*        end   = NULL;
  const double value = kit_strtod(line->words[index], &end);
  if (end == line->words[index] || *end || !(value >= low && value <= high)) {
    refuse(line, "\"%s\" is not a number from %g to %g", line->words[index], low, high);
    return false;
  }
  *number = value;
  return true;
}

/** "on", "off".  @return false, refused. */
static bool
read_switch(const Line* line, uint32_t index, bool* on)
{
  *on = !strcmp(line->words[index], "on");
  if (!*on && strcmp(line->words[index], "off") != 0) {
    refuse(line, "\"%s\" is neither on nor off", line->words[index]);
    return false;
  }
  return true;
}

/** A frame of the file from seconds. */
static bool
read_place(const Line* line, uint32_t index, uint64_t* place)
{
  const PlayPlayer* const player  = &line->program->engine.player;
  double                  seconds = 0.0;
  if (!player->path) {
    refuse(line, "no file is open");
    return false;
  }
  if (!read_number(line, index, 0.0, 1e9, &seconds)) {
    return false;
  }
  *place = (uint64_t)llround(seconds * player->info.sample_rate);
  return true;
}

/** A parameter's entry, or that of bypass. */
static const KitHostParam*
read_param(const Line* line, uint32_t index)
{
  const KitDirectory* const directory = kit_plugin_directory(line->program->engine.plugin);
  KitNear                   near;
  kit_near_init(&near, line->words[index]);
  for (uint32_t i = 0; i < directory->n; ++i) {
    char key[256];
    kit_param_key(directory->list[i].param, directory->list[i].element, key, sizeof(key));
    if (!strcmp(key, line->words[index])) {
      return &directory->list[i];
    }
    kit_near_offer(&near, key);
  }
  refuse(line, "no parameter \"%s\"%s", line->words[index], kit_near_text(&near));
  return NULL;
}

/* The file */

static void
run_open(const Line* line)
{
  play_program_open(line->program, line->words[1]);
}

static void
run_close(const Line* line)
{
  play_player_close(&line->program->engine.player);
  line->program->changed = true;
}

static void
run_play(const Line* line)
{
  if (!line->program->engine.player.path) {
    refuse(line, "no file is open");
    return;
  }
  play_program_set_source(line->program, PLAY_SOURCE_FILE);
  play_player_play(&line->program->engine.player, true);
}

static void
run_stop(const Line* line)
{
  play_player_play(&line->program->engine.player, false);
}

static void
run_seek(const Line* line)
{
  uint64_t place = 0;
  if (read_place(line, 1, &place)) {
    play_player_seek(&line->program->engine.player, place);
    line->program->has_played = false;
  }
}

static void
run_loop(const Line* line)
{
  PlayPlayer* const player = &line->program->engine.player;
  uint64_t          from   = 0;
  uint64_t          to     = player->info.n_frames;
  bool              on     = true;
  if (line->n == 2U ? !read_switch(line, 1, &on)
                    : line->n == 3U && (!read_place(line, 1, &from) || !read_place(line, 2, &to))) {
    return;
  }
  if (line->n == 2U && player->wish_loop.loop_to) { // Where it was set before
    from = player->wish_loop.loop_from;
    to   = player->wish_loop.loop_to;
  }
  play_player_set_loop(player, on, from, to);
  line->program->changed = true;
}

static void
run_gain(const Line* line)
{
  double db = 0.0;
  if (read_number(line, 1, -120.0, 40.0, &db)) {
    atomic_store(&line->program->engine.player.gain, pow(10.0, db / 20.0));
    line->program->changed = true;
  }
}

static void
run_source(const Line* line)
{
  static const char* const names[] = {"live", "file", "none"};
  for (int i = 0; i < 3; ++i) {
    if (!strcmp(names[i], line->words[1])) {
      play_program_set_source(line->program, (PlaySource)i);
      return;
    }
  }
  refuse(line, "\"%s\" is none of live, file, none", line->words[1]);
}

static void
run_record(const Line* line)
{
  if (line->n > 1U && !strcmp(line->words[1], "off")) {
    play_engine_stop_take(&line->program->engine);
  } else {
    play_program_record(line->program, line->n > 1U ? line->words[1] : NULL,
                        line->n > 2U ? line->words[2] : NULL);
  }
}

/* The effect */

static void
run_set(const Line* line)
{
  const KitHostParam* const param = read_param(line, 1);
  double                    value = 0.0;
  if (param && !kit_param_from_text(param->param, line->words[2], &value)) {
    char range[256];
    kit_param_range_text(param->param, range, sizeof(range));
    refuse(line, "\"%s\" is no value of %s: %s", line->words[2], line->words[1], range);
  } else if (param) {
    kit_plugin_edit(line->program->engine.plugin, param->slot, value, KIT_AUTHOR_HAND);
  }
}

static void
run_preset(const Line* line)
{
  kit_plugin_load_preset(line->program->engine.plugin, line->words[1], KIT_AUTHOR_HAND, &line->program->log);
}

static void
run_bypass(const Line* line)
{
  bool on = true;
  if (line->n < 2U || read_switch(line, 1, &on)) {
    kit_plugin_edit(line->program->engine.plugin, KIT_BYPASS_SLOT, on ? 1.0 : 0.0, KIT_AUTHOR_HAND);
  }
}

static void
run_bpm(const Line* line)
{
  double bpm = 0.0;
  if (read_number(line, 1, KIT_MIN_BPM, KIT_MAX_BPM, &bpm)) {
    atomic_store(&line->program->engine.bpm, bpm);
    line->program->changed = true;
  }
}

static void
run_undo(const Line* line)
{
  kit_plugin_undo(line->program->engine.plugin, 1U, KIT_AUTHOR_HAND);
}

static void
run_redo(const Line* line)
{
  kit_plugin_redo(line->program->engine.plugin, 1U, KIT_AUTHOR_HAND);
}

static void
run_learn(const Line* line)
{
  if (!strcmp(line->words[1], "off")) {
    play_midi_stop_learning(&line->program->midi);
    return;
  }
  const KitHostParam* const param = read_param(line, 1);
  if (param) {
    play_midi_learn(&line->program->midi, param->slot);
    kit_log(&line->program->log, KIT_LOG_INFO, "move a controller to have it turn %s", line->words[1]);
  }
}

static void
run_forget(const Line* line)
{
  const KitHostParam* const param = read_param(line, 1);
  if (param && !play_midi_forget(&line->program->midi, param->slot)) {
    refuse(line, "no controller turns %s", line->words[1]);
  }
}

/** "b0 07 40": what a controller would have sent. */
static void
run_midi(const Line* line)
{
  unsigned bytes[3] = {0U, 0U, 0U};
  if (sscanf(line->words[1], "%2x %2x %2x", &bytes[0], &bytes[1], &bytes[2]) < 2 || bytes[0] < 0x80U ||
      bytes[1] > 0x7FU || bytes[2] > 0x7FU) {
    refuse(line, "\"%s\" is no message of two or three bytes (\"b0 07 40\")", line->words[1]);
    return;
  }
  play_midi_take(&line->program->midi,
                 &(PlayMidi){{(uint8_t)bytes[0], (uint8_t)bytes[1], (uint8_t)bytes[2]}});
}

/* The program */

static void
run_guard(const Line* line)
{
  PlayProgram* const program = line->program;
  bool               on      = false;
  if (!strcmp(line->words[1], "open")) {
    play_program_dismiss_guard(program);
  } else if (read_switch(line, 1, &on)) {
    atomic_store(&program->engine.guard.on, on);
    play_program_dismiss_guard(program);
    program->settings.guard = on;
    play_program_keep_settings(program);
  }
}

static void
run_device(const Line* line)
{
  PlayProgram* const program = line->program;
  if (!play_backend_find(line->words[1])) {
    refuse(line, "\"%s\" is none of jack, portaudio, null (or was not built in)", line->words[1]);
    return;
  }
  play_settings_set_text(&program->settings.backend, line->words[1]);
  play_settings_set_text(&program->settings.device, line->n > 2U ? line->words[2] : NULL);
  program->wish.backend = program->settings.backend;
  program->wish.device  = program->settings.device;
  if (!play_audio_choose(&program->audio, &program->wish)) {
    play_program_keep_settings(program);
  }
}

static void
run_save(const Line* line)
{
  if (line->n > 1U) {
    play_session_write(&line->program->engine, line->words[1], &line->program->log);
  } else {
    play_program_save(line->program);
  }
}

static KitStatus
fill_player_status(const PlayPlayer* player, KitJson* json)
{
  const PlayLoop* const loop = &player->wish_loop;
  const double          rate = player->path ? player->info.sample_rate : 1.0;
  KitStatus             st   = kit_json_set_bool(json, "playing", play_player_is_playing(player));
  st                         = st ? st : kit_json_set_bool(json, "ended", atomic_load(&player->ended));
  st                         = st ? st : kit_json_set_real(json, "place", atomic_load(&player->place));
  st = st ? st : kit_json_set_int(json, "starved", (int64_t)atomic_load(&player->n_starved));
  st = st ? st : kit_json_set_bool(json, "looping", loop->loops);
  st = st ? st : kit_json_set_real(json, "loop_from_s", (double)loop->loop_from / rate);
  st = st ? st : kit_json_set_real(json, "loop_to_s", (double)loop->loop_to / rate);
  st = st ? st : kit_json_set_real(json, "gain", atomic_load(&player->gain));
  return st ? st : kit_json_set_string(json, "file", player->path ? player->path : "");
}

static KitStatus
fill_status(PlayProgram* program, KitJson* json)
{
  const PlayEngine* const engine = &program->engine;
  const PlayTake* const   take   = atomic_load(&engine->take);
  const PlayDevice* const device = program->audio.device;
  const double            bpm    = device ? atomic_load(&device->bpm) : 0.0;
  float                   in[KIT_MAX_CHANNELS];
  float                   out[KIT_MAX_CHANNELS];
  char                    preset[256];
  play_take_peaks(program, in, out);
  kit_plugin_preset_name(engine->plugin, preset, sizeof(preset));
  KitStatus st = kit_json_set_string(json, "device", device ? device->name : "");
  st           = st ? st : kit_json_set_string(json, "channels", kit_plugin_layout(engine->plugin)->name);
  st           = st ? st : kit_json_set_bool(json, "stands_in", program->audio.stands_in);
  st           = st ? st : kit_json_set_real(json, "rate", engine->sample_rate);
  st = st ? st : kit_json_set_int(json, "frames", device ? (int64_t)atomic_load(&device->n_frames) : 0);
  st = st ? st : kit_json_set_real(json, "bpm", bpm > 0.0 ? bpm : atomic_load(&engine->bpm));
  st = st ? st : kit_json_set_int(json, "processed", (int64_t)atomic_load(&engine->n_frames));
  st = st ? st : kit_json_set_int(json, "latency", (int64_t)kit_plugin_latency(engine->plugin));
  st = st ? st : kit_json_set_int(json, "xruns", (int64_t)play_audio_n_xruns(&program->audio));
  st = st ? st : kit_json_set_real(json, "load", play_update_load(program));
  st = st ? st : fill_player_status(&engine->player, json);
  st = st ? st : kit_json_set_bool(json, "recording", take);
  st = st ? st : kit_json_set_real(json, "recorded_s", take ? play_take_length_s(take) : 0.0);
  st = st ? st : kit_json_set_int(json, "midi", (int64_t)program->midi.n_taken);
  st = st ? st : kit_json_set_bool(json, "learning", program->midi.learns);
  st = st ? st : kit_json_set_bool(json, "guard", atomic_load(&engine->guard.on));
  st = st ? st : kit_json_set_bool(json, "guard_closed", atomic_load(&engine->guard.tripped));
  st = st ? st : kit_json_set_bool(json, "window", program->screen);
  st = st ? st : kit_json_set_int(json, "source", atomic_load(&engine->source));
  st = st ? st : kit_json_set_real(json, "in_peak", (double)fmaxf(in[0], in[1]));
  st = st ? st : kit_json_set_real(json, "out_peak", (double)fmaxf(out[0], out[1]));
  return st ? st : kit_json_set_string(json, "preset", preset);
}

static void
run_status(const Line* line)
{
  KitJson* const json = kit_json_new_object();
  char* const    text = json && !fill_status(line->program, json) ? kit_json_write(json, false) : NULL;
  play_hide_meters(line->program);
  if (text) {
    printf("%s\n", text);
    fflush(stdout);
  }
  kit_free(text);
  kit_json_free(json);
}

static void
run_get(const Line* line)
{
  const KitHostParam* const param = read_param(line, 1);
  if (param) {
    char         text[256];
    const double value = kit_plugin_value(line->program->engine.plugin, param->slot);
    kit_param_to_text(param->param, value, text, sizeof(text));
    play_hide_meters(line->program);
    printf("%s %.17g %s\n", line->words[1], value, text);
    fflush(stdout);
  }
}

static void
run_quit(const Line* line)
{
  line->program->quits = true;
}

static void
run_help(const Line* line);

static const Command commands[] = {
  {"open", 1, 1, "open FILE", run_open},
  {"close", 0, 0, "close", run_close},
  {"play", 0, 0, "play", run_play},
  {"stop", 0, 0, "stop", run_stop},
  {"seek", 1, 1, "seek SECONDS", run_seek},
  {"loop", 0, 2, "loop [on|off|FROM TO]", run_loop},
  {"gain", 1, 1, "gain DB", run_gain},
  {"source", 1, 1, "source live|file|none", run_source},
  {"record", 0, 2, "record [FILE [DRY]] | record off", run_record},
  {"set", 2, 2, "set KEY VALUE", run_set},
  {"get", 1, 1, "get KEY", run_get},
  {"preset", 1, 1, "preset NAME|FILE", run_preset},
  {"bypass", 0, 1, "bypass [on|off]", run_bypass},
  {"bpm", 1, 1, "bpm N", run_bpm},
  {"undo", 0, 0, "undo", run_undo},
  {"redo", 0, 0, "redo", run_redo},
  {"learn", 1, 1, "learn KEY|off", run_learn},
  {"forget", 1, 1, "forget KEY", run_forget},
  {"midi", 1, 1, "midi BYTES", run_midi},
  {"guard", 1, 1, "guard open|on|off", run_guard},
  {"device", 1, 2, "device BACKEND [NAME]", run_device},
  {"save", 0, 1, "save [FILE]", run_save},
  {"status", 0, 0, "status", run_status},
  {"help", 0, 0, "help", run_help},
  {"quit", 0, 0, "quit", run_quit},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
run_help(const Line* line)
{
  play_hide_meters(line->program);
  for (size_t i = 0; i < N_COMMANDS; ++i) {
    printf("%s\n", commands[i].usage);
  }
  fflush(stdout);
}

/** @param most Words; the last takes the rest, quotes around it left off. */
static void
split(Line* line, char* text, uint32_t most)
{
  line->n = 0;
  while (line->n < most) {
    text += strspn(text, " \t");
    if (!*text) {
      return;
    }
    const bool   quoted    = *text == '"';
    char* const  begin     = text + (quoted ? 1 : 0);
    const bool   rest      = !quoted && line->n + 1U == most;
    const size_t length    = rest ? strlen(begin) : strcspn(begin, quoted ? "\"" : " \t");
    line->words[line->n++] = begin;
    text                   = begin + length;
    if (*text) {
      *text++ = '\0';
    }
  }
}

void
play_do_line(PlayProgram* program, char* text)
{
  text += strspn(text, " \t");
  const size_t length = strcspn(text, " \t");
  if (!*text) {
    return;
  }
  KitNear near;
  char    name[32];
  snprintf(name, sizeof(name), "%.*s", (int)(length < 31U ? length : 31U), text);
  kit_near_init(&near, name);
  for (size_t i = 0; i < N_COMMANDS; ++i) {
    const Command* const command = &commands[i];
    if (strlen(command->name) == length && !strncmp(command->name, text, length)) {
      Line line = {.program = program};
      split(&line, text, command->max_words + 1U);
      if (line.n < command->min_words + 1U) {
        kit_log(&program->log, KIT_LOG_ERROR, "usage: %s", command->usage);
      } else {
        command->run(&line);
      }
      return;
    }
    kit_near_offer(&near, command->name);
  }
  kit_log(&program->log, KIT_LOG_ERROR, "no command \"%s\"%s; \"help\" lists them", name,
          kit_near_text(&near));
}

void
play_take_input(PlayProgram* program)
{
  if (program->input_ended) {
    return;
  }
  const uint32_t room = (uint32_t)sizeof(program->line) - program->n_line - 1U;
  const int      n    = kit_input_take(program->line + program->n_line, room);
  if (n <= 0) {
    program->input_ended = n < 0; // A server has none
    return;
  }
  program->n_line += (uint32_t)n;
  program->line[program->n_line] = '\0';
  char* begin                    = program->line;
  for (char* end = NULL; (end = strpbrk(begin, "\r\n")); begin = end + 1) {
    *end = '\0';
    play_do_line(program, begin);
  }
  const size_t left = strlen(begin);
  memmove(program->line, begin, left + 1U);
  program->n_line = left < sizeof(program->line) - 1U ? (uint32_t)left : 0U; // Nothing is so long
}
