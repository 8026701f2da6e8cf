// SPDX-License-Identifier: ISC
#include "udp.h"

#include "system.h"
#include "tap.h"
#include "threads.h"

#include <string.h>

static void
check_datagrams(void)
{
  static unsigned char big[KIT_UDP_MAX_BYTES];
  static unsigned char got[KIT_UDP_MAX_BYTES];
  KitUdp               a;
  KitUdp               b;
  KitUdp               c;
  KitUdpAddress        from    = {0};
  const KitWaker       nobody  = {{0, 0}};
  const bool           is_open = kit_udp_open(&a, 0) && kit_udp_open(&b, 0);
  tap_ok(is_open && a.port && b.port && a.port != b.port, "port 0 is one that is free");
  tap_ok(!kit_udp_open(&c, a.port) && !c.fd, "a port that is taken is not taken over");
  tap_ok(kit_udp_receive(&a, got, &from) == -1, "nothing is received while nothing has come");

  for (size_t i = 0; i < sizeof(big); ++i) {
    big[i] = (unsigned char)(i * 31U % 251U);
  }
  tap_ok(kit_udp_send(&b, big, sizeof(big), (KitUdpAddress){a.port}), "the largest datagram is sent");
  kit_udp_wait(&a, 1, &nobody, 10000);
  tap_ok(kit_udp_receive(&a, got, &from) == (int64_t)sizeof(big) && !memcmp(big, got, sizeof(big)) &&
           from.port == b.port,
         "and comes whole, with its sender");
  tap_ok(kit_udp_send(&a, "", 0, from), "an empty one is sent back");
  kit_udp_wait(&b, 1, &nobody, 10000);
  tap_ok(kit_udp_receive(&b, got, &from) == 0 && from.port == a.port, "and comes, too");

  const uint16_t gone = b.port;
  kit_udp_close(&b);
  for (int i = 0; i < 4; ++i) {
    kit_udp_send(&a, "x", 1, (KitUdpAddress){gone});
  }
  kit_sleep_ms(20);
  const bool opened = kit_udp_open(&b, 0) && kit_udp_send(&b, "y", 1, (KitUdpAddress){a.port});
  int64_t    size   = -1;
  for (int i = 0; i < 100 && size < 0; ++i) {
    kit_udp_wait(&a, 1, &nobody, 100);
    size = kit_udp_receive(&a, got, &from);
  }
  tap_ok(opened && size == 1 && got[0] == 'y', "what nobody took is no hindrance to what comes then");
  const uint16_t freed = a.port;
  kit_udp_close(&a);
  tap_ok(kit_udp_open(&c, freed) && c.port == freed, "a port that was closed is free");
  kit_udp_close(&b);
  kit_udp_close(&c);
  kit_udp_close(&c);
  tap_ok(!c.fd, "closing twice is allowed");
}

static void
wake(void* handle)
{
  kit_sleep_ms(50);
  kit_waker_wake((const KitWaker*)handle);
}

static void
check_waker(void)
{
  KitWaker  waker;
  KitThread thread;
  tap_ok(kit_waker_open(&waker), "a waker opens");
  const double start = kit_clock_s();
  for (int i = 0; i < 3; ++i) {
    if (!kit_thread_start(&thread, wake, &waker)) {
      tap_skip("no second thread to be had");
      break;
    }
    kit_udp_wait(NULL, 0, &waker, 60000);
    kit_thread_join(&thread);
  }
  tap_ok(kit_clock_s() - start < 60.0, "another thread ends a wait, each time");
  for (int i = 0; i < 100000; ++i) { // More than there is room for
    kit_waker_wake(&waker);
  }
  kit_udp_wait(NULL, 0, &waker, 60000);
  kit_udp_wait(NULL, 0, &waker, 1);
  tap_ok(kit_clock_s() - start < 60.0, "any number of wakes is one");
  kit_waker_close(&waker);
  kit_waker_close(&waker);
  kit_waker_wake(&waker);
  tap_ok(!waker.ends[0] && !waker.ends[1], "a closed one wakes nobody");
}

int
main(void)
{
  check_datagrams();
  check_waker();
  return tap_done();
}
