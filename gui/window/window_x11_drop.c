// SPDX-License-Identifier: ISC
// Files dropped on a window, by the protocol Xdnd, version 5
#include "window_x11.h"

#include "vstkit/alloc.h"

#include <X11/Xatom.h>

#include <stdlib.h>
#include <string.h>

#define VERSION   5L
#define MAX_BYTES 65536L ///< Of the names that are dropped

void
kit_x11_accept_drops(KitWindowSystem* self)
{
  const long version = VERSION;
  XChangeProperty(self->display, self->win, self->atoms[KIT_ATOM_AWARE], XA_ATOM, 32, PropModeReplace,
                  (const unsigned char*)&version, 1);
}

static void
send(KitWindowSystem* self, KitX11Atom type, const long* data)
{
  XEvent event;
  memset(&event, 0, sizeof(event));
  event.xclient.type         = ClientMessage;
  event.xclient.display      = self->display;
  event.xclient.window       = self->drag_source;
  event.xclient.message_type = self->atoms[type];
  event.xclient.format       = 32;
  event.xclient.data.l[0]    = (long)self->win;
  memcpy(&event.xclient.data.l[1], data, 4U * sizeof(long));
  XSendEvent(self->display, self->drag_source, False, NoEventMask, &event);
  XFlush(self->display);
}

/** Up to `max` bytes of a property; free with XFree(). */
static unsigned char*
property(KitWindowSystem* self, Window window, Atom name, Atom type, unsigned long* n)
{
  unsigned char* data   = NULL;
  Atom           actual = None;
  int            format = 0;
  unsigned long  rest   = 0;
  *n                    = 0;
  if (XGetWindowProperty(self->display, window, name, 0, MAX_BYTES / 4L, False, type, &actual, &format, n,
                         &rest, &data) != Success) {
    return NULL;
  }
  return data;
}

static void
enter(KitWindowSystem* self, const XClientMessageEvent* message)
{
  self->drag_source   = (Window)message->data.l[0];
  self->drag_is_files = false;
  if (message->data.l[1] & 1L) { // There are more types than fit
    unsigned long n = 0;
    Atom* const   types =
      (Atom*)(void*)property(self, self->drag_source, self->atoms[KIT_ATOM_TYPES], XA_ATOM, &n);
    for (unsigned long i = 0; types && i < n; ++i) {
      self->drag_is_files = self->drag_is_files || types[i] == self->atoms[KIT_ATOM_URIS];
    }
    if (types) {
      XFree(types);
    }
  } else {
    for (uint32_t i = 2U; i < 5U; ++i) {
      self->drag_is_files = self->drag_is_files || (Atom)message->data.l[i] == self->atoms[KIT_ATOM_URIS];
    }
  }
}

static int
hex(char c)
{
  const char* const digits = "0123456789abcdef";
  const char* const found  = c ? strchr(digits, c | 0x20) : NULL;
  return found ? (int)(found - digits) : -1;
}

/** "file://host/a%20b" to "/a b", in place.  @return null for what is no file. */
static char*
path_of(char* uri)
{
  if (strncmp(uri, "file://", 7) != 0) {
    return NULL;
  }
  char* const path = strchr(uri + 7, '/');
  if (!path) {
    return NULL;
  }
  char* to = path;
  for (const char* from = path; *from; ++from) {
    const bool escaped = *from == '%' && hex(from[1]) >= 0 && hex(from[2]) >= 0;
    *to++              = escaped ? (char)(hex(from[1]) * 16 + hex(from[2])) : *from;
    from += escaped ? 2 : 0;
  }
  *to = '\0';
  return path;
}

static void
take_files(KitWindowSystem* self, const XSelectionEvent* event)
{
  unsigned long        n = 0;
  unsigned char* const text =
    event->property ? property(self, self->win, event->property, AnyPropertyType, &n) : NULL;
  char* save = NULL;
  for (char* line = text ? strtok_r((char*)text, "\r\n", &save) : NULL; line;
       line       = strtok_r(NULL, "\r\n", &save)) {
    const char* const path = path_of(line);
    if (path && self->window->client.drop) {
      self->window->client.drop(self->window->client.handle, path);
    }
  }
  if (text) {
    XFree(text);
    XDeleteProperty(self->display, self->win, event->property);
  }
  send(self, KIT_ATOM_FINISHED, (const long[4]){text != NULL, (long)self->atoms[KIT_ATOM_COPY], 0, 0});
  self->drag_source = None;
}

static void
finish(KitWindowSystem* self, const XClientMessageEvent* message)
{
  if (self->drag_is_files) {
    XConvertSelection(self->display, self->atoms[KIT_ATOM_SELECTION], self->atoms[KIT_ATOM_URIS],
                      self->atoms[KIT_ATOM_SELECTION], self->win, (Time)message->data.l[2]);
  } else {
    send(self, KIT_ATOM_FINISHED, (const long[4]){0, 0, 0, 0});
    self->drag_source = None;
  }
}

bool
kit_x11_drop_event(KitWindowSystem* self, const XEvent* event)
{
  if (event->type == SelectionNotify && event->xselection.selection == self->atoms[KIT_ATOM_SELECTION]) {
    take_files(self, &event->xselection);
    return true;
  }
  if (event->type != ClientMessage || !self->window->client.drop) {
    return false;
  }
  const XClientMessageEvent* const message = &event->xclient;
  const Atom                       type    = message->message_type;
  if (type == self->atoms[KIT_ATOM_ENTER]) {
    enter(self, message);
  } else if (type == self->atoms[KIT_ATOM_POSITION] && self->drag_source) {
    send(
      self, KIT_ATOM_STATUS,
      (const long[4]){self->drag_is_files, 0, 0, self->drag_is_files ? (long)self->atoms[KIT_ATOM_COPY] : 0});
  } else if (type == self->atoms[KIT_ATOM_LEAVE]) {
    self->drag_source = None;
  } else if (type == self->atoms[KIT_ATOM_DROP] && self->drag_source) {
    finish(self, message);
  } else {
    return false;
  }
  return true;
}
