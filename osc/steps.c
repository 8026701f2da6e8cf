// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

#define MAX_UNDO ((double)KIT_MAX_STEPS)

static void
send_step(const KitOsc* osc, KitUdpAddress to, KitStepInfo* step)
{
  kit_utf8_make_plain(step->author);
  kit_utf8_make_plain(step->label);
  kit_osc_send_at(osc, to, "history", "issi", (int)step->number, step->author, step->label,
                  step->undone ? 1 : 0);
}

void
kit_osc_send_step(const KitOsc* osc, KitUdpAddress to)
{
  KitStepInfo step;
  if (kit_plugin_history(osc->plugin, &step, 1U)) {
    send_step(osc, to, &step);
  }
}

void
kit_osc_history(KitOscCall* call)
{
  static KitStepInfo steps[KIT_MAX_STEPS]; // Too many for a stack; one thread calls
  double             max = MAX_UNDO;
  if (!kit_osc_range(call, 0, 1.0, MAX_UNDO, &max)) {
    return;
  }
  const uint32_t n = kit_plugin_history(call->osc->plugin, steps, (uint32_t)max);
  for (uint32_t i = 0; i < n; ++i) {
    send_step(call->osc, call->from, &steps[i]);
  }
  kit_osc_answer(call, "history/end", "i", (int)n);
}

void
kit_osc_step(KitOscCall* call)
{
  static const char agent[] = "agent:";
  const char* const author  = kit_osc_text(call, 0);
  const char* const label   = kit_osc_text(call, 1);
  if (!call->batch) {
    kit_osc_refuse(call, "send it in a bundle, before the values", "it names the step that a bundle makes");
  } else if (!author || !label || strncmp(author, agent, sizeof(agent) - 1U) != 0 ||
             !author[sizeof(agent) - 1U] || !*label) {
    kit_osc_refuse(call, "send \"agent:NAME\" and a label", "a step of a bundle needs author and label");
  } else {
    snprintf(call->batch->author, sizeof(call->batch->author), "%.*s",
             (int)kit_utf8_fit(author, sizeof(call->batch->author) - 1U), author);
    snprintf(call->batch->label, sizeof(call->batch->label), "%.*s",
             (int)kit_utf8_fit(label, sizeof(call->batch->label) - 1U), label);
  }
}

static void
move(KitOscCall* call, const char* path, uint32_t (*go)(KitPlugin* plugin, uint32_t n, const char* author))
{
  double n = 1.0;
  if (kit_osc_range(call, 0, 1.0, MAX_UNDO, &n)) {
    kit_osc_answer(call, path, "i", (int)go(call->osc->plugin, (uint32_t)n, KIT_OSC_AUTHOR));
  }
}

void
kit_osc_undo(KitOscCall* call)
{
  move(call, "undo", kit_plugin_undo);
}

void
kit_osc_redo(KitOscCall* call)
{
  move(call, "redo", kit_plugin_redo);
}

void
kit_osc_ab(KitOscCall* call)
{
  KitPlugin* const  plugin = call->osc->plugin;
  const char* const text   = kit_osc_text(call, 0);
  KitStatus         st     = KIT_SUCCESS;
  if (text && !strcmp(text, "copy")) {
    kit_plugin_copy_side(plugin);
  } else if (text && (!strcmp(text, "a") || !strcmp(text, "b"))) {
    st = kit_plugin_select_side(plugin, *text == 'a' ? 0U : 1U, KIT_OSC_AUTHOR);
  } else if (call->n) {
    kit_osc_refuse(call, "send \"a\", \"b\" or \"copy\"", "that is no side");
    return;
  }
  if (st) {
    kit_osc_refuse(call, "try again", "%s", kit_status_text(st));
    return;
  }
  kit_osc_answer(call, "ab", "s", kit_plugin_side(plugin) ? "b" : "a");
}
