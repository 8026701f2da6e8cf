// SPDX-License-Identifier: ISC
#include "clap_host.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
list_size(const clap_input_events_t* list)
{
  return ((const ClapEvents*)list->ctx)->n;
}

static const clap_event_header_t*
list_get(const clap_input_events_t* list, uint32_t index)
{
  const ClapEvents* const self = (const ClapEvents*)list->ctx;
  return index < self->n ? &self->events[index].header : NULL;
}

void
clap_events_init(ClapEvents* list)
{
  *list    = (ClapEvents){0};
  list->in = (clap_input_events_t){list, list_size, list_get};
}

void
clap_events_cleanup(ClapEvents* list)
{
  free(list->events);
  clap_events_init(list);
}

ClapEvent*
clap_events_add(ClapEvents* list, uint32_t frame, uint16_t type, uint32_t size)
{
  if (list->n == list->room) {
    list->room   = list->room ? list->room * 2U : 64U;
    list->events = (ClapEvent*)realloc(list->events, list->room * sizeof(ClapEvent));
    if (!list->events) {
      abort();
    }
  }
  ClapEvent* const event = &list->events[list->n++];
  memset(event, 0, sizeof(*event));
  event->header = (clap_event_header_t){size, frame, CLAP_CORE_EVENT_SPACE_ID, type, 0};
  return event;
}

void
clap_events_value(ClapEvents* list, uint32_t frame, clap_id id, double value)
{
  clap_event_param_value_t* const e =
    &clap_events_add(list, frame, CLAP_EVENT_PARAM_VALUE, sizeof(clap_event_param_value_t))->value;
  e->param_id = id;
  e->note_id = e->port_index = e->channel = e->key = -1;
  e->value                                         = value;
}

void
clap_events_transport(ClapEvents* list, uint32_t frame, const clap_event_transport_t* transport)
{
  clap_event_transport_t* const e =
    &clap_events_add(list, frame, CLAP_EVENT_TRANSPORT, sizeof(clap_event_transport_t))->transport;
  const clap_event_header_t header = e->header;
  *e                               = *transport;
  e->header                        = header;
}

void
clap_events_mod(ClapEvents* list, uint32_t frame, clap_id id, double amount)
{
  clap_event_param_mod_t* const e =
    &clap_events_add(list, frame, CLAP_EVENT_PARAM_MOD, sizeof(clap_event_param_mod_t))->mod;
  e->param_id = id;
  e->note_id = e->port_index = e->channel = e->key = -1;
  e->amount                                        = amount;
}

void
clap_events_gesture(ClapEvents* list, uint32_t frame, clap_id id, uint16_t type)
{
  clap_events_add(list, frame, type, sizeof(clap_event_param_gesture_t))->gesture.param_id = id;
}

static uint64_t
step(ClapText* text, uint64_t size)
{
  const uint64_t most = text->chunk ? text->chunk : 1U + kit_rng_next32(&text->rng) % 7U;
  return size < most ? size : most;
}

static int64_t
text_write(const clap_ostream_t* stream, const void* data, uint64_t size)
{
  ClapText* const text = (ClapText*)stream->ctx;
  const uint64_t  n    = step(text, size);
  if (text->size + n > text->fail_at) {
    return -1;
  }
  if (text->size + n > text->room) {
    text->room = (text->size + n) * 2U;
    text->data = (char*)realloc(text->data, text->room);
    if (!text->data) {
      abort();
    }
  }
  if (n) {
    memcpy(text->data + text->size, data, n);
  }
  text->size += n;
  return (int64_t)n;
}

static int64_t
text_read(const clap_istream_t* stream, void* data, uint64_t size)
{
  ClapText* const text = (ClapText*)stream->ctx;
  const uint64_t  left = text->size - text->at;
  const uint64_t  most = step(text, size);
  const uint64_t  n    = left < most ? left : most;
  if (text->at + n > text->fail_at) {
    return -1;
  }
  if (n) {
    memcpy(data, text->data + text->at, n);
  }
  text->at += n;
  return (int64_t)n;
}

void
clap_text_init(ClapText* text, size_t chunk)
{
  *text     = (ClapText){.chunk = chunk, .fail_at = SIZE_MAX};
  text->out = (clap_ostream_t){text, text_write};
  text->in  = (clap_istream_t){text, text_read};
  kit_rng_init(&text->rng, 5);
}

void
clap_text_set(ClapText* text, const char* data, size_t size)
{
  const size_t chunk   = text->chunk;
  const size_t fail_at = text->fail_at;
  text->chunk          = SIZE_MAX;
  text->fail_at        = SIZE_MAX;
  text->size           = 0;
  text_write(&text->out, data, size);
  text->chunk   = chunk;
  text->fail_at = fail_at;
  text->at      = 0;
}

void
clap_text_cleanup(ClapText* text)
{
  free(text->data);
  clap_text_init(text, text->chunk);
}

bool
clap_save(const ClapPlugin* plugin, ClapText* text)
{
  text->size = 0;
  text->at   = 0;
  return plugin->state->save(plugin->p, &text->out);
}

bool
clap_load(const ClapPlugin* plugin, ClapText* text)
{
  text->at = 0;
  return plugin->state->load(plugin->p, &text->in);
}
