// SPDX-License-Identifier: ISC
#include "preset_impl.h"

#include "alloc.h"
#include "file.h"

#include <math.h>
#include <string.h>

// Values may be written by callers, so the range is checked again
static double
legal(const KitParam* param, uint32_t element, double value)
{
  return isnan(value) ? kit_param_default(param, element) : kit_param_clamp_hard(param, value);
}

static KitStatus
set_scalar(KitJson* object, const KitParam* param, double value)
{
  const double v = legal(param, 0, value);
  if (param->kind == KIT_KIND_FLOAT) {
    return kit_json_set_real(object, param->key, v);
  }
  return (param->flags & KIT_PARAM_BY_NAME)
           ? kit_json_set_string(object, param->key, param->choice_keys[(uint32_t)v])
           : kit_json_set_int(object, param->key, (int64_t)v);
}

static KitJson*
make_array(const KitParam* param, const double* values, uint32_t first, uint32_t n)
{
  KitJson* const array = kit_json_new_array();
  KitStatus      st    = array ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  for (uint32_t i = first; i < first + n && !st; ++i) {
    const double v = legal(param, i, values[i]);
    st =
      param->kind == KIT_KIND_FLOAT ? kit_json_append_real(array, v) : kit_json_append_int(array, (int64_t)v);
  }
  if (st) {
    kit_json_free(array);
    return NULL;
  }
  return array;
}

static KitJson*
make_rows(const KitParam* param, const double* values)
{
  KitJson* const rows = kit_json_new_array();
  KitStatus      st   = rows ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  for (uint32_t i = 0; i < kit_param_count(param) && !st; i += param->columns) {
    st = kit_json_append(rows, make_array(param, values, i, param->columns));
  }
  if (st) {
    kit_json_free(rows);
    return NULL;
  }
  return rows;
}

static bool
is_left_out(const KitParam* param, const double* values)
{
  bool same = true;
  for (uint32_t i = 0; i < kit_param_count(param); ++i) {
    same = same && values[i] == kit_param_default(param, i);
  }
  return same && (param->flags & KIT_PARAM_OPTIONAL);
}

static KitStatus
set_param(KitJson* object, const KitParam* param, const double* values)
{
  if (is_left_out(param, values)) {
    return KIT_SUCCESS;
  }
  if (kit_param_count(param) == 1U) {
    return set_scalar(object, param, *values);
  }
  return kit_json_set(object, param->key,
                      param->columns ? make_rows(param, values)
                                     : make_array(param, values, 0, kit_param_count(param)));
}

static KitStatus
set_kit_keys(KitJson* object, const KitPreset* preset)
{
  KitStatus st = KIT_SUCCESS;
  if (preset->tail_s >= 0.0) {
    st = kit_json_set_real(object, KIT_KEY_TAIL, preset->tail_s);
  }
  if (preset->bypassed >= 0 && !st) {
    st = kit_json_set_bool(object, KIT_KEY_BYPASS, preset->bypassed > 0);
  }
  return st;
}

static KitStatus
set_all(KitJson* object, const KitPreset* preset)
{
  const KitParamTable table = preset->effect->table;
  KitStatus           st    = kit_json_set_int(object, KIT_KEY_FORMAT, KIT_PRESET_FORMAT);
  st                        = st ? st : kit_json_set_string(object, KIT_KEY_EFFECT, preset->effect->id);
  for (uint32_t i = 0, slot = 0; i < table.n_params && !st; ++i) {
    st = set_param(object, &table.params[i], preset->values + slot);
    slot += kit_param_count(&table.params[i]);
  }
  st = st ? st : set_kit_keys(object, preset);
  for (const char* key = kit_json_next_key(preset->kept, NULL); key && !st;
       key             = kit_json_next_key(preset->kept, key)) {
    st = kit_json_set(object, key, kit_json_share(kit_json_get(preset->kept, key)));
  }
  return st;
}

char*
kit_preset_to_json(const KitPreset* preset)
{
  KitJson* const object = kit_json_new_object();
  char* const    text   = (object && !set_all(object, preset)) ? kit_json_write(object, true) : NULL;
  kit_json_free(object);
  return text;
}

KitStatus
kit_preset_save_file(const KitPreset* preset, const char* path, const KitLog* log)
{
  char* const text = kit_preset_to_json(preset);
  if (!text) {
    kit_log(log, KIT_LOG_ERROR, "%s: %s", path, kit_status_text(KIT_ERR_NO_MEMORY));
    return KIT_ERR_NO_MEMORY;
  }
  const KitStatus st = kit_file_write(path, text, strlen(text), log);
  kit_free(text);
  return st;
}
