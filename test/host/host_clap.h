// SPDX-License-Identifier: ISC
/** @file host_clap.h  The CLAP host behind host.h. */
#ifndef KIT_TEST_HOST_CLAP_H
#define KIT_TEST_HOST_CLAP_H

#include "clap_host.h"
#include "host.h"

typedef struct {
  HostPlugin           base;
  ClapHost*            host;
  ClapPlugin           plugin;
  ClapEvents           events; ///< Of the block
  clap_output_events_t out;
  HostTold             told;

  clap_event_transport_t transport; ///< At the block's start
} HostClap;

/** Wrap a plugin that a test has opened itself.  Do not copy. */
void
host_clap_init(HostClap* self, const KitEffect* effect, const ClapPlugin* plugin);

void
host_clap_cleanup(HostClap* self);

#endif
