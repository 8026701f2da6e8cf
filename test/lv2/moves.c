// SPDX-License-Identifier: ISC
// test_lv2_moves ID BUNDLE: what wins where ports and states disagree
#include "lv2_host.h"
#include "lv2_ports.h"
#include "tap.h"

#include "rng.h"
#include "vstkit/alloc.h"

#include <lv2/atom/atom.h>
#include <lv2/state/state.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 64U
#define N_SEEDS  64U

extern const KitEffect probe_effect;

typedef struct {
  const KitEffect* effect;
  KitDirectory     directory;
  LilvWorld*       world;
  char             uri[256];
} Subject;

/* States */

static LV2_State_Status
store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size, uint32_t type, uint32_t flags)
{
  (void)key;
  (void)type;
  (void)flags;
  char** const text = (char**)handle;
  kit_free(*text);
  *text = (char*)kit_calloc(size, 1U);
  memcpy(*text, value, size);
  return LV2_STATE_SUCCESS;
}

static const void*
retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type, uint32_t* flags)
{
  (void)key;
  *size  = strlen((const char*)handle) + 1U;
  *type  = lv2_urid_map()->map(NULL, LV2_ATOM__String);
  *flags = LV2_STATE_IS_POD;
  return handle;
}

static const LV2_State_Interface*
interface_of(const Lv2Host* host)
{
  return (const LV2_State_Interface*)lilv_instance_get_extension_data(host->instance, LV2_STATE__interface);
}

/** Caller frees. */
static char*
save(const Lv2Host* host)
{
  char* text = NULL;
  interface_of(host)->save(lilv_instance_get_handle(host->instance), store, &text, 0, NULL);
  return text;
}

static void
restore(const Lv2Host* host, const char* text)
{
  interface_of(host)->restore(lilv_instance_get_handle(host->instance), retrieve, (void*)(uintptr_t)text, 0,
                              NULL);
}

/** What the plugin holds, as its state says.  NaN without one. */
static double
value_of(const Subject* s, const Lv2Host* host, const KitHostParam* param)
{
  char* const      text   = save(host);
  KitPreset* const preset = kit_preset_new(s->effect);
  double           value  = (double)NAN;
  if (text && !kit_preset_parse(preset, "state", text, strlen(text), NULL)) {
    value = param->slot == KIT_BYPASS_SLOT ? (double)kit_preset_bypassed(preset)
                                           : kit_preset_values(preset)[param->slot];
  }
  kit_preset_free(preset);
  kit_free(text);
  return value;
}

/* Hosts */

static void
open_host(const Subject* s, Lv2Host* host)
{
  if (!lv2_open(host, s->world, s->uri, RATE)) {
    tap_note("<%s> does not open", s->uri);
    exit(1);
  }
}

static void
run(Lv2Host* host)
{
  static float audio[4][N_FRAMES];
  for (uint32_t c = 0; c < host->n_in; ++c) {
    lilv_instance_connect_port(host->instance, host->audio_in[c], audio[c]);
  }
  for (uint32_t c = 0; c < host->n_out; ++c) {
    lilv_instance_connect_port(host->instance, host->audio_out[c], audio[2U + c]);
  }
  lilv_instance_run(host->instance, N_FRAMES);
}

static float*
port_of(Lv2Host* host, const KitHostParam* param)
{
  char symbol[64];
  kit_lv2_symbol(param, symbol, sizeof(symbol));
  return &host->controls[lv2_port(host, param->slot == KIT_BYPASS_SLOT ? "enabled" : symbol)];
}

/** Set the port to an own value. */
static void
move(Lv2Host* host, const KitHostParam* param, double value)
{
  *port_of(host, param) = (float)(param->slot == KIT_BYPASS_SLOT ? 1.0 - value : value);
}

/** A value that is not `but`, and that a float holds. */
static double
other_value(const KitHostParam* param, KitRng* rng, double but)
{
  for (;;) {
    const double value = (double)(float)kit_param_from_normal(param->param, kit_rng_uniform(rng));
    if (value != but && kit_param_clamp(param->param, value) == value) {
      return value;
    }
  }
}

/** A parameter and three values for it. */
typedef struct {
  const KitHostParam* param;
  double              old;
  double              now; ///< Other than old
  double              def;
} Draw;

static Draw
draw(const Subject* s, KitRng* rng)
{
  Draw made;
  made.param = &s->directory.list[kit_rng_next32(rng) % s->directory.n];
  made.def   = (double)(float)made.param->opening;
  made.old   = other_value(made.param, rng, made.def);
  made.now   = other_value(made.param, rng, made.old);
  return made;
}

/** A plugin that has run with the parameter at `old`, and its state. */
static char*
open_at_old(const Subject* s, Lv2Host* host, const Draw* drawn)
{
  open_host(s, host);
  move(host, drawn->param, drawn->old);
  lilv_instance_activate(host->instance);
  run(host);
  return save(host);
}

static bool
in_the_cycle_of_a_restore(const Subject* s, const Draw* drawn)
{
  Lv2Host     host;
  char* const text = open_at_old(s, &host, drawn);
  run(&host);
  restore(&host, text);
  move(&host, drawn->param, drawn->now);
  run(&host);
  const bool won = value_of(s, &host, drawn->param) == drawn->now;
  lv2_close(&host);
  kit_free(text);
  return won;
}

static bool
while_not_active(const Subject* s, const Draw* drawn)
{
  Lv2Host     host;
  Lv2Host     later;
  char* const text = open_at_old(s, &host, drawn);
  lilv_instance_deactivate(host.instance);
  move(&host, drawn->param, drawn->now);
  char* const saved = save(&host);
  open_host(s, &later);
  memcpy(later.controls, host.controls, sizeof(host.controls)); // A host restores its own ports, too
  restore(&later, saved);
  lilv_instance_activate(later.instance);
  run(&later);
  const bool kept = value_of(s, &later, drawn->param) == drawn->now;
  lv2_close(&host);
  lv2_close(&later);
  kit_free(text);
  kit_free(saved);
  return kept;
}

static bool
before_any_activation(const Subject* s, const Draw* drawn)
{
  Lv2Host host;
  open_host(s, &host);
  move(&host, drawn->param, drawn->old);
  const bool kept = value_of(s, &host, drawn->param) == drawn->old;
  lv2_close(&host);
  return kept;
}

// Ports stay at defaults all the time: before the first block, while active, and through a restart
static bool
standing_still(const Subject* s, const Draw* drawn)
{
  Lv2Host     first;
  Lv2Host     host;
  char* const text = open_at_old(s, &first, drawn);
  lv2_close(&first);
  open_host(s, &host);
  restore(&host, text);
  lilv_instance_activate(host.instance);
  run(&host);
  bool kept = value_of(s, &host, drawn->param) == drawn->old;
  run(&host);
  lilv_instance_deactivate(host.instance);
  kept = kept && value_of(s, &host, drawn->param) == drawn->old;
  lilv_instance_activate(host.instance);
  run(&host);
  kept = kept && value_of(s, &host, drawn->param) == drawn->old;
  lv2_close(&host);

  open_host(s, &host);
  lilv_instance_activate(host.instance);
  run(&host);
  restore(&host, text);
  run(&host);
  run(&host);
  kept = kept && value_of(s, &host, drawn->param) == drawn->old;
  lv2_close(&host);
  kit_free(text);
  return kept;
}

// There and back, within the rounding of a port
static bool
after_a_restore(const Subject* s, const Draw* drawn)
{
  Lv2Host     host;
  char* const text = open_at_old(s, &host, drawn);
  move(&host, drawn->param, drawn->now);
  run(&host);
  restore(&host, text);
  run(&host);
  const bool back = value_of(s, &host, drawn->param) == drawn->old;
  move(&host, drawn->param, drawn->def);
  run(&host);
  const bool won = value_of(s, &host, drawn->param) == drawn->def;
  lv2_close(&host);
  kit_free(text);
  return back && (won || drawn->def == drawn->now); // No move, then
}

static void
check(const Subject* s, bool (*holds)(const Subject* s, const Draw* drawn), const char* what)
{
  uint32_t n_held = 0;
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    KitRng rng;
    kit_rng_init(&rng, 500U + seed);
    const Draw drawn = draw(s, &rng);
    const bool held  = holds(s, &drawn);
    n_held += held;
    if (!held) {
      tap_note("seed %u: %s %u, %g, then %g", seed, drawn.param->param->key, drawn.param->element, drawn.old,
               drawn.now);
    }
  }
  tap_ok(n_held == N_SEEDS, "%s: %s (%u of %u)", s->effect->id, what, n_held, N_SEEDS);
}

int
main(int argc, char** argv)
{
  if (argc != 3) {
    return 2;
  }
  Subject s = {
    .effect = strcmp(argv[1], "probe") ? kit_effect_find(argv[1]) : &probe_effect,
    .world  = lv2_world(argv[2]),
  };
  if (!s.effect || !kit_directory_init(&s.directory, s.effect, NULL, 0)) {
    return 2;
  }
  kit_lv2_uri(s.effect, &kit_layouts[0], s.uri, sizeof(s.uri));
  check(&s, in_the_cycle_of_a_restore, "a port that moves in the cycle of a restore wins");
  check(&s, while_not_active, "a port that moved while not active is saved, and loaded again");
  check(&s, before_any_activation, "so is one that moved before the first activation");
  check(&s, standing_still, "a port that stands still never wins over a state");
  check(&s, after_a_restore, "a port that moves after a state wins");
  kit_directory_cleanup(&s.directory);
  lilv_world_free(s.world);
  return tap_done();
}
