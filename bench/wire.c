// SPDX-License-Identifier: ISC
// What it costs that plugins can be reached by OSC: the time of the audio thread's blocks of 64 frames at 48
// kHz, in real time, with more and more at work; and how long an answer takes.
#include "alloc.h"
#include "message.h"
#include "osc.h"
#include "rng.h"
#include "system.h"
#include "threads.h"
#include "udp.h"
#include "vstkit/direct.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE     48000.0
#define N_FRAMES 64U
#define N_BLOCKS 1500U ///< Two seconds
#define N_PINGS  2000U

typedef struct {
  KitPlugin*    plugin;
  KitUdp        udp;
  KitUdpAddress to;
  char          address[96]; ///< Of what is set
} Wire;

typedef enum { OFF, IDLE, FIGURES, SETS, N_LOADS } Load;

static const char* const load_names[] = {"off", "on", "figures", "sets"};

static double
own_ns(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static int
compare(const void* a, const void* b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static void
send_message(const Wire* wire, const char* address, const char* types, double a, double b)
{
  KitOscOut out;
  kit_osc_begin(&out, address, types);
  if (types[0]) {
    kit_osc_put_double(&out, a);
  }
  if (types[0] && types[1]) {
    kit_osc_put_double(&out, b);
  }
  kit_udp_send(&wire->udp, out.data, out.size, wire->to);
}

static void
drain(const Wire* wire)
{
  static unsigned char data[KIT_UDP_MAX_BYTES];
  KitUdpAddress        from;
  while (kit_udp_receive(&wire->udp, data, &from) >= 0) {
  }
}

/** Play in real time; print what blocks cost. */
static void
play(const Wire* wire, Load load)
{
  static double times[N_BLOCKS];
  float         sound[2][N_FRAMES];
  KitRng        rng;
  kit_rng_init(&rng, 1U);
  const double start = kit_clock_s();
  double       sent  = 0.0;
  for (uint32_t b = 0; b < N_BLOCKS; ++b) {
    for (uint32_t i = 0; i < 2U * N_FRAMES; ++i) {
      sound[i % 2U][i / 2U] = (float)(0.5 * (kit_rng_uniform(&rng) - 0.5));
    }
    const void* const ins[]  = {sound[0], sound[1]};
    void* const       outs[] = {sound[0], sound[1]};
    const KitProcess  block  = {ins, outs, false, N_FRAMES, NULL, 0};
    const double      before = own_ns();
    kit_plugin_process(wire->plugin, &block);
    times[b] = own_ns() - before;
    while (load == SETS && sent < 1000.0 * (kit_clock_s() - start)) {
      send_message(wire, wire->address, "d", (double)((uint32_t)sent % 1024U) / 1024.0, 0.0);
      sent += 1.0;
    }
    if (wire->udp.fd) {
      drain(wire);
    }
    while (kit_clock_s() - start < (b + 1U) * N_FRAMES / RATE) {
      kit_sleep_ms(1U);
    }
  }
  qsort(times, N_BLOCKS, sizeof(double), compare);
  const double percent = 1e-7 * RATE / N_FRAMES;
  printf("  %-8s median %6.2f %%  p99 %6.2f %%\n", load_names[load], percent * times[N_BLOCKS / 2U],
         percent * times[N_BLOCKS * 99U / 100U]);
}

static void
ping(const Wire* wire)
{
  static double times[N_PINGS];
  for (uint32_t i = 0; i < N_PINGS; ++i) {
    static unsigned char data[KIT_UDP_MAX_BYTES];
    const KitWaker       nobody = {{0, 0}};
    KitUdpAddress        from;
    const double         start = kit_clock_s();
    send_message(wire, "/vstkit/ping", "", 0.0, 0.0);
    while (kit_udp_receive(&wire->udp, data, &from) < 0) {
      kit_udp_wait(&wire->udp, 1, &nobody, 1000);
    }
    times[i] = 1e6 * (kit_clock_s() - start);
  }
  qsort(times, N_PINGS, sizeof(double), compare);
  printf("  an answer takes %.0f us, one of a hundred more than %.0f us\n", times[N_PINGS / 2U],
         times[N_PINGS * 99U / 100U]);
}

static bool
try_effect(const KitEffect* effect, const char* key)
{
  const KitPluginFormat format = {.handle = NULL};
  Wire                  wire   = {.plugin = kit_plugin_new(effect, &format)};
  char                  figures[64];
  if (!wire.plugin || kit_plugin_activate(wire.plugin, RATE, false)) {
    return false;
  }
  printf("%s, blocks of %u frames at %.0f Hz, of their time:\n", effect->name, N_FRAMES, RATE);
  play(&wire, OFF);
  kit_osc_attach(wire.plugin, &(KitOscInfo){.format = "bench"});
  wire.to.port  = kit_osc_status(wire.plugin).port;
  const bool ok = wire.to.port && kit_udp_open(&wire.udp, 0);
  if (ok) {
    snprintf(wire.address, sizeof(wire.address), "/%s/param/%s", effect->id, key);
    snprintf(figures, sizeof(figures), "/%s/metrics", effect->id);
    play(&wire, IDLE);
    send_message(&wire, figures, "dd", 30.0, 60.0);
    play(&wire, FIGURES);
    play(&wire, SETS);
    send_message(&wire, figures, "dd", 0.0, 0.0);
    kit_sleep_ms(100U);
    drain(&wire);
    ping(&wire);
  }
  kit_osc_detach(wire.plugin);
  kit_udp_close(&wire.udp);
  kit_plugin_free(wire.plugin);
  return ok;
}

int
main(void)
{
  setenv("VSTKIT_OSC", "28500", 1);
  const bool ok = try_effect(kit_effect_find("gain"), "gain") &&
                  try_effect(kit_effect_find("lossy"), "loss") &&
                  try_effect(kit_effect_find("reverb"), "wet_dry");
  return ok ? 0 : 1;
}
