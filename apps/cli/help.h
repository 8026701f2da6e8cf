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

/** Manual page, for man(1): of all commands, or of one that is a program of its own.  @param only Or null. */
void
cli_print_man(const CliCommand* only);

/** Completion for bash, zsh or fish: asks the program itself, by cli_complete().  @return false for another
 * shell. */
bool
cli_print_completion(const char* shell);

/**
   Print what could stand for the last of `words`, one a line, the program's name not among them.

   A line ":files" also asks for files, and ":nospace" for no space after a word.

   @param effect What the program is named after, or null.
   @return exit status.
*/
int
cli_complete(const KitEffect* effect, int n, char** words);

#endif
