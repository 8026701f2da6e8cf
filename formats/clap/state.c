// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include "bytes.h"
#include "vstkit/alloc.h"

static int64_t
read_some(void* stream, void* to, size_t n)
{
  const clap_istream_t* const from = (const clap_istream_t*)stream;
  return from->read(from, to, n);
}

static int64_t
write_some(void* stream, const void* from, size_t n)
{
  const clap_ostream_t* const to = (const clap_ostream_t*)stream;
  return to->write(to, from, n);
}

static bool
save(KitClap* self, const clap_ostream_t* stream, bool for_preset)
{
  char* const text = stream && stream->write ? kit_plugin_save(self->kit, for_preset) : NULL;
  const bool  done = text && !kit_bytes_write(text, write_some, (void*)(uintptr_t)stream);
  kit_free(text);
  return done;
}

static bool
load(KitClap* self, const clap_istream_t* stream, bool for_preset)
{
  KitBytes  text = {NULL, 0, 0};
  KitStatus st   = KIT_ERR_BAD_ARG;
  if (stream && stream->read) {
    st = kit_bytes_read(&text, read_some, (void*)(uintptr_t)stream, KIT_PRESET_MAX_BYTES);
  }
  if (!st && for_preset) {
    st = kit_plugin_load_preset_text(self->kit, text.data, text.size, KIT_AUTHOR_HOST, &self->log);
  } else if (!st) {
    st = kit_plugin_load(self->kit, text.data, text.size, &self->log);
  }
  kit_bytes_cleanup(&text);
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
