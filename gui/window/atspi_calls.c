// SPDX-License-Identifier: ISC
#include "atspi_impl.h"

#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHE "/org/a11y/atspi/cache"
#define NODES "/org/a11y/atspi/accessible/"

/** A call while it is answered. */
typedef struct {
  KitAtspi*       self;
  uint32_t        object;
  const KitNode*  node; ///< Null: the application
  const char*     member;
  DBusMessageIter in;
  DBusMessageIter out;
} Call;

static bool
is(const Call* call, const char* member)
{
  return !strcmp(call->member, member);
}

static bool
take_int(Call* call, int32_t* value)
{
  return kit_take(&call->in, DBUS_TYPE_INT32, value);
}

/* org.a11y.atspi.Accessible */

static void
put_attribute(Call* call, DBusMessageIter* to, const char* name, const char* value)
{
  DBusMessageIter entry;
  call->self->dbus->message_iter_open_container(to, DBUS_TYPE_DICT_ENTRY, NULL, &entry);
  kit_put_string(&entry, name);
  kit_put_string(&entry, value);
  call->self->dbus->message_iter_close_container(to, &entry);
}

static void
put_attributes(Call* call)
{
  const KitDbus* const dbus = call->self->dbus;
  DBusMessageIter      in;
  dbus->message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "{ss}", &in);
  put_attribute(call, &in, "toolkit", "VstKit");
  if (call->node && call->node->states & KIT_NODE_HAS_VALUE) {
    put_attribute(call, &in, "valuetext", call->node->text); // What readers say in the place of the number
  }
  if (call->node && call->node->states & KIT_NODE_DIMMED) {
    put_attribute(call, &in, "dimmed", "true");
  }
  dbus->message_iter_close_container(&call->out, &in);
}

static const char*
role_name(const KitAtspi* self, uint32_t object)
{
  static const char* const names[] = {[KIT_NODE_PANEL]     = "frame",
                                      [KIT_NODE_GROUP]     = "grouping",
                                      [KIT_NODE_TAB_LIST]  = "page tab list",
                                      [KIT_NODE_TAB]       = "page tab",
                                      [KIT_NODE_SLIDER]    = "slider",
                                      [KIT_NODE_SPIN]      = "spin button",
                                      [KIT_NODE_SWITCH]    = "toggle button",
                                      [KIT_NODE_COMBO]     = "combo box",
                                      [KIT_NODE_BUTTON]    = "push button",
                                      [KIT_NODE_ENTRY]     = "entry",
                                      [KIT_NODE_LABEL]     = "label",
                                      [KIT_NODE_METER]     = "level bar",
                                      [KIT_NODE_PICTURE]   = "canvas",
                                      [KIT_NODE_LIST]      = "list",
                                      [KIT_NODE_ITEM]      = "list item",
                                      [KIT_NODE_MENU]      = "popup menu",
                                      [KIT_NODE_MENU_ITEM] = "menu item"};
  return object < self->tree.n ? names[self->tree.nodes[object].role] : "application";
}

static void
put_children(Call* call)
{
  DBusMessageIter in;
  call->self->dbus->message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "(so)", &in);
  if (!call->node) {
    kit_atspi_put(call->self, &in, 0U);
  }
  for (uint32_t i = 1U; call->node && i < call->self->tree.n; ++i) {
    if (call->self->tree.nodes[i].parent == call->object) {
      kit_atspi_put(call->self, &in, i);
    }
  }
  call->self->dbus->message_iter_close_container(&call->out, &in);
}

static bool
accessible(Call* call)
{
  KitAtspi* const self  = call->self;
  int32_t         index = 0;
  DBusMessageIter none;
  if (is(call, "GetChildAtIndex")) {
    const uint32_t child = take_int(call, &index) && index >= 0
                             ? kit_atspi_child(self, call->object, (uint32_t)index)
                             : KIT_ATSPI_NONE;
    if (child != KIT_ATSPI_NONE) {
      kit_atspi_put(self, &call->out, child);
    }
    return child != KIT_ATSPI_NONE;
  }
  if (is(call, "GetChildren")) {
    put_children(call);
  } else if (is(call, "GetIndexInParent")) {
    kit_put_int(&call->out, kit_atspi_index(self, call->object));
  } else if (is(call, "GetRole")) {
    kit_put_uint(&call->out, kit_atspi_role(self, call->object));
  } else if (is(call, "GetRoleName") || is(call, "GetLocalizedRoleName")) {
    kit_put_string(&call->out, role_name(self, call->object));
  } else if (is(call, "GetState")) {
    kit_atspi_put_states(self, &call->out, call->object);
  } else if (is(call, "GetAttributes")) {
    put_attributes(call);
  } else if (is(call, "GetApplication")) {
    kit_atspi_put(self, &call->out, KIT_ATSPI_APPLICATION);
  } else if (is(call, "GetInterfaces")) {
    kit_atspi_put_interfaces(self, &call->out, call->object);
  } else if (is(call, "GetRelationSet")) {
    self->dbus->message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "(ua(so))", &none);
    self->dbus->message_iter_close_container(&call->out, &none);
  } else {
    return false;
  }
  return true;
}

static bool
application(Call* call)
{
  if (!is(call, "GetLocale") && !is(call, "GetApplicationBusAddress")) {
    return false;
  }
  kit_put_string(&call->out, is(call, "GetLocale") ? "C" : "");
  return true;
}

/* org.a11y.atspi.Component */

enum { // AtspiCoordType
  OF_SCREEN,
  OF_WINDOW,
  OF_PARENT
};

/** Where the coordinates of that kind begin, in pixels of the panel.  @return false for no kind. */
static bool
origin(const Call* call, uint32_t kind, int at[2])
{
  const KitAtspiTree* const tree   = &call->self->tree;
  const uint32_t            parent = call->node->parent;
  at[0] = at[1] = 0;
  if (kind == OF_SCREEN) {
    kit_window_position(call->self->window, at);
    at[0] = -at[0];
    at[1] = -at[1];
  } else if (kind == OF_PARENT && parent < tree->n) {
    at[0] = tree->nodes[parent].bounds.x;
    at[1] = tree->nodes[parent].bounds.y;
  }
  return kind <= OF_PARENT;
}

static bool
holds(const cairo_rectangle_int_t* box, double x, double y)
{
  return x >= box->x && y >= box->y && x < (double)box->x + box->width && y < (double)box->y + box->height;
}

static bool
put_at_point(Call* call)
{
  const KitAtspiTree* const tree = &call->self->tree;
  uint32_t                  kind = 0;
  int32_t                   x    = 0;
  int32_t                   y    = 0;
  int                       from[2];
  if (!take_int(call, &x) || !take_int(call, &y) || !kit_take(&call->in, DBUS_TYPE_UINT32, &kind) ||
      !origin(call, kind, from)) {
    return false;
  }
  const double at_x = (double)x + from[0];
  const double at_y = (double)y + from[1];
  if (is(call, "Contains")) {
    kit_put_bool(&call->out, holds(&call->node->bounds, at_x, at_y));
    return true;
  }
  uint32_t found = call->object;
  for (uint32_t i = found + 1U; i < tree->n; ++i) { // What is drawn later lies above
    found = (call->object == 0U || tree->nodes[i].parent == call->object) &&
                holds(&tree->nodes[i].bounds, at_x, at_y)
              ? i
              : found;
  }
  kit_atspi_put(call->self, &call->out, found);
  return true;
}

static bool
put_extents(Call* call)
{
  const cairo_rectangle_int_t* const box     = &call->node->bounds;
  const bool                         extents = is(call, "GetExtents");
  uint32_t                           kind    = 0;
  int                                from[2];
  DBusMessageIter                    in;
  if (!kit_take(&call->in, DBUS_TYPE_UINT32, &kind) || !origin(call, kind, from)) {
    return false;
  }
  if (extents) {
    call->self->dbus->message_iter_open_container(&call->out, DBUS_TYPE_STRUCT, NULL, &in);
  }
  kit_put_int(extents ? &in : &call->out, box->x - from[0]);
  kit_put_int(extents ? &in : &call->out, box->y - from[1]);
  if (extents) {
    kit_put_int(&in, box->width);
    kit_put_int(&in, box->height);
    call->self->dbus->message_iter_close_container(&call->out, &in);
  }
  return true;
}

static bool
component(Call* call)
{
  const dbus_int16_t order = 0;
  if (is(call, "GetExtents") || is(call, "GetPosition")) {
    return put_extents(call);
  }
  if (is(call, "Contains") || is(call, "GetAccessibleAtPoint")) {
    return put_at_point(call);
  }
  if (is(call, "GetSize")) {
    kit_put_int(&call->out, call->node->bounds.width);
    kit_put_int(&call->out, call->node->bounds.height);
  } else if (is(call, "GetLayer")) {
    kit_put_uint(&call->out, call->object ? 3U : 7U); // A widget, a window
  } else if (is(call, "GetMDIZOrder")) {
    call->self->dbus->message_iter_append_basic(&call->out, DBUS_TYPE_INT16, &order);
  } else if (is(call, "GetAlpha")) {
    kit_put_double(&call->out, 1.0);
  } else if (is(call, "GrabFocus")) {
    kit_put_bool(&call->out, kit_gui_node_focus(call->self->gui, call->node->id));
  } else {
    return false;
  }
  return true;
}

/* org.a11y.atspi.Action */

static bool
action(Call* call)
{
  const KitDbus* const dbus    = call->self->dbus;
  const char*          texts[] = {call->node->action, call->node->description, ""};
  int32_t              index   = 0;
  DBusMessageIter      in;
  DBusMessageIter      one;
  if (is(call, "GetActions")) {
    dbus->message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "(sss)", &in);
    dbus->message_iter_open_container(&in, DBUS_TYPE_STRUCT, NULL, &one);
    for (uint32_t i = 0; i < 3U; ++i) {
      kit_put_string(&one, texts[i]);
    }
    dbus->message_iter_close_container(&in, &one);
    dbus->message_iter_close_container(&call->out, &in);
    return true;
  }
  if (!take_int(call, &index) || index) {
    return false;
  }
  if (is(call, "DoAction")) {
    kit_put_bool(&call->out, kit_gui_node_act(call->self->gui, call->node->id));
  } else if (is(call, "GetName") || is(call, "GetLocalizedName") || is(call, "GetDescription") ||
             is(call, "GetKeyBinding")) {
    kit_put_string(&call->out, texts[is(call, "GetDescription") ? 1 : is(call, "GetKeyBinding") ? 2 : 0]);
  } else {
    return false;
  }
  return true;
}

/* org.a11y.atspi.Text: read only */

/** Byte of a character, the end of the text for one behind it or −1. */
static uint32_t
byte_of(const char* text, int32_t character)
{
  uint32_t at = 0;
  for (; text[at] && character; --character) {
    const size_t length = kit_utf8_length(text + at, strlen(text + at));
    at += length ? (uint32_t)length : 1U;
  }
  return at;
}

static bool
text(Call* call)
{
  const char* const all   = call->node->text;
  int32_t           start = 0;
  int32_t           end   = -1;
  char              part[KIT_NODE_TEXT];
  if (is(call, "GetNSelections")) {
    kit_put_int(&call->out, 0);
    return true;
  }
  if (is(call, "GetText")) {
    if (!take_int(call, &start) || !take_int(call, &end) || start < 0) {
      return false;
    }
    const uint32_t from = byte_of(all, start);
    const uint32_t to   = byte_of(all, end);
    snprintf(part, sizeof(part), "%.*s", to > from ? (int)(to - from) : 0, all + from);
    kit_put_string(&call->out, part);
    return true;
  }
  if (is(call, "GetStringAtOffset") || is(call, "GetTextAtOffset")) { // There is one line
    kit_put_string(&call->out, all);
    kit_put_int(&call->out, 0);
    end = 0;
    while (all[byte_of(all, end)]) {
      ++end;
    }
    kit_put_int(&call->out, end);
    return true;
  }
  return false;
}

/* org.freedesktop.DBus.Properties, org.a11y.atspi.Cache */

static bool
property(Call* call)
{
  const char* interface = "";
  const char* name      = "";
  if (!kit_take(&call->in, DBUS_TYPE_STRING, &interface)) {
    return false;
  }
  if (is(call, "GetAll")) {
    kit_atspi_get_all(call->self, &call->out, call->object, interface);
    return true;
  }
  if (!kit_take(&call->in, DBUS_TYPE_STRING, &name)) {
    return false;
  }
  return is(call, "Get")   ? kit_atspi_get(call->self, &call->out, call->object, interface, name)
         : is(call, "Set") ? kit_atspi_set(call->self, call->object, name, &call->in)
                           : false;
}

static void
put_item(KitAtspi* self, DBusMessageIter* to, uint32_t object)
{
  DBusMessageIter in;
  self->dbus->message_iter_open_container(to, DBUS_TYPE_STRUCT, NULL, &in);
  kit_atspi_put(self, &in, object);
  kit_atspi_put(self, &in, KIT_ATSPI_APPLICATION);
  kit_atspi_put(self, &in, kit_atspi_parent(self, object));
  kit_put_int(&in, kit_atspi_index(self, object));
  kit_put_int(&in, (int32_t)kit_atspi_n_children(self, object));
  kit_atspi_put_interfaces(self, &in, object);
  kit_put_string(&in, kit_atspi_name(self, object));
  kit_put_uint(&in, kit_atspi_role(self, object));
  kit_put_string(&in, object < self->tree.n ? self->tree.nodes[object].description : "");
  kit_atspi_put_states(self, &in, object);
  self->dbus->message_iter_close_container(to, &in);
}

static bool
cache(Call* call)
{
  DBusMessageIter in;
  if (!is(call, "GetItems")) {
    return false;
  }
  call->self->dbus->message_iter_open_container(&call->out, DBUS_TYPE_ARRAY, "((so)(so)(so)iiassusau)", &in);
  put_item(call->self, &in, KIT_ATSPI_APPLICATION);
  for (uint32_t i = 0; i < call->self->tree.n; ++i) {
    put_item(call->self, &in, i);
  }
  call->self->dbus->message_iter_close_container(&call->out, &in);
  return true;
}

/* All of them */

static uint32_t
object_at(const KitAtspi* self, const char* path)
{
  if (!strcmp(path, KIT_ATSPI_ROOT)) {
    return KIT_ATSPI_APPLICATION;
  }
  const char* const digits = path + strlen(NODES);
  const bool        ours   = !strncmp(path, NODES, strlen(NODES)) && *digits && strlen(digits) <= 10U &&
                    strspn(digits, "0123456789") == strlen(digits);
  const unsigned long long id = ours ? strtoull(digits, NULL, 10) : 0U;
  return id && id <= UINT32_MAX ? kit_atspi_find(&self->tree, (uint32_t)id) : KIT_ATSPI_NONE;
}

/** @return false for what is none of the object's methods or has the wrong arguments. */
static bool
dispatch(Call* call, const char* interface)
{
  static bool (*const answers[KIT_ATSPI_N_INTERFACES])(Call*) = {
    [KIT_ATSPI_ACCESSIBLE]   = accessible,
    [KIT_ATSPI_APPLICATIONS] = application,
    [KIT_ATSPI_COMPONENT]    = component,
    [KIT_ATSPI_ACTION]       = action,
    [KIT_ATSPI_TEXT]         = text,
  };
  const uint32_t bits = kit_atspi_interfaces(call->self, call->object);
  if (!strcmp(interface, DBUS_INTERFACE_PROPERTIES)) {
    return property(call);
  }
  for (uint32_t i = 0; i < KIT_ATSPI_N_INTERFACES; ++i) {
    if (bits & 1U << i && answers[i] && !strcmp(interface, kit_atspi_interface(i))) {
      return answers[i](call);
    }
  }
  return false;
}

void
kit_atspi_answer(KitAtspi* self, DBusMessage* message)
{
  const KitDbus* const dbus      = self->dbus;
  const char* const    path      = dbus->message_get_path(message);
  const char* const    interface = dbus->message_get_interface(message);
  DBusMessage* const   reply     = dbus->message_new_method_return(message);
  Call                 call      = {.self = self, .member = dbus->message_get_member(message)};
  bool                 ok        = false;
  if (!reply || !path || !call.member || !kit_atspi_look(self)) {
    if (reply) {
      dbus->message_unref(reply);
    }
    return;
  }
  dbus->message_iter_init(message, &call.in);
  dbus->message_iter_init_append(reply, &call.out);
  call.object = object_at(self, path);
  call.node   = call.object < self->tree.n ? &self->tree.nodes[call.object] : NULL;
  if (interface && !strcmp(path, CACHE)) {
    ok = !strcmp(interface, "org.a11y.atspi.Cache") && cache(&call);
  } else if (interface && call.object != KIT_ATSPI_NONE) {
    ok = dispatch(&call, interface);
  }
  if (!dbus->message_get_no_reply(message)) {
    kit_bus_send(&self->bus,
                 ok ? reply
                    : dbus->message_new_error(message,
                                              call.object == KIT_ATSPI_NONE && strcmp(path, CACHE) != 0
                                                ? DBUS_ERROR_UNKNOWN_OBJECT
                                                : DBUS_ERROR_INVALID_ARGS,
                                              "no such object, method, property or arguments"));
  }
  if (!ok || dbus->message_get_no_reply(message)) {
    dbus->message_unref(reply);
  }
}
