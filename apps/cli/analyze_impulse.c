// SPDX-License-Identifier: ISC
#include "analyze.h"

#include "alloc.h"
#include "system.h"
#include "vstkit/analyze.h"
#include "vstkit/picture.h"

#include <math.h>
#include <string.h>

typedef struct {
  const KitEffect*   effect;
  const char*        preset; ///< Name, or null
  KitImpulseOptions  options;
  KitAudio           response;
  KitImpulseAnalysis analysis;
  KitLinearity       linearity;
  const char*        why; ///< It is not linear, or null
} Impulse;

static KitJson*
band_json(const KitBandDecay* band)
{
  KitJson* const json = kit_json_new_object();
  cli_json_number(json, "centre_hz", band->centre_hz > 0.0 ? band->centre_hz : (double)NAN);
  cli_json_number(json, "rt60_s", band->rt60_s);
  cli_json_number(json, "t20_s", band->t20_s);
  cli_json_number(json, "t30_s", band->t30_s);
  cli_json_number(json, "edt_s", band->edt_s);
  cli_json_number(json, "c50_db", band->c50_db);
  cli_json_number(json, "c80_db", band->c80_db);
  return json;
}

static KitJson*
impulse_json(const Impulse* impulse)
{
  const KitImpulseAnalysis* const a       = &impulse->analysis;
  KitJson* const                  json    = kit_json_new_object();
  KitJson* const                  octaves = kit_json_new_array();
  KitJson* const                  figures =
    cli_figures_json(impulse->effect, impulse->options.values, impulse->options.sample_rate);
  for (uint32_t i = 0; i < a->n_octaves; ++i) {
    kit_json_append(octaves, band_json(&a->octaves[i]));
  }
  kit_json_set_string(json, "effect", impulse->effect->id);
  if (impulse->preset) {
    cli_json_text(json, "preset", impulse->preset);
  }
  kit_json_set_string(json, "linearity", kit_linearity_name(impulse->linearity));
  if (impulse->why) {
    kit_json_set_string(json, "why", impulse->why);
  }
  cli_json_number(json, "sample_rate", impulse->options.sample_rate);
  cli_json_number(json, "length_s", (double)impulse->response.n_frames / impulse->response.sample_rate);
  cli_json_number(json, "onset_s", a->onset_s);
  cli_json_number(json, "mixing_time_s", a->mixing_time_s);
  cli_json_number(json, "echo_density", a->echo_density);
  cli_json_number(json, "early_density", a->early_density);
  cli_json_number(json, "early_balance_db", a->early_balance_db);
  cli_json_number(json, "tail_correlation", a->tail_correlation);
  cli_json_number(json, "tail_roughness", a->tail_roughness);
  kit_json_set(json, "broadband", band_json(&a->broadband));
  kit_json_set(json, "octaves", octaves);
  kit_json_set(json, "figures", figures ? figures : kit_json_new_array());
  return json;
}

static void
print_cell(double value, int n_decimals)
{
  if (isfinite(value)) {
    printf(" %8.*f", n_decimals, value);
  } else {
    printf(" %8s", "-");
  }
}

static void
print_band(const KitBandDecay* band)
{
  char name[32];
  snprintf(name, sizeof(name), band->centre_hz < 1000.0 ? "%.4g Hz" : "%.4g kHz",
           band->centre_hz < 1000.0 ? band->centre_hz : band->centre_hz / 1000.0);
  printf("  %-12s", band->centre_hz > 0.0 ? name : "Broadband");
  print_cell(band->rt60_s, 3);
  print_cell(band->t20_s, 3);
  print_cell(band->t30_s, 3);
  print_cell(band->edt_s, 3);
  print_cell(band->c50_db, 1);
  print_cell(band->c80_db, 1);
  printf("\n");
}

static void
print_measured(const Impulse* impulse)
{
  const KitImpulseAnalysis* const a = &impulse->analysis;
  if (impulse->linearity == KIT_NOT_LINEAR) {
    printf("\nNot linear: %s.\nAn impulse says nothing about other sounds, so no decay is measured.\n",
           impulse->why);
    return;
  }
  if (impulse->linearity == KIT_LEVEL_DEPENDENT) {
    printf("\nLevel dependent: %s; this is for an impulse of 1.0.\n", impulse->why);
  }
  printf("\nMeasured      RT60 (s)  T20 (s)  T30 (s)  EDT (s) C50 (dB) C80 (dB)\n");
  print_band(&a->broadband);
  for (uint32_t i = 0; i < a->n_octaves; ++i) {
    print_band(&a->octaves[i]);
  }
  printf("\n  %-24s %.1f ms\n", "Onset", 1e3 * a->onset_s);
  if (isfinite(a->mixing_time_s)) {
    printf("  %-24s %.1f ms\n", "Mixing time", 1e3 * a->mixing_time_s);
  } else {
    printf("  %-24s never\n", "Mixing time");
  }
  const struct {
    const char* name;
    double      value;
    const char* text; ///< What it means
  } rows[] = {
    {"Echo density at 100 ms", a->echo_density, ""},
    {"Echo density, 10-30 ms", a->early_density, ""},
    {"Left over right, 20 ms", a->early_balance_db, " dB"},
    {"Correlation of the tail", a->tail_correlation, ""},
    {"Roughness of the tail", a->tail_roughness, " (2: as even as noise)"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    if (isfinite(rows[i].value)) {
      printf("  %-24s %.2f%s\n", rows[i].name, rows[i].value, rows[i].text);
    }
  }
}

static void
print_impulse(const Impulse* impulse)
{
  cli_line(stdout, "%s%s%s: response of %.2f s to an impulse", impulse->effect->id,
           impulse->preset ? ", " : "", impulse->preset ? impulse->preset : "",
           (double)impulse->response.n_frames / impulse->response.sample_rate);
  print_measured(impulse);
  if (impulse->effect->figures) {
    printf("\nFrom the parameters\n");
    cli_print_figures(impulse->effect, impulse->options.values, impulse->options.sample_rate);
  }
}

/** "Reverb: concert_hall, rt60=2": what was measured.  @return to free with kit_free(), null without memory.
 */
static char*
measured_name(const CliArgs* args, const Impulse* impulse)
{
  const char* const defaults = cli_option(args, "set") ? "" : " at its defaults";
  const char*       between  = impulse->preset ? ", " : ": ";
  char*             name     = kit_asprintf("%s%s%s", impulse->effect->name, impulse->preset ? ": " : "",
                            impulse->preset ? impulse->preset : defaults);
  for (size_t i = 0; name && i < args->n_given; ++i) {
    if (!strcmp(args->given[i].option->name, "set")) {
      char* const longer = kit_asprintf("%s%s%s", name, between, args->given[i].value);
      kit_free(name);
      name    = longer;
      between = ", ";
    }
  }
  return name;
}

static KitStatus
draw(const CliArgs* args, const Impulse* impulse, const char* path)
{
  char* const name = measured_name(args, impulse);
  char* const title =
    kit_asprintf("%s%s", name ? name : impulse->effect->name,
                 impulse->linearity == KIT_NOT_LINEAR ? " (not linear: no decay to read)" : "");
  const KitDecayPicture picture = {.width = 1200, .height = 720, .title = title};
  void*                 png     = NULL;
  size_t                size    = 0;
  KitStatus st = title ? kit_decay_png(&impulse->response, &picture, &png, &size) : KIT_ERR_NO_MEMORY;
  if (st) {
    cli_error("%s: cannot be drawn: %s", path,
              st == KIT_ERR_UNSUPPORTED ? "built without Cairo" : kit_status_text(st));
  } else {
    st = cli_write_output(path, png, size);
  }
  kit_free(png);
  kit_free(title);
  kit_free(name);
  return st;
}

static bool
report(void* handle, double fraction)
{
  cli_progress_set((CliProgress*)handle, fraction);
  return !kit_interrupted();
}

static KitStatus
measure(Impulse* impulse)
{
  CliProgress progress      = {.weight = 1000};
  impulse->options.progress = report;
  impulse->options.handle   = &progress;
  cli_progress_begin(progress.weight, 1);
  KitStatus st = kit_render_impulse(&impulse->options, &impulse->response);
  cli_progress_end();
  st                 = st ? st : kit_analyze_impulse(&impulse->response, &impulse->analysis);
  impulse->linearity = kit_effect_linearity(impulse->effect, impulse->options.values, &impulse->why);
  if (impulse->linearity == KIT_NOT_LINEAR) {
    kit_impulse_leave_out(&impulse->analysis);
  }
  if (st && st != KIT_ERR_CANCELLED && st != KIT_ERR_UNSTABLE) {
    cli_error("%s: %s", impulse->effect->id, kit_status_text(st));
  }
  return st;
}

static int
show(const CliArgs* args, const Impulse* impulse)
{
  const char* const png = cli_option(args, "png");
  if (png && draw(args, impulse, png)) {
    return CLI_FAILED;
  }
  if (cli_option(args, "json")) {
    return cli_print_json(impulse_json(impulse));
  }
  print_impulse(impulse);
  return CLI_OK;
}

int
cli_analyze_impulse(const CliArgs* args, const KitEffect* effect)
{
  const KitLog log     = cli_log(effect->id);
  double       rate    = KIT_REFERENCE_RATE;
  double       length  = 60.0;
  KitPreset*   preset  = NULL;
  Impulse      impulse = {.effect = effect, .preset = cli_option(args, "preset")};
  if (!cli_option_number(args, "rate", 8000.0, 384000.0, &rate) ||
      !cli_option_number(args, "length", 0.1, KIT_PRESET_MAX_TAIL_S, &length) ||
      (cli_option(args, "png") && !cli_is_picture_name(args, cli_option(args, "png")))) {
    return CLI_USAGE;
  }
  int status = cli_setup(args, effect, &preset);
  if (status == CLI_OK) {
    impulse.options = (KitImpulseOptions){
      .effect      = effect,
      .values      = kit_preset_values(preset),
      .sample_rate = rate,
      .n_channels  = effect->n_out_channels(1) ? 1U : 2U,
      .max_s       = length,
      .wet_only    = !cli_option(args, "mix"),
      .log         = &log,
    };
    status = cli_exit(measure(&impulse));
    status = status == CLI_OK ? show(args, &impulse) : status;
    kit_audio_cleanup(&impulse.response);
    kit_preset_free(preset);
  }
  return status;
}
