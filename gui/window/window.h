// SPDX-License-Identifier: ISC
/**
   @file window.h  A window of the system's, and nothing of what is in it.

   X11 and Windows, through pugl; each window has a connection of its own to the
   display.  It is embedded in a host's window, or a top-level one.  Its picture is
   the client's image surface (gui.h): the window copies rectangles of it to the
   screen and keeps none.

   Whoever owns a window calls kit_window_idle() some thirty times a second, from
   the host's timer or a loop of its own, and when kit_window_fd() has something to
   read; all callbacks come from there (on Windows from the system's messages, too).
   A callback may call anything but kit_window_free().

   X errors of a window's connection are caught, whoever destroys what; those of
   other connections go where they went before.

   Keys belong to the host until kit_window_take_keyboard(), or until somebody
   gives an embedded window the focus; a top-level window has them as any other.

   Thread: [main-thread], all of it.
*/
#ifndef KIT_GUI_WINDOW_H
#define KIT_GUI_WINDOW_H

#include "gui.h"

typedef struct KitWindow KitWindow;

/** What a window tells.  `surface` must be there, any other may be null. */
typedef struct {
  void* handle;
  /** What to show, or null; copied from at once. */
  cairo_surface_t* (*surface)(void* handle);
  /** @return false for a key that nobody has a use for: the host gets it. */
  bool (*event)(void* handle, const KitGuiEvent* event);
  void (*resized)(void* handle, KitGuiSize size);
  /** It is to be seen, or no part of it is. */
  void (*visible)(void* handle, bool visible);
  /** The user has asked a top-level window to close; it stays until it is freed. */
  void (*close)(void* handle);
  /** Somebody else has destroyed it: all that is left is to free it. */
  void (*gone)(void* handle);
  /** A file was dropped on it. */
  void (*drop)(void* handle, const char* path);
  /** What kit_window_paste() asked for. */
  void (*paste)(void* handle, const char* text);
  /** Thirty times a second from within kit_window_idle(), while Windows keeps it: people move a window or
     change its size.  Draw. */
  void (*held)(void* handle);
} KitWindowClient;

typedef struct {
  uintptr_t       parent;    ///< To be embedded in, or 0: a top-level window
  uintptr_t       transient; ///< Of a top-level window: the one it stays above, or 0
  const char*     title;     ///< Of a top-level window
  KitGuiSize      size;      ///< Pixels
  KitGuiSize      min;       ///< Of a top-level window that people may resize; with `max` 0: they may not
  KitGuiSize      max;
  KitWindowClient client; ///< Copied
} KitWindowSetup;

/** "x11", "win32", or null where this build has no windows. */
const char*
kit_window_system(void);

/** True if windows can be opened: the libraries are there (they are loaded at the first call).
    @param log Says why not; may be null. */
bool
kit_window_available(const KitLog* log);

/** The desktop's scale: 1 is 96 dpi. */
double
kit_window_desktop_scale(void);

/** Open a window: one that is embedded is shown at once, as there are hosts that never say so.
    @param log Says why not; may be null.
    @return null without memory, display, or a parent. */
KitWindow*
kit_window_new(const KitWindowSetup* setup, const KitLog* log);

/** Null is allowed. */
void
kit_window_free(KitWindow* window);

void
kit_window_show(KitWindow* window);

void
kit_window_hide(KitWindow* window);

/** Take what has come, and call back.
    @param timeout_s Wait so long for something to come; 0 = not at all. */
void
kit_window_idle(KitWindow* window, double timeout_s);

/** To be read when something has come, or −1 (Windows). */
int
kit_window_fd(const KitWindow* window);

/** The window in its system, or 0 once it is gone. */
uintptr_t
kit_window_native(const KitWindow* window);

/** Where it is on the screen, in pixels; unchanged if that is not known.  X11 only. */
void
kit_window_position(KitWindow* window, int at[2]);

bool
kit_window_is_gone(const KitWindow* window);

KitGuiSize
kit_window_size(const KitWindow* window);

void
kit_window_set_size(KitWindow* window, KitGuiSize size);

/** Move an embedded window to another parent.  @return false if there is none. */
bool
kit_window_set_parent(KitWindow* window, uintptr_t parent);

void
kit_window_set_transient(KitWindow* window, uintptr_t other);

void
kit_window_set_title(KitWindow* window, const char* title);

/** @param icon CAIRO_FORMAT_ARGB32. */
void
kit_window_set_icon(KitWindow* window, cairo_surface_t* icon);

void
kit_window_set_cursor(KitWindow* window, KitGuiCursor cursor);

/** Hold the keyboard, or give it back to who had it. */
void
kit_window_take_keyboard(KitWindow* window, bool take);

/** Show what has changed in the surface. */
void
kit_window_show_rects(KitWindow* window, const cairo_rectangle_int_t* rects, uint32_t n);

void
kit_window_copy(KitWindow* window, const char* text);

void
kit_window_paste(KitWindow* window);

#endif
