// SPDX-License-Identifier: ISC
// Edits from outside, on their way to the host and back
#include "own_host.h"

#include "rng.h"
#include "steps.h"
#include "tap.h"
#include "threads.h"
#include "vst3_host_objects.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

#define N_SEEDS 64U

static const Vst3Setup stereo  = {44100.0, 2, 2, true, true};
static const Vst3Setup in_time = {44100.0, 2, 2, true, false};

static OwnHost own; // Large

static uint32_t
below(KitRng* rng, uint32_t n)
{
  return kit_rng_next32(rng) % n;
}

static bool
told(uint32_t index, OwnCall call, const KitHostParam* param, double value)
{
  const OwnTold* const t = &own.handler.told[index];
  return index < own.handler.n_told && t->call == call && t->id == param->id &&
         (call != OWN_PERFORM || t->normal == kit_param_to_normal(param->param, value));
}

static double
value_at(const KitHostParam* param, double normal)
{
  return kit_param_from_normal(param->param, normal);
}

/** A hand on a thread of its own. */
static void
drag(void* handle)
{
  const KitHostParam* const param = (const KitHostParam*)handle;
  kit_plugin_begin(own.kit, param->slot, "hand");
  for (int i = 1; i <= 100; ++i) {
    kit_plugin_edit(own.kit, param->slot, value_at(param, i / 100.0), "hand");
  }
  kit_plugin_end(own.kit, param->slot);
}

static void
check_gesture(const KitEffect* effect)
{
  KitThread thread;
  own_open(&own, effect, true);
  const KitHostParam* const param = own_param(&own, 0);
  vst3_start(&own.host, &in_time);
  vst3_require(kit_thread_start(&thread, drag, (void*)(uintptr_t)param), "no thread");
  kit_thread_join(&thread);
  own_block(&own, 64);
  tap_ok(!own.handler.n_told && !own.host.out_changes->n,
         "%s: where a timer runs, an edit leaves process() in peace", effect->id);
  own_tick(&own);
  tap_ok(own.handler.n_told == 3U && told(0, OWN_BEGIN, param, 0.0) &&
           told(1, OWN_PERFORM, param, param->param->max) && told(2, OWN_END, param, 0.0),
         "%s: a drag from another thread reaches the host as beginEdit, performEdit, endEdit", effect->id);
  own_tick(&own);
  own_block(&own, 64);
  tap_ok(own.handler.n_told == 3U && vst3_get(&own.host, param->id) == 1.0, "%s: once, and is shown",
         effect->id);
  kit_plugin_edit(own.kit, KIT_BYPASS_SLOT, 1.0, "osc");
  own_tick(&own);
  tap_ok(own.handler.n_told == 6U && told(4, OWN_PERFORM, own_param(&own, KIT_BYPASS_SLOT), 1.0),
         "%s: so does the bypass switch", effect->id);
  own_close(&own);
}

/** A call of the host on its main thread. */
static void
poke(void)
{
  const v3_param_id id = own_param(&own, KIT_BYPASS_SLOT)->id;
  (*own.host.controller)->set_parameter_normalised(own.host.controller, id, vst3_get(&own.host, id));
}

/** What random hands do, the host's calls and blocks between. */
static void
use(KitRng* rng, uint32_t n_slots, bool has_blocks)
{
  bool held[8] = {false};
  for (uint32_t i = 0; i < 200U; ++i) {
    const uint32_t            at    = below(rng, n_slots);
    const KitHostParam* const param = own_param(&own, at);
    switch (below(rng, 6)) {
      case 0: held[at] = held[at] || !kit_plugin_begin(own.kit, at, "hand"); break;
      case 1:
        if (held[at]) {
          kit_plugin_end(own.kit, at);
          held[at] = false;
        }
        break;
      case 2:
        own_tick(&own);
        if (!own.loop.timer) {
          poke();
        }
        break;
      case 3:
        if (has_blocks) {
          own_block(&own, below(rng, 200));
        }
        break;
      default: kit_plugin_edit(own.kit, at, value_at(param, kit_rng_uniform(rng)), "hand"); break;
    }
  }
  for (uint32_t s = 0; s < n_slots; ++s) {
    if (held[s]) {
      kit_plugin_end(own.kit, s);
    }
  }
}

static void
check_random(const KitEffect* effect, bool has_loop, bool active)
{
  const uint32_t n_all   = kit_params_n_slots(effect->table);
  const uint32_t n_slots = n_all < 3U ? n_all : 3U;
  bool           good    = true;
  for (uint32_t seed = 1; seed <= N_SEEDS; ++seed) {
    KitRng rng;
    kit_rng_init(&rng, seed);
    own_open(&own, effect, has_loop);
    if (active) {
      vst3_start(&own.host, &stereo);
    }
    own.handler.echo = seed % 2U ? own.host.controller : NULL;
    use(&rng, n_slots, active);
    own_block(&own, 64);
    own_tick(&own);
    poke();
    for (uint32_t s = 0; s < n_slots; ++s) {
      const KitHostParam* const param = own_param(&own, s);
      double                    last  = kit_param_to_normal(param->param, param->opening);
      if (!own_in_order(&own, param->id, &last) ||
          last != kit_param_to_normal(param->param, kit_plugin_value(own.kit, s))) {
        tap_note("seed %u, slot %u: told %g, is %g", seed, s, last, kit_plugin_value(own.kit, s));
        good = false;
      }
    }
    own_close(&own);
  }
  tap_ok(good, "%s: random hands, %s: gestures are whole and end with the value that is, %u seeds",
         effect->id,
         has_loop ? "told by the timer"
         : active ? "told after output parameters"
                  : "told at calls on the main thread while inactive",
         N_SEEDS);
}

static void
check_output(const KitEffect* effect)
{
  own_open(&own, effect, false);
  const KitHostParam* const param = own_param(&own, 0);
  vst3_start(&own.host, &in_time);
  own_block(&own, 64);
  kit_plugin_begin(own.kit, 0, "hand");
  kit_plugin_edit(own.kit, 0, value_at(param, 0.25), "hand");
  kit_plugin_edit(own.kit, 0, value_at(param, 0.75), "hand");
  own_block(&own, 64);
  const Vst3Queue* const queue = &own.host.out_changes->queues[0];
  tap_ok(own.host.out_changes->n == 1 && queue->id == param->id && queue->n == 1 &&
           kit_vst3_same(queue->points[0].normal, kit_param_to_normal(param->param, value_at(param, 0.75))) &&
           !own.handler.n_told,
         "%s: without a timer an edit leaves process() as an output parameter", effect->id);
  kit_plugin_end(own.kit, 0);
  own_block(&own, 64);
  own_block(&own, 64);
  tap_ok(!own.host.out_changes->n && !kit_plugin_has_edits(own.kit), "%s: and then no more", effect->id);
  const double shown = vst3_get(&own.host, param->id);
  (*own.host.controller)->set_parameter_normalised(own.host.controller, param->id, (double)(float)shown);
  tap_ok(own.handler.n_told == 3U && told(0, OWN_BEGIN, param, 0.0) &&
           told(1, OWN_PERFORM, param, value_at(param, 0.75)) && told(2, OWN_END, param, 0.0),
         "%s: the host's next call of the controller has the gesture told", effect->id);
  own.handler.n_told = 0;

  // Begun on the main thread, ended in process()
  vst3_stop(&own.host);
  kit_plugin_begin(own.kit, 0, "hand");
  poke();
  vst3_start(&own.host, &in_time);
  kit_plugin_edit(own.kit, 0, value_at(param, 0.5), "hand");
  kit_plugin_end(own.kit, 0);
  own_block(&own, 64);
  poke();
  double last = 0.0;
  tap_ok(own.handler.n_told == 4U && own_in_order(&own, param->id, &last) &&
           last == kit_param_to_normal(param->param, value_at(param, 0.5)),
         "%s: a gesture that began on the main thread ends there", effect->id);
  own_close(&own);
}

/* What the host sends back */

static void
send(const KitHostParam* param, double normal)
{
  vst3_change(own.host.in_changes, param->id, 0, (double)(float)normal);
  own_block(&own, 64);
}

static double
edit(const KitHostParam* param, double normal)
{
  kit_plugin_edit(own.kit, param->slot, value_at(param, normal), "agent:test");
  return kit_plugin_value(own.kit, param->slot);
}

static bool
is_at(const KitHostParam* param, double normal)
{
  return kit_vst3_same(kit_param_to_normal(param->param, kit_plugin_value(own.kit, param->slot)), normal);
}

static void
check_echo(const KitEffect* effect)
{
  own_open(&own, effect, true);
  const KitHostParam* const         param = own_param(&own, 0);
  struct v3_edit_controller** const c     = own.host.controller;
  vst3_start(&own.host, &stereo);
  edit(param, 0.2);
  own_tick(&own);
  const double first = edit(param, 0.3);
  send(param, 0.2);
  const bool untold = kit_plugin_value(own.kit, 0) == first;
  own_tick(&own);
  const double second = edit(param, 0.7);
  own_tick(&own);
  send(param, 0.3);
  const bool late = kit_plugin_value(own.kit, 0) == second;
  send(param, 0.7);
  tap_ok(untold && late && kit_plugin_value(own.kit, 0) == second,
         "%s: what the host sends back late, in float, moves no newer edit", effect->id);
  send(param, 0.2);
  const bool taken = is_at(param, 0.2);
  send(param, 0.9);
  tap_ok(taken && is_at(param, 0.9), "%s: but once it came back, the same value is the host's own",
         effect->id);

  edit(param, 0.4);
  own_tick(&own);
  send(param, 0.6);
  const bool between = is_at(param, 0.6);
  send(param, 0.4);
  tap_ok(between && is_at(param, 0.4),
         "%s: what the host sets between counts, and so does what it sends last", effect->id);

  edit(param, 0.1);
  own_tick(&own);
  edit(param, 0.8);
  own_tick(&own);
  for (uint32_t i = 0; i < 30U; ++i) {
    own_block(&own, 1024);
  }
  send(param, 0.1);
  tap_ok(is_at(param, 0.1), "%s: of a host that sends nothing back, a value counts at its return",
         effect->id);

  kit_plugin_begin(own.kit, 0, "hand");
  kit_plugin_edit(own.kit, 0, value_at(param, 0.5), "hand");
  send(param, 0.9);
  (*c)->set_parameter_normalised(c, param->id, 0.9);
  const bool held = is_at(param, 0.5) && kit_vst3_same(vst3_get(&own.host, param->id), 0.5);
  kit_plugin_end(own.kit, 0);
  own_tick(&own);
  send(param, 0.9);
  tap_ok(held && is_at(param, 0.9), "%s: what a hand holds, the host moves when it has let go", effect->id);
  own_close(&own);
}

/** A host that sends each value back up to `max` blocks later, in order, several in a block or one. */
static bool
survives_echoes(const KitEffect* effect, uint32_t seed)
{
  KitRng rng;
  bool   steady = true;
  double wanted = 0.0;
  kit_rng_init(&rng, seed);
  own_open(&own, effect, true);
  const KitHostParam* const param = own_param(&own, 0);
  vst3_start(&own.host, &stereo);
  uint32_t returned = 0;
  for (uint32_t i = 0; i < 60U; ++i) {
    if (i < 40U && below(&rng, 2)) {
      wanted = edit(param, kit_rng_uniform(&rng));
    }
    if (below(&rng, 2) || i >= 40U) {
      own_tick(&own);
    }
    for (uint32_t n = below(&rng, 4); n && returned < own.handler.n_told; ++returned) {
      const OwnTold* const t = &own.handler.told[returned];
      if (t->call == OWN_PERFORM) {
        --n;
        vst3_change(own.host.in_changes, t->id, 0, (double)(float)t->normal);
      }
    }
    own_block(&own, 1U + below(&rng, 64));
    steady = steady && (!wanted || kit_plugin_value(own.kit, 0) == wanted);
  }
  own_close(&own);
  return steady;
}

static void
check_random_echoes(const KitEffect* effect)
{
  bool good = true;
  for (uint32_t seed = 1; seed <= N_SEEDS; ++seed) {
    if (!survives_echoes(effect, seed)) {
      tap_note("seed %u", seed);
      good = false;
    }
  }
  tap_ok(good, "%s: random edits never glide back with a host that is late, %u seeds", effect->id, N_SEEDS);
}

/** The state that is saved says what the plugin plays, though the controller got an old echo. */
static void
check_saved(const KitEffect* effect)
{
  Vst3Stream saved;
  own_open(&own, effect, true);
  const KitHostParam* const         param = own_param(&own, 0);
  struct v3_edit_controller** const c     = own.host.controller;
  vst3_start(&own.host, &stereo);
  (*c)->set_parameter_normalised(c, param->id, 0.9); // Not yet through process() when the hand comes
  const double exact = edit(param, 0.3);
  vst3_save(&own.host, &saved);
  KitPreset* const preset = kit_preset_new(effect);
  tap_ok(preset && !kit_preset_parse(preset, "saved", saved.data, saved.size, NULL) &&
           kit_preset_values(preset)[0] == exact &&
           vst3_get(&own.host, param->id) == kit_param_to_normal(param->param, exact),
         "%s: an edit is saved and shown, not what the host had set before", effect->id);
  kit_preset_free(preset);
  vst3_stream_cleanup(&saved);
  own_close(&own);
}

/* News */

static void
check_outside(const KitEffect* effect)
{
  own_open(&own, effect, true);
  const KitHostParam* const         param = own_param(&own, 0);
  struct v3_edit_controller** const c     = own.host.controller;
  char* const                       text  = kit_plugin_save(own.kit, false);
  (*c)->set_parameter_normalised(c, param->id, 0.5);
  own.handler.restarts = 0;
  own_tick(&own);
  const bool own_change = !own.handler.restarts;
  kit_plugin_load(own.kit, text, strlen(text), NULL); // Somebody else's doing
  (*c)->set_parameter_normalised(c, param->id, 0.25);
  tap_ok(own_change && (own.handler.restarts & V3_RESTART_PARAM_VALUES_CHANGED),
         "%s: the host reads anew what others changed, though its own change came at the same time",
         effect->id);
  own.handler.restarts = 0;
  own_tick(&own);
  tap_ok(!own.handler.restarts && is_at(param, 0.25), "%s: once, and its own change stays", effect->id);
  kit_plugin_select_side(own.kit, 1, "hand");
  own_tick(&own);
  tap_ok((own.handler.restarts & V3_RESTART_PARAM_VALUES_CHANGED) && !own.handler.n_told,
         "%s: so it does for the other side of A/B, with no word of single parameters", effect->id);
  kit_free(text);
  own_close(&own);
}

static void
count(void* handle)
{
  ++*(uint32_t*)handle;
}

static void
check_timer(const KitEffect* effect)
{
  uint32_t n = 0;
  own_open(&own, effect, true);
  struct v3_edit_controller** const c = own.host.controller;
  kit_plugin_add_idle(own.kit, count, &n);
  own_tick(&own);
  own_tick(&own);
  const bool ticks = n == 2U;
  (*c)->set_component_handler(c, NULL);
  (*c)->set_component_handler(c, (struct v3_component_handler**)(void*)&own.handler);
  own_tick(&own);
  tap_ok(ticks && n == 3U && own.loop.references == 2,
         "%s: the host's timer drives what waits, registered once", effect->id);
  kit_plugin_remove_idle(own.kit, count, &n);
  own_close(&own);

  own_open(&own, effect, false);
  own.loop.refuses = true;
  own.handler.loop = &own.loop;
  (*own.host.controller)
    ->set_component_handler(own.host.controller, (struct v3_component_handler**)(void*)&own.handler);
  tap_ok(own.loop.references == 1 && !own.loop.timer, "%s: a run loop that refuses is let go", effect->id);
  vst3_stop(&own.host);
  own_close(&own);

  own_open(&own, effect, true);
  kit_plugin_begin(own.kit, 0, "hand");
  own_tick(&own);
  (*own.host.component)->terminate(own.host.component);
  tap_ok(!own.loop.timer && own.loop.references == 1, "%s: terminated, it has no timer", effect->id);
  own_close(&own);
}

void
check_edits(const Subject* subject)
{
  const KitEffect* const effect = subject->effect;
  check_gesture(effect);
  check_random(effect, true, true);
  check_random(effect, false, true);
  check_random(effect, false, false);
  check_output(effect);
  check_echo(effect);
  check_random_echoes(effect);
  check_saved(effect);
  check_outside(effect);
  check_timer(effect);
}
