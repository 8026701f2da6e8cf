// SPDX-License-Identifier: ISC
#include "instance_impl.h"

#include <math.h>
#include <string.h>

#define MAX_POSITION 1e9 // Quarter notes

static void
clear_bit(uint64_t* words, uint32_t slot)
{
  words[slot / 64U] &= ~(1ULL << (slot % 64U));
}

static void
retarget(KitInstance* instance, uint32_t slot)
{
  const KitParam* const param = instance->slot_param[slot];
  KitGlide* const       glide = &instance->glides[slot];
  // Values that a preset may hold beyond the control's range stay; modulation keeps to the range
  const double target =
    glide->offset == 0.0 ? glide->base : kit_param_clamp(param, glide->base + glide->offset);
  if (target == glide->target) {
    return;
  }

  // What needs a new stream cannot glide: the old stream keeps its value, the new one has another
  const bool jumps =
    kit_param_is_stepped(param) || param->smooth_ms < 0.0 || (param->flags & KIT_PARAM_REBUILD);
  const double ms    = param->smooth_ms > 0.0 ? param->smooth_ms : KIT_SMOOTH_MS;
  glide->target      = target;
  glide->left        = jumps ? 0U : (uint32_t)lrint(ms * 0.001 * instance->setup.sample_rate);
  instance->changed  = true;
  instance->retarget = true;
  if (glide->left) {
    instance->slopes[slot] = (target - instance->values[slot]) / glide->left;
    instance->gliding[slot / 64U] |= 1ULL << (slot % 64U);
  } else {
    instance->values[slot] = target;
    instance->slopes[slot] = 0.0;
    clear_bit(instance->gliding, slot);
  }
}

static void
stand_still(KitInstance* instance, uint32_t slot)
{
  instance->values[slot]      = instance->glides[slot].target;
  instance->slopes[slot]      = 0.0;
  instance->glides[slot].left = 0;
  clear_bit(instance->gliding, slot);
}

static double
quarters_per_frame(const KitInstance* instance)
{
  return instance->transport.bpm / (60.0 * instance->setup.sample_rate);
}

static void
advance_song(KitInstance* instance)
{
  if (instance->transport.playing) {
    instance->transport.position += quarters_per_frame(instance) * instance->offset;
  }
}

void
kit_params_settle(KitInstance* instance)
{
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    stand_still(instance, s);
  }
  advance_song(instance);
  instance->offset   = 0;
  instance->grid_at  = 0;
  instance->run_left = 0;
  instance->changed  = true;
}

void
kit_params_load_all(KitInstance* instance)
{
  // Marks first: a value that is set from now on is marked again, and so not lost
  for (uint32_t w = 0; w < instance->n_words; ++w) {
    atomic_exchange_explicit(&instance->dirty[w], 0, memory_order_acquire);
  }
  for (uint32_t s = 0; s < instance->n_slots; ++s) {
    const double value  = atomic_load_explicit(&instance->store[s], memory_order_relaxed);
    instance->glides[s] = (KitGlide){value, 0.0, value, 0};
  }
}

void
kit_params_begin_anchor(KitInstance* instance)
{
  for (uint32_t w = 0; w < instance->n_words; ++w) {
    for (uint64_t bits = instance->gliding[w]; bits; bits &= bits - 1U) {
      const uint32_t  slot  = w * 64U + (uint32_t)__builtin_ctzll(bits);
      KitGlide* const glide = &instance->glides[slot];
      if (glide->left <= instance->offset) {
        stand_still(instance, slot);
        instance->changed = true;
      } else {
        glide->left -= instance->offset;
        instance->values[slot] += instance->slopes[slot] * instance->offset;
        instance->changed = instance->changed || instance->offset;
      }
    }
  }
  advance_song(instance);
  instance->offset = 0;
}

bool
kit_transport_is_moot(const KitInstance* instance, const KitEvent* event)
{
  const KitTransport* const t = &instance->transport;
  if (event->type == KIT_EVENT_POSITION) {
    const double gone = t->playing ? quarters_per_frame(instance) * instance->offset : 0.0;
    return !(fabs(event->value) <= MAX_POSITION) ||
           fabs(event->value - (t->position + gone)) < KIT_SAME_PLACE;
  }
  if (event->type == KIT_EVENT_TEMPO) {
    return !(event->value > 0.0) || kit_bpm(event->value) == t->bpm;
  }
  return event->type == KIT_EVENT_PLAYING && (event->value >= 0.5) == t->playing;
}

static void
apply_transport(KitInstance* instance, const KitEvent* event)
{
  if (kit_transport_is_moot(instance, event)) {
    return;
  }
  instance->changed = true;
  switch (event->type) {
    case KIT_EVENT_TEMPO: instance->transport.bpm = kit_bpm(event->value); break;
    case KIT_EVENT_PLAYING: instance->transport.playing = event->value >= 0.5; break;
    default: instance->transport.position = event->value; break;
  }
}

void
kit_params_apply(KitInstance* instance, const KitEvent* event)
{
  if (event->type == KIT_EVENT_BYPASS) {
    if (atomic_exchange_explicit(&instance->bypassed, event->value >= 0.5, memory_order_relaxed) !=
        (event->value >= 0.5)) {
      kit_notice(instance, KIT_NOTICE_BYPASS);
    }
    return;
  }
  if (event->type >= KIT_EVENT_TEMPO) {
    apply_transport(instance, event);
    return;
  }
  if (event->slot >= instance->n_slots || isnan(event->value)) {
    return;
  }
  const KitParam* const param = instance->slot_param[event->slot];
  KitGlide* const       glide = &instance->glides[event->slot];
  if (event->type == KIT_EVENT_VALUE) {
    glide->base = kit_param_clamp(param, event->value);
    kit_store(instance, event->slot, glide->base);
  } else if (event->type == KIT_EVENT_MODULATION && !(param->flags & KIT_PARAM_NO_MODULATE)) {
    glide->offset = event->value;
  }
  retarget(instance, event->slot);
}

// Takes the marks and, to `incoming`, the values of what was set
static void
take_marked(KitInstance* instance, uint64_t* taken)
{
  for (uint32_t w = 0; w < instance->n_words; ++w) {
    const bool any = atomic_load_explicit(&instance->dirty[w], memory_order_relaxed);
    taken[w]       = any ? atomic_exchange_explicit(&instance->dirty[w], 0, memory_order_acquire) : 0U;
    for (uint64_t bits = taken[w]; bits; bits &= bits - 1U) {
      const uint32_t slot      = w * 64U + (uint32_t)__builtin_ctzll(bits);
      instance->incoming[slot] = atomic_load_explicit(&instance->store[slot], memory_order_acquire);
    }
  }
}

void
kit_params_drain(KitInstance* instance)
{
  uint64_t       taken[KIT_MAX_SLOTS / 64U] = {0};
  const uint32_t loading                    = atomic_load_explicit(&instance->loading, memory_order_acquire);
  if (loading & KIT_LOADING) {
    return; // A whole set is being written: take it in one piece at the next block
  }
  take_marked(instance, taken);
  if (atomic_load_explicit(&instance->loading, memory_order_relaxed) != loading) {
    for (uint32_t w = 0; w < instance->n_words; ++w) {
      atomic_fetch_or_explicit(&instance->dirty[w], taken[w], memory_order_relaxed);
    }
    return; // The writing of a set began, or even ended, meanwhile: some of what was taken may be of it
  }
  for (uint32_t w = 0; w < instance->n_words; ++w) {
    for (uint64_t bits = taken[w]; bits; bits &= bits - 1U) {
      const uint32_t slot         = w * 64U + (uint32_t)__builtin_ctzll(bits);
      instance->glides[slot].base = instance->incoming[slot];
      retarget(instance, slot);
    }
  }
}

void
kit_params_end_anchor(KitInstance* instance)
{
  uint32_t run = UINT32_MAX;
  for (uint32_t w = 0; w < instance->n_words; ++w) {
    for (uint64_t bits = instance->gliding[w]; bits; bits &= bits - 1U) {
      const uint32_t left = instance->glides[w * 64U + (uint32_t)__builtin_ctzll(bits)].left;
      run                 = left < run ? left : run;
    }
  }
  const uint32_t to_grid = KIT_GRID_FRAMES - instance->grid_at;
  const bool     on_grid = run != UINT32_MAX || kit_engines_pending(instance);
  instance->run_left     = on_grid && to_grid < run ? to_grid : run;
}
