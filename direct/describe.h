// SPDX-License-Identifier: ISC
/** @file describe.h  An effect's constant facts as JSON, for programs that are not in C. */
#ifndef KIT_DIRECT_DESCRIBE_H
#define KIT_DIRECT_DESCRIBE_H

#include "json.h"
#include "vstkit/effect.h"

/**
   Name, description, sections and the whole parameter table.

   @return an object to free with kit_json_free(); members may be missing without memory.
*/
KitJson*
kit_effect_describe(const KitEffect* effect);

#endif
