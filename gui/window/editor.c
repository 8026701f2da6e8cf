// SPDX-License-Identifier: ISC
#include "editor.h"

#include "atspi.h"
#include "edits.h"
#include "system.h"
#include "views.h"
#include "vstkit/alloc.h"

#include <math.h>

#define FRAME_S 0.012 ///< At least, between two frames

struct KitEditor {
  KitPlugin*     plugin;
  KitGui*        gui;
  KitWindow*     window;
  KitAtspi*      atspi; ///< Of the window
  KitEditorSetup setup;
  KitLog         log;
  double         drawn_s; ///< When it was last drawn
  bool           is_top;  ///< The window is a top-level one
  bool           closing; ///< The user has closed it: told once the events have been taken
  bool           is_idle; ///< Within kit_editor_idle()
};

/* What the panel asks for */

static bool
resize(void* handle, uint32_t width, uint32_t height)
{
  KitEditor* const        editor = (KitEditor*)handle;
  const KitGuiHost* const host   = &editor->setup.host;
  if (host->resize && !host->resize(host->handle, width, height)) {
    return false;
  }
  if (!host->resize || !editor->setup.resize_comes) {
    kit_editor_set_size(editor, (KitGuiSize){width, height});
  }
  return true;
}

static void
copy(void* handle, const char* text)
{
  KitEditor* const editor = (KitEditor*)handle;
  if (editor->window) {
    kit_window_copy(editor->window, text);
  }
}

static void
paste(void* handle)
{
  KitEditor* const editor = (KitEditor*)handle;
  if (editor->window) {
    kit_window_paste(editor->window);
  }
}

static void
open_url(void* handle, const char* url)
{
  const KitEditor* const editor = (const KitEditor*)handle;
  if (!kit_open_url(url)) {
    kit_log(&editor->log, KIT_LOG_WARNING, "cannot show %s: no program for it was found", url);
  }
}

static uint32_t
menu_items(void* handle, uint32_t slot, KitGuiItem* items, uint32_t max)
{
  const KitGuiHost* const host = &((const KitEditor*)handle)->setup.host;
  return host->menu_items(host->handle, slot, items, max);
}

static void
menu_choose(void* handle, uint32_t slot, uint32_t id)
{
  const KitGuiHost* const host = &((const KitEditor*)handle)->setup.host;
  host->menu_choose(host->handle, slot, id);
}

static bool
menu_popup(void* handle, uint32_t slot, const KitGuiItem* items, uint32_t n, const double at[2])
{
  const KitGuiHost* const host = &((const KitEditor*)handle)->setup.host;
  return host->menu_popup(host->handle, slot, items, n, at);
}

static void
wire(void* handle, KitGuiWire* out)
{
  const KitGuiHost* const host = &((const KitEditor*)handle)->setup.host;
  host->wire(host->handle, out);
}

static void
set_wire(void* handle, bool on)
{
  const KitGuiHost* const host = &((const KitEditor*)handle)->setup.host;
  host->set_wire(host->handle, on);
}

static void
read_audio(void* handle, KitTapShape* shape, double* const* dry, double* const* wet)
{
  const KitGuiHost* const host = &((const KitEditor*)handle)->setup.host;
  host->read_audio(host->handle, shape, dry, wet);
}

/* What the window tells */

static cairo_surface_t*
surface(void* handle)
{
  return kit_gui_surface(((KitEditor*)handle)->gui);
}

static bool
on_event(void* handle, const KitGuiEvent* event)
{
  return kit_gui_event(((KitEditor*)handle)->gui, event);
}

static void
on_resized(void* handle, KitGuiSize size)
{
  kit_gui_set_size(((KitEditor*)handle)->gui, size);
}

static void
on_visible(void* handle, bool visible)
{
  kit_gui_set_visible(((KitEditor*)handle)->gui, visible);
}

static void
on_close(void* handle)
{
  ((KitEditor*)handle)->closing = true;
}

static void
on_drop(void* handle, const char* path)
{
  KitEditor* const editor = (KitEditor*)handle;
  if (editor->setup.drop) {
    editor->setup.drop(editor->setup.host.handle, path);
  } else {
    kit_plugin_load_preset(editor->plugin, path, KIT_AUTHOR_HAND, &editor->log);
  }
}

static void
on_paste(void* handle, const char* text)
{
  kit_gui_paste(((KitEditor*)handle)->gui, text);
}

static void
draw(KitEditor* editor)
{
  const double now = kit_clock_s();
  if (now - editor->drawn_s < FRAME_S) {
    return;
  }
  editor->drawn_s = now;
  if (kit_gui_tick(editor->gui, now)) {
    cairo_rectangle_int_t dirty[KIT_GUI_MAX_DIRTY];
    const uint32_t        n = kit_gui_draw(editor->gui, dirty);
    kit_window_show_rects(editor->window, dirty, n);
  }
}

static void
on_held(void* handle)
{
  draw((KitEditor*)handle);
}

static void
idle(void* handle)
{
  kit_editor_idle((KitEditor*)handle);
}

KitEditor*
kit_editor_new(KitPlugin* plugin, const KitEditorSetup* setup)
{
  KitEditor* const editor =
    kit_window_available(setup->log) ? (KitEditor*)kit_calloc(1, sizeof(KitEditor)) : NULL;
  if (!editor) {
    return NULL;
  }
  editor->plugin               = plugin;
  editor->setup                = *setup;
  editor->log                  = setup->log ? *setup->log : (KitLog){0};
  editor->setup.log            = &editor->log;
  const KitGuiHost* const host = &setup->host;
  const KitGuiSetup       panel =
    (KitGuiSetup){.scale    = setup->scale > 0.0 ? setup->scale : kit_window_desktop_scale(),
                  .view     = kit_view_of(kit_plugin_effect(plugin)),
                  .remember = true,
                  .host     = {.handle      = editor,
                               .resize      = resize,
                               .copy        = copy,
                               .paste       = paste,
                               .open_url    = open_url,
                               .menu_items  = host->menu_items ? menu_items : NULL,
                               .menu_choose = host->menu_choose ? menu_choose : NULL,
                               .menu_popup  = host->menu_popup ? menu_popup : NULL,
                               .wire        = host->wire ? wire : NULL,
                               .set_wire    = host->set_wire ? set_wire : NULL,
                               .read_audio  = host->read_audio ? read_audio : NULL}};
  editor->gui = kit_gui_new(plugin, &panel);
  if (!editor->gui || (setup->driven && !kit_plugin_add_idle(plugin, idle, editor))) {
    kit_log(&editor->log, KIT_LOG_ERROR, "no window: out of memory");
    kit_editor_free(editor);
    return NULL;
  }
  return editor;
}

void
kit_editor_free(KitEditor* editor)
{
  if (editor) {
    kit_plugin_remove_idle(editor->plugin, idle, editor);
    kit_atspi_free(editor->atspi);
    kit_window_free(editor->window);
    kit_gui_free(editor->gui);
    kit_free(editor);
  }
}

KitGui*
kit_editor_gui(KitEditor* editor)
{
  return editor->gui;
}

KitWindow*
kit_editor_window(KitEditor* editor)
{
  return editor->window;
}

bool
kit_editor_set_scale(KitEditor* editor, double scale)
{
  if (!isfinite(scale) || scale <= 0.0) {
    return false;
  }
  const KitGuiSize before = kit_gui_size(editor->gui);
  kit_gui_set_scale(editor->gui, scale);
  const KitGuiSize after = kit_gui_size(editor->gui);
  if (editor->window && (after.width != before.width || after.height != before.height)) {
    resize(editor, after.width, after.height);
  }
  return true;
}

KitGuiSize
kit_editor_size(const KitEditor* editor)
{
  return kit_gui_size(editor->gui);
}

void
kit_editor_set_size(KitEditor* editor, KitGuiSize size)
{
  kit_gui_set_size(editor->gui, size);
  if (editor->window) {
    kit_window_set_size(editor->window, size);
  }
}

static bool
open_window(KitEditor* editor, const KitWindowSetup* where)
{
  KitWindowSetup setup = *where;
  setup.size           = kit_gui_size(editor->gui);
  setup.min            = kit_gui_min_size(editor->gui);
  setup.max            = kit_gui_max_size(editor->gui);
  setup.client         = (KitWindowClient){.handle  = editor,
                                           .surface = surface,
                                           .event   = on_event,
                                           .resized = on_resized,
                                           .visible = on_visible,
                                           .close   = on_close,
                                           .drop    = on_drop,
                                           .paste   = on_paste,
                                           .held    = on_held};
  kit_editor_detach(editor);
  editor->is_top = !where->parent;
  editor->window = kit_window_new(&setup, &editor->log);
  editor->atspi  = kit_atspi_new(editor->plugin, editor->gui, editor->window);
  return editor->window != NULL;
}

bool
kit_editor_embed(KitEditor* editor, uintptr_t parent)
{
  if (editor->window && !kit_window_is_gone(editor->window)) {
    return kit_window_set_parent(editor->window, parent);
  }
  return parent && open_window(editor, &(KitWindowSetup){.parent = parent});
}

bool
kit_editor_open(KitEditor* editor, uintptr_t transient, const char* title)
{
  const char* const name = title && *title ? title : kit_plugin_effect(editor->plugin)->name;
  return open_window(editor, &(KitWindowSetup){.transient = transient, .title = name});
}

void
kit_editor_detach(KitEditor* editor)
{
  kit_atspi_free(editor->atspi);
  kit_window_free(editor->window);
  editor->atspi  = NULL;
  editor->window = NULL;
  kit_gui_set_visible(editor->gui, false);
}

void
kit_editor_show(KitEditor* editor)
{
  if (editor->window) {
    kit_window_show(editor->window);
  }
}

void
kit_editor_hide(KitEditor* editor)
{
  if (editor->window) {
    kit_window_hide(editor->window);
    kit_gui_set_visible(editor->gui, false);
  }
}

void
kit_editor_idle(KitEditor* editor)
{
  if (!editor->window || editor->is_idle) {
    return;
  }
  editor->is_idle = true;
  kit_window_idle(editor->window, 0.0);
  const bool gone   = kit_window_is_gone(editor->window);
  const bool closed = editor->is_top && (gone || editor->closing);
  if (!gone) {
    kit_window_take_keyboard(editor->window, kit_gui_wants_keyboard(editor->gui));
    kit_window_set_cursor(editor->window, kit_gui_cursor(editor->gui));
    draw(editor);
    kit_atspi_idle(editor->atspi);
  } else {
    kit_editor_detach(editor);
  }
  editor->is_idle = false;
  editor->closing = false;
  if (closed) {
    kit_editor_hide(editor);
  }
  if (closed && editor->setup.closed) { // The host may free the editor now
    editor->setup.closed(editor->setup.host.handle, gone);
  }
}
