// SPDX-License-Identifier: ISC
#include "view_state.h"

#include "vstkit/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
  double      hz;
  const char* rt60;
  const char* gain;
} keys[REVERB_VIEW_OCTAVES] = {
  {63.0, "rt60_63", "loop_gain_63"},    {125.0, "rt60_125", "loop_gain_125"},
  {250.0, "rt60_250", "loop_gain_250"}, {500.0, "rt60_500", "loop_gain_500"},
  {1e3, "rt60_1k", "loop_gain_1k"},     {2e3, "rt60_2k", "loop_gain_2k"},
  {4e3, "rt60_4k", "loop_gain_4k"},     {8e3, "rt60_8k", "loop_gain_8k"},
  {16e3, "rt60_16k", "loop_gain_16k"},
};

static void*
picture_open(const KitEffect* effect)
{
  ReverbPicture* const p = (ReverbPicture*)kit_calloc(1, sizeof(ReverbPicture));
  if (p) {
    p->effect = effect;
  }
  return p;
}

/** @return the value, or NAN where there is no such figure. */
static double
find(const KitFigure* figures, uint32_t n, const char* key)
{
  for (uint32_t i = 0; i < n; ++i) {
    if (!strcmp(figures[i].key, key)) {
      return figures[i].value;
    }
  }
  return (double)NAN;
}

/** A round time that shows the slowest decay whole, 0.1 to 30 s. */
static double
choose_span(const ReverbPicture* p)
{
  static const double spans[] = {0.1, 0.2, 0.3, 0.5, 0.8,  1.0,  1.5,  2.0,
                                 3.0, 4.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0};
  const size_t        n       = sizeof(spans) / sizeof(spans[0]);
  double              longest = 0.0;
  for (uint32_t i = 0; i < p->n_octaves; ++i) {
    const double end = p->octaves[i].rt60_s + p->first_s;
    longest          = isfinite(end) ? fmax(longest, end) : longest;
  }
  if (longest <= 0.0) {
    longest = 40.0 * p->pass_s; // Nothing decays
  }
  size_t i = 0;
  while (i + 1U < n && spans[i] < longest) {
    ++i;
  }
  return spans[i];
}

static void
work_out(ReverbPicture* p)
{
  KitFigure      figures[KIT_MAX_FIGURES];
  const uint32_t n       = p->effect->figures(p->values, p->sample_rate, figures, KIT_MAX_FIGURES);
  double         nearest = (double)INFINITY;
  p->n_octaves           = 0;
  for (uint32_t i = 0; i < REVERB_VIEW_OCTAVES; ++i) {
    const double rt60 = find(figures, n, keys[i].rt60);
    if (!isnan(rt60)) {
      p->octaves[p->n_octaves++] = (ReverbOctave){keys[i].hz, rt60, find(figures, n, keys[i].gain)};
    }
  }
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    nearest = fmin(nearest, (p->values[REVERB_DELAY_TIMES + i] + 1.0) / KIT_REFERENCE_RATE);
  }
  p->rt60_s  = find(figures, n, "rt60");
  p->loop_db = find(figures, n, "loop_gain");
  p->verdict = reverb_verdict(p->values, reverb_matrix_gain(p->values), p->loop_db);
  p->first_s = p->values[REVERB_PRE_DELAY] / KIT_REFERENCE_RATE + nearest;
  p->pass_s  = reverb_pass_s(p->values);
  p->span_s  = choose_span(p);
  reverb_view_count_echoes(p);
}

static bool
picture_tick(void* handle, const KitViewData* data)
{
  ReverbPicture* const p    = (ReverbPicture*)handle;
  const double         rate = data->sample_rate > 0.0 ? data->sample_rate : KIT_REFERENCE_RATE;
  if (p->is_set && rate == p->sample_rate && !memcmp(p->values, data->values, sizeof(p->values))) {
    return false;
  }
  memcpy(p->values, data->values, sizeof(p->values));
  p->sample_rate = rate;
  p->is_set      = true;
  work_out(p);
  return true;
}

double
reverb_view_level(const ReverbPicture* p, uint32_t octave, double seconds)
{
  const double db = p->octaves[octave].loop_db;
  if (seconds <= p->first_s) {
    return 0.0;
  }
  return isfinite(db) ? db * (seconds - p->first_s) / p->pass_s : -(double)INFINITY;
}

void
reverb_view_time(double seconds, char* text, size_t size)
{
  if (!isfinite(seconds)) {
    snprintf(text, size, "\xe2\x88\x9e");
  } else if (seconds < 0.0995) {
    snprintf(text, size, "%.0f ms", 1000.0 * seconds);
  } else {
    snprintf(text, size, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
  }
}

static void
picture_describe(const void* handle, const KitViewData* data, char* text, size_t size)
{
  const ReverbPicture* const p = (const ReverbPicture*)handle;
  char                       low[24];
  char                       high[24];
  (void)data;
  if (!p->n_octaves) {
    snprintf(text, size, "Decay by octave");
  } else if (p->verdict == REVERB_DECAYS) {
    const uint32_t top = p->n_octaves > 7U ? 7U : p->n_octaves - 1U;
    reverb_view_time(p->octaves[1].rt60_s, low, sizeof(low));
    reverb_view_time(p->octaves[top].rt60_s, high, sizeof(high));
    snprintf(text, size, "Decays by 60 dB in %s at 125 Hz, %s at %.0f Hz; loop %.1f dB a pass", low, high,
             p->octaves[top].hz, p->loop_db);
  } else {
    snprintf(text, size, "The loop %s: %+.1f dB a pass",
             p->verdict == REVERB_SUSTAINS     ? "sustains"
             : p->verdict == REVERB_GROWS_HELD ? "grows, held by saturation"
                                               : "grows without bound",
             p->loop_db);
  }
}

const KitView reverb_view = {
  .height   = 250.0,
  .open     = picture_open,
  .close    = kit_free,
  .tick     = picture_tick,
  .draw     = reverb_view_draw,
  .describe = picture_describe,
};
