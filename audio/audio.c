// SPDX-License-Identifier: ISC
#include "vstkit/audio.h"

#include "vstkit/alloc.h"

#include <math.h>

KitStatus
kit_audio_init(KitAudio* audio, double sample_rate, uint32_t n_channels, size_t n_frames)
{
  *audio = (KitAudio){sample_rate, n_channels, n_frames, NULL};

  audio->channels = (double**)kit_calloc(n_channels, sizeof(double*));
  for (uint32_t c = 0; audio->channels && c < n_channels; ++c) {
    audio->channels[c] = (double*)kit_calloc(n_frames ? n_frames : 1U, sizeof(double));
    if (!audio->channels[c]) {
      kit_audio_cleanup(audio);
    }
  }
  return audio->channels ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
}

void
kit_audio_cleanup(KitAudio* audio)
{
  for (uint32_t c = 0; audio->channels && c < audio->n_channels; ++c) {
    kit_free(audio->channels[c]);
  }
  kit_free(audio->channels);
  *audio = (KitAudio){0};
}

KitStatus
kit_audio_copy_finite(const KitAudio* audio, size_t n_frames, KitAudio* copy, size_t* n_bad)
{
  if (!audio->n_channels || kit_audio_init(copy, audio->sample_rate, audio->n_channels, n_frames)) {
    return audio->n_channels ? KIT_ERR_NO_MEMORY : KIT_ERR_BAD_ARG;
  }
  for (uint32_t c = 0; c < audio->n_channels; ++c) {
    for (size_t i = 0; i < audio->n_frames; ++i) {
      const double x = audio->channels[c][i];
      *n_bad += isfinite(x) ? 0U : 1U;
      copy->channels[c][i] = isfinite(x) ? x : 0.0;
    }
  }
  return KIT_SUCCESS;
}
