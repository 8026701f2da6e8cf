// SPDX-License-Identifier: ISC
#include "window_x11.h"

#include "threads.h"
#include "vstkit/alloc.h"

#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <X11/cursorfont.h>
#include <X11/keysym.h>
#include <types.h> // pugl's, which its back ends are written with
#include <x11.h>

#include <stdlib.h>
#include <string.h>

#define KEY_MASKS (KeyPressMask | KeyReleaseMask)

static KitLock          lock = KIT_LOCK_INIT;
static KitWindowSystem* windows;
static uint32_t         n_guards;
static XErrorHandler    handler_before;

const char*
kit_window_system(void)
{
  return "x11";
}

KitWindowSystem*
kit_x11_find(Display* display)
{
  kit_lock_take(&lock);
  KitWindowSystem* found = windows;
  while (found && found->display != display) {
    found = found->next;
  }
  kit_lock_drop(&lock);
  return found;
}

/* Errors.  Those of a connection come out of calls that use it, so ours only within the guard. */

static int
on_error(Display* display, XErrorEvent* event)
{
  KitWindowSystem* const self = kit_x11_find(display);
  if (self) {
    self->error = event->error_code;
    return 0;
  }
  return handler_before ? handler_before(display, event) : 0;
}

void
kit_window_guard(void)
{
  kit_lock_take(&lock);
  if (!n_guards++) {
    handler_before = XSetErrorHandler(on_error);
  }
  kit_lock_drop(&lock);
}

// A handler that somebody has set meanwhile stays
void
kit_window_unguard(void)
{
  kit_lock_take(&lock);
  if (!--n_guards) {
    const XErrorHandler mine = XSetErrorHandler(handler_before);
    if (mine != on_error) {
      XSetErrorHandler(mine);
    }
  }
  kit_lock_drop(&lock);
}

/** True if the server has refused nothing since the last call. */
static bool
went_well(KitWindowSystem* self)
{
  XSync(self->display, False);
  const int error = self->error;
  self->error     = 0;
  return !error;
}

/* pugl's back end: a plain window, of a visual that a picture can be copied to as it is */

static PuglStatus
configure(PuglView* view)
{
  Display* const    display = view->world->impl->display;
  const XVisualInfo wanted  = {.visualid = XVisualIDFromVisual(DefaultVisual(display, view->impl->screen))};
  XVisualInfo       pattern = wanted;
  int               n       = 0;
  view->impl->vi            = XGetVisualInfo(display, VisualIDMask, &pattern, &n);
  if (view->impl->vi && (view->impl->vi->depth < 24 || view->impl->vi->red_mask != 0xff0000UL)) {
    return PUGL_BAD_CONFIGURATION;
  }
  return view->impl->vi ? PUGL_SUCCESS : PUGL_BACKEND_FAILED;
}

static PuglStatus
do_nothing(PuglView* view)
{
  (void)view;
  return PUGL_SUCCESS;
}

static void
destroy(PuglView* view)
{
  (void)view;
}

static PuglStatus
enter(PuglView* view, const PuglExposeEvent* expose)
{
  (void)view;
  (void)expose;
  return PUGL_SUCCESS;
}

static void*
get_context(PuglView* view)
{
  (void)view;
  return NULL;
}

const PuglBackend*
kit_window_backend(void)
{
  static const PuglBackend backend = {configure, do_nothing, destroy, enter, enter, get_context};
  return &backend;
}

// A parent may have another depth than we: then a border of its own is asked for.  No background, or resizing
// would flicker.
unsigned long
kit_x11_adapt(Display* display, Window parent, XSetWindowAttributes* attributes)
{
  attributes->border_pixel      = 0;
  attributes->background_pixmap = None;
  attributes->bit_gravity       = NorthWestGravity;
  if (parent != DefaultRootWindow(display)) {
    attributes->event_mask &= ~KEY_MASKS;
  }
  return CWBorderPixel | CWBackPixmap | CWBitGravity;
}

/* Opening and closing */

double
kit_window_desktop_scale(void)
{
  double         dpi     = 0.0;
  Display* const display = kit_window_available(NULL) ? XOpenDisplay(NULL) : NULL;
  if (display) {
    const char* const text = XGetDefault(display, "Xft", "dpi");
    dpi                    = text ? strtod(text, NULL) : 0.0;
    XCloseDisplay(display);
  }
  return dpi >= 24.0 && dpi <= 1536.0 ? dpi / 96.0 : 1.0;
}

bool
kit_window_system_open(KitWindow* window, const KitLog* log)
{
  static char* names[KIT_X11_N_ATOMS] = {
    [KIT_ATOM_AWARE] = "XdndAware",       [KIT_ATOM_ENTER] = "XdndEnter",
    [KIT_ATOM_POSITION] = "XdndPosition", [KIT_ATOM_STATUS] = "XdndStatus",
    [KIT_ATOM_LEAVE] = "XdndLeave",       [KIT_ATOM_DROP] = "XdndDrop",
    [KIT_ATOM_FINISHED] = "XdndFinished", [KIT_ATOM_SELECTION] = "XdndSelection",
    [KIT_ATOM_TYPES] = "XdndTypeList",    [KIT_ATOM_COPY] = "XdndActionCopy",
    [KIT_ATOM_URIS] = "text/uri-list",    [KIT_ATOM_ICON] = "_NET_WM_ICON",
  };
  KitWindowSystem* const self = (KitWindowSystem*)kit_calloc(1, sizeof(KitWindowSystem));
  if (!self) {
    kit_log(log, KIT_LOG_ERROR, "no window: out of memory");
    return false;
  }
  self->window   = window;
  self->display  = (Display*)puglGetNativeWorld(window->world);
  self->root     = DefaultRootWindow(self->display);
  window->system = self;
  XInternAtoms(self->display, names, KIT_X11_N_ATOMS, False, self->atoms);
  kit_lock_take(&lock);
  self->next = windows;
  windows    = self;
  kit_lock_drop(&lock);
  return true;
}

bool
kit_window_system_ready(KitWindow* window, const KitWindowSetup* setup, const KitLog* log)
{
  KitWindowSystem* const self = window->system;
  self->win                   = (Window)puglGetNativeView(window->view);
  if (!went_well(self)) {
    kit_log(log, KIT_LOG_ERROR, "no window: %s",
            setup->parent ? "the host's is none" : "the display refused it");
    return false;
  }
  self->gc = XCreateGC(self->display, self->win, 0, NULL);
  if (setup->client.drop) {
    kit_x11_accept_drops(self);
  }
  return went_well(self) && self->gc;
}

void
kit_window_system_close(KitWindow* window)
{
  KitWindowSystem* const self = window->system;
  if (!self) {
    return;
  }
  kit_window_take_keyboard(window, false);
  if (self->gc) {
    XFreeGC(self->display, self->gc);
  }
  if (window->gone) {
    window->view->impl->win = None; // Or pugl would destroy it
  }
}

// Until here errors of the connection's last breath find it
void
kit_window_system_free(KitWindowSystem* self)
{
  if (!self) {
    return;
  }
  kit_lock_take(&lock);
  KitWindowSystem** link = &windows;
  while (*link && *link != self) {
    link = &(*link)->next;
  }
  if (*link) {
    *link = self->next;
  }
  kit_lock_drop(&lock);
  kit_free(self);
}

/* Keys */

static void
select_keys(KitWindowSystem* self, bool on)
{
  XWindowAttributes attributes;
  if (self->window->parent && XGetWindowAttributes(self->display, self->win, &attributes)) {
    const long mask = attributes.your_event_mask;
    XSelectInput(self->display, self->win, on ? mask | KEY_MASKS : mask & ~KEY_MASKS);
  }
}

void
kit_window_take_keyboard(KitWindow* window, bool take)
{
  KitWindowSystem* const self = window->system;
  if (take == window->taking || window->gone || !window->parent) {
    return;
  }
  window->taking = take;
  kit_window_guard();
  Window focus  = None;
  int    revert = 0;
  XGetInputFocus(self->display, &focus, &revert);
  if (take && focus != self->win) {
    self->focus_before = focus;
    select_keys(self, true);
    XSetInputFocus(self->display, self->win, RevertToParent, CurrentTime);
  } else if (!take && focus == self->win && self->focus_before) {
    XSetInputFocus(self->display, self->focus_before, RevertToParent, CurrentTime);
    self->focus_before = None;
  }
  XFlush(self->display);
  kit_window_unguard();
}

static void
settle_key(KitWindowSystem* self)
{
  XKeyEvent* const key = &self->key;
  if (!self->has_key) {
    return;
  }
  self->has_key       = false;
  const unsigned n    = key->keycode % KIT_X11_KEYS;
  const uint8_t  bit  = (uint8_t)(1U << (n % 8U));
  const bool     ours = key->type == KeyPress ? !self->window->key_refused
                                              : !(self->given[n / 8U] & bit); // NOLINT(readability-*)
  self->given[n / 8U] &= (uint8_t)~bit;
  if (ours || !self->window->parent || self->window->gone) {
    return;
  }
  self->given[n / 8U] |= key->type == KeyPress ? bit : 0U;
  key->window = (Window)self->window->parent;
  XSendEvent(self->display, key->window, True, key->type == KeyPress ? KeyPressMask : KeyReleaseMask,
             (XEvent*)key);
}

static void
take_key(KitWindowSystem* self, XEvent* event)
{
  if (event->xkey.window == self->root) { // Escape, grabbed for a drag
    event->xkey.window = self->win;
  } else {
    self->has_key             = true;
    self->key                 = event->xkey;
    self->window->key_refused = true;
  }
}

void
kit_window_system_pressed(KitWindow* window)
{
  KitWindowSystem* const self = window->system;
  const bool             grab = window->pressed != 0 && window->parent;
  if (grab != self->grabbing) {
    const int escape = XKeysymToKeycode(self->display, XK_Escape);
    self->grabbing   = grab;
    if (grab) {
      XGrabKey(self->display, escape, AnyModifier, self->root, False, GrabModeAsync, GrabModeAsync);
    } else {
      XUngrabKey(self->display, escape, AnyModifier, self->root);
    }
  }
}

/* Events, before pugl sees them */

static bool
is_about_us(const XFocusChangeEvent* event)
{
  return event->mode != NotifyGrab && event->mode != NotifyUngrab && event->detail != NotifyPointer &&
         event->detail != NotifyPointerRoot && event->detail != NotifyDetailNone &&
         event->detail != NotifyInferior;
}

static void
take_focus(KitWindowSystem* self, const XFocusChangeEvent* event)
{
  if (is_about_us(event)) {
    select_keys(self, event->type == FocusIn);
    if (event->type == FocusOut) {
      self->window->taking = false; // Somebody else has it: there is nobody to give it back to
      self->focus_before   = None;
    }
    kit_window_tell_focus(self->window, event->type == FocusIn);
  }
}

int
kit_x11_next_event(Display* display, XEvent* event)
{
  const int              result = XNextEvent(display, event);
  KitWindowSystem* const self   = kit_x11_find(display);
  if (!self) {
    return result;
  }
  settle_key(self);
  bool ours = false;
  if (event->type == KeyPress || event->type == KeyRelease) {
    take_key(self, event);
  } else if (event->type == FocusIn || event->type == FocusOut) {
    take_focus(self, &event->xfocus);
  } else if (event->type == DestroyNotify && event->xdestroywindow.window == self->win) {
    kit_window_lose(self->window);
    ours = true;
  } else if (event->type == MappingNotify) {
    XRefreshKeyboardMapping(&event->xmapping);
    ours = true;
  } else {
    ours = kit_x11_drop_event(self, event);
  }
  if (ours || self->window->gone) {
    event->xany.window = None; // For pugl it is nobody's
    event->type        = GenericEvent;
  }
  return result;
}

void
kit_window_system_update(KitWindow* window, double timeout_s)
{
  puglUpdate(window->world, timeout_s);
}

void
kit_window_system_idle(KitWindow* window)
{
  KitWindowSystem* const self = window->system;
  settle_key(self);
  XFlush(self->display);
  self->error = 0;
}

/* What a window is asked for */

int
kit_window_fd(const KitWindow* window)
{
  return ConnectionNumber(window->system->display);
}

void
kit_window_show(KitWindow* window)
{
  if (!window->gone) {
    kit_window_guard();
    puglShow(window->view);
    XSync(window->system->display, False); // Some hosts look at once for what they were given
    kit_window_unguard();
  }
}

void
kit_window_hide(KitWindow* window)
{
  if (!window->gone) {
    kit_window_guard();
    kit_window_take_keyboard(window, false);
    puglHide(window->view);
    XSync(window->system->display, False);
    kit_window_unguard();
  }
}

void
kit_window_position(KitWindow* window, int at[2])
{
  KitWindowSystem* const self = window->system;
  Window                 child;
  if (!window->gone) {
    kit_window_guard();
    XTranslateCoordinates(self->display, self->win, self->root, 0, 0, &at[0], &at[1], &child);
    kit_window_unguard();
  }
}

void
kit_window_set_size(KitWindow* window, KitGuiSize size)
{
  if (!window->gone) {
    kit_window_guard();
    puglSetSize(window->view, size.width, size.height);
    XFlush(window->system->display);
    kit_window_unguard();
  }
}

bool
kit_window_set_parent(KitWindow* window, uintptr_t parent)
{
  KitWindowSystem* const self = window->system;
  if (window->gone) {
    return false;
  }
  kit_window_guard();
  XReparentWindow(self->display, self->win, (Window)parent, 0, 0);
  const bool ok = went_well(self);
  if (ok) {
    window->parent = parent;
    XMapWindow(self->display, self->win);
    XSync(self->display, False);
  }
  kit_window_unguard();
  return ok;
}

void
kit_window_set_cursor(KitWindow* window, KitGuiCursor cursor)
{
  static const unsigned shapes[] = {
    [KIT_GUI_CURSOR_ARROW] = XC_left_ptr,  [KIT_GUI_CURSOR_HAND] = XC_hand2,
    [KIT_GUI_CURSOR_TEXT] = XC_xterm,      [KIT_GUI_CURSOR_UP_DOWN] = XC_sb_v_double_arrow,
    [KIT_GUI_CURSOR_CROSS] = XC_crosshair,
  };
  KitWindowSystem* const self = window->system;
  if (window->gone || cursor == window->cursor) {
    return;
  }
  window->cursor = cursor;
  kit_window_guard();
  const Cursor shape = XCreateFontCursor(self->display, shapes[cursor]);
  XDefineCursor(self->display, self->win, shape);
  XFreeCursor(self->display, shape);
  XFlush(self->display);
  kit_window_unguard();
}

void
kit_window_set_icon(KitWindow* window, cairo_surface_t* icon)
{
  KitWindowSystem* const self   = window->system;
  const int              width  = cairo_image_surface_get_width(icon);
  const int              height = cairo_image_surface_get_height(icon);
  const int              stride = cairo_image_surface_get_stride(icon);
  const uint8_t* const   data   = cairo_image_surface_get_data(icon);
  const size_t           n      = (size_t)width * (size_t)height;
  long* const            words  = (long*)kit_calloc(n + 2U, sizeof(long)); // Xlib's 32-bit words are longs
  if (!words || !data || window->gone) {
    kit_free(words);
    return;
  }
  words[0] = width;
  words[1] = height;
  for (size_t i = 0; i < n; ++i) {
    uint32_t pixel;
    memcpy(&pixel, data + (i / (size_t)width) * (size_t)stride + 4U * (i % (size_t)width), sizeof(pixel));
    const uint32_t alpha = pixel >> 24U;
    words[i + 2U]        = (long)(alpha << 24U);
    for (uint32_t shift = 0; alpha && shift < 24U; shift += 8U) {
      const uint32_t plain = (((pixel >> shift) & 0xffU) * 255U + alpha / 2U) / alpha;
      words[i + 2U] |= (long)(plain << shift);
    }
  }
  kit_window_guard();
  XChangeProperty(self->display, self->win, self->atoms[KIT_ATOM_ICON], XA_CARDINAL, 32, PropModeReplace,
                  (const unsigned char*)words, (int)n + 2);
  XSync(self->display, False);
  kit_window_unguard();
  kit_free(words);
}

void
kit_window_copy(KitWindow* window, const char* text)
{
  if (!window->gone) {
    kit_window_guard();
    puglSetClipboard(window->view, "UTF8_STRING", text, strlen(text)); // As a type it serves more takers
    XSync(window->system->display, False);                             // Whoever asks next is to find it
    kit_window_unguard();
  }
}

void
kit_window_show_rects(KitWindow* window, const cairo_rectangle_int_t* rects, uint32_t n)
{
  KitWindowSystem* const self    = window->system;
  cairo_surface_t* const surface = window->gone ? NULL : window->client.surface(window->client.handle);
  if (!surface || !n) {
    return;
  }
  cairo_surface_flush(surface);
  const int width  = cairo_image_surface_get_width(surface);
  const int height = cairo_image_surface_get_height(surface);
  kit_window_guard();
  XImage* const image =
    XCreateImage(self->display, window->view->impl->vi->visual, (unsigned)window->view->impl->vi->depth,
                 ZPixmap, 0, (char*)cairo_image_surface_get_data(surface), (unsigned)width, (unsigned)height,
                 32, cairo_image_surface_get_stride(surface));
  if (image) {
    const uint32_t one = 1U;
    image->byte_order  = *(const uint8_t*)&one ? LSBFirst : MSBFirst; // Cairo's is the machine's
    for (uint32_t i = 0; i < n; ++i) {
      const int x      = rects[i].x > 0 ? rects[i].x : 0;
      const int y      = rects[i].y > 0 ? rects[i].y : 0;
      const int right  = rects[i].x + rects[i].width < width ? rects[i].x + rects[i].width : width;
      const int bottom = rects[i].y + rects[i].height < height ? rects[i].y + rects[i].height : height;
      if (right > x && bottom > y) {
        XPutImage(self->display, self->win, self->gc, image, x, y, x, y, (unsigned)(right - x),
                  (unsigned)(bottom - y));
      }
    }
    image->data = NULL; // The surface's
    XDestroyImage(image);
  }
  XFlush(self->display);
  kit_window_unguard();
}
