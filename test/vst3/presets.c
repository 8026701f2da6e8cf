// SPDX-License-Identifier: ISC
// Every preset sounds as `kit_render` streams it
#include "checks.h"

#include "alloc.h"
#include "file.h"
#include "tap.h"
#include "vst3_host_objects.h"

#include <stdio.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 6000U
#define TAIL_S   0.1

static KitAudio
lengthen(const KitAudio* in, size_t n_frames)
{
  KitAudio out = make_audio(in->sample_rate, in->n_channels, n_frames);
  for (uint32_t c = 0; c < in->n_channels; ++c) {
    memcpy(out.channels[c], in->channels[c], in->n_frames * sizeof(double));
  }
  return out;
}

static bool
equals_later(const KitAudio* want, const KitAudio* got, uint32_t latency)
{
  for (uint32_t c = 0; c < want->n_channels; ++c) {
    for (size_t i = 0; i < want->n_frames; ++i) {
      if (at_boundary(want->channels[c][i]) != got->channels[c][i + latency]) {
        return false;
      }
    }
  }
  return true;
}

static bool
null_test(const Subject* subject, KitPreset* preset, const KitAudio* in)
{
  const KitRenderOptions options = {
    .effect = subject->effect, .values = kit_preset_values(preset), .tail_s = TAIL_S, .stream = true};
  KitAudio want;
  if (kit_render(&options, in, &want)) {
    return false;
  }
  const Vst3Setup setup = {RATE, 2, want.n_channels, false, true};
  const uint32_t  latency =
    subject->effect->latency_frames ? subject->effect->latency_frames(kit_preset_values(preset), RATE) : 0U;
  KitAudio longer = lengthen(in, want.n_frames + latency);
  KitAudio got =
    played(subject, kit_preset_values(preset), &setup, &longer, (Vst3Score){0}, (Vst3Blocks){.seed = 77});
  const bool same = equals_later(&want, &got, latency);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&longer);
  kit_audio_cleanup(&got);
  return same;
}

static void
report(const Subject* subject, const char* name, KitPreset* preset, const KitAudio* in, uint32_t* n_same)
{
  if (null_test(subject, preset, in)) {
    ++*n_same;
  } else {
    tap_note("%s: preset %s differs", subject->effect->id, name);
  }
}

static void
check_embedded(const Subject* subject, const KitAudio* in)
{
  uint32_t         n      = 0;
  uint32_t         n_same = 0;
  KitPreset* const plain  = kit_preset_new(subject->effect);
  report(subject, "(defaults)", plain, in, &n_same);
  kit_preset_free(plain);
  for (const KitEmbeddedPreset* row = subject->effect->presets; row && row->id; ++row) {
    KitPreset* const preset = kit_preset_new(subject->effect);
    ++n;
    if (!kit_preset_parse(preset, row->id, row->json, row->size, NULL)) {
      report(subject, row->id, preset, in, &n_same);
    }
    kit_preset_free(preset);
  }
  tap_ok(n_same == n + 1U, "%s: null against kit_render's stream: the defaults and %u of %u embedded presets",
         subject->effect->id, n_same ? n_same - 1U : 0U, n);
}

static void
check_folder(const Subject* subject, const char* folder, const KitAudio* in)
{
  KitFolderList list;
  uint32_t      n_same = 0;
  if (kit_folder_list(folder, ".json", NULL, &list)) {
    return;
  }
  for (size_t i = 0; i < list.n; ++i) {
    char             path[8192];
    KitPreset* const preset = kit_preset_new(subject->effect);
    snprintf(path, sizeof(path), "%s/%s", folder, list.names[i]);
    if (!kit_preset_load_file(preset, path, NULL)) {
      report(subject, list.names[i], preset, in, &n_same);
    }
    kit_preset_free(preset);
  }
  tap_ok(n_same == list.n, "%s: … and %u of %zu reference presets", subject->effect->id, n_same, list.n);
  kit_folder_list_cleanup(&list);
}

void
check_presets(const Subject* subject)
{
  KitAudio          in     = make_signal(RATE, 2, N_FRAMES, 12);
  const char* const shared = tap_reference_folder();
  check_embedded(subject, &in);
  if (shared) {
    char folder[4096];
    snprintf(folder, sizeof(folder), "%s/presets/%s", shared, subject->effect->id);
    check_folder(subject, folder, &in);
  } else {
    tap_skip("%s: no reference presets here", subject->effect->id);
  }
  kit_audio_cleanup(&in);
}
