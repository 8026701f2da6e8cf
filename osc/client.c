// SPDX-License-Identifier: ISC
#include "client.h"

#include "alloc.h"
#include "file.h"
#include "message.h"
#include "system.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_FILE_BYTES (64U * 1024U)
#define MAX_ADDRESS    256U ///< Bytes, terminated
#define MAX_TEXTS      256U ///< Of one setting

/** Is it what a plugin writes? */
static bool
is_instance(const KitJson* json)
{
  static const char* const texts[] = {"id", "effect", "name", "track", "format", "host", "version"};
  double                   port    = 0.0;
  for (uint32_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    if (!kit_json_string(kit_json_get(json, texts[i]))) {
      return false;
    }
  }
  return kit_json_get_number(json, "port", &port) && port >= 1.0 && port <= 65535.0;
}

/** Null for what is no such file: another program may remove it meanwhile. */
static KitJson*
read_instance(const char* path)
{
  char*    text = NULL;
  size_t   size = 0;
  KitJson* json = NULL;
  if (!kit_file_read(path, MAX_FILE_BYTES, NULL, &text, &size)) {
    const KitJsonSource source = {path, text, size, MAX_FILE_BYTES, 8U, 256U};
    kit_json_parse(&source, NULL, &json);
  }
  kit_free(text);
  if (!is_instance(json)) {
    kit_json_free(json);
    return NULL;
  }
  return json;
}

KitJson*
kit_osc_find(const KitLog* log)
{
  KitFolderList list   = {NULL, 0};
  char* const   folder = kit_osc_folder(log);
  KitJson*      found  = folder ? kit_json_new_array() : NULL;
  if (found && kit_folder_list(folder, ".json", log, &list)) {
    list = (KitFolderList){NULL, 0};
  }
  for (size_t i = 0; i < list.n; ++i) {
    const int64_t  process = kit_osc_file_process(list.names[i]);
    char* const    path    = kit_path_join(folder, list.names[i]);
    KitJson* const json    = path && process > 0 && kit_process_exists(process) ? read_instance(path) : NULL;
    if (json) {
      kit_json_append(found, json);
    }
    kit_free(path);
  }
  kit_folder_list_cleanup(&list);
  kit_free(folder);
  return found;
}

static bool
send_data(KitOscClient* client, const void* data, size_t size)
{
  return kit_udp_send(&client->udp, data, size, client->to);
}

bool
kit_osc_client_send(KitOscClient* client, const char* path, const char* types, ...)
{
  KitOscOut out;
  char      address[MAX_ADDRESS];
  va_list   args;
  if (snprintf(address, sizeof(address), "/%s/%s", client->effect, path) >= (int)sizeof(address)) {
    return false;
  }
  va_start(args, types);
  kit_osc_write(&out, address, types, args);
  va_end(args);
  return !out.is_full && send_data(client, out.data, out.size);
}

/** Append one to a bundle of `*size` bytes.  @return false where it is too long. */
static bool
add_setting(KitOscClient* client, const KitOscSetting* setting, size_t* size)
{
  KitOscOut out;
  char      address[MAX_ADDRESS];
  char      types[MAX_TEXTS + 1U];
  if (setting->n_texts > MAX_TEXTS ||
      snprintf(address, sizeof(address), "/%s/%s", client->effect, setting->path) >= (int)sizeof(address)) {
    return false;
  }
  memset(types, 's', setting->n_texts);
  types[setting->n_texts] = '\0';
  kit_osc_begin(&out, address, types);
  for (uint32_t i = 0; i < setting->n_texts; ++i) {
    kit_osc_put_text(&out, setting->texts[i]);
  }
  if (out.is_full || out.size + 4U > sizeof(client->packet) - *size) {
    return false;
  }
  KitOscOut part = {.size = 0};
  kit_osc_put_int(&part, (int32_t)out.size);
  memcpy(client->packet + *size, part.data, 4U);
  memcpy(client->packet + *size + 4U, out.data, out.size);
  *size += 4U + out.size;
  return true;
}

bool
kit_osc_client_set(KitOscClient* client, const KitOscSetting* settings, uint32_t n)
{
  static const unsigned char head[] = "#bundle\0\0\0\0\0\0\0\0\1"; // At once
  size_t                     size   = sizeof(head) - 1U;
  memcpy(client->packet, head, size);
  for (uint32_t i = 0; i < n; ++i) {
    if (!add_setting(client, &settings[i], &size)) {
      return false;
    }
  }
  return send_data(client, client->packet, size);
}

bool
kit_osc_arg_number(const KitOscAnswer* answer, uint32_t index, double* number)
{
  return index < answer->n && kit_osc_read_number(answer->types[index], answer->args[index], number);
}

const char*
kit_osc_arg_text(const KitOscAnswer* answer, uint32_t index)
{
  return index < answer->n && answer->types[index] == 's' ? (const char*)answer->args[index] : NULL;
}

/** @return false if nothing waits to be taken. */
static bool
take_one(KitOscClient* client, KitOscTake take, void* handle)
{
  KitUdpAddress from = {0};
  const int64_t size = kit_udp_receive(&client->udp, client->packet, &from);
  if (size < 0) {
    return false;
  }
  KitOscMessage message;
  if (from.port == client->to.port && size && *client->packet == '/' &&
      !kit_osc_decode(client->packet, (size_t)size, &message)) {
    const size_t       n      = strlen(client->effect);
    const char* const  rest   = message.address + 1;
    const bool         own    = n && !strncmp(rest, client->effect, n) && rest[n] == '/';
    const KitOscAnswer answer = {
      message.address, own ? rest + n + 1U : message.address, message.types, message.n, message.args,
    };
    take(handle, &answer);
  }
  return true;
}

void
kit_osc_client_wait(KitOscClient* client, double seconds, KitOscTake take, void* handle)
{
  const KitWaker nobody = {{0, 0}};
  kit_udp_wait(&client->udp, 1U, &nobody, (uint32_t)ceil(1e3 * fmin(fmax(seconds, 0.0), 1000.0)));
  while (take_one(client, take, handle)) {
  }
}

/** Wait for a pong, all else handed on. */
typedef struct {
  KitOscClient* client;
  KitOscTake    take; ///< Null: nobody wants it
  void*         handle;
  bool          done;
} Finish;

static void
take_until_pong(void* handle, const KitOscAnswer* answer)
{
  Finish* const     finish = (Finish*)handle;
  const char* const id     = kit_osc_arg_text(answer, 0);
  const char* const effect = kit_osc_arg_text(answer, 1);
  const char* const name   = kit_osc_arg_text(answer, 2);
  if (!strcmp(answer->address, "/vstkit/pong") && id && effect && name) {
    snprintf(finish->client->id, sizeof(finish->client->id), "%s", id);
    snprintf(finish->client->effect, sizeof(finish->client->effect), "%s", effect);
    snprintf(finish->client->name, sizeof(finish->client->name), "%s", name);
    finish->done = true;
  } else if (finish->take) {
    finish->take(finish->handle, answer);
  }
}

// Packets are worked off in the order of their sending, so the answer to the last one comes last
bool
kit_osc_client_finish(KitOscClient* client, double patience_s, KitOscTake take, void* handle)
{
  Finish       finish = {client, take, handle, false};
  const double end    = kit_clock_s() + patience_s;
  KitOscOut    ping;
  kit_osc_begin(&ping, "/vstkit/ping", "");
  if (!send_data(client, ping.data, ping.size)) {
    return false;
  }
  for (double now = kit_clock_s(); !finish.done && now < end && !kit_interrupted(); now = kit_clock_s()) {
    kit_osc_client_wait(client, end - now, take_until_pong, &finish);
  }
  return finish.done;
}

KitOscClient*
kit_osc_client_open(uint16_t port, double patience_s, const KitLog* log)
{
  KitOscClient* const client = (KitOscClient*)kit_calloc(1, sizeof(KitOscClient));
  if (!client) {
    kit_log(log, KIT_LOG_ERROR, "out of memory");
    return NULL;
  }
  client->to.port = port;
  if (!kit_udp_open(&client->udp, 0)) {
    kit_log(log, KIT_LOG_ERROR, "no port is free to ask from: %s", strerror(errno));
  } else if (kit_osc_client_finish(client, patience_s, NULL, NULL)) {
    return client;
  } else if (!kit_interrupted()) {
    kit_log(log, KIT_LOG_ERROR, "nothing answers on port %u within %g s: does the host still run?", port,
            patience_s);
  }
  kit_osc_client_close(client);
  return NULL;
}

void
kit_osc_client_close(KitOscClient* client)
{
  if (client) {
    kit_udp_close(&client->udp);
    kit_free(client);
  }
}
