// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

void
kit_plugin_process(KitPlugin* plugin, const KitProcess* process)
{
  if (!atomic_load_explicit(&plugin->n_taps, memory_order_relaxed)) {
    kit_instance_process(plugin->instance, process);
    kit_trim(plugin, process);
    return;
  }
  KitTapping tapping;
  kit_taps_begin(plugin, process, &tapping);
  kit_instance_process(plugin->instance, process);
  kit_taps_end(plugin, process, &tapping);
  kit_trim(plugin, process);
}

void
kit_plugin_process_part(KitPlugin* plugin, const KitProcess* block, uint32_t from, uint32_t to)
{
  const size_t skip                  = from * (block->is_double ? sizeof(double) : sizeof(float));
  const void*  in[KIT_MAX_CHANNELS]  = {NULL};
  void*        out[KIT_MAX_CHANNELS] = {NULL};
  for (uint32_t c = 0; c < plugin->layout->n_in; ++c) {
    in[c] = block->in && block->in[c] ? (const char*)block->in[c] + skip : NULL;
  }
  for (uint32_t c = 0; c < plugin->layout->n_out; ++c) {
    out[c] = block->out && block->out[c] ? (char*)block->out[c] + skip : NULL;
  }
  KitProcess part = *block;
  part.in         = in;
  part.out        = out;
  part.n_frames   = to - from;
  kit_plugin_process(plugin, &part);
}
