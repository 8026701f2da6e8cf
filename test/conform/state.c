// SPDX-License-Identifier: ISC
#include "conform.h"

#include "alloc.h"
#include "file.h"
#include "scratch.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_FRAMES 9000U

static bool
same_values(const KitEffect* effect, const double* a, const double* b)
{
  return !memcmp(a, b, kit_params_n_slots(effect->table) * sizeof(double));
}

/** Save one plugin in pieces of `chunk` bytes, and load that into another. */
static bool
passes_on(const Subject* s, uint32_t seed, size_t chunk)
{
  double*           values = NULL;
  HostPlugin* const from   = conform_open_at(s, seed, &values);
  HostPlugin* const to     = conform_open(s->module);
  double* const     read   = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  size_t            size   = 0;
  HostTold          told;
  from->chunk      = chunk;
  to->chunk        = chunk;
  char* const text = host_format.save(from, &size);
  bool        same =
    text && host_format.load(to, text, size) && (!(host_format.can & HOST_SHOWS) || take_shows(to, values));
  same = same && conform_saved(to, read, NULL) && same_values(s->effect, values, read);
  host_format.told(to, &told);
  same = same && told.n_values == ((host_format.can & HOST_SHOWS) ? 1U : 0U);
  kit_free(text);
  kit_free(read);
  kit_free(values);
  conform_close(from);
  conform_close(to);
  return same;
}

static void
check_round_trip(const Subject* s)
{
  static const size_t chunks[] = {0, 1, 3, 7, 4096};
  bool                same     = true;
  for (uint32_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); ++i) {
    same = passes_on(s, 41U + i, chunks[i]) && same;
  }
  for (uint32_t seed = 0; seed < 32U; ++seed) {
    same = passes_on(s, 100U + seed, 0) && same;
  }
  tap_ok(
    same,
    "a state brings back every value to the bit, in pieces of a few bytes or whole; hosts are told once");
}

static void
check_sound_after(const Subject* s)
{
  const Take        take   = take_default(44100.0);
  double*           values = NULL;
  HostPlugin* const from   = conform_open_at(s, 45, &values);
  HostPlugin* const to     = conform_open(s->module);
  size_t            size   = 0;
  char* const       text   = host_format.save(from, &size);
  tap_ok(text && host_format.load(to, text, size) && take_matches(to, values, &take, N_FRAMES, no_score),
         "the state alone brings the sound back");
  tap_ok(take_matches(to, values, &take, N_FRAMES, no_score) &&
           take_matches(from, values, &take, N_FRAMES, no_score),
         "and it stays through a restart");
  kit_free(text);
  kit_free(values);
  conform_close(from);
  conform_close(to);
}

static void
check_broken_streams(const Subject* s)
{
  double*           values = NULL;
  HostPlugin* const plugin = conform_open_at(s, 46, &values);
  size_t            size   = 0;
  char* const       text   = host_format.save(plugin, &size);
  bool              told   = true;
  plugin->chunk            = 16;
  for (size_t at = 1; at < size; at += 1U + size / 50U) {
    size_t cut         = 0;
    plugin->fail_at    = at;
    char* const broken = host_format.save(plugin, &cut);
    told               = told && !broken && !host_format.load(plugin, text, size);
    kit_free(broken);
  }
  plugin->fail_at = 0;
  tap_ok(told && host_format.load(plugin, text, size),
         "a stream that cannot be written to, or not be read, is told of");
  kit_free(text);
  kit_free(values);
  conform_close(plugin);
}

/** Set from outside and saved at once, with or without audio running. */
static bool
saves_what_was_set(const Subject* s, bool active, int bypassed)
{
  const Take         take   = take_default(44100.0);
  const KitHostParam first  = conform_live_param(s->effect);
  const KitHostParam bypass = host_param(s->effect, KIT_BYPASS_SLOT);
  const double       value  = take_carried(first.param, kit_param_from_normal(first.param, 0.75));
  double* const      read   = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  HostPlugin* const  plugin = conform_open(s->module);
  int                saved  = -1;
  bool               right  = !active || host_format.start(plugin, &take.setup);
  host_format.set(plugin, &first, value);
  host_format.set(plugin, &bypass, bypassed);
  if (!(host_format.can & HOST_SHOWS)) { // A port counts when it is run
    const KitProcess block = {.n_frames = 0};
    host_format.process(plugin, &block);
  }
  right = right && conform_saved(plugin, read, &saved) && read[first.slot] == value && saved == bypassed;
  conform_close(plugin);
  kit_free(read);
  return right;
}

static void
check_set_and_saved(const Subject* s)
{
  tap_ok(saves_what_was_set(s, false, 1) && saves_what_was_set(s, false, 0),
         "saves what was set while inactive, the bypass too");
  tap_ok(saves_what_was_set(s, true, 1) && saves_what_was_set(s, true, 0),
         "saves what was set and not yet heard");
}

static void
write_audio(const char* path, const KitAudio* audio)
{
  FILE* const file = fopen(path, "wb");
  host_require(file, path);
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    host_require(fwrite(audio->channels[c], sizeof(double), audio->n_frames, file) == audio->n_frames, path);
  }
  fclose(file);
}

static void
play_to_file(HostPlugin* plugin, const char* path)
{
  const Take take = take_default(44100.0);
  KitAudio   in   = take_signal(&take, N_FRAMES, 9);
  KitAudio   out  = take_play(plugin, &take, &in, no_score);
  write_audio(path, &out);
  take_cleanup(&in, &out, NULL);
}

static char*
read_file(const char* path, size_t* size)
{
  char* text = NULL;
  host_require(!kit_file_read(path, 16U << 20U, NULL, &text, size), path);
  return text;
}

static void
save_to_file(HostPlugin* plugin, const char* path)
{
  size_t      size = 0;
  char* const text = host_format.save(plugin, &size);
  host_require(text && !kit_file_write(path, text, size, NULL), path);
  kit_free(text);
}

int
conform_child(const Subject* subject, char** paths)
{
  size_t            size   = 0;
  char* const       text   = read_file(paths[0], &size);
  HostPlugin* const plugin = conform_open(subject->module);
  const bool        loaded = host_format.load(plugin, text, size);
  save_to_file(plugin, paths[1]);
  play_to_file(plugin, paths[2]);
  host_format.close(plugin);
  kit_free(text);
  return loaded ? 0 : 1;
}

static bool
same_files(const char* a, const char* b)
{
  size_t      sizes[2];
  char* const left  = read_file(a, &sizes[0]);
  char* const right = read_file(b, &sizes[1]);
  const bool  same  = sizes[0] == sizes[1] && !memcmp(left, right, sizes[0]);
  kit_free(left);
  kit_free(right);
  return same;
}

static void
check_fresh_process(const Subject* s)
{
  bool same = true;
  for (uint32_t seed = 53; seed < 56U; ++seed) {
    char              command[16384];
    double*           values = NULL;
    HostPlugin* const plugin = conform_open_at(s, seed, &values);
    save_to_file(plugin, scratch_path("state"));
    play_to_file(plugin, scratch_path("want"));
    snprintf(command, sizeof(command), "'%s' --render %s '%s' '%s' '%s' '%s' > '%s'", s->program,
             s->effect->id, s->path, scratch_path("state"), scratch_path("again"), scratch_path("got"),
             scratch_path("log"));
    same = same && system(command) == 0 && same_files(scratch_path("state"), scratch_path("again")) &&
           same_files(scratch_path("want"), scratch_path("got"));
    kit_free(values);
    conform_close(plugin);
  }
  tap_ok(same, "a fresh process reads a state, writes the same, and sounds the same, to the bit");
}

void
check_state(const Subject* subject)
{
  check_round_trip(subject);
  check_sound_after(subject);
  if (host_format.can & HOST_STREAMS) {
    check_broken_streams(subject);
  }
  check_set_and_saved(subject);
  check_fresh_process(subject);
}
