// SPDX-License-Identifier: ISC
#include "vstkit/param.h"

#include <math.h>

bool
kit_param_is_stepped(const KitParam* param)
{
  return param->kind != KIT_KIND_FLOAT;
}

static double
clamp_to(const KitParam* param, double value, double low, double high)
{
  if (isnan(value)) {
    return param->def;
  }
  const double clamped = fmin(fmax(value, low), high);
  return kit_param_is_stepped(param) ? rint(clamped) : clamped;
}

double
kit_param_clamp(const KitParam* param, double value)
{
  return clamp_to(param, value, param->min, param->max);
}

double
kit_param_clamp_hard(const KitParam* param, double value)
{
  const bool has_hard = param->hard_min != 0.0 || param->hard_max != 0.0;
  return has_hard ? clamp_to(param, value, param->hard_min, param->hard_max) : kit_param_clamp(param, value);
}

double
kit_param_to_normal(const KitParam* param, double value)
{
  const double v = kit_param_clamp(param, value);
  if (param->max <= param->min) {
    return 0.0;
  }
  return param->scale == KIT_SCALE_LOG ? log(v / param->min) / log(param->max / param->min)
                                       : (v - param->min) / (param->max - param->min);
}

double
kit_param_from_normal(const KitParam* param, double normal)
{
  const double n = isnan(normal) ? 0.0 : fmin(fmax(normal, 0.0), 1.0);
  const double v = param->scale == KIT_SCALE_LOG ? param->min * pow(param->max / param->min, n)
                                                 : param->min + n * (param->max - param->min);
  return kit_param_clamp(param, v);
}
