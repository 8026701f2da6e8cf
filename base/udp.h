// SPDX-License-Identifier: ISC
/**
   @file udp.h  Datagrams between programs of this machine: every socket is bound to 127.0.0.1.

   [any thread but audio; one thread at a time per object, but for kit_waker_wake()]
*/
#ifndef KIT_BASE_UDP_H
#define KIT_BASE_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KIT_UDP_MAX_BYTES 65507U ///< Of a datagram
#define KIT_UDP_MAX_WAIT  256U   ///< Sockets that can be waited for at a time

/** Who sent, on this machine. */
typedef struct {
  uint16_t port;
} KitUdpAddress;

/** Zeroed when closed. */
typedef struct {
  int      fd; ///< One more than the descriptor
  uint16_t port;
} KitUdp;

/** Another thread's way to end a wait.  Zeroed when closed. */
typedef struct {
  int ends[2]; ///< One more than the descriptors
} KitWaker;

/** @param port 1–65535, or 0 for one that is free.  @return false, with errno, where another program has it.
 */
bool
kit_udp_open(KitUdp* udp, uint16_t port);

/** Allowed on a closed one. */
void
kit_udp_close(KitUdp* udp);

/** Take a datagram, without waiting.
    @param[out] data Room for #KIT_UDP_MAX_BYTES.  @return its bytes, or −1 if there is none. */
int64_t
kit_udp_receive(const KitUdp* udp, void* data, KitUdpAddress* from);

/** Without waiting: what nobody takes is lost.  @return false if it was not sent. */
bool
kit_udp_send(const KitUdp* udp, const void* data, size_t size, KitUdpAddress to);

bool
kit_waker_open(KitWaker* waker);

/** Allowed on a closed one. */
void
kit_waker_close(KitWaker* waker);

/** [any thread but audio] */
void
kit_waker_wake(const KitWaker* waker);

/** Sleep until there is something to receive, somebody wakes, or `ms` have passed.
    @param sockets Shape [n], n ≤ #KIT_UDP_MAX_WAIT; some may have been closed meanwhile.
    @param waker May be closed: nobody wakes then. */
void
kit_udp_wait(const KitUdp* sockets, uint32_t n, const KitWaker* waker, uint32_t ms);

#endif
