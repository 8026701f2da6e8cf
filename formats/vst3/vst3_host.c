// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

void
kit_vst3_set_handler(KitVst3* self, struct v3_component_handler** handler)
{
  struct v3_component_handler** const old = self->handler;
  if (handler) {
    (*handler)->ref(handler);
  }
  self->handler = handler;
  if (old) {
    (*old)->unref(old);
  }
}

static void V3_API
on_timer(void* self)
{
  kit_vst3_poll(kit_vst3_of(self));
}

const struct v3_timer_handler kit_vst3_timer = {
  .query_interface = kit_vst3_query,
  .ref             = kit_vst3_ref,
  .unref           = kit_vst3_unref,
  .on_timer        = on_timer,
};

static void
on_main_timer(void* handle)
{
  kit_vst3_poll((KitVst3*)handle);
}

void
kit_vst3_start_timer(KitVst3* self, void* object)
{
  struct v3_funknown** const host  = (struct v3_funknown**)object;
  v3_timer_handler** const   timer = (v3_timer_handler**)(void*)&self->timer;
  void*                      found = NULL;
  if (self->run_loop || self->main_timer) {
    return;
  }
  if (host && (*host)->query_interface(host, v3_run_loop_iid, &found) == V3_OK && found) {
    struct v3_run_loop** const loop = (struct v3_run_loop**)found;
    if ((*loop)->register_timer(loop, timer, KIT_VST3_TICK_MS) == V3_OK) {
      self->run_loop = loop;
    } else {
      (*loop)->unref(loop);
    }
  }
  if (!self->run_loop) {
    self->main_timer = kit_main_timer_start(KIT_VST3_TICK_MS, on_main_timer, self);
  }
  atomic_store(&self->ticking, self->run_loop || self->main_timer);
}

void
kit_vst3_stop_timer(KitVst3* self)
{
  struct v3_run_loop** const loop = self->run_loop;
  self->run_loop                  = NULL;
  atomic_store(&self->ticking, false);
  kit_main_timer_stop(self->main_timer);
  self->main_timer = NULL;
  if (loop) {
    (*loop)->unregister_timer(loop, (v3_timer_handler**)(void*)&self->timer);
    (*loop)->unref(loop);
  }
}

bool
kit_vst3_start_frame(KitVst3* self, void* frame)
{
  const bool had = atomic_load(&self->ticking);
  kit_vst3_start_timer(self, frame);
  if (!had && self->run_loop) {
    self->loop_frame = frame;
  }
  return atomic_load(&self->ticking);
}

void
kit_vst3_end_frame(KitVst3* self, void* frame)
{
  if (frame && frame == self->loop_frame) {
    kit_vst3_stop_timer(self);
    self->loop_frame = NULL;
  }
}

// A gesture of which the beginning left through process() is told as a whole one
static bool
tell_handler(void* handle, const KitEdit* edit)
{
  KitVst3* const                      self    = (KitVst3*)handle;
  KitVst3Control* const               control = &self->controls[edit->param->index];
  struct v3_component_handler** const h       = self->handler;
  const v3_param_id                   id      = edit->param->id;
  const double                        normal  = kit_param_to_normal(edit->param->param, edit->value);
  const bool                          alone   = edit->type == KIT_EDIT_VALUE && !control->begun;
  if (edit->type == KIT_EDIT_BEGIN || alone) {
    (*h)->begin_edit(h, id);
    control->begun = true;
  }
  if (edit->type == KIT_EDIT_VALUE) {
    kit_vst3_expect_echo(self, edit->param, normal);
    (*h)->perform_edit(h, id, normal);
  }
  if ((edit->type == KIT_EDIT_END || alone) && control->begun) {
    control->begun = false;
    (*h)->end_edit(h, id);
  }
  return true;
}

// What left through process() is told once more, as a gesture: hosts record these, and output parameters not
static void
tell_again(KitVst3* self)
{
  for (uint32_t i = 0; i < self->directory->n; ++i) {
    const KitHostParam* const param = &self->directory->list[i];
    if (!atomic_exchange(&self->controls[i].owed, false)) {
      continue;
    }
    const bool    held = kit_plugin_is_held(self->kit, param->slot);
    const KitEdit edit = {KIT_EDIT_VALUE, param,
                          kit_param_clamp(param->param, kit_plugin_value(self->kit, param->slot))};
    if (!self->controls[i].begun) {
      tell_handler(self, &(KitEdit){KIT_EDIT_BEGIN, param, edit.value});
    }
    tell_handler(self, &edit);
    if (!held) {
      tell_handler(self, &(KitEdit){KIT_EDIT_END, param, edit.value});
    }
  }
}

// The host may call back meanwhile
void
kit_vst3_poll(KitVst3* self)
{
  if (atomic_exchange(&self->polling, true)) {
    return;
  }
  int32_t flags = 0;
  kit_plugin_idle(self->kit);
  if (kit_plugin_news(self->kit, &self->reader) & KIT_NEWS_OUTSIDE) {
    flags |= V3_RESTART_PARAM_VALUES_CHANGED;
  }
  if (kit_instance_is_active(self->instance) && kit_plugin_latency_moved(self->kit)) {
    kit_plugin_latency_told(self->kit);
    flags |= V3_RESTART_LATENCY_CHANGED;
  }
  if (self->handler) {
    kit_vst3_start_timer(self, self->handler); // Ardour has a run loop only once a window was open
    if (atomic_load(&self->ticking) || !kit_instance_is_active(self->instance)) {
      kit_plugin_tell_edits(self->kit, tell_handler, self);
    }
    if (atomic_exchange(&self->owes, false)) {
      tell_again(self);
    }
    if (flags) {
      (*self->handler)->restart_component(self->handler, flags);
    }
  }
  atomic_store(&self->polling, false);
#ifdef KIT_WITH_WINDOWS
  kit_vst3_show_menus(self);
#endif
}
