// SPDX-License-Identifier: ISC
#include "vst3_view.h"

#include "vstkit/alloc.h"
#include "window_wire.h"

#include <string.h>

#define MAX_PIXELS 16384 ///< Of a side

static bool
is_ours(const char* type)
{
  return type && kit_window_system() && !strcmp(type, V3_VIEW_PLATFORM_TYPE_NATIVE);
}

/* Our connection to the display, where the host watches such: what people do is seen at once */

static void V3_API
on_fd_is_set(void* self, int fd)
{
  (void)fd;
  kit_vst3_poll(kit_vst3_window_of(self)->plugin);
}

static const struct v3_event_handler events = {
  .query_interface = kit_vst3_window_query,
  .ref             = kit_vst3_window_ref,
  .unref           = kit_vst3_window_unref,
  .on_fd_is_set    = on_fd_is_set,
};

static void
watch(KitVst3Window* self)
{
  const int                  fd      = kit_window_fd(kit_editor_window(self->editor));
  v3_event_handler** const   handler = (v3_event_handler**)(void*)&self->events;
  struct v3_funknown** const frame   = (struct v3_funknown**)(void*)self->frame;
  void*                      found   = NULL;
  if (fd < 0 || !frame || (*frame)->query_interface(frame, v3_run_loop_iid, &found) != V3_OK || !found) {
    return;
  }
  struct v3_run_loop** const loop = (struct v3_run_loop**)found;
  if ((*loop)->register_event_handler(loop, handler, fd) == V3_OK) {
    self->fd_loop = loop;
  } else {
    (*loop)->unref(loop);
  }
}

static void
unwatch(KitVst3Window* self)
{
  struct v3_run_loop** const loop = self->fd_loop;
  self->fd_loop                   = NULL;
  if (loop) {
    (*loop)->unregister_event_handler(loop, (v3_event_handler**)(void*)&self->events);
    (*loop)->unref(loop);
  }
}

/* IPlugView */

static v3_result V3_API
is_platform_type_supported(void* self, const char* type)
{
  (void)self;
  return is_ours(type) ? V3_TRUE : V3_FALSE;
}

static v3_result V3_API
removed(void* face)
{
  KitVst3Window* const self = kit_vst3_window_of(face);
  unwatch(self);
  kit_vst3_drop_menu(self);
  kit_editor_detach(self->editor);
  kit_vst3_end_frame(self->plugin, self->frame);
  return V3_OK;
}

static v3_result V3_API
attached(void* face, void* parent, const char* type)
{
  KitVst3Window* const self = kit_vst3_window_of(face);
  if (!is_ours(type) || !parent) {
    return V3_INVALID_ARG;
  }
  removed(face);
  // Without a timer it would be a picture that nothing moves
  if (!kit_vst3_start_frame(self->plugin, self->frame) ||
      !kit_editor_embed(self->editor, (uintptr_t)parent)) {
    kit_vst3_end_frame(self->plugin, self->frame);
    return V3_FALSE;
  }
  watch(self);
  return V3_OK;
}

static v3_result V3_API
on_wheel(void* self, float distance)
{
  (void)self;
  (void)distance;
  return V3_FALSE;
}

// The window has its keys from the system
static v3_result V3_API
on_key(void* self, int16_t character, int16_t code, int16_t modifiers)
{
  (void)self;
  (void)character;
  (void)code;
  (void)modifiers;
  return V3_FALSE;
}

static v3_result V3_API
get_size(void* self, struct v3_view_rect* rect)
{
  if (!rect) {
    return V3_INVALID_ARG;
  }
  const KitGuiSize size = kit_editor_size(kit_vst3_window_of(self)->editor);
  *rect                 = (struct v3_view_rect){0, 0, (int32_t)size.width, (int32_t)size.height};
  return V3_OK;
}

static bool
is_size(const struct v3_view_rect* rect)
{
  return rect && rect->right > rect->left && rect->bottom > rect->top &&
         rect->right - rect->left <= MAX_PIXELS && rect->bottom - rect->top <= MAX_PIXELS;
}

static KitGuiSize
size_of(const struct v3_view_rect* rect)
{
  return (KitGuiSize){(uint32_t)(rect->right - rect->left), (uint32_t)(rect->bottom - rect->top)};
}

static v3_result V3_API
on_size(void* self, struct v3_view_rect* rect)
{
  if (!is_size(rect)) {
    return V3_INVALID_ARG;
  }
  kit_editor_set_size(kit_vst3_window_of(self)->editor, size_of(rect));
  return V3_OK;
}

static v3_result V3_API
on_focus(void* self, v3_bool state)
{
  (void)self;
  (void)state;
  return V3_OK;
}

static v3_result V3_API
set_frame(void* face, struct v3_plugin_frame** frame)
{
  KitVst3Window* const self = kit_vst3_window_of(face);
  if (frame != self->frame) {
    unwatch(self);
    kit_vst3_end_frame(self->plugin, self->frame);
    self->frame = frame;
  }
  return V3_OK;
}

static v3_result V3_API
can_resize(void* self)
{
  (void)self;
  return V3_TRUE;
}

static v3_result V3_API
check_size_constraint(void* self, struct v3_view_rect* rect)
{
  if (!rect) {
    return V3_INVALID_ARG;
  }
  const KitGuiSize wanted =
    is_size(rect) ? size_of(rect) : (KitGuiSize){1U, 1U}; // Ardour asks for the smallest so
  const KitGuiSize size = kit_gui_fit(kit_editor_gui(kit_vst3_window_of(self)->editor), wanted);
  rect->right           = rect->left + (int32_t)size.width;
  rect->bottom          = rect->top + (int32_t)size.height;
  return V3_TRUE;
}

static const struct v3_plugin_view view = {
  .query_interface            = kit_vst3_window_query,
  .ref                        = kit_vst3_window_ref,
  .unref                      = kit_vst3_window_unref,
  .is_platform_type_supported = is_platform_type_supported,
  .attached                   = attached,
  .removed                    = removed,
  .on_wheel                   = on_wheel,
  .on_key_down                = on_key,
  .on_key_up                  = on_key,
  .get_size                   = get_size,
  .on_size                    = on_size,
  .on_focus                   = on_focus,
  .set_frame                  = set_frame,
  .can_resize                 = can_resize,
  .check_size_constraint      = check_size_constraint,
};

/* IPlugViewContentScaleSupport */

static v3_result V3_API
set_content_scale_factor(void* self, float factor)
{
  return kit_editor_set_scale(kit_vst3_window_of(self)->editor, (double)factor) ? V3_OK : V3_INVALID_ARG;
}

static const struct v3_plugin_view_content_scale scale = {
  .query_interface          = kit_vst3_window_query,
  .ref                      = kit_vst3_window_ref,
  .unref                    = kit_vst3_window_unref,
  .set_content_scale_factor = set_content_scale_factor,
};

/* The object */

v3_result V3_API
kit_vst3_window_query(void* self, const v3_tuid iid, void** object)
{
  KitVst3Window* const window = kit_vst3_window_of(self);
  const struct {
    const uint8_t*     iid;
    KitVst3WindowFace* face;
  } faces[] = {
    {v3_funknown_iid, &window->view},
    {v3_plugin_view_iid, &window->view},
    {v3_plugin_view_content_scale_iid, &window->scale},
    {v3_event_handler_iid, &window->events},
    {kit_vst3_menu_target_iid, &window->menu_target},
  };
  if (!object) {
    return V3_INVALID_ARG;
  }
  *object = NULL;
  for (size_t i = 0; iid && i < sizeof(faces) / sizeof(faces[0]) && !*object; ++i) {
    *object = v3_tuid_match(faces[i].iid, iid) ? faces[i].face : NULL;
  }
  if (!*object) {
    return V3_NO_INTERFACE;
  }
  kit_vst3_window_ref(*object);
  return V3_OK;
}

uint32_t V3_API
kit_vst3_window_ref(void* self)
{
  return atomic_fetch_add(&kit_vst3_window_of(self)->references, 1U) + 1U;
}

static void
window_free(KitVst3Window* self)
{
  removed(&self->view);
  kit_editor_free(self->editor);
  kit_vst3_unref(&self->plugin->component);
  kit_free(self);
}

uint32_t V3_API
kit_vst3_window_unref(void* self)
{
  KitVst3Window* const window = kit_vst3_window_of(self);
  const uint32_t       left   = atomic_fetch_sub(&window->references, 1U) - 1U;
  if (!left) {
    window_free(window);
  }
  return left;
}

/* What the editor asks for */

// The host calls on_size(), now or later, and only then anything changes: there are hosts that would go on
// asking and answering (Ardour)
static bool
request_resize(void* handle, uint32_t width, uint32_t height)
{
  KitVst3Window* const self = (KitVst3Window*)handle;
  struct v3_view_rect  rect = {0, 0, (int32_t)width, (int32_t)height};
  return self->frame &&
         (*self->frame)->resize_view(self->frame, (struct v3_plugin_view**)(void*)&self->view, &rect) ==
           V3_OK;
}

static void
show_wire(void* handle, KitGuiWire* wire)
{
  kit_window_wire(((KitVst3Window*)handle)->plugin->kit, wire);
}

static void
set_wire(void* handle, bool on)
{
  (void)handle;
  kit_osc_switch(on, NULL);
}

struct v3_plugin_view**
kit_vst3_new_view(KitVst3* plugin)
{
  KitVst3Window* const self = (KitVst3Window*)kit_calloc(1, sizeof(KitVst3Window));
  if (!self) {
    return NULL;
  }
  self->view        = (KitVst3WindowFace){&view, self};
  self->scale       = (KitVst3WindowFace){&scale, self};
  self->events      = (KitVst3WindowFace){&events, self};
  self->menu_target = (KitVst3WindowFace){&kit_vst3_menu_target, self};
  self->references  = 1;
  self->plugin      = plugin;
  self->editor      = kit_editor_new(plugin->kit, &(KitEditorSetup){.driven       = true,
                                                                    .resize_comes = true,
                                                                    .host         = {.handle     = self,
                                                                                     .resize     = request_resize,
                                                                                     .menu_popup = kit_vst3_menu_popup,
                                                                                     .wire       = show_wire,
                                                                                     .set_wire   = set_wire}});
  if (!self->editor) {
    kit_free(self);
    return NULL;
  }
  kit_vst3_ref(&plugin->component);
  return (struct v3_plugin_view**)(void*)&self->view;
}
