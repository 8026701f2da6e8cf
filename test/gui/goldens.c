// SPDX-License-Identifier: ISC
#include "rig.h"
#include "tap.h"
#include "vstkit/direct.h"

#include "panel.h"
#include "views.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI         3.14159265358979323846
#define RATE       48000.0
#define LABEL      4800U // Frames
#define CELL       8     // Units that become a pixel: their mean
#define WORST      8     // A pixel may differ by, of 255: what another processor's rounding does is below 2
#define LEAST_MEAN 0.5   // And all of them on average

static const char* const themes[] = {"dark", "light"};

/** Mean colours of a page, into rows of `sheet` from `top` on. */
static void
shrink(cairo_surface_t* from, cairo_surface_t* sheet, uint32_t top, uint32_t cell)
{
  const int            width  = cairo_image_surface_get_width(from);
  const int            height = cairo_image_surface_get_height(from);
  const uint8_t* const pixels = cairo_image_surface_get_data(from);
  uint8_t* const       out    = cairo_image_surface_get_data(sheet);
  const int            stride = cairo_image_surface_get_stride(from);
  for (uint32_t y = 0; y < (uint32_t)height / cell; ++y) {
    for (uint32_t x = 0; x < (uint32_t)width / cell; ++x) {
      uint32_t* const to =
        (uint32_t*)(void*)(out + (size_t)(top + y) * (size_t)cairo_image_surface_get_stride(sheet)) + x;
      uint64_t sum[3] = {0, 0, 0};
      for (uint32_t i = 0; i < cell * cell; ++i) {
        const uint8_t* const row   = pixels + (size_t)(y * cell + i / cell) * (size_t)stride;
        const uint32_t       pixel = ((const uint32_t*)(const void*)row)[x * cell + i % cell];
        for (int c = 0; c < 3; ++c) {
          sum[c] += pixel >> (8 * c) & 0xffU;
        }
      }
      *to = 0xff000000U;
      for (int c = 0; c < 3; ++c) {
        *to |= (uint32_t)((sum[c] + cell * cell / 2U) / (cell * cell)) << (8 * c);
      }
    }
  }
  cairo_surface_mark_dirty(sheet);
}

/** Frames that have gone by in a rig. */
static uint64_t
frames_of(const Rig* rig)
{
  return (uint64_t)llrint(rig->now_s * RATE);
}

/** A sound that is the same on every machine, not what an engine made: five tones, of which the output has
    lost two. */
static void
read_audio(void* handle, KitTapShape* shape, double* const* dry, double* const* wet)
{
  static const double tones[] = {110.0, 330.0, 990.0, 2970.0, 8910.0};
  const uint64_t      end     = frames_of((const Rig*)handle);
  const uint32_t      n       = shape->n_frames;
  *shape = (KitTapShape){.sample_rate = RATE, .n_in = 2, .n_out = 2, .n_frames = n, .start_frame = end - n};
  for (uint32_t i = 0; i < n; ++i) {
    const double t = (double)(end - n + i) / RATE;
    for (uint32_t c = 0; c < 2U; ++c) {
      dry[c][i] = wet[c][i] = 0.0;
      for (uint32_t k = 0; k < 5U; ++k) {
        const double x = (c ? 0.1 : 0.14) * sin(2.0 * PI * tones[k] * t);
        dry[c][i] += x;
        wet[c][i] += k % 2U ? 0.0 : x;
      }
    }
  }
}

/** Packets and frames of a codec as Lossy tells of them, some lost and some mended. */
static uint32_t
read_labels(void* handle, KitLabel* labels, uint32_t max)
{
  static const uint32_t states[] = {0, 0, 1, 0, 2, 2, 0, 3};
  Rig* const            rig      = (Rig*)handle;
  uint32_t              n        = 0;
  for (; n + 1U < max && rig->n_heard * LABEL < frames_of(rig); ++rig->n_heard) {
    const int64_t start = (int64_t)(rig->n_heard * LABEL);
    labels[n++]         = (KitLabel){.state = states[rig->n_heard % 8U], .start = start, .n_frames = LABEL};
    labels[n++]         = (KitLabel){.kind     = 1,
                                     .n_bits   = 64,
                                     .bits     = 0x5555aaaaf0f0ffffULL ^ (rig->n_heard % 5U),
                                     .start    = start,
                                     .n_frames = LABEL};
  }
  return n;
}

/** All pages of an effect, one below the other. */
static cairo_surface_t*
draw_sheet(const KitEffect* effect, KitGuiTheme theme, uint32_t scale)
{
  Rig               rig;
  const KitGuiSetup setup = {.scale = scale,
                             .view  = kit_view_of(effect),
                             .host  = {.read_audio = read_audio, .read_labels = read_labels}};
  rig_init_with(&rig, effect, setup);
  const KitGuiSize       size   = kit_gui_size(rig.gui);
  const uint32_t         cell   = CELL * scale;
  const uint32_t         height = size.height / cell;
  const uint32_t         n      = kit_gui_n_pages(rig.gui);
  cairo_surface_t* const sheet =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(size.width / cell), (int)(height * n));
  kit_gui_set_theme(rig.gui, theme);
  for (uint32_t i = 0; i < 20U; ++i) {
    rig_tick(&rig);
  }
  for (uint32_t page = 0; page < n; ++page) {
    kit_gui_set_page(rig.gui, page);
    rig_tick(&rig);
    shrink(kit_gui_surface(rig.gui), sheet, page * height, cell);
  }
  rig_cleanup(&rig);
  return sheet;
}

static void
compare(cairo_surface_t* golden, cairo_surface_t* sheet, const char* name)
{
  const int width  = cairo_image_surface_get_width(sheet);
  const int height = cairo_image_surface_get_height(sheet);
  if (cairo_surface_status(golden) || cairo_image_surface_get_width(golden) != width ||
      cairo_image_surface_get_height(golden) != height) {
    tap_ok(false, "%s: there is a golden of that size (see CONTRIBUTING.md)", name);
    return;
  }
  int      worst    = 0;
  int      where[2] = {0, 0};
  uint64_t sum      = 0;
  for (int y = 0; y < height; ++y) {
    const uint8_t* const a =
      cairo_image_surface_get_data(golden) + y * cairo_image_surface_get_stride(golden);
    const uint8_t* const b = cairo_image_surface_get_data(sheet) + y * cairo_image_surface_get_stride(sheet);
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int off = abs((int)a[4 * x + c] - (int)b[4 * x + c]);
        sum += (uint64_t)off;
        if (off > worst) {
          worst    = off;
          where[0] = CELL * x;
          where[1] = CELL * y;
        }
      }
    }
  }
  const double mean = (double)sum / (3.0 * width * height);
  tap_ok(worst <= WORST && mean <= LEAST_MEAN,
         "%s: looks as it should, to %d of 255 (unit %d, %d of the sheet), %.3f on average", name, worst,
         where[0], where[1], mean);
}

void
check_goldens(void)
{
  static const char* const ids[] = {"gain", "lossy", "reverb"}; // Not those that come to the folder
  for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); ++i) {
    const KitEffect* const effect = kit_effect_find(ids[i]);
    for (uint32_t t = 0; effect && t < 2U; ++t) {
      for (uint32_t scale = 1; scale <= 2U; ++scale) {
        char path[1024];
        char name[64];
        snprintf(name, sizeof(name), "%s-%s-%u", ids[i], themes[t], 100U * scale);
        snprintf(path, sizeof(path), "%s/%s.png", KIT_GOLDENS, name);
        cairo_surface_t* const sheet = draw_sheet(effect, t ? KIT_GUI_LIGHT : KIT_GUI_DARK, scale);
        if (getenv("KIT_WRITE_GOLDENS")) {
          cairo_surface_write_to_png(sheet, path);
        }
        cairo_surface_t* const golden = cairo_image_surface_create_from_png(path);
        compare(golden, sheet, name);
        cairo_surface_destroy(golden);
        cairo_surface_destroy(sheet);
      }
    }
  }
}
