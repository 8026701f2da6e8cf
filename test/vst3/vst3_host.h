// SPDX-License-Identifier: ISC
/**
   @file vst3_host.h  A small VST3 host, for tests.

   It knows modules by their binary interface alone.  What it cannot go on
   without (memory, a symbol that must be there) ends the program with a message.
*/
#ifndef KIT_TEST_VST3_HOST_H
#define KIT_TEST_VST3_HOST_H

#include "vst3_ext.h"
#include "vstkit/direct.h"

#define VST3_HOST_QUEUES 512U  ///< Parameters with changes in one block
#define VST3_HOST_POINTS 8192U ///< Changes in one block

typedef const struct v3_plugin_factory_3* const* Vst3Factory;

typedef struct {
  void*       library;
  Vst3Factory factory;
  bool (*exit)(void);
} Vst3Module;

typedef struct {
  int32_t frame;
  double  normal;
} Vst3Point;

/** A parameter's changes in a block: IParamValueQueue. */
typedef struct {
  const struct v3_param_value_queue* vtable;
  v3_param_id                        id;
  Vst3Point*                         points; ///< Of the list's `pool`
  int32_t                            n;
} Vst3Queue;

/** IParameterChanges.  Points of one queue must be added in a row. */
typedef struct {
  const struct v3_param_changes* vtable;
  Vst3Queue                      queues[VST3_HOST_QUEUES];
  int32_t                        n;
  Vst3Point                      pool[VST3_HOST_POINTS];
  uint32_t                       n_points;
} Vst3Changes;

/** IBStream in memory. */
typedef struct {
  const struct v3_bstream* vtable;
  char*                    data;
  size_t                   size;
  size_t                   at;
  size_t                   room;
  int32_t                  chunk;      ///< Most bytes that move in one call; 0 = all
  size_t                   fail_after; ///< What goes beyond this byte fails; 0 = never
} Vst3Stream;

typedef enum { VST3_EDIT_BEGIN, VST3_EDIT_VALUE, VST3_EDIT_END } Vst3EditType;

typedef struct {
  Vst3EditType type;
  v3_param_id  id;
  double       normal;
} Vst3Edit;

#define VST3_HOST_EDITS 64U

/** What the plugin has told its host: IComponentHandler. */
typedef struct {
  const struct v3_component_handler* vtable;
  int32_t                            references;
  int32_t                            restarts;  ///< All V3_RESTART_… bits since they were cleared
  uint32_t                           n_values;  ///< Restarts for V3_RESTART_PARAM_VALUES_CHANGED
  uint32_t                           n_latency; ///< … and V3_RESTART_LATENCY_CHANGED
  uint32_t                           n_edits;
  Vst3Edit                           edits[VST3_HOST_EDITS]; ///< The first of them
  void*                              menus; ///< IComponentHandler3, where the host offers one
} Vst3Handler;

/** A plugin.  Interface pointers are borrowed from `component`, but each counts as a reference. */
typedef struct {
  struct v3_component**                    component;
  struct v3_audio_processor**              processor;
  struct v3_edit_controller**              controller;
  struct v3_unit_information**             units;
  struct v3_process_context_requirements** requirements;
  struct v3_process_context*               context; ///< Of the coming blocks, or null
  Vst3Handler                              handler;
  Vst3Changes*                             in_changes;
  Vst3Changes*                             out_changes;
  struct v3_process_setup                  setup;
  uint64_t silence; ///< Bit per input channel that vst3_process() flags silent
} Vst3Host;

/** A layout and how to run it. */
typedef struct {
  double   sample_rate;
  uint32_t n_in;
  uint32_t n_out;
  bool     is_double;
  bool     offline;
  int32_t  max_frames; ///< 0 = 1024
} Vst3Setup;

/** Load a bundle, or a bare library, and enter it.  @return false with a message on standard error. */
bool
vst3_module_open(Vst3Module* module, const char* path);

void
vst3_module_close(Vst3Module* module);

/** Create and initialise the first class of a module. */
bool
vst3_open(Vst3Host* host, const Vst3Module* module);

/** Stop, terminate and release.  @return false if the object lived on, or kept the handler. */
bool
vst3_close(Vst3Host* host);

/** What vst3_close() frees of the host's own, where the plugin is already gone. */
void
vst3_free_changes(Vst3Host* host);

/** Negotiate the layout, set up, activate, start processing. */
bool
vst3_start(Vst3Host* host, const Vst3Setup* setup);

void
vst3_stop(Vst3Host* host);

/** Queue a change for the next block. */
void
vst3_change(Vst3Changes* changes, v3_param_id id, int32_t frame, double normal);

void
vst3_changes_clear(Vst3Changes* changes);

/** One block of double or float channels (null: no buses at all); changes are delivered and cleared.
    Unless the set-up is offline, the call is guarded (see guard.h). */
v3_result
vst3_process(Vst3Host* host, void** in, uint32_t n_in, void** out, uint32_t n_out, uint32_t n_frames);

/** Empty stream to write to, or one over a copy of `data`. */
void
vst3_stream_init(Vst3Stream* stream, const void* data, size_t size, int32_t chunk);

void
vst3_stream_cleanup(Vst3Stream* stream);

/** State as a terminated text; free with vst3_stream_cleanup(). */
v3_result
vst3_save(Vst3Host* host, Vst3Stream* stream);

/** Hand a state to component and controller, as hosts do.  @return what the component said. */
v3_result
vst3_load(Vst3Host* host, const void* data, size_t size, int32_t chunk);

/** Description of the parameter with this id, or of the first one with all these flags. */
bool
vst3_find_param(Vst3Host* host, v3_param_id id, struct v3_param_info* info);

bool
vst3_find_flagged(Vst3Host* host, int32_t flags, struct v3_param_info* info);

/** As the controller shows it. */
double
vst3_get(Vst3Host* host, v3_param_id id);

/** ASCII of a VST3 text; one of 8 static buffers. */
const char*
vst3_ascii(const int16_t* text);

#endif
