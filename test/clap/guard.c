// SPDX-License-Identifier: ISC
#include "guard.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

static _Thread_local int depth;
static _Atomic unsigned  n_offences;
static _Atomic long      n_blocks;

void
guard_begin(void)
{
  ++depth;
}

void
guard_end(void)
{
  --depth;
}

unsigned
guard_count(void)
{
  return atomic_load(&n_offences);
}

bool
guard_works(void)
{
  const unsigned before = guard_count();
  guard_begin();
  void* volatile block = malloc(1); // Volatile, or the compiler would do without
  free(block);
  guard_end();
  const bool noticed = guard_count() > before;
  atomic_store(&n_offences, before);
  return noticed;
}

static void
note(int blocks)
{
  atomic_fetch_add_explicit(&n_blocks, blocks, memory_order_relaxed);
  if (depth > 0) {
    atomic_fetch_add_explicit(&n_offences, 1U, memory_order_relaxed);
  }
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define KIT_SANITIZED 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#    define KIT_SANITIZED 1
#  endif
#endif

#ifdef KIT_SANITIZED

// The sanitizer owns malloc, and tells of its calls
int
__sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, size_t),
                                          void (*on_free)(const volatile void*));

static void
on_malloc(const volatile void* ptr, size_t size)
{
  (void)ptr;
  (void)size;
  note(1);
}

static void
on_free(const volatile void* ptr)
{
  if (ptr) {
    note(-1);
  }
}

__attribute__((constructor)) static void
install(void)
{
  __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

long
guard_n_blocks(void)
{
  return -1;
}

#else

// The C library's own names for what is replaced here
void*
__libc_malloc(size_t size);

void*
__libc_calloc(size_t n, size_t size);

void*
__libc_realloc(void* ptr, size_t size);

void*
__libc_memalign(size_t alignment, size_t size);

void
__libc_free(void* ptr);

void*
malloc(size_t size)
{
  void* const ptr = __libc_malloc(size);
  note(ptr ? 1 : 0);
  return ptr;
}

void*
calloc(size_t n, size_t size)
{
  void* const ptr = __libc_calloc(n, size);
  note(ptr ? 1 : 0);
  return ptr;
}

void*
realloc(void* ptr, size_t size)
{
  void* const moved = __libc_realloc(ptr, size);
  note((moved && !ptr) - (ptr && !size));
  return moved;
}

void*
aligned_alloc(size_t alignment, size_t size)
{
  void* const ptr = __libc_memalign(alignment, size);
  note(ptr ? 1 : 0);
  return ptr;
}

void
free(void* ptr)
{
  if (ptr) {
    note(-1);
  }
  __libc_free(ptr);
}

long
guard_n_blocks(void)
{
  return atomic_load(&n_blocks);
}

#endif
