// SPDX-License-Identifier: ISC
/**
   @file effect.h  What an effect is: one constant #KitEffect.

   A folder `effects/<id>/` defines `const KitEffect <id>_effect`.  From that the
   kit makes every format, the command line, presets and tests.  An effect has
   two ways to run over the same DSP: an exact offline render (a #KitRenderer, or
   `render`) and a stream (blocks, bounded time).  It never sees a host, a file or
   a thread.
*/
#ifndef VSTKIT_EFFECT_H
#define VSTKIT_EFFECT_H

#include "vstkit/json.h"
#include "vstkit/label.h"
#include "vstkit/log.h"
#include "vstkit/param.h"
#include "vstkit/status.h"
#include "vstkit/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KIT_MAX_CHANNELS 2U ///< Of a stream.  Offline renders take what `render` takes.

/** A preset compiled into the binary. */
typedef struct {
  const char* id;   ///< File name without ".json"
  const char* json; ///< Null-terminated UTF-8
  size_t      size; ///< Bytes, without the terminator
} KitEmbeddedPreset;

/** Whole-buffer render.  Nothing in it is retained after the call. */
typedef struct {
  double               sample_rate; ///< Hz, 8000–384000
  uint32_t             n_in;        ///< Input channels, ≥ 1
  uint32_t             n_out;       ///< Output channels: what `n_out_channels(n_in)` says
  size_t               n_frames;    ///< Length of every buffer; the caller has appended tail silence
  const double* const* in;          ///< [n_in][n_frames], finite samples
  double* const*       out;         ///< [n_out][n_frames], not aliasing `in`
  const double*        values;      ///< [n_slots], legal by kit_param_clamp_hard()
  const KitLog*        log;         ///< May be null
  bool (*progress)(void* handle, double fraction); ///< May be null; false asks to stop
  void*  handle;
  double bpm; ///< Tempo throughout, as kit_bpm() takes it: 0 where there is none
} KitRenderJob;

#define KIT_MAX_PIECE      2048U      ///< Frames of a piece of an offline render, at most
#define KIT_UNKNOWN_LENGTH UINT64_MAX ///< Of an input that ends when it ends

/** What an offline render in pieces is for. */
typedef struct {
  double        sample_rate; ///< As in #KitRenderJob, and so on
  uint32_t      n_in;
  uint32_t      n_out;
  uint64_t      n_frames; ///< Of the whole, tail included, or #KIT_UNKNOWN_LENGTH
  const double* values;   ///< [n_slots], valid until `free`
  const KitLog* log;      ///< May be null; valid until `free`
  double        bpm;      ///< As in #KitRenderJob

  /** Who is told of labels, their starts counted from the first frame of the output, each once; may be null.
      Valid until `free`. */
  const KitLabelSink* labels;
} KitRendererSetup;

/** How a pass runs. */
typedef struct {
  uint32_t lag;      ///< Frames that its output is late
  bool     no_input; ///< It does not look at `in`
} KitPass;

/**
   Offline render in pieces: the sound of `KitEffect::render` for any length, in bounded memory.

   The whole goes through `n_passes` passes.  The first makes sound of the input;
   each later one refines what the one before it gave, with all that was learned
   on the way (a peak, a level).  The result is the same to the bit however the
   whole is cut into pieces.  [any thread but audio; reentrant]
*/
typedef struct {
  /** Passes that legal values ask for, ≥ 1.  Null: one. */
  uint32_t (*n_passes)(const double* values);

  /** Cannot work with #KIT_UNKNOWN_LENGTH.  More than one pass implies it. */
  bool needs_length;

  /** @return null without memory. */
  void* (*open)(const KitRendererSetup* setup);
  void (*close)(void* renderer);

  /** Begin pass `pass`; called for each, in order. */
  KitStatus (*begin)(void* renderer, uint32_t pass, KitPass* how);

  /**
     Do the next `n` ≤ #KIT_MAX_PIECE frames of a pass.

     @param in [n_in][n] of the input; silence in the tail and beyond the end.
     @param io [n_out][n], not aliasing `in`.  From the second pass on it holds what the pass before
     gave for these frames.  Becomes what this pass gives, `lag` frames late: of the first `lag` frames
     nothing is used, and after the last one the whole is followed by `lag` frames more.
     @return as `render`.
  */
  KitStatus (*process)(void* renderer, const double* const* in, double* const* io, uint32_t n);
} KitRenderer;

typedef struct {
  double        sample_rate; ///< Hz
  uint32_t      n_in;        ///< 1 or 2
  uint32_t      n_out;       ///< 1 or 2, ≥ n_in
  const double* values;      ///< [n_slots] to prepare for
} KitStreamSetup;

/**
   A run of frames with one (linear) course of every parameter.

   An *anchor* is a frame at which a parameter's course may bend: an event (a change of tempo or place is
   one), or a grid point while something glides or a new stream is awaited.  Anchors lie at the same absolute
   frames whatever the host's block size.  At frame i of this run a parameter is worth `values[s] + slopes[s]
   * (offset + i)`.  `values` and `slopes` stay the same until the next anchor, so a stream that computes from
   them, and never from the length of a run, is bit-identical at every block size.
*/
typedef struct {
  const double* const* in;       ///< [n_in][n_frames], finite; may alias `out`
  double* const*       out;      ///< [n_out][n_frames]
  uint32_t             n_frames; ///< ≥ 1
  uint32_t             offset;   ///< Frames since the anchor
  const double*        values;   ///< [n_slots] at the anchor, modulation included, clamped
  const double*        slopes;   ///< [n_slots] per frame; 0 for what stands still
  bool                 changed;  ///< First run after an anchor at which any value, slope or the tempo changed
  const KitTransport*  transport; ///< At the anchor; null where there is no host: #KIT_DEFAULT_BPM
} KitBlock;

/** A derived, read-only figure ("RT60", "Loop gain").  Where a key begins with "loop_gain", in dB, programs
   that draw values at random take 0 and more for a loop that does not decay. */
typedef struct {
  const char* key;  ///< Static
  const char* name; ///< Static
  const char* unit; ///< Static, "" if none
  double      value;
  const char* text; ///< Static verdict or explanation, or null
} KitFigure;

#define KIT_MAX_FIGURES 64U

/** What a quantity that is solved for may be, for programs that draw values at random. */
typedef struct {
  KitUnit unit; ///< Its numbers are in
  double  min;  ///< Above 0: draws are even in its logarithm
  double  max;
  const char*
    instead_of; ///< Key of the parameter that it settles, so that drawing that alone would be unsafe
                ///< (a loop that grows); null for a quantity that is drawn only when asked for
} KitSolveRange;

/** How far a response to an impulse stands for any other sound. */
typedef enum {
  KIT_LINEAR,          ///< Sums go through as each part does
  KIT_LEVEL_DEPENDENT, ///< As one of them at any one level: what a response tells holds at its level
  KIT_NOT_LINEAR,      ///< A response tells nothing
} KitLinearity;

typedef struct {
  const char* id;          ///< [a-z][a-z0-9_]*, also the folder's name
  const char* name;        ///< In every host
  const char* description; ///< One sentence
  const char* version;     ///< "major.minor.patch"
  const char* vendor;      ///< Who makes it, for people; null: the kit's
  const char* url;         ///< Home page, or null
  const char* domain;   ///< "com.example", begins the names that hosts save: never to change; null: the kit's
  const char* category; ///< "distortion", "reverb", "utility", "spectral"

  KitParamTable     table; ///< Performance parameters first: hosts list them in this order
  const KitSection* sections;
  uint32_t          n_sections;

  /** Keys ("loss", "delay_times.3") in the order in which hosts that count have come to know them,
     null-terminated: new ones join at the end.  The build makes `<id>_published` from the folder's
     `published.txt`.  Null, and for keys that are missing: the table's order. */
  const char* const* published;

  const KitEmbeddedPreset* presets; ///< Ends with a null `id`; the build makes `<id>_presets` from the folder

  /** Id of the preset that a new plugin opens on, in hosts and as a program; null: the table's defaults. What
      resets a parameter, renders and files start from the table all the same. */
  const char* opening;

  /* Presets.  [main-thread] */

  /** Rewrite legacy keys of a preset object in place.  May be null. */
  KitStatus (*migrate)(KitJson* preset, const KitLog* log);

  /** Explain what is remarkable about legal values ("loop grows").  May be null. */
  void (*check)(const double* values, double sample_rate, const KitLog* log);

  /** Fill at most `max` figures.  @return how many.  May be null. */
  uint32_t (*figures)(const double* values, double sample_rate, KitFigure* out, uint32_t max);

  /** How linear the effect is with these values; what varies in time by itself may well be linear.  Null:
      it is.
      @param[out] why Set where it is not: a static sentence without a full stop ("saturation bends loud
     sounds"). */
  KitLinearity (*linearity)(const double* values, const char** why);

  /** Set what is no parameter but can be solved for ("rt60", "size").
      @return #KIT_ERR_NOT_FOUND for a key that it does not know.  May be null. */
  KitStatus (*solve)(double* values, const char* key, const char* text, const KitLog* log);

  /** Null-terminated list of the keys that `solve` knows, in the order to solve them in, or null. */
  const char* const* solve_keys;

  /** One line of help for each of them; null where `solve_keys` is. */
  const char* const* solve_help;

  /** The range of each of them, or null: programs draw none at random without being told a range. */
  const KitSolveRange* solve_ranges;

  /* Offline.  [any thread but audio; reentrant] */

  /** Output channels for `n_in` input channels, or 0 where it cannot. */
  uint32_t (*n_out_channels)(uint32_t n_in);

  /** Seconds of silence to append by default so that tails ring out to -120 dB: most that may be needed, as
      what is not heard is left off.  Where `tail_s` is longer by a second, the end is faded out. */
  double (*default_tail_s)(const double* values, double sample_rate);

  /** Rough bytes of working memory for a job (its buffers not counted, which a `renderer` does not need). */
  size_t (*render_memory)(const KitRenderJob* job);

  /** A whole buffer.  May be null where `renderer` is not. */
  KitStatus (*render)(const KitRenderJob* job);

  /** The same in pieces.  Null: what is rendered has to fit into memory. */
  const KitRenderer* renderer;

  /* Stream.  new, free: [main-thread or worker]; the rest: [audio-thread], real-time. */

  /** Allocate and prepare all that `setup->values` needs.  @return null without memory. */
  void* (*stream_new)(const KitStreamSetup* setup);
  void (*stream_free)(void* stream);

  /** Back to the state of a new stream, with parameters at `values`. */
  void (*stream_reset)(void* stream, const double* values);

  void (*stream_process)(void* stream, const KitBlock* block);

  /** True if a stream made for `running` cannot be steered to `wanted`.  May be null (never).
      [thread-safe], pure. */
  bool (*needs_rebuild)(const double* running, const double* wanted, double sample_rate);

  /** Delay of the wet path, frames; depends only on values for which `needs_rebuild` is true.
      Null: zero.  [thread-safe], pure. */
  uint32_t (*latency_frames)(const double* values, double sample_rate);

  /** Seconds from the end of the input until the output has fallen by 120 dB (latency not counted), or more;
      INFINITY where it sustains.  Null: zero.  [thread-safe], pure. */
  double (*tail_s)(const double* values, double sample_rate);

  /* Labels: what the engine did, told beside the sound (label.h).  All null: nothing is told. */

  /** Kinds that `renderer` and streams tell, static; ends with a null key. */
  const KitLabelKind* label_kinds;

  /** From the next run on, tell `sink` (borrowed until the next call; null: nobody).  Starts count from the
     first frame of the run's output and add what a sound is late, so that they say when it is heard.  A label
     may come up to the latency before it is heard.  [audio-thread], real-time. */
  void (*stream_labels)(void* stream, const KitLabelSink* sink);

  /**
     Edges of the bands that the bits of a kind stand for.

     @param[out] edges_hz At most `max`, rising: bit i stands for edges i to i + 1.
     @return how many edges; 0 where bits are no bands, or there are none.  May be null.  [thread-safe], pure.
  */
  uint32_t (*label_edges)(const double* values, double sample_rate, uint32_t kind, double* edges_hz,
                          uint32_t max);
} KitEffect;

#ifdef __cplusplus
}
#endif
#endif
