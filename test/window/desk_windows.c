// SPDX-License-Identifier: ISC
#include "desk.h"

#include "tap.h"
#include "threads.h"

#include <windows.h>

#include <shellapi.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 30000U
#define CLASS       L"VstKit test"

struct Desk {
  uint32_t n_keys;
};

static LRESULT CALLBACK
on_message(HWND hwnd, UINT message, WPARAM w, LPARAM l)
{
  Desk* const desk = (Desk*)GetWindowLongPtrW(hwnd, GWLP_USERDATA);
  if (desk && message == WM_KEYDOWN) {
    ++desk->n_keys;
  }
  return DefWindowProcW(hwnd, message, w, l);
}

Desk*
desk_open(void)
{
  const WNDCLASSEXW class = {
    .cbSize        = sizeof(class),
    .lpfnWndProc   = on_message,
    .hInstance     = GetModuleHandleW(NULL),
    .hbrBackground = (HBRUSH)GetStockObject(BLACK_BRUSH),
    .lpszClassName = CLASS,
  };
  if (!GetSystemMetrics(SM_CXSCREEN) || !RegisterClassExW(&class)) {
    tap_note("no screen");
    return NULL;
  }
  return (Desk*)calloc(1, sizeof(Desk));
}

void
desk_close(Desk* desk)
{
  UnregisterClassW(CLASS, GetModuleHandleW(NULL));
  free(desk);
}

uintptr_t
desk_window(Desk* desk, int x, int y, uint32_t width, uint32_t height)
{
  const HWND hwnd = CreateWindowExW(WS_EX_NOACTIVATE, CLASS, L"", WS_POPUP | WS_CLIPCHILDREN, x, y,
                                    (int)width, (int)height, NULL, NULL, GetModuleHandleW(NULL), NULL);
  SetWindowLongPtrW(hwnd, GWLP_USERDATA, (LONG_PTR)desk);
  ShowWindow(hwnd, SW_SHOWNOACTIVATE); // Or wine would wait for a window manager
  desk_turn(desk);
  return (uintptr_t)hwnd;
}

void
desk_destroy(Desk* desk, uintptr_t window)
{
  DestroyWindow((HWND)window);
  desk_turn(desk);
}

uintptr_t
desk_child(Desk* desk, uintptr_t window)
{
  (void)desk;
  return (uintptr_t)GetWindow((HWND)window, GW_CHILD);
}

bool
desk_exists(Desk* desk, uintptr_t window)
{
  (void)desk;
  return IsWindow((HWND)window);
}

bool
desk_is_mapped(Desk* desk, uintptr_t window)
{
  (void)desk;
  return IsWindowVisible((HWND)window);
}

void
desk_size(Desk* desk, uintptr_t window, uint32_t* width, uint32_t* height)
{
  RECT rect = {0, 0, 0, 0};
  (void)desk;
  GetClientRect((HWND)window, &rect);
  *width  = (uint32_t)rect.right;
  *height = (uint32_t)rect.bottom;
}

/** A copy of its pixels, without what is above 24 bits; free it. */
static uint32_t*
pixels_of(Desk* desk, uintptr_t window, size_t* n)
{
  uint32_t width;
  uint32_t height;
  desk_size(desk, window, &width, &height);
  *n                     = (size_t)width * height;
  BITMAPINFO info        = {.bmiHeader = {.biSize = sizeof(info.bmiHeader), .biPlanes = 1, .biBitCount = 32}};
  info.bmiHeader.biWidth = (LONG)width;
  info.bmiHeader.biHeight = (LONG)height;
  const HDC       source  = GetDC((HWND)window);
  const HDC       copy    = CreateCompatibleDC(source);
  void*           bits    = NULL;
  const HBITMAP   bitmap  = CreateDIBSection(copy, &info, DIB_RGB_COLORS, &bits, NULL, 0);
  uint32_t* const pixels  = bitmap ? (uint32_t*)calloc(*n, sizeof(uint32_t)) : NULL;
  if (pixels) {
    const HGDIOBJ before = SelectObject(copy, bitmap);
    BitBlt(copy, 0, 0, (int)width, (int)height, source, 0, 0, SRCCOPY);
    GdiFlush();
    memcpy(pixels, bits, *n * sizeof(uint32_t));
    SelectObject(copy, before);
  }
  *n = pixels ? *n : 0U;
  for (size_t i = 0; i < *n; ++i) {
    pixels[i] &= 0xffffffU;
  }
  DeleteObject(bitmap);
  DeleteDC(copy);
  ReleaseDC((HWND)window, source);
  return pixels;
}

uint64_t
desk_picture(Desk* desk, uintptr_t window)
{
  size_t          n;
  uint32_t* const pixels = pixels_of(desk, window, &n);
  uint64_t        hash   = 14695981039346656037ULL;
  for (size_t i = 0; i < n; ++i) {
    hash = (hash ^ pixels[i]) * 1099511628211ULL;
  }
  free(pixels);
  return hash;
}

uint32_t
desk_colours(Desk* desk, uintptr_t window)
{
  static uint8_t  seen[1U << 21U];
  size_t          n;
  uint32_t* const pixels = pixels_of(desk, window, &n);
  uint32_t        found  = 0;
  memset(seen, 0, sizeof(seen));
  for (size_t i = 0; i < n && found < 1000U; ++i) {
    const uint8_t bit = (uint8_t)(1U << (pixels[i] % 8U));
    found += !(seen[pixels[i] / 8U] & bit);
    seen[pixels[i] / 8U] |= bit;
  }
  free(pixels);
  return found;
}

uintptr_t
desk_focus(Desk* desk)
{
  (void)desk;
  return (uintptr_t)GetFocus();
}

void
desk_set_focus(Desk* desk, uintptr_t window)
{
  (void)desk;
  SetFocus((HWND)window);
}

uint32_t
desk_keys(Desk* desk)
{
  desk_turn(desk);
  const uint32_t n = desk->n_keys;
  desk->n_keys     = 0;
  return n;
}

void
desk_move(Desk* desk, uintptr_t window, double x, double y)
{
  POINT at = {(LONG)x, (LONG)y};
  ClientToScreen((HWND)window, &at);
  SetCursorPos(at.x, at.y);
  desk_turn(desk);
}

void
desk_button(Desk* desk, uint32_t button, bool down)
{
  static const DWORD flags[][2] = {
    {MOUSEEVENTF_LEFTUP, MOUSEEVENTF_LEFTDOWN},
    {MOUSEEVENTF_MIDDLEUP, MOUSEEVENTF_MIDDLEDOWN},
    {MOUSEEVENTF_RIGHTUP, MOUSEEVENTF_RIGHTDOWN},
  };
  INPUT input = {.type = INPUT_MOUSE, .mi = {.dwFlags = flags[(button - 1U) % 3U][down]}};
  SendInput(1, &input, sizeof(input));
  desk_turn(desk);
}

void
desk_key(Desk* desk, unsigned long keysym, bool down)
{
  INPUT input = {.type = INPUT_KEYBOARD, .ki = {.wVk = (WORD)keysym, .dwFlags = down ? 0 : KEYEVENTF_KEYUP}};
  SendInput(1, &input, sizeof(input));
  desk_turn(desk);
}

void
desk_type(Desk* desk, unsigned long keysym)
{
  desk_key(desk, keysym, true);
  desk_key(desk, keysym, false);
}

void
desk_turn(Desk* desk)
{
  MSG message;
  (void)desk;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

uint32_t
desk_n_open(void)
{
  DWORD n = 0;
  GetProcessHandleCount(GetCurrentProcess(), &n);
  return n;
}

bool
desk_copy_module(const char* path, char* copy, size_t size)
{
  char              from[MAX_PATH + 1U] = {0}; // A list of names, which ends with an empty one
  char              to[MAX_PATH + 1U]   = {0};
  char              folder[MAX_PATH - 14U];
  const char* const slash = strrchr(path, '/');
  GetTempPathA(sizeof(folder), folder);
  GetTempFileNameA(folder, "vst", 0, to);
  DeleteFileA(to);
  if (!GetFullPathNameA(path, MAX_PATH, from, NULL) || !CreateDirectoryA(to, NULL)) {
    return false;
  }
  snprintf(copy, size, "%s/%s", to, slash ? slash + 1 : path);
  SHFILEOPSTRUCTA copying = {
    .wFunc = FO_COPY, .pFrom = from, .pTo = to, .fFlags = FOF_NOCONFIRMATION | FOF_SILENT | FOF_NOERRORUI};
  return !SHFileOperationA(&copying);
}

bool
desk_wait(bool (*done)(void* handle), void (*turn)(void* handle), void* handle, const char* what)
{
  for (uint32_t ms = 0; ms < PATIENCE_MS; ++ms) {
    desk_turn(NULL);
    turn(handle);
    if (done(handle)) {
      return true;
    }
    kit_sleep_ms(1U);
  }
  tap_note("in vain: %s", what);
  return false;
}
