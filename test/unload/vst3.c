// SPDX-License-Identifier: ISC
#include "unload.h"
#include "vst3_host.h"

#define N_FRAMES 512U
#define N_BLOCKS 8U

bool
unload_cycle(const char* path, void (*meanwhile)(void))
{
  static const Vst3Setup stereo = {44100.0, 2, 2, false, false};
  static float           samples[2][N_FRAMES];
  void*                  io[2] = {samples[0], samples[1]};
  Vst3Module             module;
  Vst3Host               host;
  if (!vst3_module_open(&module, path)) {
    return false;
  }
  bool fine = vst3_open(&host, &module);
  if (fine) {
    fine = vst3_start(&host, &stereo);
    for (unsigned i = 0; fine && i < N_BLOCKS; ++i) {
      samples[0][i] = samples[1][i] = 0.5F;
      fine                          = vst3_process(&host, io, 2, io, 2, N_FRAMES) == V3_OK;
    }
    if (meanwhile) {
      meanwhile();
    }
    vst3_stop(&host);
    fine = vst3_close(&host) && fine;
  }
  vst3_module_close(&module);
  return fine;
}
