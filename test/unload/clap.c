// SPDX-License-Identifier: ISC
#include "clap_host.h"
#include "unload.h"

#define N_FRAMES 512U
#define N_BLOCKS 8U

bool
unload_cycle(const char* path, void (*meanwhile)(void))
{
  static float samples[2][N_FRAMES];
  void*        io[2] = {samples[0], samples[1]};
  ClapModule   module;
  ClapHost     host;
  ClapPlugin   plugin;
  clap_host_init(&host);
  if (!clap_module_open(&module, path)) {
    return false;
  }
  bool fine = clap_open(&plugin, &host, &module);
  if (fine) {
    const ClapBlock block = {2, 2, io, io, false, false, N_FRAMES, NULL};
    fine                  = clap_start(&plugin, 44100.0, N_FRAMES);
    for (unsigned i = 0; fine && i < N_BLOCKS; ++i) {
      samples[0][i] = samples[1][i] = 0.5F;
      fine                          = clap_run(&plugin, &block) != CLAP_PROCESS_ERROR;
    }
    if (meanwhile) {
      meanwhile();
    }
    clap_close(&plugin);
  }
  clap_module_close(&module);
  return fine;
}
