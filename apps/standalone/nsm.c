// SPDX-License-Identifier: ISC
/* Client of the Non Session Manager's protocol, API 1.1: announce, open, save, and say when something has
 * changed. */
#include "program.h"

#include "message.h"
#include "path.h"
#include "system.h"
#include "udp.h"
#include "vstkit/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API_MAJOR 1
#define API_MINOR 1

struct PlayNsm {
  PlayProgram*  program;
  KitUdp        udp;
  KitUdpAddress manager;
  bool          is_ready;
  bool          says_dirty; ///< The manager wants to know
  bool          was_dirty;
  unsigned char packet[KIT_UDP_MAX_BYTES];
};

static void
send(PlayNsm* nsm, const char* address, const char* types, ...)
{
  KitOscOut out;
  va_list   args;
  va_start(args, types);
  kit_osc_write(&out, address, types, args);
  va_end(args);
  if (!out.is_full) {
    kit_udp_send(&nsm->udp, out.data, out.size, nsm->manager);
  }
}

/** "osc.udp://host:port/".  The manager of a session runs on this machine. */
static uint16_t
port_of(const char* url)
{
  const char* const colon = strrchr(url, ':');
  char*             end   = NULL;
  const long        port  = colon && !strncmp(url, "osc.udp://", 10) ? strtol(colon + 1, &end, 10) : 0;
  return port > 0 && port < 65536 && (!*end || *end == '/') ? (uint16_t)port : 0U;
}

PlayNsm*
play_nsm_open(PlayProgram* program)
{
  const char* const url = getenv("NSM_URL");
  if (!url || !*url) {
    return NULL;
  }
  PlayNsm* const nsm  = (PlayNsm*)kit_calloc(1, sizeof(PlayNsm));
  const uint16_t port = port_of(url);
  if (!nsm || !port || !kit_udp_open(&nsm->udp, 0)) {
    kit_log(&program->log, KIT_LOG_WARNING, "NSM_URL=%.200s: no session manager of this machine", url);
    kit_free(nsm);
    return NULL;
  }
  char executable[128];
  kit_program_name(executable, sizeof(executable));
  nsm->program = program;
  nsm->manager = (KitUdpAddress){port};
  send(nsm, "/nsm/server/announce", "sssiii", program->wish.name, ":dirty:switch:", program->wish.name,
       API_MAJOR, API_MINOR, (int)kit_process_id());
  return nsm;
}

bool
play_nsm_is_ready(const PlayNsm* nsm)
{
  return nsm->is_ready;
}

/** Null where argument `index` is no text. */
static const char*
text_of(const KitOscMessage* message, uint32_t index)
{
  return index < message->n && message->types[index] == 's' ? (const char*)message->args[index] : NULL;
}

static void
open_session(PlayNsm* nsm, const KitOscMessage* message)
{
  PlayProgram* const program = nsm->program;
  const char* const  base    = text_of(message, 0);
  char* const        path    = base ? kit_asprintf("%s.json", base) : NULL;
  const KitStatus    st      = path ? play_program_switch_session(program, path) : KIT_ERR_BAD_ARG;
  nsm->is_ready              = true;
  if (st) {
    send(nsm, "/error", "sis", "/nsm/client/open", st == KIT_ERR_BAD_DATA ? -5 : -1, kit_status_text(st));
  } else {
    play_program_save(program);
    send(nsm, "/reply", "ss", "/nsm/client/open", "OK");
  }
  kit_free(path);
}

static void
take_message(PlayNsm* nsm, const KitOscMessage* message)
{
  const char* const first = text_of(message, 0);
  if (!strcmp(message->address, "/nsm/client/open")) {
    open_session(nsm, message);
  } else if (!strcmp(message->address, "/nsm/client/save")) {
    const KitStatus st = play_program_save(nsm->program);
    if (st) {
      send(nsm, "/error", "sis", "/nsm/client/save", -4, kit_status_text(st));
    } else {
      send(nsm, "/reply", "ss", "/nsm/client/save", "OK");
    }
  } else if (first && !strcmp(first, "/nsm/server/announce")) {
    if (!strcmp(message->address, "/error")) {
      kit_log(&nsm->program->log, KIT_LOG_WARNING, "the session manager: %s",
              text_of(message, 2) ? text_of(message, 2) : "no");
      nsm->is_ready = true;
    } else {
      const char* const offers = text_of(message, 3);
      nsm->says_dirty          = offers && strstr(offers, ":dirty:");
    }
  }
}

void
play_nsm_tick(PlayNsm* nsm)
{
  KitUdpAddress from;
  KitOscMessage message;
  for (int64_t size = 0; (size = kit_udp_receive(&nsm->udp, nsm->packet, &from)) >= 0;) {
    if (from.port == nsm->manager.port && !kit_osc_decode(nsm->packet, (size_t)size, &message)) {
      take_message(nsm, &message);
    }
  }
  const bool dirty = nsm->program->changed;
  if (nsm->is_ready && dirty != nsm->was_dirty) {
    send(nsm, dirty ? "/nsm/client/is_dirty" : "/nsm/client/is_clean", "");
    nsm->was_dirty = dirty;
  }
}

void
play_nsm_close(PlayNsm* nsm)
{
  if (nsm) {
    kit_udp_close(&nsm->udp);
    kit_free(nsm);
  }
}
