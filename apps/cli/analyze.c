// SPDX-License-Identifier: ISC
#include "analyze.h"

#include "load.h"
#include "vstkit/analyze.h"

#include <math.h>

static const CliOption options[] = {
  {"json", NULL, CLI_WORD_NONE, "As JSON; what cannot be measured is null"},
  {"impulse", "EFFECT", CLI_WORD_EFFECT, "Measure the impulse response of an effect instead of files"},
  {"preset", "NAME|FILE", CLI_WORD_PRESET, "With --impulse: start from a preset"},
  {"set", "KEY=VALUE", CLI_WORD_SETTING, "With --impulse: set a parameter; may be repeated"},
  {"seed", "N", CLI_WORD_TEXT, "With --impulse: random seed"},
  {"rate", "HZ", CLI_WORD_TEXT, "With --impulse: sample rate (44100)"},
  {"length", "SECONDS", CLI_WORD_TEXT, "With --impulse: longest response to render (60)"},
  {"mix", NULL, CLI_WORD_NONE,
   "With --impulse: with the dry signal as the preset mixes it,\n"
   "not the wet path alone"},
  {"png", "FILE", CLI_WORD_FILE, "With --impulse: draw the energy-decay curve"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

/** One line of the table: where a figure lies and how it is shown. */
typedef struct {
  const char* key;
  const char* name;
  const char* unit;
  size_t      offset;
} Field;

#define ANALYSIS(member)   offsetof(KitAnalysis, member)
#define COMPARISON(member) offsetof(KitComparison, member)

static const Field analysis_fields[] = {
  {"duration_s", "Duration", "s", ANALYSIS(duration_s)},
  {"sample_rate", "Sample rate", "Hz", ANALYSIS(sample_rate)},
  {"rms_db", "RMS", "dBFS", ANALYSIS(rms_db)},
  {"peak_db", "Peak", "dBFS", ANALYSIS(peak_db)},
  {"true_peak_db", "True peak", "dBTP", ANALYSIS(true_peak_db)},
  {"crest_db", "Crest", "dB", ANALYSIS(crest_db)},
  {"lufs", "Loudness", "LUFS", ANALYSIS(lufs)},
  {"centroid_hz", "Spectral centroid", "Hz", ANALYSIS(centroid_hz)},
  {"bandwidth_hz", "Spectral bandwidth", "Hz", ANALYSIS(bandwidth_hz)},
  {"flatness", "Spectral flatness", "", ANALYSIS(flatness)},
};

static const Field comparison_fields[] = {
  {"rms_change_db", "Level", "dB", COMPARISON(rms_change_db)},
  {"lufs_change", "Loudness", "LU", COMPARISON(lufs_change)},
  {"centroid_change_hz", "Spectral centroid", "Hz", COMPARISON(centroid_change_hz)},
  {"correlation", "Correlation", "", COMPARISON(correlation)},
  {"residual_db", "Null-test residual", "dB", COMPARISON(residual_db)},
  {"gain_db", "Nearest gain", "dB", COMPARISON(gain_db)},
  {"fitted_residual_db", "Residual at that gain", "dB", COMPARISON(fitted_residual_db)},
};

#define N_FIELDS(fields) (sizeof(fields) / sizeof((fields)[0]))

static double
field_value(const void* record, const Field* field)
{
  return *(const double*)(const void*)((const char*)record + field->offset);
}

static void
print_fields(const void* record, const Field* fields, size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    const double value = field_value(record, &fields[i]);
    printf("  %-22s ", fields[i].name);
    if (isnan(value)) {
      printf("not defined\n");
    } else if (isinf(value)) {
      printf("%sinfinite %s\n", value < 0.0 ? "minus " : "", fields[i].unit);
    } else {
      printf("%.*f %s\n", fabs(value) < 10.0 ? 3 : fabs(value) < 1000.0 ? 2 : 0, value, fields[i].unit);
    }
  }
}

static KitJson*
fields_json(const void* record, const Field* fields, size_t n)
{
  KitJson* const json = kit_json_new_object();
  for (size_t i = 0; i < n; ++i) {
    cli_json_number(json, fields[i].key, field_value(record, &fields[i]));
  }
  return json;
}

static KitJson*
analysis_json(const char* path, const KitAnalysis* analysis)
{
  KitJson* const json = fields_json(analysis, analysis_fields, N_FIELDS(analysis_fields));
  cli_json_text(json, "file", path);
  kit_json_set_int(json, "n_channels", analysis->n_channels);
  kit_json_set_int(json, "n_not_finite", (int64_t)analysis->n_not_finite);
  return json;
}

static void
print_analysis(const char* path, const KitAnalysis* analysis)
{
  cli_line(stdout, "%s", path);
  printf("  %-22s %u\n", "Channels", analysis->n_channels);
  if (analysis->n_not_finite) {
    printf("  %-22s %zu\n", "Samples not finite", analysis->n_not_finite);
  }
  print_fields(analysis, analysis_fields, N_FIELDS(analysis_fields));
}

typedef struct {
  const char* path;
  KitAudio    audio;
  KitAnalysis analysis;
} Subject;

static KitStatus
measure(Subject* subject)
{
  const KitStatus st = cli_load_audio(subject->path, &subject->audio);
  return st ? st : kit_analyze(&subject->audio, &subject->analysis);
}

static int
show(const CliArgs* args, const Subject* subjects, const KitComparison* comparison)
{
  const size_t n = comparison ? 2U : 1U;
  if (!cli_option(args, "json")) {
    for (size_t i = 0; i < n; ++i) {
      print_analysis(subjects[i].path, &subjects[i].analysis);
    }
    if (comparison) {
      printf("Second against first\n");
      print_fields(comparison, comparison_fields, N_FIELDS(comparison_fields));
    }
    return CLI_OK;
  }
  KitJson* const json  = kit_json_new_object();
  KitJson* const files = kit_json_new_array();
  for (size_t i = 0; i < n; ++i) {
    kit_json_append(files, analysis_json(subjects[i].path, &subjects[i].analysis));
  }
  kit_json_set(json, "files", files);
  if (comparison) {
    kit_json_set(json, "comparison", fields_json(comparison, comparison_fields, N_FIELDS(comparison_fields)));
  }
  return cli_print_json(json);
}

static int
analyze_files(const CliArgs* args)
{
  Subject       subjects[2] = {{.path = args->operands[0]}, {.path = args->operands[1]}};
  KitComparison comparison  = {0};
  KitStatus     st          = measure(&subjects[0]);
  if (!st && subjects[1].path) {
    st = measure(&subjects[1]);
    st = st ? st : kit_compare(&subjects[0].audio, &subjects[1].audio, &comparison);
  }
  if (st == KIT_ERR_UNSUPPORTED) {
    cli_error("%s: cannot be compared: its sample rate or channels differ from those of %s", subjects[1].path,
              subjects[0].path);
  }
  const int status = st ? cli_exit(st) : show(args, subjects, subjects[1].path ? &comparison : NULL);
  kit_audio_cleanup(&subjects[0].audio);
  kit_audio_cleanup(&subjects[1].audio);
  return status;
}

static int
run(const CliArgs* args)
{
  const char* const id = cli_option(args, "impulse");
  if (id && args->operands[0]) {
    return cli_usage_error(args->command, "--impulse takes no FILE");
  }
  if (!id && !args->operands[0]) {
    return cli_usage_error(args->command, "FILE is missing");
  }
  if (!id) {
    return analyze_files(args);
  }
  const KitEffect* const effect = cli_effect(args, id);
  return effect ? cli_analyze_impulse(args, effect) : CLI_USAGE;
}

const CliCommand cli_analyze = {
  .name     = "analyze",
  .summary  = "Measure a file, the difference of two, or an effect's decay",
  .details  = "Measures level (RMS, peak, true peak, crest), loudness (LUFS, BS.1770, gated) and the\n"
              "long-term spectrum (centroid, bandwidth, flatness) of FILE.  With FILE2 also how\n"
              "it differs: the null-test residual is the level of FILE2 minus FILE, relative to FILE.\n"
              "\n"
              "With --impulse, renders an impulse through the wet path of an effect and measures its\n"
              "decay: RT60 (from T30, or T20), early decay time and clarity, broadband and by octave,\n"
              "onset, mixing time and echo density, beside the figures that follow from the parameters.\n"
              "What is not linear has no such decay: the report says so, and leaves the figures out.",
  .operands = {{"FILE", CLI_WORD_FILE, true}, {"FILE2", CLI_WORD_FILE, true}},
  .options  = options,
  .run      = run,
};
