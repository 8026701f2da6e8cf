// SPDX-License-Identifier: ISC
#include "vstkit/direct.h"

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

KitLinearity
kit_effect_linearity(const KitEffect* effect, const double* values, const char** why)
{
  *why = NULL;
  return effect->linearity ? effect->linearity(values, why) : KIT_LINEAR;
}

const char*
kit_linearity_name(KitLinearity linearity)
{
  switch (linearity) {
    case KIT_LINEAR: return "linear";
    case KIT_LEVEL_DEPENDENT: return "level dependent";
    case KIT_NOT_LINEAR: break;
  }
  return "not linear";
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
