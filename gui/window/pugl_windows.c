// SPDX-License-Identifier: ISC
/* pugl for Windows (David Robillard and others, ISC), as the distribution has it, in Unicode, with a window
   class for each module that is gone when its last window is, and without taking the keyboard from the host.
 */
#include "window_windows.h"

#include <windowsx.h>

#undef DefWindowProc
#undef DispatchMessage
#undef PeekMessage
#undef GetClassInfoEx
#undef RegisterClassEx
#undef UnregisterClass
#undef CreateWindowEx
#define DefWindowProc                      DefWindowProcW
#define DispatchMessage                    DispatchMessageW
#define PeekMessage                        PeekMessageW
#define GetClassInfoEx(module, name, info) ((void)(module), kit_windows_is_registered())
#define RegisterClassEx(info)              kit_windows_register(info)
#define UnregisterClass(name, module)      kit_windows_unregister()
#define CreateWindowEx(ex, name, title, style, x, y, width, height, parent, menu, module, data)              \
  ((void)(name), (void)(title), kit_windows_create(ex, style, width, height, parent))
#define SetFocus(window) (view->parent ? NULL : (SetFocus)(window))
#define wndProc          kit_windows_pugl
#include <win.c>
