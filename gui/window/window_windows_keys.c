// SPDX-License-Identifier: ISC
#include "window_windows.h"

#define HIGH(c) ((c) >= 0xd800U && (c) < 0xdc00U)
#define LOW(c)  ((c) >= 0xdc00U && (c) < 0xe000U)

static void
take_text(KitWindow* window, WPARAM w, LPARAM l)
{
  KitWindowSystem* const self    = window->system;
  const wchar_t          unit    = (wchar_t)w;
  const wchar_t          pair[2] = {self->high, unit};
  self->high                     = HIGH(unit) ? unit : 0;
  if (LOW(unit) && pair[0]) { // Of which pugl knows nothing
    KitGuiEvent text = {.type = KIT_GUI_TEXT};
    WideCharToMultiByte(CP_UTF8, 0, pair, 2, text.text, sizeof(text.text) - 1, NULL, NULL);
    window->key_refused = !kit_window_tell(window, &text) && window->key_refused;
  } else if (!HIGH(unit) && !LOW(unit)) {
    kit_windows_pugl(self->hwnd, WM_CHAR, w, l);
  }
}

/** A press, with the characters that the system has made of it. */
static bool
is_press_refused(KitWindow* window, UINT message, WPARAM w, LPARAM l)
{
  KitWindowSystem* const self = window->system;
  MSG                    text;
  window->key_refused = true;
  kit_windows_pugl(self->hwnd, message, w, l);
  while (!window->gone && message == WM_KEYDOWN &&
         PeekMessageW(&text, self->hwnd, WM_CHAR, WM_CHAR, PM_REMOVE)) {
    take_text(window, text.wParam, text.lParam);
  }
  return window->key_refused;
}

LRESULT
kit_windows_key(KitWindow* window, UINT message, WPARAM w, LPARAM l)
{
  KitWindowSystem* const self    = window->system;
  const HWND             hwnd    = self->hwnd;
  const unsigned         n       = (unsigned)w % KIT_WINDOWS_KEYS;
  const uint8_t          bit     = (uint8_t)(1U << (n % 8U));
  const bool             is_down = message == WM_KEYDOWN || message == WM_SYSKEYDOWN;
  if (message == WM_CHAR) {
    take_text(window, w, l);
    return 0;
  }
  const bool given = is_down ? is_press_refused(window, message, w, l) : (self->given[n / 8U] & bit) != 0;
  if (!is_down) {
    kit_windows_pugl(hwnd, message, w, l);
  }
  if (window->gone) {
    return 0;
  }
  self->given[n / 8U] = (uint8_t)((self->given[n / 8U] & ~bit) | (is_down && given ? bit : 0));
  if (given && window->parent) {
    PostMessageW((HWND)window->parent, message, w, l);
    return 0;
  }
  const bool is_system = message == WM_SYSKEYDOWN || message == WM_SYSKEYUP;
  return is_system && !window->parent ? DefWindowProcW(hwnd, message, w, l) : 0; // Alt+F4
}

void
kit_windows_look_for_escape(KitWindow* window)
{
  KitWindowSystem* const self = window->system;
  const bool is_down = window->pressed && !window->has_focus && (GetAsyncKeyState(VK_ESCAPE) & 0x8000) != 0;
  if (is_down && !self->escape) {
    kit_window_tell(window, &(KitGuiEvent){.type = KIT_GUI_KEY, .key = KIT_GUI_KEY_ESCAPE});
  }
  self->escape = is_down;
}
