// SPDX-License-Identifier: ISC
#include "render.h"

#include "alloc.h"
#include "c_locale.h"
#include "file.h"
#include "path.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/** Which links a word is for ("reverb:rt60=2", "2:rt60=2"), and what stands behind that. */
typedef struct {
  uint32_t    only; ///< Index, or UINT32_MAX
  const char* rest;
} Address;

static Address
address_of(const CliLink* links, uint32_t n_links, const char* text)
{
  const char* const colon = strchr(text, ':');
  Address           found = {UINT32_MAX, text};
  for (uint32_t i = 0; colon && n_links > 1U && i < n_links; ++i) {
    char         number[16];
    const size_t length = (size_t)(colon - text);
    const char*  id     = links[i].effect->id;
    snprintf(number, sizeof(number), "%u", i + 1U);
    if ((strlen(id) == length && !strncmp(id, text, length)) ||
        (strlen(number) == length && !strncmp(number, text, length))) {
      return (Address){i, colon + 1};
    }
  }
  return found;
}

void
cli_links_cleanup(CliLink* links, uint32_t n_links)
{
  for (uint32_t i = 0; i < n_links; ++i) {
    kit_preset_free(links[i].preset);
  }
}

static int
add_link(const CliArgs* args, const char* id, CliLink* links, uint32_t* n_links)
{
  if (*n_links == CLI_MAX_LINKS) {
    return cli_usage_error(args->command, "a chain has at most %u effects", CLI_MAX_LINKS);
  }
  const KitEffect* const effect = cli_effect(args, id);
  KitPreset* const       preset = effect ? kit_preset_new(effect) : NULL;
  if (!preset) {
    return effect ? CLI_FAILED : CLI_USAGE;
  }
  links[(*n_links)++] = (CliLink){.effect = effect, .preset = preset, .tail_s = -1.0};
  return CLI_OK;
}

/** "lossy+reverb". */
static int
read_effects(const CliArgs* args, const char* text, CliLink* links, uint32_t* n_links)
{
  int status = CLI_OK;
  while (status == CLI_OK) {
    char         id[64];
    const size_t length = strcspn(text, "+");
    snprintf(id, sizeof(id), "%.*s", (int)kit_utf8_fit(text, length < 60U ? length : 60U), text);
    status = add_link(args, id, links, n_links);
    if (!text[length]) {
      break;
    }
    text += length + 1U;
  }
  return status;
}

/* A chain's file */

/** A value as --set would have it; free with kit_free(). */
static char*
setting_text(const KitJson* json)
{
  double number = 0.0;
  bool   yes    = false;
  if (kit_json_string(json)) {
    return kit_strdup(kit_json_string(json));
  }
  if (kit_json_number(json, &number)) {
    char text[40];
    kit_print_shortest(text, sizeof(text), number);
    return kit_strdup(text);
  }
  if (kit_json_bool(json, &yes)) {
    return kit_strdup(yes ? "1" : "0");
  }
  char* list = kit_json_type(json) == KIT_JSON_ARRAY ? kit_strdup("") : NULL;
  for (size_t i = 0; list && i < kit_json_size(json); ++i) {
    char* const item   = setting_text(kit_json_at(json, i));
    char* const longer = item ? kit_asprintf("%s%s%s", list, i ? "," : "", item) : NULL;
    kit_free(item);
    kit_free(list);
    list = longer;
  }
  return list;
}

static int
set_members(const char* path, const KitJson* set, KitPreset* preset)
{
  const KitLog log    = cli_log(path);
  int          status = CLI_OK;
  for (const char* key = NULL; status == CLI_OK && (key = kit_json_next_key(set, key));) {
    char* const text = setting_text(kit_json_get(set, key));
    if (!text) {
      cli_error("%s: key \"%s\": a number, a text or an array of these is expected", path, key);
    }
    status = text && !kit_preset_set_text(preset, key, text, &log) ? CLI_OK : CLI_FAILED;
    kit_free(text);
  }
  return status;
}

static int
read_entry(const CliArgs* args, const char* path, const KitJson* entry, CliLink* links, uint32_t* n_links)
{
  const KitLog      log    = cli_log(path);
  const char* const id     = kit_json_string(kit_json_get(entry, "effect"));
  const char* const name   = kit_json_string(kit_json_get(entry, "preset"));
  const KitJson*    set    = kit_json_get(entry, "set");
  int               status = CLI_OK;
  for (const char* key = NULL; (key = kit_json_next_key(entry, key));) {
    if (strcmp(key, "effect") != 0 && strcmp(key, "preset") != 0 && strcmp(key, "set") != 0) {
      cli_error("%s: key \"%s\": unknown: an effect of a chain has \"effect\", \"preset\" and \"set\"", path,
                key);
      return CLI_FAILED;
    }
  }
  if (!id || (kit_json_get(entry, "preset") && !name) || (set && kit_json_type(set) != KIT_JSON_OBJECT)) {
    cli_error("%s: entry %u: \"effect\" is a text, and so is \"preset\"; \"set\" is an object", path,
              *n_links + 1U);
    return CLI_FAILED;
  }
  status = add_link(args, id, links, n_links);
  if (status == CLI_OK && name) {
    status = cli_exit(kit_preset_load(links[*n_links - 1U].preset, name, &log));
  }
  return status == CLI_OK && set ? set_members(path, set, links[*n_links - 1U].preset) : status;
}

/** {"chain": [{"effect": "lossy", "preset": "Dial-Up MP3", "set": {"loss": 0.4}}, …]} */
static int
read_file(const CliArgs* args, const char* path, CliLink* links, uint32_t* n_links)
{
  const KitLog log    = cli_log(NULL);
  char*        text   = NULL;
  size_t       size   = 0;
  KitJson*     json   = NULL;
  int          status = CLI_FAILED;
  if (!kit_file_read(path, KIT_PRESET_MAX_BYTES, &log, &text, &size)) {
    const KitJsonSource source = {path, text, size, KIT_PRESET_MAX_BYTES, KIT_PRESET_MAX_DEPTH, 65536};
    status                     = cli_exit(kit_json_parse(&source, &log, &json));
  }
  const KitJson* const chain = kit_json_get(json, "chain");
  if (status == CLI_OK && (kit_json_type(chain) != KIT_JSON_ARRAY || !kit_json_size(chain))) {
    cli_error("%s: no chain: {\"chain\": [{\"effect\": …}, …]} is expected", path);
    status = CLI_FAILED;
  }
  for (size_t i = 0; status == CLI_OK && i < kit_json_size(chain); ++i) {
    status = read_entry(args, path, kit_json_at(chain, i), links, n_links);
  }
  kit_json_free(json);
  kit_free(text);
  return status;
}

/* Options */

static bool
has_preset(const KitEffect* effect, const char* name)
{
  KitPreset* const preset = kit_preset_new(effect);
  const bool       has    = preset && kit_preset_load(preset, name, NULL) != KIT_ERR_NOT_FOUND;
  kit_preset_free(preset);
  return has;
}

static bool
has_key(const KitEffect* effect, const char* setting)
{
  char         key[64];
  const size_t length = strcspn(setting, "=.");
  KitParamRef  ref;
  snprintf(key, sizeof(key), "%.*s", (int)(length < 60U ? length : 60U), setting);
  bool has = kit_params_find(effect->table, key, &ref);
  for (const char* const* solved = effect->solve_keys; solved && *solved; ++solved) {
    has = has || !strcmp(*solved, key);
  }
  return has;
}

/** The one link of a chain that an option is for.  @return index, or UINT32_MAX after a message. */
static uint32_t
find_link(const CliArgs* args, const CliLink* links, uint32_t n_links, const CliGiven* given)
{
  const char* const option = given->option->name;
  const bool        is_set = !strcmp(option, "set");
  uint32_t          found  = UINT32_MAX;
  for (uint32_t i = 0; i < n_links; ++i) {
    if (is_set ? has_key(links[i].effect, given->value) : has_preset(links[i].effect, given->value)) {
      if (found != UINT32_MAX) {
        cli_usage_error(args->command,
                        "--%s %s: may be for several effects of the chain: write %s:%s or %u:%s", option,
                        given->value, links[found].effect->id, given->value, found + 1U, given->value);
        return UINT32_MAX;
      }
      found = i;
    }
  }
  if (found == UINT32_MAX) {
    cli_usage_error(args->command, "--%s %s: no effect of the chain has that", option, given->value);
  }
  return found;
}

/** The options of one link of a chain, as if it stood alone; `given` has room for all of `args`. */
static int
part_options(const CliArgs* args, const CliLink* links, uint32_t n_links, CliArgs* parts)
{
  for (size_t g = 0; g < args->n_given; ++g) {
    CliGiven    given = args->given[g];
    const char* name  = given.option->name;
    if (!strcmp(name, "seed")) {
      for (uint32_t i = 0; i < n_links; ++i) {
        if (has_key(links[i].effect, "seed")) {
          parts[i].given[parts[i].n_given++] = given;
        }
      }
    } else if (!strcmp(name, "set") || !strcmp(name, "preset")) {
      const Address  address = address_of(links, n_links, given.value);
      const uint32_t i = address.only != UINT32_MAX ? address.only : find_link(args, links, n_links, &given);
      if (i == UINT32_MAX) {
        return CLI_USAGE;
      }
      given.value                        = address.rest;
      parts[i].given[parts[i].n_given++] = given;
    }
  }
  return CLI_OK;
}

/** Apply what is given to a link. */
static int
apply(const CliArgs* args, CliLink* link)
{
  const KitLog      log  = cli_log(NULL);
  const char* const name = cli_option(args, "preset");
  const int         st   = name ? cli_exit(kit_preset_load(link->preset, name, &log)) : CLI_OK;
  return st == CLI_OK ? cli_apply_settings(args, link->preset) : st;
}

static int
apply_options(const CliArgs* args, CliLink* links, uint32_t n_links)
{
  if (n_links == 1U) {
    return apply(args, links);
  }
  CliArgs         parts[CLI_MAX_LINKS];
  CliGiven* const room   = (CliGiven*)kit_calloc(n_links * (args->n_given + 1U), sizeof(CliGiven));
  int             status = room ? CLI_OK : CLI_FAILED;
  for (uint32_t i = 0; room && i < n_links; ++i) {
    parts[i] = (CliArgs){.command = args->command, .given = room + i * (args->n_given + 1U)};
  }
  status = status == CLI_OK ? part_options(args, links, n_links, parts) : status;
  for (uint32_t i = 0; status == CLI_OK && i < n_links; ++i) {
    status = apply(&parts[i], &links[i]);
  }
  kit_free(room);
  return status;
}

/** --tail is silence behind the input, for all to ring out in; else each takes what its preset or itself
 * says. */
static int
read_tails(const CliArgs* args, CliLink* links, uint32_t n_links)
{
  const char* const text = cli_option(args, "tail");
  double            tail = -1.0;
  if (text && !cli_option_time(args, "tail", KIT_PRESET_MAX_TAIL_S, &tail)) {
    return CLI_USAGE;
  }
  for (uint32_t i = 0; i < n_links; ++i) {
    links[i].preset_tail = !text;
    links[i].tail_s      = !text ? kit_preset_tail_s(links[i].preset) : i ? 0.0 : tail;
  }
  return CLI_OK;
}

int
cli_links_read(const CliArgs* args, const char* text, CliLink* links, uint32_t* n_links)
{
  *n_links   = 0;
  int status = !strcmp(kit_path_extension(text), "json") ? read_file(args, text, links, n_links)
                                                         : read_effects(args, text, links, n_links);
  status     = status == CLI_OK ? apply_options(args, links, *n_links) : status;
  status     = status == CLI_OK ? read_tails(args, links, *n_links) : status;
  if (status != CLI_OK) {
    cli_links_cleanup(links, *n_links);
    *n_links = 0;
  }
  return status;
}
