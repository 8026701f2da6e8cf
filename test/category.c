// SPDX-License-Identifier: ISC
#include "category.h"

#include "registry.h"
#include "tap.h"

#include <stdbool.h>
#include <string.h>

static bool
is(const char* category, const char* clap, const char* vst3, const char* lv2)
{
  const KitCategory* const row = kit_category(category);
  const bool               one = clap && row->clap ? !strcmp(row->clap, clap) : row->clap == clap;
  return one && !strcmp(row->vst3, vst3) && !strcmp(row->lv2, lv2);
}

int
main(void)
{
  tap_ok(is("distortion", "distortion", "Fx|Distortion", "lv2:DistortionPlugin") &&
           is("reverb", "reverb", "Fx|Reverb", "lv2:ReverbPlugin") &&
           is("spectral", NULL, "Fx|Filter", "lv2:SpectralPlugin") &&
           is("utility", "utility", "Fx|Tools", "lv2:UtilityPlugin"),
         "what hosts have filed effects under stays");
  tap_ok(is("unheard of", NULL, "Fx", "lv2:Plugin") && is("", NULL, "Fx", "lv2:Plugin"),
         "an unknown category is an effect of no special kind");
  for (uint32_t i = 0; i < kit_registry_size; ++i) {
    const char* const category = kit_registry[i]->category;
    tap_ok(!strcmp(kit_category(category)->category, category), "%s: its category \"%s\" is known",
           kit_registry[i]->id, category);
  }
  return tap_done();
}
