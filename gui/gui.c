// SPDX-License-Identifier: ISC
#include "panel.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LARGE_W     960.0
#define LARGE_H     600.0
#define SMALL_W     640.0
#define SMALL_H     400.0
#define FEW         4U // Parameters that do with a small panel
#define LEAST_ZOOM  75U
#define MOST_ZOOM   200U
#define MOST_PIXELS 16384.0

static KitGuiSize
size_at(const KitGui* gui, double percent)
{
  const double scale = gui->host_scale * percent / 100.0;
  return (KitGuiSize){(uint32_t)rint(gui->units_w * scale), (uint32_t)rint(gui->units_h * scale)};
}

static void
take_size(KitGui* gui, KitGuiSize size)
{
  if (gui->surface && size.width == gui->size.width && size.height == gui->size.height) {
    return;
  }
  gui->size  = size;
  gui->scale = fmin(size.width / gui->units_w, size.height / gui->units_h);
  gui->left  = floor(0.5 * (size.width - gui->units_w * gui->scale));
  gui->top   = floor(0.5 * (size.height - gui->units_h * gui->scale));
  if (gui->surface) {
    cairo_surface_destroy(gui->surface);
    gui->surface = NULL;
  }
  kit_gui_changed(gui);
}

static bool
open_parts(KitGui* gui)
{
  const bool ok = gui->values && gui->texts;
  if (ok) {
    kit_ear_close(gui); // Meters at rest
    kit_read_values(gui);
    kit_read_history(gui);
    kit_plugin_news(gui->plugin, &gui->news);
  }
  if (!ok || !kit_pages_init(gui)) {
    return false;
  }
  gui->view       = gui->setup.view ? gui->setup.view : &kit_scope_view;
  gui->view_state = gui->view->open(gui->effect);
  gui->view       = gui->view_state ? gui->view : NULL;
  return true;
}

KitGui*
kit_gui_new(KitPlugin* plugin, const KitGuiSetup* setup)
{
  KitGui* const gui = (KitGui*)kit_calloc(1, sizeof(KitGui));
  if (!gui) {
    return NULL;
  }
  const KitEffect* const effect = kit_plugin_effect(plugin);
  // A picture of its own needs room
  const bool small     = kit_params_n_slots(effect->table) <= FEW && !setup->view;
  gui->plugin          = plugin;
  gui->effect          = effect;
  gui->setup           = *setup;
  gui->n_slots         = kit_params_n_slots(effect->table);
  gui->values          = (double*)kit_calloc(gui->n_slots + 1U, sizeof(double));
  gui->texts           = kit_text_cache_new();
  gui->host_scale      = setup->scale > 0.0 ? setup->scale : 1.0;
  gui->units_w         = small ? SMALL_W : LARGE_W;
  gui->units_h         = small ? SMALL_H : LARGE_H;
  gui->seed            = 1;
  gui->browser.current = UINT32_MAX;
  gui->wire_s          = -1.0;
  gui->view_s          = -1.0;
  kit_memory_read(gui);
  if (!open_parts(gui)) {
    kit_gui_free(gui);
    return NULL;
  }
  kit_theme_init(&gui->theme, effect, gui->memory.theme == KIT_GUI_DARK);
  take_size(gui, size_at(gui, gui->memory.zoom));
  kit_recall_page(gui);
  return gui;
}

void
kit_gui_free(KitGui* gui)
{
  if (!gui) {
    return;
  }
  kit_touch_end(gui, "");
  kit_match_switch(gui, false);
  kit_free(gui->drag.values);
  kit_tap_close(gui->ear.tap);
  kit_free(gui->ear.memory);
  if (gui->view_state) {
    gui->view->close(gui->view_state);
  }
  if (gui->surface) {
    cairo_surface_destroy(gui->surface);
  }
  for (uint32_t i = 0; i < KIT_MAX_STAMPS; ++i) {
    cairo_surface_destroy(gui->stamps[i].surface); // Null is allowed
  }
  kit_browser_cleanup(gui);
  kit_memory_cleanup(gui);
  kit_pages_cleanup(gui);
  kit_text_cache_free(gui->texts);
  kit_free(gui->widgets);
  kit_free(gui->values);
  kit_free(gui);
}

KitGuiSize
kit_gui_size(const KitGui* gui)
{
  return gui->size;
}

KitGuiSize
kit_gui_min_size(const KitGui* gui)
{
  return size_at(gui, LEAST_ZOOM);
}

KitGuiSize
kit_gui_max_size(const KitGui* gui)
{
  return size_at(gui, MOST_ZOOM);
}

KitGuiSize
kit_gui_fit(const KitGui* gui, KitGuiSize wanted)
{
  const double percent =
    100.0 * fmin(wanted.width / gui->units_w, wanted.height / gui->units_h) / gui->host_scale;
  return size_at(gui, fmax(LEAST_ZOOM, fmin(percent, MOST_ZOOM)));
}

void
kit_gui_set_size(KitGui* gui, KitGuiSize size)
{
  const double most = MOST_PIXELS;
  gui->is_sized     = true;
  take_size(gui, (KitGuiSize){(uint32_t)fmax(1.0, fmin(size.width, most)),
                              (uint32_t)fmax(1.0, fmin(size.height, most))});
  const double   percent = 100.0 * gui->scale / gui->host_scale;
  const uint32_t zoom    = (uint32_t)rint(fmax(LEAST_ZOOM, fmin(percent, MOST_ZOOM)));
  if (zoom != gui->memory.zoom) {
    gui->memory.zoom = zoom;
    kit_memory_write(gui);
  }
}

void
kit_gui_set_scale(KitGui* gui, double scale)
{
  if (scale > 0.0 && scale <= 8.0) {
    gui->host_scale = scale;
    if (!gui->is_sized) {
      take_size(gui, size_at(gui, gui->memory.zoom));
    }
  }
}

void
kit_gui_set_zoom(KitGui* gui, uint32_t percent)
{
  const uint32_t   zoom = percent < LEAST_ZOOM ? LEAST_ZOOM : percent > MOST_ZOOM ? MOST_ZOOM : percent;
  const KitGuiSize size = size_at(gui, zoom);
  if (gui->setup.host.resize && !gui->setup.host.resize(gui->setup.host.handle, size.width, size.height)) {
    kit_say(gui, true, "The host keeps this window at its size");
    return;
  }
  gui->memory.zoom = zoom;
  if (!gui->setup.host.resize) {
    take_size(gui, size);
  }
  kit_memory_write(gui);
  kit_gui_changed(gui);
}

uint32_t
kit_gui_zoom(const KitGui* gui)
{
  return gui->memory.zoom;
}

void
kit_gui_set_theme(KitGui* gui, KitGuiTheme theme)
{
  gui->memory.theme = theme;
  kit_theme_init(&gui->theme, gui->effect, theme == KIT_GUI_DARK);
  kit_gui_changed(gui);
}

KitGuiTheme
kit_gui_theme(const KitGui* gui)
{
  return gui->memory.theme;
}

uint32_t
kit_gui_n_pages(const KitGui* gui)
{
  return gui->n_pages;
}

const char*
kit_gui_page_id(const KitGui* gui, uint32_t page)
{
  return page < gui->n_pages ? gui->pages[page].id : NULL;
}

uint32_t
kit_gui_page(const KitGui* gui)
{
  return gui->page;
}

void
kit_gui_set_page(KitGui* gui, uint32_t page)
{
  kit_show_page(gui, page);
}

void
kit_gui_set_visible(KitGui* gui, bool visible)
{
  if (gui->visible && !visible) {
    kit_match_switch(gui, false);
    kit_ear_close(gui);
  }
  gui->visible   = visible;
  gui->all_dirty = gui->all_dirty || visible;
}
