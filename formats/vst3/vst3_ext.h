// SPDX-License-Identifier: ISC
/**
   @file vst3_ext.h  The VST3 binary interface: travesty's headers, and what they lack.

   Include this and never travesty itself: some of its headers name structures in
   a way that is C++ only, which the type names below put right for C.
*/
#ifndef KIT_VST3_EXT_H
#define KIT_VST3_EXT_H

typedef struct v3_event_handler     v3_event_handler;
typedef struct v3_timer_handler     v3_timer_handler;
typedef struct v3_unit_info         v3_unit_info;
typedef struct v3_program_list_info v3_program_list_info;

#include <travesty/audio_processor.h>
#include <travesty/base.h>
#include <travesty/bstream.h>
#include <travesty/component.h>
#include <travesty/edit_controller.h>
#include <travesty/factory.h>
#include <travesty/unit.h>
#include <travesty/view.h>

#define KIT_VST3_SDK_VERSION     "VST 3.7.4"          ///< Whose interfaces we speak
#define KIT_VST3_AUDIO_CLASS     "Audio Module Class" ///< Category of a component
#define KIT_VST3_MANY_INSTANCES  0x7FFFFFFF           ///< Cardinality of a class
#define KIT_VST3_FACTORY_UNICODE (1 << 4)             ///< Texts of parameters and units are UTF-16
#define KIT_VST3_INFINITE_TAIL   UINT32_MAX
#define KIT_VST3_ROOT_UNIT       0
#define KIT_VST3_NO_PARENT       (-1)
#define KIT_VST3_NO_PROGRAMS     (-1)
#define KIT_VST3_STRING          128U ///< Characters of a v3_str_128

#if defined(_WIN32)
#  define KIT_VST3_EXPORT __declspec(dllexport)
#else
#  define KIT_VST3_EXPORT __attribute__((visibility("default")))
#endif

/* What hosts tell about the channel that a plugin is on: IAttributeList, ChannelContext::IInfoListener */

typedef struct {
  struct v3_funknown;
  v3_result(V3_API* set_int)(void* self, const char* id, int64_t value);
  v3_result(V3_API* get_int)(void* self, const char* id, int64_t* value);
  v3_result(V3_API* set_float)(void* self, const char* id, double value);
  v3_result(V3_API* get_float)(void* self, const char* id, double* value);
  v3_result(V3_API* set_string)(void* self, const char* id, const int16_t* text);
  v3_result(V3_API* get_string)(void* self, const char* id, int16_t* text, uint32_t n_bytes);
  v3_result(V3_API* set_binary)(void* self, const char* id, const void* data, uint32_t n_bytes);
  v3_result(V3_API* get_binary)(void* self, const char* id, const void** data, uint32_t* n_bytes);
} KitVst3AttributeList;

typedef struct {
  struct v3_funknown;
  v3_result(V3_API* set_channel_context_infos)(void* self, KitVst3AttributeList** list); ///< [main-thread]
} KitVst3InfoListener;

static const v3_tuid kit_vst3_info_listener_iid = V3_ID(0x0F194781, 0x8D984ADA, 0xBBA0C1EF, 0xC011D8D0);

#define KIT_VST3_CHANNEL_NAME "channel name"

/* Menus of the host: IComponentHandler3, IContextMenu, IContextMenuTarget */

typedef struct {
  v3_str_128 name;
  int32_t    tag;
  int32_t    flags;
} KitVst3MenuItem;

enum {
  KIT_VST3_ITEM_SEPARATOR = 1 << 0,
  KIT_VST3_ITEM_DISABLED  = 1 << 1,
  KIT_VST3_ITEM_CHECKED   = 1 << 2,
};

typedef struct {
  struct v3_funknown;
  v3_result(V3_API* execute_menu_item)(void* self, int32_t tag); ///< [main-thread]
} KitVst3MenuTarget;

typedef struct {
  struct v3_funknown;
  int32_t(V3_API* get_item_count)(void* self);
  v3_result(V3_API* get_item)(void* self, int32_t index, KitVst3MenuItem* item, KitVst3MenuTarget*** target);
  v3_result(V3_API* add_item)(void* self, const KitVst3MenuItem* item, KitVst3MenuTarget** target);
  v3_result(V3_API* remove_item)(void* self, const KitVst3MenuItem* item, KitVst3MenuTarget** target);
  v3_result(V3_API* popup)(void* self, int32_t x, int32_t y); ///< In the view's pixels; may wait for people
} KitVst3Menu;

typedef struct {
  struct v3_funknown;
  /** @param id Null: of the whole plugin.  @return referenced, or null. */
  KitVst3Menu**(V3_API* create_context_menu)(void* self, struct v3_plugin_view** view, const v3_param_id* id);
} KitVst3Handler3;

static const v3_tuid kit_vst3_handler3_iid    = V3_ID(0x69F11617, 0xD26B400D, 0xA4B6B964, 0x7B6EBBAB);
static const v3_tuid kit_vst3_menu_target_iid = V3_ID(0x3CDF2E75, 0x85D34144, 0xBF86D36B, 0xD7C4894D);

/* What a module exports.  Counted: a host may enter as often as it exits. */

#if defined(_WIN32)
#  define KIT_VST3_ENTRY InitDll
#  define KIT_VST3_EXIT  ExitDll
#elif defined(__APPLE__)
#  define KIT_VST3_ENTRY bundleEntry
#  define KIT_VST3_EXIT  bundleExit
#else
#  define KIT_VST3_ENTRY ModuleEntry
#  define KIT_VST3_EXIT  ModuleExit
#endif

#if defined(_WIN32)
KIT_VST3_EXPORT bool
KIT_VST3_ENTRY(void);
#else
/** @param library The module as the system knows it; not used. */
KIT_VST3_EXPORT bool
KIT_VST3_ENTRY(void* library);
#endif

KIT_VST3_EXPORT bool
KIT_VST3_EXIT(void);

/** The one factory of the module.  Static; the counting of references is a formality. */
KIT_VST3_EXPORT const void* V3_API
GetPluginFactory(void);

#endif
