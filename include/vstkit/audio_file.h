// SPDX-License-Identifier: ISC
/**
   @file audio_file.h  Audio files, in and out of #KitAudio.

   Reads whatever libsndfile reads.  Writing goes to memory first, so that a
   caller can replace a file in one step.  Reentrant; not for the audio thread.
*/
#ifndef VSTKIT_AUDIO_FILE_H
#define VSTKIT_AUDIO_FILE_H

#include "vstkit/audio.h"
#include "vstkit/log.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How samples are stored. */
typedef enum {
  KIT_BITS_KEEP, ///< As the input has them, or the nearest that the format can hold
  KIT_BITS_16,
  KIT_BITS_24,
  KIT_BITS_32F,
  KIT_BITS_64F,
} KitBits;

typedef struct {
  double   sample_rate; ///< Hz
  uint32_t n_channels;
  size_t   n_frames; ///< As the header says; SIZE_MAX where it does not
  KitBits  bits;     ///< Nearest to how its samples are stored, never #KIT_BITS_KEEP
} KitAudioInfo;

/** An open input: its properties and metadata. */
typedef struct KitAudioFile KitAudioFile;

/**
   Open a file.

   @param[out] file Null on failure; close with kit_audio_close().
   @return #KIT_ERR_NOT_FOUND, #KIT_ERR_IO, #KIT_ERR_BAD_DATA or #KIT_ERR_NO_MEMORY, logged without the path.
*/
KitStatus
kit_audio_open(const char* path, const KitLog* log, KitAudioFile** file);

/** Open bytes in memory, which must outlive the call of kit_audio_close(). */
KitStatus
kit_audio_open_memory(const void* bytes, size_t size, const KitLog* log, KitAudioFile** file);

/** Null is allowed. */
void
kit_audio_close(KitAudioFile* file);

/** Valid as long as `file`. */
const KitAudioInfo*
kit_audio_info(const KitAudioFile* file);

/** Bytes that kit_audio_read() will need, or SIZE_MAX where the header does not tell. */
size_t
kit_audio_read_memory(const KitAudioFile* file);

/**
   Read all frames.

   A file shorter than its header says is read as far as it goes, with a warning.

   @param max_bytes Memory that may be used.
   @param stop Asked between chunks; true gives up.  May be null.
   @return #KIT_ERR_TOO_LARGE, #KIT_ERR_NO_MEMORY, #KIT_ERR_CANCELLED: `audio` is empty.
*/
KitStatus
kit_audio_read(KitAudioFile* file, size_t max_bytes, bool (*stop)(void), const KitLog* log, KitAudio* audio);

typedef struct {
  const char*         extension; ///< "wav", "flac"… without the dot; case does not matter
  KitBits             bits;
  const KitAudioFile* like; ///< Whose metadata and bits to keep, or null
} KitEncodeOptions;

/**
   Encode audio as a file in memory.

   Integer samples are rounded to nearest and clipped at full scale, with one
   warning that says how many were.  The result depends on nothing but the arguments.

   @param[out] bytes Caller frees with kit_free(); null on failure.
   @return #KIT_ERR_UNSUPPORTED for an unknown extension, or a rate, channel count
   or sample format that it cannot hold; #KIT_ERR_NO_MEMORY.
*/
KitStatus
kit_audio_encode(const KitAudio* audio, const KitEncodeOptions* options, const KitLog* log, void** bytes,
                 size_t* size);

/** True if files of this extension can be read (and, if asked, written). */
bool
kit_audio_extension_known(const char* extension, bool writable);

#ifdef __cplusplus
}
#endif
#endif
