// SPDX-License-Identifier: ISC
#include "render.h"

#include "alloc.h"
#include "path.h"
#include "system.h"

#include <string.h>

static const CliOption options[] = {
  {"preset", "NAME|FILE", CLI_WORD_PRESET, "Start from a preset: a name, or a file with a slash or .json"},
  {"set", "KEY=VALUE", CLI_WORD_SETTING,
   "Set a parameter; units are understood (\"filter_freq=1.2 kHz\"),\n"
   "elements of arrays are KEY.1, KEY.2 and so on; may be repeated"},
  {"tail", "SECONDS", CLI_WORD_TEXT, "Silence to append, so that the effect can ring out"},
  {"seed", "N", CLI_WORD_TEXT, "Random seed, where the effect has one"},
  {"bits", "16|24|32f|64f", CLI_WORD_CHOICE, "Sample format; without it, that of the input"},
  {"stream", NULL, CLI_WORD_NONE, "Render through the live engine, as a plugin would"},
  {"block", "N|random", CLI_WORD_TEXT, "Block length of --stream, in frames (512)"},
  {"jobs", "N", CLI_WORD_TEXT, "Files to render at a time when IN is a folder (all cores)"},
  {"max-memory", "SIZE", CLI_WORD_TEXT, "Refuse what needs more than this (75 % of what is free)"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

static bool
read_bits(const CliArgs* args, KitBits* bits)
{
  static const char* const names[] = {"16", "24", "32f", "64f"};
  static const KitBits     known[] = {KIT_BITS_16, KIT_BITS_24, KIT_BITS_32F, KIT_BITS_64F};
  const char* const        text    = cli_option(args, "bits");
  *bits                            = KIT_BITS_KEEP;
  for (size_t i = 0; text && i < 4U; ++i) {
    *bits = strcmp(text, names[i]) ? *bits : known[i];
  }
  if (text && *bits == KIT_BITS_KEEP) {
    cli_usage_error(args->command, "--bits: \"%s\" is none of 16, 24, 32f, 64f", text);
    return false;
  }
  return true;
}

static bool
read_block(const CliArgs* args, CliRender* render)
{
  const char* const text  = cli_option(args, "block");
  double            block = 512.0;
  render->stream          = cli_option(args, "stream") != NULL;
  if (text && !render->stream) {
    cli_usage_error(args->command, "--block needs --stream");
    return false;
  }
  if (text && !strcmp(text, "random")) {
    block = 0.0;
  } else if (!cli_option_number(args, "block", 1.0, 1048576.0, &block)) {
    return false;
  }
  render->block = (uint32_t)block;
  return true;
}

static size_t
default_memory(void)
{
  const size_t available = kit_available_memory();
  return available ? available / 4U * 3U : (size_t)1 << 30U;
}

static bool
read_numbers(const CliArgs* args, CliRender* render, uint32_t* n_threads)
{
  double jobs        = kit_n_cores();
  render->max_memory = default_memory();
  const bool ok      = cli_option_number(args, "tail", 0.0, KIT_PRESET_MAX_TAIL_S, &render->tail_s) &&
                  cli_option_number(args, "jobs", 1.0, 256.0, &jobs) &&
                  cli_option_size(args, "max-memory", &render->max_memory) &&
                  read_bits(args, &render->bits) && read_block(args, render);
  *n_threads = (uint32_t)jobs;
  return ok;
}

/** A single file, with its own progress. */
static int
render_one(const CliRender* render, const char* in, const char* out)
{
  CliProgress progress = {.weight = 1000};
  CliRender   one      = *render;
  one.ahead            = kit_n_cores() > 1U;
  cli_progress_begin(progress.weight, 1);
  const KitStatus st = cli_render_file(&one, in, out, &progress);
  cli_progress_end();
  return cli_exit(st);
}

static int
render_paths(const CliRender* render, const char* in, const char* out, uint32_t n_threads)
{
  const bool in_is_folder  = strcmp(in, "-") != 0 && kit_path_is_folder(in);
  const bool out_is_folder = strcmp(out, "-") != 0 && kit_path_is_folder(out);
  if (in_is_folder) {
    return cli_render_folder(render, in, out, n_threads);
  }
  if (!out_is_folder) {
    return render_one(render, in, out);
  }
  if (!strcmp(in, "-")) {
    cli_error("%s: is a folder: standard input needs the name of a file", out);
    return CLI_FAILED;
  }
  char* const path   = kit_path_join(out, kit_path_name(in));
  const int   status = path ? render_one(render, in, path) : CLI_FAILED;
  kit_free(path);
  return status;
}

static int
run(const CliArgs* args)
{
  CliRender  render    = {.tail_s = -1.0};
  uint32_t   n_threads = 1;
  KitPreset* preset    = NULL;
  render.effect        = cli_effect(args, args->operands[0]);
  if (!render.effect || !read_numbers(args, &render, &n_threads)) {
    return CLI_USAGE;
  }
  int status = cli_setup(args, render.effect, &preset);
  if (status != CLI_OK) {
    return status;
  }
  render.values = kit_preset_values(preset);
  if (render.tail_s < 0.0) {
    render.tail_s      = kit_preset_tail_s(preset);
    render.preset_tail = true;
  }
  render.memory = kit_budget_new(render.max_memory);
  status =
    render.memory ? render_paths(&render, args->operands[1], args->operands[2], n_threads) : CLI_FAILED;
  kit_budget_free(render.memory);
  kit_preset_free(preset);
  return status;
}

const CliCommand cli_render = {
  .name     = "render",
  .summary  = "Run audio files through an effect",
  .details  = "Reads IN, runs it through EFFECT and writes OUT.  The format of OUT follows from\n"
              "its extension (wav, flac, aiff, ogg, mp3, caf, w64 and others); sample rate,\n"
              "sample format and metadata are those of IN.  A minus sign stands for\n"
              "standard input or, as WAV, standard output.  Pipes are read and written as the\n"
              "sound comes; any length takes at most 64 MB of memory.\n"
              "\n"
              "If IN is a folder, every audio file in it and in the folders below it is rendered\n"
              "to the same place in the folder OUT.  A file that fails does not stop the rest;\n"
              "those that failed are named at the end.\n"
              "\n"
              "OUT is written completely or not at all, and is never the input itself.",
  .operands = {{"EFFECT", CLI_WORD_EFFECT, false},
               {"IN", CLI_WORD_FILE, false},
               {"OUT", CLI_WORD_FILE, false}},
  .options  = options,
  .run      = run,
};
