// SPDX-License-Identifier: ISC
#include "own_host.h"

#include "tap.h"
#include "vst3_host_objects.h"

#include <string.h>

/* Run loop */

static v3_result V3_API
loop_query(void* self, const v3_tuid iid, void** object)
{
  const bool known = v3_tuid_match(iid, v3_funknown_iid) || v3_tuid_match(iid, v3_run_loop_iid);
  *object          = known ? self : NULL;
  ((OwnLoop*)self)->references += known ? 1 : 0;
  return known ? V3_OK : V3_NO_INTERFACE;
}

static uint32_t V3_API
loop_ref(void* self)
{
  return (uint32_t)++((OwnLoop*)self)->references;
}

static uint32_t V3_API
loop_unref(void* self)
{
  return (uint32_t)--((OwnLoop*)self)->references;
}

static v3_result V3_API
register_timer(void* self, v3_timer_handler** timer, uint64_t ms)
{
  OwnLoop* const loop = (OwnLoop*)self;
  if (loop->refuses || loop->timer || !ms) {
    return V3_FALSE;
  }
  loop->timer = timer;
  return V3_OK;
}

static v3_result V3_API
unregister_timer(void* self, v3_timer_handler** timer)
{
  OwnLoop* const loop = (OwnLoop*)self;
  if (loop->timer != timer) {
    return V3_INVALID_ARG;
  }
  loop->timer = NULL;
  return V3_OK;
}

static const struct v3_run_loop loop_vtable = {
  .query_interface  = loop_query,
  .ref              = loop_ref,
  .unref            = loop_unref,
  .register_timer   = register_timer,
  .unregister_timer = unregister_timer,
};

/* Handler */

static v3_result V3_API
handler_query(void* self, const v3_tuid iid, void** object)
{
  OwnHandler* const handler = (OwnHandler*)self;
  if (handler->loop && v3_tuid_match(iid, v3_run_loop_iid)) {
    return loop_query(handler->loop, iid, object);
  }
  *object = NULL;
  return V3_NO_INTERFACE;
}

static uint32_t V3_API
handler_ref(void* self)
{
  return (uint32_t)++((OwnHandler*)self)->references;
}

static uint32_t V3_API
handler_unref(void* self)
{
  return (uint32_t)--((OwnHandler*)self)->references;
}

static v3_result
note(void* self, OwnCall call, v3_param_id id, double normal)
{
  OwnHandler* const handler = (OwnHandler*)self;
  vst3_require(handler->n_told < OWN_MAX_TOLD, "too many edits for the test's host");
  handler->told[handler->n_told++] = (OwnTold){call, id, normal};
  if (call == OWN_PERFORM && handler->echo) {
    (*handler->echo)->set_parameter_normalised(handler->echo, id, (double)(float)normal);
  }
  return V3_OK;
}

static v3_result V3_API
begin_edit(void* self, v3_param_id id)
{
  return note(self, OWN_BEGIN, id, 0.0);
}

static v3_result V3_API
perform_edit(void* self, v3_param_id id, double normal)
{
  return note(self, OWN_PERFORM, id, normal);
}

static v3_result V3_API
end_edit(void* self, v3_param_id id)
{
  return note(self, OWN_END, id, 0.0);
}

static v3_result V3_API
restart_component(void* self, int32_t flags)
{
  ((OwnHandler*)self)->restarts |= flags;
  return V3_OK;
}

static const struct v3_component_handler handler_vtable = {
  .query_interface   = handler_query,
  .ref               = handler_ref,
  .unref             = handler_unref,
  .begin_edit        = begin_edit,
  .perform_edit      = perform_edit,
  .end_edit          = end_edit,
  .restart_component = restart_component,
};

/* A factory of one effect */

static const KitEffect* effect_to_make;
static KitVst3*         made;

static v3_result V3_API
get_class_info(void* self, int32_t index, struct v3_class_info* info)
{
  (void)self;
  (void)index;
  memset(info, 0, sizeof(*info));
  return V3_OK;
}

static v3_result V3_API
create_instance(void* self, const v3_tuid class_id, const v3_tuid iid, void** object)
{
  (void)self;
  (void)class_id;
  (void)iid;
  made    = kit_vst3_new(effect_to_make);
  *object = made ? &made->component : NULL;
  return made ? V3_OK : V3_NOMEM;
}

static const struct v3_plugin_factory_3 factory_vtable = {
  .get_class_info  = get_class_info,
  .create_instance = create_instance,
};

static const struct v3_plugin_factory_3* const factory = &factory_vtable;

void
own_open(OwnHost* own, const KitEffect* effect, bool has_loop)
{
  const Vst3Module module = {.factory = &factory};
  memset(own, 0, sizeof(*own));
  own->loop = (OwnLoop){&loop_vtable, 1, NULL, false};
  own->handler =
    (OwnHandler){.vtable = &handler_vtable, .references = 1, .loop = has_loop ? &own->loop : NULL};
  effect_to_make = effect;
  vst3_require(vst3_open(&own->host, &module), "cannot open the plugin");
  own->vst3                           = made;
  own->kit                            = made->kit;
  struct v3_edit_controller** const c = own->host.controller;
  (*c)->set_component_handler(c, (struct v3_component_handler**)(void*)&own->handler);
}

void
own_close(OwnHost* own)
{
  const bool closed = vst3_close(&own->host);
  if (!closed || own->handler.references != 1 || own->loop.references != 1 || own->loop.timer) {
    tap_ok(false, "a closed plugin leaves nothing behind: neither handler nor timer");
  }
}

void
own_tick(OwnHost* own)
{
  if (own->loop.timer) {
    (*own->loop.timer)->on_timer(own->loop.timer);
  }
}

void
own_block(OwnHost* own, uint32_t n_frames)
{
  static double silence[2][1024];
  static double out[2][1024];
  void*         ins[]  = {silence[0], silence[1]};
  void*         outs[] = {out[0], out[1]};
  vst3_require(n_frames <= 1024U, "a block too long for the test's host");
  memset(silence, 0, sizeof(silence));
  vst3_process(&own->host, ins, 2, outs, 2, n_frames);
}

const KitHostParam*
own_param(const OwnHost* own, uint32_t slot)
{
  return kit_directory_at_slot(own->vst3->directory, slot);
}

bool
own_in_order(const OwnHost* own, v3_param_id id, double* last)
{
  bool open    = false;
  bool ordered = true;
  for (uint32_t i = 0; i < own->handler.n_told; ++i) {
    const OwnTold* const told = &own->handler.told[i];
    if (told->id != id) {
      continue;
    }
    ordered = ordered && open == (told->call != OWN_BEGIN);
    open    = told->call != OWN_END;
    *last   = told->call == OWN_PERFORM ? told->normal : *last;
  }
  return ordered && !open;
}
