// SPDX-License-Identifier: ISC
/**
   @file own_host.h  A host whose plugin the test itself holds, so that it can edit from outside.

   The plugin is made by the format's code in this program, not by a module.  Its
   handler writes down what it is told, and may offer a run loop.
*/
#ifndef KIT_TEST_VST3_OWN_HOST_H
#define KIT_TEST_VST3_OWN_HOST_H

#include "checks.h"
#include "vst3_plugin.h"

#define OWN_MAX_TOLD 4096U

typedef enum { OWN_BEGIN, OWN_PERFORM, OWN_END } OwnCall;

typedef struct {
  OwnCall     call;
  v3_param_id id;
  double      normal;
} OwnTold;

/** IRunLoop with one timer. */
typedef struct {
  const struct v3_run_loop* vtable;
  int32_t                   references;
  v3_timer_handler**        timer; ///< Or null
  bool                      refuses;
} OwnLoop;

typedef struct {
  const struct v3_component_handler* vtable;
  int32_t                            references;
  OwnLoop*                           loop; ///< Offered, or null
  int32_t                            restarts;
  uint32_t                           n_told;
  OwnTold                            told[OWN_MAX_TOLD];
  struct v3_edit_controller**        echo; ///< Sent what it performs at once, or null
} OwnHandler;

typedef struct {
  Vst3Host   host;
  KitVst3*   vst3;
  KitPlugin* kit;
  OwnHandler handler;
  OwnLoop    loop;
} OwnHost;

/** @param has_loop The handler offers a run loop. */
void
own_open(OwnHost* own, const KitEffect* effect, bool has_loop);

/** Check that nothing is left of the plugin, and that it let go of its host. */
void
own_close(OwnHost* own);

/** Let the timer, if there is one, go off. */
void
own_tick(OwnHost* own);

/** A block of `n_frames` ≤ 1024 silent frames, with the changes that were queued. */
void
own_block(OwnHost* own, uint32_t n_frames);

/** Parameter of a slot. */
const KitHostParam*
own_param(const OwnHost* own, uint32_t slot);

/** What has been told about a parameter is begin, values, end, and so on, closed; `last` is the last value.
 */
bool
own_in_order(const OwnHost* own, v3_param_id id, double* last);

#endif
