// SPDX-License-Identifier: ISC
/** @file battery.h  The tests that every effect must pass, by topic. */
#ifndef KIT_TEST_BATTERY_H
#define KIT_TEST_BATTERY_H

#include "rig.h"

void
battery_blocks(const KitEffect* effect); ///< In place, float, mono, reset, odd calls

void
battery_scores(const KitEffect* effect); ///< Many scores of every kind of event, at every block size

void
battery_engines(const KitEffect* effect); ///< New engines take over by themselves

void
battery_state(const KitEffect* effect); ///< State, presets, bypass, threads' view of values

void
battery_robust(const KitEffect* effect); ///< Rates, fuzz, hostile signals, silence, memory failures

void
battery_clicks(const KitEffect* effect); ///< No parameter clicks when it jumps

#endif
