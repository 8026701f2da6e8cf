// SPDX-License-Identifier: ISC
#include "player.h"

#define FADE_STEP (1.0 / 256.0) ///< A frame, against clicks
#define GAIN_STEP (1.0 / 2048.0)

static double
toward(double from, double to, double step)
{
  return from < to - step ? from + step : from > to + step ? from - step : to;
}

/** What comes next: its number, or that there is nothing. */
static bool
find_next(PlayPlayer* player, uint64_t* at, double* goal)
{
  const uint64_t start = atomic_load(&player->start_at);
  const bool     plays = atomic_load(&player->playing);
  *at                  = atomic_load_explicit(&player->ring.n_read, memory_order_relaxed);
  *goal                = plays && *at >= start ? 1.0 : 0.0;
  if (*at < start && (player->fade <= 0.0 || *at == atomic_load(&player->ring.n_written))) {
    *at          = start;
    *goal        = plays ? 1.0 : 0.0;
    player->fade = 0.0;
    atomic_store_explicit(&player->ring.n_read, start, memory_order_release); // Makes room
  }
  return plays || player->fade > 0.0;
}

void
play_player_process(PlayPlayer* player, double* const* out, uint32_t n_channels, uint32_t n,
                    uint32_t* end_frame)
{
  bool starved = false;
  *end_frame   = UINT32_MAX;
  for (uint32_t i = 0; i < n; ++i) {
    uint64_t  at    = 0;
    double    goal  = 0.0;
    PlayFrame frame = {{0.0, 0.0}, 0.0};
    if (player->ring.items && find_next(player, &at, &goal)) {
      if (at < atomic_load_explicit(&player->ring.n_written, memory_order_acquire)) {
        memcpy(&frame, play_ring_at(&player->ring, at), sizeof(frame));
        // The beginning of a file is as it is
        player->fade = goal > 0.0 && player->fade <= 0.0 && frame.place <= 0.0
                         ? 1.0
                         : toward(player->fade, goal, FADE_STEP);
        atomic_store_explicit(&player->place, frame.place, memory_order_relaxed);
        atomic_store_explicit(&player->ring.n_read, at + 1U, memory_order_release);
      } else if (at == atomic_load(&player->end_at) && goal > 0.0) {
        atomic_store(&player->ended, true);
        atomic_store(&player->playing, false);
        player->fade = 0.0;
        *end_frame   = i;
      } else {
        player->fade = 0.0;
        starved      = at > atomic_load(&player->start_at);
      }
    }
    const double gain  = atomic_load_explicit(&player->gain, memory_order_relaxed);
    player->gain_now   = player->gain_now < 0.0 ? gain : toward(player->gain_now, gain, GAIN_STEP);
    const double level = player->gain_now * player->fade;
    if (n_channels == 1U) {
      out[0][i] = level * 0.5 * (frame.x[0] + frame.x[1]);
    } else {
      out[0][i] = level * frame.x[0];
      out[1][i] = level * frame.x[1];
    }
  }
  if (starved) {
    atomic_fetch_add(&player->n_starved, 1U);
  }
}
