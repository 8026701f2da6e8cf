// SPDX-License-Identifier: ISC
#include "probe_effect.h"

#include "json.h"

#include <string.h>

static const char* const modes[]      = {"clean", "loss", "repeat", NULL};
static const char* const powers[]     = {"off", "on", NULL};
static const char* const shapes[]     = {"A circle", "A square", "A triangle", NULL};
static const char* const shape_keys[] = {"circle", "square", "triangle", NULL};
static const double      times[]      = {10.0, 20.0, 30.0, 40.0};
static const double      matrix[]     = {1.0, 0.0, 0.0, 1.0};
static const char* const solve_keys[] = {"loudness", "nothing", NULL};

static const KitSection sections[] = {{"all", "All"}};

#define ROW(key_, name_)                                                                                     \
  .key = (key_), .name = (name_), .short_name = (name_), .section = "all", .help = "Of no use"

static const KitParam params[] = {
  {ROW("level", "Level"), .max = 1.0, .def = 0.5},
  {ROW("tone", "Tone"), .scale = KIT_SCALE_LOG, .unit = KIT_UNIT_HZ, .min = 20.0, .max = 20000.0,
   .def = 1000.0},
  {ROW("bands", "Bands"), .kind = KIT_KIND_INT, .min = 2.0, .max = 64.0, .def = 21.0, .hard_min = 1.0,
   .hard_max = 100.0},
  {ROW("size", "Size"), .kind = KIT_KIND_INT, .unit = KIT_UNIT_SAMPLES, .min = 64.0, .max = 16384.0,
   .def = 2048.0},
  {ROW("mode", "Mode"), .kind = KIT_KIND_CHOICE, .max = 2.0, .choices = modes},
  {ROW("power", "Power"), .kind = KIT_KIND_CHOICE, .max = 1.0, .def = 1.0, .choices = powers},
  {ROW("shape", "Shape"), .kind = KIT_KIND_CHOICE, .flags = KIT_PARAM_BY_NAME, .max = 2.0, .def = 1.0,
   .choices = shapes, .choice_keys = shape_keys},
  {ROW("times", "Times"), .kind = KIT_KIND_INT, .unit = KIT_UNIT_SAMPLES, .count = 4, .min = 1.0,
   .max = 1000.0, .def = 10.0, .defs = times, .hard_min = 1.0, .hard_max = 2000.0},
  {ROW("gains", "Gains"), .count = 3, .max = 1.0, .def = 0.25},
  {ROW("matrix", "Matrix"), .flags = KIT_PARAM_STATE_ONLY | KIT_PARAM_OPTIONAL, .count = 4, .columns = 2,
   .min = -1.0, .max = 1.0, .defs = matrix},
};

static KitStatus
migrate(KitJson* preset, const KitLog* log)
{
  const KitJson* const old   = kit_json_get(preset, "volume");
  double               value = 0.0;
  if (!old) {
    return KIT_SUCCESS;
  }
  if (!kit_json_number(old, &value)) {
    kit_log(log, KIT_LOG_WARNING, "\"volume\" is no number");
    return KIT_ERR_BAD_DATA;
  }
  kit_json_remove(preset, "volume");
  return kit_json_set_real(preset, "level", value);
}

static KitStatus
solve(double* values, const char* key, const char* text, const KitLog* log)
{
  if (!strcmp(key, "loudness")) {
    return kit_param_from_text(&params[0], text, &values[PROBE_LEVEL]) ? KIT_SUCCESS : KIT_ERR_BAD_VALUE;
  }
  if (!strcmp(key, "nothing")) {
    values[PROBE_LEVEL] = 0.0;
    kit_log(log, KIT_LOG_ERROR, "nothing is not possible");
    return KIT_ERR_BAD_VALUE;
  }
  return KIT_ERR_NOT_FOUND;
}

static const KitEmbeddedPreset presets[] = {
  {"quiet", "{\"level\": 0.1}", 14},
  {"loud", "{\"level\": 0.9}", 14},
  {NULL, NULL, 0},
};

const KitEffect probe_effect = {
  .id          = "probe",
  .name        = "Probe",
  .description = "Every kind of parameter",
  .version     = "1.0.0",
  .category    = "utility",
  .table       = {params, sizeof(params) / sizeof(params[0])},
  .sections    = sections,
  .n_sections  = 1,
  .presets     = presets,
  .migrate     = migrate,
  .solve       = solve,
  .solve_keys  = solve_keys,
};
