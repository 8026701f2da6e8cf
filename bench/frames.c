// SPDX-License-Identifier: ISC
// How long a frame of each page takes, all of it drawn anew, at 200 %
#include "timing.h"

#include "gui.h"
#include "views.h"
#include "vstkit/direct.h"

#include <stdio.h>
#include <stdlib.h>

#define N_FRAMES 60U
#define LIMIT_MS 4.0

/** Median time of a frame, ms. */
static double
time_page(KitGui* gui, uint32_t page, double* now_s)
{
  cairo_rectangle_int_t dirty[KIT_GUI_MAX_DIRTY];
  double                times[N_FRAMES];
  kit_gui_set_page(gui, page);
  for (uint32_t i = 0; i < N_FRAMES; ++i) {
    BenchLap lap;
    kit_gui_set_theme(gui, KIT_GUI_DARK); // All is to be drawn
    bench_lap_start(&lap);
    kit_gui_tick(gui, *now_s += 1.0 / 30.0);
    kit_gui_draw(gui, dirty);
    bench_lap_stop(&lap);
    times[i] = 1000.0 * lap.own;
  }
  bench_sort(times, N_FRAMES);
  return bench_quantile(times, N_FRAMES, 0.5);
}

int
main(void)
{
  uint32_t                      n       = 0;
  const KitEffect* const* const effects = kit_effects(&n);
  int                           status  = EXIT_SUCCESS;
  printf("A whole frame at 200 %% (%s), median of %u, ms; at most %.0f\n", bench_processor(), N_FRAMES,
         LIMIT_MS);
  for (uint32_t i = 0; i < n; ++i) {
    const KitPluginFormat format = {.handle = NULL};
    const KitGuiSetup     setup  = {.scale = 2.0, .view = kit_view_of(effects[i])};
    KitPlugin* const      plugin = kit_plugin_new(effects[i], &format);
    KitGui* const         gui    = plugin ? kit_gui_new(plugin, &setup) : NULL;
    double                now_s  = 0.0;
    if (!gui) {
      return EXIT_FAILURE;
    }
    kit_gui_set_visible(gui, true);
    for (uint32_t page = 0; page < kit_gui_n_pages(gui); ++page) {
      const double ms = time_page(gui, page, &now_s);
      printf("%-8s %-12s %6.2f%s\n", effects[i]->id, kit_gui_page_id(gui, page), ms,
             ms > LIMIT_MS ? "  too long" : "");
      status = ms > LIMIT_MS ? EXIT_FAILURE : status;
    }
    kit_gui_free(gui);
    kit_plugin_free(plugin);
  }
  return status;
}
