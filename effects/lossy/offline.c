// SPDX-License-Identifier: ISC
#include "offline.h"

#include "alloc.h"
#include "kernels.h"
#include "params.h"

#include "vstkit/param.h"

#include <math.h>
#include <string.h>

#define GATE_BLOCK    512.0
#define PROGRESS_STEP 65536U

/** One render on its way. */
typedef struct {
  LossyOffline*        o;
  const LossyProgress* progress;
  LossyFrame           frame;
  LossySegment         segment; ///< All of it: nothing moves
  LossyFilterFade      filter;
  uint32_t             gate_block;
  const double*        in; ///< Of the codec, [n]
  double*              out;
  size_t               n;
  size_t               n_filled;   ///< Samples of `out` that hold something
  size_t               n_done;     ///< Samples that have been through all the stages
  size_t               n_reported; ///< Samples done at the last report
  double               peak;
} Run;

bool
lossy_offline_init(LossyOffline* o, double sample_rate, size_t max_frames)
{
  const size_t n_packets = lossy_packets_n_doubles(sample_rate);
  *o                     = (LossyOffline){.sample_rate = sample_rate, .max_frames = max_frames};
  o->stage_memory        = (double*)kit_calloc(n_packets + lossy_verb_n_doubles(sample_rate), sizeof(double));
  if (!o->stage_memory) {
    return false;
  }
  lossy_packets_init(&o->chain.packets, sample_rate, o->stage_memory);
  lossy_verb_init(&o->chain.verb, sample_rate, o->stage_memory + n_packets);
  return true;
}

static void
drop_window(LossyOffline* o)
{
  lossy_stft_cleanup(&o->stft);
  kit_free(o->spectrum_memory);
  kit_free(o->frames[0]);
  kit_free(o->frames[1]);
  kit_free(o->bins);
  o->spectrum_memory = o->frames[0] = o->frames[1] = o->bins = NULL;
}

void
lossy_offline_cleanup(LossyOffline* o)
{
  drop_window(o);
  kit_free(o->stage_memory);
  kit_free(o->before);
  *o = (LossyOffline){0};
}

/** Have the transforms and buffers of the window size that `values` name. */
static KitStatus
prepare_window(LossyOffline* o, const double* values)
{
  const LossySizes  sizes  = lossy_sizes(values, o->sample_rate);
  const uint32_t    n_bins = (uint32_t)kit_fft_n_bins(sizes.window_size);
  const LossySizes* old    = &o->stft.sizes;
  if (o->stft.fft && sizes.window_size == old->window_size && sizes.hop == old->hop &&
      sizes.n_bands == old->n_bands && sizes.n_ref_bins == old->n_ref_bins) {
    return KIT_SUCCESS;
  }

  drop_window(o);
  o->spectrum_memory = (double*)kit_calloc(lossy_spectrum_n_doubles(n_bins), sizeof(double));
  o->frames[0]       = (double*)kit_calloc(sizes.window_size, sizeof(double));
  o->frames[1]       = (double*)kit_calloc(sizes.window_size, sizeof(double));
  o->bins            = (double*)kit_calloc(2U * n_bins, sizeof(double));
  if (!o->spectrum_memory || !o->frames[0] || !o->frames[1] || !o->bins ||
      !lossy_stft_init(&o->stft, &sizes)) {
    drop_window(o);
    return KIT_ERR_NO_MEMORY;
  }
  lossy_spectrum_init(&o->spectrum, &o->stft.bands, &sizes, o->spectrum_memory);
  return KIT_SUCCESS;
}

/** Sample at `at` of the signal with its padding: mirrored, or 0 where it is too short for that. */
static double
padded(const Run* run, ptrdiff_t at)
{
  const ptrdiff_t n = (ptrdiff_t)run->n;
  if (at >= 0 && at < n) {
    return run->in[at];
  }
  if (n <= (ptrdiff_t)run->o->stft.sizes.window_size) {
    return 0.0;
  }
  return run->in[at < 0 ? -at : 2 * (n - 1) - at];
}

static void
window_frame(const Run* run, ptrdiff_t start, double* frame)
{
  const LossyStft* const stft = &run->o->stft;
  const uint32_t         size = stft->sizes.window_size;
  if (start >= 0 && (size_t)start + size <= run->n) {
    lossy_window(run->in + start, stft->window, frame, size);
    return;
  }
  for (uint32_t i = 0; i < size; ++i) {
    frame[i] = padded(run, start + (ptrdiff_t)i) * stft->window[i];
  }
}

/** Add a frame to the output, and to nothing outside it. */
static void
add_frame(Run* run, ptrdiff_t start, const double* frame)
{
  const LossyStft* const stft = &run->o->stft;
  const ptrdiff_t        from = start < 0 ? 0 : start;
  const ptrdiff_t        stop = start + (ptrdiff_t)stft->sizes.window_size;
  const ptrdiff_t        to   = stop > (ptrdiff_t)run->n ? (ptrdiff_t)run->n : stop;
  if (to <= from) {
    return;
  }
  const ptrdiff_t old = (ptrdiff_t)run->n_filled < to ? (ptrdiff_t)run->n_filled : to;
  if (old > from) {
    lossy_overlap_add(frame + (from - start), stft->synthesis + (from - start), run->out + from,
                      (uint32_t)(old - from));
  }
  if (to > old) {
    lossy_window(frame + (old - start), stft->synthesis + (old - start), run->out + old,
                 (uint32_t)(to - old));
    run->n_filled = (size_t)to;
  }
}

static double
rms(const double* x, size_t n)
{
  return sqrt(lossy_energy(x, n) / (double)n);
}

/** All that comes after the codec, except the limiter, over one block of the gate. */
static void
run_stages(Run* run, double* x, uint32_t n)
{
  const double threshold = run->segment.to.gate;
  for (uint32_t i = 0; i < n; i += LOSSY_CHAIN_FRAMES) {
    const uint32_t m = n - i < LOSSY_CHAIN_FRAMES ? n - i : LOSSY_CHAIN_FRAMES;
    lossy_chain_process(&run->o->chain, &run->segment, &run->filter, x + i, m);
  }
  const double level = threshold > 0.0 ? rms(x, n) : 0.0;
  if (level < threshold) {
    lossy_scale(level / threshold, x, n);
  }
  run->peak = fmax(run->peak, lossy_peak(x, n));
}

/** Take the first `n_ready` samples through the stages, as far as whole blocks go.  @return false to stop. */
static bool
advance(Run* run, size_t n_ready)
{
  while (run->n_done + run->gate_block <= n_ready || (n_ready == run->n && run->n_done < run->n)) {
    const size_t   rest = run->n - run->n_done;
    const uint32_t m    = rest < run->gate_block ? (uint32_t)rest : run->gate_block;
    run_stages(run, run->out + run->n_done, m);
    run->n_done += m;
  }
  if (run->n_done - run->n_reported < PROGRESS_STEP || !run->progress) {
    return true;
  }
  run->n_reported = run->n_done;
  return run->progress->report(run->progress->handle, run->n_done);
}

/** Run the codec.  Where the stages need nothing that is yet to come, they follow at its heels. */
static bool
run_codec(Run* run, bool follow)
{
  LossyOffline* const o       = run->o;
  const uint32_t      size    = o->stft.sizes.window_size;
  const uint32_t      hop     = o->stft.sizes.hop;
  const size_t        n       = (run->n + size) / hop + 1U;
  const bool          listens = run->frame.pre_echo > 0.0 && n > 1U;
  double              energy  = 0.0;
  for (size_t f = 0; f < n; ++f) {
    const ptrdiff_t start  = (ptrdiff_t)(f * hop) - (ptrdiff_t)size;
    double* const   now    = o->frames[f % 2U];
    double* const   next   = o->frames[(f + 1U) % 2U];
    bool            attack = false;
    if (f == 0U || !listens) {
      window_frame(run, start, now);
      energy = listens ? lossy_energy(now, size) : 0.0;
    }
    if (listens && f + 1U < n) {
      window_frame(run, start + (ptrdiff_t)hop, next);
      const double coming = lossy_energy(next, size);
      attack              = lossy_frame_is_attack(&run->frame, energy, coming);
      energy              = coming;
    }
    kit_fft_forward(o->stft.fft, now, o->bins);
    lossy_spectrum_process(&o->spectrum, &run->frame, lossy_frame_loss(&run->frame, attack), o->bins);
    kit_fft_inverse(o->stft.fft, o->bins, now);
    add_frame(run, start, now);

    const ptrdiff_t ready = start + (ptrdiff_t)hop;
    if (follow && ready > 0 && !advance(run, (size_t)ready < run->n ? (size_t)ready : run->n)) {
      return false;
    }
  }
  return true;
}

/** The input after the verb.  @return false without memory. */
static bool
run_verb_before(Run* run)
{
  LossyOffline* const o = run->o;
  if (!o->before) {
    o->before = (double*)kit_calloc(o->max_frames, sizeof(double));
  }
  if (!o->before) {
    return false;
  }
  memcpy(o->before, run->in, run->n * sizeof(double));
  for (size_t i = 0; i < run->n; i += LOSSY_CHAIN_FRAMES) {
    const uint32_t m = run->n - i < LOSSY_CHAIN_FRAMES ? (uint32_t)(run->n - i) : LOSSY_CHAIN_FRAMES;
    lossy_chain_mix_verb(&o->chain.verb, &run->segment, run->segment.verb_pre, o->before + i, m);
  }
  run->in = o->before;
  return true;
}

static bool
prepare(Run* run, const double* values)
{
  LossyOffline* const o    = run->o;
  const uint32_t      seed = (uint32_t)values[LOSSY_SEED];
  if (!lossy_frame_is_identity(&run->frame)) {
    if (prepare_window(o, values)) {
      return false;
    }
    lossy_spectrum_reset(&o->spectrum, seed);
  }
  lossy_chain_reset(&o->chain, seed, run->n);
  if (run->segment.to.verb > 0.0) {
    lossy_verb_reset(&o->chain.verb);
  }
  return !run->segment.verb_pre_on || run_verb_before(run);
}

/** A segment without end in which nothing moves. */
static LossySegment
one_segment(const LossyStages* stages)
{
  const double pre = stages->verb_post ? 0.0 : 1.0;
  const bool   on  = stages->verb > 0.0;
  return (LossySegment){
    .length       = 1,
    .from         = *stages,
    .to           = *stages,
    .verb_pre     = {pre * stages->verb, pre * stages->verb},
    .pre_share    = {pre, pre},
    .verb_pre_on  = on && !stages->verb_post,
    .verb_post_on = on && stages->verb_post,
  };
}

KitStatus
lossy_offline_render(LossyOffline* o, const double* values, const LossyProgress* progress, const double* in,
                     double* out, size_t n)
{
  const LossyStages stages = lossy_stages(values, o->sample_rate);
  Run               run    = {
                     .o          = o,
                     .progress   = progress,
                     .frame      = lossy_frame(values),
                     .segment    = one_segment(&stages),
                     .filter     = {.now = stages.filter},
                     .gate_block = lossy_scaled_length(GATE_BLOCK, o->sample_rate / KIT_REFERENCE_RATE),
                     .in         = in,
                     .out        = out,
                     .n          = n,
  };
  if (!n) {
    return KIT_SUCCESS;
  }
  if (!prepare(&run, values)) {
    return KIT_ERR_NO_MEMORY;
  }

  const bool follow = stages.auto_gain <= 0.0;
  if (lossy_frame_is_identity(&run.frame)) {
    memcpy(out, run.in, n * sizeof(double));
  } else if (!run_codec(&run, follow)) {
    return KIT_ERR_CANCELLED;
  }
  if (!follow) {
    lossy_scale(lossy_auto_gain(stages.auto_gain, rms(run.in, n), rms(out, n)), out, n);
  }
  if (!advance(&run, n)) {
    return KIT_ERR_CANCELLED;
  }
  const double gain = run.peak > stages.ceiling ? stages.ceiling / run.peak : 1.0;
  if (gain != 1.0 || stages.wet != 1.0) {
    lossy_mix(in, gain, stages.wet, out, n);
  }
  return KIT_SUCCESS;
}

size_t
lossy_offline_memory(const double* values, double sample_rate, size_t max_frames)
{
  const LossySizes sizes     = lossy_sizes(values, sample_rate);
  const uint32_t   n_bins    = (uint32_t)kit_fft_n_bins(sizes.window_size);
  const size_t     n_doubles = lossy_packets_n_doubles(sample_rate) + lossy_verb_n_doubles(sample_rate) +
                           lossy_spectrum_n_doubles(n_bins) + 2U * sizes.window_size + 2U * n_bins;
  const bool before = values[LOSSY_VERB] > 0.0 && values[LOSSY_VERB_POSITION] != LOSSY_VERB_POST;
  return lossy_stft_memory(&sizes) + (n_doubles + (before ? max_frames : 0U)) * sizeof(double);
}
