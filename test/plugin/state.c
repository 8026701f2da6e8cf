// SPDX-License-Identifier: ISC
#include "kit.h"
#include "no_memory.h"
#include "tap.h"
#include "vstkit/alloc.h"
#include "vstkit/direct.h"

#include <string.h>

static void
check_notes(void)
{
  Host a;
  Host b;
  char name[64];
  host_init(&a, "lossy");
  host_init(&b, "lossy");
  const uint32_t loss = slot_of(&a, "loss");
  kit_plugin_preset_name(a.plugin, name, sizeof(name));
  tap_ok(!strcmp(name, "Default") && kit_plugin_program(a.plugin) == 0, "a fresh plugin is at its default");
  kit_plugin_load_factory(a.plugin, "frozen_choir", "hand", NULL);
  kit_plugin_preset_name(a.plugin, name, sizeof(name));
  tap_ok(!strcmp(name, "Frozen Choir"), "a factory preset goes by its name");
  kit_plugin_set_lock(a.plugin, loss, true);
  kit_plugin_set_lock(a.plugin, KIT_BYPASS_SLOT, true);
  kit_plugin_edit(a.plugin, KIT_BYPASS_SLOT, 1.0, "hand");

  char* const state  = kit_plugin_save(a.plugin, false);
  char* const preset = kit_plugin_save(a.plugin, true);
  KitReader   reader = {{0}};
  kit_plugin_news(b.plugin, &reader);
  tap_ok(!kit_plugin_load(b.plugin, state, strlen(state), NULL) &&
           (kit_plugin_news(b.plugin, &reader) & KIT_NEWS_OUTSIDE),
         "a state is taken on, and is news");
  kit_plugin_preset_name(b.plugin, name, sizeof(name));
  tap_ok(kit_plugin_program(b.plugin) == kit_plugin_program(a.plugin) && !strcmp(name, "Frozen Choir"),
         "it says which preset it came from");
  tap_ok(kit_plugin_is_locked(b.plugin, loss) && kit_plugin_is_locked(b.plugin, KIT_BYPASS_SLOT) &&
           !kit_plugin_is_locked(b.plugin, loss + 1U),
         "and what is locked");
  tap_ok(kit_instance_bypassed(kit_plugin_instance(b.plugin)), "and that it is bypassed");
  char* const again = kit_plugin_save(b.plugin, false);
  tap_ok(!strcmp(state, again), "saved again it is the same text");
  tap_ok(preset && !strstr(preset, "vstkit_plugin") && !strstr(preset, "\"bypass\""),
         "as a preset it says nothing of all this");
  kit_free(state);
  kit_free(preset);
  kit_free(again);
  host_cleanup(&a);
  host_cleanup(&b);
}

// What a wire notes stays with the plugin, whatever preset it plays
static void
check_own_notes(void)
{
  static const char state[] = "{\"vstkit_effect\": \"gain\", \"gain\": 3, \"bypass\": true}";
  Host              a;
  Host              b;
  char              text[KIT_NOTE_TEXT];
  host_init(&a, "gain");
  host_init(&b, "gain");
  tap_ok(!kit_plugin_set_note(a.plugin, "one", "") && !kit_plugin_set_note(a.plugin, "two", "twice"),
         "notes");
  char* saved = kit_plugin_save(a.plugin, false);
  tap_ok(strstr(saved, "\"two\"") && !strstr(saved, "\"one\""), "an empty note is not saved");
  kit_plugin_set_note(b.plugin, "one", "stays");
  kit_plugin_set_note(b.plugin, "two", "goes");
  tap_ok(!kit_plugin_load(b.plugin, saved, strlen(saved), NULL), "a state with notes is taken on");
  kit_plugin_note(b.plugin, "two", text, sizeof(text));
  tap_ok(!strcmp(text, "twice"), "it brings its notes");
  kit_plugin_note(b.plugin, "one", text, sizeof(text));
  tap_ok(!strcmp(text, "stays"), "those that it does not have stay");
  tap_ok(!kit_plugin_edit_state(b.plugin, state, sizeof(state) - 1U, "osc", NULL) &&
           kit_plugin_value(b.plugin, 0) == 3.0 && kit_plugin_value(b.plugin, KIT_BYPASS_SLOT) == 1.0,
         "a state from outside is taken on, bypass included");
  kit_free(saved);
  saved = kit_plugin_save(b.plugin, false);
  tap_ok(strstr(saved, "\"stays\"") && strstr(saved, "\"twice\""), "and leaves notes alone");
  tap_ok(kit_plugin_undo(b.plugin, 1U, "osc") == 1U && kit_plugin_value(b.plugin, KIT_BYPASS_SLOT) == 0.0,
         "one step takes it back");
  kit_plugin_set_track(b.plugin, "Vocals");
  kit_plugin_track(b.plugin, text, sizeof(text));
  tap_ok(!strcmp(text, "Vocals"), "a track has a name");
  static const char* const keys[] = {"three", "four", "five"};
  for (uint32_t i = 0; i < 3U; ++i) {
    tap_ok(!kit_plugin_set_note(b.plugin, keys[i], "x") == (i < 2U), "of notes there are at most four (%s)",
           keys[i]);
  }
  kit_free(saved);
  host_cleanup(&a);
  host_cleanup(&b);
}

static void
check_hostile(void)
{
  static const char* const texts[] = {
    "{\"vstkit_effect\": \"lossy\", \"vstkit_plugin\": 3}",
    "{\"vstkit_effect\": \"lossy\", \"vstkit_plugin\": {\"locks\": [1], \"preset\": null, \"program\": {}}}",
    "{\"vstkit_effect\": \"lossy\", \"vstkit_plugin\": {\"locks\": \",,loss,loss_x,xloss,\", \"program\": "
    "\"nope\"}}",
  };
  Host host;
  host_init(&host, "lossy");
  for (uint32_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    tap_ok(!kit_plugin_load(host.plugin, texts[i], strlen(texts[i]), NULL) &&
             kit_plugin_is_locked(host.plugin, slot_of(&host, "loss")) == (i == 2U) &&
             !kit_plugin_is_locked(host.plugin, KIT_BYPASS_SLOT),
           "odd notes do no harm (%u)", i);
  }
  tap_ok(kit_plugin_load(host.plugin, "", 0, NULL) && kit_plugin_load(host.plugin, NULL, 0, NULL) &&
           kit_plugin_load_preset_text(host.plugin, "{", 1, "osc", NULL),
         "broken texts are refused");
  host_cleanup(&host);
}

/** One use of everything that allocates.  @return true if all went well. */
static bool
use_all(void)
{
  const KitPluginFormat format = {.handle = NULL};
  KitPlugin* const      plugin = kit_plugin_new(kit_effect_find("gain"), &format);
  if (!plugin) {
    return false;
  }
  const KitChange changes[] = {{0, 1.0}, {KIT_BYPASS_SLOT, 1.0}};
  kit_plugin_set_lock(plugin, KIT_BYPASS_SLOT, true);
  bool good         = !kit_plugin_edit(plugin, 0, 3.0, "hand");
  good              = !kit_plugin_edit_all(plugin, changes, 2U, "hand", "Two", NULL) && good;
  good              = !kit_plugin_select_side(plugin, 1U, "hand") && good;
  good              = kit_plugin_bank(plugin) && good;
  good              = !kit_plugin_activate(plugin, 48000.0, false) && good;
  KitTap* const tap = kit_tap_open(plugin, 0.01);
  good              = tap && good;
  kit_tap_close(tap);
  char* const text = kit_plugin_save(plugin, false);
  good             = text && !kit_plugin_load(plugin, text, strlen(text), NULL) && good;
  good             = text && !kit_plugin_load_preset_text(plugin, text, strlen(text), "hand", NULL) && good;
  kit_plugin_undo(plugin, 9U, "hand");
  kit_plugin_redo(plugin, 9U, "hand");
  kit_free(text);
  kit_plugin_free(plugin);
  return good;
}

static void
check_no_memory(void)
{
  uint32_t n       = 0;
  uint32_t n_wrong = 0;
  Host     host;
  host_init(&host, "gain");
  kit_plugin_bank(host.plugin); // Held, so that it is made once
  for (bool failed = true; failed && n < 2000U; ++n) {
    no_memory_after(n);
    use_all();
    failed = no_memory_end();
    n_wrong += use_all() ? 0U : 1U;
  }
  tap_ok(n > 20U && n < 2000U && !n_wrong, "each of %u allocations may fail: nothing leaks, all works after",
         n);
  host_cleanup(&host);
}

static bool
has_values(const Host* host, const double* values)
{
  bool same = true;
  for (uint32_t s = 0; s < kit_params_n_slots(kit_plugin_effect(host->plugin)->table); ++s) {
    same = same && kit_instance_get(kit_plugin_instance(host->plugin), s) == values[s];
  }
  return same;
}

// A preset that leaves everything out is at the table's defaults, whatever the effect opens on
static void
check_opening(const char* id)
{
  static double values[KIT_MAX_SLOTS];
  char          name[64];
  uint32_t      number = 0;
  Host          host;
  host_init(&host, id);
  const KitEffect* const effect = kit_plugin_effect(host.plugin);
  const KitBank* const   bank   = kit_plugin_bank(host.plugin);
  KitPreset* const       preset = kit_opening_preset(effect, &number);
  tap_ok(!strcmp(bank->programs[number].id, effect->opening ? effect->opening : "") &&
           kit_plugin_program(host.plugin) == number && has_values(&host, kit_preset_values(preset)),
         "%s opens on the preset that it names, or its defaults", id);
  kit_plugin_preset_name(host.plugin, name, sizeof(name));
  tap_ok(!strcmp(name, bank->programs[number].name) && !kit_plugin_history(host.plugin, NULL, 0),
         "%s: it goes by the name \"%s\", and there is nothing to undo", id, name);
  kit_params_defaults(effect->table, values);
  tap_ok(!kit_plugin_load_preset_text(host.plugin, "{}", 2, "hand", NULL) && has_values(&host, values),
         "%s: an empty preset is at the table's defaults", id);
  kit_preset_free(preset);
  host_cleanup(&host);
}

void
check_state(void)
{
  check_notes();
  check_opening("gain");
  check_opening("lossy");
  check_opening("reverb");
  check_own_notes();
  check_hostile();
  check_no_memory();
}
