// SPDX-License-Identifier: ISC
/**
   @file lv2_plugin.h  One LV2 plugin over a #KitPlugin.

   Ports only ever show what the host wants, and the plugin may change otherwise:
   by messages, by edits from outside, by states.  So a port counts when it moves.
   One that has been looked at and stands still never wins; one that no block has
   looked at when a state comes is taken to stand still.
*/
#ifndef KIT_LV2_PLUGIN_H
#define KIT_LV2_PLUGIN_H

#include "lv2_ports.h"
#include "plugin.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/urid/urid.h>

#define KIT_LV2_N_EVENTS  512U ///< Room for events of one run; a block with more is split
#define KIT_LV2_N_REPLIES 16U

/** URIs that messages are made of. */
typedef enum {
  KIT_URID_BLANK,
  KIT_URID_BOOL,
  KIT_URID_DOUBLE,
  KIT_URID_FLOAT,
  KIT_URID_INT,
  KIT_URID_LONG,
  KIT_URID_OBJECT,
  KIT_URID_SEQUENCE,
  KIT_URID_STRING,
  KIT_URID_URID,
  KIT_URID_LOG_ERROR,
  KIT_URID_LOG_WARNING,
  KIT_URID_ACK,
  KIT_URID_BODY,
  KIT_URID_ERROR,
  KIT_URID_GET,
  KIT_URID_PROPERTY,
  KIT_URID_PUT,
  KIT_URID_SEQUENCE_NUMBER,
  KIT_URID_SET,
  KIT_URID_SUBJECT,
  KIT_URID_VALUE,
  KIT_URID_STATE_CHANGED,
  KIT_URID_TIME_POSITION,
  KIT_URID_TIME_BPM, ///< From here on in the order of KitLv2Message::time
  KIT_URID_TIME_SPEED,
  KIT_URID_TIME_BAR,
  KIT_URID_TIME_BAR_BEAT,
  KIT_URID_TIME_BEATS_PER_BAR,
  KIT_URID_TIME_BEAT_UNIT,
  KIT_LV2_N_URIDS
} KitLv2Urid;

/** `data` of the feature by which a host lets a plugin ask for another port value, within run(). */
typedef struct {
  void* handle;
  /** @return 0 if the host takes it up. */
  int (*request_change)(void* handle, uint32_t port, float value);
} KitLv2ChangeRequest;

#define KIT_LV2_CHANGE_REQUEST "http://kx.studio/ns/lv2ext/control-input-port-change-request"

enum { KIT_LV2_TELL = 1U, KIT_LV2_REQUEST = 2U };

/** A parameter's port, or the one that bypass is the opposite of. */
typedef struct {
  const KitHostParam* param;
  const float*        data;  ///< What it is connected to, or null
  float               seen;  ///< What it held when it was last looked at; NaN = never
  float               asked; ///< What the host was last asked to put there; NaN = nothing
  uint32_t            port;  ///< Index
  LV2_URID            uri;   ///< For messages
  KitLv2Urid          type;  ///< Of its value in messages
  uint32_t            due;   ///< KIT_LV2_TELL, KIT_LV2_REQUEST
} KitLv2Port;

/** An answer that waits for room. */
typedef struct {
  KitLv2Urid  type;
  KitLv2Port* about; ///< Of a Set
  int32_t     sequence;
} KitLv2Reply;

typedef struct {
  KitPlugin*                 plugin;
  double                     sample_rate; ///< Hz
  uint32_t                   n_ports;     ///< Parameters, and last bypass
  KitLv2Port*                ports;       ///< [n_ports] in published order
  uint32_t*                  ranks;       ///< [directory.n] position in `ports` by position in the directory
  KitEvent*                  events;      ///< [n_ports + KIT_LV2_N_EVENTS]
  const float*               in[KIT_MAX_CHANNELS];
  float*                     out[KIT_MAX_CHANNELS];
  const float*               freewheel;
  float*                     latency;
  const LV2_Atom_Sequence*   control;
  uint8_t*                   notify;   ///< Null, or a sequence
  _Atomic bool               restored; ///< A state came since a block was run
  KitReader                  reader;   ///< Of the audio thread's
  bool                       any_due;  ///< Of `ports`
  bool                       changed;  ///< The host is to be told that there is something to save
  KitLv2Reply                replies[KIT_LV2_N_REPLIES];
  uint32_t                   n_replies;
  const KitLv2ChangeRequest* request;   ///< Null where the host has none
  LV2_Log_Log*               host_log;  ///< Null where the host has none
  LV2_URID                   uri;       ///< 0 without urid:map
  LV2_URID                   state_key; ///< 0 without urid:map
  LV2_URID                   urids[KIT_LV2_N_URIDS];
} KitLv2;

/* lv2_process.c.  Realtime: yes. */

/** `LV2_Descriptor::run`.  [audio-thread] */
void
kit_lv2_run(LV2_Handle handle, uint32_t n_frames);

/** Own value that the port asks for, if it has moved.  Notes what it holds.  [audio-thread or !active] */
bool
kit_lv2_take_port(KitLv2* self, KitLv2Port* port, bool restored, double* value);

/* lv2_process_messages.c.  [audio-thread]  Realtime: yes. */

/** What a message says, 0 for what it does not. */
typedef struct {
  LV2_URID type;
  LV2_URID subject;
  LV2_URID property;
  bool     has_property;
  double   value;                                                ///< NaN: none that is a number
  double  time[KIT_URID_TIME_BEAT_UNIT - KIT_URID_TIME_BPM + 1]; ///< From #KIT_URID_TIME_BPM on; NaN as above
  int32_t sequence;
} KitLv2Message;

/** Step through what came: {0} at first.  @return false at the end, or where it is no more to be trusted. */
bool
kit_lv2_next_message(const KitLv2* self, uint32_t* at, uint32_t* frame, KitLv2Message* message);

/** Tell the host what is due, as far as there is room; the rest waits for the next block. */
void
kit_lv2_notify(KitLv2* self, uint32_t frame);

/* lv2_state.c */

/** state:interface, for extension_data(). */
const void*
kit_lv2_state_interface(void);

/** Take on the ports that have moved while the plugin is not active.  [main-thread] */
void
kit_lv2_take_ports(KitLv2* self);

/** Value of the port that shows the parameter as it is.  [thread-safe] */
static inline float
kit_lv2_shown(const KitLv2* self, const KitHostParam* param)
{
  const double value = kit_plugin_value(self->plugin, param->slot);
  return (float)(param->slot == KIT_BYPASS_SLOT ? 1.0 - value : value);
}

#endif
