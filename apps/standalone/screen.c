// SPDX-License-Identifier: ISC
#include "screen_impl.h"

#include "edits.h"
#include "osc.h"
#include "path.h"
#include "system.h"
#include "views.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <strings.h>

#define FRAME_S 0.012 ///< At least, between two frames

/* Where things are: the panel above, the strip below, both as wide as the window */

static KitGuiSize
whole_of(KitGuiSize panel)
{
  return (KitGuiSize){panel.width, panel.height + kit_strip_height(panel.width)};
}

static void
place(PlayScreen* screen, KitGuiSize size)
{
  const uint32_t strip = kit_strip_height(size.width);
  screen->size         = size;
  screen->panel_height = size.height > strip ? size.height - strip : 1U;
  screen->all_dirty    = true;
  kit_gui_set_size(screen->gui, (KitGuiSize){size.width, screen->panel_height});
  kit_strip_set_size(screen->strip, size.width, screen->panel_height);
  cairo_surface_destroy(screen->surface);
  screen->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)size.width, (int)size.height);
}

/* What the panel asks for */

static bool
panel_resize(void* handle, uint32_t width, uint32_t height)
{
  PlayScreen* const screen = (PlayScreen*)handle;
  const KitGuiSize  size   = whole_of((KitGuiSize){width, height});
  kit_window_set_size(screen->window, size);
  place(screen, size);
  return true;
}

static void
panel_copy(void* handle, const char* text)
{
  kit_window_copy(((PlayScreen*)handle)->window, text);
}

static void
panel_paste(void* handle)
{
  kit_window_paste(((PlayScreen*)handle)->window);
}

static void
panel_wire(void* handle, KitGuiWire* wire)
{
  const KitOscStatus status = kit_osc_status(((PlayScreen*)handle)->program->engine.plugin);
  *wire                     = (KitGuiWire){.on = status.on, .port = status.port};
  snprintf(wire->trouble, sizeof(wire->trouble), "%.127s", status.trouble);
}

static void
panel_set_wire(void* handle, bool on)
{
  kit_osc_switch(on, &((PlayScreen*)handle)->program->log);
}

/* What the window tells */

static cairo_surface_t*
surface(void* handle)
{
  return ((PlayScreen*)handle)->surface;
}

static bool
on_event(void* handle, const KitGuiEvent* event)
{
  PlayScreen* const screen = (PlayScreen*)handle;
  KitGuiEvent       below  = *event;
  KitStripWish      wish;
  below.y -= screen->panel_height;
  const bool ours = kit_strip_event(screen->strip, &below, &wish);
  if (wish.action != KIT_STRIP_NOTHING) {
    play_screen_do(screen, &wish);
  }
  if (ours) {
    return true;
  }
  if (kit_gui_event(screen->gui, event)) {
    return true;
  }
  if (event->type == KIT_GUI_KEY && event->key == KIT_GUI_KEY_SPACE) {
    play_screen_do(screen, &(KitStripWish){.action = KIT_STRIP_PLAY});
    return true;
  }
  return false;
}

static void
on_resized(void* handle, KitGuiSize size)
{
  place((PlayScreen*)handle, size);
}

static void
on_visible(void* handle, bool visible)
{
  kit_gui_set_visible(((PlayScreen*)handle)->gui, visible);
}

static void
on_close(void* handle)
{
  ((PlayScreen*)handle)->closed = true;
}

static void
on_drop(void* handle, const char* path)
{
  PlayProgram* const program = ((PlayScreen*)handle)->program;
  if (!strcasecmp(kit_path_extension(path), "json")) {
    kit_plugin_load_preset(program->engine.plugin, path, KIT_AUTHOR_HAND, &program->log);
  } else if (!play_program_open(program, path)) {
    play_player_play(&program->engine.player, true);
  }
}

static void
on_paste(void* handle, const char* text)
{
  kit_gui_paste(((PlayScreen*)handle)->gui, text);
}

/* Drawing */

/** Copy a part of the panel's picture. */
static void
copy_panel(PlayScreen* screen, cairo_t* cr, const cairo_rectangle_int_t* rect)
{
  cairo_surface_t* const panel = kit_gui_surface(screen->gui);
  if (panel) {
    cairo_set_source_surface(cr, panel, 0.0, 0.0);
    cairo_rectangle(cr, rect->x, rect->y, rect->width, rect->height);
    cairo_fill(cr);
  }
}

static void
draw_strip(PlayScreen* screen, cairo_t* cr)
{
  cairo_save(cr);
  cairo_translate(cr, 0.0, screen->panel_height);
  kit_strip_draw(screen->strip, cr);
  cairo_restore(cr);
}

/** Draw what has changed.  A menu of the strip's lies over the panel: then all is drawn. */
static void
draw(PlayScreen* screen, bool panel, bool strip)
{
  cairo_rectangle_int_t rects[KIT_GUI_MAX_DIRTY + 1U];
  const int             width  = (int)screen->size.width;
  const int             height = (int)screen->size.height;
  const bool            menu   = kit_strip_has_menu(screen->strip);
  const bool            all    = screen->all_dirty || menu || screen->had_menu;
  uint32_t              n      = panel ? kit_gui_draw(screen->gui, rects) : 0U;
  if (!all && !n && !strip) {
    return;
  }
  if (all) {
    rects[0] = (cairo_rectangle_int_t){0, 0, width, (int)screen->panel_height};
    n        = 1U;
  }
  cairo_t* const cr = cairo_create(screen->surface);
  for (uint32_t i = 0; i < n; ++i) {
    copy_panel(screen, cr, &rects[i]);
  }
  if (all || strip) {
    draw_strip(screen, cr);
    rects[n++] =
      (cairo_rectangle_int_t){0, (int)screen->panel_height, width, height - (int)screen->panel_height};
  }
  cairo_destroy(cr);
  cairo_surface_flush(screen->surface);
  kit_window_show_rects(screen->window, rects, n);
  screen->all_dirty = false;
  screen->had_menu  = menu;
}

static void
refresh(PlayScreen* screen)
{
  const double now = kit_clock_s();
  if (now - screen->drawn_s >= FRAME_S) {
    screen->drawn_s = now;
    kit_strip_set_theme(screen->strip, kit_gui_theme(screen->gui));
    const bool panel = kit_gui_tick(screen->gui, now);
    draw(screen, panel, play_screen_show(screen, now));
    kit_atspi_idle(screen->atspi);
  }
}

static void
on_held(void* handle)
{
  refresh((PlayScreen*)handle);
}

static bool
open_window(PlayScreen* screen)
{
  const KitPlugin* const plugin = screen->program->engine.plugin;
  char                   title[160];
  snprintf(title, sizeof(title), "%s – %s", kit_plugin_effect(plugin)->name, screen->program->wish.name);
  const KitWindowSetup setup = {
    .title  = title,
    .size   = whole_of(kit_gui_size(screen->gui)),
    .min    = whole_of(kit_gui_min_size(screen->gui)),
    .max    = whole_of(kit_gui_max_size(screen->gui)),
    .client = {.handle  = screen,
               .surface = surface,
               .event   = on_event,
               .resized = on_resized,
               .visible = on_visible,
               .close   = on_close,
               .drop    = on_drop,
               .paste   = on_paste,
               .held    = on_held},
  };
  place(screen, setup.size);
  screen->window = kit_window_new(&setup, &screen->program->log);
  if (screen->window) {
    screen->atspi = kit_atspi_new(screen->program->engine.plugin, screen->gui, screen->window);
    kit_window_show(screen->window);
    kit_gui_set_visible(screen->gui, true);
  }
  return screen->window;
}

PlayScreen*
play_screen_open(PlayProgram* program)
{
  PlayScreen* const screen =
    kit_window_available(&program->log) ? (PlayScreen*)kit_calloc(1, sizeof(PlayScreen)) : NULL;
  if (!screen) {
    return NULL;
  }
  const KitGuiSetup setup = {.scale    = kit_window_desktop_scale(),
                             .view     = kit_view_of(kit_plugin_effect(program->engine.plugin)),
                             .remember = true,
                             .host     = {.handle      = screen,
                                          .resize      = panel_resize,
                                          .menu_items  = play_screen_menu_items,
                                          .menu_choose = play_screen_menu_choose,
                                          .copy        = panel_copy,
                                          .paste       = panel_paste,
                                          .wire        = panel_wire,
                                          .set_wire    = panel_set_wire}};
  screen->program         = program;
  screen->gui             = kit_gui_new(program->engine.plugin, &setup);
  screen->strip           = kit_strip_new(kit_plugin_effect(program->engine.plugin));
  if (!screen->gui || !screen->strip || !open_window(screen)) {
    play_screen_close(screen);
    return NULL;
  }
  return screen;
}

void
play_screen_close(PlayScreen* screen)
{
  if (screen) {
    kit_atspi_free(screen->atspi);
    kit_window_free(screen->window);
    kit_gui_free(screen->gui);
    kit_strip_free(screen->strip);
    play_wave_close(&screen->wave);
    play_dialog_close(&screen->dialog);
    cairo_surface_destroy(screen->surface);
    kit_free(screen->wave_path);
    kit_free(screen);
  }
}

bool
play_screen_tick(PlayScreen* screen)
{
  kit_window_idle(screen->window, 0.0);
  if (kit_window_is_gone(screen->window) || screen->closed) {
    return false;
  }
  play_screen_follow_dialog(screen);
  kit_window_take_keyboard(screen->window, kit_gui_wants_keyboard(screen->gui));
  kit_window_set_cursor(screen->window, kit_gui_cursor(screen->gui));
  refresh(screen);
  return true;
}
