// SPDX-License-Identifier: ISC
#include "lv2_plugin.h"

#include <math.h>
#include <string.h>

// Atoms lie at multiples of 8 bytes
#define PADDED(size) (((size) + 7U) & ~7U)

/** An event that is an object.  A buffer should lie at a multiple of 8 bytes, but there are hosts (jalv 1.6)
    where it lies at one of 4. */
typedef struct __attribute__((packed, aligned(4))) {
  int64_t              frame;
  LV2_Atom             atom;
  LV2_Atom_Object_Body body;
} Head;

/** A property of an object: what a value of at most 8 bytes takes. */
typedef struct {
  LV2_URID key;
  LV2_URID context;
  uint32_t size;
  LV2_URID type;
  union {
    float                as_float;
    int32_t              as_int;
    LV2_URID             as_urid;
    LV2_Atom_Object_Body as_body; ///< Followed by the properties of an inner object
  } value;
} Property;

_Static_assert(sizeof(Head) == 24U && sizeof(Property) == 24U, "as in the buffer");

/* In */

static double
number_of(const KitLv2* self, LV2_URID type, const uint8_t* body, uint32_t size)
{
  const LV2_URID* const urids  = self->urids;
  double                value  = (double)NAN;
  float                 single = 0.0f;
  int64_t               whole  = 0;
  int32_t               brief  = 0;
  if (type == urids[KIT_URID_FLOAT] && size >= sizeof(single)) {
    memcpy(&single, body, sizeof(single));
    value = (double)single;
  } else if (type == urids[KIT_URID_DOUBLE] && size >= sizeof(value)) {
    memcpy(&value, body, sizeof(value));
  } else if (type == urids[KIT_URID_LONG] && size >= sizeof(whole)) {
    memcpy(&whole, body, sizeof(whole));
    value = (double)whole;
  } else if ((type == urids[KIT_URID_INT] || type == urids[KIT_URID_BOOL]) && size >= sizeof(brief)) {
    memcpy(&brief, body, sizeof(brief));
    value = type == urids[KIT_URID_BOOL] ? (brief ? 1.0 : 0.0) : (double)brief;
  }
  return value;
}

static void
read_property(const KitLv2* self, const uint8_t* at, const LV2_Atom_Property_Body* head,
              KitLv2Message* message)
{
  const LV2_URID* const urids = self->urids;
  for (uint32_t t = KIT_URID_TIME_BPM; t <= KIT_URID_TIME_BEAT_UNIT; ++t) {
    if (head->key == urids[t]) {
      message->time[t - KIT_URID_TIME_BPM] = number_of(self, head->value.type, at, head->value.size);
    }
  }
  const bool named = head->value.type == urids[KIT_URID_URID] && head->value.size >= sizeof(LV2_URID);
  LV2_URID   urid  = 0;
  if (named) {
    memcpy(&urid, at, sizeof(urid));
  }
  if (head->key == urids[KIT_URID_PROPERTY]) {
    message->property     = urid;
    message->has_property = true;
  } else if (head->key == urids[KIT_URID_SUBJECT]) {
    message->subject = named ? urid : UINT32_MAX;
  } else if (head->key == urids[KIT_URID_VALUE]) {
    message->value = number_of(self, head->value.type, at, head->value.size);
  } else if (head->key == urids[KIT_URID_SEQUENCE_NUMBER]) {
    const double number = number_of(self, head->value.type, at, head->value.size);
    message->sequence   = number >= 1.0 && number <= INT32_MAX ? (int32_t)number : 0;
  }
}

static void
read_object(const KitLv2* self, const uint8_t* body, uint32_t size, KitLv2Message* message)
{
  LV2_Atom_Object_Body head;
  memcpy(&head, body, sizeof(head));
  message->type = head.otype;
  for (uint32_t at = sizeof(head); at <= size && size - at >= sizeof(LV2_Atom_Property_Body);) {
    LV2_Atom_Property_Body property;
    memcpy(&property, body + at, sizeof(property));
    at += (uint32_t)sizeof(property);
    if (property.value.size > size - at) {
      return;
    }
    read_property(self, body + at, &property, message);
    at += PADDED(property.value.size);
  }
}

bool
kit_lv2_next_message(const KitLv2* self, uint32_t* at, uint32_t* frame, KitLv2Message* message)
{
  const LV2_Atom_Sequence* const control = self->control;
  if (!self->uri || !control || control->atom.type != self->urids[KIT_URID_SEQUENCE] ||
      control->atom.size < sizeof(LV2_Atom_Sequence_Body)) {
    return false;
  }
  const uint8_t* const events = (const uint8_t*)(control + 1);
  const uint32_t       size   = control->atom.size - (uint32_t)sizeof(LV2_Atom_Sequence_Body);
  if (*at > size || size - *at < sizeof(LV2_Atom_Event)) {
    return false;
  }
  LV2_Atom_Event event;
  memcpy(&event, events + *at, sizeof(event));
  *at += (uint32_t)sizeof(event);
  if (event.body.size > size - *at) {
    return false;
  }
  *frame =
    event.time.frames > 0 ? (uint32_t)(event.time.frames < UINT32_MAX ? event.time.frames : UINT32_MAX) : 0U;
  const double none = (double)NAN;
  *message          = (KitLv2Message){.value = none, .time = {none, none, none, none, none, none}};
  if ((event.body.type == self->urids[KIT_URID_OBJECT] || event.body.type == self->urids[KIT_URID_BLANK]) &&
      event.body.size >= sizeof(LV2_Atom_Object_Body)) {
    read_object(self, events + *at, event.body.size, message);
  }
  *at += PADDED(event.body.size);
  return true;
}

/* Out */

/** A sequence while it is written. */
typedef struct {
  const KitLv2* self;
  uint8_t*      buffer;
  uint32_t      size; ///< Bytes written
  uint32_t      room; ///< Bytes left
  uint32_t      frame;
} Out;

/** Append a message with `n` properties, and before them its answer's number, if any.  @return where they go,
   or null without room. */
static Property*
append(Out* out, KitLv2Urid type, int32_t number, uint32_t n)
{
  const LV2_URID* const urids = out->self->urids;
  const uint32_t        size  = (uint32_t)(sizeof(Head) + (n + (number ? 1U : 0U)) * sizeof(Property));
  if (size > out->room) {
    return NULL;
  }
  uint8_t* const at         = out->buffer + out->size;
  Property*      properties = (Property*)(at + sizeof(Head));
  *(Head*)at                = (Head){
                   .frame = out->frame,
                   .atom  = {(uint32_t)(size - offsetof(Head, body)), urids[KIT_URID_OBJECT]},
                   .body  = {0, urids[type]},
  };
  if (number) {
    *properties++ = (Property){
      urids[KIT_URID_SEQUENCE_NUMBER], 0, sizeof(int32_t), urids[KIT_URID_INT], {.as_int = number}};
  }
  out->size += size;
  out->room -= size;
  return properties;
}

static Property
value_of(const KitLv2* self, LV2_URID key, const KitLv2Port* port)
{
  const double value = kit_plugin_value(self->plugin, port->param->slot);
  Property     made  = {.key = key, .size = sizeof(float), .type = self->urids[port->type]};
  if (port->type == KIT_URID_FLOAT) {
    made.value.as_float = (float)value;
  } else {
    made.value.as_int = (int32_t)value;
  }
  return made;
}

static bool
append_set(Out* out, const KitLv2Port* port, int32_t number)
{
  const LV2_URID* const urids      = out->self->urids;
  Property* const       properties = append(out, KIT_URID_SET, number, 2U);
  if (properties) {
    properties[0] =
      (Property){urids[KIT_URID_PROPERTY], 0, sizeof(LV2_URID), urids[KIT_URID_URID], {.as_urid = port->uri}};
    properties[1] = value_of(out->self, urids[KIT_URID_VALUE], port);
  }
  return properties != NULL;
}

static bool
append_put(Out* out, int32_t number)
{
  const KitLv2* const self       = out->self;
  Property* const     properties = append(out, KIT_URID_PUT, number, 1U + self->n_ports);
  if (!properties) {
    return false;
  }
  properties[0] = (Property){self->urids[KIT_URID_BODY],
                             0,
                             (uint32_t)(sizeof(LV2_Atom_Object_Body) + self->n_ports * sizeof(Property)),
                             self->urids[KIT_URID_OBJECT],
                             {.as_body = {0, 0}}};
  for (uint32_t p = 0; p < self->n_ports; ++p) {
    properties[1U + p] = value_of(self, self->ports[p].uri, &self->ports[p]);
  }
  return true;
}

/** @return false where it has to wait. */
static bool
append_reply(KitLv2* self, Out* out, const KitLv2Reply* reply)
{
  if (reply->type == KIT_URID_SET) {
    return append_set(out, reply->about, reply->sequence);
  }
  if (reply->type != KIT_URID_PUT) {
    return append(out, reply->type, reply->sequence, 0) != NULL;
  }
  if (!append_put(out, reply->sequence)) { // A host with less room than it was asked for: in pieces
    for (uint32_t p = 0; p < self->n_ports; ++p) {
      self->ports[p].due |= KIT_LV2_TELL;
    }
    self->any_due = true;
  }
  return true;
}

static void
append_replies(KitLv2* self, Out* out)
{
  uint32_t n = 0;
  while (n < self->n_replies && append_reply(self, out, &self->replies[n])) {
    ++n;
  }
  self->n_replies -= n;
  memmove(self->replies, self->replies + n, self->n_replies * sizeof(KitLv2Reply));
  if (self->changed && append(out, KIT_URID_STATE_CHANGED, 0, 0)) {
    self->changed = false;
  }
}

static void
request(KitLv2* self, KitLv2Port* port)
{
  const float value = kit_lv2_shown(self, port->param);
  if (self->request && port->data && *port->data != value) {
    port->asked = self->request->request_change(self->request->handle, port->port, value) ? NAN : value;
  }
}

void
kit_lv2_notify(KitLv2* self, uint32_t frame)
{
  LV2_Atom_Sequence* const notify = self->uri ? (LV2_Atom_Sequence*)self->notify : NULL;
  // The host says in the size of the atom how much room there is
  const bool fits = notify && notify->atom.size >= sizeof(LV2_Atom_Sequence) && !((uintptr_t)notify % 4U);
  Out        out  = {self, self->notify, sizeof(LV2_Atom_Sequence), 0U, frame};
  bool       left = false;
  if (fits) {
    out.room = notify->atom.size - out.size;
    append_replies(self, &out);
  } else {
    self->n_replies = 0;
    self->changed   = false;
  }
  for (uint32_t p = 0; self->any_due && p < self->n_ports; ++p) {
    KitLv2Port* const port = &self->ports[p];
    if (port->due & KIT_LV2_REQUEST) {
      request(self, port);
    }
    port->due = (port->due & KIT_LV2_TELL) && fits && !append_set(&out, port, 0) ? KIT_LV2_TELL : 0U;
    left      = left || port->due;
  }
  self->any_due = left;
  if (fits) {
    notify->atom = (LV2_Atom){out.size - (uint32_t)sizeof(LV2_Atom), self->urids[KIT_URID_SEQUENCE]};
    notify->body = (LV2_Atom_Sequence_Body){0, 0};
  }
}
