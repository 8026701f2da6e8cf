// SPDX-License-Identifier: ISC
#include "cli.h"

#include "alloc.h"
#include "bytes.h"
#include "edits.h"
#include "gui.h"
#include "load.h"
#include "views.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_A_SECOND 30.0 // Of the window
#define MAX_SOUND_S     10.0

static const CliOption options[] = {
  {"preset", "NAME|FILE", CLI_WORD_PRESET, "Start from a preset"},
  {"set", "KEY=VALUE", CLI_WORD_SETTING, "Change a parameter; may be given many times"},
  {"page", "PAGE", CLI_WORD_TEXT, "Page to show: play (the first), or a section of the table"},
  {"scale", "FACTOR", CLI_WORD_TEXT, "Pixels a pixel of a plain screen, 0.5 to 4 (1)"},
  {"size", "PERCENT", CLI_WORD_TEXT, "Size that the user chose, 75 to 200 (100)"},
  {"theme", "dark|light", CLI_WORD_CHOICE, "Colours (dark)"},
  {"sound", "FILE", CLI_WORD_FILE, "Draw it as it looks while this plays: at its end, or after 10 seconds"},
  {"at", "SECONDS", CLI_WORD_TEXT, "With --sound: at this time of it, up to 600"},
  {NULL, NULL, CLI_WORD_NONE, NULL},
};

static cairo_status_t
append(void* handle, const unsigned char* data, unsigned int n)
{
  return kit_bytes_append((KitBytes*)handle, data, n) ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static bool
choose_page(const CliArgs* args, KitGui* gui)
{
  const char* const name = cli_option(args, "page");
  for (uint32_t i = 0; name && i < kit_gui_n_pages(gui); ++i) {
    if (!strcmp(kit_gui_page_id(gui, i), name)) {
      kit_gui_set_page(gui, i);
      return true;
    }
  }
  if (name) {
    char   list[512];
    size_t at = 0;
    for (uint32_t i = 0; i < kit_gui_n_pages(gui) && at < sizeof(list); ++i) {
      at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", i ? ", " : "", kit_gui_page_id(gui, i));
    }
    cli_usage_error(args->command, "--page: there is no page \"%s\"; there are %s", name, list);
  }
  return !name;
}

/** Play `seconds` of a sound through the plugin while the window looks on.  @return exit status. */
static int
play(KitPlugin* plugin, KitGui* gui, const char* path, double seconds)
{
  KitAudio        audio = {0};
  const KitStatus st    = cli_load_audio(path, &audio);
  if (st) {
    return cli_exit(st);
  }
  const uint32_t n = audio.n_channels < 2U ? 1U : 2U;
  kit_plugin_set_layout(plugin, kit_layout_by_channels(n, n));
  const KitStatus ready = kit_plugin_activate(plugin, audio.sample_rate, true);
  if (ready) {
    cli_error("%s: cannot be played: %s", path, kit_status_text(ready));
    kit_audio_cleanup(&audio);
    return cli_exit(ready);
  }
  KitAudio     out   = {0};
  const size_t total = (size_t)fmin((double)audio.n_frames, seconds * audio.sample_rate);
  const size_t step  = (size_t)fmax(1.0, audio.sample_rate / FRAMES_A_SECOND);
  int          exit  = cli_exit(kit_audio_init(&out, audio.sample_rate, n, step));
  for (size_t at = 0; exit == CLI_OK && at < total; at += step) {
    const void* in[2]   = {audio.channels[0] + at, audio.channels[n - 1U] + at};
    void*       wet[2]  = {out.channels[0], out.channels[n - 1U]};
    KitProcess  process = {
       .in = in, .out = wet, .is_double = true, .n_frames = (uint32_t)(total - at < step ? total - at : step)};
    kit_plugin_process(plugin, &process);
    kit_gui_tick(gui, (double)at / audio.sample_rate);
  }
  kit_audio_cleanup(&out);
  kit_audio_cleanup(&audio);
  return exit;
}

static int
draw(KitGui* gui, const char* path)
{
  cairo_rectangle_int_t dirty[KIT_GUI_MAX_DIRTY];
  KitBytes              png = {0};
  KitStatus             st  = KIT_ERR_NO_MEMORY;
  kit_gui_draw(gui, dirty);
  cairo_surface_t* const surface = kit_gui_surface(gui);
  if (surface && !cairo_surface_write_to_png_stream(surface, append, &png)) {
    st = cli_write_output(path, png.data, png.size);
  } else {
    cli_error("%s: cannot be drawn: %s", path, kit_status_text(st));
  }
  kit_bytes_cleanup(&png);
  return cli_exit(st);
}

typedef struct {
  double scale;
  double percent; ///< Size
  double at_s;    ///< Of the sound
} Look;

/** A window's panel on a plugin that holds the preset.  @return exit status. */
static int
show(const CliArgs* args, KitPlugin* plugin, const Look* look)
{
  const KitGuiSetup setup = {.scale = look->scale, .view = kit_view_of(kit_plugin_effect(plugin))};
  const char* const theme = cli_option(args, "theme");
  const char* const sound = cli_option(args, "sound");
  KitGui* const     gui   = kit_gui_new(plugin, &setup);
  int               exit  = gui ? CLI_OK : cli_exit(KIT_ERR_NO_MEMORY);
  if (gui) {
    kit_gui_set_zoom(gui, (uint32_t)rint(look->percent));
    kit_gui_set_theme(gui, theme && !strcmp(theme, "light") ? KIT_GUI_LIGHT : KIT_GUI_DARK);
    kit_gui_set_visible(gui, true);
    exit = choose_page(args, gui) ? CLI_OK : CLI_USAGE;
    exit = exit == CLI_OK && sound ? play(plugin, gui, sound, look->at_s) : exit;
    if (!sound) {
      kit_gui_tick(gui, 0.0);
    }
    exit = exit == CLI_OK ? draw(gui, args->operands[1]) : exit;
  }
  kit_gui_free(gui);
  return exit;
}

static int
run(const CliArgs* args)
{
  const KitEffect* const effect = cli_effect(args, args->operands[0]);
  const char* const      theme  = cli_option(args, "theme");
  Look                   look   = {1.0, 100.0, MAX_SOUND_S};
  KitPreset*             preset = NULL;
  if (!effect || !cli_option_number(args, "scale", 0.5, 4.0, &look.scale) ||
      !cli_option_number(args, "size", 75.0, 200.0, &look.percent) ||
      !cli_option_number(args, "at", 0.0, 600.0, &look.at_s) ||
      !cli_is_picture_name(args, args->operands[1])) {
    return CLI_USAGE;
  }
  if (theme && strcmp(theme, "dark") != 0 && strcmp(theme, "light") != 0) {
    return cli_usage_error(args->command, "--theme: \"%s\" is neither dark nor light", theme);
  }
  int exit = cli_setup(args, effect, &preset);
  if (exit != CLI_OK) {
    return exit;
  }
  const KitPluginFormat format = {.handle = NULL};
  KitPlugin* const      plugin = kit_plugin_new(effect, &format);
  char* const           text   = kit_preset_to_json(preset);
  if (plugin && text && !kit_plugin_load(plugin, text, strlen(text), NULL)) {
    const char* const name = kit_preset_meta(preset, "name");
    kit_plugin_rename_preset(plugin, name                         ? name
                                     : cli_option(args, "preset") ? cli_option(args, "preset")
                                                                  : "Default");
    exit = show(args, plugin, &look);
  } else {
    exit = cli_exit(KIT_ERR_NO_MEMORY);
  }
  kit_plugin_free(plugin);
  kit_free(text);
  kit_preset_free(preset);
  return exit;
}

const CliCommand cli_panel = {
  .name     = "panel",
  .summary  = "Draw an effect's window, without a display",
  .details  = "Draws what the plugin's window shows as a PNG: one page of it, with the values of a\n"
              "preset.  The font is the window's own, so the picture is the same on every machine.",
  .operands = {{"EFFECT", CLI_WORD_EFFECT, false}, {"OUT.png", CLI_WORD_FILE, false}},
  .options  = options,
  .examples = "vstkit panel lossy window.png --preset birdies --scale 2 --sound voice.wav\n"
              "vstkit panel reverb nodes.png --page nodes --theme light\n",
  .run      = run,
};
