// SPDX-License-Identifier: ISC
// test_lv2_windows EFFECT DLL: each LV2 plugin of a module, loaded as Windows hosts do, against the bare
// instance
#include "alloc.h"
#include "library.h"
#include "lv2_ports.h"
#include "rig.h"
#include "tap.h"

#include <lv2/core/lv2.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 20000U
#define BLOCK    500U

typedef struct {
  const LV2_Descriptor* type;
  LV2_Handle            handle;
  KitLv2Layout          layout;
  float                 controls[512]; ///< By port
} Plugin;

static void
connect_controls(Plugin* plugin, const KitEffect* effect)
{
  const uint32_t fixed                        = plugin->layout.n_in + plugin->layout.n_out;
  const uint32_t first                        = kit_lv2_first_param_port(&plugin->layout);
  plugin->controls[fixed + KIT_LV2_ENABLED]   = 1.0f;
  plugin->controls[fixed + KIT_LV2_FREEWHEEL] = 1.0f;
  for (uint32_t i = 0; i + 1U < kit_host_params_count(effect); ++i) {
    KitHostParam param;
    kit_host_params_at(effect, i, &param);
    plugin->controls[first + i] = (float)kit_param_default(param.param, param.element);
  }
  for (uint32_t port = fixed; port + 1U < first + kit_host_params_count(effect); ++port) {
    plugin->type->connect_port(plugin->handle, port, &plugin->controls[port]);
  }
}

static void
play(const Plugin* plugin, const KitAudio* in, KitAudio* out)
{
  static float buffers[4][BLOCK];
  for (uint32_t c = 0; c < plugin->layout.n_in + plugin->layout.n_out; ++c) {
    const uint32_t lane = c < plugin->layout.n_in ? c : 2U + c - plugin->layout.n_in;
    plugin->type->connect_port(plugin->handle, c, buffers[lane]);
  }
  for (size_t at = 0; at < in->n_frames; at += BLOCK) {
    for (uint32_t i = 0; i < BLOCK; ++i) {
      buffers[0][i] = (float)in->channels[0][at + i];
      buffers[1][i] = (float)in->channels[1][at + i];
    }
    plugin->type->run(plugin->handle, BLOCK);
    for (uint32_t c = 0; c < plugin->layout.n_out; ++c) {
      for (uint32_t i = 0; i < BLOCK; ++i) {
        out->channels[c][at + i] = (double)buffers[2U + c][i];
      }
    }
  }
}

/** The bare instance, rounded as float buffers are that an audio thread has written. */
static KitAudio
truth(const KitEffect* effect, const KitLv2Layout* layout, const KitAudio* in)
{
  const KitSetup     setup    = {RATE, layout->n_in, layout->n_out, true};
  KitInstance* const instance = rig_new(effect, &setup, NULL);
  KitAudio           out      = rig_silence(RATE, in->n_frames);
  const KitProcess   process  = {
       (const void* const*)in->channels, (void* const*)out.channels, true, (uint32_t)in->n_frames, NULL, 0};
  kit_instance_process(instance, &process);
  kit_instance_free(instance);
  for (uint32_t c = 0; c < layout->n_out; ++c) {
    for (size_t i = 0; i < out.n_frames; ++i) {
      const float sample = (float)out.channels[c][i];
      out.channels[c][i] = fabsf(sample) < FLT_MIN ? copysign(0.0, (double)sample) : (double)sample;
    }
  }
  return out;
}

static void
check_plugin(const KitEffect* effect, const LV2_Descriptor* type, const KitLv2Layout* layout)
{
  static const LV2_Feature* const none[] = {NULL};
  static Plugin                   plugin;
  char                            uri[256];
  kit_lv2_uri(effect, layout, uri, sizeof(uri));
  tap_ok(!strcmp(type->URI, uri), "<%s> is there", uri);
  plugin = (Plugin){.type = type, .handle = type->instantiate(type, RATE, "", none), .layout = *layout};
  if (!tap_ok(plugin.handle != NULL, "<%s> opens", uri)) {
    return;
  }
  KitAudio in = rig_signal(RATE, N_FRAMES, 5);
  for (uint32_t c = 0; c < 2U; ++c) {
    for (size_t i = 0; i < N_FRAMES; ++i) {
      in.channels[c][i] = (double)(float)in.channels[c][i];
    }
  }
  KitAudio want = truth(effect, layout, &in);
  KitAudio got  = rig_silence(RATE, N_FRAMES);
  connect_controls(&plugin, effect);
  type->activate(plugin.handle);
  play(&plugin, &in, &got);
  tap_ok(rig_peak(&want) > 0.01 && rig_equal(&want, &got), "<%s> sounds as the bare instance, to the bit",
         uri);
  type->deactivate(plugin.handle);
  type->cleanup(plugin.handle);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

int
main(int argc, char** argv)
{
  const KitEffect* const effect  = argc > 2 ? kit_effect_find(argv[1]) : NULL;
  void* const            library = effect ? library_open(argv[2]) : NULL;
  void* const            address = library ? library_symbol(library, "lv2_descriptor") : NULL;
  if (!tap_ok(address != NULL, "the module loads")) {
    return tap_done();
  }
  LV2_Descriptor_Function describe = NULL;
  memcpy(&describe, &address, sizeof(describe));
  KitLv2Layout layout;
  uint32_t     n = 0;
  for (; kit_lv2_layout(n, &layout); ++n) {
    const LV2_Descriptor* const type = describe(n);
    if (tap_ok(type != NULL, "plugin %u is described", n)) {
      check_plugin(effect, type, &layout);
    }
  }
  tap_ok(!describe(n), "and no other");
  library_close(library);
  return tap_done();
}
