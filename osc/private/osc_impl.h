// SPDX-License-Identifier: ISC
/** @file osc_impl.h  What the parts of the bridge share.  [bridge thread] unless it says otherwise. */
#ifndef KIT_OSC_OSC_IMPL_H
#define KIT_OSC_OSC_IMPL_H

#include "alloc.h"
#include "edits.h"
#include "folder.h"
#include "message.h"
#include "near.h"
#include "osc.h"
#include "steps.h"
#include "taps.h"
#include "udp.h"

#define KIT_OSC_AUTHOR      "osc"
#define KIT_OSC_FIRST_PORT  9000U
#define KIT_OSC_N_PORTS     100U
#define KIT_OSC_MAX_ADDRESS 256U ///< Bytes of an address, terminated
#define KIT_OSC_MAX_LEASES  16U
#define KIT_OSC_MAX_LEASE_S 60.0
#define KIT_OSC_MAX_RATE_HZ 30.0
#define KIT_OSC_RING_S      10.0
#define KIT_OSC_N_KEPT      8U ///< Snapshots
#define KIT_OSC_MAX_AHEAD_S 10.0
#define KIT_OSC_MAX_QUEUED  256U            ///< Bundles that wait for their time…
#define KIT_OSC_MAX_WAITING (1024U * 1024U) ///< …and their bytes
#define KIT_OSC_MAX_DEPTH   8U              ///< Of bundles in bundles
#define KIT_OSC_MAX_PARTS   4096U           ///< Messages of a bundle
#define KIT_OSC_PER_S       8000.0 ///< Messages that are worked off; what is more is left to the system
#define KIT_OSC_BURST       2000.0
#define KIT_OSC_TICK_S      0.25 ///< How often what changes by itself is looked after

/** Somebody who asked to be told. */
typedef struct {
  KitUdpAddress to;
  double        until; ///< kit_clock_s(); 0: free
} KitOscLease;

/** Somebody who asked for figures. */
typedef struct {
  KitOscLease lease;
  double      every; ///< Seconds
  double      next;  ///< kit_clock_s()
  uint64_t    end;   ///< Of the frames that have been told of
  KitTapLoad  load;  ///< As told
} KitOscMetricsLease;

/** A snapshot that waits for enough sound. */
typedef struct {
  KitUdpAddress to;
  double        seconds; ///< 0: free
  double        give_up; ///< kit_clock_s(): takes what there is
} KitOscWish;

/** Sound that was heard, on its way to files.  snapshot.c */
typedef struct KitOscSnapshot KitOscSnapshot;

/** A bundle that waits for its time. */
typedef struct KitOscLater {
  struct KitOscLater* next; ///< In the order of `at`
  double              at;   ///< kit_clock_s()
  KitUdpAddress       from;
  size_t              size;
  unsigned char       data[];
} KitOscLater;

typedef struct KitOscMeters KitOscMeters;

typedef struct KitOsc {
  struct KitOsc* next;
  KitPlugin*     plugin;
  const char*    format;
  char           host[64];
  KitLog         log;
  char           trouble[256];

  // While on
  char     id[KIT_OSC_ID_TEXT];
  KitUdp   udp;   ///< Closed: off, or no port was free
  bool     known; ///< Somebody has spoken to this port
  char*    file;  ///< That it is found by, or null
  char*    told;  ///< What is in it
  double   tick;  ///< When to look after things; kit_clock_s()
  double   tokens;
  double   filled;    ///< When `tokens` were
  uint64_t n_dropped; ///< Messages that were none

  KitOscLater* later;
  uint32_t     n_later;
  size_t       later_bytes;

  KitOscLease leases[KIT_OSC_MAX_LEASES];
  double      next_changes;
  KitReader   reader;
  uint32_t*   versions; ///< [n_slots] as told
  bool*       locks;    ///< [n_slots + 1] as told, bypass last

  KitOscMetricsLease metrics[KIT_OSC_MAX_LEASES];
  KitOscMeters*      meters; ///< Null: nobody wants figures

  KitTap*    tap; ///< Null: nobody listens, or nothing plays
  double     tap_until;
  KitOscWish wishes[KIT_OSC_MAX_LEASES];

  KitOscSnapshot*       taken;       ///< To be written, or null
  const KitOscSnapshot* writing;     ///< Being written, or null
  uint32_t              n_snapshots; ///< Number of the last
} KitOsc;

/** Values that a bundle sets, until they are set together. */
typedef struct {
  KitChange changes[KIT_MAX_SLOTS];
  uint32_t  n;
  char      author[KIT_STEP_TEXT]; ///< Of the step that it makes; "": KIT_OSC_AUTHOR
  char      label[KIT_STEP_TEXT];  ///< "": one that says how many there are
} KitOscBatch;

/** One message for one address. */
typedef struct {
  KitOsc*       osc;
  KitUdpAddress from;
  const char*   address; ///< Whole, without patterns
  const char*   key;     ///< What follows the method's own name, or ""
  const char*   types;

  const unsigned char* const* args; ///< [n]

  int          n;
  KitOscBatch* batch; ///< Null outside a bundle
} KitOscCall;

/* reply.c */

/**
   Send a message, unless it would be too long.

   @param types Of the arguments, as for kit_osc_write().
*/
void
kit_osc_send(const KitOsc* osc, KitUdpAddress to, const char* address, const char* types, ...);

/** Send to who asked, at `/E/PATH`. */
#define kit_osc_answer(call, path, ...) kit_osc_send_at((call)->osc, (call)->from, path, __VA_ARGS__)

/** The same to anybody: `path` follows "/E/". */
void
kit_osc_send_at(const KitOsc* osc, KitUdpAddress to, const char* path, const char* types, ...);

/** Refuse: `/E/error` with the call's address, what is wrong, and what would be right. */
void
kit_osc_refuse(const KitOscCall* call, const char* remedy, const char* format, ...) KIT_PRINTF(3, 4);

/** Collects the first error for kit_osc_refuse(). */
typedef struct {
  KitLog log;
  char   text[512];
} KitOscReason;

void
kit_osc_reason_init(KitOscReason* reason);

/* Arguments */

bool
kit_osc_number(const KitOscCall* call, int index, double* number);

/** Null if it is none.  Borrowed. */
const char*
kit_osc_text(const KitOscCall* call, int index);

/** A number within a range, or `otherwise` where there is no argument.  @return false, refused. */
bool
kit_osc_range(const KitOscCall* call, int index, double min, double max, double* number);

/* packet.c */

/** Take a datagram. */
void
kit_osc_packet(KitOsc* osc, KitUdpAddress from, const unsigned char* data, size_t size);

/** Take what waited for its time.  @return when the next is due, or infinity. */
double
kit_osc_work_later(KitOsc* osc, double now);

void
kit_osc_drop_later(KitOsc* osc);

/** Set what a bundle collected, and echo it. */
void
kit_osc_flush(KitOsc* osc, KitUdpAddress from, KitOscBatch* batch);

/* dispatch.c */

/** Call the method of an address, or those of a pattern. */
void
kit_osc_dispatch(KitOscCall* call);

/* Methods */

void
kit_osc_ping(KitOscCall* call);
void
kit_osc_param(KitOscCall* call);
void
kit_osc_params(KitOscCall* call);
void
kit_osc_describe(KitOscCall* call);
void
kit_osc_bypass(KitOscCall* call);
void
kit_osc_lock(KitOscCall* call);
void
kit_osc_preset_load(KitOscCall* call);
void
kit_osc_preset_save(KitOscCall* call);
void
kit_osc_preset_list(KitOscCall* call);
void
kit_osc_state_get(KitOscCall* call);
void
kit_osc_state_set(KitOscCall* call);
void
kit_osc_undo(KitOscCall* call);
void
kit_osc_redo(KitOscCall* call);
void
kit_osc_history(KitOscCall* call);
void
kit_osc_step(KitOscCall* call);
void
kit_osc_ab(KitOscCall* call);
void
kit_osc_subscribe(KitOscCall* call);
void
kit_osc_metrics(KitOscCall* call);
void
kit_osc_request_snapshot(KitOscCall* call);

/* params.c */

/** Write the address key of an element: "loss", "delay_times/3". */
void
kit_osc_key(const KitParamRef* ref, char* key, size_t size);

/** Tell one value: `/E/param/KEY` value text; bypass as `/E/bypass`. */
void
kit_osc_send_value(const KitOsc* osc, KitUdpAddress to, uint32_t slot);

void
kit_osc_send_lock(const KitOsc* osc, KitUdpAddress to, uint32_t slot);

/* steps.c */

/** Tell the newest step, at `/E/history`. */
void
kit_osc_send_step(const KitOsc* osc, KitUdpAddress to);

/* leases.c */

/** Grant or renew.  @return null where there are too many. */
KitOscLease*
kit_osc_lease(KitOscLease* leases, uint32_t n, size_t stride, KitUdpAddress to, double until);

/** Tell what changed to who asked.  @return when to look again, or infinity. */
double
kit_osc_work_leases(KitOsc* osc, double now);

/** Say goodbye. */
void
kit_osc_end_leases(KitOsc* osc);

/* metrics.c, snapshot.c, listen.c */

double
kit_osc_work_metrics(KitOsc* osc, double now);

double
kit_osc_work_snapshots(KitOsc* osc, double now);

/** Write what was taken.  Without the lock: a disk may be slow, and a host must not wait for it. */
void
kit_osc_snapshot_write(KitOscSnapshot* snapshot);

/** Tell who asked what became of it. */
void
kit_osc_snapshot_answer(KitOsc* osc, const KitOscSnapshot* snapshot);

/** Null is allowed. */
void
kit_osc_snapshot_free(KitOscSnapshot* snapshot);

/** Open the tap while somebody listens, and close it when nobody does. */
void
kit_osc_work_tap(KitOsc* osc, double now);

void
kit_osc_meters_free(KitOscMeters* meters);

/** Number of the newest snapshot that lies in the folder, 0 if there is none. */
uint32_t
kit_osc_last_snapshot(const char* id);

/* settings.c.  [any thread but audio] */

typedef struct {
  bool     on;
  uint16_t port; ///< First to try
} KitOscSettings;

/** From $VSTKIT_OSC, else from settings.json; what is wrong there is logged and means off. */
KitOscSettings
kit_osc_read_settings(const KitLog* log);

/** Change settings.json, all else in it kept. */
KitStatus
kit_osc_write_settings(const KitOscSettings* settings, const KitLog* log);

/* discovery.c.  Under the lock of the service */

/** Write the instance's file where it has changed. */
void
kit_osc_publish(KitOsc* osc);

/** Remove it. */
void
kit_osc_withdraw(KitOsc* osc);

/** Does another process that lives have an instance with that id? */
bool
kit_osc_is_claimed(const char* id);

/** For people: effect and track. */
void
kit_osc_name(const KitOsc* osc, char* name, size_t size);

/* instance.c.  Under the lock of the service */

/** Take an id, a port, a file.  @return false, with `trouble` */
bool
kit_osc_open(KitOsc* osc, const KitOscSettings* settings);

/** Allowed on a closed one. */
void
kit_osc_close(KitOsc* osc);

/** Follow what changes by itself: a state with another id, the sample rate, the track. */
void
kit_osc_tick(KitOsc* osc);

/** Have states bring and keep what is noted here.  Without the lock. */
void
kit_osc_watch_notes(KitPlugin* plugin);

/** Is there another instance with that id in this module?  service.c */
bool
kit_osc_is_taken(const KitOsc* osc, const char* id);

#endif
