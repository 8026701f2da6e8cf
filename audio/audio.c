// SPDX-License-Identifier: ISC
#include "vstkit/audio.h"

#include "vstkit/alloc.h"

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
