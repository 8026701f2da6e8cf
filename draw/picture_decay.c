// SPDX-License-Identifier: ISC
#include "alloc.h"
#include "canvas.h"
#include "vstkit/analyze.h"
#include "vstkit/picture.h"

#include <math.h>
#include <stdio.h>

#define LEFT       74.0
#define RIGHT      250.0
#define TOP        62.0
#define BOTTOM     56.0
#define LOW_DB     (-90.0)
#define CUT_SHARE  1e-4    // of all energy: less in the last third, and it has died away
#define MOST_RATIO 0.9999  // of the energy of one third to that before: a straight line, as good as level
#define SHOWN_DB   (-80.0) // the axis ends where the broadband curve has fallen this far

typedef struct {
  const KitAudio*        response;
  const KitDecayPicture* picture;
  KitImpulseAnalysis     analysis;
  KitBox                 box;
  KitAxis                time_s;
  KitAxis                level_db;
  double*                curve_db; ///< [n_frames]
} Scene;

/** As a rainbow: the lowest octave red, the highest violet, all equally bright. */
static void
octave_colour(const Scene* scene, uint32_t octave, double rgb[3])
{
  const double n = scene->analysis.n_octaves > 1 ? scene->analysis.n_octaves - 1.0 : 1.0;
  kit_picture_hue(0.72, 0.16, 20.0 + 290.0 * octave / n, rgb);
}

static double
x_of(const Scene* scene, double seconds)
{
  return scene->box.x + scene->box.width * kit_axis_position(&scene->time_s, seconds);
}

static double
y_of(const Scene* scene, double db)
{
  return scene->box.y + scene->box.height * (1.0 - kit_axis_position(&scene->level_db, db));
}

/**
   Put the curve of an octave, or the broadband one, in `curve_db`, with what a response that goes on has lost
   by being cut: it is taken to go on falling as it fell from the second third to the last.

   Without it, the curve of what never decays plunges at the end.
*/
static KitStatus
make_curve(Scene* scene, uint32_t octave)
{
  double* const   curve = scene->curve_db;
  const size_t    n     = scene->response->n_frames;
  const size_t    onset = (size_t)(scene->analysis.onset_s * scene->response->sample_rate);
  const size_t    third = n > onset ? (n - onset) / 3U : 0U;
  const KitStatus st    = kit_decay_curve(scene->response, octave, curve);
  if (st || !third) {
    return st;
  }
  const double left[2] = {pow(10.0, curve[onset + third] / 10.0),
                          pow(10.0, curve[onset + 2U * third] / 10.0)};
  const double middle  = left[0] - left[1];
  if (left[1] < CUT_SHARE) {
    return KIT_SUCCESS; // It has died away, but for what the octave's filter makes of its end
  }
  const double ratio = middle > 0.0 ? fmin(left[1] / middle, MOST_RATIO) : MOST_RATIO;
  const double lost  = left[1] * ratio / (1.0 - ratio);
  for (size_t i = 0; i < n; ++i) {
    curve[i] = 10.0 * log10((pow(10.0, curve[i] / 10.0) + lost) / (1.0 + lost));
  }
  return KIT_SUCCESS;
}

/** Draw the curve that is in `curve_db`, one point a pixel. */
static void
draw_curve(cairo_t* canvas, const Scene* scene, double line_width)
{
  const double rate = scene->response->sample_rate;
  cairo_set_line_width(canvas, line_width);
  for (double px = 0.0; px <= scene->box.width; px += 1.0) {
    const size_t i = (size_t)(kit_axis_value(&scene->time_s, px / scene->box.width) * rate);
    if (i >= scene->response->n_frames || scene->curve_db[i] < LOW_DB - 60.0) {
      break;
    }
    cairo_line_to(canvas, scene->box.x + px, y_of(scene, scene->curve_db[i]));
  }
  cairo_stroke(canvas);
}

static void
choose_time_axis(Scene* scene)
{
  const KitAudio* const r   = scene->response;
  size_t                end = (size_t)(scene->analysis.onset_s * r->sample_rate);
  while (end + 1U < r->n_frames && scene->curve_db[end] > SHOWN_DB) {
    ++end;
  }
  scene->time_s = (KitAxis){0.0, fmax(1.05 * (double)end / r->sample_rate, 0.02), false};
}

static void
draw_grid(cairo_t* canvas, const Scene* scene)
{
  const KitBox* const box = &scene->box;
  kit_canvas_shade(canvas, KIT_SHADE_PANEL);
  cairo_rectangle(canvas, box->x, box->y, box->width, box->height);
  cairo_fill(canvas);
  cairo_set_line_width(canvas, 1.0);
  kit_canvas_shade(canvas, KIT_SHADE_GRID);
  for (double db = 0.0; db >= LOW_DB; db -= 10.0) {
    const double y = floor(y_of(scene, db)) + 0.5;
    cairo_move_to(canvas, box->x, y);
    cairo_line_to(canvas, box->x + box->width, y);
  }
  const double step = kit_axis_step(&scene->time_s, box->width / 80.0);
  for (int i = 0; i * step <= scene->time_s.high; ++i) {
    const double x = floor(x_of(scene, i * step)) + 0.5;
    cairo_move_to(canvas, x, box->y);
    cairo_line_to(canvas, x, box->y + box->height);
  }
  cairo_stroke(canvas);
}

static void
draw_axes(cairo_t* canvas, const Scene* scene)
{
  const KitBox* const box = &scene->box;
  kit_canvas_time_axis(canvas, box, &scene->time_s, true);
  kit_canvas_value_axis(canvas, box, &scene->level_db, 10.0);
  kit_canvas_shade(canvas, KIT_SHADE_FRAME);
  cairo_rectangle(canvas, box->x - 0.5, box->y - 0.5, box->width + 1.0, box->height + 1.0);
  cairo_stroke(canvas);
  kit_canvas_shade(canvas, KIT_SHADE_SOFT);
  kit_canvas_text_up(canvas, (const double[]){20.0, box->y + box->height / 2.0}, 13.0,
                     "Remaining energy (dB)");
  kit_canvas_text(canvas, (const double[]){box->x + box->width / 2.0, box->y + box->height + 40.0},
                  KIT_ALIGN_CENTRE, 13.0, 0.0, kit_canvas_time_title(box, &scene->time_s));
}

static void
draw_dashed(cairo_t* canvas, const double from[2], const double to[2])
{
  const double dashes[] = {7.0, 6.0};
  cairo_set_dash(canvas, dashes, 2, 0.0);
  cairo_set_line_width(canvas, 1.5);
  kit_canvas_shade(canvas, KIT_SHADE_SOFT);
  cairo_move_to(canvas, from[0], from[1]);
  cairo_line_to(canvas, to[0], to[1]);
  cairo_stroke(canvas);
  cairo_set_dash(canvas, NULL, 0, 0.0);
}

/** The straight line of the measured RT60, through the curve in `curve_db` midway along the fit. */
static void
draw_fit(cairo_t* canvas, const Scene* scene)
{
  const KitBandDecay* const band   = &scene->analysis.broadband;
  const double              rate   = scene->response->sample_rate;
  const double              mid_db = isfinite(band->t30_s) ? -20.0 : -15.0;
  size_t                    i      = (size_t)(scene->analysis.onset_s * rate);
  while (i + 1U < scene->response->n_frames && scene->curve_db[i] > mid_db) {
    ++i;
  }
  if (!isfinite(band->rt60_s)) {
    return;
  }
  const double start_s = (double)i / rate + band->rt60_s * mid_db / 60.0;
  draw_dashed(canvas, (const double[]){x_of(scene, start_s), y_of(scene, 0.0)},
              (const double[]){x_of(scene, start_s + band->rt60_s * 1.5), y_of(scene, -90.0)});
}

static KitStatus
draw_curves(cairo_t* canvas, Scene* scene)
{
  cairo_save(canvas);
  cairo_rectangle(canvas, scene->box.x, scene->box.y - 2.0, scene->box.width, scene->box.height + 2.0);
  cairo_clip(canvas);
  cairo_set_line_join(canvas, CAIRO_LINE_JOIN_ROUND);
  KitStatus st = KIT_SUCCESS;
  for (uint32_t o = 0; !st && o < scene->analysis.n_octaves; ++o) {
    double rgb[3];
    octave_colour(scene, o, rgb);
    st = make_curve(scene, o);
    cairo_set_source_rgb(canvas, rgb[0], rgb[1], rgb[2]);
    draw_curve(canvas, scene, 1.3);
  }
  if (!st) {
    st = make_curve(scene, UINT32_MAX);
    draw_fit(canvas, scene);
    kit_canvas_shade(canvas, KIT_SHADE_INK);
    draw_curve(canvas, scene, 2.8);
  }
  cairo_restore(canvas);
  return st;
}

static void
draw_legend_row(cairo_t* canvas, const Scene* scene, double y, const KitBandDecay* band)
{
  const double x = scene->box.x + scene->box.width + 24.0;
  char         text[64];
  cairo_move_to(canvas, x, y);
  cairo_line_to(canvas, x + 26.0, y);
  cairo_stroke(canvas);
  if (band->centre_hz <= 0.0) {
    snprintf(text, sizeof(text), "Broadband");
  } else if (band->centre_hz < 1000.0) {
    snprintf(text, sizeof(text), "%.4g Hz", band->centre_hz);
  } else {
    snprintf(text, sizeof(text), "%.4g kHz", band->centre_hz / 1000.0);
  }
  kit_canvas_shade(canvas, KIT_SHADE_SOFT);
  kit_canvas_text(canvas, (const double[]){x + 36.0, y}, KIT_ALIGN_LEFT, 13.0, 0.0, text);
  if (isfinite(band->rt60_s)) {
    snprintf(text, sizeof(text), "%.2f s", band->rt60_s);
  } else {
    snprintf(text, sizeof(text), KIT_TEXT_DASH);
  }
  kit_canvas_shade(canvas, KIT_SHADE_INK);
  kit_canvas_text(canvas, (const double[]){scene->picture->width - 22.0, y}, KIT_ALIGN_RIGHT, 13.0, 0.0,
                  text);
}

static double
draw_legend(cairo_t* canvas, const Scene* scene)
{
  double y = scene->box.y + 8.0;
  kit_canvas_shade(canvas, KIT_SHADE_SOFT);
  kit_canvas_text(canvas, (const double[]){scene->picture->width - 22.0, y}, KIT_ALIGN_RIGHT, 13.0, 0.0,
                  "RT60");
  y += 26.0;
  kit_canvas_shade(canvas, KIT_SHADE_INK);
  cairo_set_line_width(canvas, 2.8);
  draw_legend_row(canvas, scene, y, &scene->analysis.broadband);
  cairo_set_line_width(canvas, 2.0);
  for (uint32_t o = 0; o < scene->analysis.n_octaves; ++o) {
    double rgb[3];
    octave_colour(scene, o, rgb);
    cairo_set_source_rgb(canvas, rgb[0], rgb[1], rgb[2]);
    y += 23.0;
    draw_legend_row(canvas, scene, y, &scene->analysis.octaves[o]);
  }
  if (isfinite(scene->analysis.broadband.rt60_s)) {
    y += 23.0;
    draw_dashed(canvas, (const double[]){scene->box.x + scene->box.width + 24.0, y},
                (const double[]){scene->box.x + scene->box.width + 50.0, y});
    kit_canvas_text(canvas, (const double[]){scene->box.x + scene->box.width + 60.0, y}, KIT_ALIGN_LEFT, 13.0,
                    0.0, "Slope of that RT60");
  }
  return y + 40.0;
}

static void
draw_figure(cairo_t* canvas, const Scene* scene, double y, const char* name, const char* value)
{
  const double x = scene->box.x + scene->box.width + 24.0;
  kit_canvas_shade(canvas, KIT_SHADE_SOFT);
  kit_canvas_text(canvas, (const double[]){x, y}, KIT_ALIGN_LEFT, 13.0, 0.0, name);
  kit_canvas_shade(canvas, KIT_SHADE_INK);
  kit_canvas_text(canvas, (const double[]){scene->picture->width - 22.0, y}, KIT_ALIGN_RIGHT, 13.0, 0.0,
                  value);
}

static void
draw_figures(cairo_t* canvas, const Scene* scene, double y)
{
  const KitImpulseAnalysis* const a = &scene->analysis;
  const struct {
    const char* name;
    double      value;
    int         n_decimals;
    const char* unit;
  } rows[] = {
    {"Early decay", a->broadband.edt_s, 2, " s"},      {"Clarity C50", a->broadband.c50_db, 1, " dB"},
    {"Clarity C80", a->broadband.c80_db, 1, " dB"},    {"Onset", 1e3 * a->onset_s, 1, " ms"},
    {"Mixing time", 1e3 * a->mixing_time_s, 0, " ms"}, {"Echo density", a->echo_density, 2, ""},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    char text[64] = KIT_TEXT_DASH;
    if (isfinite(rows[i].value)) {
      snprintf(text, sizeof(text), "%.*f%s", rows[i].n_decimals, rows[i].value, rows[i].unit);
    }
    draw_figure(canvas, scene, y + 23.0 * (double)i, rows[i].name, text);
  }
}

static KitStatus
draw_scene(Scene* scene, void** png, size_t* size)
{
  cairo_t*  canvas = NULL;
  KitStatus st     = kit_canvas_new(scene->picture->width, scene->picture->height, &canvas);
  if (st) {
    return st;
  }
  draw_grid(canvas, scene);
  st = draw_curves(canvas, scene);
  draw_axes(canvas, scene);
  draw_figures(canvas, scene, draw_legend(canvas, scene));
  kit_canvas_shade(canvas, KIT_SHADE_INK);
  kit_canvas_text(canvas, (const double[]){LEFT, 30.0}, KIT_ALIGN_LEFT, 20.0,
                  scene->picture->width - 2.0 * LEFT,
                  scene->picture->title ? scene->picture->title : "Energy decay");
  if (st) {
    cairo_destroy(canvas);
    return st;
  }
  return kit_canvas_png(canvas, png, size);
}

KitStatus
kit_decay_png(const KitAudio* response, const KitDecayPicture* picture, void** png, size_t* size)
{
  *png  = NULL;
  *size = 0;
  if (picture->width < 300 || picture->height < 200 || picture->width > 10000 || picture->height > 10000 ||
      !response->n_frames) {
    return KIT_ERR_BAD_ARG;
  }
  Scene scene = {
    .response = response,
    .picture  = picture,
    .box      = {LEFT, TOP, fmax(picture->width - LEFT - RIGHT, 50.0), picture->height - TOP - BOTTOM},
    .level_db = {LOW_DB, 3.0, false},
    .curve_db = (double*)kit_calloc(response->n_frames, sizeof(double)),
  };
  KitStatus st = scene.curve_db ? kit_analyze_impulse(response, &scene.analysis) : KIT_ERR_NO_MEMORY;
  st           = st ? st : make_curve(&scene, UINT32_MAX);
  if (!st) {
    choose_time_axis(&scene);
    st = draw_scene(&scene, png, size);
  }
  kit_free(scene.curve_db);
  return st;
}
