// SPDX-License-Identifier: ISC
/** @file readable.h  What a host's loop knows of file descriptors; Windows has none for windows. */
#ifndef KIT_TEST_READABLE_H
#define KIT_TEST_READABLE_H

#include <stdbool.h>

#if defined(_WIN32)
static inline bool
host_is_readable(int fd)
{
  (void)fd;
  return false;
}
#else
#  include <poll.h>

static inline bool
host_is_readable(int fd)
{
  struct pollfd poller = {.fd = fd, .events = POLLIN};
  return poll(&poller, 1, 0) > 0;
}
#endif

#endif
