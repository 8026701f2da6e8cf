// SPDX-License-Identifier: ISC
// The plugin against what the other programs of the kit make of the same state and input
#include "subject.h"

#include "alloc.h"
#include "file.h"
#include "tap.h"
#include "vstkit/preset.h"

#include <stdio.h>
#include <string.h>

#define N_FRAMES 22050U
#define TAIL_S   0.25

static const RigScore no_score = {NULL, 0};

static KitAudio
extend(const KitAudio* in, size_t n_frames)
{
  KitAudio longer;
  if (!kit_audio_init(&longer, in->sample_rate, in->n_channels, n_frames)) {
    for (uint32_t c = 0; c < in->n_channels; ++c) {
      memcpy(longer.channels[c], in->channels[c], in->n_frames * sizeof(double));
    }
  }
  return longer;
}

// Drop the latency at the front, as offline renders do
static void
align(KitAudio* out, uint32_t latency, size_t n_frames)
{
  for (uint32_t c = 0; c < out->n_channels; ++c) {
    memmove(out->channels[c], out->channels[c] + latency, n_frames * sizeof(double));
  }
  out->n_frames = n_frames;
}

static bool
plays(const Subject* s, const Take* take, const KitAudio* in, const KitAudio* want)
{
  const uint32_t latency = s->plugin.latency->get(s->plugin.p);
  KitAudio       longer  = extend(in, want->n_frames + latency);
  KitAudio       got     = take_clap(&s->plugin, s->effect, take, &longer, no_score);
  align(&got, latency, want->n_frames);
  const bool same = take_equal(want, &got);
  kit_audio_cleanup(&longer);
  kit_audio_cleanup(&got);
  return same;
}

/** Does the plugin, as it stands, sound like kit_render() in stream mode at `values`, in double and in float?
 */
static bool
sounds_like(const Subject* s, const double* values, uint32_t n_in)
{
  Take take                      = take_default(44100.0);
  take.n_in                      = n_in;
  take.n_out                     = s->effect->n_out_channels(n_in);
  take.block                     = 0;
  const KitRenderOptions options = {
    .effect = s->effect, .values = values, .tail_s = TAIL_S, .stream = true, .block = 512};
  KitAudio want  = {0};
  KitAudio in    = take_signal(&take, N_FRAMES, 6);
  bool     same  = !kit_render(&options, &in, &want) && plays(s, &take, &in, &want);
  take.is_double = false;
  take_round(&want);
  same = same && plays(s, &take, &in, &want);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  return same;
}

static bool
load_and_compare(Subject* s, KitPreset* preset, uint32_t kind, const char* path, const char* key)
{
  subject_renew(s);
  if (!s->plugin.preset_load->from_location(s->plugin.p, kind, path, key)) {
    tap_note("cannot load: %s", s->host.load_error);
    return false;
  }
  // The figure of an inactive plugin counts at its last rate, so activate it once
  clap_start(&s->plugin, 44100.0, 64);
  clap_stop(&s->plugin);
  return sounds_like(s, kit_preset_values(preset), 2);
}

static void
check_embedded(Subject* s)
{
  for (const KitEmbeddedPreset* e = s->effect->presets; e && e->id; ++e) {
    KitPreset* const preset = kit_preset_new(s->effect);
    const bool       read   = !kit_preset_parse(preset, e->id, e->json, e->size, NULL);
    tap_ok(read && load_and_compare(s, preset, KIT_CLAP_LOCATION_PLUGIN, NULL, e->id), "preset %s", e->id);
    kit_preset_free(preset);
  }
}

static void
check_reference(Subject* s)
{
  KitFolderList     list = {0};
  const char* const root = tap_reference_folder();
  char              folder[4200];
  char              path[8400];
  if (!root) {
    tap_skip("no reference presets here");
    return;
  }
  snprintf(folder, sizeof(folder), "%s/presets/%s", root, s->effect->id);
  kit_folder_list(folder, ".json", NULL, &list);
  for (size_t i = 0; i < list.n; ++i) {
    KitPreset* const preset = kit_preset_new(s->effect);
    snprintf(path, sizeof(path), "%s/%s", folder, list.names[i]);
    const bool read = !kit_preset_load_file(preset, path, NULL);
    tap_ok(read && load_and_compare(s, preset, KIT_CLAP_LOCATION_FILE, path, NULL), "reference preset %s",
           list.names[i]);
    kit_preset_free(preset);
  }
  kit_folder_list_cleanup(&list);
}

static void
check_defaults(Subject* s)
{
  double values[1024];
  kit_params_defaults(s->effect->table, values);
  subject_renew(s);
  clap_start(&s->plugin, 44100.0, 64);
  clap_stop(&s->plugin);
  tap_ok(sounds_like(s, values, 2), "defaults, stereo");
  tap_ok(sounds_like(s, values, 1), "defaults, from mono to %u", s->effect->n_out_channels(1));
}

static void
check_automation(Subject* s)
{
  for (uint32_t seed = 0; seed < 4; ++seed) {
    Take take           = take_default(48000.0);
    take.block          = 0;
    take.is_double      = seed & 1U;
    const RigScore fuzz = take_fuzz(s->effect, N_FRAMES, 2000, 40 + seed);
    subject_renew(s);
    tap_ok(take_matches(s, NULL, &take, N_FRAMES, fuzz), "defaults under automation %u", seed);
    kit_free((void*)fuzz.events);
  }
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 2 && subject_open(&s, argv[1])) {
    check_defaults(&s);
    check_automation(&s);
    check_embedded(&s);
    check_reference(&s);
    subject_close(&s);
  }
  return tap_done();
}
