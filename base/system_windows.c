// SPDX-License-Identifier: ISC
#define _CRT_RAND_S
#include "system.h"

#include "alloc.h"
#include "path.h"

#include <windows.h>

#include <shellapi.h>

#include <fcntl.h>
#include <io.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_INTERRUPTED 0xC000013AU ///< STATUS_CONTROL_C_EXIT, which shells know

/** UTF-8 of a text, kept until the program ends; null without memory. */
static char*
narrow(const wchar_t* text)
{
  const int   n    = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  char* const copy = n > 0 ? (char*)kit_calloc((size_t)n, 1) : NULL;
  if (copy) {
    WideCharToMultiByte(CP_UTF8, 0, text, -1, copy, n, NULL, NULL);
  }
  return copy;
}

void
kit_program_init(int* argc, char*** argv)
{
  int             n     = 0;
  wchar_t** const wide  = CommandLineToArgvW(GetCommandLineW(), &n);
  char** const    words = wide ? (char**)kit_calloc((size_t)n + 1U, sizeof(char*)) : NULL;
  bool            whole = words;
  for (int i = 0; whole && i < n; ++i) {
    words[i] = narrow(wide[i]);
    whole    = words[i];
  }
  LocalFree(wide);
  if (whole) {
    *argc = n;
    *argv = words;
  }
  _setmode(_fileno(stdin), _O_BINARY);
  _setmode(_fileno(stdout), _O_BINARY);
  SetConsoleOutputCP(CP_UTF8);
}

bool
kit_open_url(const char* url)
{
  return (INT_PTR)ShellExecuteA(NULL, "open", url, NULL, NULL, SW_SHOWNORMAL) > 32; // By its contract
}

uint32_t
kit_n_cores(void)
{
  DWORD_PTR mine    = 0;
  DWORD_PTR machine = 0;
  uint32_t  n       = 0;
  if (GetProcessAffinityMask(GetCurrentProcess(), &mine, &machine)) {
    for (; mine; mine &= mine - 1U) {
      ++n;
    }
  }
  return n ? n : 1U;
}

size_t
kit_available_memory(void)
{
  MEMORYSTATUSEX status = {.dwLength = sizeof(status)};
  return GlobalMemoryStatusEx(&status) ? (size_t)status.ullAvailPhys : 0U;
}

double
kit_clock_s(void)
{
  LARGE_INTEGER ticks;
  LARGE_INTEGER rate;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&rate);
  return (double)ticks.QuadPart / (double)rate.QuadPart;
}

double
kit_wall_clock_s(void)
{
  FILETIME now; // In 100 ns since 1601
  GetSystemTimeAsFileTime(&now);
  return 1e-7 * ((double)now.dwHighDateTime * 4294967296.0 + (double)now.dwLowDateTime) - 9435484800.0;
}

uint64_t
kit_random_bits(void)
{
  unsigned bits[2] = {0U, 0U};
  rand_s(&bits[0]);
  rand_s(&bits[1]);
  return ((uint64_t)bits[0] << 32U) | bits[1];
}

int64_t
kit_process_id(void)
{
  return (int64_t)GetCurrentProcessId();
}

bool
kit_process_exists(int64_t process)
{
  const HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, (DWORD)process);
  DWORD        code   = 0;
  const bool   lives  = handle && GetExitCodeProcess(handle, &code) && code == STILL_ACTIVE;
  if (handle) {
    CloseHandle(handle);
  }
  return lives;
}

void
kit_program_name(char* name, size_t size)
{
  wchar_t     path[MAX_PATH];
  const DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);
  char* const text   = length && length < MAX_PATH ? narrow(path) : NULL;
  snprintf(name, size, "%s", text ? kit_path_name(text) : "");
  kit_free(text);
}

void
kit_stream_lock(FILE* stream)
{
  _lock_file(stream);
}

void
kit_stream_unlock(FILE* stream)
{
  _unlock_file(stream);
}

void
kit_set_environment(const char* name, const char* value)
{
  _putenv_s(name, value);
}

// Consoles cannot be asked how much there is to take, nor can every pipe: a thread waits
static SRWLOCK input_lock = SRWLOCK_INIT;
static char    input[4096];
static size_t  n_input;
static bool    input_ended;

static DWORD WINAPI
read_input(LPVOID unused)
{
  char  chunk[1024];
  DWORD n = 0;
  (void)unused;
  while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), chunk, sizeof(chunk), &n, NULL) && n) {
    AcquireSRWLockExclusive(&input_lock);
    while (sizeof(input) - n_input < n) {
      ReleaseSRWLockExclusive(&input_lock);
      Sleep(10);
      AcquireSRWLockExclusive(&input_lock);
    }
    memcpy(input + n_input, chunk, n);
    n_input += n;
    ReleaseSRWLockExclusive(&input_lock);
  }
  AcquireSRWLockExclusive(&input_lock);
  input_ended = true;
  ReleaseSRWLockExclusive(&input_lock);
  return 0;
}

int
kit_input_take(char* bytes, size_t size)
{
  static HANDLE reader; // Until the process ends
  if (!reader) {
    reader = CreateThread(NULL, 0, read_input, NULL, 0, NULL);
  }
  AcquireSRWLockExclusive(&input_lock);
  const size_t n = n_input < size ? n_input : size;
  memcpy(bytes, input, n);
  memmove(input, input + n, n_input - n);
  n_input -= n;
  const int result = n ? (int)n : input_ended || !reader ? -1 : 0;
  ReleaseSRWLockExclusive(&input_lock);
  return result;
}

bool
kit_is_terminal(FILE* stream)
{
  return _isatty(_fileno(stream));
}

uint32_t
kit_terminal_columns(FILE* stream, uint32_t otherwise)
{
  CONSOLE_SCREEN_BUFFER_INFO info;
  const HANDLE               handle = (HANDLE)_get_osfhandle(_fileno(stream));
  if (!GetConsoleScreenBufferInfo(handle, &info) || info.srWindow.Right < info.srWindow.Left) {
    return otherwise;
  }
  return (uint32_t)(info.srWindow.Right - info.srWindow.Left + 1);
}

static atomic_int caught;
static atomic_int n_holds;

static BOOL WINAPI
catch_event(DWORD event)
{
  (void)event;
  if (atomic_exchange(&caught, 1) && !atomic_load(&n_holds)) {
    ExitProcess(EXIT_INTERRUPTED);
  }
  return TRUE;
}

void
kit_interrupt_install(void)
{
  SetConsoleCtrlHandler(catch_event, TRUE);
}

bool
kit_interrupted(void)
{
  return atomic_load(&caught) != 0;
}

void
kit_interrupt_hold(void)
{
  atomic_fetch_add(&n_holds, 1);
}

void
kit_interrupt_release(void)
{
  atomic_fetch_sub(&n_holds, 1);
}

void
kit_interrupt_clear(void)
{
  atomic_store(&caught, 0);
}

void
kit_interrupt_finish(void)
{
  if (atomic_load(&caught)) {
    ExitProcess(EXIT_INTERRUPTED);
  }
}
