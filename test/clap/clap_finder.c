// SPDX-License-Identifier: ISC
#include "clap_finder.h"

#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Finder*
finder_of(const KitClapMetadata* to)
{
  Finder* const finder = (Finder*)to->receiver_data;
  finder->n_after_stop += finder->n > finder->stop_at;
  return finder;
}

static bool
on_filetype(const KitClapIndexer* indexer, const KitClapFiletype* filetype)
{
  ((Finder*)indexer->indexer_data)->n_filetypes += !strcmp(filetype->file_extension, "json");
  return true;
}

static bool
on_location(const KitClapIndexer* indexer, const KitClapLocation* location)
{
  Finder* const finder = (Finder*)indexer->indexer_data;
  if (location->kind == KIT_CLAP_LOCATION_PLUGIN) {
    finder->n_plugin_locations += !location->location && (location->flags & KIT_CLAP_PRESET_IS_FACTORY);
  } else {
    finder->n_file_locations += location->location && (location->flags & KIT_CLAP_PRESET_IS_USER);
    snprintf(finder->folder, sizeof(finder->folder), "%s", location->location);
  }
  return location->name && *location->name;
}

static bool
on_soundpack(const KitClapIndexer* indexer, const KitClapSoundpack* soundpack)
{
  Finder* const finder = (Finder*)indexer->indexer_data;
  ++finder->n_soundpacks;
  snprintf(finder->soundpack, sizeof(finder->soundpack), "%s", soundpack->id);
  return soundpack->name && soundpack->vendor;
}

static const void*
no_extension(const KitClapIndexer* indexer, const char* id)
{
  (void)indexer;
  (void)id;
  return NULL;
}

static void
on_error(const KitClapMetadata* to, int32_t os_error, const char* text)
{
  (void)os_error;
  tap_note("%s", text);
  ++finder_of(to)->n_errors;
}

static bool
on_preset(const KitClapMetadata* to, const char* name, const char* load_key)
{
  Finder* const  finder = finder_of(to);
  const uint32_t at     = finder->n++;
  if (at < CLAP_MAX_FOUND) {
    finder->has_key[at] = load_key;
    snprintf(finder->keys[at], sizeof(finder->keys[0]), "%s", load_key ? load_key : "");
    snprintf(finder->names[at], sizeof(finder->names[0]), "%s", name ? name : "");
  }
  return finder->n <= finder->stop_at;
}

static void
on_plugin_id(const KitClapMetadata* to, const KitClapUniversalId* id)
{
  Finder* const finder = finder_of(to);
  finder->n_ours += !strcmp(id->abi, "clap") && !strcmp(id->id, finder->plugin_id);
}

static void
on_pack(const KitClapMetadata* to, const char* id)
{
  Finder* const finder = finder_of(to);
  finder->n_in_pack += !strcmp(id, finder->soundpack);
}

static void
on_flags(const KitClapMetadata* to, uint32_t flags)
{
  (void)flags;
  finder_of(to);
}

static void
on_text(const KitClapMetadata* to, const char* text)
{
  finder_of(to)->n_described += *text != 0;
}

static void
on_times(const KitClapMetadata* to, uint64_t created, uint64_t modified)
{
  (void)created;
  (void)modified;
  finder_of(to);
}

static void
on_feature(const KitClapMetadata* to, const char* feature)
{
  finder_of(to)->n_features += *feature != 0;
}

static void
on_info(const KitClapMetadata* to, const char* key, const char* value)
{
  (void)key;
  (void)value;
  finder_of(to);
}

void
finder_init(Finder* finder, const char* plugin_id)
{
  memset(finder, 0, sizeof(*finder));
  finder->plugin_id = plugin_id;
  finder->stop_at   = UINT32_MAX;
  finder->indexer   = (KitClapIndexer){
      .clap_version      = CLAP_VERSION_INIT,
      .name              = "VstKit test host",
      .version           = "1",
      .indexer_data      = finder,
      .declare_filetype  = on_filetype,
      .declare_location  = on_location,
      .declare_soundpack = on_soundpack,
      .get_extension     = no_extension,
  };
  finder->to = (KitClapMetadata){
    .receiver_data    = finder,
    .on_error         = on_error,
    .begin_preset     = on_preset,
    .add_plugin_id    = on_plugin_id,
    .set_soundpack_id = on_pack,
    .set_flags        = on_flags,
    .add_creator      = on_text,
    .set_description  = on_text,
    .set_timestamps   = on_times,
    .add_feature      = on_feature,
    .add_extra_info   = on_info,
  };
}

const KitClapProvider*
finder_open(Finder* finder, const ClapModule* module)
{
  const KitClapPresetFactory* const f    = module->presets;
  const KitClapProvider* const      made = f->create(f, &finder->indexer, f->get_descriptor(f, 0)->id);
  if (!made || !made->init(made)) {
    printf("Bail out! no preset provider\n");
    exit(1);
  }
  return made;
}
