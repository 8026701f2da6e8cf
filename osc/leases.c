// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "system.h"

#include <math.h>

KitOscLease*
kit_osc_lease(KitOscLease* leases, uint32_t n, size_t stride, KitUdpAddress to, double until)
{
  KitOscLease* best = NULL;
  for (uint32_t i = 0; i < n; ++i) {
    KitOscLease* const lease = (KitOscLease*)((char*)leases + i * stride);
    const bool         own   = lease->until > 0.0 && lease->to.port == to.port;
    if (own || (!best && lease->until <= 0.0)) {
      best = lease;
    }
    if (own) {
      break;
    }
  }
  if (best) {
    *best = (KitOscLease){to, until};
  }
  return best;
}

static bool
any_lease(const KitOsc* osc)
{
  for (uint32_t i = 0; i < KIT_OSC_MAX_LEASES; ++i) {
    if (osc->leases[i].until > 0.0) {
      return true;
    }
  }
  return false;
}

static uint32_t
slot_at(const KitOsc* osc, uint32_t index)
{
  return index == kit_params_n_slots(kit_plugin_effect(osc->plugin)->table) ? KIT_BYPASS_SLOT : index;
}

/** Take all for told that is so now. */
static void
see_all(KitOsc* osc)
{
  const uint32_t n_slots = kit_params_n_slots(kit_plugin_effect(osc->plugin)->table);
  kit_plugin_news(osc->plugin, &osc->reader);
  for (uint32_t i = 0; i <= n_slots; ++i) {
    osc->locks[i] = kit_plugin_is_locked(osc->plugin, slot_at(osc, i));
  }
  for (uint32_t i = 0; i < n_slots; ++i) {
    osc->versions[i] = kit_instance_version(kit_plugin_instance(osc->plugin), i);
  }
}

void
kit_osc_subscribe(KitOscCall* call)
{
  KitOsc* const osc     = call->osc;
  double        seconds = KIT_OSC_MAX_LEASE_S;
  if (!kit_osc_range(call, 0, 0.0, KIT_OSC_MAX_LEASE_S, &seconds)) {
    return;
  }
  if (!any_lease(osc)) {
    see_all(osc);
  }
  const double until = seconds > 0.0 ? kit_clock_s() + seconds : 0.0;
  if (!kit_osc_lease(osc->leases, KIT_OSC_MAX_LEASES, sizeof(KitOscLease), call->from, until)) {
    kit_osc_refuse(call, "ask again when one of them has ended", "%u others have subscribed",
                   KIT_OSC_MAX_LEASES);
    return;
  }
  kit_osc_answer(call, "subscribe", "n", seconds);
}

static void
tell(const KitOsc* osc, void (*send)(const KitOsc* osc, KitUdpAddress to, uint32_t slot), uint32_t slot)
{
  for (uint32_t i = 0; i < KIT_OSC_MAX_LEASES; ++i) {
    if (osc->leases[i].until > 0.0) {
      send(osc, osc->leases[i].to, slot);
    }
  }
}

static void
send_preset(const KitOsc* osc, KitUdpAddress to, uint32_t unused)
{
  char name[KIT_STEP_TEXT];
  (void)unused;
  kit_plugin_preset_name(osc->plugin, name, sizeof(name));
  kit_osc_send_at(osc, to, "preset/load", "s", name);
}

static void
send_step(const KitOsc* osc, KitUdpAddress to, uint32_t unused)
{
  (void)unused;
  kit_osc_send_step(osc, to);
}

static void
tell_locks(KitOsc* osc)
{
  const uint32_t n_slots = kit_params_n_slots(kit_plugin_effect(osc->plugin)->table);
  for (uint32_t i = 0; i <= n_slots; ++i) {
    const bool locked = kit_plugin_is_locked(osc->plugin, slot_at(osc, i));
    if (locked != osc->locks[i]) {
      osc->locks[i] = locked;
      tell(osc, kit_osc_send_lock, slot_at(osc, i));
    }
  }
}

static void
tell_values(KitOsc* osc)
{
  const uint32_t n_slots = kit_params_n_slots(kit_plugin_effect(osc->plugin)->table);
  for (uint32_t i = 0; i < n_slots; ++i) {
    const uint32_t version = kit_instance_version(kit_plugin_instance(osc->plugin), i);
    if (version != osc->versions[i]) {
      osc->versions[i] = version;
      tell(osc, kit_osc_send_value, i);
    }
  }
}

double
kit_osc_work_leases(KitOsc* osc, double now)
{
  for (uint32_t i = 0; i < KIT_OSC_MAX_LEASES; ++i) {
    osc->leases[i].until = osc->leases[i].until > now ? osc->leases[i].until : 0.0;
  }
  if (!any_lease(osc)) {
    return (double)INFINITY;
  }
  if (now < osc->next_changes) {
    return osc->next_changes;
  }
  const uint32_t news = kit_plugin_news(osc->plugin, &osc->reader);
  if (news & KIT_NEWS_PRESET) {
    tell(osc, send_preset, 0);
  }
  tell_values(osc);
  if (news & KIT_NEWS_BYPASS) {
    tell(osc, kit_osc_send_value, KIT_BYPASS_SLOT);
  }
  if (news & KIT_NEWS_LOCKS) {
    tell_locks(osc);
  }
  if (news & KIT_NEWS_HISTORY) {
    tell(osc, send_step, 0);
  }
  osc->next_changes = now + 1.0 / KIT_OSC_MAX_RATE_HZ;
  return osc->next_changes;
}

static void
say_goodbye(const KitOsc* osc, const KitOscLease* lease)
{
  if (lease->until > 0.0) {
    kit_osc_send(osc, lease->to, "/vstkit/bye", "s", osc->id);
  }
}

void
kit_osc_end_leases(KitOsc* osc)
{
  for (uint32_t i = 0; i < KIT_OSC_MAX_LEASES; ++i) {
    say_goodbye(osc, &osc->leases[i]);
  }
}
