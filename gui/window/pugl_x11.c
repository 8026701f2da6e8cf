// SPDX-License-Identifier: ISC
/* pugl for X11 (David Robillard and others, ISC), as the distribution has it, with what its version of 2022
   lacks put in at two calls: events pass by us first, and windows get a border and gravity of their own. */
#include "window_x11.h"

#include <X11/Xutil.h>

#define XNextEvent kit_x11_next_event
#define XCreateWindow(display, parent, x, y, width, height, border, depth, class, visual, mask, attributes)  \
  XCreateWindow(display, parent, x, y, width, height, border, depth, class, visual,                          \
                (mask) | kit_x11_adapt(display, parent, attributes), attributes)
#include <x11.c>
