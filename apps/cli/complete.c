// SPDX-License-Identifier: ISC
#include "help.h"

#include "vstkit/preset_list.h"

#include <string.h>
#include <strings.h>

/** What is being typed. */
typedef struct {
  const char*      current; ///< The word, or the part of it that counts
  const char*      prefix;  ///< What stands before it in the same word ("filter_type=")
  size_t           n_prefix;
  const KitEffect* effect; ///< The words' so far, or null
} Typed;

static void
offer_with(const Typed* typed, const char* word, const char* end)
{
  if (!strncasecmp(word, typed->current, strlen(typed->current))) {
    cli_line(stdout, "%.*s%s%s", (int)typed->n_prefix, typed->prefix, word, end);
  }
}

static void
offer(const Typed* typed, const char* word)
{
  offer_with(typed, word, "");
}

static void
offer_all(const Typed* typed, const char* const* words)
{
  for (; words && *words; ++words) {
    offer(typed, *words);
  }
}

/** `typed` behind the last of `ends` in it. */
static Typed
behind(const Typed* typed, char end)
{
  const char* const last = strrchr(typed->current, end);
  return last ? (Typed){last + 1, typed->prefix, typed->n_prefix + (size_t)(last + 1 - typed->current),
                        typed->effect}
              : *typed;
}

static void
offer_effects(const Typed* typed)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  const Typed                   last    = behind(typed, '+');
  for (uint32_t i = 0; i < n; ++i) {
    offer(&last, effects[i]->id);
  }
}

static void
offer_presets(const Typed* typed)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    KitPresetList list;
    if ((!typed->effect || typed->effect == effects[i]) && !kit_preset_list(effects[i], NULL, &list)) {
      for (size_t k = 0; k < list.n; ++k) {
        if (!list.entries[k].hidden) {
          offer(typed, list.entries[k].id);
        }
      }
      kit_preset_list_cleanup(&list);
    }
  }
}

static void
offer_keys(const Typed* typed, const KitEffect* effect, const char* end)
{
  for (uint32_t slot = 0; slot < kit_params_n_slots(effect->table); ++slot) {
    KitParamRef ref;
    char        key[64];
    kit_params_at_slot(effect->table, slot, &ref);
    kit_param_key(ref.param, ref.element, key, sizeof(key));
    offer_with(typed, key, end);
  }
  for (const char* const* key = effect->solve_keys; key && *key; ++key) {
    offer_with(typed, *key, end);
  }
}

/** Choices of the parameter that "key=" names, without spaces. */
static void
offer_choices(const Typed* typed, const KitEffect* effect)
{
  char         key[64];
  const size_t length = strcspn(typed->current, "=");
  const Typed  value  = behind(typed, '=');
  KitParamRef  ref;
  snprintf(key, sizeof(key), "%.*s", (int)length, typed->current);
  if (!kit_params_find(effect->table, key, &ref)) {
    return;
  }
  const char* const* names = ref.param->choice_keys ? ref.param->choice_keys : ref.param->choices;
  for (; names && *names; ++names) {
    char name[64];
    snprintf(name, sizeof(name), "%s", *names);
    for (char* space = name; (space = strchr(space, ' '));) {
      *space = '_';
    }
    offer(&value, name);
  }
}

static void
offer_settings(const Typed* typed)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  const bool                    has_key = strchr(typed->current, '=') != NULL;
  if (!has_key) {
    printf(":nospace\n");
  }
  for (uint32_t i = 0; i < n; ++i) {
    if (typed->effect && typed->effect != effects[i]) {
      continue;
    }
    if (has_key) {
      offer_choices(typed, effects[i]);
    } else {
      offer_keys(typed, effects[i], "=");
    }
  }
}

/** The words of a choice, which "|" separates. */
static void
offer_parts(const Typed* typed, const char* parts)
{
  while (*parts) {
    char         part[32];
    const size_t length = strcspn(parts, "|");
    snprintf(part, sizeof(part), "%.*s", (int)length, parts);
    offer(typed, part);
    parts += length + (parts[length] ? 1U : 0U);
  }
}

static void
offer_commands(const Typed* typed)
{
  for (const CliCommand* const* command = cli_commands; *command; ++command) {
    offer(typed, (*command)->name);
  }
}

static void
offer_instances(const Typed* typed)
{
  KitJson* const list = cli_live_instances();
  for (size_t i = 0; i < kit_json_size(list); ++i) {
    offer(typed, kit_json_string(kit_json_get(kit_json_at(list, i), "id")));
  }
  kit_json_free(list);
}

/** Keys, of whatever effect runs. */
static void
offer_all_keys(const Typed* typed)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    offer_keys(typed, effects[i], "");
  }
}

/** The word of number `n` behind an action of "live". */
static void
offer_live(const Typed* typed, const char* action, size_t n)
{
  if (!strcmp(action, "set")) {
    offer_settings(typed);
  } else if (!strcmp(action, "get") || !strcmp(action, "watch") || (!strcmp(action, "lock") && n == 1U)) {
    offer_all_keys(typed);
  } else if (!strcmp(action, "lock") || !strcmp(action, "bypass")) {
    offer_parts(typed, "on|off");
  } else if (!strcmp(action, "ab")) {
    offer_parts(typed, "a|b|copy");
  } else if (!strcmp(action, "preset") && n == 1U) {
    offer_parts(typed, "list|load|save");
  } else if (!strcmp(action, "preset")) {
    offer_presets(typed);
  } else if (!strcmp(action, "snapshot")) {
    printf(":files\n");
  }
}

static void
offer_word(const Typed* typed, CliWord word, const char* name)
{
  Typed last = *typed;
  switch (word) {
    case CLI_WORD_NONE:
    case CLI_WORD_TEXT: break;
    case CLI_WORD_CHOICE: offer_parts(typed, name); break;
    case CLI_WORD_FILE: printf(":files\n"); break;
    case CLI_WORD_EFFECT: offer_effects(typed); break;
    case CLI_WORD_PRESET:
      printf(":files\n");
      offer_presets(typed);
      break;
    case CLI_WORD_SETTING: offer_settings(typed); break;
    case CLI_WORD_CATEGORY: offer_all(typed, kit_preset_categories); break;
    case CLI_WORD_TAG:
      last = behind(typed, ',');
      offer_all(&last, kit_preset_tags);
      break;
    case CLI_WORD_COMMAND: offer_commands(typed); break;
    case CLI_WORD_INSTANCE: offer_instances(typed); break;
    case CLI_WORD_LIVE: break; // offer_live()
  }
}

static const CliOption*
find_option(const CliCommand* command, const char* text, size_t length)
{
  for (const CliOption* option = command->options; option && option->name; ++option) {
    if (strlen(option->name) == length && !strncmp(option->name, text, length)) {
      return option;
    }
  }
  return NULL;
}

/** Options that go with what stands there already. */
static void
offer_options(const Typed* typed, const CliArgs* args)
{
  const CliCommand* const command = args->command;
  const bool              known   = command->mode && (args->operands[0] || args->n_given);
  const uint32_t          mode    = known && args->operands[0] ? command->mode(args) : UINT32_MAX;
  const CliOption* const  lists[] = {command->options, cli_common_options};
  for (size_t l = 0; l < 2; ++l) {
    for (const CliOption* option = lists[l]; option && option->name; ++option) {
      char text[64];
      snprintf(text, sizeof(text), "--%s", option->name);
      if (mode >= 32U || !option->modes || option->modes >> mode & 1U) {
        offer(typed, text);
      }
    }
  }
}

/** The kind of the operand that comes after those that are there. */
static const CliOperand*
next_operand(const CliCommand* command, size_t n)
{
  const CliOperand* operand = command->operands;
  for (; n && operand->name && !operand->many; --n) {
    ++operand;
  }
  return operand->name ? operand : NULL;
}

static void
note_effect(Typed* typed, CliWord word, const char* text)
{
  if (kit_effect_find(text) && (word == CLI_WORD_EFFECT || word == CLI_WORD_PRESET)) {
    typed->effect = kit_effect_find(text);
  }
}

/** Words behind the command; the last one is being typed. */
static void
complete_command(CliArgs* args, int n, char** words)
{
  Typed            typed    = {.current = words[n - 1], .prefix = words[n - 1]};
  const CliOption* pending  = NULL;
  bool             no_more  = false; // Options
  size_t           n_others = 0;
  CliGiven         given[64];
  args->given = given;
  for (int i = 0; i < n - 1; ++i) {
    if (pending) {
      note_effect(&typed, pending->word, words[i]);
      pending = NULL;
    } else if (!no_more && !strcmp(words[i], "--")) {
      no_more = true;
    } else if (!no_more && !strncmp(words[i], "--", 2)) {
      const size_t           length = strcspn(words[i] + 2, "=");
      const CliOption* const option = find_option(args->command, words[i] + 2, length);
      if (option && args->n_given < 64U) {
        given[args->n_given++] = (CliGiven){option, ""};
      }
      pending = option && option->value && *option->value != '[' && !words[i][2 + length] ? option : NULL;
      if (option && option->value && !pending) {
        note_effect(&typed, option->word, words[i] + 3 + length);
      }
    } else if (words[i][0] != '-' || no_more) {
      const CliOperand* const operand = next_operand(args->command, n_others);
      note_effect(&typed, operand ? operand->word : CLI_WORD_NONE, words[i]);
      args->operands[n_others < CLI_MAX_OPERANDS ? n_others : CLI_MAX_OPERANDS - 1U] = words[i];
      ++n_others;
    }
  }
  const CliOperand* const operand   = next_operand(args->command, n_others);
  const size_t            length    = strcspn(typed.current, "=");
  const bool              is_option = !no_more && typed.current[0] == '-';
  if (!pending && is_option && typed.current[length] && length > 2U) {
    pending        = find_option(args->command, typed.current + 2, length - 2U);
    typed.n_prefix = length + 1U;
    typed.current += length + 1U;
    if (!pending) {
      return;
    }
  }
  if (pending) {
    offer_word(&typed, pending->word, pending->value);
  } else if (is_option) {
    offer_options(&typed, args);
  } else if (operand && operand->word == CLI_WORD_LIVE) {
    offer_live(&typed, args->operands[0], n_others);
  } else if (operand) {
    offer_word(&typed, operand->word, operand->name);
    if (operand->optional && operand[1].name && operand->word == CLI_WORD_PRESET) {
      offer_word(&typed, operand[1].word, operand[1].name); // NAME2 or EFFECT
    }
  }
}

int
cli_complete(const KitEffect* effect, int n, char** words)
{
  const Typed typed = {.current = n ? words[n - 1] : "", .prefix = n ? words[n - 1] : "", .effect = effect};
  if (effect && n) { // ID-cli IN OUT [PRESET.json]
    offer_word(&typed, n > 2 ? CLI_WORD_PRESET : CLI_WORD_FILE, "");
  } else if (n == 1) {
    offer_commands(&typed);
    offer(&typed, "--help");
    offer(&typed, "--version");
  } else if (n > 1) {
    CliArgs args = {.command = cli_command_find(words[0])};
    if (args.command) {
      complete_command(&args, n - 1, words + 1);
    }
  }
  return CLI_OK;
}

static const char bash[] =
  "_vstkit() {\n"
  "  local words=() word i strip= files= line\n"
  "  for ((i = 1; i <= COMP_CWORD; ++i)); do # bash splits at \"=\": put together again\n"
  "    word=${COMP_WORDS[i]}\n"
  "    if ((i > 1)) && [[ $word == \"=\" || ${COMP_WORDS[i - 1]} == \"=\" ]]; then\n"
  "      words[${#words[@]}-1]+=$word\n"
  "    else\n"
  "      words+=(\"$word\")\n"
  "    fi\n"
  "  done\n"
  "  word=${words[${#words[@]}-1]#[\\\"\\']}\n"
  "  words[${#words[@]}-1]=$word\n"
  "  [[ $COMP_WORDBREAKS == *=* && $word == *=* ]] && strip=${word%=*}=\n"
  "  COMPREPLY=()\n"
  "  while IFS= read -r line; do\n"
  "    case $line in\n"
  "      :files)\n"
  "        files=yes\n"
  "        while IFS= read -r line; do COMPREPLY+=(\"$line\"); done < <(compgen -f -- "
  "\"${word#\"$strip\"}\")\n"
  "        compopt -o filenames 2>/dev/null ;;\n"
  "      :nospace) compopt -o nospace 2>/dev/null ;;\n"
  "      *)\n"
  "        line=${line#\"$strip\"}\n"
  "        [[ -n $files ]] || printf -v line %q \"$line\"\n"
  "        COMPREPLY+=(\"$line\") ;;\n"
  "    esac\n"
  "  done < <(\"$1\" __complete \"${1##*/}\" \"${words[@]}\" 2>/dev/null)\n"
  "}\n\n";

static const char zsh[] =
  "_vstkit() {\n"
  "  local -a typed plain open\n"
  "  local line files= nospace=\n"
  "  typed=(\"${(@Q)words[2,CURRENT]}\")\n"
  "  while IFS= read -r line; do\n"
  "    case $line in\n"
  "      :files) files=yes ;;\n"
  "      :nospace) nospace=yes ;;\n"
  "      *) plain+=(\"$line\") ;;\n"
  "    esac\n"
  "  done < <(\"${words[1]}\" __complete \"${words[1]:t}\" \"${typed[@]}\" 2>/dev/null)\n"
  "  if [[ -n $nospace ]]; then compadd -U -S '' -a plain; else compadd -U -a plain; fi\n"
  "  [[ -z $files ]] || _files\n"
  "}\n\n";

static const char fish[] =
  "function __vstkit_complete\n"
  "  set -l typed (commandline -opc)\n"
  "  set -l current (commandline -ct | string unescape)\n"
  "  for line in ($typed[1] __complete (basename $typed[1]) $typed[2..-1] \"$current\" 2>/dev/null)\n"
  "    switch $line\n"
  "      case ':files'\n"
  "        __fish_complete_path \"$current\"\n"
  "      case ':nospace'\n"
  "      case '*'\n"
  "        echo $line\n"
  "    end\n"
  "  end\n"
  "end\n\n";

bool
cli_print_completion(const char* shell)
{
  const bool                    is_zsh  = !strcmp(shell, "zsh");
  const bool                    is_fish = !strcmp(shell, "fish");
  const char* const             text    = is_zsh ? zsh : is_fish ? fish : strcmp(shell, "bash") ? NULL : bash;
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  if (!text) {
    return false;
  }
  printf(is_zsh ? "#compdef vstkit" : "# Completion of vstkit for %s\n\n%s", shell, text);
  for (uint32_t i = 0; is_zsh && i < n; ++i) {
    printf(" %s-cli vstkit-%s", effects[i]->id, effects[i]->id);
  }
  if (is_zsh) {
    printf("\n\n%s_vstkit \"$@\"\n", text);
    return true;
  }
  const char* const line =
    is_fish ? "complete -c %s%s%s -f -a '(__vstkit_complete)'\n" : "complete -F _vstkit %s%s%s\n";
  printf(line, "vstkit", "", "");
  for (uint32_t i = 0; i < n; ++i) {
    printf(line, "", effects[i]->id, "-cli");
    printf(line, "vstkit-", effects[i]->id, "");
  }
  return true;
}
