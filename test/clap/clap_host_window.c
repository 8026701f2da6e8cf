// SPDX-License-Identifier: ISC
// What a host has for windows
#include "clap_host.h"

#include "readable.h"

#include <string.h>

static ClapHostWindow*
window_of(const clap_host_t* host)
{
  return &((ClapHost*)host->host_data)->window;
}

/* Timers.  A host must not be asked for two by a plugin that needs one. */

static bool
register_timer(const clap_host_t* host, uint32_t ms, clap_id* id)
{
  for (uint32_t i = 0; ms && i < CLAP_HOST_TIMERS; ++i) {
    if (!window_of(host)->timers[i]) {
      window_of(host)->timers[i] = true;
      *id                        = i;
      return true;
    }
  }
  return false;
}

static bool
unregister_timer(const clap_host_t* host, clap_id id)
{
  const bool known = id < CLAP_HOST_TIMERS && window_of(host)->timers[id];
  if (known) {
    window_of(host)->timers[id] = false;
  }
  return known;
}

/* File descriptors */

static bool
register_fd(const clap_host_t* host, int fd, uint32_t flags)
{
  for (uint32_t i = 0; flags && i < CLAP_HOST_TIMERS; ++i) {
    if (!window_of(host)->fds[i]) {
      window_of(host)->fds[i] = fd + 1;
      return true;
    }
  }
  return false;
}

static bool
modify_fd(const clap_host_t* host, int fd, uint32_t flags)
{
  (void)host;
  (void)fd;
  (void)flags;
  return true;
}

static bool
unregister_fd(const clap_host_t* host, int fd)
{
  for (uint32_t i = 0; i < CLAP_HOST_TIMERS; ++i) {
    if (window_of(host)->fds[i] == fd + 1) {
      window_of(host)->fds[i] = 0;
      return true;
    }
  }
  return false;
}

/* Windows */

static void
resize_hints_changed(const clap_host_t* host)
{
  (void)host;
}

static bool
request_resize(const clap_host_t* host, uint32_t width, uint32_t height)
{
  ClapHostWindow* const window = window_of(host);
  ++window->n_asked;
  window->asked[0] = width;
  window->asked[1] = height;
  return !window->refuses;
}

static bool
request_show(const clap_host_t* host)
{
  (void)host;
  return false;
}

static void
closed(const clap_host_t* host, bool was_destroyed)
{
  (void)was_destroyed;
  ++window_of(host)->n_closed;
}

/* Menus */

static bool
populate(const clap_host_t* host, const KitClapMenuTarget* target, const KitClapMenuBuilder* builder)
{
  const KitClapMenuEntry entry = {"Host's own", true, 42U};
  ++window_of(host)->n_menus;
  window_of(host)->menu_of = target->kind == KIT_CLAP_MENU_OF_PARAM ? target->id : CLAP_INVALID_ID;
  return builder->add_item(builder, KIT_CLAP_MENU_ENTRY, &entry);
}

static bool
perform(const clap_host_t* host, const KitClapMenuTarget* target, clap_id action)
{
  (void)target;
  window_of(host)->chosen = action;
  return true;
}

static bool
can_popup(const clap_host_t* host)
{
  (void)host;
  return false;
}

static bool
popup(const clap_host_t* host, const KitClapMenuTarget* target, int32_t screen, int32_t x, int32_t y)
{
  (void)host;
  (void)target;
  (void)screen;
  (void)x;
  (void)y;
  return false;
}

const void*
clap_host_window_extension(const ClapHost* host, const char* id)
{
  static const clap_host_timer_support_t timers = {register_timer, unregister_timer};
  static const KitClapHostFds            fds    = {register_fd, modify_fd, unregister_fd};
  static const clap_host_gui_t        gui = {resize_hints_changed, request_resize, request_show, request_show,
                                             closed};
  static const KitClapHostContextMenu menu   = {populate, perform, can_popup, popup};
  const ClapHostWindow* const         window = &host->window;
  const struct {
    bool        has;
    const char* id;
    const void* extension;
  } list[] = {
    {window->has_timers, CLAP_EXT_TIMER_SUPPORT, &timers},
    {window->has_fds, KIT_CLAP_EXT_FDS, &fds},
    {window->has_gui, CLAP_EXT_GUI, &gui},
    {window->has_menu, KIT_CLAP_EXT_CONTEXT_MENU, &menu},
  };
  for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); ++i) {
    if (list[i].has && !strcmp(list[i].id, id)) {
      return list[i].extension;
    }
  }
  return NULL;
}

void
clap_host_turn(ClapHost* host)
{
  const clap_plugin_t* const               p = host->plugin;
  const clap_plugin_timer_support_t* const timers =
    (const clap_plugin_timer_support_t*)p->get_extension(p, CLAP_EXT_TIMER_SUPPORT);
  const KitClapPluginFds* const fds = (const KitClapPluginFds*)p->get_extension(p, KIT_CLAP_EXT_FDS);
  for (clap_id i = 0; i < CLAP_HOST_TIMERS; ++i) {
    if (host->window.timers[i]) {
      timers->on_timer(p, i);
    }
  }
  for (uint32_t i = 0; i < CLAP_HOST_TIMERS; ++i) {
    const int fd = host->window.fds[i] - 1;
    if (host->window.fds[i] && host_is_readable(fd)) {
      fds->on_fd(p, fd, KIT_CLAP_FD_READ);
    }
  }
  const uint32_t n = atomic_load(&host->n_callbacks);
  if (n != host->window.n_called) {
    host->window.n_called = n;
    p->on_main_thread(p);
  }
}
