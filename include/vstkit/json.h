// SPDX-License-Identifier: ISC
/**
   @file json.h  What KitEffect::migrate() needs to read and rewrite the object of an old preset.

   A #KitJson is a value of any type.  Values inside an object or an array are
   *borrowed* from it and valid until it is changed or freed.  Every function
   takes a null value as "absent".  Nothing here depends on the locale.

   [any thread but audio; one thread at a time per value]
*/
#ifndef VSTKIT_JSON_H
#define VSTKIT_JSON_H

#include "vstkit/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

/** Empty array, to store with kit_json_set().  @return null without memory. */
KitJson*
kit_json_new_array(void);

/** Drop a value that was made and not stored.  Null is allowed. */
void
kit_json_free(KitJson* json);

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

KitStatus
kit_json_append_real(KitJson* array, double value);

KitStatus
kit_json_append_int(KitJson* array, int64_t value);

/** As kit_json_set(): takes `value`. */
KitStatus
kit_json_append(KitJson* array, KitJson* value);

/** Remove a member if it is there. */
void
kit_json_remove(KitJson* object, const char* key);

#ifdef __cplusplus
}
#endif
#endif
