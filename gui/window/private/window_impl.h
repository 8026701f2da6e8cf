// SPDX-License-Identifier: ISC
/** @file window_impl.h  What the parts of a window share. */
#ifndef KIT_GUI_WINDOW_IMPL_H
#define KIT_GUI_WINDOW_IMPL_H

#include "window.h"

#include <pugl/pugl.h>

/** What the system's part adds. */
typedef struct KitWindowSystem KitWindowSystem;

struct KitWindow {
  KitWindowClient  client;
  PuglWorld*       world;
  PuglView*        view;
  KitWindowSystem* system;
  KitGuiSize       size;
  double           clock_s; ///< What the system's times are behind kit_clock_s()
  uintptr_t        parent;
  bool             gone;        ///< Destroyed by somebody else
  bool             told_gone;   ///< The client knows
  bool             is_visible;  ///< As the client was told
  bool             has_focus;   ///< As the client was told
  bool             key_refused; ///< By the client: the last one it was shown
  bool             taking;      ///< We hold the keyboard
  uint32_t         pressed;     ///< Bits of the buttons that are down
  KitGuiCursor     cursor;
};

/* window.c */

bool
kit_window_tell(KitWindow* window, const KitGuiEvent* event);

void
kit_window_tell_visible(KitWindow* window, bool visible);

void
kit_window_tell_focus(KitWindow* window, bool focus);

/** The window was found to be destroyed. */
void
kit_window_lose(KitWindow* window);

/* window_x11.c, window_windows.c */

/** Around whatever may talk to the system. */
void
kit_window_guard(void);

void
kit_window_unguard(void);

/** Before the view is realised: its world is there.  @return false, with a reason, without memory or a
   display that will do. */
bool
kit_window_system_open(KitWindow* window, const KitLog* log);

/** After it is realised.  @return false, with a reason, if the system refused it. */
bool
kit_window_system_ready(KitWindow* window, const KitWindowSetup* setup, const KitLog* log);

/** Before the view is freed. */
void
kit_window_system_close(KitWindow* window);

/** After it and its world. */
void
kit_window_system_free(KitWindowSystem* system);

/** Take events. */
void
kit_window_system_update(KitWindow* window, double timeout_s);

/** A round of events has been taken. */
void
kit_window_system_idle(KitWindow* window);

/** A button went down or up. */
void
kit_window_system_pressed(KitWindow* window);

const PuglBackend*
kit_window_backend(void);

#endif
