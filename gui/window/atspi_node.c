// SPDX-License-Identifier: ISC
#include "atspi_impl.h"

#include <stdio.h>

#define TOP 0U // The panel's position

#define BIT(n) (1ULL << (unsigned)(n))

enum { // AtspiStateType
  ACTIVE      = 1,
  CHECKED     = 4,
  EDITABLE    = 7,
  ENABLED     = 8,
  FOCUSABLE   = 11,
  FOCUSED     = 12,
  SELECTABLE  = 22,
  SELECTED    = 23,
  SENSITIVE   = 24,
  SHOWING     = 25,
  SINGLE_LINE = 26,
  VISIBLE     = 30,
  CHECKABLE   = 41,
};

static bool
is_node(const KitAtspi* self, uint32_t object)
{
  return object < self->tree.n;
}

uint32_t
kit_atspi_role(const KitAtspi* self, uint32_t object)
{
  static const uint32_t roles[] = {
    // AtspiRole
    [KIT_NODE_PANEL] = 23,    [KIT_NODE_GROUP] = 99, [KIT_NODE_TAB_LIST] = 38, [KIT_NODE_TAB] = 37,
    [KIT_NODE_SLIDER] = 51,   [KIT_NODE_SPIN] = 52,  [KIT_NODE_SWITCH] = 62,   [KIT_NODE_COMBO] = 11,
    [KIT_NODE_BUTTON] = 43,   [KIT_NODE_ENTRY] = 79, [KIT_NODE_LABEL] = 29,    [KIT_NODE_METER] = 103,
    [KIT_NODE_PICTURE] = 6,   [KIT_NODE_LIST] = 31,  [KIT_NODE_ITEM] = 32,     [KIT_NODE_MENU] = 41,
    [KIT_NODE_MENU_ITEM] = 35};
  return is_node(self, object) ? roles[self->tree.nodes[object].role] : 75U;
}

const char*
kit_atspi_name(const KitAtspi* self, uint32_t object)
{
  const KitNode* const node = &self->tree.nodes[is_node(self, object) ? object : TOP];
  return *node->name ? node->name : node->text; // A label is what it says
}

uint64_t
kit_atspi_states(const KitAtspi* self, uint32_t object)
{
  static const uint64_t always = BIT(ENABLED) | BIT(SENSITIVE) | BIT(SHOWING) | BIT(VISIBLE);
  if (!is_node(self, object)) {
    return always;
  }
  const KitNode* const node   = &self->tree.nodes[object];
  uint64_t             states = node->states & KIT_NODE_DISABLED ? BIT(SHOWING) | BIT(VISIBLE) : always;
  states |= node->states & KIT_NODE_FOCUSABLE ? BIT(FOCUSABLE) : 0U;
  states |= node->states & KIT_NODE_FOCUSED ? BIT(FOCUSED) : 0U;
  states |= node->states & KIT_NODE_CHECKED ? BIT(CHECKED) : 0U;
  states |= node->states & KIT_NODE_SELECTED ? BIT(SELECTED) : 0U;
  states |= node->states & KIT_NODE_EDITABLE ? BIT(EDITABLE) | BIT(SINGLE_LINE) : 0U;
  states |= node->role == KIT_NODE_TAB || node->role == KIT_NODE_ITEM ? BIT(SELECTABLE) : 0U;
  states |= node->role == KIT_NODE_SWITCH ? BIT(CHECKABLE) : 0U;
  states |= object == TOP ? BIT(ACTIVE) : 0U;
  return states;
}

/* Family: the application has one child, the panel */

uint32_t
kit_atspi_parent(const KitAtspi* self, uint32_t object)
{
  return !is_node(self, object) ? KIT_ATSPI_NONE
         : object == TOP        ? KIT_ATSPI_APPLICATION
                                : self->tree.nodes[object].parent;
}

uint32_t
kit_atspi_n_children(const KitAtspi* self, uint32_t object)
{
  uint32_t n = object == KIT_ATSPI_APPLICATION ? 1U : 0U;
  for (uint32_t i = 1U; is_node(self, object) && i < self->tree.n; ++i) {
    n += self->tree.nodes[i].parent == object;
  }
  return n;
}

uint32_t
kit_atspi_child(const KitAtspi* self, uint32_t object, uint32_t index)
{
  if (object == KIT_ATSPI_APPLICATION) {
    return index ? KIT_ATSPI_NONE : TOP;
  }
  for (uint32_t i = 1U; i < self->tree.n; ++i) {
    if (self->tree.nodes[i].parent == object && !index--) {
      return i;
    }
  }
  return KIT_ATSPI_NONE;
}

int32_t
kit_atspi_index(const KitAtspi* self, uint32_t object)
{
  int32_t index = is_node(self, object) ? 0 : -1;
  for (uint32_t i = 1U; is_node(self, object) && i < object; ++i) {
    index += self->tree.nodes[i].parent == self->tree.nodes[object].parent;
  }
  return index;
}

/* Interfaces */

const char*
kit_atspi_interface(uint32_t number)
{
  static const char* const names[KIT_ATSPI_N_INTERFACES] = {
    "org.a11y.atspi.Accessible", "org.a11y.atspi.Application", "org.a11y.atspi.Component",
    "org.a11y.atspi.Action",     "org.a11y.atspi.Value",       "org.a11y.atspi.Text"};
  return names[number];
}

uint32_t
kit_atspi_interfaces(const KitAtspi* self, uint32_t object)
{
  if (!is_node(self, object)) {
    return 1U << KIT_ATSPI_ACCESSIBLE | 1U << KIT_ATSPI_APPLICATIONS;
  }
  const KitNode* const node = &self->tree.nodes[object];
  return 1U << KIT_ATSPI_ACCESSIBLE | 1U << KIT_ATSPI_COMPONENT |
         (*node->action ? 1U << KIT_ATSPI_ACTION : 0U) |
         (node->states & KIT_NODE_HAS_VALUE ? 1U << KIT_ATSPI_VALUE : 0U) |
         (*node->text ? 1U << KIT_ATSPI_TEXT : 0U);
}

/* What many answers have in them */

static void
put_reference(const KitAtspi* self, DBusMessageIter* to, const char* name, const char* path)
{
  DBusMessageIter in;
  self->dbus->message_iter_open_container(to, DBUS_TYPE_STRUCT, NULL, &in);
  kit_put_string(&in, name);
  self->dbus->message_iter_append_basic(&in, DBUS_TYPE_OBJECT_PATH, &path);
  self->dbus->message_iter_close_container(to, &in);
}

void
kit_atspi_put_id(KitAtspi* self, DBusMessageIter* to, uint32_t id)
{
  char path[64];
  snprintf(path, sizeof(path), "/org/a11y/atspi/accessible/%u", id);
  put_reference(self, to, self->name, path);
}

void
kit_atspi_put(KitAtspi* self, DBusMessageIter* to, uint32_t object)
{
  if (is_node(self, object)) {
    kit_atspi_put_id(self, to, self->tree.nodes[object].id);
  } else if (object == KIT_ATSPI_APPLICATION) {
    put_reference(self, to, self->name, KIT_ATSPI_ROOT);
  } else {
    put_reference(self, to, self->desktop_name,
                  *self->desktop_path ? self->desktop_path : "/org/a11y/atspi/null");
  }
}

void
kit_atspi_put_states(KitAtspi* self, DBusMessageIter* to, uint32_t object)
{
  DBusMessageIter in;
  const uint64_t  states = kit_atspi_states(self, object);
  self->dbus->message_iter_open_container(to, DBUS_TYPE_ARRAY, "u", &in);
  kit_put_uint(&in, (uint32_t)states);
  kit_put_uint(&in, (uint32_t)(states >> 32U));
  self->dbus->message_iter_close_container(to, &in);
}

void
kit_atspi_put_interfaces(KitAtspi* self, DBusMessageIter* to, uint32_t object)
{
  DBusMessageIter in;
  const uint32_t  bits = kit_atspi_interfaces(self, object);
  self->dbus->message_iter_open_container(to, DBUS_TYPE_ARRAY, "s", &in);
  for (uint32_t i = 0; i < KIT_ATSPI_N_INTERFACES; ++i) {
    if (bits & 1U << i) {
      kit_put_string(&in, kit_atspi_interface(i));
    }
  }
  self->dbus->message_iter_close_container(to, &in);
}
