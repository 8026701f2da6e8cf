// SPDX-License-Identifier: ISC
// What a window asks of Windows: keys and who gets them, characters, clipboard, dropped files, buttons that
// are lost
#include "window.h"

#include "desk.h"
#include "tap.h"
#include "threads.h"

#include <windows.h>

#include <shlobj.h>

#include <stdlib.h>
#include <string.h>

typedef struct {
  KitWindow*       window;
  cairo_surface_t* surface;
  bool             takes; ///< Keys and characters
  uint32_t         n_keys;
  uint32_t         key; ///< The last
  char             text[64];
  char             pasted[64];
  char             dropped[2][64];
  uint32_t         n_dropped;
  uint32_t         n_releases;
  uint32_t         n_closes;
  uint32_t         n_held;
  bool             has_focus;
} Client;

static cairo_surface_t*
surface(void* handle)
{
  return ((Client*)handle)->surface;
}

static bool
on_event(void* handle, const KitGuiEvent* event)
{
  Client* const client = (Client*)handle;
  switch (event->type) {
    case KIT_GUI_KEY:
      ++client->n_keys;
      client->key = event->key;
      return client->takes;
    case KIT_GUI_TEXT:
      strncat(client->text, event->text, sizeof(client->text) - strlen(client->text) - 1U);
      return client->takes;
    case KIT_GUI_RELEASE: ++client->n_releases; return true;
    case KIT_GUI_FOCUS: client->has_focus = true; return true;
    case KIT_GUI_BLUR: client->has_focus = false; return true;
    default: return true;
  }
}

static void
on_paste(void* handle, const char* text)
{
  strncpy(((Client*)handle)->pasted, text, sizeof(((Client*)handle)->pasted) - 1U);
}

static void
on_drop(void* handle, const char* path)
{
  Client* const client = (Client*)handle;
  strncpy(client->dropped[client->n_dropped++ % 2U], path, sizeof(client->dropped[0]) - 1U);
}

static void
on_close(void* handle)
{
  ++((Client*)handle)->n_closes;
}

static void
on_held(void* handle)
{
  ++((Client*)handle)->n_held;
}

static bool
open_window(Client* client, uintptr_t parent)
{
  *client        = (Client){.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 200, 100)};
  client->window = kit_window_new(&(KitWindowSetup){.parent = parent,
                                                    .title  = "Fenster ü",
                                                    .size   = {200, 100},
                                                    .client = {.handle  = client,
                                                               .surface = surface,
                                                               .event   = on_event,
                                                               .paste   = on_paste,
                                                               .drop    = on_drop,
                                                               .close   = on_close,
                                                               .held    = on_held}},
                                  NULL);
  return client->window != NULL;
}

static void
turn(Desk* desk, Client* client)
{
  desk_turn(desk);
  kit_window_idle(client->window, 0.0);
  desk_turn(desk);
}

static void
end(Client* client)
{
  kit_window_free(client->window);
  cairo_surface_destroy(client->surface);
}

static HWND
hwnd_of(const Client* client)
{
  return (HWND)kit_window_native(client->window);
}

/** A key as the system would send it to a window. */
static void
press(Desk* desk, Client* client, WPARAM key)
{
  const LPARAM scan = (LPARAM)MapVirtualKeyW((UINT)key, MAPVK_VK_TO_VSC) << 16U;
  PostMessageW(hwnd_of(client), WM_KEYDOWN, key, scan | 1);
  PostMessageW(hwnd_of(client), WM_KEYUP, key, scan | (LPARAM)0xc0000001);
  turn(desk, client);
}

static void
test_keys(Desk* desk)
{
  Client          client;
  const uintptr_t parent = desk_window(desk, 10, 10, 300, 200);
  if (!tap_ok(open_window(&client, parent), "a window is embedded")) {
    return;
  }
  turn(desk, &client);
  desk_keys(desk);
  press(desk, &client, 'K');
  tap_ok(client.n_keys == 1U && client.key == 'k' && desk_keys(desk) == 1U,
         "a key that nobody wants goes to the host");
  client.takes = true;
  press(desk, &client, 'L');
  tap_ok(client.n_keys == 2U && desk_keys(desk) == 0U && strchr(client.text, 'l'),
         "one that is wanted does not: \"%s\"", client.text);
  press(desk, &client, VK_F2);
  tap_ok(client.key == KIT_GUI_KEY_F2 && desk_keys(desk) == 0U, "keys without characters are known");
  client.text[0]             = '\0';
  const wchar_t* const typed = L"ü音\xd83d\xde00";
  for (const wchar_t* unit = typed; *unit; ++unit) {
    PostMessageW(hwnd_of(&client), WM_CHAR, *unit, 1);
  }
  turn(desk, &client);
  tap_ok(!strcmp(client.text, "ü音😀"), "characters of any length come whole: %s", client.text);
  desk_set_focus(desk, parent);
  turn(desk, &client);
  kit_window_take_keyboard(client.window, true);
  turn(desk, &client);
  tap_ok(desk_focus(desk) == kit_window_native(client.window) && client.has_focus, "it takes the keyboard");
  kit_window_take_keyboard(client.window, false);
  turn(desk, &client);
  tap_ok(desk_focus(desk) == parent && !client.has_focus, "and gives it back");
  SendMessageW(hwnd_of(&client), WM_LBUTTONDOWN, MK_LBUTTON, MAKELPARAM(20, 20));
  ReleaseCapture();
  turn(desk, &client);
  tap_ok(client.n_releases == 1U, "a button whose release somebody else has got is up");
  end(&client);
  tap_ok(!desk_child(desk, parent), "freed, it is gone");
  desk_destroy(desk, parent);
}

static void
test_clipboard(Desk* desk)
{
  Client                   client;
  static const char* const text   = "Gain: −6 dB ü 音 😀";
  const uintptr_t          parent = desk_window(desk, 10, 10, 300, 200);
  open_window(&client, parent);
  kit_window_copy(client.window, text);
  turn(desk, &client);
  kit_window_paste(client.window);
  turn(desk, &client);
  tap_ok(!strcmp(client.pasted, text), "what was copied is pasted: %s", client.pasted);
  kit_window_copy(client.window, "2");
  kit_window_paste(client.window);
  turn(desk, &client);
  tap_ok(!strcmp(client.pasted, "2"), "and the next text takes its place");
  end(&client);
  desk_destroy(desk, parent);
}

/** What the system hands over when files are dropped. */
static HDROP
dropped(const wchar_t* names, size_t n)
{
  const HGLOBAL    block = GlobalAlloc(GHND, sizeof(DROPFILES) + n * sizeof(wchar_t));
  DROPFILES* const files = (DROPFILES*)GlobalLock(block);
  files->pFiles          = sizeof(DROPFILES);
  files->fWide           = TRUE;
  memcpy((char*)files + sizeof(DROPFILES), names, n * sizeof(wchar_t));
  GlobalUnlock(block);
  return (HDROP)block;
}

static void
test_drop(Desk* desk)
{
  static const wchar_t names[] = L"C:\\ä 音.wav\0D:\\b.json\0";
  Client               client;
  const uintptr_t      parent = desk_window(desk, 10, 10, 300, 200);
  open_window(&client, parent);
  SendMessageW(hwnd_of(&client), WM_DROPFILES, (WPARAM)dropped(names, sizeof(names) / sizeof(names[0])), 0);
  tap_ok(client.n_dropped == 2U && !strcmp(client.dropped[0], "C:\\ä 音.wav") &&
           !strcmp(client.dropped[1], "D:\\b.json"),
         "dropped files come by name: %s, %s", client.dropped[0], client.dropped[1]);
  end(&client);
  desk_destroy(desk, parent);
}

static void
test_top(Desk* desk)
{
  Client  client;
  wchar_t title[32] = L"";
  RECT    inside    = {0, 0, 0, 0};
  if (!tap_ok(open_window(&client, 0), "a window of its own")) {
    return;
  }
  kit_window_show(client.window);
  turn(desk, &client);
  GetWindowTextW(hwnd_of(&client), title, 32);
  GetClientRect(hwnd_of(&client), &inside);
  tap_ok(!wcscmp(title, L"Fenster ü"), "has its title");
  tap_ok(inside.right == 200 && inside.bottom == 100, "and its size: %ld × %ld", inside.right, inside.bottom);
  SendMessageW(hwnd_of(&client), WM_ENTERSIZEMOVE, 0, 0);
  for (uint32_t ms = 0; ms < 30000U && client.n_held < 3U; ++ms) {
    desk_turn(desk);
    kit_sleep_ms(1U);
  }
  SendMessageW(hwnd_of(&client), WM_EXITSIZEMOVE, 0, 0);
  tap_ok(client.n_held >= 3U, "while the system keeps the loop it is told to draw");
  PostMessageW(hwnd_of(&client), WM_CLOSE, 0, 0);
  turn(desk, &client);
  tap_ok(client.n_closes == 1U && IsWindow(hwnd_of(&client)), "asked to close it stays, and says so");
  const HWND hwnd = hwnd_of(&client);
  DestroyWindow(hwnd);
  turn(desk, &client);
  tap_ok(kit_window_is_gone(client.window) && !kit_window_native(client.window),
         "destroyed by somebody it is gone");
  end(&client);
}

int
main(void)
{
  Desk* const desk = desk_open();
  if (!desk) {
    tap_skip("no screen");
    return tap_done();
  }
  test_keys(desk);
  test_clipboard(desk);
  test_drop(desk);
  test_top(desk);
  desk_close(desk);
  return tap_done();
}
