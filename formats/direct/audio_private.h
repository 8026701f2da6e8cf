// SPDX-License-Identifier: ISC
/** @file audio_private.h  What reading and writing of audio files share. */
#ifndef KIT_DIRECT_AUDIO_PRIVATE_H
#define KIT_DIRECT_AUDIO_PRIVATE_H

#include "vstkit/audio_file.h"

#include <sndfile.h>

/** A file in memory: [size] bytes used of [capacity], read or written at `at`. */
typedef struct {
  unsigned char* bytes;
  size_t         size;
  size_t         capacity; ///< 0: borrowed, read only
  size_t         at;
} KitMemoryFile;

/** Callbacks over a #KitMemoryFile. */
extern SF_VIRTUAL_IO kit_memory_io;

struct KitAudioFile {
  SNDFILE*      handle;
  SF_INFO       format;
  KitAudioInfo  info;
  KitMemoryFile memory;
};

#endif
