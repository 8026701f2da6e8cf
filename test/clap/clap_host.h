// SPDX-License-Identifier: ISC
/**
   @file clap_host.h  A small CLAP host for tests.

   Counts everything that a plugin asks of it, knows which thread is which, and
   hands out streams that give or take a few bytes at a time.  Calls that a host
   makes on the audio thread are made under the guard of test/rt.
*/
#ifndef KIT_TEST_CLAP_HOST_H
#define KIT_TEST_CLAP_HOST_H

#include "clap_ext.h"
#include "rng.h"

#include <stdatomic.h>
#include <stddef.h>

/* Module */

typedef struct {
  void*                        library;
  const clap_plugin_entry_t*   entry;
  const clap_plugin_factory_t* factory;
  const KitClapPresetFactory*  presets;
  char                         id[128]; ///< Of its plugin
} ClapModule;

/** Load, init, find the factories.  @return false with a note on standard output; nothing is held then. */
bool
clap_module_open(ClapModule* module, const char* path);

void
clap_module_close(ClapModule* module);

/* Host */

#define CLAP_HOST_TEXT 4096U

typedef struct {
  clap_host_t          host;
  bool                 bare; ///< Set to offer no extension at all
  unsigned long        main; ///< Thread that made the host
  _Atomic uint32_t     n_restarts;
  _Atomic uint32_t     n_wakes; ///< request_process()
  _Atomic uint32_t     n_callbacks;
  _Atomic uint32_t     n_rescans;
  _Atomic uint32_t     rescan_flags; ///< All that were ever given
  _Atomic uint32_t     n_latency_changes;
  _Atomic uint32_t     n_tail_changes;
  _Atomic uint32_t     n_logged;
  _Atomic uint32_t     n_misbehaving;  ///< Complaints about this host
  _Atomic uint32_t     n_wrong_thread; ///< Calls of the plugin on a thread where it must not make them
  uint32_t             n_loaded;       ///< Presets
  uint32_t             n_load_errors;
  char                 text[CLAP_HOST_TEXT];       ///< Last message logged
  char                 load_error[CLAP_HOST_TEXT]; ///< Last reason why no preset was loaded
  const clap_plugin_t* plugin; ///< To ask for its latency from inside changed(), as some hosts do
  uint32_t             latency;
} ClapHost;

/** The calling thread becomes the main thread. */
void
clap_host_init(ClapHost* host);

/** The calling thread counts as an audio thread until the matching leave; calls nest. */
void
clap_audio_enter(void);

void
clap_audio_leave(void);

/* Plugin */

/** A plugin with the extensions that it offers, all of which our plugins do. */
typedef struct {
  const clap_plugin_t*                  p;
  ClapHost*                             host;
  const clap_plugin_params_t*           params;
  const clap_plugin_audio_ports_t*      ports;
  const KitClapPluginPortsConfig*       config;
  const KitClapPluginPortsConfigInfo*   config_info;
  const KitClapPluginConfigurablePorts* configurable;
  const clap_plugin_state_t*            state;
  const KitClapPluginStateContext*      state_context;
  const clap_plugin_latency_t*          latency;
  const KitClapPluginTail*              tail;
  const KitClapPluginRender*            render;
  const KitClapPluginRemoteControls*    controls;
  const KitClapPluginPresetLoad*        preset_load;
} ClapPlugin;

/** Create and init.  @return false if either fails; nothing is held then. */
bool
clap_open(ClapPlugin* plugin, ClapHost* host, const ClapModule* module);

/** Stop, deactivate and destroy, whatever it is in. */
void
clap_close(ClapPlugin* plugin);

/** Activate and start processing. */
bool
clap_start(const ClapPlugin* plugin, double sample_rate, uint32_t max_frames);

/** Stop processing and deactivate. */
void
clap_stop(const ClapPlugin* plugin);

/** Choose a layout through audio-ports-config.  Not while active. */
bool
clap_layout(const ClapPlugin* plugin, uint32_t n_in, uint32_t n_out);

/** What get_value() says; 0 for an unknown id. */
double
clap_value(const ClapPlugin* plugin, clap_id id);

/* Events */

typedef union {
  clap_event_header_t        header;
  clap_event_param_value_t   value;
  clap_event_param_mod_t     mod;
  clap_event_param_gesture_t gesture;
  clap_event_note_t          note;
  clap_event_transport_t     transport;
} ClapEvent;

/** An input list over memory of its own; set `in.ctx` back to it after a copy. */
typedef struct {
  clap_input_events_t in;
  ClapEvent*          events; ///< [room]
  uint32_t            n;
  uint32_t            room;
} ClapEvents;

void
clap_events_init(ClapEvents* list);

void
clap_events_cleanup(ClapEvents* list);

void
clap_events_value(ClapEvents* list, uint32_t frame, clap_id id, double value);

void
clap_events_transport(ClapEvents* list, uint32_t frame, const clap_event_transport_t* transport);

void
clap_events_mod(ClapEvents* list, uint32_t frame, clap_id id, double amount);

/** `type`: CLAP_EVENT_PARAM_GESTURE_BEGIN or …_END. */
void
clap_events_gesture(ClapEvents* list, uint32_t frame, clap_id id, uint16_t type);

/** Room for one more event, zeroed but for its header. */
ClapEvent*
clap_events_add(ClapEvents* list, uint32_t frame, uint16_t type, uint32_t size);

/** Deliver through params.flush(), under the guard unless it may allocate (rendering offline). */
void
clap_flush(const ClapPlugin* plugin, const ClapEvents* events, bool may_allocate);

/* Process */

typedef struct {
  uint32_t          n_in;
  uint32_t          n_out;
  void* const*      in;  ///< [n_in] or null
  void* const*      out; ///< [n_out] or null
  bool              is_double;
  bool              may_allocate; ///< Rendering offline: the guard stays open
  uint32_t          n_frames;
  const ClapEvents* events;   ///< May be null
  uint64_t          constant; ///< Bit per input channel that holds one value throughout

  const clap_output_events_t*   out_events; ///< May be null
  const clap_event_transport_t* transport;  ///< May be null
} ClapBlock;

/** One process() call on the audio thread, under the guard. */
clap_process_status
clap_run(const ClapPlugin* plugin, const ClapBlock* block);

/* Streams */

/** A text that is written to or read from a few bytes at a time. */
typedef struct {
  clap_ostream_t out;
  clap_istream_t in;
  char*          data;
  size_t         size;
  size_t         room;
  size_t         at;      ///< Next byte to read
  size_t         chunk;   ///< Most bytes a call; 0 = random up to 7
  size_t         fail_at; ///< Calls fail from this byte on; SIZE_MAX = never
  KitRng         rng;
} ClapText;

void
clap_text_init(ClapText* text, size_t chunk);

/** Replace the contents and start reading anew. */
void
clap_text_set(ClapText* text, const char* data, size_t size);

void
clap_text_cleanup(ClapText* text);

/** Save into `text` (what it held is dropped). */
bool
clap_save(const ClapPlugin* plugin, ClapText* text);

/** Load from the start of `text`. */
bool
clap_load(const ClapPlugin* plugin, ClapText* text);

#endif
