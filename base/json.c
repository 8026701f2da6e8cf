// SPDX-License-Identifier: ISC
#include "json.h"

#include <jansson.h>

#include <math.h>

// A KitJson is a json_t under another name: never defined, only cast

static json_t*
from_kit(const KitJson* json)
{
  return (json_t*)json;
}

static KitJson*
to_kit(json_t* json)
{
  return (KitJson*)json;
}

KitJson*
kit_json_new_object(void)
{
  return to_kit(json_object());
}

KitJson*
kit_json_new_array(void)
{
  return to_kit(json_array());
}

KitJson*
kit_json_new_string(const char* text)
{
  return to_kit(json_string(text));
}

KitJson*
kit_json_new_bool(bool value)
{
  return to_kit(json_boolean(value));
}

KitJson*
kit_json_new_null(void)
{
  return to_kit(json_null());
}

KitJson*
kit_json_share(const KitJson* json)
{
  return to_kit(json_incref(from_kit(json)));
}

void
kit_json_free(KitJson* json)
{
  json_decref(from_kit(json));
}

KitJsonType
kit_json_type(const KitJson* json)
{
  if (!json) {
    return KIT_JSON_ABSENT;
  }
  switch (json_typeof(from_kit(json))) {
    case JSON_OBJECT: return KIT_JSON_OBJECT;
    case JSON_ARRAY: return KIT_JSON_ARRAY;
    case JSON_STRING: return KIT_JSON_STRING;
    case JSON_INTEGER: return KIT_JSON_INT;
    case JSON_REAL: return KIT_JSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE: return KIT_JSON_BOOL;
    case JSON_NULL: return KIT_JSON_NULL;
  }
  return KIT_JSON_ABSENT;
}

const char*
kit_json_type_text(KitJsonType type)
{
  switch (type) {
    case KIT_JSON_ABSENT: return "nothing";
    case KIT_JSON_NULL: return "null";
    case KIT_JSON_BOOL: return "true or false";
    case KIT_JSON_INT: return "a whole number";
    case KIT_JSON_REAL: return "a number";
    case KIT_JSON_STRING: return "a text";
    case KIT_JSON_ARRAY: return "an array";
    case KIT_JSON_OBJECT: return "an object";
  }
  return "nothing";
}

bool
kit_json_number(const KitJson* json, double* value)
{
  const bool is_number = json_is_number(from_kit(json));
  if (is_number) {
    *value = json_number_value(from_kit(json));
  }
  return is_number;
}

bool
kit_json_bool(const KitJson* json, bool* value)
{
  const bool is_bool = json_is_boolean(from_kit(json));
  if (is_bool) {
    *value = json_is_true(from_kit(json));
  }
  return is_bool;
}

const char*
kit_json_string(const KitJson* json)
{
  return json_string_value(from_kit(json));
}

size_t
kit_json_size(const KitJson* json)
{
  return json_array_size(from_kit(json)) + json_object_size(from_kit(json));
}

KitJson*
kit_json_at(const KitJson* array, size_t index)
{
  return to_kit(json_array_get(from_kit(array), index));
}

KitJson*
kit_json_get(const KitJson* object, const char* key)
{
  return to_kit(json_object_get(from_kit(object), key));
}

bool
kit_json_get_number(const KitJson* object, const char* key, double* value)
{
  return kit_json_number(kit_json_get(object, key), value);
}

const char*
kit_json_next_key(const KitJson* object, const char* key)
{
  json_t* const json = from_kit(object);
  void* const   iter =
    key ? json_object_iter_next(json, json_object_iter_at(json, key)) : json_object_iter(json);
  return json_object_iter_key(iter);
}

static KitStatus
set_new(KitJson* object, const char* key, json_t* value)
{
  json_t* const json = from_kit(object);
  if (!json_is_object(json)) {
    json_decref(value);
    return KIT_ERR_BAD_ARG;
  }
  return json_object_set_new(json, key, value) ? KIT_ERR_NO_MEMORY : KIT_SUCCESS;
}

static KitStatus
append_new(KitJson* array, json_t* value)
{
  json_t* const json = from_kit(array);
  if (!json_is_array(json)) {
    json_decref(value);
    return KIT_ERR_BAD_ARG;
  }
  return json_array_append_new(json, value) ? KIT_ERR_NO_MEMORY : KIT_SUCCESS;
}

KitStatus
kit_json_set_real(KitJson* object, const char* key, double value)
{
  return isfinite(value) ? set_new(object, key, json_real(value)) : KIT_ERR_BAD_ARG;
}

KitStatus
kit_json_set_int(KitJson* object, const char* key, int64_t value)
{
  return set_new(object, key, json_integer(value));
}

KitStatus
kit_json_set_bool(KitJson* object, const char* key, bool value)
{
  return set_new(object, key, json_boolean(value));
}

KitStatus
kit_json_set_string(KitJson* object, const char* key, const char* value)
{
  return set_new(object, key, json_string(value));
}

KitStatus
kit_json_set(KitJson* object, const char* key, KitJson* value)
{
  return set_new(object, key, from_kit(value));
}

void
kit_json_remove(KitJson* object, const char* key)
{
  json_object_del(from_kit(object), key);
}

KitStatus
kit_json_append_real(KitJson* array, double value)
{
  return isfinite(value) ? append_new(array, json_real(value)) : KIT_ERR_BAD_ARG;
}

KitStatus
kit_json_append_int(KitJson* array, int64_t value)
{
  return append_new(array, json_integer(value));
}

KitStatus
kit_json_append(KitJson* array, KitJson* value)
{
  return append_new(array, from_kit(value));
}
