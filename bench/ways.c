// SPDX-License-Identifier: ISC
#include "ways.h"

#include "alloc.h"
#include "rng.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WARM_UP_S   0.25 ///< Before anything is timed
#define SETTLE_S    0.5  ///< Waited beyond the tail
#define MAX_TAIL_S  10.0
#define NOISE       0.25 ///< Peak
#define SWING       0.05 ///< Of a parameter's travel, to either side
#define SWING_STEPS 50.0 ///< Blocks of one swing, over 2π
#define N_NOISE     (1U << 16U)

/** A plugin on its way through a take. */
typedef struct {
  const BenchTake*   take;
  const BenchPlayer* player;
  void*              plugin;
  uint32_t           at; ///< Frames of noise played
  double             values[BENCH_N_MOVED];
} Play;

static const float*
noise(uint32_t channel)
{
  static float samples[2][N_NOISE + BENCH_MAX_FRAMES];
  if (samples[0][0] == 0.0F) {
    KitRng rng;
    kit_rng_init(&rng, 1);
    for (uint32_t i = 0; i < N_NOISE + BENCH_MAX_FRAMES; ++i) {
      samples[0][i] = (float)kit_rng_uniform_in(&rng, -NOISE, NOISE);
      samples[1][i] = (float)kit_rng_uniform_in(&rng, -NOISE, NOISE);
    }
  }
  return samples[channel];
}

static bool
may_move(const KitHostParam* param)
{
  return param->slot != KIT_BYPASS_SLOT && !kit_param_is_stepped(param->param) &&
         !(param->param->flags & KIT_PARAM_REBUILD);
}

static void
choose_moved(BenchSubject* subject)
{
  KitHostParam   param;
  uint32_t       n_may = 0;
  const uint32_t n     = kit_host_params_count(subject->effect);
  for (uint32_t i = 0; i < n; ++i) {
    n_may += kit_host_params_at(subject->effect, i, &param) && may_move(&param);
  }
  const uint32_t n_moved = n_may < BENCH_N_MOVED ? n_may : BENCH_N_MOVED;
  for (uint32_t i = 0, seen = 0; i < n && subject->n_moved < n_moved; ++i) {
    kit_host_params_at(subject->effect, i, &param);
    if (may_move(&param) && seen++ == subject->n_moved * n_may / n_moved) {
      subject->moved[subject->n_moved++] = param;
    }
  }
}

bool
bench_take_init(BenchTake* take, KitPreset* preset, const BenchPlan* plan)
{
  const KitEffect* const effect = kit_preset_effect(preset);
  const double* const    values = kit_preset_values(preset);
  const double           rate   = plan->sample_rate;

  *take = (BenchTake){
    .subject  = {.effect = effect, .state = kit_preset_to_json(preset), .sample_rate = rate},
    .block    = plan->block,
    .n_blocks = (uint32_t)(plan->seconds * rate) / plan->block + 1U,
  };
  choose_moved(&take->subject);
  for (uint32_t i = 0; i < take->subject.n_moved; ++i) {
    take->at_rest[i] = values[take->subject.moved[i].slot];
  }
  const double   tail_s  = effect->tail_s ? effect->tail_s(values, rate) : 0.0;
  const uint32_t latency = effect->latency_frames ? effect->latency_frames(values, rate) : 0U;
  take->n_until_silent   = (uint32_t)((fmin(tail_s, MAX_TAIL_S) + SETTLE_S) * rate) + latency;
  take->rings_out        = tail_s <= MAX_TAIL_S;
  return take->subject.state != NULL;
}

void
bench_take_cleanup(BenchTake* take)
{
  kit_free((void*)(uintptr_t)take->subject.state);
}

static void
play_block(Play* play, uint32_t n_frames, bool silent, const double* values, BenchLap* lap)
{
  static const float zeros[BENCH_MAX_FRAMES];
  static float       out[2][BENCH_MAX_FRAMES];
  const uint32_t     at      = play->at % N_NOISE;
  const float* const ins[2]  = {silent ? zeros : noise(0) + at, silent ? zeros : noise(1) + at};
  float* const       outs[2] = {out[0], out[1]};
  const BenchBlock   block   = {ins, outs, n_frames, silent, values};
  play->player->prepare(play->plugin, &block);
  bench_lap_start(lap);
  play->player->run(play->plugin, &block);
  bench_lap_stop(lap);
  play->at += n_frames;
}

/** Values of the next block: every parameter swings round where it rests. */
static const double*
swing(Play* play, uint32_t block)
{
  for (uint32_t i = 0; i < play->take->subject.n_moved; ++i) {
    const KitParam* const param  = play->take->subject.moved[i].param;
    const double          normal = kit_param_to_normal(param, play->take->at_rest[i]);
    const double          middle = fmin(fmax(normal, SWING), 1.0 - SWING);
    play->values[i] = kit_param_from_normal(param, middle + SWING * sin(block / SWING_STEPS * 6.28 + i));
  }
  return play->values;
}

static void
skip(Play* play, uint32_t n_frames, bool silent, const double* values)
{
  BenchLap lap;
  for (uint32_t n = 0; n < n_frames; n += BENCH_MAX_FRAMES) {
    play_block(play, BENCH_MAX_FRAMES, silent, n ? NULL : values, &lap);
  }
}

static void
time_way(Play* play, BenchWay way, double* own)
{
  for (uint32_t b = 0; b < play->take->n_blocks; ++b) {
    BenchLap lap;
    play_block(play, play->take->block, way == BENCH_SILENT, way == BENCH_AUTOMATED ? swing(play, b) : NULL,
               &lap);
    own[b] = fmin(own[b], lap.own);
  }
}

bool
bench_take_play(const BenchTake* take, const BenchPlayer* player, void* module, double* own)
{
  Play play = {take, player, player->open(module, &take->subject), 0, {0.0}};
  if (!play.plugin) {
    fprintf(stderr, "bench_deadline: %s: the %s plugin does not start\n", take->subject.effect->name,
            player->name);
    return false;
  }
  skip(&play, (uint32_t)(WARM_UP_S * take->subject.sample_rate), false, NULL);
  time_way(&play, BENCH_SOUNDING, own + BENCH_SOUNDING * take->n_blocks);
  time_way(&play, BENCH_AUTOMATED, own + BENCH_AUTOMATED * take->n_blocks);
  skip(&play, take->n_until_silent, true, take->at_rest);
  time_way(&play, BENCH_SILENT, own + BENCH_SILENT * take->n_blocks);
  player->close(play.plugin);
  return true;
}
