// SPDX-License-Identifier: ISC
/**
   @file json.h  JSON values: a thin layer over Jansson with limits and clear messages.

   A #KitJson is a value of any type.  Values inside an object or an array are
   *borrowed* from it and valid until it is changed or freed.  Every function
   takes a null value as "absent".  Nothing here depends on the locale.

   [any thread but audio; one thread at a time per value]
*/
#ifndef KIT_BASE_JSON_H
#define KIT_BASE_JSON_H

#include "vstkit/log.h"
#include "vstkit/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct KitJson KitJson;

typedef enum {
  KIT_JSON_ABSENT, ///< Null pointer: no such member or element
  KIT_JSON_NULL,
  KIT_JSON_BOOL,
  KIT_JSON_INT,  ///< Written without point or exponent
  KIT_JSON_REAL, ///< Any other number
  KIT_JSON_STRING,
  KIT_JSON_ARRAY,
  KIT_JSON_OBJECT,
} KitJsonType;

/** A text to parse, and how much of it is bearable. */
typedef struct {
  const char* origin; ///< For messages: a path, or what the text is
  const char* text;   ///< UTF-8; need not be terminated
  size_t      size;   ///< Bytes
  size_t      max_bytes;
  uint32_t    max_depth;  ///< Of nested objects and arrays; at most 1024
  uint32_t    max_values; ///< Values altogether, about
} KitJsonSource;

/** 1-based; columns count characters. */
typedef struct {
  uint32_t line;
  uint32_t column;
} KitJsonPlace;

/**
   Parse an object or array.

   A byte order mark is skipped with a warning.  Duplicate keys, NaN, infinite
   and overflowing numbers, NUL characters and trailing text are errors.

   @return #KIT_SUCCESS with `*json` to free with kit_json_free();
   #KIT_ERR_BAD_DATA, #KIT_ERR_TOO_LARGE, #KIT_ERR_NO_MEMORY with `*json` null
   and one error "origin:line:column: …" in `log`.
*/
KitStatus
kit_json_parse(const KitJsonSource* source, const KitLog* log, KitJson** json);

/** Place of the key of a top-level member in a text that parses; 1:1 where it is not found. */
KitJsonPlace
kit_json_find_key(const char* text, size_t size, const char* key);

/** Empty object or array.  @return null without memory. */
KitJson*
kit_json_new_object(void);

KitJson*
kit_json_new_array(void);

/** A text (UTF-8), a truth value and nothing, to store with kit_json_set() or kit_json_append().
    @return null without memory, or for a text that is not UTF-8. */
KitJson*
kit_json_new_string(const char* text);

KitJson*
kit_json_new_bool(bool value);

KitJson*
kit_json_new_null(void);

/** Another reference to the same value; free both.  Null stays null. */
KitJson*
kit_json_share(const KitJson* json);

/** Drop a value that was parsed, made or shared (never a borrowed one).  Null is allowed. */
void
kit_json_free(KitJson* json);

/** Write as text, ending with a line feed if `indented`.  Reals keep every bit and look like reals.
    @return text to free with kit_free(), or null without memory. */
char*
kit_json_write(const KitJson* json, bool indented);

/* Queries */

KitJsonType
kit_json_type(const KitJson* json);

/** "a number", "an array", … for messages.  Static. */
const char*
kit_json_type_text(KitJsonType type);

/** Value of a number (finite).  @return false, `*value` unchanged, if `json` is none. */
bool
kit_json_number(const KitJson* json, double* value);

/** @return false, `*value` unchanged, if `json` is no boolean. */
bool
kit_json_bool(const KitJson* json, bool* value);

/** Borrowed text without NUL characters, or null if `json` is no string. */
const char*
kit_json_string(const KitJson* json);

/** Members of an object or elements of an array; 0 for others. */
size_t
kit_json_size(const KitJson* json);

/** Element of an array, or null. */
KitJson*
kit_json_at(const KitJson* array, size_t index);

/** Member of an object, or null. */
KitJson*
kit_json_get(const KitJson* object, const char* key);

/** Shorthand for kit_json_number(kit_json_get(object, key), value). */
bool
kit_json_get_number(const KitJson* object, const char* key, double* value);

/** Keys in the order of the text: the first for a null `key`, else the next one after `key`; null at the end.
    Borrowed. */
const char*
kit_json_next_key(const KitJson* object, const char* key);

/* Changes.  All of them: #KIT_SUCCESS, or #KIT_ERR_NO_MEMORY with the object or array as it was, or
   #KIT_ERR_BAD_ARG (not an object or array, a number that is not finite, text that is not UTF-8). */

/** Store a number as a real: 2 is written "2.0". */
KitStatus
kit_json_set_real(KitJson* object, const char* key, double value);

/** Store a whole number: 2 is written "2". */
KitStatus
kit_json_set_int(KitJson* object, const char* key, int64_t value);

KitStatus
kit_json_set_bool(KitJson* object, const char* key, bool value);

KitStatus
kit_json_set_string(KitJson* object, const char* key, const char* value);

/** Store `value`, which the call takes, even when it fails.  A null `value` fails for want of memory. */
KitStatus
kit_json_set(KitJson* object, const char* key, KitJson* value);

/** Remove a member if it is there. */
void
kit_json_remove(KitJson* object, const char* key);

KitStatus
kit_json_append_real(KitJson* array, double value);

KitStatus
kit_json_append_int(KitJson* array, int64_t value);

/** As kit_json_set(): takes `value`. */
KitStatus
kit_json_append(KitJson* array, KitJson* value);

#endif
