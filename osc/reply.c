// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
send_all(const KitOsc* osc, KitUdpAddress to, const char* address, const char* types, va_list args)
{
  KitOscOut out;
  kit_osc_write(&out, address, types, args);
  // To ourselves it would go round for ever
  if (!out.is_full && to.port && to.port != osc->udp.port) {
    kit_udp_send(&osc->udp, out.data, out.size, to);
  }
}

void
kit_osc_send(const KitOsc* osc, KitUdpAddress to, const char* address, const char* types, ...)
{
  va_list args;
  va_start(args, types);
  send_all(osc, to, address, types, args);
  va_end(args);
}

void
kit_osc_send_at(const KitOsc* osc, KitUdpAddress to, const char* path, const char* types, ...)
{
  char    address[KIT_OSC_MAX_ADDRESS];
  va_list args;
  snprintf(address, sizeof(address), "/%s/%s", kit_plugin_effect(osc->plugin)->id, path);
  va_start(args, types);
  send_all(osc, to, address, types, args);
  va_end(args);
}

void
kit_osc_refuse(const KitOscCall* call, const char* remedy, const char* format, ...)
{
  char    address[KIT_OSC_MAX_ADDRESS];
  char    reason[512];
  va_list args;
  va_start(args, format);
  vsnprintf(reason, sizeof(reason), format, args);
  va_end(args);
  snprintf(address, sizeof(address), "%.*s", (int)kit_utf8_fit(call->address, sizeof(address) - 1U),
           call->address);
  reason[kit_utf8_fit(reason, sizeof(reason) - 1U)] = '\0';
  kit_utf8_make_plain(address);
  kit_utf8_make_plain(reason);
  kit_osc_send_at(call->osc, call->from, "error", "sss", address, reason, remedy);
}

static void
keep_first(void* handle, KitLogLevel level, const char* text)
{
  KitOscReason* const reason = (KitOscReason*)handle;
  if (level == KIT_LOG_ERROR && !*reason->text) {
    snprintf(reason->text, sizeof(reason->text), "%.*s", (int)kit_utf8_fit(text, sizeof(reason->text) - 1U),
             text);
  }
}

void
kit_osc_reason_init(KitOscReason* reason)
{
  *reason = (KitOscReason){.log = {keep_first, reason}};
}

bool
kit_osc_number(const KitOscCall* call, int index, double* number)
{
  return index < call->n && kit_osc_read_number(call->types[index], call->args[index], number);
}

const char*
kit_osc_text(const KitOscCall* call, int index)
{
  const bool is = index < call->n && (call->types[index] == 's' || call->types[index] == 'S');
  return is ? (const char*)call->args[index] : NULL;
}

bool
kit_osc_range(const KitOscCall* call, int index, double min, double max, double* number)
{
  char   remedy[96];
  double given = 0.0;
  if (index >= call->n) {
    return true;
  }
  snprintf(remedy, sizeof(remedy), "send a number from %g to %g", min, max);
  if (!kit_osc_number(call, index, &given)) {
    kit_osc_refuse(call, remedy, "argument %d is no number", index + 1);
    return false;
  }
  if (!(given >= min && given <= max)) {
    kit_osc_refuse(call, remedy, "%g is out of range", given);
    return false;
  }
  *number = given;
  return true;
}
