// SPDX-License-Identifier: ISC
#include "screen_impl.h"

#include <stdio.h>
#include <string.h>

/* MIDI, in the panel's menus */

enum { MENU_LEARN = 1, MENU_STOP, MENU_FORGET };

static void
put_item(KitGuiItem* items, uint32_t* n, uint32_t max, KitGuiItem item)
{
  if (*n < max) {
    items[(*n)++] = item;
  }
}

uint32_t
play_screen_menu_items(void* handle, uint32_t slot, KitGuiItem* items, uint32_t max)
{
  const PlayMidiMap* const midi = &((PlayScreen*)handle)->program->midi;
  uint32_t                 n    = 0;
  KitGuiItem               row  = {.flags = KIT_GUI_ITEM_TITLE};
  if (slot == KIT_GUI_NO_SLOT) {
    return 0U;
  }
  play_midi_text(midi, slot, row.label, sizeof(row.label));
  const bool bound = *row.label;
  if (bound) {
    put_item(items, &n, max, row);
  }
  if (midi->learns && midi->learn_slot == slot) {
    put_item(
      items, &n, max,
      (KitGuiItem){.id = MENU_STOP, .flags = KIT_GUI_ITEM_CHECKED, .label = "Learning: move a controller"});
  } else {
    put_item(items, &n, max, (KitGuiItem){.id = MENU_LEARN, .label = "Learn MIDI controller"});
  }
  if (bound) {
    put_item(items, &n, max, (KitGuiItem){.id = MENU_FORGET, .label = "Forget MIDI controller"});
  }
  return n;
}

void
play_screen_menu_choose(void* handle, uint32_t slot, uint32_t id)
{
  PlayScreen* const  screen = (PlayScreen*)handle;
  PlayMidiMap* const midi   = &screen->program->midi;
  switch (id) {
    case MENU_LEARN:
      play_midi_learn(midi, slot);
      play_program_notice(screen->program, "Move a controller");
      break;
    case MENU_STOP: play_midi_stop_learning(midi); break;
    case MENU_FORGET: play_midi_forget(midi, slot); break;
    default: break;
  }
}

/* Devices and files, in the strip's */

void
play_screen_begin_menu(PlayScreen* screen)
{
  screen->n_choices = 0;
  screen->n_items   = 0;
}

void
play_screen_add_title(PlayScreen* screen, const char* label)
{
  KitGuiItem item = {.flags = KIT_GUI_ITEM_TITLE};
  snprintf(item.label, sizeof(item.label), "%s", label);
  put_item(screen->items, &screen->n_items, KIT_GUI_MAX_MENU, item);
}

void
play_screen_add(PlayScreen* screen, const PlayChoice* choice, bool is_chosen, const char* label)
{
  KitGuiItem item = {.id = screen->n_choices, .flags = is_chosen ? KIT_GUI_ITEM_CHECKED : 0U};
  snprintf(item.label, sizeof(item.label), "%.60s", label);
  if (screen->n_choices < PLAY_MAX_CHOICES && screen->n_items < KIT_GUI_MAX_MENU) {
    screen->choices[screen->n_choices++] = *choice;
    screen->items[screen->n_items++]     = item;
  }
}

typedef struct {
  PlayScreen*        screen;
  const PlayBackend* backend;
} Listing;

static void
add_device(void* handle, const char* name, const char* details)
{
  const Listing* const listing = (const Listing*)handle;
  PlayScreen* const    screen  = listing->screen;
  const PlayDevice*    device  = screen->program->audio.device;
  PlayChoice           choice  = {.kind = PLAY_CHOOSE_DEVICE, .backend = listing->backend};
  char                 label[PLAY_DEVICE_TEXT + 64];
  const bool           is_one = listing->backend != &play_portaudio;
  snprintf(label, sizeof(label), "%s (%s)", name, details);
  snprintf(choice.text, sizeof(choice.text), "%s", is_one ? "" : name);
  play_screen_add(screen, &choice,
                  device && device->backend == listing->backend && (is_one || !strcmp(device->name, name)),
                  label);
}

void
play_screen_open_devices(PlayScreen* screen)
{
  static const double   rates[]   = {0.0, 44100.0, 48000.0, 96000.0};
  static const char     own[]     = "The device's own";
  static const uint32_t frames[]  = {0U, 64U, 128U, 256U, 512U, 1024U};
  const PlayWish* const wish      = &screen->program->wish;
  PlayEngine* const     engine    = &screen->program->engine;
  char                  label[64] = "";
  play_screen_begin_menu(screen);
  play_screen_add_title(screen, "Play on");
  for (const PlayBackend* const* backend = play_backends; *backend; ++backend) {
    // A card that is in use lists itself; JACK is asked by a client of its own
    (*backend)->list(add_device, &(Listing){screen, *backend});
  }
  play_screen_add_title(screen, "Sample rate (JACK has its own)");
  for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    snprintf(label, sizeof(label), "%g Hz", rates[i]);
    play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_RATE, .number = rates[i]},
                    wish->rate == rates[i], rates[i] > 0.0 ? label : own);
  }
  play_screen_add_title(screen, "Block (JACK has its own)");
  for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); ++i) {
    snprintf(label, sizeof(label), "%u frames", frames[i]);
    play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_FRAMES, .number = frames[i]},
                    wish->frames == frames[i], frames[i] ? label : own);
  }
  play_screen_add_title(screen, "Channels");
  for (uint32_t i = 0; i < KIT_N_LAYOUTS; ++i) {
    play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_LAYOUT, .number = kit_layouts[i].id},
                    kit_plugin_layout(engine->plugin)->id == kit_layouts[i].id, kit_layouts[i].name);
  }
  play_screen_add_title(screen, "Also");
  play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_CONNECT}, wish->connect,
                  "Connect with the sound card (JACK)");
  play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_GUARD}, atomic_load(&engine->guard.on),
                  "Watch for feedback");
  kit_strip_open_menu(screen->strip, screen->items, screen->n_items);
}

void
play_screen_open_recorder(PlayScreen* screen)
{
  const PlaySettings* const settings = &screen->program->settings;
  play_screen_begin_menu(screen);
  play_screen_add_title(screen, "Takes are");
  play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_FLAC, .number = 0.0}, !settings->flac, "WAV");
  play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_FLAC, .number = 1.0}, settings->flac, "FLAC");
  play_screen_add(screen, &(PlayChoice){.kind = PLAY_CHOOSE_DRY}, settings->dry,
                  "And what came in, in a file of its own");
  kit_strip_open_menu(screen->strip, screen->items, screen->n_items);
}

/** Channels change while nothing runs, and not within a take. */
static void
choose_layout(PlayProgram* program, uint32_t id)
{
  if (kit_plugin_layout(program->engine.plugin)->id == id) {
    return;
  }
  play_audio_stop(&program->audio);
  if (atomic_load(&program->engine.take)) {
    kit_log(&program->log, KIT_LOG_WARNING, "there are other channels now: the take ends");
    program->failed = !play_engine_drop_take(&program->engine) || program->failed;
  }
  kit_plugin_deactivate(program->engine.plugin);
  kit_plugin_set_layout(program->engine.plugin, kit_layout_by_id(id));
  program->settings.layout = id;
}

static void
choose_audio(PlayProgram* program, const PlayChoice* choice)
{
  PlaySettings* const settings = &program->settings;
  switch (choice->kind) {
    case PLAY_CHOOSE_DEVICE:
      play_settings_set_text(&settings->backend, choice->backend->id);
      play_settings_set_text(&settings->device, *choice->text ? choice->text : NULL);
      break;
    case PLAY_CHOOSE_RATE: settings->rate = choice->number; break;
    case PLAY_CHOOSE_FRAMES: settings->frames = (uint32_t)choice->number; break;
    case PLAY_CHOOSE_CONNECT: program->wish.connect = settings->connect = !program->wish.connect; break;
    default: choose_layout(program, (uint32_t)choice->number); break;
  }
  program->wish.backend = settings->backend;
  program->wish.device  = settings->device;
  program->wish.rate    = settings->rate;
  program->wish.frames  = settings->frames;
  program->wish.wait    = true;
  play_audio_choose(&program->audio, &program->wish);
}

void
play_screen_choose(PlayScreen* screen, uint32_t id)
{
  PlayProgram* const program = screen->program;
  if (id >= screen->n_choices) {
    return;
  }
  const PlayChoice    choice   = screen->choices[id];
  PlaySettings* const settings = &program->settings;
  switch (choice.kind) {
    case PLAY_CHOOSE_OPEN:
    case PLAY_CHOOSE_FOLDER:
    case PLAY_CHOOSE_LISTED:
    case PLAY_CHOOSE_FILE: play_screen_choose_file(screen, &choice); return;
    case PLAY_CHOOSE_CLOSE:
      play_player_close(&program->engine.player);
      program->changed = true;
      return;
    case PLAY_CHOOSE_GUARD:
      settings->guard = !settings->guard;
      atomic_store(&program->engine.guard.on, settings->guard);
      break;
    case PLAY_CHOOSE_FLAC: settings->flac = choice.number > 0.0; break;
    case PLAY_CHOOSE_DRY: settings->dry = !settings->dry; break;
    default: choose_audio(program, &choice); break;
  }
  play_program_keep_settings(program);
}
