// SPDX-License-Identifier: ISC
#include "preset_impl.h"

#include "alloc.h"
#include "file.h"
#include "utf8.h"

#include <string.h>

const KitParam kit_preset_tail_param = {
  .key        = KIT_KEY_TAIL,
  .name       = "Tail Length",
  .short_name = "Tail",
  .section    = "",
  .help       = "Silence that an offline render appends so that tails ring out",
  .unit       = KIT_UNIT_S,
  .max        = KIT_PRESET_MAX_TAIL_S,
};

KitPreset*
kit_preset_new(const KitEffect* effect)
{
  KitPreset* const preset = (KitPreset*)kit_calloc(1, sizeof(KitPreset));
  if (!preset) {
    return NULL;
  }
  const uint32_t n_slots = kit_params_n_slots(effect->table);
  *preset                = (KitPreset){
                   .effect   = effect,
                   .values   = (double*)kit_calloc(n_slots ? n_slots : 1U, sizeof(double)),
                   .kept     = kit_json_new_object(),
                   .tail_s   = -1.0,
                   .bypassed = -1,
  };
  if (!preset->values || !preset->kept) {
    kit_preset_free(preset);
    return NULL;
  }
  kit_params_defaults(effect->table, preset->values);
  return preset;
}

void
kit_preset_free(KitPreset* preset)
{
  if (preset) {
    kit_free(preset->values);
    kit_json_free(preset->kept);
    kit_free(preset);
  }
}

const KitEffect*
kit_preset_effect(const KitPreset* preset)
{
  return preset->effect;
}

double*
kit_preset_values(KitPreset* preset)
{
  return preset->values;
}

const char*
kit_preset_meta(const KitPreset* preset, const char* key)
{
  return kit_json_string(kit_json_get(kit_json_get(preset->kept, KIT_KEY_META), key));
}

char*
kit_preset_meta_json(const KitPreset* preset)
{
  const KitJson* const meta = kit_json_get(preset->kept, KIT_KEY_META);
  return meta ? kit_json_write(meta, false) : NULL;
}

KitStatus
kit_preset_rename(KitPreset* preset, const char* name)
{
  KitJson* const  meta = kit_json_get(preset->kept, KIT_KEY_META);
  const KitStatus st   = meta ? kit_json_set_string(meta, "name", name) : KIT_SUCCESS;
  if (!st) {
    kit_json_remove(meta, "description");
    kit_json_remove(meta, "author");
  }
  return st;
}

/** `_meta`, made where there is none; null without memory. */
static KitJson*
own_meta(KitPreset* preset)
{
  KitJson* const meta = kit_json_get(preset->kept, KIT_KEY_META);
  return meta || kit_json_set(preset->kept, KIT_KEY_META, kit_json_new_object())
           ? meta
           : kit_json_get(preset->kept, KIT_KEY_META);
}

static KitStatus
set_in_meta(KitPreset* preset, const char* key, KitJson* value)
{
  KitJson* const meta = own_meta(preset);
  if (!meta) {
    kit_json_free(value);
    return KIT_ERR_NO_MEMORY;
  }
  return kit_json_set(meta, key, value);
}

KitStatus
kit_preset_set_meta(KitPreset* preset, const char* key, const char* text)
{
  if (!text) {
    KitJson* const meta = kit_json_get(preset->kept, KIT_KEY_META);
    if (meta) {
      kit_json_remove(meta, key);
    }
    return KIT_SUCCESS;
  }
  KitJson* const json = kit_json_new_string(text);
  if (!json) {
    return kit_utf8_is_legal(text) ? KIT_ERR_NO_MEMORY : KIT_ERR_BAD_ARG;
  }
  return set_in_meta(preset, key, json);
}

static bool
has_text(const KitJson* array, const char* text)
{
  for (size_t i = 0; i < kit_json_size(array); ++i) {
    const char* const other = kit_json_string(kit_json_at(array, i));
    if (other && !strcmp(other, text)) {
      return true;
    }
  }
  return false;
}

/** Append the words between commas; cuts `list` up. */
static KitStatus
append_tags(KitJson* tags, char* list)
{
  KitStatus st = KIT_SUCCESS;
  for (char* next = list; !st && next;) {
    char* tag = next;
    next      = strchr(tag, ',');
    if (next) {
      *next++ = '\0';
    }
    tag += strspn(tag, " ");
    for (char* end = tag + strlen(tag); end > tag && end[-1] == ' ';) {
      *--end = '\0';
    }
    for (char* c = tag; *c; ++c) {
      *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    }
    if (*tag && !has_text(tags, tag)) {
      st = kit_json_append(tags, kit_json_new_string(tag));
    }
  }
  return st;
}

KitStatus
kit_preset_set_tags(KitPreset* preset, const char* list)
{
  if (!kit_utf8_is_legal(list)) {
    return KIT_ERR_BAD_ARG;
  }
  char* const    copy = kit_strdup(list);
  KitJson* const tags = kit_json_new_array();
  KitStatus      st   = copy && tags ? append_tags(tags, copy) : KIT_ERR_NO_MEMORY;
  kit_free(copy);
  if (st) {
    kit_json_free(tags);
    return st;
  }
  return set_in_meta(preset, "tags", tags);
}

const char*
kit_preset_note(const KitPreset* preset, const char* key)
{
  return kit_json_string(kit_json_get(kit_json_get(preset->kept, KIT_KEY_NOTES), key));
}

KitStatus
kit_preset_set_note(KitPreset* preset, const char* key, const char* text)
{
  KitJson* notes = kit_json_get(preset->kept, KIT_KEY_NOTES);
  if (!text) {
    if (notes) {
      kit_json_remove(notes, key);
    }
    return KIT_SUCCESS;
  }
  if (!notes) {
    const KitStatus st = kit_json_set(preset->kept, KIT_KEY_NOTES, kit_json_new_object());
    if (st) {
      return st;
    }
    notes = kit_json_get(preset->kept, KIT_KEY_NOTES);
  }
  return kit_json_set_string(notes, key, text);
}

void
kit_preset_drop_notes(KitPreset* preset)
{
  kit_json_remove(preset->kept, KIT_KEY_NOTES);
}

double
kit_preset_tail_s(const KitPreset* preset)
{
  return preset->tail_s;
}

int
kit_preset_bypassed(const KitPreset* preset)
{
  return preset->bypassed;
}

void
kit_preset_set_bypassed(KitPreset* preset, int bypassed)
{
  preset->bypassed = bypassed < 0 ? -1 : bypassed > 0;
}

char*
kit_preset_user_folder(const KitEffect* effect)
{
  char* const data   = kit_data_folder();
  char* const folder = data ? kit_asprintf("%s/vstkit/presets/%s", data, effect->id) : NULL;
  kit_free(data);
  return folder;
}
