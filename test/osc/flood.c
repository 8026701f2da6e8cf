// SPDX-License-Identifier: ISC
// osc_flood PORT RATE SECONDS ADDRESS [METRICS]: set a parameter so many times a second, to values from 0 to
// 1, and at METRICS ask for figures 30 times a second, until SECONDS have passed or standard input ends. What
// comes back is counted and dropped.  Prints what was sent a second, and how many answers and figures came.
#include "message.h"
#include "system.h"
#include "threads.h"
#include "udp.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RENEW_S 20.0 ///< A lease for figures is of a minute
#define TURN_MS 1U

static KitUdp        udp;
static KitUdpAddress to;
static uint64_t      n_answers;
static uint64_t      n_figures;

static void
set(const char* address, double value)
{
  KitOscOut out;
  kit_osc_begin(&out, address, "d");
  kit_osc_put_double(&out, value);
  kit_udp_send(&udp, out.data, out.size, to);
}

static void
want_figures(const char* address)
{
  KitOscOut out;
  kit_osc_begin(&out, address, "ii");
  kit_osc_put_int(&out, 30);
  kit_osc_put_int(&out, 60);
  kit_udp_send(&udp, out.data, out.size, to);
}

static void
take_answers(void)
{
  static unsigned char data[KIT_UDP_MAX_BYTES];
  KitUdpAddress        from;
  int64_t              size = 0;
  while ((size = kit_udp_receive(&udp, data, &from)) >= 0) {
    ++n_answers;
    n_figures += size > 16 && strstr((const char*)data, "/metrics") ? 1U : 0U;
  }
}

static bool
is_told_to_end(void)
{
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  char          rest[16];
  return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, rest, sizeof(rest)) <= 0;
}

int
main(int argc, char** argv)
{
  if (argc < 5 || !kit_udp_open(&udp, 0)) {
    fprintf(stderr, "usage: osc_flood PORT RATE SECONDS ADDRESS [METRICS]\n");
    return 2;
  }
  const double rate    = strtod(argv[2], NULL);
  const double seconds = strtod(argv[3], NULL);
  const double start   = kit_clock_s();
  double       now     = start;
  double       renew   = start;
  uint64_t     n       = 0;
  to.port              = (uint16_t)atoi(argv[1]);
  while (now - start < seconds && !is_told_to_end()) {
    for (; (double)n < rate * (now - start); ++n) {
      set(argv[4], (double)(n % 1024U) / 1024.0);
    }
    if (argc > 5 && now >= renew) {
      want_figures(argv[5]);
      renew = now + RENEW_S;
    }
    take_answers();
    kit_sleep_ms(TURN_MS);
    now = kit_clock_s();
  }
  printf("%.0f a second, %llu answers, %llu figures\n", (double)n / (now - start),
         (unsigned long long)n_answers, (unsigned long long)n_figures);
  kit_udp_close(&udp);
  return 0;
}
