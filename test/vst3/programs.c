// SPDX-License-Identifier: ISC
// The embedded presets as programs, and latency that follows values
#include "checks.h"

#include "alloc.h"
#include "tap.h"
#include "vst3_host_objects.h"

#include <math.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 4000U

static const Vst3Setup stereo = {RATE, 2, 2, false, true, TAKE_MAX_BLOCK};

static void
check_list(const KitEffect* effect, Vst3Host* host, const struct v3_param_info* param)
{
  struct v3_unit_information** const u = host->units;
  struct v3_program_list_info        list;
  struct v3_unit_info                root;
  v3_str_128                         name;
  const int32_t                      n = (int32_t)take_n_presets(effect) + 1;
  tap_ok((*u)->get_program_list_count(u) == 1 && (*u)->get_program_list_info(u, 0, &list) == V3_OK &&
           list.programCount == n && param->step_count == n - 1 &&
           (*u)->get_unit_info(u, 0, &root) == V3_OK && root.program_list_id == list.id &&
           (*u)->get_program_list_info(u, 1, &list) != V3_OK &&
           (*u)->get_program_name(u, list.id, n, name) != V3_OK &&
           (*u)->get_program_name(u, list.id, -1, name) != V3_OK,
         "%s: the root unit lists the defaults and %d factory presets", effect->id, (int)n - 1);

  bool same = true;
  for (int32_t i = 1; i < n; ++i) {
    KitPreset* const  preset = take_preset(effect, (uint32_t)i - 1U);
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

/** A float take of blocks of `block` frames. */
static Take
make_take(uint32_t block)
{
  Take take            = take_default(RATE);
  take.setup.is_double = false;
  take.block           = block;
  return take;
}

// The suite selects while inactive; here in a flush, then on the controller, as hosts do
static bool
is_selected(const Subject* subject, const struct v3_param_info* param, uint32_t index)
{
  const Take       take   = make_take(300);
  const double     normal = (double)(index + 1U) / take_n_presets(subject->effect);
  KitPreset* const preset = take_preset(subject->effect, index);
  KitAudio         in     = take_signal(&take, N_FRAMES, 2);
  KitAudio         want   = take_truth(subject->effect, kit_preset_values(preset), &take, &in, (RigScore){0});
  HostVst3         plugin;
  Vst3Host         host;
  open_plugin(subject, &host);
  vst3_start(&host, &stereo);
  vst3_change(host.in_changes, param->param_id, 0, normal);
  vst3_process(&host, NULL, 0, NULL, 0, 0);
  vst3_stop(&host);
  vst3_start(&host, &stereo);
  (*host.controller)->set_parameter_normalised(host.controller, param->param_id, normal);
  host_vst3_init(&plugin, subject->effect, &host);
  bool     right = take_shows(&plugin.base, kit_preset_values(preset));
  KitAudio got   = played_on(subject, &host, &take, &in, (RigScore){0});
  right          = take_equal(&want, &got) && right;
  close_plugin(subject, &host);
  kit_preset_free(preset);
  take_cleanup(&in, &want, &got, NULL);
  return right;
}

static void
check_selection(const Subject* subject, const struct v3_param_info* param)
{
  bool     all = true;
  Vst3Host host;
  for (uint32_t i = 0; i < take_n_presets(subject->effect); ++i) {
    all = is_selected(subject, param, i) && all;
  }
  tap_ok(all, "%s: selecting a program in a flush shows its values, and sounds like the preset, to the bit",
         subject->effect->id);
  open_plugin(subject, &host);
  (*host.controller)->set_parameter_normalised(host.controller, param->param_id, 1.0);
  tap_ok(host.handler.restarts & V3_RESTART_PARAM_VALUES_CHANGED, "%s: one on the controller is announced",
         subject->effect->id);
  close_plugin(subject, &host);
}

static KitAudio
played(const Subject* subject, uint32_t block, const KitAudio* in, RigScore score)
{
  const Take take = make_take(block);
  Vst3Host   host;
  open_plugin(subject, &host);
  vst3_require(vst3_start(&host, &stereo), "the plugin does not start");
  const KitAudio out = played_on(subject, &host, &take, in, score);
  close_plugin(subject, &host);
  return out;
}

/** A program in mid-block, with a change at the same frame: the program first. */
static void
check_automated_program(const Subject* subject)
{
  const uint32_t n = take_n_presets(subject->effect);
  KitHostParam   first;
  host_param_at(subject->effect, 0, &first);
  const Take     take     = make_take(0);
  const double   high     = kit_param_from_normal(first.param, 0.75);
  const double   low      = kit_param_from_normal(first.param, 0.375);
  const RigEvent events[] = {{700, KIT_EVENT_VALUE, first.slot, high},
                             {1000, KIT_EVENT_VALUE, first.slot, low},
                             {1000, KIT_EVENT_VALUE, HOST_VST3_PROGRAM, 1.0},
                             {2500, KIT_EVENT_VALUE, HOST_VST3_PROGRAM, 1.0 / n}};
  KitAudio       in       = take_signal(&take, N_FRAMES, 2);
  KitAudio       whole    = played(subject, N_FRAMES, &in, (RigScore){events, 4});
  KitAudio       pieces   = played(subject, 1, &in, (RigScore){events, 4});
  KitAudio       still    = played(subject, 64, &in, (RigScore){events, 1});
  tap_ok(take_equal(&whole, &pieces) && !rig_equal(&whole, &still),
         "%s: an automated program takes effect at its frame whatever the blocks", subject->effect->id);
  take_cleanup(&in, &whole, &pieces, &still, NULL);
}

// Hosts may send every parameter's value again at any time
static void
check_echo(const Subject* subject)
{
  Vst3Host         host;
  HostVst3         plugin;
  size_t           size   = 0;
  KitPreset* const preset = take_preset(subject->effect, 0);
  open_plugin(subject, &host);
  host_vst3_init(&plugin, subject->effect, &host);
  take_load(&plugin.base, kit_preset_values(preset));
  vst3_require(vst3_start(&host, &stereo), "the plugin does not start");
  char* const   before = host_format.save(&plugin.base, &size);
  const int32_t n      = (*host.controller)->get_parameter_count(host.controller);
  for (int32_t i = 0; i < n; ++i) {
    struct v3_param_info info;
    (*host.controller)->get_parameter_info(host.controller, i, &info);
    vst3_change(host.in_changes, info.param_id, 0, (double)(float)vst3_get(&host, info.param_id));
  }
  vst3_process(&host, NULL, 0, NULL, 0, 0);
  char* const after = host_format.save(&plugin.base, &size);
  tap_ok(!strcmp(before, after), "%s: values sent back by the host, in float, change nothing",
         subject->effect->id);
  kit_free(before);
  kit_free(after);
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
  tap_ok(!there || !(param.flags & V3_PARAM_CAN_AUTOMATE),
         "%s: programs are not automated: what would be saved depends on how many there are",
         subject->effect->id);
  tap_ok(there == (take_n_presets(subject->effect) > 0), "%s: has programs if there are embedded presets",
         subject->effect->id);
  if (there) {
    check_list(subject->effect, &host, &param);
  }
  close_plugin(subject, &host);
  if (there && subject->effect->stream_new) {
    check_selection(subject, &param);
    check_automated_program(subject);
    check_echo(subject);
  }
}

/* Latency */

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
check_change(const Subject* subject, const KitHostParam* param, double value)
{
  Vst3Host             host;
  struct v3_param_info info;
  open_plugin(subject, &host);
  vst3_start(&host, &stereo);
  vst3_find_flagged(&host, V3_PARAM_READ_ONLY, &info);
  struct v3_audio_processor** const p      = host.processor;
  const uint32_t                    before = (*p)->get_latency_samples(p);
  const Take                        take   = make_take(200);
  const RigEvent                    event  = {100, KIT_EVENT_VALUE, param->slot, value};
  KitAudio                          in     = take_signal(&take, 200, 1);
  KitAudio                          out    = played_on(subject, &host, &take, &in, (RigScore){&event, 1});
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
  kit_audio_cleanup(&out);
  out = played_on(subject, &host, &take, &in, (RigScore){0});
  (*host.controller)
    ->set_parameter_normalised(host.controller, param->id, kit_param_to_normal(param->param, value));
  tap_ok(after != before && (*p)->get_latency_samples(p) == after && !host.out_changes->n &&
           !(host.handler.restarts & V3_RESTART_LATENCY_CHANGED),
         "%s: … once: from %u to %u frames", subject->effect->id, before, after);
  close_plugin(subject, &host);
  take_cleanup(&in, &out, NULL);
}

void
check_latency(const Subject* subject)
{
  double* const values = (double*)kit_calloc(kit_params_n_slots(subject->effect->table), sizeof(double));
  double        value  = 0.0;
  KitHostParam  param;
  check_reported_early(subject);
  if (take_latency_change(subject->effect, RATE, values, &param, &value)) {
    check_change(subject, &param, value);
  }
  kit_free(values);
}
