// SPDX-License-Identifier: ISC
// What goes through the ports for messages.  Linked with the adapter itself, because a module lets nobody but
// its host in to edit.
#include "edits.h"
#include "guard.h"
#include "message_desk.h"
#include "rig.h"
#include "tap.h"

#include <lv2/state/state.h>

#include <math.h>
#include <string.h>

extern const KitEffect probe_effect;

/* Messages set parameters to the frame */

typedef struct {
  const KitEvent* events; ///< Sorted by frame
  uint32_t        n;
  uint32_t        next; ///< Not yet sent
} Score;

static void
make_events(const Desk* desk, KitEvent* events, uint32_t n, KitRng* rng)
{
  for (uint32_t i = 0; i < n; ++i) {
    const KitHostParam* const param = random_port(desk, rng)->param;
    const uint32_t            frame = (uint32_t)((uint64_t)i * MAX_BLOCK / n);
    const double              value = kit_param_from_normal(param->param, kit_rng_uniform(rng));
    events[i] = (KitEvent){frame, param->slot == KIT_BYPASS_SLOT ? KIT_EVENT_BYPASS : KIT_EVENT_VALUE,
                           param->slot, (double)(float)value};
  }
}

/** What an instance plays that no format is round. */
static void
play_truth(const KitAudio* in, const Score* score, KitAudio* out)
{
  const KitSetup     setup    = {RATE, 2, 2, true};
  KitInstance* const instance = rig_new(&probe_effect, &setup, NULL);
  const KitProcess   process  = {
       (const void* const*)in->channels, (void* const*)out->channels, true, MAX_BLOCK, score->events, score->n};
  kit_instance_process(instance, &process);
  kit_instance_free(instance);
}

/** Play a block with the messages that are for it.  @return whether it is as wanted. */
static bool
play_block(Desk* desk, Score* score, const KitAudio* in, const KitAudio* want, uint32_t at, uint32_t n)
{
  static Bytes bytes;
  bool         same = true;
  bytes.size        = 0;
  for (; score->next < score->n && score->events[score->next].frame < at + n; ++score->next) {
    const KitEvent* const event = &score->events[score->next];
    const KitLv2Port*     port  = desk->self->ports;
    while (port->param->slot != event->slot) {
      ++port;
    }
    put_set(&bytes, event->frame - at, port->uri, event->value);
  }
  desk_hand_in(desk, &bytes);
  for (uint32_t c = 0; c < 2U; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      desk->audio[c][i] = (float)in->channels[c][at + i];
    }
  }
  desk_run(desk, n);
  for (uint32_t c = 0; c < 2U; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      same = same && desk->audio[2U + c][i] == (float)want->channels[c][at + i];
    }
  }
  return same;
}

static bool
sets_to_the_frame(uint32_t seed, uint32_t n_events, uint32_t block)
{
  static Desk     desk;
  static KitEvent events[1024];
  Score           score = {events, n_events, 0};
  KitRng          rng;
  KitAudio        in   = rig_signal(RATE, MAX_BLOCK, seed);
  KitAudio        want = rig_silence(RATE, MAX_BLOCK);
  bool            same = true;
  kit_rng_init(&rng, seed);
  desk_open(&desk);
  desk.freewheel = 1.0f;
  make_events(&desk, events, n_events, &rng);
  for (uint32_t c = 0; c < 2U; ++c) {
    for (uint32_t i = 0; i < MAX_BLOCK; ++i) {
      in.channels[c][i] = (double)(float)in.channels[c][i];
    }
  }
  play_truth(&in, &score, &want);
  for (uint32_t at = 0, n; at < MAX_BLOCK; at += n) {
    const uint32_t left = MAX_BLOCK - at;
    n                   = block ? block : 1U + kit_rng_next32(&rng) % 700U;
    n                   = n < left ? n : left;
    same                = play_block(&desk, &score, &in, &want, at, n) && same;
  }
  desk_close(&desk);
  kit_audio_cleanup(&in);
  kit_audio_cleanup(&want);
  return same;
}

static void
check_frames(void)
{
  static const uint32_t blocks[] = {1, 7, 64, 441, 4096, 0};
  for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); ++b) {
    uint32_t n_same = 0;
    for (uint32_t seed = 0; seed < 64U; ++seed) {
      const bool same = sets_to_the_frame(seed, 40U, blocks[b]);
      n_same += same;
      if (!same) {
        tap_note("seed %u", seed);
      }
    }
    tap_ok(n_same == 64U, "patch:Set takes effect at its frame, to the bit, in blocks of %u (%u of 64)",
           blocks[b], n_same);
  }
  tap_ok(sets_to_the_frame(900U, 900U, MAX_BLOCK),
         "also more of them in a block than there is room for events");
}

/* What a message may look like */

static bool
is_set_by(Desk* desk, const KitLv2Port* port, const char* type, const void* data, uint32_t size, double want)
{
  static Bytes bytes;
  static Bytes more;
  bytes.size = 0;
  more.size  = 0;
  put_urid(&more, LV2_PATCH__property, port->uri);
  put_property(&more, LV2_PATCH__value, type, data, size);
  put_object(&bytes, 0, LV2_PATCH__Set, &more);
  desk_hand_in(desk, &bytes);
  desk_run(desk, 64);
  return desk_holds(desk, port, want);
}

static KitLv2Port*
port_of(const Desk* desk, const char* key)
{
  KitParamRef ref;
  kit_params_find(probe_effect.table, key, &ref);
  KitLv2Port* port = desk->self->ports;
  while (port->param->slot != ref.slot) {
    ++port;
  }
  return port;
}

static void
check_types(void)
{
  static Desk   desk;
  const float   as_float  = 5.0f;
  const double  as_double = 6.0;
  const int32_t as_int    = 7;
  const int64_t as_long   = 8;
  const int32_t as_bool   = 1;
  const float   nan       = NAN;
  const float   huge      = 1e30f;
  desk_open(&desk);
  KitLv2Port* const secret  = port_of(&desk, "secret");
  KitLv2Port* const sustain = port_of(&desk, "sustain");
  tap_ok(is_set_by(&desk, secret, LV2_ATOM__Float, &as_float, 4, 5.0) &&
           is_set_by(&desk, secret, LV2_ATOM__Double, &as_double, 8, 6.0) &&
           is_set_by(&desk, secret, LV2_ATOM__Int, &as_int, 4, 7.0) &&
           is_set_by(&desk, secret, LV2_ATOM__Long, &as_long, 8, 8.0) &&
           is_set_by(&desk, sustain, LV2_ATOM__Bool, &as_bool, 4, 1.0) &&
           is_set_by(&desk, secret, LV2_ATOM__Float, &huge, 4, 9.0),
         "a value may be any kind of number, and is clamped");
  tap_ok(is_set_by(&desk, secret, LV2_ATOM__Float, &nan, 4, 9.0) &&
           is_set_by(&desk, secret, LV2_ATOM__String, "5", 2, 9.0) &&
           is_set_by(&desk, secret, LV2_ATOM__Double, &as_float, 4, 9.0) &&
           is_set_by(&desk, secret, LV2_ATOM__Float, &as_float, 0, 9.0),
         "what is no number changes nothing");
  desk_close(&desk);
}

/** Send a request for `property` (0: without), to `subject` (0: without). */
static void
ask(Desk* desk, const char* type, LV2_URID subject, LV2_URID property, int32_t number)
{
  static Bytes  bytes;
  static Bytes  more;
  const int32_t value = 4;
  bytes.size          = 0;
  more.size           = 0;
  put_sequence_number(&more, number);
  if (subject) {
    put_urid(&more, LV2_PATCH__subject, subject);
  }
  if (property) {
    put_urid(&more, LV2_PATCH__property, property);
  }
  if (!strcmp(type, LV2_PATCH__Set)) {
    put_property(&more, LV2_PATCH__value, LV2_ATOM__Int, &value, sizeof(value));
  }
  put_object(&bytes, 3, type, &more);
  desk_hand_in(desk, &bytes);
  desk_run(desk, 64);
}

static void
check_answers(void)
{
  static Desk desk;
  desk_open(&desk);
  const KitLv2Port* const secret = port_of(&desk, "secret");
  const LV2_URID          self   = urid("urn:vstkit:probe");
  desk_run(&desk, 64);
  tap_ok(!desk.n_told, "a plugin that nothing happened to says nothing");

  ask(&desk, LV2_PATCH__Get, 0, secret->uri, 0);
  const Told* const got = desk_find(&desk, LV2_PATCH__Set, secret->uri);
  tap_ok(desk.n_told == 1U && got && got->value == 3.0 && got->value_type == urid(LV2_ATOM__Int) &&
           !got->sequence,
         "patch:Get of a parameter is answered by a patch:Set");
  ask(&desk, LV2_PATCH__Get, self, port_of(&desk, "cutoff")->uri, 77);
  const bool numbered = desk.n_told == 1U && desk.told[0].sequence == 77 && desk.told[0].value == 1000.0 &&
                        desk.told[0].value_type == urid(LV2_ATOM__Float);
  ask(&desk, LV2_PATCH__Get, self, port_of(&desk, "sustain")->uri, 0);
  tap_ok(numbered && desk.told[0].value_type == urid(LV2_ATOM__Bool),
         "with the plugin as its subject, and the number of the request; toggles are booleans");

  ask(&desk, LV2_PATCH__Get, 0, 0, 5);
  uint32_t n_right = 0;
  for (uint32_t p = 0; p < desk.self->n_ports; ++p) {
    const Told* const told = desk_find(&desk, LV2_PATCH__Put, desk.self->ports[p].uri);
    n_right += told && told->sequence == 5 && desk_holds(&desk, &desk.self->ports[p], told->value);
  }
  tap_ok(n_right == desk.self->n_ports && desk.n_told == n_right,
         "patch:Get without a property is answered by a patch:Put of all %u", n_right);

  ask(&desk, LV2_PATCH__Set, 0, secret->uri, 6);
  const bool acknowledged = desk.n_told == 1U && desk.told[0].type == urid(LV2_PATCH__Ack) &&
                            desk.told[0].sequence == 6 && desk_holds(&desk, secret, 4.0);
  ask(&desk, LV2_PATCH__Set, 0, urid("urn:nothing"), 7);
  const bool refused =
    desk.n_told == 1U && desk.told[0].type == urid(LV2_PATCH__Error) && desk.told[0].sequence == 7;
  ask(&desk, LV2_PATCH__Get, 0, urid("urn:nothing"), 8);
  tap_ok(acknowledged && refused && desk.n_told == 1U && desk.told[0].type == urid(LV2_PATCH__Error),
         "requests with a number are acknowledged, or refused");
  ask(&desk, LV2_PATCH__Get, urid("urn:somebody:else"), secret->uri, 9);
  const bool ignored = !desk.n_told;
  ask(&desk, LV2_PATCH__Copy, 0, secret->uri, 9);
  tap_ok(ignored && !desk.n_told, "what is for somebody else, or not known, is left alone");
  desk_close(&desk);
}

/* What is edited from outside */

static bool
edit_reaches_the_host(uint32_t seed)
{
  static Desk desk;
  KitRng      rng;
  kit_rng_init(&rng, seed);
  desk_open(&desk);
  desk.at_once            = seed & 1U;
  desk.answer             = (seed & 2U) ? 1 : 0;
  KitLv2Port* const port  = random_port(&desk, &rng);
  const double      value = fresh_value(&desk, port, &rng);
  kit_plugin_edit(desk.self->plugin, port->param->slot, value, "osc");
  desk_run(&desk, 64);
  const Told* const told = desk_find(&desk, LV2_PATCH__Set, port->uri);
  bool good = told && told->value == value && desk.n_asked == 1U && desk.asked_port == port->port &&
              desk.asked == shown(port, value) && desk_find(&desk, LV2_STATE__StateChanged, 0) &&
              desk.n_told == 2U;
  for (uint32_t i = 0; i < 20U; ++i) { // The port stands where it is, or where it was asked to be
    desk_run(&desk, 64);
    good = good && desk_holds(&desk, port, value) && !desk.n_told;
  }
  const double hand = fresh_value(&desk, port, &rng);
  if (desk.controls[port->port] != shown(port, hand)) {
    desk.controls[port->port] = shown(port, hand);
    desk_run(&desk, 64);
    good = good && desk_holds(&desk, port, hand);
  }
  desk_close(&desk);
  return good && !(desk.n_asked > 1U);
}

// A host that grants a request late, when there is a newer value already
static bool
echo_does_not_win(uint32_t seed)
{
  static Desk desk;
  KitRng      rng;
  kit_rng_init(&rng, seed);
  desk_open(&desk);
  KitLv2Port* const port = port_of(&desk, "cutoff");
  const double      old  = fresh_value(&desk, port, &rng);
  kit_plugin_edit(desk.self->plugin, port->param->slot, old, "osc");
  desk_run(&desk, 64);
  const double now = fresh_value(&desk, port, &rng);
  kit_plugin_edit(desk.self->plugin, port->param->slot, now, "osc");
  desk.controls[port->port] = shown(port, old);
  desk_run(&desk, 64);
  bool good                 = desk_holds(&desk, port, now);
  desk.controls[port->port] = shown(port, now);
  desk_run(&desk, 64);
  good                      = good && desk_holds(&desk, port, now);
  desk.controls[port->port] = shown(port, old); // A hand
  desk_run(&desk, 64);
  good = good && desk_holds(&desk, port, old);
  desk_close(&desk);
  return good;
}

static bool
held_is_held(uint32_t seed)
{
  static Desk  desk;
  static Bytes bytes;
  KitRng       rng;
  kit_rng_init(&rng, seed);
  desk_open(&desk);
  KitLv2Port* const port = random_port(&desk, &rng);
  desk_run(&desk, 64);
  kit_plugin_begin(desk.self->plugin, port->param->slot, KIT_AUTHOR_HAND);
  const double value = fresh_value(&desk, port, &rng);
  kit_plugin_edit(desk.self->plugin, port->param->slot, value, KIT_AUTHOR_HAND);
  desk.controls[port->port] = shown(port, fresh_value(&desk, port, &rng)); // Automation goes on
  bytes.size                = 0;
  put_set(&bytes, 5, port->uri, fresh_value(&desk, port, &rng));
  desk_hand_in(&desk, &bytes);
  desk_run(&desk, 64);
  bool good = desk_holds(&desk, port, value) && desk_find(&desk, LV2_PATCH__Set, port->uri);
  kit_plugin_end(desk.self->plugin, port->param->slot);
  desk_run(&desk, 64);
  good = good && desk_holds(&desk, port, value);
  desk_close(&desk);
  return good;
}

// What a message sets is asked of the port, too, but not told to who sent it
static bool
message_moves_the_port(uint32_t seed)
{
  static Desk  desk;
  static Bytes bytes;
  KitRng       rng;
  kit_rng_init(&rng, seed);
  desk_open(&desk);
  desk.at_once            = seed & 1U;
  KitLv2Port* const port  = random_port(&desk, &rng);
  const double      value = fresh_value(&desk, port, &rng);
  bytes.size              = 0;
  put_set(&bytes, 5, port->uri, value);
  desk_hand_in(&desk, &bytes);
  desk_run(&desk, 64);
  bool good =
    desk_holds(&desk, port, value) && desk.n_asked == 1U && desk.asked == shown(port, value) && !desk.n_told;
  desk_run(&desk, 64);
  good = good && desk_holds(&desk, port, value) && desk.n_asked == 1U;
  desk_close(&desk);
  return good;
}

static bool
all_come_through_a_keyhole(uint32_t seed)
{
  static Desk desk;
  static bool seen[MAX_PORTS];
  KitRng      rng;
  kit_rng_init(&rng, seed);
  desk_open(&desk);
  memset(seen, 0, sizeof(seen));
  desk.room     = 16U + 72U + kit_rng_next32(&rng) % 200U;
  uint32_t n    = 0;
  bool     good = true;
  for (uint32_t p = 0; p < desk.self->n_ports; ++p) {
    const KitLv2Port* const port = &desk.self->ports[p];
    kit_plugin_edit(desk.self->plugin, port->param->slot, fresh_value(&desk, port, &rng), "osc");
  }
  ask(&desk, LV2_PATCH__Get, 0, 0, 0); // Too large for the hole: comes in pieces
  for (uint32_t i = 0; i < 40U; ++i) {
    for (uint32_t t = 0; t < desk.n_told; ++t) {
      for (uint32_t p = 0; p < desk.self->n_ports; ++p) {
        const KitLv2Port* const port = &desk.self->ports[p];
        if (desk.told[t].property == port->uri) {
          good = good && desk_holds(&desk, port, desk.told[t].value);
          n += !seen[p];
          seen[p] = true;
        }
      }
    }
    desk_run(&desk, 64);
  }
  good = good && n == desk.self->n_ports && !desk.n_told;
  desk_close(&desk);
  return good;
}

/* States */

static const void*
retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type, uint32_t* flags)
{
  (void)key;
  *size  = strlen((const char*)handle) + 1U;
  *type  = urid(LV2_ATOM__String);
  *flags = LV2_STATE_IS_POD;
  return handle;
}

// Ports that stand elsewhere are asked to follow; the host, which has loaded it, need not save it
static void
check_restore(void)
{
  static Desk desk;
  desk_open(&desk);
  desk_run(&desk, 64);
  const LV2_State_Interface* const state =
    (const LV2_State_Interface*)desk.type->extension_data(LV2_STATE__interface);
  const char* const text  = "{\"level\": -3.0, \"secret\": 7}";
  const bool        taken = !state->restore(desk.handle, retrieve, (void*)(uintptr_t)text, 0, NULL);
  desk.at_once            = true;
  desk_run(&desk, 64);
  const bool told =
    desk.n_told == desk.self->n_ports && desk.n_asked == 2U && !desk_find(&desk, LV2_STATE__StateChanged, 0);
  const bool moved = desk.controls[port_of(&desk, "level")->port] == -3.0f &&
                     desk.controls[port_of(&desk, "secret")->port] == 7.0f;
  desk_run(&desk, 64);
  tap_ok(taken && told && moved && !desk.n_told,
         "a state is told, and ports that stand elsewhere are asked to follow");
  desk_close(&desk);
}

/* Hostile hosts */

static void
check_hostile(void)
{
  static Desk  desk;
  static Bytes good;
  static Bytes bad;
  KitRng       rng;
  uint32_t     n_finite = 0;
  desk_open(&desk);
  kit_rng_init(&rng, 3);
  for (uint32_t i = 0; i < 2000U; ++i) {
    good.size        = 0;
    const uint32_t n = 1U + kit_rng_next32(&rng) % 4U;
    for (uint32_t m = 0; m < n; ++m) {
      const KitLv2Port* const port = random_port(&desk, &rng);
      put_set(&good, (int64_t)kit_rng_next32(&rng) - 1000000000, port->uri, kit_rng_uniform(&rng));
    }
    bad = good;
    for (uint32_t b = kit_rng_next32(&rng) % 8U; b; --b) {
      static const uint32_t words[] = {0, 1, 7, 8, 9, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF8, 0xFFFFFFFF};
      const uint32_t        at      = kit_rng_next32(&rng) % (bad.size / 4U) * 4U;
      const uint32_t        word    = words[kit_rng_next32(&rng) % 9U];
      memcpy(bad.bytes + at, &word, sizeof(word));
    }
    bad.size -= kit_rng_next32(&rng) % 3U ? 0U : kit_rng_next32(&rng) % bad.size;
    desk.room = kit_rng_next32(&rng) % 3U ? N_BYTES : kit_rng_next32(&rng) % 300U;
    desk_hand_in(&desk, &bad);
    desk_run(&desk, 64);
    n_finite += isfinite((double)desk.audio[2][63]);
  }
  tap_ok(n_finite == 2000U, "broken messages and buffers of any size do no harm");
  desk_close(&desk);
}

static void
check(bool (*holds_for)(uint32_t seed), const char* what)
{
  uint32_t n = 0;
  for (uint32_t seed = 0; seed < 64U; ++seed) {
    const bool good = holds_for(seed);
    n += good;
    if (!good) {
      tap_note("seed %u", seed);
    }
  }
  tap_ok(n == 64U, "%s (%u of 64)", what, n);
}

int
main(void)
{
  check_frames();
  check_types();
  check_answers();
  check(edit_reaches_the_host,
        "an edit is told, and asked of the port, which does not win back, but a hand does");
  check(echo_does_not_win, "a port that follows a request late is no hand");
  check(held_is_held, "what is held from outside follows neither port nor message");
  check(message_moves_the_port, "what a message sets is asked of the port");
  check(all_come_through_a_keyhole, "where there is little room all is told in the end");
  check_restore();
  check_hostile();
  rt_guard_print();
  tap_ok(!rt_guard_count(), "and all of it without a lock, an allocation or a system call");
  desk_forget_uris();
  return tap_done();
}
