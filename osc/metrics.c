// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "cycles.h"
#include "metrics.h"
#include "system.h"

#include <math.h>

#define FLOOR_DB        (-200.0)
#define SPECTRUM_FRAMES 4096U
#define MAX_WINDOW_S    1.0 ///< What is older is left out by who asks more seldom

enum { DRY, WET, N_SIDES };

struct KitOscMeters {
  uint32_t     room;       ///< Frames of each buffer
  uint32_t     n[N_SIDES]; ///< Channels
  double*      buffers[N_SIDES][KIT_MAX_CHANNELS];
  KitLoudness* loudness[N_SIDES];
  uint64_t     end; ///< Of the frames that loudness has heard
  double       started;
  uint64_t     started_cycles;
};

void
kit_osc_meters_free(KitOscMeters* meters)
{
  for (uint32_t side = 0; meters && side < N_SIDES; ++side) {
    kit_loudness_free(meters->loudness[side]);
    for (uint32_t c = 0; c < KIT_MAX_CHANNELS; ++c) {
      kit_free(meters->buffers[side][c]);
    }
  }
  kit_free(meters);
}

/** Frames that the tap has now; none are copied. */
static KitTapShape
look(const KitTap* tap)
{
  double* const none[KIT_MAX_CHANNELS] = {NULL, NULL};
  KitTapShape   shape                  = {.n_frames = UINT32_MAX};
  kit_tap_read(tap, &shape, none, none);
  return shape;
}

static KitOscMeters*
meters_new(const KitTap* tap)
{
  const KitTapShape   shape  = look(tap);
  KitOscMeters* const meters = (KitOscMeters*)kit_calloc(1, sizeof(KitOscMeters));
  if (!meters) {
    return NULL;
  }
  meters->room           = (uint32_t)fmax(shape.sample_rate * MAX_WINDOW_S, SPECTRUM_FRAMES);
  meters->n[DRY]         = shape.n_in;
  meters->n[WET]         = shape.n_out;
  meters->end            = shape.start_frame + shape.n_frames;
  meters->started        = kit_clock_s();
  meters->started_cycles = kit_cycles();
  for (uint32_t side = 0; side < N_SIDES; ++side) {
    bool ok = (meters->loudness[side] = kit_loudness_new(shape.sample_rate, meters->n[side])) != NULL;
    for (uint32_t c = 0; c < meters->n[side]; ++c) {
      meters->buffers[side][c] = (double*)kit_calloc(meters->room, sizeof(double));
      ok                       = ok && meters->buffers[side][c];
    }
    if (!ok) {
      kit_osc_meters_free(meters);
      return NULL;
    }
  }
  return meters;
}

/** Copy up to `n` of the newest frames. */
static KitTapShape
read_newest(const KitOsc* osc, uint64_t n)
{
  KitOscMeters* const meters = osc->meters;
  KitTapShape         shape  = {.n_frames = (uint32_t)(n < meters->room ? n : meters->room)};
  kit_tap_read(osc->tap, &shape, meters->buffers[DRY], meters->buffers[WET]);
  return shape;
}

static uint64_t
frames_since(const KitOsc* osc, uint64_t end)
{
  const KitTapShape shape = look(osc->tap);
  const uint64_t    now   = shape.start_frame + shape.n_frames;
  return now > end ? now - end : 0U;
}

static void
feed_loudness(KitOsc* osc)
{
  KitOscMeters* const meters = osc->meters;
  const KitTapShape   shape  = read_newest(osc, frames_since(osc, meters->end));
  for (uint32_t side = 0; side < N_SIDES; ++side) {
    kit_loudness_feed(meters->loudness[side], (const double* const*)meters->buffers[side], shape.n_frames);
  }
  meters->end = shape.start_frame + shape.n_frames;
}

static double
floored(double db)
{
  return fmax(db, FLOOR_DB);
}

/** What a message tells of one side. */
typedef struct {
  double rms_db;
  double peak_db;
  double true_peak_db;
  double lufs;
  double centroid_hz;
} Figures;

static void
measure_levels(const KitOsc* osc, const KitTapShape* shape, Figures* figures)
{
  for (uint32_t side = 0; side < N_SIDES; ++side) {
    const KitOscMeters* const meters = osc->meters;
    const KitSignal signal = {(const double* const*)meters->buffers[side], meters->n[side], shape->n_frames,
                              shape->sample_rate};
    figures[side]          = (Figures){
               .rms_db       = floored(kit_db_from_lin(kit_metric_rms(&signal))),
               .peak_db      = floored(kit_db_from_lin(kit_metric_peak(&signal))),
               .true_peak_db = floored(kit_db_from_lin(kit_metric_true_peak(&signal))),
               .lufs         = floored(kit_loudness_short_lufs(meters->loudness[side])),
    };
  }
}

static void
measure_spectra(const KitOsc* osc, Figures* figures)
{
  const KitTapShape shape = read_newest(osc, SPECTRUM_FRAMES);
  for (uint32_t side = 0; side < N_SIDES; ++side) {
    const KitSignal signal = {(const double* const*)osc->meters->buffers[side], osc->meters->n[side],
                              shape.n_frames, shape.sample_rate};
    kit_metric_centroid(&signal, &figures[side].centroid_hz);
  }
}

/** Time that blocks took, in % of the time that they are for. */
static double
share_since(const KitOsc* osc, const KitTapLoad* before, const KitTapLoad* now, double sample_rate)
{
  const double elapsed_s = kit_clock_s() - osc->meters->started;
  const double elapsed   = (double)(kit_cycles() - osc->meters->started_cycles);
  const double audio_s   = (double)(now->n_frames - before->n_frames) / sample_rate;
  const double spent     = (double)(now->n_cycles - before->n_cycles);
  return elapsed > 0.0 && audio_s > 0.0 ? 100.0 * spent * elapsed_s / elapsed / audio_s : 0.0;
}

// A window that is empty has nothing to tell: the host does not play
static void
tell(KitOsc* osc, KitOscMetricsLease* lease)
{
  Figures           figures[N_SIDES];
  const KitTapShape shape = read_newest(osc, frames_since(osc, lease->end));
  if (!shape.n_frames) {
    return;
  }
  const KitTapLoad load  = kit_tap_load(osc->tap);
  const double     share = share_since(osc, &lease->load, &load, shape.sample_rate);
  measure_levels(osc, &shape, figures);
  measure_spectra(osc, figures);
  lease->end  = shape.start_frame + shape.n_frames;
  lease->load = load;
  kit_osc_send_at(osc, lease->lease.to, "metrics", "fffffffffiff", figures[DRY].rms_db, figures[WET].rms_db,
                  figures[DRY].peak_db, figures[WET].peak_db, figures[DRY].lufs, figures[WET].lufs,
                  figures[DRY].centroid_hz, figures[WET].centroid_hz, share, (int)shape.latency_frames,
                  figures[DRY].true_peak_db, figures[WET].true_peak_db);
}

void
kit_osc_metrics(KitOscCall* call)
{
  KitOsc* const osc     = call->osc;
  double        rate    = 10.0;
  double        seconds = KIT_OSC_MAX_LEASE_S;
  if (!kit_osc_range(call, 0, 0.0, KIT_OSC_MAX_RATE_HZ, &rate) ||
      !kit_osc_range(call, 1, 0.0, KIT_OSC_MAX_LEASE_S, &seconds)) {
    return;
  }
  const double       now   = kit_clock_s();
  const double       until = rate > 0.0 && seconds > 0.0 ? now + seconds : 0.0;
  KitOscLease* const lease =
    kit_osc_lease(&osc->metrics[0].lease, KIT_OSC_MAX_LEASES, sizeof(KitOscMetricsLease), call->from, until);
  if (!lease) {
    kit_osc_refuse(call, "ask again when one of them has ended", "%u others have asked for metrics",
                   KIT_OSC_MAX_LEASES);
    return;
  }
  KitOscMetricsLease* const metrics = (KitOscMetricsLease*)lease;
  metrics->every                    = rate > 0.0 ? 1.0 / rate : 1.0;
  metrics->next                     = fmin(metrics->next, now + metrics->every);
}

// A tap that was opened anew counts anew
static void
begin(KitOsc* osc)
{
  osc->meters = meters_new(osc->tap);
  for (uint32_t i = 0; osc->meters && i < KIT_OSC_MAX_LEASES; ++i) {
    osc->metrics[i].end  = osc->meters->end;
    osc->metrics[i].load = kit_tap_load(osc->tap);
  }
}

double
kit_osc_work_metrics(KitOsc* osc, double now)
{
  double next = (double)INFINITY;
  for (uint32_t i = 0; i < KIT_OSC_MAX_LEASES; ++i) {
    KitOscMetricsLease* const lease = &osc->metrics[i];
    lease->lease.until              = lease->lease.until > now ? lease->lease.until : 0.0;
    if (lease->lease.until <= 0.0) {
      continue;
    }
    if (osc->tap && !osc->meters) {
      begin(osc);
    }
    if (osc->meters && now >= lease->next) {
      feed_loudness(osc);
      tell(osc, lease);
      lease->next = fmax(lease->next + lease->every, now);
    }
    next = fmin(next, fmax(lease->next, now + 0.001));
  }
  if (next == (double)INFINITY && osc->meters) {
    kit_osc_meters_free(osc->meters);
    osc->meters = NULL;
  }
  return next;
}
