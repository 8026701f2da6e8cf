// SPDX-License-Identifier: ISC
#include "checks.h"

#include "alloc.h"
#include "file.h"
#include "host_params.h"
#include "scratch.h"
#include "tap.h"
#include "vst3_host_objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 9000U

static const Vst3Setup stereo = {RATE, 2, 2, true, true};

static void
check_chunks(const Subject* subject)
{
  static const int32_t chunks[] = {0, 1, 3, 4096};
  double* const        values   = random_values(subject->effect, 41);
  char* const          text     = state_text(subject->effect, values);
  bool                 same     = true;
  for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); ++i) {
    Vst3Host   host;
    Vst3Stream saved;
    open_plugin(subject, &host);
    same = same && vst3_load(&host, text, strlen(text), chunks[i]) == V3_OK;
    vst3_stream_init(&saved, NULL, 0, chunks[i]);
    same = same && (*host.component)->get_state(host.component, (struct v3_bstream**)(void*)&saved) == V3_OK;

    KitPreset* const preset = kit_preset_new(subject->effect);
    same =
      same && !kit_preset_parse(preset, "saved", saved.data, saved.size, NULL) &&
      !memcmp(kit_preset_values(preset), values, kit_params_n_slots(subject->effect->table) * sizeof(double));
    kit_preset_free(preset);
    vst3_stream_cleanup(&saved);
    close_plugin(subject, &host);
  }
  tap_ok(same,
         "%s: a state is preset JSON and brings back every value, through streams of a few bytes at a time",
         subject->effect->id);
  kit_free(text);
  kit_free(values);
}

static bool
refuses(Vst3Host* host, const char* before, const char* data, size_t size)
{
  Vst3Stream after;
  host->handler.restarts = 0;
  const bool refused     = vst3_load(host, data, size, 0) != V3_OK;
  vst3_save(host, &after);
  const bool same = !strcmp(before, after.data) && !host->handler.restarts;
  vst3_stream_cleanup(&after);
  return refused && same;
}

static void
check_malformed(const Subject* subject, Vst3Host* host, const Vst3Stream* before)
{
  static const char* const bad[] = {
    "", "{", "[]", "null", "\"text\"", "VST3 chunk \x01\x02\x03", "{\"a\": NaN}", "{}x", "\xFF\xFE{}"};
  bool all = true;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    const bool refused = refuses(host, before->data, bad[i], strlen(bad[i]));
    all                = all && refused;
    if (!refused) {
      tap_note("it takes \"%s\"", bad[i]);
    }
  }
  tap_ok(all, "%s: empty, foreign and malformed states are refused and change nothing", subject->effect->id);

  bool truncated = true;
  for (size_t cut = 0; cut < before->size - 2U; cut += 1U + before->size / 50U) {
    truncated = truncated && refuses(host, before->data, before->data, cut);
  }
  tap_ok(truncated, "%s: so are truncated ones", subject->effect->id);
}

static void
check_foreign(const Subject* subject, Vst3Host* host, const Vst3Stream* before)
{
  const KitEffect* const other  = kit_effect_find(strcmp(subject->effect->id, "gain") ? "gain" : "reverb");
  KitPreset* const       preset = kit_preset_new(other);
  char* const            text   = kit_preset_to_json(preset);
  tap_ok(refuses(host, before->data, text, strlen(text)), "%s: so is another effect's", subject->effect->id);
  kit_free(text);
  kit_preset_free(preset);
}

static void
check_huge(const Subject* subject, Vst3Host* host, const Vst3Stream* before)
{
  const size_t huge = KIT_PRESET_MAX_BYTES + 100U;
  char* const  text = (char*)malloc(huge);
  vst3_require(text, "no memory");
  memset(text, ' ', huge);
  memcpy(text, before->data, before->size);
  tap_ok(refuses(host, before->data, text, huge), "%s: and one beyond the limit of size",
         subject->effect->id);
  free(text);
}

static void
check_no_stream(const Subject* subject, Vst3Host* host)
{
  struct v3_component** const       c = host->component;
  struct v3_edit_controller** const e = host->controller;
  Vst3Stream                        full;
  vst3_stream_init(&full, NULL, 0, 7);
  full.fail_after = 20;
  tap_ok((*c)->set_state(c, NULL) != V3_OK && (*c)->get_state(c, NULL) != V3_OK &&
           (*e)->set_component_state(e, NULL) != V3_OK &&
           (*c)->get_state(c, (struct v3_bstream**)(void*)&full) != V3_OK,
         "%s: no stream, or one that is full, is an error", subject->effect->id);
  vst3_stream_cleanup(&full);
}

static void
check_refusals(const Subject* subject)
{
  Vst3Host      host;
  Vst3Stream    before;
  double* const values = random_values(subject->effect, 43);
  char* const   text   = state_text(subject->effect, values);
  open_plugin(subject, &host);
  vst3_load(&host, text, strlen(text), 0);
  vst3_save(&host, &before);
  check_malformed(subject, &host, &before);
  check_foreign(subject, &host, &before);
  check_huge(subject, &host, &before);
  check_no_stream(subject, &host);
  vst3_stream_cleanup(&before);
  kit_free(text);
  kit_free(values);
  close_plugin(subject, &host);
}

static bool
shows(const Subject* subject, Vst3Host* host, const double* values)
{
  bool all = true;
  for (uint32_t i = 0; i + 1U < kit_host_params_count(subject->effect); ++i) {
    KitHostParam param;
    kit_host_params_at(subject->effect, i, &param);
    all = all && vst3_get(host, param.id) == kit_param_to_normal(param.param, values[param.slot]);
  }
  return all;
}

static void
check_controller(const Subject* subject)
{
  double* const values = random_values(subject->effect, 47);
  char* const   text   = state_text(subject->effect, values);
  Vst3Host      host;
  Vst3Stream    stream;
  open_plugin(subject, &host);
  vst3_stream_init(&stream, text, strlen(text), 0);
  struct v3_bstream** const s  = (struct v3_bstream**)(void*)&stream;
  const v3_result           st = (*host.controller)->set_component_state(host.controller, s);
  tap_ok(st == V3_OK && shows(subject, &host, values), "%s: the controller shows a component's state",
         subject->effect->id);
  stream.at             = 0;
  host.handler.restarts = 0;
  tap_ok((*host.component)->set_state(host.component, s) == V3_OK &&
           (host.handler.restarts & V3_RESTART_PARAM_VALUES_CHANGED) && shows(subject, &host, values),
         "%s: a loaded state is announced", subject->effect->id);
  vst3_stream_cleanup(&stream);
  close_plugin(subject, &host);
  kit_free(text);
  kit_free(values);
}

/** Set through the controller and saved at once, with or without audio running. */
static bool
saves_what_is_shown(const Subject* subject, bool active)
{
  Vst3Host             host;
  KitHostParam         first;
  struct v3_param_info bypass;
  Vst3Stream           saved;
  kit_host_params_at(subject->effect, 0, &first);
  open_plugin(subject, &host);
  vst3_find_flagged(&host, V3_PARAM_IS_BYPASS, &bypass);
  if (active && !vst3_start(&host, &stereo)) {
    close_plugin(subject, &host);
    return false;
  }
  (*host.controller)->set_parameter_normalised(host.controller, first.id, 0.75);
  (*host.controller)->set_parameter_normalised(host.controller, bypass.param_id, 1.0);
  vst3_save(&host, &saved);
  KitPreset* const preset = kit_preset_new(subject->effect);
  const bool       right  = !kit_preset_parse(preset, "saved", saved.data, saved.size, NULL) &&
                     kit_preset_values(preset)[first.slot] == kit_param_from_normal(first.param, 0.75) &&
                     kit_preset_bypassed(preset) == 1;
  kit_preset_free(preset);
  vst3_stream_cleanup(&saved);
  close_plugin(subject, &host);
  return right;
}

static void
write_audio(const char* path, const KitAudio* audio)
{
  FILE* const file = fopen(path, "wb");
  vst3_require(file, path);
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    vst3_require(fwrite(audio->channels[c], sizeof(double), audio->n_frames, file) == audio->n_frames, path);
  }
  fclose(file);
}

static char*
read_file(const char* path, size_t* size)
{
  char* text = NULL;
  vst3_require(!kit_file_read(path, 16U << 20U, NULL, &text, size), path);
  return text;
}

int
state_child(const Subject* subject, const char* const* paths)
{
  size_t      size = 0;
  char* const text = read_file(paths[0], &size);
  Vst3Host    host;
  Vst3Stream  saved;
  open_plugin(subject, &host);
  const bool loaded = vst3_load(&host, text, size, 0) == V3_OK;
  kit_free(text);
  vst3_save(&host, &saved);
  kit_file_write(paths[1], saved.data, saved.size, NULL);
  vst3_stream_cleanup(&saved);
  KitAudio in  = make_signal(RATE, 2, N_FRAMES, 6);
  KitAudio out = make_audio(RATE, 2, N_FRAMES);
  if (vst3_start(&host, &stereo)) {
    vst3_play(&host, &in, &out, (Vst3Score){0}, (Vst3Blocks){.frames = 777});
  }
  write_audio(paths[2], &out);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
  close_plugin(subject, &host);
  return loaded ? 0 : 1;
}

static void
check_fresh_process(const Subject* subject)
{
  double* const values = random_values(subject->effect, 53);
  Vst3Host      host;
  Vst3Stream    saved;
  char* const   text = state_text(subject->effect, values);
  open_plugin(subject, &host);
  vst3_load(&host, text, strlen(text), 0);
  vst3_save(&host, &saved);
  KitAudio in  = make_signal(RATE, 2, N_FRAMES, 6);
  KitAudio out = make_audio(RATE, 2, N_FRAMES);
  if (vst3_start(&host, &stereo)) {
    vst3_play(&host, &in, &out, (Vst3Score){0}, (Vst3Blocks){.frames = 64});
  }
  close_plugin(subject, &host);

  char command[16384];
  kit_file_write(scratch_path("state"), saved.data, saved.size, NULL);
  write_audio(scratch_path("want"), &out);
  snprintf(command, sizeof(command), "'%s' %s '%s' '%s' '%s' '%s'", subject->program, subject->effect->id,
           subject->bundle, scratch_path("state"), scratch_path("again"), scratch_path("got"));
  const bool ran = system(command) == 0;
  size_t     sizes[3];
  char*      again = ran ? read_file(scratch_path("again"), &sizes[0]) : NULL;
  char*      want  = ran ? read_file(scratch_path("want"), &sizes[1]) : NULL;
  char*      got   = ran ? read_file(scratch_path("got"), &sizes[2]) : NULL;
  tap_ok(ran && sizes[0] == saved.size && !memcmp(again, saved.data, sizes[0]),
         "%s: a fresh process reads the state and writes the same", subject->effect->id);
  tap_ok(ran && sizes[1] == sizes[2] && !memcmp(want, got, sizes[1]), "%s: and sounds the same, to the bit",
         subject->effect->id);
  kit_free(again);
  kit_free(want);
  kit_free(got);
  kit_free(text);
  kit_free(values);
  vst3_stream_cleanup(&saved);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

void
check_state(const Subject* subject)
{
  check_chunks(subject);
  check_refusals(subject);
  check_controller(subject);
  tap_ok(saves_what_is_shown(subject, false), "%s: saves what was set while inactive", subject->effect->id);
  if (subject->effect->stream_new) {
    tap_ok(saves_what_is_shown(subject, true), "%s: saves what was set and not yet processed",
           subject->effect->id);
  }
  check_fresh_process(subject);
}
