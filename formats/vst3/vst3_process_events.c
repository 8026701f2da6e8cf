// SPDX-License-Identifier: ISC
#include "vst3_plugin.h"

#include <math.h>
#include <string.h>

/** A piece of a block: frames [from, to), or all changes where the block has no frames. */
typedef struct {
  struct v3_param_changes** changes;
  uint32_t                  n_frames; ///< Of the block
  uint32_t                  from;
  uint32_t                  to;
} Piece;

typedef struct {
  uint32_t frame;
  double   normal;
} Point;

static int32_t
n_queues(const Piece* piece)
{
  return piece->changes ? (*piece->changes)->get_param_count(piece->changes) : 0;
}

/** Queue `index` and its parameter.  @return null if either is missing. */
static struct v3_param_value_queue**
queue_at(const KitVst3* self, const Piece* piece, int32_t index, const KitHostParam** param)
{
  struct v3_param_value_queue** const queue = (*piece->changes)->get_param_data(piece->changes, index);
  *param = queue ? kit_directory_find(self->directory, (*queue)->get_param_id(queue)) : NULL;
  return *param ? queue : NULL;
}

/** Point `index` of a queue if it is a value and lies in the piece. */
static bool
point_in(struct v3_param_value_queue** queue, int32_t index, const Piece* piece, Point* point)
{
  int32_t offset = 0;
  double  value  = 0.0;
  if ((*queue)->get_point(queue, index, &offset, &value) != V3_OK || isnan(value)) {
    return false;
  }
  const uint32_t frame = offset > 0 ? (uint32_t)offset : 0U;
  point->frame         = (piece->n_frames && frame >= piece->n_frames) ? piece->n_frames - 1U : frame;
  point->normal        = fmin(fmax(value, 0.0), 1.0);
  return !piece->n_frames || (point->frame >= piece->from && point->frame < piece->to);
}

static KitEvent
make_event(const KitHostParam* param, const Piece* piece, const Point* point)
{
  const bool     is_bypass = param->slot == KIT_BYPASS_SLOT;
  const uint32_t frame     = piece->n_frames ? point->frame - piece->from : 0U;
  return (KitEvent){
    .frame = frame,
    .type  = is_bypass ? KIT_EVENT_BYPASS : KIT_EVENT_VALUE,
    .slot  = param->slot,
    .value = is_bypass ? point->normal : kit_param_from_normal(param->param, point->normal),
  };
}

/**
   Append the points of one queue that lie in the piece.

   What an edit from outside has made stale is left out, and what repeats the
   value that the parameter has anyway: hosts send back what they are told,
   rounded and clamped to the control's range, and that must not move a value that
   a preset set finely or beyond the range.

   @return false if they do not fit.
*/
static bool
gather_queue(KitVst3* self, struct v3_param_value_queue** queue, const KitHostParam* param,
             const Piece* piece, uint32_t* n)
{
  const bool     only_last = piece->to <= piece->from + 1U;
  const uint32_t first     = *n;
  const int32_t  n_points  = (*queue)->get_point_count(queue);
  for (int32_t p = 0; p < n_points; ++p) {
    Point point;
    if (!point_in(queue, p, piece, &point) || kit_vst3_is_stale(self, param, point.normal) ||
        (*n == first && kit_vst3_same(point.normal, kit_vst3_actual(self, param)))) {
      continue;
    }
    *n -= (only_last && *n > first) ? 1U : 0U;
    if (*n == KIT_VST3_EVENTS) {
      return only_last;
    }
    self->events[(*n)++] = make_event(param, piece, &point);
  }
  return true;
}

static bool
gather(KitVst3* self, const Piece* piece, uint32_t* n)
{
  *n = 0;
  for (int32_t q = 0; q < n_queues(piece); ++q) {
    const KitHostParam*                 param = NULL;
    struct v3_param_value_queue** const queue = queue_at(self, piece, q, &param);
    const bool is_value = queue && (param->slot < KIT_VST3_LATENCY_SLOT || param->slot == KIT_BYPASS_SLOT);
    if (is_value && !gather_queue(self, queue, param, piece, n)) {
      return false;
    }
  }
  return true;
}

static void
merge(const KitEvent* from, KitEvent* to, uint32_t start, uint32_t middle, uint32_t end)
{
  uint32_t left  = start;
  uint32_t right = middle;
  for (uint32_t i = start; i < end; ++i) {
    const bool take_left = left < middle && (right >= end || from[left].frame <= from[right].frame);
    to[i]                = take_left ? from[left++] : from[right++];
  }
}

static uint32_t
least(uint32_t a, uint32_t b)
{
  return a < b ? a : b;
}

// Stable: of two changes at one frame the later queue's, or the later point, comes last
static void
sort_events(KitVst3* self, uint32_t n)
{
  bool sorted = true;
  for (uint32_t i = 1; i < n; ++i) {
    sorted = sorted && self->events[i - 1U].frame <= self->events[i].frame;
  }
  for (uint32_t width = 1; !sorted && width < n; width *= 2U) {
    for (uint32_t start = 0; start < n; start += 2U * width) {
      merge(self->events, self->sorting, start, least(start + width, n), least(start + 2U * width, n));
    }
    memcpy(self->events, self->sorting, n * sizeof(KitEvent));
  }
}

static void
run_piece(KitVst3* self, const KitProcess* block, const Piece* piece, uint32_t n_events)
{
  KitProcess part = *block;
  part.events     = self->events;
  part.n_events   = n_events;
  kit_plugin_process_part(self->kit, &part, piece->from, piece->to);
}

/** True if a block also brings back what another parameter is worth anyway. */
static bool
brings_back(const KitVst3* self, const Piece* piece)
{
  for (int32_t q = 0; q < n_queues(piece); ++q) {
    const KitHostParam*                 param  = NULL;
    struct v3_param_value_queue** const queue  = queue_at(self, piece, q, &param);
    int32_t                             offset = 0;
    double                              value  = 0.0;
    if (queue && param->slot < KIT_VST3_LATENCY_SLOT &&
        (*queue)->get_point(queue, 0, &offset, &value) == V3_OK &&
        kit_vst3_same(value, kit_vst3_actual(self, param))) {
      return true;
    }
  }
  return false;
}

// A state may have come since the program was taken on: then the same one counts again — but not where a host
// only sends back all that it read
static void
take_program(KitVst3* self, const Piece* piece, const KitHostParam* param, double normal)
{
  const uint32_t program = (uint32_t)kit_param_from_normal(param->param, normal);
  const bool     is_news = atomic_load(&self->program_is_news) || kit_plugin_program(self->kit) == UINT32_MAX;
  if (program != kit_vst3_program(self) || (is_news && !brings_back(self, piece))) {
    atomic_store(&self->program_is_news, false);
    kit_plugin_set_program(self->kit, program);
  }
  atomic_store(&self->program_set, UINT32_MAX);
}

/** Take on the program that is due at the start of the piece, and end the piece where the next one is. */
static void
split_at_program(KitVst3* self, Piece* piece)
{
  for (int32_t q = 0; q < n_queues(piece); ++q) {
    const KitHostParam*                 param = NULL;
    struct v3_param_value_queue** const queue = queue_at(self, piece, q, &param);
    if (!queue || param->slot != KIT_VST3_PROGRAM_SLOT) {
      continue;
    }
    const int32_t n_points = (*queue)->get_point_count(queue);
    for (int32_t p = 0; p < n_points; ++p) {
      Point point;
      if (!point_in(queue, p, piece, &point)) {
        continue;
      }
      if (!piece->n_frames || point.frame == piece->from) {
        take_program(self, piece, param, point.normal);
      } else {
        piece->to = point.frame;
      }
    }
  }
}

static void
see_echoes(KitVst3* self, const Piece* piece)
{
  for (int32_t q = 0; q < n_queues(piece); ++q) {
    const KitHostParam*                 param = NULL;
    struct v3_param_value_queue** const queue = queue_at(self, piece, q, &param);
    const int32_t                       n     = queue ? (*queue)->get_point_count(queue) : 0;
    for (int32_t p = 0; p < n; ++p) {
      int32_t offset = 0;
      double  value  = 0.0;
      if ((*queue)->get_point(queue, p, &offset, &value) == V3_OK) {
        kit_vst3_see_echo(self, param, value);
      }
    }
  }
}

void
kit_vst3_run(KitVst3* self, const KitProcess* block, struct v3_param_changes** changes)
{
  Piece piece = {changes, block->n_frames, 0, 0};
  do {
    uint32_t n = 0;
    piece.from = piece.to;
    piece.to   = block->n_frames;
    split_at_program(self, &piece);
    while (!gather(self, &piece, &n)) {
      piece.to = piece.from + (piece.to - piece.from) / 2U;
    }
    sort_events(self, n);
    run_piece(self, block, &piece, n);
  } while (piece.to < block->n_frames);
  see_echoes(self, &piece);
}

void
kit_vst3_keep(KitVst3* self, struct v3_param_changes** changes)
{
  Piece piece = {changes, 0, 0, 0};
  split_at_program(self, &piece);
  for (int32_t q = 0; q < n_queues(&piece); ++q) {
    const KitHostParam*                 param = NULL;
    struct v3_param_value_queue** const queue = queue_at(self, &piece, q, &param);
    const int32_t                       n     = queue ? (*queue)->get_point_count(queue) : 0;
    for (int32_t p = 0; p < n; ++p) {
      Point point;
      if (!point_in(queue, p, &piece, &point) || kit_vst3_is_stale(self, param, point.normal) ||
          kit_vst3_same(point.normal, kit_vst3_actual(self, param))) {
        continue;
      }
      if (param->slot == KIT_BYPASS_SLOT) {
        kit_instance_set_bypassed(self->instance, point.normal >= 0.5);
      } else if (param->slot < KIT_VST3_LATENCY_SLOT) {
        kit_instance_set(self->instance, param->slot, kit_param_from_normal(param->param, point.normal));
      }
    }
  }
  see_echoes(self, &piece);
}
