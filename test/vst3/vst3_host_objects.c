// SPDX-License-Identifier: ISC
// The objects that a host hands to plugins
#include "vst3_host.h"

#include "vst3_host_objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static v3_result V3_API
query_nothing(void* self, const v3_tuid iid, void** object)
{
  *object = v3_tuid_match(iid, v3_funknown_iid) ? self : NULL;
  return *object ? V3_OK : V3_NO_INTERFACE;
}

static uint32_t V3_API
count_nothing(void* self)
{
  (void)self;
  return 1;
}

/* Parameter changes */

static v3_param_id V3_API
get_param_id(void* self)
{
  return ((Vst3Queue*)self)->id;
}

static int32_t V3_API
get_point_count(void* self)
{
  return ((Vst3Queue*)self)->n;
}

static v3_result V3_API
get_point(void* self, int32_t index, int32_t* frame, double* value)
{
  const Vst3Queue* const queue = (Vst3Queue*)self;
  if (index < 0 || index >= queue->n) {
    return V3_INVALID_ARG;
  }
  *frame = queue->points[index].frame;
  *value = queue->points[index].normal;
  return V3_OK;
}

static v3_result V3_API
add_point(void* self, int32_t frame, double value, int32_t* index)
{
  Vst3Queue* const queue  = (Vst3Queue*)self;
  *index                  = queue->n;
  queue->points[queue->n] = (Vst3Point){frame, value};
  ++queue->n;
  return V3_OK;
}

static const struct v3_param_value_queue queue_vtable = {
  .query_interface = query_nothing,
  .ref             = count_nothing,
  .unref           = count_nothing,
  .get_param_id    = get_param_id,
  .get_point_count = get_point_count,
  .get_point       = get_point,
  .add_point       = add_point,
};

static int32_t V3_API
get_param_count(void* self)
{
  return ((Vst3Changes*)self)->n;
}

static struct v3_param_value_queue** V3_API
get_param_data(void* self, int32_t index)
{
  Vst3Changes* const changes = (Vst3Changes*)self;
  const bool         there   = index >= 0 && index < changes->n;
  return there ? (struct v3_param_value_queue**)(void*)&changes->queues[index] : NULL;
}

static struct v3_param_value_queue** V3_API
add_param_data(void* self, v3_param_id* id, int32_t* index)
{
  Vst3Changes* const changes = (Vst3Changes*)self;
  for (int32_t i = 0; i < changes->n; ++i) {
    if (changes->queues[i].id == *id) {
      *index = i;
      return get_param_data(self, i);
    }
  }
  vst3_require(changes->n < (int32_t)VST3_HOST_QUEUES && changes->n_points < VST3_HOST_POINTS,
               "too many changes for the test's host");
  *index                        = changes->n;
  changes->queues[changes->n++] = (Vst3Queue){&queue_vtable, *id, changes->pool + changes->n_points, 0};
  return get_param_data(self, *index);
}

static const struct v3_param_changes changes_vtable = {
  .query_interface = query_nothing,
  .ref             = count_nothing,
  .unref           = count_nothing,
  .get_param_count = get_param_count,
  .get_param_data  = get_param_data,
  .add_param_data  = add_param_data,
};

Vst3Changes*
vst3_changes_new(void)
{
  Vst3Changes* const changes = (Vst3Changes*)calloc(1, sizeof(Vst3Changes));
  vst3_require(changes, "no memory");
  changes->vtable = &changes_vtable;
  return changes;
}

void
vst3_changes_clear(Vst3Changes* changes)
{
  changes->n        = 0;
  changes->n_points = 0;
}

void
vst3_change(Vst3Changes* changes, v3_param_id id, int32_t frame, double normal)
{
  int32_t          index = 0;
  Vst3Queue* const queue = (Vst3Queue*)(void*)add_param_data(changes, &id, &index);
  vst3_require(queue->points + queue->n == changes->pool + changes->n_points &&
                 changes->n_points < VST3_HOST_POINTS,
               "a queue's changes must be added in a row");
  add_point(queue, frame, normal, &index);
  ++changes->n_points;
}

/* Streams */

static int32_t
chunk_of(const Vst3Stream* stream, int32_t wanted)
{
  return stream->chunk && wanted > stream->chunk ? stream->chunk : wanted;
}

static v3_result V3_API
stream_read(void* self, void* buffer, int32_t n_bytes, int32_t* n_read)
{
  Vst3Stream* const stream = (Vst3Stream*)self;
  const int32_t     want   = chunk_of(stream, n_bytes);
  const size_t      left   = stream->size - stream->at;
  const size_t      n      = (size_t)want < left ? (size_t)want : left;
  if (stream->fail_after && stream->at + n > stream->fail_after) {
    return V3_INTERNAL_ERR;
  }
  memcpy(buffer, stream->data + stream->at, n);
  stream->at += n;
  if (n_read) {
    *n_read = (int32_t)n;
  }
  return V3_OK;
}

static v3_result V3_API
stream_write(void* self, void* buffer, int32_t n_bytes, int32_t* n_written)
{
  Vst3Stream* const stream = (Vst3Stream*)self;
  const size_t      n      = (size_t)chunk_of(stream, n_bytes);
  if (stream->fail_after && stream->at + n > stream->fail_after) {
    return V3_INTERNAL_ERR;
  }
  if (stream->at + n + 1U > stream->room) {
    stream->room = 2U * (stream->at + n + 1U);
    stream->data = (char*)realloc(stream->data, stream->room);
    vst3_require(stream->data, "no memory");
  }
  memcpy(stream->data + stream->at, buffer, n);
  stream->at += n;
  stream->size               = stream->at;
  stream->data[stream->size] = '\0';
  if (n_written) {
    *n_written = (int32_t)n;
  }
  return V3_OK;
}

static v3_result V3_API
stream_seek(void* self, int64_t pos, int32_t mode, int64_t* result)
{
  Vst3Stream* const stream = (Vst3Stream*)self;
  const int64_t     from   = mode == V3_SEEK_CUR   ? (int64_t)stream->at
                             : mode == V3_SEEK_END ? (int64_t)stream->size
                                                   : 0;
  stream->at               = (size_t)(from + pos);
  if (result) {
    *result = from + pos;
  }
  return V3_OK;
}

static v3_result V3_API
stream_tell(void* self, int64_t* pos)
{
  *pos = (int64_t)((Vst3Stream*)self)->at;
  return V3_OK;
}

static const struct v3_bstream stream_vtable = {
  .query_interface = query_nothing,
  .ref             = count_nothing,
  .unref           = count_nothing,
  .read            = stream_read,
  .write           = stream_write,
  .seek            = stream_seek,
  .tell            = stream_tell,
};

void
vst3_stream_init(Vst3Stream* stream, const void* data, size_t size, int32_t chunk)
{
  *stream      = (Vst3Stream){.vtable = &stream_vtable, .chunk = chunk, .size = size, .room = size + 1U};
  stream->data = (char*)calloc(stream->room, 1);
  vst3_require(stream->data, "no memory");
  if (size) {
    memcpy(stream->data, data, size);
  }
}

void
vst3_stream_cleanup(Vst3Stream* stream)
{
  free(stream->data);
  *stream = (Vst3Stream){0};
}

/* Handler */

static v3_result V3_API
handler_query(void* self, const v3_tuid iid, void** object)
{
  void* const menus = ((Vst3Handler*)self)->menus;
  if (menus && v3_tuid_match(iid, kit_vst3_handler3_iid)) {
    *object = menus;
    return V3_OK;
  }
  return query_nothing(self, iid, object);
}

static uint32_t V3_API
handler_ref(void* self)
{
  return (uint32_t)++((Vst3Handler*)self)->references;
}

static uint32_t V3_API
handler_unref(void* self)
{
  return (uint32_t)--((Vst3Handler*)self)->references;
}

static _Thread_local bool in_process;

void
vst3_set_in_process(bool value)
{
  in_process = value;
}

static v3_result
add_edit(void* self, Vst3Edit edit)
{
  Vst3Handler* const handler = (Vst3Handler*)self;
  vst3_require(!in_process, "process() calls the host's component handler");
  if (handler->n_edits < VST3_HOST_EDITS) {
    handler->edits[handler->n_edits] = edit;
  }
  ++handler->n_edits;
  return V3_OK;
}

static v3_result V3_API
begin_edit(void* self, v3_param_id id)
{
  return add_edit(self, (Vst3Edit){VST3_EDIT_BEGIN, id, 0.0});
}

static v3_result V3_API
perform_edit(void* self, v3_param_id id, double value)
{
  return add_edit(self, (Vst3Edit){VST3_EDIT_VALUE, id, value});
}

static v3_result V3_API
end_edit(void* self, v3_param_id id)
{
  return add_edit(self, (Vst3Edit){VST3_EDIT_END, id, 0.0});
}

static v3_result V3_API
restart_component(void* self, int32_t flags)
{
  Vst3Handler* const handler = (Vst3Handler*)self;
  vst3_require(!in_process, "process() calls the host's component handler");
  handler->restarts |= flags;
  handler->n_values += (flags & V3_RESTART_PARAM_VALUES_CHANGED) != 0;
  handler->n_latency += (flags & V3_RESTART_LATENCY_CHANGED) != 0;
  return V3_OK;
}

static const struct v3_component_handler handler_vtable = {
  .query_interface   = handler_query,
  .ref               = handler_ref,
  .unref             = handler_unref,
  .begin_edit        = begin_edit,
  .perform_edit      = perform_edit,
  .end_edit          = end_edit,
  .restart_component = restart_component,
};

void
vst3_handler_init(Vst3Handler* handler)
{
  *handler = (Vst3Handler){.vtable = &handler_vtable, .references = 1};
}

void
vst3_require(bool condition, const char* message)
{
  if (!condition) {
    printf("Bail out! %s\n", message);
    exit(1);
  }
}
