// SPDX-License-Identifier: ISC
#include "window_impl.h"

#include "system.h"
#include "vstkit/alloc.h"

#include <string.h>

#define MAX_DRIFT_S 1.0 ///< Of the system's times: a host that took its events later than that has hung

// An event's time is the system's, which may begin anywhere and wrap; several may be taken at once, so it is
// better than when they are
static double
clock_of(KitWindow* window, double time_s)
{
  const double now   = kit_clock_s();
  const double drift = now - (time_s + window->clock_s);
  if (drift < 0.0 || drift > MAX_DRIFT_S) {
    window->clock_s = now - time_s;
  }
  return time_s + window->clock_s;
}

bool
kit_window_tell(KitWindow* window, const KitGuiEvent* event)
{
  KitGuiEvent timed = *event;
  timed.time_s      = event->time_s > 0.0 ? clock_of(window, event->time_s) : kit_clock_s();
  return window->client.event && window->client.event(window->client.handle, &timed);
}

void
kit_window_tell_visible(KitWindow* window, bool visible)
{
  if (visible != window->is_visible) {
    window->is_visible = visible;
    if (window->client.visible) {
      window->client.visible(window->client.handle, visible);
    }
  }
}

void
kit_window_lose(KitWindow* window)
{
  window->gone = true;
  kit_window_tell_visible(window, false);
  if (!window->told_gone && window->client.gone) {
    window->told_gone = true;
    window->client.gone(window->client.handle);
  }
}

static uint32_t
modifiers_of(PuglMods mods)
{
  return ((mods & PUGL_MOD_SHIFT) ? (uint32_t)KIT_GUI_SHIFT : 0U) |
         ((mods & PUGL_MOD_CTRL) ? (uint32_t)KIT_GUI_CTRL : 0U) |
         ((mods & PUGL_MOD_ALT) ? (uint32_t)KIT_GUI_ALT : 0U);
}

static uint32_t
key_of(uint32_t key)
{
  static const struct {
    uint32_t  pugl;
    KitGuiKey key;
  } keys[] = {
    {PUGL_KEY_LEFT, KIT_GUI_KEY_LEFT},       {PUGL_KEY_RIGHT, KIT_GUI_KEY_RIGHT},
    {PUGL_KEY_UP, KIT_GUI_KEY_UP},           {PUGL_KEY_DOWN, KIT_GUI_KEY_DOWN},
    {PUGL_KEY_HOME, KIT_GUI_KEY_HOME},       {PUGL_KEY_END, KIT_GUI_KEY_END},
    {PUGL_KEY_PAGE_UP, KIT_GUI_KEY_PAGE_UP}, {PUGL_KEY_PAGE_DOWN, KIT_GUI_KEY_PAGE_DOWN},
    {PUGL_KEY_MENU, KIT_GUI_KEY_MENU},       {PUGL_KEY_F2, KIT_GUI_KEY_F2},
  };
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    if (keys[i].pugl == key) {
      return (uint32_t)keys[i].key;
    }
  }
  return key >= PUGL_KEY_F1 && key <= PUGL_KEY_PAUSE ? 0U : key;
}

static void
on_button(KitWindow* window, const PuglButtonEvent* event)
{
  static const uint32_t buttons[] = {KIT_GUI_LEFT, KIT_GUI_RIGHT, KIT_GUI_MIDDLE};
  if (event->button >= sizeof(buttons) / sizeof(buttons[0])) {
    return;
  }
  const bool     down = event->type == PUGL_BUTTON_PRESS;
  const uint32_t bit  = 1U << buttons[event->button];
  window->pressed     = down ? window->pressed | bit : window->pressed & ~bit;
  kit_window_system_pressed(window);
  kit_window_tell(window, &(KitGuiEvent){.type      = down ? KIT_GUI_PRESS : KIT_GUI_RELEASE,
                                         .time_s    = event->time,
                                         .x         = event->x,
                                         .y         = event->y,
                                         .button    = buttons[event->button],
                                         .modifiers = modifiers_of(event->state)});
}

static void
on_key(KitWindow* window, const PuglKeyEvent* event)
{
  const uint32_t key = key_of(event->key);
  // Held or locked modifiers alone are no keys of ours
  window->key_refused =
    !key || !kit_window_tell(window, &(KitGuiEvent){.type      = KIT_GUI_KEY,
                                                    .time_s    = event->time,
                                                    .x         = event->x,
                                                    .y         = event->y,
                                                    .modifiers = modifiers_of(event->state),
                                                    .key       = key});
}

static void
on_text(KitWindow* window, const PuglTextEvent* event)
{
  const PuglMods command = PUGL_MOD_CTRL | PUGL_MOD_ALT | PUGL_MOD_SUPER;
  if (event->character < 0x20U || event->character == 0x7fU || (event->state & command)) {
    return;
  }
  KitGuiEvent text = {.type = KIT_GUI_TEXT, .time_s = event->time, .modifiers = modifiers_of(event->state)};
  memcpy(text.text, event->string, sizeof(text.text) - 1U);
  if (kit_window_tell(window, &text)) {
    window->key_refused = false;
  }
}

static void
on_pointer(KitWindow* window, const PuglEvent* event)
{
  if (event->type == PUGL_MOTION) {
    kit_window_tell(window, &(KitGuiEvent){.type      = KIT_GUI_MOVE,
                                           .time_s    = event->motion.time,
                                           .x         = event->motion.x,
                                           .y         = event->motion.y,
                                           .modifiers = modifiers_of(event->motion.state)});
  } else if (event->type == PUGL_SCROLL) {
    kit_window_tell(window, &(KitGuiEvent){.type      = KIT_GUI_WHEEL,
                                           .time_s    = event->scroll.time,
                                           .x         = event->scroll.x,
                                           .y         = event->scroll.y,
                                           .dx        = event->scroll.dx,
                                           .dy        = event->scroll.dy,
                                           .modifiers = modifiers_of(event->scroll.state)});
  } else if (!window->pressed) { // A pressed pointer leaves and comes back as it likes
    kit_window_tell(window, &(KitGuiEvent){.type = KIT_GUI_LEAVE, .time_s = event->crossing.time});
  }
}

void
kit_window_tell_focus(KitWindow* window, bool focus)
{
  if (focus != window->has_focus) {
    window->has_focus = focus;
    kit_window_tell(window, &(KitGuiEvent){.type = focus ? KIT_GUI_FOCUS : KIT_GUI_BLUR});
  }
}

static void
on_configure(KitWindow* window, const PuglConfigureEvent* event)
{
  const KitGuiSize size = {event->width, event->height};
  if (size.width != window->size.width || size.height != window->size.height) {
    window->size = size;
    if (window->client.resized) {
      window->client.resized(window->client.handle, size);
    }
  }
}

static void
on_data(KitWindow* window, const PuglEvent* event)
{
  if (event->type == PUGL_DATA_OFFER) {
    for (uint32_t i = 0; i < puglGetNumClipboardTypes(window->view); ++i) {
      const char* const type = puglGetClipboardType(window->view, i);
      if (type && !strcmp(type, "text/plain")) {
        puglAcceptOffer(window->view, &event->offer, i);
        return;
      }
    }
    return;
  }
  size_t            size = 0;
  const char* const text = (const char*)puglGetClipboard(window->view, event->data.typeIndex, &size);
  if (text && size && window->client.paste) {
    window->client.paste(window->client.handle, text); // pugl terminates it
  }
}

static PuglStatus
on_event(PuglView* view, const PuglEvent* event)
{
  KitWindow* const window = (KitWindow*)puglGetHandle(view);
  switch (event->type) {
    case PUGL_BUTTON_PRESS:
    case PUGL_BUTTON_RELEASE: on_button(window, &event->button); break;
    case PUGL_KEY_PRESS: on_key(window, &event->key); break;
    case PUGL_TEXT: on_text(window, &event->text); break;
    case PUGL_MOTION:
    case PUGL_SCROLL:
    case PUGL_POINTER_OUT: on_pointer(window, event); break;
    case PUGL_FOCUS_IN: kit_window_tell_focus(window, true); break;
    case PUGL_FOCUS_OUT: kit_window_tell_focus(window, false); break;
    case PUGL_CONFIGURE: on_configure(window, &event->configure); break;
    case PUGL_MAP: kit_window_tell_visible(window, true); break;
    case PUGL_UNMAP: kit_window_tell_visible(window, false); break;
    case PUGL_DATA_OFFER:
    case PUGL_DATA: on_data(window, event); break;
    case PUGL_CLOSE:
      if (window->client.close) {
        window->client.close(window->client.handle);
      }
      break;
    case PUGL_EXPOSE: {
      const PuglExposeEvent* const e    = &event->expose;
      const cairo_rectangle_int_t  rect = {e->x, e->y, e->width, e->height};
      kit_window_show_rects(window, &rect, 1U);
      break;
    }
    default: break;
  }
  return PUGL_SUCCESS;
}

static bool
make_view(KitWindow* window, const KitWindowSetup* setup, const KitLog* log)
{
  window->world = puglNewWorld(PUGL_MODULE, 0);
  if (!window->world) {
    kit_log(log, KIT_LOG_ERROR, "no window: there is no display");
    return false;
  }
  puglSetClassName(window->world, "VstKit");
  puglSetWorldHandle(window->world, window);
  window->view = puglNewView(window->world);
  if (!window->view || !kit_window_system_open(window, log)) {
    return false;
  }
  const bool resizable = setup->max.width && setup->max.height;
  puglSetBackend(window->view, kit_window_backend());
  puglSetHandle(window->view, window);
  puglSetEventFunc(window->view, on_event);
  puglSetViewHint(window->view, PUGL_RESIZABLE, resizable);
  puglSetSizeHint(window->view, PUGL_DEFAULT_SIZE, (PuglSpan)setup->size.width, (PuglSpan)setup->size.height);
  if (resizable) {
    puglSetSizeHint(window->view, PUGL_MIN_SIZE, (PuglSpan)setup->min.width, (PuglSpan)setup->min.height);
    puglSetSizeHint(window->view, PUGL_MAX_SIZE, (PuglSpan)setup->max.width, (PuglSpan)setup->max.height);
  }
  puglSetWindowTitle(window->view, setup->title ? setup->title : "VstKit");
  puglSetParentWindow(window->view, setup->parent);
  if (!setup->parent && setup->transient) {
    puglSetTransientParent(window->view, setup->transient);
  }
  if (puglRealize(window->view)) {
    kit_log(log, KIT_LOG_ERROR, "no window: the system made none");
    return false;
  }
  return kit_window_system_ready(window, setup, log);
}

KitWindow*
kit_window_new(const KitWindowSetup* setup, const KitLog* log)
{
  if (!kit_window_available(log)) {
    return NULL;
  }
  KitWindow* const window = (KitWindow*)kit_calloc(1, sizeof(KitWindow));
  if (!window) {
    kit_log(log, KIT_LOG_ERROR, "no window: out of memory");
    return NULL;
  }
  window->client = setup->client;
  window->size   = setup->size;
  window->parent = setup->parent;
  kit_window_guard();
  const bool ok = make_view(window, setup, log);
  if (ok && setup->parent) {
    kit_window_show(window);
  }
  kit_window_unguard();
  if (!ok) {
    kit_window_free(window);
    return NULL;
  }
  return window;
}

void
kit_window_free(KitWindow* window)
{
  if (!window) {
    return;
  }
  window->client = (KitWindowClient){0};
  kit_window_guard();
  if (window->view) {
    kit_window_system_close(window);
    puglFreeView(window->view);
  }
  if (window->world) {
    puglFreeWorld(window->world);
  }
  kit_window_unguard();
  kit_window_system_free(window->system);
  kit_free(window);
}

void
kit_window_idle(KitWindow* window, double timeout_s)
{
  if (window->gone) {
    return;
  }
  kit_window_guard();
  kit_window_system_update(window, timeout_s);
  kit_window_system_idle(window);
  kit_window_unguard();
}

bool
kit_window_is_gone(const KitWindow* window)
{
  return window->gone;
}

KitGuiSize
kit_window_size(const KitWindow* window)
{
  return window->size;
}

uintptr_t
kit_window_native(const KitWindow* window)
{
  return window->gone ? 0U : puglGetNativeView(window->view);
}

void
kit_window_set_title(KitWindow* window, const char* title)
{
  if (!window->gone) {
    kit_window_guard();
    puglSetWindowTitle(window->view, title);
    kit_window_unguard();
  }
}

void
kit_window_set_transient(KitWindow* window, uintptr_t other)
{
  if (!window->gone && !window->parent) {
    kit_window_guard();
    puglSetTransientParent(window->view, other);
    kit_window_unguard();
  }
}

void
kit_window_paste(KitWindow* window)
{
  if (!window->gone) {
    kit_window_guard();
    puglPaste(window->view);
    kit_window_unguard();
  }
}
