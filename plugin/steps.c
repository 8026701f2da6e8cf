// SPDX-License-Identifier: ISC
#include "plugin_impl.h"

#include "system.h"
#include "utf8.h"
#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

#define JOIN_S 0.5 ///< Single values that follow each other faster are one step

void
kit_copy_text(char* to, size_t size, const char* from)
{
  const size_t length = strlen(from);
  size_t       n      = 0;
  while (n < length) {
    const size_t character = kit_utf8_length(from + n, length - n);
    if (n + (character ? character : 1U) >= size) {
      break;
    }
    n += character ? character : 1U;
  }
  memcpy(to, from, n);
  to[n] = '\0';
}

static KitStep*
step_at(KitHistory* history, uint32_t index)
{
  return &history->steps[(history->first + index) % KIT_MAX_STEPS];
}

static void
step_cleanup(KitStep* step)
{
  kit_free(step->slots);
  kit_free(step->values);
  step->slots  = NULL;
  step->values = NULL;
}

void
kit_history_cleanup(KitHistory* history)
{
  for (uint32_t i = 0; i < history->n; ++i) {
    step_cleanup(step_at(history, i));
  }
  history->n = history->at = 0;
}

/** What could be redone is forgotten, and the oldest where there are too many. */
static KitStep*
next_step(KitHistory* history)
{
  while (history->n > history->at) {
    step_cleanup(step_at(history, --history->n));
  }
  if (history->n == KIT_MAX_STEPS) {
    step_cleanup(step_at(history, 0));
    history->first = (history->first + 1U) % KIT_MAX_STEPS;
    --history->n;
  }
  history->at = ++history->n;
  return step_at(history, history->n - 1U);
}

void
kit_note_step(KitPlugin* plugin, const KitStep* step, const uint32_t* slots, const double* before,
              const double* after, uint32_t n)
{
  uint32_t n_moved = 0;
  for (uint32_t i = 0; i < n; ++i) {
    n_moved += before[i] != after[i] ? 1U : 0U;
  }
  KitStep fresh = *step;
  if (!n_moved && step->sides[0] == step->sides[1]) {
    return;
  }
  fresh.slots  = (uint32_t*)kit_calloc(n_moved + 1U, sizeof(uint32_t));
  fresh.values = (double*)kit_calloc(2U * n_moved + 1U, sizeof(double));
  if (!fresh.slots || !fresh.values) {
    step_cleanup(&fresh);
    return;
  }
  for (uint32_t i = 0; i < n; ++i) {
    if (before[i] != after[i]) {
      fresh.slots[fresh.n]            = slots[i];
      fresh.values[fresh.n]           = before[i];
      fresh.values[n_moved + fresh.n] = after[i];
      ++fresh.n;
    }
  }
  fresh.info.number            = ++plugin->history.n_ever;
  fresh.done_at_s              = kit_clock_s();
  *next_step(&plugin->history) = fresh;
  kit_own_news(plugin, KIT_OWN_HISTORY);
}

static void
write_label(const KitPlugin* plugin, uint32_t slot, double value, char* label)
{
  const KitHostParam* const param = kit_directory_at_slot(&plugin->directory, slot);
  KitParamRef               ref   = {param ? param->param : NULL, 0, param ? param->element : 0U, slot};
  char                      name[64];
  char                      text[24];
  if (!param && !kit_params_at_slot(plugin->effect->table, slot, &ref)) {
    return;
  }
  kit_param_name(ref.param, ref.element, name, sizeof(name));
  kit_param_to_text(ref.param, value, text, sizeof(text));
  snprintf(label, KIT_STEP_TEXT, "%s %s", name, text);
}

void
kit_note_edit(KitPlugin* plugin, uint32_t slot, const char* author, KitSpan span, bool joins)
{
  KitHistory* const history = &plugin->history;
  KitStep* const    last    = history->at ? step_at(history, history->at - 1U) : NULL;
  if (joins && last && history->at == history->n && last->n == 1U && last->slots[0] == slot && !last->whole &&
      !strncmp(last->info.author, author, KIT_STEP_TEXT - 1U) && kit_clock_s() - last->done_at_s < JOIN_S) {
    last->values[1] = span.after;
    last->done_at_s = kit_clock_s();
    write_label(plugin, slot, span.after, last->info.label);
    kit_own_news(plugin, KIT_OWN_HISTORY);
    return;
  }
  KitStep step = {.sides = {plugin->side, plugin->side}};
  kit_copy_text(step.info.author, sizeof(step.info.author), author);
  write_label(plugin, slot, span.after, step.info.label);
  kit_note_step(plugin, &step, &slot, &span.before, &span.after, 1U);
}

uint32_t
kit_plugin_history(KitPlugin* plugin, KitStepInfo* steps, uint32_t max)
{
  kit_lock_take(&plugin->lock);
  KitHistory* const history = &plugin->history;
  const uint32_t    n       = history->n < max ? history->n : max;
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t at = history->n - 1U - i;
    steps[i]          = step_at(history, at)->info;
    steps[i].undone   = at >= history->at;
  }
  kit_lock_drop(&plugin->lock);
  return n;
}

/** Take on the values before (0) or after (1) a step, but for what `author` may not move. */
static void
go_to(KitPlugin* plugin, const KitStep* step, uint32_t end, const char* author)
{
  uint32_t* const slots  = (uint32_t*)kit_calloc(step->n + 1U, sizeof(uint32_t));
  double* const   values = (double*)kit_calloc(step->n + 1U, sizeof(double));
  uint32_t        n      = 0;
  for (uint32_t i = 0; slots && values && i < step->n; ++i) {
    if (!kit_closed_to(plugin, step->slots[i], author)) {
      slots[n]    = step->slots[i];
      values[n++] = step->values[end * step->n + i];
    }
  }
  if (slots && values) {
    kit_go_to_side(plugin, step->sides[end]);
    kit_set_slots(plugin, n, slots, values, step->whole);
  }
  kit_free(slots);
  kit_free(values);
}

static uint32_t
move(KitPlugin* plugin, uint32_t n, const char* author, bool forward)
{
  uint32_t n_moved = 0;
  kit_lock_take(&plugin->lock);
  KitHistory* const history = &plugin->history;
  while (n_moved < n && (forward ? history->at < history->n : history->at > 0U)) {
    history->at -= forward ? 0U : 1U;
    go_to(plugin, step_at(history, history->at), forward ? 1U : 0U, author);
    history->at += forward ? 1U : 0U;
    ++n_moved;
  }
  if (n_moved) {
    kit_own_news(plugin, KIT_OWN_HISTORY);
  }
  kit_lock_drop(&plugin->lock);
  if (n_moved) {
    kit_attend(plugin);
  }
  return n_moved;
}

uint32_t
kit_plugin_undo(KitPlugin* plugin, uint32_t n, const char* author)
{
  return move(plugin, n, author, false);
}

uint32_t
kit_plugin_redo(KitPlugin* plugin, uint32_t n, const char* author)
{
  return move(plugin, n, author, true);
}

KitStatus
kit_plugin_set_lock(KitPlugin* plugin, uint32_t slot, bool locked)
{
  const uint32_t index = kit_edit_index(plugin, slot);
  if (index == UINT32_MAX) {
    return KIT_ERR_NOT_FOUND;
  }
  const uint64_t bit = 1ULL << (index % 64U);
  if (locked) {
    atomic_fetch_or(&plugin->locks[index / 64U], bit);
  } else {
    atomic_fetch_and(&plugin->locks[index / 64U], ~bit);
  }
  kit_own_news(plugin, KIT_OWN_LOCKS);
  return KIT_SUCCESS;
}
