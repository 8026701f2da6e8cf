// SPDX-License-Identifier: ISC
// Offline renders of an effect against the reference engine's: vectors EFFECT

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "messages.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <string.h>

#define MAX_ERROR       2e-7 // of the peak; the worst is at 6e-8, the rounding of float files
#define MIN_CORRELATION 0.999999
#define MAX_MANIFEST    (16U * 1024U * 1024U)
#define PATH_SIZE       4300U

typedef struct {
  const KitEffect* effect;
  const char*      reference;
  const char*      input; ///< Of entries that name none
  double           worst;
  char             worst_name[256];
  unsigned         n;
} Suite;

static bool
read_wav(const char* reference, const char* name, size_t max_frames, KitAudio* audio)
{
  char path[PATH_SIZE];
  snprintf(path, sizeof(path), "%s/%s", reference, name);
  *audio              = (KitAudio){0};
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file) {
    tap_note("%s: %s", name, sf_strerror(NULL));
    return false;
  }

  const size_t     n_channels = (size_t)info.channels;
  const sf_count_t all        = info.frames;
  const sf_count_t n          = max_frames && (sf_count_t)max_frames < all ? (sf_count_t)max_frames : all;
  double* const    frames     = (double*)kit_calloc((size_t)n * n_channels, sizeof(double));
  const bool       ok         = frames && sf_readf_double(file, frames, n) == n &&
                  !kit_audio_init(audio, info.samplerate, (uint32_t)info.channels, (size_t)n);
  for (size_t i = 0; ok && i < (size_t)n; ++i) {
    for (size_t c = 0; c < n_channels; ++c) {
      audio->channels[c][i] = frames[i * n_channels + c];
    }
  }
  sf_close(file);
  kit_free(frames);
  return ok;
}

typedef struct {
  double error; ///< Largest, of the peak
  double correlation;
} Match;

static Match
compare(const KitAudio* ours, const KitAudio* theirs)
{
  double error = 0.0;
  double peak  = 0.0;
  double xx    = 0.0;
  double xy    = 0.0;
  double yy    = 0.0;
  for (uint32_t c = 0; c < theirs->n_channels; ++c) {
    for (size_t i = 0; i < theirs->n_frames; ++i) {
      const double x = ours->channels[c][i];
      const double y = theirs->channels[c][i];
      error          = fabs(x - y) > error || isnan(x) ? fabs(x - y) : error;
      peak           = fmax(peak, fabs(y));
      xx += x * x;
      xy += x * y;
      yy += y * y;
    }
  }
  const bool silent = xx == 0.0 && yy == 0.0;
  return (Match){peak > 0.0 ? error / peak : error, silent ? 1.0 : xy / sqrt(xx * yy)};
}

static bool
render(const Suite* suite, const char* preset_name, const KitAudio* in, KitAudio* out)
{
  char             path[PATH_SIZE];
  Messages         messages;
  KitPreset* const preset = kit_preset_new(suite->effect);
  snprintf(path, sizeof(path), "%s/%s", suite->reference, preset_name);
  messages_init(&messages);
  bool ok = preset && !kit_preset_load_file(preset, path, &messages.log);
  if (ok) {
    const KitRenderOptions options = {
      .effect = suite->effect, .values = kit_preset_values(preset), .tail_s = 0.0, .log = &messages.log};
    ok = !kit_render(&options, in, out);
  }
  if (!ok) {
    tap_note("%s: %.400s", preset_name, messages.text);
  }
  kit_preset_free(preset);
  return ok;
}

static void
check_entry(Suite* suite, const KitJson* entry)
{
  const char* const preset = kit_json_string(kit_json_get(entry, "preset"));
  const char* const output = kit_json_string(kit_json_get(entry, "output"));
  const char* const input  = kit_json_string(kit_json_get(entry, "input"));
  double            frames = 0.0;
  kit_json_get_number(entry, "frames", &frames);

  KitAudio   in       = {0};
  KitAudio   expected = {0};
  KitAudio   out      = {0};
  const bool ready    = preset && output &&
                     read_wav(suite->reference, input ? input : suite->input, (size_t)frames, &in) &&
                     read_wav(suite->reference, output, 0, &expected) && render(suite, preset, &in, &out);
  const bool fits = ready && out.n_frames == expected.n_frames && out.n_channels == expected.n_channels;
  if (!tap_ok(fits, "%s renders to the shape of the reference", preset ? preset : "entry")) {
    suite->worst = HUGE_VAL;
  } else {
    const Match match = compare(&out, &expected);
    tap_ok(match.error <= MAX_ERROR && match.correlation > MIN_CORRELATION,
           "%s: error %.1e of peak, correlation 1 - %.1e", preset, match.error, 1.0 - match.correlation);
    if (match.error > suite->worst) {
      suite->worst = match.error;
      snprintf(suite->worst_name, sizeof(suite->worst_name), "%s", preset);
    }
  }
  ++suite->n;
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&expected);
  kit_audio_cleanup(&out);
}

static KitJson*
read_manifest(const char* reference)
{
  char     path[PATH_SIZE];
  char*    text = NULL;
  size_t   size = 0;
  KitJson* json = NULL;
  snprintf(path, sizeof(path), "%s/manifest.json", reference);
  if (!kit_file_read(path, MAX_MANIFEST, NULL, &text, &size)) {
    const KitJsonSource source = {path, text, size, MAX_MANIFEST, 16, 100000};
    kit_json_parse(&source, NULL, &json);
  }
  kit_free(text);
  return json;
}

int
main(int argc, char** argv)
{
  const KitEffect* const effect    = argc == 2 ? kit_effect_find(argv[1]) : NULL;
  const char* const      reference = tap_reference_folder();
  if (!tap_ok(effect, "there is an effect %s", argc == 2 ? argv[1] : "to name")) {
    return tap_done();
  }
  if (!reference) {
    tap_skip("the reference folder is absent");
    return tap_done();
  }

  KitJson* const       manifest = read_manifest(reference);
  const KitJson* const entries  = kit_json_get(manifest, effect->id);
  Suite                suite    = {.effect = effect, .reference = reference};
  suite.input                   = kit_json_string(kit_json_get(manifest, "input"));
  tap_ok(suite.input && kit_json_size(entries) > 0, "the manifest has entries for %s", effect->id);
  for (size_t i = 0; suite.input && i < kit_json_size(entries); ++i) {
    check_entry(&suite, kit_json_at(entries, i));
  }
  tap_note("%s: worst of %u vectors: %.2e of peak, %s", effect->id, suite.n, suite.worst, suite.worst_name);
  kit_json_free(manifest);
  return tap_done();
}
