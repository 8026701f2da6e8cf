// SPDX-License-Identifier: ISC
/** @file category.h  What each format calls an effect's category.  [thread-safe] */
#ifndef KIT_PLUGIN_CATEGORY_H
#define KIT_PLUGIN_CATEGORY_H

typedef struct {
  const char* category; ///< KitEffect::category
  const char* clap;     ///< Feature, beside "audio-effect"; null where none is standard
  const char* vst3;     ///< Sub-categories
  const char* lv2;      ///< Class
} KitCategory;

/** What formats call `category`: for one that is not known, an effect of no special kind.  Static. */
const KitCategory*
kit_category(const char* category);

#endif
