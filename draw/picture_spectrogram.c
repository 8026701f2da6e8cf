// SPDX-License-Identifier: ISC
#include "canvas.h"
#include "spectrogram.h"
#include "vstkit/picture.h"

#include "alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEFT   74.0
#define RIGHT  96.0
#define TOP    16.0
#define BOTTOM 52.0
#define LABEL  30.0 // above each panel
#define TITLE  34.0
#define GAP    14.0
#define LOW_HZ 30.0

/** Everything that all panels share. */
typedef struct {
  const KitSpectrogramPicture* picture;
  const KitAudio*              audio; ///< [n_panels]
  size_t                       n_panels;
  KitAxis                      time_s;
  KitAxis                      frequency_hz;
  KitBox                       boxes[KIT_PICTURE_MAX_PANELS];
  float*                       levels_db[KIT_PICTURE_MAX_PANELS]; ///< [height][width] of the box
  double                       loudest_db;
} Scene;

static void
lay_out(Scene* scene)
{
  const KitSpectrogramPicture* const picture = scene->picture;
  const double                       n       = (double)scene->n_panels;
  const double                       top     = TOP + (picture->title ? TITLE : 0.0);
  const double height = floor((picture->height - top - BOTTOM - (n - 1.0) * GAP) / n) - LABEL;
  for (size_t i = 0; i < scene->n_panels; ++i) {
    scene->boxes[i] = (KitBox){
      .x      = LEFT,
      .y      = top + LABEL + (double)i * (height + LABEL + GAP),
      .width  = picture->width - LEFT - RIGHT,
      .height = height,
    };
  }
}

static void
choose_axes(Scene* scene)
{
  double longest_s  = 0.0;
  double nyquist_hz = 0.0;
  for (size_t i = 0; i < scene->n_panels; ++i) {
    longest_s  = fmax(longest_s, (double)scene->audio[i].n_frames / scene->audio[i].sample_rate);
    nyquist_hz = fmax(nyquist_hz, scene->audio[i].sample_rate / 2.0);
  }
  const bool is_log   = !scene->picture->linear;
  scene->time_s       = (KitAxis){0.0, fmax(longest_s, 1e-3), false};
  scene->frequency_hz = (KitAxis){is_log ? LOW_HZ : 0.0, nyquist_hz, is_log};
}

static KitStatus
measure(Scene* scene)
{
  scene->loudest_db = -200.0;
  for (size_t i = 0; i < scene->n_panels; ++i) {
    const size_t         width  = (size_t)scene->boxes[i].width;
    const size_t         height = (size_t)scene->boxes[i].height;
    const KitLevelsShape shape  = {width, height, &scene->time_s, &scene->frequency_hz};
    scene->levels_db[i]         = (float*)kit_calloc(width * height, sizeof(float));
    if (!scene->levels_db[i] || kit_spectrogram_levels(&scene->audio[i], &shape, scene->levels_db[i])) {
      return KIT_ERR_NO_MEMORY;
    }
    for (size_t k = 0; k < width * height; ++k) {
      scene->loudest_db = fmax(scene->loudest_db, (double)scene->levels_db[i][k]);
    }
  }
  return KIT_SUCCESS;
}

static uint32_t
pixel_of(double x)
{
  double rgb[3];
  kit_picture_colour(x, rgb);
  return (uint32_t)lrint(255.0 * rgb[0]) << 16U | (uint32_t)lrint(255.0 * rgb[1]) << 8U |
         (uint32_t)lrint(255.0 * rgb[2]);
}

/** Fill a box of the canvas with pixels that are a function of the position in it. */
static void
paint_levels(cairo_t* canvas, const Scene* scene, size_t panel)
{
  const KitBox* const    box     = &scene->boxes[panel];
  const int              width   = (int)box->width;
  const int              height  = (int)box->height;
  cairo_surface_t* const surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  unsigned char* const   data    = cairo_image_surface_get_data(surface);
  const size_t           stride  = (size_t)cairo_image_surface_get_stride(surface);
  uint32_t               colours[256];
  for (int i = 0; i < 256; ++i) {
    colours[i] = pixel_of(i / 255.0);
  }
  for (size_t y = 0; data && y < (size_t)height; ++y) {
    for (size_t x = 0; x < (size_t)width; ++x) {
      const double db = (double)scene->levels_db[panel][y * (size_t)width + x] - scene->loudest_db;
      const double at = fmin(fmax(1.0 + db / scene->picture->range_db, 0.0), 1.0);
      memcpy(data + y * stride + 4U * x, &colours[lrint(255.0 * at)], 4);
    }
  }
  cairo_surface_mark_dirty(surface);
  cairo_set_source_surface(canvas, surface, box->x, box->y);
  cairo_paint(canvas);
  cairo_surface_destroy(surface);
}

static void
draw_frequency_tick(cairo_t* canvas, const KitBox* box, double position, const char* text)
{
  const double y = floor(box->y + box->height * (1.0 - position)) + 0.5;
  cairo_set_source_rgba(canvas, 1.0, 1.0, 1.0, 0.10);
  cairo_move_to(canvas, box->x, y);
  cairo_line_to(canvas, box->x + box->width, y);
  cairo_stroke(canvas);
  kit_canvas_shade(canvas, KIT_SHADE_FRAME);
  cairo_move_to(canvas, box->x - 5.0, y);
  cairo_line_to(canvas, box->x, y);
  cairo_stroke(canvas);
  kit_canvas_shade(canvas, KIT_SHADE_SOFT);
  kit_canvas_text(canvas, (const double[]){box->x - 9.0, y}, KIT_ALIGN_RIGHT, 13.0, 0.0, text);
}

static void
draw_frequency_axis(cairo_t* canvas, const KitBox* box, const KitAxis* axis)
{
  static const double ticks[] = {50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5};
  const double        step    = kit_axis_step(axis, fmax(box->height / 40.0, 2.0));
  cairo_set_line_width(canvas, 1.0);
  for (size_t i = 0; axis->is_log && i < sizeof(ticks) / sizeof(ticks[0]); ++i) {
    char text[32];
    snprintf(text, sizeof(text), "%g", ticks[i] / 1e3);
    if (ticks[i] <= axis->high) {
      draw_frequency_tick(canvas, box, kit_axis_position(axis, ticks[i]), text);
    }
  }
  for (double f = 0.0; !axis->is_log && f <= axis->high; f += step) {
    char text[32];
    snprintf(text, sizeof(text), "%g", f / 1e3);
    draw_frequency_tick(canvas, box, kit_axis_position(axis, f), text);
  }
  const double at[2] = {18.0, box->y + box->height / 2.0};
  kit_canvas_shade(canvas, KIT_SHADE_SOFT);
  kit_canvas_text_up(canvas, at, 13.0, "Frequency (kHz)");
}

static void
draw_panel(cairo_t* canvas, const Scene* scene, size_t panel)
{
  const KitBox* const box     = &scene->boxes[panel];
  const bool          is_last = panel + 1U == scene->n_panels;
  const char* const   label   = scene->picture->labels[panel];
  paint_levels(canvas, scene, panel);
  draw_frequency_axis(canvas, box, &scene->frequency_hz);
  kit_canvas_time_axis(canvas, box, &scene->time_s, is_last);
  kit_canvas_shade(canvas, KIT_SHADE_FRAME);
  cairo_rectangle(canvas, box->x - 0.5, box->y - 0.5, box->width + 1.0, box->height + 1.0);
  cairo_stroke(canvas);
  if (label) {
    const double at[2] = {box->x, box->y - 15.0};
    kit_canvas_shade(canvas, KIT_SHADE_INK);
    kit_canvas_text(canvas, at, KIT_ALIGN_LEFT, 15.0, box->width, label);
  }
  if (is_last) {
    const double at[2] = {box->x + box->width / 2.0, box->y + box->height + 38.0};
    kit_canvas_shade(canvas, KIT_SHADE_SOFT);
    kit_canvas_text(canvas, at, KIT_ALIGN_CENTRE, 13.0, 0.0, kit_canvas_time_title(box, &scene->time_s));
  }
}

static void
draw_colour_bar(cairo_t* canvas, const Scene* scene)
{
  const KitBox* const first = &scene->boxes[0];
  const KitBox* const last  = &scene->boxes[scene->n_panels - 1U];
  const double        low   = -scene->picture->range_db;
  const KitBox        bar   = {scene->picture->width - RIGHT + 62.0, first->y, 16.0,
                               last->y + last->height - first->y};
  const KitAxis       axis  = {low, 0.0, false};
  for (double y = 0.0; y < bar.height; y += 1.0) {
    double rgb[3];
    kit_picture_colour(1.0 - y / (bar.height - 1.0), rgb);
    cairo_set_source_rgb(canvas, rgb[0], rgb[1], rgb[2]);
    cairo_rectangle(canvas, bar.x, bar.y + y, bar.width, 1.0);
    cairo_fill(canvas);
  }
  kit_canvas_value_axis(canvas, &bar, &axis, fmax(kit_axis_step(&axis, fmax(bar.height / 60.0, 2.0)), 1.0));
  kit_canvas_shade(canvas, KIT_SHADE_FRAME);
  cairo_rectangle(canvas, bar.x - 0.5, bar.y - 0.5, bar.width + 1.0, bar.height + 1.0);
  cairo_stroke(canvas);
  kit_canvas_shade(canvas, KIT_SHADE_SOFT);
  kit_canvas_text(canvas, (const double[]){bar.x + bar.width, bar.y - 15.0}, KIT_ALIGN_RIGHT, 13.0, 0.0,
                  "dB");
}

static KitStatus
draw_scene(const Scene* scene, void** png, size_t* size)
{
  cairo_t*        canvas = NULL;
  const KitStatus st     = kit_canvas_new(scene->picture->width, scene->picture->height, &canvas);
  if (st) {
    return st;
  }
  if (scene->picture->title) {
    const double at[2] = {LEFT, TOP + 14.0};
    kit_canvas_shade(canvas, KIT_SHADE_INK);
    kit_canvas_text(canvas, at, KIT_ALIGN_LEFT, 20.0, scene->picture->width - 2.0 * LEFT,
                    scene->picture->title);
  }
  for (size_t i = 0; i < scene->n_panels; ++i) {
    draw_panel(canvas, scene, i);
  }
  draw_colour_bar(canvas, scene);
  return kit_canvas_png(canvas, png, size);
}

KitStatus
kit_spectrogram_png(const KitAudio* audio, size_t n_panels, const KitSpectrogramPicture* picture, void** png,
                    size_t* size)
{
  *png  = NULL;
  *size = 0;
  if (!n_panels || n_panels > KIT_PICTURE_MAX_PANELS || picture->width < 300 || picture->height < 200 ||
      picture->width > 10000 || picture->height > 10000 || !(picture->range_db > 0.0)) {
    return KIT_ERR_BAD_ARG;
  }
  Scene scene = {.picture = picture, .audio = audio, .n_panels = n_panels};
  lay_out(&scene);
  choose_axes(&scene);
  KitStatus st = measure(&scene);
  if (!st) {
    st = draw_scene(&scene, png, size);
  }
  for (size_t i = 0; i < n_panels; ++i) {
    kit_free(scene.levels_db[i]);
  }
  return st;
}
