// SPDX-License-Identifier: ISC
#include "lv2_ui.h"

#include "system.h"
#include "vstkit/alloc.h"

#include <lv2/atom/atom.h>
#include <lv2/patch/patch.h>

#include <math.h>
#include <string.h>

#define ECHO_S 0.3 ///< How late an echo may come

static const char* const uris[KIT_LV2_UI_N_URIDS] = {
  [KIT_UI_BLANK]    = LV2_ATOM__Blank,
  [KIT_UI_BOOL]     = LV2_ATOM__Bool,
  [KIT_UI_DOUBLE]   = LV2_ATOM__Double,
  [KIT_UI_FLOAT]    = LV2_ATOM__Float,
  [KIT_UI_INT]      = LV2_ATOM__Int,
  [KIT_UI_LONG]     = LV2_ATOM__Long,
  [KIT_UI_OBJECT]   = LV2_ATOM__Object,
  [KIT_UI_URID]     = LV2_ATOM__URID,
  [KIT_UI_TRANSFER] = LV2_ATOM__eventTransfer,
  [KIT_UI_BODY]     = LV2_PATCH__body,
  [KIT_UI_GET]      = LV2_PATCH__Get,
  [KIT_UI_PROPERTY] = LV2_PATCH__property,
  [KIT_UI_PUT]      = LV2_PATCH__Put,
  [KIT_UI_SET]      = LV2_PATCH__Set,
  [KIT_UI_VALUE]    = LV2_PATCH__value,
  [KIT_UI_SCALE]    = LV2_UI__scaleFactor,
};

bool
kit_lv2_ui_init_ports(KitLv2Ui* self, const LV2_URID_Map* map)
{
  const KitDirectory* const directory = kit_plugin_directory(self->plugin);
  const KitLayout* const    layout    = kit_plugin_layout(self->plugin);
  self->n_ports                       = directory->n_published + 1U;
  self->ports                         = (KitLv2UiPort*)kit_calloc(self->n_ports, sizeof(KitLv2UiPort));
  if (!self->ports) {
    return false;
  }
  for (uint32_t p = 0; p < self->n_ports; ++p) {
    const bool                is_bypass = p == directory->n_published;
    const KitHostParam* const param     = &directory->list[is_bypass ? p : directory->published[p]];
    char                      uri[256];
    kit_lv2_param_uri(directory->effect, param, uri, sizeof(uri));
    self->ports[p] = (KitLv2UiPort){
      .param = param,
      .port  = is_bypass ? kit_lv2_fixed_port(layout, KIT_LV2_ENABLED) : kit_lv2_first_param_port(layout) + p,
      .uri   = map ? map->map(map->handle, uri) : 0U,
      .held  = NAN,
      .late  = NAN,
    };
  }
  for (uint32_t i = 0; map && i < KIT_LV2_UI_N_URIDS; ++i) {
    self->urids[i] = map->map(map->handle, uris[i]);
  }
  self->control = kit_lv2_fixed_port(layout, KIT_LV2_CONTROL);
  self->notify  = kit_lv2_fixed_port(layout, KIT_LV2_NOTIFY);
  return true;
}

/* From the host */

static void
set_mirror(KitLv2Ui* self, const KitLv2UiPort* port, double value)
{
  KitInstance* const instance = kit_plugin_instance(self->plugin);
  if (isnan(value) || kit_plugin_is_held(self->plugin, port->param->slot)) {
    return; // While the hand drags, the hand wins
  }
  if (port->param->slot == KIT_BYPASS_SLOT) {
    kit_instance_set_bypassed(instance, value >= 0.5);
  } else if ((float)kit_plugin_value(self->plugin, port->param->slot) != (float)value) {
    kit_instance_set(instance, port->param->slot, value);
  }
}

static double
value_of(const KitLv2UiPort* port, float shown)
{
  return port->param->slot == KIT_BYPASS_SLOT ? (shown < 0.5f ? 1.0 : 0.0) : (double)shown;
}

static float
shown(const KitLv2Ui* self, const KitLv2UiPort* port)
{
  const double value = kit_plugin_value(self->plugin, port->param->slot);
  return (float)(port->param->slot == KIT_BYPASS_SLOT ? 1.0 - value
                                                      : kit_param_clamp(port->param->param, value));
}

static void
take_value(KitLv2Ui* self, KitLv2UiPort* port, float value)
{
  if (port->sent_s > 0.0 && value != port->held) {
    port->late = value;
    return;
  }
  port->sent_s = 0.0;
  port->late   = NAN;
  port->held   = value;
  set_mirror(self, port, value_of(port, value));
}

static KitLv2UiPort*
port_of_uri(KitLv2Ui* self, LV2_URID uri)
{
  for (uint32_t p = 0; p < self->n_ports && uri; ++p) {
    if (self->ports[p].uri == uri) {
      return &self->ports[p];
    }
  }
  return NULL;
}

static double
number_of(const KitLv2Ui* self, const LV2_Atom* atom)
{
  const void* const body   = atom + 1;
  double            number = (double)NAN;
  float             single;
  int32_t           brief;
  int64_t           whole;
  if (atom->type == self->urids[KIT_UI_FLOAT] && atom->size >= sizeof(single)) {
    memcpy(&single, body, sizeof(single));
    number = (double)single;
  } else if (atom->type == self->urids[KIT_UI_DOUBLE] && atom->size >= sizeof(number)) {
    memcpy(&number, body, sizeof(number));
  } else if (atom->type == self->urids[KIT_UI_LONG] && atom->size >= sizeof(whole)) {
    memcpy(&whole, body, sizeof(whole));
    number = (double)whole;
  } else if ((atom->type == self->urids[KIT_UI_INT] || atom->type == self->urids[KIT_UI_BOOL]) &&
             atom->size >= sizeof(brief)) {
    memcpy(&brief, body, sizeof(brief));
    number = (double)brief;
  }
  return number;
}

/** Step through the properties of an object: {0} at first.  @return null at the end. */
static const LV2_Atom_Property_Body*
next_property(const LV2_Atom_Object_Body* object, uint32_t size, uint32_t* at)
{
  const uint32_t from = *at ? *at : (uint32_t)sizeof(LV2_Atom_Object_Body);
  if (from > size || size - from < sizeof(LV2_Atom_Property_Body)) {
    return NULL;
  }
  const LV2_Atom_Property_Body* const property =
    (const LV2_Atom_Property_Body*)(const void*)((const uint8_t*)object + from);
  const uint32_t rest = size - from - (uint32_t)sizeof(LV2_Atom_Property_Body);
  if (property->value.size > rest) {
    return NULL;
  }
  *at = from + (uint32_t)sizeof(LV2_Atom_Property_Body) + ((property->value.size + 7U) & ~7U);
  return property;
}

// The plugin holds more than its ports say: messages come from it, not from them
static void
take_set(KitLv2Ui* self, const LV2_Atom_Object_Body* object, uint32_t size)
{
  KitLv2UiPort* port  = NULL;
  double        value = (double)NAN;
  uint32_t      at    = 0;
  for (const LV2_Atom_Property_Body* p; (p = next_property(object, size, &at));) {
    if (p->key == self->urids[KIT_UI_PROPERTY] && p->value.type == self->urids[KIT_UI_URID] &&
        p->value.size >= sizeof(LV2_URID)) {
      port = port_of_uri(self, *(const LV2_URID*)(const void*)(p + 1));
    } else if (p->key == self->urids[KIT_UI_VALUE]) {
      value = number_of(self, &p->value);
    }
  }
  if (port) {
    set_mirror(self, port, value);
  }
}

static void
take_put(KitLv2Ui* self, const LV2_Atom_Object_Body* object, uint32_t size)
{
  uint32_t at = 0;
  for (const LV2_Atom_Property_Body* p; (p = next_property(object, size, &at));) {
    if (p->key != self->urids[KIT_UI_BODY] || p->value.size < sizeof(LV2_Atom_Object_Body)) {
      continue;
    }
    const LV2_Atom_Object_Body* const body  = (const LV2_Atom_Object_Body*)(const void*)(p + 1);
    uint32_t                          inner = 0;
    for (const LV2_Atom_Property_Body* v; (v = next_property(body, p->value.size, &inner));) {
      const KitLv2UiPort* const port = port_of_uri(self, v->key);
      if (port) {
        set_mirror(self, port, number_of(self, &v->value));
      }
    }
  }
}

static void
take_atom(KitLv2Ui* self, const LV2_Atom* atom, uint32_t size)
{
  if (size < sizeof(LV2_Atom) || atom->size > size - sizeof(LV2_Atom) ||
      atom->size < sizeof(LV2_Atom_Object_Body) ||
      (atom->type != self->urids[KIT_UI_OBJECT] && atom->type != self->urids[KIT_UI_BLANK])) {
    return;
  }
  const LV2_Atom_Object_Body* const object = (const LV2_Atom_Object_Body*)(const void*)(atom + 1);
  if (object->otype == self->urids[KIT_UI_SET]) {
    take_set(self, object, atom->size);
  } else if (object->otype == self->urids[KIT_UI_PUT]) {
    take_put(self, object, atom->size);
  }
}

void
kit_lv2_ui_port_event(LV2UI_Handle handle, uint32_t port, uint32_t size, uint32_t format, const void* buffer)
{
  KitLv2Ui* const self = (KitLv2Ui*)handle;
  if (!buffer) {
    return;
  }
  if (format) {
    if (port == self->notify && format == self->urids[KIT_UI_TRANSFER] && !((uintptr_t)buffer % 4U)) {
      take_atom(self, (const LV2_Atom*)buffer, size);
    }
    return;
  }
  for (uint32_t p = 0; size == sizeof(float) && p < self->n_ports; ++p) {
    if (self->ports[p].port == port) {
      float value;
      memcpy(&value, buffer, sizeof(value));
      take_value(self, &self->ports[p], value);
    }
  }
}

/* To the host */

static void
write_port(KitLv2Ui* self, KitLv2UiPort* port)
{
  const float value = shown(self, port);
  if (value != port->held) {
    port->held   = value;
    port->late   = NAN;
    port->sent_s = kit_clock_s();
    self->write(self->controller, port->port, sizeof(value), 0U, &value);
  }
}

static KitLv2UiPort*
port_of(KitLv2Ui* self, const KitHostParam* param)
{
  uint32_t p = 0;
  while (self->ports[p].param != param) {
    ++p;
  }
  return &self->ports[p];
}

static bool
tell(void* handle, const KitEdit* edit)
{
  KitLv2Ui* const     self = (KitLv2Ui*)handle;
  KitLv2UiPort* const port = port_of(self, edit->param);
  if (edit->type == KIT_EDIT_VALUE) {
    write_port(self, port);
  } else if (self->touch) {
    self->touch->touch(self->touch->handle, port->port, edit->type == KIT_EDIT_BEGIN);
  }
  return true;
}

void
kit_lv2_ui_exchange(KitLv2Ui* self)
{
  const double now = kit_clock_s();
  kit_plugin_tell_edits(self->plugin, tell, self);
  const bool whole = kit_plugin_news(self->plugin, &self->reader) & KIT_NEWS_OUTSIDE;
  for (uint32_t p = 0; p < self->n_ports; ++p) {
    KitLv2UiPort* const port = &self->ports[p];
    if (whole) {
      write_port(self, port);
    }
    if (port->sent_s > 0.0 && now - port->sent_s > ECHO_S) {
      port->sent_s = 0.0;
      if (!isnan(port->late)) {
        take_value(self, port, port->late);
      }
    }
  }
}

void
kit_lv2_ui_ask(const KitLv2Ui* self)
{
  const struct {
    LV2_Atom             atom;
    LV2_Atom_Object_Body body;
  } get = {{sizeof(LV2_Atom_Object_Body), self->urids[KIT_UI_OBJECT]}, {0, self->urids[KIT_UI_GET]}};
  if (self->urids[KIT_UI_GET]) {
    self->write(self->controller, self->control, sizeof(get), self->urids[KIT_UI_TRANSFER], &get);
  }
}
