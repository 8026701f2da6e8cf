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
