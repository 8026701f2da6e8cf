// SPDX-License-Identifier: ISC
#include "subject.h"

#include "alloc.h"
#include "file.h"
#include "scratch.h"
#include "tap.h"
#include "vstkit/preset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FOUND 512U

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
  bool            has_key[MAX_FOUND];
  char            keys[MAX_FOUND][128];
  char            names[MAX_FOUND][128];
  const char*     plugin_id;
} Finder;

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
  if (at < MAX_FOUND) {
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

static void
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

static uint32_t
n_embedded(const KitEffect* effect)
{
  uint32_t n = 0;
  while (effect->presets && effect->presets[n].id) {
    ++n;
  }
  return n;
}

static const KitClapProvider*
open_provider(const Subject* s, Finder* finder)
{
  const KitClapPresetFactory* const f    = s->module.presets;
  const char* const                 id   = f->get_descriptor(f, 0)->id;
  const KitClapProvider* const      made = f->create(f, &finder->indexer, id);
  if (!made || !made->init(made)) {
    printf("Bail out! no preset provider\n");
    exit(1);
  }
  return made;
}

static void
check_factory(const Subject* s, Finder* finder)
{
  const KitClapPresetFactory* const f = s->module.presets;
  tap_ok(f->count(f) == 1 && f->get_descriptor(f, 0)->name && !f->get_descriptor(f, 1), "one provider");
  tap_ok(!f->create(f, &finder->indexer, "org.nobody") && !f->create(f, &finder->indexer, NULL) &&
           !f->create(f, NULL, f->get_descriptor(f, 0)->id),
         "and no other");
}

static void
check_crawl(const Subject* s)
{
  static Finder  finder;
  const uint32_t n = n_embedded(s->effect);
  finder_init(&finder, s->module.id);
  check_factory(s, &finder);
  const KitClapProvider* const p = open_provider(s, &finder);
  tap_ok(finder.n_plugin_locations == (n ? 1U : 0U) && finder.n_soundpacks == (n ? 1U : 0U),
         "the module is declared as a place of presets, if it has any");
  tap_ok(p->get_metadata(p, KIT_CLAP_LOCATION_PLUGIN, NULL, &finder.to) && finder.n == n && !finder.n_errors,
         "a crawl finds its %u presets", n);
  tap_ok(finder.n_ours == n && finder.n_in_pack == n && finder.n_features >= 2U * n,
         "each is ours, in the pack, with features");
  bool named = true;
  for (uint32_t i = 0; i < n && i < MAX_FOUND; ++i) {
    named =
      named && finder.has_key[i] && finder.names[i][0] && !strcmp(finder.keys[i], s->effect->presets[i].id);
  }
  tap_ok(named, "each has a name, and its file's name as key");
  if (n > 1) {
    finder_init(&finder, s->module.id);
    finder.stop_at = 0;
    p->get_metadata(p, KIT_CLAP_LOCATION_PLUGIN, NULL, &finder.to);
    tap_ok(finder.n == 1 && !finder.n_after_stop, "a host that wants no more is told no more");
  }
  tap_ok(!p->get_metadata(p, 7, NULL, &finder.to) &&
           !p->get_metadata(p, KIT_CLAP_LOCATION_PLUGIN, NULL, NULL) && !p->get_extension(p, "nothing"),
         "misuse is refused");
  p->destroy(p);
}

static bool
plugin_has(const Subject* s, KitPreset* preset)
{
  const double* const values = kit_preset_values(preset);
  for (uint32_t i = 0; i + 1U < kit_host_params_count(s->effect); ++i) {
    KitHostParam param;
    kit_host_params_at(s->effect, i, &param);
    if (clap_value(&s->plugin, param.id) != kit_param_clamp(param.param, values[param.slot])) {
      tap_note("%s is %.17g", param.param->key, clap_value(&s->plugin, param.id));
      return false;
    }
  }
  return true;
}

static void
check_embedded(Subject* s)
{
  const KitClapPluginPresetLoad* const x   = s->plugin.preset_load;
  bool                                 all = true;
  for (uint32_t i = 0; i < n_embedded(s->effect); ++i) {
    const KitEmbeddedPreset* const e      = &s->effect->presets[i];
    KitPreset* const               preset = kit_preset_new(s->effect);
    const uint32_t                 loads  = s->host.n_loaded;
    const bool                     good   = !kit_preset_parse(preset, e->id, e->json, e->size, NULL) &&
                      x->from_location(s->plugin.p, KIT_CLAP_LOCATION_PLUGIN, NULL, e->id) &&
                      s->host.n_loaded == loads + 1 && plugin_has(s, preset);
    if (!good) {
      tap_note("%s", e->id);
    }
    all = all && good;
    kit_preset_free(preset);
  }
  tap_ok(all, "each loads by its key, sets its values and is announced");
  const uint32_t errors = s->host.n_load_errors;
  tap_ok(!x->from_location(s->plugin.p, KIT_CLAP_LOCATION_PLUGIN, NULL, "no_such_preset") &&
           !x->from_location(s->plugin.p, KIT_CLAP_LOCATION_PLUGIN, NULL, NULL) &&
           !x->from_location(s->plugin.p, 7, NULL, NULL) && s->host.n_load_errors == errors + 3,
         "unknown keys and kinds are refused, and the host is told: %s", s->host.load_error);
}

static void
check_files(Subject* s)
{
  const KitClapPluginPresetLoad* const x      = s->plugin.preset_load;
  const clap_plugin_t* const           p      = s->plugin.p;
  KitPreset* const                     preset = kit_preset_new(s->effect);
  KitParamRef                          ref;
  kit_params_at_slot(s->effect->table, 0, &ref);
  kit_preset_values(preset)[0] = ref.param->max;
  const char* const good       = scratch_path("Ä preset.json");
  const char* const bad        = scratch_path("bad.json");
  const bool        written = !kit_preset_save_file(preset, good, NULL) && !kit_file_write(bad, "{", 1, NULL);
  tap_ok(written && x->from_location(p, KIT_CLAP_LOCATION_FILE, good, NULL) && plugin_has(s, preset),
         "a preset file loads");
  const uint32_t errors = s->host.n_load_errors;
  tap_ok(!x->from_location(p, KIT_CLAP_LOCATION_FILE, bad, NULL) && strstr(s->host.load_error, "bad.json"),
         "a damaged one does not: %s", s->host.load_error);
  tap_ok(!x->from_location(p, KIT_CLAP_LOCATION_FILE, scratch_path("none.json"), NULL) &&
           !x->from_location(p, KIT_CLAP_LOCATION_FILE, scratch_path(""), NULL) &&
           !x->from_location(p, KIT_CLAP_LOCATION_FILE, "", NULL) &&
           !x->from_location(p, KIT_CLAP_LOCATION_FILE, "name", NULL) &&
           !x->from_location(p, KIT_CLAP_LOCATION_FILE, NULL, NULL) && s->host.n_load_errors == errors + 6,
         "nor does what is not there");
  tap_ok(plugin_has(s, preset), "and nothing was changed by that");
  kit_preset_free(preset);
}

static void
check_user_folder(const Subject* s)
{
  static Finder finder;
  setenv("XDG_DATA_HOME", scratch_path("data"), 1);
  finder_init(&finder, s->module.id);
  const KitClapProvider* p = open_provider(s, &finder);
  tap_ok(finder.n_file_locations == 0, "a folder of user presets that is not there is not declared");
  p->destroy(p);

  char* const      folder = kit_preset_user_folder(s->effect);
  KitPreset* const preset = kit_preset_new(s->effect);
  char             path[4096];
  kit_folder_make(folder, NULL);
  snprintf(path, sizeof(path), "%s/mine.json", folder);
  kit_preset_save_file(preset, path, NULL);
  finder_init(&finder, s->module.id);
  p = open_provider(s, &finder);
  tap_ok(finder.n_file_locations == 1 && finder.n_filetypes == 1 && !strcmp(finder.folder, folder),
         "one that is there is");
  tap_ok(p->get_metadata(p, KIT_CLAP_LOCATION_FILE, path, &finder.to) && finder.n == 1 &&
           !finder.has_key[0] && finder.n_ours == 1 && !finder.n_in_pack,
         "and its files are described");
  tap_ok(!p->get_metadata(p, KIT_CLAP_LOCATION_FILE, scratch_path("bad.json"), &finder.to) &&
           !p->get_metadata(p, KIT_CLAP_LOCATION_FILE, scratch_path("none.json"), &finder.to) &&
           !p->get_metadata(p, KIT_CLAP_LOCATION_FILE, NULL, &finder.to) && finder.n == 1 &&
           finder.n_errors >= 2,
         "except what is no preset, which is an error with a reason");
  p->destroy(p);
  kit_preset_free(preset);
  kit_free(folder);
}

int
main(int argc, char** argv)
{
  Subject s;
  if (argc == 2 && scratch_open()) {
    if (subject_open(&s, argv[1])) {
      check_crawl(&s);
      check_embedded(&s);
      check_files(&s);
      check_user_folder(&s);
      subject_close(&s);
    }
    scratch_close();
  }
  return tap_done();
}
