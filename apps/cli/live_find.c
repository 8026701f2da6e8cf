// SPDX-License-Identifier: ISC
#include "live.h"

#include "alloc.h"
#include "near.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MIN_ID 4U ///< Characters of an id that are enough, where they are one's own

static const char*
text_of(const KitJson* instance, const char* key)
{
  return kit_json_string(kit_json_get(instance, key));
}

static unsigned
number_of(const KitJson* instance, const char* key)
{
  double number = 0.0;
  kit_json_get_number(instance, key, &number);
  return (unsigned)number;
}

static void
print_instance(const KitJson* instance)
{
  cli_line(stdout, "%-16s %5u  %-8s %-5s %s%s%s", text_of(instance, "id"), number_of(instance, "port"),
           text_of(instance, "effect"), text_of(instance, "format"), text_of(instance, "host"),
           *text_of(instance, "track") ? ": " : "", text_of(instance, "track"));
}

KitJson*
cli_live_instances(void)
{
  return kit_osc_find(NULL);
}

int
cli_live_list(const CliArgs* args)
{
  const KitLog   log  = cli_log(NULL);
  KitJson* const list = kit_osc_find(&log);
  if (!list) {
    return CLI_FAILED;
  }
  if (cli_option(args, "json")) {
    return cli_print_json(list);
  }
  for (size_t i = 0; i < kit_json_size(list); ++i) {
    if (cli_option(args, "names")) {
      cli_line(stdout, "%s", text_of(kit_json_at(list, i), "id"));
    } else {
      print_instance(kit_json_at(list, i));
    }
  }
  kit_json_free(list);
  return CLI_OK;
}

/** A port, or 0 for other texts. */
static uint16_t
port_of(const char* which)
{
  char*      end  = NULL;
  const long port = strtol(which, &end, 10);
  return end != which && !*end && strlen(which) <= 5U && port >= 1 && port <= 65535 ? (uint16_t)port : 0U;
}

static bool
is_meant(const KitJson* instance, const char* which)
{
  static const char* const keys[] = {"id", "name", "track", "effect"};
  for (uint32_t i = 0; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    if (!strcasecmp(text_of(instance, keys[i]), which)) {
      return true;
    }
  }
  return strlen(which) >= MIN_ID && !strncasecmp(text_of(instance, "id"), which, strlen(which));
}

static void
say_none(const KitJson* list, const char* which)
{
  static const char* const keys[] = {"name", "track", "effect"};
  KitNear                  near;
  kit_near_init(&near, which ? which : "");
  for (size_t i = 0; i < kit_json_size(list); ++i) {
    for (uint32_t k = 0; k < sizeof(keys) / sizeof(keys[0]); ++k) {
      kit_near_offer(&near, text_of(kit_json_at(list, i), keys[k]));
    }
  }
  if (kit_json_size(list)) {
    cli_error("no running plugin is \"%s\"%s; \"vstkit live list\" lists them", which, kit_near_text(&near));
  } else {
    cli_error("no plugin runs that can be reached: switch OSC on in its window, or start the host with "
              "VSTKIT_OSC=1");
  }
}

/** Port of the one that is meant, or 0 after a message. */
static uint16_t
choose(const KitJson* list, const char* which)
{
  uint32_t n    = 0;
  unsigned port = 0;
  for (size_t i = 0; i < kit_json_size(list); ++i) {
    if (!which || is_meant(kit_json_at(list, i), which)) {
      port = number_of(kit_json_at(list, i), "port");
      ++n;
    }
  }
  if (!n) {
    say_none(list, which);
  } else if (n > 1U) {
    cli_error(
      "%u running plugins are meant: name one by --instance, with an id or port of \"vstkit live list\"", n);
  }
  return n == 1U ? (uint16_t)port : 0U;
}

KitOscClient*
cli_live_connect(const CliArgs* args, double patience_s)
{
  const KitLog      log   = cli_log(NULL);
  const char* const which = cli_option(args, "instance");
  uint16_t          port  = which ? port_of(which) : 0U; // Also one that has no file
  if (!port) {
    KitJson* const list = kit_osc_find(&log);
    port                = list ? choose(list, which) : 0U;
    kit_json_free(list);
  }
  return port ? kit_osc_client_open(port, patience_s, &log) : NULL;
}
