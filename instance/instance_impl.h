// SPDX-License-Identifier: ISC
/** @file instance_impl.h  What the parts of an instance share. */
#ifndef KIT_INSTANCE_IMPL_H
#define KIT_INSTANCE_IMPL_H

#include "vstkit/instance.h"

#include <stdatomic.h>

#define KIT_GRID_FRAMES    32U ///< Anchors lie on this grid while something glides or a new engine is awaited
#define KIT_RUN_FRAMES     256U ///< Longest run given to a stream
#define KIT_RECOVER_FRAMES 256U ///< Silence after output that is not finite
#define KIT_FADE_MS        30.0 ///< From an old stream to its successor
#define KIT_BYPASS_MS      10.0 ///< From wet to dry
#define KIT_SMOOTH_MS      10.0 ///< Glide where the table does not say
#define KIT_LOADING        255U ///< Low bits of KitInstance::loading: how many sets are being written
#define KIT_SAME_PLACE     1e-3 ///< Quarter notes: a host's idea of where the song is may be off by this much
#define KIT_INPUT_LIMIT    1e6  ///< Larger input samples are cut, so that no sum overflows

/** Course of one parameter.  Owned by the audio thread. */
typedef struct {
  double   base;   ///< The parameter's own value
  double   offset; ///< Modulation
  double   target; ///< base + offset, clamped
  uint32_t left;   ///< Frames until `target`, counted from the anchor
} KitGlide;

/** A stream, what it was made for, and the dry signal delayed alike. */
typedef struct {
  void*    stream;
  double*  made_for;    ///< [n_slots]
  double*  values;      ///< [n_slots] as the stream sees them: #KIT_PARAM_REBUILD slots stand still
  uint32_t latency;     ///< Frames
  uint32_t mask;        ///< Ring length − 1
  uint32_t at;          ///< Next ring position to write
  uint32_t silent_left; ///< Frames to be silent for, after output that was not finite
  bool     restart;     ///< Reset the stream before it runs again
  bool     tells;       ///< The stream tells labels
  double*  ring[KIT_MAX_CHANNELS];
} KitEngine;

/** Where the hand-over of a new engine from the worker stands. */
typedef enum {
  KIT_HANDOVER_IDLE,  ///< Audio may write `wanted` and ask
  KIT_HANDOVER_ASKED, ///< The worker may read `wanted` and build
  KIT_HANDOVER_READY, ///< `built` waits for audio (null if memory ran out)
} KitHandoverState;

typedef struct {
  _Atomic uint32_t    state;  ///< #KitHandoverState
  double*             wanted; ///< [n_slots]
  KitEngine*          built;
  _Atomic(KitEngine*) retired; ///< For the worker to free
} KitHandover;

struct KitInstance {
  const KitEffect* effect;
  uint32_t         n_slots;
  uint32_t         n_words; ///< Words of a bit set over all slots
  uint32_t         n_rebuild;
  uint32_t*        rebuild_slots; ///< [n_rebuild] slots of #KIT_PARAM_REBUILD parameters
  const KitParam** slot_param;    ///< [n_slots]

  // Shared between threads
  _Atomic double*   store; ///< [n_slots]
  _Atomic uint64_t* dirty; ///< [n_words] slots set from outside the audio stream
  /**
     Two counters in one word, so that one load sees both.  Its low bits (#KIT_LOADING) count the sets of
     values that are being written; the bits above count those that are done.  A writer adds 1 when it
     begins.  When it is through it adds #KIT_LOADING, which is 256 − 1: one less under way, one more done.
     A reader that finds no set under way, and the same word again after reading, has read no half of a set.
  */
  _Atomic uint32_t  loading;
  _Atomic bool      bypassed;
  _Atomic bool      active;
  _Atomic bool      offline;
  _Atomic double    rate; ///< Hz, of the last activation
  _Atomic uint32_t  latency;
  _Atomic uint32_t  notices[KIT_N_NOTICES];
  _Atomic uint32_t* versions; ///< [n_slots]
  _Atomic uint64_t tail; ///< Lower half: frames without latency; upper: the count of values that it holds for
  KitHandover      handover;

  // Worker
  uint32_t tail_version; ///< Count of values last seen
  uint32_t tail_polls;   ///< In which it had moved

  // Fixed while active
  KitSetup setup;
  uint32_t fade_frames;
  double   bypass_step; ///< Per frame

  // Audio thread
  KitGlide*    glides;     ///< [n_slots]
  double*      values;     ///< [n_slots] at the anchor
  double*      slopes;     ///< [n_slots]
  double*      incoming;   ///< [n_slots] values set from outside, until they are known to be whole
  uint64_t*    gliding;    ///< [n_words]
  KitEngine*   engine;     ///< The one that is heard
  KitEngine*   next;       ///< Warming up or fading in, or null
  KitEngine*   spent;      ///< Faded out, on its way to the worker, or null
  uint32_t     warm_left;  ///< Frames until `next` may fade in
  uint32_t     fade_at;    ///< Frames into the fade
  double       bypass_mix; ///< 0 wet … 1 dry
  KitTransport transport;  ///< At the anchor
  uint32_t     offset;     ///< Frames since the anchor
  uint32_t     run_left;   ///< Frames until an anchor is due; UINT32_MAX while all stands still, 0 forces one
  uint32_t     grid_at;    ///< Frames since the last grid point
  bool         changed;    ///< The next run is the first after a bend
  bool         retarget;   ///< A target moved since needs_rebuild was last asked
  bool         mixing_dry; ///< `dry_mix` holds the bypass of this run
  const KitLabelSink* label_to; ///< Who is told, or null
  KitLabelSink        labels;   ///< The same for the run on its way
  uint32_t            block_at; ///< Frame of the block at which that begins
  double              dry_mix[KIT_RUN_FRAMES];
  double              in[KIT_MAX_CHANNELS][KIT_RUN_FRAMES];
  double              out[KIT_MAX_CHANNELS][KIT_RUN_FRAMES];
  double              wet[KIT_MAX_CHANNELS][KIT_RUN_FRAMES];
};

static inline void
kit_notice(KitInstance* instance, KitNotice notice)
{
  atomic_fetch_add_explicit(&instance->notices[notice], 1U, memory_order_release);
}

/** Store the value that `slot` now has, and count it if it is another one.  [thread-safe] */
static inline void
kit_store(KitInstance* instance, uint32_t slot, double value)
{
  if (atomic_exchange_explicit(&instance->store[slot], value, memory_order_acq_rel) != value) {
    atomic_fetch_add_explicit(&instance->versions[slot], 1U, memory_order_release);
    kit_notice(instance, KIT_NOTICE_VALUES);
  }
}

/* instance_query.c */

/** The parameters' own values.  [thread-safe] */
void
kit_instance_copy_store(const KitInstance* instance, double* values);

/* tail.c */

/** Find out the tail if values have moved and come to rest, or move on and on.  A #KitWork, for effects that
    have a `tail_s`. */
bool
kit_tail_work(void* instance);

/* engine.c  [main-thread or worker; audio-thread when offline] */

/** @return null without memory. */
KitEngine*
kit_engine_new(const KitInstance* instance, const double* values);

void
kit_engine_free(const KitInstance* instance, KitEngine* engine);

/** Build or free what audio asked for.  A #KitWork. */
bool
kit_handover_work(void* instance);

/* engine.c, for rendering without a deadline: called inside process(), yet they allocate */

/** Build an engine for `wanted` now, at this very frame. */
void
kit_offline_build(KitInstance* instance);

/** Free the spent engine now. */
void
kit_offline_drop(KitInstance* instance);

/* process_params.c  [audio-thread] */

/** Values jump to their targets, and everything stands still at a new anchor. */
void
kit_params_settle(KitInstance* instance);

/** Take `store` as base of every slot, without modulation, at once. */
void
kit_params_load_all(KitInstance* instance);

/** Move on to an anchor at the current frame: advance what glides. */
void
kit_params_begin_anchor(KitInstance* instance);

/** True if an event of tempo or place says what is so anyway: then it needs no anchor. */
bool
kit_transport_is_moot(const KitInstance* instance, const KitEvent* event);

/** Apply one event at the anchor. */
void
kit_params_apply(KitInstance* instance, const KitEvent* event);

/** Apply what other threads have set. */
void
kit_params_drain(KitInstance* instance);

/** Fix the slopes until the next anchor. */
void
kit_params_end_anchor(KitInstance* instance);

/* process_engine.c  [audio-thread] */

/** Ask for, take and retire engines as the targets demand, at an anchor. */
void
kit_engines_update(KitInstance* instance);

/** True while anchors have to lie on the grid to see what the worker has done. */
bool
kit_engines_pending(const KitInstance* instance);

/** Longest run from here that a hand-over between engines allows. */
uint32_t
kit_engines_limit(const KitInstance* instance);

/** Render `n` ≤ #KIT_RUN_FRAMES frames of `in` to `out`. */
void
kit_engines_run(KitInstance* instance, uint32_t n);

/** Silence and forget. */
void
kit_engines_reset(KitInstance* instance);

#endif
