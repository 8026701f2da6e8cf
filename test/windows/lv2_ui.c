// SPDX-License-Identifier: ISC
// test_lv2_ui EFFECT DLL: the window of an LV2, as Windows hosts show it
#include "desk.h"
#include "gui.h"
#include "library.h"
#include "lv2_ports.h"
#include "nodes.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <lv2/ui/ui.h>

#include <stdio.h>
#include <string.h>

#define MAX_NODES 512U

typedef struct {
  Desk*                       desk;
  const KitEffect*            effect;
  const LV2UI_Descriptor*     type;
  const LV2UI_Idle_Interface* idle;
  LV2UI_Resize                resize;
  LV2UI_Handle                ui;
  LV2UI_Widget                widget;
  uintptr_t                   parent;
  uint32_t                    size[2]; ///< That it asked for
  uint32_t                    n_written;
  uint32_t                    port; ///< Written last
} Shown;

static void
write_port(LV2UI_Controller controller, uint32_t port, uint32_t size, uint32_t protocol, const void* buffer)
{
  Shown* const s = (Shown*)controller;
  if (!protocol && size == sizeof(float) && buffer) {
    ++s->n_written;
    s->port = port;
  }
}

static int
take_size(LV2UI_Feature_Handle handle, int width, int height)
{
  ((Shown*)handle)->size[0] = (uint32_t)width;
  ((Shown*)handle)->size[1] = (uint32_t)height;
  return 0;
}

static bool
show(Shown* s)
{
  char                     uri[256];
  const LV2_Feature        parent     = {LV2_UI__parent, (void*)s->parent};
  const LV2_Feature        resizing   = {LV2_UI__resize, &s->resize};
  const LV2_Feature* const features[] = {&parent, &resizing, NULL};
  s->resize                           = (LV2UI_Resize){s, take_size};
  kit_lv2_uri(s->effect, &kit_layouts[1], uri, sizeof(uri));
  s->ui = s->type->instantiate(s->type, uri, "", write_port, s, &s->widget, features);
  return s->ui && (uintptr_t)s->widget == desk_child(s->desk, s->parent);
}

static void
turn(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  desk_turn(s->desk);
  s->idle->idle(s->ui);
}

static bool
is_drawn(void* handle)
{
  const Shown* const s     = (const Shown*)handle;
  const uintptr_t    child = desk_child(s->desk, s->parent);
  return child && desk_is_mapped(s->desk, child) && desk_colours(s->desk, child) > 3U;
}

static bool
is_written(void* handle)
{
  return ((const Shown*)handle)->n_written;
}

/** The first control that can be dragged. */
static bool
find_slider(const Shown* s, KitNode* found)
{
  static KitNode   nodes[MAX_NODES];
  KitPlugin* const mirror = kit_plugin_new(s->effect, &(KitPluginFormat){0});
  KitGui* const    gui    = kit_gui_new(mirror, &(KitGuiSetup){0});
  kit_gui_set_size(gui, (KitGuiSize){s->size[0], s->size[1]});
  kit_gui_set_visible(gui, true);
  kit_gui_tick(gui, 1.0);
  const uint32_t n  = kit_gui_nodes(gui, nodes, MAX_NODES);
  bool           is = false;
  for (uint32_t i = 0; i < n && i < MAX_NODES && !is; ++i) {
    const KitHostParam* const param = kit_directory_at_slot(kit_plugin_directory(mirror), nodes[i].slot);
    is = param && param->param->kind == KIT_KIND_FLOAT && (nodes[i].states & KIT_NODE_HAS_VALUE) &&
         nodes[i].bounds.width > 8;
    *found = nodes[i];
  }
  kit_gui_free(gui);
  kit_plugin_free(mirror);
  return is;
}

static void
test_drag(Shown* s)
{
  KitNode    node  = {0};
  const bool shown = show(s);
  tap_ok(shown && s->size[0] > 300U, "the window opens, and asks for %u × %u", s->size[0], s->size[1]);
  tap_ok(desk_wait(is_drawn, turn, s, "a picture"), "it is drawn");
  if (!tap_ok(find_slider(s, &node), "it has a slider")) {
    return;
  }
  const double x = node.bounds.x + node.bounds.width / 2;
  const double y = node.bounds.y + node.bounds.height / 2;
  desk_move(s->desk, (uintptr_t)s->widget, x, y);
  desk_button(s->desk, 1U, true);
  turn(s);
  desk_move(s->desk, (uintptr_t)s->widget, x + 30.0, y - 30.0);
  const bool written = desk_wait(is_written, turn, s, "a port");
  tap_ok(written, "a dragged control is written to port %u", s->port);
  desk_button(s->desk, 1U, false);
  turn(s);
  s->type->cleanup(s->ui);
  tap_ok(!desk_child(s->desk, s->parent), "closed, it is gone");
}

static void
test_often(Shown* s)
{
  bool ok = true;
  for (uint32_t i = 0; i < 10U && ok; ++i) {
    ok = show(s) && desk_wait(is_drawn, turn, s, "a picture");
    if (s->ui) {
      s->type->cleanup(s->ui);
    }
    ok = ok && !desk_child(s->desk, s->parent);
  }
  tap_ok(ok, "it opens and closes ten times");
}

int
main(int argc, char** argv)
{
  LV2UI_DescriptorFunction describe = NULL;
  Shown                    s = {.desk = desk_open(), .effect = argc > 2 ? kit_effect_find(argv[1]) : NULL};
  void* const              library = s.effect && s.desk ? library_open(argv[2]) : NULL;
  void* const              address = library ? library_symbol(library, "lv2ui_descriptor") : NULL;
  memcpy(&describe, &address, sizeof(describe));
  s.type = describe ? describe(0) : NULL;
  s.idle = s.type ? (const LV2UI_Idle_Interface*)s.type->extension_data(LV2_UI__idleInterface) : NULL;
  if (!tap_ok(s.idle != NULL, "the module describes a window that wants to be called")) {
    return tap_done();
  }
  s.parent = desk_window(s.desk, 20, 20, 1400, 900);
  test_drag(&s);
  test_often(&s);
  desk_destroy(s.desk, s.parent);
  library_close(library);
  desk_close(s.desk);
  return tap_done();
}
