// SPDX-License-Identifier: ISC
#include "cli.h"
#include "program.h"
#include "screen.h"

#include "edits.h"
#include "osc.h"
#include "system.h"
#include "vstkit/alloc.h"
#include "vstkit/audio_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TAIL_S 3600.0

static const CliOption options[] = {
  {"list-devices", NULL, CLI_WORD_NONE, "List what can be played on, and end"},
  {"backend", "jack|portaudio|null", CLI_WORD_CHOICE,
   "What to play on; otherwise the first of these that is there.\nnull is silence in real time"},
  {"device", "NAME", CLI_WORD_TEXT, "Sound card, by name or part of it"},
  {"rate", "HZ", CLI_WORD_TEXT, "Sample rate; JACK has its own"},
  {"frames", "N", CLI_WORD_TEXT, "Frames of a block; JACK has its own"},
  {"channels", "1|2|1:2", CLI_WORD_CHOICE, "Mono, stereo, or mono to stereo"},
  {"name", "NAME", CLI_WORD_TEXT, "What JACK and MIDI know it by"},
  {"no-connect", NULL, CLI_WORD_NONE, "Connect no ports of JACK's with the sound card"},
  {"wait", NULL, CLI_WORD_NONE, "Wait for a device that is not there yet"},
  {"no-guard", NULL, CLI_WORD_NONE, "Do not close the live input when it feeds back"},
  {"loop", NULL, CLI_WORD_NONE, "Go round FILE"},
  {"from", "TIME", CLI_WORD_TEXT, "Where FILE begins, or its loop"},
  {"to", "TIME", CLI_WORD_TEXT, "Where the loop of FILE ends"},
  {"gain", "DB", CLI_WORD_TEXT, "Level of FILE"},
  {"stopped", NULL, CLI_WORD_NONE, "Open FILE, and do not play it yet"},
  {"record", "OUT", CLI_WORD_FILE, "Record what is heard, from the start (.wav, .flac)"},
  {"dry", "OUT", CLI_WORD_FILE, "With --record: also what came in, aligned with it"},
  {"bits", "16|24|32f|64f", CLI_WORD_CHOICE, "How recorded samples are stored (32f; FLAC: 24)"},
  {"tail", "TIME", CLI_WORD_TEXT, "Go on recording for so long when FILE has ended"},
  {"force", NULL, CLI_WORD_NONE, "Record over files that are there"},
  {"exit", NULL, CLI_WORD_NONE, "End when FILE has been played"},
  {"preset", "NAME|FILE", CLI_WORD_PRESET, "Begin with a preset"},
  {"set", "KEY=VALUE", CLI_WORD_SETTING, "Begin with a parameter set so; may be repeated"},
  {"seed", "N", CLI_WORD_TEXT, "Seed of effects that have one"},
  {"bpm", "N", CLI_WORD_TEXT, "Tempo, in quarter notes a minute, where JACK's transport says none (120)"},
  {"state", "FILE", CLI_WORD_FILE, "Keep the session there, and take it up if it is there"},
  {"fresh", NULL, CLI_WORD_NONE, "Begin at the defaults, not where it was left"},
  {"osc", "[PORT]", CLI_WORD_TEXT, "Be reached by OSC, at the first free port from there on (9000)"},
  {"midi", "CLIENT:PORT", CLI_WORD_TEXT, "Connect a port of ALSA's sequencer"},
  {"no-window", NULL, CLI_WORD_NONE, "Without a window: for servers and stages"},
  {"unpaced", NULL, CLI_WORD_NONE, "With --backend null: as fast as it goes"},
  {"quiet", NULL, CLI_WORD_NONE, "Show no meters"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

/* Options */

static bool
read_wish(const CliArgs* args, PlayProgram* program)
{
  PlayWish* const     wish     = &program->wish;
  PlaySettings* const settings = &program->settings;
  const char* const   backend  = cli_option(args, "backend");
  double              frames   = settings->frames;
  if (backend) {
    play_settings_set_text(&settings->backend, backend);
    play_settings_set_text(&settings->device, NULL);
  }
  if (cli_option(args, "device")) {
    play_settings_set_text(&settings->device, cli_option(args, "device"));
  }
  if (backend && !play_backend_find(backend)) {
    cli_usage_error(args->command, "--backend: \"%s\" is none of jack, portaudio, null, or was not built in",
                    backend);
    return false;
  }
  if (!cli_option_number(args, "rate", KIT_MIN_RATE_HZ, KIT_MAX_RATE_HZ, &settings->rate) ||
      !cli_option_number(args, "frames", 1.0, 65536.0, &frames)) {
    return false;
  }
  if (cli_option(args, "unpaced") && !(backend && !strcmp(backend, "null"))) {
    cli_usage_error(args->command, "--unpaced goes with --backend null");
    return false;
  }
  settings->frames = (uint32_t)frames;
  *wish            = (PlayWish){
               .backend = settings->backend && play_backend_find(settings->backend) ? settings->backend : NULL,
               .device  = settings->device,
               .rate    = settings->rate,
               .frames  = settings->frames,
               .name    = cli_option(args, "name") ? cli_option(args, "name") : NULL,
               .connect = settings->connect && !cli_option(args, "no-connect"),
               .pace    = !cli_option(args, "unpaced"),
               .wait    = cli_option(args, "wait") || !backend, // What was kept may not be there today
  };
  return true;
}

static bool
read_layout(const CliArgs* args, PlayProgram* program)
{
  static const struct {
    const char* text;
    uint32_t    n_in;
    uint32_t    n_out;
  } rows[]                 = {{"1", 1, 1}, {"2", 2, 2}, {"1:2", 1, 2}};
  const char* const text   = cli_option(args, "channels");
  const KitLayout*  layout = kit_layout_by_id(program->settings.layout);
  for (size_t i = 0; text && i < sizeof(rows) / sizeof(rows[0]); ++i) {
    if (!strcmp(rows[i].text, text)) {
      kit_plugin_set_layout(program->engine.plugin, kit_layout_by_channels(rows[i].n_in, rows[i].n_out));
      program->settings.layout = kit_plugin_layout(program->engine.plugin)->id;
      return true;
    }
  }
  if (text) {
    cli_usage_error(args->command, "--channels: \"%s\" is none of 1, 2, 1:2", text);
    return false;
  }
  if (layout) {
    kit_plugin_set_layout(program->engine.plugin, layout);
  }
  return true;
}

static bool
read_bits(const CliArgs* args, KitBits* bits)
{
  static const struct {
    const char* text;
    KitBits     bits;
  } rows[] = {{"16", KIT_BITS_16}, {"24", KIT_BITS_24}, {"32f", KIT_BITS_32F}, {"64f", KIT_BITS_64F}};
  const char* const text = cli_option(args, "bits");
  *bits                  = KIT_BITS_KEEP;
  for (size_t i = 0; text && i < sizeof(rows) / sizeof(rows[0]); ++i) {
    if (!strcmp(rows[i].text, text)) {
      *bits = rows[i].bits;
      return true;
    }
  }
  if (text) {
    cli_usage_error(args->command, "--bits: \"%s\" is none of 16, 24, 32f, 64f", text);
  }
  return !text;
}

static bool
read_osc(const CliArgs* args)
{
  const char* const text = cli_option(args, "osc");
  double            port = 1.0;
  if (!text) {
    return true;
  }
  if (*text && !cli_option_number(args, "osc", 1024.0, 65535.0, &port)) {
    return false;
  }
  kit_set_environment("VSTKIT_OSC", *text ? text : "1");
  return true;
}

/** Options that go with others. */
static int
check_options(const CliArgs* args)
{
  static const char* const with_file[] = {"loop", "from", "to", "stopped", "exit", "tail"};
  for (size_t i = 0; i < sizeof(with_file) / sizeof(with_file[0]); ++i) {
    if (cli_option(args, with_file[i]) && !args->operands[1]) {
      return cli_usage_error(args->command, "--%s goes with a FILE", with_file[i]);
    }
  }
  if (cli_option(args, "dry") && !cli_option(args, "record")) {
    return cli_usage_error(args->command, "--dry goes with --record");
  }
  if (cli_option(args, "to") && !cli_option(args, "loop")) {
    return cli_usage_error(args->command, "--to goes with --loop");
  }
  return CLI_OK;
}

/* What it begins with */

static void
write_log(void* handle, KitLogLevel level, const char* text)
{
  const KitLog cli = cli_log(NULL);
  play_hide_meters((PlayProgram*)handle);
  cli.write(cli.handle, level, text);
  play_program_notice((PlayProgram*)handle, text);
}

/** --preset, --set and --seed. */
static int
take_values(const CliArgs* args, PlayProgram* program)
{
  KitPreset* preset = NULL;
  if (!cli_option(args, "preset") && !cli_option(args, "set") && !cli_option(args, "seed")) {
    return CLI_OK;
  }
  int         status = cli_setup(args, kit_plugin_effect(program->engine.plugin), &preset);
  char* const text   = status == CLI_OK ? kit_preset_to_json(preset) : NULL;
  if (status == CLI_OK) {
    status = text ? cli_exit(kit_plugin_load_preset_text(program->engine.plugin, text, strlen(text),
                                                         KIT_AUTHOR_HAND, &program->log))
                  : CLI_FAILED;
  }
  kit_free(text);
  kit_preset_free(preset);
  return status;
}

static int
take_session(const CliArgs* args, PlayProgram* program)
{
  const char* const path = cli_option(args, "state");
  if (play_nsm_wanted()) { // It will say which session
    return CLI_OK;
  }
  program->session =
    path ? kit_strdup(path) : play_session_path(kit_plugin_effect(program->engine.plugin), &program->log);
  if (!program->session || cli_option(args, "fresh")) {
    return CLI_OK;
  }
  const KitStatus st = play_session_read(&program->engine, program->session, &program->log);
  // What a user named must not be written over; what we keep ourselves is put aside
  if (!st || st == KIT_ERR_NOT_FOUND) {
    return CLI_OK;
  }
  if (path) {
    return CLI_FAILED;
  }
  char* const aside = kit_asprintf("%s.bad", program->session);
  if (aside && !rename(program->session, aside)) {
    kit_log(&program->log, KIT_LOG_WARNING, "%s: put aside; it begins at the defaults", aside);
  }
  kit_free(aside);
  return CLI_OK;
}

/** FILE and how it is played; after the rate is known. */
static int
take_file(const CliArgs* args, PlayProgram* program)
{
  PlayPlayer* const player = &program->engine.player;
  double            gain   = 0.0;
  double            from   = 0.0;
  double            to     = -1.0;
  double            tail   = 0.0;
  if (!cli_option_number(args, "gain", -120.0, 40.0, &gain) || !cli_option_time(args, "from", 1e9, &from) ||
      !cli_option_time(args, "to", 1e9, &to) || !cli_option_time(args, "tail", MAX_TAIL_S, &tail)) {
    return CLI_USAGE;
  }
  if (cli_option(args, "gain")) {
    atomic_store(&player->gain, pow(10.0, gain / 20.0));
  }
  if (!args->operands[1]) {
    return CLI_OK;
  }
  const KitStatus st = play_program_open(program, args->operands[1]);
  if (st) {
    return cli_exit(st);
  }
  const double rate = player->info.sample_rate;
  if (cli_option(args, "loop")) {
    const uint64_t end = to < 0.0 ? player->info.n_frames : (uint64_t)llround(to * rate);
    play_player_set_loop(player, true, (uint64_t)llround(from * rate), end);
  }
  if (from > 0.0) {
    play_player_seek(player, (uint64_t)llround(from * rate));
  }
  program->take_tail_s = tail;
  program->exits       = cli_option(args, "exit");
  return CLI_OK;
}

/** The rate to begin with where nothing says one: the null device's is the file's. */
static void
choose_rate(const CliArgs* args, PlayProgram* program)
{
  const char* const file = args->operands[1];
  KitAudioFile*     open = NULL;
  if (program->wish.rate > 0.0 || !file || !program->wish.backend ||
      strcmp(program->wish.backend, "null") != 0 || kit_audio_open(file, NULL, &open)) {
    return;
  }
  program->wish.rate = kit_audio_info(open)->sample_rate;
  kit_audio_close(open);
}

typedef struct {
  const CliArgs* args;
  PlayProgram*   program;
  int            status;
} Start;

/** Let a take run, and a file play, from the device's first block on.  @return exit status. */
static int
start_sound(const CliArgs* args, PlayProgram* program)
{
  PlayEngine* const engine = &program->engine;
  const int         status = take_file(args, program);
  if (status != CLI_OK) {
    return status;
  }
  if (cli_option(args, "record")) {
    const double tail = program->take_tail_s * engine->sample_rate;
    atomic_store(&engine->tail, program->exits || cli_option(args, "tail") ? (uint32_t)tail : UINT32_MAX);
    if (!play_program_record(program, cli_option(args, "record"), cli_option(args, "dry"))) {
      return CLI_FAILED;
    }
  }
  if (args->operands[1] && !cli_option(args, "stopped")) {
    play_player_start(&engine->player, PLAY_MAX_BLOCK);
  }
  return CLI_OK;
}

static void
prepared(void* handle)
{
  Start* const start = (Start*)handle;
  start->status      = start_sound(start->args, start->program);
}

/* The program */

static void
print_device(void* handle, const char* name, const char* details)
{
  (void)handle;
  cli_line(stdout, "  %-40s %s", name, details);
}

static int
list_devices(void)
{
  for (const PlayBackend* const* backend = play_backends; *backend; ++backend) {
    printf("%s (--backend %s)\n", (*backend)->title, (*backend)->id);
    if (!(*backend)->list(print_device, NULL)) {
      printf("  (%s)\n", (*backend)->none);
    }
  }
  return CLI_OK;
}

/** All that is said on the command line, and what was kept.  @return exit status. */
static int
set_up(const CliArgs* args, PlayProgram* program)
{
  int status = check_options(args);
  if (status != CLI_OK) {
    return status;
  }
  play_midi_init(&program->midi, program->engine.plugin, &program->log);
  play_settings_read(&program->settings, &program->midi, &program->log);
  if (!read_wish(args, program) || !read_layout(args, program) || !read_bits(args, &program->bits) ||
      !read_osc(args)) {
    return CLI_USAGE;
  }
  program->replace = cli_option(args, "force");
  program->shows   = kit_is_terminal(stderr) && !cli_option(args, "quiet");
  atomic_store(&program->engine.guard.on, program->settings.guard && !cli_option(args, "no-guard"));
  double bpm = 0.0;
  if (!cli_option_number(args, "bpm", KIT_MIN_BPM, KIT_MAX_BPM, &bpm)) {
    return CLI_USAGE;
  }
  status = take_session(args, program);
  if (bpm > 0.0) {
    atomic_store(&program->engine.bpm, bpm);
  }
  return status == CLI_OK ? take_values(args, program) : status;
}

/** Nobody wants the null device again who once asked for it. */
static void
keep_settings(PlayProgram* program)
{
  if (program->settings.backend && !strcmp(program->settings.backend, "null")) {
    return;
  }
  play_program_keep_settings(program);
}

static int
play(const CliArgs* args, PlayProgram* program, const char* name)
{
  Start start        = {args, program, CLI_OK};
  program->wish.name = program->wish.name ? program->wish.name : name;
  choose_rate(args, program);
  kit_osc_attach(program->engine.plugin, &(KitOscInfo){"Standalone", program->wish.name, &program->log});
  program->sequencer     = play_sequencer_open(program->wish.name, cli_option(args, "midi"), &program->log);
  program->nsm           = play_nsm_open(program);
  program->wish.prepared = prepared;
  program->wish.handle   = &start;
  const KitStatus st     = play_audio_start(&program->audio, &program->engine, &program->wish, &program->log);
  program->has_audio     = true;
  program->wish.prepared = NULL;
  int status             = start.status != CLI_OK ? start.status : cli_exit(st);
  if (status == CLI_OK) {
    keep_settings(program);
    kit_log(&program->log, KIT_LOG_INFO, "%s, %g Hz, %s",
            program->audio.device ? program->audio.device->name : "-", program->engine.sample_rate,
            kit_plugin_layout(program->engine.plugin)->name);
    if (!cli_option(args, "no-window")) {
      program->screen = play_screen_open(program);
    }
    status = play_program_run(program);
    play_screen_close(program->screen);
    program->screen = NULL;
  }
  play_audio_stop(&program->audio);
  play_nsm_close(program->nsm);
  play_sequencer_close(program->sequencer);
  kit_osc_detach(program->engine.plugin);
  return status;
}

static int
run(const CliArgs* args)
{
  if (cli_option(args, "list-devices")) {
    return list_devices();
  }
  if (!args->operands[0]) {
    return cli_usage_error(args->command, "EFFECT is missing");
  }
  const KitEffect* const effect  = cli_effect(args, args->operands[0]);
  PlayProgram* const     program = effect ? (PlayProgram*)kit_calloc(1, sizeof(PlayProgram)) : NULL;
  if (!program) {
    return effect ? CLI_FAILED : CLI_USAGE;
  }
  char name[80];
  snprintf(name, sizeof(name), "vstkit-%s", effect->id);
  program->notice_lock = (KitLock)KIT_LOCK_INIT;
  program->log         = (KitLog){write_log, program};
  int status           = play_engine_init(&program->engine, effect, &program->log) ? CLI_OK : CLI_FAILED;
  status               = status == CLI_OK ? set_up(args, program) : status;
  status               = status == CLI_OK ? play(args, program, name) : status;
  play_engine_cleanup(&program->engine);
  play_settings_cleanup(&program->settings);
  kit_free(program->session);
  kit_free(program);
  kit_interrupt_clear(); // Who asks it to end gets what it asks for
  return status;
}

const CliCommand cli_play = {
  .name     = "play",
  .summary  = "Run an effect as a program, live or on a file",
  .details  = "Runs EFFECT as a program of its own: with JACK (or PipeWire), a sound card, or\n"
              "neither; on what comes in live, or on FILE.  \"vstkit-EFFECT [FILE]\" is the same;\n"
              "\"vstkit-EFFECT render\" and so on are the commands of vstkit, for a file of that\n"
              "name write ./render.\n"
              "\n"
              "What was going on is kept and taken up at the next start: the state, the file,\n"
              "where it loops, the device, and which MIDI controller turns what.\n"
              "\n"
              "Lines on standard input tell it what to do: play, stop, seek 12.5, loop on,\n"
              "record take.wav, set KEY VALUE, preset NAME, learn KEY, status, quit; \"help\" lists\n"
              "them all.  SIGTERM and SIGINT end it, with everything saved, and status 0.",
  .operands = {{"EFFECT", CLI_WORD_EFFECT, true}, {"FILE", CLI_WORD_FILE, true}},
  .options  = options,
  .examples =
    "vstkit play lossy\n  What comes in live, through Lossy\n"
    "vstkit-reverb --no-window --osc --state stage.json\n  A stage box, reached by OSC\n"
    "vstkit play lossy voice.wav --loop --record take.flac --dry dry.flac\n  Round a file, recorded with "
    "what came in\n"
    "vstkit play reverb dry.wav --backend null --unpaced --record wet.wav --tail 3 --exit\n  Without a "
    "sound card, as fast as it goes\n",
  .run = run,
};
