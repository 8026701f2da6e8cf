// SPDX-License-Identifier: ISC
#include "migrate.h"

#include "params.h"

#include <math.h>

/** Take the number of a legacy key out of the preset.  `*found` tells if it was there. */
static KitStatus
take_number(KitJson* preset, const char* key, const KitLog* log, double* value, bool* found)
{
  const KitJson* const member = kit_json_get(preset, key);
  *found                      = member;
  if (!member) {
    return KIT_SUCCESS;
  }
  if (!kit_json_number(member, value)) {
    kit_log(log, KIT_LOG_ERROR, "\"%s\" is %s where a number is expected", key,
            kit_json_type_text(kit_json_type(member)));
    return KIT_ERR_BAD_DATA;
  }
  kit_json_remove(preset, key);
  return KIT_SUCCESS;
}

static KitStatus
set_if_absent(KitJson* preset, uint32_t slot, double value)
{
  const KitParam* const param = &lossy_params[slot];
  if (kit_json_get(preset, param->key)) {
    return KIT_SUCCESS;
  }
  return kit_param_is_stepped(param) ? kit_json_set_int(preset, param->key, (int64_t)value)
                                     : kit_json_set_real(preset, param->key, value);
}

static KitStatus
migrate_speed(KitJson* preset, const KitLog* log)
{
  static const double windows[] = {4096.0, 2048.0, 1024.0, 512.0, 256.0};
  double              speed     = 0.0;
  bool                found     = false;
  const KitStatus     st        = take_number(preset, "speed", log, &speed, &found);
  if (st || !found) {
    return st;
  }
  const double step = fmin(fmax(trunc(speed * 5.0), 0.0), 4.0);
  return set_if_absent(preset, LOSSY_WINDOW_SIZE, windows[(uint32_t)step]);
}

static KitStatus
migrate_mode(KitJson* preset, const KitLog* log)
{
  double    mode  = 0.0;
  bool      found = false;
  KitStatus st    = take_number(preset, "mode", log, &mode, &found);
  if (!st && mode == 1.0) {
    st = set_if_absent(preset, LOSSY_INVERSE, 1.0);
  }
  if (!st && mode == 2.0) {
    double loss = lossy_params[LOSSY_LOSS].def;
    kit_json_get_number(preset, lossy_params[LOSSY_LOSS].key, &loss);
    st = set_if_absent(preset, LOSSY_JITTER, loss);
    st = st ? st : kit_json_set_real(preset, lossy_params[LOSSY_LOSS].key, 0.0);
  }
  return st;
}

KitStatus
lossy_migrate(KitJson* preset, const KitLog* log)
{
  const KitStatus st = migrate_speed(preset, log);
  return st ? st : migrate_mode(preset, log);
}
