// SPDX-License-Identifier: ISC
#include "ender.h"

#include "alloc.h"

#include <string.h>

#define QUIET_MEMORY ((size_t)4 << 20U) // Of all channels

static KitStatus
read_on(void* handle, const double** in, uint32_t n, uint32_t* n_read)
{
  KitEnder* const ender = (KitEnder*)handle;
  const KitStatus st    = ender->from->read(ender->from->handle, in, n, n_read);
  if (!st) {
    ender->n_read += *n_read;
    ender->ending.n_in = *n_read < n ? ender->n_read : ender->ending.n_in;
  }
  return st;
}

static KitStatus
rewind_to_start(void* handle)
{
  KitEnder* const ender = (KitEnder*)handle;
  ender->n_read         = 0;
  return ender->from->rewind(ender->from->handle);
}

static KitStatus
hand_on(KitEnder* ender, const double* const* x, uint32_t n)
{
  ender->n_out += n;
  return n ? ender->to->write(ender->to->handle, x, n) : KIT_SUCCESS;
}

/** Keep frames `from`…`n` of the room. */
static KitStatus
keep_quiet(KitEnder* ender, uint64_t at, uint32_t from, uint32_t n)
{
  KitStatus st = KIT_SUCCESS;
  for (uint32_t c = 0; !st && from < n && c < ender->n_channels; ++c) {
    st = kit_spool_write(ender->quiet[c], (at - ender->n_out) * sizeof(double), ender->room[c] + from,
                         (n - from) * sizeof(double));
  }
  return st;
}

/** Hand on what was quiet, for something louder has come.  @param last Frames that are to be out then. */
static KitStatus
release_quiet(KitEnder* ender, uint64_t last, double* const* room)
{
  const uint64_t first = ender->n_out;
  KitStatus      st    = KIT_SUCCESS;
  while (!st && ender->n_out < last) {
    const uint64_t left = last - ender->n_out;
    const uint32_t n    = left < KIT_MAX_PIECE ? (uint32_t)left : KIT_MAX_PIECE;
    for (uint32_t c = 0; !st && c < ender->n_channels; ++c) {
      st =
        kit_spool_read(ender->quiet[c], (ender->n_out - first) * sizeof(double), room[c], n * sizeof(double));
    }
    st = st ? st : hand_on(ender, (const double* const*)room, n);
  }
  return st;
}

static KitStatus
write_some(KitEnder* ender, const double* const* out, uint32_t n)
{
  const uint64_t at = ender->ending.n_done;
  for (uint32_t c = 0; c < ender->n_channels; ++c) {
    memcpy(ender->room[c], out[c], n * sizeof(double));
  }
  kit_ending_apply(&ender->ending, ender->room, ender->n_channels, n);
  const uint32_t heard = ender->ending.n_stay > at ? (uint32_t)(ender->ending.n_stay - at) : 0U;
  KitStatus      st    = KIT_SUCCESS;
  if (heard) {
    st = release_quiet(ender, at, ender->room + ender->n_channels);
    st = st ? st : hand_on(ender, (const double* const*)ender->room, heard);
  }
  return st ? st : keep_quiet(ender, at + heard, heard, n);
}

static KitStatus
write_on(void* handle, const double* const* out, uint32_t n)
{
  KitEnder* const ender = (KitEnder*)handle;
  KitStatus       st    = KIT_SUCCESS;
  for (uint32_t i = 0; !st && i < n; i += KIT_MAX_PIECE) {
    for (uint32_t c = 0; c < ender->n_channels; ++c) {
      ender->part[c] = out[c] + i;
    }
    st = write_some(ender, ender->part, n - i < KIT_MAX_PIECE ? n - i : KIT_MAX_PIECE);
  }
  return st;
}

static KitStatus
hold_on(void* handle, uint64_t at, const double* const* x, uint32_t n)
{
  const KitSink* const to = ((const KitEnder*)handle)->to;
  return to->hold(to->handle, at, x, n);
}

static KitStatus
held_on(void* handle, uint64_t at, double* const* x, uint32_t n)
{
  const KitSink* const to = ((const KitEnder*)handle)->to;
  return to->held(to->handle, at, x, n);
}

static KitStatus
alloc_rooms(KitEnder* ender, const char* folder, const KitLog* log)
{
  const uint32_t n = ender->n_channels;
  ender->memory    = (double*)kit_calloc(2U * (size_t)n * KIT_MAX_PIECE, sizeof(double));
  ender->room      = (double**)kit_calloc(2U * (size_t)n, sizeof(double*));
  ender->part      = (const double**)kit_calloc(n, sizeof(double*));
  ender->quiet     = (KitSpool**)kit_calloc(n, sizeof(KitSpool*));
  if (!ender->memory || !ender->room || !ender->part || !ender->quiet) {
    return KIT_ERR_NO_MEMORY;
  }
  for (uint32_t c = 0; c < 2U * n; ++c) {
    ender->room[c] = ender->memory + (size_t)c * KIT_MAX_PIECE;
  }
  for (uint32_t c = 0; ender->ending.trims && c < n; ++c) {
    ender->quiet[c] = kit_spool_new(QUIET_MEMORY / n, folder, log);
    if (!ender->quiet[c]) {
      return KIT_ERR_NO_MEMORY;
    }
  }
  return KIT_SUCCESS;
}

KitStatus
kit_ender_open(KitEnder* ender, const KitWork* work, const KitSource* source, const KitSink* sink,
               const char* folder)
{
  *ender = (KitEnder){.source     = *source,
                      .sink       = *sink,
                      .ending     = work->ending,
                      .from       = source,
                      .to         = sink,
                      .n_channels = work->setup.n_out};
  if (!work->ending.trims && !work->ending.n_fade) {
    return KIT_SUCCESS;
  }
  ender->ending.n_in   = source->is_exact ? source->n_frames : KIT_UNKNOWN_LENGTH;
  ender->source.read   = read_on;
  ender->source.rewind = source->rewind ? rewind_to_start : NULL;
  ender->source.handle = ender;
  ender->sink          = (KitSink){write_on, ender, sink->hold ? hold_on : NULL, sink->held ? held_on : NULL};
  return alloc_rooms(ender, folder, work->setup.log);
}

void
kit_ender_close(KitEnder* ender)
{
  for (uint32_t c = 0; ender->quiet && c < ender->n_channels; ++c) {
    kit_spool_free(ender->quiet[c]);
  }
  kit_free((void*)ender->quiet);
  kit_free((void*)ender->room);
  kit_free((void*)ender->part);
  kit_free(ender->memory);
}
