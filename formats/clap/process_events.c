// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include "transport.h"

#include <math.h>

/** The events of one block on their way into the instance. */
typedef struct {
  KitClap*                   self;
  const KitProcess*          block;
  const clap_input_events_t* list;
  uint32_t                   n_list;
  uint32_t                   next; ///< In the list
  uint32_t                   n;    ///< In KitClap::events, at absolute frames
  uint32_t                   at;   ///< Frames of the block done
  uint32_t                   n_taken;
} Feed;

static const KitHostParam*
find(const KitClap* self, clap_id id)
{
  return kit_directory_find(kit_plugin_directory(self->kit), id);
}

static bool
read_value(const KitClap* self, const clap_event_header_t* header, KitEvent* event)
{
  const clap_event_param_value_t* const e = (const clap_event_param_value_t*)header;
  if (header->size < sizeof(*e)) {
    return false;
  }
  const KitHostParam* const param = find(self, e->param_id);
  if (!param || isnan(e->value) || kit_plugin_is_held(self->kit, param->slot)) {
    return false; // While a hand is on it, the hand wins
  }
  event->type  = param->slot == KIT_BYPASS_SLOT ? KIT_EVENT_BYPASS : KIT_EVENT_VALUE;
  event->slot  = param->slot;
  event->value = e->value;
  return true;
}

static bool
read_modulation(const KitClap* self, const clap_event_header_t* header, KitEvent* event)
{
  const clap_event_param_mod_t* const e = (const clap_event_param_mod_t*)header;
  if (header->size < sizeof(*e)) {
    return false;
  }
  const KitHostParam* const param = find(self, e->param_id);
  if (!param || param->slot == KIT_BYPASS_SLOT || isnan(e->amount)) {
    return false;
  }
  event->type  = KIT_EVENT_MODULATION;
  event->slot  = param->slot;
  event->value = e->amount;
  return true;
}

static KitHostTime
time_of(const clap_event_transport_t* transport)
{
  KitHostTime time = KIT_NO_TIME;
  if (transport && transport->header.size >= sizeof(*transport)) {
    const uint32_t flags = transport->flags;
    time.playing         = flags & CLAP_TRANSPORT_IS_PLAYING ? 1.0 : 0.0;
    time.bpm             = flags & CLAP_TRANSPORT_HAS_TEMPO ? transport->tempo : time.bpm;
    time.position        = flags & CLAP_TRANSPORT_HAS_BEATS_TIMELINE
                             ? (double)transport->song_pos_beats / (double)CLAP_BEATTIME_FACTOR
                             : time.position;
  }
  return time;
}

static bool
read_event(const KitClap* self, const clap_event_header_t* header, KitEvent* event)
{
  if (!header || header->space_id != CLAP_CORE_EVENT_SPACE_ID) {
    return false;
  }
  switch (header->type) {
    case CLAP_EVENT_PARAM_VALUE: return read_value(self, header, event);
    case CLAP_EVENT_PARAM_MOD: return read_modulation(self, header, event);
    default: return false;
  }
}

// An event before its predecessor, or before what is done, counts as late; one beyond the end as the last
// frame
static uint32_t
frame_of(const Feed* feed, const clap_event_header_t* header)
{
  const uint32_t n_frames = feed->block->n_frames;
  const uint32_t last     = n_frames ? n_frames - 1U : 0U;
  const uint32_t floor    = feed->n ? feed->self->events[feed->n - 1U].frame : feed->at;
  const uint32_t frame    = header->time < last ? header->time : last;
  return frame > floor ? frame : floor;
}

static void
fetch(Feed* feed)
{
  while (feed->next < feed->n_list && feed->n + KIT_TIME_EVENTS <= KIT_CLAP_EVENTS) {
    const clap_event_header_t* const header = feed->list->get(feed->list, feed->next++);
    KitEvent* const                  event  = &feed->self->events[feed->n];
    if (header && header->space_id == CLAP_CORE_EVENT_SPACE_ID && header->type == CLAP_EVENT_TRANSPORT) {
      const KitHostTime time = time_of((const clap_event_transport_t*)header);
      feed->n += kit_time_events(&time, frame_of(feed, header), event);
    } else if (read_event(feed->self, header, event)) {
      event->frame = frame_of(feed, header);
      ++feed->n;
      ++feed->n_taken;
    }
  }
}

/** Process up to frame `to` with the first `n` of the waiting events, and forget these. */
static void
advance(Feed* feed, uint32_t to, uint32_t n)
{
  KitEvent* const events = feed->self->events;
  for (uint32_t i = 0; i < n; ++i) {
    events[i].frame -= feed->at;
  }
  KitProcess block = *feed->block;
  block.events     = events;
  block.n_events   = n;
  kit_plugin_process_part(feed->self->kit, &block, feed->at, to);

  feed->at = to;
  feed->n -= n;
  for (uint32_t i = 0; i < feed->n; ++i) {
    events[i] = events[i + n];
  }
}

// The buffer is full and the list goes on: all events of a frame must reach the instance together if they can
static void
advance_some(Feed* feed)
{
  const KitEvent* const events = feed->self->events;
  const uint32_t        last   = events[feed->n - 1U].frame;
  uint32_t              n      = feed->n;
  while (n && events[n - 1U].frame == last) {
    --n;
  }
  advance(feed, last, last > feed->at ? n : feed->n);
}

uint32_t
kit_clap_run(KitClap* self, const KitProcess* block, const clap_input_events_t* events,
             const clap_event_transport_t* transport)
{
  Feed              feed = {.self = self, .block = block, .list = events};
  const KitHostTime time = time_of(transport);
  kit_instance_set_offline(self->instance, atomic_load(&self->offline));
  kit_time_tell(self->instance, &time);
  if (events && events->size && events->get) {
    feed.n_list = events->size(events);
  }
  fetch(&feed);
  while (feed.next < feed.n_list) {
    advance_some(&feed);
    fetch(&feed);
  }
  advance(&feed, block->n_frames, feed.n);
  return feed.n_taken;
}

static bool
push(void* handle, const KitEdit* edit)
{
  const clap_output_events_t* const events = (const clap_output_events_t*)handle;
  if (edit->type == KIT_EDIT_VALUE) {
    const clap_event_param_value_t value = {
      .header     = {sizeof(value), 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, 0},
      .param_id   = edit->param->id,
      .note_id    = -1,
      .port_index = -1,
      .channel    = -1,
      .key        = -1,
      .value      = edit->value,
    };
    return events->try_push(events, &value.header);
  }
  const uint16_t type =
    edit->type == KIT_EDIT_BEGIN ? CLAP_EVENT_PARAM_GESTURE_BEGIN : CLAP_EVENT_PARAM_GESTURE_END;
  const clap_event_param_gesture_t gesture = {
    .header   = {sizeof(gesture), 0, CLAP_CORE_EVENT_SPACE_ID, type, 0},
    .param_id = edit->param->id,
  };
  return events->try_push(events, &gesture.header);
}

void
kit_clap_tell_edits(KitClap* self, const clap_output_events_t* events)
{
  if (events && events->try_push) {
    kit_plugin_tell_edits(self->kit, push, (void*)(uintptr_t)events);
  }
}
