// SPDX-License-Identifier: ISC
#include "preset_impl.h"

#include "alloc.h"
#include "near.h"

#include <math.h>
#include <string.h>

#define MAX_UNKNOWN_SAID 16U // Each takes a look through the text for its place

static void
name_origin(void* handle, KitLogLevel level, const char* text)
{
  const KitPresetSource* const source = (const KitPresetSource*)handle;
  kit_log(source->log, level, "%s: %s", source->origin, text);
}

static KitStatus
migrate(const KitPresetSource* source, const KitEffect* effect, KitJson* root)
{
  if (!effect->migrate) {
    return KIT_SUCCESS;
  }
  KitPresetSource named = *source;
  const KitLog    log   = {name_origin, &named};
  const KitStatus st    = effect->migrate(root, &log);
  if (st && st != KIT_ERR_NO_MEMORY) {
    kit_log(source->log, KIT_LOG_ERROR, "%s:1:1: its old keys cannot be read", source->origin);
  }
  return st;
}

static KitStatus
read_format(const KitPresetSource* source, const KitJson* json)
{
  double format = 0.0;
  if (!kit_json_number(json, &format)) {
    kit_preset_say(source, KIT_LOG_ERROR, "%s where a number is expected",
                   kit_json_type_text(kit_json_type(json)));
    return KIT_ERR_BAD_DATA;
  }
  if (floor(format) > KIT_PRESET_FORMAT) {
    kit_preset_say(source, KIT_LOG_ERROR, "format %g is newer than what this version reads (%d): update %s",
                   format, KIT_PRESET_FORMAT, "VstKit");
    return KIT_ERR_UNSUPPORTED;
  }
  return KIT_SUCCESS;
}

static KitStatus
check_effect(const KitPresetSource* source, const KitJson* json, const KitEffect* effect)
{
  const char* const id = kit_json_string(json);
  if (!id) {
    kit_preset_say(source, KIT_LOG_ERROR, "%s where a text is expected",
                   kit_json_type_text(kit_json_type(json)));
    return KIT_ERR_BAD_DATA;
  }
  if (strcmp(id, effect->id) != 0) {
    kit_preset_say(source, KIT_LOG_ERROR, "made for \"%s\", not for %s (\"%s\"): load it there", id,
                   effect->name, effect->id);
    return KIT_ERR_BAD_DATA;
  }
  return KIT_SUCCESS;
}

static KitStatus
read_bypass(const KitPresetSource* source, const KitJson* json, KitPreset* preset)
{
  bool bypassed = false;
  if (!kit_json_bool(json, &bypassed)) {
    kit_preset_say(source, KIT_LOG_ERROR, "%s where true or false is expected",
                   kit_json_type_text(kit_json_type(json)));
    return KIT_ERR_BAD_DATA;
  }
  preset->bypassed = bypassed;
  return KIT_SUCCESS;
}

static KitStatus
keep(KitPreset* preset, const char* key, const KitJson* json)
{
  return kit_json_set(preset->kept, key, kit_json_share(json));
}

static KitStatus
read_meta(const KitPresetSource* source, const KitJson* json, KitPreset* preset)
{
  if (kit_json_type(json) != KIT_JSON_OBJECT) {
    kit_preset_say(source, KIT_LOG_ERROR, "%s where an object is expected",
                   kit_json_type_text(kit_json_type(json)));
    return KIT_ERR_BAD_DATA;
  }
  return keep(preset, KIT_KEY_META, json);
}

static bool
is_kit_key(const char* key)
{
  return !strcmp(key, KIT_KEY_FORMAT) || !strcmp(key, KIT_KEY_EFFECT) || !strcmp(key, KIT_KEY_META) ||
         !strcmp(key, KIT_KEY_TAIL) || !strcmp(key, KIT_KEY_BYPASS) || !strcmp(key, KIT_KEY_NOTES);
}

static KitStatus
read_kit_key(const KitPresetSource* source, const KitJson* json, KitPreset* preset)
{
  if (!strcmp(source->key, KIT_KEY_FORMAT) || !strcmp(source->key, KIT_KEY_EFFECT)) {
    return KIT_SUCCESS; // Looked at before all others
  }
  if (!strcmp(source->key, KIT_KEY_META)) {
    return read_meta(source, json, preset);
  }
  if (!strcmp(source->key, KIT_KEY_BYPASS)) {
    return read_bypass(source, json, preset);
  }
  if (!strcmp(source->key, KIT_KEY_NOTES)) {
    return kit_json_type(json) == KIT_JSON_OBJECT ? keep(preset, KIT_KEY_NOTES, json) : KIT_SUCCESS;
  }
  return kit_preset_read_param(source, &kit_preset_tail_param, json, &preset->tail_s);
}

static void
say_unknown(const KitPresetSource* source, const KitEffect* effect)
{
  KitNear near;
  kit_near_init(&near, source->key);
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    kit_near_offer(&near, effect->table.params[i].key);
  }
  kit_near_offer(&near, KIT_KEY_TAIL);
  kit_preset_say(source, KIT_LOG_WARNING, "unknown to %s, kept but without effect%s", effect->name,
                 kit_near_text(&near));
}

static KitStatus
read_members(KitPresetSource* source, const KitJson* root, KitPreset* preset)
{
  uint32_t  n_known   = 0;
  uint32_t  n_unknown = 0;
  KitStatus st        = KIT_SUCCESS;
  for (const char* key = kit_json_next_key(root, NULL); key && !st; key = kit_json_next_key(root, key)) {
    const KitJson* const json = kit_json_get(root, key);
    KitParamRef          ref;
    source->key = key;
    if (!strchr(key, '.') && kit_params_find(preset->effect->table, key, &ref)) {
      st = kit_preset_read_param(source, ref.param, json, preset->values + ref.slot);
      ++n_known;
    } else if (is_kit_key(key)) {
      st = read_kit_key(source, json, preset);
    } else {
      st = keep(preset, key, json);
      if (n_unknown++ < MAX_UNKNOWN_SAID) {
        say_unknown(source, preset->effect);
      }
    }
  }
  if (n_unknown > MAX_UNKNOWN_SAID) {
    kit_log(source->log, KIT_LOG_WARNING, "%s: %u more unknown keys", source->origin,
            n_unknown - MAX_UNKNOWN_SAID);
  }
  if (!st && n_unknown && !n_known) {
    kit_log(source->log, KIT_LOG_ERROR, "%s:1:1: no preset of %s: not one of its keys is in it",
            source->origin, preset->effect->name);
    st = KIT_ERR_BAD_DATA;
  }
  return st;
}

static KitStatus
read_root(KitPresetSource* source, KitJson* root, KitPreset* preset)
{
  if (kit_json_type(root) != KIT_JSON_OBJECT) {
    kit_log(source->log, KIT_LOG_ERROR, "%s:1:1: %s where an object { … } is expected", source->origin,
            kit_json_type_text(kit_json_type(root)));
    return KIT_ERR_BAD_DATA;
  }
  const KitJson* const format = kit_json_get(root, KIT_KEY_FORMAT);
  source->key                 = KIT_KEY_FORMAT;
  KitStatus            st     = format ? read_format(source, format) : KIT_SUCCESS;
  const KitJson* const effect = kit_json_get(root, KIT_KEY_EFFECT);
  source->key                 = KIT_KEY_EFFECT;
  st                          = !st && effect ? check_effect(source, effect, preset->effect) : st;
  st                          = st ? st : migrate(source, preset->effect, root);
  return st ? st : read_members(source, root, preset);
}

KitStatus
kit_preset_parse(KitPreset* preset, const char* origin, const char* text, size_t size, const KitLog* log)
{
  const KitJsonSource json = {
    origin, text, size, KIT_PRESET_MAX_BYTES, KIT_PRESET_MAX_DEPTH, KIT_PRESET_MAX_VALUES};
  KitPresetSource  source = {.log = log, .origin = origin, .text = text, .size = size};
  KitJson*         root   = NULL;
  KitPreset* const fresh  = kit_preset_new(preset->effect);
  KitStatus        st     = fresh ? kit_json_parse(&json, log, &root) : KIT_ERR_NO_MEMORY;
  if (!st) {
    st = read_root(&source, root, fresh);
  }
  if (!st) {
    const KitPreset old = *preset;
    *preset             = *fresh;
    *fresh              = old;
  }
  if (st == KIT_ERR_NO_MEMORY) {
    kit_log(log, KIT_LOG_ERROR, "%s: %s", origin, kit_status_text(st));
  }
  kit_json_free(root);
  kit_preset_free(fresh);
  return st;
}
