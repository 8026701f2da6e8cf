// SPDX-License-Identifier: ISC
/** @file message_desk.h  A host for messages, with a plugin of the probe's in the same program. */
#ifndef KIT_TEST_LV2_MESSAGE_DESK_H
#define KIT_TEST_LV2_MESSAGE_DESK_H

#include "lv2_plugin.h"
#include "rng.h"

#include <lv2/patch/patch.h>

#define RATE      44100.0
#define MAX_BLOCK 4096U
#define MAX_TOLD  1024U
#define N_BYTES   65536U
#define MAX_PORTS 64U

/** A message that came out: of a Put, one for each value. */
typedef struct {
  LV2_URID type;
  LV2_URID property;
  LV2_URID value_type;
  double   value;
  int32_t  sequence;
} Told;

/** A host and its plugin. */
typedef struct {
  const LV2_Descriptor* type;
  LV2_Handle            handle;
  KitLv2*               self;
  float                 controls[MAX_PORTS]; ///< By port
  float                 audio[4][MAX_BLOCK];
  uint8_t*              control; ///< What goes in, malloc'd to its size
  uint64_t              notify[N_BYTES / 8U];
  uint32_t              room; ///< Of `notify`
  uint32_t              n_told;
  Told                  told[MAX_TOLD];
  float                 freewheel; ///< 1: streams are made within run(), which is not guarded then
  KitLv2ChangeRequest   request;
  uint32_t              n_asked;
  uint32_t              asked_port;
  float                 asked;
  int                   answer; ///< To requests: 0 grants
  bool                  at_once;
} Desk;

/** Messages that go in, in a sequence's body. */
typedef struct {
  uint8_t  bytes[N_BYTES];
  uint32_t size;
} Bytes;

/** An active plugin that stands as its ports do. */
void
desk_open(Desk* desk);

void
desk_close(Desk* desk);

/** The number of a URI, for the whole program. */
LV2_URID
urid(const char* uri);

void
desk_forget_uris(void);

/** Run a block, guarded; what came out is in `told`, and what went in is forgotten. */
void
desk_run(Desk* desk, uint32_t n_frames);

/** The first message of the type about the property, or null. */
const Told*
desk_find(const Desk* desk, const char* type, LV2_URID property);

/** True if the parameter has that own value. */
bool
desk_holds(const Desk* desk, const KitLv2Port* port, double value);

KitLv2Port*
random_port(const Desk* desk, KitRng* rng);

/** A value that a float holds and that the plugin does not have. */
double
fresh_value(const Desk* desk, const KitLv2Port* port, KitRng* rng);

/** What the port holds for an own value. */
float
shown(const KitLv2Port* port, double value);

/* Sequences that go in, byte by byte, as no library of the standard's checks what it is given */

void
put_property(Bytes* bytes, const char* key, const char* type, const void* data, uint32_t size);

void
put_urid(Bytes* bytes, const char* key, LV2_URID value);

/** patch:sequenceNumber, unless it is 0. */
void
put_sequence_number(Bytes* bytes, int32_t number);

/** An object whose properties `more` holds. */
void
put_object(Bytes* bytes, int64_t frame, const char* type, const Bytes* more);

void
put_set(Bytes* bytes, int64_t frame, LV2_URID property, double value);

/** Hand in exactly these bytes, so that a step beyond them is seen. */
void
desk_hand_in(Desk* desk, const Bytes* bytes);

#endif
