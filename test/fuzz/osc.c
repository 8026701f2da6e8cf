// SPDX-License-Identifier: ISC
// Datagrams from anywhere, to an instance of each effect that has no socket to answer by

#include "osc_impl.h"
#include "system.h"
#include "vstkit/direct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const unsigned char* data, size_t size);

static void
demand(bool holds, const char* what)
{
  if (!holds) {
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
  }
}

#define MAX_EFFECTS 16U

static KitOsc instances[MAX_EFFECTS]; ///< Of all inputs: to make them costs more than most of these do

static void
prepare(const KitEffect* const* effects, uint32_t n)
{
  const KitPluginFormat format = {.handle = NULL};
  setenv("HOME", "/dev/null", 1); // No file can be made there
  setenv("XDG_DATA_HOME", "/dev/null", 1);
  setenv("XDG_RUNTIME_DIR", "/dev/null", 1);
  for (uint32_t i = 0; i < n; ++i) {
    KitOsc* const  osc     = &instances[i];
    const uint32_t n_slots = kit_params_n_slots(effects[i]->table);
    osc->plugin            = kit_plugin_new(effects[i], &format);
    osc->format            = "fuzz";
    osc->versions          = (uint32_t*)kit_calloc(n_slots + 1U, sizeof(uint32_t));
    osc->locks             = (bool*)kit_calloc(n_slots + 1U, sizeof(bool));
    snprintf(osc->id, sizeof(osc->id), "0123456789abcdef");
    demand(osc->plugin && osc->versions && osc->locks, "there is memory");
  }
}

/** As nobody has spoken to it yet, but for the history. */
static void
reset(KitOsc* osc)
{
  double              values[KIT_MAX_SLOTS];
  const KitParamTable table = kit_plugin_effect(osc->plugin)->table;
  kit_params_defaults(table, values);
  kit_instance_set_values(kit_plugin_instance(osc->plugin), values);
  for (uint32_t slot = 0; slot < kit_params_n_slots(table); ++slot) {
    kit_plugin_set_lock(osc->plugin, slot, false);
  }
  memset(osc->leases, 0, sizeof(osc->leases));
  memset(osc->metrics, 0, sizeof(osc->metrics));
  memset(osc->wishes, 0, sizeof(osc->wishes));
}

static void
check_legal(KitPlugin* plugin)
{
  KitParamRef ref;
  for (uint32_t slot = 0; kit_params_at_slot(kit_plugin_effect(plugin)->table, slot, &ref); ++slot) {
    const double value = kit_plugin_value(plugin, slot);
    demand(isfinite(value) && value == kit_param_clamp_hard(ref.param, value), "values are legal");
  }
}

static void
try_instance(KitOsc* osc, const unsigned char* data, size_t size)
{
  reset(osc);
  kit_osc_packet(osc, (KitUdpAddress){1U}, data, size);
  const double now = kit_clock_s();
  kit_osc_work_leases(osc, now);
  demand(osc->n_later <= KIT_OSC_MAX_QUEUED && osc->later_bytes <= KIT_OSC_MAX_WAITING,
         "what waits is bounded");
  kit_osc_work_later(osc, now + 2.0 * KIT_OSC_MAX_AHEAD_S);
  demand(!osc->n_later && !osc->later_bytes, "nothing waits for longer than it may");
  kit_osc_work_leases(osc, now + 1.0);
  check_legal(osc->plugin);
}

int
LLVMFuzzerTestOneInput(const unsigned char* data, size_t size)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  n                                     = n < MAX_EFFECTS ? n : MAX_EFFECTS;
  if (!instances[0].plugin) {
    prepare(effects, n);
  }
  for (uint32_t i = 0; i < n; ++i) {
    try_instance(&instances[i], data, size);
  }
  return 0;
}
