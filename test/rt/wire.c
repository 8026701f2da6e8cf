// SPDX-License-Identifier: ISC
#include "wire.h"

#include "alloc.h"
#include "message.h"
#include "osc.h"
#include "threads.h"
#include "udp.h"

#include <stdio.h>
#include <stdlib.h>

#define N_MESSAGES 8U
#define N_WAIT     8U     ///< Pokes until one waits for an answer, however threads are scheduled
#define PATIENCE   10000U ///< Milliseconds that it waits
#define FIRST_PORT 31000U ///< Of the other end

struct RtWire {
  KitPlugin*    plugin;
  KitUdp        udp;
  KitUdpAddress to;
  uint64_t      n_answers;
  uint32_t      n_pokes;
};

RtWire*
rt_wire_new(KitPlugin* plugin)
{
  RtWire* const wire = (RtWire*)kit_calloc(1, sizeof(RtWire));
  setenv("VSTKIT_OSC", "30000", 1);
  kit_osc_attach(plugin, &(KitOscInfo){.format = "test"});
  const KitOscStatus status = kit_osc_status(plugin);
  uint16_t           port   = FIRST_PORT;
  while (wire && port < FIRST_PORT + 1000U && !kit_udp_open(&wire->udp, port)) {
    ++port;
  }
  if (!wire || !wire->udp.fd || !status.port) {
    fprintf(stderr, "no wire: %s\n", status.trouble);
    abort();
  }
  wire->plugin = plugin;
  wire->to     = (KitUdpAddress){status.port};
  return wire;
}

void
rt_wire_free(RtWire* wire)
{
  if (wire) {
    kit_osc_detach(wire->plugin);
    kit_udp_close(&wire->udp);
    kit_free(wire);
  }
}

static void
send_message(const RtWire* wire, const char* path, const double* number)
{
  char      address[128];
  KitOscOut out;
  snprintf(address, sizeof(address), "/%s/%s", kit_plugin_effect(wire->plugin)->id, path);
  kit_osc_begin(&out, address, number ? "d" : "");
  if (number) {
    kit_osc_put_double(&out, *number);
  }
  kit_udp_send(&wire->udp, out.data, out.size, wire->to);
}

// What needs a new stream is left alone, for one to get ready
static void
send_value(const RtWire* wire, KitRng* rng)
{
  const KitDirectory* const directory = kit_plugin_directory(wire->plugin);
  const KitHostParam* const entry     = &directory->list[kit_rng_next32(rng) % directory->n];
  const double              value     = kit_param_from_normal(entry->param, kit_rng_uniform(rng));
  char                      path[96];
  if (!(entry->param->flags & KIT_PARAM_REBUILD) && entry->slot != KIT_BYPASS_SLOT &&
      kit_param_count(entry->param) == 1U) {
    snprintf(path, sizeof(path), "param/%s", entry->param->key);
    send_message(wire, path, &value);
  }
}

void
rt_wire_poke(RtWire* wire, KitRng* rng, bool calm)
{
  static unsigned char answer[KIT_UDP_MAX_BYTES];
  static const double  rate_hz = 30.0;
  static const double  short_s = 0.01;
  KitUdpAddress        from;
  for (uint32_t i = 0; i < N_MESSAGES; ++i) {
    switch (kit_rng_next32(rng) % 16U) {
      case 0: send_message(wire, "metrics", &rate_hz); break;
      case 1: send_message(wire, "subscribe", NULL); break;
      case 2: send_message(wire, "params", NULL); break;
      case 3: send_message(wire, "request_snapshot", &short_s); break;
      case 4: send_message(wire, "state/get", NULL); break;
      default:
        if (!calm) {
          send_value(wire, rng);
        }
    }
  }
  const uint64_t before = wire->n_answers;
  const bool     waits  = ++wire->n_pokes % N_WAIT == 0U;
  if (waits) {
    send_message(wire, "ab", NULL);
  }
  for (uint32_t i = 0; i == 0U || (waits && wire->n_answers == before && i < PATIENCE); ++i) {
    kit_sleep_ms(i ? 1U : 0U);
    while (kit_udp_receive(&wire->udp, answer, &from) >= 0) {
      ++wire->n_answers;
    }
  }
}

uint64_t
rt_wire_n_answers(const RtWire* wire)
{
  return wire->n_answers;
}
