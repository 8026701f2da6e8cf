// SPDX-License-Identifier: ISC
// wire EFFECT: plays noise through an effect that can be reached by OSC, until standard input ends, and
// prints its port
#include "osc.h"
#include "rng.h"
#include "threads.h"
#include "vstkit/direct.h"

#include <stdatomic.h>
#include <stdio.h>

#define N_FRAMES 480U

static atomic_bool ending;

static void
play(void* handle)
{
  KitPlugin* const  plugin = (KitPlugin*)handle;
  float             sound[2][N_FRAMES];
  const void* const ins[]  = {sound[0], sound[1]};
  void* const       outs[] = {sound[0], sound[1]};
  const KitProcess  block  = {ins, outs, false, N_FRAMES, NULL, 0};
  KitRng            rng;
  kit_rng_init(&rng, 1U);
  while (!atomic_load(&ending)) {
    for (uint32_t i = 0; i < 2U * N_FRAMES; ++i) {
      sound[i % 2U][i / 2U] = (float)(kit_rng_uniform(&rng) - 0.5);
    }
    kit_plugin_process(plugin, &block);
    kit_sleep_ms(10U);
  }
}

int
main(int argc, char** argv)
{
  const KitPluginFormat format = {.handle = NULL};
  KitPlugin* const      plugin = kit_plugin_new(kit_effect_find(argc > 1 ? argv[1] : "gain"), &format);
  KitThread             thread;
  if (!plugin) {
    return 2;
  }
  kit_osc_attach(plugin, &(KitOscInfo){.format = "test"});
  kit_plugin_activate(plugin, 48000.0, false);
  const KitOscStatus status = kit_osc_status(plugin);
  if (!kit_thread_start(&thread, play, plugin)) {
    return 2;
  }
  printf("%u %s\n", status.port, status.trouble);
  fflush(stdout);
  while (getchar() != EOF) {
  }
  atomic_store(&ending, true);
  kit_thread_join(&thread);
  kit_osc_detach(plugin);
  kit_plugin_free(plugin);
  return 0;
}
