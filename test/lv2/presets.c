// SPDX-License-Identifier: ISC
#include "checks.h"

#include "alloc.h"
#include "file.h"
#include "rig.h"
#include "tap.h"

#include <lv2/atom/atom.h>
#include <lv2/presets/presets.h>
#include <lv2/state/state.h>

#include <stdio.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 11025U
#define TAIL_S   0.1

/** A host whose ports a state sets. */
typedef struct {
  Lv2Host* host;
  uint32_t n_set;
  uint32_t n_wrong;
} Setting;

static void
set_port(const char* symbol, void* handle, const void* value, uint32_t size, uint32_t type)
{
  Setting* const setting = (Setting*)handle;
  const uint32_t port    = lv2_port(setting->host, symbol);
  const bool     known =
    port != UINT32_MAX && size == sizeof(float) && type == lv2_urid_map()->map(NULL, LV2_ATOM__Float);
  setting->n_wrong += !known;
  setting->n_set += known;
  if (known) {
    memcpy(&setting->host->controls[port], value, sizeof(float));
  }
}

/** What lilv makes of a pset:Preset of the stereo plugin.  Caller frees. */
static LilvState*
find_preset(const Subject* s, const char* id)
{
  char uri[256];
  snprintf(uri, sizeof(uri), "urn:vstkit:%s#preset-%s", s->effect->id, id);
  LilvNode* const node = lilv_new_uri(s->world, uri);
  lilv_world_load_resource(s->world, node);
  LilvState* const state = lilv_state_new_from_world(s->world, lv2_urid_map(), node);
  lilv_node_free(node);
  return state;
}

static bool
sets_every_port(const Subject* s, const Setting* setting, const double* values)
{
  bool all = !setting->n_wrong && setting->n_set == s->directory.n_published;
  for (uint32_t i = 0; i < s->directory.n_published; ++i) {
    const KitHostParam* const param = &s->directory.list[i];
    all = all && setting->host->controls[port_of(setting->host, param)] == (float)values[param->slot];
  }
  return all;
}

static KitAudio
rendered(const Subject* s, const double* values, const KitAudio* in)
{
  const KitRenderOptions options = {
    .effect = s->effect, .values = values, .tail_s = TAIL_S, .stream = true, .block = 512};
  KitAudio out = {0};
  kit_render(&options, in, &out);
  round_to_ports(&out);
  return out;
}

/** Play `in` and what it takes to hear all of `want`, which comes without latency. */
static bool
sounds_like(Lv2Host* host, const KitAudio* in, const KitAudio* want, uint32_t latency)
{
  const size_t n      = want->n_frames + latency;
  KitAudio     longer = rig_silence(RATE, n);
  KitAudio     got    = rig_silence(RATE, n);
  bool         same   = want->n_frames > in->n_frames;
  for (uint32_t c = 0; c < in->n_channels; ++c) {
    memcpy(longer.channels[c], in->channels[c], in->n_frames * sizeof(double));
  }
  lilv_instance_activate(host->instance);
  lv2_play(host, &longer, &got, 0);
  for (uint32_t c = 0; c < want->n_channels; ++c) {
    for (size_t i = 0; same && i < want->n_frames; ++i) {
      same = want->channels[c][i] == got.channels[c][i + latency];
    }
  }
  kit_audio_cleanup(&longer);
  kit_audio_cleanup(&got);
  return same;
}

static void
check_preset(const Subject* s, const KitEmbeddedPreset* embedded, const KitAudio* in)
{
  KitPreset* const preset = kit_preset_new(s->effect);
  kit_preset_parse(preset, embedded->id, embedded->json, embedded->size, NULL);
  const double* const values  = kit_preset_values(preset);
  const char* const   name    = kit_preset_meta(preset, "name");
  LilvState* const    state   = find_preset(s, embedded->id);
  const uint32_t      latency = s->effect->latency_frames ? s->effect->latency_frames(values, RATE) : 0U;
  KitAudio            want    = rendered(s, values, in);
  Lv2Host             host;
  Setting             setting = {.host = &host};
  open_layout(s, 0, RATE, &host);
  host.controls[lv2_port(&host, "freewheel")] = 1.0f;
  if (state) {
    lilv_state_restore(state, host.instance, set_port, &setting, 0, NULL);
  }
  tap_ok(state && !strcmp(lilv_state_get_label(state), name ? name : embedded->id) &&
           sets_every_port(s, &setting, values) && sounds_like(&host, in, &want, latency),
         "%s: preset %s has its name, sets all ports and sounds as on the command line, to the bit",
         s->effect->id, embedded->id);
  lv2_close(&host);
  lilv_state_free(state);
  kit_audio_cleanup(&want);
  kit_preset_free(preset);
}

static const void*
give_text(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type, uint32_t* flags)
{
  (void)key;
  *size  = strlen((const char*)handle) + 1U;
  *type  = lv2_urid_map()->map(NULL, LV2_ATOM__String);
  *flags = LV2_STATE_IS_POD;
  return handle;
}

static bool
state_sounds_right(const Subject* s, KitPreset* preset, const KitAudio* in)
{
  const double* const values  = kit_preset_values(preset);
  const uint32_t      latency = s->effect->latency_frames ? s->effect->latency_frames(values, RATE) : 0U;
  char* const         text    = kit_preset_to_json(preset);
  KitAudio            want    = rendered(s, values, in);
  Lv2Host             host;
  open_layout(s, 0, RATE, &host);
  host.controls[lv2_port(&host, "freewheel")] = 1.0f;
  const LV2_State_Interface* const state =
    (const LV2_State_Interface*)lilv_instance_get_extension_data(host.instance, LV2_STATE__interface);
  const bool same = !state->restore(lilv_instance_get_handle(host.instance), give_text, text, 0, NULL) &&
                    sounds_like(&host, in, &want, latency);
  lv2_close(&host);
  kit_audio_cleanup(&want);
  kit_free(text);
  return same;
}

static void
check_reference(const Subject* s, const KitAudio* in)
{
  KitFolderList     list   = {0};
  const char* const root   = tap_reference_folder();
  uint32_t          n_same = 0;
  char              folder[4200];
  char              path[8400];
  if (!root) {
    tap_skip("%s: no reference presets here", s->effect->id);
    return;
  }
  snprintf(folder, sizeof(folder), "%s/presets/%s", root, s->effect->id);
  kit_folder_list(folder, ".json", NULL, &list);
  for (size_t i = 0; i < list.n; ++i) {
    KitPreset* const preset = kit_preset_new(s->effect);
    snprintf(path, sizeof(path), "%s/%s", folder, list.names[i]);
    const bool same = !kit_preset_load_file(preset, path, NULL) && state_sounds_right(s, preset, in);
    n_same += same;
    if (!same) {
      tap_note("%s", list.names[i]);
    }
    kit_preset_free(preset);
  }
  tap_ok(n_same == list.n, "%s: %u of %zu reference presets, as states, sound as on the command line",
         s->effect->id, n_same, list.n);
  kit_folder_list_cleanup(&list);
}

static void
check_count(const Subject* s, uint32_t n)
{
  Lv2Host host;
  open_layout(s, 0, RATE, &host);
  LilvNode* const  kind  = lilv_new_uri(s->world, LV2_PRESETS__Preset);
  LilvNodes* const found = lilv_plugin_get_related(host.plugin, kind);
  tap_ok(lilv_nodes_size(found) == n, "%s: hosts find %u presets", s->effect->id, n);
  lilv_nodes_free(found);
  lilv_node_free(kind);
  lv2_close(&host);
}

void
check_presets(const Subject* subject)
{
  KitAudio in = make_signal(RATE, N_FRAMES, 21);
  uint32_t n  = 0;
  for (const KitEmbeddedPreset* p = subject->effect->presets; p && p->id; ++p) {
    check_preset(subject, p, &in);
    ++n;
  }
  check_count(subject, n);
  check_reference(subject, &in);
  kit_audio_cleanup(&in);
}
