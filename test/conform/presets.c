// SPDX-License-Identifier: ISC
// Every preset sounds as kit_render() streams it
#include "conform.h"

#include "alloc.h"
#include "file.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 11025U
#define TAIL_S   0.1

// Renders come without the latency
static bool
equals_later(const KitAudio* want, const KitAudio* got, uint32_t latency)
{
  for (uint32_t c = 0; c < want->n_channels; ++c) {
    if (memcmp(want->channels[c], got->channels[c] + latency, want->n_frames * sizeof(double))) {
      return false;
    }
  }
  return want->n_channels == got->n_channels;
}

/** Does the plugin, as it stands, sound like kit_render() in stream mode at `values`? */
static bool
sounds_like(HostPlugin* plugin, const double* values, uint32_t n_in, bool is_double)
{
  const KitEffect* const effect = plugin->effect;
  Take                   take   = take_default(RATE);
  take.setup.n_in               = n_in;
  take.setup.n_out              = effect->n_out_channels(n_in);
  take.block                    = 0;
  take_set_double(&take, is_double);
  const KitRenderOptions options = {
    .effect = effect, .values = values, .tail_s = TAIL_S, .stream = true, .block = 512};
  const uint32_t latency = effect->latency_frames ? effect->latency_frames(values, RATE) : 0U;
  KitAudio       in      = take_signal(&take, N_FRAMES, 6);
  KitAudio       want    = {0};
  host_require(!kit_render(&options, &in, &want), "kit_render() fails");
  take_round(&take, &want);
  KitAudio   longer = take_extend(&in, want.n_frames + latency);
  KitAudio   got    = take_play(plugin, &take, &longer, no_score);
  const bool same   = equals_later(&want, &got, latency);
  take_cleanup(&in, &want, &longer, &got, NULL);
  return same;
}

static void
check_opening(const Subject* s)
{
  double* const     values = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  HostPlugin* const plugin = conform_open(s->module);
  take_opening(s->effect, values);
  tap_ok(sounds_like(plugin, values, 2, true) && sounds_like(plugin, values, 2, false) &&
           sounds_like(plugin, values, 1, true) && sounds_like(plugin, values, 1, false),
         "what a new one opens on, from stereo and from mono to %u, sound as on the command line",
         s->effect->n_out_channels(1));
  conform_close(plugin);
  kit_free(values);
}

/** Hosts' number of the preset called `name`, or UINT32_MAX. */
static uint32_t
find_preset(HostPlugin* plugin, const char* name)
{
  char listed[128];
  for (uint32_t i = 0; host_format.preset_name(plugin, i, listed); ++i) {
    if (!strcmp(listed, name)) {
      return i;
    }
  }
  return UINT32_MAX;
}

// What a preset leaves out would keep its value
static void
stir(HostPlugin* plugin, uint32_t seed)
{
  double* const values = take_values(plugin->effect, seed);
  KitHostParam  param;
  for (uint32_t i = 0; host_param_at(plugin->effect, i, &param) && param.slot != KIT_BYPASS_SLOT; ++i) {
    host_format.set(plugin, &param, host_format.carried(param.param, values[param.slot]));
  }
  kit_free(values);
}

static void
check_listed(const Subject* s, uint32_t which)
{
  KitPreset* const    preset = take_preset(s->effect, which);
  HostPlugin* const   plugin = conform_open(s->module);
  const double* const values = kit_preset_values(preset);
  const char* const   id     = s->effect->presets[which].id;
  const char* const   name   = kit_preset_meta(preset, "name");
  const uint32_t      index  = find_preset(plugin, name ? name : id);
  if (s->effect->opening && !strcmp(s->effect->opening, id)) {
    host_format.load_preset(plugin, !index); // In VST3 the program that plays cannot be chosen
  }
  stir(plugin, which);
  const bool loaded = index != UINT32_MAX && host_format.load_preset(plugin, index);
  tap_ok(loaded && take_shows(plugin, values) && sounds_like(plugin, values, 2, true) &&
           sounds_like(plugin, values, 2, false),
         "preset %s is listed by its name, sets all values, and sounds as on the command line, to the bit",
         id);
  conform_close(plugin);
  kit_preset_free(preset);
}

static void
check_embedded(const Subject* s)
{
  HostPlugin* const plugin = conform_open(s->module);
  const uint32_t    n      = take_n_presets(s->effect);
  char              name[128];
  for (uint32_t i = 0; i < n; ++i) {
    check_listed(s, i);
  }
  tap_ok((!n || host_format.preset_name(plugin, n - 1U, name)) && !host_format.preset_name(plugin, n, name) &&
           !host_format.load_preset(plugin, n),
         "hosts find %u presets, and no other", n);
  conform_close(plugin);
}

static bool
file_sounds_right(const Subject* s, const char* path, bool is_double)
{
  HostPlugin* const plugin = conform_open(s->module);
  KitPreset* const  preset = kit_preset_new(s->effect);
  char*             text   = NULL;
  size_t            size   = 0;
  const bool        same =
    !kit_preset_load_file(preset, path, NULL) && !kit_file_read(path, 1U << 20U, NULL, &text, &size) &&
    host_format.load(plugin, text, size) && sounds_like(plugin, kit_preset_values(preset), 2, is_double);
  kit_free(text);
  kit_preset_free(preset);
  conform_close(plugin);
  return same;
}

static void
check_reference(const Subject* s)
{
  KitFolderList     list   = {0};
  const char* const root   = tap_reference_folder();
  uint32_t          n_same = 0;
  char              folder[4200];
  char              path[8400];
  if (!root) {
    tap_skip("no reference presets here");
    return;
  }
  snprintf(folder, sizeof(folder), "%s/presets/%s", root, s->effect->id);
  kit_folder_list(folder, ".json", NULL, &list);
  for (size_t i = 0; i < list.n; ++i) {
    snprintf(path, sizeof(path), "%s/%s", folder, list.names[i]);
    const bool same = file_sounds_right(s, path, true) && file_sounds_right(s, path, false);
    n_same += same;
    if (!same) {
      tap_note("%s", list.names[i]);
    }
  }
  tap_ok(n_same == list.n, "%u of %zu reference presets, as states, sound as on the command line, to the bit",
         n_same, list.n);
  kit_folder_list_cleanup(&list);
}

void
check_presets(const Subject* subject)
{
  check_opening(subject);
  check_embedded(subject);
  check_reference(subject);
}
