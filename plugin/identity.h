// SPDX-License-Identifier: ISC
/**
   @file identity.h  Who made an effect, and the names under which hosts save it.

   An effect with a `domain` has names of its own; those of an effect without one are the kit's. [thread-safe]
*/
#ifndef KIT_PLUGIN_IDENTITY_H
#define KIT_PLUGIN_IDENTITY_H

#include "vstkit/effect.h"

/** For people; never null. */
const char*
kit_effect_vendor(const KitEffect* effect);

/** Home page, or "". */
const char*
kit_effect_url(const KitEffect* effect);

/** "org.vstkit.lossy": names the plugin in CLAP.  @return length as snprintf. */
int
kit_effect_clap_id(const KitEffect* effect, char* buf, size_t size);

/** "urn:vstkit:lossy": names the plugin in LV2, and begins the names of what it has.  @return length as
 * snprintf. */
int
kit_effect_uri(const KitEffect* effect, char* buf, size_t size);

/** What VST3's class id is a hash of, behind "n:vstkit.vst3:".  @return length as snprintf. */
int
kit_effect_class(const KitEffect* effect, char* buf, size_t size);

#endif
