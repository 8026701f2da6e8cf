// SPDX-License-Identifier: ISC
/** @file registry.h  The effects in this binary; each binary's build generates its own list. */
#ifndef KIT_EFFECTS_REGISTRY_H
#define KIT_EFFECTS_REGISTRY_H

#include "vstkit/effect.h"

extern const KitEffect* const kit_registry[]; ///< Ends with a null
extern const uint32_t         kit_registry_size;

#endif
