// SPDX-License-Identifier: ISC
#include "cli.h"

#include <string.h>

const CliCommand* const cli_commands[] = {
  &cli_render,  &cli_play,        &cli_effects, &cli_params, &cli_presets, &cli_preset,
  &cli_analyze, &cli_spectrogram, &cli_panel,   &cli_live,   &cli_help,    NULL,
};

const CliOption cli_common_options[] = {
  {"help", NULL, CLI_WORD_NONE, "Explain the command"},
  {"version", NULL, CLI_WORD_NONE, "Print the version"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

const CliCommand*
cli_command_find(const char* name)
{
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    if (!strcmp((*command)->name, name)) {
      return *command;
    }
  }
  return NULL;
}
