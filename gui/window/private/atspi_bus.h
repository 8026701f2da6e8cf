// SPDX-License-Identifier: ISC
/** @file atspi_bus.h  libdbus, loaded at run time, and messages made with it.  [main-thread] */
#ifndef KIT_GUI_ATSPI_BUS_H
#define KIT_GUI_ATSPI_BUS_H

#include <dbus/dbus.h>

#include <stdbool.h>
#include <stdint.h>

#define KIT_DBUS_FUNCTIONS(X)                                                                                \
  X(connection_open_private)                                                                                 \
  X(connection_close)                                                                                        \
  X(connection_unref)                                                                                        \
  X(connection_set_change_sigpipe)                                                                           \
  X(connection_set_max_message_size)                                                                         \
  X(connection_get_outgoing_size)                                                                            \
  X(connection_get_is_connected)                                                                             \
  X(connection_send)                                                                                         \
  X(connection_read_write)                                                                                   \
  X(connection_pop_message)                                                                                  \
  X(message_new_method_call)                                                                                 \
  X(message_new_method_return)                                                                               \
  X(message_new_signal)                                                                                      \
  X(message_new_error)                                                                                       \
  X(message_set_auto_start)                                                                                  \
  X(message_get_type)                                                                                        \
  X(message_get_path)                                                                                        \
  X(message_get_interface)                                                                                   \
  X(message_get_member)                                                                                      \
  X(message_get_no_reply)                                                                                    \
  X(message_get_reply_serial)                                                                                \
  X(message_unref)                                                                                           \
  X(message_iter_init)                                                                                       \
  X(message_iter_init_append)                                                                                \
  X(message_iter_get_arg_type)                                                                               \
  X(message_iter_get_basic)                                                                                  \
  X(message_iter_next)                                                                                       \
  X(message_iter_recurse)                                                                                    \
  X(message_iter_append_basic)                                                                               \
  X(message_iter_open_container)                                                                             \
  X(message_iter_close_container)

typedef struct {
#define KIT_DBUS_MEMBER(name) __typeof__(dbus_##name)* name;
  KIT_DBUS_FUNCTIONS(KIT_DBUS_MEMBER)
#undef KIT_DBUS_MEMBER
} KitDbus;

/** A connection and what it was last asked. */
typedef struct {
  DBusConnection* connection; ///< Null: closed
  uint32_t        serial;     ///< Of the call whose answer is awaited, or 0
  uint32_t        step;       ///< What to do with it; the owner's
} KitBus;

/** @return null where there is no libdbus; it stays loaded until the process ends. */
const KitDbus*
kit_dbus(void);

/** Open a connection and ask the bus for a name, as step 0.
    @param address Only one of a local socket is taken, as opening any other may block.
    @return false if there is none. */
bool
kit_bus_open(KitBus* bus, const char* address);

void
kit_bus_close(KitBus* bus);

/** Send and drop a message; null is allowed.  @return its serial, or 0.  Closes a bus that takes none. */
uint32_t
kit_bus_send(KitBus* bus, DBusMessage* message);

/** Call a method with strings; the answer is awaited as `step`.  No service is started for it. */
void
kit_bus_call(KitBus* bus, uint32_t step, const char* const to[4], const char* const* strings, uint32_t n);

/* Arguments: `kit_put_*` append one */

void
kit_put_string(DBusMessageIter* to, const char* text);

void
kit_put_int(DBusMessageIter* to, int32_t value);

void
kit_put_uint(DBusMessageIter* to, uint32_t value);

void
kit_put_bool(DBusMessageIter* to, bool value);

void
kit_put_double(DBusMessageIter* to, double value);

/** Read an argument and go on to the next.  @return false, `out` unchanged, if it is of another type. */
bool
kit_take(DBusMessageIter* from, int type, void* out);

#endif
