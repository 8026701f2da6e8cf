// SPDX-License-Identifier: ISC
// The window as hosts of every kind show it: EFFECT MODULE OTHER ITS_MODULE, or EFFECT MODULE to open it 50
// times and no more
#include "host.h"

#include "alloc.h"
#include "desk.h"
#include "guard.h"
#include "host_windows.h"
#include "nodes.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NODES 512U
#define BLOCK     64U

#if defined(_WIN32)
#  define KEY_DOWN   0x28U
#  define KEY_RETURN 0x0dU
#else // As X11 numbers keys
#  define KEY_DOWN   0xff54U
#  define KEY_RETURN 0xff0dU
#endif

/** A plugin with its window. */
typedef struct {
  Desk*        desk;
  HostPlugin*  plugin;
  uintptr_t    parent;
  double       value; ///< Of what is waited for
  uint64_t     picture;
  KitHostParam param;
} Shown;

static const HostWindows* const hw = &host_windows;

static uintptr_t
window_of(const Shown* s)
{
  return desk_child(s->desk, s->parent);
}

/** A block of silence, as a host with its engine on plays them. */
static void
play(HostPlugin* plugin, const KitEvent* event)
{
  static float      silence[BLOCK];
  static float      out[2][BLOCK];
  const void* const in[2] = {silence, silence};
  void* const       to[2] = {out[0], out[1]};
  const KitProcess  block = {in, to, false, BLOCK, event, event ? 1U : 0U};
  host_format.process(plugin, &block);
}

static void
turn(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  desk_turn(s->desk);
  hw->turn(s->plugin);
  play(s->plugin, NULL);
}

static bool
is_drawn(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  return window_of(s) && desk_is_mapped(s->desk, window_of(s)) && desk_colours(s->desk, window_of(s)) > 3U;
}

static bool
drawn(Shown* s)
{
  return desk_wait(is_drawn, turn, s, "a picture");
}

/** Open a plugin, playing, with a window over all of its parent. */
static bool
show(Shown* s, Desk* desk, HostModule* module, const HostWindowSetup* how)
{
  const HostSetup setup = {48000.0, 2, 2, BLOCK, false, false};
  *s                    = (Shown){.desk = desk, .plugin = host_format.open(module)};
  host_require(s->plugin && host_format.start(s->plugin, &setup), "the plugin runs");
  s->parent            = how->parent ? how->parent : desk_window(desk, 50, 50, 2000, 1300);
  HostWindowSetup full = *how;
  full.parent          = s->parent;
  return hw->open(s->plugin, &full);
}

static bool
end(Shown* s)
{
  const bool gone = hw->close(s->plugin);
  host_format.stop(s->plugin);
  const bool closed = host_format.close(s->plugin);
  if (desk_exists(s->desk, s->parent)) {
    desk_destroy(s->desk, s->parent);
  }
  return gone && closed;
}

/* Where a control is: the panel's layout depends on the effect and its size alone */

static bool
find_control(const Shown* s, uint32_t slot, KitNode* found)
{
  static KitNode   nodes[MAX_NODES];
  KitPlugin* const mirror = kit_plugin_new(s->plugin->effect, &(KitPluginFormat){0});
  KitGui* const    gui    = kit_gui_new(mirror, &(KitGuiSetup){0});
  uint32_t         size[2];
  hw->size(s->plugin, size);
  kit_gui_set_size(gui, (KitGuiSize){size[0], size[1]});
  kit_gui_set_visible(gui, true);
  kit_gui_tick(gui, 1.0);
  const uint32_t n  = kit_gui_nodes(gui, nodes, MAX_NODES);
  bool           is = false;
  for (uint32_t i = 0; i < n && i < MAX_NODES && !is; ++i) {
    is     = nodes[i].slot == slot && (nodes[i].states & KIT_NODE_HAS_VALUE);
    *found = nodes[i];
  }
  kit_gui_free(gui);
  kit_plugin_free(mirror);
  return is;
}

/** The first parameter on the first page that can be dragged. */
static bool
find_slider(Shown* s, KitNode* node)
{
  const uint32_t n = host_n_listed(s->plugin->effect);
  for (uint32_t i = 0; i < n; ++i) {
    if (host_param_at(s->plugin->effect, i, &s->param) && s->param.param->kind == KIT_KIND_FLOAT &&
        s->param.slot != KIT_BYPASS_SLOT && find_control(s, s->param.slot, node) && node->bounds.width > 8) {
      return true;
    }
  }
  return false;
}

static void
grab(Shown* s, const KitNode* node)
{
  const double x = node->bounds.x + node->bounds.width / 2;
  const double y = node->bounds.y + node->bounds.height / 2;
  desk_move(s->desk, window_of(s), x, y);
  desk_button(s->desk, 1U, true);
  for (uint32_t i = 0; i < 4U; ++i) {
    turn(s);
  }
}

static void
pull(Shown* s, const KitNode* node, int dx)
{
  const double x = node->bounds.x + node->bounds.width / 2;
  const double y = node->bounds.y + node->bounds.height / 2;
  desk_move(s->desk, window_of(s), x + dx, y - dx);
}

static bool
has_moved(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  return host_format.get(s->plugin, &s->param) != s->value;
}

static bool
is_closed_gesture(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  HostTold           told;
  host_format.told(s->plugin, &told);
  const uint32_t n = told.n_edits < HOST_EDITS ? told.n_edits : HOST_EDITS;
  return n > 0U && told.edits[n - 1U].type == HOST_EDIT_END;
}

static void
test_drag(Desk* desk, HostModule* module)
{
  Shown   s;
  KitNode node;
  hw->prepare(HOST_TIMERS | HOST_FDS, false);
  tap_ok(show(&s, desk, module, &(HostWindowSetup){0}) && drawn(&s), "the window opens and is drawn");
#if !defined(_WIN32)
  tap_ok(!desk_has_property(desk, window_of(&s), "_XEMBED_INFO"), "… without _XEMBED_INFO");
#endif
  host_require(find_slider(&s, &node), "the panel has a slider");
  s.value = host_format.get(s.plugin, &s.param);
  grab(&s, &node);
  pull(&s, &node, 30);
  tap_ok(desk_wait(has_moved, turn, &s, "a value"), "a dragged control moves %s", s.param.param->key);
  const double   held  = host_format.get(s.plugin, &s.param);
  const KitEvent event = {0, KIT_EVENT_VALUE, s.param.slot, s.param.param->min};
  play(s.plugin, &event);
  for (uint32_t i = 0; i < 8U; ++i) {
    turn(&s);
  }
  tap_ok(host_format.get(s.plugin, &s.param) == held || !(host_format.can & HOST_EVENTS),
         "while the hand drags, it wins over automation");
  desk_button(desk, 1U, false);
  tap_ok(desk_wait(is_closed_gesture, turn, &s, "the end of the gesture"),
         "the gesture ends with the button");
  HostTold told;
  host_format.told(s.plugin, &told);
  uint32_t n_begin = 0;
  uint32_t n_end   = 0;
  for (uint32_t i = 0; i < told.n_edits && i < HOST_EDITS; ++i) {
    n_begin += told.edits[i].type == HOST_EDIT_BEGIN && told.edits[i].id == s.param.id;
    n_end += told.edits[i].type == HOST_EDIT_END && told.edits[i].id == s.param.id;
  }
  tap_ok(n_begin == 1U && n_end == 1U, "it was one gesture");
  tap_ok(end(&s), "closed, nothing of it is left with the host");
}

static bool
is_other_picture(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  return desk_picture(s->desk, window_of(s)) != s->picture;
}

static void
test_follow(Desk* desk, HostModule* module)
{
  Shown   s;
  KitNode node;
  hw->prepare(HOST_TIMERS, false);
  show(&s, desk, module, &(HostWindowSetup){0});
  drawn(&s);
  find_slider(&s, &node);
  for (uint32_t i = 0; i < 8U; ++i) {
    turn(&s);
  }
  s.picture            = desk_picture(desk, window_of(&s));
  const double   value = host_format.get(s.plugin, &s.param);
  const bool     low   = value - s.param.param->min > s.param.param->max - value;
  const KitEvent event = {0, KIT_EVENT_VALUE, s.param.slot, low ? s.param.param->min : s.param.param->max};
  play(s.plugin, &event);
  tap_ok(desk_wait(is_other_picture, turn, &s, "another picture"), "automation is seen");
  HostTold told;
  host_format.told(s.plugin, &told);
  tap_ok(!told.n_edits, "… and no port is written for it");
  end(&s);
}

static void
test_drives(Desk* desk, HostModule* module)
{
  static const char* const names[] = {"nothing", "timers", "file descriptors", "both"};
  for (uint32_t offers = 0; offers < 4U; ++offers) {
    Shown s;
    hw->prepare(offers, false);
    const bool opened = show(&s, desk, module, &(HostWindowSetup){.never_show = true});
    const bool moves  = hw->moves_without || (offers & HOST_TIMERS);
    tap_ok(opened == moves, "a host that offers %s %s a window", names[offers], moves ? "has" : "is refused");
    tap_ok(!opened || drawn(&s), "… drawn, though the host never says show");
    tap_ok(end(&s), "… and let go of");
  }
}

static void
test_sizes(Desk* desk, HostModule* module)
{
  Shown    s;
  uint32_t plain[2];
  uint32_t scaled[2];
  uint32_t now[2];
  hw->prepare(HOST_TIMERS, false);
  show(&s, desk, module, &(HostWindowSetup){.scale = 1.0});
  hw->size(s.plugin, plain);
  drawn(&s);
  desk_size(desk, window_of(&s), &now[0], &now[1]);
  tap_ok(plain[0] > 300U && plain[0] == now[0] && plain[1] == now[1], "it has the size that it says: %u × %u",
         now[0], now[1]);
  for (uint32_t i = 0; i < 100U; ++i) {
    const uint32_t wanted[2] = {300U + i * 37U % 900U, 200U + i * 91U % 700U};
    hw->resize(s.plugin, wanted, i % 2U);
    if (i % 4U == 0U) {
      turn(&s);
    }
  }
  const uint32_t wanted[2] = {plain[0] + 80U, plain[1] + 50U};
  hw->resize(s.plugin, wanted, true);
  hw->size(s.plugin, scaled);
  tap_ok(drawn(&s) && scaled[0] >= plain[0] && scaled[0] <= wanted[0] && scaled[1] <= wanted[1],
         "after a storm of sizes the last fits: %u × %u", scaled[0], scaled[1]);
  end(&s);
  show(&s, desk, module, &(HostWindowSetup){.scale = 1.0}); // Of the size that it remembers
  hw->size(s.plugin, plain);
  end(&s);
  show(&s, desk, module, &(HostWindowSetup){.scale = 2.0});
  hw->size(s.plugin, scaled);
  tap_ok(scaled[0] == 2U * plain[0] && scaled[1] == 2U * plain[1] && drawn(&s),
         "at scale 2 it is twice as large");
  end(&s);
  if (hw->scales_late) {
    HostWindowTold told;
    show(&s, desk, module, &(HostWindowSetup){.scale = 2.0, .says_late = true});
    hw->told(s.plugin, &told);
    tap_ok(told.n_asked == 1U && told.asked[0] == 2U * plain[0],
           "a scale that comes late asks the host for room, once");
    tap_ok(drawn(&s), "… and is drawn");
    end(&s);
  }
}

static void
test_destroyed(Desk* desk, HostModule* module)
{
  Shown s;
  hw->prepare(HOST_TIMERS | HOST_FDS, false);
  show(&s, desk, module, &(HostWindowSetup){0});
  drawn(&s);
  desk_destroy(desk, s.parent);
  for (uint32_t i = 0; i < 20U; ++i) {
    turn(&s);
  }
  tap_ok(end(&s), "a parent that is destroyed first does no harm");
  show(&s, desk, module, &(HostWindowSetup){0});
  desk_destroy(desk, s.parent);
  tap_ok(end(&s), "… nor one that is destroyed before anything was drawn");
  show(&s, desk, module, &(HostWindowSetup){0});
  drawn(&s);
  host_format.stop(s.plugin);
  tap_ok(hw->close(s.plugin) && host_format.close(s.plugin), "a plugin is closed right after its window");
  desk_destroy(desk, s.parent);
}

static bool
has_menu(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  HostWindowTold     told;
  hw->told(s->plugin, &told);
  return told.n_menus > 0U;
}

static bool
is_chosen(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  HostWindowTold     told;
  hw->told(s->plugin, &told);
  return told.chosen == HOST_OWN_ITEM;
}

static bool
is_default(void* handle)
{
  const Shown* const s = (const Shown*)handle;
  return host_format.get(s->plugin, &s->param) == s->param.param->def;
}

/** Move a parameter off its default, then click on it with the right button. */
static void
ask_for_menu(Shown* s, const KitNode* node)
{
  const KitParam* const p     = s->param.param;
  const KitEvent        event = {0, KIT_EVENT_VALUE, s->param.slot, p->def == p->max ? p->min : p->max};
  s->value                    = host_format.get(s->plugin, &s->param);
  play(s->plugin, &event);
  desk_wait(has_moved, turn, s, "a value");
  for (uint32_t i = 0; i < 8U; ++i) {
    turn(s);
  }
  s->picture = desk_picture(s->desk, window_of(s));
  desk_move(s->desk, window_of(s), node->bounds.x + node->bounds.width / 2,
            node->bounds.y + node->bounds.height / 2);
  desk_button(s->desk, 3U, true);
  desk_button(s->desk, 3U, false);
}

static void
test_menu(Desk* desk, HostModule* module)
{
  Shown          s;
  KitNode        node;
  HostWindowTold told;
  hw->prepare(HOST_TIMERS, false);
  tap_ok(show(&s, desk, module, &(HostWindowSetup){0}) && drawn(&s) && find_slider(&s, &node),
         "a control is to be seen");
  ask_for_menu(&s, &node);
  if (hw->menu != HOST_MENU_NONE) {
    tap_ok(desk_wait(has_menu, turn, &s, "a menu"), "a right click asks the host for its menu");
    hw->told(s.plugin, &told);
    tap_ok(told.menu_of == s.param.id, "… of the parameter that was clicked on");
  } else {
    tap_ok(desk_wait(is_other_picture, turn, &s, "a menu"), "a right click brings the window's menu");
  }
  if (hw->menu != HOST_MENU_SHOWS) {
    for (uint32_t i = 0; i < 8U; ++i) {
      turn(&s);
    }
    desk_type(desk, KEY_DOWN);
    desk_type(desk, KEY_RETURN);
  }
  if (hw->menu == HOST_MENU_ADDS) {
    tap_ok(desk_wait(is_chosen, turn, &s, "a choice"),
           "the host's entry is the first, and the choice is told to it");
  } else {
    tap_ok(desk_wait(is_default, turn, &s, "the default"), "what is chosen in it is done: reset");
  }
  hw->told(s.plugin, &told);
  if (hw->menu == HOST_MENU_SHOWS) {
    tap_ok(told.n_items > 2U, "… one of %u entries of ours", told.n_items);
  }
  tap_ok(end(&s), "closed, nothing of it is left with the host");
}

static void
test_often(Desk* desk, HostModule* module)
{
  Shown s;
  hw->prepare(HOST_TIMERS | HOST_FDS, false);
  show(&s, desk, module, &(HostWindowSetup){0});
  drawn(&s);
  hw->close(s.plugin);
  const uint32_t before = desk_n_open();
  bool           ok     = true;
  for (uint32_t i = 0; i < 50U; ++i) {
    ok = ok && hw->open(s.plugin, &(HostWindowSetup){.parent = s.parent});
    turn(&s);
    ok = ok && hw->close(s.plugin) && !window_of(&s);
  }
  tap_ok(ok && desk_n_open() == before, "it opens and closes 50 times, and leaves nothing behind");
  ok = hw->open(s.plugin, &(HostWindowSetup){.parent = s.parent});
  tap_ok(ok && drawn(&s), "… and once more");
  size_t      size  = 0;
  char* const state = host_format.save(s.plugin, &size);
  tap_ok(state && host_format.load(s.plugin, state, size) && drawn(&s),
         "a session is saved and loaded with the window open");
  kit_free(state);
  end(&s);
}

/** Two windows, of modules that may be the same, that may be two versions. */
static void
test_two(Desk* desk, HostModule* first, HostModule* second, const char* what)
{
  Shown   a;
  Shown   b;
  KitNode node;
  hw->prepare(HOST_TIMERS | HOST_FDS, false);
  show(&a, desk, first, &(HostWindowSetup){.parent = desk_window(desk, 0, 0, 1200, 800)});
  show(&b, desk, second, &(HostWindowSetup){.parent = desk_window(desk, 1200, 0, 1200, 800)});
  tap_ok(drawn(&a) && drawn(&b), "two windows of %s are drawn", what);
  tap_ok(end(&a), "… one is closed");
  find_slider(&b, &node);
  b.value = host_format.get(b.plugin, &b.param);
  grab(&b, &node);
  pull(&b, &node, 30);
  tap_ok(desk_wait(has_moved, turn, &b, "a value"), "… and the other goes on");
  desk_button(desk, 1U, false);
  tap_ok(end(&b), "… until it is closed");
}

static const KitEffect*
effect_of(const char* id)
{
  const KitEffect* const effect = kit_effect_find(id);
  host_require(effect, "the effect is known");
  return effect;
}

int
main(int argc, char** argv)
{
  Desk* const desk = argc == 5 || argc == 3 ? desk_open() : NULL;
  if (!desk) {
    tap_skip("no display with XTEST");
    return tap_done();
  }
  HostModule* const module = host_format.module_open(argv[2], effect_of(argv[1]));
  host_require(module, "the module opens");
  if (argc == 3) {
    test_often(desk, module);
    host_format.module_close(module);
    desk_close(desk);
    return tap_done();
  }
  test_drag(desk, module);
  test_follow(desk, module);
  test_menu(desk, module);
  test_drives(desk, module);
  test_sizes(desk, module);
  test_destroyed(desk, module);
  test_often(desk, module);
  test_two(desk, module, module, "one effect");
  HostModule* const other = host_format.module_open(argv[4], effect_of(argv[3]));
  char              path[4096];
  host_require(desk_copy_module(argv[2], path, sizeof(path)), "the module is copied");
  HostModule* const copy = host_format.module_open(path, effect_of(argv[1]));
  host_require(other && copy, "the other modules open");
  test_two(desk, module, other, "two effects");
  test_two(desk, copy, module, "two versions");
  host_format.module_close(copy);
  host_format.module_close(other);
  host_format.module_close(module);
  if (rt_guard_works()) {
    tap_ok(rt_guard_count() == 0U,
           "with a window open nothing allocates, locks or calls the system on the audio thread");
  }
  desk_close(desk);
  return tap_done();
}
