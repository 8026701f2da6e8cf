// SPDX-License-Identifier: ISC
#include "wave.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <string.h>

#define MOST 4096U ///< Frames of a column that are looked at

static double
peak_of(double* const* x, uint32_t n_channels, uint32_t n)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < n_channels; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      peak = fmax(peak, fabs(x[c][i]));
    }
  }
  return peak;
}

static void
look(PlayWave* wave, double* const* x)
{
  const KitAudioInfo* const info   = kit_audio_info(wave->file);
  const uint64_t            length = info->n_frames;
  for (uint32_t i = 0; i < wave->n && !atomic_load(&wave->quits); ++i) {
    const uint64_t from = length * i / wave->n;
    const uint64_t n    = length * (i + 1U) / wave->n - from;
    uint32_t       got  = 0;
    if (kit_audio_seek(wave->file, from, NULL) ||
        kit_audio_read_some(wave->file, x, n < MOST ? (uint32_t)(n ? n : 1U) : MOST, NULL, &got)) {
      return;
    }
    atomic_store(&wave->peaks[i], (float)peak_of(x, info->n_channels, got));
  }
}

static void
look_through(void* handle)
{
  PlayWave* const wave       = (PlayWave*)handle;
  const uint32_t  n_channels = kit_audio_info(wave->file)->n_channels;
  double** const  x          = (double**)kit_calloc(n_channels, sizeof(double*));
  bool            ok         = x;
  for (uint32_t c = 0; ok && c < n_channels; ++c) {
    x[c] = (double*)kit_calloc(MOST, sizeof(double));
    ok   = x[c];
  }
  if (ok) {
    look(wave, x);
  }
  for (uint32_t c = 0; x && c < n_channels; ++c) {
    kit_free(x[c]);
  }
  kit_free((void*)x);
}

void
play_wave_open(PlayWave* wave, const char* path, uint32_t n_columns)
{
  play_wave_close(wave);
  if (!path || kit_audio_open(path, NULL, &wave->file)) {
    return;
  }
  const KitAudioInfo* const info = kit_audio_info(wave->file);
  wave->n                        = n_columns;
  wave->peaks                    = (_Atomic float*)kit_calloc(n_columns, sizeof(_Atomic float));
  wave->runs                     = wave->peaks && !info->is_once && info->n_frames != SIZE_MAX &&
               kit_thread_start(&wave->thread, look_through, wave);
}

bool
play_wave_read(const PlayWave* wave, float* peaks)
{
  for (uint32_t i = 0; wave->peaks && i < wave->n; ++i) {
    peaks[i] = atomic_load(&wave->peaks[i]);
  }
  return wave->peaks;
}

void
play_wave_close(PlayWave* wave)
{
  atomic_store(&wave->quits, true);
  if (wave->runs) {
    kit_thread_join(&wave->thread);
  }
  kit_audio_close(wave->file);
  kit_free((void*)wave->peaks);
  memset(wave, 0, sizeof(*wave));
}
