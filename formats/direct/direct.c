// SPDX-License-Identifier: ISC
#include "vstkit/direct.h"

#include "alloc.h"
#include "registry.h"

#include <string.h>

const char*
kit_version(void)
{
  return KIT_VERSION;
}

const KitEffect* const*
kit_effects(uint32_t* n_effects)
{
  *n_effects = kit_registry_size;
  return kit_registry;
}

const KitEffect*
kit_effect_find(const char* id)
{
  for (uint32_t i = 0; i < kit_registry_size; ++i) {
    if (!strcmp(kit_registry[i]->id, id)) {
      return kit_registry[i];
    }
  }
  return NULL;
}

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
