// SPDX-License-Identifier: ISC
/**
   @file direct.h  The way in for our own programs: command line, Python, tests, bench.

   Unless stated, functions are reentrant and not for the audio thread.
*/
#ifndef VSTKIT_DIRECT_H
#define VSTKIT_DIRECT_H

#include "vstkit/audio.h"
#include "vstkit/effect.h"
#include "vstkit/instance.h"
#include "vstkit/preset.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the kit, "major.minor.patch". */
const char*
kit_version(void);

/** All effects in this binary.  Static. */
const KitEffect* const*
kit_effects(uint32_t* n_effects);

/** @return null if there is no such effect. */
const KitEffect*
kit_effect_find(const char* id);

typedef struct {
  const KitEffect* effect;
  const double*    values; ///< [n_slots]; each counts as the nearest that is legal (kit_params_clamp_hard())
  double           tail_s; ///< Silence appended to the input, up to a day; < 0 takes the effect's default
  bool             preset_tail; ///< `tail_s` is what a preset asks for: an effect that sustains is faded out
  bool             stream;      ///< Through a #KitInstance instead of `render`, latency removed
  uint32_t         block;       ///< Stream block length, frames; 0 = random lengths, seeded
  const KitLog*    log;         ///< May be null
  bool (*progress)(void* handle, double fraction); ///< May be null; false asks to stop
  void*  handle;
  double bpm; ///< Tempo, as kit_bpm() takes it: 0 counts as 120

  /** Who is told what the effect did, exactly (label.h): starts count frames of the result.  Labels may reach
      beyond its ends.  Null, and for an effect without a #KitRenderer: nobody.  An input that ends elsewhere
     than it said may be gone through anew, and told of anew. */
  const KitLabelSink* labels;
} KitRenderOptions;

/** Bytes of memory that kit_render() will need beside `in`, its output included; SIZE_MAX for what it
    refuses. */
size_t
kit_render_memory(const KitRenderOptions* options, const KitAudio* in);

/** Where a render takes its input from, piece by piece. */
typedef struct {
  double   sample_rate; ///< Hz
  uint32_t n_channels;
  uint64_t n_frames; ///< As far as is known, or #KIT_UNKNOWN_LENGTH; the input may turn out to end elsewhere
  bool     is_exact; ///< It will not

  /**
     Next frames.

     @param[in,out] in [n_channels]; point to room for `n` frames each, and may be made to point elsewhere
     until the next call.
     @param[out] n_read `n`, or fewer at the end.
  */
  KitStatus (*read)(void* handle, const double** in, uint32_t n, uint32_t* n_read);

  /** Back to the first frame.  Null where that cannot be done: then what has to be seen twice is kept. */
  KitStatus (*rewind)(void* handle);
  void* handle;
} KitSource;

/** Where a render goes. */
typedef struct {
  /** Take the next `n` frames, [n_out]. */
  KitStatus (*write)(void* handle, const double* const* out, uint32_t n);
  void* handle;

  /** Null, or: hold frames from `at` on, exactly, until they are held again or written, so that what a pass
     gave needs no temporary file. */
  KitStatus (*hold)(void* handle, uint64_t at, const double* const* x, uint32_t n);

  /** Give back what is held. */
  KitStatus (*held)(void* handle, uint64_t at, double* const* x, uint32_t n);
} KitSink;

/**
   Render an input of any length, in memory that does not depend on it.

   As kit_render() to the bit.  Each piece goes out as soon as it is done, where one pass over the input is
   enough; else what was done in the first is kept in a temporary file.  An effect that has no #KitRenderer
   gets all of it in memory.

   @param folder For temporary files; null: the system's.
   @return also #KIT_ERR_IO, and what `source` and `sink` return.
*/
KitStatus
kit_render_pieces(const KitRenderOptions* options, const KitSource* source, const KitSink* sink,
                  const char* folder);

/** Bytes of memory that kit_render_pieces() will need; SIZE_MAX for what it refuses, and for an input of
    unknown length that has to be in memory. */
size_t
kit_render_pieces_memory(const KitRenderOptions* options, const KitSource* source);

/** Frames that come out for an input of `n_frames`: tail included.  #KIT_UNKNOWN_LENGTH where it is refused,
    or unknown, as is where a default tail ends. */
uint64_t
kit_render_n_frames(const KitRenderOptions* options, const KitSource* source);

/**
   Render `in` through an effect into `out`, which is initialised by the call.

   A tail by default ends where nothing above -120 dB of the output's peak follows.
   Where the effect sustains, or would for longer than its default, the output is
   faded out over the tail's last second instead.

   Samples of `in` that are not finite, or beyond ±1e18, count as 0, with one
   warning.  On any failure `out` is empty.  #KIT_ERR_UNSUPPORTED: channel count,
   or a sample rate outside #KIT_MIN_RATE_HZ–#KIT_MAX_RATE_HZ.  #KIT_ERR_BAD_ARG: tail.
   #KIT_ERR_UNSTABLE: the loop ran away; the message says where and what to turn.
*/
KitStatus
kit_render(const KitRenderOptions* options, const KitAudio* in, KitAudio* out);

/**
   What kit_render() would give for `in`: rate, channels and most frames, with a null `channels`.

   @return as kit_render(); what is wrong is logged.
*/
KitStatus
kit_render_shape(const KitRenderOptions* options, const KitAudio* in, KitAudio* shape);

/**
   As kit_render(), into memory of the caller's that has the shape of kit_render_shape().

   Input that is legal and gets no tail is read where it is, without a copy.

   @param[in,out] out Must not alias `in`; its contents are undefined after a failure.  `n_frames` is
   lowered to what is heard of a default tail.
   @return also #KIT_ERR_BAD_ARG: `out` has another shape.
*/
KitStatus
kit_render_into(const KitRenderOptions* options, const KitAudio* in, KitAudio* out);

/**
   How linear an effect is with these values.

   @param[out] why What makes it other than linear, static; null where it is.
*/
KitLinearity
kit_effect_linearity(const KitEffect* effect, const double* values, const char** why);

/** "linear", "level dependent" or "not linear". */
const char*
kit_linearity_name(KitLinearity linearity);

typedef struct {
  const KitEffect* effect;
  const double*    values;      ///< [n_slots]
  double           sample_rate; ///< Hz
  uint32_t         n_channels;  ///< Of the impulse
  double           max_s;       ///< Longest response to render
  bool             wet_only;    ///< Turn the dry path off where the effect has a `wet_dry`
  const KitLog*    log;
  bool (*progress)(void* handle, double fraction);
  void* handle;
} KitImpulseOptions;

/**
   Render an impulse of 1.0 through an effect, long enough to read its decay or `max_s`.

   @param[out] response Initialised by the call; clean up with kit_audio_cleanup().
   @return as kit_render().
*/
KitStatus
kit_render_impulse(const KitImpulseOptions* options, KitAudio* response);

#ifdef __cplusplus
}
#endif
#endif
