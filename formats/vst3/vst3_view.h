// SPDX-License-Identifier: ISC
/** @file vst3_view.h  A view of the plugin: an object of its own, which hosts may keep longer than they show
   it. [main-thread] */
#ifndef KIT_VST3_VIEW_H
#define KIT_VST3_VIEW_H

#include "editor.h"
#include "vst3_plugin.h"

typedef struct KitVst3Window KitVst3Window;

/** One interface of the view. */
typedef struct {
  const void*    vtable;
  KitVst3Window* window;
} KitVst3WindowFace;

struct KitVst3Window {
  KitVst3WindowFace        view; ///< Also the object's identity
  KitVst3WindowFace        scale;
  KitVst3WindowFace        events;
  KitVst3WindowFace        menu_target;
  _Atomic uint32_t         references;
  KitVst3*                 plugin; ///< Referenced
  KitEditor*               editor;
  struct v3_plugin_frame** frame;      ///< As hosts mean it, not referenced
  struct v3_run_loop**     fd_loop;    ///< That watches our connection, or null.  Referenced
  KitVst3Menu**            menu;       ///< To be shown, or null.  Referenced
  double                   menu_at[2]; ///< Pixels
};

static inline KitVst3Window*
kit_vst3_window_of(void* face)
{
  return ((KitVst3WindowFace*)face)->window;
}

/* vst3_view.c */

v3_result V3_API
kit_vst3_window_query(void* self, const v3_tuid iid, void** object);

uint32_t V3_API
kit_vst3_window_ref(void* self);

uint32_t V3_API
kit_vst3_window_unref(void* self);

/* vst3_view_menu.c */

extern const KitVst3MenuTarget kit_vst3_menu_target;

/** As KitGuiHost::menu_popup. */
bool
kit_vst3_menu_popup(void* handle, uint32_t slot, const KitGuiItem* items, uint32_t n, const double at[2]);

/** A menu that was not shown yet will not be. */
void
kit_vst3_drop_menu(KitVst3Window* self);

#endif
