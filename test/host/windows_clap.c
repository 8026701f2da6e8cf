// SPDX-License-Identifier: ISC
#include "host_clap.h"
#include "host_windows.h"

#if defined(_WIN32)
#  define OURS CLAP_WINDOW_API_WIN32
#else
#  define OURS CLAP_WINDOW_API_X11
#endif

static HostClap*
clap_of(const HostPlugin* plugin)
{
  return (HostClap*)(uintptr_t)plugin;
}

static const clap_plugin_t*
plugin_of(const HostPlugin* plugin)
{
  return clap_of(plugin)->plugin.p;
}

static const clap_plugin_gui_t*
gui_of(const HostPlugin* plugin)
{
  return (const clap_plugin_gui_t*)plugin_of(plugin)->get_extension(plugin_of(plugin), CLAP_EXT_GUI);
}

static void
prepare(uint32_t offers, bool refuses)
{
  host_clap_window = (ClapHostWindow){.has_timers = offers & HOST_TIMERS,
                                      .has_fds    = offers & HOST_FDS,
                                      .has_gui    = true,
                                      .has_menu   = true,
                                      .refuses    = refuses};
}

static bool
embed(HostPlugin* plugin, const HostWindowSetup* setup)
{
  const clap_plugin_t* const     p      = plugin_of(plugin);
  const clap_plugin_gui_t* const gui    = gui_of(plugin);
  const clap_window_t            window = {.api = OURS, .ptr = (void*)setup->parent};
  if (setup->scale > 0.0 && !setup->says_late) {
    gui->set_scale(p, setup->scale);
  }
  uint32_t width;
  uint32_t height;
  return gui->can_resize(p) && gui->get_size(p, &width, &height) && gui->set_parent(p, &window);
}

static bool
float_above(HostPlugin* plugin)
{
  gui_of(plugin)->suggest_title(plugin_of(plugin), "A floating window");
  return true;
}

static bool
open(HostPlugin* plugin, const HostWindowSetup* setup)
{
  const clap_plugin_t* const     p   = plugin_of(plugin);
  const clap_plugin_gui_t* const gui = gui_of(plugin);
  const char*                    api;
  bool                           floating;
  if (!gui || !gui->get_preferred_api(p, &api, &floating) || floating ||
      !gui->is_api_supported(p, OURS, !setup->parent) || gui->is_api_supported(p, "wayland", false) ||
      !gui->create(p, OURS, !setup->parent)) {
    return false;
  }
  bool ok = setup->parent ? embed(plugin, setup) : float_above(plugin);
  if (ok && !setup->never_show) {
    ok = gui->show(p);
  }
  if (ok && setup->scale > 0.0 && setup->says_late) {
    ok = gui->set_scale(p, setup->scale);
  }
  if (!ok) {
    gui->destroy(p);
  }
  return ok;
}

static bool
close(HostPlugin* plugin)
{
  const ClapHostWindow* const host = &clap_of(plugin)->host->window;
  gui_of(plugin)->destroy(plugin_of(plugin));
  bool left = false;
  for (uint32_t i = 0; i < CLAP_HOST_TIMERS; ++i) {
    left = left || host->timers[i] || host->fds[i];
  }
  return !left;
}

static void
turn(HostPlugin* plugin)
{
  clap_host_turn(clap_of(plugin)->host);
}

static bool
size(HostPlugin* plugin, uint32_t out[2])
{
  return gui_of(plugin)->get_size(plugin_of(plugin), &out[0], &out[1]);
}

static bool
resize(HostPlugin* plugin, const uint32_t wanted[2], bool asks)
{
  const clap_plugin_t* const p    = plugin_of(plugin);
  uint32_t                   w[2] = {wanted[0], wanted[1]};
  return (!asks || gui_of(plugin)->adjust_size(p, &w[0], &w[1])) && gui_of(plugin)->set_size(p, w[0], w[1]);
}

static void
told(HostPlugin* plugin, HostWindowTold* out)
{
  const ClapHostWindow* const host = &clap_of(plugin)->host->window;
  *out                             = (HostWindowTold){
                                host->n_asked, {host->asked[0], host->asked[1]}, host->n_closed, host->n_menus, host->menu_of, 0U,
                                host->chosen};
}

const HostWindows host_windows = {
  .moves_without = true,
  .has_floating  = true,
  .menu          = HOST_MENU_ADDS,
  .scales_late   = true,
  .prepare       = prepare,
  .open          = open,
  .close         = close,
  .turn          = turn,
  .size          = size,
  .resize        = resize,
  .told          = told,
};
