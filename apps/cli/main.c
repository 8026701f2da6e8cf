// SPDX-License-Identifier: ISC
#include "help.h"

#include "alloc.h"
#include "near.h"
#include "path.h"
#include "system.h"

#include <string.h>

static int
unknown_command(const char* name)
{
  KitNear near;
  kit_near_init(&near, name);
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    kit_near_offer(&near, (*command)->name);
  }
  return cli_usage_error(NULL, "no command \"%s\"%s", name, kit_near_text(&near));
}

static int
run_command(const CliCommand* command, int argc, char** argv)
{
  CliArgs args;
  int     status = cli_args_parse(&args, command, argc, argv);
  if (status != CLI_OK) {
    return status;
  }
  if (cli_option(&args, "help")) {
    cli_print_command_help(command);
  } else if (cli_option(&args, "version")) {
    printf("vstkit %s\n", kit_version());
  } else {
    status = command->run(&args);
  }
  cli_args_cleanup(&args);
  return status;
}

/** `lossy-cli IN OUT [PRESET]` for every effect. */
static int
run_effect(const KitEffect* effect, int argc, char** argv)
{
  if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
    cli_print_effect_help(effect);
    return CLI_OK;
  }
  if (argc == 2 && !strcmp(argv[1], "--version")) {
    printf("%s %s\n", cli_program, kit_version());
    return CLI_OK;
  }
  if (argc < 3 || argc > 4) {
    fprintf(stderr, "Usage: %s IN OUT [PRESET]\n", cli_program);
    return CLI_USAGE;
  }
  char  option[] = "--preset";
  char  end[]    = "--";
  char  id[64];
  char* words[6] = {option};
  int   n        = 0;
  snprintf(id, sizeof(id), "%s", effect->id);
  if (argc == 4) {
    words[n++] = option;
    words[n++] = argv[3];
  }
  words[n++] = end;
  words[n++] = id;
  words[n++] = argv[1];
  words[n++] = argv[2];
  return run_command(&cli_render, n, words);
}

/** The words of `vstkit-lossy [FILE] [OPTION]...` as `vstkit` takes them: play, the effect, and so on.  Free
   with kit_free(); null without memory. */
static char**
play_words(const KitEffect* effect, int n, char** words)
{
  static char  play[] = "play";
  static char  id[64];
  char** const all = (char**)kit_calloc((size_t)n + 3U, sizeof(char*));
  snprintf(id, sizeof(id), "%s", effect->id);
  for (int i = 0; all && i < n; ++i) {
    all[i + 2] = words[i];
  }
  if (all) {
    all[0] = play;
    all[1] = id;
  }
  return all;
}

/** `vstkit-lossy [FILE] [OPTION]...`, which plays, and `vstkit-lossy COMMAND ...`, which is the command line.
 */
static int
run_standalone(const KitEffect* effect, int argc, char** argv)
{
  const CliCommand* const command = argc > 1 ? cli_command_find(argv[1]) : NULL;
  if (command) {
    return run_command(command, argc - 2, argv + 2);
  }
  char** const words  = play_words(effect, argc - 1, argv + 1);
  const int    status = words ? run_command(&cli_play, argc, words + 1) : CLI_FAILED;
  kit_free((void*)words);
  return status;
}

/** The effect that a program's name "vstkit-ID" stands for, or null. */
static const KitEffect*
standalone_of_program(const char* program)
{
  char         id[64];
  const size_t length = strlen(program);
  if (length <= 7U || length >= sizeof(id) || strncmp(program, "vstkit-", 7) != 0) {
    return NULL;
  }
  const size_t end = length > 11U && !strcmp(program + length - 4, ".exe") ? length - 4U : length;
  snprintf(id, sizeof(id), "%.*s", (int)(end - 7U), program + 7);
  return kit_effect_find(id);
}

/** The effect that a program's name "ID-cli" stands for, or null. */
static const KitEffect*
effect_of_program(const char* program)
{
  char         id[64];
  const size_t length = strlen(program);
  if (length <= 4 || length >= sizeof(id) || strcmp(program + length - 4, "-cli") != 0) {
    return NULL;
  }
  snprintf(id, sizeof(id), "%.*s", (int)length - 4, program);
  return kit_effect_find(id);
}

static int
complete(const char* program, int n, char** words)
{
  const KitEffect* const alone = standalone_of_program(program);
  if (!alone || (n > 0 && cli_command_find(words[0]))) {
    return cli_complete(effect_of_program(program), n, words);
  }
  char** const all    = play_words(alone, n, words);
  const int    status = all ? cli_complete(NULL, n + 2, all) : CLI_FAILED;
  kit_free((void*)all);
  return status;
}

static int
run_vstkit(int argc, char** argv)
{
  if (argc < 2) {
    cli_print_overview();
    return CLI_OK;
  }
  if (!strcmp(argv[1], "__complete")) {
    return argc < 3 ? CLI_USAGE : complete(argv[2], argc - 3, argv + 3);
  }
  const CliCommand* const command = cli_command_find(argv[1]);
  if (command) {
    return run_command(command, argc - 2, argv + 2);
  }
  if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
    cli_print_overview();
    return CLI_OK;
  }
  if (!strcmp(argv[1], "--version")) {
    printf("vstkit %s\n", kit_version());
    return CLI_OK;
  }
  return argv[1][0] == '-' ? cli_usage_error(NULL, "unknown option %s", argv[1]) : unknown_command(argv[1]);
}

int
main(int argc, char** argv)
{
  kit_program_init(&argc, &argv);
  kit_interrupt_install();
  const char* const      program = argc > 0 ? kit_path_name(argv[0]) : "";
  const KitEffect* const effect  = effect_of_program(program);
  const KitEffect* const alone   = standalone_of_program(program);
  cli_program                    = effect || alone ? program : cli_program;

  const bool completes = argc > 1 && !strcmp(argv[1], "__complete");
  int        status    = completes ? run_vstkit(argc, argv)
                         : effect  ? run_effect(effect, argc, argv)
                         : alone   ? run_standalone(alone, argc, argv)
                                   : run_vstkit(argc, argv);
  if (kit_interrupted()) {
    cli_error("interrupted");
    kit_interrupt_finish();
  }
  if (fflush(stdout) && status == CLI_OK) {
    cli_error("standard output: cannot be written");
    status = CLI_FAILED;
  }
  return status;
}
