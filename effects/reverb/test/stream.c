// SPDX-License-Identifier: ISC
// The stream equals the offline render.
#include "kit.h"

#include "stream.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EQUAL 1e-12

typedef struct {
  double   worst;
  uint32_t n_governed;
  char     worst_name[200];
} Equality;

/* Plays a stream and says whether its governor has done anything. */
static bool
play_watched(const double* values, const KitAudio* in, KitAudio* out)
{
  static const double  still[REVERB_N_SLOTS] = {0.0};
  const KitStreamSetup setup                 = {in->sample_rate, in->n_channels, 2U, values};
  ReverbStream* const  stream                = (ReverbStream*)reverb_effect.stream_new(&setup);
  bool                 governed              = false;
  for (size_t at = 0; stream && at < in->n_frames; at += 64U) {
    const size_t   left    = in->n_frames - at;
    const double*  ins[2]  = {in->channels[0] + at, in->channels[in->n_channels - 1U] + at};
    double*        outs[2] = {out->channels[0] + at, out->channels[1] + at};
    const KitBlock run = {ins, outs, left < 64U ? (uint32_t)left : 64U, (uint32_t)at, values, still, at == 0};
    reverb_effect.stream_process(stream, &run);
    governed = governed || stream->governor.next_gain < 1.0;
  }
  reverb_effect.stream_free(stream);
  return governed || test_peak(out) > 12.0;
}

static void
check_equal(void* handle, const char* name, const double* values)
{
  Equality* const equality = (Equality*)handle;
  KitAudio        in       = test_signal(44100.0, 2U, 33075U, 1U);
  KitAudio        offline  = test_silence(44100.0, 2U, in.n_frames);
  KitAudio        stream   = test_silence(44100.0, 2U, in.n_frames);
  const KitStatus st       = test_render(reverb_effect.render, values, &in, &offline, NULL);
  const bool      governed = play_watched(values, &in, &stream);
  const double    off      = test_difference(&offline, &stream) / fmax(test_peak(&offline), 1.0);
  if (governed || st) {
    tap_note("%s: governed (offline peak %.3g, stream peak %.3g)", name, test_peak(&offline),
             test_peak(&stream));
    ++equality->n_governed;
  } else {
    tap_ok(off <= EQUAL, "%s: the stream equals the offline render (%.2g)", name, off);
    if (off >= equality->worst) {
      equality->worst = off;
      snprintf(equality->worst_name, sizeof(equality->worst_name), "%s", name);
    }
  }
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&offline);
  kit_audio_cleanup(&stream);
}

static void
check_equality(void)
{
  Equality       equality = {0.0, 0U, ""};
  const uint32_t n        = test_each_preset(check_equal, &equality);
  tap_note("%u presets, %u governed, worst %.3g (%s)", n, equality.n_governed, equality.worst,
           equality.worst_name);

  KitRng rng;
  kit_rng_init(&rng, 5U);
  for (uint32_t i = 0; i < 50U; ++i) {
    double values[REVERB_N_SLOTS];
    char   name[32];
    test_random_values(&rng, values);
    values[REVERB_FEEDBACK_GAIN] *= 0.45;
    snprintf(name, sizeof(name), "random set %u", i);
    check_equal(&equality, name, values);
  }
  tap_note("worst with random sets %.3g (%s), %u governed", equality.worst, equality.worst_name,
           equality.n_governed);
}

int
main(void)
{
  check_equality();
  return tap_done();
}
