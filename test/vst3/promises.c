// SPDX-License-Identifier: ISC
// What a host and its user rely on: no change is lost, programs and states keep out of each other's way
#include "own_host.h"

#include "rng.h"
#include "tap.h"
#include "vst3_host_objects.h"
#include "vstkit/alloc.h"

#include <string.h>

#define N_SEEDS 64U

static const Vst3Setup stereo = {44100.0, 2, 2, true, false};

static OwnHost own; // Large

/** Values [n_slots] of the state that the plugin saves; free with kit_preset_free(). */
static KitPreset*
saved_state(const KitEffect* effect)
{
  Vst3Stream       saved;
  KitPreset* const preset = kit_preset_new(effect);
  vst3_require(preset && vst3_save(&own.host, &saved) == V3_OK &&
                 !kit_preset_parse(preset, "saved", saved.data, saved.size, NULL),
               "no state is saved");
  vst3_stream_cleanup(&saved);
  return preset;
}

static bool
saves(const KitEffect* effect, const double* values)
{
  KitPreset* const preset = saved_state(effect);
  const size_t     size   = kit_params_n_slots(effect->table) * sizeof(double);
  const bool       same   = !memcmp(kit_preset_values(preset), values, size);
  kit_preset_free(preset);
  return same;
}

static void
load(const char* text)
{
  vst3_require(vst3_load(&own.host, text, strlen(text), 0) == V3_OK, "a state is refused");
}

/* The block that meets an activation */

static KitPreset*
last_preset(const KitEffect* effect)
{
  const KitEmbeddedPreset* row    = effect->presets;
  KitPreset* const         preset = kit_preset_new(effect);
  while (row[1].id) {
    ++row;
  }
  vst3_require(preset && !kit_preset_parse(preset, row->id, row->json, row->size, NULL),
               "a preset does not parse");
  return preset;
}

/** Move about half of the parameters in the next block, twice each; `sent` is where they end. */
static void
change_many(KitRng* rng, double* sent)
{
  const KitDirectory* const directory = own.vst3->directory;
  for (uint32_t i = 0; i < directory->n; ++i) {
    const KitHostParam* const param = &directory->list[i];
    if (param->slot < KIT_VST3_LATENCY_SLOT && kit_rng_next32(rng) % 2U) {
      vst3_change(own.host.in_changes, param->id, 3, kit_rng_uniform(rng));
      const double normal = kit_rng_uniform(rng);
      vst3_change(own.host.in_changes, param->id, 40, normal);
      sent[param->slot] = kit_param_from_normal(param->param, normal);
    }
  }
}

static bool
keeps(const KitEffect* effect, uint32_t seed)
{
  struct v3_param_info bypass;
  struct v3_param_info program;
  KitRng               rng;
  double               sent[KIT_MAX_SLOTS];
  uint32_t             n_wrong = 0;
  kit_rng_init(&rng, seed);
  own_open(&own, effect, true);
  vst3_start(&own.host, &stereo);
  own_block(&own, 64);
  vst3_find_flagged(&own.host, V3_PARAM_IS_BYPASS, &bypass);
  const bool       has_program = vst3_find_flagged(&own.host, V3_PARAM_PROGRAM_CHANGE, &program) && seed % 2U;
  KitPreset* const before      = has_program ? last_preset(effect) : saved_state(effect);
  memcpy(sent, kit_preset_values(before), kit_params_n_slots(effect->table) * sizeof(double));
  kit_preset_free(before);
  change_many(&rng, sent);
  vst3_change(own.host.in_changes, bypass.param_id, 7, seed % 3U ? 1.0 : 0.0);
  if (has_program) {
    vst3_change(own.host.in_changes, program.param_id, 0, 1.0); // Counts first all the same
  }
  kit_vst3_lock(own.vst3);
  own_block(&own, 64);
  kit_vst3_unlock(own.vst3);
  own_block(&own, 64);
  KitPreset* const after = saved_state(effect);
  for (uint32_t s = 0; s < kit_params_n_slots(effect->table); ++s) {
    n_wrong += kit_preset_values(after)[s] != sent[s] ? 1U : 0U;
  }
  n_wrong += (kit_preset_bypassed(after) != 0) != (seed % 3U != 0) ? 1U : 0U;
  kit_preset_free(after);
  own_close(&own);
  if (n_wrong) {
    tap_note("seed %u: %u changes are lost", seed, n_wrong);
  }
  return !n_wrong;
}

static void
check_kept(const KitEffect* effect)
{
  bool all = true;
  for (uint32_t seed = 1; seed <= N_SEEDS; ++seed) {
    all = keeps(effect, seed) && all;
  }
  tap_ok(all, "%s: a block that meets an activation loses no change, %u seeds", effect->id, N_SEEDS);
}

static void
check_unit(const KitEffect* effect)
{
  bool all = true;
  own_open(&own, effect, true);
  struct v3_unit_information** const u = own.host.units;
  const int32_t                      n = (*u)->get_unit_count(u);
  for (int32_t i = n - 1; i >= 0; --i) {
    all = all && (*u)->select_unit(u, i) == V3_OK && (*u)->get_selected_unit(u) == i;
    all = all && (*u)->select_unit(u, n) != V3_OK && (*u)->get_selected_unit(u) == i;
  }
  tap_ok(all, "%s: the selected unit is the one that was selected", effect->id);
  own_close(&own);
}

/* Programs */

typedef struct {
  const KitEffect*     effect;
  struct v3_param_info param;
  uint32_t             n; ///< Factory presets; programs are one more
} Programs;

static double
normal_of(const Programs* programs, uint32_t program)
{
  return (double)program / programs->n;
}

/** Free with kit_preset_free(). */
static KitPreset*
preset_of(const Programs* programs, uint32_t program)
{
  KitPreset* const               preset = kit_preset_new(programs->effect);
  const KitEmbeddedPreset* const row    = program ? &programs->effect->presets[program - 1U] : NULL;
  vst3_require(preset && (!row || !kit_preset_parse(preset, row->id, row->json, row->size, NULL)),
               "a preset does not parse");
  return preset;
}

/** Automation selects a program, and nothing else. */
static void
automate(const Programs* programs, uint32_t program)
{
  vst3_change(own.host.in_changes, programs->param.param_id, 0, (double)(float)normal_of(programs, program));
  own_block(&own, 64);
}

static bool
saves_program(const Programs* programs, uint32_t program)
{
  KitPreset* const preset = preset_of(programs, program);
  const bool       same   = saves(programs->effect, kit_preset_values(preset));
  kit_preset_free(preset);
  return same;
}

static void
set(v3_param_id id, double normal)
{
  (*own.host.controller)->set_parameter_normalised(own.host.controller, id, normal);
}

static void
check_text(const Programs* programs)
{
  uint32_t n_wrong = 0;
  own_open(&own, programs->effect, true);
  vst3_start(&own.host, &stereo);
  for (uint32_t i = 1; i <= programs->n; ++i) {
    set(programs->param.param_id, normal_of(programs, i));
    n_wrong += saves_program(programs, i) ? 0U : 1U;
  }
  own_close(&own);
  tap_ok(!n_wrong,
         "%s: a program saved before the first block is its preset to the last digit (%u of %u not)",
         programs->effect->id, n_wrong, programs->n);
}

static void
check_shown(const Programs* programs)
{
  Vst3Stream saved;
  bool       all = true;
  for (uint32_t i = 0; i <= programs->n; ++i) {
    own_open(&own, programs->effect, true);
    vst3_start(&own.host, &stereo);
    automate(programs, i);
    vst3_save(&own.host, &saved);
    automate(programs, (i + 1U) % (programs->n + 1U));
    load(saved.data);
    all = all && vst3_get(&own.host, programs->param.param_id) == normal_of(programs, i);
    own_close(&own);
    own_open(&own, programs->effect, true);
    load(saved.data);
    all = all && vst3_get(&own.host, programs->param.param_id) == normal_of(programs, i) &&
          saves_program(programs, i);
    own_close(&own);
    vst3_stream_cleanup(&saved);
  }
  tap_ok(all, "%s: a state brings its program back, also where another was selected", programs->effect->id);
}

static void
check_automated(const Programs* programs)
{
  double* const values = take_values(programs->effect, 3);
  char* const   text   = take_state(programs->effect, values, -1);
  Vst3Stream    saved;
  bool          plain = true;
  bool          noted = true;
  for (uint32_t i = 0; i <= programs->n; ++i) {
    own_open(&own, programs->effect, true);
    vst3_start(&own.host, &stereo);
    automate(programs, i);
    load(text);
    automate(programs, i);
    plain = plain && saves_program(programs, i);
    KitHostParam first;
    host_param_at(programs->effect, 0, &first);
    vst3_change(own.host.in_changes, first.id, 0, 0.123);
    own_block(&own, 64);
    vst3_save(&own.host, &saved);
    load(saved.data);
    vst3_stream_cleanup(&saved);
    automate(programs, i);
    noted = noted && saves_program(programs, i);
    own_close(&own);
  }
  tap_ok(plain, "%s: automation selects a program anew when a preset's state came since",
         programs->effect->id);
  tap_ok(noted, "%s: … or the program's own state with a knob turned", programs->effect->id);
  kit_free(text);
  kit_free(values);
}

// Hosts keep values in float, and hand on what is not what they kept
static void
check_sent_back(const Programs* programs, bool all)
{
  bool same = true;
  for (uint32_t i = 0; i <= programs->n; ++i) {
    double     kept[512];
    Vst3Stream saved;
    own_open(&own, programs->effect, true);
    vst3_start(&own.host, &stereo);
    automate(programs, i);
    KitHostParam first;
    host_param_at(programs->effect, 0, &first);
    vst3_change(own.host.in_changes, first.id, 0, 0.123);
    own_block(&own, 64);
    KitPreset* const before = saved_state(programs->effect);
    vst3_save(&own.host, &saved);
    automate(programs, (i + 1U) % (programs->n + 1U));
    const uint32_t n = own.vst3->directory->n;
    for (uint32_t p = 0; p < n; ++p) {
      kept[p] = (double)(float)vst3_get(&own.host, own.vst3->directory->list[p].id);
    }
    load(saved.data);
    for (uint32_t p = 0; p < n; ++p) {
      const v3_param_id id    = own.vst3->directory->list[p].id;
      const double      shown = vst3_get(&own.host, id);
      if (all || shown != kept[p]) {
        vst3_change(own.host.in_changes, id, 0, (double)(float)shown);
      }
    }
    own_block(&own, 64);
    same = same && saves(programs->effect, kit_preset_values(before));
    kit_preset_free(before);
    vst3_stream_cleanup(&saved);
    own_close(&own);
  }
  tap_ok(same, "%s: %s that a host sends back after a state leave it as it is", programs->effect->id,
         all ? "all values" : "the changed values");
}

static void
check_inactive(const Programs* programs)
{
  double* const values = take_values(programs->effect, 5);
  char* const   text   = take_state(programs->effect, values, -1);
  bool          stays  = true;
  bool          other  = true;
  for (uint32_t i = 0; i <= programs->n; ++i) {
    own_open(&own, programs->effect, true);
    set(programs->param.param_id, normal_of(programs, i));
    load(text);
    set(programs->param.param_id, vst3_get(&own.host, programs->param.param_id));
    stays = stays && saves(programs->effect, values);
    set(programs->param.param_id, normal_of(programs, 1U + i % programs->n));
    other = other && saves_program(programs, 1U + i % programs->n);
    own_close(&own);
  }
  tap_ok(stays, "%s: while inactive, the program that is shown set again leaves a loaded state",
         programs->effect->id);
  tap_ok(other, "%s: and another takes its place", programs->effect->id);
  kit_free(text);
  kit_free(values);
}

/* The name of the track */

static v3_result V3_API
get_channel_name(void* self, const char* id, int16_t* text, uint32_t n_bytes)
{
  static const char name[] = "Vocals";
  (void)self;
  if (strcmp(id, KIT_VST3_CHANNEL_NAME) != 0 || n_bytes < 2U * sizeof(name)) {
    return V3_FALSE;
  }
  for (size_t i = 0; i < sizeof(name); ++i) {
    text[i] = name[i];
  }
  return V3_OK;
}

static void
check_track(const KitEffect* effect)
{
  KitVst3AttributeList  vtable   = {.get_string = get_channel_name};
  KitVst3AttributeList* list     = &vtable;
  KitVst3InfoListener** listener = NULL;
  char                  name[KIT_TRACK_TEXT];
  own_open(&own, effect, true);
  tap_ok(kit_vst3_query(own.vst3, kit_vst3_info_listener_iid, (void**)&listener) == V3_OK &&
           (*listener)->set_channel_context_infos(listener, &list) == V3_OK &&
           (*listener)->set_channel_context_infos(listener, NULL) == V3_INVALID_ARG,
         "%s: it takes what is told about its channel", effect->id);
  kit_plugin_track(own.kit, name, sizeof(name));
  tap_ok(!strcmp(name, "Vocals"), "%s: and knows the track's name", effect->id);
  (*listener)->unref(listener);
  own_close(&own);
}

void
check_promises(const Subject* subject)
{
  Programs             programs = {.effect = subject->effect};
  const KitBank* const bank     = kit_bank_hold(subject->effect); // Not read anew for each plugin
  check_kept(subject->effect);
  check_unit(subject->effect);
  check_track(subject->effect);
  own_open(&own, subject->effect, true);
  const bool there = vst3_find_flagged(&own.host, V3_PARAM_PROGRAM_CHANGE, &programs.param);
  own_close(&own);
  while (there && subject->effect->presets[programs.n].id) {
    ++programs.n;
  }
  if (there) {
    check_text(&programs);
    check_shown(&programs);
    check_automated(&programs);
    check_sent_back(&programs, false);
    check_sent_back(&programs, true);
    check_inactive(&programs);
  }
  kit_bank_drop(bank);
}
