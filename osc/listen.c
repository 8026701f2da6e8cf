// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#define LINGER_S 10.0 ///< A ring stays open for the next who asks

static bool
is_wanted(const KitOsc* osc)
{
  for (uint32_t i = 0; i < KIT_OSC_MAX_LEASES; ++i) {
    if (osc->leases[i].until > 0.0 || osc->metrics[i].lease.until > 0.0 || osc->wishes[i].seconds > 0.0) {
      return true;
    }
  }
  return false;
}

void
kit_osc_work_tap(KitOsc* osc, double now)
{
  if (is_wanted(osc)) {
    osc->tap_until = now + LINGER_S;
  }
  if (osc->tap && (now > osc->tap_until || !kit_tap_is_live(osc->tap))) {
    kit_tap_close(osc->tap);
    kit_osc_meters_free(osc->meters);
    osc->tap    = NULL;
    osc->meters = NULL;
  }
  if (!osc->tap && now < osc->tap_until && kit_instance_is_active(kit_plugin_instance(osc->plugin))) {
    osc->tap = kit_tap_open(osc->plugin, KIT_OSC_RING_S);
  }
}
