// SPDX-License-Identifier: ISC
#include "instance_impl.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define INPUT_RAMP 2.0 // The crossfade over it

static void
load_targets(const KitInstance* instance, double* targets)
{
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    targets[s] = instance->glides[s].target;
  }
}

static bool
misfits(const KitInstance* instance, const KitEngine* engine, const double* wanted)
{
  return instance->effect->needs_rebuild(engine->made_for, wanted, instance->setup.sample_rate);
}

static void
refresh_values(KitInstance* instance, KitEngine* engine)
{
  memcpy(engine->values, instance->values, instance->n_slots * sizeof(double));
  for (uint32_t i = 0; i < instance->n_rebuild; ++i) {
    const uint32_t slot  = instance->rebuild_slots[i];
    engine->values[slot] = engine->made_for[slot];
  }
}

static void
start_next(KitInstance* instance, KitEngine* engine)
{
  instance->next      = engine;
  instance->warm_left = engine->latency;
  instance->fade_at   = 0;
  refresh_values(instance, engine);
  instance->effect->stream_reset(engine->stream, engine->values);
  instance->changed = true;
  atomic_store_explicit(&instance->latency, engine->latency, memory_order_relaxed);
  if (engine->latency != instance->engine->latency) {
    kit_notice(instance, KIT_NOTICE_LATENCY);
  }
}

static void
flush_spent(KitInstance* instance)
{
  KitHandover* const handover = &instance->handover;
  if (instance->spent && atomic_load_explicit(&instance->offline, memory_order_relaxed)) {
    kit_offline_drop(instance);
  } else if (instance->spent && !atomic_load_explicit(&handover->retired, memory_order_acquire)) {
    atomic_store_explicit(&handover->retired, instance->spent, memory_order_release);
    instance->spent = NULL;
  }
}

static void
take_built(KitInstance* instance)
{
  KitHandover* const handover = &instance->handover;
  KitEngine* const   built    = handover->built;
  handover->built             = NULL;
  atomic_store_explicit(&handover->state, KIT_HANDOVER_IDLE, memory_order_relaxed);
  if (!built) {
    return; // No memory for it: the old engine goes on
  }

  load_targets(instance, handover->wanted);
  if (misfits(instance, built, handover->wanted) || !misfits(instance, instance->engine, handover->wanted)) {
    instance->spent    = built;
    instance->retarget = true;
  } else {
    start_next(instance, built);
  }
}

static void
ask(KitInstance* instance)
{
  KitHandover* const handover = &instance->handover;
  instance->retarget          = false;
  load_targets(instance, handover->wanted);
  if (misfits(instance, instance->engine, handover->wanted)) {
    if (atomic_load_explicit(&instance->offline, memory_order_relaxed)) {
      kit_offline_build(instance);
    } else {
      atomic_store_explicit(&handover->state, KIT_HANDOVER_ASKED, memory_order_release);
    }
  }
}

bool
kit_engines_pending(const KitInstance* instance)
{
  const _Atomic uint32_t* const state = &instance->handover.state;
  return instance->effect->needs_rebuild && !instance->next &&
         (instance->retarget || instance->spent ||
          atomic_load_explicit(state, memory_order_relaxed) != KIT_HANDOVER_IDLE);
}

void
kit_engines_update(KitInstance* instance)
{
  if (!instance->effect->needs_rebuild) {
    instance->retarget = false;
    return;
  }
  flush_spent(instance);
  if (instance->next || instance->spent) {
    return;
  }

  const _Atomic uint32_t* const state = &instance->handover.state;
  if (instance->retarget && atomic_load_explicit(state, memory_order_acquire) == KIT_HANDOVER_IDLE) {
    ask(instance);
  }
  if (atomic_load_explicit(state, memory_order_acquire) == KIT_HANDOVER_READY) {
    take_built(instance);
  }
}

uint32_t
kit_engines_limit(const KitInstance* instance)
{
  if (!instance->next) {
    return KIT_RUN_FRAMES;
  }
  const uint32_t left = instance->warm_left ? instance->warm_left : instance->fade_frames - instance->fade_at;
  return left < KIT_RUN_FRAMES ? left : KIT_RUN_FRAMES;
}

static bool
all_finite(double* const* out, uint32_t n_channels, uint32_t at, uint32_t n)
{
  bool finite = true;
  for (uint32_t c = 0; c < n_channels; ++c) {
    for (uint32_t i = at; i < n; ++i) {
      finite &= fabs(out[c][i]) <= DBL_MAX;
    }
  }
  return finite;
}

// Only the engine that is heard tells
static void
update_labels(KitInstance* instance, KitEngine* engine, uint32_t at)
{
  const KitLabelSink* const to    = engine == instance->engine ? instance->label_to : NULL;
  const bool                tells = to != NULL;
  if (to) {
    instance->labels = (KitLabelSink){to->write, to->handle, to->origin + instance->block_at + at};
  }
  if (engine->tells != tells) {
    instance->effect->stream_labels(engine->stream, to ? &instance->labels : NULL);
    engine->tells = tells;
  }
}

// A stream that gives what is no number is silent from that very frame on, for as long in any blocks, and
// then as new
static void
run_stream(KitInstance* instance, KitEngine* engine, double* const* out, uint32_t n)
{
  bool changed = instance->changed;
  for (uint32_t at = 0; at < n;) {
    if (engine->silent_left) {
      const uint32_t m = engine->silent_left < n - at ? engine->silent_left : n - at;
      for (uint32_t c = 0; c < instance->setup.n_out; ++c) {
        memset(out[c] + at, 0, m * sizeof(double)); // NOLINT(clang-analyzer-core.CallAndMessage): n_out ≤ 2
      }
      engine->silent_left -= m;
      engine->restart = true;
      at += m;
      continue;
    }
    if (engine->restart) {
      instance->effect->stream_reset(engine->stream, engine->values);
      engine->restart = false;
      changed         = true;
    }
    const double* const in[KIT_MAX_CHANNELS] = {instance->in[0] + at, instance->in[1] + at};
    double* const       to[KIT_MAX_CHANNELS] = {out[0] + at, out[1] + at};
    const uint32_t      offset               = instance->offset + at;
    const KitBlock      block                = {
                          in, to, n - at, offset, engine->values, instance->slopes, changed, &instance->transport};
    update_labels(instance, engine, at);
    instance->effect->stream_process(engine->stream, &block);
    if (all_finite(out, instance->setup.n_out, at, n)) {
      return;
    }
    while (all_finite(out, instance->setup.n_out, at, at + 1U)) {
      ++at;
    }
    engine->silent_left = KIT_RECOVER_FRAMES;
  }
}

static void
mix_dry(const KitInstance* instance, const KitEngine* engine, double* const* out, uint32_t n)
{
  for (uint32_t i = 0; i < n; ++i) {
    const double   mix = instance->dry_mix[i];
    const uint32_t at  = (engine->at + i - engine->latency) & engine->mask;
    for (uint32_t c = 0; mix > 0.0 && c < instance->setup.n_out; ++c) {
      const double dry = engine->ring[instance->setup.n_in == 1U ? 0U : c][at];
      // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): n_out ≤ 2
      out[c][i] = mix >= 1.0 ? dry : out[c][i] + (dry - out[c][i]) * mix;
    }
  }
}

static void
run_engine(KitInstance* instance, KitEngine* engine, double* const* out, uint32_t n)
{
  for (uint32_t c = 0; c < instance->setup.n_in; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      engine->ring[c][(engine->at + i) & engine->mask] = instance->in[c][i];
    }
  }
  if (instance->changed) {
    refresh_values(instance, engine);
  }
  run_stream(instance, engine, out, n);
  if (instance->mixing_dry) {
    mix_dry(instance, engine, out, n);
  }
  engine->at += n;
}

static void
crossfade(KitInstance* instance, double* const* old, double* const* fresh, uint32_t n)
{
  const double step = 1.0 / instance->fade_frames;
  for (uint32_t c = 0; c < instance->setup.n_out; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      old[c][i] += (fresh[c][i] - old[c][i]) * (step * (instance->fade_at + i));
    }
  }
  instance->fade_at += n;
}

// A stream without latency is heard from its first frame on: what plays must not come into it as a step
static void
ramp_input(KitInstance* instance, uint32_t n)
{
  const double step = INPUT_RAMP / instance->fade_frames;
  for (uint32_t i = 0; i < n && step * (instance->fade_at + i) < 1.0; ++i) {
    for (uint32_t c = 0; c < instance->setup.n_in; ++c) {
      instance->in[c][i] *= step * (instance->fade_at + i);
    }
  }
}

static void
run_next(KitInstance* instance, double* const* out, uint32_t n)
{
  double* const wet[KIT_MAX_CHANNELS] = {instance->wet[0], instance->wet[1]};
  if (!instance->next->latency) {
    ramp_input(instance, n);
  }
  run_engine(instance, instance->next, wet, n);
  if (instance->warm_left) {
    instance->warm_left -= n;
    return;
  }
  crossfade(instance, out, wet, n);
  if (instance->fade_at >= instance->fade_frames) {
    instance->spent    = instance->engine;
    instance->engine   = instance->next;
    instance->next     = NULL;
    instance->run_left = 0; // An anchor, to ask for what was wanted meanwhile
  }
}

// The course of the bypass over this run, the same for both engines
static bool
plan_bypass(KitInstance* instance, uint32_t n)
{
  const double goal = atomic_load_explicit(&instance->bypassed, memory_order_relaxed) ? 1.0 : 0.0;
  double       mix  = instance->bypass_mix;
  if (mix == 0.0 && goal == 0.0) {
    return false;
  }
  for (uint32_t i = 0; i < n; ++i) {
    mix = mix < goal ? fmin(mix + instance->bypass_step, 1.0) : fmax(mix - instance->bypass_step, goal);
    instance->dry_mix[i] = mix;
  }
  instance->bypass_mix = mix;
  return true;
}

void
kit_engines_run(KitInstance* instance, uint32_t n)
{
  double* const out[KIT_MAX_CHANNELS] = {instance->out[0], instance->out[1]};
  instance->mixing_dry                = plan_bypass(instance, n);
  run_engine(instance, instance->engine, out, n);
  if (instance->next) {
    run_next(instance, out, n);
  }
  instance->changed = false;
}

void
kit_engines_reset(KitInstance* instance)
{
  if (instance->next) {
    instance->spent  = instance->engine;
    instance->engine = instance->next;
    instance->next   = NULL;
  }
  KitEngine* const engine = instance->engine;
  refresh_values(instance, engine);
  instance->effect->stream_reset(engine->stream, engine->values);
  for (uint32_t c = 0; c < instance->setup.n_in; ++c) {
    memset(engine->ring[c], 0, (engine->mask + 1U) * sizeof(double));
  }
  engine->at           = 0;
  engine->silent_left  = 0;
  engine->restart      = false;
  instance->bypass_mix = kit_instance_bypassed(instance) ? 1.0 : 0.0;
}
