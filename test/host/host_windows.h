// SPDX-License-Identifier: ISC
/**
   @file host_windows.h  Windows of plugins, as our hosts of every format show them.

   A back end (windows_clap.c, windows_vst3.c, windows_lv2.c) plays hosts as there
   are: with timers, with file descriptors, with both or neither; that say the scale
   early, late or never.  [main thread]
*/
#ifndef KIT_TEST_HOST_WINDOWS_H
#define KIT_TEST_HOST_WINDOWS_H

#include "host.h"

enum { HOST_TIMERS = 1U, HOST_FDS = 2U };

#define HOST_OWN_ITEM 42U

/** Whose menu a right click brings. */
typedef enum {
  HOST_MENU_NONE,  ///< The plugin's, with nothing of the host's
  HOST_MENU_ADDS,  ///< The plugin's, with an entry of the host's as its first
  HOST_MENU_SHOWS, ///< The host's, with entries of the plugin's; it chooses the first of them
} HostMenu;

typedef struct {
  uintptr_t parent;     ///< 0: a window of its own, where the format has such
  double    scale;      ///< 0: the host does not say
  bool      says_late;  ///< … says it only once the window is there
  bool      never_show; ///< The host does not say that it is to be shown
} HostWindowSetup;

/** What a plugin has asked of the host for its window. */
typedef struct {
  uint32_t n_asked;  ///< To be resized
  uint32_t asked[2]; ///< Pixels
  uint32_t n_closed; ///< Told that the user has closed it
  uint32_t n_menus;  ///< Menus that the host was asked for
  uint32_t menu_of;  ///< Parameter that the last was of, by its id
  uint32_t n_items;  ///< Entries of the plugin's in it
  uint32_t chosen;   ///< HOST_OWN_ITEM once that was chosen where the plugin shows menus
} HostWindowTold;

typedef struct {
  bool     moves_without; ///< Works where the host offers neither timers nor file descriptors
  bool     has_floating;
  HostMenu menu;
  bool     scales_late; ///< The scale may come once the window is there

  /** What plugins that are opened from now on find their host to have: HOST_TIMERS, HOST_FDS.
      @param refuses To resize. */
  void (*prepare)(uint32_t offers, bool refuses);
  /** @return false if the plugin has none, or refuses. */
  bool (*open)(HostPlugin* plugin, const HostWindowSetup* setup);
  /** Allowed if there is none.  @return false if the plugin keeps something of the host. */
  bool (*close)(HostPlugin* plugin);
  /** Once round the host's loop: timers, file descriptors with something to read, callbacks asked for. */
  void (*turn)(HostPlugin* plugin);
  /** As the plugin says. */
  bool (*size)(HostPlugin* plugin, uint32_t size[2]);
  /** The host resizes it, after asking for what fits if it `asks`.  @return false if the plugin refuses. */
  bool (*resize)(HostPlugin* plugin, const uint32_t size[2], bool asks);
  void (*told)(HostPlugin* plugin, HostWindowTold* out);
} HostWindows;

extern const HostWindows host_windows;

#endif
