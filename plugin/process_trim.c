// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include <math.h>

#define GLIDE_S 0.03 // From silence to full level

void
kit_plugin_set_trim(KitPlugin* plugin, double gain)
{
  atomic_store(&plugin->trim, gain >= 0.01 && gain <= 100.0 ? gain : 1.0);
}

static double
glide(double from, double to, double step)
{
  return from < to ? fmin(from + step, to) : fmax(from - step, to);
}

static void
scale(const KitProcess* process, void* channel, double gain, double to, double step)
{
  for (uint32_t i = 0; i < process->n_frames; ++i) {
    gain = glide(gain, to, step);
    if (process->is_double) {
      ((double*)channel)[i] *= gain;
    } else {
      ((float*)channel)[i] *= (float)gain;
    }
  }
}

void
kit_trim(KitPlugin* plugin, const KitProcess* process)
{
  const double wanted = atomic_load_explicit(&plugin->trim, memory_order_relaxed);
  const double to     = kit_instance_bypassed(plugin->instance) ? 1.0 : wanted;
  const double from   = plugin->trimmed;
  const double step   = 1.0 / (GLIDE_S * kit_instance_sample_rate(plugin->instance));
  if (from == 1.0 && to == 1.0) {
    return;
  }
  for (uint32_t c = 0; process->out && c < plugin->layout->n_out; ++c) {
    if (process->out[c]) {
      scale(process, process->out[c], from, to, step);
    }
  }
  for (uint32_t i = 0; i < process->n_frames && plugin->trimmed != to; ++i) {
    plugin->trimmed = glide(plugin->trimmed, to, step);
  }
}
