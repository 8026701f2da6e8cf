// SPDX-License-Identifier: ISC
/**
   @file device.h  What brings sound in and out: back ends, one device at a time, and who looks after it.

   A back end opens a device, whose thread calls play_process().  Where a device goes
   away the null device runs in its place until it is back, so that wires, recorder
   and worker go on.
*/
#ifndef KIT_STANDALONE_DEVICE_H
#define KIT_STANDALONE_DEVICE_H

#include "engine.h"

#define PLAY_DEVICE_TEXT 256U ///< Bytes of a device's name, terminated

/** What is asked for.  Texts are borrowed. */
typedef struct {
  const char* backend; ///< "jack", "portaudio", "null"; null: what there is, in this order
  const char* device;  ///< Name, or part of one; null: the default
  double      rate;    ///< Hz; 0: the device's own
  uint32_t    frames;  ///< Of a block; 0: the device's own
  const char* name;    ///< What others know us by
  bool        connect; ///< With the sound card, where that is a question
  bool        pace;    ///< False: the null device runs as fast as it can
  bool        wait;    ///< For a device that is not there yet

  /** Called once, when the engine is prepared and before the first block.  May be null. */
  void (*prepared)(void* handle);
  void* handle;
} PlayWish;

typedef struct PlayBackend PlayBackend;

/** An open device.  A back end's own begins with this. */
typedef struct {
  const PlayBackend* backend;
  PlayEngine*        engine;
  char               name[PLAY_DEVICE_TEXT];
  double             sample_rate;
  bool               offline;  ///< There is no deadline
  _Atomic uint32_t   n_frames; ///< Of a block, as far as is known
  _Atomic bool       lost;     ///< It is gone, or has another rate now: close it, and open it again
  _Atomic uint32_t   n_xruns;
  _Atomic double     bpm;        ///< Quarter notes a minute, as its transport has said; 0: it has not
  _Atomic bool       wants_save; ///< A session of the back end's: see PlayBackend::saved
} PlayDevice;

/** Takes one of a list: name, and what people should know. */
typedef void (*PlayListed)(void* handle, const char* name, const char* details);

struct PlayBackend {
  const char* id;
  const char* title;
  const char* none; ///< What to do where it finds nothing

  /** @return how many devices there are. */
  uint32_t (*list)(PlayListed take, void* handle);

  /** @return null, with a reason in `log`. */
  PlayDevice* (*open)(const PlayWish* wish, PlayEngine* engine, const KitLog* log);

  /** Let its thread run; the engine is prepared. */
  bool (*start)(PlayDevice* device, const KitLog* log);

  /** On return nothing of it runs. */
  void (*close)(PlayDevice* device);

  /** Look after it, thirty times a second or so.  May be null. */
  void (*tick)(PlayDevice* device);

  /** The effect's latency is another one now.  May be null. */
  void (*latency_moved)(PlayDevice* device);

  /** What a session asked for is saved as `file`.  May be null. */
  void (*session_folder)(PlayDevice* device, char* folder, size_t size);
  void (*session_saved)(PlayDevice* device, const char* command);
};

extern const PlayBackend play_null;
extern const PlayBackend play_jack;
extern const PlayBackend play_portaudio;

/** Those of this build, the best first; ends with a null. */
extern const PlayBackend* const play_backends[];

/** @return null if there is none. */
const PlayBackend*
play_backend_find(const char* id);

typedef struct {
  PlayEngine* engine;
  PlayWish    wish;
  PlayDevice* device;    ///< The one that runs, or null
  bool        stands_in; ///< It is the null device, until what is wished for is there
  double      retry_at;  ///< kit_clock_s()
  double      retry_s;   ///< Until the time after that
  double      moved_at;  ///< When it was last seen to run
  uint64_t    moved;     ///< Frames then
  uint32_t    n_xruns;   ///< Of devices that are closed
  KitLog      log;
} PlayAudio;

/** Open what is wished for and run it.
    @return #KIT_ERR_NOT_FOUND, logged, where a back end was named that has nothing, and `wait` is off. */
KitStatus
play_audio_start(PlayAudio* audio, PlayEngine* engine, const PlayWish* wish, const KitLog* log);

/** Run another device; the old one is closed first.  @return as play_audio_start(); the null device stands
    in then. */
KitStatus
play_audio_choose(PlayAudio* audio, const PlayWish* wish);

/** Look after it.  @return true if it is another device now. */
bool
play_audio_tick(PlayAudio* audio);

/** On return nothing runs. */
void
play_audio_stop(PlayAudio* audio);

uint32_t
play_audio_n_xruns(const PlayAudio* audio);

#endif
