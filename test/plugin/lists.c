// SPDX-License-Identifier: ISC
#include "identity.h"
#include "kit.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <string.h>

static const KitSection sections[] = {{"all", "All"}};

static const KitParam old_rows[] = {
  {.key = "depth", .name = "Depth", .short_name = "Depth", .section = "all", .help = "-", .max = 1.0},
  {.key        = "times",
   .name       = "Time",
   .short_name = "Time",
   .section    = "all",
   .help       = "-",
   .max        = 1.0,
   .count      = 2U},
};

// A row in front, one between, an array that grew, and one that no host sees
static const KitParam new_rows[] = {
  {.key = "fresh", .name = "Fresh", .short_name = "Fresh", .section = "all", .help = "-", .max = 1.0},
  {.key = "depth", .name = "Depth", .short_name = "Depth", .section = "all", .help = "-", .max = 1.0},
  {.key        = "secret",
   .name       = "Secret",
   .short_name = "-",
   .section    = "",
   .help       = "-",
   .max        = 1.0,
   .flags      = KIT_PARAM_STATE_ONLY},
  {.key        = "times",
   .name       = "Time",
   .short_name = "Time",
   .section    = "all",
   .help       = "-",
   .max        = 1.0,
   .count      = 3U},
};

static const char* const published[] = {"depth", "times.1", "times.2", NULL};

static bool
has_key(const KitDirectory* directory, uint32_t rank, const char* key)
{
  char text[64];
  if (rank >= directory->n_published) {
    return false;
  }
  const KitHostParam* const param = &directory->list[directory->published[rank]];
  kit_param_key(param->param, param->element, text, sizeof(text));
  return !strcmp(text, key);
}

static void
check_order(void)
{
  const KitEffect before = {.id = "x", .table = {old_rows, 2U}, .sections = sections, .n_sections = 1U};
  const KitEffect after  = {
     .id = "x", .table = {new_rows, 4U}, .sections = sections, .n_sections = 1U, .published = published};
  KitDirectory a;
  KitDirectory b;
  if (!kit_directory_init(&a, &before, NULL, 0) || !kit_directory_init(&b, &after, NULL, 0)) {
    tap_ok(false, "directories are made");
    return;
  }
  tap_ok(a.n == 4U && a.n_published == 3U && b.n == 6U && b.n_published == 5U,
         "a switch for bypass comes last");
  bool kept = true;
  for (uint32_t i = 0; i < a.n_published; ++i) {
    char key[64];
    kit_param_key(a.list[a.published[i]].param, a.list[a.published[i]].element, key, sizeof(key));
    kept = kept && has_key(&b, i, key);
  }
  tap_ok(kept && has_key(&b, 3U, "fresh") && has_key(&b, 4U, "times.3"),
         "rows that come into the table's middle join the published order at its end");
  kit_directory_cleanup(&a);
  kit_directory_cleanup(&b);
}

static void
check_finding(void)
{
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
  static const KitParam row   = {.key = "own", .name = "Own", .short_name = "Own", .section = "", .max = 1.0};
  const KitExtraParam   extra = {&row, UINT32_MAX - 7U};
  for (uint32_t e = 0; e < n_effects; ++e) {
    KitDirectory directory;
    bool         good = kit_directory_init(&directory, effects[e], &extra, 1U);
    for (uint32_t i = 0; good && i < directory.n; ++i) {
      const KitHostParam* const param = &directory.list[i];
      good = param->index == i && kit_directory_find(&directory, param->id) == param &&
             kit_directory_at_slot(&directory, param->slot) == param;
    }
    tap_ok(good && !kit_directory_find(&directory, 1U) && directory.list[directory.n - 1U].slot == extra.slot,
           "%s: every parameter is found by number and by slot, a format's own too", effects[e]->id);
    kit_directory_cleanup(&directory);
  }
}

// Hosts save these for ever
static void
check_identity(void)
{
  const KitEffect ours   = {.id = "lossy"};
  const KitEffect theirs = {.id = "stop", .vendor = "Tape", .domain = "com.example"};
  char            text[64];
  kit_effect_clap_id(&ours, text, sizeof(text));
  bool good = !strcmp(text, "org.vstkit.lossy");
  kit_effect_uri(&ours, text, sizeof(text));
  good = good && !strcmp(text, "urn:vstkit:lossy");
  kit_effect_class(&ours, text, sizeof(text));
  good = good && !strcmp(text, "lossy") && !strcmp(kit_effect_vendor(&ours), "VstKit");
  tap_ok(good, "our effects have the names that they always had");
  kit_effect_clap_id(&theirs, text, sizeof(text));
  good = !strcmp(text, "com.example.stop");
  kit_effect_uri(&theirs, text, sizeof(text));
  good = good && !strcmp(text, "urn:com.example:stop");
  kit_effect_class(&theirs, text, sizeof(text));
  good = good && !strcmp(text, "com.example/stop") && !strcmp(kit_effect_vendor(&theirs), "Tape");
  tap_ok(good && !*kit_effect_url(&theirs), "an effect with a domain has names of its own, and its vendor's");
}

static void
check_bank(void)
{
  const KitBank* const lossy  = kit_bank_hold(kit_effect_find("lossy"));
  const KitBank* const reverb = kit_bank_hold(kit_effect_find("reverb"));
  tap_ok(lossy && reverb && lossy != reverb && kit_bank_hold(kit_effect_find("lossy")) == lossy,
         "plugins of an effect share a bank");
  tap_ok(lossy->n > 50U && !strcmp(lossy->programs[0].name, "Default") && kit_bank_find(lossy, "") == 0 &&
           kit_bank_find(lossy, "no such") == UINT32_MAX &&
           !strcmp(lossy->programs[kit_bank_find(lossy, "frozen_choir")].name, "Frozen Choir"),
         "it begins with the default, and finds by id");
  kit_bank_drop(lossy);
  kit_bank_drop(lossy);
  kit_bank_drop(reverb);
  kit_bank_drop(NULL);
}

void
check_lists(void)
{
  check_order();
  check_finding();
  check_identity();
  check_bank();
}
