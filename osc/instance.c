// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "system.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Notes in the state
#define NOTE_ID   "osc_id"
#define NOTE_PORT "osc_port"

void
kit_osc_watch_notes(KitPlugin* plugin)
{
  kit_plugin_set_note(plugin, NOTE_ID, "");
  kit_plugin_set_note(plugin, NOTE_PORT, "");
}

static bool
is_id(const char* text)
{
  return strlen(text) == KIT_OSC_ID_TEXT - 1U && strspn(text, "0123456789abcdef") == KIT_OSC_ID_TEXT - 1U;
}

/** The id in the state, unless another instance goes by it: a copied track has its original's. */
static bool
take_noted_id(KitOsc* osc)
{
  char note[KIT_NOTE_TEXT];
  kit_plugin_note(osc->plugin, NOTE_ID, note, sizeof(note));
  const bool can = is_id(note) && !kit_osc_is_taken(osc, note) && !kit_osc_is_claimed(note);
  if (can) {
    memcpy(osc->id, note, sizeof(osc->id));
  }
  return can;
}

static uint16_t
noted_port(const KitOsc* osc)
{
  char note[KIT_NOTE_TEXT];
  kit_plugin_note(osc->plugin, NOTE_PORT, note, sizeof(note));
  const long port = strtol(note, NULL, 10);
  return port >= 1024 && port <= 65535 ? (uint16_t)port : 0U;
}

static void
note_all(const KitOsc* osc)
{
  char port[KIT_NOTE_TEXT];
  snprintf(port, sizeof(port), "%u", osc->udp.port);
  kit_plugin_set_note(osc->plugin, NOTE_ID, osc->id);
  kit_plugin_set_note(osc->plugin, NOTE_PORT, port);
}

static void
open_port(KitOsc* osc, const KitOscSettings* settings)
{
  const uint16_t last = noted_port(osc);
  const uint32_t end  = settings->port + KIT_OSC_N_PORTS;
  if (last && kit_udp_open(&osc->udp, last)) {
    return;
  }
  for (uint32_t port = settings->port; port < end && port <= UINT16_MAX; ++port) {
    if (kit_udp_open(&osc->udp, (uint16_t)port)) {
      return;
    }
  }
}

bool
kit_osc_open(KitOsc* osc, const KitOscSettings* settings)
{
  const uint32_t n_slots = kit_params_n_slots(kit_plugin_effect(osc->plugin)->table);
  osc->trouble[0]        = '\0';
  osc->versions          = (uint32_t*)kit_calloc(n_slots + 1U, sizeof(uint32_t));
  osc->locks             = (bool*)kit_calloc(n_slots + 1U, sizeof(bool));
  if (!osc->versions || !osc->locks) {
    snprintf(osc->trouble, sizeof(osc->trouble), "there is no memory for it");
    kit_osc_close(osc);
    return false;
  }
  open_port(osc, settings);
  if (!osc->udp.fd) {
    snprintf(osc->trouble, sizeof(osc->trouble), "ports %u to %u are all taken: set another in VSTKIT_OSC",
             settings->port, settings->port + KIT_OSC_N_PORTS - 1U);
    kit_osc_close(osc);
    return false;
  }
  while (!take_noted_id(osc)) {
    char fresh[KIT_NOTE_TEXT];
    snprintf(fresh, sizeof(fresh), "%016" PRIx64, kit_random_bits());
    kit_plugin_set_note(osc->plugin, NOTE_ID, fresh);
  }
  osc->known       = false;
  osc->filled      = kit_clock_s();
  osc->tokens      = KIT_OSC_BURST;
  osc->n_snapshots = kit_osc_last_snapshot(osc->id);
  note_all(osc);
  kit_osc_publish(osc);
  return true;
}

void
kit_osc_close(KitOsc* osc)
{
  if (osc->udp.fd) {
    kit_osc_end_leases(osc);
  }
  kit_osc_withdraw(osc);
  kit_osc_drop_later(osc);
  kit_tap_close(osc->tap);
  kit_osc_meters_free(osc->meters);
  kit_osc_snapshot_free(osc->taken);
  kit_free(osc->versions);
  kit_free(osc->locks);
  kit_udp_close(&osc->udp);
  osc->tap      = NULL;
  osc->meters   = NULL;
  osc->taken    = NULL;
  osc->writing  = NULL;
  osc->versions = NULL;
  osc->locks    = NULL;
  osc->id[0]    = '\0';
  memset(osc->leases, 0, sizeof(osc->leases));
  memset(osc->metrics, 0, sizeof(osc->metrics));
  memset(osc->wishes, 0, sizeof(osc->wishes));
}

// Who has spoken to a port goes on to speak to it
static void
follow_port(KitOsc* osc)
{
  const uint16_t last = noted_port(osc);
  KitUdp         udp;
  if (last != osc->udp.port && !osc->known && kit_udp_open(&udp, last)) {
    kit_udp_close(&osc->udp);
    osc->udp = udp;
  }
}

void
kit_osc_tick(KitOsc* osc)
{
  char note[KIT_NOTE_TEXT];
  kit_plugin_note(osc->plugin, NOTE_ID, note, sizeof(note));
  if (strcmp(note, osc->id) != 0) { // A state came
    if (take_noted_id(osc)) {
      osc->n_snapshots = kit_osc_last_snapshot(osc->id);
      follow_port(osc);
    }
    note_all(osc);
  }
  kit_osc_publish(osc);
}
