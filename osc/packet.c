// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "system.h"

#include <math.h>
#include <string.h>

#define BUNDLE_HEAD 16U ///< "#bundle" and a time tag
#define IMMEDIATELY 1U

/** What a datagram is being taken for. */
typedef struct {
  KitOsc*       osc;
  KitUdpAddress from;
  uint32_t      n_parts;
  KitOscBatch   batch;
} Packet;

static bool
is_bundle(const unsigned char* data, size_t size)
{
  return size >= BUNDLE_HEAD && !memcmp(data, "#bundle", 8U);
}

static void
refuse_packet(Packet* packet, const char* reason)
{
  const KitOscCall call = {.osc = packet->osc, .from = packet->from, .address = ""};
  ++packet->osc->n_dropped;
  kit_osc_refuse(&call, "send OSC 1.0", "%s", reason);
}

/** Does the address end, and soon?  What is no address at all gets no answer. */
static bool
check_address(Packet* packet, const unsigned char* data, size_t size)
{
  if (!size || *data != '/') {
    ++packet->osc->n_dropped;
    return false;
  }
  if (!memchr(data, '\0', size < KIT_OSC_MAX_ADDRESS ? size : KIT_OSC_MAX_ADDRESS)) {
    refuse_packet(packet, "the address does not end, or has more than 255 bytes");
    return false;
  }
  return true;
}

static void
take_message(Packet* packet, const unsigned char* data, size_t size, bool in_bundle)
{
  KitOscMessage message;
  if (!check_address(packet, data, size)) {
    return;
  }
  const char* const trouble = kit_osc_decode(data, size, &message);
  if (trouble) {
    refuse_packet(packet, trouble);
    return;
  }
  KitOscCall call = {
    .osc     = packet->osc,
    .from    = packet->from,
    .address = message.address,
    .key     = "",
    .types   = message.types,
    .args    = message.args,
    .n       = (int)message.n,
    .batch   = in_bundle ? &packet->batch : NULL,
  };
  kit_osc_dispatch(&call);
}

/** When a time tag is due by our own clock; 0: at once. */
static double
due(const unsigned char* tag)
{
  const uint32_t s        = kit_osc_read_u32(tag);
  const uint32_t fraction = kit_osc_read_u32(tag + 4);
  if (!s && fraction <= IMMEDIATELY) {
    return 0.0;
  }
  const double ahead = (double)s + (double)fraction / 4294967296.0 - kit_wall_clock_s();
  return ahead > 0.0 && ahead <= KIT_OSC_MAX_AHEAD_S ? kit_clock_s() + ahead : 0.0;
}

/** @return false, refused, where too much waits already. */
static bool
put_off(Packet* packet, const unsigned char* data, size_t size, double at)
{
  KitOsc* const osc  = packet->osc;
  const bool    room = osc->n_later < KIT_OSC_MAX_QUEUED && osc->later_bytes + size <= KIT_OSC_MAX_WAITING;
  KitOscLater* const later = room ? (KitOscLater*)kit_calloc(1, sizeof(KitOscLater) + size) : NULL;
  if (!later) {
    refuse_packet(packet, "too many bundles wait for their time");
    return false;
  }
  *later = (KitOscLater){NULL, at, packet->from, size};
  memcpy(later->data, data, size);
  KitOscLater** link = &osc->later;
  while (*link && (*link)->at <= at) {
    link = &(*link)->next;
  }
  later->next = *link;
  *link       = later;
  ++osc->n_later;
  osc->later_bytes += size;
  return true;
}

static void
take_part(Packet* packet, const unsigned char* data, size_t size, uint32_t depth);

static void
take_parts(Packet* packet, const unsigned char* data, size_t size, uint32_t depth)
{
  for (size_t at = BUNDLE_HEAD; at < size;) {
    const size_t   left   = size - at;
    const uint32_t length = left >= 4U ? kit_osc_read_u32(data + at) : UINT32_MAX;
    if (length % 4U || length > left - 4U || ++packet->n_parts > KIT_OSC_MAX_PARTS) {
      refuse_packet(packet, packet->n_parts > KIT_OSC_MAX_PARTS
                              ? "the bundle has more than 4096 parts"
                              : "the bundle is broken: a part does not fit");
      return;
    }
    take_part(packet, data + at + 4U, length, depth);
    at += 4U + length;
  }
}

static void
take_part(Packet* packet, const unsigned char* data, size_t size, uint32_t depth)
{
  if (!is_bundle(data, size)) {
    take_message(packet, data, size, depth > 0U);
  } else if (depth == KIT_OSC_MAX_DEPTH) {
    refuse_packet(packet, "bundles in bundles are more than 8 deep");
  } else if (due(data + 8) > 0.0) {
    put_off(packet, data, size, due(data + 8));
  } else {
    take_parts(packet, data, size, depth + 1U);
  }
}

static void
take(KitOsc* osc, KitUdpAddress from, const unsigned char* data, size_t size, bool now)
{
  Packet packet = {.osc = osc, .from = from};
  if (now) {
    take_parts(&packet, data, size, 1U);
  } else {
    take_part(&packet, data, size, 0U);
  }
  kit_osc_flush(osc, from, &packet.batch);
}

void
kit_osc_packet(KitOsc* osc, KitUdpAddress from, const unsigned char* data, size_t size)
{
  take(osc, from, data, size, false);
}

double
kit_osc_work_later(KitOsc* osc, double now)
{
  while (osc->later && osc->later->at <= now) {
    KitOscLater* const later = osc->later;
    osc->later               = later->next;
    --osc->n_later;
    osc->later_bytes -= later->size;
    take(osc, later->from, later->data, later->size, true);
    kit_free(later);
  }
  return osc->later ? osc->later->at : (double)INFINITY;
}

void
kit_osc_drop_later(KitOsc* osc)
{
  while (osc->later) {
    KitOscLater* const later = osc->later;
    osc->later               = later->next;
    kit_free(later);
  }
  osc->n_later     = 0;
  osc->later_bytes = 0;
}
