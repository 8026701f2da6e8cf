// SPDX-License-Identifier: ISC
#include "osc_impl.h"

#include "file.h"
#include "json.h"
#include "system.h"
#include "wav.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_S  3.0
#define PATIENCE_S 1.0 ///< Beyond the time that the sound itself takes
#define LOOK_S     0.01

/** Sound as it was heard, and where it goes. */
struct KitOscSnapshot {
  KitUdpAddress to;
  char          id[KIT_OSC_ID_TEXT]; ///< The instance's
  uint32_t      number;
  KitTapShape   shape;
  double*       memory;
  double*       dry[KIT_MAX_CHANNELS];
  double*       wet[KIT_MAX_CHANNELS];
  KitJson*      facts;    ///< But for the paths
  char*         paths[3]; ///< Dry, wet, and what is known about them
  KitStatus     status;
  KitOscReason  reason;
};

/** Number in a file's name "ID-N-dry.wav" and its like, 0 for other files. */
static uint32_t
number_of(const char* name, const char* id)
{
  const size_t length = strlen(id);
  return !strncmp(name, id, length) && name[length] == '-' ? (uint32_t)strtoul(name + length + 1, NULL, 10)
                                                           : 0U;
}

uint32_t
kit_osc_last_snapshot(const char* id)
{
  KitFolderList list;
  uint32_t      last   = 0;
  char* const   folder = kit_osc_folder(NULL);
  if (folder && !kit_folder_list(folder, "", NULL, &list)) {
    for (size_t i = 0; i < list.n; ++i) {
      const uint32_t number = number_of(list.names[i], id);
      last                  = number > last ? number : last;
    }
    kit_folder_list_cleanup(&list);
  }
  kit_free(folder);
  return last;
}

static void
remove_old(const KitOscSnapshot* snapshot, const char* folder)
{
  KitFolderList list;
  if (kit_folder_list(folder, "", NULL, &list)) {
    return;
  }
  for (size_t i = 0; i < list.n; ++i) {
    const uint32_t number = number_of(list.names[i], snapshot->id);
    char* const    path   = kit_path_join(folder, list.names[i]);
    if (path && number && number + KIT_OSC_N_KEPT <= snapshot->number) {
      kit_file_remove(path, NULL);
    }
    kit_free(path);
  }
  kit_folder_list_cleanup(&list);
}

static KitTapShape
look(const KitOsc* osc, double seconds)
{
  double* const none[KIT_MAX_CHANNELS] = {NULL, NULL};
  KitTapShape   shape                  = {.n_frames = UINT32_MAX};
  if (!osc->tap) {
    return (KitTapShape){0};
  }
  kit_tap_read(osc->tap, &shape, none, none);
  const double wanted = round(seconds * shape.sample_rate);
  shape.n_frames      = shape.n_frames < wanted ? shape.n_frames : (uint32_t)wanted;
  return shape;
}

static bool
read_sound(const KitOsc* osc, double seconds, KitOscSnapshot* snapshot)
{
  const KitTapShape shape = look(osc, seconds);
  const uint32_t    n     = shape.n_frames;
  snapshot->memory        = (double*)kit_calloc((size_t)n * (shape.n_in + shape.n_out), sizeof(double));
  if (!snapshot->memory) {
    return false;
  }
  for (uint32_t c = 0; c < shape.n_in; ++c) {
    snapshot->dry[c] = snapshot->memory + (size_t)c * n;
  }
  for (uint32_t c = 0; c < shape.n_out; ++c) {
    snapshot->wet[c] = snapshot->memory + (size_t)(shape.n_in + c) * n;
  }
  snapshot->shape.n_frames = n;
  kit_tap_read(osc->tap, &snapshot->shape, snapshot->dry, snapshot->wet);
  return snapshot->shape.n_frames > 0U;
}

static KitJson*
read_state(const KitOsc* osc)
{
  KitJson*    json = NULL;
  char* const text = kit_plugin_save(osc->plugin, false);
  if (text) {
    const KitJsonSource source = {
      "state", text, strlen(text), KIT_PRESET_MAX_BYTES, KIT_PRESET_MAX_DEPTH, 65536U,
    };
    kit_json_parse(&source, NULL, &json);
  }
  kit_free(text);
  return json;
}

static KitJson*
read_facts(const KitOsc* osc, const KitOscSnapshot* snapshot)
{
  const KitTapShape* const shape = &snapshot->shape;
  KitJson* const           json  = kit_json_new_object();
  kit_json_set_string(json, "id", osc->id);
  kit_json_set_string(json, "effect", kit_plugin_effect(osc->plugin)->id);
  kit_json_set_int(json, "number", snapshot->number);
  kit_json_set_real(json, "sample_rate", shape->sample_rate);
  kit_json_set_int(json, "frames", shape->n_frames);
  kit_json_set_int(json, "start_frame", (int64_t)shape->start_frame);
  kit_json_set_int(json, "latency_frames", shape->latency_frames);
  kit_json_set(json, "state", read_state(osc));
  return json;
}

void
kit_osc_snapshot_free(KitOscSnapshot* snapshot)
{
  if (snapshot) {
    for (uint32_t i = 0; i < 3U; ++i) {
      kit_free(snapshot->paths[i]);
    }
    kit_json_free(snapshot->facts);
    kit_free(snapshot->memory);
    kit_free(snapshot);
  }
}

static void
refuse(KitOsc* osc, KitUdpAddress to, const char* remedy, const char* reason)
{
  char address[KIT_OSC_MAX_ADDRESS];
  snprintf(address, sizeof(address), "/%s/request_snapshot", kit_plugin_effect(osc->plugin)->id);
  const KitOscCall call = {.osc = osc, .from = to, .address = address};
  kit_osc_refuse(&call, remedy, "%s", reason);
}

/** Keep what was heard, to be written without the lock. */
static void
fulfil(KitOsc* osc, KitOscWish* wish)
{
  const double seconds = wish->seconds;
  wish->seconds        = 0.0;
  if (!look(osc, seconds).n_frames) {
    refuse(osc, wish->to, "let the host play, then ask again", "no sound came");
    return;
  }
  KitOscSnapshot* const snapshot = (KitOscSnapshot*)kit_calloc(1, sizeof(KitOscSnapshot));
  if (!snapshot || !read_sound(osc, seconds, snapshot)) {
    kit_osc_snapshot_free(snapshot);
    refuse(osc, wish->to, "ask for less", kit_status_text(KIT_ERR_NO_MEMORY));
    return;
  }
  memcpy(snapshot->id, osc->id, sizeof(snapshot->id));
  snapshot->to     = wish->to;
  snapshot->number = ++osc->n_snapshots;
  snapshot->facts  = read_facts(osc, snapshot);
  osc->taken       = snapshot;
}

static bool
name_files(const char* folder, KitOscSnapshot* snapshot)
{
  static const char* const ends[] = {"-dry.wav", "-wet.wav", ".json"};
  bool                     ok     = true;
  for (uint32_t i = 0; i < 3U; ++i) {
    snapshot->paths[i] = kit_asprintf("%s/%s-%u%s", folder, snapshot->id, snapshot->number, ends[i]);
    ok                 = ok && snapshot->paths[i];
  }
  return ok;
}

static KitStatus
write_facts(const KitOscSnapshot* snapshot, const KitLog* log)
{
  kit_json_set_string(snapshot->facts, "dry", snapshot->paths[0]);
  kit_json_set_string(snapshot->facts, "wet", snapshot->paths[1]);
  char* const     text = snapshot->facts ? kit_json_write(snapshot->facts, true) : NULL;
  const KitStatus st =
    text ? kit_file_write_private(snapshot->paths[2], text, strlen(text), log) : KIT_ERR_NO_MEMORY;
  kit_free(text);
  return st;
}

// The one that says what the others are comes last: where it is, all are
static KitStatus
write_files(const KitOscSnapshot* snapshot, const KitLog* log)
{
  const KitTapShape* const shape = &snapshot->shape;
  const double             rate  = shape->sample_rate;
  KitStatus st = kit_wav_write(snapshot->paths[0], rate, shape->n_in, shape->n_frames, snapshot->dry, log);
  st = st ? st : kit_wav_write(snapshot->paths[1], rate, shape->n_out, shape->n_frames, snapshot->wet, log);
  st = st ? st : write_facts(snapshot, log);
  for (uint32_t i = 0; i < 3U && st; ++i) {
    kit_file_remove(snapshot->paths[i], NULL);
  }
  return st;
}

void
kit_osc_snapshot_write(KitOscSnapshot* snapshot)
{
  kit_osc_reason_init(&snapshot->reason);
  char* const folder = kit_osc_folder(&snapshot->reason.log);
  snapshot->status   = folder ? KIT_ERR_NO_MEMORY : KIT_ERR_IO;
  if (folder && name_files(folder, snapshot)) {
    remove_old(snapshot, folder);
    snapshot->status = write_files(snapshot, &snapshot->reason.log);
  }
  kit_free(folder);
}

void
kit_osc_snapshot_answer(KitOsc* osc, const KitOscSnapshot* snapshot)
{
  const char* const reason = snapshot->reason.text;
  if (snapshot->status) {
    refuse(osc, snapshot->to, "make room in the folder, or ask for less",
           *reason ? reason : kit_status_text(snapshot->status));
    return;
  }
  kit_osc_send_at(osc, snapshot->to, "snapshot", "sssini", snapshot->paths[0], snapshot->paths[1],
                  snapshot->paths[2], (int)snapshot->shape.n_frames, snapshot->shape.sample_rate,
                  (int)snapshot->number);
}

void
kit_osc_request_snapshot(KitOscCall* call)
{
  KitOsc* const osc     = call->osc;
  double        seconds = DEFAULT_S;
  if (!kit_osc_range(call, 0, 0.001, KIT_OSC_RING_S, &seconds)) {
    return;
  }
  for (uint32_t i = 0; i < KIT_OSC_MAX_LEASES; ++i) {
    if (osc->wishes[i].seconds <= 0.0) {
      osc->wishes[i] = (KitOscWish){call->from, seconds, kit_clock_s() + seconds + PATIENCE_S};
      return;
    }
  }
  kit_osc_refuse(call, "wait for the answers", "%u snapshots are being taken already", KIT_OSC_MAX_LEASES);
}

double
kit_osc_work_snapshots(KitOsc* osc, double now)
{
  double next = (double)INFINITY;
  for (uint32_t i = 0; i < KIT_OSC_MAX_LEASES; ++i) {
    KitOscWish* const wish = &osc->wishes[i];
    if (wish->seconds <= 0.0) {
      continue;
    }
    const KitTapShape shape = look(osc, wish->seconds);
    if (osc->taken) {
      next = now; // One at a time, so that not too much of it is in memory
    } else if (now >= wish->give_up ||
               (shape.n_frames && shape.n_frames >= round(wish->seconds * shape.sample_rate))) {
      fulfil(osc, wish);
    } else {
      next = now + LOOK_S;
    }
  }
  return next;
}
