// SPDX-License-Identifier: ISC
#include "live.h"

#include "c_locale.h"

#include <math.h>
#include <string.h>

/** A count of steps, 1 without.  @return false after a message. */
static bool
read_count(const CliLive* live, int otherwise, int* count)
{
  const char* const text = live->args->n_many ? live->args->many[0] : NULL;
  char*             end  = NULL;
  *count                 = otherwise;
  if (!text) {
    return true;
  }
  const double number = kit_strtod(text, &end);
  if (end == text || *end || !(number >= 1.0 && number <= 1e6) || number != floor(number)) {
    cli_usage_error(live->args->command, "%s: \"%s\" is no count of steps", live->action, text);
    return false;
  }
  *count = (int)number;
  return true;
}

static void
take_moved(CliLive* live, const KitOscAnswer* answer)
{
  double n = 0.0;
  if (strcmp(answer->path, live->action) != 0 || !kit_osc_arg_number(answer, 0, &n)) {
    return;
  }
  if (live->as_json) {
    kit_json_set_int(live->json, "steps", (int64_t)n);
  } else {
    printf("%d step%s\n", (int)n, n == 1.0 ? "" : "s");
  }
}

static int
move(CliLive* live)
{
  int count = 0;
  if (!read_count(live, 1, &count)) {
    return CLI_USAGE;
  }
  live->json      = kit_json_new_object();
  const bool sent = kit_osc_client_send(live->client, live->action, "i", count);
  return cli_live_print(live, cli_live_finish(live, sent, take_moved));
}

int
cli_live_undo(CliLive* live)
{
  return move(live);
}

int
cli_live_redo(CliLive* live)
{
  return move(live);
}

static void
take_step(CliLive* live, const KitOscAnswer* answer)
{
  double            number = 0.0;
  double            undone = 0.0;
  const char* const author = kit_osc_arg_text(answer, 1);
  const char* const label  = kit_osc_arg_text(answer, 2);
  if (strcmp(answer->path, "history") != 0 || !kit_osc_arg_number(answer, 0, &number) || !author || !label ||
      !kit_osc_arg_number(answer, 3, &undone)) {
    return;
  }
  if (live->as_json) {
    KitJson* const json = kit_json_new_object();
    kit_json_set_int(json, "number", (int64_t)number);
    cli_json_text(json, "author", author);
    cli_json_text(json, "label", label);
    kit_json_set_bool(json, "undone", undone >= 0.5);
    kit_json_append(live->json, json);
  } else {
    cli_line(stdout, "%4d  %-12s %s%s", (int)number, author, label, undone >= 0.5 ? "  (undone)" : "");
  }
}

int
cli_live_history(CliLive* live)
{
  int count = 0;
  if (!read_count(live, 0, &count)) {
    return CLI_USAGE;
  }
  live->json      = kit_json_new_array();
  const bool sent = count ? kit_osc_client_send(live->client, "history", "i", count)
                          : kit_osc_client_send(live->client, "history", "");
  return cli_live_print(live, cli_live_finish(live, sent, take_step));
}

static void
take_side(CliLive* live, const KitOscAnswer* answer)
{
  const char* const side = kit_osc_arg_text(answer, 0);
  if (strcmp(answer->path, "ab") != 0 || !side) {
    return;
  }
  if (live->as_json) {
    cli_json_text(live->json, "side", side);
  } else {
    cli_line(stdout, "%s", side);
  }
}

int
cli_live_ab(CliLive* live)
{
  const CliArgs* const args = live->args;
  live->json                = kit_json_new_object();
  const bool sent           = args->n_many ? kit_osc_client_send(live->client, "ab", "s", args->many[0])
                                           : kit_osc_client_send(live->client, "ab", "");
  return cli_live_print(live, cli_live_finish(live, sent, take_side));
}

static void
take_preset(CliLive* live, const KitOscAnswer* answer)
{
  static const char* const keys[] = {"id", "name", "category", "from"};
  const char*              texts[4];
  if (strcmp(answer->path, "preset/list") != 0) {
    return;
  }
  for (uint32_t i = 0; i < 4U; ++i) {
    texts[i] = kit_osc_arg_text(answer, 2U + i);
    texts[i] = texts[i] ? texts[i] : "";
  }
  if (live->as_json) {
    KitJson* const json = kit_json_new_object();
    for (uint32_t i = 0; i < 4U; ++i) {
      cli_json_text(json, keys[i], texts[i]);
    }
    kit_json_append(live->json, json);
  } else if (cli_option(live->args, "names")) {
    cli_line(stdout, "%s", texts[0]);
  } else {
    cli_line(stdout, "%-28s %-28s %s%s%s", texts[0], texts[1], texts[2], *texts[2] ? ", " : "", texts[3]);
  }
}

static void
take_name(CliLive* live, const KitOscAnswer* answer)
{
  const char* const name = kit_osc_arg_text(answer, 0);
  if (strncmp(answer->path, "preset/", 7U) != 0 || !name) {
    return;
  }
  if (live->as_json) {
    cli_json_text(live->json, "preset", name);
  } else {
    cli_line(stdout, "%s", name);
  }
}

int
cli_live_preset(CliLive* live)
{
  const CliArgs* const args = live->args;
  const char* const    what = args->n_many ? args->many[0] : "list";
  const char* const    name = args->n_many > 1U ? args->many[1] : NULL;
  bool                 sent = false;
  if (!strcmp(what, "list") && !name) {
    live->json = kit_json_new_array();
    sent       = kit_osc_client_send(live->client, "preset/list", "");
    return cli_live_print(live, cli_live_finish(live, sent, take_preset));
  }
  if (!name || (strcmp(what, "load") != 0 && strcmp(what, "save") != 0)) {
    return cli_usage_error(args->command, "preset: say list, load NAME or save NAME");
  }
  live->json = kit_json_new_object();
  if (!strcmp(what, "load")) {
    sent = kit_osc_client_send(live->client, "preset/load", "s", name);
  } else {
    sent = kit_osc_client_send(live->client, "preset/save", "si", name, cli_option(args, "force") ? 1 : 0);
  }
  return cli_live_print(live, cli_live_finish(live, sent, take_name));
}
