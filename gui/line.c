// SPDX-License-Identifier: ISC
#include "panel.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

void
kit_line_set(KitLine* line, const char* text)
{
  const size_t n = kit_utf8_fit(text, KIT_ENTRY_TEXT - 1U);
  memcpy(line->text, text, n);
  line->text[n] = '\0';
  line->caret   = (uint32_t)n;
  line->anchor  = 0; // All of it is selected: what is typed next takes its place
}

static uint32_t
low_end(const KitLine* line)
{
  return line->caret < line->anchor ? line->caret : line->anchor;
}

static uint32_t
high_end(const KitLine* line)
{
  return line->caret < line->anchor ? line->anchor : line->caret;
}

static void
cut(KitLine* line, uint32_t from, uint32_t to)
{
  memmove(line->text + from, line->text + to, strlen(line->text + to) + 1U);
  line->caret = line->anchor = from;
}

void
kit_line_insert(KitLine* line, const char* text)
{
  char         shown[KIT_ENTRY_TEXT];
  const size_t n = kit_utf8_fit(text, KIT_ENTRY_TEXT - 1U);
  memcpy(shown, text, n);
  shown[n] = '\0';
  kit_utf8_make_plain(shown);
  cut(line, low_end(line), high_end(line));
  const size_t there = strlen(line->text);
  const size_t fits  = kit_utf8_fit(shown, KIT_ENTRY_TEXT - 1U - there);
  memmove(line->text + line->caret + fits, line->text + line->caret, there - line->caret + 1U);
  memcpy(line->text + line->caret, shown, fits);
  line->caret += (uint32_t)fits;
  line->anchor = line->caret;
}

static uint32_t
before(const KitLine* line, uint32_t at)
{
  do {
    at -= at ? 1U : 0U;
  } while (at && ((uint8_t)line->text[at] & 0xc0U) == 0x80U);
  return at;
}

static uint32_t
behind(const KitLine* line, uint32_t at)
{
  at += line->text[at] ? 1U : 0U;
  while (((uint8_t)line->text[at] & 0xc0U) == 0x80U) {
    ++at;
  }
  return at;
}

static void
copy_out(KitGui* gui, const KitLine* line)
{
  char           text[KIT_ENTRY_TEXT];
  const uint32_t n = high_end(line) - low_end(line);
  memcpy(text, line->text + low_end(line), n);
  text[n] = '\0';
  if (n && gui->setup.host.copy) {
    gui->setup.host.copy(gui->setup.host.handle, text);
  }
}

static bool
command(KitGui* gui, KitLine* line, uint32_t key)
{
  switch (key) {
    case 'a':
      line->anchor = 0;
      line->caret  = (uint32_t)strlen(line->text);
      return true;
    case 'c':
    case 'x':
      copy_out(gui, line);
      if (key == 'x') {
        cut(line, low_end(line), high_end(line));
      }
      return true;
    case 'v':
      if (gui->setup.host.paste) {
        gui->setup.host.paste(gui->setup.host.handle);
      }
      return true;
    default: return false;
  }
}

static bool
move(KitLine* line, uint32_t key, bool extends)
{
  const bool selected = line->caret != line->anchor && !extends;
  switch (key) {
    case KIT_GUI_KEY_LEFT: line->caret = selected ? low_end(line) : before(line, line->caret); break;
    case KIT_GUI_KEY_RIGHT: line->caret = selected ? high_end(line) : behind(line, line->caret); break;
    case KIT_GUI_KEY_HOME: line->caret = 0; break;
    case KIT_GUI_KEY_END: line->caret = (uint32_t)strlen(line->text); break;
    default: return false;
  }
  line->anchor = extends ? line->anchor : line->caret;
  return true;
}

bool
kit_line_key(KitGui* gui, KitLine* line, const KitGuiEvent* event)
{
  const bool selected = line->caret != line->anchor;
  if (event->type == KIT_GUI_TEXT) {
    kit_line_insert(line, event->text);
    return true;
  }
  if (event->modifiers & KIT_GUI_CTRL) {
    return command(gui, line, event->key);
  }
  if (event->key == KIT_GUI_KEY_BACKSPACE || event->key == KIT_GUI_KEY_DELETE) {
    const bool     back = event->key == KIT_GUI_KEY_BACKSPACE;
    const uint32_t from = selected ? low_end(line) : back ? before(line, line->caret) : line->caret;
    const uint32_t to   = selected ? high_end(line) : back ? line->caret : behind(line, line->caret);
    cut(line, from, to);
    return true;
  }
  return move(line, event->key, (event->modifiers & KIT_GUI_SHIFT) != 0U);
}

void
kit_draw_line(KitGui* gui, const KitPaint* paint, const KitArea* area, const KitLine* line, bool has_caret)
{
  const KitTheme* const t    = paint->theme;
  const double          size = 13.0;
  const double          y    = area->y + 0.5 * area->h;
  char                  head[KIT_ENTRY_TEXT];
  double                x[2];
  const uint32_t        ends[2] = {low_end(line), high_end(line)};
  (void)gui;
  for (int i = 0; i < 2; ++i) {
    snprintf(head, sizeof(head), "%.*s", (int)ends[i], line->text);
    x[i] = kit_text_width(KIT_REGULAR, size, head);
  }
  // The caret stays in sight
  const double caret = line->caret == ends[0] ? x[0] : x[1];
  const double shift = caret > area->w - 4.0 ? area->w - 4.0 - caret : 0.0;
  cairo_save(paint->cr);
  kit_paint_path(paint, area, 0.0);
  cairo_clip(paint->cr);
  if (has_caret && x[1] > x[0]) {
    const KitArea selected = {area->x + shift + x[0], y - 9.0, x[1] - x[0], 18.0};
    double        colour[3];
    kit_mix(t->view.panel, t->view.accent, 0.45, colour);
    kit_paint_box(paint, &selected, 2.0, colour);
  }
  const KitStyle style = {.size = size, .colour = t->view.ink};
  kit_paint_text(paint, &style, area->x + shift, y, line->text);
  if (has_caret) {
    const KitArea bar = {area->x + shift + caret - 0.5, y - 9.0, 1.5, 18.0};
    kit_paint_box(paint, &bar, 0.0, t->view.accent_ink);
  }
  cairo_restore(paint->cr);
}
