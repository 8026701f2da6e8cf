// SPDX-License-Identifier: ISC
/** @file view_state.h  What the picture of Lossy keeps: levels by frequency, and what the engine told. */
#ifndef LOSSY_VIEW_STATE_H
#define LOSSY_VIEW_STATE_H

#include "bands.h"
#include "fft.h"
#include "params.h"
#include "vstkit/view.h"

#define LOSSY_VIEW_COLUMNS  256U ///< Of the graph, from LOSSY_VIEW_LOW_HZ to `high_hz` by octaves
#define LOSSY_VIEW_LOW_HZ   30.0
#define LOSSY_VIEW_FLOOR_DB (-90.0)
#define LOSSY_VIEW_SPAN_S   3.0   ///< Of the strip
#define LOSSY_VIEW_TOLD     4096U ///< Labels that a track holds: a power of two

/** Labels of one kind and channel; `told[i % LOSSY_VIEW_TOLD]` is the i-th. */
typedef struct {
  KitLabel told[LOSSY_VIEW_TOLD];
  uint64_t n;
} LossyTrack;

/** Pixels of the graph, kept from one frame to the next: nothing but room. */
typedef struct LossyGraph LossyGraph;

/** @return null without memory. */
LossyGraph*
lossy_graph_new(void);

/** Null is allowed. */
void
lossy_graph_free(LossyGraph* graph);

/** What a column covers, in bins. */
typedef struct {
  double from;
  double to;
} LossyColumn;

typedef struct {
  const KitEffect* effect;
  LossyGraph*      graph;

  // Analysis of the sound
  KitFft*     fft;
  uint32_t    n;      ///< Its length
  double*     window; ///< [KIT_VIEW_MAX_FRAMES]
  double*     samples;
  double*     bins;  ///< Interleaved
  double*     power; ///< Of the channels' sum
  double      sample_rate;
  double      high_hz;
  LossyColumn columns[LOSSY_VIEW_COLUMNS];
  float       dry_db[LOSSY_VIEW_COLUMNS];
  float       wet_db[LOSSY_VIEW_COLUMNS];
  double      heard_s; ///< When something sounded last
  double      moved_s; ///< When sound came last, if silence
  double      told_s;  ///< Until when levels have fallen
  bool        is_idle;

  // What the engine told
  uint32_t   take;
  uint64_t   end;
  uint32_t   n_channels;
  LossyTrack packets[KIT_MAX_CHANNELS];
  LossyTrack codec[KIT_MAX_CHANNELS];

  // Bands, and what the codec does to a test spectrum
  double   values[LOSSY_N_PARAMS]; ///< That all of this is for
  uint32_t n_edges;
  double   edges_hz[LOSSY_MAX_BANDS + 1U];
  float    test_dry_db[LOSSY_VIEW_COLUMNS];
  float    test_wet_db[LOSSY_VIEW_COLUMNS];
  uint64_t test_kept;
} LossyPicture;

/** What the strip says in figures, of the packets that it shows. */
typedef struct {
  uint64_t n_packets;
  uint64_t n_lost;
  uint64_t n_repaired; ///< Repeated, or hidden in another way
} LossyPacketCount;

/** The newest label of a track that is heard at `at`, or null: nothing holds there. */
const KitLabel*
lossy_track_at(const LossyTrack* track, int64_t at);

/** Where a label ends, the one after it known. */
int64_t
lossy_track_end(const LossyTrack* track, uint64_t i);

/** First of those that may be seen in the strip: later ones start after `from`, or hold there. */
uint64_t
lossy_track_first(const LossyTrack* track, int64_t from);

/** True if two tracks say the same between two frames, but for bits. */
bool
lossy_tracks_agree(const LossyTrack* a, const LossyTrack* b, int64_t from, int64_t to);

/** Bands of a channel that the codec keeps now: all where it tells nothing. */
uint64_t
lossy_view_kept(const LossyPicture* picture, uint32_t channel);

bool
lossy_view_is_frozen(const LossyPicture* picture);

LossyPacketCount
lossy_view_count(const LossyPicture* picture);

/** First frame of the strip; its last is `end`. */
int64_t
lossy_view_strip_start(const LossyPicture* picture);

/** Take in labels and sound (view_ear.c).  @return true if the picture moved. */
bool
lossy_view_measure(LossyPicture* picture, const KitViewData* data);

/** Lay out columns for a rate.  @return false without memory. */
bool
lossy_view_set_rate(LossyPicture* picture, double sample_rate);

/** Levels by column of a spectrum of `size` samples: `power` [size / 2 + 1], 1 for a sine of full scale. */
void
lossy_view_levels(const LossyPicture* picture, const double* power, uint32_t size, float* db);

/** Run the codec over a test spectrum (view_idle.c).  Without memory the picture stays. */
void
lossy_view_try_codec(LossyPicture* picture);

/** Draw (view_draw.c). */
void
lossy_view_draw(const void* picture, const KitViewData* data, const KitViewCanvas* canvas);

#endif
