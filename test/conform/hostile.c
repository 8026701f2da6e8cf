// SPDX-License-Identifier: ISC
// What no host should do, and some do
#include "conform.h"

#include "alloc.h"
#include "tap.h"

#include <math.h>
#include <string.h>

#define RATE  44100.0
#define BLOCK 16384U

/** Buffers of one block for both sample sizes. */
typedef union {
  float  f[BLOCK];
  double d[BLOCK];
} Lane;

static Lane lanes[4];

static void
fill(float value)
{
  for (uint32_t c = 0; c < 4U; ++c) {
    for (uint32_t i = 0; i < BLOCK; ++i) {
      lanes[c].f[i] = c < 2U ? value : 9.0f;
    }
  }
}

/** Every sample of the outputs is finite, and of magnitude `most` at most. */
static bool
outputs_below(uint32_t n_frames, float most)
{
  bool all = true;
  for (uint32_t c = 2; c < 4U; ++c) {
    for (uint32_t i = 0; i < n_frames; ++i) {
      all = all && isfinite(lanes[c].f[i]) && fabsf(lanes[c].f[i]) <= most;
    }
  }
  return all;
}

static KitProcess
make_block(uint32_t n_frames)
{
  static void* const ins[]  = {&lanes[0], &lanes[1]};
  static void* const outs[] = {&lanes[2], &lanes[3]};
  return (KitProcess){.in = (const void* const*)ins, .out = outs, .n_frames = n_frames};
}

static Take
float_take(void)
{
  Take take = take_default(RATE);
  take_set_double(&take, false);
  return take;
}

static HostPlugin*
open_started(const Subject* s)
{
  const Take        take   = float_take();
  HostPlugin* const plugin = conform_open(s->module);
  host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  return plugin;
}

static void
check_inactive(const Subject* s)
{
  HostPlugin* const  plugin = conform_open(s->module);
  const KitHostParam param  = conform_live_param(s->effect);
  const double       value  = take_carried(param.param, param.param->max);
  const KitEvent     event  = {3, KIT_EVENT_VALUE, param.slot, value};
  double* const      saved  = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  const Take         take   = float_take();
  KitProcess         block  = make_block(512);
  plugin->setup             = take.setup;
  fill(0.7f);
  const bool done = host_format.process(plugin, &block);
  tap_ok(done == !(host_format.can & HOST_REFUSES) && outputs_below(512, 0.0f),
         "a block before it is active gives silence");
  block.events   = &event;
  block.n_events = 1;
  host_format.process(plugin, &block);
  tap_ok(conform_saved(plugin, saved, NULL) && saved[param.slot] == value, "but its changes are taken");
  host_format.stop(plugin);
  host_format.stop(plugin);
  tap_ok(outputs_below(512, 0.0f), "stopped twice, and never started: nothing");
  conform_close(plugin);
  kit_free(saved);
}

static void
check_rates(const Subject* s)
{
  const double     bad[] = {0.0, (double)NAN, -48000.0, 1e9};
  const KitProcess block = make_block(512);
  bool             all   = true;
  for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    Take              take   = float_take();
    HostPlugin* const plugin = conform_open(s->module);
    take.setup.sample_rate   = bad[i];
    const bool started       = host_format.start(plugin, &take.setup);
    fill(0.5f);
    host_format.process(plugin, &block);
    all = (!started || !(host_format.can & HOST_ANSWERS)) && outputs_below(512, 0.0f) && all;
    conform_close(plugin);
  }
  tap_ok(all, "at sample rates that are none it does not start, and is silent");
}

// Longer blocks than were announced, and started twice
static void
check_odd_start(const Subject* s)
{
  Take              take   = take_default(RATE);
  HostPlugin* const plugin = conform_open(s->module);
  take.setup.max_frames    = 1;
  take.block               = TAKE_MAX_BLOCK;
  host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  tap_ok(take_matches(plugin, NULL, &take, TAKE_MAX_BLOCK, no_score),
         "started twice, with blocks longer than announced, it plays as ever");
  conform_close(plugin);
}

static void
check_buffers(const Subject* s)
{
  HostPlugin* const plugin = open_started(s);
  void* const       none[] = {NULL, NULL};
  void* const       left[] = {&lanes[2], NULL};
  KitProcess        block  = make_block(512);
  bool              done   = true;
  fill(0.25f);
  block.in = NULL;
  done     = host_format.process(plugin, &block) && outputs_below(512, 8.0f) && done;
  block.in = (const void* const*)none;
  done     = host_format.process(plugin, &block) && outputs_below(512, 8.0f) && done;
  tap_ok(done, "blocks without inputs, or with null channels, are borne");
  block = make_block(512);
  fill(0.25f);
  block.out = left;
  done      = host_format.process(plugin, &block) && lanes[3].f[0] == 9.0f && lanes[3].f[511] == 9.0f;
  block.out = none;
  done      = host_format.process(plugin, &block) && done;
  block.out = NULL;
  done      = host_format.process(plugin, &block) && done;
  block.in  = NULL;
  tap_ok(host_format.process(plugin, &block) && done, "and without outputs, or with some");
  block = make_block(0);
  fill(0.25f);
  done           = host_format.process(plugin, &block) && lanes[2].f[0] == 9.0f;
  block.n_frames = BLOCK;
  tap_ok(done && host_format.process(plugin, &block) && outputs_below(BLOCK, 8.0f),
         "so are blocks of no frames, and of far too many");
  conform_close(plugin);
}

static void
check_bad_samples(const Subject* s)
{
  static const float bad[]  = {NAN, INFINITY, -INFINITY, 3e38f, 1e-42f};
  HostPlugin* const  plugin = open_started(s);
  const KitProcess   block  = make_block(2048);
  bool               finite = true;
  for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    fill(bad[i]);
    finite = host_format.process(plugin, &block) && outputs_below(2048, INFINITY) && finite;
  }
  tap_ok(finite, "the output is finite whatever the input");
  conform_close(plugin);
}

static void
check_meaningless(const Subject* s)
{
  const KitHostParam param    = conform_live_param(s->effect);
  const double       before   = param.opening;
  const RigEvent     events[] = {{10, KIT_EVENT_VALUE, UINT32_MAX - 9U, 0.5},
                                 {12, KIT_EVENT_VALUE, param.slot, (double)NAN},
                                 {13, KIT_EVENT_BYPASS, 0, (double)NAN},
                                 {20, KIT_EVENT_VALUE, UINT32_MAX - 9U, (double)NAN}};
  const Take         take     = take_default(RATE);
  double* const      saved    = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  HostPlugin* const  plugin   = conform_open(s->module);
  KitAudio           in       = take_signal(&take, 4096, 2);
  KitAudio           want     = take_truth(s->effect, NULL, &take, &in, no_score);
  KitAudio           got      = take_play(plugin, &take, &in, (RigScore){events, 4});
  tap_ok(take_equal(&want, &got) && conform_saved(plugin, saved, NULL) && saved[param.slot] == before,
         "changes of what does not exist, and to NaN, change nothing");
  conform_close(plugin);
  kit_free(saved);
  take_cleanup(&in, &want, &got, NULL);
}

static void
check_disorder(const Subject* s)
{
  const KitHostParam param    = conform_live_param(s->effect);
  const double       middle   = take_carried(param.param, kit_param_from_normal(param.param, 0.5));
  const KitEvent     events[] = {{300, KIT_EVENT_VALUE, param.slot, 1e30},
                                 {100, KIT_EVENT_VALUE, param.slot, -1e30},
                                 {99999, KIT_EVENT_BYPASS, 0, 1.0},
                                 {50, KIT_EVENT_BYPASS, 0, 0.0},
                                 {UINT32_MAX, KIT_EVENT_VALUE, param.slot, middle}};
  double* const      saved    = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  HostPlugin* const  plugin   = open_started(s);
  KitProcess         block    = make_block(512);
  fill(0.1f);
  block.events   = events;
  block.n_events = 4;
  bool done      = host_format.process(plugin, &block) && outputs_below(512, 8.0f) &&
              conform_saved(plugin, saved, NULL) && saved[param.slot] >= param.param->min &&
              saved[param.slot] <= param.param->max;
  block.events   = &events[4];
  block.n_events = 1;
  done           = done && host_format.process(plugin, &block) && conform_saved(plugin, saved, NULL);
  tap_ok(done && isfinite(saved[param.slot]),
         "changes out of order, beyond the block and beyond their range are borne");
  conform_close(plugin);
  kit_free(saved);
}

void
check_hostile(const Subject* subject)
{
  check_inactive(subject);
  check_rates(subject);
  check_odd_start(subject);
  check_buffers(subject);
  check_bad_samples(subject);
  check_meaningless(subject);
  check_disorder(subject);
}
