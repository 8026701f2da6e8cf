// SPDX-License-Identifier: ISC
#include "offline.h"

#include "alloc.h"
#include "kernels.h"
#include "params.h"

#include "vstkit/param.h"

#include <math.h>
#include <string.h>

#define GATE_BLOCK     512.0
#define PROGRESS_STEP  65536U
#define SCRATCH_FRAMES 256U

/** One render on its way. */
typedef struct {
  LossyOffline*        o;
  const LossyProgress* progress;
  LossyFrame           frame;
  LossyStages          stages;
  uint32_t             gate_block;
  const double*        in; ///< Of the codec, [n]
  double*              out;
  size_t               n;
  size_t               n_filled;   ///< Samples of `out` that hold something
  size_t               n_done;     ///< Samples that have been through all the stages
  size_t               n_reported; ///< Samples done at the last report
  double               peak;
  LossyHold            hold;
  KitBiquadState       filter_state;
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
  lossy_packets_init(&o->packets, sample_rate, o->stage_memory);
  lossy_verb_init(&o->verb, sample_rate, o->stage_memory + n_packets);
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

static bool
same_sizes(const LossySizes* a, const LossySizes* b)
{
  return a->window_size == b->window_size && a->hop == b->hop && a->n_bands == b->n_bands &&
         a->n_ref_bins == b->n_ref_bins;
}

/** Have the transforms and buffers of the window size that `values` name. */
static KitStatus
prepare_window(LossyOffline* o, const double* values)
{
  const LossySizes sizes  = lossy_sizes(values, o->sample_rate);
  const uint32_t   n_bins = (uint32_t)kit_fft_n_bins(sizes.window_size);
  if (o->stft.fft && same_sizes(&sizes, &o->stft.sizes)) {
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

/** Turn quiet blocks down. */
static void
gate(double threshold, double* x, size_t n)
{
  const double rms = sqrt(lossy_energy(x, n) / (double)n);
  if (rms < threshold) {
    lossy_scale(rms / threshold, x, n);
  }
}

static void
verb(Run* run, const double* in, double* out, size_t n)
{
  double wet[SCRATCH_FRAMES];
  for (size_t i = 0; i < n; i += SCRATCH_FRAMES) {
    const uint32_t m = n - i < SCRATCH_FRAMES ? (uint32_t)(n - i) : SCRATCH_FRAMES;
    lossy_verb_process(&run->o->verb, run->stages.verb_feedback, in + i, wet, m);
    for (uint32_t k = 0; k < m; ++k) {
      out[i + k] = in[i + k] * (1.0 - run->stages.verb) + wet[k] * run->stages.verb;
    }
  }
}

/** All that comes after the codec, except the limiter, over one block of the gate. */
static void
run_stages(Run* run, double* x, uint32_t n)
{
  const LossyStages* const s = &run->stages;
  if (s->gain != 1.0) {
    lossy_scale(s->gain, x, n);
  }
  if (s->crush > 0.0) {
    lossy_crush(s->crush, x, n);
  }
  if (s->hold > 0.0) {
    lossy_hold_process(&run->hold, s->hold, x, n);
  }
  if (s->packets) {
    lossy_packets_process(&run->o->packets, &s->packet_rules, x, n);
  }
  if (s->filter.n_sections) {
    kit_biquad_process(&s->filter.coeffs, s->filter.n_sections, &run->filter_state, x, n);
  }
  if (s->verb > 0.0 && s->verb_post) {
    verb(run, x, x, n);
  }
  if (s->gate > 0.0) {
    gate(s->gate, x, n);
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

static double
rms(const double* x, size_t n)
{
  return sqrt(lossy_energy(x, n) / (double)n);
}

static void
apply_auto_gain(Run* run)
{
  const double before = rms(run->in, run->n);
  const double after  = rms(run->out, run->n);
  lossy_scale(lossy_auto_gain(run->stages.auto_gain, before, after), run->out, run->n);
}

static void
finish(const Run* run, const double* dry)
{
  const double gain = run->peak > run->stages.ceiling ? run->stages.ceiling / run->peak : 1.0;
  if (gain != 1.0 || run->stages.wet != 1.0) {
    lossy_mix(dry, gain, run->stages.wet, run->out, run->n);
  }
}

/** Room for the input after the verb. */
static KitStatus
prepare_before(LossyOffline* o)
{
  if (!o->before) {
    o->before = (double*)kit_calloc(o->max_frames, sizeof(double));
  }
  return o->before ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

static KitStatus
prepare(LossyOffline* o, Run* run, const double* values)
{
  const uint32_t seed = (uint32_t)values[LOSSY_SEED];
  if (!lossy_frame_is_identity(&run->frame)) {
    if (prepare_window(o, values)) {
      return KIT_ERR_NO_MEMORY;
    }
    lossy_spectrum_reset(&o->spectrum, seed);
  }
  if (run->stages.verb > 0.0) {
    if (!run->stages.verb_post && prepare_before(o)) {
      return KIT_ERR_NO_MEMORY;
    }
    lossy_verb_reset(&o->verb);
  }
  lossy_packets_reset(&o->packets, seed, run->n);
  return KIT_SUCCESS;
}

KitStatus
lossy_offline_render(LossyOffline* o, const double* values, const LossyProgress* progress, const double* in,
                     double* out, size_t n)
{
  Run run = {
    .o          = o,
    .progress   = progress,
    .frame      = lossy_frame(values),
    .stages     = lossy_stages(values, o->sample_rate),
    .gate_block = lossy_scaled_length(GATE_BLOCK, o->sample_rate / KIT_REFERENCE_RATE),
    .in         = in,
    .out        = out,
    .n          = n,
  };
  if (!n) {
    return KIT_SUCCESS;
  }
  if (prepare(o, &run, values)) {
    return KIT_ERR_NO_MEMORY;
  }

  if (run.stages.verb > 0.0 && !run.stages.verb_post) {
    verb(&run, in, o->before, n);
    run.in = o->before;
  }
  const bool follow = run.stages.auto_gain <= 0.0;
  if (lossy_frame_is_identity(&run.frame)) {
    memcpy(out, run.in, n * sizeof(double));
  } else if (!run_codec(&run, follow)) {
    return KIT_ERR_CANCELLED;
  }
  if (!follow) {
    apply_auto_gain(&run);
  }
  if (!advance(&run, n)) {
    return KIT_ERR_CANCELLED;
  }
  finish(&run, in);
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
