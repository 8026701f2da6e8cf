// SPDX-License-Identifier: ISC
#include "midi.h"

#include "edits.h"

#include <math.h>
#include <stdio.h>

#define REST_S      0.4 ///< A controller that does not move for so long has been let go
#define CC          0xB0U
#define PROGRAM     0xC0U
#define BANK_COARSE 0U
#define BANK_FINE   32U
#define FINE_OFFSET 32U ///< From a controller's coarse half to its fine one
#define CHANNELS    16U
#define KEY_TEXT    128U

void
play_midi_init(PlayMidiMap* map, KitPlugin* plugin, const KitLog* log)
{
  memset(map, 0, sizeof(*map));
  map->plugin = plugin;
  map->log    = *log;
  map->last   = UINT32_MAX;
}

static PlayBind*
find_bind(PlayMidiMap* map, uint8_t channel, uint8_t cc)
{
  for (uint32_t i = 0; i < map->n; ++i) {
    PlayBind* const bind = &map->binds[i];
    if (bind->channel == channel && (bind->cc == cc || (bind->fine && bind->cc + FINE_OFFSET == cc))) {
      return bind;
    }
  }
  return NULL;
}

static void
let_go(PlayMidiMap* map, PlayBind* bind)
{
  if (bind->held) {
    kit_plugin_end(map->plugin, bind->slot);
    bind->held = false;
  }
}

static void
remove_bind(PlayMidiMap* map, PlayBind* bind)
{
  let_go(map, bind);
  *bind = map->binds[--map->n];
}

static void
learn(PlayMidiMap* map, uint8_t channel, uint8_t cc)
{
  PlayBind* const old = find_bind(map, channel, cc);
  if (old) {
    remove_bind(map, old);
  }
  play_midi_forget(map, map->learn_slot);
  if (map->n < PLAY_MAX_BINDS) {
    map->binds[map->n] = (PlayBind){.channel = channel, .cc = cc, .slot = map->learn_slot};
    map->last          = map->n++;
    char text[64];
    play_midi_text(map, map->learn_slot, text, sizeof(text));
    kit_log(&map->log, KIT_LOG_INFO, "learnt %s", text);
  }
  map->learns  = false;
  map->changed = true;
}

/** The fine half that follows a coarse one that was just learnt. */
static void
refine(PlayMidiMap* map, uint8_t channel, uint8_t cc)
{
  PlayBind* const bind = map->last < map->n ? &map->binds[map->last] : NULL;
  if (bind && bind->channel == channel && bind->cc == cc) {
    return; // The coarse half once more
  }
  map->last = UINT32_MAX;
  if (bind && bind->channel == channel && bind->cc < FINE_OFFSET && cc == bind->cc + FINE_OFFSET) {
    PlayBind* const other = find_bind(map, channel, cc);
    bind->fine            = true;
    map->changed          = true;
    if (other && other != bind) {
      remove_bind(map, other);
    }
  }
}

static void
take_controller(PlayMidiMap* map, uint8_t channel, uint8_t cc, uint8_t value)
{
  if (map->learns) {
    learn(map, channel, cc);
  } else {
    refine(map, channel, cc);
  }
  PlayBind* const bind = find_bind(map, channel, cc);
  if (!bind) {
    map->bank[channel][cc == BANK_FINE] =
      cc == BANK_COARSE || cc == BANK_FINE ? value : map->bank[channel][cc == BANK_FINE];
    return;
  }
  bind->moved = true;
  if (bind->cc == cc) {
    bind->coarse = value;
    bind->low    = 0;
  } else {
    bind->low = value;
  }
}

static void
take_program(PlayMidiMap* map, uint8_t channel, uint8_t program)
{
  const KitBank* const bank   = kit_plugin_bank(map->plugin);
  const uint32_t       number = (map->bank[channel][0] * 128U + map->bank[channel][1]) * 128U + program;
  if (!bank || number >= bank->n) {
    kit_log(&map->log, KIT_LOG_INFO, "MIDI: there is no program %u", number + 1U);
    return;
  }
  kit_plugin_load_factory(map->plugin, bank->programs[number].id, PLAY_AUTHOR_MIDI, &map->log);
}

void
play_midi_take(PlayMidiMap* map, const PlayMidi* message)
{
  const uint8_t channel = message->bytes[0] & 0x0FU;
  ++map->n_taken;
  switch (message->bytes[0] & 0xF0U) {
    case CC: take_controller(map, channel, message->bytes[1] & 0x7FU, message->bytes[2] & 0x7FU); break;
    case PROGRAM: take_program(map, channel, message->bytes[1] & 0x7FU); break;
    default: break;
  }
}

static double
value_of(const PlayMidiMap* map, const PlayBind* bind)
{
  if (bind->slot == KIT_BYPASS_SLOT) {
    return bind->coarse >= 64U ? 1.0 : 0.0;
  }
  const KitHostParam* const param = kit_directory_at_slot(kit_plugin_directory(map->plugin), bind->slot);
  const double normal = bind->fine ? (bind->coarse * 128.0 + bind->low) / 16383.0 : bind->coarse / 127.0;
  return param ? kit_param_from_normal(param->param, normal) : 0.0;
}

void
play_midi_apply(PlayMidiMap* map, double now_s)
{
  for (uint32_t i = 0; i < map->n; ++i) {
    PlayBind* const bind = &map->binds[i];
    if (bind->moved) {
      bind->moved = false;
      bind->held  = bind->held || !kit_plugin_begin(map->plugin, bind->slot, PLAY_AUTHOR_MIDI);
      if (bind->held) { // Else it is locked
        kit_plugin_edit(map->plugin, bind->slot, value_of(map, bind), PLAY_AUTHOR_MIDI);
        bind->let_go = now_s + REST_S;
      }
    } else if (bind->held && now_s >= bind->let_go) {
      let_go(map, bind);
    }
  }
}

void
play_midi_learn(PlayMidiMap* map, uint32_t slot)
{
  map->learns     = true;
  map->learn_slot = slot;
}

void
play_midi_stop_learning(PlayMidiMap* map)
{
  map->learns = false;
}

static const PlayBind*
bind_of_slot(const PlayMidiMap* map, uint32_t slot)
{
  for (uint32_t i = 0; i < map->n; ++i) {
    if (map->binds[i].slot == slot) {
      return &map->binds[i];
    }
  }
  return NULL;
}

bool
play_midi_forget(PlayMidiMap* map, uint32_t slot)
{
  const PlayBind* const bind = bind_of_slot(map, slot);
  if (!bind) {
    return false;
  }
  remove_bind(map, &map->binds[bind - map->binds]);
  map->last    = UINT32_MAX;
  map->changed = true;
  return true;
}

void
play_midi_text(const PlayMidiMap* map, uint32_t slot, char* text, size_t size)
{
  const PlayBind* const bind = bind_of_slot(map, slot);
  if (!bind) {
    snprintf(text, size, "%s", "");
  } else if (bind->fine) {
    snprintf(text, size, "CC %u and %u on channel %u", bind->cc, bind->cc + FINE_OFFSET, bind->channel + 1U);
  } else {
    snprintf(text, size, "CC %u on channel %u", bind->cc, bind->channel + 1U);
  }
}

/* The map as JSON: [{"cc": 7, "channel": 1, "param": "loss", "bits": 14}, …] */

static void
key_of(const PlayMidiMap* map, uint32_t slot, char* key, size_t size)
{
  const KitHostParam* const param = kit_directory_at_slot(kit_plugin_directory(map->plugin), slot);
  snprintf(key, size, "%s", "");
  if (param) {
    kit_param_key(param->param, param->element, key, size);
  }
}

KitJson*
play_midi_to_json(const PlayMidiMap* map)
{
  KitJson* const list = kit_json_new_array();
  for (uint32_t i = 0; list && i < map->n; ++i) {
    const PlayBind* const bind  = &map->binds[i];
    KitJson* const        entry = kit_json_new_object();
    char                  key[KEY_TEXT];
    key_of(map, bind->slot, key, sizeof(key));
    KitStatus st = entry ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
    st           = st ? st : kit_json_set_int(entry, "cc", bind->cc);
    st           = st ? st : kit_json_set_int(entry, "channel", bind->channel + 1);
    st           = st ? st : kit_json_set_int(entry, "bits", bind->fine ? 14 : 7);
    st           = st ? st : kit_json_set_string(entry, "param", key);
    if (st || kit_json_append(list, entry)) {
      kit_json_free(list);
      return NULL;
    }
  }
  return list;
}

static bool
read_bind(const PlayMidiMap* map, const KitJson* entry, PlayBind* bind)
{
  const KitDirectory* const directory = kit_plugin_directory(map->plugin);
  const char* const         key       = kit_json_string(kit_json_get(entry, "param"));
  double                    cc        = -1.0;
  double                    channel   = 1.0;
  double                    bits      = 7.0;
  kit_json_get_number(entry, "cc", &cc);
  kit_json_get_number(entry, "channel", &channel);
  kit_json_get_number(entry, "bits", &bits);
  const double most = bits == 14.0 ? FINE_OFFSET - 1.0 : 127.0;
  if (!key || !(cc >= 0.0 && cc <= most) || cc != floor(cc) || !(channel >= 1.0 && channel <= CHANNELS) ||
      channel != floor(channel) || (bits != 7.0 && bits != 14.0)) {
    return false;
  }
  for (uint32_t i = 0; i < directory->n; ++i) {
    char own[KEY_TEXT];
    kit_param_key(directory->list[i].param, directory->list[i].element, own, sizeof(own));
    if (!strcmp(own, key)) {
      *bind = (PlayBind){.channel = (uint8_t)(channel - 1.0),
                         .cc      = (uint8_t)cc,
                         .fine    = bits == 14.0,
                         .slot    = directory->list[i].slot};
      return true;
    }
  }
  return false;
}

void
play_midi_from_json(PlayMidiMap* map, const KitJson* json, const char* path)
{
  const size_t n = kit_json_size(json);
  map->n         = 0;
  for (size_t i = 0; i < n && map->n < PLAY_MAX_BINDS; ++i) {
    if (read_bind(map, kit_json_at(json, i), &map->binds[map->n])) {
      ++map->n;
    } else {
      kit_log(
        &map->log, KIT_LOG_WARNING,
        "%s: entry %zu of the MIDI map is left out: \"cc\" 0–127, \"channel\" 1–16, \"bits\" 7 or 14 and a "
        "\"param\" of the effect are expected",
        path, i + 1U);
    }
  }
}
