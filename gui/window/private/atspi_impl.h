// SPDX-License-Identifier: ISC
/** @file atspi_impl.h  What the parts of the way to screen readers share.  [main-thread] */
#ifndef KIT_GUI_ATSPI_IMPL_H
#define KIT_GUI_ATSPI_IMPL_H

#include "atspi.h"
#include "atspi_bus.h"
#include "nodes.h"

#define KIT_ATSPI_APPLICATION UINT32_MAX ///< In the place of a node: what all is in
#define KIT_ATSPI_NONE        (UINT32_MAX - 1U)
#define KIT_ATSPI_ROOT        "/org/a11y/atspi/accessible/root"

/** The tree as it was last looked at. */
typedef struct {
  KitNode* nodes; ///< [room]
  uint32_t n;
  uint32_t room;
} KitAtspiTree;

struct KitAtspi {
  KitPlugin*     plugin;
  KitGui*        gui;
  KitWindow*     window;
  const KitDbus* dbus;
  KitBus         session;
  KitBus         bus;              ///< Of accessibility
  bool           joined;           ///< The registry knows us
  int32_t        number;           ///< Ours, of the registry's
  char           name[64];         ///< On the bus
  char           desktop_name[64]; ///< What we are in
  char           desktop_path[96];
  KitAtspiTree   tree;
  KitAtspiTree   before; ///< The one before it
};

/* atspi.c */

/** Look at the tree anew.  @return false without memory. */
bool
kit_atspi_look(KitAtspi* self);

/** Position of the node with that id, or #KIT_ATSPI_NONE. */
uint32_t
kit_atspi_find(const KitAtspiTree* tree, uint32_t id);

/* atspi_node.c: an object, which is the position of a node or the application, as AT-SPI describes it */

uint32_t
kit_atspi_role(const KitAtspi* self, uint32_t object);

const char*
kit_atspi_name(const KitAtspi* self, uint32_t object);

/** Bits of its states. */
uint64_t
kit_atspi_states(const KitAtspi* self, uint32_t object);

uint32_t
kit_atspi_parent(const KitAtspi* self, uint32_t object);

/** @return how many children it has. */
uint32_t
kit_atspi_n_children(const KitAtspi* self, uint32_t object);

/** @return its child, or #KIT_ATSPI_NONE. */
uint32_t
kit_atspi_child(const KitAtspi* self, uint32_t object, uint32_t index);

/** @return its place among its parent's children. */
int32_t
kit_atspi_index(const KitAtspi* self, uint32_t object);

/** Bits, by the order of kit_atspi_interface(). */
uint32_t
kit_atspi_interfaces(const KitAtspi* self, uint32_t object);

enum {
  KIT_ATSPI_ACCESSIBLE,
  KIT_ATSPI_APPLICATIONS,
  KIT_ATSPI_COMPONENT,
  KIT_ATSPI_ACTION,
  KIT_ATSPI_VALUE,
  KIT_ATSPI_TEXT,
  KIT_ATSPI_N_INTERFACES
};

const char*
kit_atspi_interface(uint32_t number);

/** Append (so): where it is. */
void
kit_atspi_put(KitAtspi* self, DBusMessageIter* to, uint32_t object);

/** Append (so) of the node with that id. */
void
kit_atspi_put_id(KitAtspi* self, DBusMessageIter* to, uint32_t id);

void
kit_atspi_put_states(KitAtspi* self, DBusMessageIter* to, uint32_t object);

void
kit_atspi_put_interfaces(KitAtspi* self, DBusMessageIter* to, uint32_t object);

/* atspi_calls.c, atspi_properties.c */

/** Answer a call, with an error what cannot be done. */
void
kit_atspi_answer(KitAtspi* self, DBusMessage* call);

/** Append a property, in a variant.  @return false if there is none. */
bool
kit_atspi_get(KitAtspi* self, DBusMessageIter* to, uint32_t object, const char* interface, const char* name);

/** @return false if there is none that can be set. */
bool
kit_atspi_set(KitAtspi* self, uint32_t object, const char* name, DBusMessageIter* variant);

/** Append a dictionary of all of an interface. */
void
kit_atspi_get_all(KitAtspi* self, DBusMessageIter* to, uint32_t object, const char* interface);

/* atspi_events.c */

/** Tell what is different between the last two trees. */
void
kit_atspi_tell(KitAtspi* self);

#endif
