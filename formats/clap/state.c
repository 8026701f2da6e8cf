// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include "alloc.h"
#include "vstkit/state.h"

#include <string.h>

#define FIRST_READ 4096U

typedef struct {
  char*  text;
  size_t size;
  size_t room;
} Text;

static bool
grow(Text* text)
{
  const size_t room = text->room ? text->room * 2U : FIRST_READ;
  char* const  more = (char*)kit_calloc(room, 1U);
  if (!more) {
    return false;
  }
  if (text->size) {
    memcpy(more, text->text, text->size);
  }
  kit_free(text->text);
  text->text = more;
  text->room = room;
  return true;
}

// One byte more than is allowed is read, so that the parser refuses what is too long
static bool
read_all(const clap_istream_t* stream, Text* text)
{
  while (text->size <= KIT_PRESET_MAX_BYTES) {
    if (text->size == text->room && !grow(text)) {
      return false;
    }
    const uint64_t want = text->room - text->size;
    const int64_t  got  = stream->read(stream, text->text + text->size, want);
    if (got < 0 || (uint64_t)got > want) {
      return false;
    }
    if (!got) {
      return true;
    }
    text->size += (size_t)got;
  }
  return true;
}

static bool
write_all(const clap_ostream_t* stream, const char* text)
{
  for (size_t left = strlen(text); left;) {
    const int64_t done = stream->write(stream, text, left);
    if (done <= 0 || (uint64_t)done > left) {
      return false;
    }
    text += done;
    left -= (size_t)done;
  }
  return true;
}

/** The state as a plain preset: what it says, but not whether it is bypassed.  Null if it is no state. */
static char*
as_preset(const KitClap* self, const char* text, size_t size)
{
  char*            plain  = NULL;
  KitPreset* const preset = kit_preset_new(self->effect);
  if (preset && size && !kit_preset_parse(preset, "state", text, size, &self->log)) {
    kit_preset_set_bypassed(preset, -1);
    plain = kit_preset_to_json(preset);
  }
  kit_preset_free(preset);
  return plain;
}

static bool
save(KitClap* self, const clap_ostream_t* stream, bool for_preset)
{
  char* text = stream && stream->write ? kit_state_save(self->instance, self->kept) : NULL;
  if (text && for_preset) {
    char* const plain = as_preset(self, text, strlen(text));
    kit_free(text);
    text = plain;
  }
  const bool done = text && write_all(stream, text);
  kit_free(text);
  return done;
}

static bool
take_on(KitClap* self, const char* text, size_t size)
{
  if (kit_state_load(self->instance, self->kept, text, size, &self->log)) {
    return false;
  }
  kit_clap_tell_loaded(self);
  return true;
}

static bool
load(KitClap* self, const clap_istream_t* stream, bool for_preset)
{
  Text text = {NULL, 0, 0};
  bool done = stream && stream->read && read_all(stream, &text);
  if (done && for_preset) {
    char* const plain = as_preset(self, text.text, text.size);
    done              = plain && take_on(self, plain, strlen(plain));
    kit_free(plain);
  } else if (done) {
    done = take_on(self, text.text, text.size);
  }
  kit_free(text.text);
  return done;
}

static bool
state_save(const clap_plugin_t* plugin, const clap_ostream_t* stream)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_state.save");
  return save(self, stream, false);
}

static bool
state_load(const clap_plugin_t* plugin, const clap_istream_t* stream)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_state.load");
  return load(self, stream, false);
}

const clap_plugin_state_t kit_clap_state = {state_save, state_load};

static bool
is_context(uint32_t context)
{
  return context >= KIT_CLAP_STATE_FOR_PRESET && context <= KIT_CLAP_STATE_FOR_PROJECT;
}

static bool
context_save(const clap_plugin_t* plugin, const clap_ostream_t* stream, uint32_t context)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_state_context.save");
  return is_context(context) && save(self, stream, context == KIT_CLAP_STATE_FOR_PRESET);
}

static bool
context_load(const clap_plugin_t* plugin, const clap_istream_t* stream, uint32_t context)
{
  KitClap* const self = kit_clap_of(plugin);
  kit_clap_check_main(self, "clap_plugin_state_context.load");
  return is_context(context) && load(self, stream, context == KIT_CLAP_STATE_FOR_PRESET);
}

const KitClapPluginStateContext kit_clap_state_context = {context_save, context_load};
