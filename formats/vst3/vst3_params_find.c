// SPDX-License-Identifier: ISC
#include "vst3_params.h"

const KitHostParam*
kit_vst3_params_find(const KitVst3Params* params, v3_param_id id)
{
  uint32_t low  = 0;
  uint32_t high = params->n;
  while (low < high) {
    const uint32_t      middle = low + (high - low) / 2U;
    const KitHostParam* param  = &params->list[params->by_id[middle]];
    if (param->id == id) {
      return param;
    }
    if (param->id < id) {
      low = middle + 1U;
    } else {
      high = middle;
    }
  }
  return NULL;
}

static const KitHostParam*
with_slot(const KitVst3Params* params, uint32_t slot)
{
  for (uint32_t i = params->n; i; --i) {
    if (params->list[i - 1U].slot == slot) {
      return &params->list[i - 1U];
    }
  }
  return NULL;
}

const KitHostParam*
kit_vst3_params_program(const KitVst3Params* params)
{
  return with_slot(params, KIT_VST3_PROGRAM_SLOT);
}

const KitHostParam*
kit_vst3_params_latency(const KitVst3Params* params)
{
  return with_slot(params, KIT_VST3_LATENCY_SLOT);
}

bool
kit_vst3_same(double a, double b)
{
  return a - b <= KIT_VST3_SAME && b - a <= KIT_VST3_SAME;
}
