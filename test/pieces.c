// SPDX-License-Identifier: ISC
// A render in pieces: the same bits at any length of a piece, wherever the input comes from and whatever is
// known of it.

#include "alloc.h"
#include "passes.h"
#include "rng.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <math.h>
#include <string.h>

#define N_SEEDS 60U

/** Something to render. */
typedef struct {
  const KitEffect* effect;
  KitAudio         in;
  double           tail_s;
  double           values[KIT_MAX_SLOTS];
} Subject;

static uint32_t
below(KitRng* rng, uint32_t n)
{
  return kit_rng_next32(rng) % n;
}

static void
draw_values(KitRng* rng, Subject* subject)
{
  const KitParamTable table = subject->effect->table;
  KitParamRef         ref;
  const uint32_t      share = below(rng, 4U); // Of parameters that leave their default
  kit_params_defaults(table, subject->values);
  for (uint32_t s = 0; kit_params_at_slot(table, s, &ref); ++s) {
    const double value = kit_rng_uniform_in(rng, ref.param->min, ref.param->max);
    if (below(rng, 4U) < share) {
      subject->values[s] = kit_param_clamp(ref.param, value);
    }
  }
  kit_params_clamp_hard(table, subject->values, subject->values);
}

static void
draw(KitRng* rng, const KitEffect* effect, Subject* subject)
{
  static const double   rates[]   = {44100.0, 44100.0, 48000.0, 8000.0, 22050.0, 96000.0};
  static const uint32_t lengths[] = {1, 2, 511, 512, 513, 1023, 1024, 2047, 2048, 2049, 2205, 4410, 4411};

  const double   rate   = rates[below(rng, 6U)];
  const bool     narrow = effect->n_out_channels(3U) == 0U;
  const uint32_t n_in   = 1U + below(rng, narrow ? 2U : 3U);
  const bool     odd    = !below(rng, 3U);
  const uint32_t most   = below(rng, 4U) ? 9000U : 60000U; // Also longer than what is kept of an input
  const uint32_t n      = odd ? lengths[below(rng, 13U)] : 1U + below(rng, most);
  *subject              = (Subject){.effect = effect, .tail_s = below(rng, 2U) ? 0.0 : 0.05};
  draw_values(rng, subject);
  kit_audio_init(&subject->in, rate, n_in, n);
  for (uint32_t c = 0; c < n_in; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      const double swell         = 0.5 - 0.5 * cos(2.0 * M_PI * 5.0 * i / rate);
      subject->in.channels[c][i] = swell * kit_rng_uniform_in(rng, -0.7, 0.7);
    }
  }
}

static KitRenderOptions
options_of(const Subject* subject)
{
  return (KitRenderOptions){.effect = subject->effect, .values = subject->values, .tail_s = subject->tail_s};
}

static bool
same_bits(const KitAudio* a, const KitAudio* b)
{
  bool same = a->n_channels == b->n_channels && a->n_frames == b->n_frames;
  for (uint32_t c = 0; same && c < a->n_channels; ++c) {
    same = !memcmp(a->channels[c], b->channels[c], a->n_frames * sizeof(double));
  }
  return same;
}

/** In pieces of one length.  The input with its tail is `in`. */
static KitStatus
render_at(const Subject* subject, const KitAudio* in, uint32_t n_piece, KitAudio* out)
{
  const KitRenderJob job = {
    .sample_rate = in->sample_rate,
    .n_in        = in->n_channels,
    .n_out       = subject->effect->n_out_channels(in->n_channels),
    .n_frames    = in->n_frames,
    .in          = (const double* const*)in->channels,
    .out         = out->channels,
    .values      = subject->values,
  };
  return kit_render_passes(subject->effect->renderer, &job, n_piece);
}

static bool
pieces_agree(KitRng* rng, const Subject* subject)
{
  static const uint32_t sizes[] = {1, 7, 64, 441, 512, 2047};

  const uint32_t  n_out = subject->effect->n_out_channels(subject->in.n_channels);
  const KitAudio* in    = &subject->in;
  KitAudio        whole = {0};
  KitAudio        piece = {0};
  kit_audio_init(&whole, in->sample_rate, n_out, in->n_frames);
  kit_audio_init(&piece, in->sample_rate, n_out, in->n_frames);
  const KitStatus st   = render_at(subject, in, KIT_MAX_PIECE, &whole);
  bool            same = true;
  for (uint32_t i = 0; same && i < 3U; ++i) {
    const uint32_t n = i ? sizes[below(rng, 6U)] : 1U + below(rng, KIT_MAX_PIECE);
    same             = render_at(subject, in, n, &piece) == st && (st || same_bits(&whole, &piece));
  }
  kit_audio_cleanup(&whole);
  kit_audio_cleanup(&piece);
  return same;
}

/* Sources and sinks */

typedef struct {
  const KitAudio* in;
  size_t          n_read;
  uint32_t        n_rewound;
  KitAudio        out;
  size_t          n_written;
} Ends;

static KitStatus
read_some(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  Ends* const  ends = (Ends*)handle;
  const size_t left = ends->in->n_frames - ends->n_read;
  *n_read           = left < n ? (uint32_t)left : n;
  for (uint32_t c = 0; c < ends->in->n_channels; ++c) {
    in[c] = ends->in->channels[c] + ends->n_read;
  }
  ends->n_read += *n_read;
  return KIT_SUCCESS;
}

static KitStatus
rewind_it(void* handle)
{
  ((Ends*)handle)->n_read = 0;
  ++((Ends*)handle)->n_rewound;
  return KIT_SUCCESS;
}

static KitStatus
write_some(void* handle, const double* const* out, uint32_t n)
{
  Ends* const ends = (Ends*)handle;
  for (uint32_t c = 0; n <= ends->out.n_frames - ends->n_written && c < ends->out.n_channels; ++c) {
    memcpy(ends->out.channels[c] + ends->n_written, out[c], n * sizeof(double));
  }
  ends->n_written += n;
  return KIT_SUCCESS;
}

/** kit_render_pieces() gives what kit_render() gives.  @param announced Frames the source is said to have. */
static bool
source_agrees(const Subject* subject, const KitAudio* want, uint64_t announced, bool can_rewind, bool stream)
{
  KitRenderOptions options = options_of(subject);
  Ends             ends    = {.in = &subject->in};
  options.stream           = stream;
  options.block            = 64;
  kit_audio_init(&ends.out, want->sample_rate, want->n_channels, want->n_frames);
  const KitSource source = {
    .sample_rate = subject->in.sample_rate,
    .n_channels  = subject->in.n_channels,
    .n_frames    = announced,
    .is_exact    = announced == subject->in.n_frames && can_rewind,
    .read        = read_some,
    .rewind      = can_rewind ? rewind_it : NULL,
    .handle      = &ends,
  };
  const KitSink   sink = {.write = write_some, .handle = &ends};
  const KitStatus st   = kit_render_pieces(&options, &source, &sink, NULL);
  const bool      same = !st && ends.n_written == want->n_frames && same_bits(&ends.out, want);
  kit_audio_cleanup(&ends.out);
  return same;
}

static bool
sources_agree(KitRng* rng, const Subject* subject, bool stream)
{
  KitRenderOptions options = options_of(subject);
  KitAudio         want    = {0};
  const uint64_t   n       = subject->in.n_frames;
  options.stream           = stream;
  options.block            = 64;
  if (kit_render(&options, &subject->in, &want)) {
    return true; // A loop that runs away; the pieces agree on that
  }
  const bool same = source_agrees(subject, &want, n, true, stream) &&
                    source_agrees(subject, &want, n, false, stream) &&
                    source_agrees(subject, &want, KIT_UNKNOWN_LENGTH, below(rng, 2U), stream) &&
                    source_agrees(subject, &want, n + 1U + below(rng, 5000U), below(rng, 2U), stream) &&
                    source_agrees(subject, &want, below(rng, (uint32_t)n), below(rng, 2U), stream);
  kit_audio_cleanup(&want);
  return same;
}

static KitStatus
render_in_one(const KitRenderJob* job)
{
  return kit_render_passes(kit_effect_find("lossy")->renderer, job, 0);
}

/** An effect that knows no pieces. */
static bool
whole_agrees(const Subject* subject)
{
  KitEffect              effect  = *subject->effect;
  Subject                other   = *subject;
  const KitRenderOptions options = options_of(subject);
  KitAudio               want    = {0};
  effect.renderer                = NULL;
  effect.render                  = render_in_one;
  other.effect                   = &effect;
  const bool same                = !kit_render(&options, &subject->in, &want) &&
                    source_agrees(&other, &want, subject->in.n_frames, true, false) &&
                    source_agrees(&other, &want, KIT_UNKNOWN_LENGTH, false, false);
  kit_audio_cleanup(&want);
  return same;
}

static void
test_effect(const KitEffect* effect)
{
  uint32_t bad_piece  = 0;
  uint32_t bad_source = 0;
  uint32_t bad_stream = 0;
  uint32_t bad_whole  = 0;
  for (uint32_t seed = 1; seed <= N_SEEDS; ++seed) {
    KitRng  rng;
    Subject subject;
    kit_rng_init(&rng, seed);
    draw(&rng, effect, &subject);
    const bool streams = subject.in.n_channels <= KIT_MAX_CHANNELS && seed % 4U == 0U;
    bad_piece          = bad_piece || pieces_agree(&rng, &subject) ? bad_piece : seed;
    bad_source         = bad_source || sources_agree(&rng, &subject, false) ? bad_source : seed;
    bad_stream         = bad_stream || !streams || sources_agree(&rng, &subject, true) ? bad_stream : seed;
    bad_whole = bad_whole || strcmp(effect->id, "lossy") != 0 || whole_agrees(&subject) ? bad_whole : seed;
    kit_audio_cleanup(&subject.in);
  }
  tap_ok(!bad_piece, "%s: pieces of any length give the same bits (first bad seed %u)", effect->id,
         bad_piece);
  tap_ok(!bad_source, "%s: and sources that can be had once, or are of another length than said (%u)",
         effect->id, bad_source);
  tap_ok(!bad_stream, "%s: and streams of them (%u)", effect->id, bad_stream);
  tap_ok(!bad_whole, "%s: and an effect that wants all at once (%u)", effect->id, bad_whole);
}

/** More than is kept in memory, so that passes go through a temporary file; and a folder that is none. */
static void
test_spool(void)
{
  Subject subject = {.effect = kit_effect_find("lossy")};
  KitRng  rng;
  kit_rng_init(&rng, 99U);
  kit_params_defaults(subject.effect->table, subject.values);
  kit_audio_init(&subject.in, 44100.0, 1, 2500000U);
  for (size_t i = 0; i < subject.in.n_frames; ++i) {
    subject.in.channels[0][i] = kit_rng_uniform_in(&rng, -0.5, 0.5);
  }
  KitRenderOptions options = options_of(&subject);
  KitAudio         want    = {0};
  tap_ok(!kit_render(&options, &subject.in, &want) &&
           source_agrees(&subject, &want, KIT_UNKNOWN_LENGTH, false, false),
         "20 MB go through temporary files");
  Ends            ends   = {.in = &subject.in, .out = want};
  const KitSource source = {44100.0, 1, subject.in.n_frames, true, read_some, rewind_it, &ends};
  const KitSink   sink   = {.write = write_some, .handle = &ends};
  tap_ok(kit_render_pieces(&options, &source, &sink, "/no/such/folder") == KIT_ERR_IO && !ends.n_written,
         "a folder that is not there is an error, before anything is written");
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&subject.in);
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    test_effect(effects[i]);
  }
  test_spool();
  return tap_done();
}
