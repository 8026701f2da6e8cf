// SPDX-License-Identifier: ISC
#include "rig.h"
#include "tap.h"
#include "vstkit/direct.h"

#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MARKS 1024U

/** Texts of a frame, and what is wrong with them. */
typedef struct {
  const char* what;
  double      width; ///< Of the window, pixels
  double      height;
  KitArea     areas[MAX_MARKS];
  char        texts[MAX_MARKS][48];
  uint32_t    n;
  uint32_t    n_bad;
  bool        may_overlap; ///< Something lies over the page
} Marks;

static bool
meet(const KitArea* a, const KitArea* b)
{
  return a->x + 0.5 < b->x + b->w && b->x + 0.5 < a->x + a->w && a->y + 0.5 < b->y + b->h &&
         b->y + 0.5 < a->y + a->h;
}

static void
mark(void* handle, const KitTextMark* text)
{
  Marks* const marks = (Marks*)handle;
  const bool   fits  = text->may_cut || text->room <= 0.0 || text->width <= text->room + 1e-6;
  const bool   seen  = text->area.x >= -0.5 && text->area.x + text->area.w <= marks->width + 0.5 &&
                    text->area.y >= 0.0 && text->area.y + text->area.h <= marks->height + 0.5;
  if (!fits || !seen) {
    tap_note("%s: \"%s\" %s", marks->what, text->text, fits ? "lies beyond the window" : "is cut");
    ++marks->n_bad;
  }
  for (uint32_t i = 0; i < marks->n && !marks->may_overlap; ++i) {
    if (meet(&marks->areas[i], &text->area)) {
      tap_note("%s: \"%s\" lies over \"%s\"", marks->what, text->text, marks->texts[i]);
      ++marks->n_bad;
    }
  }
  if (marks->n < MAX_MARKS) {
    snprintf(marks->texts[marks->n], sizeof(marks->texts[0]), "%s", text->text);
    marks->areas[marks->n++] = text->area;
  }
}

/** Draw all anew, and look at each text. */
static uint32_t
look(Rig* rig, Marks* marks, const char* what, bool may_overlap)
{
  const KitGuiSize size = kit_gui_size(rig->gui);
  *marks = (Marks){.what = what, .width = size.width, .height = size.height, .may_overlap = may_overlap};
  rig->gui->audit        = mark;
  rig->gui->audit_handle = marks;
  rig->gui->all_dirty    = true;
  rig_tick(rig);
  rig->gui->audit          = NULL;
  const char* const folder = getenv("KIT_GUI_SHOTS");
  if (folder) {
    char path[512];
    snprintf(path, sizeof(path), "%s/%s.png", folder, what);
    cairo_surface_write_to_png(kit_gui_surface(rig->gui), path);
  }
  return marks->n_bad;
}

static uint32_t
look_at_overlays(Rig* rig, Marks* marks, const char* name)
{
  uint32_t n_bad = 0;
  char     what[128];
  kit_gui_set_page(rig->gui, 0);
  rig_tick(rig);
  rig_click(rig, rig_find(rig, "Menu: size, colours"), KIT_GUI_LEFT, 0);
  snprintf(what, sizeof(what), "%s-menu", name);
  n_bad += look(rig, marks, what, true);
  rig_key(rig, KIT_GUI_KEY_ESCAPE, 0);
  rig_click(rig, rig_find(rig, "Preset"), KIT_GUI_LEFT, 0);
  rig_key(rig, KIT_GUI_KEY_DOWN, 0);
  snprintf(what, sizeof(what), "%s-browser", name);
  n_bad += look(rig, marks, what, true);
  rig_key(rig, KIT_GUI_KEY_ESCAPE, 0);
  for (const char* const* of = (const char* const[]){"Mix", "Wet/Dry", "Gain", "Undo", NULL}; *of; ++of) {
    const KitNode* const node = rig_find(rig, *of);
    if (node) {
      rig_point(rig, node);
    }
    for (int i = 0; i < 40; ++i) {
      rig_tick(rig);
    }
    snprintf(what, sizeof(what), "%s-tip-%c", name, **of);
    n_bad += node ? look(rig, marks, what, true) : 0U;
  }
  return n_bad;
}

static void
wire(void* handle, KitGuiWire* wire)
{
  (void)handle;
  *wire = (KitGuiWire){.on = true, .port = 65535};
}

static void
check_texts(const KitEffect* effect)
{
  static const uint32_t zooms[] = {75, 88, 100, 125, 150, 200};
  static Marks          marks;
  uint32_t              n_bad  = 0;
  uint32_t              n_seen = 0;
  for (size_t z = 0; z < sizeof(zooms) / sizeof(zooms[0]); ++z) {
    Rig               rig;
    const KitGuiSetup setup = {.scale = 1.0, .host = {.wire = wire}};
    char              name[64];
    rig_init_with(&rig, effect, setup);
    kit_gui_set_zoom(rig.gui, zooms[z]);
    kit_gui_set_theme(rig.gui, z % 2U ? KIT_GUI_LIGHT : KIT_GUI_DARK);
    for (uint32_t page = 0; page < kit_gui_n_pages(rig.gui); ++page) {
      // At both ends of all ranges texts are longest
      for (int end = -1; end <= 1; ++end) {
        const uint32_t n_slots = kit_params_n_slots(effect->table);
        for (uint32_t slot = 0; slot < n_slots; ++slot) {
          KitParamRef ref;
          kit_params_at_slot(effect->table, slot, &ref);
          const double value = end < 0   ? ref.param->min
                               : end > 0 ? ref.param->max
                                         : kit_param_default(ref.param, ref.element);
          kit_instance_set(kit_plugin_instance(rig.plugin), slot, value);
        }
        kit_gui_set_page(rig.gui, page);
        rig_tick(&rig);
        snprintf(name, sizeof(name), "%s-%s-%u%s", effect->id, kit_gui_page_id(rig.gui, page), zooms[z],
                 end < 0   ? "-low"
                 : end > 0 ? "-high"
                           : "");
        n_bad += look(&rig, &marks, name, false);
        n_seen += marks.n;
      }
    }
    snprintf(name, sizeof(name), "%s-%u", effect->id, zooms[z]);
    n_bad += look_at_overlays(&rig, &marks, name);
    rig_cleanup(&rig);
  }
  tap_ok(n_bad == 0U && n_seen > 0U,
         "%s: of %u texts none is cut, none lies over another or beyond the window", effect->id, n_seen);
}

static void
check_contrast(const KitEffect* effect)
{
  for (int dark = 0; dark < 2; ++dark) {
    KitTheme t;
    kit_theme_init(&t, effect, dark != 0);
    const double* const inks[]    = {t.view.ink,  t.view.soft,    t.view.accent_ink,
                                     t.view.good, t.view.warning, t.view.danger};
    const double* const grounds[] = {t.view.panel, t.view.well, t.paper, t.bar, t.raised};
    double              least     = 21.0;
    for (size_t i = 0; i < sizeof(inks) / sizeof(inks[0]); ++i) {
      for (size_t k = 0; k < sizeof(grounds) / sizeof(grounds[0]); ++k) {
        least = fmin(least, kit_contrast(inks[i], grounds[k]));
      }
    }
    least = fmin(least, kit_contrast(t.on_accent, t.view.accent));
    tap_ok(least >= 4.5, "%s, %s: text has a contrast of %.2f or more", effect->id, dark ? "dark" : "light",
           least);
  }
}

void
check_looks(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  for (uint32_t i = 0; i < n; ++i) {
    check_texts(effects[i]);
    check_contrast(effects[i]);
  }
  for (uint32_t hue = 0; hue < 40U; ++hue) { // Effects of others
    char            id[16];
    const KitEffect other = {.id = id};
    KitTheme        t;
    snprintf(id, sizeof(id), "e%u", hue);
    kit_theme_init(&t, &other, hue % 2U);
    if (kit_contrast(t.on_accent, t.view.accent) < 4.5 ||
        kit_contrast(t.view.accent_ink, t.view.panel) < 4.5) {
      tap_ok(false, "the colours of %s can be read", id);
    }
  }
}
