// SPDX-License-Identifier: ISC
#include "atspi_impl.h"

#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

#define N_STATES 64U

static const char*
state_name(uint32_t bit)
{
  switch (bit) {
    case 4U: return "checked";
    case 8U: return "enabled";
    case 12U: return "focused";
    case 23U: return "selected";
    case 24U: return "sensitive";
    default: return NULL;
  }
}

/** What an event carries: a number, a text, or a child. */
typedef struct {
  const char* type; ///< "i", "d", "s", "(so)"
  double      number;
  const char* text;
  uint32_t    id;
} Cargo;

static void
send(KitAtspi* self, uint32_t id, const char* member, const char* detail, int32_t first, const Cargo* cargo)
{
  const KitDbus* const dbus = self->dbus;
  DBusMessageIter      to;
  DBusMessageIter      in;
  char                 path[64];
  snprintf(path, sizeof(path), "/org/a11y/atspi/accessible/%u", id);
  DBusMessage* const message =
    self->bus.connection ? dbus->message_new_signal(path, "org.a11y.atspi.Event.Object", member) : NULL;
  if (!message) {
    return;
  }
  dbus->message_iter_init_append(message, &to);
  kit_put_string(&to, detail);
  kit_put_int(&to, first);
  kit_put_int(&to, 0);
  dbus->message_iter_open_container(&to, DBUS_TYPE_VARIANT, cargo->type, &in);
  switch (*cargo->type) {
    case 'i': kit_put_int(&in, (int32_t)cargo->number); break;
    case 'd': kit_put_double(&in, cargo->number); break;
    case 's': kit_put_string(&in, cargo->text); break;
    default: kit_atspi_put_id(self, &in, cargo->id); break;
  }
  dbus->message_iter_close_container(&to, &in);
  dbus->message_iter_open_container(&to, DBUS_TYPE_ARRAY, "{sv}", &in);
  dbus->message_iter_close_container(&to, &in);
  kit_bus_send(&self->bus, message);
}

static void
tell_states(KitAtspi* self, uint32_t now, uint64_t before)
{
  const uint64_t states = kit_atspi_states(self, now);
  for (uint32_t bit = 0; bit < N_STATES; ++bit) {
    const bool is = states >> bit & 1U;
    if (state_name(bit) && is != (before >> bit & 1U)) {
      send(self, self->tree.nodes[now].id, "StateChanged", state_name(bit), is, &(Cargo){.type = "i"});
    }
  }
}

// What moves all the time by itself is for who asks
static bool
is_lively(const KitNode* node)
{
  return node->role == KIT_NODE_METER || node->role == KIT_NODE_PICTURE || node->role == KIT_NODE_LABEL;
}

static void
tell_node(KitAtspi* self, uint32_t now, const KitNode* before)
{
  const KitNode* const node = &self->tree.nodes[now];
  if (node->states & KIT_NODE_HAS_VALUE && node->value != before->value) {
    send(self, node->id, "PropertyChange", "accessible-value", 0, &(Cargo){"d", node->value, NULL, 0});
  }
  if (strcmp(node->name, before->name) != 0) {
    send(self, node->id, "PropertyChange", "accessible-name", 0, &(Cargo){"s", 0.0, node->name, 0});
  }
  if (!is_lively(node) && strcmp(node->description, before->description) != 0) {
    send(self, node->id, "PropertyChange", "accessible-description", 0,
         &(Cargo){"s", 0.0, node->description, 0});
  }
}

static uint32_t
parent_id(const KitAtspiTree* tree, uint32_t at)
{
  return tree->nodes[at].parent < tree->n ? tree->nodes[tree->nodes[at].parent].id : 0U;
}

static bool
is_same(const KitAtspiTree* a, uint32_t i, const KitAtspiTree* b, uint32_t j)
{
  return j != KIT_ATSPI_NONE && a->nodes[i].role == b->nodes[j].role && parent_id(a, i) == parent_id(b, j);
}

/** What left, the last first, so that the places of the others stand. */
static void
tell_gone(KitAtspi* self, const KitAtspiTree* now)
{
  KitAtspiTree* const before = &self->before;
  for (uint32_t i = before->n; i-- > 1U;) {
    if (!is_same(before, i, now, kit_atspi_find(now, before->nodes[i].id))) {
      self->tree          = *before;
      const int32_t index = kit_atspi_index(self, i);
      self->tree          = *now;
      send(self, parent_id(before, i), "ChildrenChanged", "remove", index,
           &(Cargo){.type = "(so)", .id = before->nodes[i].id});
    }
  }
}

void
kit_atspi_tell(KitAtspi* self)
{
  const KitAtspiTree now    = self->tree;
  KitAtspiTree       before = self->before;
  if (before.n) {
    tell_gone(self, &now);
  }
  for (uint32_t i = 0; before.n && i < now.n; ++i) {
    const uint32_t was = kit_atspi_find(&before, now.nodes[i].id);
    const bool     old = is_same(&now, i, &before, was);
    if (!old && i) {
      send(self, parent_id(&now, i), "ChildrenChanged", "add", kit_atspi_index(self, i),
           &(Cargo){.type = "(so)", .id = now.nodes[i].id});
    } else if (old) {
      tell_node(self, i, &before.nodes[was]);
    }
    self->tree                   = before;
    const uint64_t states_before = was != KIT_ATSPI_NONE ? kit_atspi_states(self, was) : 0U;
    self->tree                   = now;
    tell_states(self, i, old ? states_before : kit_atspi_states(self, i) & ~(1ULL << 12U));
  }
  if (before.room < now.n) {
    kit_free(before.nodes);
    before.nodes = (KitNode*)kit_calloc(now.n, sizeof(KitNode));
    before.room  = before.nodes ? now.n : 0U;
  }
  before.n = before.room ? now.n : 0U;
  if (before.n) {
    memcpy(before.nodes, now.nodes, before.n * sizeof(KitNode));
  }
  self->before = before;
}
