// SPDX-License-Identifier: ISC
#include "live.h"

#include "alloc.h"
#include "system.h"

#include <math.h>
#include <string.h>

#define LEASE_S 30.0 ///< Of what is watched…
#define RENEW_S 10.0 ///< …and how often it is asked for anew

/** What `/E/metrics` tells, in its order. */
static const struct {
  const char* key;
  const char* format;
} metrics[] = {
  {"dry_rms_db", "dry %.1f"},
  {"wet_rms_db", "wet %.1f dB RMS"},
  {"dry_peak_db", "dry %.1f"},
  {"wet_peak_db", "wet %.1f dB peak"},
  {"dry_lufs", "dry %.1f"},
  {"wet_lufs", "wet %.1f LUFS"},
  {"dry_centroid_hz", "dry %.0f"},
  {"wet_centroid_hz", "wet %.0f Hz centroid"},
  {"load_percent", "%.2f %% of time"},
  {"latency_frames", "latency %.0f"},
  {"dry_true_peak_db", "dry %.1f"},
  {"wet_true_peak_db", "wet %.1f dBTP"},
};

#define N_METRICS (sizeof(metrics) / sizeof(metrics[0]))

/** Print an object on a line of its own, and free it. */
static void
print_object(KitJson* json)
{
  char* const text = json ? kit_json_write(json, false) : NULL;
  if (text) {
    printf("%s\n", text);
  }
  kit_free(text);
  kit_json_free(json);
}

static KitJson*
metrics_json(const KitOscAnswer* answer)
{
  KitJson* const json = kit_json_new_object();
  for (size_t i = 0; i < N_METRICS; ++i) {
    double value = (double)NAN;
    kit_osc_arg_number(answer, (uint32_t)i, &value);
    cli_json_number(json, metrics[i].key, value);
  }
  return json;
}

static void
print_metrics(const KitOscAnswer* answer)
{
  for (size_t i = 0; i < N_METRICS; ++i) {
    char   text[64];
    double value = (double)NAN;
    kit_osc_arg_number(answer, (uint32_t)i, &value);
    snprintf(text, sizeof(text), metrics[i].format, value);
    printf("%s%s", i ? ", " : "", text);
  }
  printf("\n");
}

static bool
is_wanted(const CliLive* live, const char* key)
{
  for (size_t i = 0; i < live->args->n_many; ++i) {
    const size_t length = strlen(live->args->many[i]);
    if (!strncmp(key, live->args->many[i], length) && (!key[length] || key[length] == '.')) {
      return true;
    }
  }
  return !live->args->n_many;
}

static void
print_change(const CliLive* live, const char* what, const char* key, double value, const char* text)
{
  if (live->as_json) {
    KitJson* const json = kit_json_new_object();
    cli_json_text(json, what, key);
    cli_json_number(json, "value", value);
    cli_json_text(json, "text", text);
    print_object(json);
  } else {
    cli_line(stdout, "%-24s %s", key, text);
  }
}

static void
print_event(const CliLive* live, const char* what, const char* text)
{
  if (live->as_json) {
    KitJson* const json = kit_json_new_object();
    cli_json_text(json, what, text);
    print_object(json);
  } else {
    cli_line(stdout, "%-24s %s", what, text);
  }
}

static void
take_change(CliLive* live, const KitOscAnswer* answer)
{
  char              key[CLI_MAX_KEY];
  double            value  = 0.0;
  const char* const first  = kit_osc_arg_text(answer, 0);
  const char* const second = kit_osc_arg_text(answer, 1);
  const char* const third  = kit_osc_arg_text(answer, 2);
  const bool        number = kit_osc_arg_number(answer, 0, &value);
  if (!strcmp(answer->path, "metrics")) {
    if (live->as_json) {
      KitJson* const json = kit_json_new_object();
      kit_json_set(json, "metrics", metrics_json(answer));
      print_object(json);
    } else {
      print_metrics(answer);
    }
  } else if (!strcmp(answer->address, "/vstkit/bye")) {
    live->gone = true;
  } else if (cli_live_key(answer, "param/", key, sizeof(key)) && number && second) {
    if (is_wanted(live, key)) {
      print_change(live, "key", key, value, second);
    }
  } else if (cli_live_key(answer, "lock/", key, sizeof(key)) && number && is_wanted(live, key)) {
    print_change(live, "lock", key, value, value >= 0.5 ? "locked" : "unlocked");
  } else if (!live->args->n_many && !strcmp(answer->path, "preset/load") && first) {
    print_event(live, "preset", first);
  } else if (!live->args->n_many && !strcmp(answer->path, "history") && third) {
    print_event(live, "step", third);
  }
}

static bool
renew(CliLive* live, double rate)
{
  return kit_osc_client_send(live->client, "subscribe", "n", LEASE_S) &&
         (rate <= 0.0 || kit_osc_client_send(live->client, "metrics", "nn", rate, LEASE_S));
}

static void
take_all(void* handle, const KitOscAnswer* answer)
{
  CliLive* const live = (CliLive*)handle;
  if (!cli_live_is_refusal(live, answer)) {
    take_change(live, answer);
  }
}

static int
watch_until(CliLive* live, double end, double rate)
{
  int    status = CLI_OK;
  double next   = 0.0;
  while (status == CLI_OK && !live->gone && !kit_interrupted()) {
    const double now = kit_clock_s();
    if (now >= end) {
      break;
    }
    if (now >= next) {
      status = cli_live_finish(live, renew(live, rate), take_change);
      next   = now + RENEW_S;
    }
    kit_osc_client_wait(live->client, fmin(end, next) - now, take_all, live);
    if (fflush(stdout)) {
      return CLI_OK; // main() says so
    }
  }
  if (!live->gone) { // It need not tell any more
    kit_osc_client_send(live->client, "subscribe", "i", 0);
    kit_osc_client_send(live->client, "metrics", "i", 0);
  } else {
    print_event(live, "bye", live->client->name);
  }
  return status;
}

int
cli_live_watch(CliLive* live)
{
  double seconds = (double)INFINITY;
  double rate    = 0.0;
  bool   sent    = true;
  if (cli_option(live->args, "names")) {
    return cli_live_get(live);
  }
  if (!cli_option_number(live->args, "seconds", 0.0, 1e9, &seconds) ||
      !cli_option_number(live->args, "metrics", 0.1, 30.0, &rate)) {
    return CLI_USAGE;
  }
  for (size_t i = 0; i < live->args->n_many && sent; ++i) { // Also tells which there are none
    char* const path = cli_live_path("param/", live->args->many[i]);
    sent             = path && kit_osc_client_send(live->client, path, "");
    kit_free(path);
  }
  const int status = cli_live_finish(live, sent, take_change);
  return status == CLI_OK ? watch_until(live, kit_clock_s() + seconds, rate) : status;
}

static void
take_metrics(CliLive* live, const KitOscAnswer* answer)
{
  if (strcmp(answer->path, "metrics") != 0 || live->json) {
    return;
  }
  live->json = metrics_json(answer);
  if (!live->as_json) {
    print_metrics(answer);
  }
}

int
cli_live_metrics(CliLive* live)
{
  const bool sent   = kit_osc_client_send(live->client, "metrics", "nn", 10.0, fmin(live->patience_s, 60.0));
  const int  status = cli_live_await(live, sent, live->patience_s, take_metrics);
  kit_osc_client_send(live->client, "metrics", "i", 0);
  return status == CLI_OK ? cli_live_print(live, status) : status;
}
