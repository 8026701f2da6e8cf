// SPDX-License-Identifier: ISC
/** @file host_vst3.h  The VST3 host behind host.h. */
#ifndef KIT_TEST_HOST_VST3_H
#define KIT_TEST_HOST_VST3_H

#include "host.h"
#include "vst3_host.h"

#define HOST_VST3_PROGRAM (UINT32_MAX - 50U) ///< Slot of the program in events; values are normalised
#define HOST_VST3_OUT     16U

typedef struct {
  HostPlugin base;
  Vst3Host*  host;
  HostEdit   out[HOST_VST3_OUT]; ///< Output parameters that the controller has not been handed
  uint32_t   n_out;

  struct v3_process_context context;
} HostVst3;

/** Wrap a plugin that a test has opened itself. */
void
host_vst3_init(HostVst3* self, const KitEffect* effect, Vst3Host* host);

#endif
