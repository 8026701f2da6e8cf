// SPDX-License-Identifier: ISC
#include "canvas.h"

#include "bytes.h"
#include "font.h"
#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_BYTES 512

static KitStatus
status_of(cairo_status_t status)
{
  switch (status) {
    case CAIRO_STATUS_SUCCESS: return KIT_SUCCESS;
    case CAIRO_STATUS_NO_MEMORY: return KIT_ERR_NO_MEMORY;
    case CAIRO_STATUS_INVALID_SIZE: return KIT_ERR_TOO_LARGE;
    case CAIRO_STATUS_INVALID_STRING:
    case CAIRO_STATUS_INVALID_MATRIX:
    case CAIRO_STATUS_INVALID_DASH:
    case CAIRO_STATUS_INVALID_PATH_DATA: return KIT_ERR_BAD_DATA;
    case CAIRO_STATUS_READ_ERROR:
    case CAIRO_STATUS_WRITE_ERROR:
    case CAIRO_STATUS_FILE_NOT_FOUND:
    case CAIRO_STATUS_TEMP_FILE_ERROR:
    case CAIRO_STATUS_DEVICE_ERROR:
    case CAIRO_STATUS_FREETYPE_ERROR:
    case CAIRO_STATUS_PNG_ERROR: return KIT_ERR_IO;
    default: return KIT_ERR_BAD_ARG;
  }
}

KitStatus
kit_canvas_new(uint32_t width, uint32_t height, cairo_t** canvas)
{
  cairo_surface_t* const surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
  *canvas                        = cairo_create(surface);
  cairo_surface_destroy(surface); // the canvas holds it
  kit_canvas_shade(*canvas, KIT_SHADE_PAPER);
  cairo_paint(*canvas);
  const KitStatus st = status_of(cairo_status(*canvas));
  if (st) {
    cairo_destroy(*canvas);
    *canvas = NULL;
  }
  return st;
}

static cairo_status_t
append(void* closure, const unsigned char* data, unsigned length)
{
  return kit_bytes_append((KitBytes*)closure, data, length) ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

KitStatus
kit_canvas_png(cairo_t* canvas, void** png, size_t* size)
{
  KitBytes               bytes   = {0};
  cairo_surface_t* const surface = cairo_get_target(canvas);
  cairo_surface_flush(surface);
  KitStatus st = status_of(cairo_status(canvas));
  st           = st ? st : status_of(cairo_surface_write_to_png_stream(surface, append, &bytes));
  cairo_destroy(canvas);
  if (st) {
    kit_bytes_cleanup(&bytes);
    return st;
  }
  *png  = bytes.data;
  *size = bytes.size;
  return KIT_SUCCESS;
}

void
kit_canvas_shade(cairo_t* canvas, KitShade shade)
{
  static const double colours[][3] = {
    {0.067, 0.075, 0.094}, // paper
    {0.039, 0.043, 0.059}, // panel
    {0.180, 0.195, 0.230}, // grid
    {0.400, 0.425, 0.480}, // frame
    {0.660, 0.690, 0.740}, // soft
    {0.925, 0.940, 0.965}, // ink
  };
  cairo_set_source_rgb(canvas, colours[shade][0], colours[shade][1], colours[shade][2]);
}

/** Show `text` or only, if `shows` is false, tell its width.  Each part is in a font that has its letters. */
static double
run_text(cairo_t* canvas, const char* text, bool shows)
{
  double width = 0.0;
  while (*text) {
    char                 part[3 * MAX_BYTES + sizeof(KIT_TEXT_ELLIPSIS)];
    cairo_text_extents_t extents;
    const size_t         length = kit_font_select(canvas, text);
    snprintf(part, sizeof(part), "%.*s", (int)length, text);
    cairo_text_extents(canvas, part, &extents);
    if (shows) {
      cairo_show_text(canvas, part);
    }
    width += extents.x_advance;
    text += length;
  }
  return width;
}

/** Cut `text`, in which everything is UTF-8 and which has room for an ellipsis behind it, to `max_width`. */
static void
fit_text(cairo_t* canvas, char* text, double max_width)
{
  size_t length = strlen(text);
  while (length > 0 && run_text(canvas, text, false) > max_width) {
    length = kit_utf8_fit(text, length - 1U);
    memcpy(text + length, KIT_TEXT_ELLIPSIS, sizeof(KIT_TEXT_ELLIPSIS));
  }
}

void
kit_canvas_text(cairo_t* canvas, const double at[2], KitAlign align, double size, double max_width,
                const char* text)
{
  char         given[MAX_BYTES + 1];
  char         shown[3 * MAX_BYTES + sizeof(KIT_TEXT_ELLIPSIS)];
  const size_t n = kit_utf8_fit(text, MAX_BYTES);
  snprintf(given, sizeof(given), "%.*s", (int)n, text);
  kit_utf8_repair(given, true, shown);
  if (text[n]) {
    memcpy(shown + strlen(shown), KIT_TEXT_ELLIPSIS, sizeof(KIT_TEXT_ELLIPSIS));
  }
  cairo_set_font_size(canvas, size);
  if (max_width > 0.0) {
    fit_text(canvas, shown, max_width);
  }
  const double width = run_text(canvas, shown, false);
  const double shift = align == KIT_ALIGN_LEFT ? 0.0 : align == KIT_ALIGN_CENTRE ? 0.5 * width : width;
  cairo_move_to(canvas, floor(at[0] - shift), floor(at[1] + 0.36 * size));
  run_text(canvas, shown, true);
}

void
kit_canvas_text_up(cairo_t* canvas, const double at[2], double size, const char* text)
{
  cairo_save(canvas);
  cairo_translate(canvas, at[0], at[1]);
  cairo_rotate(canvas, -1.5707963267948966);
  kit_canvas_text(canvas, (const double[]){0.0, 0.0}, KIT_ALIGN_CENTRE, size, 0.0, text);
  cairo_restore(canvas);
}

double
kit_axis_position(const KitAxis* axis, double value)
{
  return axis->is_log ? log(value / axis->low) / log(axis->high / axis->low)
                      : (value - axis->low) / (axis->high - axis->low);
}

double
kit_axis_value(const KitAxis* axis, double position)
{
  return axis->is_log ? axis->low * pow(axis->high / axis->low, position)
                      : axis->low + position * (axis->high - axis->low);
}

double
kit_axis_step(const KitAxis* axis, double max_ticks)
{
  const double least = (axis->high - axis->low) / max_ticks;
  const double power = pow(10.0, floor(log10(least)));
  const double part  = least / power;
  return power * (part <= 1.0 ? 1.0 : part <= 2.0 ? 2.0 : part <= 5.0 ? 5.0 : 10.0);
}

static void
format_time(char* text, size_t size, double seconds, double step, bool hours)
{
  const int whole = (int)lrint(seconds);
  if (step >= 10.0 && hours) {
    snprintf(text, size, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  } else if (step >= 10.0) {
    snprintf(text, size, "%d:%02d", whole / 60, whole % 60);
  } else {
    snprintf(text, size, "%.*f", step >= 1.0 ? 0 : (int)ceil(-log10(step) - 1e-9), seconds);
  }
}

static double
time_step(const KitBox* box, const KitAxis* axis)
{
  static const double clock_s[] = {10.0,  15.0,   30.0,   60.0,   120.0,   300.0,   600.0,
                                   900.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0};
  const double        max_ticks = fmax(box->width / 80.0, 2.0);
  const double        raw       = kit_axis_step(axis, max_ticks);
  for (size_t i = 0; raw >= 10.0 && i < sizeof(clock_s) / sizeof(clock_s[0]); ++i) {
    if (clock_s[i] * max_ticks >= axis->high - axis->low) {
      return clock_s[i];
    }
  }
  return raw < 10.0 ? raw : 86400.0 * ceil(raw / 86400.0); // whole days
}

const char*
kit_canvas_time_title(const KitBox* box, const KitAxis* axis)
{
  return time_step(box, axis) < 10.0 ? "Time (s)" : axis->high < 3600.0 ? "Time (min:s)" : "Time (h:min:s)";
}

void
kit_canvas_time_axis(cairo_t* canvas, const KitBox* box, const KitAxis* axis, bool numbers)
{
  const double step = time_step(box, axis);
  const double last = axis->high + 1e-9;
  cairo_set_line_width(canvas, 1.0);
  for (int i = 0; axis->low + i * step <= last; ++i) {
    const double value = axis->low + i * step;
    const double x     = floor(box->x + box->width * kit_axis_position(axis, value)) + 0.5;
    const double y     = box->y + box->height;
    kit_canvas_shade(canvas, KIT_SHADE_FRAME);
    cairo_move_to(canvas, x, y);
    cairo_line_to(canvas, x, y + 5.0);
    cairo_stroke(canvas);
    if (numbers) {
      char text[32];
      format_time(text, sizeof(text), value, step, axis->high >= 3600.0);
      kit_canvas_shade(canvas, KIT_SHADE_SOFT);
      kit_canvas_text(canvas, (const double[]){x, y + 17.0}, KIT_ALIGN_CENTRE, 13.0, 0.0, text);
    }
  }
}

void
kit_canvas_value_axis(cairo_t* canvas, const KitBox* box, const KitAxis* axis, double step)
{
  cairo_set_line_width(canvas, 1.0);
  for (double value = ceil(axis->low / step) * step; value <= axis->high + 1e-9 * step; value += step) {
    const double y = floor(box->y + box->height * (1.0 - kit_axis_position(axis, value))) + 0.5;
    char         text[32];
    kit_canvas_shade(canvas, KIT_SHADE_FRAME);
    cairo_move_to(canvas, box->x - 5.0, y);
    cairo_line_to(canvas, box->x, y);
    cairo_stroke(canvas);
    snprintf(text, sizeof(text), value < 0.0 ? KIT_TEXT_MINUS "%g" : "%g", fabs(value));
    kit_canvas_shade(canvas, KIT_SHADE_SOFT);
    kit_canvas_text(canvas, (const double[]){box->x - 9.0, y}, KIT_ALIGN_RIGHT, 13.0, 0.0, text);
  }
}
