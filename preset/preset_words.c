// SPDX-License-Identifier: ISC
#include "vstkit/preset_list.h"

const char* const kit_preset_categories[] = {
  "Ambient",   "Chamber", "Codec",  "Drone",      "Extreme",           "Glitch",
  "Hall",      "Lo-Fi",   "Motion", "Non-Linear", "Odd Spaces",        "Plate",
  "Resonator", "Room",    "Spring", "Subtle",     "Telephone & Radio", "Texture",
  NULL,
};

const char* const kit_preset_tags[] = {
  "bright",  "dark",  "distant",  "drums",  "echo",     "film",  "gated",    "gentle",
  "guitar",  "harsh", "infinite", "keys",   "lo-fi",    "long",  "metallic", "moving",
  "narrow",  "noisy", "pad",      "random", "rhythmic", "short", "small",    "soft",
  "strings", "tuned", "vintage",  "vocal",  "warm",     "wide",  NULL,
};
