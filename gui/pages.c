// SPDX-License-Identifier: ISC
#include "panel.h"

#include "vstkit/alloc.h"

#include <stdio.h>
#include <string.h>

#define MAX_PLAY  12U // Items of the first page
#define MAX_ITEMS (KIT_MAX_SLOTS + KIT_MAX_FIGURES)
#define PART      64U // Elements of an array on a page

bool
kit_param_is_switch(const KitParam* param)
{
  return param->kind == KIT_KIND_CHOICE && param->max == 1.0 && param->choices &&
         !strcmp(param->choices[0], "off") && !strcmp(param->choices[1], "on");
}

static KitPage*
add_page(KitGui* gui, const char* id, const char* name)
{
  if (gui->n_pages == KIT_MAX_PAGES) {
    return NULL;
  }
  KitPage* const page = &gui->pages[gui->n_pages];
  page->items         = (KitItem*)kit_calloc(MAX_ITEMS, sizeof(KitItem));
  if (!page->items) {
    return NULL;
  }
  snprintf(page->id, sizeof(page->id), "%s", id);
  snprintf(page->name, sizeof(page->name), "%s", name);
  ++gui->n_pages;
  return page;
}

uint32_t
kit_mix_slot(const KitGui* gui)
{
  static const char* const keys[] = {"wet_dry", "mix", "dry_wet"};
  KitParamRef              ref;
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    if (kit_params_find(gui->effect->table, keys[i], &ref)) {
      return ref.slot;
    }
  }
  return KIT_GUI_NO_SLOT;
}

/** The mix stands at the end, as the last thing that is turned. */
static void
put_mix_last(const KitGui* gui, KitPage* page)
{
  const uint32_t slot = kit_mix_slot(gui);
  for (uint32_t i = 0; i < page->n; ++i) {
    const KitItem item = page->items[i];
    if (item.param && item.slot == slot) {
      memmove(&page->items[i], &page->items[i + 1U], (page->n - i - 1U) * sizeof(KitItem));
      page->items[page->n - 1U] = item;
      return;
    }
  }
}

/** Quantities first, then what is marked; where nothing is, the leading scalars. */
static void
fill_play(const KitGui* gui, KitPage* page)
{
  const KitEffect* const effect = gui->effect;
  bool                   marked = false;
  for (uint32_t k = 0; effect->solve_keys && effect->solve_keys[k] && k < 4U; ++k) {
    page->items[page->n++] = (KitItem){.slot = KIT_GUI_NO_SLOT, .n = 1, .solve = k};
  }
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    marked = marked || (effect->table.params[i].flags & KIT_PARAM_PLAY) != 0U;
  }
  for (uint32_t i = 0; i < effect->table.n_params && page->n < (marked ? 16U : MAX_PLAY); ++i) {
    const KitParam* const param     = &effect->table.params[i];
    const bool            is_hidden = (param->flags & (KIT_PARAM_HIDDEN | KIT_PARAM_STATE_ONLY)) != 0U;
    if (kit_param_count(param) == 1U &&
        (marked ? (param->flags & KIT_PARAM_PLAY) != 0U : (!is_hidden && param->section != NULL))) {
      page->items[page->n++] = (KitItem){.param = param, .slot = kit_params_slot(effect->table, i), .n = 1};
    }
  }
}

/** All of a section, in the table's order; `section` null: what is in none of them. */
static uint32_t
collect(const KitGui* gui, const KitSection* section, KitItem* items)
{
  const KitEffect* const effect = gui->effect;
  uint32_t               n      = 0;
  for (uint32_t i = 0; i < effect->table.n_params; ++i) {
    const KitParam* const param  = &effect->table.params[i];
    const uint32_t        number = kit_effect_section(effect, param);
    if (section ? &effect->sections[number] != section : number < effect->n_sections) {
      continue;
    }
    const uint32_t count = kit_param_count(param);
    for (uint32_t at = 0; at < count && n < MAX_ITEMS; at += PART) {
      const uint32_t left = count - at;
      items[n++] = (KitItem){param, kit_params_slot(effect->table, i) + at, at, left < PART ? left : PART, 0};
    }
  }
  return n;
}

/** As many pages as it takes. */
static bool
add_section(KitGui* gui, const KitSection* section, const char* name)
{
  KitItem* const items = (KitItem*)kit_calloc(MAX_ITEMS, sizeof(KitItem));
  const uint32_t n     = items ? collect(gui, section, items) : 0U;
  bool           ok    = items != NULL;
  uint32_t       part  = 0;
  for (uint32_t at = 0; ok && at < n;) {
    uint32_t fits = 1;
    while (at + fits < n && kit_layout_least(gui, items + at, fits + 1U) <= kit_layout_room(gui)) {
      ++fits;
    }
    char title[KIT_NAME_TEXT];
    char id[32];
    ++part;
    snprintf(title, sizeof(title), part > 1U ? "%.60s %u" : "%.60s", name, part);
    snprintf(id, sizeof(id), part > 1U ? "%.20s-%u" : "%.20s", section ? section->id : "more", part);
    KitPage* const page = add_page(gui, id, title);
    ok                  = page != NULL;
    if (ok) {
      memcpy(page->items, items + at, fits * sizeof(KitItem));
      page->n = fits;
    }
    at += fits;
  }
  kit_free(items);
  return ok;
}

bool
kit_pages_init(KitGui* gui)
{
  KitPage* const play = add_page(gui, "play", "Play");
  bool           ok   = play != NULL;
  if (ok) {
    fill_play(gui, play);
    put_mix_last(gui, play);
  }
  for (uint32_t i = 0; ok && i < gui->effect->n_sections; ++i) {
    ok = add_section(gui, &gui->effect->sections[i], gui->effect->sections[i].name);
  }
  ok = ok && add_section(gui, NULL, "More");
  // A page that has what the first one has, and no more, is none
  if (ok && gui->n_pages == 2U && play->n == gui->pages[1].n &&
      !memcmp(play->items, gui->pages[1].items, play->n * sizeof(KitItem))) {
    kit_free(gui->pages[--gui->n_pages].items);
    gui->pages[1] = (KitPage){.n = 0};
  }
  return ok;
}

void
kit_pages_cleanup(KitGui* gui)
{
  for (uint32_t i = 0; i < gui->n_pages; ++i) {
    kit_free(gui->pages[i].items);
  }
  gui->n_pages = 0;
}
