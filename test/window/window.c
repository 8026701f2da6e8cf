// SPDX-License-Identifier: ISC
// The window by itself, over a picture of one colour
#include "window.h"

#include "desk.h"
#include "tap.h"

#include <X11/Xlib.h>
#include <X11/keysym.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define WIDTH  300U
#define HEIGHT 200U

/** What a window has told. */
typedef struct {
  Desk*            desk;
  KitWindow*       window;
  uintptr_t        parent;
  cairo_surface_t* surface;
  KitGuiEvent      last[KIT_GUI_BLUR + 1]; ///< Of each type
  uint32_t         n[KIT_GUI_BLUR + 1];
  KitGuiSize       size;
  uint32_t         n_resized;
  bool             visible;
  bool             closed;
  bool             gone;
  bool             takes_keys; ///< Has a use for keys
  char             text[64];   ///< Dropped or pasted
  uint32_t         wanted;     ///< Of what is waited for
  KitGuiEventType  type;
} Subject;

static const void* desk_connection;
static uint32_t    n_foreign_errors; ///< Of other connections, that came to the handler of the host

static int
on_foreign_error(Display* display, XErrorEvent* event)
{
  (void)event;
  n_foreign_errors += display != desk_connection;
  return 0;
}

static cairo_surface_t*
surface(void* handle)
{
  return ((Subject*)handle)->surface;
}

static bool
on_event(void* handle, const KitGuiEvent* event)
{
  Subject* const s     = (Subject*)handle;
  s->last[event->type] = *event;
  ++s->n[event->type];
  return (event->type != KIT_GUI_KEY && event->type != KIT_GUI_TEXT) || s->takes_keys;
}

static void
on_resized(void* handle, KitGuiSize size)
{
  Subject* const s = (Subject*)handle;
  s->size          = size;
  ++s->n_resized;
}

static void
on_visible(void* handle, bool visible)
{
  ((Subject*)handle)->visible = visible;
}

static void
on_close(void* handle)
{
  ((Subject*)handle)->closed = true;
}

static void
on_gone(void* handle)
{
  ((Subject*)handle)->gone = true;
}

static void
on_text(void* handle, const char* text)
{
  Subject* const s = (Subject*)handle;
  snprintf(s->text, sizeof(s->text), "%s", text);
}

static KitWindowSetup
setup_of(Subject* s)
{
  return (KitWindowSetup){
    .parent = s->parent,
    .size   = {WIDTH, HEIGHT},
    .min    = {WIDTH / 2U, HEIGHT / 2U},
    .max    = {WIDTH * 2U, HEIGHT * 2U},
    .title  = "Subject",
    .client = {s, surface, on_event, on_resized, on_visible, on_close, on_gone, on_text, on_text}};
}

static void
paint(Subject* s, double red)
{
  cairo_t* const cairo = cairo_create(s->surface);
  cairo_set_source_rgb(cairo, red, 0.5, 0.25);
  cairo_paint(cairo);
  cairo_destroy(cairo);
}

static void
subject_init(Subject* s, Desk* desk, bool embedded)
{
  *s         = (Subject){.desk = desk};
  s->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)WIDTH, (int)HEIGHT);
  s->parent  = embedded ? desk_window(desk, 100, 100, WIDTH, HEIGHT) : 0U;
  paint(s, 1.0);
  const KitWindowSetup setup = setup_of(s);
  s->window                  = kit_window_new(&setup, NULL);
}

static void
subject_cleanup(Subject* s)
{
  kit_window_free(s->window);
  cairo_surface_destroy(s->surface);
  if (s->parent && desk_exists(s->desk, s->parent)) {
    desk_destroy(s->desk, s->parent);
  }
}

static void
turn(void* handle)
{
  kit_window_idle(((Subject*)handle)->window, 0.0);
}

static bool
has_come(void* handle)
{
  const Subject* const s = (const Subject*)handle;
  return s->n[s->type] >= s->wanted;
}

/** Wait until `n` events of a type have come since the last call. */
static bool
comes(Subject* s, KitGuiEventType type, uint32_t n)
{
  s->type       = type;
  s->wanted     = n;
  const bool ok = desk_wait(has_come, turn, s, "an event");
  s->n[type]    = 0;
  return ok;
}

static bool
is_drawn(void* handle)
{
  const Subject* const s = (const Subject*)handle;
  return desk_colours(s->desk, kit_window_native(s->window)) == 1U;
}

static void
test_embedding(Desk* desk)
{
  Subject s;
  subject_init(&s, desk, true);
  tap_ok(s.window && desk_child(desk, s.parent) == kit_window_native(s.window),
         "the host finds its child as soon as it is told");
  tap_ok(desk_is_mapped(desk, kit_window_native(s.window)), "… shown, without being asked to");
  tap_ok(!desk_has_property(desk, kit_window_native(s.window), "_XEMBED_INFO"), "… without _XEMBED_INFO");
  tap_ok(desk_wait(is_drawn, turn, &s, "drawing") && s.visible, "it is drawn");
  const uint64_t before = desk_picture(desk, kit_window_native(s.window));
  paint(&s, 0.0);
  kit_window_show_rects(s.window, &(cairo_rectangle_int_t){-5, -5, 1000, 1000}, 1U);
  tap_ok(desk_picture(desk, kit_window_native(s.window)) != before,
         "… and drawn anew at once, outside of events");
  subject_cleanup(&s);
}

static void
test_pointer(Desk* desk)
{
  Subject s;
  subject_init(&s, desk, true);
  desk_move(desk, s.parent, 10, 20);
  const bool moved = comes(&s, KIT_GUI_MOVE, 1U);
  tap_ok(moved && s.last[KIT_GUI_MOVE].x == 10.0 && s.last[KIT_GUI_MOVE].y == 20.0,
         "the pointer is where it is");
  desk_key(desk, XK_Shift_L, true);
  desk_button(desk, 1U, true);
  bool ok = comes(&s, KIT_GUI_PRESS, 1U) && s.last[KIT_GUI_PRESS].button == KIT_GUI_LEFT &&
            s.last[KIT_GUI_PRESS].modifiers == KIT_GUI_SHIFT;
  desk_key(desk, XK_Shift_L, false);
  desk_move(desk, s.parent, -40, 500);
  ok =
    ok && comes(&s, KIT_GUI_MOVE, 1U) && s.last[KIT_GUI_MOVE].x == -40.0 && !s.last[KIT_GUI_MOVE].modifiers;
  tap_ok(ok, "a drag is followed outside; modifiers are those of each event, whoever has the keyboard");
  desk_keys(desk);
  desk_type(desk, XK_Escape);
  tap_ok(comes(&s, KIT_GUI_KEY, 1U) && s.last[KIT_GUI_KEY].key == KIT_GUI_KEY_ESCAPE && !desk_keys(desk),
         "Escape during a drag is ours");
  desk_button(desk, 1U, false);
  ok = comes(&s, KIT_GUI_RELEASE, 1U);
  desk_move(desk, s.parent, 10, 10);
  desk_button(desk, 4U, true);
  desk_button(desk, 4U, false);
  tap_ok(ok && comes(&s, KIT_GUI_WHEEL, 1U) && s.last[KIT_GUI_WHEEL].dy == 1.0, "the wheel turns");
  desk_button(desk, 3U, true);
  desk_button(desk, 3U, false);
  tap_ok(comes(&s, KIT_GUI_RELEASE, 1U) && s.last[KIT_GUI_PRESS].button == KIT_GUI_RIGHT &&
           s.last[KIT_GUI_RELEASE].time_s >= s.last[KIT_GUI_WHEEL].time_s,
         "buttons are told apart, in time");
  subject_cleanup(&s);
}

static bool
keys_came(void* handle)
{
  Subject* const s = (Subject*)handle;
  s->wanted += desk_keys(s->desk);
  return s->wanted > 0U;
}

static void
test_keys(Desk* desk)
{
  Subject s;
  subject_init(&s, desk, true);
  desk_set_focus(desk, s.parent);
  desk_move(desk, s.parent, 10, 10);
  comes(&s, KIT_GUI_MOVE, 1U);
  desk_type(desk, XK_space);
  s.wanted = 0;
  tap_ok(desk_wait(keys_came, turn, &s, "a key of the host's") && !s.n[KIT_GUI_KEY],
         "keys are the host's, even with the pointer on us");
  kit_window_take_keyboard(s.window, true);
  s.takes_keys = true;
  bool ok      = comes(&s, KIT_GUI_FOCUS, 1U);
  desk_type(desk, XK_a);
  ok = ok && comes(&s, KIT_GUI_TEXT, 1U) && !strcmp(s.last[KIT_GUI_TEXT].text, "a") &&
       s.last[KIT_GUI_KEY].key == 'a' && !desk_keys(desk);
  tap_ok(ok, "while typing they are ours");
  desk_key(desk, XK_Control_L, true);
  desk_type(desk, XK_a);
  desk_key(desk, XK_Control_L, false);
  desk_type(desk, XK_Tab);
  comes(&s, KIT_GUI_KEY, 3U);
  tap_ok(!s.n[KIT_GUI_TEXT] && s.last[KIT_GUI_KEY].key == KIT_GUI_KEY_TAB, "commands and Tab are no text");
  s.takes_keys = false;
  desk_type(desk, XK_space);
  s.wanted = 0;
  tap_ok(desk_wait(keys_came, turn, &s, "a refused key"),
         "a key that we have no use for goes on to the host");
  kit_window_take_keyboard(s.window, false);
  tap_ok(desk_focus(desk) == s.parent, "then the keyboard is given back");
  kit_window_take_keyboard(s.window, true);
  const uintptr_t other = desk_window(desk, 600, 600, 50, 50);
  desk_set_focus(desk, other);
  ok = comes(&s, KIT_GUI_BLUR, 1U);
  kit_window_take_keyboard(s.window, false);
  tap_ok(ok && desk_focus(desk) == other, "… but not taken from somebody who has it meanwhile");
  desk_destroy(desk, other);
  subject_cleanup(&s);
}

static bool
is_gone(void* handle)
{
  return ((const Subject*)handle)->gone;
}

static void
test_destroyed(Desk* desk)
{
  Subject s;
  subject_init(&s, desk, true);
  kit_window_take_keyboard(s.window, true);
  desk_destroy(desk, s.parent);
  kit_window_set_size(s.window, (KitGuiSize){50U, 50U}); // Before we could know
  kit_window_show_rects(s.window, &(cairo_rectangle_int_t){0, 0, 10, 10}, 1U);
  tap_ok(desk_wait(is_gone, turn, &s, "the end") && !kit_window_native(s.window) && !s.visible,
         "a parent that is destroyed first is noticed");
  kit_window_set_size(s.window, (KitGuiSize){60U, 60U});
  kit_window_show(s.window);
  kit_window_paste(s.window);
  subject_cleanup(&s);
  subject_init(&s, desk, true);
  desk_destroy(desk, s.parent);
  subject_cleanup(&s);
  tap_ok(!n_foreign_errors, "… and nobody else hears of errors; freeing it unaware does no harm");
  subject_init(&s, desk, true);
  const KitWindowSetup setup = {.parent = 1234567U, .size = {10U, 10U}, .client = {.surface = surface}};
  tap_ok(!kit_window_new(&setup, NULL) && !n_foreign_errors, "a parent that is none is refused");
  subject_cleanup(&s);
}

static bool
has_size(void* handle)
{
  const Subject* const s = (const Subject*)handle;
  return s->size.width == s->wanted;
}

static void
test_sizes(Desk* desk)
{
  Subject s;
  subject_init(&s, desk, true);
  for (uint32_t i = 0; i < 200U; ++i) {
    kit_window_set_size(s.window, (KitGuiSize){100U + i * 37U % 211U, 80U + i * 53U % 97U});
    if (i % 3U == 0U) {
      turn(&s);
    }
  }
  s.wanted = 100U + 199U * 37U % 211U;
  tap_ok(desk_wait(has_size, turn, &s, "the last size"), "of a storm of sizes the last counts");
  const uintptr_t other = desk_window(desk, 700, 300, 400, 300);
  tap_ok(kit_window_set_parent(s.window, other) && desk_child(desk, other) == kit_window_native(s.window) &&
           desk_is_mapped(desk, kit_window_native(s.window)),
         "it moves to another parent");
  tap_ok(!kit_window_set_parent(s.window, 7654321U), "… not to one that is none");
  desk_destroy(desk, s.parent);
  turn(&s);
  tap_ok(!s.gone, "… and lives on without the first");
  desk_destroy(desk, other);
  subject_cleanup(&s);
}

static uint32_t
n_open(void)
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

static void
test_many(Desk* desk)
{
  Subject a;
  Subject b;
  subject_init(&a, desk, true);
  const uint32_t before = n_open();
  for (uint32_t i = 0; i < 50U; ++i) {
    subject_init(&b, desk, i % 2U);
    turn(&b);
    subject_cleanup(&b);
  }
  tap_ok(n_open() == before, "50 windows leave no connection behind");
  subject_init(&b, desk, true);
  desk_destroy(desk, b.parent);
  tap_ok(desk_wait(is_gone, turn, &b, "the end"), "of two one is destroyed");
  desk_move(desk, a.parent, 11, 11);
  tap_ok(comes(&a, KIT_GUI_MOVE, 1U) && !a.gone, "… and the other goes on");
  subject_cleanup(&b);
  subject_cleanup(&a);
}

static bool
has_text(void* handle)
{
  return ((const Subject*)handle)->text[0] != '\0';
}

static void
turn_both(void* handle)
{
  Subject* const both = (Subject*)handle;
  turn(&both[0]);
  turn(&both[1]);
}

static void
test_clipboard(Desk* desk)
{
  Subject both[2];
  subject_init(&both[0], desk, true);
  subject_init(&both[1], desk, false);
  kit_window_show(both[1].window);
  kit_window_copy(both[1].window, "Hall größer");
  kit_window_paste(both[0].window);
  tap_ok(desk_wait(has_text, turn_both, both, "the text") && !strcmp(both[0].text, "Hall größer"),
         "text goes from one window to another");
  subject_cleanup(&both[1]);
  subject_cleanup(&both[0]);
}

/* The other side of drag and drop */

static void
send(Display* display, uintptr_t to, const char* type, const long* data)
{
  XEvent event               = {.xclient = {.type = ClientMessage, .window = to, .format = 32}};
  event.xclient.message_type = XInternAtom(display, type, False);
  memcpy(event.xclient.data.l, data, 5U * sizeof(long));
  XSendEvent(display, to, False, NoEventMask, &event);
  XFlush(display);
}

typedef struct {
  Subject* subject;
  Display* display;
  Window   window;
  uint32_t n_status;
  bool     finished;
} Dragger;

static void
turn_dragger(void* handle)
{
  static const char uris[]  = "# what is dropped\r\nfile:///tmp/a%20b.json\r\n";
  Dragger* const    dragger = (Dragger*)handle;
  turn(dragger->subject);
  while (XPending(dragger->display)) {
    XEvent event;
    XNextEvent(dragger->display, &event);
    if (event.type == SelectionRequest) {
      const XSelectionRequestEvent* const r = &event.xselectionrequest;
      XChangeProperty(dragger->display, r->requestor, r->property, r->target, 8, PropModeReplace,
                      (const unsigned char*)uris, (int)sizeof(uris) - 1);
      XEvent note = {.xselection = {SelectionNotify, 0, True, dragger->display, r->requestor, r->selection,
                                    r->target, r->property, r->time}};
      XSendEvent(dragger->display, r->requestor, False, NoEventMask, &note);
      XFlush(dragger->display);
    } else if (event.type == ClientMessage) {
      const Atom type   = event.xclient.message_type;
      dragger->finished = type == XInternAtom(dragger->display, "XdndFinished", False);
      dragger->n_status += !dragger->finished && (event.xclient.data.l[1] & 1L);
    }
  }
}

static bool
has_dropped(void* handle)
{
  return ((const Dragger*)handle)->finished;
}

static void
test_drop(Desk* desk)
{
  Subject s;
  Dragger dragger = {&s, XOpenDisplay(NULL), None, 0, false};
  subject_init(&s, desk, true);
  dragger.window =
    XCreateSimpleWindow(dragger.display, DefaultRootWindow(dragger.display), 0, 0, 1, 1, 0, 0, 0);
  const Atom      uris      = XInternAtom(dragger.display, "text/uri-list", False);
  const Atom      selection = XInternAtom(dragger.display, "XdndSelection", False);
  const uintptr_t target    = kit_window_native(s.window);
  XSetSelectionOwner(dragger.display, selection, dragger.window, CurrentTime);
  send(dragger.display, target, "XdndEnter",
       (const long[5]){(long)dragger.window, 5L << 24, (long)uris, 0, 0});
  send(dragger.display, target, "XdndPosition", (const long[5]){(long)dragger.window, 0, 0, 0, 0});
  send(dragger.display, target, "XdndDrop", (const long[5]){(long)dragger.window, 0, CurrentTime, 0, 0});
  tap_ok(desk_wait(has_dropped, turn_dragger, &dragger, "the drop") && !strcmp(s.text, "/tmp/a b.json") &&
           dragger.n_status == 1U,
         "a file is dropped");
  XCloseDisplay(dragger.display);
  subject_cleanup(&s);
}

static bool
is_closed(void* handle)
{
  return ((const Subject*)handle)->closed;
}

static bool
is_visible(void* handle)
{
  return ((const Subject*)handle)->visible;
}

static void
test_top_level(Desk* desk)
{
  Subject s;
  subject_init(&s, desk, false);
  tap_ok(s.window && !desk_is_mapped(desk, kit_window_native(s.window)),
         "a top-level window waits to be shown");
  kit_window_show(s.window);
  tap_ok(desk_wait(is_visible, turn, &s, "showing"), "it is shown");
  cairo_surface_t* const icon = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 16, 16);
  kit_window_set_icon(s.window, icon);
  kit_window_set_title(s.window, "Another");
  cairo_surface_destroy(icon);
  tap_ok(desk_has_property(desk, kit_window_native(s.window), "_NET_WM_ICON"), "… with an icon");
  Display* const display = XOpenDisplay(NULL);
  send(display, kit_window_native(s.window), "WM_PROTOCOLS",
       (const long[5]){(long)XInternAtom(display, "WM_DELETE_WINDOW", False), 0, 0, 0, 0});
  tap_ok(desk_wait(is_closed, turn, &s, "the close button") && desk_exists(desk, kit_window_native(s.window)),
         "… and closed by its owner alone");
  XCloseDisplay(display);
  subject_cleanup(&s);
}

int
main(void)
{
  Desk* const desk = desk_open();
  if (!desk) {
    tap_skip("no display with XTEST");
    return tap_done();
  }
  desk_connection = desk_display(desk);
  XSetErrorHandler(on_foreign_error);
  test_embedding(desk);
  test_pointer(desk);
  test_keys(desk);
  test_destroyed(desk);
  test_sizes(desk);
  test_many(desk);
  test_clipboard(desk);
  test_drop(desk);
  test_top_level(desk);
  tap_ok(XSetErrorHandler(NULL) == on_foreign_error, "the host's handler of errors is where it was");
  desk_close(desk);
  return tap_done();
}
