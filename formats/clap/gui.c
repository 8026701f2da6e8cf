// SPDX-License-Identifier: ISC
#include "clap_gui.h"

#include "window_wire.h"

#include <stdio.h>
#include <string.h>

/* What makes the window move: the host's timer; where it has none, its callback, which a thread asks for */

static void
wake(void* handle)
{
  KitClap* const self = (KitClap*)handle;
  while (atomic_load(&self->window.waking)) {
    kit_sleep_ms(KIT_CLAP_TICK_MS);
    if (!atomic_exchange(&self->calling, true)) {
      self->host->request_callback(self->host);
    }
  }
}

static bool
has_timers(const KitClap* self)
{
  const clap_host_timer_support_t* const timers = self->offers.timers;
  return timers && timers->register_timer && timers->unregister_timer;
}

static bool
start_waking(KitClap* self)
{
  if (has_timers(self) && self->timer != CLAP_INVALID_ID) {
    return true;
  }
  atomic_store(&self->window.waking, true);
  if (!self->host->request_callback || !kit_thread_start(&self->window.waker, wake, self)) {
    atomic_store(&self->window.waking, false);
    kit_log(&self->log, KIT_LOG_ERROR, "no window: the host gives neither a timer nor a callback");
    return false;
  }
  return true;
}

static void
stop_waking(KitClap* self)
{
  if (atomic_exchange(&self->window.waking, false)) {
    kit_thread_join(&self->window.waker);
  }
}

/* The host's file descriptors: with them what people do is seen at once */

static void
unwatch(KitClap* self)
{
  if (self->window.fd >= 0 && self->offers.fds && self->offers.fds->unregister_fd) {
    self->offers.fds->unregister_fd(self->host, self->window.fd);
  }
  self->window.fd = -1;
}

static void
watch(KitClap* self)
{
  const KitClapHostFds* const fds    = self->offers.fds;
  const KitWindow* const      window = kit_editor_window(self->window.editor);
  const int                   fd     = window ? kit_window_fd(window) : -1;
  unwatch(self);
  if (fd >= 0 && fds && fds->register_fd && fds->unregister_fd &&
      fds->register_fd(self->host, fd, KIT_CLAP_FD_READ)) {
    self->window.fd = fd;
  }
}

static void
on_fd(const clap_plugin_t* plugin, int fd, uint32_t flags)
{
  KitClap* const self = kit_clap_of(plugin);
  (void)flags;
  kit_clap_check_main(self, "clap_plugin_posix_fd_support.on_fd");
  if (fd >= 0 && fd == self->window.fd) {
    kit_editor_idle(self->window.editor);
  }
}

const KitClapPluginFds kit_clap_fds = {on_fd};

/* What the editor asks for and tells */

static bool
request_resize(void* handle, uint32_t width, uint32_t height)
{
  const KitClap* const         self = (const KitClap*)handle;
  const clap_host_gui_t* const gui  = self->offers.gui;
  return gui && gui->request_resize && gui->request_resize(self->host, width, height);
}

static void
closed(void* handle, bool gone)
{
  KitClap* const               self = (KitClap*)handle;
  const clap_host_gui_t* const gui  = self->offers.gui;
  if (gone) {
    unwatch(self);
  }
  if (gui && gui->closed) {
    gui->closed(self->host, gone);
  }
}

static void
show_wire(void* handle, KitGuiWire* wire)
{
  kit_window_wire(((KitClap*)handle)->kit, wire);
}

static void
set_wire(void* handle, bool on)
{
  kit_osc_switch(on, &((KitClap*)handle)->log);
}

/* The extension */

static bool
is_ours(const char* api)
{
  return api && kit_window_system() && !strcmp(api, kit_window_system());
}

static bool
gui_is_api_supported(const clap_plugin_t* plugin, const char* api, bool is_floating)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_gui.is_api_supported");
  return (is_ours(api) || (is_floating && (!api || !*api))) && kit_window_available(&self->log);
}

static bool
gui_get_preferred_api(const clap_plugin_t* plugin, const char** api, bool* is_floating)
{
  kit_clap_check_main(kit_clap_of(plugin), "clap_plugin_gui.get_preferred_api");
  *api         = kit_window_system();
  *is_floating = false;
  return *api && kit_window_available(&kit_clap_of(plugin)->log);
}

static bool
gui_create(const clap_plugin_t* plugin, const char* api, bool is_floating)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_gui.create");
  if (self->window.editor || !gui_is_api_supported(plugin, api, is_floating)) {
    return false;
  }
  self->window.is_floating = is_floating;
  self->window.transient   = 0;
  self->window.title[0]    = '\0';
  self->window.editor      = kit_editor_new(
         self->kit, &(KitEditorSetup){.driven = true,
                                      .log    = &self->log,
                                      .closed = closed,
                                      .host   = {.handle      = self,
                                                 .resize      = is_floating ? NULL : request_resize,
                                                 .menu_items  = self->offers.menu ? kit_clap_menu_items : NULL,
                                                 .menu_choose = self->offers.menu ? kit_clap_menu_choose : NULL,
                                                 .wire        = show_wire,
                                                 .set_wire    = set_wire}});
  if (self->window.editor && !start_waking(self)) {
    kit_clap_close_window(self);
  }
  return self->window.editor != NULL;
}

void
kit_clap_close_window(KitClap* self)
{
  unwatch(self);
  stop_waking(self);
  kit_editor_free(self->window.editor);
  self->window.editor = NULL;
}

static void
gui_destroy(const clap_plugin_t* plugin)
{
  kit_clap_check_main(kit_clap_of(plugin), "clap_plugin_gui.destroy");
  kit_clap_close_window(kit_clap_of(plugin));
}

static KitEditor*
editor_of(const clap_plugin_t* plugin, const char* call)
{
  kit_clap_check_main(kit_clap_of(plugin), call);
  return kit_clap_of(plugin)->window.editor;
}

static bool
gui_set_scale(const clap_plugin_t* plugin, double scale)
{
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.set_scale");
  return editor && kit_editor_set_scale(editor, scale);
}

static bool
gui_get_size(const clap_plugin_t* plugin, uint32_t* width, uint32_t* height)
{
  const KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.get_size");
  if (!editor || !width || !height) {
    return false;
  }
  const KitGuiSize size = kit_editor_size(editor);
  *width                = size.width;
  *height               = size.height;
  return true;
}

static bool
gui_can_resize(const clap_plugin_t* plugin)
{
  return editor_of(plugin, "clap_plugin_gui.can_resize") && !kit_clap_of(plugin)->window.is_floating;
}

static bool
gui_get_resize_hints(const clap_plugin_t* plugin, clap_gui_resize_hints_t* hints)
{
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.get_resize_hints");
  if (!editor || !hints) {
    return false;
  }
  const KitGuiSize size = kit_gui_max_size(kit_editor_gui(editor));
  *hints                = (clap_gui_resize_hints_t){true, true, true, size.width, size.height};
  return true;
}

static bool
gui_adjust_size(const clap_plugin_t* plugin, uint32_t* width, uint32_t* height)
{
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.adjust_size");
  if (!editor || !width || !height) {
    return false;
  }
  const KitGuiSize size = kit_gui_fit(kit_editor_gui(editor), (KitGuiSize){*width, *height});
  *width                = size.width;
  *height               = size.height;
  return true;
}

static bool
gui_set_size(const clap_plugin_t* plugin, uint32_t width, uint32_t height)
{
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.set_size");
  const bool       ok     = editor && width && height && width <= INT16_MAX && height <= INT16_MAX;
  if (ok) {
    kit_editor_set_size(editor, (KitGuiSize){width, height});
  }
  return ok;
}

// There are hosts that never call show() (Bitwig), and that look at once for a child of theirs
static bool
gui_set_parent(const clap_plugin_t* plugin, const clap_window_t* window)
{
  KitClap* const   self   = kit_clap_of(plugin);
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.set_parent");
  if (!editor || self->window.is_floating || !window || !is_ours(window->api) ||
      !kit_editor_embed(editor, window->uptr)) {
    return false;
  }
  watch(self);
  return true;
}

static bool
gui_set_transient(const clap_plugin_t* plugin, const clap_window_t* window)
{
  KitClap* const   self   = kit_clap_of(plugin);
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.set_transient");
  if (!editor || !self->window.is_floating || !window || !is_ours(window->api)) {
    return false;
  }
  self->window.transient = window->uptr;
  if (kit_editor_window(editor)) {
    kit_window_set_transient(kit_editor_window(editor), window->uptr);
  }
  return true;
}

static void
gui_suggest_title(const clap_plugin_t* plugin, const char* title)
{
  KitClap* const   self   = kit_clap_of(plugin);
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.suggest_title");
  if (editor && title) {
    snprintf(self->window.title, sizeof(self->window.title), "%s", title);
    if (kit_editor_window(editor)) {
      kit_window_set_title(kit_editor_window(editor), self->window.title);
    }
  }
}

static bool
gui_show(const clap_plugin_t* plugin)
{
  KitClap* const   self   = kit_clap_of(plugin);
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.show");
  if (!editor) {
    return false;
  }
  if (self->window.is_floating && !kit_editor_window(editor)) {
    kit_editor_open(editor, self->window.transient, self->window.title);
    watch(self);
  }
  kit_editor_show(editor);
  return kit_editor_window(editor) != NULL;
}

static bool
gui_hide(const clap_plugin_t* plugin)
{
  KitEditor* const editor = editor_of(plugin, "clap_plugin_gui.hide");
  if (editor) {
    kit_editor_hide(editor);
  }
  return editor != NULL;
}

const clap_plugin_gui_t kit_clap_gui = {
  .is_api_supported  = gui_is_api_supported,
  .get_preferred_api = gui_get_preferred_api,
  .create            = gui_create,
  .destroy           = gui_destroy,
  .set_scale         = gui_set_scale,
  .get_size          = gui_get_size,
  .can_resize        = gui_can_resize,
  .get_resize_hints  = gui_get_resize_hints,
  .adjust_size       = gui_adjust_size,
  .set_size          = gui_set_size,
  .set_parent        = gui_set_parent,
  .set_transient     = gui_set_transient,
  .suggest_title     = gui_suggest_title,
  .show              = gui_show,
  .hide              = gui_hide,
};
