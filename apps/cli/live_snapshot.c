// SPDX-License-Identifier: ISC
#include "live.h"

#include "alloc.h"
#include "file.h"

#include <string.h>

#define MAX_FILE_BYTES (256U * 1024U * 1024U)
#define MAX_STATE      (1024U * 1024U)
#define DEFAULT_S      3.0
#define MAX_S          10.0
#define SPARE_S        2.0 ///< What the plugin itself waits beyond the sound's time, and some

/** The answer names files of the plugin's; what is known about the sound is in the last of them. */
static void
take_snapshot(CliLive* live, const KitOscAnswer* answer)
{
  static const char* const keys[] = {"dry", "wet", "facts"};
  if (strcmp(answer->path, "snapshot") != 0 || live->json) {
    return;
  }
  live->json = kit_json_new_object();
  for (uint32_t i = 0; i < 3U; ++i) {
    const char* const path = kit_osc_arg_text(answer, i);
    cli_json_text(live->json, keys[i], path ? path : "");
  }
}

static KitStatus
copy(const char* from, const char* to, const KitLog* log)
{
  char*     data = NULL;
  size_t    size = 0;
  KitStatus st   = kit_file_read(from, MAX_FILE_BYTES, log, &data, &size);
  st             = st ? st : kit_file_write(to, data, size, log);
  kit_free(data);
  return st;
}

static KitStatus
read_facts(const char* path, const KitLog* log, KitJson** facts)
{
  char*     text = NULL;
  size_t    size = 0;
  KitStatus st   = kit_file_read(path, MAX_STATE, log, &text, &size);
  if (!st) {
    const KitJsonSource source = {path, text, size, MAX_STATE, 64U, 65536U};
    st                         = kit_json_parse(&source, log, facts);
  }
  kit_free(text);
  return st;
}

static KitStatus
write_state(const KitJson* facts, const char* path, const KitLog* log)
{
  char* const     text = kit_json_write(kit_json_get(facts, "state"), true);
  const KitStatus st   = text ? kit_file_write(path, text, strlen(text), log) : KIT_ERR_NO_MEMORY;
  kit_free(text);
  return st;
}

/** Bring them to the user's folder, and say where they are. */
static KitStatus
fetch(CliLive* live, const char* folder, const KitLog* log)
{
  static const char* const keys[]  = {"dry", "wet", "state"};
  static const char* const names[] = {"dry.wav", "wet.wav", "state.json"};
  KitJson*                 facts   = NULL;
  KitStatus                st      = kit_folder_make(folder, log);
  st = st ? st : read_facts(kit_json_string(kit_json_get(live->json, "facts")), log, &facts);
  for (uint32_t i = 0; i < 3U && !st; ++i) {
    char* const path = kit_path_join(folder, names[i]);
    st               = path ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
    if (!st) {
      st = i < 2U ? copy(kit_json_string(kit_json_get(live->json, keys[i])), path, log)
                  : write_state(facts, path, log);
    }
    if (!st && !live->as_json) {
      cli_line(stdout, "%s", path);
    } else if (!st) {
      kit_json_remove(facts, keys[i]);
      cli_json_text(facts, keys[i], path);
    }
    kit_free(path);
  }
  kit_json_free(live->json);
  live->json = facts;
  return st;
}

int
cli_live_snapshot(CliLive* live)
{
  const KitLog log     = cli_log(NULL);
  double       seconds = DEFAULT_S;
  if (cli_option(live->args, "names")) {
    return CLI_OK;
  }
  if (!cli_option_number(live->args, "seconds", 0.001, MAX_S, &seconds)) {
    return CLI_USAGE;
  }
  const bool sent   = kit_osc_client_send(live->client, "request_snapshot", "n", seconds);
  int        status = cli_live_await(live, sent, seconds + SPARE_S + live->patience_s, take_snapshot);
  if (status == CLI_OK) {
    status = cli_exit(fetch(live, live->args->many[0], &log));
  }
  return status == CLI_OK ? cli_live_print(live, status) : status;
}
