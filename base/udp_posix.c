// SPDX-License-Identifier: ISC
#include "udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in
local_address(uint16_t port)
{
  struct sockaddr_in address;
  memset(&address, 0, sizeof(address));
  address.sin_family      = AF_INET;
  address.sin_port        = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static bool
set_flags(int fd)
{
  const int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && !fcntl(fd, F_SETFL, flags | O_NONBLOCK) && !fcntl(fd, F_SETFD, FD_CLOEXEC);
}

bool
kit_udp_open(KitUdp* udp, uint16_t port)
{
  struct sockaddr_in address = local_address(port);
  socklen_t          size    = sizeof(address);
  const int          fd      = socket(AF_INET, SOCK_DGRAM, 0);
  *udp                       = (KitUdp){0};
  if (fd < 0) {
    return false;
  }
  if (!set_flags(fd) || bind(fd, (const struct sockaddr*)&address, size) ||
      getsockname(fd, (struct sockaddr*)&address, &size)) {
    const int error = errno;
    close(fd);
    errno = error;
    return false;
  }
  *udp = (KitUdp){fd + 1, ntohs(address.sin_port)};
  return true;
}

void
kit_udp_close(KitUdp* udp)
{
  if (udp->fd) {
    close(udp->fd - 1);
  }
  *udp = (KitUdp){0};
}

int64_t
kit_udp_receive(const KitUdp* udp, void* data, KitUdpAddress* from)
{
  struct sockaddr_in address;
  socklen_t          size = sizeof(address);
  ssize_t            got  = -1;
  memset(&address, 0, sizeof(address));
  do { // That somebody did not take an answer is reported here, once, and is no end
    got = recvfrom(udp->fd - 1, data, KIT_UDP_MAX_BYTES, 0, (struct sockaddr*)&address, &size);
  } while (got < 0 && (errno == ECONNREFUSED || errno == EINTR));
  from->port = ntohs(address.sin_port);
  return got;
}

bool
kit_udp_send(const KitUdp* udp, const void* data, size_t size, KitUdpAddress to)
{
  const struct sockaddr_in address = local_address(to.port);
  ssize_t                  sent    = -1;
  for (int i = 0; sent < 0 && i < 2; ++i) { // The first failure may be of the datagram before
    sent = sendto(udp->fd - 1, data, size, 0, (const struct sockaddr*)&address, sizeof(address));
  }
  return sent >= 0;
}

bool
kit_waker_open(KitWaker* waker)
{
  int ends[2];
  *waker = (KitWaker){{0, 0}};
  if (pipe(ends)) {
    return false;
  }
  *waker = (KitWaker){{ends[0] + 1, ends[1] + 1}};
  if (!set_flags(ends[0]) || !set_flags(ends[1])) {
    kit_waker_close(waker);
    return false;
  }
  return true;
}

void
kit_waker_close(KitWaker* waker)
{
  for (int i = 0; i < 2; ++i) {
    if (waker->ends[i]) {
      close(waker->ends[i] - 1);
    }
  }
  *waker = (KitWaker){{0, 0}};
}

void
kit_waker_wake(const KitWaker* waker)
{
  // A full pipe wakes, too
  if (waker->ends[1] && write(waker->ends[1] - 1, "", 1) < 0) {
    errno = 0;
  }
}

void
kit_udp_wait(const KitUdp* sockets, uint32_t n, const KitWaker* waker, uint32_t ms)
{
  struct pollfd list[KIT_UDP_MAX_WAIT + 1U];
  char          rest[64];
  list[0] = (struct pollfd){waker->ends[0] - 1, POLLIN, 0};
  for (uint32_t i = 0; i < n; ++i) {
    list[i + 1U] = (struct pollfd){sockets[i].fd - 1, POLLIN, 0};
  }
  if (poll(list, n + 1U, (int)ms) > 0 && list[0].revents) {
    while (read(waker->ends[0] - 1, rest, sizeof(rest)) == (ssize_t)sizeof(rest)) {
    }
  }
}
