// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "vstkit/alloc.h"

#include <string.h>

static void
copy_values(const KitPlugin* plugin, double* values)
{
  for (uint32_t s = 0; s < plugin->n_slots; ++s) {
    values[s] = kit_instance_get(plugin->instance, s);
  }
}

static bool
prepare(KitPlugin* plugin)
{
  for (uint32_t i = 0; i < KIT_SIDES; ++i) {
    if (!plugin->sides[i]) {
      plugin->sides[i] = (double*)kit_calloc(plugin->n_slots, sizeof(double));
      if (!plugin->sides[i]) {
        return false;
      }
      copy_values(plugin, plugin->sides[i]);
    }
  }
  return true;
}

void
kit_go_to_side(KitPlugin* plugin, uint32_t side)
{
  if (side != plugin->side) {
    copy_values(plugin, plugin->sides[plugin->side]);
    plugin->side = side;
  }
}

KitStatus
kit_plugin_select_side(KitPlugin* plugin, uint32_t side, const char* author)
{
  if (side >= KIT_SIDES) {
    return KIT_ERR_BAD_ARG;
  }
  kit_lock_take(&plugin->lock);
  uint32_t* const slots = (uint32_t*)kit_calloc(plugin->n_slots, sizeof(uint32_t));
  double* const   after = (double*)kit_calloc(plugin->n_slots, sizeof(double));
  const bool      ready = slots && after && prepare(plugin);
  if (ready && side != plugin->side) {
    double* const before = plugin->sides[plugin->side];
    copy_values(plugin, before);
    for (uint32_t s = 0; s < plugin->n_slots; ++s) {
      slots[s] = s;
      after[s] = kit_closed_to(plugin, s, author) ? before[s] : plugin->sides[side][s];
    }
    KitStep step = {.whole = true, .sides = {plugin->side, side}, .info = {.label = {side ? 'B' : 'A'}}};
    kit_copy_text(step.info.author, sizeof(step.info.author), author);
    kit_set_slots(plugin, plugin->n_slots, slots, after, true);
    kit_note_step(plugin, &step, slots, before, after, plugin->n_slots);
    plugin->side = side;
  }
  kit_lock_drop(&plugin->lock);
  kit_free(slots);
  kit_free(after);
  if (ready) {
    kit_attend(plugin);
  }
  return ready ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

void
kit_plugin_copy_side(KitPlugin* plugin)
{
  kit_lock_take(&plugin->lock);
  if (prepare(plugin)) {
    copy_values(plugin, plugin->sides[1U - plugin->side]);
  }
  kit_lock_drop(&plugin->lock);
}

uint32_t
kit_plugin_side(KitPlugin* plugin)
{
  kit_lock_take(&plugin->lock);
  const uint32_t side = plugin->side;
  kit_lock_drop(&plugin->lock);
  return side;
}
