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
  {"tail", "TIME", CLI_WORD_TEXT,
   "Silence to append, so that the effect can ring out\n(seconds, or \"300 ms\")"},
  {"seed", "N", CLI_WORD_TEXT, "Random seed, where the effect has one"},
  {"bpm", "N", CLI_WORD_TEXT, "Tempo, in quarter notes a minute, for parameters that\nfollow one (120)"},
  {"bits", "16|24|32f|64f", CLI_WORD_CHOICE, "Sample format; without it, that of the input"},
  {"format", "wav|flac|aiff|au|caf|w64|rf64|ogg|opus|mp3", CLI_WORD_CHOICE,
   "Format; without it, that of OUT's extension"},
  {"quality", "1-100", CLI_WORD_TEXT, "Of mp3, ogg and opus: 1 is smallest, 100 best"},
  {"stream", NULL, CLI_WORD_NONE, "Render through the live engine, as a plugin would"},
  {"block", "N|random", CLI_WORD_TEXT, "Block length of --stream, in frames (512)"},
  {"jobs", "N", CLI_WORD_TEXT, "Files to render at a time, of several or a\nfolder (all cores)"},
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
read_format(const CliArgs* args, CliRender* render)
{
  render->format = cli_option(args, "format");
  if (render->format && !kit_audio_extension_known(render->format, true)) {
    cli_usage_error(args->command,
                    "--format: \"%s\" is none of wav, flac, aiff, au, caf, w64, rf64, ogg, opus, mp3",
                    render->format);
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
  render->bpm        = KIT_DEFAULT_BPM;
  const bool ok      = cli_option_number(args, "bpm", KIT_MIN_BPM, KIT_MAX_BPM, &render->bpm) &&
                  cli_option_number(args, "quality", 1.0, 100.0, &render->quality) &&
                  cli_option_number(args, "jobs", 1.0, 256.0, &jobs) &&
                  cli_option_size(args, "max-memory", &render->max_memory) &&
                  read_bits(args, &render->bits) && read_block(args, render) && read_format(args, render);
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

static bool
is_folder(const char* path)
{
  return strcmp(path, "-") != 0 && kit_path_is_folder(path);
}

static int
render_paths(const CliArgs* args, const CliRender* render, uint32_t n_threads)
{
  const char* const out     = args->operands[2];
  const char* const in      = args->many[0];
  const bool        is_many = args->n_many > 1U || is_folder(in) || (is_folder(out) && strcmp(in, "-") == 0);
  if (is_many || (is_folder(out) && render->format)) {
    return cli_render_many(render, args->many, args->n_many, out, n_threads);
  }
  if (!is_folder(out)) {
    return render_one(render, in, out);
  }
  char* const path   = kit_path_join(out, kit_path_name(in));
  const int   status = path ? render_one(render, in, path) : CLI_FAILED;
  kit_free(path);
  return status;
}

static int
run(const CliArgs* args)
{
  CliLink   links[CLI_MAX_LINKS];
  CliRender render    = {.links = links};
  uint32_t  n_threads = 1;
  int       status    = read_numbers(args, &render, &n_threads)
                          ? cli_links_read(args, args->operands[0], links, &render.n_links)
                          : CLI_USAGE;
  if (status != CLI_OK) {
    return status;
  }
  render.memory = kit_budget_new(render.max_memory);
  status        = render.memory ? render_paths(args, &render, n_threads) : CLI_FAILED;
  kit_budget_free(render.memory);
  cli_links_cleanup(links, render.n_links);
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
              "Several inputs go to the folder OUT, under their own names.  If IN is a folder, so do\n"
              "all audio files in it, and in the folders below it to the same place there.  A file\n"
              "that fails does not stop the rest; those that failed are named at the end.\n"
              "\n"
              "EFFECT may be several (lossy+reverb), which run one after the other in one pass, or a\n"
              "file that lists them, with .json.  --preset and --set are for the one that knows them;\n"
              "where more do, write lossy:KEY=VALUE, or 2:KEY=VALUE for the second.  What mp3, ogg or\n"
              "opus cannot hold at its sample rate is resampled.\n"
              "\n"
              "OUT is written completely or not at all, and is never the input itself.",
  .operands = {{"EFFECT", CLI_WORD_EFFECT, false},
               {"IN", CLI_WORD_FILE, false, true},
               {"OUT", CLI_WORD_FILE, false}},
  .options  = options,
  .examples = "vstkit render lossy voice.wav broken.flac --preset \"Kitchen Telephone\" --set crush=0.2\n"
              "vstkit render reverb takes/*.wav wet/ --set rt60=2.4 --tail 1s --format mp3 --quality 80\n"
              "vstkit render lossy+reverb in.wav out.wav --preset dial_up_mp3 --preset concert_hall\n"
              "arecord -f cd | vstkit render reverb - - --stream | aplay\n",
  .run      = run,
};
