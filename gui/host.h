// SPDX-License-Identifier: ISC
/**
   @file host.h  What a window asks of whoever shows it.

   The panel (gui.h) knows a #KitPlugin and these functions, nothing of windows,
   hosts and formats.  Any of them may be null: the panel then leaves out what it
   is for.  All are called on the thread that calls the panel.
*/
#ifndef KIT_GUI_HOST_H
#define KIT_GUI_HOST_H

#include "taps.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KIT_GUI_NO_SLOT                                                                                      \
  (UINT32_MAX - 1U)          ///< "of the whole window", where a slot or #KIT_BYPASS_SLOT may stand
#define KIT_GUI_MAX_MENU 64U ///< Entries of a menu
#define KIT_GUI_LABEL    64U ///< Bytes of an entry, terminated

enum {
  KIT_GUI_ITEM_DISABLED  = 1U << 0U,
  KIT_GUI_ITEM_CHECKED   = 1U << 1U,
  KIT_GUI_ITEM_SEPARATOR = 1U << 2U, ///< A line; label and id are unused
  KIT_GUI_ITEM_TITLE     = 1U << 3U, ///< Text that cannot be chosen
};

typedef struct {
  uint32_t id; ///< The giver's own number
  uint32_t flags;
  char     label[KIT_GUI_LABEL];
} KitGuiItem;

/** How the outside reaches the plugin. */
typedef struct {
  bool     on;
  uint16_t port;         ///< 0: none
  char     trouble[128]; ///< Why it cannot be reached although it is on, or ""
} KitGuiWire;

typedef struct {
  void* handle;

  /** The panel would like another size, pixels.  @return true if the host has agreed: kit_gui_set_size()
      follows, now or later. */
  bool (*resize)(void* handle, uint32_t width, uint32_t height);

  /** Menus.  A host that lists its entries has them shown first in the panel's own menu (CLAP
      context-menu's populate and perform; what a standalone program adds, as MIDI learn and audio
      settings for #KIT_GUI_NO_SLOT). */
  uint32_t (*menu_items)(void* handle, uint32_t slot, KitGuiItem* items, uint32_t max);
  void (*menu_choose)(void* handle, uint32_t slot, uint32_t id);

  /** A host that shows menus itself (VST3's IComponentHandler3) is given ours to append, at a point in
      pixels; kit_gui_menu_choose() says what was chosen.  @return false: the panel shows its own. */
  bool (*menu_popup)(void* handle, uint32_t slot, const KitGuiItem* items, uint32_t n, const double at[2]);

  /** Clipboard.  What `paste` asks for comes by kit_gui_paste(), now or later. */
  void (*copy)(void* handle, const char* text);
  void (*paste)(void* handle);

  void (*open_url)(void* handle, const char* url);

  /** The wire's state, polled twice a second; and its switch. */
  void (*wire)(void* handle, KitGuiWire* wire);
  void (*set_wire)(void* handle, bool on);

  /**
     The newest sound, for meters and pictures, where the panel's #KitPlugin is not what sounds (an LV2 UI).

     As kit_tap_read(), but `shape->n_frames` of 0 says that nothing is playing.  Null: the panel opens a tap
     on the plugin while it is to be seen.

     @param dry, wet [#KIT_MAX_CHANNELS][shape->n_frames].
  */
  void (*read_audio)(void* handle, KitTapShape* shape, double* const* dry, double* const* wet);

  /** With it: the labels that came since the last call, at most `max`, as kit_tap_labels().  May be null. */
  uint32_t (*read_labels)(void* handle, KitLabel* labels, uint32_t max);
} KitGuiHost;

#endif
