// SPDX-License-Identifier: ISC
#include "offline.h"

#include "alloc.h"
#include "params.h"

#include <math.h>
#include <string.h>

#define GATE_BLOCK 512.0

enum { PASS_CODEC, PASS_STAGES, PASS_FINISH };

bool
lossy_offline_init(LossyOffline* o, double sample_rate, double bpm, uint32_t n_channels)
{
  const size_t n_packets = lossy_packets_n_doubles(sample_rate);
  const size_t n_verb    = lossy_verb_n_doubles(sample_rate);
  *o                     = (LossyOffline){.sample_rate = sample_rate, .bpm = bpm, .n_channels = n_channels};
  o->gate_block          = lossy_scaled_length(GATE_BLOCK, sample_rate / KIT_REFERENCE_RATE);
  o->tracks              = (LossyTrack*)kit_calloc(n_channels, sizeof(LossyTrack));
  for (uint32_t c = 0; o->tracks && c < n_channels; ++c) {
    LossyTrack* const track = &o->tracks[c];
    track->stage_memory     = (double*)kit_calloc(n_packets + n_verb, sizeof(double));
    if (!track->stage_memory) {
      lossy_offline_cleanup(o);
      return false;
    }
    lossy_packets_init(&track->chain.packets, sample_rate, track->stage_memory);
    lossy_verb_init(&track->chain.verb, sample_rate, track->stage_memory + n_packets);
    if (c == 1U) {
      lossy_chain_set_second(&track->chain);
    }
  }
  return o->tracks != NULL;
}

static void
drop_window(LossyOffline* o)
{
  lossy_stft_cleanup(&o->stft);
  kit_free(o->bins);
  o->bins = NULL;
  for (uint32_t c = 0; o->tracks && c < o->n_channels; ++c) {
    LossyTrack* const track = &o->tracks[c];
    kit_free(track->spectrum_memory);
    kit_free(track->frames[0]);
    kit_free(track->frames[1]);
    track->spectrum_memory = track->frames[0] = track->frames[1] = NULL;
  }
}

void
lossy_offline_cleanup(LossyOffline* o)
{
  drop_window(o);
  for (uint32_t c = 0; o->tracks && c < o->n_channels; ++c) {
    kit_free(o->tracks[c].stage_memory);
    kit_free(o->tracks[c].in.x);
    kit_free(o->tracks[c].out.x);
  }
  kit_free(o->tracks);
  *o = (LossyOffline){0};
}

/** Have the transforms and buffers of the window size that `values` name. */
static bool
prepare_window(LossyOffline* o, const double* values)
{
  const LossySizes  sizes  = lossy_sizes(values, o->sample_rate);
  const uint32_t    n_bins = (uint32_t)kit_fft_n_bins(sizes.window_size);
  const LossySizes* old    = &o->stft.sizes;
  if (o->stft.fft && sizes.window_size == old->window_size && sizes.hop == old->hop &&
      sizes.n_bands == old->n_bands && sizes.n_ref_bins == old->n_ref_bins) {
    return true;
  }

  drop_window(o);
  o->bins = (double*)kit_calloc(2U * n_bins, sizeof(double));
  bool ok = o->bins && lossy_stft_init(&o->stft, &sizes);
  for (uint32_t c = 0; ok && c < o->n_channels; ++c) {
    LossyTrack* const track = &o->tracks[c];
    track->spectrum_memory  = (double*)kit_calloc(lossy_spectrum_n_doubles(n_bins), sizeof(double));
    track->frames[0]        = (double*)kit_calloc(sizes.window_size, sizeof(double));
    track->frames[1]        = (double*)kit_calloc(sizes.window_size, sizeof(double));
    ok                      = track->spectrum_memory && track->frames[0] && track->frames[1];
    if (ok) {
      lossy_spectrum_init(&track->spectrum, &o->stft.bands, &sizes, track->spectrum_memory);
    }
  }
  if (!ok) {
    drop_window(o);
  }
  return ok;
}

/* Tapes */

static bool
tape_init(LossyTape* tape, size_t capacity)
{
  tape->from = 0;
  if (tape->capacity < capacity) {
    kit_free(tape->x);
    tape->x        = (double*)kit_calloc(capacity, sizeof(double));
    tape->capacity = tape->x ? capacity : 0U;
  }
  return tape->x != NULL;
}

/** Have room for samples up to `to`; those before `keep` may go, those from `filled` on are not there yet. */
static void
tape_reach(LossyTape* tape, int64_t keep, int64_t filled, int64_t to)
{
  if (to - tape->from > (int64_t)tape->capacity) {
    if (filled > keep) {
      memmove(tape->x, tape->x + (keep - tape->from), (size_t)(filled - keep) * sizeof(double));
    }
    tape->from = keep;
  }
}

static double*
tape_at(const LossyTape* tape, int64_t at)
{
  return tape->x + (at - tape->from);
}

/* The codec */

/** Sample at `at` of the signal with its padding: mirrored, or 0 where it is too short for that. */
static double
padded(const LossyOffline* o, const LossyTrack* track, int64_t at)
{
  if (at >= 0 && at < o->n) {
    return *tape_at(&track->in, at);
  }
  if (o->n <= (int64_t)o->stft.sizes.window_size) {
    return 0.0;
  }
  return *tape_at(&track->in, at < 0 ? -at : 2 * (o->n - 1) - at);
}

static void
window_frame(const LossyOffline* o, const LossyTrack* track, int64_t start, double* frame)
{
  const LossyStft* const stft = &o->stft;
  const uint32_t         size = stft->sizes.window_size;
  if (start >= 0 && start + size <= o->n) {
    lossy_window(tape_at(&track->in, start), stft->window, frame, size);
    return;
  }
  for (uint32_t i = 0; i < size; ++i) {
    frame[i] = padded(o, track, start + (int64_t)i) * stft->window[i];
  }
}

/** Add a frame to the output, and to nothing outside it. */
static void
add_frame(const LossyOffline* o, LossyTrack* track, int64_t start, const double* frame)
{
  const LossyStft* const stft = &o->stft;
  const int64_t          from = start < 0 ? 0 : start;
  const int64_t          stop = start + (int64_t)stft->sizes.window_size;
  const int64_t          to   = stop > o->n ? o->n : stop;
  if (to <= from) {
    return;
  }
  const int64_t sent = o->n_fed - (int64_t)o->lag;
  tape_reach(&track->out, sent < 0 ? 0 : sent, track->n_filled, to);
  const int64_t old = track->n_filled < to ? track->n_filled : to;
  if (old > from) {
    lossy_overlap_add(frame + (from - start), stft->synthesis + (from - start), tape_at(&track->out, from),
                      (uint32_t)(old - from));
  }
  if (to > old) {
    lossy_window(frame + (old - start), stft->synthesis + (old - start), tape_at(&track->out, old),
                 (uint32_t)(to - old));
    track->n_filled = to;
  }
}

/** True if there is all that the frame at `start` needs, with `n_in` samples there. */
static bool
is_ready(const LossyOffline* o, int64_t start, int64_t n_in)
{
  const int64_t size   = (int64_t)o->stft.sizes.window_size;
  const int64_t mirror = start < 0 ? size + 1 : 0;
  const int64_t need   = start + size > mirror ? start + size : mirror;
  return n_in >= need || n_in >= o->n;
}

static double
rms(double energy, int64_t n)
{
  return sqrt(energy / (double)n);
}

/** Who is told of what comes to pass at frame `at` of the signal. */
static LossyLabels
labels_at(const LossyOffline* o, const LossyTrack* track, int64_t at)
{
  return (LossyLabels){o->labels, (uint32_t)(track - o->tracks), o->label_at + at};
}

/** All that comes after the codec, except the limiter, over one block of the gate. */
static void
run_stages(LossyOffline* o, LossyTrack* track, double* x, uint32_t n)
{
  const double threshold = o->segment.to.gate;
  track->chain.time      = o->origin + track->n_done;
  for (uint32_t i = 0; i < n; i += LOSSY_CHAIN_FRAMES) {
    const uint32_t m            = n - i < LOSSY_CHAIN_FRAMES ? n - i : LOSSY_CHAIN_FRAMES;
    track->chain.packets.labels = labels_at(o, track, track->n_done + i);
    lossy_chain_process(&track->chain, &o->segment, &o->filter, x + i, m);
  }
  const double level = threshold > 0.0 ? rms(lossy_energy(x, n), n) : 0.0;
  if (level < threshold) {
    lossy_scale(level / threshold, x, n);
  }
  if (threshold > 0.0) {
    const LossyLabels labels = labels_at(o, track, track->n_done);
    lossy_label_gate(&labels, level < threshold, n);
  }
  track->peak = fmax(track->peak, lossy_peak(x, n));
}

/** Take the first `n_ready` samples through what follows, stages as far as whole blocks go. */
static void
advance(LossyOffline* o, LossyTrack* track, int64_t n_ready)
{
  const int64_t block = (int64_t)o->gate_block;
  if (o->pass == PASS_CODEC && o->stages.auto_gain > 0.0) {
    if (n_ready > track->n_done) {
      lossy_energy_add(&track->after, tape_at(&track->out, track->n_done), (size_t)(n_ready - track->n_done));
      track->n_done = n_ready;
    }
    return;
  }
  while (track->n_done + block <= n_ready || (n_ready == o->n && track->n_done < o->n)) {
    const int64_t  rest = o->n - track->n_done;
    const uint32_t m    = rest < block ? (uint32_t)rest : o->gate_block;
    run_stages(o, track, tape_at(&track->out, track->n_done), m);
    track->n_done += m;
  }
}

/** What the frame from `start` obeys, with the ramp. */
static LossyFrame
frame_at(const LossyOffline* o, int64_t start)
{
  LossyFrame   frame  = o->frame;
  const double middle = (double)(o->origin + start) + 0.5 * o->stft.sizes.window_size;
  if (o->ramp.slope != 0.0) {
    const double share = lossy_ramp_at(&o->ramp, fmax(middle, 0.0));
    frame.loss *= share;
    frame.pre_echo *= share;
    frame.freezer *= share;
  }
  return frame;
}

/** Run the codec as far as `n_in` samples of its input allow. */
static void
run_codec(LossyOffline* o, LossyTrack* track, int64_t n_in)
{
  const uint32_t size    = o->stft.sizes.window_size;
  const int64_t  hop     = (int64_t)o->stft.sizes.hop;
  const int64_t  n       = (o->n + (int64_t)size) / hop + 1;
  const bool     listens = o->frame.pre_echo > 0.0 && n > 1;
  for (; track->frame < n; ++track->frame) {
    const int64_t f      = track->frame;
    const int64_t start  = f * hop - (int64_t)size;
    double* const now    = track->frames[f % 2];
    double* const next   = track->frames[(f + 1) % 2];
    bool          attack = false;
    if (!is_ready(o, listens && f + 1 < n ? start + hop : start, n_in) || !is_ready(o, start, n_in)) {
      return;
    }
    if (f == 0 || !listens) {
      window_frame(o, track, start, now);
      track->energy = listens ? lossy_energy(now, size) : 0.0;
    }
    if (listens && f + 1 < n) {
      window_frame(o, track, start + hop, next);
      const double coming = lossy_energy(next, size);
      attack              = lossy_frame_is_attack(&o->frame, track->energy, coming);
      track->energy       = coming;
    }
    const LossyFrame frame = frame_at(o, start);
    kit_fft_forward(o->stft.fft, now, o->bins);
    lossy_spectrum_process(&track->spectrum, &frame, lossy_frame_loss(&frame, attack), o->bins);
    if (o->labels) {
      const LossyLabels labels = labels_at(o, track, 0);
      lossy_spectrum_label(&track->spectrum, &labels, &o->stft.sizes, start, (LossySpan){0, o->n});
    }
    kit_fft_inverse(o->stft.fft, o->bins, now);
    add_frame(o, track, start, now);

    const int64_t ready = start + hop;
    if (ready > 0) {
      track->n_ready = ready < o->n ? ready : o->n;
    }
  }
}

/* A signal */

uint32_t
lossy_offline_n_passes(const double* values)
{
  return values[LOSSY_AUTO_GAIN] > 0.0 ? 3U : 2U;
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

static uint32_t
codec_lag(const LossyOffline* o)
{
  return o->identity ? 0U : o->stft.sizes.window_size + 2U * o->stft.sizes.hop + 1U;
}

static bool
start_track(LossyOffline* o, LossyTrack* track, uint32_t seed)
{
  const size_t window = o->identity ? 0U : o->stft.sizes.window_size;
  const size_t slack  = 2U * KIT_MAX_PIECE;
  if (!o->identity) {
    lossy_spectrum_reset(&track->spectrum, seed);
  }
  lossy_chain_reset(&track->chain, seed, (uint64_t)o->n < SIZE_MAX ? (size_t)o->n : SIZE_MAX - 1U);
  if (o->segment.to.verb > 0.0) {
    lossy_verb_reset(&track->chain.verb);
  }
  track->frame = track->n_filled = track->n_done = track->n_ready = 0;
  track->peak                                                     = 0.0;
  track->before = track->after = (LossyEnergy){0};
  return tape_init(&track->in, 5U * window + 16U + slack) &&
         tape_init(&track->out, codec_lag(o) + 2U * window + 2U * o->gate_block + 16U + slack);
}

bool
lossy_offline_start(LossyOffline* o, const double* values, int64_t n)
{
  o->n        = n;
  o->ramp     = lossy_ramp_from(values, o->sample_rate, 0.0, lossy_ramp_start(values));
  o->stages   = lossy_stages(values, o->sample_rate, o->bpm, &o->ramp);
  o->segment  = one_segment(&o->stages);
  o->filter   = (LossyFilterFade){.now = o->stages.filter};
  o->frame    = lossy_frame(values, 1.0);
  o->identity = lossy_frame_is_identity(&o->frame);
  o->stereo   = o->n_channels == 2U ? (uint32_t)values[LOSSY_STEREO] : LOSSY_STEREO_LR;
  bool ok     = o->identity || prepare_window(o, values);
  for (uint32_t c = 0; ok && c < o->n_channels; ++c) {
    o->tracks[c].spectrum.is_side = c == 1U && o->stereo == LOSSY_STEREO_MS;
    ok                            = start_track(o, &o->tracks[c], (uint32_t)values[LOSSY_SEED]);
  }
  return ok;
}

void
lossy_offline_begin(LossyOffline* o, uint32_t pass, KitPass* how)
{
  const bool follow = o->stages.auto_gain <= 0.0;
  o->pass           = pass && follow ? pass + 1U : pass;
  o->n_fed          = 0;
  o->n_matrixed     = 0;
  *how              = (KitPass){0};
  if (o->pass == PASS_CODEC) {
    how->lag = codec_lag(o) + (follow ? o->gate_block : 0U);
  } else if (o->pass == PASS_STAGES) {
    *how = (KitPass){o->gate_block, true};
    for (uint32_t c = 0; c < o->n_channels; ++c) {
      o->tracks[c].n_filled = o->tracks[c].n_done = o->tracks[c].n_ready = o->tracks[c].out.from = 0;
    }
  } else { // It leaves all as it is where nothing is mixed or turned down
    how->no_input = o->stages.wet == 1.0;
    for (uint32_t c = 0; c < o->n_channels; ++c) {
      LossyTrack* const track = &o->tracks[c];
      track->gain             = track->peak > o->stages.ceiling ? o->stages.ceiling / track->peak : 1.0;
      how->no_input           = how->no_input && track->gain == 1.0;
    }
  }
  o->lag = how->lag;
}

/** Append to the tape that stages run over.  @return the samples there. */
static double*
append_out(LossyOffline* o, LossyTrack* track, const double* x, uint32_t n)
{
  const int64_t sent = o->n_fed - (int64_t)o->lag;
  tape_reach(&track->out, sent < 0 ? 0 : sent, track->n_filled, track->n_filled + n);
  double* const out = tape_at(&track->out, track->n_filled);
  memcpy(out, x, n * sizeof(double));
  track->n_filled += n;
  return out;
}

/** Append to the tape that the codec runs over.  @return the samples there. */
static double*
append_in(LossyOffline* o, LossyTrack* track, const double* x, uint32_t n)
{
  const int64_t size  = (int64_t)o->stft.sizes.window_size;
  const int64_t start = track->frame * (int64_t)o->stft.sizes.hop - size;
  const int64_t keep  = start - size - 2; // For what is mirrored at the end
  tape_reach(&track->in, keep < 0 ? 0 : keep, o->n_fed, o->n_fed + n);
  double* const in = tape_at(&track->in, o->n_fed);
  memcpy(in, x, n * sizeof(double));
  return in;
}

/** Turn left and right, the next `n` samples on both tapes, into what the codec takes for them. */
static void
encode_stereo(const LossyOffline* o, double* const* x, uint32_t n)
{
  const bool mono = o->stereo == LOSSY_STEREO_MONO;
  for (uint32_t i = 0; o->stereo != LOSSY_STEREO_LR && i < n; ++i) {
    const double middle = 0.5 * (x[0][i] + x[1][i]);
    x[1][i]             = mono ? middle : 0.5 * (x[0][i] - x[1][i]);
    x[0][i]             = middle;
  }
}

/** Turn what is through the codec into left and right again. */
static void
decode_stereo(LossyOffline* o)
{
  const int64_t ready = o->tracks[0].n_ready;
  for (; o->stereo == LOSSY_STEREO_MS && o->n_matrixed < ready; ++o->n_matrixed) {
    double* const middle = tape_at(&o->tracks[0].out, o->n_matrixed);
    double* const side   = tape_at(&o->tracks[1].out, o->n_matrixed);
    const double  left   = *middle + *side;
    *side                = *middle - *side;
    *middle              = left;
  }
}

/** Next `n` samples of all channels for the first pass. */
static void
feed_codec(LossyOffline* o, const double* const* x, uint32_t n)
{
  double* two[KIT_MAX_CHANNELS] = {NULL, NULL};
  for (uint32_t c = 0; c < o->n_channels; ++c) {
    LossyTrack* const track = &o->tracks[c];
    double* const     in    = o->identity ? append_out(o, track, x[c], n) : append_in(o, track, x[c], n);
    for (uint32_t i = 0; o->segment.verb_pre_on && i < n; i += LOSSY_CHAIN_FRAMES) {
      const uint32_t m = n - i < LOSSY_CHAIN_FRAMES ? n - i : LOSSY_CHAIN_FRAMES;
      lossy_chain_mix_verb(&track->chain.verb, &o->segment, o->segment.verb_pre, in + i, m);
    }
    if (o->stages.auto_gain > 0.0 && o->stereo != LOSSY_STEREO_MONO) {
      lossy_energy_add(&track->before, in, n);
    }
    two[c % KIT_MAX_CHANNELS] = in;
  }
  encode_stereo(o, two, n);
  for (uint32_t c = 0; c < o->n_channels; ++c) {
    LossyTrack* const track = &o->tracks[c];
    if (o->stages.auto_gain > 0.0 && o->stereo == LOSSY_STEREO_MONO) {
      lossy_energy_add(&track->before, two[c], n);
    }
    if (o->identity) {
      track->n_ready = track->n_filled;
    } else {
      run_codec(o, track, o->n_fed + n);
    }
  }
  decode_stereo(o);
  for (uint32_t c = 0; c < o->n_channels; ++c) {
    advance(o, &o->tracks[c], o->tracks[c].n_ready);
  }
}

static void
feed_stages(LossyOffline* o, LossyTrack* track, const double* x, uint32_t n)
{
  const double  before = rms(lossy_energy_sum(&track->before), o->n);
  const double  after  = rms(lossy_energy_sum(&track->after), o->n);
  double* const out    = append_out(o, track, x, n);
  lossy_scale(lossy_auto_gain(o->stages.auto_gain, before, after), out, n);
  advance(o, track, track->n_filled);
}

/** Give what is `lag` frames old. */
static void
send(const LossyOffline* o, const LossyTrack* track, double* x, uint32_t n)
{
  for (uint32_t i = 0; i < n;) {
    const int64_t at = o->n_fed - (int64_t)o->lag + (int64_t)i;
    if (at < 0 || at >= o->n) {
      x[i++] = 0.0;
    } else {
      const int64_t  left = o->n - at;
      const uint32_t m    = left < (int64_t)(n - i) ? (uint32_t)left : n - i;
      memcpy(x + i, tape_at(&track->out, at), m * sizeof(double));
      i += m;
    }
  }
}

static void
finish(const LossyOffline* o, const LossyTrack* track, const double* in, double* x, uint32_t n)
{
  if (track->gain != 1.0 || o->stages.wet != 1.0) {
    lossy_mix(in, track->gain, o->stages.wet, x, n);
  }
}

void
lossy_offline_process(LossyOffline* o, const double* const* in, double* const* io, uint32_t n)
{
  const int64_t  left = o->n > o->n_fed ? o->n - o->n_fed : 0;
  const uint32_t m    = left < (int64_t)n ? (uint32_t)left : n;
  if (m && o->pass == PASS_CODEC) {
    feed_codec(o, in, m);
  }
  for (uint32_t c = 0; c < o->n_channels; ++c) {
    LossyTrack* const track = &o->tracks[c];
    if (o->pass == PASS_FINISH) {
      finish(o, track, in[c], io[c], n);
      continue;
    }
    if (m && o->pass == PASS_STAGES) {
      feed_stages(o, track, io[c], m);
    }
    send(o, track, io[c], n);
  }
  o->n_fed += n;
}

bool
lossy_offline_render(LossyOffline* o, const double* values, const LossyWhole* whole)
{
  const size_t   n          = whole->n;
  const uint32_t n_channels = o->n_channels;
  double* const  memory     = (double*)kit_calloc(2U * (size_t)n_channels * KIT_MAX_PIECE, sizeof(double));
  const double** ins        = (const double**)kit_calloc(n_channels, sizeof(double*));
  double** const outs       = (double**)kit_calloc(n_channels, sizeof(double*));
  const bool     ok         = memory && ins && outs && lossy_offline_start(o, values, (int64_t)n);
  o->origin                 = ok ? whole->origin : 0;
  for (uint32_t pass = 0; ok && pass < lossy_offline_n_passes(values); ++pass) {
    const bool last = pass + 1U == lossy_offline_n_passes(values);
    KitPass    how;
    lossy_offline_begin(o, pass, &how);
    for (size_t at = 0; at < n + how.lag; at += KIT_MAX_PIECE) {
      const size_t   left = n + how.lag - at;
      const uint32_t m    = left < KIT_MAX_PIECE ? (uint32_t)left : KIT_MAX_PIECE;
      const size_t   here = at < n ? (n - at < m ? n - at : m) : 0U;
      const size_t   skip = how.lag > at ? (how.lag - at < m ? how.lag - at : m) : 0U;
      for (uint32_t c = 0; c < n_channels; ++c) {
        double* const a = memory + 2U * (size_t)c * KIT_MAX_PIECE;
        double* const x = a + KIT_MAX_PIECE;
        memset(a, 0, 2U * KIT_MAX_PIECE * sizeof(double));
        if (here) {
          memcpy(a, (last ? whole->dry : whole->in)[c] + at, here * sizeof(double));
          memcpy(x, whole->out[c] + at, here * sizeof(double));
        }
        ins[c]  = a;
        outs[c] = x;
      }
      lossy_offline_process(o, ins, outs, m);
      for (uint32_t c = 0; c < n_channels && skip < m; ++c) {
        memcpy(whole->out[c] + (at + skip - how.lag), outs[c] + skip, (m - skip) * sizeof(double));
      }
    }
  }
  kit_free(memory);
  kit_free((void*)ins);
  kit_free((void*)outs);
  return ok;
}

size_t
lossy_offline_memory(const double* values, double sample_rate, uint32_t n_channels)
{
  const LossySizes sizes   = lossy_sizes(values, sample_rate);
  const uint32_t   n_bins  = (uint32_t)kit_fft_n_bins(sizes.window_size);
  const size_t     n_track = lossy_packets_n_doubles(sample_rate) + lossy_verb_n_doubles(sample_rate) +
                         lossy_spectrum_n_doubles(n_bins) + 12U * (size_t)sizes.window_size +
                         4U * KIT_MAX_PIECE +
                         2U * (size_t)lossy_scaled_length(GATE_BLOCK, sample_rate / KIT_REFERENCE_RATE);
  return lossy_stft_memory(&sizes) + (n_channels * n_track + 2U * n_bins) * sizeof(double);
}
