// SPDX-License-Identifier: ISC
/**
   @file desk.h  A host's side of the screen, for tests: windows to embed in, a hand, and what is to be seen.

   Under X11 or Windows.  The hand is the X server's own (its extension XTEST), or the
   system's, so events come as from people.  Waiting is for what is to happen, never for time; who waits in
   vain for half a minute ends the program.
*/
#ifndef KIT_TEST_DESK_H
#define KIT_TEST_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Desk Desk;

/** Under X11 connect to $DISPLAY.  @return null, with a note, if there is none. */
Desk*
desk_open(void);

void
desk_close(Desk* desk);

/** Its connection, a Display.  X11 alone. */
const void*
desk_display(const Desk* desk);

/** A window of the host's, shown; it asks for keys like one that has shortcuts. */
uintptr_t
desk_window(Desk* desk, int x, int y, uint32_t width, uint32_t height);

void
desk_destroy(Desk* desk, uintptr_t window);

/** X11 alone. */
void
desk_resize(Desk* desk, uintptr_t window, uint32_t width, uint32_t height);

/** Its first child, or 0. */
uintptr_t
desk_child(Desk* desk, uintptr_t window);

bool
desk_exists(Desk* desk, uintptr_t window);

bool
desk_is_mapped(Desk* desk, uintptr_t window);

void
desk_size(Desk* desk, uintptr_t window, uint32_t* width, uint32_t* height);

/** True if the window has a property of that name.  X11 alone. */
bool
desk_has_property(Desk* desk, uintptr_t window, const char* name);

/** A number that depends on every pixel. */
uint64_t
desk_picture(Desk* desk, uintptr_t window);

/** Colours in it, up to 1000: one means that nothing is drawn. */
uint32_t
desk_colours(Desk* desk, uintptr_t window);

/** Who has the keyboard. */
uintptr_t
desk_focus(Desk* desk);

void
desk_set_focus(Desk* desk, uintptr_t window);

/** Keys that came to the host's windows since the last call. */
uint32_t
desk_keys(Desk* desk);

/** What the system does in a host's loop: on Windows messages are taken and go where they belong. */
void
desk_turn(Desk* desk);

/** Files (Windows: handles of any kind) that the program has open. */
uint32_t
desk_n_open(void);

/** Copy a module to a folder of the test's own: to the system it is another one then, as two versions are.
    @param copy Where it is now.  @return false if that fails. */
bool
desk_copy_module(const char* path, char* copy, size_t size);

/* The hand.  Keys are X11's keysyms, or Windows' virtual keys. */

void
desk_move(Desk* desk, uintptr_t window, double x, double y);

void
desk_button(Desk* desk, uint32_t button, bool down);

void
desk_key(Desk* desk, unsigned long keysym, bool down);

/** Press and release. */
void
desk_type(Desk* desk, unsigned long keysym);

/** Repeat `turn` until `done`.  @return false, with a note, if that does not come. */
bool
desk_wait(bool (*done)(void* handle), void (*turn)(void* handle), void* handle, const char* what);

#endif
