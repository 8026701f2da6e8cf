// SPDX-License-Identifier: ISC
// A frame with a run loop, as hosts on Linux have it
#include "host_vst3.h"
#include "host_windows.h"

#include "alloc.h"
#include "readable.h"
#include "vst3_host_objects.h"

#include <stdlib.h>

#define MAX_WATCHED 8U
#define MAX_ITEMS   32U

#if defined(_WIN32)
#  define OTHER_SYSTEM "X11EmbedWindowID"
#else
#  define OTHER_SYSTEM "HWND"
#endif

/** IPlugFrame and IRunLoop in one object, as in Ardour. */
typedef struct {
  const struct v3_plugin_frame* frame_vtable;
  const struct v3_run_loop*     loop_vtable;
  int32_t                       references; ///< Of the run loop
  HostPlugin*                   plugin;
  struct v3_plugin_view**       view;
  v3_timer_handler**            timers[MAX_WATCHED];
  v3_event_handler**            handlers[MAX_WATCHED];
  int                           fds[MAX_WATCHED];
  struct v3_view_rect           wanted; ///< To be told once round the loop, as Ardour does
  bool                          is_wanted;
  HostWindowTold                told;
} Frame;

/** IContextMenu: an entry of the host's, then the plugin's. */
typedef struct {
  const KitVst3Menu*  vtable;
  int32_t             references;
  HostPlugin*         plugin;
  KitVst3MenuItem     items[MAX_ITEMS]; ///< The plugin's
  KitVst3MenuTarget** targets[MAX_ITEMS];
} Menu;

/** IComponentHandler3. */
typedef struct {
  const KitVst3Handler3* vtable;
  HostPlugin*            plugin;
} Menus;

static uint32_t offered;
static bool     refusing;
static Frame    frames[MAX_WATCHED]; ///< Of the plugins with a window

static Frame*
frame_of_loop(void* loop)
{
  return (Frame*)(void*)((char*)loop - offsetof(Frame, loop_vtable));
}

static Frame*
frame_of(const HostPlugin* plugin)
{
  for (uint32_t i = 0; i < MAX_WATCHED; ++i) {
    if (frames[i].plugin == plugin) {
      return &frames[i];
    }
  }
  return NULL;
}

static v3_result V3_API
loop_query(void* self, const v3_tuid iid, void** object)
{
  *object = v3_tuid_match(iid, v3_run_loop_iid) ? self : NULL;
  frame_of_loop(self)->references += *object ? 1 : 0;
  return *object ? V3_OK : V3_NO_INTERFACE;
}

static uint32_t V3_API
loop_ref(void* self)
{
  return (uint32_t)++frame_of_loop(self)->references;
}

static uint32_t V3_API
loop_unref(void* self)
{
  return (uint32_t)--frame_of_loop(self)->references;
}

static v3_result V3_API
register_event_handler(void* self, v3_event_handler** handler, int fd)
{
  Frame* const frame = frame_of_loop(self);
  for (uint32_t i = 0; (offered & HOST_FDS) && i < MAX_WATCHED; ++i) {
    if (!frame->handlers[i]) {
      frame->handlers[i] = handler;
      frame->fds[i]      = fd;
      return V3_OK;
    }
  }
  return V3_FALSE;
}

static v3_result V3_API
unregister_event_handler(void* self, v3_event_handler** handler)
{
  Frame* const frame = frame_of_loop(self);
  for (uint32_t i = 0; i < MAX_WATCHED; ++i) {
    if (frame->handlers[i] == handler) {
      frame->handlers[i] = NULL;
      return V3_OK;
    }
  }
  return V3_INVALID_ARG;
}

static v3_result V3_API
register_timer(void* self, v3_timer_handler** timer, uint64_t ms)
{
  Frame* const frame = frame_of_loop(self);
  for (uint32_t i = 0; (offered & HOST_TIMERS) && ms && i < MAX_WATCHED; ++i) {
    if (!frame->timers[i]) {
      frame->timers[i] = timer;
      return V3_OK;
    }
  }
  return V3_FALSE;
}

static v3_result V3_API
unregister_timer(void* self, v3_timer_handler** timer)
{
  Frame* const frame = frame_of_loop(self);
  for (uint32_t i = 0; i < MAX_WATCHED; ++i) {
    if (frame->timers[i] == timer) {
      frame->timers[i] = NULL;
      return V3_OK;
    }
  }
  return V3_INVALID_ARG;
}

static const struct v3_run_loop loop_vtable = {
  .query_interface          = loop_query,
  .ref                      = loop_ref,
  .unref                    = loop_unref,
  .register_event_handler   = register_event_handler,
  .unregister_event_handler = unregister_event_handler,
  .register_timer           = register_timer,
  .unregister_timer         = unregister_timer,
};

static v3_result V3_API
frame_query(void* self, const v3_tuid iid, void** object)
{
  Frame* const frame = (Frame*)self;
  if (offered && v3_tuid_match(iid, v3_run_loop_iid)) {
    return loop_query(&frame->loop_vtable, iid, object);
  }
  *object = v3_tuid_match(iid, v3_plugin_frame_iid) ? self : NULL;
  return *object ? V3_OK : V3_NO_INTERFACE;
}

static uint32_t V3_API
count_nothing(void* self)
{
  (void)self;
  return 1;
}

static v3_result V3_API
resize_view(void* self, struct v3_plugin_view** view, struct v3_view_rect* rect)
{
  Frame* const frame = (Frame*)self;
  ++frame->told.n_asked;
  frame->told.asked[0] = (uint32_t)(rect->right - rect->left);
  frame->told.asked[1] = (uint32_t)(rect->bottom - rect->top);
  vst3_require(view == frame->view, "another view asks");
  frame->wanted    = *rect;
  frame->is_wanted = !refusing;
  return refusing ? V3_FALSE : V3_OK;
}

static const struct v3_plugin_frame frame_vtable = {
  .query_interface = frame_query,
  .ref             = count_nothing,
  .unref           = count_nothing,
  .resize_view     = resize_view,
};

/* Menus */

static v3_result V3_API
menu_query(void* self, const v3_tuid iid, void** object)
{
  (void)self;
  (void)iid;
  *object = NULL;
  return V3_NO_INTERFACE;
}

static uint32_t V3_API
menu_ref(void* self)
{
  return (uint32_t)++((Menu*)self)->references;
}

static uint32_t V3_API
menu_unref(void* self)
{
  Menu* const    menu = (Menu*)self;
  const uint32_t left = (uint32_t)--menu->references;
  for (uint32_t i = 0; !left && i < MAX_ITEMS && menu->targets[i]; ++i) {
    (*menu->targets[i])->unref(menu->targets[i]);
  }
  if (!left) {
    kit_free(menu);
  }
  return left;
}

static int32_t V3_API
menu_count(void* self)
{
  int32_t n = 1;
  while (((Menu*)self)->targets[n - 1]) {
    ++n;
  }
  return n;
}

static v3_result V3_API
menu_add(void* self, const KitVst3MenuItem* item, KitVst3MenuTarget** target)
{
  Menu* const    menu = (Menu*)self;
  const uint32_t n    = (uint32_t)menu_count(self) - 1U;
  vst3_require(n + 1U < MAX_ITEMS && target, "the menu has room");
  menu->items[n]   = *item;
  menu->targets[n] = target;
  (*target)->ref(target);
  return V3_OK;
}

static v3_result V3_API
menu_refuse(void* self, const KitVst3MenuItem* item, KitVst3MenuTarget** target)
{
  (void)self;
  (void)item;
  (void)target;
  return V3_FALSE;
}

static v3_result V3_API
menu_get(void* self, int32_t index, KitVst3MenuItem* item, KitVst3MenuTarget*** target)
{
  Menu* const menu = (Menu*)self;
  if (index < 1 || index >= menu_count(self)) {
    return V3_INVALID_ARG;
  }
  *item   = menu->items[index - 1];
  *target = menu->targets[index - 1];
  return V3_OK;
}

/** The user takes the first entry of the plugin's that is one. */
static v3_result V3_API
menu_popup(void* self, int32_t x, int32_t y)
{
  Menu* const  menu  = (Menu*)self;
  Frame* const frame = frame_of(menu->plugin);
  vst3_require(frame && x > 0 && y > 0, "a menu of a window that is there");
  frame->told.n_items = (uint32_t)menu_count(self) - 1U;
  for (uint32_t i = 0; i < frame->told.n_items; ++i) {
    if (!(menu->items[i].flags & (KIT_VST3_ITEM_SEPARATOR | KIT_VST3_ITEM_DISABLED))) {
      return (*menu->targets[i])->execute_menu_item(menu->targets[i], menu->items[i].tag);
    }
  }
  return V3_FALSE;
}

static KitVst3Menu** V3_API
create_menu(void* self, struct v3_plugin_view** view, const v3_param_id* id)
{
  static const KitVst3Menu vtable = {
    .query_interface = menu_query,
    .ref             = menu_ref,
    .unref           = menu_unref,
    .get_item_count  = menu_count,
    .get_item        = menu_get,
    .add_item        = menu_add,
    .remove_item     = menu_refuse,
    .popup           = menu_popup,
  };
  HostPlugin* const plugin = ((Menus*)self)->plugin;
  Frame* const      frame  = frame_of(plugin);
  Menu* const       menu   = (Menu*)kit_calloc(1, sizeof(Menu));
  vst3_require(menu && frame && frame->view == view, "a menu of a window that is there");
  menu->vtable        = &vtable;
  menu->references    = 1;
  menu->plugin        = plugin;
  frame->told.menu_of = id ? *id : UINT32_MAX;
  ++frame->told.n_menus;
  return (KitVst3Menu**)(void*)menu;
}

static const KitVst3Handler3 menus_vtable = {
  .query_interface     = menu_query,
  .ref                 = count_nothing,
  .unref               = count_nothing,
  .create_context_menu = create_menu,
};

static Menus menus[MAX_WATCHED]; ///< Of the frame in the same place

static void
prepare(uint32_t offers, bool refuses)
{
  offered  = offers;
  refusing = refuses;
}

static void
say_scale(struct v3_plugin_view** view, double scale)
{
  struct v3_plugin_view_content_scale** scaling = NULL;
  if (scale > 0.0 &&
      (*view)->query_interface(view, v3_plugin_view_content_scale_iid, (void**)&scaling) == V3_OK) {
    (*scaling)->set_content_scale_factor(scaling, (float)scale);
    (*scaling)->unref(scaling);
  }
}

static bool
close(HostPlugin* plugin)
{
  Frame* const frame = frame_of(plugin);
  if (!frame) {
    return true;
  }
  struct v3_plugin_view** const view = frame->view;
  (*view)->removed(view);
  (*view)->set_frame(view, NULL);
  bool left = (*view)->unref(view) != 0 || frame->references != 1;
  for (uint32_t i = 0; i < MAX_WATCHED; ++i) {
    left = left || frame->timers[i] || frame->handlers[i];
  }
  *frame                                   = (Frame){0};
  ((HostVst3*)plugin)->host->handler.menus = NULL;
  return !left;
}

static bool
open(HostPlugin* plugin, const HostWindowSetup* setup)
{
  struct v3_edit_controller** const controller = ((HostVst3*)plugin)->host->controller;
  struct v3_plugin_view** const     view       = (*controller)->create_view(controller, "editor");
  Frame* const                      frame      = frame_of(NULL);
  struct v3_view_rect               rect;
  if (!view) {
    return false;
  }
  vst3_require(frame, "too many windows for the test's host");
  *frame = (Frame){&frame_vtable, &loop_vtable, 1, plugin, view, {0}, {0}, {0}, {0}, false, {0}};
  menus[frame - frames]                    = (Menus){&menus_vtable, plugin};
  ((HostVst3*)plugin)->host->handler.menus = &menus[frame - frames];
  vst3_require((*view)->get_size(view, &rect) == V3_OK && rect.right > rect.left,
               "a size before it is attached");
  (*view)->set_frame(view, (struct v3_plugin_frame**)(void*)frame);
  if (!setup->says_late) {
    say_scale(view, setup->scale);
  }
  if ((*view)->is_platform_type_supported(view, V3_VIEW_PLATFORM_TYPE_NATIVE) != V3_TRUE ||
      (*view)->is_platform_type_supported(view, OTHER_SYSTEM) == V3_TRUE ||
      (*view)->attached(view, (void*)setup->parent, V3_VIEW_PLATFORM_TYPE_NATIVE) != V3_OK) {
    close(plugin);
    return false;
  }
  if (setup->says_late) {
    say_scale(view, setup->scale);
  }
  return true;
}

static void
turn(HostPlugin* plugin)
{
  Frame* const frame = frame_of(plugin);
  for (uint32_t i = 0; frame && i < MAX_WATCHED; ++i) {
    if (frame->timers[i]) {
      (*frame->timers[i])->on_timer(frame->timers[i]);
    }
    if (frame->handlers[i] && host_is_readable(frame->fds[i])) {
      (*frame->handlers[i])->on_fd_is_set(frame->handlers[i], frame->fds[i]);
    }
  }
  if (frame && frame->is_wanted) {
    frame->is_wanted = false;
    (*frame->view)->on_size(frame->view, &frame->wanted);
  }
}

static bool
size(HostPlugin* plugin, uint32_t out[2])
{
  struct v3_plugin_view** const view = frame_of(plugin)->view;
  struct v3_view_rect           rect;
  const bool                    ok = (*view)->get_size(view, &rect) == V3_OK;
  out[0]                           = (uint32_t)(rect.right - rect.left);
  out[1]                           = (uint32_t)(rect.bottom - rect.top);
  return ok;
}

static bool
resize(HostPlugin* plugin, const uint32_t wanted[2], bool asks)
{
  struct v3_plugin_view** const view = frame_of(plugin)->view;
  struct v3_view_rect           rect = {0, 0, (int32_t)wanted[0], (int32_t)wanted[1]};
  return (*view)->can_resize(view) == V3_TRUE &&
         (!asks || (*view)->check_size_constraint(view, &rect) == V3_TRUE) &&
         (*view)->on_size(view, &rect) == V3_OK;
}

static void
told(HostPlugin* plugin, HostWindowTold* out)
{
  *out = frame_of(plugin)->told;
}

const HostWindows host_windows = {
#if defined(_WIN32) // With a timer of the system's
  .moves_without = true,
#endif
  .menu        = HOST_MENU_SHOWS,
  .scales_late = true,
  .prepare     = prepare,
  .open        = open,
  .close       = close,
  .turn        = turn,
  .size        = size,
  .resize      = resize,
  .told        = told,
};
