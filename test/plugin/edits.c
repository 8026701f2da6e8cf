// SPDX-License-Identifier: ISC
#include "kit.h"
#include "tap.h"

#include <math.h>
#include <string.h>

static void
check_gesture(void)
{
  Host host;
  host_init(&host, "lossy");
  const uint32_t loss = slot_of(&host, "loss");
  tap_ok(host_take_edits(&host) == 0, "a fresh plugin has nothing to tell");

  kit_plugin_begin(host.plugin, loss, "hand");
  tap_ok(kit_plugin_is_held(host.plugin, loss), "a parameter in somebody's hand is held");
  kit_plugin_edit(host.plugin, loss, 0.25, "hand");
  kit_plugin_edit(host.plugin, loss, 0.75, "hand");
  tap_ok(host_take_edits(&host) == 2 && host_told(&host, 0, KIT_EDIT_BEGIN, loss, 0.75) &&
           host_told(&host, 1, KIT_EDIT_VALUE, loss, 0.75),
         "begin and the newest value are told");
  kit_plugin_edit(host.plugin, loss, 0.5, "hand");
  kit_plugin_end(host.plugin, loss);
  tap_ok(host_take_edits(&host) == 2 && host_told(&host, 0, KIT_EDIT_VALUE, loss, 0.5) &&
           host_told(&host, 1, KIT_EDIT_END, loss, 0.5),
         "then the last value and the end");
  tap_ok(!kit_plugin_is_held(host.plugin, loss) && host_take_edits(&host) == 0, "and no more");
  tap_ok(kit_plugin_value(host.plugin, loss) == 0.5, "the value is there");
  tap_ok(host.n_attends >= 5, "the format was asked to see to the host each time");

  kit_plugin_end(host.plugin, loss);
  tap_ok(host_take_edits(&host) == 0, "an end without a begin is none");
  host_cleanup(&host);
}

static void
check_hand_wins(void)
{
  Host host;
  host_init(&host, "lossy");
  const uint32_t  loss      = slot_of(&host, "loss");
  const uint32_t  crush     = slot_of(&host, "crush");
  const KitChange both[]    = {{loss, 0.9}, {crush, 0.75}};
  const double    before    = kit_plugin_value(host.plugin, loss);
  uint32_t        n_refused = 0;
  kit_plugin_begin(host.plugin, loss, "agent:x");
  kit_plugin_edit(host.plugin, loss, 0.125, "agent:x");
  kit_plugin_begin(host.plugin, loss, "hand");
  tap_ok(kit_plugin_edit(host.plugin, loss, 0.9, "agent:x") == KIT_ERR_HELD &&
           kit_plugin_may_edit(host.plugin, loss, "osc") == KIT_ERR_HELD &&
           kit_plugin_begin(host.plugin, loss, "osc") == KIT_ERR_HELD,
         "the hand takes what an agent holds, and nobody else moves it then");
  kit_plugin_edit(host.plugin, loss, 0.25, "hand");
  kit_plugin_edit_all(host.plugin, both, 2U, "osc", "Bundle of 2", &n_refused);
  tap_ok(n_refused == 1U && kit_plugin_value(host.plugin, loss) == 0.25 &&
           kit_plugin_value(host.plugin, crush) == 0.75,
         "of a bundle the rest is taken");
  kit_plugin_load_factory(host.plugin, "dial_up_mp3", "osc", NULL);
  kit_plugin_undo(host.plugin, 1U, "osc");
  kit_plugin_select_side(host.plugin, 1U, "osc");
  kit_plugin_select_side(host.plugin, 0U, "osc");
  tap_ok(kit_plugin_value(host.plugin, loss) == 0.25, "presets, undo and sides leave it in the hand");
  kit_plugin_end(host.plugin, loss);
  kit_plugin_end(host.plugin, loss);
  KitStepInfo newest;
  tap_ok(kit_plugin_history(host.plugin, &newest, 1U) && !strcmp(newest.author, "hand"),
         "the gesture is the hand's step");
  tap_ok(!kit_plugin_edit(host.plugin, loss, before, "osc"), "let go, it is anybody's");
  host_cleanup(&host);
}

static void
check_single(void)
{
  Host host;
  host_init(&host, "lossy");
  const uint32_t loss = slot_of(&host, "loss");
  kit_plugin_edit(host.plugin, loss, 7.0, "osc");
  tap_ok(host_take_edits(&host) == 3 && host_told(&host, 0, KIT_EDIT_BEGIN, loss, 1.0) &&
           host_told(&host, 1, KIT_EDIT_VALUE, loss, 1.0) && host_told(&host, 2, KIT_EDIT_END, loss, 1.0),
         "a value alone is a whole gesture, clamped to the range");
  kit_plugin_edit(host.plugin, KIT_BYPASS_SLOT, 1.0, "osc");
  tap_ok(host_take_edits(&host) == 3 && host_told(&host, 1, KIT_EDIT_VALUE, KIT_BYPASS_SLOT, 1.0) &&
           kit_instance_bypassed(kit_plugin_instance(host.plugin)),
         "so is the bypass switch");
  tap_ok(kit_plugin_edit(host.plugin, loss, (double)NAN, "hand") == KIT_ERR_BAD_VALUE &&
           kit_plugin_edit(host.plugin, 100000U, 0.0, "hand") == KIT_ERR_NOT_FOUND &&
           host_take_edits(&host) == 0,
         "NaN and slots that do not exist are refused");
  host_cleanup(&host);
}

static void
check_room(void)
{
  Host host;
  host_init(&host, "reverb");
  for (uint32_t room = 0; room < 9U; ++room) {
    for (uint32_t s = 0; s < 3U; ++s) {
      kit_plugin_edit(host.plugin, s, 0.001 * (room + 1U), "osc");
    }
    host.room        = room;
    uint32_t   n     = host_take_edits(&host);
    const bool first = n == room && kit_plugin_has_edits(host.plugin);
    host.room        = UINT32_MAX;
    n += host_take_edits(&host);
    tap_ok(first && n >= 9U && n <= 10U && !kit_plugin_has_edits(host.plugin),
           "a host that takes only %u edits gets the rest next time", room);
  }
  host_cleanup(&host);
}

static void
check_locks(void)
{
  Host host;
  host_init(&host, "lossy");
  const uint32_t  loss   = slot_of(&host, "loss");
  const double    value  = kit_plugin_value(host.plugin, loss);
  uint32_t        n_bad  = 0;
  const KitChange all[]  = {{loss, 0.9}, {slot_of(&host, "wet_dry"), 0.1}, {99999U, 0.0}};
  KitReader       reader = {{0}};
  kit_plugin_news(host.plugin, &reader);
  kit_plugin_set_lock(host.plugin, loss, true);
  tap_ok(kit_plugin_is_locked(host.plugin, loss) && (kit_plugin_news(host.plugin, &reader) & KIT_NEWS_LOCKS),
         "a lock is news");
  tap_ok(kit_plugin_edit(host.plugin, loss, 0.9, "osc") == KIT_ERR_LOCKED &&
           kit_plugin_begin(host.plugin, loss, "agent:x") == KIT_ERR_LOCKED && host_take_edits(&host) == 0,
         "what is locked is moved by no wire and no agent");
  tap_ok(!kit_plugin_edit_all(host.plugin, all, 3U, "osc", "Bundle of 3", &n_bad) && n_bad == 2U &&
           host_take_edits(&host) == 3U && kit_plugin_value(host.plugin, loss) == value,
         "a bundle leaves it out, and says how many");
  tap_ok(!kit_plugin_load_factory(host.plugin, "frozen_choir", "osc", NULL) &&
           kit_plugin_value(host.plugin, loss) == value &&
           (kit_plugin_news(host.plugin, &reader) & (KIT_NEWS_OUTSIDE | KIT_NEWS_PRESET)) ==
             (KIT_NEWS_OUTSIDE | KIT_NEWS_PRESET),
         "so does a preset, which is news");
  tap_ok(!kit_plugin_edit(host.plugin, loss, 0.9, "hand") && kit_plugin_value(host.plugin, loss) == 0.9,
         "the hand moves it");
  host_cleanup(&host);
}

static void
check_readers(void)
{
  Host      host;
  KitReader a = {{0}};
  KitReader b = {{0}};
  host_init(&host, "gain");
  kit_plugin_news(host.plugin, &a);
  kit_plugin_news(host.plugin, &b);
  const uint32_t version = kit_instance_version(kit_plugin_instance(host.plugin), 0);
  kit_plugin_edit(host.plugin, 0, 3.0, "osc");
  const uint32_t news = kit_plugin_news(host.plugin, &a);
  tap_ok((news & KIT_NEWS_VALUES) && !(news & KIT_NEWS_OUTSIDE) && !kit_plugin_news(host.plugin, &a),
         "a reader sees an edit once");
  tap_ok(kit_plugin_news(host.plugin, &b) == news, "and takes it from no other");
  tap_ok(kit_instance_version(kit_plugin_instance(host.plugin), 0) != version, "the slot counts it");
  kit_plugin_edit(host.plugin, 0, 3.0, "osc");
  tap_ok(!(kit_plugin_news(host.plugin, &a) & KIT_NEWS_VALUES), "the same value again is no news");
  kit_plugin_edit(host.plugin, KIT_BYPASS_SLOT, 1.0, "osc");
  tap_ok(kit_plugin_news(host.plugin, &a) & KIT_NEWS_BYPASS, "bypass from outside is");
  host_cleanup(&host);
}

void
check_edits(void)
{
  check_gesture();
  check_hand_wins();
  check_single();
  check_room();
  check_locks();
  check_readers();
}
