// SPDX-License-Identifier: ISC
// test_lv2 ID BUNDLE: the plugins of one effect, looked at from a host's side
#include "checks.h"

#include "rig.h"
#include "tap.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const KitEffect probe_effect;

void
open_layout(const Subject* subject, uint32_t layout, double sample_rate, Lv2Host* host)
{
  char uri[256];
  kit_lv2_uri(subject->effect, &kit_layouts[layout], uri, sizeof(uri));
  if (!lv2_open(host, subject->world, uri, sample_rate)) {
    printf("Bail out! <%s> does not open\n", uri);
    exit(1);
  }
}

uint32_t
port_of(const Lv2Host* host, const KitHostParam* param)
{
  char symbol[64];
  kit_lv2_symbol(param, symbol, sizeof(symbol));
  return lv2_port(host, symbol);
}

void
round_to_ports(KitAudio* audio)
{
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      const float sample    = (float)audio->channels[c][i];
      audio->channels[c][i] = fabsf(sample) < FLT_MIN ? copysign(0.0, (double)sample) : (double)sample;
    }
  }
}

KitAudio
make_signal(double sample_rate, size_t n_frames, uint32_t seed)
{
  KitAudio audio = rig_signal(sample_rate, n_frames, seed);
  round_to_ports(&audio);
  return audio;
}

int
main(int argc, char** argv)
{
  if (argc != 3) {
    return 2;
  }
  Subject subject = {
    .effect = strcmp(argv[1], "probe") ? kit_effect_find(argv[1]) : &probe_effect,
    .world  = lv2_world(argv[2]),
  };
  if (!subject.effect || !kit_directory_init(&subject.directory, subject.effect, NULL, 0)) {
    return 2;
  }
  check_metadata(&subject);
  if (subject.effect->stream_new) {
    check_play(&subject);
    check_state(&subject);
    check_presets(&subject);
    check_hostile(&subject);
    check_many(&subject);
  } else {
    tap_skip("%s has no stream", subject.effect->id);
  }
  kit_directory_cleanup(&subject.directory);
  lilv_world_free(subject.world);
  return tap_done();
}
