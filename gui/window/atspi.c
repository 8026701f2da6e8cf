// SPDX-License-Identifier: ISC
#include "atspi_impl.h"

#include "system.h"
#include "vstkit/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_S  0.004 // For one round: a reader asks dozens of questions at a time, and waits for each answer
#define WAIT_MS 1

#define DBUS   "org.freedesktop.DBus"
#define A11Y   "org.a11y.Bus"
#define STATUS "org.a11y.Status"

enum { // What an answer is to: on the session's bus, then on that of accessibility
  STEP_HELLO,
  STEP_WATCH,
  STEP_WATCH_OWNER,
  STEP_STATUS,
  STEP_ADDRESS,
  STEP_EMBED,
};

/* The tree */

bool
kit_atspi_look(KitAtspi* self)
{
  KitAtspiTree* const tree = &self->tree;
  uint32_t            n    = kit_gui_nodes(self->gui, tree->nodes, tree->room);
  if (n > tree->room) {
    kit_free(tree->nodes);
    tree->nodes = (KitNode*)kit_calloc(n, sizeof(KitNode));
    tree->room  = tree->nodes ? n : 0U;
    n           = kit_gui_nodes(self->gui, tree->nodes, tree->room);
  }
  tree->n = n < tree->room ? n : tree->room;
  return tree->n != 0U;
}

uint32_t
kit_atspi_find(const KitAtspiTree* tree, uint32_t id)
{
  for (uint32_t i = 0; i < tree->n; ++i) {
    if (tree->nodes[i].id == id) {
      return i;
    }
  }
  return KIT_ATSPI_NONE;
}

/* The session's bus says whether somebody listens, and where */

static void
watch(KitAtspi* self, uint32_t step, const char* rule)
{
  static const char* const to[] = {DBUS, "/org/freedesktop/DBus", DBUS, "AddMatch"};
  kit_bus_call(&self->session, step, to, &rule, 1U);
}

static void
ask_status(KitAtspi* self)
{
  static const char* const to[]      = {A11Y, "/org/a11y/bus", DBUS_INTERFACE_PROPERTIES, "GetAll"};
  static const char* const strings[] = {STATUS};
  kit_bus_call(&self->session, STEP_STATUS, to, strings, 1U);
}

static bool
is_wanted(const KitDbus* dbus, DBusMessage* answer)
{
  DBusMessageIter at;
  DBusMessageIter entry;
  bool            wanted = false;
  if (!dbus->message_iter_init(answer, &at) || dbus->message_iter_get_arg_type(&at) != DBUS_TYPE_ARRAY) {
    return false;
  }
  dbus->message_iter_recurse(&at, &entry);
  for (; dbus->message_iter_get_arg_type(&entry) == DBUS_TYPE_DICT_ENTRY; dbus->message_iter_next(&entry)) {
    DBusMessageIter pair;
    DBusMessageIter value;
    const char*     name = "";
    dbus_bool_t     on   = FALSE;
    dbus->message_iter_recurse(&entry, &pair);
    if (kit_take(&pair, DBUS_TYPE_STRING, &name) &&
        dbus->message_iter_get_arg_type(&pair) == DBUS_TYPE_VARIANT) {
      dbus->message_iter_recurse(&pair, &value);
      wanted = (kit_take(&value, DBUS_TYPE_BOOLEAN, &on) && on &&
                (!strcmp(name, "IsEnabled") || !strcmp(name, "ScreenReaderEnabled"))) ||
               wanted;
    }
  }
  return wanted;
}

static void
leave(KitAtspi* self)
{
  kit_bus_close(&self->bus);
  self->joined   = false;
  self->before.n = 0;
}

static void
take_session_answer(KitAtspi* self, DBusMessage* answer, bool ok)
{
  static const char* const to[] = {A11Y, "/org/a11y/bus", A11Y, "GetAddress"};
  DBusMessageIter          at;
  const char*              address = "";
  switch (self->session.step) {
    case STEP_HELLO:
      watch(self, STEP_WATCH, "type='signal',sender='" A11Y "',interface='" DBUS_INTERFACE_PROPERTIES "'");
      break;
    case STEP_WATCH:
      watch(self, STEP_WATCH_OWNER,
            "type='signal',sender='" DBUS "',member='NameOwnerChanged',arg0='" A11Y "'");
      break;
    case STEP_WATCH_OWNER: ask_status(self); break;
    case STEP_STATUS:
      if (!ok || !is_wanted(self->dbus, answer)) {
        leave(self);
      } else if (!self->bus.connection) {
        kit_bus_call(&self->session, STEP_ADDRESS, to, NULL, 0);
      }
      break;
    case STEP_ADDRESS:
      if (ok && !self->bus.connection && self->dbus->message_iter_init(answer, &at) &&
          kit_take(&at, DBUS_TYPE_STRING, &address)) {
        kit_bus_open(&self->bus, address);
      }
      break;
    default: break;
  }
}

/* The bus of accessibility */

static void
embed(KitAtspi* self)
{
  const KitDbus* const dbus    = self->dbus;
  DBusMessage* const   message = dbus->message_new_method_call("org.a11y.atspi.Registry", KIT_ATSPI_ROOT,
                                                               "org.a11y.atspi.Socket", "Embed");
  DBusMessageIter      at;
  if (message && kit_atspi_look(self)) {
    dbus->message_iter_init_append(message, &at);
    kit_atspi_put(self, &at, KIT_ATSPI_APPLICATION);
  }
  self->bus.step        = STEP_EMBED;
  const uint32_t serial = kit_bus_send(&self->bus, message);
  self->bus.serial      = serial;
}

static void
take_answer(KitAtspi* self, DBusMessage* answer, bool ok)
{
  DBusMessageIter at;
  DBusMessageIter in;
  const char*     name = "";
  const char*     path = "";
  if (!ok || !self->dbus->message_iter_init(answer, &at)) {
    leave(self);
  } else if (self->bus.step == STEP_HELLO) {
    kit_take(&at, DBUS_TYPE_STRING, &name);
    snprintf(self->name, sizeof(self->name), "%s", name);
    embed(self);
  } else if (self->bus.step == STEP_EMBED && self->dbus->message_iter_get_arg_type(&at) == DBUS_TYPE_STRUCT) {
    self->dbus->message_iter_recurse(&at, &in);
    if (kit_take(&in, DBUS_TYPE_STRING, &name) && kit_take(&in, DBUS_TYPE_OBJECT_PATH, &path)) {
      self->joined = strlen(name) < sizeof(self->desktop_name) && strlen(path) < sizeof(self->desktop_path);
      snprintf(self->desktop_name, sizeof(self->desktop_name), "%s", name);
      snprintf(self->desktop_path, sizeof(self->desktop_path), "%s", path);
    }
  }
}

static void
take(KitAtspi* self, KitBus* bus, DBusMessage* message)
{
  const int  type   = self->dbus->message_get_type(message);
  const bool answer = type == DBUS_MESSAGE_TYPE_METHOD_RETURN || type == DBUS_MESSAGE_TYPE_ERROR;
  if (answer && bus->serial && self->dbus->message_get_reply_serial(message) == bus->serial) {
    bus->serial = 0;
    if (bus == &self->session) {
      take_session_answer(self, message, type == DBUS_MESSAGE_TYPE_METHOD_RETURN);
    } else {
      take_answer(self, message, type == DBUS_MESSAGE_TYPE_METHOD_RETURN);
    }
  } else if (type == DBUS_MESSAGE_TYPE_SIGNAL && bus == &self->session && bus->step >= STEP_STATUS) {
    ask_status(self);
  } else if (type == DBUS_MESSAGE_TYPE_METHOD_CALL) {
    if (bus == &self->bus) {
      kit_atspi_answer(self, message);
    } else {
      kit_bus_send(bus, self->dbus->message_new_error(message, DBUS_ERROR_UNKNOWN_METHOD, "nothing is here"));
    }
  }
  self->dbus->message_unref(message);
}

/** Take what has come.  @return how much that was. */
static uint32_t
pump(KitAtspi* self, KitBus* bus, int wait_ms)
{
  uint32_t     n       = 0;
  DBusMessage* message = NULL;
  if (!bus->connection) {
    return 0;
  }
  self->dbus->connection_read_write(bus->connection, wait_ms);
  while (n < 64U && bus->connection && (message = self->dbus->connection_pop_message(bus->connection))) {
    take(self, bus, message);
    ++n;
  }
  if (bus->connection && !self->dbus->connection_get_is_connected(bus->connection)) {
    kit_bus_close(bus);
  }
  return n;
}

static void
serve(KitAtspi* self)
{
  const double began = kit_clock_s();
  uint32_t     n     = 0;
  if (!kit_atspi_look(self)) {
    return;
  }
  if (self->joined) {
    kit_atspi_tell(self);
  }
  n = pump(self, &self->bus, 0);
  while (n && self->bus.connection && kit_clock_s() - began < BUSY_S) {
    n = pump(self, &self->bus, WAIT_MS);
  }
  if (self->bus.connection) { // The last answers
    self->dbus->connection_read_write(self->bus.connection, 0);
  }
}

void
kit_atspi_idle(KitAtspi* self)
{
  if (!self) {
    return;
  }
  pump(self, &self->session, 0);
  if (self->bus.connection) {
    serve(self);
    if (!self->bus.connection) {
      leave(self);
    }
  }
}

KitAtspi*
kit_atspi_new(KitPlugin* plugin, KitGui* gui, KitWindow* window)
{
  const char* const    given  = getenv("DBUS_SESSION_BUS_ADDRESS");
  const char* const    folder = getenv("XDG_RUNTIME_DIR");
  const KitDbus* const dbus   = window ? kit_dbus() : NULL;
  KitAtspi* const      self   = dbus ? (KitAtspi*)kit_calloc(1, sizeof(KitAtspi)) : NULL;
  char                 address[512];
  if (!self) {
    return NULL;
  }
  self->plugin = plugin;
  self->gui    = gui;
  self->window = window;
  self->dbus   = dbus;
  if (given && *given) {
    snprintf(address, sizeof(address), "%s", given);
  } else {
    snprintf(address, sizeof(address), "unix:path=%s/bus", folder ? folder : "");
  }
  if (!kit_bus_open(&self->session, address)) {
    kit_free(self);
    return NULL;
  }
  return self;
}

void
kit_atspi_free(KitAtspi* self)
{
  if (self) {
    kit_bus_close(&self->bus);
    kit_bus_close(&self->session);
    kit_free(self->tree.nodes);
    kit_free(self->before.nodes);
    kit_free(self);
  }
}
