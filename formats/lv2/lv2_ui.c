// SPDX-License-Identifier: ISC
#include "lv2_ui.h"

#include "registry.h"
#include "vstkit/alloc.h"

#include <lv2/data-access/data-access.h>
#include <lv2/instance-access/instance-access.h>
#include <lv2/options/options.h>

#include <stdio.h>
#include <string.h>

#if defined(_WIN32)
#  define EXPORT __declspec(dllexport)
#else
#  define EXPORT __attribute__((visibility("default")))
#endif

static void
cleanup(LV2UI_Handle handle)
{
  KitLv2Ui* const self = (KitLv2Ui*)handle;
  if (self) {
    if (self->near) {
      self->near->listen(self->near_to, false);
    }
    kit_editor_free(self->editor);
    kit_plugin_free(self->plugin);
    kit_free(self->ports);
    kit_free(self);
  }
}

static void*
feature(const LV2_Feature* const* features, const char* uri)
{
  for (; features && *features; ++features) {
    if (!strcmp((*features)->URI, uri)) {
      return (*features)->data;
    }
  }
  return NULL;
}

static double
scale_of(const KitLv2Ui* self, const LV2_Feature* const* features)
{
  const LV2_Options_Option* option = (const LV2_Options_Option*)feature(features, LV2_OPTIONS__options);
  for (; self->urids[KIT_UI_SCALE] && option && option->key; ++option) {
    if (option->key == self->urids[KIT_UI_SCALE] && option->type == self->urids[KIT_UI_FLOAT] &&
        option->size == sizeof(float) && option->value) {
      return (double)*(const float*)option->value;
    }
  }
  return 0.0;
}

/* What the editor asks for */

static bool
request_resize(void* handle, uint32_t width, uint32_t height)
{
  const KitLv2Ui* const self = (const KitLv2Ui*)handle;
  return self->resize && !self->resize->ui_resize(self->resize->handle, (int)width, (int)height);
}

static void
closed(void* handle, bool gone)
{
  (void)gone;
  ((KitLv2Ui*)handle)->closed = true;
}

static void
read_audio(void* handle, KitTapShape* shape, double* const* dry, double* const* wet)
{
  const KitLv2Ui* const self = (const KitLv2Ui*)handle;
  if (self->near) {
    self->near->read_audio(self->near_to, shape, dry, wet);
  } else {
    shape->n_frames = 0;
  }
}

static void
show_wire(void* handle, KitGuiWire* wire)
{
  const KitLv2Ui* const self = (const KitLv2Ui*)handle;
  self->near->wire(self->near_to, &wire->on, &wire->port, wire->trouble);
}

static void
set_wire(void* handle, bool on)
{
  const KitLv2Ui* const self = (const KitLv2Ui*)handle;
  self->near->set_wire(self->near_to, on);
}

/* The descriptor */

static KitPlugin*
make_mirror(const char* uri)
{
  const KitEffect* const effect = kit_registry[0];
  KitPlugin* const       plugin = kit_plugin_new(effect, &(KitPluginFormat){0});
  for (uint32_t i = 0; plugin && i < KIT_N_LAYOUTS; ++i) {
    char known[256];
    kit_lv2_uri(effect, &kit_layouts[i], known, sizeof(known));
    if (!strcmp(known, uri)) {
      kit_plugin_set_layout(plugin, &kit_layouts[i]);
      return plugin;
    }
  }
  kit_plugin_free(plugin);
  return NULL;
}

static void
come_near(KitLv2Ui* self, const LV2_Feature* const* features)
{
  const LV2_Extension_Data_Feature* const data =
    (const LV2_Extension_Data_Feature*)feature(features, LV2_DATA_ACCESS_URI);
  self->near_to = (LV2_Handle)feature(features, LV2_INSTANCE_ACCESS_URI);
  self->near    = self->near_to && data && data->data_access
                    ? (const KitLv2Near*)data->data_access(KIT_LV2_NEAR_URI)
                    : NULL;
  if (self->near) {
    self->near->listen(self->near_to, true);
  }
}

static bool
open_editor(KitLv2Ui* self, uintptr_t parent, const LV2_Feature* const* features)
{
  self->is_top = !parent;
  self->editor =
    kit_editor_new(self->plugin, &(KitEditorSetup){.scale  = scale_of(self, features),
                                                   .closed = closed,
                                                   .host   = {.handle     = self,
                                                              .resize     = parent ? request_resize : NULL,
                                                              .read_audio = read_audio,
                                                              .wire       = self->near ? show_wire : NULL,
                                                              .set_wire   = self->near ? set_wire : NULL}});
  if (!self->editor) {
    return false;
  }
  const KitGuiSize size = kit_editor_size(self->editor);
  if (parent) {
    request_resize(self, size.width, size.height);
  }
  return !parent || kit_editor_embed(self->editor, parent);
}

static LV2UI_Handle
instantiate(const LV2UI_Descriptor* descriptor, const char* plugin_uri, const char* bundle,
            LV2UI_Write_Function write, LV2UI_Controller controller, LV2UI_Widget* widget,
            const LV2_Feature* const* features)
{
  KitLv2Ui* const self = (KitLv2Ui*)kit_calloc(1, sizeof(KitLv2Ui));
  (void)descriptor;
  (void)bundle;
  if (!self) {
    return NULL;
  }
  self->plugin     = make_mirror(plugin_uri);
  self->write      = write;
  self->controller = controller;
  self->resize     = (const LV2UI_Resize*)feature(features, LV2_UI__resize);
  self->touch      = (const LV2UI_Touch*)feature(features, LV2_UI__touch);
  if (!self->plugin || !kit_lv2_ui_init_ports(self, (const LV2_URID_Map*)feature(features, LV2_URID__map))) {
    cleanup(self);
    return NULL;
  }
  come_near(self, features);
  if (!open_editor(self, (uintptr_t)feature(features, LV2_UI__parent), features)) {
    cleanup(self);
    return NULL;
  }
  *widget = self->is_top ? NULL : (LV2UI_Widget)kit_window_native(kit_editor_window(self->editor));
  kit_lv2_ui_ask(self);
  return self;
}

static int
idle(LV2UI_Handle handle)
{
  KitLv2Ui* const self = (KitLv2Ui*)handle;
  kit_plugin_idle(self->plugin);
  kit_editor_idle(self->editor);
  kit_lv2_ui_exchange(self);
  return self->closed;
}

static int
resize(LV2UI_Feature_Handle handle, int width, int height)
{
  KitLv2Ui* const self = (KitLv2Ui*)handle;
  const bool      ok   = self && width > 0 && height > 0 && width <= INT16_MAX && height <= INT16_MAX;
  if (ok) {
    kit_editor_set_size(self->editor, (KitGuiSize){(uint32_t)width, (uint32_t)height});
  }
  return !ok;
}

static int
show(LV2UI_Handle handle)
{
  KitLv2Ui* const self = (KitLv2Ui*)handle;
  if (self->is_top && !kit_editor_window(self->editor) && !kit_editor_open(self->editor, 0U, NULL)) {
    return 1;
  }
  self->closed = false;
  kit_editor_show(self->editor);
  return 0;
}

static int
hide(LV2UI_Handle handle)
{
  kit_editor_hide(((KitLv2Ui*)handle)->editor);
  return 0;
}

static const void*
extension_data(const char* uri)
{
  static const LV2UI_Idle_Interface idle_interface = {idle};
  static const LV2UI_Show_Interface show_interface = {show, hide};
  static const LV2UI_Resize         resizing       = {NULL, resize};
  return !strcmp(uri, LV2_UI__idleInterface)   ? (const void*)&idle_interface
         : !strcmp(uri, LV2_UI__showInterface) ? (const void*)&show_interface
         : !strcmp(uri, LV2_UI__resize)        ? (const void*)&resizing
                                               : NULL;
}

EXPORT const LV2UI_Descriptor*
lv2ui_descriptor(uint32_t index)
{
  static char             uri[256];
  static LV2UI_Descriptor descriptor = {uri, instantiate, cleanup, kit_lv2_ui_port_event, extension_data};
  if (index) {
    return NULL;
  }
  kit_lv2_window_uri(kit_registry[0], uri, sizeof(uri));
  return &descriptor;
}
