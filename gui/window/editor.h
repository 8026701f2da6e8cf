// SPDX-License-Identifier: ISC
/**
   @file editor.h  The window of one plugin: a panel (gui.h) in a window (window.h), as formats and programs
   show it.

   An editor is made before there is a window, so that hosts can ask for its size.
   It follows the plugin and the system from kit_editor_idle(); made `driven`, it
   is called by kit_plugin_idle(), and so by the host's timer.

   Thread: [main-thread], all of it.
*/
#ifndef KIT_GUI_EDITOR_H
#define KIT_GUI_EDITOR_H

#include "window.h"

typedef struct KitEditor KitEditor;

typedef struct {
  double        scale;  ///< Of the host; 0: the desktop's
  bool          driven; ///< By kit_plugin_idle()
  const KitLog* log;    ///< Copied; may be null
  /** Copied.  `copy`, `paste` and `open_url` are the editor's own.  Without `resize` the window is resized.
   */
  KitGuiHost host;
  bool       resize_comes; ///< After a resize that it has agreed to the host calls kit_editor_set_size()
  /** A top-level window was closed, and is hidden now, or was destroyed (`gone`).  May free the editor; may
     be null.  Of an embedded one the host knows itself. */
  void (*closed)(void* handle, bool gone);
  /** A file was dropped on it.  Null: it is taken for a preset. */
  void (*drop)(void* handle, const char* path);
} KitEditorSetup;

/** An editor without a window; the plugin must outlive it.
    @return null, logged, where there are no windows, or without memory. */
KitEditor*
kit_editor_new(KitPlugin* plugin, const KitEditorSetup* setup);

/** Null is allowed. */
void
kit_editor_free(KitEditor* editor);

KitGui*
kit_editor_gui(KitEditor* editor);

/** The host's scale, before there is a window or after.  @return false for one that is none. */
bool
kit_editor_set_scale(KitEditor* editor, double scale);

/** The size, with a window or without. */
KitGuiSize
kit_editor_size(const KitEditor* editor);

/** The host has given it this size. */
void
kit_editor_set_size(KitEditor* editor, KitGuiSize size);

/** Show it in a window of the host's, whether the host says so later or not.
    @return false, logged, if that cannot be. */
bool
kit_editor_embed(KitEditor* editor, uintptr_t parent);

/** Show it in a window of its own.  @param title Null: the effect's name.  @return as kit_editor_embed(). */
bool
kit_editor_open(KitEditor* editor, uintptr_t transient, const char* title);

/** No more window; the editor stays. */
void
kit_editor_detach(KitEditor* editor);

/** Null before there is one. */
KitWindow*
kit_editor_window(KitEditor* editor);

void
kit_editor_show(KitEditor* editor);

void
kit_editor_hide(KitEditor* editor);

/** Thirty times a second, and when kit_window_fd() has something to read. */
void
kit_editor_idle(KitEditor* editor);

#endif
