// SPDX-License-Identifier: ISC
// test_lv2_windows EFFECT DLL: each LV2 plugin of a module, loaded as Windows hosts do, against the bare
// instance
#include "alloc.h"
#include "library.h"
#include "lv2_ports.h"
#include "rig.h"
#include "tap.h"

#include <lv2/atom/atom.h>
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
  const KitLayout*      layout;
  float                 controls[512]; ///< By port
  LV2_Atom_Sequence     messages[2];   ///< In: none.  Out: there is no room for any
} Plugin;

static void
connect_controls(Plugin* plugin, const KitEffect* effect)
{
  const KitLayout* const layout = plugin->layout;
  const uint32_t         first  = kit_lv2_first_param_port(layout);
  KitDirectory           directory;
  if (!tap_ok(kit_directory_init(&directory, effect, NULL, 0), "there is memory")) {
    return;
  }
  plugin->controls[kit_lv2_fixed_port(layout, KIT_LV2_ENABLED)]   = 1.0f;
  plugin->controls[kit_lv2_fixed_port(layout, KIT_LV2_FREEWHEEL)] = 1.0f;
  for (uint32_t i = 0; i < directory.n_published; ++i) {
    const KitHostParam* const param = &directory.list[directory.published[i]];
    plugin->controls[first + i]     = (float)param->opening;
  }
  for (uint32_t port = layout->n_in + layout->n_out; port < first + directory.n_published; ++port) {
    plugin->type->connect_port(plugin->handle, port, &plugin->controls[port]);
  }
  plugin->messages[0].atom.size = (uint32_t)sizeof(LV2_Atom_Sequence_Body);
  plugin->type->connect_port(plugin->handle, kit_lv2_fixed_port(layout, KIT_LV2_CONTROL),
                             &plugin->messages[0]);
  plugin->type->connect_port(plugin->handle, kit_lv2_fixed_port(layout, KIT_LV2_NOTIFY),
                             &plugin->messages[1]);
  kit_directory_cleanup(&directory);
}

static void
play(const Plugin* plugin, const KitAudio* in, KitAudio* out)
{
  static float buffers[4][BLOCK];
  for (uint32_t c = 0; c < plugin->layout->n_in + plugin->layout->n_out; ++c) {
    const uint32_t lane = c < plugin->layout->n_in ? c : 2U + c - plugin->layout->n_in;
    plugin->type->connect_port(plugin->handle, c, buffers[lane]);
  }
  for (size_t at = 0; at < in->n_frames; at += BLOCK) {
    for (uint32_t i = 0; i < BLOCK; ++i) {
      buffers[0][i] = (float)in->channels[0][at + i];
      buffers[1][i] = (float)in->channels[1][at + i];
    }
    plugin->type->run(plugin->handle, BLOCK);
    for (uint32_t c = 0; c < plugin->layout->n_out; ++c) {
      for (uint32_t i = 0; i < BLOCK; ++i) {
        out->channels[c][at + i] = (double)buffers[2U + c][i];
      }
    }
  }
}

/** The bare instance, rounded as float buffers are that an audio thread has written. */
static KitAudio
truth(const KitEffect* effect, const KitLayout* layout, const KitAudio* in)
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
check_plugin(const KitEffect* effect, const LV2_Descriptor* type, const KitLayout* layout)
{
  static const LV2_Feature* const none[] = {NULL};
  static Plugin                   plugin;
  char                            uri[256];
  kit_lv2_uri(effect, layout, uri, sizeof(uri));
  tap_ok(!strcmp(type->URI, uri), "<%s> is there", uri);
  plugin = (Plugin){.type = type, .handle = type->instantiate(type, RATE, "", none), .layout = layout};
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
  uint32_t n = 0;
  for (; n < KIT_N_LAYOUTS; ++n) {
    const LV2_Descriptor* const type = describe(n);
    if (tap_ok(type != NULL, "plugin %u is described", n)) {
      check_plugin(effect, type, &kit_layouts[n]);
    }
  }
  tap_ok(!describe(n), "and no other");
  library_close(library);
  return tap_done();
}
