// SPDX-License-Identifier: ISC
/** @file clap_plugin.h  One CLAP plugin, and what the files of this folder share. */
#ifndef KIT_CLAP_PLUGIN_H
#define KIT_CLAP_PLUGIN_H

#include "clap_ext.h"
#include "edits.h"
#include "plugin.h"
#include "threads.h"

#include <stdatomic.h>

#define KIT_CLAP_TICK_MS 33U
#define KIT_CLAP_EVENTS  512U ///< Handed to the instance at a time; longer lists go in pieces

/** What the host offers, or null.  Fixed after init(). */
typedef struct {
  const clap_host_params_t*        params;
  const clap_host_latency_t*       latency;
  const clap_host_thread_check_t*  thread_check;
  const clap_host_timer_support_t* timers;
  const KitClapHostTail*           tail;
  const KitClapHostLog*            log;
  const KitClapHostPresetLoad*     preset_load;
  const KitClapHostTrackInfo*      track;
  const clap_host_gui_t*           gui;
  const KitClapHostFds*            fds;
  const KitClapHostContextMenu*    menu;
} KitClapHost;

/** The window.  [main-thread] */
typedef struct {
  struct KitEditor* editor; ///< Null: there is none
  bool              is_floating;
  uintptr_t         transient; ///< To stay above, or 0
  char              title[CLAP_NAME_SIZE];
  int               fd; ///< That the host watches, or −1

  // Where the host has no timer
  KitThread    waker;
  _Atomic bool waking; ///< There is such a thread
} KitClapWindow;

typedef struct {
  clap_plugin_t      plugin;
  const clap_host_t* host;
  KitClapHost        offers;
  KitLog             log; ///< To the host's log
  KitPlugin*         kit;
  KitInstance*       instance; ///< Of `kit`

  // Main thread
  KitReader reader;
  uint32_t  latency; ///< Frames, as the host was last told by latency.changed()
  clap_id   timer;   ///< CLAP_INVALID_ID: none

  KitClapWindow window;

  _Atomic bool offline; ///< Wanted by the host, taken on by the next process()
  _Atomic bool asleep;  ///< The last process() said so
  _Atomic bool calling; ///< A callback on the main thread is on its way

  _Atomic uint32_t tail; ///< Frames, as the host was last told: by process(), to whoever asks

  // Audio thread
  double   sample_rate;
  bool     restarting;    ///< A restart has been asked for
  uint64_t silent_frames; ///< Since the last sound in the input, or event
  KitEvent events[KIT_CLAP_EVENTS];
} KitClap;

static inline KitClap*
kit_clap_of(const clap_plugin_t* plugin)
{
  return (KitClap*)plugin->plugin_data;
}

/* entry.c  [thread-safe] */

/** Of the one plugin in this module.  Static. */
const clap_plugin_descriptor_t*
kit_clap_descriptor(void);

/** The effect in this module. */
const KitEffect*
kit_clap_effect(void);

/* plugin.c */

/** @return null without memory, or for a host of another ABI.  [thread-safe] */
const clap_plugin_t*
kit_clap_new(const clap_host_t* host);

/* host.c */

/** Look up what the host offers.  [main-thread] */
void
kit_clap_host_init(KitClap* self);

/** See to what the plugin has to tell.  [main-thread] */
void
kit_clap_tell(KitClap* self);

/** Have the host call, and process or flush.  `KitPluginFormat::attend`. */
void
kit_clap_attend(void* self);

/** Start or stop the timer.  `KitPluginFormat::tick`. */
void
kit_clap_tick(void* self, bool on);

/** Ask for the name of the track, where the host has such.  [main-thread] */
void
kit_clap_take_track(const clap_plugin_t* plugin);

/* gui.c */

/** Allowed where there is none.  [main-thread] */
void
kit_clap_close_window(KitClap* self);

/* thread_check.c */

/** Complain where the host is on the wrong thread; compiled to nothing in release builds. */
void
kit_clap_check_main(const KitClap* self, const char* call);

void
kit_clap_check_audio(const KitClap* self, const char* call);

/* process.c  [audio-thread]  Realtime: yes (unless offline) */

clap_process_status
kit_clap_process(const clap_plugin_t* plugin, const clap_process_t* process);

bool
kit_clap_start_processing(const clap_plugin_t* plugin);

void
kit_clap_stop_processing(const clap_plugin_t* plugin);

void
kit_clap_reset(const clap_plugin_t* plugin);

/** [active ? audio-thread : main-thread] */
void
kit_clap_flush(const clap_plugin_t* plugin, const clap_input_events_t* in, const clap_output_events_t* out);

/** Ask for process() if the last one let the host sleep.  [thread-safe]  Realtime: yes. */
void
kit_clap_wake(KitClap* self);

/* process_events.c  [audio-thread]  Realtime: yes (unless offline) */

/** Run the instance over a block, or over none of it, with a list of events.
    @param transport At its start; null where the host does not say.
    @return how many events were for its parameters. */
uint32_t
kit_clap_run(KitClap* self, const KitProcess* block, const clap_input_events_t* events,
             const clap_event_transport_t* transport);

/** Tell the host what was edited from outside.  [audio-thread, or main-thread while not active] */
void
kit_clap_tell_edits(KitClap* self, const clap_output_events_t* events);

/* Extensions, one file each */

extern const clap_plugin_params_t           kit_clap_params;
extern const clap_plugin_audio_ports_t      kit_clap_ports;
extern const KitClapPluginPortsConfig       kit_clap_ports_config;
extern const KitClapPluginPortsConfigInfo   kit_clap_ports_config_info;
extern const KitClapPluginConfigurablePorts kit_clap_configurable_ports;
extern const clap_plugin_state_t            kit_clap_state;
extern const KitClapPluginStateContext      kit_clap_state_context;
extern const clap_plugin_latency_t          kit_clap_latency;
extern const KitClapPluginTail              kit_clap_tail;
extern const KitClapPluginRender            kit_clap_render;
extern const KitClapPluginRemoteControls    kit_clap_remote_controls;
extern const KitClapPluginPresetLoad        kit_clap_preset_load;
extern const clap_plugin_timer_support_t    kit_clap_timers;
extern const KitClapPluginTrackInfo         kit_clap_track;
extern const clap_plugin_gui_t              kit_clap_gui;
extern const KitClapPluginFds               kit_clap_fds;

/* discovery.c */

extern const KitClapPresetFactory kit_clap_preset_factory;

/** Fill in what the factory describes.  Once, when the module is loaded. */
void
kit_clap_describe_presets(void);

#endif
