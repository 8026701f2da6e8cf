// SPDX-License-Identifier: ISC
// Entering and leaving
#include "checks.h"

#include "tap.h"
#include "vst3_host_objects.h"

/** All programs of the plugin, if it has any, have names. */
static bool
names_programs(Vst3Host* host)
{
  struct v3_param_info param;
  v3_str_128           text;
  bool                 named = true;
  if (vst3_find_flagged(host, V3_PARAM_PROGRAM_CHANGE, &param)) {
    for (int32_t i = 0; i <= param.step_count; ++i) {
      const double value = (double)i / param.step_count;
      named =
        named &&
        (*host->controller)->get_parameter_string_for_value(host->controller, param.param_id, value, text) ==
          V3_OK;
      named = named && text[0];
    }
  }
  return named;
}

void
check_module(const Subject* subject)
{
  Vst3Module first;
  Vst3Module second;
  Vst3Host   host;
  vst3_require(vst3_module_open(&first, subject->bundle) && vst3_module_open(&second, subject->bundle),
               "cannot load twice");
  vst3_require(vst3_open(&host, &first), "cannot open the plugin");
  second.exit();
  struct v3_param_info info;
  const bool           alive = vst3_find_flagged(&host, V3_PARAM_IS_BYPASS, &info);
  tap_ok(alive, "%s: entered twice, it lives on after one exit", subject->effect->id);
  tap_ok(first.exit() && names_programs(&host) && vst3_close(&host),
         "%s: a plugin released after the last exit keeps its programs until then", subject->effect->id);
  tap_ok(!first.exit(), "%s: one exit too many is refused", subject->effect->id);
}
