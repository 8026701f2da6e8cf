// SPDX-License-Identifier: ISC
#include "tap.h"
#include "vstkit/direct.h"

#include <string.h>

static void
check_ids(const KitEffect* effect)
{
  const uint32_t n        = kit_params_n_slots(effect->table);
  bool           distinct = true;
  for (uint32_t a = 0; a < n; ++a) {
    for (uint32_t b = 0; b < a; ++b) {
      KitParamRef ra;
      KitParamRef rb;
      kit_params_at_slot(effect->table, a, &ra);
      kit_params_at_slot(effect->table, b, &rb);
      distinct = distinct && kit_param_id(ra.param, ra.element) != kit_param_id(rb.param, rb.element);
    }
  }
  tap_ok(distinct, "%s: host ids of all %u slots differ", effect->id, n);
}

static bool
has_section(const KitEffect* effect, const char* id)
{
  bool found = false;
  for (uint32_t i = 0; id && i < effect->n_sections; ++i) {
    found = found || !strcmp(effect->sections[i].id, id);
  }
  return found;
}

static bool
has_all_choices(const KitParam* p)
{
  uint32_t n = 0;
  while (p->choices && p->choices[n]) {
    ++n;
  }
  return p->min == 0.0 && p->max == n - 1.0;
}

static void
check_rows(const KitEffect* effect)
{
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    const KitParam* const p     = &effect->table.params[i];
    bool                  legal = true;
    for (uint32_t j = 0; j < kit_param_count(p); ++j) {
      legal = legal && kit_param_clamp(p, kit_param_default(p, j)) == kit_param_default(p, j);
    }
    tap_ok(legal, "%s.%s: default is legal", effect->id, p->key);
    tap_ok(strlen(p->short_name) <= 8 && p->help && p->section, "%s.%s: row is complete", effect->id, p->key);
    tap_ok(has_section(effect, p->section), "%s.%s: its section \"%s\" is one of the effect's", effect->id,
           p->key, p->section ? p->section : "");
    if (p->kind == KIT_KIND_CHOICE) {
      tap_ok(has_all_choices(p), "%s.%s: values 0 to %g are its choices", effect->id, p->key, p->max);
    }
  }
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    check_ids(effects[i]);
    check_rows(effects[i]);
  }
  return tap_done();
}
