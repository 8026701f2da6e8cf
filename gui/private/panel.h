// SPDX-License-Identifier: ISC
/** @file panel.h  What the parts of a panel do for each other. */
#ifndef KIT_GUI_PANEL_H
#define KIT_GUI_PANEL_H

#include "state.h"

/* frame.c: what came from the plugin */

void
kit_read_values(KitGui* gui);

void
kit_read_history(KitGui* gui);

/** Show the page that the plugin's note says. */
void
kit_recall_page(KitGui* gui);

/* pages.c */

/** @return false without memory. */
bool
kit_pages_init(KitGui* gui);

void
kit_pages_cleanup(KitGui* gui);

/** Slot of what people call the mix, or #KIT_GUI_NO_SLOT. */
uint32_t
kit_mix_slot(const KitGui* gui);

/** True for a choice of two that is "off" and "on". */
bool
kit_param_is_switch(const KitParam* param);

/* layout.c: widgets of what is shown. */

void
kit_layout(KitGui* gui);

/** Height that items take at least, and whether the effect's picture has room beside them. */
double
kit_layout_least(const KitGui* gui, const KitItem* items, uint32_t n);

/** Room of a page, units. */
double
kit_layout_room(const KitGui* gui);

KitWidget*
kit_add_widget(KitGui* gui, const KitWidget* widget);

void
kit_layout_controls(KitGui* gui, const KitPage* page, const KitArea* area);

/** Middle of a knob.  @return its radius. */
double
kit_knob_place(const KitWidget* widget, double middle[2]);

void
kit_layout_tip(KitGui* gui);

/** Show or hide the tip, as the pointer has rested. */
void
kit_tip_tick(KitGui* gui);

void
kit_draw_tip(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_layout_browser(KitGui* gui);

void
kit_layout_menu(KitGui* gui);

/** Lay out anew before the next thing that looks at widgets. */
void
kit_gui_changed(KitGui* gui);

KitWidget*
kit_widget_find(KitGui* gui, uint32_t id);

/** The uppermost one there that can be touched, or null. */
KitWidget*
kit_widget_at(KitGui* gui, double x, double y);

/* What a widget shows: values.c */

/** 0–1 of a value for a control, also for a quantity. */
double
kit_widget_normal(const KitGui* gui, const KitWidget* widget);

/** The value as it is written on the panel: the first reading alone. */
void
kit_widget_text(const KitGui* gui, const KitWidget* widget, char* text, size_t size);

/** True for the mix where the table has it from 0 to 1: people think of it in per cent. */
bool
kit_slot_is_share(const KitGui* gui, uint32_t slot);

/** A choice as it is written on the panel: with a capital. */
void
kit_choice_text(const KitParam* param, uint32_t i, char* text, size_t size);

/** Why it has no effect now: "needs Packets: Loss, Repeat"; "" where it has. */
void
kit_widget_need(const KitGui* gui, const KitWidget* widget, char* text, size_t size);

/** Bytes of a label that stand in its first line, of `room` units; all of it if it fits. */
size_t
kit_label_break(const char* label, double room);

/** Help, range and all readings, for the hint line. */
void
kit_widget_hint(const KitGui* gui, const KitWidget* widget, char* text, size_t size);

/** What there is to say of a control: its help, range and readings. */
void
kit_widget_help(const KitGui* gui, const KitWidget* widget, char* text, size_t size);

/** What the foot says: the message, or the control under the pointer or the keyboard. */
void
kit_hint_line(const KitGui* gui, char name[KIT_NAME_TEXT], char* text, size_t size);

bool
kit_widget_is_dim(const KitGui* gui, const KitWidget* widget);

uint64_t
kit_widget_hash(const KitGui* gui, const KitWidget* widget);

double
kit_slot_value(const KitGui* gui, uint32_t slot);

const KitParam*
kit_slot_param(const KitGui* gui, uint32_t slot, uint32_t* element);

/** Value of a figure, or NaN. */
double
kit_figure(const KitGui* gui, const char* key);

/* draw*.c */

void
kit_draw_widget(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_draw_control(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_draw_choice(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_draw_chrome(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

void
kit_draw_overlay(KitGui* gui, const KitPaint* paint, const KitWidget* widget);

/** A line of text being edited, with caret and selection. */
void
kit_draw_line(KitGui* gui, const KitPaint* paint, const KitArea* area, const KitLine* line, bool has_caret);

/** Box of segment `i` of a choice. */
KitArea
kit_segment_area(const KitWidget* widget, uint32_t i, uint32_t n);

uint32_t
kit_segment_count(const KitWidget* widget);

/* touch.c: gestures */

/** Move a slot as part of the gesture under way. */
void
kit_touch_set(KitGui* gui, uint32_t slot, double value);

/** Let go: one step, called `label` where it moved several. */
void
kit_touch_end(KitGui* gui, const char* label);

/** Take back all that it moved. */
void
kit_touch_cancel(KitGui* gui);

/** A whole gesture. */
void
kit_touch_once(KitGui* gui, uint32_t slot, double value);

/** One step of the wheel or an arrow key.  @param n Steps. */
void
kit_widget_step(KitGui* gui, const KitWidget* widget, double n, bool fine);

/** Move a control to 0–1. */
void
kit_widget_set_normal(KitGui* gui, const KitWidget* widget, double normal);

void
kit_widget_reset(KitGui* gui, const KitWidget* widget);

/** Solve for a quantity with `values` as they were.  @return false, with `trouble`, where it cannot be. */
bool
kit_solve(KitGui* gui, uint32_t number, const double* from, const char* text, char* trouble, size_t size);

/* input.c */

/** What a click, Enter or a screen reader's action does.  @param x Units; below 0: nowhere. */
void
kit_widget_press(KitGui* gui, const KitWidget* widget, double x);

/* actions.c */

void
kit_act(KitGui* gui, KitAction action);

void
kit_say(KitGui* gui, bool is_bad, const char* format, ...) KIT_PRINTF(3, 4);

void
kit_show_page(KitGui* gui, uint32_t page);

/** A log whose last error becomes the message. */
KitLog
kit_gui_log(KitGui* gui);

/** Move all that may be moved by `amount` 0–1 towards what `seed` draws: one step. */
void
kit_randomise(KitGui* gui, double amount, uint64_t seed);

/* line.c */

void
kit_line_set(KitLine* line, const char* text);

/** @return false for a key that means nothing to it. */
bool
kit_line_key(KitGui* gui, KitLine* line, const KitGuiEvent* event);

void
kit_line_insert(KitLine* line, const char* text);

/* entry.c, menu.c */

void
kit_entry_open(KitGui* gui, const KitWidget* widget);

void
kit_entry_name(KitGui* gui, KitEntryKind kind, const KitArea* area, const char* text);

void
kit_entry_take(KitGui* gui);

void
kit_entry_close(KitGui* gui);

void
kit_menu_open(KitGui* gui, KitMenuKind kind, uint32_t slot, const KitArea* at);

/** Whether a menu of ours is to be seen. */
bool
kit_menu_is_open(const KitGui* gui);

void
kit_menu_close(KitGui* gui);

void
kit_menu_take(KitGui* gui, uint32_t index);

/** Open the menu that goes with a widget. */
void
kit_menu_for(KitGui* gui, const KitWidget* widget, double x, double y);

bool
kit_menu_key(KitGui* gui, const KitGuiEvent* event);

/* browser.c */

void
kit_browser_open(KitGui* gui);

void
kit_browser_close(KitGui* gui);

void
kit_browser_cleanup(KitGui* gui);

/** Another preset sounds. */
void
kit_browser_follow(KitGui* gui);

/** Read the presets anew. */
bool
kit_browser_read(KitGui* gui);

void
kit_browser_filter(KitGui* gui);

/** Save or rename as the entry says.  @return false, with its trouble, where that cannot be. */
bool
kit_browser_take_name(KitGui* gui, KitEntry* entry);

void
kit_browser_delete(KitGui* gui);

/** Put the files back as they were before the last save, rename or delete. */
void
kit_browser_restore(KitGui* gui);

void
kit_files_cleanup(KitFiles* files);

/** The entry that `browser.current` means; null for "Default" and for none. */
const KitPresetEntry*
kit_browser_entry(const KitGui* gui, uint32_t number);

/** Load the preset `by` places after the present one, of those that the filter shows. */
void
kit_browser_step(KitGui* gui, int by);

void
kit_browser_load(KitGui* gui, uint32_t number);

bool
kit_browser_key(KitGui* gui, const KitGuiEvent* event);

void
kit_browser_wheel(KitGui* gui, double notches);

bool
kit_is_starred(const KitGui* gui, const char* id);

void
kit_toggle_star(KitGui* gui, const char* id);

/** Entry of the preset that sounds, or null. */
const KitPresetEntry*
kit_browser_present(KitGui* gui);

/* memory.c */

void
kit_memory_read(KitGui* gui);

void
kit_memory_write(KitGui* gui);

void
kit_memory_cleanup(KitGui* gui);

/* ear.c */

void
kit_ear_tick(KitGui* gui);

void
kit_ear_close(KitGui* gui);

void
kit_view_tick(KitGui* gui);

void
kit_view_data(const KitGui* gui, KitViewData* data);

extern const KitView kit_scope_view; ///< What an effect without a picture shows

/* match.c */

void
kit_match_tick(KitGui* gui);

/** Begin to measure, or play both sides as they are. */
void
kit_match_switch(KitGui* gui, bool on);

/* keys.c */

bool
kit_key(KitGui* gui, const KitGuiEvent* event);

void
kit_focus(KitGui* gui, uint32_t id, bool show);

#endif
