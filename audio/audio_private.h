// SPDX-License-Identifier: ISC
/** @file audio_private.h  What reading and writing of audio files share. */
#ifndef KIT_AUDIO_AUDIO_PRIVATE_H
#define KIT_AUDIO_AUDIO_PRIVATE_H

#include "vstkit/audio_file.h"

#include "bytes.h"
#include "spool.h"

#include <sndfile.h>

/** A file in memory, read or written at `at`. */
typedef struct {
  KitBytes bytes; ///< Without room: borrowed, read only
  size_t   at;
  bool     failed; ///< A write found no memory: the contents have a hole
} KitMemoryFile;

/** Callbacks over a #KitMemoryFile. */
extern SF_VIRTUAL_IO kit_memory_io;

/** Significant bits of integer samples, or 0. */
int
kit_integer_bits(int format);

/** Bits of floating-point samples, or 0. */
int
kit_float_bits(int format);

/** libsndfile's format for what is to be written; 0, logged, if there is none. */
int
kit_audio_choose_format(const KitAudioShape* audio, const KitEncodeOptions* options, bool to_pipe,
                        const KitLog* log);

/** Bytes on their way to a descriptor. */
typedef struct {
  int            fd;
  bool           can_seek;
  bool           holds; ///< A pipe's header is still gathered in `head`
  KitMemoryFile  head;  ///< Of a pipe
  uint64_t       at;
  uint64_t       size;
  unsigned char* buffer; ///< Of what can be sought in
  size_t         n_buffer;
  uint64_t       buffer_at;
  int            error; ///< errno of the first write that failed
} KitOutFile;

/** Callbacks over a #KitOutFile. */
extern SF_VIRTUAL_IO kit_out_io;

/** Write what has been gathered. */
void
kit_out_flush(KitOutFile* out);

/** A stream being read: what was read of its beginning can be read again. */
typedef struct {
  int      fd;
  bool     owns_fd;
  KitBytes head;
  uint64_t at;
  uint64_t n_read; ///< Bytes that have come out of the descriptor
  bool     ended;
  int      error; ///< errno, or 0
} KitInStream;

/** Callbacks over a #KitInStream. */
extern SF_VIRTUAL_IO kit_in_stream_io;

/** Read ahead, so that the first `n` bytes are in `head`.  @return those that there are. */
size_t
kit_in_stream_peek(KitInStream* stream, size_t n);

/** Bytes in a spool. */
typedef struct {
  struct KitSpool* spool;
  uint64_t         size;
  uint64_t         at;
} KitSpoolFile;

/** Callbacks over a #KitSpoolFile. */
extern SF_VIRTUAL_IO kit_spool_io;

struct KitAudioFile {
  SNDFILE*      handle;
  SF_INFO       format;
  KitAudioInfo  info;
  KitMemoryFile memory;
  char*         path;       ///< Of a file, or null
  KitInStream   stream;     ///< fd −1 if it is none
  KitSpoolFile  spooled;    ///< All of a stream, or null
  double*       chunk;      ///< Interleaved, for kit_audio_read_some()
  short*        shorts;     ///< The same of 16-bit samples, or null
  uint64_t      n_promised; ///< Frames that the header speaks of
  uint64_t      n_read;     ///< Frames since the beginning
  bool          warned;
};

#endif
