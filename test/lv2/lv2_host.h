// SPDX-License-Identifier: ISC
/** @file lv2_host.h  A small LV2 host over lilv, for tests. */
#ifndef KIT_TEST_LV2_HOST_H
#define KIT_TEST_LV2_HOST_H

#include "vstkit/direct.h"

#include <lilv/lilv.h>
#include <lv2/urid/urid.h>

#define LV2_HOST_MAX_PORTS 512U

typedef struct {
  LilvWorld*        world;
  const LilvPlugin* plugin;
  LilvInstance*     instance;
  uint32_t          n_ports;
  float             controls[LV2_HOST_MAX_PORTS]; ///< Of every port, by index
  uint32_t          audio_in[2];
  uint32_t          audio_out[2];
  uint32_t          n_in;
  uint32_t          n_out;
} Lv2Host;

/** One world with the standard's own data and `bundle` (a folder). */
LilvWorld*
lv2_world(const char* bundle);

/** The only map of the process. */
LV2_URID_Map*
lv2_urid_map(void);

LV2_URID_Unmap*
lv2_urid_unmap(void);

/** Instantiate `uri` with controls at their defaults, connected.  @return false if it is not there. */
bool
lv2_open(Lv2Host* host, LilvWorld* world, const char* uri, double sample_rate);

/** Connect an instance anew that the host has come to have. */
void
lv2_connect_controls(Lv2Host* host);

void
lv2_close(Lv2Host* host);

/** Index of the port with this symbol, or UINT32_MAX. */
uint32_t
lv2_port(const Lv2Host* host, const char* symbol);

#endif
