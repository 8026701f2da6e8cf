// SPDX-License-Identifier: ISC
#include "font.h"

#include "inter_regular.inc"

const KitFace kit_face_regular = {
  .glyphs   = glyphs,
  .outlines = outlines,
  .kerns    = kerns,
  .n_glyphs = sizeof(glyphs) / sizeof(glyphs[0]),
  .n_kerns  = sizeof(kerns) / sizeof(kerns[0]),
};
