// SPDX-License-Identifier: ISC
#include "fuzz.h"

#include "alloc.h"
#include "edits.h"
#include "instance_impl.h"
#include "rng.h"
#include "steps.h"
#include "taps.h"
#include "wire.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_FRAMES       512U
#define MAX_BLOCK        (3U * MAX_FRAMES)
#define MAX_EVENTS       24U
#define PHASE_BLOCKS     32U ///< Stormy and calm stretches alternate
#define BLOCKS_PER_ROUND 8U
#define BLOCKS_PER_WORK  4U ///< In calm stretches the worker catches up this often

typedef union {
  double d[MAX_BLOCK];
  float  f[MAX_BLOCK];
} Samples;

struct RtFuzz {
  RtFuzzPlan       plan;
  KitPlugin*       plugin;
  KitInstance*     instance; ///< Of `plugin`
  _Atomic bool     done;
  _Atomic bool     calm;  ///< The other half leaves values alone…
  _Atomic bool     nudge; ///< …but for one set of them
  _Atomic uint32_t n_rounds;
  _Atomic uint64_t n_answers;
  _Atomic uint64_t n_pictures;

  // Audio half
  KitRng      rng;
  RtFuzzTally tally;
  uint32_t    next_slot;
  bool        stormy;
  bool        still;
  KitReader   reader;
  uint32_t    n_offered; ///< Edits that the host was to take
  KitEvent    events[MAX_EVENTS];
  Samples     in[KIT_MAX_CHANNELS];
  Samples     out[KIT_MAX_CHANNELS];

  // Other half
  KitRng  control_rng;
  char*   state;
  double* values;
  KitTap* tap;
  RtWire* wire; ///< Null: not wired
};

static uint32_t
below(KitRng* rng, uint32_t n)
{
  return kit_rng_next32(rng) % n;
}

static double
random_value(KitRng* rng, const KitParam* param)
{
  switch (below(rng, 16)) {
    case 0: return param->min;
    case 1: return param->max;
    case 2: return (double)NAN;
    case 3: return -(double)INFINITY;
    case 4: return 1e30;
    default: return kit_param_from_normal(param, kit_rng_uniform(rng));
  }
}

// What a preset may hold beyond the control's range
static double
random_preset_value(KitRng* rng, const KitParam* param)
{
  const bool has_hard = param->hard_min != 0.0 || param->hard_max != 0.0;
  return has_hard && below(rng, 4) == 0 ? kit_rng_uniform_in(rng, param->hard_min, param->hard_max)
                                        : random_value(rng, param);
}

static double
random_sample(KitRng* rng, uint32_t kind)
{
  static const double odd[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 1e300, 1e-310, -1.0};
  switch (kind) {
    case 0: return 0.0;
    case 1: return 1.0;
    case 2: return odd[below(rng, 6)];
    case 3: return 1e-310;
    default: return kit_rng_uniform_in(rng, -1.0, 1.0);
  }
}

static void
fill_input(RtFuzz* fuzz, bool is_double, uint32_t n)
{
  for (uint32_t c = 0; c < fuzz->plan.n_in; ++c) {
    const uint32_t kind = below(&fuzz->rng, 12);
    for (uint32_t i = 0; i < n; ++i) {
      const double x = random_sample(&fuzz->rng, kind);
      if (is_double) {
        fuzz->in[c].d[i] = x;
      } else {
        fuzz->in[c].f[i] = (float)x;
      }
    }
  }
}

static KitEvent
random_event(RtFuzz* fuzz, uint32_t n_frames)
{
  static const KitEventType types[] = {KIT_EVENT_VALUE, KIT_EVENT_VALUE,      KIT_EVENT_VALUE,
                                       KIT_EVENT_VALUE, KIT_EVENT_MODULATION, KIT_EVENT_MODULATION,
                                       KIT_EVENT_BYPASS};

  KitRng* const         rng   = &fuzz->rng;
  const uint32_t        slot  = fuzz->next_slot++ % fuzz->instance->n_slots;
  const KitParam* const param = fuzz->instance->slot_param[slot];
  KitEvent event = {below(rng, n_frames + 2U), types[below(rng, 7)], slot, random_value(rng, param)};
  if (event.type == KIT_EVENT_MODULATION) {
    event.value = kit_rng_uniform_in(rng, -0.5, 0.5) * (param->max - param->min);
  } else if (event.type == KIT_EVENT_BYPASS) {
    event.value = below(rng, 4) ? 0.0 : 1.0;
  }
  // For a stream to get ready and take over, what needs one stands still in calm stretches; in every other
  // one nothing moves but modulation, which goes back to 0: it would keep values within the control's range
  if (fuzz->still) {
    event.type  = KIT_EVENT_MODULATION;
    event.value = 0.0;
  } else if (!fuzz->stormy && (param->flags & KIT_PARAM_REBUILD)) {
    event.slot = fuzz->instance->n_slots + below(rng, 3);
  }
  return event;
}

static uint32_t
random_length(KitRng* rng)
{
  static const uint32_t usual[] = {0, 1, 7, 32, 64, 64, 128, 256, 441, MAX_FRAMES, MAX_BLOCK};
  return below(rng, 2) ? usual[below(rng, 11)] : below(rng, MAX_FRAMES);
}

static void
count_bad(RtFuzz* fuzz, bool is_double, uint32_t n)
{
  for (uint32_t c = 0; c < fuzz->plan.n_out; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      const int kind = is_double ? fpclassify(fuzz->out[c].d[i]) : fpclassify(fuzz->out[c].f[i]);
      fuzz->tally.n_bad += kind == FP_NAN || kind == FP_INFINITE;
      fuzz->tally.n_denormal += kind == FP_SUBNORMAL;
    }
  }
}

static bool
count_edit(void* handle, const KitEdit* edit)
{
  RtFuzz* const fuzz = (RtFuzz*)handle;
  if (fuzz->n_offered++ % 5U == 4U) {
    return false; // No room now
  }
  fuzz->tally.n_edits += edit->type == KIT_EDIT_VALUE ? 1U : 0U;
  return true;
}

static void
guarded_process(RtFuzz* fuzz, const KitProcess* process, bool reset)
{
  if (fuzz->plan.enter) {
    fuzz->plan.enter();
  }
  if (reset) {
    kit_instance_reset(fuzz->instance);
  }
  kit_plugin_process(fuzz->plugin, process);
  kit_plugin_tell_edits(fuzz->plugin, count_edit, fuzz);
  kit_plugin_news(fuzz->plugin, &fuzz->reader);
  if (fuzz->plan.leave) {
    fuzz->plan.leave();
  }
}

static void
process_block(RtFuzz* fuzz)
{
  KitRng* const  rng       = &fuzz->rng;
  const uint32_t n         = random_length(rng);
  const uint32_t n_events  = below(rng, 3) ? below(rng, MAX_EVENTS + 1U) : 0U;
  const bool     is_double = below(rng, 2);
  const bool     in_place  = below(rng, 4) == 0;
  const bool     reset     = below(rng, 64) == 0;
  fill_input(fuzz, is_double, n);
  for (uint32_t e = 0; e < n_events; ++e) {
    fuzz->events[e] = random_event(fuzz, n);
  }

  const KitEngine* const engine               = fuzz->instance->engine;
  const void*            in[KIT_MAX_CHANNELS] = {&fuzz->in[0], below(rng, 16) ? &fuzz->in[1] : NULL};
  void*                  out[KIT_MAX_CHANNELS];
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    out[c] = (in_place && in[c] && c < fuzz->plan.n_in) ? (void*)&fuzz->in[c] : (void*)&fuzz->out[c];
  }
  const KitProcess process = {in, out, is_double, n, fuzz->events, n_events};
  guarded_process(fuzz, &process, reset);
  for (uint32_t c = 0; c < fuzz->plan.n_out; ++c) {
    if (out[c] != (void*)&fuzz->out[c]) {
      memcpy(&fuzz->out[c], out[c], sizeof(Samples));
    }
  }
  count_bad(fuzz, is_double, n);

  fuzz->tally.n_frames += n;
  fuzz->tally.n_events += n_events;
  fuzz->tally.n_resets += reset;
  fuzz->tally.n_engines += fuzz->instance->engine != engine;
  ++fuzz->tally.n_blocks;
}

static void
wait_for_others(RtFuzz* fuzz)
{
  while (atomic_load(&fuzz->n_rounds) < fuzz->tally.n_blocks / BLOCKS_PER_ROUND) {
    fuzz->plan.pause();
  }
  if (!fuzz->stormy && fuzz->tally.n_blocks % BLOCKS_PER_WORK == 0) {
    while (atomic_load(&fuzz->instance->handover.state) == KIT_HANDOVER_ASKED ||
           atomic_load(&fuzz->instance->handover.retired)) {
      fuzz->plan.pause();
    }
  }
}

void
rt_fuzz_audio(RtFuzz* fuzz)
{
  atomic_store(&fuzz->done, false);
  for (uint32_t b = 0; b < fuzz->plan.n_blocks; ++b) {
    fuzz->stormy = (b / PHASE_BLOCKS) % 2U == 0;
    fuzz->still  = (b / PHASE_BLOCKS) % 4U == 1;
    atomic_store(&fuzz->calm, !fuzz->stormy);
    if (fuzz->still && b % PHASE_BLOCKS == 0) {
      atomic_store(&fuzz->nudge, true);
    }
    process_block(fuzz);
    wait_for_others(fuzz);
  }
  fuzz->tally.n_rounds   = atomic_load(&fuzz->n_rounds);
  fuzz->tally.n_answers  = atomic_load(&fuzz->n_answers);
  fuzz->tally.n_pictures = atomic_load(&fuzz->n_pictures);
  atomic_store(&fuzz->done, true);
}

static void
write_values(RtFuzz* fuzz)
{
  KitInstance* const instance = fuzz->instance;
  KitRng* const      rng      = &fuzz->control_rng;
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    const KitParam* const param = instance->slot_param[s];
    const bool            keep  = (param->flags & KIT_PARAM_REBUILD) && below(rng, 8);
    fuzz->values[s]             = keep ? kit_instance_get(instance, s) : random_preset_value(rng, param);
  }
  kit_instance_set_values(instance, fuzz->values);
}

static void
load_some_preset(RtFuzz* fuzz)
{
  const KitEmbeddedPreset* const presets = fuzz->plan.effect->presets;
  uint32_t                       n       = 0;
  while (presets && presets[n].id) {
    ++n;
  }
  if (n) {
    kit_plugin_load_factory(fuzz->plugin, presets[below(&fuzz->control_rng, n)].id, "osc", NULL);
  }
}

// A wire: edits, takes back, locks, and listens
static void
make_edits(RtFuzz* fuzz)
{
  KitRng* const rng = &fuzz->control_rng;
  for (uint32_t i = 0; i < 32U; ++i) {
    const uint32_t slot = below(rng, 16) ? below(rng, fuzz->instance->n_slots) : KIT_BYPASS_SLOT;
    const double value  = slot == KIT_BYPASS_SLOT ? 0.0 : random_value(rng, fuzz->instance->slot_param[slot]);
    switch (below(rng, 8)) {
      case 0: kit_plugin_begin(fuzz->plugin, slot, "hand"); break;
      case 1: kit_plugin_end(fuzz->plugin, slot); break;
      case 2: kit_plugin_undo(fuzz->plugin, below(rng, 4), "osc"); break;
      case 3: kit_plugin_redo(fuzz->plugin, below(rng, 4), "osc"); break;
      case 4: kit_plugin_set_lock(fuzz->plugin, slot, below(rng, 4) == 0); break;
      default: kit_plugin_edit(fuzz->plugin, slot, value, "osc"); break;
    }
  }
}

static void
listen(RtFuzz* fuzz)
{
  static double sound[KIT_MAX_CHANNELS][MAX_FRAMES];
  double* const to[]  = {sound[0], sound[1]};
  KitTapShape   shape = {.n_frames = MAX_FRAMES};
  if (fuzz->tap) {
    kit_tap_read(fuzz->tap, &shape, to, to);
    kit_tap_load(fuzz->tap);
  }
  if (!fuzz->tap || below(&fuzz->control_rng, 4) == 0) {
    kit_tap_close(fuzz->tap);
    fuzz->tap = kit_tap_open(fuzz->plugin, 0.2);
  }
}

static void
ask_everything(RtFuzz* fuzz)
{
  kit_instance_latency_frames(fuzz->instance);
  kit_instance_tail_frames(fuzz->instance);
  kit_instance_notice(fuzz->instance, KIT_NOTICE_VALUES);
  kit_instance_is_active(fuzz->instance);
  kit_instance_bypassed(fuzz->instance);
}

void
rt_fuzz_control(RtFuzz* fuzz)
{
  KitInstance* const instance = fuzz->instance;
  KitRng* const      rng      = &fuzz->control_rng;
  if (atomic_exchange(&fuzz->nudge, false)) {
    write_values(fuzz);
  }
  switch (below(rng, atomic_load(&fuzz->calm) ? 4 : 8)) {
    case 0: kit_instance_set_bypassed(instance, below(rng, 3) == 0); break;
    case 1: ask_everything(fuzz); break;
    case 2:
      kit_free(fuzz->state);
      fuzz->state = kit_plugin_save(fuzz->plugin, false);
      break;
    case 3: listen(fuzz); break;
    case 4: write_values(fuzz); break;
    case 5: load_some_preset(fuzz); break;
    case 6: make_edits(fuzz); break;
    default:
      if (fuzz->state) {
        kit_plugin_load(fuzz->plugin, fuzz->state, strlen(fuzz->state), NULL);
      }
      for (uint32_t i = 0; i < 8; ++i) {
        const uint32_t        slot  = below(rng, instance->n_slots);
        const KitParam* const param = instance->slot_param[slot];
        kit_instance_set(instance, slot, random_value(rng, param));
      }
  }
  if (fuzz->wire) {
    rt_wire_poke(fuzz->wire, rng, atomic_load(&fuzz->calm));
    atomic_store(&fuzz->n_answers, rt_wire_n_answers(fuzz->wire));
  }
  if (fuzz->plan.watch) {
    atomic_fetch_add(&fuzz->n_pictures, fuzz->plan.watch(fuzz->plugin));
  }
  atomic_fetch_add(&fuzz->n_rounds, 1U);
}

/** True once rt_fuzz_audio() is about to return.  [thread-safe] */
static bool
audio_done(const RtFuzz* fuzz)
{
  return atomic_load(&fuzz->done);
}

static void*
audio_main(void* handle)
{
  rt_fuzz_audio((RtFuzz*)handle);
  return NULL;
}

void
rt_fuzz_run(RtFuzz* fuzz)
{
  pthread_t audio;
  atomic_store(&fuzz->done, false);
  if (pthread_create(&audio, NULL, audio_main, fuzz)) {
    abort();
  }
  while (!audio_done(fuzz)) {
    rt_fuzz_control(fuzz);
    rt_pause_asleep();
  }
  pthread_join(audio, NULL);
}

RtFuzz*
rt_fuzz_new(const RtFuzzPlan* plan)
{
  const KitPluginFormat format = {.handle = NULL};
  RtFuzz* const         fuzz   = (RtFuzz*)kit_calloc(1, sizeof(RtFuzz));
  if (!fuzz) {
    abort();
  }
  fuzz->plan   = *plan;
  fuzz->plugin = kit_plugin_new(plan->effect, &format);
  fuzz->values = (double*)kit_calloc(kit_params_n_slots(plan->effect->table), sizeof(double));
  if (!fuzz->plugin || !fuzz->values ||
      !kit_plugin_set_layout(fuzz->plugin, kit_layout_by_channels(plan->n_in, plan->n_out)) ||
      kit_plugin_activate(fuzz->plugin, plan->sample_rate, false)) {
    abort();
  }
  fuzz->instance = kit_plugin_instance(fuzz->plugin);
  kit_rng_init(&fuzz->rng, plan->seed);
  kit_rng_init(&fuzz->control_rng, plan->seed + 1000U);
  fuzz->wire = plan->wired ? rt_wire_new(fuzz->plugin) : NULL;
  make_edits(fuzz); // However the threads fall, some are told
  return fuzz;
}

void
rt_fuzz_free(RtFuzz* fuzz)
{
  rt_wire_free(fuzz->wire);
  kit_tap_close(fuzz->tap);
  kit_plugin_free(fuzz->plugin);
  kit_free(fuzz->state);
  kit_free(fuzz->values);
  kit_free(fuzz);
}

void
rt_fuzz_unwire(RtFuzz* fuzz)
{
  rt_wire_free(fuzz->wire);
  fuzz->wire = NULL;
}

KitInstance*
rt_fuzz_instance(RtFuzz* fuzz)
{
  return fuzz->instance;
}

bool
rt_fuzz_rebuilds(const KitEffect* effect)
{
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    if (effect->table.params[i].flags & KIT_PARAM_REBUILD) {
      return true;
    }
  }
  return false;
}

const RtFuzzTally*
rt_fuzz_tally(const RtFuzz* fuzz)
{
  return &fuzz->tally;
}

void
rt_pause_asleep(void)
{
  const struct timespec pause = {0, 100000L};
  nanosleep(&pause, NULL);
}

void
rt_pause_awake(void)
{
  for (uint32_t i = 0; i < 1000U; ++i) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#else
    atomic_signal_fence(memory_order_seq_cst);
#endif
  }
}
