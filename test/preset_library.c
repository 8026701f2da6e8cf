// SPDX-License-Identifier: ISC
// The presets in the binary: complete, covering the effect, audible, distinct: preset_library EFFECT

#include "alloc.h"
#include "impulse.h"
#include "json.h"
#include "messages.h"
#include "notes.h"
#include "power_spectrum.h"
#include "tap.h"
#include "vstkit/analyze.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_PRESETS 256U
#define RATE        44100.0

#define INPUT_S      1.0
#define TAIL_S       0.4
#define MIN_LEVEL_DB (-15.0) // of the output over the length of the input, relative to the input
#define MAX_LEVEL_DB 3.0

// The distance of two presets is the standard deviation of the difference, in dB, between their
// levels in N_BANDS bands and N_TIMES moments of every channel: one that is merely louder is no distance
// away.
#define N_BANDS         24U
#define N_TIMES         28U
#define N_CELLS         (2U * N_TIMES * N_BANDS)
#define SPECTRUM_SIZE   4096U
#define FLOOR_DB        (-70.0) // relative to the loudest cell
#define MIN_DISTANCE_DB 1.5

#define SUSTAIN_S  4.0
#define SUSTAIN_DB (-12.0) // the last second against the second one
#define HOLD_S     20U     // after which what sustains must still not be too loud

typedef struct {
  const KitEmbeddedPreset* embedded;
  KitPreset*               preset;
  KitJson*                 meta;
  double                   level_db;
  double                   cells[N_CELLS];
} Entry;

typedef struct {
  const KitEffect*  effect;
  KitAudio          input;
  KitPowerSpectrum* spectrum;
  Entry*            entries;
  uint32_t          n;
} Library;

static Messages messages;

/** A choice or switch that has no effect while another parameter is zero. */
static const struct {
  const char* key;
  const char* needs;
} dependent[] = {
  {"bounce_target", "bounce"}, {"freeze_mode", "freeze"},           {"filter_slope", "filter_type"},
  {"verb_position", "verb"},   {"mod_waveform", "mod_master_rate"}, {"mod_matrix2_type", "mod_depth_matrix"},
};

static uint32_t
least_presets(const KitEffect* effect)
{
  return !strcmp(effect->id, "reverb") ? 70U : 60U;
}

static double
value_of(const Entry* entry, const char* key)
{
  const KitParamTable table = kit_preset_effect(entry->preset)->table;
  KitParamRef         ref;
  return kit_params_find(table, key, &ref) ? kit_preset_values(entry->preset)[ref.slot] : 0.0;
}

/* Metadata */

static KitJson*
parse_object(const char* origin, const char* text)
{
  const size_t        size   = text ? strlen(text) : 0;
  const KitJsonSource source = {origin, text, size, size, 16, 10000};
  KitJson*            json   = NULL;
  return text && !kit_json_parse(&source, &messages.log, &json) ? json : NULL;
}

static bool
is_text(const Entry* entry, const char* key, size_t min, size_t max)
{
  const char* const text = kit_json_string(kit_json_get(entry->meta, key));
  return text && strlen(text) >= min && strlen(text) <= max;
}

static bool
is_sentence(const Entry* entry)
{
  const char* const text = kit_json_string(kit_json_get(entry->meta, "description"));
  return is_text(entry, "description", 20, 160) && text[strlen(text) - 1] == '.';
}

static void
load_entry(Library* library, uint32_t index)
{
  Entry* const                   entry    = &library->entries[index];
  const KitEmbeddedPreset* const embedded = &library->effect->presets[index];
  entry->embedded                         = embedded;
  entry->preset                           = kit_preset_new(library->effect);
  messages_init(&messages);
  const KitStatus st =
    kit_preset_parse(entry->preset, embedded->id, embedded->json, embedded->size, &messages.log);
  tap_ok(!st && !messages.n_warnings && !messages.n_errors, "%s parses without a word", embedded->id);
  if (messages.text[0]) {
    tap_note("%.400s", messages.text);
  }

  char* const text = kit_preset_meta_json(entry->preset);
  entry->meta      = parse_object(embedded->id, text);
  kit_free(text);
  tap_ok(is_text(entry, "name", 2, 40) && is_sentence(entry) && is_text(entry, "author", 2, 40),
         "%s has a name, a description and an author", embedded->id);
}

static void
check_unique(const Library* library, const char* key)
{
  bool unique = true;
  for (uint32_t a = 0; a < library->n; ++a) {
    const char* const text_a = kit_json_string(kit_json_get(library->entries[a].meta, key));
    for (uint32_t b = 0; text_a && b < a; ++b) {
      const char* const text_b = kit_json_string(kit_json_get(library->entries[b].meta, key));
      if (text_b && !strcmp(text_a, text_b)) {
        tap_note("%s and %s share \"%s\"", library->entries[a].embedded->id, library->entries[b].embedded->id,
                 text_a);
        unique = false;
      }
    }
  }
  tap_ok(unique, "no two presets share a %s", key);
}

static void
check_ids(const Library* library)
{
  bool good = true;
  for (uint32_t a = 0; a < library->n; ++a) {
    const char* const id = library->entries[a].embedded->id;
    good                 = good && *id && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(id);
    for (uint32_t b = 0; b < a; ++b) {
      good = good && strcmp(id, library->entries[b].embedded->id);
    }
  }
  tap_ok(good, "ids are unique and of lower-case letters, digits and underscores");
}

/* Coverage */

static bool
is_in_use(const Entry* entry, const char* key)
{
  bool in_use = true;
  for (size_t i = 0; i < sizeof(dependent) / sizeof(dependent[0]); ++i) {
    if (!strcmp(dependent[i].key, key)) {
      in_use = in_use && value_of(entry, dependent[i].needs) > 0.0;
    }
  }
  return in_use;
}

static uint32_t
n_using(const Library* library, const KitParam* param, double choice)
{
  uint32_t n = 0;
  for (uint32_t i = 0; i < library->n; ++i) {
    const Entry* const entry = &library->entries[i];
    n += value_of(entry, param->key) == choice && is_in_use(entry, param->key);
  }
  return n;
}

static void
check_coverage(const Library* library)
{
  const KitParamTable table = library->effect->table;
  for (uint32_t p = 0; p < table.n_params; ++p) {
    const KitParam* const param = &table.params[p];
    if (param->choices == kit_notes) { // A scale of times: what follows them is used at some
      const uint32_t n_free = n_using(library, param, KIT_NOTE_FREE);
      tap_ok(n_free > 0 && n_free < library->n, "%s is free in %u presets, and a note in %u", param->key,
             n_free, library->n - n_free);
      continue;
    }
    if (param->flags & KIT_PARAM_LIVE) {
      continue; // No preset begins with it
    }
    for (uint32_t choice = 0; param->kind == KIT_KIND_CHOICE && choice <= (uint32_t)param->max; ++choice) {
      const uint32_t n = n_using(library, param, choice);
      tap_ok(n > 0, "%s \"%s\" is used by %u presets", param->key, param->choices[choice], n);
    }
  }
}

/* Sound */

/** A plucked chord, a burst of noise and a click, with silence between them. */
static void
make_input(KitAudio* input)
{
  static const double notes_hz[] = {110.0, 220.0, 277.18, 329.63, 880.0};
  double* const       x          = input->channels[0];
  for (size_t i = 0; i < (size_t)(0.45 * RATE); ++i) {
    const double t = (double)i / RATE;
    for (size_t k = 0; k < sizeof(notes_hz) / sizeof(notes_hz[0]); ++k) {
      for (int h = 1; h <= 12; ++h) {
        x[i] += 0.06 / h * exp(-t * (3.0 + h)) * sin(6.283185307179586 * notes_hz[k] * h * t);
      }
    }
  }
  uint32_t state = 1;
  for (size_t i = (size_t)(0.6 * RATE); i < (size_t)(0.7 * RATE); ++i) {
    state = state * 1664525U + 1013904223U;
    x[i]  = 0.3 * ((double)state / 2147483648.0 - 1.0);
  }
  x[(size_t)(0.85 * RATE)] = 0.9;
}

static KitSignal
as_signal(const KitAudio* audio, size_t n_frames)
{
  return (KitSignal){(const double* const*)audio->channels, audio->n_channels,
                     n_frames < audio->n_frames ? n_frames : audio->n_frames, audio->sample_rate};
}

static bool
is_finite(const KitAudio* audio)
{
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      if (!isfinite(audio->channels[c][i])) {
        return false;
      }
    }
  }
  return true;
}

static double
band_edge_hz(uint32_t band)
{
  return 60.0 * pow(16000.0 / 60.0, (double)band / N_BANDS);
}

/** Level of each band in one power spectrum, dB. */
static void
measure_bands(const double* power, double* cells)
{
  for (uint32_t b = 0; b < N_BANDS; ++b) {
    const uint32_t first = (uint32_t)(band_edge_hz(b) * SPECTRUM_SIZE / RATE);
    const uint32_t last  = (uint32_t)(band_edge_hz(b + 1U) * SPECTRUM_SIZE / RATE);
    double         sum   = 1e-30;
    for (uint32_t k = first; k <= last; ++k) {
      sum += power[k];
    }
    cells[b] = 10.0 * log10(sum);
  }
}

static void
measure_cells(const Library* library, const KitAudio* out, double* cells)
{
  static double power[SPECTRUM_SIZE / 2U + 1U];
  double        top = -1000.0;
  for (uint32_t c = 0; c < 2; ++c) {
    const double* const x = out->channels[c < out->n_channels ? c : 0];
    for (uint32_t t = 0; t < N_TIMES; ++t) {
      const double centre = (t + 0.5) * (INPUT_S + TAIL_S) * RATE / N_TIMES;
      kit_power_spectrum_at(library->spectrum, x, out->n_frames, centre, power);
      measure_bands(power, &cells[(c * N_TIMES + t) * N_BANDS]);
    }
  }
  for (uint32_t i = 0; i < N_CELLS; ++i) {
    top = fmax(top, cells[i]);
  }
  for (uint32_t i = 0; i < N_CELLS; ++i) {
    cells[i] = fmax(cells[i], top + FLOOR_DB);
  }
}

static void
check_sound(const Library* library, Entry* entry)
{
  const KitRenderOptions options = {
    .effect = library->effect, .values = kit_preset_values(entry->preset), .tail_s = TAIL_S};
  KitAudio        out = {0};
  const KitStatus st  = kit_render(&options, &library->input, &out);
  if (!tap_ok(!st && is_finite(&out), "%s renders finite sound", entry->embedded->id)) {
    return;
  }
  const KitSignal dry = as_signal(&library->input, library->input.n_frames);
  const KitSignal wet = as_signal(&out, library->input.n_frames);
  entry->level_db     = kit_db_from_lin(kit_metric_rms(&wet) / kit_metric_rms(&dry));
  tap_ok(entry->level_db >= MIN_LEVEL_DB && entry->level_db <= MAX_LEVEL_DB,
         "%s is audible and not too loud (%.1f dB)", entry->embedded->id, entry->level_db);
  measure_cells(library, &out, entry->cells);
  kit_audio_cleanup(&out);
}

static double
distance_db(const Entry* a, const Entry* b)
{
  double sum     = 0.0;
  double squares = 0.0;
  for (uint32_t i = 0; i < N_CELLS; ++i) {
    const double difference = a->cells[i] - b->cells[i];
    sum += difference;
    squares += difference * difference;
  }
  const double mean = sum / N_CELLS;
  return sqrt(fmax(squares / N_CELLS - mean * mean, 0.0));
}

static void
check_distinct(const Library* library)
{
  const Entry* closest[2] = {library->entries, library->entries};
  double       least      = (double)INFINITY;
  for (uint32_t a = 0; a < library->n; ++a) {
    for (uint32_t b = 0; b < a; ++b) {
      const double distance = distance_db(&library->entries[a], &library->entries[b]);
      if (distance < MIN_DISTANCE_DB) {
        tap_note("%s and %s: %.2f dB", library->entries[a].embedded->id, library->entries[b].embedded->id,
                 distance);
      }
      if (distance < least) {
        least      = distance;
        closest[0] = &library->entries[a];
        closest[1] = &library->entries[b];
      }
    }
  }
  tap_ok(least >= MIN_DISTANCE_DB, "closest pair: %s and %s, %.2f dB apart", closest[0]->embedded->id,
         closest[1]->embedded->id, least);
}

static void
report_levels(const Library* library)
{
  const Entry* quietest = library->entries;
  const Entry* loudest  = library->entries;
  for (uint32_t i = 0; i < library->n; ++i) {
    const Entry* const entry = &library->entries[i];
    quietest                 = entry->level_db < quietest->level_db ? entry : quietest;
    loudest                  = entry->level_db > loudest->level_db ? entry : loudest;
  }
  tap_note("quietest: %s, %.1f dB; loudest: %s, %.1f dB of the input", quietest->embedded->id,
           quietest->level_db, loudest->embedded->id, loudest->level_db);
}

/* Decay */

static KitStatus
render_response(const Library* library, const Entry* entry, double max_s, KitAudio* response)
{
  const KitImpulseOptions options = {.effect      = library->effect,
                                     .values      = kit_preset_values(entry->preset),
                                     .sample_rate = RATE,
                                     .n_channels  = 1,
                                     .max_s       = max_s,
                                     .wet_only    = true};
  return kit_render_impulse(&options, response);
}

static double
measure_rt60_s(const KitAudio* response)
{
  const KitSignal signal = as_signal(response, response->n_frames);
  double* const   energy = (double*)kit_calloc(signal.n_frames, sizeof(double));
  const size_t    onset  = kit_impulse_onset(&signal);
  if (!energy) {
    return (double)NAN;
  }
  kit_energy_decay(&signal, onset, energy);
  const KitDecay decay = kit_decay_measure(energy, signal.n_frames, onset, RATE);
  kit_free(energy);
  return decay.t30_s;
}

static void
check_rt60(const Library* library, const Entry* entry, const KitJson* range)
{
  double low  = 0.0;
  double high = 0.0;
  tap_ok(kit_json_number(kit_json_at(range, 0), &low) && kit_json_number(kit_json_at(range, 1), &high) &&
           low > 0.0 && high > low && high <= 1.5 * low,
         "%s states a narrow range of RT60", entry->embedded->id);

  KitAudio        response = {0};
  const KitStatus st       = render_response(library, entry, fmax(2.0, 1.3 * high), &response);
  const double    rt60_s   = st ? (double)NAN : measure_rt60_s(&response);
  tap_ok(rt60_s >= low && rt60_s <= high, "%s decays in %.3f s (%g to %g)", entry->embedded->id, rt60_s, low,
         high);
  kit_audio_cleanup(&response);
}

static double
second_rms(const KitAudio* audio, size_t second)
{
  double       sum   = 0.0;
  const size_t first = second * (size_t)RATE;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = first; i < first + (size_t)RATE && i < audio->n_frames; ++i) {
      sum += audio->channels[c][i] * audio->channels[c][i];
    }
  }
  return sqrt(sum / RATE / audio->n_channels);
}

static void
check_sustain(const Library* library, const Entry* entry)
{
  KitAudio        response = {0};
  const KitStatus st       = render_response(library, entry, SUSTAIN_S, &response);
  const double    kept_db =
    st ? (double)NAN
          : kit_db_from_lin(second_rms(&response, (size_t)SUSTAIN_S - 1U) / second_rms(&response, 1));
  tap_ok(kept_db >= SUSTAIN_DB, "%s sustains (%+.1f dB over two seconds)", entry->embedded->id, kept_db);
  kit_audio_cleanup(&response);
}

/** What a growing loop settles at. */
static void
check_hold(const Library* library, const Entry* entry)
{
  const KitRenderOptions options = {
    .effect = library->effect, .values = kit_preset_values(entry->preset), .tail_s = HOLD_S};
  KitAudio        out  = {0};
  const KitStatus st   = kit_render(&options, &library->input, &out);
  const KitSignal dry  = as_signal(&library->input, library->input.n_frames);
  const double held_db = st ? (double)NAN : kit_db_from_lin(second_rms(&out, HOLD_S) / kit_metric_rms(&dry));
  tap_ok(held_db <= MAX_LEVEL_DB, "%s holds %.1f dB of the input after %u s", entry->embedded->id, held_db,
         HOLD_S);
  kit_audio_cleanup(&out);
}

static void
check_decay(const Library* library, const Entry* entry)
{
  const KitJson* const range    = kit_json_get(entry->meta, "rt60_s");
  bool                 sustains = false;
  kit_json_bool(kit_json_get(entry->meta, "sustains"), &sustains);
  if (sustains) {
    tap_ok(!range, "%s states no RT60", entry->embedded->id);
    check_sustain(library, entry);
    check_hold(library, entry);
  } else {
    check_rt60(library, entry, range);
  }
}

static void
check_library(Library* library)
{
  const bool has_decay = !strcmp(library->effect->id, "reverb");
  make_input(&library->input);
  for (uint32_t i = 0; i < library->n; ++i) {
    Entry* const entry = &library->entries[i];
    load_entry(library, i);
    check_sound(library, entry);
    if (has_decay) {
      check_decay(library, entry);
    }
  }
  check_ids(library);
  check_unique(library, "name");
  check_unique(library, "description");
  check_coverage(library);
  check_distinct(library);
  report_levels(library);
}

int
main(int argc, char** argv)
{
  Library library = {.effect = argc == 2 ? kit_effect_find(argv[1]) : NULL};
  if (!library.effect) {
    fprintf(stderr, "usage: preset_library EFFECT\n");
    return 2;
  }
  while (library.effect->presets[library.n].id) {
    ++library.n;
  }
  tap_ok(library.n >= least_presets(library.effect) && library.n <= MAX_PRESETS, "%s has %u presets",
         library.effect->id, library.n);
  library.spectrum = kit_power_spectrum_new(SPECTRUM_SIZE);
  library.entries  = (Entry*)kit_calloc(library.n, sizeof(Entry));
  if (tap_ok(library.spectrum && library.entries &&
               !kit_audio_init(&library.input, RATE, 1, (size_t)(INPUT_S * RATE)),
             "memory suffices")) {
    check_library(&library);
  }
  for (uint32_t i = 0; library.entries && i < library.n; ++i) {
    kit_preset_free(library.entries[i].preset);
    kit_json_free(library.entries[i].meta);
  }
  kit_free(library.entries);
  kit_audio_cleanup(&library.input);
  kit_power_spectrum_free(library.spectrum);
  return tap_done();
}
