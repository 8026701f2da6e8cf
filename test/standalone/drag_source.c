// SPDX-License-Identifier: ISC
// drag_source WINDOW URI...   drags files onto a window, as a file manager does: it offers five types, moves
// twice,
//                             drops when it was told that it may, and prints what it was told
#include <X11/Xatom.h>
#include <X11/Xlib.h>

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 60000
#define N_TYPES     5

typedef struct {
  Display* display;
  Window   own;
  Window   target;
  char     uris[8192]; ///< Lines that end in CR LF
  int      n_accepted;
  bool     refused;
  bool     asked; ///< For the names
  int      finished;
} Drag;

static Atom
atom(const Drag* drag, const char* name)
{
  return XInternAtom(drag->display, name, False);
}

static void
send(const Drag* drag, const char* type, const long* rest)
{
  XEvent event;
  memset(&event, 0, sizeof(event));
  event.xclient.type         = ClientMessage;
  event.xclient.window       = drag->target;
  event.xclient.message_type = atom(drag, type);
  event.xclient.format       = 32;
  event.xclient.data.l[0]    = (long)drag->own;
  memcpy(&event.xclient.data.l[1], rest, 4U * sizeof(long));
  XSendEvent(drag->display, drag->target, False, NoEventMask, &event);
  XFlush(drag->display);
}

static void
give(Drag* drag, const XSelectionRequestEvent* request)
{
  const bool ours = request->target == atom(drag, "text/uri-list");
  XEvent     note = {.xselection = {.type      = SelectionNotify,
                                    .display   = drag->display,
                                    .requestor = request->requestor,
                                    .selection = request->selection,
                                    .target    = request->target,
                                    .property  = ours ? request->property : None,
                                    .time      = request->time}};
  if (ours) {
    XChangeProperty(drag->display, request->requestor, request->property, request->target, 8, PropModeReplace,
                    (const unsigned char*)drag->uris, (int)strlen(drag->uris));
    drag->asked = true;
  }
  XSendEvent(drag->display, request->requestor, False, NoEventMask, &note);
  XFlush(drag->display);
}

/** Take events until `*done` or time is up. */
static bool
wait_for(Drag* drag, const int* done, int wanted)
{
  struct pollfd poller = {.fd = ConnectionNumber(drag->display), .events = POLLIN};
  while (*done < wanted && !drag->refused) {
    XEvent event;
    if (!XPending(drag->display) && poll(&poller, 1, PATIENCE_MS) <= 0) {
      return false;
    }
    XNextEvent(drag->display, &event);
    if (event.type == SelectionRequest) {
      give(drag, &event.xselectionrequest);
    } else if (event.type == ClientMessage && event.xclient.message_type == atom(drag, "XdndStatus")) {
      drag->n_accepted += event.xclient.data.l[1] & 1L ? 1 : 0;
      drag->refused = !(event.xclient.data.l[1] & 1L);
    } else if (event.type == ClientMessage && event.xclient.message_type == atom(drag, "XdndFinished")) {
      drag->finished = event.xclient.data.l[1] & 1L ? 2 : 1;
    }
  }
  return *done >= wanted;
}

static void
offer(Drag* drag)
{
  const char* const names[N_TYPES] = {"x-special/gnome-icon-list", "UTF8_STRING", "text/plain", "STRING",
                                      "text/uri-list"};
  Atom              types[N_TYPES];
  for (int i = 0; i < N_TYPES; ++i) {
    types[i] = atom(drag, names[i]);
  }
  XChangeProperty(drag->display, drag->own, atom(drag, "XdndTypeList"), XA_ATOM, 32, PropModeReplace,
                  (const unsigned char*)types, N_TYPES);
  XSetSelectionOwner(drag->display, atom(drag, "XdndSelection"), drag->own, CurrentTime);
  send(drag, "XdndEnter", (const long[4]){(5L << 24) | 1L, (long)types[0], (long)types[1], (long)types[2]});
}

int
main(int argc, char** argv)
{
  static Drag drag;
  drag.display = XOpenDisplay(NULL);
  if (argc < 3 || !drag.display) {
    return 2;
  }
  drag.target = (Window)strtoul(argv[1], NULL, 0);
  drag.own    = XCreateSimpleWindow(drag.display, DefaultRootWindow(drag.display), 0, 0, 1, 1, 0, 0, 0);
  for (int i = 2; i < argc; ++i) {
    const size_t n = strlen(drag.uris);
    snprintf(drag.uris + n, sizeof(drag.uris) - n, "%s\r\n", argv[i]);
  }
  offer(&drag);
  const long copy = (long)atom(&drag, "XdndActionCopy");
  for (int i = 0; i < 2; ++i) {
    send(&drag, "XdndPosition", (const long[4]){0, (100L + i) << 16 | 100L, CurrentTime, copy});
    wait_for(&drag, &drag.n_accepted, i + 1);
  }
  if (!drag.refused) {
    send(&drag, "XdndDrop", (const long[4]){0, CurrentTime, 0, 0});
    wait_for(&drag, &drag.finished, 1);
  }
  printf("accepted %d asked %d finished %d\n", drag.n_accepted, drag.asked, drag.finished == 2);
  XCloseDisplay(drag.display);
  return drag.finished == 2 ? 0 : 1;
}
