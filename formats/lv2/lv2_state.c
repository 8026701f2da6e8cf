// SPDX-License-Identifier: ISC
#include "lv2_plugin.h"

#include "vstkit/alloc.h"

#include <lv2/state/state.h>

#include <math.h>
#include <stdatomic.h>
#include <string.h>

void
kit_lv2_take_ports(KitLv2* self)
{
  const bool         restored = atomic_load_explicit(&self->restored, memory_order_acquire);
  KitInstance* const instance = kit_plugin_instance(self->plugin);
  for (uint32_t p = 0; p < self->n_ports; ++p) {
    KitLv2Port* const port = &self->ports[p];
    double            value;
    // What a state was loaded over stays unseen until a block is run: hosts may still be setting it
    if ((restored && isnan(port->seen)) || !kit_lv2_take_port(self, port, restored, &value)) {
      continue;
    }
    if (port->param->slot == KIT_BYPASS_SLOT) {
      kit_instance_set_bypassed(instance, value >= 0.5);
    } else {
      kit_instance_set(instance, port->param->slot, value);
    }
  }
}

static LV2_State_Status
save(LV2_Handle handle, LV2_State_Store_Function store, LV2_State_Handle to, uint32_t flags,
     const LV2_Feature* const* features)
{
  (void)flags;
  (void)features;
  KitLv2* const self = (KitLv2*)handle;
  if (!self->state_key) {
    return LV2_STATE_ERR_NO_FEATURE;
  }
  // A state that is older than the ports would win over them once it is loaded.  run() looks at them
  // otherwise.
  if (!kit_instance_is_active(kit_plugin_instance(self->plugin))) {
    kit_lv2_take_ports(self);
  }
  char* const text = kit_plugin_save(self->plugin, false);
  if (!text) {
    return LV2_STATE_ERR_UNKNOWN;
  }
  const LV2_State_Status st = store(to, self->state_key, text, strlen(text) + 1U,
                                    self->urids[KIT_URID_STRING], LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
  kit_free(text);
  return st;
}

static void
write_log(void* handle, KitLogLevel level, const char* text)
{
  const KitLv2* const self = (const KitLv2*)handle;
  if (self->host_log) {
    const LV2_URID type = self->urids[level == KIT_LOG_ERROR ? KIT_URID_LOG_ERROR : KIT_URID_LOG_WARNING];
    self->host_log->printf(self->host_log->handle, type, "%s\n", text);
  }
}

static LV2_State_Status
restore(LV2_Handle handle, LV2_State_Retrieve_Function retrieve, LV2_State_Handle from, uint32_t flags,
        const LV2_Feature* const* features)
{
  (void)flags;
  (void)features;
  KitLv2* const     self = (KitLv2*)handle;
  size_t            size = 0;
  uint32_t          type = 0;
  uint32_t          how  = 0;
  const char* const text =
    self->state_key ? (const char*)retrieve(from, self->state_key, &size, &type, &how) : NULL;
  if (!text) {
    return LV2_STATE_ERR_NO_PROPERTY;
  }
  if (type != self->urids[KIT_URID_STRING]) {
    return LV2_STATE_ERR_BAD_TYPE;
  }
  const KitLog log = {write_log, self};
  if (kit_plugin_load(self->plugin, text, strnlen(text, size), &log)) {
    return LV2_STATE_ERR_UNKNOWN;
  }
  atomic_store_explicit(&self->restored, true, memory_order_release);
  return LV2_STATE_SUCCESS;
}

const void*
kit_lv2_state_interface(void)
{
  static const LV2_State_Interface interface = {save, restore};
  return &interface;
}
