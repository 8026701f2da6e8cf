// SPDX-License-Identifier: ISC
// How renders end: a default tail where nothing above -120 dB follows, and what sustains faded out, not cut.

#include "ending.h"
#include "rng.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE    44100.0
#define N_IN    22050U
#define UNHEARD 1e-6 // -120 dB
#define LONG_S  20.0
#define N_SEEDS 64U

typedef struct {
  unsigned n;
  unsigned n_wrong;
  double   worst_db; ///< What follows, relative to the peak
} Tally;

static KitAudio
new_audio(uint32_t n_channels, size_t n_frames)
{
  KitAudio audio;
  if (kit_audio_init(&audio, RATE, n_channels, n_frames)) {
    exit(1);
  }
  return audio;
}

/** Noise, or clicks: they excite and hide differently. */
static KitAudio
new_input(bool clicks)
{
  KitAudio in = new_audio(2, N_IN);
  KitRng   rng;
  kit_rng_init(&rng, 4U);
  for (size_t i = 0; i < N_IN; ++i) {
    in.channels[0][i] = clicks ? (i % 5000U ? 0.0 : 0.5) : 0.2 * kit_rng_gauss(&rng);
    in.channels[1][i] = clicks ? (i % 7000U ? 0.0 : 0.5) : 0.2 * kit_rng_gauss(&rng);
  }
  return in;
}

static double
peak_of(const KitAudio* audio, size_t from, size_t to)
{
  double peak = 0.0;
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = from; i < to && i < audio->n_frames; ++i) {
      peak = fmax(peak, fabs(audio->channels[c][i]));
    }
  }
  return peak;
}

static KitAudio
render(const KitRenderOptions* options, const KitAudio* in)
{
  KitAudio out;
  if (kit_render(options, in, &out)) {
    exit(1);
  }
  return out;
}

/** The default render ends at the last sample that is heard, and a longer one has nothing after it. */
static void
check_heard(const char* id, const KitRenderOptions* options, const KitAudio* in, Tally* tally)
{
  KitRenderOptions longer = *options;
  longer.tail_s           = 1.5 * options->effect->default_tail_s(options->values, RATE) + 0.5;
  KitAudio     out        = render(options, in);
  KitAudio     all        = render(&longer, in);
  const double peak       = peak_of(&out, 0, out.n_frames);
  const double last       = peak_of(&out, out.n_frames - 1U, out.n_frames);
  const double after      = peak_of(&all, out.n_frames, all.n_frames);
  const double after_db   = 20.0 * log10(after / peak + 1e-30);
  const bool   tight      = out.n_frames == N_IN || last > UNHEARD * peak;
  if (after_db > -119.9 || !tight) {
    tap_note("%s%s: ends after %.2f s, last %.1f dB, then %.1f dB", id, options->stream ? ", stream" : "",
             (double)out.n_frames / RATE, 20.0 * log10(last / peak + 1e-30), after_db);
    ++tally->n_wrong;
  }
  tally->worst_db = fmax(tally->worst_db, after_db);
  ++tally->n;
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&all);
}

/** Until a second before its end as if it were cut, then down to nothing. */
static void
check_faded(const char* id, const KitRenderOptions* options, const KitAudio* in, Tally* tally)
{
  KitRenderOptions cut = *options;
  KitAudio         out = render(options, in);
  cut.tail_s           = (double)(out.n_frames - N_IN) / RATE;
  cut.preset_tail      = false;
  KitAudio     hard    = render(&cut, in);
  const size_t fade    = out.n_frames - N_IN < (size_t)RATE ? out.n_frames - N_IN : (size_t)RATE;
  const size_t from    = out.n_frames - fade;
  const double before  = peak_of(&hard, out.n_frames - 4410U, out.n_frames);
  const double end     = peak_of(&out, out.n_frames - 441U, out.n_frames);
  bool         same    = hard.n_frames == out.n_frames && fade > 0U;
  for (uint32_t c = 0; same && c < out.n_channels; ++c) {
    same = !memcmp(out.channels[c], hard.channels[c], from * sizeof(double)) &&
           fabs(out.channels[c][out.n_frames - 1U]) < 1e-6;
  }
  if (!same || end > 1e-3 * before + 1e-9) {
    tap_note("%s: fades to %.1f dB, %s before that", id, 20.0 * log10(end / before + 1e-30),
             same ? "the same" : "something else");
    ++tally->n_wrong;
  }
  ++tally->n;
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&hard);
}

static void
check_presets(const KitEffect* effect)
{
  Tally            heard  = {.worst_db = -400.0};
  Tally            stream = {.worst_db = -400.0};
  Tally            faded  = {0};
  KitPreset* const preset = kit_preset_new(effect);
  KitAudio         noise  = new_input(false);
  KitAudio         clicks = new_input(true);
  for (const KitEmbeddedPreset* p = effect->presets; p->id; ++p) {
    kit_preset_parse(preset, p->id, p->json, p->size, NULL);
    KitRenderOptions options  = {.effect      = effect,
                                 .values      = kit_preset_values(preset),
                                 .tail_s      = kit_preset_tail_s(preset),
                                 .preset_tail = true};
    const double     rings_s  = effect->tail_s ? effect->tail_s(options.values, RATE) : 0.0;
    const double     wanted_s = effect->default_tail_s(options.values, RATE);
    if (isinf(rings_s)) {
      check_faded(p->id, &options, &noise, &faded);
    } else if (options.tail_s < 0.0 && wanted_s > 0.0 && wanted_s < LONG_S) {
      check_heard(p->id, &options, &noise, &heard);
      check_heard(p->id, &options, &clicks, &heard);
      options.stream = true;
      check_heard(p->id, &options, &noise, &stream);
    }
  }
  tap_ok(!heard.n_wrong, "%s: of %u default tails none is short or long; what follows is below %.1f dB",
         effect->id, heard.n, heard.worst_db);
  tap_ok(!stream.n_wrong, "%s: nor of %u of streams: %.1f dB", effect->id, stream.n, stream.worst_db);
  tap_ok(!faded.n_wrong && (effect->tail_s == NULL || faded.n > 4U),
         "%s: %u presets that sustain are faded out", effect->id, faded.n);
  kit_audio_cleanup(&noise);
  kit_audio_cleanup(&clicks);
  kit_preset_free(preset);
}

/** In pieces as in one. */
static void
check_pieces(void)
{
  const KitEffect* const effect = kit_effect_find("reverb");
  unsigned               wrong  = 0;
  double                 values[KIT_MAX_SLOTS];
  KitParamRef            ref;
  kit_params_defaults(effect->table, values);
  for (uint32_t seed = 0; seed < N_SEEDS; ++seed) {
    KitRng rng;
    kit_rng_init(&rng, seed);
    if (kit_params_find(effect->table, "feedback_gain", &ref)) {
      values[ref.slot] = seed % 2U ? 0.3 : 1.0;
    }
    const KitRenderOptions options = {.effect = effect, .values = values, .tail_s = -1.0};
    KitEnding              whole;
    KitEnding              pieces;
    wrong += kit_ending_init(&whole, &options, values, RATE) != KIT_SUCCESS;
    whole.n_in            = N_IN;
    const size_t n_frames = N_IN + (size_t)whole.n_tail;
    pieces                = whole;
    KitAudio a            = new_audio(2, n_frames);
    KitAudio b            = new_audio(2, n_frames);
    for (uint32_t c = 0; c < 2; ++c) {
      for (size_t i = 0; i < n_frames; ++i) {
        a.channels[c][i] = kit_rng_gauss(&rng) * exp(-(double)i * kit_rng_uniform(&rng) / 2000.0);
      }
      memcpy(b.channels[c], a.channels[c], n_frames * sizeof(double));
    }
    kit_ending_apply(&whole, a.channels, 2, n_frames);
    for (size_t at = 0; at < n_frames;) {
      const size_t  left       = n_frames - at;
      const size_t  wish       = 1U + kit_rng_next32(&rng) % 5000U;
      const size_t  n          = wish < left ? wish : left;
      double* const channels[] = {b.channels[0] + at, b.channels[1] + at};
      kit_ending_apply(&pieces, channels, 2, n);
      at += n;
    }
    wrong += pieces.n_stay != whole.n_stay || whole.n_stay < N_IN;
    wrong += memcmp(a.channels[0], b.channels[0], n_frames * sizeof(double)) != 0;
    kit_audio_cleanup(&a);
    kit_audio_cleanup(&b);
  }
  tap_ok(!wrong, "over %u seeds an ending is the same in pieces of any length", N_SEEDS);
}

typedef struct {
  const KitAudio* in;
  KitAudio        out;
  size_t          n_read;
  size_t          n_written;
} Pipe;

static KitStatus
pipe_read(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  Pipe* const  pipe = (Pipe*)handle;
  const size_t left = pipe->in->n_frames - pipe->n_read;
  *n_read           = left < n ? (uint32_t)left : n;
  for (uint32_t c = 0; c < 2; ++c) {
    in[c] = pipe->in->channels[c] + pipe->n_read;
  }
  pipe->n_read += *n_read;
  return KIT_SUCCESS;
}

static KitStatus
pipe_write(void* handle, const double* const* out, uint32_t n)
{
  Pipe* const pipe = (Pipe*)handle;
  if (n > pipe->out.n_frames - pipe->n_written) {
    return KIT_ERR_TOO_LARGE;
  }
  for (uint32_t c = 0; c < 2; ++c) {
    memcpy(pipe->out.channels[c] + pipe->n_written, out[c], n * sizeof(double));
  }
  pipe->n_written += n;
  return KIT_SUCCESS;
}

/** Through a pipe whose length nobody knows it is what it is in memory. */
static void
check_pipe(const char* id, const char* key, double value, bool stream)
{
  const KitEffect* const effect = kit_effect_find(id);
  KitAudio               in     = new_input(false);
  double                 values[KIT_MAX_SLOTS];
  KitParamRef            ref;
  kit_params_defaults(effect->table, values);
  if (kit_params_find(effect->table, key, &ref)) {
    values[ref.slot] = value;
  }
  const KitRenderOptions options = {
    .effect = effect, .values = values, .tail_s = -1.0, .stream = stream, .block = 777};
  KitAudio        want   = render(&options, &in);
  Pipe            pipe   = {.in = &in, .out = new_audio(2, want.n_frames + 1U)};
  const KitSource source = {RATE, 2, KIT_UNKNOWN_LENGTH, false, pipe_read, NULL, &pipe};
  const KitSink   sink   = {.write = pipe_write, .handle = &pipe};
  bool same = !kit_render_pieces(&options, &source, &sink, NULL) && pipe.n_written == want.n_frames;
  for (uint32_t c = 0; same && c < 2; ++c) {
    same = !memcmp(pipe.out.channels[c], want.channels[c], want.n_frames * sizeof(double));
  }
  tap_ok(same && want.n_frames > N_IN, "%s with %s = %g%s ends through a pipe as in memory, after %.2f s", id,
         key, value, stream ? ", stream," : "", (double)want.n_frames / RATE);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  kit_audio_cleanup(&pipe.out);
}

/** What is asked for is what comes: neither trimmed nor faded. */
static void
check_asked(void)
{
  const KitEffect* const effect = kit_effect_find("reverb");
  double                 values[KIT_MAX_SLOTS];
  KitAudio               in = new_input(false);
  kit_params_defaults(effect->table, values);
  KitRenderOptions options = {.effect = effect, .values = values, .tail_s = 9.0};
  KitAudio         out     = render(&options, &in);
  tap_ok(out.n_frames == N_IN + (size_t)(9.0 * RATE), "a tail that is asked for has its length");
  kit_audio_cleanup(&out);
  options.tail_s = 0.0;
  out            = render(&options, &in);
  tap_ok(out.n_frames == N_IN, "no tail is none");
  kit_audio_cleanup(&out);
  memset(in.channels[0], 0, N_IN * sizeof(double));
  memset(in.channels[1], 0, N_IN * sizeof(double));
  options.tail_s = -1.0;
  out            = render(&options, &in);
  tap_ok(out.n_frames == N_IN, "silence has no tail");
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&in);
}

int
main(void)
{
  check_presets(kit_effect_find("lossy"));
  check_presets(kit_effect_find("reverb"));
  check_pieces();
  check_asked();
  for (uint32_t stream = 0; stream < 2; ++stream) {
    check_pipe("reverb", "feedback_gain", 0.8, stream);
    check_pipe("reverb", "feedback_gain", 1.0, stream);
    check_pipe("lossy", "verb", 0.5, stream);
    check_pipe("lossy", "freeze", 1.0, stream);
  }
  return tap_done();
}
