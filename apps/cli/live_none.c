// SPDX-License-Identifier: ISC
// Where there are no sockets in base/
#include "cli.h"

KitJson*
cli_live_instances(void)
{
  return NULL;
}

static int
run(const CliArgs* args)
{
  (void)args;
  cli_error("this build cannot reach plugins: there is nothing for its system yet");
  return CLI_FAILED;
}

const CliCommand cli_live = {
  .name     = "live",
  .summary  = "Reach plugins that run in a host",
  .details  = "This build cannot reach plugins: there is nothing for its system yet.",
  .operands = {{"WORD", CLI_WORD_TEXT, true, true}},
  .run      = run,
};
