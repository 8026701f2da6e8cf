// SPDX-License-Identifier: ISC
// The list of parameters, and their texts
#include "conform.h"

#include "alloc.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Not by the function that the formats share
static const char*
section_name(const KitEffect* effect, const KitParam* row)
{
  for (uint32_t i = 0; i < effect->n_sections; ++i) {
    if (row->section && !strcmp(effect->sections[i].id, row->section)) {
      return effect->sections[i].name;
    }
  }
  return "";
}

// What the format does not say of a parameter is empty; what it says must be the table's
static bool
describes(const HostPlugin* plugin, const KitHostParam* want, const HostParam* got)
{
  const KitParam* const row = want->param;
  char                  name[128];
  const char* const     group     = section_name(plugin->effect, row);
  const bool            is_bypass = want->slot == KIT_BYPASS_SLOT;
  const bool            starts    = (host_format.can & HOST_STARTS_THERE) != 0;
  const double          def       = starts ? want->opening : kit_param_default(row, want->element);
  kit_param_name(row, want->element, name, sizeof(name));
  if (is_bypass && !got->name[0]) {
    return got->is_bypass && got->id == want->id;
  }
  return got->id == want->id && !strcmp(got->name, name) && !strcmp(got->group, group) &&
         (!got->unit[0] || !strcmp(got->unit, kit_unit_text(row->unit))) &&
         got->min == host_format.carried(row, row->min) && got->max == host_format.carried(row, row->max) &&
         got->def == host_format.carried(row, def) && got->is_bypass == is_bypass &&
         (is_bypass || got->is_choice == (row->kind == KIT_KIND_CHOICE)) &&
         (!got->is_stepped || kit_param_is_stepped(row)) &&
         got->is_hidden == ((row->flags & KIT_PARAM_HIDDEN) != 0) &&
         host_format.get(plugin, want) == host_format.carried(row, want->opening);
}

static void
check_list(const HostPlugin* plugin)
{
  const uint32_t n       = host_n_listed(plugin->effect);
  uint32_t       n_wrong = 0;
  HostParam      got;
  for (uint32_t i = 0; i < n; ++i) {
    KitHostParam want;
    host_param_at(plugin->effect, i, &want);
    if (!host_format.param(plugin, i, &got) || !describes(plugin, &want, &got)) {
      tap_note("%s: id %u, \"%s\" of \"%s\", %.17g to %.17g, default %.17g", want.param->key, got.id,
               got.name, got.group, got.min, got.max, got.def);
      ++n_wrong;
    }
  }
  const HostSetup* const now = &plugin->setup;
  tap_ok(host_n_params(plugin) == n && !n_wrong,
         "%u to %u: all %u parameters are described as in the table, and stand where a new one opens",
         now->n_in ? now->n_in : 2U, now->n_out ? now->n_out : 2U, n);
}

static int
by_number(const void* a, const void* b)
{
  const uint32_t left  = *(const uint32_t*)a;
  const uint32_t right = *(const uint32_t*)b;
  return (left > right) - (left < right);
}

// Controllers and hosts that show few parameters show the first
static void
check_order(const HostPlugin* plugin)
{
  const uint32_t  n       = host_n_params(plugin);
  uint32_t* const ids     = (uint32_t*)kit_calloc(n + 1U, sizeof(uint32_t));
  uint32_t        n_wrong = 0;
  bool            hidden  = false;
  host_require(ids, "no memory");
  for (uint32_t i = 0; i < n; ++i) {
    KitHostParam want;
    HostParam    got;
    host_param_at(plugin->effect, i, &want);
    host_format.param(plugin, i, &got);
    ids[i] = got.id;
    hidden = hidden || got.is_hidden;
    n_wrong += !got.is_bypass && (hidden != got.is_hidden || (want.param->count < 2U && i >= 64U));
  }
  qsort(ids, n, sizeof(uint32_t), by_number);
  for (uint32_t i = 1; i < n; ++i) {
    n_wrong += ids[i - 1U] == ids[i];
  }
  tap_ok(!n_wrong, "their numbers differ; single ones are among the first 64, hidden ones come last");
  kit_free(ids);
}

// Four digits of the value, or one step
static bool
text_survives(const HostPlugin* plugin, const KitHostParam* param, double value)
{
  const KitParam* const row = param->param;
  char                  first[128];
  char                  second[128];
  double                read = (double)NAN;
  const bool            same = host_format.to_text(plugin, param, value, first, sizeof(first)) && first[0] &&
                    host_format.from_text(plugin, param, first, &read) &&
                    host_format.to_text(plugin, param, read, second, sizeof(second)) &&
                    !strcmp(first, second) &&
                    fabs(kit_param_to_normal(row, read) - kit_param_to_normal(row, value)) <=
                      (kit_param_is_stepped(row) ? 1e-9 : 0.02);
  if (!same) {
    tap_note("%s: %.17g is \"%s\", which is %.17g", row->key, value, first, read);
  }
  return same;
}

static void
check_texts(const HostPlugin* plugin)
{
  uint32_t n_wrong = 0;
  for (uint32_t i = 0; i < host_n_listed(plugin->effect); ++i) {
    KitHostParam param;
    host_param_at(plugin->effect, i, &param);
    const KitParam* const row = param.param;
    for (uint32_t k = 0; k <= 20U; ++k) {
      const double linear = kit_param_clamp(row, row->min + (row->max - row->min) * k / 20.0);
      n_wrong += !text_survives(plugin, &param, kit_param_from_normal(row, k / 20.0));
      n_wrong += !text_survives(plugin, &param, kit_param_is_stepped(row) ? floor(linear) : linear);
    }
  }
  tap_ok(!n_wrong, "texts of values read back as those values");
}

static void
check_misused_texts(const HostPlugin* plugin)
{
  const KitHostParam unknown = host_param(plugin->effect, UINT32_MAX - 9U);
  KitHostParam       first;
  char               text[64];
  double             value = 7.0;
  host_param_at(plugin->effect, 0, &first);
  tap_ok(!host_format.to_text(plugin, &unknown, 0.5, text, 64) &&
           !host_format.from_text(plugin, &unknown, "0", &value) && value == 7.0,
         "a parameter that does not exist has no texts");
  tap_ok(!host_format.to_text(plugin, &first, (double)NAN, text, 64), "nor has NaN");
  tap_ok(!host_format.from_text(plugin, &first, "no value at all", &value) &&
           !host_format.from_text(plugin, &first, "", &value) &&
           !host_format.from_text(plugin, &first, "nan", &value) &&
           !host_format.from_text(plugin, &first, NULL, &value) && value == 7.0,
         "nonsense is no value");
}

static void
check_values(HostPlugin* plugin)
{
  const KitHostParam unknown = host_param(plugin->effect, UINT32_MAX - 9U);
  uint32_t           n_wrong = 0;
  for (uint32_t i = 0; i < host_n_listed(plugin->effect); ++i) {
    KitHostParam param;
    host_param_at(plugin->effect, i, &param);
    for (uint32_t k = 0; k <= 4U; ++k) {
      const double value = kit_param_from_normal(param.param, k / 4.0);
      n_wrong += !host_format.set(plugin, &param, value) ||
                 host_format.get(plugin, &param) != host_format.carried(param.param, value);
    }
  }
  tap_ok(!n_wrong, "each takes values from end to end of its range, and shows them");
  host_format.set(plugin, &unknown, 0.5);
  const double none = host_format.get(plugin, &unknown);
  HostParam    past;
  tap_ok((none == 0.0 || none == unknown.param->min) &&
           !host_format.param(plugin, host_n_params(plugin), &past) &&
           !host_format.param(plugin, UINT32_MAX, &past),
         "one that does not exist has no value, and the list has an end");
}

// Some formats have a plugin for every layout
static void
check_layouts(HostPlugin* plugin)
{
  static const uint32_t layouts[3][2] = {{1, 1}, {1, 2}, {2, 2}};
  check_list(plugin);
  for (uint32_t l = 0; l < 3U && plugin->effect->stream_new; ++l) {
    Take take        = take_default(48000.0);
    take.setup.n_in  = layouts[l][0];
    take.setup.n_out = layouts[l][1];
    host_require(host_format.start(plugin, &take.setup), "the plugin does not start");
    host_format.stop(plugin);
    check_list(plugin);
  }
}

void
check_params(const Subject* subject)
{
  HostPlugin* const plugin = conform_open(subject->module);
  check_layouts(plugin);
  check_order(plugin);
  if (host_format.to_text) {
    check_texts(plugin);
    check_misused_texts(plugin);
  } else {
    tap_note("hosts of %s write values on their own", host_format.name);
  }
  check_values(plugin);
  conform_close(plugin);
}
