// SPDX-License-Identifier: ISC
/**
   @file client.h  The other end of the wire: finds running plugins, asks them, and takes their answers.

   [one thread at a time per object]
*/
#ifndef KIT_OSC_CLIENT_H
#define KIT_OSC_CLIENT_H

#include "folder.h"
#include "udp.h"

#include "json.h"

#include <stdbool.h>
#include <stdint.h>

/** Running plugins as their files describe them (doc/osc.md), those of processes that are gone left out.
    @return array to free with kit_json_free(); null without memory or, logged, without the folder. */
KitJson*
kit_osc_find(const KitLog* log);

/** What came. */
typedef struct {
  const char* address;
  const char* path;  ///< What follows "/E/" in it, or the whole address where it is not the effect's
  const char* types; ///< Of the arguments
  uint32_t    n;     ///< Arguments

  const unsigned char* const* args; ///< [n]
} KitOscAnswer;

/** Read a number of any type.  @return false where argument `index` is none, or there is none. */
bool
kit_osc_arg_number(const KitOscAnswer* answer, uint32_t index, double* number);

/** Null where argument `index` is no text, or there is none.  Borrowed. */
const char*
kit_osc_arg_text(const KitOscAnswer* answer, uint32_t index);

/** Takes one.  Borrowed for the time of the call. */
typedef void (*KitOscTake)(void* handle, const KitOscAnswer* answer);

typedef struct {
  char          id[KIT_OSC_ID_TEXT]; ///< Of the plugin, as it answered
  char          effect[64];
  char          name[256];
  KitUdp        udp;
  KitUdpAddress to;
  unsigned char packet[KIT_UDP_MAX_BYTES];
} KitOscClient;

/** Speak to a port, and wait until a plugin answers there.
    @return null after a message, or without memory.  Free with kit_osc_client_close(). */
KitOscClient*
kit_osc_client_open(uint16_t port, double patience_s, const KitLog* log);

/** Allowed on null. */
void
kit_osc_client_close(KitOscClient* client);

/** Send a message to `/E/PATH`.  @param types Of the arguments, "s" const char*, "i" int, "n" double.
    @return false if it was not sent: too long, or no memory. */
bool
kit_osc_client_send(KitOscClient* client, const char* path, const char* types, ...);

/** One value for an array's element or a scalar, or as many as an array has. */
typedef struct {
  const char*        path; ///< "param/loss"
  const char* const* texts;
  uint32_t           n_texts;
} KitOscSetting;

/** Send settings as one bundle, which is one step.  @return as kit_osc_client_send(). */
bool
kit_osc_client_set(KitOscClient* client, const KitOscSetting* settings, uint32_t n);

/** Take what comes until the plugin has done all that was sent, or the time is over.
    @return false if it did not get so far. */
bool
kit_osc_client_finish(KitOscClient* client, double patience_s, KitOscTake take, void* handle);

/** Take what comes within `seconds`; returns early after something came, or for a signal. */
void
kit_osc_client_wait(KitOscClient* client, double seconds, KitOscTake take, void* handle);

#endif
