// SPDX-License-Identifier: ISC
#include "checks.h"

#include "alloc.h"
#include "rig.h"
#include "tap.h"

#include <lv2/atom/atom.h>
#include <lv2/state/state.h>

#include <stdio.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 22050U

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
restore(const Lv2Host* host, Chunk* chunk)
{
  return interface_of(host)->restore(lilv_instance_get_handle(host->instance), retrieve, chunk, 0, NULL);
}

static void
open_offline(const Subject* s, Lv2Host* host)
{
  open_layout(s, 0, RATE, host);
  host->controls[lv2_port(host, "freewheel")] = 1.0f;
}

/** Save what a plugin is whose first port stands at 0.8 of its range, and what it plays. */
static void
make_state(const Subject* s, const KitAudio* in, KitAudio* out, Chunk* chunk)
{
  Lv2Host                   host;
  const KitHostParam* const param = &s->directory.list[0];
  open_offline(s, &host);
  host.controls[port_of(&host, param)] = (float)kit_param_from_normal(param->param, 0.8);
  lilv_instance_activate(host.instance);
  lv2_play(&host, in, out, 300);
  tap_ok(!save(&host, chunk) && chunk->size > 2U && chunk->text[chunk->size - 1U] == '\0' &&
           interface_of(&host)->save(lilv_instance_get_handle(host.instance), store_nothing, NULL, 0, NULL) ==
             LV2_STATE_ERR_NO_SPACE,
         "%s: saves its state as text, or says why not", s->effect->id);
  lv2_close(&host);
}

// Ports keep their defaults: a state alone must do
static void
check_round_trip(const Subject* s, const KitAudio* in, const KitAudio* want, Chunk* chunk)
{
  KitAudio got = rig_silence(RATE, N_FRAMES);
  Lv2Host  host;
  open_offline(s, &host);
  const bool taken = !restore(&host, chunk);
  lilv_instance_activate(host.instance);
  lv2_play(&host, in, &got, 64);
  tap_ok(taken && rig_equal(want, &got), "%s: the state alone brings the sound back", s->effect->id);
  lilv_instance_deactivate(host.instance);
  lilv_instance_activate(host.instance);
  lv2_play(&host, in, &got, 64);
  tap_ok(rig_equal(want, &got), "%s: and it stays through a restart, ports that stand still or not",
         s->effect->id);
  lv2_close(&host);
  kit_audio_cleanup(&got);
}

// What a host moves while the plugin is not active counts from the first frame
static void
check_moved_between(const Subject* s, const KitAudio* in, const KitAudio* want)
{
  KitAudio                  got = rig_silence(RATE, N_FRAMES);
  Lv2Host                   host;
  const KitHostParam* const param = &s->directory.list[0];
  open_offline(s, &host);
  lilv_instance_activate(host.instance);
  lv2_play(&host, in, &got, 64);
  lilv_instance_deactivate(host.instance);
  host.controls[port_of(&host, param)] = (float)kit_param_from_normal(param->param, 0.8);
  lilv_instance_activate(host.instance);
  lv2_play(&host, in, &got, 64);
  tap_ok(rig_equal(want, &got), "%s: a port moved between activations counts from the first frame",
         s->effect->id);
  lv2_close(&host);
  kit_audio_cleanup(&got);
}

static bool
refuses(const Lv2Host* host, const Chunk* good, const char* text, size_t size)
{
  Chunk      bad     = {(char*)(uintptr_t)text, size, good->key, good->type};
  Chunk      after   = {0};
  const bool refused = restore(host, &bad) != LV2_STATE_SUCCESS;
  const bool saved   = !save(host, &after);
  const bool same    = saved && after.size == good->size && !memcmp(after.text, good->text, good->size);
  kit_free(after.text);
  return refused && same;
}

static void
check_refusals(const Subject* s, Chunk* good)
{
  static const char* const bad[] = {"", "{", "[]", "null", "7", "{\"broken", "RIFF", "\xFF\xFE{}"};
  static const char* const ids[] = {"gain", "lossy", "reverb"};
  Lv2Host                  host;
  open_offline(s, &host);
  bool all = !restore(&host, good);
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    all = refuses(&host, good, bad[i], strlen(bad[i]) + 1U) && refuses(&host, good, bad[i], 0) && all;
  }
  for (size_t cut = 1; cut + 3U < good->size; cut += 1U + good->size / 50U) {
    all = refuses(&host, good, good->text, cut) && all;
  }
  for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); ++i) {
    char foreign[64];
    snprintf(foreign, sizeof(foreign), "{\"vstkit_format\": 1, \"vstkit_effect\": \"%s\"}", ids[i]);
    all = (!strcmp(ids[i], s->effect->id) || refuses(&host, good, foreign, strlen(foreign) + 1U)) && all;
  }
  tap_ok(all, "%s: empty, malformed, truncated and foreign states are refused and change nothing",
         s->effect->id);

  Chunk other        = *good;
  other.type         = lv2_urid_map()->map(NULL, LV2_ATOM__Int);
  const bool by_type = restore(&host, &other) == LV2_STATE_ERR_BAD_TYPE;
  other.key          = 0;
  tap_ok(by_type && restore(&host, &other) == LV2_STATE_ERR_NO_PROPERTY,
         "%s: so are a property of another type and none at all", s->effect->id);
  lv2_close(&host);
}

void
check_state(const Subject* subject)
{
  KitAudio in    = make_signal(RATE, N_FRAMES, 22);
  KitAudio want  = rig_silence(RATE, N_FRAMES);
  Chunk    chunk = {0};
  make_state(subject, &in, &want, &chunk);
  check_round_trip(subject, &in, &want, &chunk);
  check_moved_between(subject, &in, &want);
  check_refusals(subject, &chunk);
  kit_free(chunk.text);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
}
