// SPDX-License-Identifier: ISC
#include "help.h"

/** Words that bash should offer for a value: commands of the function below. */
static void
print_word(CliWord word, const char* name)
{
  switch (word) {
    case CLI_WORD_NONE:
    case CLI_WORD_TEXT: printf("return"); break;
    case CLI_WORD_CHOICE:
      printf("_vstkit_words \"");
      for (; *name; ++name) {
        putchar(*name == '|' ? ' ' : *name);
      }
      printf("\"");
      break;
    case CLI_WORD_FILE: printf("_vstkit_files"); break;
    case CLI_WORD_EFFECT: printf("_vstkit_words \"$effects\""); break;
    case CLI_WORD_PRESET:
      printf("_vstkit_words \"$(\"$1\" presets $effect --names 2>/dev/null)\"; _vstkit_files");
      break;
    case CLI_WORD_SETTING: printf("_vstkit_words \"$(\"$1\" params $effect --names 2>/dev/null)\" ="); break;
    case CLI_WORD_COMMAND: printf("_vstkit_words \"$commands\""); break;
  }
}

static void
print_command(const CliCommand* command)
{
  printf("    %s)\n      case $previous in\n", command->name);
  for (const CliOption* option = command->options; option && option->name; ++option) {
    if (option->value) {
      printf("        --%s) ", option->name);
      print_word(option->word, option->value);
      printf("; return ;;\n");
    }
  }
  printf("      esac\n      options=\"");
  for (const CliOption* option = command->options; option && option->name; ++option) {
    printf("--%s ", option->name);
  }
  printf("--help --version\"\n      case $n in\n");
  unsigned n = 0;
  for (const CliOperand* operand = command->operands; operand->name; ++operand) {
    printf("        %u) [[ $current == -* ]] || { ", n++);
    print_word(operand->word, operand->name);
    printf("; } ;;\n");
  }
  printf("      esac ;;\n");
}

/** Options that take the next word, which is therefore no operand. */
static void
print_value_options(void)
{
  const char* bar = "";
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    for (const CliOption* option = (*command)->options; option && option->name; ++option) {
      if (option->value) {
        printf("%s--%s", bar, option->name);
        bar = "|";
      }
    }
  }
}

static void
print_helpers(void)
{
  printf("_vstkit_words() { # WORDS [SUFFIX]\n"
         "  local word\n"
         "  while read -r word; do\n"
         "    [[ -n $word && $word == \"$current\"* ]] && COMPREPLY+=(\"$word${2-}\")\n"
         "  done < <(printf '%%s\\n' $1)\n"
         "  [[ -z ${2-} ]] || compopt -o nospace 2>/dev/null\n"
         "}\n\n"
         "_vstkit_files() {\n"
         "  local file\n"
         "  while read -r file; do COMPREPLY+=(\"$file\"); done < <(compgen -f -- \"$current\")\n"
         "  compopt -o filenames 2>/dev/null\n"
         "}\n\n");
}

void
cli_print_completion(void)
{
  uint32_t                      n_effects = 0;
  const KitEffect* const* const effects   = kit_effects(&n_effects);
  printf("# Completion of vstkit for bash\n\n");
  print_helpers();
  printf(
    "_vstkit() {\n  local current=$2 previous=$3 options= command= effect= n=0 i word\n  local commands=\"");
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    printf("%s ", (*command)->name);
  }
  printf("\" effects=\"");
  for (uint32_t i = 0; i < n_effects; ++i) {
    printf("%s ", effects[i]->id);
  }
  printf("\"\n  COMPREPLY=()\n  for ((i = 1; i < COMP_CWORD; ++i)); do\n    word=${COMP_WORDS[i]}\n    case "
         "$word in\n      ");
  print_value_options();
  printf(") ((++i)) ;;\n"
         "      -*) ;;\n"
         "      *)\n"
         "        if [[ -z $command ]]; then command=$word; else ((++n)); fi\n"
         "        [[ \" $effects \" == *\" $word \"* ]] && effect=$word ;;\n"
         "    esac\n  done\n"
         "  if [[ -z $command ]]; then _vstkit_words \"$commands --help --version\"; return; fi\n"
         "  case $command in\n");
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    print_command(*command);
  }
  printf("  esac\n  [[ $current == -* ]] && _vstkit_words \"$options\"\n}\n\ncomplete -F _vstkit vstkit\n");
}
