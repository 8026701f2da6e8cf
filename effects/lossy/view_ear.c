// SPDX-License-Identifier: ISC
#include "view_state.h"

#include "labels.h"
#include "window.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define WINDOW_S    0.085
#define FALL_DB_S   140.0
#define STILL_DB    0.05 // Less than a tenth of a pixel
#define SILENCE     1e-5 // -100 dB
#define PAUSE_S     0.25 // Without sound that is more than a long block
#define WAIT_S      1.5  // Of silence before the test spectrum is shown
#define HIGH_HZ     20000.0
#define LEAST_POWER 1e-12
#define LOUDEST     1e6

/* Labels */

static void
track_add(LossyTrack* track, const KitLabel* label)
{
  track->told[track->n++ % LOSSY_VIEW_TOLD] = *label;
}

static uint64_t
track_oldest(const LossyTrack* track)
{
  return track->n > LOSSY_VIEW_TOLD ? track->n - LOSSY_VIEW_TOLD : 0U;
}

int64_t
lossy_track_end(const LossyTrack* track, uint64_t i)
{
  const KitLabel* const label = &track->told[i % LOSSY_VIEW_TOLD];
  const int64_t         end   = label->start + (int64_t)label->n_frames;
  if (i + 1U < track->n) {
    const int64_t next = track->told[(i + 1U) % LOSSY_VIEW_TOLD].start;
    return next < end ? next : end;
  }
  return end;
}

uint64_t
lossy_track_first(const LossyTrack* track, int64_t from)
{
  uint64_t low  = track_oldest(track);
  uint64_t high = track->n;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2U;
    if (lossy_track_end(track, middle) <= from) {
      low = middle + 1U;
    } else {
      high = middle;
    }
  }
  return low;
}

const KitLabel*
lossy_track_at(const LossyTrack* track, int64_t at)
{
  const uint64_t  i     = lossy_track_first(track, at);
  const KitLabel* label = i < track->n ? &track->told[i % LOSSY_VIEW_TOLD] : NULL;
  return label && label->start <= at ? label : NULL;
}

static int64_t
now_frame(const LossyPicture* p)
{
  return (int64_t)p->end - 1;
}

uint64_t
lossy_view_kept(const LossyPicture* p, uint32_t channel)
{
  const KitLabel* const label = lossy_track_at(&p->codec[channel], now_frame(p));
  return label ? label->bits : UINT64_MAX;
}

bool
lossy_tracks_agree(const LossyTrack* a, const LossyTrack* b, int64_t from, int64_t to)
{
  uint64_t i = lossy_track_first(a, from);
  uint64_t k = lossy_track_first(b, from);
  for (; i < a->n && k < b->n; ++i, ++k) {
    const KitLabel* const x = &a->told[i % LOSSY_VIEW_TOLD];
    const KitLabel* const y = &b->told[k % LOSSY_VIEW_TOLD];
    if (x->start >= to && y->start >= to) {
      return true;
    }
    if (x->start != y->start || x->state != y->state) {
      return false;
    }
  }
  return i >= a->n && k >= b->n;
}

bool
lossy_view_is_frozen(const LossyPicture* p)
{
  const KitLabel* const label = lossy_track_at(&p->codec[0], now_frame(p));
  return label && label->state != 0U;
}

int64_t
lossy_view_strip_start(const LossyPicture* p)
{
  return (int64_t)p->end - (int64_t)(LOSSY_VIEW_SPAN_S * p->sample_rate);
}

LossyPacketCount
lossy_view_count(const LossyPicture* p)
{
  LossyPacketCount count = {0, 0, 0};
  const int64_t    from  = lossy_view_strip_start(p);
  for (uint32_t c = 0; c < p->n_channels; ++c) {
    const LossyTrack* const track = &p->packets[c];
    for (uint64_t i = lossy_track_first(track, from); i < track->n; ++i) {
      const KitLabel* const label = &track->told[i % LOSSY_VIEW_TOLD];
      if (label->start < (int64_t)p->end) {
        ++count.n_packets;
        count.n_lost += label->state == LOSSY_PACKET_LOST;
        count.n_repaired += label->state > LOSSY_PACKET_LOST;
      }
    }
  }
  return count;
}

static void
take_labels(LossyPicture* p, const KitViewData* data)
{
  if (data->take != p->take || data->end < p->end) {
    for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
      p->packets[c].n = p->codec[c].n = 0;
    }
    p->take = data->take;
  }
  for (uint32_t i = 0; i < data->n_labels; ++i) {
    const KitLabel* const label = &data->labels[i];
    if (label->channel < KIT_MAX_CHANNELS && label->kind == LOSSY_LABEL_PACKET) {
      track_add(&p->packets[label->channel], label);
    } else if (label->channel < KIT_MAX_CHANNELS && label->kind == LOSSY_LABEL_CODEC) {
      track_add(&p->codec[label->channel], label);
    }
  }
}

/* Levels */

bool
lossy_view_set_rate(LossyPicture* p, double sample_rate)
{
  if (p->fft && sample_rate == p->sample_rate) {
    return true;
  }
  uint32_t n = 1024U;
  while (n < KIT_VIEW_MAX_FRAMES && n < WINDOW_S * sample_rate) {
    n *= 2U;
  }
  KitFft* const fft = kit_fft_new(n);
  if (!fft) {
    return false;
  }
  kit_fft_free(p->fft);
  p->fft         = fft;
  p->n           = n;
  p->sample_rate = sample_rate;
  p->high_hz     = fmin(HIGH_HZ, 0.5 * sample_rate);
  kit_window_hann(p->window, n);
  for (uint32_t k = 0; k < LOSSY_VIEW_COLUMNS; ++k) {
    const double step  = log(p->high_hz / LOSSY_VIEW_LOW_HZ) / LOSSY_VIEW_COLUMNS;
    p->columns[k].from = LOSSY_VIEW_LOW_HZ * exp(step * k) / sample_rate;
    p->columns[k].to   = LOSSY_VIEW_LOW_HZ * exp(step * (k + 1U)) / sample_rate;
    p->dry_db[k] = p->wet_db[k] = (float)LOSSY_VIEW_FLOOR_DB;
  }
  return true;
}

void
lossy_view_levels(const LossyPicture* p, const double* power, uint32_t size, float* db)
{
  const uint32_t last = size / 2U;
  for (uint32_t k = 0; k < LOSSY_VIEW_COLUMNS; ++k) {
    const double   from = p->columns[k].from * size;
    const double   to   = p->columns[k].to * size;
    const double   mid  = 0.5 * (from + to);
    const uint32_t low  = (uint32_t)fmin(floor(mid), last);
    const uint32_t high = low < last ? low + 1U : last;
    const double   off  = mid - floor(mid);
    const double   part = off * off * (3.0 - 2.0 * off); // Round, and no higher than its ends
    // Between the bins where they lie farther apart than columns, in decibels; else the strongest
    double level = LEAST_POWER;
    if (to - from < 2.0) {
      level = exp((1.0 - part) * log(power[low] + LEAST_POWER) + part * log(power[high] + LEAST_POWER));
    }
    for (uint32_t i = (uint32_t)ceil(from); i < to && i <= last; ++i) {
      level = power[i] > level ? power[i] : level;
    }
    db[k] = (float)fmax(LOSSY_VIEW_FLOOR_DB, 10.0 * log10(level + LEAST_POWER));
  }
}

/** Add the newest sound's power to `p->power`.  @return its peak. */
static double
add_channel(LossyPicture* p, const double* samples, uint32_t n_frames)
{
  const uint32_t got    = n_frames < p->n ? n_frames : p->n;
  const double   to_one = 4.0 / p->n; // A sine of full scale in a Hann window
  double         peak   = 0.0;
  memset(p->samples, 0, p->n * sizeof(double));
  for (uint32_t i = 0; i < got; ++i) {
    const double x             = samples[n_frames - got + i];
    const double size          = fabs(x); // Without calls, so that all of it is done side by side
    const double sample        = size <= LOUDEST ? x : size <= DBL_MAX ? copysign(LOUDEST, x) : 0.0;
    p->samples[p->n - got + i] = sample * p->window[p->n - got + i];
    peak                       = fabs(sample) > peak ? fabs(sample) : peak;
  }
  kit_fft_forward(p->fft, p->samples, p->bins);
  for (uint32_t k = 0; k <= p->n / 2U; ++k) {
    const double re = p->bins[2U * k] * to_one;
    const double im = p->bins[2U * k + 1U] * to_one;
    p->power[k] += re * re + im * im;
  }
  return peak;
}

static bool
is_silent(const LossyPicture* p, const double* samples, uint32_t n_frames)
{
  const uint32_t got = n_frames < p->n ? n_frames : p->n;
  for (uint32_t i = n_frames - got; i < n_frames; ++i) {
    if (fabs(samples[i]) > SILENCE && isfinite(samples[i])) {
      return false;
    }
  }
  return true;
}

/** @return peak of all channels. */
static double
analyse(LossyPicture* p, const double* const* channels, uint32_t n_channels, uint32_t n_frames, float* db)
{
  double peak   = 0.0;
  bool   silent = true;
  for (uint32_t c = 0; c < n_channels && c < KIT_MAX_CHANNELS && n_frames && silent; ++c) {
    silent = is_silent(p, channels[c], n_frames);
  }
  if (silent) { // In a Hann window that is -94 dB at most in any bin, below the floor
    for (uint32_t k = 0; k < LOSSY_VIEW_COLUMNS; ++k) {
      db[k] = (float)LOSSY_VIEW_FLOOR_DB;
    }
    return peak;
  }
  memset(p->power, 0, (p->n / 2U + 1U) * sizeof(double));
  for (uint32_t c = 0; c < n_channels && c < KIT_MAX_CHANNELS && n_frames; ++c) {
    peak = fmax(peak, add_channel(p, channels[c], n_frames));
  }
  for (uint32_t k = 0; k <= p->n / 2U && n_channels > 1U; ++k) {
    p->power[k] /= n_channels;
  }
  lossy_view_levels(p, p->power, p->n, db);
  return peak;
}

/** Up at once, down in time.  @return true if it is to be seen. */
static bool
follow(float* shown, const float* level, double fall_db)
{
  const float floor_db = (float)LOSSY_VIEW_FLOOR_DB;
  bool        moved    = false;
  for (uint32_t k = 0; k < LOSSY_VIEW_COLUMNS; ++k) {
    const float fallen = shown[k] - (float)fall_db > floor_db ? shown[k] - (float)fall_db : floor_db;
    const float next   = level[k] > fallen ? level[k] : fallen;
    moved              = moved || fabsf(next - shown[k]) > (float)STILL_DB;
    shown[k]           = next;
  }
  return moved;
}

/** Take in the newest sound.  @return true if the graph moved. */
static bool
take_sound(LossyPicture* p, const KitViewData* data, double fall_db)
{
  float        dry[LOSSY_VIEW_COLUMNS];
  float        wet[LOSSY_VIEW_COLUMNS];
  const double in   = analyse(p, data->dry, data->n_in, data->n_frames, dry);
  const double out  = analyse(p, data->wet, data->n_out, data->n_frames, wet);
  p->heard_s        = fmax(in, out) > SILENCE ? data->now_s : p->heard_s;
  const bool in_up  = follow(p->dry_db, dry, fall_db);
  const bool out_up = follow(p->wet_db, wet, fall_db);
  return in_up || out_up;
}

/** Nothing comes any more. */
static bool
fall_silent(LossyPicture* p, double fall_db)
{
  float none[LOSSY_VIEW_COLUMNS];
  for (uint32_t k = 0; k < LOSSY_VIEW_COLUMNS; ++k) {
    none[k] = (float)LOSSY_VIEW_FLOOR_DB;
  }
  const bool in_up  = follow(p->dry_db, none, fall_db);
  const bool out_up = follow(p->wet_db, none, fall_db);
  return in_up || out_up;
}

bool
lossy_view_measure(LossyPicture* p, const KitViewData* data)
{
  const bool   was_idle = p->is_idle;
  const bool   passes   = data->end != p->end;
  const double fall_db  = FALL_DB_S * fmax(0.0, fmin(0.2, data->now_s - p->told_s));
  bool         moved    = passes;
  take_labels(p, data);
  p->end        = data->end;
  p->n_channels = data->n_out < KIT_MAX_CHANNELS ? data->n_out : KIT_MAX_CHANNELS;
  // A host of long blocks stands still between them
  if (passes && data->n_frames) {
    p->told_s = p->moved_s = data->now_s;
    moved                  = take_sound(p, data, fall_db) || moved;
  } else if (data->now_s - p->moved_s > PAUSE_S) {
    p->told_s = data->now_s;
    moved     = fall_silent(p, fall_db) || moved;
  }
  p->is_idle = data->now_s - p->heard_s > WAIT_S;
  return p->is_idle != was_idle || (moved && !p->is_idle);
}
