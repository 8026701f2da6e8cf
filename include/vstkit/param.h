// SPDX-License-Identifier: ISC
/**
   @file param.h  The parameter table.

   An effect declares each parameter once, as a row of a constant table.  Every
   other list of parameters (plugin formats, presets, help, stubs, documents)
   is derived from that table.

   Values live in one flat array of double, `values[n_slots]`: a scalar takes
   one slot, an array parameter takes `count` consecutive ones.  Integers and
   choices (by index) are held as exact doubles.
*/
#ifndef VSTKIT_PARAM_H
#define VSTKIT_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { KIT_KIND_FLOAT, KIT_KIND_INT, KIT_KIND_CHOICE } KitKind;

/** How a 0–1 control maps to the range. */
typedef enum { KIT_SCALE_LINEAR, KIT_SCALE_LOG } KitScale;

typedef enum {
  KIT_UNIT_NONE,
  KIT_UNIT_DB,
  KIT_UNIT_HZ,
  KIT_UNIT_MS,
  KIT_UNIT_S,
  KIT_UNIT_SAMPLES, ///< Samples at #KIT_REFERENCE_RATE; engines keep the duration at other rates
} KitUnit;

/** The rate, in Hz, that sample-valued parameters count at. */
#define KIT_REFERENCE_RATE 44100.0

enum {
  KIT_PARAM_REBUILD = 1U << 0U, ///< A change needs a new stream (prepared off the audio thread); never glides
  KIT_PARAM_HIDDEN  = 1U << 1U, ///< For experts: hosts and panels may tuck it away
  KIT_PARAM_STATE_ONLY  = 1U << 2U, ///< Kept in presets, never a host parameter (e.g. a custom matrix)
  KIT_PARAM_NO_MODULATE = 1U << 3U, ///< Automatable, but takes no modulation offset
  KIT_PARAM_BY_NAME     = 1U << 4U, ///< A choice that presets store as its key, not its index
  KIT_PARAM_OPTIONAL    = 1U << 5U, ///< Saved only when it differs from its default
  KIT_PARAM_PLAY = 1U << 6U, ///< Stands on the first page of a window; where no row does, the leading ones do
  KIT_PARAM_LIVE = 1U << 7U, ///< For the hand while it plays: what begins with it on is silent
};

#define KIT_ABOVE_ZERO 1e-300 ///< KitNeed::min of what needs any amount of something

/**
   What a parameter has an effect under: another one lies in a range.

   Windows dim a control while it has no effect.
*/
typedef struct {
  const char* key; ///< Null ends a list
  double      min;
  double      max;
  double      per_element; ///< Added to `min` for each element of an array: what the n-th of several needs
  bool        or_next;     ///< It is enough that the next one holds
} KitNeed;

/** One row of the table.  All pointers are to static data. */
typedef struct {
  const char*        key;        ///< Stable name in presets and on the command line: [a-z0-9_]+
  const char*        name;       ///< For people: "Filter Frequency"
  const char*        short_name; ///< At most 8 characters
  const char*        section;    ///< `id` of a #KitSection
  const char*        help;       ///< One line
  KitKind            kind;
  KitScale           scale;
  KitUnit            unit;
  uint32_t           flags;
  uint32_t           count;       ///< Elements; 0 or 1 is a scalar
  uint32_t           columns;     ///< Row length when presets hold it as nested arrays, else 0
  double             min;         ///< Low end of the control's range
  double             max;         ///< High end; for a choice, the last index
  double             def;         ///< Default (of every element when `defs` is null)
  const double*      defs;        ///< [count] defaults of an array, or null
  double             step;        ///< Smallest useful change; 0 = continuous (1 for ints and choices)
  double             hard_min;    ///< What the engine can take beyond `min`…
  double             hard_max;    ///< …and `max`.  Both 0: the range itself.
  double             smooth_ms;   ///< Glide time; 0 = the default (10 ms), < 0 = none
  const char* const* choices;     ///< Labels, null-terminated, or null
  const char* const* choice_keys; ///< Spelling in presets when #KIT_PARAM_BY_NAME, null-terminated
  const KitNeed*     needs;       ///< All of them must hold for it to have an effect; null: it always may
} KitParam;

/** A group of parameters on a panel, page, module or unit. */
typedef struct {
  const char* id;
  const char* name;
} KitSection;

typedef struct {
  const KitParam* params;
  uint32_t        n_params;
} KitParamTable;

/** One addressable element. */
typedef struct {
  const KitParam* param;
  uint32_t        index;   ///< Row in the table
  uint32_t        element; ///< 0-based; 0 for scalars
  uint32_t        slot;    ///< Position in `values`
} KitParamRef;

/* All functions below are [thread-safe]: they only read constant data. */

/** Elements of `param`, at least 1. */
uint32_t
kit_param_count(const KitParam* param);

/** Length of the flat value array. */
uint32_t
kit_params_n_slots(KitParamTable table);

/** First slot of row `index`. */
uint32_t
kit_params_slot(KitParamTable table, uint32_t index);

/** The element at `slot`.  @return false if there is none. */
bool
kit_params_at_slot(KitParamTable table, uint32_t slot, KitParamRef* ref);

/**
   Find by text: "loss", or "delay_times.3" for the third element (1-based, as people count).

   "delay_times" alone finds element 0 of the array.
*/
bool
kit_params_find(KitParamTable table, const char* key, KitParamRef* ref);

/** Write every default to `values` [n_slots]. */
void
kit_params_defaults(KitParamTable table, double* values);

/** Whether an element has an effect with these values [n_slots], as its row declares. */
bool
kit_param_has_effect(KitParamTable table, const KitParam* param, uint32_t element, const double* values);

/** Default of one element. */
double
kit_param_default(const KitParam* param, uint32_t element);

/** Nearest legal value: clamped to the control's range, whole for ints and choices; NaN gives the default. */
double
kit_param_clamp(const KitParam* param, double value);

/** As kit_param_clamp(), but to the wider range that the engine takes (what a preset may hold). */
double
kit_param_clamp_hard(const KitParam* param, double value);

/** kit_param_clamp_hard() of all values [n_slots]; NaN gives an element's own default.  `to` may be `from`.
 */
void
kit_params_clamp_hard(KitParamTable table, const double* from, double* to);

/** Map a value to 0–1 along `scale`. */
double
kit_param_to_normal(const KitParam* param, double value);

/** Map 0–1 back to a value: always a legal one. */
double
kit_param_from_normal(const KitParam* param, double normal);

/** True if only whole steps make sense (ints and choices). */
bool
kit_param_is_stepped(const KitParam* param);

/** Unit as shown: "dB", "Hz", "ms", "s", "smp" or "". */
const char*
kit_unit_text(KitUnit unit);

/** "Delay 3" for elements of an array, else the name itself.  @return length as snprintf. */
int
kit_param_name(const KitParam* param, uint32_t element, char* buf, size_t size);

/** "delay_times.3" for elements of an array, else the key itself.  @return length as snprintf. */
int
kit_param_key(const KitParam* param, uint32_t element, char* buf, size_t size);

/**
   Number that names an element in hosts, for ever: FNV-1a of its key text, below 2^31.

   Depends on the key alone, so it survives new and reordered parameters.
*/
uint32_t
kit_param_id(const KitParam* param, uint32_t element);

/** Value as people read it: "1.2 kHz", "-6 dB", "bandpass", "0.50", "23.2 ms (1024 smp)".
    @return length as snprintf. */
int
kit_param_to_text(const KitParam* param, double value, char* buf, size_t size);

/** What a parameter takes, for messages: "20 Hz to 20 kHz", "0 off, 1 on". */
void
kit_param_range_text(const KitParam* param, char* buf, size_t size);

/**
   Read what kit_param_to_text() writes, and what people type.

   Takes SI prefixes ("1.2k", "1.2 kHz", "50 ms" for a time in s or samples), a
   bare number, a choice by label, key or index.  Of "23.2 ms (1024 smp)" the
   samples count, unless the time was changed.  Case and spaces do not matter.  The value is not clamped, but
   it is finite and, for choices and ints, whole.

   @return false, with `value` unchanged, when the text is no such value.
*/
bool
kit_param_from_text(const KitParam* param, const char* text, double* value);

#ifdef __cplusplus
}
#endif
#endif
