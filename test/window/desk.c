// SPDX-License-Identifier: ISC
#include "desk.h"

#include "module.h"
#include "tap.h"
#include "threads.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 30000U

typedef int (*FakeMotion)(Display* display, int screen, int x, int y, unsigned long delay);
typedef int (*FakeInput)(Display* display, unsigned code, int down, unsigned long delay);

struct Desk {
  Display*   display;
  Window     root;
  FakeMotion move;
  FakeInput  button;
  FakeInput  key;
  uint32_t   n_keys;
};

static int last_error;

// A test asks for windows that may be gone
static int
on_error(Display* display, XErrorEvent* event)
{
  (void)display;
  last_error = event->error_code;
  return 0;
}

Desk*
desk_open(void)
{
  Display* const   display = XOpenDisplay(NULL);
  Desk* const      desk    = (Desk*)calloc(1, sizeof(Desk));
  KitModule* const library = kit_module_open("libXtst.so.6");
  const bool       found = library && desk && kit_module_find(library, "XTestFakeMotionEvent", &desk->move) &&
                     kit_module_find(library, "XTestFakeButtonEvent", &desk->button) &&
                     kit_module_find(library, "XTestFakeKeyEvent", &desk->key);
  if (!display || !found) {
    tap_note("no display, or no libXtst.so.6");
    free(desk);
    return NULL;
  }
  desk->display = display;
  desk->root    = DefaultRootWindow(display);
  XSetErrorHandler(on_error);
  return desk;
}

void
desk_close(Desk* desk)
{
  XCloseDisplay(desk->display);
  free(desk);
}

const void*
desk_display(const Desk* desk)
{
  return desk->display;
}

uintptr_t
desk_window(Desk* desk, int x, int y, uint32_t width, uint32_t height)
{
  XSetWindowAttributes attributes = {.override_redirect = True, .event_mask = KeyPressMask};
  const Window         window =
    XCreateWindow(desk->display, desk->root, x, y, width, height, 0, CopyFromParent, InputOutput,
                  CopyFromParent, CWOverrideRedirect | CWEventMask, &attributes);
  XMapWindow(desk->display, window);
  XSync(desk->display, False);
  return window;
}

void
desk_destroy(Desk* desk, uintptr_t window)
{
  XDestroyWindow(desk->display, window);
  XSync(desk->display, False);
}

void
desk_resize(Desk* desk, uintptr_t window, uint32_t width, uint32_t height)
{
  XResizeWindow(desk->display, window, width, height);
  XSync(desk->display, False);
}

uintptr_t
desk_child(Desk* desk, uintptr_t window)
{
  Window   root;
  Window   parent;
  Window*  children = NULL;
  unsigned n        = 0;
  Window   child    = None;
  if (XQueryTree(desk->display, window, &root, &parent, &children, &n) && n) {
    child = children[0];
  }
  if (children) {
    XFree(children);
  }
  return child;
}

static bool
attributes_of(Desk* desk, uintptr_t window, XWindowAttributes* attributes)
{
  last_error = 0;
  return window && XGetWindowAttributes(desk->display, window, attributes) && !last_error;
}

bool
desk_exists(Desk* desk, uintptr_t window)
{
  XWindowAttributes attributes;
  return attributes_of(desk, window, &attributes);
}

bool
desk_is_mapped(Desk* desk, uintptr_t window)
{
  XWindowAttributes attributes;
  return attributes_of(desk, window, &attributes) && attributes.map_state == IsViewable;
}

void
desk_size(Desk* desk, uintptr_t window, uint32_t* width, uint32_t* height)
{
  XWindowAttributes attributes = {0};
  attributes_of(desk, window, &attributes);
  *width  = (uint32_t)attributes.width;
  *height = (uint32_t)attributes.height;
}

bool
desk_has_property(Desk* desk, uintptr_t window, const char* name)
{
  const Atom wanted = XInternAtom(desk->display, name, False);
  int        n      = 0;
  Atom*      atoms  = XListProperties(desk->display, window, &n);
  bool       found  = false;
  for (int i = 0; i < n; ++i) {
    found = found || atoms[i] == wanted;
  }
  if (atoms) {
    XFree(atoms);
  }
  return found;
}

static XImage*
image_of(Desk* desk, uintptr_t window)
{
  uint32_t width;
  uint32_t height;
  desk_size(desk, window, &width, &height);
  last_error = 0;
  return width ? XGetImage(desk->display, window, 0, 0, width, height, AllPlanes, ZPixmap) : NULL;
}

uint64_t
desk_picture(Desk* desk, uintptr_t window)
{
  XImage* const image = image_of(desk, window);
  uint64_t      hash  = 14695981039346656037ULL;
  for (int y = 0; image && y < image->height; ++y) {
    for (int x = 0; x < image->width; ++x) {
      hash = (hash ^ (XGetPixel(image, x, y) & 0xffffffU)) * 1099511628211ULL;
    }
  }
  if (image) {
    XDestroyImage(image);
  }
  return hash;
}

uint32_t
desk_colours(Desk* desk, uintptr_t window)
{
  static uint8_t seen[1U << 21U];
  XImage* const  image = image_of(desk, window);
  uint32_t       n     = 0;
  memset(seen, 0, sizeof(seen));
  for (int y = 0; image && y < image->height; ++y) {
    for (int x = 0; x < image->width && n < 1000U; ++x) {
      const uint32_t pixel = (uint32_t)XGetPixel(image, x, y) & 0xffffffU;
      const uint8_t  bit   = (uint8_t)(1U << (pixel % 8U));
      n += !(seen[pixel / 8U] & bit);
      seen[pixel / 8U] |= bit;
    }
  }
  if (image) {
    XDestroyImage(image);
  }
  return n;
}

uintptr_t
desk_focus(Desk* desk)
{
  Window focus  = None;
  int    revert = 0;
  XGetInputFocus(desk->display, &focus, &revert);
  return focus;
}

void
desk_set_focus(Desk* desk, uintptr_t window)
{
  XSetInputFocus(desk->display, window, RevertToParent, CurrentTime);
  XSync(desk->display, False);
}

uint32_t
desk_keys(Desk* desk)
{
  XSync(desk->display, False);
  while (XPending(desk->display)) {
    XEvent event;
    XNextEvent(desk->display, &event);
    desk->n_keys += event.type == KeyPress;
  }
  const uint32_t n = desk->n_keys;
  desk->n_keys     = 0;
  return n;
}

void
desk_move(Desk* desk, uintptr_t window, double x, double y)
{
  int    at[2] = {0, 0};
  Window child;
  XTranslateCoordinates(desk->display, window, desk->root, (int)x, (int)y, &at[0], &at[1], &child);
  desk->move(desk->display, -1, at[0], at[1], CurrentTime);
  XSync(desk->display, False);
}

void
desk_button(Desk* desk, uint32_t button, bool down)
{
  desk->button(desk->display, button, down, CurrentTime);
  XSync(desk->display, False);
}

void
desk_key(Desk* desk, unsigned long keysym, bool down)
{
  desk->key(desk->display, XKeysymToKeycode(desk->display, keysym), down, CurrentTime);
  XSync(desk->display, False);
}

void
desk_type(Desk* desk, unsigned long keysym)
{
  desk_key(desk, keysym, true);
  desk_key(desk, keysym, false);
}

void
desk_turn(Desk* desk)
{
  (void)desk;
}

uint32_t
desk_n_open(void)
{
  DIR* const folder = opendir("/proc/self/fd");
  uint32_t   n      = 0;
  while (folder && readdir(folder)) {
    ++n;
  }
  if (folder) {
    closedir(folder);
  }
  return n;
}

bool
desk_copy_module(const char* path, char* copy, size_t size)
{
  const char* const slash = strrchr(path, '/');
  const char* const home  = getenv("HOME"); // The screen's own
  char              command[9000];
  snprintf(copy, size, "%s%s", home, slash ? slash : path);
  snprintf(command, sizeof(command), "cp -r '%s' '%s'", path, copy);
  return home && !system(command);
}

bool
desk_wait(bool (*done)(void* handle), void (*turn)(void* handle), void* handle, const char* what)
{
  for (uint32_t ms = 0; ms < PATIENCE_MS; ++ms) {
    turn(handle);
    if (done(handle)) {
      return true;
    }
    kit_sleep_ms(1U);
  }
  tap_note("in vain: %s", what);
  return false;
}
