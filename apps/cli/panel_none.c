// SPDX-License-Identifier: ISC
#include "cli.h"

static int
run(const CliArgs* args)
{
  cli_error("%s: cannot be drawn: built without Cairo", args->operands[1]);
  return CLI_FAILED;
}

const CliCommand cli_panel = {
  .name     = "panel",
  .summary  = "Draw an effect's window, without a display",
  .details  = "Draws what the plugin's window shows as a PNG.  This program was built without pictures.",
  .operands = {{"EFFECT", CLI_WORD_EFFECT, false}, {"OUT.png", CLI_WORD_FILE, false}},
  .run      = run,
};
