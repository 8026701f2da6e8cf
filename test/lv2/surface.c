// SPDX-License-Identifier: ISC
#include "lv2_host.h"
#include "rig.h"
#include "tap.h"

#include "alloc.h"

#include <lv2/atom/atom.h>
#include <lv2/state/state.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 22050U

static char       folder[4096];
static LilvWorld* world;

static void
uri_of(const KitEffect* effect, const char* suffix, char* buf, size_t size)
{
  snprintf(buf, size, "urn:vstkit:%s%s", effect->id, suffix);
}

static void
check_metadata(const KitEffect* effect)
{
  char uri[128];
  uri_of(effect, "", uri, sizeof(uri));
  Lv2Host host;
  if (!tap_ok(lv2_open(&host, world, uri, RATE), "%s: <%s> is there and opens", effect->id, uri)) {
    return;
  }
  LilvNode* const name = lilv_plugin_get_name(host.plugin);
  tap_ok(!strcmp(lilv_node_as_string(name), effect->name), "%s: its name is exactly %s", effect->id,
         effect->name);
  lilv_node_free(name);
  tap_ok(lilv_plugin_has_latency(host.plugin), "%s: has a latency port", effect->id);

  uint32_t n_wrong = 0;
  for (uint32_t s = 0; s < kit_params_n_slots(effect->table); ++s) {
    KitParamRef ref;
    char        symbol[64];
    kit_params_at_slot(effect->table, s, &ref);
    kit_param_key(ref.param, ref.element, symbol, sizeof(symbol));
    for (char* c = symbol; *c; ++c) {
      *c = *c == '.' ? '_' : *c;
    }
    const uint32_t port   = lv2_port(&host, symbol);
    const bool     hidden = ref.param->flags & KIT_PARAM_STATE_ONLY;
    n_wrong += (port == UINT32_MAX) != hidden;
    n_wrong += port != UINT32_MAX && host.controls[port] != (float)kit_param_default(ref.param, ref.element);
  }
  tap_ok(!n_wrong, "%s: every parameter is a port at its default", effect->id);
  lv2_close(&host);
}

static void
round_to_float(KitAudio* audio)
{
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      audio->channels[c][i] = (double)(float)audio->channels[c][i];
    }
  }
}

static KitAudio
stream_render(const KitEffect* effect, const double* values, const KitAudio* in)
{
  const KitSetup     setup    = {in->sample_rate, in->n_channels, in->n_channels, 1024, true};
  KitAudio           out      = {0};
  KitInstance* const instance = rig_new(effect, &setup, values);
  kit_audio_init(&out, in->sample_rate, 2, in->n_frames);
  rig_play(instance, in, &out, (RigScore){0}, (RigBlocks){.frames = 512});
  round_to_float(&out);
  kit_instance_free(instance);
  return out;
}

/* State as hosts carry it: one property */

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
state_interface(const Lv2Host* host)
{
  return (const LV2_State_Interface*)lilv_instance_get_extension_data(host->instance, LV2_STATE__interface);
}

static void
check_preset(const KitEffect* effect, const char* uri, const KitEmbeddedPreset* embedded, const KitAudio* in)
{
  KitPreset* const preset = kit_preset_new(effect);
  kit_preset_parse(preset, embedded->id, embedded->json, embedded->size, NULL);
  char* const json  = kit_preset_to_json(preset);
  Chunk       chunk = {json, strlen(json) + 1U, 0, 0};
  char        key[128];
  uri_of(effect, ":state", key, sizeof(key));
  chunk.key  = lv2_urid_map()->map(NULL, key);
  chunk.type = lv2_urid_map()->map(NULL, LV2_ATOM__String);

  Lv2Host  host;
  KitAudio want = stream_render(effect, kit_preset_values(preset), in);
  KitAudio got  = rig_silence(RATE, in->n_frames);
  lv2_open(&host, world, uri, RATE);
  host.controls[lv2_port(&host, "freewheel")] = 1.0f;
  const LV2_State_Status st =
    state_interface(&host)->restore(lilv_instance_get_handle(host.instance), retrieve, &chunk, 0, NULL);
  lilv_instance_activate(host.instance);
  lv2_play(&host, in, &got, 0);
  tap_ok(!st && rig_equal(&want, &got), "%s: preset %s sounds as on the command line, to the bit", effect->id,
         embedded->id);
  lv2_close(&host);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
  kit_free(json);
  kit_preset_free(preset);
}

static void
check_presets(const KitEffect* effect)
{
  char     uri[128];
  KitAudio in = rig_signal(RATE, N_FRAMES, 21);
  uri_of(effect, "", uri, sizeof(uri));
  round_to_float(&in);
  for (const KitEmbeddedPreset* p = effect->presets; p->id; ++p) {
    check_preset(effect, uri, p, &in);
  }
  kit_audio_cleanup(&in);
}

static void
check_state(const KitEffect* effect)
{
  char uri[128];
  uri_of(effect, "", uri, sizeof(uri));
  Lv2Host a;
  Lv2Host b;
  lv2_open(&a, world, uri, RATE);
  lv2_open(&b, world, uri, RATE);
  KitAudio in    = rig_signal(RATE, N_FRAMES, 22);
  KitAudio want  = rig_silence(RATE, N_FRAMES);
  KitAudio got   = rig_silence(RATE, N_FRAMES);
  Chunk    chunk = {0};

  KitParamRef ref;
  char        symbol[64];
  kit_params_at_slot(effect->table, 0, &ref);
  kit_param_key(ref.param, ref.element, symbol, sizeof(symbol));
  a.controls[lv2_port(&a, symbol)] = (float)kit_param_from_normal(ref.param, 0.8);
  lilv_instance_activate(a.instance);
  lv2_play(&a, &in, &want, 300);
  tap_ok(!state_interface(&a)->save(lilv_instance_get_handle(a.instance), store, &chunk, 0, NULL) &&
           chunk.size > 2U,
         "%s: saves its state", effect->id);

  tap_ok(!state_interface(&b)->restore(lilv_instance_get_handle(b.instance), retrieve, &chunk, 0, NULL),
         "%s: restores it elsewhere", effect->id);
  lilv_instance_activate(b.instance);
  lv2_play(&b, &in, &got, 64);
  tap_ok(rig_equal(&want, &got), "%s: the state alone, with ports at their defaults, brings the sound back",
         effect->id);

  Chunk bad = chunk;
  bad.text  = (char*)"{\"broken";
  bad.size  = 9;
  tap_ok(state_interface(&b)->restore(lilv_instance_get_handle(b.instance), retrieve, &bad, 0, NULL) !=
           LV2_STATE_SUCCESS,
         "%s: refuses a broken state", effect->id);
  bad.key = 0;
  tap_ok(state_interface(&b)->restore(lilv_instance_get_handle(b.instance), retrieve, &bad, 0, NULL) !=
           LV2_STATE_SUCCESS,
         "%s: refuses a missing state", effect->id);
  lv2_close(&a);
  lv2_close(&b);
  kit_free(chunk.text);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&got);
}

static void
check_layouts(const KitEffect* effect)
{
  static const char* const suffixes[] = {"", ":mono", ":mono-stereo"};
  for (uint32_t i = 0; i < 3; ++i) {
    char    uri[128];
    Lv2Host host;
    uri_of(effect, suffixes[i], uri, sizeof(uri));
    if (i == 2U && effect->n_out_channels(1) != 2U) {
      continue;
    }
    if (!tap_ok(lv2_open(&host, world, uri, RATE), "%s: <%s> opens", effect->id, uri)) {
      continue;
    }
    KitAudio in  = rig_signal(RATE, N_FRAMES, 23);
    KitAudio out = rig_silence(RATE, N_FRAMES);
    lilv_instance_activate(host.instance);
    lv2_play(&host, &in, &out, 0);
    const double peak = rig_peak(&out);
    tap_ok(isfinite(peak) && peak > 1e-3, "%s: <%s> plays (peak %.3g)", effect->id, uri, peak);
    host.controls[lv2_port(&host, "enabled")] = 0.0f;
    lv2_play(&host, &in, &out, 256);
    const uint32_t late  = (uint32_t)host.controls[lv2_port(&host, "latency")];
    bool           exact = late < N_FRAMES;
    for (uint32_t f = late + 2000U; exact && f < N_FRAMES; ++f) {
      exact = out.channels[0][f] == (double)(float)in.channels[0][f - late];
    }
    tap_ok(exact, "%s: <%s> switched off passes its input %u frames late", effect->id, uri, late);
    lilv_instance_deactivate(host.instance);
    lv2_close(&host);
    kit_audio_cleanup(&in);
    kit_audio_cleanup(&out);
  }
}

static void
check_abuse(const KitEffect* effect)
{
  char    uri[128];
  Lv2Host host;
  uri_of(effect, "", uri, sizeof(uri));
  lv2_open(&host, world, uri, RATE);
  KitAudio in  = rig_signal(RATE, 4096, 24);
  KitAudio out = rig_silence(RATE, 4096);
  lv2_play(&host, &in, &out, 0);
  tap_ok(rig_peak(&out) == 0.0, "%s: run before activate gives silence", effect->id);
  lilv_instance_activate(host.instance);
  for (uint32_t i = 0; i < host.n_ports; ++i) {
    host.controls[i] = i % 2U ? (float)NAN : 1e30f;
  }
  lv2_play(&host, &in, &out, 17);
  lilv_instance_run(host.instance, 0);
  tap_ok(isfinite(rig_peak(&out)), "%s: ports at NaN and 1e30 do no harm", effect->id);
  for (uint32_t i = 0; i < host.n_ports; ++i) {
    lilv_instance_connect_port(host.instance, i, NULL);
  }
  lilv_instance_connect_port(host.instance, 100000, NULL);
  lilv_instance_run(host.instance, 64);
  lilv_instance_activate(host.instance);
  lilv_instance_run(host.instance, 100000);
  tap_ok(true, "%s: null ports, a double activate and a huge block are survived", effect->id);
  lv2_close(&host);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

static void
check_many(const KitEffect* effect)
{
  char uri[128];
  uri_of(effect, "", uri, sizeof(uri));
  uint32_t n_opened = 0;
  for (uint32_t i = 0; i < 1000; ++i) {
    Lv2Host host;
    n_opened += lv2_open(&host, world, uri, RATE);
    lv2_close(&host);
  }
  tap_ok(n_opened == 1000U, "%s: opened and closed 1000 times", effect->id);
}

int
main(int argc, char** argv)
{
  const KitEffect* const effect = argc > 2 ? kit_effect_find(argv[1]) : NULL;
  if (!tap_ok(effect != NULL, "usage: test_lv2 EFFECT BUNDLE")) {
    return tap_done();
  }
  snprintf(folder, sizeof(folder), "%s", argv[2]);
  world = lv2_world(folder);
  check_metadata(effect);
  if (effect->stream_new) {
    check_layouts(effect);
    check_state(effect);
    check_abuse(effect);
    check_many(effect);
    check_presets(effect);
  } else {
    tap_skip("%s has no stream", effect->id);
  }
  lilv_world_free(world);
  return tap_done();
}
