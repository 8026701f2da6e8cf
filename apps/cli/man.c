// SPDX-License-Identifier: ISC
#include "help.h"

#include <ctype.h>
#include <string.h>

/** Text with what roff would read as its own escaped. */
static void
print_roff(const char* text)
{
  bool at_start = true;
  for (; *text; ++text) {
    if (at_start && (*text == '.' || *text == '\'')) {
      printf("\\&");
    }
    if (*text == '\\') {
      printf("\\e");
    } else if (*text == '-') {
      printf("\\-");
    } else {
      putchar(*text);
    }
    at_start = *text == '\n';
  }
}

static void
print_upper(const char* text)
{
  for (; *text; ++text) {
    putchar(toupper((unsigned char)*text));
  }
}

static void
print_paragraphs(const char* text)
{
  for (const char* gap = NULL; (gap = strstr(text, "\n\n")); text = gap + 2) {
    char part[2048];
    snprintf(part, sizeof(part), "%.*s", (int)(gap - text), text);
    print_roff(part);
    printf("\n.PP\n");
  }
  print_roff(text);
  printf("\n");
}

static void
print_option(const CliCommand* command, const CliOption* option)
{
  char modes[128];
  cli_mode_names(command, option, modes, sizeof(modes));
  printf(".TP\n\\fB\\-\\-");
  print_roff(option->name);
  printf("\\fR");
  if (option->value) {
    printf(" \\fI");
    print_roff(option->value);
    printf("\\fR");
  }
  printf("\n");
  if (*modes) {
    printf("With ");
    print_roff(modes);
    printf(": ");
  }
  print_roff(option->help);
  printf("\n");
}

static void
print_command(const CliCommand* command)
{
  printf(".SH ");
  print_upper(command->name);
  printf("\n.B vstkit %s", command->name);
  for (const CliOperand* operand = command->operands; operand->name; ++operand) {
    printf(operand->optional ? " [%s]%s" : " %s%s", operand->name, operand->many ? "..." : "");
  }
  printf("\n.PP\n");
  print_paragraphs(command->details);
  for (const CliOption* option = command->options; option && option->name; ++option) {
    print_option(command, option);
  }
}

/** All examples, verbatim. */
static void
print_examples(void)
{
  printf(".SH EXAMPLES\n.nf\n");
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    if ((*command)->examples) {
      print_roff((*command)->examples);
    }
  }
  printf(".fi\n");
}

static void
print_exit_status(void)
{
  printf(".SH EXIT STATUS\n.TP\n.B 0\nAll went well.\n.TP\n.B 1\nSomething failed; standard error says what "
         "and why.\n");
  printf(".TP\n.B 2\nThe command line is wrong.\n");
}

/** A command that is called by names of its own. */
static void
print_one(const CliCommand* command)
{
  printf(".TH VSTKIT\\-");
  print_upper(command->name);
  printf(" 1 \"\" \"VstKit %s\" \"User Commands\"\n", kit_version());
  printf(".SH NAME\nvstkit\\-%s \\- ", command->name);
  print_roff(command->summary);
  printf("\n.SH SYNOPSIS\n.B vstkit %s\n.I EFFECT\n.RI [ FILE ]\n.RI [ OPTION ]...\n.br\n", command->name);
  printf(".BI vstkit\\- EFFECT\n.RI [ FILE ]\n.RI [ OPTION ]...\n.SH DESCRIPTION\n");
  print_paragraphs(command->details);
  printf(".SH OPTIONS\n");
  for (const CliOption* option = command->options; option && option->name; ++option) {
    print_option(command, option);
  }
  printf(".SH EXAMPLES\n.nf\n");
  print_roff(command->examples);
  printf(".fi\n");
  print_exit_status();
  printf(".SH FILES\n.TP\n.I $XDG_DATA_HOME/vstkit/standalone/EFFECT.json\nWhat was going on.\n");
  printf(".TP\n.I $XDG_CONFIG_HOME/vstkit/standalone.json\nDevice, MIDI controllers, files played lately.\n");
  printf(".SH SEE ALSO\n.BR vstkit (1)\n");
}

void
cli_print_man(const CliCommand* only)
{
  if (only) {
    print_one(only);
    return;
  }
  printf(".TH VSTKIT 1 \"\" \"VstKit %s\" \"User Commands\"\n", kit_version());
  printf(".SH NAME\nvstkit \\- run audio files through effects, and reach running plugins\n");
  printf(".SH SYNOPSIS\n.B vstkit\n.I COMMAND\n.RI [ ARGUMENT ]...\n.br\n");
  printf(".IB EFFECT \\-cli\n.I IN OUT\n.RI [ PRESET ]\n");
  printf(".SH DESCRIPTION\n");
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    printf(".TP\n.B %s\n", (*command)->name);
    print_roff((*command)->summary);
    printf("\n");
  }
  printf(
    ".PP\nEvery command takes \\fB\\-\\-help\\fR and \\fB\\-\\-version\\fR.  Options may stand anywhere;\n");
  printf("after \\fB\\-\\-\\fR nothing is an option.\n");
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    print_command(*command);
  }
  print_examples();
  print_exit_status();
  printf(".SH FILES\n.TP\n.I $XDG_DATA_HOME/vstkit/presets/EFFECT/*.json\nThe user's own presets.\n");
  printf(".TP\n.I $XDG_RUNTIME_DIR/vstkit/*.json\nRunning plugins that can be reached.\n");
}
