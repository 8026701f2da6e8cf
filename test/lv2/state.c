// SPDX-License-Identifier: ISC
#include "checks.h"

#include "alloc.h"
#include "tap.h"

#include <lv2/atom/atom.h>
#include <lv2/state/state.h>

#include <string.h>

#define RATE 44100.0

/** The one property that a state is. */
typedef struct {
  char*    text;
  size_t   size;
  uint32_t key;
  uint32_t type;
} Chunk;

static LV2_State_Status
store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size, uint32_t type, uint32_t flags)
{
  (void)flags;
  Chunk* const chunk = (Chunk*)handle;
  kit_free(chunk->text);
  chunk->text = (char*)kit_calloc(size, 1);
  memcpy(chunk->text, value, size);
  chunk->size = size;
  chunk->key  = key;
  chunk->type = type;
  return LV2_STATE_SUCCESS;
}

static LV2_State_Status
store_nothing(LV2_State_Handle handle, uint32_t key, const void* value, size_t size, uint32_t type,
              uint32_t flags)
{
  (void)handle;
  (void)key;
  (void)value;
  (void)size;
  (void)type;
  (void)flags;
  return LV2_STATE_ERR_NO_SPACE;
}

static const void*
retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type, uint32_t* flags)
{
  const Chunk* const chunk = (const Chunk*)handle;
  *size                    = chunk->size;
  *type                    = chunk->type;
  *flags                   = LV2_STATE_IS_POD;
  return key == chunk->key ? chunk->text : NULL;
}

static const LV2_State_Interface*
interface_of(const Lv2Host* host)
{
  return (const LV2_State_Interface*)lilv_instance_get_extension_data(host->instance, LV2_STATE__interface);
}

static LV2_State_Status
save(const Lv2Host* host, Chunk* chunk)
{
  return interface_of(host)->save(lilv_instance_get_handle(host->instance), store, chunk, 0, NULL);
}

static LV2_State_Status
restore(const Lv2Host* host, const Chunk* chunk)
{
  return interface_of(host)->restore(lilv_instance_get_handle(host->instance), retrieve,
                                     (void*)(uintptr_t)chunk, 0, NULL);
}

static void
open_offline(const Subject* s, Lv2Host* host)
{
  open_layout(s, 0, RATE, host);
  host->controls[lv2_port(host, "freewheel")] = 1.0f;
}

/** Save what a plugin is whose first port stands at 0.8 of its range. */
static void
make_state(const Subject* s, Chunk* chunk)
{
  Lv2Host                   host;
  const KitHostParam* const param = &s->directory.list[0];
  open_offline(s, &host);
  host.controls[port_of(&host, param)] = (float)kit_param_from_normal(param->param, 0.8);
  lilv_instance_activate(host.instance);
  lilv_instance_run(host.instance, 0);
  tap_ok(!save(&host, chunk) && chunk->size > 2U && chunk->text[chunk->size - 1U] == '\0' &&
           interface_of(&host)->save(lilv_instance_get_handle(host.instance), store_nothing, NULL, 0, NULL) ==
             LV2_STATE_ERR_NO_SPACE,
         "%s: saves its state as text, or says why not", s->effect->id);
  lv2_close(&host);
}

// The suite hands over texts that have their end; a property may lack it, or be of another type, or none
static void
check_refusals(const Subject* s, const Chunk* good)
{
  static const char* const bad[]  = {"", "{", "[]", "null", "7", "{\"broken", "RIFF", "\xFF\xFE{}"};
  const LV2_URID           an_int = lv2_urid_map()->map(NULL, LV2_ATOM__Int);
  Chunk                    after  = {0};
  Lv2Host                  host;
  open_offline(s, &host);
  bool all = !restore(&host, good);
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    const Chunk empty = {(char*)(uintptr_t)bad[i], 0, good->key, good->type};
    all               = restore(&host, &empty) && all;
  }
  for (size_t cut = 1; cut + 3U < good->size; cut += 1U + good->size / 50U) {
    const Chunk part = {good->text, cut, good->key, good->type};
    all              = restore(&host, &part) && all;
  }
  const Chunk other = {good->text, good->size, good->key, an_int};
  const Chunk none  = {good->text, good->size, 0, good->type};
  tap_ok(all && restore(&host, &other) == LV2_STATE_ERR_BAD_TYPE &&
           restore(&host, &none) == LV2_STATE_ERR_NO_PROPERTY,
         "%s: empty and unterminated states, another type and no property are refused", s->effect->id);
  tap_ok(!save(&host, &after) && after.size == good->size && !memcmp(after.text, good->text, good->size),
         "%s: and change nothing", s->effect->id);
  kit_free(after.text);
  lv2_close(&host);
}

void
check_state(const Subject* subject)
{
  Chunk chunk = {0};
  make_state(subject, &chunk);
  check_refusals(subject, &chunk);
  kit_free(chunk.text);
}
