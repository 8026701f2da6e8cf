// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include "vst3_text.h"

static v3_result V3_API
set_channel_context_infos(void* face, KitVst3AttributeList** list)
{
  int16_t text[KIT_VST3_STRING] = {0};
  char    name[KIT_TRACK_TEXT];
  if (!list || (*list)->get_string(list, KIT_VST3_CHANNEL_NAME, text, sizeof(text)) != V3_OK) {
    return list ? V3_OK : V3_INVALID_ARG; // It may tell other things alone
  }
  kit_vst3_to_utf8(text, KIT_VST3_STRING, name, sizeof(name));
  kit_plugin_set_track(kit_vst3_of(face)->kit, name);
  return V3_OK;
}

const KitVst3InfoListener kit_vst3_track = {
  .query_interface           = kit_vst3_query,
  .ref                       = kit_vst3_ref,
  .unref                     = kit_vst3_unref,
  .set_channel_context_infos = set_channel_context_infos,
};
