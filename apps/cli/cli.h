// SPDX-License-Identifier: ISC
/**
   @file cli.h  What the subcommands share: the tables they are declared in, arguments, messages, progress.

   Help, man page and completion are all made from the tables.
*/
#ifndef KIT_APPS_CLI_H
#define KIT_APPS_CLI_H

#include "json.h"
#include "vstkit/direct.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

#define CLI_MAX_OPERANDS 4U

/** What kind of word stands there: for completion. */
typedef enum {
  CLI_WORD_NONE,
  CLI_WORD_TEXT,
  CLI_WORD_CHOICE, ///< One of the words in its name, which "|" separates
  CLI_WORD_FILE,
  CLI_WORD_EFFECT,
  CLI_WORD_PRESET, ///< Name or file
  CLI_WORD_SETTING,
  CLI_WORD_CATEGORY,
  CLI_WORD_TAG,
  CLI_WORD_COMMAND,
  CLI_WORD_INSTANCE, ///< A running plugin
  CLI_WORD_LIVE,     ///< What a running plugin's actions take
} CliWord;

typedef struct {
  const char* name;  ///< Without the dashes; null ends a list
  const char* value; ///< Name of its value, "[NAME]" for a number that may be left out, or null for a switch
  CliWord     word;
  const char* help;  ///< One or two lines, separated by a line feed
  uint32_t    modes; ///< A bit for each of the command's modes that it goes with; 0: all
} CliOption;

typedef struct {
  const char* name;
  CliWord     word;
  bool        optional;
  bool        many; ///< One or more words
} CliOperand;

struct CliCommand;

typedef struct {
  const CliOption* option;
  const char*      value; ///< Null for a switch
} CliGiven;

/** A parsed command line.  Texts are borrowed from argv. */
typedef struct {
  const struct CliCommand* command;
  const char*              operands[CLI_MAX_OPERANDS]; ///< Null where not given; the first of many
  const char**             words;                      ///< [n_words], all operands
  size_t                   n_words;
  const char* const*       many; ///< [n_many], part of `words`: those of the operand that takes many
  size_t                   n_many;
  CliGiven*                given; ///< [n_given], in order
  size_t                   n_given;
} CliArgs;

typedef struct CliCommand {
  const char*        name;
  const char*        summary; ///< One line
  const char*        details; ///< Paragraphs, lines of at most 78 characters
  CliOperand         operands[CLI_MAX_OPERANDS + 1U];
  const CliOption*   options;
  const char* const* modes; ///< What options may depend on ("--impulse", "save"), or null; ends with a null
  /** Index of the mode that the arguments ask for; beyond the last one where run() will refuse them. */
  uint32_t (*mode)(const CliArgs* args);
  const char* examples;            ///< Lines "command\n  what it does\n", or null
  int (*run)(const CliArgs* args); ///< @return exit status
} CliCommand;

/** All commands; ends with a null. */
extern const CliCommand* const cli_commands[];

/** --help and --version, which every command takes. */
extern const CliOption cli_common_options[];

extern const CliCommand cli_analyze;
extern const CliCommand cli_effects;
extern const CliCommand cli_help;
extern const CliCommand cli_live;
extern const CliCommand cli_panel;
extern const CliCommand cli_params;
extern const CliCommand cli_play;
extern const CliCommand cli_preset;
extern const CliCommand cli_presets;
extern const CliCommand cli_render;
extern const CliCommand cli_spectrogram;

/** @return null if there is no such command. */
const CliCommand*
cli_command_find(const char* name);

/* Arguments (args.c) */

/** @return #CLI_OK, or #CLI_USAGE after a message; `args` is empty then. */
int
cli_args_parse(CliArgs* args, const CliCommand* command, int argc, char** argv);

void
cli_args_cleanup(CliArgs* args);

/** Refuse options of another mode than the one that is asked for.  @return #CLI_OK, or #CLI_USAGE after a
 * message. */
int
cli_args_check(const CliArgs* args);

/** "save, rename": names of the modes that an option goes with. */
void
cli_mode_names(const CliCommand* command, const CliOption* option, char* buf, size_t size);

/** Value of the last `--name VALUE`, "" for a switch that was given, null if it was not. */
const char*
cli_option(const CliArgs* args, const char* name);

/** Read a number from `low` to `high`; `*value` stays where the option is not given.
    @return false after a message. */
bool
cli_option_number(const CliArgs* args, const char* name, double low, double high, double* value);

/** Read a time ("1.5", "1.5 s", "300 ms") from 0 to `high` seconds.  @return as cli_option_number(). */
bool
cli_option_time(const CliArgs* args, const char* name, double high, double* seconds);

/** Read an amount of memory ("500M", "2G", bytes).  @return as cli_option_number(). */
bool
cli_option_size(const CliArgs* args, const char* name, size_t* bytes);

/** The effect of that id.  @return null after a message. */
const KitEffect*
cli_effect(const CliArgs* args, const char* id);

/* Messages (message.c).  [any thread] */

/** What this program was called as. */
extern const char* cli_program;

/** Write one line.  What a terminal would act on and what is no UTF-8 become "?": whatever comes from a file,
    its name or the command line is printed by this. */
void
cli_line(FILE* stream, const char* format, ...) KIT_PRINTF(2, 3);

/** Write "program: …" to standard error, as cli_line() does. */
void
cli_error(const char* format, ...) KIT_PRINTF(1, 2);

/** The same, with a pointer to the help.  @return #CLI_USAGE. */
int
cli_usage_error(const CliCommand* command, const char* format, ...) KIT_PRINTF(2, 3);

/** A sink whose messages begin with `subject` (borrowed), or with nothing if that is null. */
KitLog
cli_log(const char* subject);

/** Exit status for a status of the kit. */
int
cli_exit(KitStatus status);

/* Progress on standard error, where that is a terminal (progress.c).  [any thread but begin and end] */

typedef struct {
  uint64_t weight;  ///< Share of the whole
  uint64_t counted; ///< How much of it is done
} CliProgress;

/** Start a bar over a total weight.  @param n_files Shown if more than 1. */
void
cli_progress_begin(uint64_t weight, size_t n_files);

/** Note how far an item is, 0–1. */
void
cli_progress_set(CliProgress* item, double fraction);

/** Note that an item is over; `audio_s` seconds of audio were rendered. */
void
cli_progress_done(CliProgress* item, double audio_s);

/** Take the bar off the screen, if there is one; the next cli_progress_set() draws it again. */
void
cli_progress_hide(void);

void
cli_progress_end(void);

/* Output */

/** Running plugins as their files describe them: an array to free, or null. */
KitJson*
cli_live_instances(void);

/** Print JSON to standard output and free it; null counts as out of memory.  @return exit status. */
int
cli_print_json(KitJson* json);

/** Print text and spaces up to a column, as cli_line() would show it.  @param columns Width, one space at
   least; 0: no text and no space.  @return columns printed. */
uint32_t
cli_print_padded(const char* text, uint32_t columns);

/** Print text and a line feed; lines end before `columns`, later ones begin at `indent`.  @param at Column
   where the first begins. */
void
cli_print_wrapped(const char* text, uint32_t at, uint32_t indent, uint32_t columns);

/** Store a number, or null if it is not finite. */
void
cli_json_number(KitJson* object, const char* key, double value);

/** Store a text; what is no UTF-8 in it becomes U+FFFD, for JSON can hold nothing else. */
void
cli_json_text(KitJson* object, const char* key, const char* text);

/** Whether a picture may go there, so that no sound or preset is replaced by one.  @return false after a
 * message.
 */
bool
cli_is_picture_name(const CliArgs* args, const char* path);

/** Write a result to a file, atomically, or to standard output for "-".  @return #KIT_ERR_IO after a message.
 */
KitStatus
cli_write_output(const char* path, const void* bytes, size_t size);

/* Effects (setup.c) */

/** Read --preset, --set and --seed.  @return exit status; on success clean up with kit_preset_free(). */
int
cli_setup(const CliArgs* args, const KitEffect* effect, KitPreset** preset);

/** Apply --set and --seed to a preset.  @return exit status. */
int
cli_apply_settings(const CliArgs* args, KitPreset* preset);

/** Figures of an effect as a JSON object; null where it has none or without memory. */
KitJson*
cli_figures_json(const KitEffect* effect, const double* values, double sample_rate);

/** Print the figures of an effect, one a line. */
void
cli_print_figures(const KitEffect* effect, const double* values, double sample_rate);

#endif
