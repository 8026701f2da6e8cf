// SPDX-License-Identifier: ISC
/** @file preset_impl.h  Inside a preset.  [main-thread] */
#ifndef KIT_PRESET_IMPL_H
#define KIT_PRESET_IMPL_H

#include "json.h"
#include "vstkit/preset.h"

#include <stdarg.h>

#define KIT_PRESET_FORMAT     1
#define KIT_PRESET_MAX_VALUES 65536U

#define KIT_KEY_FORMAT "vstkit_format"
#define KIT_KEY_EFFECT "vstkit_effect"
#define KIT_KEY_META   "_meta"
#define KIT_KEY_TAIL   "tail_length"
#define KIT_KEY_BYPASS "bypass"
#define KIT_KEY_NOTES  "vstkit_plugin" // Object of texts: what a plugin keeps in its state beside sound

struct KitPreset {
  const KitEffect* effect;
  double*          values;   ///< [n_slots]
  KitJson*         kept;     ///< Object: `_meta` and unknown members, in the order of the file
  double           tail_s;   ///< −1: none
  int              bypassed; ///< −1: not said
};

/** `tail_length` as a parameter: its unit and range. */
extern const KitParam kit_preset_tail_param;

/** Where values come from, for messages. */
typedef struct {
  const KitLog* log;
  const char*   origin; ///< Null: no file, messages begin with the key
  const char*   text;   ///< Of `origin`, to find the places of keys
  size_t        size;
  const char*   key; ///< The member that is being read
} KitPresetSource;

/** Log "origin:line:column: key "key": …" */
void
kit_preset_say(const KitPresetSource* source, KitLogLevel level, const char* format, ...) KIT_PRINTF(3, 4);

/** Bring a value into the range that the engine takes; warns if it is outside the control's. */
double
kit_preset_fit(const KitPresetSource* source, const KitParam* param, uint32_t element, double value);

/** Read a member for `param` over its defaults in `values` [count].
    @return #KIT_ERR_BAD_DATA for a wrong type, logged. */
KitStatus
kit_preset_read_param(const KitPresetSource* source, const KitParam* param, const KitJson* json,
                      double* values);

#endif
