// SPDX-License-Identifier: ISC
#include "clap_finder.h"
#include "subject.h"

#include "alloc.h"
#include "file.h"
#include "scratch.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
  const uint32_t n = take_n_presets(s->effect);
  finder_init(&finder, s->module.id);
  check_factory(s, &finder);
  const KitClapProvider* const p = finder_open(&finder, &s->module);
  tap_ok(finder.n_plugin_locations == (n ? 1U : 0U) && finder.n_soundpacks == (n ? 1U : 0U),
         "the module is declared as a place of presets, if it has any");
  tap_ok(p->get_metadata(p, KIT_CLAP_LOCATION_PLUGIN, NULL, &finder.to) && finder.n == n && !finder.n_errors,
         "a crawl finds its %u presets", n);
  tap_ok(finder.n_ours == n && finder.n_in_pack == n && finder.n_features >= 2U * n,
         "each is ours, in the pack, with features");
  bool named = true;
  for (uint32_t i = 0; i < n && i < CLAP_MAX_FOUND; ++i) {
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
  for (uint32_t i = 0; i + 1U < host_n_listed(s->effect); ++i) {
    KitHostParam param;
    host_param_at(s->effect, i, &param);
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
  for (uint32_t i = 0; i < take_n_presets(s->effect); ++i) {
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
check_reference_files(Subject* s)
{
  const KitClapPluginPresetLoad* const x    = s->plugin.preset_load;
  const char* const                    root = tap_reference_folder();
  KitFolderList                        list = {0};
  uint32_t                             n    = 0;
  char                                 folder[4200];
  char                                 path[8400];
  if (!root) {
    tap_skip("no reference presets here");
    return;
  }
  snprintf(folder, sizeof(folder), "%s/presets/%s", root, s->effect->id);
  kit_folder_list(folder, ".json", NULL, &list);
  for (size_t i = 0; i < list.n; ++i) {
    KitPreset* const preset = kit_preset_new(s->effect);
    snprintf(path, sizeof(path), "%s/%s", folder, list.names[i]);
    n += !kit_preset_load_file(preset, path, NULL) &&
         x->from_location(s->plugin.p, KIT_CLAP_LOCATION_FILE, path, NULL) && plugin_has(s, preset);
    kit_preset_free(preset);
  }
  tap_ok(n == list.n, "%u of %zu reference presets load as files", n, list.n);
  kit_folder_list_cleanup(&list);
}

static void
check_user_folder(const Subject* s)
{
  static Finder finder;
  setenv("XDG_DATA_HOME", scratch_path("data"), 1);
  finder_init(&finder, s->module.id);
  const KitClapProvider* p = finder_open(&finder, &s->module);
  tap_ok(finder.n_file_locations == 0, "a folder of user presets that is not there is not declared");
  p->destroy(p);

  char* const      folder = kit_preset_user_folder(s->effect);
  KitPreset* const preset = kit_preset_new(s->effect);
  char             path[4096];
  kit_folder_make(folder, NULL);
  snprintf(path, sizeof(path), "%s/mine.json", folder);
  kit_preset_save_file(preset, path, NULL);
  finder_init(&finder, s->module.id);
  p = finder_open(&finder, &s->module);
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
      check_reference_files(&s);
      check_user_folder(&s);
      subject_close(&s);
    }
    scratch_close();
  }
  return tap_done();
}
