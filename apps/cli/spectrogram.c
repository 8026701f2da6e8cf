// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"
#include "load.h"
#include "path.h"
#include "vstkit/picture.h"

#include <string.h>

enum { MODE_ONE, MODE_TWO };

static const char* const modes[] = {"one file", "--compare", NULL};

static uint32_t
mode(const CliArgs* args)
{
  return cli_option(args, "compare") ? MODE_TWO : MODE_ONE;
}

static const CliOption options[] = {
  {"compare", "FILE2", CLI_WORD_FILE, "Draw a second file below the first, to the same scale"},
  {"linear", NULL, CLI_WORD_NONE, "Frequency on a linear axis instead of a logarithmic one"},
  {"range", "DB", CLI_WORD_TEXT, "Range of the colours below the loudest point (90)"},
  {"title", "TEXT", CLI_WORD_TEXT, "Title; without it, the names of the files"},
  {"labels", "A|B", CLI_WORD_TEXT, "Titles of the two panels", 1U << MODE_TWO},
  {"size", "WIDTHxHEIGHT", CLI_WORD_TEXT, "Size of the picture in pixels (1400x700, or 1400x1000)"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

static bool
read_size(const CliArgs* args, KitSpectrogramPicture* picture)
{
  const char* const text   = cli_option(args, "size");
  unsigned          width  = 1400;
  unsigned          height = cli_option(args, "compare") ? 1000 : 700;
  char              rest   = 0;
  if (text && (sscanf(text, "%5ux%5u%c", &width, &height, &rest) != 2 || width < 300 || height < 200 ||
               width > 10000 || height > 10000)) {
    cli_usage_error(args->command, "--size: \"%s\" is no size from 300x200 to 10000x10000", text);
    return false;
  }
  picture->width  = width;
  picture->height = height;
  return true;
}

/** Name of a file, as a label. */
static const char*
label_of(const char* path)
{
  return strcmp(path, "-") ? kit_path_name(path) : "Standard input";
}

/** @return the first label, which `picture` borrows, to free with kit_free(), or null if it is not cut out.
 */
static char*
read_titles(const CliArgs* args, const char* const* paths, KitSpectrogramPicture* picture)
{
  const char* const labels = cli_option(args, "labels");
  const char* const bar    = labels ? strchr(labels, '|') : NULL;
  picture->title           = cli_option(args, "title");
  picture->labels[0]       = label_of(paths[0]);
  picture->labels[1]       = paths[1] ? label_of(paths[1]) : NULL;
  if (!labels) {
    return NULL;
  }
  char* const first  = bar ? kit_asprintf("%.*s", (int)(bar - labels), labels) : NULL;
  picture->labels[0] = bar ? first : labels;
  picture->labels[1] = bar ? bar + 1 : picture->labels[1];
  return first;
}

static int
draw(const KitSpectrogramPicture* picture, const KitAudio* audio, size_t n, const char* path)
{
  void*     png  = NULL;
  size_t    size = 0;
  KitStatus st   = kit_spectrogram_png(audio, n, picture, &png, &size);
  if (st) {
    cli_error("%s: cannot be drawn: %s", path,
              st == KIT_ERR_UNSUPPORTED ? "built without Cairo" : kit_status_text(st));
  } else {
    st = cli_write_output(path, png, size);
  }
  kit_free(png);
  return cli_exit(st);
}

static int
run(const CliArgs* args)
{
  const char* const     paths[2] = {args->operands[0], cli_option(args, "compare")};
  const size_t          n        = paths[1] ? 2U : 1U;
  KitSpectrogramPicture picture  = {.linear = cli_option(args, "linear") != NULL, .range_db = 90.0};
  if (!cli_option_number(args, "range", 10.0, 200.0, &picture.range_db) || !read_size(args, &picture)) {
    return CLI_USAGE;
  }
  if (paths[1] && !strcmp(paths[0], "-") && !strcmp(paths[1], "-")) {
    return cli_usage_error(args->command, "standard input can be read but once");
  }
  for (size_t i = 0; i < n; ++i) {
    if (kit_path_same(paths[i], args->operands[1])) {
      cli_error("%s: is an input, which is never overwritten: choose another name", args->operands[1]);
      return CLI_FAILED;
    }
  }
  if (!cli_is_picture_name(args, args->operands[1])) {
    return CLI_USAGE;
  }

  char* const label    = read_titles(args, paths, &picture);
  KitAudio    audio[2] = {{0}, {0}};
  KitStatus   st       = cli_load_audio(paths[0], &audio[0]);
  if (!st && paths[1]) {
    st = cli_load_audio(paths[1], &audio[1]);
  }
  const int status = st ? cli_exit(st) : draw(&picture, audio, n, args->operands[1]);
  kit_audio_cleanup(&audio[0]);
  kit_audio_cleanup(&audio[1]);
  kit_free(label);
  return status;
}

const CliCommand cli_spectrogram = {
  .name     = "spectrogram",
  .summary  = "Draw the spectrogram of a file, or of two",
  .details  = "Draws level over time and frequency as a PNG.  All channels are summed in power.\n"
              "With --compare both files share one scale: 0 dB is the loudest point of the two.\n"
              "A minus sign stands for standard input or output.",
  .operands = {{"FILE", CLI_WORD_FILE, false}, {"OUT.png", CLI_WORD_FILE, false}},
  .options  = options,
  .modes    = modes,
  .mode     = mode,
  .examples = "vstkit spectrogram dry.wav both.png --compare wet.wav --labels \"Before|After\"\n",
  .run      = run,
};
