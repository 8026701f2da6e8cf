// SPDX-License-Identifier: ISC
/** @file window_windows.h  What the parts of a window under Windows share. */
#ifndef KIT_GUI_WINDOW_WINDOWS_H
#define KIT_GUI_WINDOW_WINDOWS_H

#include "window_impl.h"

#include <windows.h>

#define KIT_WINDOWS_KEYS 256U

struct KitWindowSystem {
  HWND    hwnd;
  HWND    focus_before;                 ///< Who had the keyboard that we hold
  HICON   icon;                         ///< Ours, or null
  bool    escape;                       ///< Escape was down when it was last looked at
  wchar_t high;                         ///< Of a character that comes as two
  uint8_t given[KIT_WINDOWS_KEYS / 8U]; ///< Keys of which the host got the press
};

/* In the place of the system's functions, within pugl */

/** One class per module, with the procedure below. */
ATOM
kit_windows_register(const WNDCLASSEXA* like);

/** @return whether this module's class is there. */
BOOL
kit_windows_is_registered(void);

/** Refused while there are windows of it. */
BOOL
kit_windows_unregister(void);

HWND
kit_windows_create(DWORD ex_style, DWORD style, int width, int height, HWND parent);

/** Pugl's own, which ours calls. */
LRESULT CALLBACK
kit_windows_pugl(HWND hwnd, UINT message, WPARAM w, LPARAM l);

/* window_windows.c */

/** The window behind, or null once it is being closed. */
KitWindow*
kit_windows_of(HWND hwnd);

/* window_windows_keys.c */

/** A key or a character: what we have no use for goes to the host.  @return what the procedure returns. */
LRESULT
kit_windows_key(KitWindow* window, UINT message, WPARAM w, LPARAM l);

/** Escape ends a drag, though the keyboard is the host's. */
void
kit_windows_look_for_escape(KitWindow* window);

#endif
