// SPDX-License-Identifier: ISC
/**
   @file wave.h  The picture of a file's loudness, made by a thread of its own: a peak for each of many
   columns.

   Of a long file only the beginning of each column is looked at, so that hours take a second.  [main-thread]
*/
#ifndef KIT_STANDALONE_WAVE_H
#define KIT_STANDALONE_WAVE_H

#include "threads.h"
#include "vstkit/audio_file.h"

#include <stdatomic.h>

typedef struct {
  KitThread      thread;
  bool           runs;
  _Atomic bool   quits;
  KitAudioFile*  file;
  uint32_t       n;     ///< Columns
  _Atomic float* peaks; ///< [n]
} PlayWave;

/** Begin to look at a file; what was looked at before is dropped.  A null path drops it alone. */
void
play_wave_open(PlayWave* wave, const char* path, uint32_t n_columns);

/** Copy what is known so far.  @param[out] peaks Shape [n_columns].  @return false if there is none. */
bool
play_wave_read(const PlayWave* wave, float* peaks);

void
play_wave_close(PlayWave* wave);

#endif
