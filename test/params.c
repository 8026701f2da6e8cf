// SPDX-License-Identifier: ISC
#include "tap.h"
#include "vstkit/direct.h"

#include <stdio.h>
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

/** Keys are read as they are written, and in no other way. */
static void
check_keys(const KitEffect* effect)
{
  static const char* const odd[] = {
    "%s.0",
    "%s.00",
    "%s.01",
    "%s.+1",
    "%s.-1",
    "%s. 1",
    "%s.1 ",
    "%s.1.1",
    "%s.0x1",
    "%s.1e0",
    "%s.",
    "%s..1",
    "%s.1x",
    "%s. ",
    "%s.4294967297",
    "%s.4294967296",
    "%s.18446744073709551617",
    "%s.99999999999999999999999999999999999999999999999999999999999999999999999999999999",
  };
  unsigned n_lost  = 0;
  unsigned n_taken = 0;
  for (uint32_t slot = 0; slot < kit_params_n_slots(effect->table); ++slot) {
    KitParamRef ref;
    KitParamRef found = {0};
    char        key[200];
    kit_params_at_slot(effect->table, slot, &ref);
    kit_param_key(ref.param, ref.element, key, sizeof(key));
    n_lost += !kit_params_find(effect->table, key, &found) || found.slot != slot;
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); ++i) {
      snprintf(key, sizeof(key), odd[i], ref.param->key);
      n_taken += kit_params_find(effect->table, key, &found);
    }
    snprintf(key, sizeof(key), "%s.%u", ref.param->key, kit_param_count(ref.param) + 1U);
    n_taken += kit_params_find(effect->table, key, &found);
  }
  tap_ok(!n_lost, "%s: every key is found (%u are not)", effect->id, n_lost);
  tap_ok(!n_taken, "%s: no other spelling of an element is (%u are)", effect->id, n_taken);
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    check_ids(effects[i]);
    check_rows(effects[i]);
    check_keys(effects[i]);
  }
  return tap_done();
}
