// SPDX-License-Identifier: ISC
/** @file window_x11.h  What the parts of a window under X11 share. */
#ifndef KIT_GUI_WINDOW_X11_H
#define KIT_GUI_WINDOW_X11_H

#include "window_impl.h"

#include <X11/Xlib.h>

#define KIT_X11_KEYS 256U

typedef enum {
  KIT_ATOM_AWARE,
  KIT_ATOM_ENTER,
  KIT_ATOM_POSITION,
  KIT_ATOM_STATUS,
  KIT_ATOM_LEAVE,
  KIT_ATOM_DROP,
  KIT_ATOM_FINISHED,
  KIT_ATOM_SELECTION,
  KIT_ATOM_TYPES,
  KIT_ATOM_COPY,
  KIT_ATOM_URIS,
  KIT_ATOM_ICON,
  KIT_X11_N_ATOMS
} KitX11Atom;

struct KitWindowSystem {
  KitWindow*       window;
  KitWindowSystem* next; ///< Of all that are open
  Display*         display;
  Window           win;
  Window           root;
  GC               gc;
  int              error; ///< The last that was caught, or 0
  Atom             atoms[KIT_X11_N_ATOMS];
  Window           focus_before;             ///< Who had the keyboard that we hold
  bool             grabbing;                 ///< Escape is ours, as long as a button is down
  bool             has_key;                  ///< `key` has not been settled
  XKeyEvent        key;                      ///< The last; the host gets it if we have no use for it
  uint8_t          given[KIT_X11_KEYS / 8U]; ///< Keys of which the host got the press
  Window           drag_source;              ///< Of what is dragged over us, or 0
  bool             drag_is_files;
};

/** The window with that connection, or null. */
KitWindowSystem*
kit_x11_find(Display* display);

/* In the place of Xlib's functions, within pugl */

int
kit_x11_next_event(Display* display, XEvent* event);

/** Set what pugl leaves out.  @return more of the mask. */
unsigned long
kit_x11_adapt(Display* display, Window parent, XSetWindowAttributes* attributes);

/* window_x11_drop.c */

void
kit_x11_accept_drops(KitWindowSystem* self);

/** @return true for an event of drag and drop. */
bool
kit_x11_drop_event(KitWindowSystem* self, const XEvent* event);

#endif
