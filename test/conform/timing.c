// SPDX-License-Identifier: ISC
// Latency, bypass and tail
#include "conform.h"

#include "alloc.h"
#include "guard.h"
#include "tap.h"

#include <math.h>
#include <string.h>

#define RATE     44100.0
#define N_FRAMES 24000U

static const uint32_t layouts[3][2] = {{2, 2}, {1, 1}, {1, 2}};

/** Is `out` from frame `first` on the input, `latency` frames later? */
static bool
is_shifted(const KitAudio* in, const KitAudio* out, uint32_t latency, size_t first)
{
  for (uint32_t c = 0; c < out->n_channels; ++c) {
    const double* const from = in->channels[in->n_channels == 1U ? 0U : c];
    for (size_t i = first > latency ? first : latency; i < out->n_frames; ++i) {
      if (out->channels[c][i] != from[i - latency]) {
        tap_note("channel %u, frame %zu: %.17g instead of %.17g", c, i, out->channels[c][i],
                 from[i - latency]);
        return false;
      }
    }
  }
  return first + latency < out->n_frames;
}

static uint32_t
frames_for(const KitEffect* effect, const double* values)
{
  return effect->latency_frames ? effect->latency_frames(values, RATE) : 0U;
}

// A shift of the dry sound is the latency: measured through the bypass, which is aligned with the effect
static bool
measures_as_reported(const Subject* s, const uint32_t* layout, const double* values)
{
  Take take                 = take_default(RATE);
  take.setup.n_in           = layout[0];
  take.setup.n_out          = layout[1];
  take.block                = 0;
  HostPlugin* const plugin  = conform_open(s->module);
  const uint32_t    latency = frames_for(s->effect, values);
  char* const       state   = take_state(s->effect, values, 1);
  KitAudio          in      = take_signal(&take, latency + 6000U, 8);
  host_require(host_format.load(plugin, state, strlen(state)), "the plugin refuses a state");
  KitAudio out   = take_play(plugin, &take, &in, no_score);
  bool     right = is_shifted(&in, &out, latency, 0);
  host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  KitAudio again = take_running(plugin, &take, &in, no_score);
  right          = right && take_equal(&out, &again) && host_format.latency(plugin) == latency;
  conform_close(plugin);
  kit_free(state);
  take_cleanup(&in, &out, &again, NULL);
  return right;
}

static void
check_latency(const Subject* s)
{
  for (uint32_t l = 0; l < 3U; ++l) {
    bool right = true;
    for (uint32_t seed = 0; seed < 10U; ++seed) {
      double* const values = take_values(s->effect, seed);
      right                = measures_as_reported(s, layouts[l], values) && right;
      kit_free(values);
    }
    tap_ok(right, "%u to %u, bypassed: the input comes out as late as is reported, and as the effect says",
           layouts[l][0], layouts[l][1]);
  }
}

// Switched while it sounds, against a deadline
static void
check_bypass(const Subject* s)
{
  for (uint32_t l = 0; l < 3U; ++l) {
    Take take                = take_default(RATE);
    take.setup.n_in          = layouts[l][0];
    take.setup.n_out         = layouts[l][1];
    take.setup.offline       = false;
    take.block               = 256;
    const RigEvent    on[]   = {{100, KIT_EVENT_BYPASS, 0, 1.0}};
    const RigEvent    off[]  = {{100, KIT_EVENT_BYPASS, 0, 0.0}};
    HostPlugin* const plugin = conform_open(s->module);
    KitAudio          in     = take_signal(&take, N_FRAMES, 23);
    host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
    KitAudio       wet     = take_running(plugin, &take, &in, no_score);
    KitAudio       out     = take_running(plugin, &take, &in, (RigScore){on, 1});
    const uint32_t latency = host_format.latency(plugin);
    const bool     exact   = is_shifted(&in, &out, latency, latency + 2000U);
    KitAudio       back    = take_running(plugin, &take, &in, (RigScore){off, 1});
    tap_ok(exact && isfinite(rig_peak(&back)), "%u to %u: switched off it passes its input, %u frames late",
           layouts[l][0], layouts[l][1], latency);
    conform_close(plugin);
    take_cleanup(&in, &wet, &out, &back, NULL);
  }
}

static void
check_latency_change(const Subject* s)
{
  const KitHostParam bypass = host_param(s->effect, KIT_BYPASS_SLOT);
  const Take         take   = take_default(RATE);
  double* const      values = (double*)kit_calloc(kit_params_n_slots(s->effect->table), sizeof(double));
  double             value  = 0.0;
  KitHostParam       param;
  HostTold           before;
  HostTold           after;
  if (!take_latency_change(s->effect, RATE, values, &param, &value)) {
    tap_note("no parameter changes the latency of %s", s->effect->name);
    kit_free(values);
    return;
  }
  HostPlugin* const plugin = conform_open(s->module);
  KitAudio          in     = take_signal(&take, N_FRAMES, 4);
  host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  KitAudio       first = take_running(plugin, &take, &in, no_score);
  const uint32_t old   = host_format.latency(plugin);
  host_format.told(plugin, &before);
  const RigEvent event  = {100, KIT_EVENT_VALUE, param.slot, value};
  KitAudio       second = take_running(plugin, &take, &in, (RigScore){&event, 1});
  host_format.told(plugin, &after);
  tap_ok(after.n_latency == before.n_latency + 1U, "hosts are told once of a new latency");
  host_format.stop(plugin);
  host_format.set(plugin, &bypass, 1.0);
  host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  KitAudio       third = take_running(plugin, &take, &in, no_score);
  const uint32_t now   = host_format.latency(plugin);
  tap_ok(now != old && now == frames_for(s->effect, values) && is_shifted(&in, &third, now, 0),
         "after a restart it is reported, and real: %u frames, then %u", old, now);
  conform_close(plugin);
  take_cleanup(&in, &first, &second, &third, NULL);
  kit_free(values);
}

static bool
reports_tail(const Subject* s, uint32_t seed)
{
  const Take        take   = take_default(RATE);
  double*           values = NULL;
  HostPlugin* const plugin = conform_open_at(s, seed, &values);
  const double      tail_s = s->effect->tail_s ? s->effect->tail_s(values, RATE) : 0.0;
  const double      late   = frames_for(s->effect, values);
  host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
  const uint32_t tail = host_format.tail(plugin);
  const bool     right =
    isinf(tail_s) ? tail >= host_format.infinite_tail : fabs(ceil(tail_s * RATE) + late - (double)tail) < 1.0;
  conform_close(plugin);
  kit_free(values);
  return right;
}

static void
check_tail(const Subject* s)
{
  bool right = true;
  for (uint32_t seed = 0; seed < 32U; ++seed) {
    right = reports_tail(s, seed) && right;
  }
  tap_ok(right, "its tail is the effect's and its latency, or infinite where it sustains");
}

void
check_timing(const Subject* subject)
{
  check_latency(subject);
  check_bypass(subject);
  check_latency_change(subject);
  if (host_format.tail) {
    check_tail(subject);
  } else {
    tap_note("%s has no word for a tail", host_format.name);
  }
}
