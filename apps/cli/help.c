// SPDX-License-Identifier: ISC
#include "help.h"

#include "near.h"

#include <string.h>

void
cli_print_overview(void)
{
  printf("VstKit %s: audio effects from one table of parameters each\n\n", kit_version());
  printf("Usage: vstkit COMMAND [ARGUMENT]...\n\nCommands\n");
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    printf("  %-12s %s\n", (*command)->name, (*command)->summary);
  }
  printf("\nExamples\n"
         "  vstkit render lossy voice.wav broken.wav --preset \"Kitchen Telephone\"\n"
         "  vstkit render reverb *.wav wet/ --set rt60=2.4\n"
         "  vstkit presets reverb --search vocal\n");
  printf("\n\"vstkit COMMAND --help\" explains a command, \"vstkit --version\" prints the version.\n");
}

/** "EFFECT IN OUT [--preset NAME|FILE]…" without the program's name. */
static void
print_usage(const CliCommand* command)
{
  printf("%s", command->name);
  for (const CliOperand* operand = command->operands; operand->name; ++operand) {
    printf(operand->optional ? " [%s]%s" : " %s%s", operand->name, operand->many ? "..." : "");
  }
  printf("%s", command->options && command->options->name ? " [OPTION]..." : "");
}

static void
print_option(const CliCommand* command, const CliOption* option)
{
  char left[48];
  char modes[128];
  cli_mode_names(command, option, modes, sizeof(modes));
  snprintf(left, sizeof(left), "--%s%s%s", option->name, option->value ? " " : "",
           option->value ? option->value : "");
  printf("  %-22s %s%s%s", left, *modes ? "With " : "", modes, *modes ? ": " : "");
  for (const char* line = option->help; *line;) {
    const size_t length = strcspn(line, "\n");
    printf("%.*s\n", (int)length, line);
    line += length + (line[length] ? 1U : 0U);
    printf("%*s", *line ? 25 : 0, "");
  }
}

void
cli_print_command_help(const CliCommand* command)
{
  printf("Usage: vstkit ");
  print_usage(command);
  printf("\n\n%s\n\nOptions\n", command->details);
  for (const CliOption* option = command->options; option && option->name; ++option) {
    print_option(command, option);
  }
  for (const CliOption* option = cli_common_options; option->name; ++option) {
    print_option(command, option);
  }
  if (command->examples) {
    printf("\nExamples\n");
    for (const char* line = command->examples; *line;) {
      const size_t length = strcspn(line, "\n");
      printf("  %.*s\n", (int)length, line);
      line += length + (line[length] ? 1U : 0U);
    }
  }
}

void
cli_print_effect_help(const KitEffect* effect)
{
  printf("Usage: %s IN OUT [PRESET]\n\n", cli_program);
  printf("%s\n\nRuns the audio file IN through %s and writes OUT; at the defaults where no preset\n",
         effect->description, effect->name);
  printf("is named.  \"vstkit render %s\" does the same and more.\n", effect->id);
}

static const CliOption options[] = {
  {"man", NULL, CLI_WORD_NONE, "Print the manual page, for man(1)"},
  {"completion", "bash|zsh|fish", CLI_WORD_CHOICE, "Print the completion for a shell"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

static int
run(const CliArgs* args)
{
  const char* const       name    = args->operands[0];
  const CliCommand* const command = name ? cli_command_find(name) : NULL;
  const char* const       shell   = cli_option(args, "completion");
  if (name && !command) {
    KitNear near;
    kit_near_init(&near, name);
    for (const CliCommand* const* known = cli_commands; *known; ++known) {
      kit_near_offer(&near, (*known)->name);
    }
    return cli_usage_error(args->command, "no command \"%s\"%s", name, kit_near_text(&near));
  }
  if (cli_option(args, "man")) {
    cli_print_man(command);
  } else if (shell) {
    if (!cli_print_completion(shell)) {
      return cli_usage_error(args->command, "--completion: \"%s\" is none of bash, zsh, fish", shell);
    }
  } else if (command) {
    cli_print_command_help(command);
  } else {
    cli_print_overview();
  }
  return CLI_OK;
}

const CliCommand cli_help = {
  .name     = "help",
  .summary  = "Explain a command",
  .details  = "Explains a command, or lists them all.",
  .operands = {{"COMMAND", CLI_WORD_COMMAND, true}},
  .options  = options,
  .run      = run,
};
