// SPDX-License-Identifier: ISC
/** @file audio_private.h  What reading and writing of audio files share. */
#ifndef KIT_AUDIO_AUDIO_PRIVATE_H
#define KIT_AUDIO_AUDIO_PRIVATE_H

#include "vstkit/audio_file.h"

#include <sndfile.h>

/** A file in memory: [size] bytes used of [capacity], read or written at `at`. */
typedef struct {
  unsigned char* bytes;
  size_t         size;
  size_t         capacity; ///< 0: borrowed, read only
  size_t         at;
  bool           failed; ///< A write found no memory: the contents have a hole
} KitMemoryFile;

/** Callbacks over a #KitMemoryFile. */
extern SF_VIRTUAL_IO kit_memory_io;

/** Make room for `capacity` bytes, at least its size.  @return false, with the file as it was, without
 * memory. */
bool
kit_memory_reserve(KitMemoryFile* file, size_t capacity);

struct KitAudioFile {
  SNDFILE*      handle;
  SF_INFO       format;
  KitAudioInfo  info;
  KitMemoryFile memory;
};

#endif
