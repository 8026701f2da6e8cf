// SPDX-License-Identifier: ISC
/**
   @file audio_file.h  Audio files, in and out of #KitAudio.

   Reads whatever libsndfile reads, whole or in pieces, also from pipes.  Writes
   to a descriptor in pieces, or to memory.  Reentrant; not for the audio thread.
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
  bool     is_exact; ///< There are as many, for certain
  bool     is_once;  ///< Can be read only once: kit_audio_rewind() fails
  KitBits  bits;     ///< Nearest to how its samples are stored, never #KIT_BITS_KEEP
} KitAudioInfo;

/** An open input: its properties and metadata. */
typedef struct KitAudioFile KitAudioFile;

/**
   Open a file, or a pipe that is there to be opened.

   @param[out] file Null on failure; close with kit_audio_close().
   @return #KIT_ERR_NOT_FOUND, #KIT_ERR_IO, #KIT_ERR_BAD_DATA or #KIT_ERR_NO_MEMORY, logged without the path.
*/
KitStatus
kit_audio_open(const char* path, const KitLog* log, KitAudioFile** file);

/** Open bytes in memory, which must outlive the call of kit_audio_close(). */
KitStatus
kit_audio_open_memory(const void* bytes, size_t size, const KitLog* log, KitAudioFile** file);

/**
   Open what comes out of a descriptor, such as 0 for standard input, which stays open.

   WAV and AU are read as they come; of other formats all is read first, into a temporary file.
*/
KitStatus
kit_audio_open_stream(int fd, const KitLog* log, KitAudioFile** file);

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

/**
   Read the next `n` frames.

   @param[out] channels [n_channels][n]
   @param[out] n_read `n`, or fewer at the end, where a file that is shorter than its header says is warned
   of.
   @return #KIT_ERR_IO, #KIT_ERR_NO_MEMORY
*/
KitStatus
kit_audio_read_some(KitAudioFile* file, double* const* channels, uint32_t n, const KitLog* log,
                    uint32_t* n_read);

/**
   Go on `n` frames further, or to the end if that is nearer.

   Plain samples are jumped over; what has to be decoded is, for what comes after depends on it.

   @return as kit_audio_read_some()
*/
KitStatus
kit_audio_skip(KitAudioFile* file, uint64_t n, const KitLog* log);

/** Back to the first frame.  @return #KIT_ERR_UNSUPPORTED for a stream. */
KitStatus
kit_audio_rewind(KitAudioFile* file, const KitLog* log);

/** Go to a frame, or to the end if that is nearer.  @return #KIT_ERR_UNSUPPORTED for a stream, #KIT_ERR_IO,
    #KIT_ERR_NO_MEMORY. */
KitStatus
kit_audio_seek(KitAudioFile* file, uint64_t frame, const KitLog* log);

typedef struct {
  const char*         extension; ///< "wav", "flac"… without the dot; case does not matter
  KitBits             bits;
  const KitAudioFile* like;    ///< Whose metadata and bits to keep, or null
  double              quality; ///< Of mp3, ogg and opus: 1 (smallest) – 100 (best); 0: the format's own
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

/** A file being written. */
typedef struct KitAudioWriter KitAudioWriter;

typedef struct {
  double   sample_rate; ///< Hz
  uint32_t n_channels;
  uint64_t n_frames; ///< As far as is known; UINT64_MAX if that is open
} KitAudioShape;

/**
   Begin to write to a descriptor.

   Where that can be sought in, the header is put right at the end.  Else (a pipe) it is written first, for
   the `n_frames` that are said to come, or for an open length; only some formats can do that.

   @param options As for kit_audio_encode().
   @param log Must outlive the writer.
   @param[out] writer Null on failure; end with kit_audio_writer_close().
   @return #KIT_ERR_UNSUPPORTED, #KIT_ERR_NO_MEMORY, #KIT_ERR_IO (logged without a name)
*/
KitStatus
kit_audio_writer_open(int fd, const KitAudioShape* shape, const KitEncodeOptions* options, const KitLog* log,
                      KitAudioWriter** writer);

/** Write frames, [n_channels][n].  To a pipe, they are out when it returns.  @return #KIT_ERR_IO, logged. */
KitStatus
kit_audio_writer_write(KitAudioWriter* writer, const double* const* channels, uint32_t n);

/** Write what has come so far, and a header that is right for it: whatever happens to the program, the file
    can be read up to here, or for FLAC up to the last whole block.  @return #KIT_ERR_IO, logged */
KitStatus
kit_audio_writer_sync(KitAudioWriter* writer);

/** Write what is left, warn of clipped samples, and free; null is allowed.  The descriptor stays open.
    @return #KIT_ERR_IO, logged */
KitStatus
kit_audio_writer_close(KitAudioWriter* writer);

/** Refuse what kit_audio_writer_open() would refuse.  @return #KIT_ERR_UNSUPPORTED, logged */
KitStatus
kit_audio_check_encoding(const KitAudioShape* shape, const KitEncodeOptions* options, const KitLog* log);

/** The sample rate at which it can be written: its own, else the next above, else one of a whole ratio below
   (down to a quarter), else the next below.  @return 0 if there is none. */
double
kit_audio_nearest_rate(const KitAudioShape* shape, const KitEncodeOptions* options);

/** True if files of this extension can be read (and, if asked, written). */
bool
kit_audio_extension_known(const char* extension, bool writable);

#ifdef __cplusplus
}
#endif
#endif
