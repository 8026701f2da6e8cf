// SPDX-License-Identifier: ISC
// The embedded presets as programs, and latency that follows values
#include "checks.h"

#include "alloc.h"
#include "host_params.h"
#include "tap.h"
#include "vst3_host_objects.h"

#include <math.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 4000U

static const Vst3Setup stereo = {RATE, 2, 2, false, true};

static uint32_t
n_embedded(const KitEffect* effect)
{
  uint32_t n = 0;
  while (effect->presets && effect->presets[n].id) {
    ++n;
  }
  return n;
}

static KitPreset*
embedded(const KitEffect* effect, uint32_t index)
{
  KitPreset* const               preset = kit_preset_new(effect);
  const KitEmbeddedPreset* const row    = &effect->presets[index];
  vst3_require(preset && !kit_preset_parse(preset, row->id, row->json, row->size, NULL),
               "an embedded preset does not parse");
  return preset;
}

static void
check_list(const KitEffect* effect, Vst3Host* host, const struct v3_param_info* param)
{
  struct v3_unit_information** const u = host->units;
  struct v3_program_list_info        list;
  struct v3_unit_info                root;
  v3_str_128                         name;
  const int32_t                      n = (int32_t)n_embedded(effect) + 1;
  tap_ok((*u)->get_program_list_count(u) == 1 && (*u)->get_program_list_info(u, 0, &list) == V3_OK &&
           list.programCount == n && param->step_count == n - 1 &&
           (*u)->get_unit_info(u, 0, &root) == V3_OK && root.program_list_id == list.id &&
           (*u)->get_program_list_info(u, 1, &list) != V3_OK &&
           (*u)->get_program_name(u, list.id, n, name) != V3_OK &&
           (*u)->get_program_name(u, list.id, -1, name) != V3_OK,
         "%s: the root unit lists the defaults and %d factory presets", effect->id, (int)n - 1);

  bool same = true;
  for (int32_t i = 1; i < n; ++i) {
    KitPreset* const  preset = embedded(effect, (uint32_t)i - 1U);
    const char* const want   = kit_preset_meta(preset, "name");
    v3_str_128        text;
    same = same && (*u)->get_program_name(u, root.program_list_id, i, name) == V3_OK && name[0] &&
           (*host->controller)
               ->get_parameter_string_for_value(host->controller, param->param_id, (double)i / (n - 1),
                                                text) == V3_OK &&
           !strcmp(vst3_ascii(text), vst3_ascii(name)) && (!want || strlen(vst3_ascii(name)) <= strlen(want));
    kit_preset_free(preset);
  }
  tap_ok(same, "%s: each by its name, which is also the text of the parameter's value", effect->id);
}

static bool
shows(Vst3Host* host, const KitEffect* effect, const double* values)
{
  for (uint32_t i = 0; i + 1U < kit_host_params_count(effect); ++i) {
    KitHostParam param;
    kit_host_params_at(effect, i, &param);
    if (vst3_get(host, param.id) != kit_param_to_normal(param.param, values[param.slot])) {
      return false;
    }
  }
  return true;
}

static void
check_selection(const Subject* subject, const struct v3_param_info* param, bool inactive)
{
  const uint32_t n     = n_embedded(subject->effect);
  bool           shown = true;
  bool           sound = true;
  for (uint32_t i = 0; i < n; ++i) {
    Vst3Host         host;
    KitPreset* const preset = embedded(subject->effect, i);
    KitAudio         in     = make_signal(RATE, 2, N_FRAMES, 2);
    KitAudio         want   = reference(subject, kit_preset_values(preset), &stereo, &in, (Vst3Score){0});
    KitAudio         got    = make_audio(RATE, 2, N_FRAMES);
    open_plugin(subject, &host);
    const double normal = (double)(i + 1U) / n;
    if (inactive) {
      (*host.controller)->set_parameter_normalised(host.controller, param->param_id, normal);
      shown = shown && (host.handler.restarts & V3_RESTART_PARAM_VALUES_CHANGED) &&
              shows(&host, subject->effect, kit_preset_values(preset));
      vst3_start(&host, &stereo);
    } else {
      vst3_start(&host, &stereo);
      vst3_change(host.in_changes, param->param_id, 0, normal);
      vst3_process(&host, NULL, 0, NULL, 0, 0); // A flush
      vst3_stop(&host);
      vst3_start(&host, &stereo);
      (*host.controller)->set_parameter_normalised(host.controller, param->param_id, normal);
      shown = shown && shows(&host, subject->effect, kit_preset_values(preset));
    }
    vst3_play(&host, &in, &got, (Vst3Score){0}, (Vst3Blocks){.frames = 300});
    sound = sound && rig_equal(&want, &got);
    close_plugin(subject, &host);
    kit_preset_free(preset);
    kit_audio_cleanup(&in);
    kit_audio_cleanup(&want);
    kit_audio_cleanup(&got);
  }
  tap_ok(shown, "%s: selecting a program %s shows its values", subject->effect->id,
         inactive ? "while inactive" : "in a flush");
  tap_ok(sound, "%s: … and sounds like the preset, to the bit", subject->effect->id);
}

/** A program in mid-block, with a change at the same frame: the program first. */
static void
check_automated_program(const Subject* subject, const struct v3_param_info* param)
{
  const uint32_t n = n_embedded(subject->effect);
  KitHostParam   first;
  kit_host_params_at(subject->effect, 0, &first);
  const Vst3Event events[] = {{700, first.id, 0.75},
                              {1000, first.id, 0.375},
                              {1000, param->param_id, 1.0},
                              {2500, param->param_id, 1.0 / n}};
  KitAudio        in       = make_signal(RATE, 2, N_FRAMES, 2);
  const Vst3Score score    = {events, 4};
  KitAudio        whole    = played(subject, NULL, &stereo, &in, score, (Vst3Blocks){.frames = 4000});
  KitAudio        pieces   = played(subject, NULL, &stereo, &in, score, (Vst3Blocks){.frames = 1});
  KitAudio still = played(subject, NULL, &stereo, &in, (Vst3Score){events, 1}, (Vst3Blocks){.frames = 64});
  tap_ok(rig_equal(&whole, &pieces) && !rig_equal(&whole, &still),
         "%s: an automated program takes effect at its frame whatever the blocks", subject->effect->id);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&whole);
  kit_audio_cleanup(&pieces);
  kit_audio_cleanup(&still);
}

// Hosts may send every parameter's value again at any time
static void
check_echo(const Subject* subject)
{
  Vst3Host host;
  open_plugin(subject, &host);
  KitPreset* const preset = embedded(subject->effect, 0);
  char* const      text   = state_text(subject->effect, kit_preset_values(preset));
  vst3_require(vst3_load(&host, text, strlen(text), 0) == V3_OK && vst3_start(&host, &stereo), "no state");
  Vst3Stream before;
  Vst3Stream after;
  vst3_save(&host, &before);
  const int32_t n = (*host.controller)->get_parameter_count(host.controller);
  for (int32_t i = 0; i < n; ++i) {
    struct v3_param_info info;
    (*host.controller)->get_parameter_info(host.controller, i, &info);
    vst3_change(host.in_changes, info.param_id, 0, (double)(float)vst3_get(&host, info.param_id));
  }
  vst3_process(&host, NULL, 0, NULL, 0, 0);
  vst3_save(&host, &after);
  tap_ok(!strcmp(before.data, after.data), "%s: values sent back by the host, in float, change nothing",
         subject->effect->id);
  vst3_stream_cleanup(&before);
  vst3_stream_cleanup(&after);
  kit_free(text);
  kit_preset_free(preset);
  close_plugin(subject, &host);
}

void
check_programs(const Subject* subject)
{
  Vst3Host             host;
  struct v3_param_info param;
  open_plugin(subject, &host);
  const bool there = vst3_find_flagged(&host, V3_PARAM_PROGRAM_CHANGE, &param);
  tap_ok(there == (n_embedded(subject->effect) > 0), "%s: has programs if there are embedded presets",
         subject->effect->id);
  if (there) {
    check_list(subject->effect, &host, &param);
  }
  close_plugin(subject, &host);
  if (there && subject->effect->stream_new) {
    check_selection(subject, &param, true);
    check_selection(subject, &param, false);
    check_automated_program(subject, &param);
    check_echo(subject);
  }
}

/* Latency and tail */

static uint32_t
frames_for(const KitEffect* effect, const double* values)
{
  return effect->latency_frames ? effect->latency_frames(values, RATE) : 0U;
}

// Some hosts ask between set-up and activation
static void
check_reported_early(const Subject* subject)
{
  Vst3Host                host;
  struct v3_process_setup setup = {V3_REALTIME, V3_SAMPLE_32, 256, 96000.0};
  open_plugin(subject, &host);
  struct v3_audio_processor** const p = host.processor;
  (*p)->setup_processing(p, &setup);
  const uint32_t early = (*p)->get_latency_samples(p);
  (*host.component)->set_active(host.component, 1);
  tap_ok(early == (*p)->get_latency_samples(p),
         "%s: the latency is known before activation: %u frames at 96 kHz", subject->effect->id, early);
  close_plugin(subject, &host);
}

static void
check_reported(const Subject* subject)
{
  bool same = true;
  for (uint32_t seed = 0; seed < 10U; ++seed) {
    Vst3Host      host;
    double* const values = random_values(subject->effect, seed);
    char* const   text   = state_text(subject->effect, values);
    const double  tail_s = subject->effect->tail_s ? subject->effect->tail_s(values, RATE) : 0.0;
    open_plugin(subject, &host);
    vst3_load(&host, text, strlen(text), 0);
    vst3_start(&host, &stereo);
    const uint32_t latency = (*host.processor)->get_latency_samples(host.processor);
    const uint32_t tail    = (*host.processor)->get_tail_samples(host.processor);
    same                   = same && latency == frames_for(subject->effect, values) &&
           (isinf(tail_s) ? tail == UINT32_MAX : fabs(ceil(tail_s * RATE) + latency - tail) < 1.0);
    close_plugin(subject, &host);
    kit_free(text);
    kit_free(values);
  }
  tap_ok(same, "%s: latency and tail are the effect's, infinite where it sustains", subject->effect->id);
}

/** Find a slot and a value that change the latency. */
static bool
find_change(const KitEffect* effect, KitHostParam* param, double* normal)
{
  const uint32_t n      = kit_params_n_slots(effect->table);
  double* const  values = (double*)kit_calloc(n, sizeof(double));
  kit_params_defaults(effect->table, values);
  const uint32_t before = frames_for(effect, values);
  bool           found  = false;
  for (uint32_t i = 0; !found && i + 1U < kit_host_params_count(effect); ++i) {
    kit_host_params_at(effect, i, param);
    const double old = values[param->slot];
    for (int k = 0; !found && k <= 4; ++k) {
      values[param->slot] = kit_param_from_normal(param->param, k / 4.0);
      found               = frames_for(effect, values) != before;
      *normal             = k / 4.0;
    }
    values[param->slot] = old;
  }
  kit_free(values);
  return found;
}

static void
check_change(const Subject* subject, const KitHostParam* param, double normal)
{
  Vst3Host             host;
  struct v3_param_info info;
  open_plugin(subject, &host);
  vst3_start(&host, &stereo);
  vst3_find_flagged(&host, V3_PARAM_READ_ONLY, &info);
  struct v3_audio_processor** const p      = host.processor;
  const uint32_t                    before = (*p)->get_latency_samples(p);
  const Vst3Event                   event  = {100, param->id, normal};
  KitAudio                          in     = make_signal(RATE, 2, 200, 1);
  KitAudio                          out    = make_audio(RATE, 2, 200);
  vst3_play(&host, &in, &out, (Vst3Score){&event, 1}, (Vst3Blocks){.frames = 200});
  const bool hinted = host.out_changes->n == 1 && host.out_changes->queues[0].id == info.param_id &&
                      host.out_changes->queues[0].n == 1;
  tap_ok(hinted && !(host.handler.restarts & V3_RESTART_LATENCY_CHANGED),
         "%s: a change of latency leaves process() as an output parameter, not as a call",
         subject->effect->id);
  if (hinted) {
    const double point = host.out_changes->queues[0].points[0].normal;
    (*host.controller)->set_parameter_normalised(host.controller, info.param_id, point);
  }
  tap_ok(host.handler.restarts & V3_RESTART_LATENCY_CHANGED,
         "%s: … which leads the controller to ask for a restart", subject->effect->id);
  const uint32_t after = (*p)->get_latency_samples(p);
  vst3_stop(&host);
  vst3_start(&host, &stereo);
  host.handler.restarts = 0;
  vst3_play(&host, &in, &out, (Vst3Score){0}, (Vst3Blocks){.frames = 64});
  (*host.controller)->set_parameter_normalised(host.controller, param->id, normal);
  tap_ok(after != before && (*p)->get_latency_samples(p) == after && !host.out_changes->n &&
           !(host.handler.restarts & V3_RESTART_LATENCY_CHANGED),
         "%s: … once: from %u to %u frames", subject->effect->id, before, after);
  close_plugin(subject, &host);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&out);
}

void
check_latency(const Subject* subject)
{
  KitHostParam param;
  double       normal = 0.0;
  check_reported(subject);
  check_reported_early(subject);
  if (find_change(subject->effect, &param, &normal)) {
    check_change(subject, &param, normal);
  }
}
