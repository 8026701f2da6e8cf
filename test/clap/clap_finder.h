// SPDX-License-Identifier: ISC
/** @file clap_finder.h  Presets as hosts find them: an indexer and a crawler that remember what they are
 * told. */
#ifndef KIT_TEST_CLAP_FINDER_H
#define KIT_TEST_CLAP_FINDER_H

#include "clap_host.h"

#define CLAP_MAX_FOUND 512U

/** What an indexer was told, and what a crawl found. */
typedef struct {
  KitClapIndexer  indexer;
  KitClapMetadata to;
  uint32_t        n_filetypes;
  uint32_t        n_soundpacks;
  uint32_t        n_plugin_locations;
  uint32_t        n_file_locations;
  char            soundpack[128];
  char            folder[2048];
  uint32_t        n; ///< Presets begun
  uint32_t        stop_at;
  uint32_t        n_errors;
  uint32_t        n_after_stop; ///< Calls about a preset that was not wanted
  uint32_t        n_ours;       ///< Presets of the plugin's own id
  uint32_t        n_in_pack;
  uint32_t        n_features;
  uint32_t        n_described;
  bool            has_key[CLAP_MAX_FOUND];
  char            keys[CLAP_MAX_FOUND][128];
  char            names[CLAP_MAX_FOUND][128];
  const char*     plugin_id;
} Finder;

void
finder_init(Finder* finder, const char* plugin_id);

/** The module's provider of presets; ends the program if there is none. */
const KitClapProvider*
finder_open(Finder* finder, const ClapModule* module);

#endif
