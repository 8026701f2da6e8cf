// SPDX-License-Identifier: ISC
/** @file help.h  Texts made from the tables of commands, on standard output. */
#ifndef KIT_APPS_CLI_HELP_H
#define KIT_APPS_CLI_HELP_H

#include "cli.h"

/** What the program is and which commands it has. */
void
cli_print_overview(void);

void
cli_print_command_help(const CliCommand* command);

/** How to call the program that is named after an effect. */
void
cli_print_effect_help(const KitEffect* effect);

/** Manual page, for man(1). */
void
cli_print_man(void);

/** Completion for bash. */
void
cli_print_completion(void);

#endif
