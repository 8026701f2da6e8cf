// SPDX-License-Identifier: ISC
#include "identity.h"

#include "project.h"

#include <stdio.h>

const char*
kit_effect_vendor(const KitEffect* effect)
{
  return effect->vendor ? effect->vendor : KIT_VENDOR;
}

const char*
kit_effect_url(const KitEffect* effect)
{
  return effect->url ? effect->url : effect->vendor ? "" : KIT_URL;
}

int
kit_effect_clap_id(const KitEffect* effect, char* buf, size_t size)
{
  return snprintf(buf, size, "%s.%s", effect->domain ? effect->domain : "org.vstkit", effect->id);
}

int
kit_effect_uri(const KitEffect* effect, char* buf, size_t size)
{
  return snprintf(buf, size, "urn:%s:%s", effect->domain ? effect->domain : "vstkit", effect->id);
}

int
kit_effect_class(const KitEffect* effect, char* buf, size_t size)
{
  const char* const domain = effect->domain ? effect->domain : "";
  return snprintf(buf, size, "%s%s%s", domain, *domain ? "/" : "", effect->id);
}
