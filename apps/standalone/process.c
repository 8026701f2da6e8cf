// SPDX-License-Identifier: ISC
#include "engine.h"

#include "cycles.h"
#include "transport.h"

#include <math.h>

#define FULL        0.98 ///< Of full scale: what howls soon stands there
#define GUARD_S     0.5  ///< For how long
#define GUARD_SHARE 5U   ///< One frame in so many
#define GUARD_STEP  (1.0 / 512.0)

static void
note_peak(_Atomic float* peak, const double* x, uint32_t n)
{
  double most = 0.0;
  for (uint32_t i = 0; i < n; ++i) {
    most = fmax(most, fabs(x[i]));
  }
  if ((float)most > atomic_load_explicit(peak, memory_order_relaxed)) {
    atomic_store_explicit(peak, (float)most, memory_order_relaxed);
  }
}

/** Copy the live input, faded out where the guard has closed it. */
static void
take_live(PlayEngine* engine, const float* const* in, uint32_t n_in, uint32_t from, uint32_t n)
{
  const double goal  = atomic_load(&engine->guard.tripped) ? 0.0 : 1.0;
  const double start = engine->guard.level;
  for (uint32_t c = 0; c < n_in; ++c) {
    const float* const x     = in ? in[c] : NULL;
    double             level = start;
    for (uint32_t i = 0; i < n; ++i) {
      level               = level < goal ? fmin(level + GUARD_STEP, goal) : fmax(level - GUARD_STEP, goal);
      engine->in[c][i]    = x ? level * (double)x[from + i] : 0.0;
      engine->guard.level = level;
    }
  }
}

/** Music touches full scale; what feeds back stands there, on both sides. */
static void
watch_feedback(PlayEngine* engine, uint32_t n)
{
  PlayGuard* const guard = &engine->guard;
  if (!atomic_load(&guard->on) || atomic_load(&guard->tripped)) {
    guard->n_full = guard->n_seen = 0;
    return;
  }
  for (uint32_t i = 0; i < n; ++i) {
    guard->n_full += fabs(engine->in[0][i]) >= FULL && fabs(engine->out[0][i]) >= FULL ? 1U : 0U;
  }
  guard->n_seen += n;
  if ((double)guard->n_seen >= GUARD_S * engine->sample_rate) {
    if (guard->n_full >= guard->n_seen / GUARD_SHARE) {
      atomic_store(&guard->tripped, true);
    }
    guard->n_full = guard->n_seen = 0;
  }
}

/** Frame of this block at which the take ends because its file has ended, or UINT32_MAX. */
static uint32_t
find_stop(PlayEngine* engine, uint32_t n, uint32_t end_frame)
{
  const uint32_t tail = atomic_load(&engine->tail);
  if (end_frame != UINT32_MAX && tail != UINT32_MAX) {
    engine->stop_in = (uint64_t)end_frame + tail;
  }
  if (engine->stop_in == UINT64_MAX) {
    return UINT32_MAX;
  }
  if (engine->stop_in <= n) {
    const uint32_t stop = (uint32_t)engine->stop_in;
    engine->stop_in     = UINT64_MAX;
    return stop;
  }
  engine->stop_in -= n;
  return UINT32_MAX;
}

static void
run_part(PlayEngine* engine, const float* const* in, float* const* out, uint32_t from, uint32_t n)
{
  const KitLayout* const layout    = kit_plugin_layout(engine->plugin);
  const int              source    = atomic_load(&engine->source);
  uint32_t               end_frame = UINT32_MAX;
  play_player_process(&engine->player, engine->in, layout->n_in, n, &end_frame);
  if (source != PLAY_SOURCE_FILE) {
    take_live(engine, source == PLAY_SOURCE_LIVE ? in : NULL, layout->n_in, from, n);
  }
  // Before it is processed in place anywhere, so that what is dry stays so
  PlayTake* const  take  = atomic_load(&engine->take);
  const KitProcess block = {(const void* const*)engine->in, (void* const*)engine->out, true, n, NULL, 0};
  kit_plugin_process(engine->plugin, &block);
  if (take) {
    play_take_process(take, (const double* const*)engine->in, (const double* const*)engine->out, n,
                      find_stop(engine, n, end_frame), kit_instance_latency_frames(engine->instance));
  } else {
    engine->stop_in = UINT64_MAX;
  }
  if (source == PLAY_SOURCE_LIVE) {
    watch_feedback(engine, n);
  }
  for (uint32_t c = 0; c < layout->n_in; ++c) {
    note_peak(&engine->peaks.in[c], engine->in[c], n);
  }
  for (uint32_t c = 0; c < layout->n_out; ++c) {
    note_peak(&engine->peaks.out[c], engine->out[c], n);
    for (uint32_t i = 0; out && out[c] && i < n; ++i) {
      out[c][from + i] = (float)engine->out[c][i];
    }
  }
}

void
play_process(PlayEngine* engine, const float* const* in, float* const* out, uint32_t n)
{
  const uint64_t begin = kit_cycles();
  const double   bpm   = atomic_load(&engine->bpm);
  atomic_store(&engine->inside, true);
  if (bpm > 0.0 && !engine->led) {
    KitHostTime time = KIT_NO_TIME;
    time.bpm         = bpm;
    kit_time_tell(engine->instance, &time);
  }
  for (uint32_t from = 0; from < n; from += PLAY_MAX_BLOCK) {
    run_part(engine, in, out, from, n - from < PLAY_MAX_BLOCK ? n - from : PLAY_MAX_BLOCK);
  }
  atomic_store(&engine->inside, false);
  atomic_fetch_add(&engine->n_frames, n);
  atomic_fetch_add(&engine->n_busy, kit_cycles() - begin);
  atomic_fetch_add(&engine->n_cycles, engine->last_cycles ? begin - engine->last_cycles : 0U);
  engine->last_cycles = begin;
}
