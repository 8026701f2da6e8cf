// SPDX-License-Identifier: ISC
// In place of the pictures where there is no Cairo
#include "vstkit/picture.h"

KitStatus
kit_spectrogram_png(const KitAudio* audio, size_t n_panels, const KitSpectrogramPicture* picture, void** png,
                    size_t* size)
{
  (void)audio;
  (void)n_panels;
  (void)picture;
  *png  = NULL;
  *size = 0;
  return KIT_ERR_UNSUPPORTED;
}

KitStatus
kit_decay_png(const KitAudio* response, const KitDecayPicture* picture, void** png, size_t* size)
{
  (void)response;
  (void)picture;
  *png  = NULL;
  *size = 0;
  return KIT_ERR_UNSUPPORTED;
}
