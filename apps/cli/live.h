// SPDX-License-Identifier: ISC
/** @file live.h  What the actions of "vstkit live" share. */
#ifndef KIT_APPS_CLI_LIVE_H
#define KIT_APPS_CLI_LIVE_H

#include "cli.h"
#include "client.h"

#define CLI_MAX_KEY 256U ///< Bytes of a parameter's key, terminated

/** Being asked. */
typedef struct {
  const CliArgs* args;
  KitOscClient*  client;
  const char*    action;
  double         patience_s;
  bool           as_json;
  bool           gone;      ///< The plugin said goodbye
  uint32_t       n_refused; ///< Each was printed
  KitJson*       json;      ///< Being made for --json
} CliLive;

typedef struct {
  const char* name;
  size_t      min_words;
  size_t      max_words;
  int (*run)(CliLive* live); ///< @return exit status
} CliLiveAction;

/** Takes what came but refusals. */
typedef void (*CliLiveTake)(CliLive* live, const KitOscAnswer* answer);

/** Wait for all answers to what was sent.  Refusals are printed.  @return exit status, after a message. */
int
cli_live_finish(CliLive* live, bool sent, CliLiveTake take);

/** The same for an answer that comes in its own time: `take` makes `live->json` of it.  @return exit status,
    after a message also where none came within the time. */
int
cli_live_await(CliLive* live, bool sent, double seconds, CliLiveTake take);

/** Print the JSON that was made, if it was asked for.  @return `status`, or what went wrong in printing. */
int
cli_live_print(CliLive* live, int status);

/** Print a refusal.  @return false if it is none. */
bool
cli_live_is_refusal(CliLive* live, const KitOscAnswer* answer);

/** Key of a parameter as everywhere ("delay_times.3") from an address: what follows `prefix` there, or
    "bypass".  @return false if it is neither. */
bool
cli_live_key(const KitOscAnswer* answer, const char* prefix, char* key, size_t size);

/** `prefix` and the key, as an address has it.  Free with kit_free(). */
char*
cli_live_path(const char* prefix, const char* key);

/* live_params.c */
int
cli_live_get(CliLive* live);
int
cli_live_set(CliLive* live);
int
cli_live_lock(CliLive* live);
int
cli_live_bypass(CliLive* live);

/* live_steps.c */
int
cli_live_preset(CliLive* live);
int
cli_live_undo(CliLive* live);
int
cli_live_redo(CliLive* live);
int
cli_live_history(CliLive* live);
int
cli_live_ab(CliLive* live);

/* live_listen.c */
int
cli_live_watch(CliLive* live);
int
cli_live_metrics(CliLive* live);

/* live_snapshot.c */
int
cli_live_snapshot(CliLive* live);

/* live_find.c */

/** List them.  @return exit status. */
int
cli_live_list(const CliArgs* args);

/** The plugin that --instance names, or the only one.  @return null after a message. */
KitOscClient*
cli_live_connect(const CliArgs* args, double patience_s);

#endif
