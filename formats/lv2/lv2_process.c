// SPDX-License-Identifier: ISC
#include "edits.h"
#include "lv2_plugin.h"
#include "transport.h"

#include <math.h>
#include <stdatomic.h>

bool
kit_lv2_take_port(KitLv2* self, KitLv2Port* port, bool restored, double* value)
{
  const bool is_bypass = port->param->slot == KIT_BYPASS_SLOT;
  if (!port->data || isnan(*port->data) || *port->data == port->seen) {
    return false;
  }
  const float now      = is_bypass ? (*port->data < 0.5f ? 0.0f : 1.0f) : *port->data;
  const bool  is_first = isnan(port->seen);
  const bool  is_echo  = now == port->asked;
  port->seen           = *port->data;
  port->asked          = NAN;
  *value               = (double)(is_bypass ? 1.0f - now : now);
  // A port that only repeats, rounded to float, what the plugin holds in double is no event
  return !is_echo && !(is_first && restored) && now != kit_lv2_shown(self, port->param) &&
         !kit_plugin_is_held(self->plugin, port->param->slot);
}

static KitEvent
event_of(const KitLv2Port* port, uint32_t frame, double value)
{
  const bool is_bypass = port->param->slot == KIT_BYPASS_SLOT;
  return (KitEvent){frame, is_bypass ? KIT_EVENT_BYPASS : KIT_EVENT_VALUE, port->param->slot, value};
}

static uint32_t
port_events(KitLv2* self)
{
  // A state that comes from now on is the next block's
  const bool restored = atomic_exchange_explicit(&self->restored, false, memory_order_acquire);
  uint32_t   n        = 0;
  for (uint32_t p = 0; p < self->n_ports; ++p) {
    KitLv2Port* const port = &self->ports[p];
    double            value;
    if (port->data && *port->data != port->seen && kit_lv2_take_port(self, port, restored, &value)) {
      self->events[n++] = event_of(port, 0, value);
    }
  }
  return n;
}

static void
reply(KitLv2* self, KitLv2Urid type, KitLv2Port* about, int32_t sequence)
{
  if (self->n_replies < KIT_LV2_N_REPLIES) {
    self->replies[self->n_replies++] = (KitLv2Reply){type, about, sequence};
  }
}

/** Answer a message.  @return the port that it sets, or null. */
static KitLv2Port*
answer(KitLv2* self, const KitLv2Message* message)
{
  if (message->subject && message->subject != self->uri) {
    return NULL; // For somebody else
  }
  KitLv2Port* about = NULL;
  for (uint32_t p = 0; p < self->n_ports && message->property; ++p) {
    about = self->ports[p].uri == message->property ? &self->ports[p] : about;
  }
  if (message->type == self->urids[KIT_URID_GET]) {
    if (!message->has_property) {
      reply(self, KIT_URID_PUT, NULL, message->sequence);
    } else if (about) {
      reply(self, KIT_URID_SET, about, message->sequence);
    } else if (message->sequence) {
      reply(self, KIT_URID_ERROR, NULL, message->sequence);
    }
  } else if (message->type == self->urids[KIT_URID_SET]) {
    const bool taken = about && !isnan(message->value);
    if (message->sequence) {
      reply(self, taken ? KIT_URID_ACK : KIT_URID_ERROR, NULL, message->sequence);
    }
    return taken && !kit_plugin_is_held(self->plugin, about->param->slot) ? about : NULL;
  }
  return NULL;
}

// Hosts count beats of the metre's unit
static double
said(const KitLv2Message* message, KitLv2Urid urid)
{
  return message->time[urid - KIT_URID_TIME_BPM];
}

static KitHostTime
time_of(const KitLv2Message* message)
{
  const double unit     = said(message, KIT_URID_TIME_BEAT_UNIT);
  const double quarters = unit > 0.0 ? 4.0 / unit : 1.0;
  const double bars     = said(message, KIT_URID_TIME_BAR) * said(message, KIT_URID_TIME_BEATS_PER_BAR);
  const double speed    = said(message, KIT_URID_TIME_SPEED);
  return (KitHostTime){
    .bpm      = said(message, KIT_URID_TIME_BPM) * quarters,
    .playing  = isnan(speed) ? speed : (speed != 0.0 ? 1.0 : 0.0),
    .position = (bars + said(message, KIT_URID_TIME_BAR_BEAT)) * quarters,
  };
}

static void
process(KitLv2* self, uint32_t n_frames)
{
  KitProcess block = {
    (const void* const*)self->in, (void* const*)self->out, false, n_frames, self->events, port_events(self)};
  KitLv2Message message;
  uint32_t      done  = 0; // Frames that have been played
  uint32_t      at    = 0;
  uint32_t      frame = 0;
  while (kit_lv2_next_message(self, &at, &frame, &message)) {
    const bool        is_time = message.type && message.type == self->urids[KIT_URID_TIME_POSITION];
    KitLv2Port* const port    = is_time ? NULL : answer(self, &message);
    if (!port && !is_time) {
      continue;
    }
    const uint32_t last = n_frames ? n_frames - 1U : 0U;
    frame               = frame < last ? frame : last;
    frame               = frame > done ? frame : done;
    if (block.n_events + KIT_TIME_EVENTS > self->n_ports + KIT_LV2_N_EVENTS) {
      kit_plugin_process_part(self->plugin, &block, done, frame);
      block.n_events = 0;
      done           = frame;
    }
    if (is_time) {
      const KitHostTime time = time_of(&message);
      block.n_events += kit_time_events(&time, frame - done, self->events + block.n_events);
      continue;
    }
    self->events[block.n_events++] = event_of(port, frame - done, message.value);
    port->due |= KIT_LV2_REQUEST;
    self->any_due = true;
  }
  if (done) {
    kit_plugin_process_part(self->plugin, &block, done, n_frames);
  } else {
    kit_plugin_process(self->plugin, &block);
  }
}

static bool
tell_edit(void* handle, const KitEdit* edit)
{
  KitLv2* const self = (KitLv2*)handle;
  if (edit->type == KIT_EDIT_VALUE) {
    self->ports[self->ranks[edit->param->index]].due |= KIT_LV2_TELL | KIT_LV2_REQUEST;
    self->any_due = true;
  }
  return true;
}

void
kit_lv2_run(LV2_Handle handle, uint32_t n_frames)
{
  KitLv2* const self = (KitLv2*)handle;
  if (self->freewheel) {
    kit_instance_set_offline(kit_plugin_instance(self->plugin), *self->freewheel >= 0.5f);
  }
  process(self, n_frames);

  const uint32_t news = kit_plugin_news(self->plugin, &self->reader);
  self->changed       = self->changed || (news & KIT_NEWS_HISTORY);
  for (uint32_t p = 0; (news & KIT_NEWS_OUTSIDE) && p < self->n_ports; ++p) {
    self->ports[p].due |= KIT_LV2_TELL | KIT_LV2_REQUEST;
    self->any_due = true;
  }
  kit_plugin_tell_edits(self->plugin, tell_edit, self);
  kit_lv2_notify(self, n_frames ? n_frames - 1U : 0U);
  kit_plugin_latency_told(self->plugin);
  if (self->latency) {
    *self->latency = (float)kit_plugin_latency(self->plugin);
  }
}
