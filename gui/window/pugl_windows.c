// SPDX-License-Identifier: ISC
/* pugl for Windows (David Robillard and others, ISC), as the distribution has it, with what its version of
   2022 lacks put in at two calls: files that are dropped come by us, and the class of the windows goes with
   the module that made it. */
#include "window_impl.h"

#include <win.h> // pugl's
#include <windows.h>

LRESULT
kit_windows_default(HWND window, UINT message, WPARAM w, LPARAM l);

void
kit_windows_forget_class(const char* name);

static LRESULT
default_procedure(HWND window, UINT message, WPARAM w, LPARAM l)
{
  return kit_windows_default(window, message, w, l);
}

static BOOL
forget_class(const char* name, HINSTANCE instance)
{
  (void)instance;
  kit_windows_forget_class(name);
  return TRUE;
}

#undef DefWindowProc
#undef UnregisterClass
#define DefWindowProc   default_procedure
#define UnregisterClass forget_class
#include <win.c>
