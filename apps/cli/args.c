// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"
#include "c_locale.h"
#include "near.h"
#include "utf8.h"

#include <math.h>
#include <string.h>

static const CliOption*
find_option(const CliCommand* command, const char* name, size_t length)
{
  const CliOption* const lists[] = {command->options, cli_common_options};
  for (size_t l = 0; l < 2; ++l) {
    for (const CliOption* option = lists[l]; option && option->name; ++option) {
      if (strlen(option->name) == length && !strncmp(option->name, name, length)) {
        return option;
      }
    }
  }
  return NULL;
}

static int
unknown_option(const CliCommand* command, const char* name, size_t length)
{
  char         word[KIT_NEAR_MAX_LENGTH];
  KitNear      near;
  const size_t most = sizeof(word) - 1U;
  snprintf(word, sizeof(word), "%.*s", (int)kit_utf8_fit(name, length < most ? length : most), name);
  kit_near_init(&near, word);
  for (const CliOption* option = command->options; option && option->name; ++option) {
    kit_near_offer(&near, option->name);
  }
  return cli_usage_error(command, "unknown option --%s%s", word, kit_near_text(&near));
}

typedef struct {
  CliArgs* args;
  int      argc;
  char**   argv;
  int      at;
  bool     only_operands; ///< After "--"
} Parser;

static int
take_option(Parser* parser)
{
  const CliCommand* const command = parser->args->command;
  const char* const       name    = parser->argv[parser->at++] + 2;
  const size_t            length  = strcspn(name, "=");
  const CliOption* const  option  = find_option(command, name, length);
  if (!option) {
    return unknown_option(command, name, length);
  }
  const char* value = name[length] ? name + length + 1U : NULL;
  if (value && !option->value) {
    return cli_usage_error(command, "--%s takes no value", option->name);
  }
  if (option->value && *option->value == '[' && !value) {
    const char* const next      = parser->at < parser->argc ? parser->argv[parser->at] : "";
    const bool        is_number = *next && strspn(next, "0123456789") == strlen(next);
    value                       = is_number ? parser->argv[parser->at++] : "";
  }
  if (option->value && !value) {
    if (parser->at >= parser->argc) {
      return cli_usage_error(command, "--%s needs a value: %s", option->name, option->value);
    }
    value = parser->argv[parser->at++];
  }
  parser->args->given[parser->args->n_given++] = (CliGiven){option, value};
  return CLI_OK;
}

static int
take_argument(Parser* parser)
{
  const char* const text = parser->argv[parser->at];
  if (parser->only_operands || text[0] != '-' || !text[1]) {
    parser->args->words[parser->args->n_words++] = text;
    ++parser->at;
    return CLI_OK;
  }
  if (!strcmp(text, "--")) {
    parser->only_operands = true;
    ++parser->at;
    return CLI_OK;
  }
  if (!strcmp(text, "-h")) {
    parser->args->given[parser->args->n_given++] = (CliGiven){&cli_common_options[0], NULL};
    ++parser->at;
    return CLI_OK;
  }
  return text[1] == '-' ? take_option(parser)
                        : cli_usage_error(parser->args->command, "unknown option %s", text);
}

/** Give words to operands: where one takes many, those behind it are served first. */
static int
place_operands(CliArgs* args)
{
  const CliOperand* const operands = args->command->operands;
  size_t                  n        = 0;
  size_t                  n_many   = 1;
  size_t                  at       = 0;
  while (operands[n].name) {
    ++n;
  }
  if (args->n_words > n) {
    n_many = args->n_words - n + 1U;
  }
  for (size_t i = 0; i < n && at < args->n_words; ++i) {
    args->operands[i] = args->words[at];
    if (operands[i].many) {
      args->many   = args->words + at;
      args->n_many = n_many;
    }
    at += operands[i].many ? n_many : 1U;
  }
  return at < args->n_words ? cli_usage_error(args->command, "unexpected argument \"%s\"", args->words[at])
                            : CLI_OK;
}

static int
check_operands(const CliArgs* args)
{
  for (const CliOperand* operand = args->command->operands; operand->name; ++operand) {
    if (!operand->optional && !args->operands[operand - args->command->operands]) {
      return cli_usage_error(args->command, "%s is missing", operand->name);
    }
  }
  return CLI_OK;
}

void
cli_mode_names(const CliCommand* command, const CliOption* option, char* buf, size_t size)
{
  size_t length = 0;
  *buf          = '\0';
  for (uint32_t i = 0; command->modes && command->modes[i] && length < size; ++i) {
    const char* const name = command->modes[i];
    if (!strncmp(name, "--", 2) && !strcmp(name + 2, option->name)) {
      *buf = '\0'; // It is the mode
      return;
    }
    if (option->modes >> i & 1U) {
      length += (size_t)snprintf(buf + length, size - length, "%s%s", *buf ? ", " : "", name);
    }
  }
}

int
cli_args_check(const CliArgs* args)
{
  const CliCommand* const command = args->command;
  const uint32_t          mode    = command->mode ? command->mode(args) : UINT32_MAX;
  for (size_t i = 0; mode < 32U && i < args->n_given; ++i) {
    const CliOption* const option = args->given[i].option;
    if (option->modes && !(option->modes >> mode & 1U)) {
      char names[128];
      cli_mode_names(command, option, names, sizeof(names));
      if (!*names) {
        return cli_usage_error(command, "--%s and %s exclude each other", option->name, command->modes[mode]);
      }
      return cli_usage_error(command, "--%s goes with %s, not with %s: leave it out", option->name, names,
                             command->modes[mode]);
    }
  }
  return CLI_OK;
}

int
cli_args_parse(CliArgs* args, const CliCommand* command, int argc, char** argv)
{
  *args         = (CliArgs){.command = command};
  args->given   = (CliGiven*)kit_calloc((size_t)argc + 1U, sizeof(CliGiven));
  args->words   = (const char**)kit_calloc((size_t)argc + 1U, sizeof(const char*));
  Parser parser = {.args = args, .argc = argc, .argv = argv};
  int    status = args->given && args->words ? CLI_OK : CLI_FAILED;
  while (status == CLI_OK && parser.at < argc) {
    status = take_argument(&parser);
  }
  const bool asks_help = cli_option(args, "help") || cli_option(args, "version");
  if (status == CLI_OK && !asks_help) {
    status = place_operands(args);
    status = status == CLI_OK ? check_operands(args) : status;
    status = status == CLI_OK ? cli_args_check(args) : status;
  }
  if (status != CLI_OK) {
    cli_args_cleanup(args);
  }
  return status;
}

void
cli_args_cleanup(CliArgs* args)
{
  kit_free(args->given);
  kit_free(args->words);
  *args = (CliArgs){0};
}

const char*
cli_option(const CliArgs* args, const char* name)
{
  for (size_t i = args->n_given; i-- > 0;) {
    if (!strcmp(args->given[i].option->name, name)) {
      return args->given[i].value ? args->given[i].value : "";
    }
  }
  return NULL;
}

bool
cli_option_number(const CliArgs* args, const char* name, double low, double high, double* value)
{
  const char* const text = cli_option(args, name);
  if (!text) {
    return true;
  }
  char*        end    = NULL;
  const double number = kit_strtod(text, &end);
  if (end == text || *end || !(number >= low && number <= high)) {
    cli_usage_error(args->command, "--%s: \"%s\" is not a number from %.10g to %.10g", name, text, low, high);
    return false;
  }
  *value = number;
  return true;
}

bool
cli_option_time(const CliArgs* args, const char* name, double high, double* seconds)
{
  const KitParam    param = {.key = "time", .unit = KIT_UNIT_S, .max = high};
  const char* const text  = cli_option(args, name);
  double            value = 0.0;
  if (!text) {
    return true;
  }
  if (!kit_param_from_text(&param, text, &value) || !(value >= 0.0 && value <= high)) {
    cli_usage_error(args->command, "--%s: \"%s\" is no time from 0 to %g s (\"1.5\", \"1.5 s\", \"300 ms\")",
                    name, text, high);
    return false;
  }
  *seconds = value;
  return true;
}

bool
cli_option_size(const CliArgs* args, const char* name, size_t* bytes)
{
  static const char units[] = "kMGT";
  const char* const text    = cli_option(args, name);
  if (!text) {
    return true;
  }
  char*             end    = NULL;
  double            number = kit_strtod(text, &end);
  const char* const unit   = (end != text && *end) ? strchr(units, *end == 'K' ? 'k' : *end) : NULL;
  if (unit) {
    number *= pow(1024.0, (double)(unit - units) + 1.0);
    ++end;
  }
  if (end == text || *end || !(number >= 1.0 && number < 9e18)) {
    cli_usage_error(args->command, "--%s: \"%s\" is not an amount of memory such as 500M or 2G", name, text);
    return false;
  }
  *bytes = (size_t)number;
  return true;
}

const KitEffect*
cli_effect(const CliArgs* args, const char* id)
{
  const KitEffect* const effect = kit_effect_find(id);
  if (effect) {
    return effect;
  }
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  KitNear                       near;
  kit_near_init(&near, id);
  for (uint32_t i = 0; i < n; ++i) {
    kit_near_offer(&near, effects[i]->id);
  }
  cli_usage_error(args->command, "no effect \"%s\"%s; \"vstkit effects\" lists them", id,
                  kit_near_text(&near));
  return NULL;
}
