// SPDX-License-Identifier: ISC
#include "screen_impl.h"

#include "path.h"
#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

#define MOST_GAIN  100.0
#define LEAST_GAIN 1e-6

static uint64_t
frame_of(const PlayScreen* screen, double seconds)
{
  return (uint64_t)llround(fmax(seconds, 0.0) * screen->program->engine.player.info.sample_rate);
}

static void
toggle_play(PlayProgram* program)
{
  PlayPlayer* const player = &program->engine.player;
  if (player->path) {
    const bool plays = play_player_is_playing(player);
    if (!plays) {
      play_program_set_source(program, PLAY_SOURCE_FILE);
    }
    play_player_play(player, !plays);
  }
}

static void
toggle_loop(PlayProgram* program)
{
  PlayPlayer* const player = &program->engine.player;
  const PlayLoop*   loop   = &player->wish_loop;
  play_player_set_loop(player, !loop->loops, loop->loop_from,
                       loop->loop_to ? loop->loop_to : player->info.n_frames);
  program->changed = true;
}

static void
add_gain(PlayProgram* program, double db)
{
  const double gain = atomic_load(&program->engine.player.gain) * pow(10.0, db / 20.0);
  atomic_store(&program->engine.player.gain, fmin(fmax(gain, LEAST_GAIN), MOST_GAIN));
  program->changed = true;
  kit_log(&program->log, KIT_LOG_INFO, "level of the file: %.1f dB",
          20.0 * log10(atomic_load(&program->engine.player.gain)));
}

void
play_screen_do(PlayScreen* screen, const KitStripWish* wish)
{
  PlayProgram* const program = screen->program;
  PlayPlayer* const  player  = &program->engine.player;
  switch (wish->action) {
    case KIT_STRIP_DEVICE: play_screen_open_devices(screen); break;
    case KIT_STRIP_FILE: play_screen_open_files(screen); break;
    case KIT_STRIP_RECORDER: play_screen_open_recorder(screen); break;
    case KIT_STRIP_CHOOSE: play_screen_choose(screen, wish->id); break;
    case KIT_STRIP_SOURCE:
      play_program_set_source(program, atomic_load(&program->engine.source) == PLAY_SOURCE_LIVE
                                         ? PLAY_SOURCE_FILE
                                         : PLAY_SOURCE_LIVE);
      break;
    case KIT_STRIP_PLAY: toggle_play(program); break;
    case KIT_STRIP_LOOP: toggle_loop(program); break;
    case KIT_STRIP_RECORD:
      if (atomic_load(&program->engine.take)) {
        play_engine_stop_take(&program->engine);
      } else {
        play_program_record(program, NULL, NULL);
      }
      break;
    case KIT_STRIP_GUARD: play_program_dismiss_guard(program); break;
    case KIT_STRIP_SEEK: play_player_seek(player, frame_of(screen, wish->from)); break;
    case KIT_STRIP_SELECT:
      play_player_set_loop(player, true, frame_of(screen, wish->from), frame_of(screen, wish->to));
      program->changed = true;
      break;
    case KIT_STRIP_GAIN: add_gain(program, wish->from); break;
    case KIT_STRIP_NOTHING: break;
  }
}

/** Look at another file where there is one now. */
static void
follow_file(PlayScreen* screen)
{
  const char* const path = screen->program->engine.player.path;
  if (path ? !screen->wave_path || strcmp(path, screen->wave_path) != 0 : screen->wave_path != NULL) {
    play_settings_set_text(&screen->wave_path, path);
    play_wave_open(&screen->wave, path, KIT_STRIP_COLUMNS);
  }
}

bool
play_screen_show(PlayScreen* screen, double now_s)
{
  PlayProgram* const      program = screen->program;
  const PlayPlayer* const player  = &program->engine.player;
  const PlayTake* const   take    = atomic_load(&program->engine.take);
  const double            rate    = player->path ? player->info.sample_rate : 1.0;
  float                   peaks[KIT_STRIP_COLUMNS];
  char                    notice[160];
  float                   in[KIT_MAX_CHANNELS];
  float                   out[KIT_MAX_CHANNELS];
  follow_file(screen);
  kit_lock_take(&program->notice_lock);
  memcpy(notice, program->notice, sizeof(notice));
  const bool said = now_s < program->notice_until;
  kit_lock_drop(&program->notice_lock);
  play_take_peaks(program, in, out);
  const KitStripModel model = {
    .device      = program->audio.device ? program->audio.device->name : "",
    .is_gone     = program->audio.stands_in,
    .file        = player->path ? kit_path_name(player->path) : NULL,
    .peaks       = play_wave_read(&screen->wave, peaks) ? peaks : NULL,
    .length_s    = player->path ? (double)player->info.n_frames / rate : 0.0,
    .place_s     = atomic_load(&player->place) / rate,
    .loop_from_s = (double)player->wish_loop.loop_from / rate,
    .loop_to_s   = (double)player->wish_loop.loop_to / rate,
    .loops       = player->wish_loop.loops,
    .is_live     = atomic_load(&program->engine.source) == PLAY_SOURCE_LIVE,
    .plays       = play_player_is_playing(player),
    .records     = take,
    .recorded_s  = take ? play_take_length_s(take) : 0.0,
    .load        = play_update_load(program),
    .feeds_back  = atomic_load(&program->engine.guard.tripped),
    .in          = fmaxf(in[0], in[1]),
    .out         = fmaxf(out[0], out[1]),
    .notice      = said ? notice : NULL,
  };
  return kit_strip_show(screen->strip, &model);
}
