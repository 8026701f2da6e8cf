// SPDX-License-Identifier: ISC
// Where hosts know parameters and presets by their number, the number never comes to mean another
#include "bank.h"
#include "directory.h"
#include "file.h"
#include "tap.h"
#include "vstkit/direct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINES 2048U
#define LINE      96U

typedef struct {
  char     text[MAX_LINES][LINE]; ///< "param KEY" and "preset ID"
  uint32_t n;
} Lines;

static void
add_line(Lines* lines, const char* kind, const char* name)
{
  if (lines->n < MAX_LINES) {
    snprintf(lines->text[lines->n++], LINE, "%s %s", kind, name);
  }
}

static void
remove_line(Lines* lines, uint32_t at)
{
  memmove(lines->text[at], lines->text[at + 1U], (--lines->n - at) * LINE);
}

/** Place of a line among those of its kind, or UINT32_MAX. */
static uint32_t
place_of(const Lines* lines, const char* line)
{
  const size_t kind  = strcspn(line, " ");
  uint32_t     place = 0;
  for (uint32_t i = 0; i < lines->n; ++i) {
    if (!strcmp(lines->text[i], line)) {
      return place;
    }
    place += !strncmp(lines->text[i], line, kind + 1U);
  }
  return UINT32_MAX;
}

/** What the file says, without comments.  @return false if there is none. */
static bool
read_file(const char* path, Lines* lines)
{
  FILE* const file = fopen(path, "r");
  char        text[256];
  lines->n = 0;
  while (file && fgets(text, sizeof(text), file)) {
    char kind[16];
    char name[80];
    if (text[0] != '#' && sscanf(text, "%15s %79s", kind, name) == 2) {
      add_line(lines, kind, name);
    }
  }
  return file && !fclose(file);
}

/** What hosts count: ranks of parameters from 0, and programs behind "Default". */
static void
read_running(const KitEffect* effect, Lines* lines)
{
  KitDirectory         directory;
  const KitBank* const bank = kit_bank_hold(effect);
  lines->n                  = 0;
  kit_directory_init(&directory, effect, NULL, 0);
  for (uint32_t i = 0; i < directory.n_published; ++i) {
    const KitHostParam* const param = &directory.list[directory.published[i]];
    char                      key[64];
    kit_param_key(param->param, param->element, key, sizeof(key));
    add_line(lines, "param", key);
  }
  for (uint32_t i = 1; i < bank->n; ++i) {
    add_line(lines, "preset", bank->programs[i].id);
  }
  kit_directory_cleanup(&directory);
  kit_bank_drop(bank);
}

/** How many of the promised lines no longer hold, and how many that run were never promised.  Tells what to
 * do. */
static uint32_t
compare(const Lines* promised, const Lines* running, const char* path)
{
  uint32_t n_wrong = 0;
  for (uint32_t i = 0; i < promised->n; ++i) {
    const char* const line  = promised->text[i];
    const uint32_t    place = place_of(running, line);
    if (place != place_of(promised, line)) {
      ++n_wrong;
      tap_note("%s: \"%s\" %s", path, line,
               place == UINT32_MAX ? "is gone: bring it back, or what users saved means another"
                                   : "has moved: lines may only be added, at the end");
    }
  }
  for (uint32_t i = 0; i < running->n; ++i) {
    if (place_of(promised, running->text[i]) == UINT32_MAX) {
      tap_note("%s%s", n_wrong++ ? "" : "append:\n# ", running->text[i]);
    }
  }
  return n_wrong;
}

static void
check_effect(const KitEffect* effect)
{
  static Lines promised;
  static Lines running;
  char         path[4096];
  read_running(effect, &running);
  snprintf(path, sizeof(path), "%s/effects/%s/published.txt", getenv("VSTKIT_SOURCE_ROOT"), effect->id);
  if (!read_file(path, &promised) && !effect->published) {
    tap_skip("%s has not published an order yet", effect->id);
    return;
  }
  tap_ok(!compare(&promised, &running, path) && running.n, "%s: %u parameters and presets have their numbers",
         effect->id, running.n);

  // The file itself has only grown since a version
  static Lines  frozen;
  uint32_t      n_lost   = 0;
  KitFolderList versions = {0};
  snprintf(path, sizeof(path), "%s/test/states", getenv("VSTKIT_SOURCE_ROOT"));
  kit_folder_list(path, "", NULL, &versions);
  for (size_t v = 0; v < versions.n; ++v) {
    snprintf(path, sizeof(path), "%s/test/states/%s/%s_published.txt", getenv("VSTKIT_SOURCE_ROOT"),
             versions.names[v], effect->id);
    if (read_file(path, &frozen)) {
      for (uint32_t i = 0; i < frozen.n; ++i) {
        n_lost += place_of(&promised, frozen.text[i]) != place_of(&frozen, frozen.text[i]);
      }
    }
  }
  tap_ok(!n_lost, "%s: published.txt has only been added to", effect->id);
  kit_folder_list_cleanup(&versions);
}

/* Probes: the same effect before and after a row and a preset came in the middle */

extern const KitEmbeddedPreset before_presets[];
extern const char* const       before_published[];
extern const KitEmbeddedPreset after_presets[];
extern const char* const       after_published[];

#define ROW(k, ...)                                                                                          \
  {                                                                                                          \
    .key = k, .name = k, .short_name = k, .section = "", .help = k, .max = 1.0, __VA_ARGS__                  \
  }

static const KitParam before_params[] = {ROW("level", .def = 0.5), ROW("taps", .count = 2),
                                         ROW("tone", .def = 0.5)};
static const KitParam after_params[]  = {
   ROW("brand_new", .count = 3), ROW("tone", .def = 0.5), ROW("inner", .flags = KIT_PARAM_STATE_ONLY),
   ROW("level", .def = 0.5),     ROW("new", .def = 0.5),  ROW("taps", .count = 4)};

static const KitEffect before_effect = {.id        = "before",
                                        .table     = {before_params, 3},
                                        .published = before_published,
                                        .presets   = before_presets};
static const KitEffect after_effect  = {.id        = "after",
                                        .table     = {after_params, 6},
                                        .published = after_published,
                                        .presets   = after_presets};

static void
check_insertion(void)
{
  static const char* const joined[] = {"param brand_new.1", "param brand_new.2", "param brand_new.3",
                                       "param new",         "param taps.3",      "param taps.4",
                                       "preset bravo"};
  static Lines             before;
  static Lines             after;
  read_running(&before_effect, &before);
  read_running(&after_effect, &after);
  uint32_t n_moved = 0;
  for (uint32_t i = 0; i < before.n; ++i) {
    n_moved += place_of(&before, before.text[i]) != place_of(&after, before.text[i]);
  }
  tap_ok(before.n == 6U && !n_moved, "rows and a preset that come in the middle move none of %u numbers",
         before.n);

  bool in_order = after.n == 13U;
  for (uint32_t i = 0; i < 7U; ++i) {
    in_order = in_order && place_of(&after, joined[i]) == (i < 6U ? 4U + i : 2U);
  }
  tap_ok(in_order, "what is new follows, in the order of table and alphabet");

  KitEffect plain = after_effect;
  plain.published = NULL;
  read_running(&plain, &after);
  tap_ok(place_of(&after, "param brand_new.1") == 0U && place_of(&after, "param tone") == 3U &&
           place_of(&after, "param taps.4") == 9U,
         "without a published order there is the table's");
}

// The comparison itself must see what it is for
static void
check_comparison(void)
{
  static Lines promised;
  static Lines running;
  read_running(&before_effect, &running);
  promised        = running;
  const bool same = !compare(&promised, &running, "same");
  remove_line(&promised, 1);
  const bool fresh = compare(&promised, &running, "missing") == 3U;
  promised         = running;
  add_line(&promised, "preset", "delta");
  const bool gone = compare(&promised, &running, "gone") == 1U;
  promised        = running;
  memcpy(promised.text[0], running.text[1], LINE);
  memcpy(promised.text[1], running.text[0], LINE);
  tap_ok(same && fresh && gone && compare(&promised, &running, "moved") == 2U,
         "a missing, lost or moved number is seen");
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    check_effect(effects[i]);
  }
  check_insertion();
  check_comparison();
  return tap_done();
}
