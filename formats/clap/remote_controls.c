// SPDX-License-Identifier: ISC
#include "clap_plugin.h"

#include <stdio.h>
#include <string.h>

/** A page being sought: the `page`th run of up to eight shown parameters of one section. */
typedef struct {
  const KitDirectory* directory;
  const KitSection*   section;
  uint32_t            page; ///< Within the section
  uint32_t            n;    ///< Shown parameters of the section
  const KitHostParam* on_page[KIT_CLAP_REMOTE_CONTROLS];
} Page;

static bool
is_shown(const KitHostParam* param, const KitSection* section)
{
  return param->slot != KIT_BYPASS_SLOT && !(param->param->flags & KIT_PARAM_HIDDEN) &&
         !strcmp(param->param->section, section->id);
}

static void
fill(Page* page)
{
  const uint32_t first = page->page * KIT_CLAP_REMOTE_CONTROLS;
  for (uint32_t i = 0; i < page->directory->n; ++i) {
    if (is_shown(&page->directory->list[i], page->section)) {
      if (page->n >= first && page->n < first + KIT_CLAP_REMOTE_CONTROLS) {
        page->on_page[page->n - first] = &page->directory->list[i];
      }
      ++page->n;
    }
  }
}

/** Page `index` of all.  @return how many there are, if fewer. */
static uint32_t
find(const KitDirectory* directory, uint32_t index, Page* page)
{
  uint32_t before = 0;
  for (uint32_t s = 0; s < directory->effect->n_sections; ++s) {
    *page =
      (Page){.directory = directory, .section = &directory->effect->sections[s], .page = index - before};
    fill(page);
    const uint32_t n_pages = (page->n + KIT_CLAP_REMOTE_CONTROLS - 1U) / KIT_CLAP_REMOTE_CONTROLS;
    if (index - before < n_pages) {
      return UINT32_MAX;
    }
    before += n_pages;
  }
  return before;
}

static uint32_t
controls_count(const clap_plugin_t* plugin)
{
  const KitClap* const self = kit_clap_of(plugin);
  Page                 page;
  kit_clap_check_main(self, "clap_plugin_remote_controls.count");
  return find(kit_plugin_directory(self->kit), kit_plugin_directory(self->kit)->n, &page);
}

static bool
controls_get(const clap_plugin_t* plugin, uint32_t index, KitClapRemotePage* out)
{
  const KitClap* const self = kit_clap_of(plugin);
  Page                 page;
  kit_clap_check_main(self, "clap_plugin_remote_controls.get");
  const KitDirectory* const directory = kit_plugin_directory(self->kit);
  if (!out || index >= directory->n || find(directory, index, &page) != UINT32_MAX) {
    return false;
  }
  memset(out, 0, sizeof(*out));
  snprintf(out->section_name, sizeof(out->section_name), "%s", page.section->name);
  if (page.n > KIT_CLAP_REMOTE_CONTROLS) {
    snprintf(out->page_name, sizeof(out->page_name), "%s %u", page.section->name, page.page + 1U);
  } else {
    snprintf(out->page_name, sizeof(out->page_name), "%s", page.section->name);
  }
  for (uint32_t i = 0; i < KIT_CLAP_REMOTE_CONTROLS; ++i) {
    out->param_ids[i] = page.on_page[i] ? page.on_page[i]->id : CLAP_INVALID_ID;
  }
  out->page_id = out->param_ids[0];
  return true;
}

const KitClapPluginRemoteControls kit_clap_remote_controls = {controls_count, controls_get};
