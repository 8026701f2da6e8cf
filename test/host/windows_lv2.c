// SPDX-License-Identifier: ISC
// The other half of an LV2, which talks to its plugin through the host alone
#include "host_lv2.h"
#include "host_windows.h"

#include "lv2_ports.h"
#include "module.h"
#include "tap.h"

#include <lv2/atom/atom.h>
#include <lv2/options/options.h>
#include <lv2/ui/ui.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_WINDOWS 8U

typedef struct {
  HostPlugin*             plugin;
  const LV2UI_Descriptor* type;
  LV2UI_Handle            ui;
  LV2UI_Widget            widget;
  float                   seen[LV2_HOST_MAX_PORTS]; ///< That the window was told
  uint32_t                n_written;
  uint32_t                size[2];
  HostWindowTold          told;
} Window;

static Window windows[MAX_WINDOWS];
static bool   refusing;

static Window*
window_of(const HostPlugin* plugin)
{
  for (uint32_t i = 0; i < MAX_WINDOWS; ++i) {
    if (windows[i].plugin == plugin) {
      return &windows[i];
    }
  }
  return NULL;
}

static HostLv2*
lv2_of(const HostPlugin* plugin)
{
  return (HostLv2*)(uintptr_t)plugin;
}

static void
note(HostPlugin* plugin, HostEditType type, uint32_t port, double value)
{
  HostTold* const told = &lv2_of(plugin)->told;
  HostEdit        edit = {type, 0, UINT32_MAX, value};
  KitHostParam    param;
  for (uint32_t i = 0; host_param_at(plugin->effect, i, &param); ++i) {
    if (host_lv2_port(plugin, &param) == port) {
      edit.id = param.id;
    }
  }
  if (told->n_edits < HOST_EDITS) {
    told->edits[told->n_edits] = edit;
  }
  ++told->n_edits;
}

static void
write_port(LV2UI_Controller controller, uint32_t port, uint32_t size, uint32_t protocol, const void* buffer)
{
  Window* const window = (Window*)controller;
  if (!protocol && size == sizeof(float)) {
    float value;
    memcpy(&value, buffer, sizeof(value));
    host_lv2(window->plugin)->controls[port] = value;
    note(window->plugin, HOST_EDIT_VALUE, port, (double)value);
  }
}

static void
touch(LV2UI_Feature_Handle handle, uint32_t port, bool grabbed)
{
  note(((Window*)handle)->plugin, grabbed ? HOST_EDIT_BEGIN : HOST_EDIT_END, port, 0.0);
}

static int
resize_request(LV2UI_Feature_Handle handle, int width, int height)
{
  Window* const window  = (Window*)handle;
  window->told.asked[0] = (uint32_t)width;
  window->told.asked[1] = (uint32_t)height;
  ++window->told.n_asked;
  if (!refusing) {
    window->size[0] = (uint32_t)width;
    window->size[1] = (uint32_t)height;
  }
  return refusing;
}

static void
prepare(uint32_t offers, bool refuses)
{
  (void)offers; // There is one way: the host calls idle
  refusing = refuses;
}

/** Path of the window's module.  @return false if there is none. */
static bool
find_binary(const HostPlugin* plugin, char* path, size_t size)
{
  LilvUIs* const uis = lilv_plugin_get_uis(host_lv2(plugin)->plugin);
  bool           ok  = false;
  LILV_FOREACH(uis, i, uis)
  {
    const LilvUI* const ui   = lilv_uis_get(uis, i);
    char* const         file = lilv_file_uri_parse(lilv_node_as_uri(lilv_ui_get_binary_uri(ui)), NULL);
    LilvNode* const     x11  = lilv_new_uri(host_lv2(plugin)->world, LV2_UI__X11UI);
    ok                       = lilv_ui_is_a(ui, x11);
    snprintf(path, size, "%s", file);
    lilv_node_free(x11);
    lilv_free(file);
  }
  lilv_uis_free(uis);
  return ok;
}

static bool
find_type(Window* window)
{
  char path[4096];
  if (!find_binary(window->plugin, path, sizeof(path))) {
    return false;
  }
  KitModule* const library                 = kit_module_open(path);
  const LV2UI_Descriptor* (*get)(uint32_t) = NULL;
  if (library) {
    kit_module_find(library, "lv2ui_descriptor", &get);
  }
  window->type = get ? get(0) : NULL;
  return window->type && !get(1);
}

static void
instantiate(Window* window, const HostWindowSetup* setup)
{
  const float         scale    = (float)setup->scale;
  LV2_URID_Map* const map      = lv2_urid_map();
  LV2UI_Touch         touching = {window, touch};
  static LV2UI_Resize resizing[MAX_WINDOWS];
  static LV2UI_Touch  touches[MAX_WINDOWS];
  const size_t        n              = (size_t)(window - windows);
  resizing[n]                        = (LV2UI_Resize){window, resize_request};
  touches[n]                         = touching;
  const LV2_Options_Option options[] = {
    {LV2_OPTIONS_INSTANCE, 0, map->map(map->handle, LV2_UI__scaleFactor), sizeof(float),
     map->map(map->handle, LV2_ATOM__Float), &scale},
    {LV2_OPTIONS_INSTANCE, 0, 0, 0, 0, NULL},
  };
  const LV2_Feature features[] = {
    {LV2_UI__parent, (void*)setup->parent}, {LV2_URID__map, map},
    {LV2_UI__resize, &resizing[n]},         {LV2_UI__touch, &touches[n]},
    {LV2_UI__idleInterface, NULL},          {LV2_OPTIONS__options, (void*)(uintptr_t)options},
  };
  const LV2_Feature* list[8] = {0};
  uint32_t           at      = 0;
  for (uint32_t i = 0; i < 6U; ++i) {
    const bool is_said = (i != 0U || setup->parent) && (i != 5U || setup->scale > 0.0);
    if (is_said) {
      list[at++] = &features[i];
    }
  }
  window->ui = window->type->instantiate(window->type, window->plugin->module->id, "/", write_port, window,
                                         &window->widget, list);
}

static bool
close(HostPlugin* plugin)
{
  Window* const window = window_of(plugin);
  if (window && window->ui) {
    window->type->cleanup(window->ui);
  }
  if (window) {
    *window = (Window){0};
  }
  return true;
}

static bool
open(HostPlugin* plugin, const HostWindowSetup* setup)
{
  Window* const window = window_of(NULL);
  host_require(window, "too many windows for the test's host");
  *window = (Window){.plugin = plugin};
  if (find_type(window)) {
    instantiate(window, setup);
  }
  if (!window->ui) {
    close(plugin);
    return false;
  }
  for (uint32_t i = 0; i < LV2_HOST_MAX_PORTS; ++i) {
    window->seen[i] = NAN;
  }
  return true;
}

// A host tells its window what ports hold, also what the window has written there
static void
turn(HostPlugin* plugin)
{
  Window* const  window = window_of(plugin);
  Lv2Host* const host   = host_lv2(plugin);
  KitHostParam   param;
  if (!window) {
    return;
  }
  for (uint32_t i = 0; host_param_at(plugin->effect, i, &param); ++i) {
    const uint32_t port = host_lv2_port(plugin, &param);
    if (port != UINT32_MAX && host->controls[port] != window->seen[port]) {
      window->seen[port] = host->controls[port];
      window->type->port_event(window->ui, port, sizeof(float), 0U, &window->seen[port]);
    }
  }
  const LV2UI_Idle_Interface* const idle =
    (const LV2UI_Idle_Interface*)window->type->extension_data(LV2_UI__idleInterface);
  window->told.n_closed += idle->idle(window->ui) != 0;
}

static bool
size(HostPlugin* plugin, uint32_t out[2])
{
  const Window* const window = window_of(plugin);
  out[0]                     = window->size[0];
  out[1]                     = window->size[1];
  return true;
}

static bool
resize(HostPlugin* plugin, const uint32_t wanted[2], bool asks)
{
  Window* const             window = window_of(plugin);
  const LV2UI_Resize* const r      = (const LV2UI_Resize*)window->type->extension_data(LV2_UI__resize);
  (void)asks; // It cannot
  window->size[0] = wanted[0];
  window->size[1] = wanted[1];
  return !r->ui_resize(window->ui, (int)wanted[0], (int)wanted[1]);
}

static void
told(HostPlugin* plugin, HostWindowTold* out)
{
  *out = window_of(plugin)->told;
}

const HostWindows host_windows = {
  .moves_without = true,
  .prepare       = prepare,
  .open          = open,
  .close         = close,
  .turn          = turn,
  .size          = size,
  .resize        = resize,
  .told          = told,
};
