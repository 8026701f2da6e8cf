// SPDX-License-Identifier: ISC
/**
   @file json.h  JSON as text and as values: a thin layer over Jansson with limits and clear messages.

   What effects may see of it, and the rules of borrowing, are in vstkit/json.h.

   [any thread but audio; one thread at a time per value]
*/
#ifndef KIT_BASE_JSON_H
#define KIT_BASE_JSON_H

#include "vstkit/json.h"
#include "vstkit/log.h"

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

/** Empty object.  @return null without memory. */
KitJson*
kit_json_new_object(void);

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

/** Write as text, ending with a line feed if `indented`.  Reals keep every bit and look like reals.
    @return text to free with kit_free(), or null without memory. */
char*
kit_json_write(const KitJson* json, bool indented);

/** Keys in the order of the text: the first for a null `key`, else the next one after `key`; null at the end.
    Borrowed. */
const char*
kit_json_next_key(const KitJson* object, const char* key);

#endif
