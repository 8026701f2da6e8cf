// SPDX-License-Identifier: ISC
#include "lv2_plugin.h"

#include "alloc.h"
#include "vstkit/state.h"

#include <lv2/state/state.h>

#include <stdatomic.h>
#include <string.h>

static LV2_State_Status
save(LV2_Handle handle, LV2_State_Store_Function store, LV2_State_Handle to, uint32_t flags,
     const LV2_Feature* const* features)
{
  (void)flags;
  (void)features;
  KitLv2* const plugin = (KitLv2*)handle;
  if (!plugin->state_key) {
    return LV2_STATE_ERR_NO_FEATURE;
  }
  char* const text = kit_state_save(plugin->instance, plugin->kept);
  if (!text) {
    return LV2_STATE_ERR_UNKNOWN;
  }
  const LV2_State_Status st = store(to, plugin->state_key, text, strlen(text) + 1U, plugin->atom_string,
                                    LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
  kit_free(text);
  return st;
}

static void
write_log(void* handle, KitLogLevel level, const char* text)
{
  const KitLv2* const plugin = (const KitLv2*)handle;
  if (plugin->host_log) {
    const LV2_URID type = level == KIT_LOG_ERROR ? plugin->log_error : plugin->log_warning;
    plugin->host_log->printf(plugin->host_log->handle, type, "%s\n", text);
  }
}

static LV2_State_Status
restore(LV2_Handle handle, LV2_State_Retrieve_Function retrieve, LV2_State_Handle from, uint32_t flags,
        const LV2_Feature* const* features)
{
  (void)flags;
  (void)features;
  KitLv2* const     plugin = (KitLv2*)handle;
  size_t            size   = 0;
  uint32_t          type   = 0;
  uint32_t          how    = 0;
  const char* const text =
    plugin->state_key ? (const char*)retrieve(from, plugin->state_key, &size, &type, &how) : NULL;
  if (!text) {
    return LV2_STATE_ERR_NO_PROPERTY;
  }
  if (type != plugin->atom_string) {
    return LV2_STATE_ERR_BAD_TYPE;
  }
  const KitLog    log = {write_log, plugin};
  const KitStatus st  = kit_state_load(plugin->instance, plugin->kept, text, strnlen(text, size), &log);
  if (!st) {
    atomic_store_explicit(&plugin->restored, true, memory_order_release);
  }
  return st ? LV2_STATE_ERR_UNKNOWN : LV2_STATE_SUCCESS;
}

const void*
kit_lv2_state_interface(void)
{
  static const LV2_State_Interface interface = {save, restore};
  return &interface;
}
