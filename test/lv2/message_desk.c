// SPDX-License-Identifier: ISC
#include "message_desk.h"

#include "guard.h"
#include "vstkit/alloc.h"

#include <lv2/atom/util.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_URIS 512U

static char*    uris[MAX_URIS];
static uint32_t n_uris;

static LV2_URID
map_uri(void* handle, const char* uri)
{
  (void)handle;
  for (uint32_t i = 0; i < n_uris; ++i) {
    if (!strcmp(uris[i], uri)) {
      return i + 1U;
    }
  }
  uris[n_uris++] = kit_strdup(uri);
  return n_uris;
}

static int
request_change(void* handle, uint32_t port, float value)
{
  Desk* const desk = (Desk*)handle;
  ++desk->n_asked;
  desk->asked_port = port;
  desk->asked      = value;
  if (desk->at_once) {
    desk->controls[port] = value;
  }
  return desk->answer;
}

static void
connect(Desk* desk, KitLv2FixedPort port, void* data)
{
  desk->type->connect_port(desk->handle, kit_lv2_fixed_port(&kit_layouts[0], port), data);
}

void
desk_open(Desk* desk)
{
  static LV2_URID_Map      map        = {NULL, map_uri};
  const LV2_Feature        mapped     = {LV2_URID__map, &map};
  const LV2_Feature        requested  = {KIT_LV2_CHANGE_REQUEST, &desk->request};
  const LV2_Feature* const features[] = {&mapped, &requested, NULL};
  memset(desk, 0, sizeof(*desk));
  desk->request = (KitLv2ChangeRequest){desk, request_change};
  desk->type    = lv2_descriptor(0);
  desk->handle  = desk->type->instantiate(desk->type, RATE, "", features);
  desk->self    = (KitLv2*)desk->handle;
  desk->room    = N_BYTES;
  for (uint32_t c = 0; c < 4U; ++c) {
    desk->type->connect_port(desk->handle, c, desk->audio[c]);
  }
  for (uint32_t p = 0; p < desk->self->n_ports; ++p) {
    const KitLv2Port* const port = &desk->self->ports[p];
    desk->controls[port->port]   = kit_lv2_shown(desk->self, port->param);
    desk->type->connect_port(desk->handle, port->port, &desk->controls[port->port]);
  }
  connect(desk, KIT_LV2_FREEWHEEL, &desk->freewheel);
  connect(desk, KIT_LV2_NOTIFY, desk->notify);
  desk->type->activate(desk->handle);
}

void
desk_close(Desk* desk)
{
  desk->type->deactivate(desk->handle);
  desk->type->cleanup(desk->handle);
  free(desk->control);
}

LV2_URID
urid(const char* uri)
{
  return map_uri(NULL, uri);
}

static void
put(Bytes* bytes, const void* data, uint32_t size)
{
  memcpy(bytes->bytes + bytes->size, data, size);
  bytes->size += size;
  while (bytes->size % 8U) {
    bytes->bytes[bytes->size++] = 0;
  }
}

void
put_property(Bytes* bytes, const char* key, const char* type, const void* data, uint32_t size)
{
  const LV2_Atom_Property_Body head = {urid(key), 0, {size, urid(type)}};
  put(bytes, &head, sizeof(head));
  put(bytes, data, size);
}

void
put_object(Bytes* bytes, int64_t frame, const char* type, const Bytes* more)
{
  const LV2_Atom_Object_Body body = {0, urid(type)};
  const LV2_Atom_Event       head = {.time.frames = frame,
                                     .body = {(uint32_t)sizeof(body) + more->size, urid(LV2_ATOM__Object)}};
  put(bytes, &head, sizeof(head));
  put(bytes, &body, sizeof(body));
  memcpy(bytes->bytes + bytes->size, more->bytes, more->size);
  bytes->size += more->size;
}

void
put_urid(Bytes* bytes, const char* key, LV2_URID value)
{
  put_property(bytes, key, LV2_ATOM__URID, &value, sizeof(value));
}

void
put_sequence_number(Bytes* bytes, int32_t number)
{
  if (number) {
    put_property(bytes, LV2_PATCH__sequenceNumber, LV2_ATOM__Int, &number, sizeof(number));
  }
}

void
put_set(Bytes* bytes, int64_t frame, LV2_URID property, double value)
{
  static Bytes more;
  const float  single = (float)value;
  more.size           = 0;
  put_urid(&more, LV2_PATCH__property, property);
  put_property(&more, LV2_PATCH__value, LV2_ATOM__Float, &single, sizeof(single));
  put_object(bytes, frame, LV2_PATCH__Set, &more);
}

void
desk_hand_in(Desk* desk, const Bytes* bytes)
{
  const LV2_Atom_Sequence head = {
    {(uint32_t)sizeof(LV2_Atom_Sequence_Body) + bytes->size, urid(LV2_ATOM__Sequence)}, {0, 0}};
  free(desk->control);
  desk->control = (uint8_t*)malloc(sizeof(head) + bytes->size);
  memcpy(desk->control, &head, sizeof(head));
  memcpy(desk->control + sizeof(head), bytes->bytes, bytes->size);
  connect(desk, KIT_LV2_CONTROL, desk->control);
}

/* What comes out */

static double
number_of(const LV2_Atom* atom)
{
  const void* const body = atom + 1;
  if (atom->type == urid(LV2_ATOM__Float)) {
    return (double)*(const float*)body;
  }
  return atom->type == urid(LV2_ATOM__Int) || atom->type == urid(LV2_ATOM__Bool)
           ? (double)*(const int32_t*)body
           : (double)NAN;
}

static void
note(Desk* desk, const Told* told)
{
  if (desk->n_told < MAX_TOLD) {
    desk->told[desk->n_told++] = *told;
  }
}

static void
read_message(Desk* desk, const LV2_Atom_Object* object)
{
  const LV2_Atom* property = NULL;
  const LV2_Atom* value    = NULL;
  const LV2_Atom* number   = NULL;
  const LV2_Atom* body     = NULL;
  lv2_atom_object_get(object, urid(LV2_PATCH__property), &property, urid(LV2_PATCH__value), &value,
                      urid(LV2_PATCH__sequenceNumber), &number, urid(LV2_PATCH__body), &body, 0);
  Told told     = {.type = object->body.otype};
  told.sequence = number ? ((const LV2_Atom_Int*)number)->body : 0;
  if (!body) {
    told.property   = property ? ((const LV2_Atom_URID*)property)->body : 0;
    told.value_type = value ? value->type : 0;
    told.value      = value ? number_of(value) : (double)NAN;
    note(desk, &told);
    return;
  }
  LV2_ATOM_OBJECT_FOREACH((const LV2_Atom_Object*)body, p)
  {
    told.property   = p->key;
    told.value_type = p->value.type;
    told.value      = number_of(&p->value);
    note(desk, &told);
  }
}

void
desk_run(Desk* desk, uint32_t n_frames)
{
  LV2_Atom_Sequence* const out = (LV2_Atom_Sequence*)desk->notify;
  out->atom                    = (LV2_Atom){desk->room, urid(LV2_ATOM__Chunk)};
  desk->n_told                 = 0;
  if (desk->freewheel < 0.5f) {
    rt_guard_enter();
  }
  desk->type->run(desk->handle, n_frames);
  if (desk->freewheel < 0.5f) {
    rt_guard_leave();
  }
  if (out->atom.type == urid(LV2_ATOM__Sequence)) {
    LV2_ATOM_SEQUENCE_FOREACH(out, event)
    {
      if (event->time.frames >= 0 && (event->time.frames < n_frames || !n_frames)) {
        read_message(desk, (const LV2_Atom_Object*)&event->body);
      }
    }
  }
  connect(desk, KIT_LV2_CONTROL, NULL);
}

const Told*
desk_find(const Desk* desk, const char* type, LV2_URID property)
{
  for (uint32_t i = 0; i < desk->n_told; ++i) {
    if (desk->told[i].type == urid(type) && desk->told[i].property == property) {
      return &desk->told[i];
    }
  }
  return NULL;
}

KitLv2Port*
random_port(const Desk* desk, KitRng* rng)
{
  return &desk->self->ports[kit_rng_next32(rng) % desk->self->n_ports];
}

double
fresh_value(const Desk* desk, const KitLv2Port* port, KitRng* rng)
{
  for (;;) {
    const double value = (double)(float)kit_param_from_normal(port->param->param, kit_rng_uniform(rng));
    if (value != kit_plugin_value(desk->self->plugin, port->param->slot) &&
        kit_param_clamp(port->param->param, value) == value) {
      return value;
    }
  }
}

bool
desk_holds(const Desk* desk, const KitLv2Port* port, double value)
{
  return kit_plugin_value(desk->self->plugin, port->param->slot) == value;
}

float
shown(const KitLv2Port* port, double value)
{
  return (float)(port->param->slot == KIT_BYPASS_SLOT ? 1.0 - value : value);
}

void
desk_forget_uris(void)
{
  while (n_uris) {
    kit_free(uris[--n_uris]);
  }
}
