// SPDX-License-Identifier: ISC
#include "live.h"

#include "alloc.h"
#include "near.h"
#include "system.h"
#include "threads.h"

#include <string.h>

#define PATIENCE_S 2.0
#define MANY       SIZE_MAX

static const CliLiveAction actions[] = {
  {"list", 0, 0, NULL},
  {"get", 0, MANY, cli_live_get},
  {"set", 1, MANY, cli_live_set},
  {"watch", 0, MANY, cli_live_watch},
  {"metrics", 0, 0, cli_live_metrics},
  {"preset", 0, 2, cli_live_preset},
  {"snapshot", 1, 1, cli_live_snapshot},
  {"undo", 0, 1, cli_live_undo},
  {"redo", 0, 1, cli_live_redo},
  {"history", 0, 1, cli_live_history},
  {"lock", 0, 2, cli_live_lock},
  {"ab", 0, 1, cli_live_ab},
  {"bypass", 0, 1, cli_live_bypass},
};

#define N_ACTIONS (sizeof(actions) / sizeof(actions[0]))

bool
cli_live_is_refusal(CliLive* live, const KitOscAnswer* answer)
{
  const char* const address = kit_osc_arg_text(answer, 0);
  const char* const reason  = kit_osc_arg_text(answer, 1);
  const char* const remedy  = kit_osc_arg_text(answer, 2);
  if (strcmp(answer->path, "error") != 0) {
    return false;
  }
  cli_error("%s: %s: %s; %s", live->client->name, address ? address : "", reason ? reason : "refused",
            remedy ? remedy : "");
  ++live->n_refused;
  return true;
}

/** Where kit_osc_client_finish() hands answers on to. */
typedef struct {
  CliLive*    live;
  CliLiveTake take; ///< Null: nothing but refusals counts
} Taking;

static void
take_answer(void* handle, const KitOscAnswer* answer)
{
  const Taking* const taking = (const Taking*)handle;
  if (!cli_live_is_refusal(taking->live, answer) && taking->take) {
    taking->take(taking->live, answer);
  }
}

int
cli_live_finish(CliLive* live, bool sent, CliLiveTake take)
{
  Taking taking = {live, take};
  if (!sent) {
    cli_error("%s: that cannot be sent: it is too long", live->action);
    return CLI_FAILED;
  }
  if (!kit_osc_client_finish(live->client, live->patience_s, take_answer, &taking)) {
    if (!kit_interrupted()) {
      cli_error("%s does not answer any more: does the host still run?", live->client->name);
    }
    return CLI_FAILED;
  }
  return live->n_refused ? CLI_FAILED : CLI_OK;
}

int
cli_live_await(CliLive* live, bool sent, double seconds, CliLiveTake take)
{
  const double end    = kit_clock_s() + seconds;
  int          status = cli_live_finish(live, sent, take);
  while (status == CLI_OK && !live->json && kit_clock_s() < end && !kit_interrupted()) {
    kit_sleep_ms(20U);
    status = cli_live_finish(live, true, take);
  }
  if (status == CLI_OK && !live->json && !kit_interrupted()) {
    cli_error("%s: no %s came within %g s: does the host play?", live->client->name, live->action, seconds);
  }
  return live->json ? status : CLI_FAILED;
}

int
cli_live_print(CliLive* live, int status)
{
  if (!live->as_json) {
    return status;
  }
  KitJson* const json = live->json;
  live->json          = NULL;
  const int printed   = cli_print_json(json);
  return status == CLI_OK ? printed : status;
}

bool
cli_live_key(const KitOscAnswer* answer, const char* prefix, char* key, size_t size)
{
  const size_t length = strlen(prefix);
  const bool   is_own = !strncmp(answer->path, prefix, length);
  if (!is_own && strcmp(answer->path, "bypass") != 0) {
    return false;
  }
  snprintf(key, size, "%s", is_own ? answer->path + length : answer->path);
  char* const slash = strchr(key, '/');
  if (slash) {
    *slash = '.';
  }
  return true;
}

char*
cli_live_path(const char* prefix, const char* key)
{
  char* const path = kit_asprintf("%s%s", prefix, key);
  char* const dot  = path ? strchr(path + strlen(prefix), '.') : NULL;
  if (dot) {
    *dot = '/';
  }
  return path;
}

static const CliLiveAction*
find_action(const CliArgs* args, const char* name)
{
  KitNear near;
  kit_near_init(&near, name);
  for (size_t i = 0; i < N_ACTIONS; ++i) {
    if (!strcmp(actions[i].name, name)) {
      return &actions[i];
    }
    kit_near_offer(&near, actions[i].name);
  }
  cli_usage_error(args->command, "no action \"%s\"%s", name, kit_near_text(&near));
  return NULL;
}

static int
run(const CliArgs* args)
{
  const CliLiveAction* const action = find_action(args, args->operands[0]);
  const bool                 names  = cli_option(args, "names") != NULL;
  CliLive                    live   = {
                         .args       = args,
                         .patience_s = PATIENCE_S,
                         .as_json    = cli_option(args, "json") != NULL,
  };
  if (!action || !cli_option_number(args, "timeout", 0.01, 3600.0, &live.patience_s)) {
    return CLI_USAGE;
  }
  if (args->n_many < action->min_words && !names) {
    return cli_usage_error(args->command, "%s needs more: what?", action->name);
  }
  if (args->n_many > action->max_words) {
    return cli_usage_error(args->command, "%s: unexpected argument \"%s\"", action->name,
                           args->many[action->max_words]);
  }
  if (!action->run) {
    return cli_live_list(args);
  }
  live.action = action->name;
  live.client = cli_live_connect(args, live.patience_s);
  if (!live.client) {
    return CLI_FAILED;
  }
  const int status = action->run(&live);
  kit_osc_client_close(live.client);
  kit_json_free(live.json);
  return status;
}

static const CliOption options[] = {
  {"instance", "WHICH", CLI_WORD_INSTANCE,
   "Id or its beginning, name, track, effect or port\nof the plugin; needed where several run"},
  {"seconds", "S", CLI_WORD_TEXT, "Length of a snapshot (3), or how long to watch"},
  {"metrics", "HZ", CLI_WORD_TEXT, "With watch: levels as well, so often, at most 30"},
  {"force", NULL, CLI_WORD_NONE, "With preset save: replace one of that name"},
  {"timeout", "S", CLI_WORD_TEXT, "How long to wait for an answer (2)"},
  {"names", NULL, CLI_WORD_NONE, "Only the words that the action takes, one a line"},
  {"json", NULL, CLI_WORD_NONE, "As JSON; with watch one object a line"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

const CliCommand cli_live = {
  .name     = "live",
  .summary  = "Reach plugins that run in a host",
  .details  = "Reaches plugins that run in a host of this user on this machine, by OSC.  They\n"
              "listen when OSC is switched on: VSTKIT_OSC=1 in the host's environment, or\n"
              "\"osc\": {\"enabled\": true} in $XDG_CONFIG_HOME/vstkit/settings.json.\n"
              "\n"
              "list shows the plugins: id, port, effect, format, host and track.  get [KEY]...\n"
              "prints values, set KEY=VALUE... changes them in one step, which the host records\n"
              "like a turned knob.  watch [KEY]... prints what changes until it is interrupted,\n"
              "metrics prints the levels.\n"
              "\n"
              "preset lists presets, preset load NAME and preset save NAME do that.  undo [N],\n"
              "redo [N] and history [N] go by steps.  ab [a|b|copy] tells and chooses the side,\n"
              "bypass [on|off] tells and switches, lock [KEY [on|off]] keeps a parameter from all\n"
              "but the hand, or lists those that are locked.\n"
              "\n"
              "snapshot OUT takes the last seconds of sound: OUT/dry.wav, OUT/wet.wav, aligned,\n"
              "and OUT/state.json, which \"vstkit render --preset\" takes.",
  .operands = {{"list|get|set|watch|metrics|preset|snapshot|undo|redo|history|lock|ab|bypass",
                CLI_WORD_CHOICE, false, false},
               {"WORD", CLI_WORD_LIVE, true, true}},
  .options  = options,
  .run      = run,
};
