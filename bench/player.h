// SPDX-License-Identifier: ISC
/**
   @file player.h  One effect, run bare or as a host runs one of its plugins.

   Everything here is for one thread, which is main thread and audio thread in turn.
*/
#ifndef KIT_BENCH_PLAYER_H
#define KIT_BENCH_PLAYER_H

#include "host_params.h"
#include "vstkit/instance.h"

#define BENCH_N_MOVED    5U    ///< Most parameters that move
#define BENCH_MAX_FRAMES 1024U ///< Longest block

/** What is played, in stereo and against a deadline. */
typedef struct {
  const KitEffect* effect;
  const char*      state; ///< Preset text
  double           sample_rate;
  KitHostParam     moved[BENCH_N_MOVED]; ///< Parameters that blocks may change
  uint32_t         n_moved;
} BenchSubject;

typedef struct {
  const float* const* in;  ///< [2][n_frames]
  float* const*       out; ///< [2][n_frames]
  uint32_t            n_frames;
  bool                silent; ///< `in` is all zeros, which formats that have a flag for it are told
  const double*       values; ///< [n_moved] that the parameters take at frame 0, or null
} BenchBlock;

typedef struct {
  const char* name;

  /** Load the effect's module as hosts do.  @return null, with a message, if that fails. */
  void* (*load)(const KitEffect* effect);

  void (*unload)(void* module);

  /** A plugin that is ready for its first block; `module` must outlive it, and `subject` too.
      @return null if that fails. */
  void* (*open)(void* module, const BenchSubject* subject);

  void (*close)(void* plugin);

  /** Put the block's changes into the form that the format has for them. */
  void (*prepare)(void* plugin, const BenchBlock* block);

  /** The format's process call, after prepare() of the same block. */
  void (*run)(void* plugin, const BenchBlock* block);
} BenchPlayer;

extern const BenchPlayer bench_player_instance;
extern const BenchPlayer bench_player_clap;
extern const BenchPlayer bench_player_vst3;
extern const BenchPlayer bench_player_lv2;

/** Those that were built, first the bare instance.  @return their number. */
uint32_t
bench_players(const BenchPlayer* const** players);

/** Where the build put an effect's module, by the name of the player; null if nowhere. */
const char*
bench_module_path(const char* player, const KitEffect* effect);

#endif
