// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

static const KitParam*
param_of(const KitPlugin* plugin, uint32_t slot)
{
  KitParamRef ref;
  if (slot == KIT_BYPASS_SLOT) {
    return kit_directory_at_slot(&plugin->directory, slot)->param;
  }
  return kit_params_at_slot(plugin->effect->table, slot, &ref) ? ref.param : NULL;
}

static bool
is_hand(const char* author)
{
  return !strcmp(author, KIT_AUTHOR_HAND);
}

KitStatus
kit_closed_to(const KitPlugin* plugin, uint32_t slot, const char* author)
{
  const uint32_t index = kit_edit_index(plugin, slot);
  if (is_hand(author) || index == UINT32_MAX) {
    return KIT_SUCCESS;
  }
  if (kit_plugin_is_locked(plugin, slot)) {
    return KIT_ERR_LOCKED;
  }
  const bool held = kit_plugin_is_held(plugin, slot) && is_hand(plugin->gestures[index].author);
  return held ? KIT_ERR_HELD : KIT_SUCCESS;
}

static void
mark_edited(KitPlugin* plugin, uint32_t index)
{
  atomic_fetch_or_explicit(&plugin->edited[index / 64U], 1ULL << (index % 64U), memory_order_release);
}

void
kit_set_slots(KitPlugin* plugin, uint32_t n, const uint32_t* slots, const double* values, bool whole)
{
  kit_instance_set_slots(plugin->instance, n, slots, values);
  for (uint32_t i = 0; i < n; ++i) {
    if (slots[i] == KIT_BYPASS_SLOT) {
      kit_instance_set_bypassed(plugin->instance, values[i] >= 0.5);
    }
    if (!whole) {
      const uint32_t index = kit_edit_index(plugin, slots[i]);
      atomic_fetch_add(&plugin->gestures[index].n_begun, 1U);
      atomic_fetch_add(&plugin->gestures[index].n_ended, 1U);
      mark_edited(plugin, index);
    }
  }
  if (whole) {
    kit_own_news(plugin, KIT_OWN_OUTSIDE);
  }
}

/** Under the lock. */
static KitStatus
check_slot(const KitPlugin* plugin, uint32_t slot, const char* author)
{
  return kit_edit_index(plugin, slot) == UINT32_MAX ? KIT_ERR_NOT_FOUND : kit_closed_to(plugin, slot, author);
}

KitStatus
kit_plugin_may_edit(KitPlugin* plugin, uint32_t slot, const char* author)
{
  kit_lock_take(&plugin->lock);
  const KitStatus st = check_slot(plugin, slot, author);
  kit_lock_drop(&plugin->lock);
  return st;
}

/** Under the lock: note what a gesture has done so far. */
static void
note_gesture(KitPlugin* plugin, uint32_t slot, const KitGesture* gesture)
{
  const double after = kit_plugin_value(plugin, slot);
  kit_note_edit(plugin, slot, gesture->author, (KitSpan){gesture->before, after}, false);
}

KitStatus
kit_plugin_begin(KitPlugin* plugin, uint32_t slot, const char* author)
{
  kit_lock_take(&plugin->lock);
  const KitStatus st = check_slot(plugin, slot, author);
  if (!st) {
    const uint32_t    index   = kit_edit_index(plugin, slot);
    KitGesture* const gesture = &plugin->gestures[index];
    const bool        held    = kit_plugin_is_held(plugin, slot);
    const bool        takes   = held && is_hand(author) && !is_hand(gesture->author);
    if (takes) { // What it was moved by until now is a step of its own
      note_gesture(plugin, slot, gesture);
    }
    if (takes || !held) {
      gesture->before = kit_plugin_value(plugin, slot);
      kit_copy_text(gesture->author, sizeof(gesture->author), author);
    }
    atomic_fetch_add(&gesture->n_begun, 1U);
    mark_edited(plugin, index);
  }
  kit_lock_drop(&plugin->lock);
  if (!st) {
    kit_attend(plugin);
  }
  return st;
}

/** Under the lock. */
static void
edit(KitPlugin* plugin, uint32_t slot, double value, const char* author)
{
  if (!kit_plugin_is_held(plugin, slot)) {
    const double before = kit_plugin_value(plugin, slot);
    kit_set_slots(plugin, 1U, &slot, &value, false);
    kit_note_edit(plugin, slot, author, (KitSpan){before, value}, true);
    return;
  }
  if (slot == KIT_BYPASS_SLOT) {
    kit_instance_set_bypassed(plugin->instance, value >= 0.5);
  } else {
    kit_instance_set(plugin->instance, slot, value);
  }
  mark_edited(plugin, kit_edit_index(plugin, slot));
}

KitStatus
kit_plugin_edit(KitPlugin* plugin, uint32_t slot, double value, const char* author)
{
  kit_lock_take(&plugin->lock);
  KitStatus st = check_slot(plugin, slot, author);
  st           = !st && isnan(value) ? KIT_ERR_BAD_VALUE : st;
  if (!st) {
    edit(plugin, slot, kit_param_clamp(param_of(plugin, slot), value), author);
  }
  kit_lock_drop(&plugin->lock);
  if (!st) {
    kit_attend(plugin);
  }
  return st;
}

void
kit_plugin_end(KitPlugin* plugin, uint32_t slot)
{
  const uint32_t index = kit_edit_index(plugin, slot);
  if (index == UINT32_MAX) {
    return;
  }
  KitGesture* const gesture = &plugin->gestures[index];
  kit_lock_take(&plugin->lock);
  const bool held = kit_plugin_is_held(plugin, slot);
  if (held) {
    atomic_fetch_add(&gesture->n_ended, 1U);
    if (!kit_plugin_is_held(plugin, slot)) {
      note_gesture(plugin, slot, gesture);
    }
    mark_edited(plugin, index);
  }
  kit_lock_drop(&plugin->lock);
  if (held) {
    kit_attend(plugin);
  }
}

void
kit_plugin_end_all(KitPlugin* plugin, const uint32_t* slots, uint32_t n, const char* label)
{
  uint32_t moved[KIT_MAX_SLOTS + 1U];
  double   before[KIT_MAX_SLOTS + 1U];
  double   after[KIT_MAX_SLOTS + 1U];
  uint32_t n_moved = 0;
  KitStep  step    = {.sides = {plugin->side, plugin->side}};
  kit_lock_take(&plugin->lock);
  for (uint32_t i = 0; i < n && n_moved <= KIT_MAX_SLOTS; ++i) {
    const uint32_t index = kit_edit_index(plugin, slots[i]);
    if (index == UINT32_MAX || !kit_plugin_is_held(plugin, slots[i])) {
      continue;
    }
    KitGesture* const gesture = &plugin->gestures[index];
    atomic_fetch_add(&gesture->n_ended, 1U);
    if (!kit_plugin_is_held(plugin, slots[i])) {
      kit_copy_text(step.info.author, sizeof(step.info.author), gesture->author);
      moved[n_moved]   = slots[i];
      before[n_moved]  = gesture->before;
      after[n_moved++] = kit_plugin_value(plugin, slots[i]);
    }
    mark_edited(plugin, index);
  }
  kit_copy_text(step.info.label, sizeof(step.info.label), label);
  kit_note_step(plugin, &step, moved, before, after, n_moved);
  kit_lock_drop(&plugin->lock);
  kit_attend(plugin);
}

/** Under the lock.  @return how many may be set. */
static uint32_t
edit_all(KitPlugin* plugin, const KitChange* changes, uint32_t n, const KitStep* step, uint32_t* slots,
         double* before)
{
  double* const after = before + n;
  uint32_t      n_set = 0;
  for (uint32_t i = 0; i < n; ++i) {
    if (!isnan(changes[i].value) && !check_slot(plugin, changes[i].slot, step->info.author)) {
      slots[n_set]  = changes[i].slot;
      before[n_set] = kit_plugin_value(plugin, changes[i].slot);
      after[n_set]  = kit_param_clamp(param_of(plugin, changes[i].slot), changes[i].value);
      ++n_set;
    }
  }
  kit_set_slots(plugin, n_set, slots, after, false);
  kit_note_step(plugin, step, slots, before, after, n_set);
  return n_set;
}

KitStatus
kit_plugin_edit_all(KitPlugin* plugin, const KitChange* changes, uint32_t n, const char* author,
                    const char* label, uint32_t* n_refused)
{
  uint32_t        n_set  = 0;
  uint32_t* const slots  = (uint32_t*)kit_calloc(n + 1U, sizeof(uint32_t));
  double* const   values = (double*)kit_calloc(2U * n + 1U, sizeof(double));
  if (slots && values) {
    KitStep step = {.sides = {plugin->side, plugin->side}};
    kit_copy_text(step.info.author, sizeof(step.info.author), author);
    kit_copy_text(step.info.label, sizeof(step.info.label), label);
    kit_lock_take(&plugin->lock);
    n_set = edit_all(plugin, changes, n, &step, slots, values);
    kit_lock_drop(&plugin->lock);
    kit_attend(plugin);
  }
  const bool done = slots && values;
  kit_free(slots);
  kit_free(values);
  if (n_refused) {
    *n_refused = n - n_set;
  }
  return done ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}
