// SPDX-License-Identifier: ISC
#include "cli.h"

#include "system.h"

#include <stdatomic.h>

#define INTERVAL_MS 100
#define MAX_BAR     40U

static struct {
  bool          enabled;
  bool          is_drawn; ///< Guarded by the lock of stderr
  double        start_s;
  uint64_t      weight;
  size_t        n_files;
  atomic_ullong counted;
  atomic_ullong n_done;
  atomic_ullong audio_ms;
  atomic_llong  next_ms; ///< When to draw next, since the start
} bar;

void
cli_progress_begin(uint64_t weight, size_t n_files)
{
  bar.enabled  = kit_is_terminal(stderr);
  bar.is_drawn = false;
  bar.start_s  = kit_clock_s();
  bar.weight   = weight ? weight : 1U;
  bar.n_files  = n_files;
  atomic_store(&bar.counted, 0);
  atomic_store(&bar.n_done, 0);
  atomic_store(&bar.audio_ms, 0);
  atomic_store(&bar.next_ms, 2 * INTERVAL_MS); // what is done sooner needs no bar
}

static int
format_status(char* text, size_t size, double elapsed_s, double fraction)
{
  const double rate      = 1e-3 * (double)atomic_load(&bar.audio_ms) / elapsed_s;
  const double left_s    = elapsed_s * (1.0 - fraction) / (fraction > 0.0 ? fraction : 1.0);
  const int    eta       = left_s < 359999.0 ? (int)(left_s + 0.5) : 359999;
  char         files[64] = "";
  char         speed[64] = "";
  char         wait[32]  = "-:--";
  if (bar.n_files > 1) {
    snprintf(files, sizeof(files), "  %llu/%zu files", (unsigned long long)atomic_load(&bar.n_done),
             bar.n_files);
  }
  if (rate > 0.0) {
    snprintf(speed, sizeof(speed), "  %.3g x real time", rate);
  }
  if (fraction > 0.0 && eta < 3600) {
    snprintf(wait, sizeof(wait), "%d:%02d", eta / 60, eta % 60);
  } else if (fraction > 0.0) {
    snprintf(wait, sizeof(wait), "%d:%02d:%02d", eta / 3600, eta / 60 % 60, eta % 60);
  }
  return snprintf(text, size, " %3d %%%s%s  ETA %s", (int)(100.0 * fraction), files, speed, wait);
}

static void
draw(double elapsed_s)
{
  const double   done     = (double)atomic_load(&bar.counted) / (double)bar.weight;
  const double   fraction = done < 1.0 ? done : 1.0;
  char           status[160];
  const uint32_t length  = (uint32_t)format_status(status, sizeof(status), elapsed_s, fraction);
  const uint32_t columns = kit_terminal_columns(stderr, 80);
  const uint32_t room    = columns > length + 4U ? columns - length - 4U : 0U;
  const uint32_t width   = room < MAX_BAR ? room : MAX_BAR;
  const uint32_t full    = (uint32_t)(fraction * width + 0.5);
  char           cells[MAX_BAR + 1U];
  for (uint32_t i = 0; i < width; ++i) {
    cells[i] = i < full ? '#' : '-';
  }
  cells[width] = '\0';
  fprintf(stderr, "\r\033[K%s%s%s%.*s", width ? "[" : "", cells, width ? "]" : "", (int)columns - 1, status);
  fflush(stderr);
  bar.is_drawn = true;
}

static void
draw_if_due(void)
{
  const double    elapsed_s = kit_clock_s() - bar.start_s;
  long long       due       = atomic_load(&bar.next_ms);
  const long long now       = (long long)(1e3 * elapsed_s);
  if (bar.enabled && now >= due && atomic_compare_exchange_strong(&bar.next_ms, &due, now + INTERVAL_MS)) {
    kit_stream_lock(stderr);
    draw(elapsed_s);
    kit_stream_unlock(stderr);
  }
}

void
cli_progress_set(CliProgress* item, double fraction)
{
  const uint64_t counted = (uint64_t)((fraction < 1.0 ? fraction : 1.0) * (double)item->weight);
  if (counted > item->counted) {
    atomic_fetch_add(&bar.counted, counted - item->counted);
    item->counted = counted;
  }
  draw_if_due();
}

void
cli_progress_done(CliProgress* item, double audio_s)
{
  atomic_fetch_add(&bar.audio_ms, (unsigned long long)(1e3 * audio_s));
  atomic_fetch_add(&bar.n_done, 1);
  cli_progress_set(item, 1.0);
}

void
cli_progress_hide(void)
{
  kit_stream_lock(stderr);
  if (bar.is_drawn) {
    fputs("\r\033[K", stderr);
    bar.is_drawn = false;
  }
  kit_stream_unlock(stderr);
}

void
cli_progress_end(void)
{
  cli_progress_hide();
  bar.enabled = false;
}
