// SPDX-License-Identifier: ISC
#include "kit.h"

#include "alloc.h"
#include "json.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const KitParamTable table = {reverb_params, REVERB_N_PARAMS};

void
test_defaults(double* values)
{
  kit_params_defaults(table, values);
}

void
test_random_values(KitRng* rng, double* values)
{
  KitParamRef ref;
  for (uint32_t s = 0; kit_params_at_slot(table, s, &ref); ++s) {
    values[s] = kit_param_from_normal(ref.param, kit_rng_uniform(rng) * 1.2 - 0.1);
    if (s >= REVERB_MATRIX_CUSTOM) {
      values[s] = 0.35 * kit_rng_gauss(rng);
    }
  }
}

static void
bail_out(void)
{
  printf("Bail out! out of memory\n");
  exit(1);
}

KitAudio
test_silence(double sample_rate, uint32_t n_channels, size_t n_frames)
{
  KitAudio audio;
  if (kit_audio_init(&audio, sample_rate, n_channels, n_frames)) {
    bail_out();
  }
  return audio;
}

KitAudio
test_signal(double sample_rate, uint32_t n_channels, size_t n_frames, uint32_t seed)
{
  KitAudio audio = test_silence(sample_rate, n_channels, n_frames);
  KitRng   rng;
  kit_rng_init(&rng, seed);
  for (size_t i = 0; i < n_frames * 2U / 3U; ++i) {
    const double t = (double)i / sample_rate;
    for (uint32_t c = 0; c < n_channels; ++c) {
      const double burst   = exp(-12.0 * fmod(t, 0.21)) * kit_rng_uniform_in(&rng, -0.3, 0.3);
      const double tone    = 0.2 * sin((c ? 3484.1 : 2764.6) * t);
      audio.channels[c][i] = burst + tone;
    }
  }
  return audio;
}

KitStatus
test_render(KitStatus (*render)(const KitRenderJob*), const double* values, const KitAudio* in, KitAudio* out,
            const KitLog* log)
{
  const KitRenderJob job = {.sample_rate = in->sample_rate,
                            .n_in        = in->n_channels,
                            .n_out       = out->n_channels,
                            .n_frames    = in->n_frames,
                            .in          = (const double* const*)in->channels,
                            .out         = out->channels,
                            .values      = values,
                            .log         = log};
  return render(&job);
}

void
test_stream(const TestChange* changes, uint32_t n_changes, const KitAudio* in, KitAudio* out, uint32_t block)
{
  static const double  still[REVERB_N_SLOTS] = {0.0};
  const KitStreamSetup setup = {in->sample_rate, in->n_channels, out->n_channels, changes[0].values};

  void* const stream = reverb_effect.stream_new(&setup);
  if (!stream) {
    bail_out();
  }
  KitRng rng;
  kit_rng_init(&rng, 77U);
  uint32_t change = 0;
  size_t   anchor = 0;
  for (size_t at = 0; at < in->n_frames;) {
    const bool   changed = (change + 1U < n_changes && changes[change + 1U].frame == at);
    const size_t end =
      change + 1U + changed < n_changes ? changes[change + 1U + changed].frame : in->n_frames;
    const size_t want = block ? block : 1U + kit_rng_next32(&rng) % 300U;
    const size_t n    = end - at < want ? end - at : want;
    change += changed;
    anchor = changed ? at : anchor;

    const double*  ins[2]  = {in->channels[0] + at, in->channels[in->n_channels - 1U] + at};
    double*        outs[2] = {out->channels[0] + at, out->channels[out->n_channels - 1U] + at};
    const KitBlock run     = {
          ins, outs, (uint32_t)n, (uint32_t)(at - anchor), changes[change].values, still, changed || at == 0};
    reverb_effect.stream_process(stream, &run);
    at += n;
  }
  reverb_effect.stream_free(stream);
}

double
test_difference(const KitAudio* a, const KitAudio* b)
{
  double worst = 0.0;
  for (uint32_t c = 0; c < a->n_channels; ++c) {
    for (size_t i = 0; i < a->n_frames; ++i) {
      const double off = fabs(a->channels[c][i] - b->channels[c][i]);
      worst            = isfinite(off) ? fmax(worst, off) : (double)INFINITY;
    }
  }
  return worst;
}

double
test_peak(const KitAudio* audio)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      const double x = fabs(audio->channels[c][i]);
      peak           = isfinite(x) ? fmax(peak, x) : (double)INFINITY;
    }
  }
  return peak;
}

typedef void (*Visit)(void* handle, const char* name, const double* values);

KitJson*
test_reference_json(const char* name)
{
  static char       text[1U << 20U];
  char              path[4300];
  const char* const root = tap_reference_folder();
  if (!root) {
    tap_skip("%s: the reference is not here", name);
    return NULL;
  }
  snprintf(path, sizeof(path), "%s/%s", root, name);
  FILE* const  file = fopen(path, "rb");
  const size_t size = file ? fread(text, 1, sizeof(text), file) : 0U;
  if (file) {
    fclose(file);
  }
  const KitJsonSource source = {path, text, size, sizeof(text), 16U, 100000U};
  KitJson*            json   = NULL;
  tap_ok(!kit_json_parse(&source, NULL, &json), "%s can be read", name);
  return json;
}

static uint32_t
visit_reference(KitPreset* preset, Visit visit, void* handle)
{
  char                 path[4300];
  uint32_t             n       = 0;
  KitJson* const       json    = test_reference_json("manifest.json");
  const KitJson* const entries = kit_json_get(json, "reverb");
  for (size_t i = 0; i < kit_json_size(entries); ++i) {
    const char* const name = kit_json_string(kit_json_get(kit_json_at(entries, i), "preset"));
    snprintf(path, sizeof(path), "%s/%s", tap_reference_folder(), name ? name : "");
    if (tap_ok(name && !kit_preset_load_file(preset, path, NULL), "%s loads", name ? name : "(no name)")) {
      visit(handle, name, kit_preset_values(preset));
      ++n;
    }
  }
  kit_json_free(json);
  return n;
}

uint32_t
test_each_preset(Visit visit, void* handle)
{
  KitPreset* const preset = kit_preset_new(&reverb_effect);
  uint32_t         n      = 0;
  for (const KitEmbeddedPreset* p = reverb_effect.presets; p->id; ++p) {
    if (tap_ok(!kit_preset_parse(preset, p->id, p->json, p->size, NULL), "%s loads", p->id)) {
      visit(handle, p->id, kit_preset_values(preset));
      ++n;
    }
  }
  n += visit_reference(preset, visit, handle);
  kit_preset_free(preset);
  return n;
}
