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
  size_t   n_operands;
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
take_operand(Parser* parser)
{
  const CliCommand* const command = parser->args->command;
  const char* const       text    = parser->argv[parser->at++];
  if (!command->operands[parser->n_operands].name) {
    return cli_usage_error(command, "unexpected argument \"%s\"", text);
  }
  parser->args->operands[parser->n_operands++] = text;
  return CLI_OK;
}

static int
take_argument(Parser* parser)
{
  const char* const text = parser->argv[parser->at];
  if (parser->only_operands || text[0] != '-' || !text[1]) {
    return take_operand(parser);
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

static int
check_operands(const CliArgs* args)
{
  for (size_t i = 0; i < CLI_MAX_OPERANDS; ++i) {
    const CliOperand* const operand = &args->command->operands[i];
    if (operand->name && !operand->optional && !args->operands[i]) {
      return cli_usage_error(args->command, "%s is missing", operand->name);
    }
  }
  return CLI_OK;
}

int
cli_args_parse(CliArgs* args, const CliCommand* command, int argc, char** argv)
{
  *args         = (CliArgs){.command = command};
  args->given   = (CliGiven*)kit_calloc((size_t)argc + 1U, sizeof(CliGiven));
  Parser parser = {.args = args, .argc = argc, .argv = argv};
  int    status = args->given ? CLI_OK : CLI_FAILED;
  while (status == CLI_OK && parser.at < argc) {
    status = take_argument(&parser);
  }
  const bool asks_help = cli_option(args, "help") || cli_option(args, "version");
  if (status == CLI_OK && !asks_help) {
    status = check_operands(args);
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
