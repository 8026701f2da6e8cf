// SPDX-License-Identifier: ISC
#include "live.h"

#include "alloc.h"
#include "utf8.h"

#include <string.h>

/** Print a value, or add it to the JSON. */
static void
take_value(CliLive* live, const KitOscAnswer* answer)
{
  char              key[CLI_MAX_KEY];
  double            value = 0.0;
  const char* const text  = kit_osc_arg_text(answer, 1);
  if (!cli_live_key(answer, "param/", key, sizeof(key)) || !text || !kit_osc_arg_number(answer, 0, &value)) {
    return;
  }
  if (cli_option(live->args, "names")) {
    cli_line(stdout, "%s", key);
  } else if (live->as_json) {
    KitJson* const json = kit_json_new_object();
    cli_json_number(json, "value", value);
    cli_json_text(json, "text", text);
    kit_json_set(live->json, key, json);
  } else {
    cli_line(stdout, "%-24s %s", key, text);
  }
}

static bool
ask_key(CliLive* live, const char* prefix, const char* key)
{
  char* const path = cli_live_path(prefix, key);
  const bool  sent = path && kit_osc_client_send(live->client, path, "");
  kit_free(path);
  return sent;
}

int
cli_live_get(CliLive* live)
{
  const CliArgs* const args = live->args;
  bool                 sent = true;
  live->json                = kit_json_new_object();
  for (size_t i = 0; i < args->n_many && sent; ++i) {
    sent = ask_key(live, "param/", args->many[i]);
  }
  if (!args->n_many) {
    sent = kit_osc_client_send(live->client, "params", "") && kit_osc_client_send(live->client, "bypass", "");
  }
  return cli_live_print(live, cli_live_finish(live, sent, take_value));
}

/** A setting, and what it is made of. */
typedef struct {
  KitOscSetting setting;
  char*         path;
  char*         text;   ///< Cut up at its commas
  const char**  pieces; ///< Into `text`
} Word;

/** "KEY=VALUE" or "KEY=VALUE,VALUE,…".  @return exit status. */
static int
read_word(const CliArgs* args, const char* word, Word* into)
{
  const char* const equals = strchr(word, '=');
  if (!equals || equals == word) {
    return cli_usage_error(args->command, "set: \"%s\" is not KEY=VALUE", word);
  }
  char* const key = kit_asprintf("%.*s", (int)(equals - word), word);
  into->path      = key ? cli_live_path("param/", key) : NULL;
  into->text      = kit_asprintf("%s", equals + 1);
  into->pieces    = (const char**)kit_calloc(strlen(word), sizeof(char*));
  kit_free(key);
  if (!into->path || !into->text || !into->pieces) {
    return CLI_FAILED;
  }
  uint32_t n = 0;
  for (char* at = into->text; at;) {
    char* const comma = strchr(at, ',');
    into->pieces[n++] = at;
    at                = comma ? comma + 1 : NULL;
    if (comma) {
      *comma = '\0';
    }
  }
  into->setting = (KitOscSetting){into->path, into->pieces, n};
  return CLI_OK;
}

static void
free_words(Word* words, size_t n)
{
  for (size_t i = 0; words && i < n; ++i) {
    kit_free(words[i].path);
    kit_free(words[i].text);
    kit_free((void*)words[i].pieces);
  }
  kit_free(words);
}

int
cli_live_set(CliLive* live)
{
  const CliArgs* const args = live->args;
  if (cli_option(args, "names")) {
    return cli_live_finish(live, kit_osc_client_send(live->client, "params", ""), take_value);
  }
  const size_t         n        = args->n_many;
  Word* const          words    = (Word*)kit_calloc(n, sizeof(Word));
  KitOscSetting* const settings = (KitOscSetting*)kit_calloc(n, sizeof(KitOscSetting));
  int                  status   = words && settings ? CLI_OK : CLI_FAILED;
  for (size_t i = 0; i < n && status == CLI_OK; ++i) {
    status      = read_word(args, args->many[i], &words[i]);
    settings[i] = words[i].setting;
  }
  live->json = kit_json_new_object();
  if (status == CLI_OK) {
    const bool sent = kit_osc_client_set(live->client, settings, (uint32_t)n);
    status          = cli_live_print(live, cli_live_finish(live, sent, take_value));
  }
  free_words(words, n);
  kit_free(settings);
  return status;
}

/** Read "on" or "off".  @return false after a message. */
static bool
read_switch(const CliLive* live, const char* text, int* on)
{
  *on = !strcmp(text, "on") || !strcmp(text, "1");
  if (!*on && strcmp(text, "off") != 0 && strcmp(text, "0") != 0) {
    cli_usage_error(live->args->command, "%s: \"%s\" is none of on, off", live->action, text);
    return false;
  }
  return true;
}

static void
take_lock(CliLive* live, const KitOscAnswer* answer)
{
  char   key[CLI_MAX_KEY];
  double on = 0.0;
  if (!cli_live_key(answer, "lock/", key, sizeof(key)) || !kit_osc_arg_number(answer, 0, &on)) {
    return;
  }
  if (live->as_json) {
    kit_json_set_bool(live->json, key, on >= 0.5);
  } else if (live->args->n_many || on >= 0.5) {
    cli_line(stdout, "%-24s %s", key, on >= 0.5 ? "locked" : "unlocked");
  }
}

static void
ask_locks(CliLive* live, const KitOscAnswer* answer)
{
  char key[CLI_MAX_KEY];
  if (cli_live_key(answer, "param/", key, sizeof(key))) {
    kit_json_set_bool(live->json, key, false);
  }
}

/** Ask for each, which is sure to be answered in packets that are not too many at once. */
static int
list_locks(CliLive* live)
{
  int status = cli_live_finish(live, kit_osc_client_send(live->client, "params", ""), ask_locks);
  for (const char* key = NULL; status == CLI_OK && (key = kit_json_next_key(live->json, key));) {
    status = cli_live_finish(live, ask_key(live, "lock/", key), take_lock);
  }
  return cli_live_print(live, status);
}

int
cli_live_lock(CliLive* live)
{
  const CliArgs* const args = live->args;
  int                  on   = 1;
  if (cli_option(args, "names")) {
    return cli_live_finish(live, kit_osc_client_send(live->client, "params", ""), take_value);
  }
  live->json = kit_json_new_object();
  if (!args->n_many) {
    return list_locks(live);
  }
  if (args->n_many > 1U && !read_switch(live, args->many[1], &on)) {
    return CLI_USAGE;
  }
  char* const path = cli_live_path("lock/", args->many[0]);
  const bool  sent = path && kit_osc_client_send(live->client, path, "i", on);
  kit_free(path);
  return cli_live_print(live, cli_live_finish(live, sent, take_lock));
}

int
cli_live_bypass(CliLive* live)
{
  const CliArgs* const args = live->args;
  int                  on   = 0;
  if (args->n_many && !read_switch(live, args->many[0], &on)) {
    return CLI_USAGE;
  }
  live->json      = kit_json_new_object();
  const bool sent = args->n_many ? kit_osc_client_send(live->client, "bypass", "i", on)
                                 : kit_osc_client_send(live->client, "bypass", "");
  return cli_live_print(live, cli_live_finish(live, sent, take_value));
}
