// SPDX-License-Identifier: ISC
// An instance against closed forms, with gain: where events act, how a value glides, what modulation leaves
// alone.

#include "alloc.h"
#include "probe_effect.h"
#include "tap.h"
#include "vstkit/direct.h"
#include "vstkit/state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FRAMES 12000U

static const KitEffect* gain;
static double           out[MAX_FRAMES];

static KitInstance*
new_active(double sample_rate)
{
  const KitSetup     setup    = {sample_rate, 1, 1, false};
  KitInstance* const instance = kit_instance_new(gain);
  if (!instance || kit_instance_activate(instance, &setup)) {
    printf("Bail out! no instance\n");
    exit(1);
  }
  return instance;
}

/** One block of ones, to `out` + `at`. */
static void
play(KitInstance* instance, uint32_t at, uint32_t n, const KitEvent* events, uint32_t n_events)
{
  static double ones[MAX_FRAMES];
  for (uint32_t i = 0; i < n; ++i) {
    ones[i] = 1.0;
  }
  const void* const in[]    = {ones};
  void* const       to[]    = {out + at};
  const KitProcess  process = {in, to, true, n, events, n_events};
  kit_instance_process(instance, &process);
}

static double
level_db(uint32_t frame)
{
  return 20.0 * log10(out[frame]);
}

/** Largest distance, in dB, from a straight glide that begins at frame `from` and takes `n` frames. */
static double
off_glide(uint32_t from, uint32_t n, const double db[2])
{
  double worst = 0.0;
  for (uint32_t i = 0; i < MAX_FRAMES; ++i) {
    const double way  = i <= from ? 0.0 : fmin((double)(i - from) / n, 1.0);
    const double want = db[0] + (db[1] - db[0]) * way;
    worst             = fmax(worst, fabs(level_db(i) - want));
  }
  return worst;
}

static void
check_glide(double sample_rate, uint32_t at)
{
  const KitEvent     set      = {at % 500U, KIT_EVENT_VALUE, 0, -12.0};
  KitInstance* const instance = new_active(sample_rate);
  for (uint32_t from = 0; from < MAX_FRAMES; from += 500U) {
    play(instance, from, 500U, &set, at / 500U == from / 500U ? 1U : 0U);
  }
  const uint32_t n = (uint32_t)lrint(0.05 * sample_rate);
  tap_near(off_glide(at, n, (const double[]){0.0, -12.0}), 0.0, 1e-9,
           "%g Hz: from frame %u on, the gain glides straight for 50 ms", sample_rate, at);
  tap_ok(out[at] == 1.0 && out[at + 1U] < 1.0, "to the frame");
  tap_near(out[MAX_FRAMES - 1U], pow(10.0, -12.0 / 20.0), 1e-15, "and ends where it should");
  kit_instance_free(instance);
}

static void
check_beyond(void)
{
  const KitEvent     late     = {9999U, KIT_EVENT_VALUE, 0, 6.0};
  KitInstance* const instance = new_active(48000.0);
  play(instance, 0, 64U, &late, 1U);
  play(instance, 64U, MAX_FRAMES - 64U, NULL, 0);
  tap_near(off_glide(63U, 2400U, (const double[]){0.0, 6.0}), 0.0, 1e-9,
           "an event beyond the block acts at its last frame, and a block may have any length");
  kit_instance_free(instance);
}

/** Send one event and let it settle.  @return the level, dB. */
static double
settle(KitInstance* instance, KitEventType type, double value)
{
  const KitEvent event = {0, type, 0, value};
  play(instance, 0, 4800U, &event, 1U);
  return level_db(4799U);
}

static void
check_modulation(void)
{
  KitInstance* const instance = new_active(48000.0);
  tap_near(settle(instance, KIT_EVENT_VALUE, 3.0), 3.0, 1e-9, "a gain of 3 dB");
  char* const    before = kit_state_save(instance, NULL);
  const uint32_t values = kit_instance_notice(instance, KIT_NOTICE_VALUES);

  tap_near(settle(instance, KIT_EVENT_MODULATION, 6.0), 9.0, 1e-9, "6 dB of modulation come on top");
  char* const during = kit_state_save(instance, NULL);
  tap_ok(kit_instance_get(instance, 0) == 3.0 && kit_instance_notice(instance, KIT_NOTICE_VALUES) == values,
         "the value is what it was");
  tap_ok(before && during && !strcmp(before, during), "and so is the state");
  tap_near(settle(instance, KIT_EVENT_VALUE, -2.0), 4.0, 1e-9, "they stay when the value moves");
  tap_near(settle(instance, KIT_EVENT_MODULATION, 1e9), 24.0, 1e-9, "and end with the range");
  tap_near(settle(instance, KIT_EVENT_MODULATION, 0.0), -2.0, 1e-9, "without them the value sounds again");
  kit_free(before);
  kit_free(during);
  kit_instance_free(instance);
}

static void
check_state(void)
{
  KitInstance* const instance = new_active(48000.0);
  char* const        state    = kit_state_save(instance, NULL);
  tap_ok(state && strstr(state, "\"vstkit_format\": 1") && strstr(state, "\"vstkit_effect\": \"gain\""),
         "a state names its format and its effect");
  kit_free(state);
  kit_instance_free(instance);
}

/** What a stream of the probe effect saw of a float that needs a new stream, frame by frame. */
typedef struct {
  double   tone; ///< Made for
  uint32_t n_frames;
  uint32_t n_off; ///< Frames at which it was worth something else
} ProbeStream;

static ProbeStream probe_tally;

static void*
probe_new(const KitStreamSetup* setup)
{
  ProbeStream* const stream = (ProbeStream*)kit_calloc(1, sizeof(ProbeStream));
  if (stream) {
    stream->tone = setup->values[PROBE_TONE];
  }
  return stream;
}

static void
probe_free(void* handle)
{
  const ProbeStream* const stream = (const ProbeStream*)handle;
  probe_tally.n_frames += stream ? stream->n_frames : 0U;
  probe_tally.n_off += stream ? stream->n_off : 0U;
  kit_free(handle);
}

static void
probe_reset(void* stream, const double* values)
{
  (void)stream;
  (void)values;
}

static void
probe_process(void* handle, const KitBlock* block)
{
  ProbeStream* const stream = (ProbeStream*)handle;
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    const double tone = block->values[PROBE_TONE] + block->slopes[PROBE_TONE] * (block->offset + i);
    stream->n_off += tone != stream->tone;
    block->out[0][i] = tone;
  }
  stream->n_frames += block->n_frames;
}

static bool
probe_needs_rebuild(const double* running, const double* wanted, double sample_rate)
{
  (void)sample_rate;
  return running[PROBE_TONE] != wanted[PROBE_TONE];
}

/** A float that needs a new stream stands still in each of them, and in the crossfade the new one takes over.
 */
static void
check_rebuild(void)
{
  KitParam  rows[16];
  KitEffect effect = probe_effect;
  memcpy(rows, effect.table.params, effect.table.n_params * sizeof(KitParam));
  rows[1].flags |= KIT_PARAM_REBUILD; // "tone"
  effect.table.params   = rows;
  effect.stream_new     = probe_new;
  effect.stream_free    = probe_free;
  effect.stream_reset   = probe_reset;
  effect.stream_process = probe_process;
  effect.needs_rebuild  = probe_needs_rebuild;

  KitSetup           setup    = {.sample_rate = 48000.0, .n_in = 1, .n_out = 1, .offline = true};
  const KitEvent     events[] = {{100U, KIT_EVENT_VALUE, PROBE_TONE, 5000.0},
                                 {333U, KIT_EVENT_VALUE, PROBE_LEVEL, 1.0},
                                 {400U, KIT_EVENT_VALUE, PROBE_TONE, 300.0}};
  KitInstance* const instance = kit_instance_new(&effect);
  probe_tally                 = (ProbeStream){0};
  if (instance && !kit_instance_activate(instance, &setup)) {
    play(instance, 0, MAX_FRAMES, events, 3U);
  }
  kit_instance_free(instance);
  tap_ok(probe_tally.n_frames == MAX_FRAMES + 2U * 1440U,
         "two streams take over, in a crossfade of 30 ms each (%u)", probe_tally.n_frames);
  tap_ok(!probe_tally.n_off,
         "a float that needs a new stream is in each what it was made for (%u frames off)",
         probe_tally.n_off);

  uint32_t n_odd = 0;
  for (uint32_t i = 0; i < MAX_FRAMES; ++i) {
    const double share = i < 100U ? 0.0 : fmin((i - 100U) / 1440.0, 1.0);
    const double back  = i < 1540U ? 0.0 : fmin((i - 1540U) / 1440.0, 1.0);
    const double first = 1000.0 + (5000.0 - 1000.0) * share;
    n_odd += fabs(out[i] - (first + (300.0 - first) * back)) > 1e-9;
  }
  tap_ok(!n_odd, "and nothing but that is heard (%u frames off)", n_odd);
}

int
main(void)
{
  gain = kit_effect_find("gain");
  check_glide(48000.0, 1234U);
  check_glide(44100.0, 500U);
  check_glide(96000.0, 3999U);
  check_beyond();
  check_modulation();
  check_state();
  check_rebuild();
  return tap_done();
}
