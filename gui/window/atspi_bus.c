// SPDX-License-Identifier: ISC
#include "atspi_bus.h"

#include "module.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

#define MAX_MESSAGE  (1L << 20U) // Of a call: none of ours is longer than some hundred bytes
#define MAX_OUTGOING (8L << 20U) // Of a reader that reads no more
#define MAX_TEXT     256U

static KitDbus dbus;

static bool
load(void)
{
  KitModule* const library = kit_module_open("libdbus-1.so.3");
  bool             ok      = library != NULL;
#define FIND(name) ok = ok && kit_module_find(library, "dbus_" #name, (void*)&dbus.name);
  KIT_DBUS_FUNCTIONS(FIND)
#undef FIND
  return ok;
}

const KitDbus*
kit_dbus(void)
{
  static enum { UNKNOWN, THERE, ABSENT } state; // [main-thread]
  if (state == UNKNOWN) {
    state = load() ? THERE : ABSENT;
  }
  return state == THERE ? &dbus : NULL;
}

bool
kit_bus_open(KitBus* bus, const char* address)
{
  static const char* const hello[] = {"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                      "Hello"};
  char                     first[512];
  snprintf(first, sizeof(first), "%.*s", (int)strcspn(address, ";"), address);
  if (strncmp(first, "unix:", 5U) != 0 || strlen(first) + 1U == sizeof(first)) {
    return false;
  }
  bus->connection = dbus.connection_open_private(first, NULL);
  if (!bus->connection) {
    return false;
  }
  dbus.connection_set_change_sigpipe(FALSE);
  dbus.connection_set_max_message_size(bus->connection, MAX_MESSAGE);
  kit_bus_call(bus, 0U, hello, NULL, 0);
  return bus->connection != NULL;
}

void
kit_bus_close(KitBus* bus)
{
  if (bus->connection) {
    dbus.connection_close(bus->connection);
    dbus.connection_unref(bus->connection);
  }
  *bus = (KitBus){0};
}

uint32_t
kit_bus_send(KitBus* bus, DBusMessage* message)
{
  dbus_uint32_t serial = 0;
  if (!message) {
    return 0;
  }
  if (bus->connection && (dbus.connection_get_outgoing_size(bus->connection) > MAX_OUTGOING ||
                          !dbus.connection_send(bus->connection, message, &serial))) {
    kit_bus_close(bus);
  }
  dbus.message_unref(message);
  return serial;
}

void
kit_bus_call(KitBus* bus, uint32_t step, const char* const to[4], const char* const* strings, uint32_t n)
{
  DBusMessage* const message = dbus.message_new_method_call(to[0], to[1], to[2], to[3]);
  DBusMessageIter    at;
  if (message) {
    dbus.message_set_auto_start(message, FALSE);
    dbus.message_iter_init_append(message, &at);
  }
  for (uint32_t i = 0; message && i < n; ++i) {
    kit_put_string(&at, strings[i]);
  }
  const uint32_t serial = kit_bus_send(bus, message);
  bus->serial           = serial;
  bus->step             = step;
}

void
kit_put_string(DBusMessageIter* to, const char* text)
{
  char plain[MAX_TEXT]; // libdbus ends the process at a byte that is no UTF-8
  snprintf(plain, sizeof(plain), "%.*s", (int)kit_utf8_fit(text, sizeof(plain) - 1U), text);
  kit_utf8_make_plain(plain);
  const char* const pointer = plain;
  dbus.message_iter_append_basic(to, DBUS_TYPE_STRING, &pointer);
}

void
kit_put_int(DBusMessageIter* to, int32_t value)
{
  dbus.message_iter_append_basic(to, DBUS_TYPE_INT32, &value);
}

void
kit_put_uint(DBusMessageIter* to, uint32_t value)
{
  dbus.message_iter_append_basic(to, DBUS_TYPE_UINT32, &value);
}

void
kit_put_bool(DBusMessageIter* to, bool value)
{
  const dbus_bool_t wide = value;
  dbus.message_iter_append_basic(to, DBUS_TYPE_BOOLEAN, &wide);
}

void
kit_put_double(DBusMessageIter* to, double value)
{
  dbus.message_iter_append_basic(to, DBUS_TYPE_DOUBLE, &value);
}

bool
kit_take(DBusMessageIter* from, int type, void* out)
{
  if (dbus.message_iter_get_arg_type(from) != type) {
    return false;
  }
  dbus.message_iter_get_basic(from, out);
  dbus.message_iter_next(from);
  return true;
}
