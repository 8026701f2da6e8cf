// SPDX-License-Identifier: ISC
#include "program.h"

#include "system.h"

#include <math.h>
#include <stdio.h>

#define EVERY_S 0.1

void
play_take_peaks(PlayProgram* program, float* in, float* out)
{
  for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
    in[c]  = atomic_exchange(&program->engine.peaks.in[c], 0.0f);
    out[c] = atomic_exchange(&program->engine.peaks.out[c], 0.0f);
  }
}

double
play_update_load(PlayProgram* program)
{
  const uint64_t busy   = atomic_load(&program->engine.n_busy);
  const uint64_t cycles = atomic_load(&program->engine.n_cycles);
  if (cycles > program->shown_cycles) {
    const double now      = (double)(busy - program->shown_busy) / (double)(cycles - program->shown_cycles);
    program->load         = program->load > 0.0 ? program->load + 0.3 * (now - program->load) : now;
    program->shown_busy   = busy;
    program->shown_cycles = cycles;
  }
  return program->load;
}

void
play_hide_meters(PlayProgram* program)
{
  if (program->showing) {
    fprintf(stderr, "\r\033[K");
    program->showing = false;
  }
}

static void
put_level(char* text, size_t size, const float* peaks, uint32_t n)
{
  size_t length = 0;
  *text         = '\0';
  for (uint32_t c = 0; c < n && length < size; ++c) {
    const double db = 20.0 * log10(fmax((double)peaks[c], 1e-6));
    length += (size_t)snprintf(text + length, size - length, db <= -99.5 ? "   -inf" : " %6.1f", db);
  }
}

static void
put_time(char* text, size_t size, double seconds)
{
  const unsigned whole = (unsigned)fmax(seconds, 0.0);
  snprintf(text, size, whole >= 3600U ? "%u:%02u:%02u" : "%.0u%02u:%02u", whole / 3600U, whole / 60U % 60U,
           whole % 60U);
}

void
play_show_meters(PlayProgram* program, double now_s)
{
  if (!program->shows || now_s < program->show_at) {
    return;
  }
  const KitLayout* const  layout = kit_plugin_layout(program->engine.plugin);
  const PlayPlayer* const player = &program->engine.player;
  const PlayTake* const   take   = atomic_load(&program->engine.take);
  float                   peaks[2][KIT_MAX_CHANNELS];
  char                    in[32];
  char                    out[32];
  char                    place[32] = "";
  char                    taken[32] = "";
  play_take_peaks(program, peaks[0], peaks[1]);
  put_level(in, sizeof(in), peaks[0], layout->n_in);
  put_level(out, sizeof(out), peaks[1], layout->n_out);
  if (player->path) {
    put_time(place, sizeof(place), atomic_load(&player->place) / player->info.sample_rate);
  }
  if (take) {
    put_time(taken, sizeof(taken), play_take_length_s(take));
  }
  fprintf(stderr, "\rin%s  out%s dB  %s %s%s%s%s  CPU %.1f %%  xruns %u\033[K", in, out,
          program->audio.device ? program->audio.device->name : "-",
          play_player_is_playing(player) ? "> " : "", place, take ? "  rec " : "", taken,
          100.0 * play_update_load(program), play_audio_n_xruns(&program->audio));
  fflush(stderr);
  program->showing = true;
  program->show_at = now_s + EVERY_S;
}
