// SPDX-License-Identifier: ISC
#include "analyze.h"

#include "alloc.h"
#include "c_locale.h"
#include "load.h"
#include "system.h"
#include "utf8.h"
#include "vstkit/analyze.h"

#include <math.h>
#include <string.h>

enum { MODE_FILES, MODE_IMPULSE };

static const char* const modes[] = {"files", "--impulse", NULL};

static uint32_t
mode(const CliArgs* args)
{
  return cli_option(args, "impulse") ? MODE_IMPULSE : MODE_FILES;
}

static const CliOption options[] = {
  {"json", NULL, CLI_WORD_NONE, "As JSON; what cannot be measured is null"},
  {"table", NULL, CLI_WORD_NONE, "A line for each file, also for one or two", 1U << MODE_FILES},
  {"csv", NULL, CLI_WORD_NONE, "The same for spreadsheets, with commas between", 1U << MODE_FILES},
  {"impulse", "EFFECT", CLI_WORD_EFFECT, "Measure the impulse response of an effect instead of files"},
  {"preset", "NAME|FILE", CLI_WORD_PRESET, "Start from a preset", 1U << MODE_IMPULSE},
  {"set", "KEY=VALUE", CLI_WORD_SETTING, "Set a parameter; may be repeated", 1U << MODE_IMPULSE},
  {"seed", "N", CLI_WORD_TEXT, "Random seed", 1U << MODE_IMPULSE},
  {"rate", "HZ", CLI_WORD_TEXT, "Sample rate (44100)", 1U << MODE_IMPULSE},
  {"length", "SECONDS", CLI_WORD_TEXT, "Longest response to render (60)", 1U << MODE_IMPULSE},
  {"mix", NULL, CLI_WORD_NONE,
   "With the dry signal as the preset\n"
   "mixes it, not the wet path alone",
   1U << MODE_IMPULSE},
  {"png", "FILE", CLI_WORD_FILE, "Draw the energy-decay curve", 1U << MODE_IMPULSE},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

/** One line of the table: where a figure lies and how it is shown. */
typedef struct {
  const char* key;
  const char* name;
  const char* unit;
  size_t      offset;
  const char* column; ///< Heading in a table, or null
} Field;

#define ANALYSIS(member)   offsetof(KitAnalysis, member)
#define COMPARISON(member) offsetof(KitComparison, member)

static const Field analysis_fields[] = {
  {"duration_s", "Duration", "s", ANALYSIS(duration_s), "Length s"},
  {"sample_rate", "Sample rate", "Hz", ANALYSIS(sample_rate)},
  {"rms_db", "RMS", "dBFS", ANALYSIS(rms_db), "RMS"},
  {"peak_db", "Peak", "dBFS", ANALYSIS(peak_db), "Peak"},
  {"true_peak_db", "True peak", "dBTP", ANALYSIS(true_peak_db), "dBTP"},
  {"crest_db", "Crest", "dB", ANALYSIS(crest_db)},
  {"lufs", "Loudness", "LUFS", ANALYSIS(lufs), "LUFS"},
  {"centroid_hz", "Spectral centroid", "Hz", ANALYSIS(centroid_hz)},
  {"bandwidth_hz", "Spectral bandwidth", "Hz", ANALYSIS(bandwidth_hz)},
  {"flatness", "Spectral flatness", "", ANALYSIS(flatness)},
  {"lra_lu", "Loudness range", "LU", ANALYSIS(lra_lu), "LRA"},
  {"dc", "DC offset", "", ANALYSIS(dc), "DC"},
  {"n_clipped", "Clipped samples", "", ANALYSIS(n_clipped), "Clipped"},
  {"stereo_correlation", "Stereo correlation", "", ANALYSIS(stereo_correlation), "Stereo"},
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

static int
n_decimals(const Field* field, double value)
{
  const bool is_count = field->offset == ANALYSIS(n_clipped) && !strcmp(field->key, "n_clipped");
  return is_count ? 0 : fabs(value) < 10.0 ? 3 : fabs(value) < 1000.0 ? 2 : 0;
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
      printf("%.*f%s%s\n", n_decimals(&fields[i], value), value, *fields[i].unit ? " " : "", fields[i].unit);
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

/** A cell of a CSV file. */
static void
print_quoted(const char* text)
{
  if (!strpbrk(text, ",\"\r\n")) {
    printf("%s", text);
    return;
  }
  putchar('"');
  for (; *text; ++text) {
    printf(*text == '"' ? "\"\"" : "%c", *text);
  }
  putchar('"');
}

static void
print_csv_row(const char* path, const KitAnalysis* analysis)
{
  char* const plain = (char*)kit_calloc(3U * strlen(path) + 1U, 1);
  if (plain) {
    kit_utf8_repair(path, true, plain);
    print_quoted(plain);
  }
  kit_free(plain);
  printf(",%u,%zu", analysis->n_channels, analysis->n_not_finite);
  for (size_t i = 0; i < N_FIELDS(analysis_fields); ++i) {
    const double value = field_value(analysis, &analysis_fields[i]);
    char         text[40];
    kit_print_shortest(text, sizeof(text), value);
    printf(",%s", isnan(value) ? "" : isinf(value) ? (value < 0.0 ? "-inf" : "inf") : text);
  }
  printf("\n");
}

static void
print_table_row(const char* path, const KitAnalysis* analysis)
{
  for (size_t i = 0; i < N_FIELDS(analysis_fields); ++i) {
    const Field* const field = &analysis_fields[i];
    const double       value = field_value(analysis, field);
    char               text[40];
    snprintf(text, sizeof(text), "%.*f", strcmp(field->key, "dc") ? (n_decimals(field, value) ? 2 : 0) : 4,
             value);
    if (field->column) {
      printf("%9s", isnan(value) ? "-" : isinf(value) ? (value < 0.0 ? "-inf" : "inf") : text);
    }
  }
  cli_line(stdout, "  %s", path);
}

static void
print_heading(bool csv)
{
  printf(csv ? "file,n_channels,n_not_finite" : "");
  for (size_t i = 0; i < N_FIELDS(analysis_fields); ++i) {
    const char* const column = analysis_fields[i].column;
    if (csv) {
      printf(",%s", analysis_fields[i].key);
    } else if (column) {
      printf("%9s", column);
    }
  }
  printf(csv ? "\n" : "  File\n");
}

/** A row for each file; one that fails does not stop the rest. */
static int
analyze_many(const CliArgs* args)
{
  const bool     csv    = cli_option(args, "csv") != NULL;
  KitJson* const list   = cli_option(args, "json") ? kit_json_new_array() : NULL;
  int            status = CLI_OK;
  if (!list) {
    print_heading(csv);
  }
  for (size_t i = 0; i < args->n_many && !kit_interrupted(); ++i) {
    Subject         subject = {.path = args->many[i]};
    const KitStatus st      = measure(&subject);
    kit_audio_cleanup(&subject.audio);
    if (st) {
      status = cli_exit(st);
    } else if (list) {
      kit_json_append(list, analysis_json(subject.path, &subject.analysis));
    } else if (csv) {
      print_csv_row(subject.path, &subject.analysis);
    } else {
      print_table_row(subject.path, &subject.analysis);
    }
  }
  if (list) {
    KitJson* const json = kit_json_new_object();
    kit_json_set(json, "files", list);
    const int printed = cli_print_json(json);
    return status == CLI_OK ? printed : status;
  }
  return status;
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
  Subject       subjects[2] = {{.path = args->many[0]}, {.path = args->n_many > 1U ? args->many[1] : NULL}};
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
run_files(const CliArgs* args)
{
  size_t n_std = 0;
  for (size_t i = 0; i < args->n_many; ++i) {
    n_std += strcmp(args->many[i], "-") ? 0U : 1U;
  }
  if (n_std > 1U) {
    return cli_usage_error(args->command, "standard input can be read but once");
  }
  if (cli_option(args, "json") && (cli_option(args, "csv") || cli_option(args, "table"))) {
    return cli_usage_error(args->command, "--json excludes --csv and --table");
  }
  const bool rows = args->n_many > 2U || cli_option(args, "csv") || cli_option(args, "table");
  return rows ? analyze_many(args) : analyze_files(args);
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
    return run_files(args);
  }
  const KitEffect* const effect = cli_effect(args, id);
  return effect ? cli_analyze_impulse(args, effect) : CLI_USAGE;
}

const CliCommand cli_analyze = {
  .name     = "analyze",
  .summary  = "Measure files, the difference of two, or an effect's decay",
  .details  = "Measures level (RMS, peak, true peak, crest), loudness (LUFS, BS.1770, gated; range, EBU\n"
              "3342), DC offset, clipped samples, the correlation of left and right, and the long-term\n"
              "spectrum (centroid, bandwidth, flatness).  Of two files also how the second differs: the\n"
              "null-test residual is the level of their difference, relative to the first.  Of more, a\n"
              "line for each.  A minus sign stands for standard input.\n"
              "\n"
              "With --impulse, renders an impulse through the wet path of an effect and measures its\n"
              "decay: RT60 (from T30, or T20), early decay time and clarity, broadband and by octave,\n"
              "onset, mixing time and echo density, beside the figures that follow from the parameters.\n"
              "What is not linear has no such decay: the report says so, and leaves the figures out.",
  .operands = {{.name = "FILE", .word = CLI_WORD_FILE, .optional = true, .many = true}},
  .options  = options,
  .modes    = modes,
  .mode     = mode,
  .examples = "vstkit analyze dry.wav wet.wav\n"
              "vstkit analyze --csv *.wav > levels.csv\n"
              "vstkit analyze --impulse reverb --preset \"Concert Hall, Tenth Row\" --png decay.png\n",
  .run      = run,
};
