// SPDX-License-Identifier: ISC
#include "udp.h"

#include <errno.h>
#include <string.h>
#include <winsock2.h>

// Sockets are kernel handles, of which no more than 32 bits are ever used
static SOCKET
socket_of(int fd)
{
  return (SOCKET)(unsigned)(fd - 1);
}

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

/** A socket that does not wait and that no child inherits, or INVALID_SOCKET. */
static SOCKET
open_socket(void)
{
  u_long       yes = 1;
  const SOCKET s   = WSASocketW(AF_INET, SOCK_DGRAM, IPPROTO_UDP, NULL, 0, WSA_FLAG_NO_HANDLE_INHERIT);
  if (s != INVALID_SOCKET && ioctlsocket(s, (long)FIONBIO, &yes)) {
    closesocket(s);
    return INVALID_SOCKET;
  }
  return s;
}

// Windows counts who has begun with sockets; each that is open has
bool
kit_udp_open(KitUdp* udp, uint16_t port)
{
  struct sockaddr_in address = local_address(port);
  int                size    = sizeof(address);
  const BOOL         yes     = TRUE;
  WSADATA            data;
  *udp = (KitUdp){0};
  if (WSAStartup(MAKEWORD(2, 2), &data)) {
    errno = ENOSYS;
    return false;
  }
  // Without SO_EXCLUSIVEADDRUSE another program could take the port over
  const SOCKET s = open_socket();
  if (s == INVALID_SOCKET || setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char*)&yes, sizeof(yes)) ||
      bind(s, (const struct sockaddr*)&address, size) || getsockname(s, (struct sockaddr*)&address, &size)) {
    closesocket(s);
    WSACleanup();
    errno = EADDRINUSE;
    return false;
  }
  *udp = (KitUdp){(int)s + 1, ntohs(address.sin_port)};
  return true;
}

void
kit_udp_close(KitUdp* udp)
{
  if (udp->fd) {
    closesocket(socket_of(udp->fd));
    WSACleanup();
  }
  *udp = (KitUdp){0};
}

int64_t
kit_udp_receive(const KitUdp* udp, void* data, KitUdpAddress* from)
{
  struct sockaddr_in address;
  int                size = sizeof(address);
  int                got  = -1;
  memset(&address, 0, sizeof(address));
  do { // That somebody did not take an answer is reported here, and is no end
    got =
      recvfrom(socket_of(udp->fd), (char*)data, (int)KIT_UDP_MAX_BYTES, 0, (struct sockaddr*)&address, &size);
  } while (got < 0 && WSAGetLastError() == WSAECONNRESET);
  from->port = ntohs(address.sin_port);
  return got;
}

bool
kit_udp_send(const KitUdp* udp, const void* data, size_t size, KitUdpAddress to)
{
  const struct sockaddr_in address = local_address(to.port);
  int                      sent    = -1;
  for (int i = 0; sent < 0 && i < 2; ++i) { // The first failure may be of the datagram before
    sent = sendto(socket_of(udp->fd), (const char*)data, (int)size, 0, (const struct sockaddr*)&address,
                  sizeof(address));
  }
  return sent >= 0;
}

// Only sockets can be waited for together: the waker is one that sends to another
bool
kit_waker_open(KitWaker* waker)
{
  KitUdp ends[2];
  *waker = (KitWaker){{0, 0}};
  if (!kit_udp_open(&ends[0], 0)) {
    return false;
  }
  if (!kit_udp_open(&ends[1], 0)) {
    kit_udp_close(&ends[0]);
    return false;
  }
  const struct sockaddr_in to = local_address(ends[0].port);
  *waker                      = (KitWaker){{ends[0].fd, ends[1].fd}};
  if (connect(socket_of(ends[1].fd), (const struct sockaddr*)&to, sizeof(to))) {
    kit_waker_close(waker);
    return false;
  }
  return true;
}

void
kit_waker_close(KitWaker* waker)
{
  for (int i = 0; i < 2; ++i) {
    KitUdp end = {waker->ends[i], 0};
    kit_udp_close(&end);
  }
  *waker = (KitWaker){{0, 0}};
}

void
kit_waker_wake(const KitWaker* waker)
{
  if (waker->ends[1]) {
    send(socket_of(waker->ends[1]), "", 1, 0);
  }
}

void
kit_udp_wait(const KitUdp* sockets, uint32_t n, const KitWaker* waker, uint32_t ms)
{
  WSAPOLLFD list[KIT_UDP_MAX_WAIT + 1U];
  ULONG     n_list = 0;
  char      rest[64];
  for (uint32_t i = 0; i < n; ++i) {
    if (sockets[i].fd) {
      list[n_list++] = (WSAPOLLFD){socket_of(sockets[i].fd), POLLRDNORM, 0};
    }
  }
  if (waker->ends[0]) {
    list[n_list++] = (WSAPOLLFD){socket_of(waker->ends[0]), POLLRDNORM, 0};
  }
  if (!n_list) { // There is nothing that it would wait for
    Sleep(ms);
  } else if (WSAPoll(list, n_list, (INT)ms) > 0 && waker->ends[0]) {
    while (recv(socket_of(waker->ends[0]), rest, sizeof(rest), 0) > 0) {
    }
  }
}
