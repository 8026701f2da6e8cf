// SPDX-License-Identifier: ISC
// Calls that no host should make, and some do
#include "checks.h"

#include "tap.h"
#include "vst3_host_objects.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define RATE  44100.0
#define BLOCK 16384U

static const Vst3Setup stereo = {RATE, 2, 2, false, true, 0};

static float samples[4][BLOCK];

static void
fill(float value)
{
  for (uint32_t c = 0; c < 4U; ++c) {
    for (uint32_t i = 0; i < BLOCK; ++i) {
      samples[c][i] = value;
    }
  }
}

static bool
outputs_are_finite(uint32_t n_frames)
{
  for (uint32_t c = 2; c < 4U; ++c) {
    for (uint32_t i = 0; i < n_frames; ++i) {
      if (!isfinite(samples[c][i])) {
        return false;
      }
    }
  }
  return true;
}

static v3_result
run(Vst3Host* host, uint32_t n_frames)
{
  void* in[]  = {samples[0], samples[1]};
  void* out[] = {samples[2], samples[3]};
  return vst3_process(host, in, 2, out, 2, n_frames);
}

static void
check_before_active(const Subject* subject)
{
  Vst3Host host;
  open_plugin(subject, &host);
  host.setup.symbolic_sample_size    = V3_SAMPLE_32;
  struct v3_component** const c      = host.component;
  const v3_result             active = (*c)->set_active(c, 1); // Without setupProcessing
  tap_ok(active == (subject->effect->stream_new ? V3_OK : active) && run(&host, 512) == V3_OK &&
           outputs_are_finite(512) && (*c)->set_active(c, 1) == active && run(&host, 512) == V3_OK &&
           (*c)->set_active(c, 0) == V3_OK && (*c)->set_active(c, 0) == V3_OK && run(&host, 512) == V3_OK,
         "%s: activated without set-up, and twice, it works", subject->effect->id);
  close_plugin(subject, &host);
}

static v3_result
raw(Vst3Host* host, struct v3_audio_bus_buffers* in, struct v3_audio_bus_buffers* out, int32_t n_frames,
    int32_t size)
{
  struct v3_process_data data = {.symbolic_sample_size = size,
                                 .nframes              = n_frames,
                                 .num_input_buses      = 1,
                                 .num_output_buses     = 1,
                                 .inputs               = in,
                                 .outputs              = out};
  return (*host->processor)->process(host->processor, &data);
}

static void
check_buffers(const Subject* subject)
{
  Vst3Host host;
  open_plugin(subject, &host);
  vst3_start(&host, &stereo);
  float*                      no_channels[]   = {NULL, NULL};
  float*                      one_channel[]   = {samples[2]};
  float*                      many_channels[] = {samples[0], samples[1], samples[2], samples[3]};
  struct v3_audio_bus_buffers empty           = {0};
  struct v3_audio_bus_buffers nulls           = {.num_channels = 2, .channel_buffers_32 = no_channels};
  struct v3_audio_bus_buffers single          = {.num_channels = 1, .channel_buffers_32 = one_channel};
  struct v3_audio_bus_buffers many            = {.num_channels = 4, .channel_buffers_32 = many_channels};
  struct v3_audio_bus_buffers negative        = {.num_channels = -3, .channel_buffers_32 = one_channel};
  fill(0.25f);
  tap_ok(raw(&host, NULL, NULL, 512, V3_SAMPLE_32) == V3_OK &&
           raw(&host, &empty, &empty, 512, V3_SAMPLE_32) == V3_OK &&
           raw(&host, &nulls, &nulls, 512, V3_SAMPLE_32) == V3_OK &&
           raw(&host, &negative, &negative, 512, V3_SAMPLE_32) == V3_OK &&
           raw(&host, &single, &single, 512, V3_SAMPLE_32) == V3_OK,
         "%s: no buses, no channels, null channels and too few of them are borne", subject->effect->id);
  tap_ok(raw(&host, &many, &many, 512, V3_SAMPLE_32) == V3_OK && samples[2][0] == 0.0f &&
           samples[3][511] == 0.0f && samples[3][512] == 0.25f && (many.channel_silence_bitset & 12U) == 12U,
         "%s: channels too many are silenced, no sample beyond", subject->effect->id);
  tap_ok(raw(&host, &nulls, &nulls, 0, V3_SAMPLE_32) == V3_OK &&
           raw(&host, &nulls, &nulls, -5, V3_SAMPLE_32) == V3_OK &&
           (*host.processor)->process(host.processor, NULL) != V3_OK &&
           raw(&host, &nulls, &nulls, 16, 77) != V3_OK,
         "%s: blocks of no and of negative length are borne, none and odd samples refused",
         subject->effect->id);
  close_plugin(subject, &host);
}

/* Lists of changes that lie */

static struct v3_param_value_queue** V3_API
no_queue(void* self, int32_t index)
{
  (void)self;
  (void)index;
  return NULL;
}

static v3_result V3_API
no_point(void* self, int32_t index, int32_t* frame, double* value)
{
  (void)self;
  (void)index;
  (void)frame;
  (void)value;
  return V3_INTERNAL_ERR;
}

static struct v3_param_value_queue** V3_API
no_room(void* self, v3_param_id* id, int32_t* index)
{
  (void)self;
  (void)id;
  (void)index;
  return NULL;
}

static void
check_bad_changes(const Subject* subject)
{
  Vst3Host     host;
  KitHostParam first;
  host_param_at(subject->effect, 0, &first);
  open_plugin(subject, &host);
  vst3_start(&host, &stereo);
  fill(0.1f);
  vst3_change(host.in_changes, 0xFFFFFFFFU, 10, 0.5);
  vst3_change(host.in_changes, first.id, 900, (double)NAN);
  vst3_change(host.in_changes, first.id, -50, 7.0);
  vst3_change(host.in_changes, first.id, 99999, -7.0);
  vst3_change(host.in_changes, first.id, 3, 0.5);
  tap_ok(run(&host, 512) == V3_OK && outputs_are_finite(512),
         "%s: unknown ids, NaN, frames outside the block and out of order are borne", subject->effect->id);

  struct v3_param_changes lying_list = *host.in_changes->vtable;
  struct v3_param_changes full_list  = *host.out_changes->vtable;
  vst3_change(host.in_changes, first.id, 0, 0.25);
  struct v3_param_value_queue lying_queue = *host.in_changes->queues[0].vtable;
  lying_queue.get_point                   = no_point;
  host.in_changes->queues[0].vtable       = &lying_queue;
  full_list.add_param_data                = no_room;
  host.out_changes->vtable                = &full_list;
  const bool no_points                    = run(&host, 512) == V3_OK;
  vst3_change(host.in_changes, first.id, 0, 0.25);
  lying_list.get_param_data = no_queue;
  host.in_changes->vtable   = &lying_list;
  tap_ok(no_points && run(&host, 512) == V3_OK && outputs_are_finite(512),
         "%s: lists without the queues and points they promise are borne", subject->effect->id);
  close_plugin(subject, &host);
}

static void
check_order(const Subject* subject)
{
  Vst3Host host;
  open_plugin(subject, &host);
  struct v3_component** const       c = host.component;
  struct v3_audio_processor** const p = host.processor;
  struct v3_edit_controller** const e = host.controller;
  tap_ok((*e)->initialize(e, NULL) == V3_OK && (*p)->set_processing(p, 1) == V3_OK &&
           (*p)->set_processing(p, 0) == V3_OK && (*p)->set_processing(p, 0) == V3_OK,
         "%s: initialised twice, set processing while inactive", subject->effect->id);
  vst3_start(&host, &stereo);
  struct v3_process_setup bad[]   = {{V3_REALTIME, 9, 64, RATE},
                                     {V3_REALTIME, 0, 64, 0.0},
                                     {V3_REALTIME, 0, 64, (double)NAN},
                                     {V3_REALTIME, 0, -1, RATE}};
  bool                    refused = (*p)->setup_processing(p, NULL) != V3_OK;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    refused = refused && (*p)->setup_processing(p, &bad[i]) != V3_OK;
  }
  tap_ok(refused, "%s: an impossible set-up is refused", subject->effect->id);
  v3_speaker_arrangement mono     = V3_SPEAKER_M;
  const v3_result        arranged = (*p)->set_bus_arrangements(p, &mono, 1, &mono, 1);
  tap_ok((arranged != V3_OK) == (subject->effect->stream_new != NULL) && run(&host, 256) == V3_OK,
         "%s: the layout stays while it is active", subject->effect->id);
  (*c)->terminate(c);
  tap_ok(run(&host, 256) == V3_OK && (*e)->get_parameter_count(e) > 0 && host.handler.references == 1 &&
           (*e)->terminate(e) == V3_OK &&
           (*c)->set_active(c, 1) == (subject->effect->stream_new ? V3_OK : V3_INVALID_ARG),
         "%s: terminated twice, and used after that", subject->effect->id);
  void*   object = &host;
  v3_tuid id;
  tap_ok((*c)->query_interface(c, v3_bstream_iid, &object) == V3_NO_INTERFACE && !object &&
           (*c)->query_interface(c, v3_component_iid, NULL) != V3_OK &&
           (*c)->get_controller_class_id(c, id) == V3_NOT_IMPLEMENTED &&
           (*c)->set_io_mode(c, 0) == V3_NOT_IMPLEMENTED,
         "%s: there is no other interface, and no class of a controller", subject->effect->id);
  close_plugin(subject, &host);
}

static void
check_careless_end(const Subject* subject)
{
  Vst3Host host;
  open_plugin(subject, &host);
  vst3_start(&host, &stereo);
  (*host.requirements)->unref(host.requirements);
  (*host.units)->unref(host.units);
  (*host.controller)->unref(host.controller);
  (*host.processor)->unref(host.processor);
  tap_ok((*host.component)->unref(host.component) == 0 && host.handler.references == 1,
         "%s: released while active and never terminated, it goes and lets go of its host",
         subject->effect->id);
  vst3_free_changes(&host);
}

typedef struct {
  Vst3Host*        host;
  _Atomic bool     stop;
  _Atomic unsigned n_blocks;
} Racer;

static void*
race(void* handle)
{
  Racer* const racer = (Racer*)handle;
  while (!atomic_load(&racer->stop)) {
    run(racer->host, BLOCK); // Long, so that it is met
    atomic_fetch_add(&racer->n_blocks, 1U);
  }
  return NULL;
}

static void
reactivate(Vst3Host* host)
{
  (*host->processor)->set_processing(host->processor, 0);
  (*host->component)->set_active(host->component, 0);
  (*host->component)->set_active(host->component, 1);
  (*host->processor)->set_processing(host->processor, 1);
}

// Ardour 7 reactivates a plugin on its main thread while the audio thread is in process()
static void
check_race(const Subject* subject)
{
  Vst3Host  host;
  Racer     racer = {.host = &host};
  pthread_t thread;
  open_plugin(subject, &host);
  vst3_start(&host, &stereo);
  if (pthread_create(&thread, NULL, race, &racer)) {
    tap_skip("%s: no second thread to be had", subject->effect->id);
    close_plugin(subject, &host);
    return;
  }
  for (unsigned i = 0; i < 100U; ++i) {
    const unsigned before = atomic_load(&racer.n_blocks);
    reactivate(&host);
    while (atomic_load(&racer.n_blocks) < before + 2U) {
      sched_yield();
    }
  }
  atomic_store(&racer.stop, true);
  pthread_join(thread, NULL);
  tap_ok(outputs_are_finite(BLOCK), "%s: reactivated 100 times while it processes", subject->effect->id);
  close_plugin(subject, &host);
}

void
check_hostile(const Subject* subject)
{
  check_before_active(subject);
  check_buffers(subject);
  check_bad_changes(subject);
  check_order(subject);
  check_careless_end(subject);
  check_race(subject);
}
