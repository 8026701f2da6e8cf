// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include "alloc.h"

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

static bool
save(KitClap* self, const clap_ostream_t* stream, bool for_preset)
{
  char* const text = stream && stream->write ? kit_plugin_save(self->kit, for_preset) : NULL;
  const bool  done = text && write_all(stream, text);
  kit_free(text);
  return done;
}

static bool
load(KitClap* self, const clap_istream_t* stream, bool for_preset)
{
  Text text = {NULL, 0, 0};
  if (!stream || !stream->read || !read_all(stream, &text)) {
    kit_free(text.text);
    return false;
  }
  const KitStatus st =
    for_preset ? kit_plugin_load_preset_text(self->kit, text.text, text.size, KIT_AUTHOR_HOST, &self->log)
               : kit_plugin_load(self->kit, text.text, text.size, &self->log);
  kit_free(text.text);
  if (!st) {
    kit_clap_tell(self);
  }
  return !st;
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
