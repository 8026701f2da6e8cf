// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

bool
kit_plugin_is_held(const KitPlugin* plugin, uint32_t slot)
{
  const uint32_t index = kit_edit_index(plugin, slot);
  if (index == UINT32_MAX) {
    return false;
  }
  const KitGesture* const gesture = &plugin->gestures[index];
  const uint32_t          n_ended = atomic_load_explicit(&gesture->n_ended, memory_order_acquire);
  return atomic_load_explicit(&gesture->n_begun, memory_order_acquire) != n_ended;
}

bool
kit_plugin_is_locked(const KitPlugin* plugin, uint32_t slot)
{
  const uint32_t index = kit_edit_index(plugin, slot);
  return index != UINT32_MAX &&
         (atomic_load_explicit(&plugin->locks[index / 64U], memory_order_relaxed) >> (index % 64U)) & 1U;
}

bool
kit_plugin_has_edits(const KitPlugin* plugin)
{
  uint64_t any = 0;
  for (uint32_t w = 0; w < plugin->n_words; ++w) {
    any |= atomic_load_explicit(&plugin->edited[w], memory_order_relaxed);
  }
  return any != 0;
}

bool
kit_plugin_has_edit(const KitPlugin* plugin, uint32_t slot)
{
  const uint32_t index = kit_edit_index(plugin, slot);
  return index != UINT32_MAX &&
         (atomic_load_explicit(&plugin->edited[index / 64U], memory_order_relaxed) >> (index % 64U)) & 1U;
}

// Counts may go on while this looks at them: their slot is marked anew then, and comes again.  What ended is
// read first, so that no more seems to have ended than has begun.
static bool
tell_slot(KitPlugin* plugin, const KitHostParam* param, KitGesture* gesture, KitTellEdit tell, void* handle)
{
  const uint32_t n_ended = atomic_load_explicit(&gesture->n_ended, memory_order_acquire);
  const uint32_t n_begun = atomic_load_explicit(&gesture->n_begun, memory_order_acquire);
  const double   value   = kit_param_clamp(param->param, kit_plugin_value(plugin, param->slot));
  if (!gesture->open) {
    if (n_begun == gesture->n_told) {
      return true; // Told with another mark of the same slot
    }
    if (!tell(handle, &(KitEdit){KIT_EDIT_BEGIN, param, value})) {
      return false;
    }
    gesture->open = true;
  }
  if (!tell(handle, &(KitEdit){KIT_EDIT_VALUE, param, value})) {
    return false;
  }
  gesture->n_told = n_begun;
  if (gesture->open && n_begun == n_ended) {
    if (!tell(handle, &(KitEdit){KIT_EDIT_END, param, value})) {
      return false;
    }
    gesture->open = false;
  }
  return true;
}

static bool
tell_word(KitPlugin* plugin, uint32_t w, KitTellEdit tell, void* handle)
{
  uint64_t bits = atomic_load_explicit(&plugin->edited[w], memory_order_relaxed);
  for (; bits; bits &= bits - 1U) {
    const uint64_t            bit   = bits & (~bits + 1U);
    const uint32_t            index = w * 64U + (uint32_t)__builtin_ctzll(bits);
    const uint32_t            slot  = index == plugin->n_slots ? KIT_BYPASS_SLOT : index;
    const KitHostParam* const param = kit_directory_at_slot(&plugin->directory, slot);
    atomic_fetch_and_explicit(&plugin->edited[w], ~bit, memory_order_acquire);
    if (param && !tell_slot(plugin, param, &plugin->gestures[index], tell, handle)) {
      atomic_fetch_or_explicit(&plugin->edited[w], bit, memory_order_release);
      return false;
    }
  }
  return true;
}

void
kit_plugin_tell_edits(KitPlugin* plugin, KitTellEdit tell, void* handle)
{
  if (!kit_plugin_has_edits(plugin) ||
      atomic_exchange_explicit(&plugin->telling, true, memory_order_acquire)) {
    return;
  }
  for (uint32_t w = 0; w < plugin->n_words && tell_word(plugin, w, tell, handle);) {
    ++w;
  }
  atomic_store_explicit(&plugin->telling, false, memory_order_release);
}
