// SPDX-License-Identifier: ISC
/**
   @file engine.h  One effect as a program runs it: a plugin, what it plays and what it records.

   As a format is, it is an adapter: what comes from a device goes through a
   #KitPlugin, in double precision.
*/
#ifndef KIT_STANDALONE_ENGINE_H
#define KIT_STANDALONE_ENGINE_H

#include "player.h"
#include "plugin.h"
#include "take.h"

#define PLAY_MAX_BLOCK 1024U ///< Longer ones come in parts

/** Where sound comes from. */
typedef enum { PLAY_SOURCE_LIVE, PLAY_SOURCE_FILE, PLAY_SOURCE_NONE } PlaySource;

/** A short MIDI message. */
typedef struct {
  uint8_t bytes[3];
} PlayMidi;

/** Levels since they were last looked at, linear. */
typedef struct {
  _Atomic float in[KIT_MAX_CHANNELS];
  _Atomic float out[KIT_MAX_CHANNELS];
} PlayPeaks;

/** What keeps a microphone and a loudspeaker from howling. */
typedef struct {
  _Atomic bool on;      ///< Watches
  _Atomic bool tripped; ///< The live input is silent until it is dismissed
  double       level;   ///< 1: the input is open
  uint32_t     n_full;  ///< Of the frames looked at, those at full scale, in and out
  uint32_t     n_seen;
} PlayGuard;

typedef struct {
  KitPlugin*   plugin;
  KitInstance* instance;
  PlayPlayer   player;
  PlayRing     midi; ///< Of #PlayMidi, from the device's thread

  _Atomic int        source; ///< #PlaySource
  _Atomic(PlayTake*) take;
  _Atomic uint32_t
    tail; ///< Frames that a take goes on for behind the file's end; UINT32_MAX: until it is stopped
  _Atomic double   bpm;      ///< Where the device's transport says none; 0: nor does anybody
  _Atomic bool     inside;   ///< The audio thread is in play_process()
  _Atomic uint64_t n_frames; ///< Processed
  _Atomic uint64_t n_busy;   ///< kit_cycles() in play_process()
  _Atomic uint64_t n_cycles; ///< kit_cycles() from block to block
  PlayPeaks        peaks;
  PlayGuard        guard;

  // The audio thread's
  double*  in[KIT_MAX_CHANNELS]; ///< [PLAY_MAX_BLOCK]
  double*  out[KIT_MAX_CHANNELS];
  uint64_t last_cycles;
  bool     led;     ///< The device's transport says the tempo of this block
  uint64_t stop_in; ///< Frames until the take ends; UINT64_MAX: the file has not ended

  // The main thread's
  double sample_rate; ///< 0: never prepared
  bool   offline;
  KitLog log;
} PlayEngine;

/** @return false without memory or threads, after a message; clean up all the same.  [main-thread] */
bool
play_engine_init(PlayEngine* engine, const KitEffect* effect, const KitLog* log);

/** While no device runs. */
void
play_engine_cleanup(PlayEngine* engine);

/** Be ready to run at a rate; while no device runs.  What was prepared for the same goes on where it was.
    @param offline Without a deadline: an engine that is asked for is built on the spot.
    @return as kit_plugin_activate(), logged. */
KitStatus
play_engine_prepare(PlayEngine* engine, double sample_rate, bool offline);

/** Begin a take with the next block.  @return false after a message, or where there is one.  [main-thread] */
bool
play_engine_start_take(PlayEngine* engine, const PlayTakeOptions* options);

/** Ask the take to end; play_engine_idle() closes it. */
void
play_engine_stop_take(PlayEngine* engine);

/** One tick: the plugin's idle, and a take that is over is closed.
    @param[out] take_ok What play_take_free() said; may be null.
    @return true if a take was closed.  [main-thread] */
bool
play_engine_idle(PlayEngine* engine, bool* take_ok);

/** Close a take that cannot end by itself: while no device runs.  @return false if a file is not whole. */
bool
play_engine_drop_take(PlayEngine* engine);

/** True if a device without a deadline may take `n` frames now: the disk keeps up.  [the device's thread] */
bool
play_engine_is_ready(const PlayEngine* engine, uint32_t n);

/**
   Run a block.

   @param in Shape [n_in of the layout][n]; null, or a null channel, is silence.
   @param[out] out Shape [n_out of the layout][n]; null channels are dropped.
   [audio-thread]  Realtime: yes.
*/
void
play_process(PlayEngine* engine, const float* const* in, float* const* out, uint32_t n);

#endif
