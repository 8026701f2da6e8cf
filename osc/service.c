// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "system.h"
#include "threads.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define MAX_PACKETS 64U ///< Of one instance in a row

// `members` orders attaching, detaching and switching, and with them the thread's start and end.  `lock`
// guards the instances; the thread has it while it works.
static KitLock          members = KIT_LOCK_INIT;
static KitLock          lock    = KIT_LOCK_INIT;
static KitOsc*          all;
static KitOscSettings   settings;
static bool             is_read; ///< `settings`
static bool             running;
static bool             watching; ///< For forks
static bool             ending;
static KitThread        thread;
static KitWaker         waker;
static _Atomic uint32_t n_waiting; ///< For `lock`, so that a flood cannot keep them out

static unsigned char packet[KIT_UDP_MAX_BYTES]; ///< The thread's

static void
take_lock(void)
{
  atomic_fetch_add(&n_waiting, 1U);
  kit_waker_wake(&waker);
  kit_lock_take(&lock);
  atomic_fetch_sub(&n_waiting, 1U);
}

bool
kit_osc_is_taken(const KitOsc* osc, const char* id)
{
  for (const KitOsc* other = all; other; other = other->next) {
    if (other != osc && !strcmp(other->id, id)) {
      return true;
    }
  }
  return false;
}

static KitOsc*
find(const KitPlugin* plugin)
{
  KitOsc* osc = all;
  while (osc && osc->plugin != plugin) {
    osc = osc->next;
  }
  return osc;
}

// What is too much stays with the system, which drops what it has no room for
static void
receive(KitOsc* osc, double now)
{
  osc->tokens = fmin(osc->tokens + KIT_OSC_PER_S * (now - osc->filled), KIT_OSC_BURST);
  osc->filled = now;
  for (uint32_t i = 0; i < MAX_PACKETS && osc->tokens >= 1.0; ++i) {
    KitUdpAddress from;
    const int64_t size = kit_udp_receive(&osc->udp, packet, &from);
    if (size < 0) {
      return;
    }
    osc->known = true;
    osc->tokens -= 1.0;
    kit_osc_packet(osc, from, packet, (size_t)size);
  }
}

/** @return when there is something to do again; kit_clock_s(). */
static double
work_on(KitOsc* osc)
{
  const double now = kit_clock_s();
  receive(osc, now);
  double next = kit_osc_work_later(osc, now);
  next        = fmin(next, kit_osc_work_leases(osc, now));
  kit_osc_work_tap(osc, now);
  next = fmin(next, kit_osc_work_metrics(osc, now));
  next = fmin(next, kit_osc_work_snapshots(osc, now));
  if (now >= osc->tick) {
    kit_osc_tick(osc);
    osc->tick = now + KIT_OSC_TICK_S;
  }
  return fmin(next, osc->tokens < 1.0 ? now + 0.002 : osc->tick);
}

/** Sockets to wait for; those that have had their share are left alone. */
static uint32_t
list_sockets(KitUdp* sockets)
{
  uint32_t n = 0;
  for (const KitOsc* osc = all; osc && n < KIT_UDP_MAX_WAIT; osc = osc->next) {
    if (osc->udp.fd && osc->tokens >= 1.0) {
      sockets[n++] = osc->udp;
    }
  }
  return n;
}

/** The instance `osc`, if it is there, or whichever has taken a snapshot.  Under the lock. */
static KitOsc*
find_taken(const KitOsc* osc, const KitOscSnapshot* written)
{
  KitOsc* one = all;
  while (one && (written ? one != osc || one->writing != written : !one->taken)) {
    one = one->next;
  }
  return one;
}

/** Write what was taken.  Under the lock, but for the writing: the instance may go meanwhile. */
static void
write_snapshots(void)
{
  KitOsc* osc = find_taken(NULL, NULL);
  while (osc && !ending) {
    KitOscSnapshot* const snapshot = osc->taken;
    osc->writing                   = snapshot;
    osc->taken                     = NULL;
    kit_lock_drop(&lock);
    kit_osc_snapshot_write(snapshot);
    kit_lock_take(&lock);
    osc = find_taken(osc, snapshot);
    if (osc) {
      osc->writing = NULL;
      kit_osc_snapshot_answer(osc, snapshot);
    }
    kit_osc_snapshot_free(snapshot);
    osc = find_taken(NULL, NULL);
  }
}

static void
serve(void* unused)
{
  KitUdp sockets[KIT_UDP_MAX_WAIT];
  (void)unused;
  for (;;) {
    kit_lock_take(&lock);
    double next = (double)INFINITY;
    for (KitOsc* osc = all; osc && !ending; osc = osc->next) {
      if (osc->udp.fd) {
        next = fmin(next, work_on(osc));
      }
    }
    write_snapshots();
    const uint32_t n   = list_sockets(sockets);
    const bool     end = ending;
    kit_lock_drop(&lock);
    if (end) {
      return;
    }
    while (atomic_load(&n_waiting)) {
      kit_sleep_ms(1U);
    }
    const double left_ms = ceil(1e3 * (next - kit_clock_s()));
    kit_udp_wait(sockets, n, &waker, (uint32_t)fmin(fmax(left_ms, 0.0), 1000.0));
  }
}

static void
before_fork(void)
{
  kit_lock_take(&members);
  take_lock();
}

static void
after_fork(void)
{
  kit_lock_drop(&lock);
  kit_lock_drop(&members);
}

// The ports and the files are the parent's: a child has neither thread nor socket, and removes nothing
static void
after_fork_in_child(void)
{
  for (KitOsc* osc = all; osc; osc = osc->next) {
    kit_free(osc->file);
    osc->file = NULL;
    kit_udp_close(&osc->udp);
  }
  kit_waker_close(&waker);
  running = false;
  atomic_store(&n_waiting, 0U);
  settings.on = false;
  after_fork();
}

static bool
start(void)
{
  if (running) {
    return true;
  }
  if (!watching) {
    kit_watch_forks(before_fork, after_fork, after_fork_in_child);
    watching = true;
  }
  kit_osc_clean();
  ending  = false;
  running = kit_waker_open(&waker) && kit_thread_start(&thread, serve, NULL);
  if (!running) {
    kit_waker_close(&waker);
  }
  return running;
}

static void
stop(void)
{
  if (!running) {
    return;
  }
  take_lock();
  ending = true;
  kit_lock_drop(&lock);
  kit_waker_wake(&waker);
  kit_thread_join(&thread);
  kit_waker_close(&waker);
  running = false;
}

/** Under `members`. */
static void
open_one(KitOsc* osc)
{
  const bool started = start();
  take_lock();
  if (!started) {
    snprintf(osc->trouble, sizeof(osc->trouble), "the system has no more threads or files for it");
  } else if (!osc->udp.fd) {
    kit_osc_open(osc, &settings);
  }
  if (*osc->trouble) {
    kit_log(&osc->log, KIT_LOG_WARNING, "OSC: %s", osc->trouble);
  }
  kit_lock_drop(&lock);
  kit_waker_wake(&waker);
}

void
kit_osc_attach(KitPlugin* plugin, const KitOscInfo* info)
{
  KitOsc* const osc = (KitOsc*)kit_calloc(1, sizeof(KitOsc));
  if (!osc) {
    return;
  }
  osc->plugin = plugin;
  osc->format = info->format;
  osc->log    = info->log ? *info->log : (KitLog){NULL, NULL};
  if (info->host) {
    snprintf(osc->host, sizeof(osc->host), "%s", info->host);
  } else {
    kit_program_name(osc->host, sizeof(osc->host));
  }
  kit_osc_watch_notes(plugin);
  kit_lock_take(&members);
  if (!is_read) {
    settings = kit_osc_read_settings(info->log);
    is_read  = true;
  }
  take_lock();
  osc->next = all;
  all       = osc;
  kit_lock_drop(&lock);
  if (settings.on) {
    open_one(osc);
  }
  kit_lock_drop(&members);
}

void
kit_osc_detach(KitPlugin* plugin)
{
  kit_lock_take(&members);
  take_lock();
  KitOsc** link = &all;
  while (*link && (*link)->plugin != plugin) {
    link = &(*link)->next;
  }
  KitOsc* const osc = *link;
  if (osc) {
    *link = osc->next;
    kit_osc_close(osc);
  }
  const bool last = !all;
  kit_lock_drop(&lock);
  if (last) {
    stop();
    is_read = false; // Who starts anew looks anew
  }
  kit_lock_drop(&members);
  kit_free(osc);
}

KitOscStatus
kit_osc_status(KitPlugin* plugin)
{
  KitOscStatus status = {0};
  kit_lock_take(&members);
  take_lock();
  const KitOsc* const osc = find(plugin);
  status.on               = settings.on;
  if (osc) {
    status.port = osc->udp.port;
    memcpy(status.id, osc->id, sizeof(status.id));
    memcpy(status.trouble, osc->trouble, sizeof(status.trouble));
  }
  kit_lock_drop(&lock);
  kit_lock_drop(&members);
  return status;
}

KitStatus
kit_osc_switch(bool on, const KitLog* log)
{
  kit_lock_take(&members);
  settings.on   = on;
  settings.port = settings.port ? settings.port : KIT_OSC_FIRST_PORT;
  for (KitOsc* osc = all; osc; osc = osc->next) {
    if (on) {
      open_one(osc);
    } else {
      take_lock();
      kit_osc_close(osc);
      kit_lock_drop(&lock);
    }
  }
  if (!on) {
    stop();
  }
  const KitStatus st = kit_osc_write_settings(&settings, log);
  kit_lock_drop(&members);
  return st;
}
