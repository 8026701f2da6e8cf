// SPDX-License-Identifier: ISC
#include "window_windows.h"

#include "vstkit/alloc.h"

#include <shellapi.h>
#include <types.h> // pugl's, which its back ends are written with
#include <win.h>

#include <stdio.h>
#include <string.h>

#define MAX_PATH_UNITS 32768U ///< Of a dropped file's name
#define HELD_TIMER     1U
#define HELD_MS        33U

const char*
kit_window_system(void)
{
  return "win32";
}

// Nobody is ended here for asking for what is gone
void
kit_window_guard(void)
{
}

void
kit_window_unguard(void)
{
}

/* The class: of each module its own, as several may have the same code in two versions, and go at any time */

static HMODULE
module_of_ours(void)
{
  HMODULE module = NULL;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                     (LPCWSTR)(uintptr_t)&module_of_ours, &module);
  return module;
}

static const wchar_t*
class_name(void)
{
  static wchar_t name[32]; // [main-thread]
  swprintf(name, sizeof(name) / sizeof(name[0]), L"VstKit %p", (void*)module_of_ours());
  return name;
}

KitWindow*
kit_windows_of(HWND hwnd)
{
  PuglView* const view = (PuglView*)GetWindowLongPtrW(hwnd, GWLP_USERDATA);
  return view ? (KitWindow*)puglGetHandle(view) : NULL;
}

static void
limit_size(const KitWindow* window, MINMAXINFO* info)
{
  const PuglViewSize* const hints = window->view->sizeHints;
  const HWND                hwnd  = window->system->hwnd;
  const LONG_PTR            style = GetWindowLongPtrW(hwnd, GWL_STYLE);
  RECT                      edge  = {0, 0, 0, 0};
  AdjustWindowRectEx(&edge, (DWORD)style, FALSE, (DWORD)GetWindowLongPtrW(hwnd, GWL_EXSTYLE));
  const POINT around = {edge.right - edge.left, edge.bottom - edge.top};
  if (hints[PUGL_MIN_SIZE].width) {
    info->ptMinTrackSize =
      (POINT){hints[PUGL_MIN_SIZE].width + around.x, hints[PUGL_MIN_SIZE].height + around.y};
  }
  if (hints[PUGL_MAX_SIZE].width) {
    info->ptMaxTrackSize =
      (POINT){hints[PUGL_MAX_SIZE].width + around.x, hints[PUGL_MAX_SIZE].height + around.y};
  }
}

static void
take_files(KitWindow* window, HDROP drop)
{
  static wchar_t wide[MAX_PATH_UNITS]; // [main-thread]
  static char    path[3U * MAX_PATH_UNITS];
  const UINT     n = DragQueryFileW(drop, 0xffffffffU, NULL, 0);
  for (UINT i = 0; i < n && window->client.drop; ++i) {
    if (DragQueryFileW(drop, i, wide, MAX_PATH_UNITS) &&
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, path, sizeof(path), NULL, NULL)) {
      window->client.drop(window->client.handle, path);
    }
  }
  DragFinish(drop);
}

/** The system has a loop of its own while people move a window.  @return false: it is about something else.
 */
static bool
is_about_held(KitWindow* window, UINT message, WPARAM w)
{
  const HWND hwnd = window->system->hwnd;
  if (message == WM_ENTERSIZEMOVE || message == WM_ENTERMENULOOP) {
    SetTimer(hwnd, HELD_TIMER, HELD_MS, NULL);
  } else if (message == WM_EXITSIZEMOVE || message == WM_EXITMENULOOP) {
    KillTimer(hwnd, HELD_TIMER);
  } else if (message != WM_TIMER || w != HELD_TIMER) {
    return false;
  } else if (window->client.held) {
    window->client.held(window->client.handle);
  }
  return true;
}

/** Messages, before pugl sees them. */
static LRESULT CALLBACK
on_message(HWND hwnd, UINT message, WPARAM w, LPARAM l)
{
  KitWindow* const window = kit_windows_of(hwnd);
  if (!window) {
    return DefWindowProcW(hwnd, message, w, l);
  }
  if (window->system->hwnd && is_about_held(window, message, w)) {
    return 0;
  }
  switch (message) {
    case WM_NCDESTROY: kit_window_lose(window); return DefWindowProcW(hwnd, message, w, l);
    case WM_DROPFILES: take_files(window, (HDROP)w); return 0;
    case WM_GETMINMAXINFO: limit_size(window, (MINMAXINFO*)l); return 0;
    case WM_GETDLGCODE: return DLGC_WANTALLKEYS;
    case WM_KILLFOCUS:
      window->taking               = false; // Somebody else has it: there is nobody to give it back to
      window->system->focus_before = NULL;
      break;
    case WM_KEYDOWN:
    case WM_KEYUP:
    case WM_SYSKEYDOWN:
    case WM_SYSKEYUP:
    case WM_CHAR: return kit_windows_key(window, message, w, l);
    default: break;
  }
  return kit_windows_pugl(hwnd, message, w, l);
}

ATOM
kit_windows_register(const WNDCLASSEXA* like)
{
  const WNDCLASSEXW wide = {.cbSize        = sizeof(wide),
                            .style         = like->style,
                            .lpfnWndProc   = on_message,
                            .hInstance     = module_of_ours(),
                            .hIcon         = like->hIcon,
                            .hCursor       = like->hCursor,
                            .lpszClassName = class_name()};
  return RegisterClassExW(&wide);
}

BOOL
kit_windows_is_registered(void)
{
  WNDCLASSEXW found = {.cbSize = sizeof(found)};
  return GetClassInfoExW(module_of_ours(), class_name(), &found);
}

BOOL
kit_windows_unregister(void)
{
  return UnregisterClassW(class_name(), module_of_ours());
}

HWND
kit_windows_create(DWORD ex_style, DWORD style, int width, int height, HWND parent)
{
  const int at = style & WS_CHILD ? 0 : CW_USEDEFAULT;
  return CreateWindowExW(ex_style, class_name(), L"", style, at, at, width, height, parent, NULL,
                         module_of_ours(), NULL);
}

/* pugl's back end: a plain window */

static PuglStatus
configure(PuglView* view)
{
  return puglWinCreateWindow(view, "", &view->impl->hwnd, &view->impl->hdc);
}

static PuglStatus
do_nothing(PuglView* view)
{
  (void)view;
  return PUGL_SUCCESS;
}

static void
destroy(PuglView* view)
{
  (void)view;
}

static void*
get_context(PuglView* view)
{
  (void)view;
  return NULL;
}

const PuglBackend*
kit_window_backend(void)
{
  static const PuglBackend backend = {configure,    do_nothing,   destroy,
                                      puglWinEnter, puglWinLeave, get_context};
  return &backend;
}

/* Opening and closing */

double
kit_window_desktop_scale(void)
{
  const HDC screen = GetDC(NULL); // 96 where the program leaves scaling to the system
  const int dpi    = screen ? GetDeviceCaps(screen, LOGPIXELSX) : 96;
  ReleaseDC(NULL, screen);
  return dpi >= 24 && dpi <= 1536 ? dpi / 96.0 : 1.0;
}

bool
kit_window_system_open(KitWindow* window, const KitLog* log)
{
  window->system = (KitWindowSystem*)kit_calloc(1, sizeof(KitWindowSystem));
  if (!window->system) {
    kit_log(log, KIT_LOG_ERROR, "no window: out of memory");
  }
  return window->system != NULL;
}

bool
kit_window_system_ready(KitWindow* window, const KitWindowSetup* setup, const KitLog* log)
{
  window->system->hwnd = window->view->impl->hwnd;
  if (!window->system->hwnd) {
    kit_log(log, KIT_LOG_ERROR, "no window: the system refused it");
    return false;
  }
  DragAcceptFiles(window->system->hwnd, setup->client.drop != NULL);
  return true;
}

void
kit_window_system_close(KitWindow* window)
{
  KitWindowSystem* const self = window->system;
  if (!self) {
    return;
  }
  kit_window_take_keyboard(window, false);
  if (window->gone) {
    window->view->impl->hwnd = NULL; // Or pugl would destroy what may be somebody else's now
  } else if (self->hwnd) {
    SetWindowLongPtrW(self->hwnd, GWLP_USERDATA, 0); // What comes from now on is nobody's
  }
  if (self->icon) {
    DestroyIcon(self->icon);
  }
}

void
kit_window_system_free(KitWindowSystem* system)
{
  kit_free(system);
}

void
kit_window_take_keyboard(KitWindow* window, bool take)
{
  KitWindowSystem* const self = window->system;
  if (take == window->taking || window->gone || !window->parent) {
    return;
  }
  const HWND focus = GetFocus();
  const HWND back  = self->focus_before;
  if (take && focus != self->hwnd) {
    SetFocus(self->hwnd);
    self->focus_before = focus;
  } else if (!take && focus == self->hwnd && back) {
    SetFocus(back);
  }
  window->taking = take;
}

void
kit_window_system_pressed(KitWindow* window)
{
  window->system->escape = (GetAsyncKeyState(VK_ESCAPE) & 0x8000) != 0;
}

/* Messages.  The host takes an embedded window's with its own. */

void
kit_window_system_update(KitWindow* window, double timeout_s)
{
  if (!window->parent) {
    puglUpdate(window->world, timeout_s);
  } else {
    UpdateWindow(window->system->hwnd);
  }
}

/** A button whose release somebody else got. */
static void
drop_lost_buttons(KitWindow* window)
{
  while (window->pressed && GetCapture() != window->system->hwnd) {
    const uint32_t button = (window->pressed & (1U << KIT_GUI_LEFT))    ? KIT_GUI_LEFT
                            : (window->pressed & (1U << KIT_GUI_RIGHT)) ? KIT_GUI_RIGHT
                                                                        : KIT_GUI_MIDDLE;
    window->pressed &= ~(1U << button);
    kit_window_tell(window, &(KitGuiEvent){.type = KIT_GUI_RELEASE, .button = button});
  }
}

void
kit_window_system_idle(KitWindow* window)
{
  if (!window->gone) {
    const HWND hwnd = window->system->hwnd;
    drop_lost_buttons(window);
    kit_windows_look_for_escape(window);
    kit_window_tell_visible(window, IsWindowVisible(hwnd) && !IsIconic(GetAncestor(hwnd, GA_ROOT)));
  }
}

/* What a window is asked for */

int
kit_window_fd(const KitWindow* window)
{
  (void)window;
  return -1;
}

void
kit_window_show(KitWindow* window)
{
  if (!window->gone) {
    puglShow(window->view);
  }
}

void
kit_window_hide(KitWindow* window)
{
  if (!window->gone) {
    kit_window_take_keyboard(window, false);
    puglHide(window->view);
  }
}

void
kit_window_set_size(KitWindow* window, KitGuiSize size)
{
  if (!window->gone) {
    puglSetSize(window->view, size.width, size.height);
  }
}

bool
kit_window_set_parent(KitWindow* window, uintptr_t parent)
{
  if (window->gone || !window->parent || !IsWindow((HWND)parent) ||
      !SetParent(window->system->hwnd, (HWND)parent)) {
    return false;
  }
  window->parent       = parent;
  window->view->parent = parent;
  return true;
}

void
kit_window_set_cursor(KitWindow* window, KitGuiCursor cursor)
{
  static const PuglCursor shapes[] = {
    [KIT_GUI_CURSOR_ARROW] = PUGL_CURSOR_ARROW,     [KIT_GUI_CURSOR_HAND] = PUGL_CURSOR_HAND,
    [KIT_GUI_CURSOR_TEXT] = PUGL_CURSOR_CARET,      [KIT_GUI_CURSOR_UP_DOWN] = PUGL_CURSOR_UP_DOWN,
    [KIT_GUI_CURSOR_CROSS] = PUGL_CURSOR_CROSSHAIR,
  };
  if (!window->gone && cursor != window->cursor) {
    window->cursor = cursor;
    puglSetCursor(window->view, shapes[cursor]);
  }
}

/** The header of lines of a picture as Cairo keeps it, the first at the top. */
static BITMAPINFO
info_of(cairo_surface_t* surface, int n_lines)
{
  BITMAPINFO info              = {0};
  info.bmiHeader.biSize        = sizeof(info.bmiHeader);
  info.bmiHeader.biWidth       = cairo_image_surface_get_stride(surface) / 4;
  info.bmiHeader.biHeight      = -n_lines;
  info.bmiHeader.biPlanes      = 1;
  info.bmiHeader.biBitCount    = 32;
  info.bmiHeader.biCompression = BI_RGB;
  return info;
}

void
kit_window_set_icon(KitWindow* window, cairo_surface_t* icon)
{
  KitWindowSystem* const self   = window->system;
  const int              width  = cairo_image_surface_get_width(icon);
  const int              height = cairo_image_surface_get_height(icon);
  const BITMAPINFO       info   = info_of(icon, height);
  const HDC              screen = window->gone ? NULL : GetDC(NULL);
  if (!screen) {
    return;
  }
  ICONINFO    both = {.fIcon    = TRUE,
                      .hbmMask  = CreateBitmap(width, height, 1, 1, NULL),
                      .hbmColor = CreateDIBitmap(screen, &info.bmiHeader, CBM_INIT,
                                                 cairo_image_surface_get_data(icon), &info, DIB_RGB_COLORS)};
  const HICON made = CreateIconIndirect(&both);
  if (made) {
    SendMessageW(self->hwnd, WM_SETICON, ICON_BIG, (LPARAM)made);
    if (self->icon) {
      DestroyIcon(self->icon);
    }
    self->icon = made;
  }
  DeleteObject(both.hbmColor);
  DeleteObject(both.hbmMask);
  ReleaseDC(NULL, screen);
}

void
kit_window_copy(KitWindow* window, const char* text)
{
  const int     n     = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  const HGLOBAL block = n > 0 ? GlobalAlloc(GMEM_MOVEABLE, (size_t)n * sizeof(wchar_t)) : NULL;
  wchar_t*      wide  = block ? (wchar_t*)GlobalLock(block) : NULL;
  if (wide) {
    MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, n);
    GlobalUnlock(block);
  }
  bool given = false;
  if (wide && !window->gone && OpenClipboard(window->system->hwnd)) {
    given = EmptyClipboard() && SetClipboardData(CF_UNICODETEXT, block);
    CloseClipboard();
  }
  if (block && !given) { // Else it is the clipboard's
    GlobalFree(block);
  }
}

void
kit_window_show_rects(KitWindow* window, const cairo_rectangle_int_t* rects, uint32_t n)
{
  cairo_surface_t* const surface = window->gone ? NULL : window->client.surface(window->client.handle);
  if (!surface || !n) {
    return;
  }
  cairo_surface_flush(surface);
  const int      width  = cairo_image_surface_get_width(surface);
  const int      height = cairo_image_surface_get_height(surface);
  const int      stride = cairo_image_surface_get_stride(surface);
  const uint8_t* data   = cairo_image_surface_get_data(surface);
  for (uint32_t i = 0; i < n; ++i) {
    const int x      = rects[i].x > 0 ? rects[i].x : 0;
    const int y      = rects[i].y > 0 ? rects[i].y : 0;
    const int right  = rects[i].x + rects[i].width < width ? rects[i].x + rects[i].width : width;
    const int bottom = rects[i].y + rects[i].height < height ? rects[i].y + rects[i].height : height;
    if (right > x && bottom > y) {
      const BITMAPINFO info = info_of(surface, bottom - y);
      SetDIBitsToDevice(window->view->impl->hdc, x, y, (DWORD)(right - x), (DWORD)(bottom - y), x, 0, 0,
                        (UINT)(bottom - y), data + (ptrdiff_t)y * stride, &info, DIB_RGB_COLORS);
    }
  }
  GdiFlush();
}
