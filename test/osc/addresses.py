#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Try every line of the address table of doc/osc.md with every effect, as TAP."""

import json
import math
import os
import sys
import time
from pathlib import Path
from typing import Any

from wire import Message, Player, Typed, Wire, bundle, done, encode, home, ok, playing

EFFECTS = {"gain": "gain", "lossy": "loss", "reverb": "wet_dry"}


def is_error(message: Message, effect: str, address: str) -> bool:
    """Tell whether a message is an error about an address, with reason and remedy."""
    return message[0] == f"/{effect}/error" and message[1][0] == address and all(message[1])


def check_values(effect: str, key: str, wire: Wire, player: Player) -> None:
    """/E/param/KEY, with and without a value."""
    at = f"/{effect}/param/{key}"
    described = dict(wire.ask(f"/{effect}/describe"))[f"/{effect}/describe/{key}"]
    low, high = described[3], described[4]
    wanted = low + (high - low) * 0.375
    sent = wire.one(at, wanted)
    ok(sent[0] == at and sent[1][0] == wanted and isinstance(sent[1][1], str), f"{effect}: {at} sets, and echoes value and text", sent)
    ok(wire.one(at) == sent, f"{effect}: a set is read back by the next query")
    ok(float(player.say(f"get 0 {key}")) == wanted, f"{effect}: the plugin has the value")
    ok(wire.one(at, high + 1000.0)[1][0] == high, f"{effect}: a value beyond the range is clamped, and the echo says so")
    for arg, value in [(1, 1.0), (Typed("f", 0.5), 0.5), (Typed("h", 1), 1.0), (True, 1.0), (False, 0.0), ("0.25", 0.25)]:
        ok(wire.one(at, arg)[1][0] == value, f"{effect}: a value may be {getattr(arg, 'tag', type(arg).__name__)}")
    for arg in (math.nan, math.inf, "loud", b"blob", Typed("N")):
        ok(is_error(wire.one(at, arg), effect, at), f"{effect}: {getattr(arg, 'tag', arg)!r} is refused with reason and remedy")
    ok(is_error(wire.one(at, 0.1, 0.2), effect, at), f"{effect}: two values for one parameter are refused")
    ok(wire.one(at)[1][0] == 0.25, f"{effect}: what was refused has changed nothing")
    unknown = wire.one(at + "x")
    ok(is_error(unknown, effect, at + "x") and key in unknown[1][2], f"{effect}: an unknown key is refused, with near ones", unknown)
    ok(is_error(wire.one(f"/{effect}/paramz"), effect, f"/{effect}/paramz"), f"{effect}: an unknown address is refused")
    ok(is_error(wire.one("/other/params"), effect, "/other/params"), f"{effect}: another effect's address is refused")


def check_lists(effect: str, wire: Wire) -> None:
    """/E/params and /E/describe."""
    params = wire.ask(f"/{effect}/params")
    ok(params[-1] == (f"/{effect}/params/end", [len(params) - 1]), f"{effect}: params lists all, then their count")
    rows = wire.ask(f"/{effect}/describe")
    ok(rows[-1] == (f"/{effect}/describe/end", [len(rows) - 1]), f"{effect}: describe lists the table, then its count")
    elements = sum(row[9] for _, row in rows[:-1])
    ok(elements == len(params) - 1, f"{effect}: both speak of the same {elements} values")
    for address, row in rows[:-1]:
        name, _, kind, low, high, default, _, help_line, _, count, choices = row
        good = name and help_line and kind in ("float", "int", "choice") and low <= default <= high and count >= 1
        if not good or (kind == "choice" and not choices):
            ok(False, f"{effect}: {address} is whole", row)
            return
    ok(True, f"{effect}: every row has name, kind, range, default and help")


def check_pattern(effect: str, key: str, wire: Wire) -> None:
    """OSC address patterns."""
    everything = {address for address, _ in wire.ask(f"/{effect}/params")[:-1]}
    by_pattern = {address for depth in ("*", "*/*") for address, _ in wire.ask(f"/{effect}/param/{depth}")} - {f"/{effect}/error"}
    ok(by_pattern == everything, f"{effect}: /param/* and /param/*/* are all parameters", everything ^ by_pattern)
    braces = wire.one(f"/{effect}/param/{{{key},nothing}}")
    ok(braces[0] == f"/{effect}/param/{key}", f"{effect}: {{a,b}} matches", braces)
    ok(wire.one(f"/{effect[:-1]}?/param/{key}")[0] == f"/{effect}/param/{key}", f"{effect}: ? matches a character")
    ok(is_error(wire.one(f"/{effect}/zz*"), effect, f"/{effect}/zz*"), f"{effect}: a pattern that matches nothing is refused")
    start = time.monotonic()
    slow = f"/{effect}/param/" + "*a" * 60
    ok(is_error(wire.one(slow), effect, slow) and time.monotonic() - start < 10, f"{effect}: a pattern that is dear to match is refused")


def check_steps(effect: str, key: str, wire: Wire, player: Player) -> None:
    """Bypass, lock, undo, redo, history, ab, and whether the host hears of it."""
    at = f"/{effect}/param/{key}"
    wire.ask(at, 0.25)
    ok(wire.one(f"/{effect}/bypass", 1) == (f"/{effect}/bypass", [1, "On"]), f"{effect}: bypass switches on")
    ok(wire.one(f"/{effect}/bypass")[1][0] == 1 and player.say("get 0 bypass") == "1", f"{effect}: bypass is on")
    ok(wire.one(f"/{effect}/bypass", False)[1][0] == 0, f"{effect}: bypass switches off")

    ok(wire.one(f"/{effect}/lock/{key}", 1) == (f"/{effect}/lock/{key}", [1]), f"{effect}: lock locks")
    locked = wire.one(at, 0.75)
    ok(is_error(locked, effect, at) and "lock" in locked[1][1], f"{effect}: a locked parameter is refused", locked)
    ok(wire.one(at)[1][0] == 0.25, f"{effect}: and stays")
    ok(player.say(f"hand 0 {key} 0.5") == "0" and wire.one(at)[1][0] == 0.5, f"{effect}: the hand may move it")
    ok(wire.one(f"/{effect}/lock/{key}", 0)[1] == [0], f"{effect}: lock unlocks")

    player.say(f"hold 0 {key}")
    held = [wire.one(at, 0.75), *wire.exchange(bundle(encode(at, 0.75), encode(f"/{effect}/param/{key}")))]
    good = is_error(held[0], effect, at) and is_error(held[1], effect, at) and "held by hand" in held[0][1][1]
    ok(good and held[2] == (at, wire.one(at)[1]), f"{effect}: what a hand holds is refused to the wire, alone and in a bundle", held)
    presets = wire.ask(f"/{effect}/preset/list")
    wire.ask(f"/{effect}/preset/load", presets[len(presets) // 2][1][2]) if len(presets) > 1 else None
    ok(wire.one(at)[1][0] == 0.5, f"{effect}: and stays where the hand has it, whatever preset comes")
    player.say(f"hand 0 {key} 0.5625")
    player.say(f"release 0 {key}")
    ok(wire.one(at, 0.5)[1][0] == 0.5, f"{effect}: until it is let go")

    wire.ask(f"/{effect}/bypass", 1)  # Parts the steps, which otherwise join
    wire.ask(at, 0.75)
    history = wire.ask(f"/{effect}/history", 3)
    ok(
        history[0][1][1] == "osc" and history[-1] == (f"/{effect}/history/end", [3]),
        f"{effect}: history tells number, author, label",
        history,
    )
    ok(wire.one(f"/{effect}/undo") == (f"/{effect}/undo", [1]) and wire.one(at)[1][0] == 0.5, f"{effect}: undo takes a step back")
    ok(wire.one(f"/{effect}/redo", 1) == (f"/{effect}/redo", [1]) and wire.one(at)[1][0] == 0.75, f"{effect}: redo takes it again")
    ok(wire.one(f"/{effect}/undo", 2)[1] == [2], f"{effect}: undo takes two steps back")
    wire.ask(f"/{effect}/redo", 2)
    wire.ask(f"/{effect}/bypass", 0)

    ok(wire.one(f"/{effect}/ab")[1] == ["a"] and wire.one(f"/{effect}/ab", "b")[1] == ["b"], f"{effect}: ab tells and chooses the side")
    wire.ask(at, 0.125)
    ok(wire.one(f"/{effect}/ab", "a")[1] == ["a"] and wire.one(at)[1][0] == 0.75, f"{effect}: each side has its values")
    wire.ask(f"/{effect}/ab", "copy")
    wire.ask(f"/{effect}/ab", "b")
    ok(wire.one(at)[1][0] == 0.75, f"{effect}: copy makes the sides the same")
    ok(is_error(wire.one(f"/{effect}/ab", "c"), effect, f"/{effect}/ab"), f"{effect}: there is no third side")

    wire.ask(at, 0.625)
    told = ["0"] * 4
    while float(told[3]) != 0.625 or told[0] != told[2]:
        told = player.say(f"told 0 {key}").split()
    ok(True, f"{effect}: the host was told the gesture: begin, value, end")


def check_presets(effect: str, key: str, wire: Wire, folder: Path) -> None:
    """Presets and states."""
    listed = wire.ask(f"/{effect}/preset/list")
    ok(listed[-1] == (f"/{effect}/preset/list/end", [len(listed) - 1]), f"{effect}: preset/list numbers them, and tells the count")
    for _, (_, _, name, shown, _, _) in listed[:-1][:5]:
        ok(wire.one(f"/{effect}/preset/load", name) == (f"/{effect}/preset/load", [shown]), f"{effect}: preset/load {name}")
    at = f"/{effect}/preset/save"
    wire.ask(f"/{effect}/param/{key}", 0.375)
    ok(wire.one(at, "My own") == (at, ["My own"]), f"{effect}: preset/save saves")
    ok(is_error(wire.one(at, "My own"), effect, at), f"{effect}: and overwrites nothing that it is not told to")
    wire.ask(f"/{effect}/param/{key}", 0.5)
    ok(wire.one(f"/{effect}/preset/load", "My own")[1] == ["My own"], f"{effect}: preset/load loads it")
    ok(wire.one(f"/{effect}/param/{key}")[1][0] == 0.375, f"{effect}: with its values")
    ok(wire.one(at, "My own", 1) == (at, ["My own"]), f"{effect}: preset/save replaces where it is told to")
    path = folder / ".local/share/vstkit/presets" / effect / "My own.json"
    ok(path.exists() and "osc_id" not in path.read_text("utf-8"), f"{effect}: a preset has no id of an instance")
    for name in ("../gain", "/etc/passwd", "a/b", "..", ".hidden", "x.json", "", "no such one", "\x1b[31m", "y" * 60000):
        for method in ("load", "save") if name != "no such one" else ("load",):
            address = f"/{effect}/preset/{method}"
            answer = wire.one(address, name)
            if not is_error(answer, effect, address):
                ok(False, f"{effect}: preset/{method} refuses {name[:20]!r}", answer)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and "run" not in path.parts)
    ok(files == [f".local/share/vstkit/presets/{effect}/My own.json"], f"{effect}: no name leads to a file elsewhere", files)


def check_state(effect: str, key: str, wire: Wire) -> None:
    """/E/state/get and /E/state/set."""
    wire.ask(f"/{effect}/param/{key}", 0.375)
    wire.ask(f"/{effect}/bypass", 1)
    pieces = wire.ask(f"/{effect}/state/get")
    ok(pieces[-1] == (f"/{effect}/state/end", [len(pieces) - 1]), f"{effect}: state/get ends with the number of pieces")
    ok([args[:2] for _, args in pieces[:-1]] == [[i + 1, len(pieces) - 1] for i in range(len(pieces) - 1)], f"{effect}: which are numbered")
    state = "".join(args[2] for _, args in pieces[:-1])
    ok(json.loads(state)[key] == 0.375 and json.loads(state)["bypass"] is True, f"{effect}: and are JSON")
    wire.ask(f"/{effect}/param/{key}", 0.5)
    wire.ask(f"/{effect}/bypass", 0)
    at = f"/{effect}/state/set"
    ok(wire.one(at, state) == (at, [1]), f"{effect}: state/set takes it back")
    ok(wire.one(f"/{effect}/param/{key}")[1][0] == 0.375 and wire.one(f"/{effect}/bypass")[1][0] == 1, f"{effect}: bypass included")
    ok(wire.one(f"/{effect}/undo")[1] == [1], f"{effect}: as one step")
    ok(wire.one(f"/{effect}/param/{key}")[1][0] == 0.5 and wire.one(f"/{effect}/bypass")[1][0] == 0, f"{effect}: which undo takes back")
    for bad in ("", "{", "[]", '{"x": 1}', "x" * 65000, 1):
        ok(is_error(wire.one(at, bad), effect, at), f"{effect}: state/set refuses {str(bad)[:12]!r}")


def check_bundle(effect: str, wire: Wire, player: Player) -> None:
    """A bundle is one step and takes effect in one block."""
    keys = [address.removeprefix(f"/{effect}/param/") for address, _ in wire.ask(f"/{effect}/params")[:-1]][:3]
    before = [wire.one(f"/{effect}/param/{key}")[1][0] for key in keys]
    newest = wire.ask(f"/{effect}/history", 1)[0][1][0]
    parts = [encode(f"/{effect}/param/{key}", 0.4375) for key in keys]
    answers = wire.exchange(bundle(bundle(*parts[1:]), parts[0]))
    values = [wire.one(f"/{effect}/param/{key}")[1][0] for key in keys]
    echoed = {address for address, _ in answers}
    ok(echoed == {f"/{effect}/param/{key}" for key in keys}, f"{effect}: a bundle echoes each", answers)
    ok(
        wire.ask(f"/{effect}/history", 1)[0][1][0] == newest + 1,
        f"{effect}: a bundle, with one inside, is one step",
        player.say("history 0"),
    )
    ok(wire.one(f"/{effect}/undo")[1] == [1], f"{effect}: one undo takes it back")
    ok([wire.one(f"/{effect}/param/{key}")[1][0] for key in keys] == before != values, f"{effect}: all of it")
    mixed = wire.exchange(bundle(parts[0], encode(f"/{effect}/param/nothing", 1), encode(f"/{effect}/param/{keys[0]}")))
    ok(
        sorted(address for address, _ in mixed) == sorted([f"/{effect}/error", f"/{effect}/param/{keys[0]}", f"/{effect}/param/{keys[0]}"]),
        f"{effect}: what is refused in a bundle does not stop the rest",
        mixed,
    )


def ntp(ahead: float) -> int:
    """Return a time tag so many seconds ahead."""
    return int((time.time() + 2208988800 + ahead) * 2**32)


def check_time(effect: str, key: str, wire: Wire) -> None:
    """A time tag in the future is obeyed up to 10 s ahead, else at once."""
    at = f"/{effect}/param/{key}"
    wire.ask(at, 0.125)
    ok(wire.exchange(bundle(encode(at, 0.25), tag=ntp(-5)))[0][1][0] == 0.25, f"{effect}: a time tag in the past is taken at once")
    ok(wire.exchange(bundle(encode(at, 0.375), tag=ntp(3600)))[0][1][0] == 0.375, f"{effect}: one far ahead, too")
    start = time.monotonic()
    ok(wire.exchange(bundle(encode(at, 0.5), tag=ntp(1.0))) == [], f"{effect}: one a second ahead waits")
    ok(wire.until(at)[0] == 0.5 and time.monotonic() - start > 0.9, f"{effect}: and is taken then")
    later = [bundle(encode(at, 0.0625), tag=ntp(9.5 - i / 1000)) for i in range(400)]
    refused = [message for packet in later for message in wire.exchange(packet)]
    ok(len(refused) == 400 - 256 and all("wait" in args[1] for _, args in refused), f"{effect}: 256 wait, no more", len(refused))


def check_subscription(effect: str, key: str, wire: Wire, player: Player) -> None:
    """/E/subscribe: every change from wherever, newest value only."""
    at = f"/{effect}/param/{key}"
    listener = Wire(wire.port)
    ok(listener.one(f"/{effect}/subscribe", 30) == (f"/{effect}/subscribe", [30.0]), f"{effect}: subscribe grants a lease")
    ok(is_error(listener.one(f"/{effect}/subscribe", 61), effect, f"/{effect}/subscribe"), f"{effect}: of at most a minute")
    wire.ask(at, 0.5)
    ok(listener.until(at, lambda args: args[0] == 0.5), f"{effect}: a change by another wire is told")
    player.say(f"hand 0 {key} 0.375")
    ok(listener.until(at, lambda args: args[0] == 0.375), f"{effect}: a change by hand is told")
    for i in range(1000):
        player.say(f"hand 0 {key} {i % 7 / 8}")
    player.say(f"hand 0 {key} 0.9375")
    n, start = 1, time.monotonic()
    while listener.until(at)[0] != 0.9375:
        n += 1
    ok(n <= 30 * (time.monotonic() - start) + 40, f"{effect}: of 1000 changes, {n} values were told, the last among them")
    wire.ask(f"/{effect}/lock/{key}", 1)
    ok(listener.until(f"/{effect}/lock/{key}") == [1], f"{effect}: locks are told")
    wire.ask(f"/{effect}/lock/{key}", 0)
    wire.ask(f"/{effect}/bypass", 1)
    ok(listener.until(f"/{effect}/bypass", lambda args: args[0] == 1), f"{effect}: bypass is told")
    wire.ask(f"/{effect}/bypass", 0)
    wire.ask(f"/{effect}/preset/load", "My own")
    ok(listener.until(f"/{effect}/preset/load", lambda args: args == ["My own"]), f"{effect}: presets are told")
    ok(listener.one(f"/{effect}/subscribe", 0) != [], f"{effect}: 0 seconds end it")
    listener.drain()
    wire.ask(at, 0.0625)
    player.say(f"hand 0 {key} 0.25")
    ok(all(address != at for address, _ in listener.drain() + listener.drain()), f"{effect}: then nothing comes any more")


def check_arrays(wire: Wire) -> None:
    """Elements of arrays are KEY/3, counted from 1."""
    whole = wire.ask("/reverb/param/delay_times")
    ok([address for address, _ in whole] == [f"/reverb/param/delay_times/{i}" for i in range(1, 9)], "an array is told by its elements")
    ok(wire.one("/reverb/param/delay_times/3", 1000)[1][0] == 1000.0, "an element is set")
    ok(wire.ask("/reverb/param/delay_times")[2][1][0] == 1000.0, "counted from 1")
    values: list[Any] = [float(500 + i) for i in range(8)]
    ok([args[0] for _, args in wire.ask("/reverb/param/delay_times", *values)] == values, "an array is set whole")
    ok(wire.one("/reverb/undo")[1] == [1] and wire.ask("/reverb/param/delay_times")[2][1][0] == 1000.0, "in one step")
    array = "/reverb/param/delay_times"
    for address, args in [(array, values[:3]), (array + "/9", [1]), (array + "/0", [1])]:
        ok(is_error(wire.one(address, *args), "reverb", address), f"{address} with {len(args)} values is refused")
    ok(is_error(wire.one(array + ".3", 1), "reverb", array + ".3"), "a dot is no slash")
    ok(wire.one("/reverb/param/matrix_type", "hadamard")[1][1].lower() == "hadamard", "a choice is set by name")
    ok(wire.one("/reverb/param/pre_delay", "20 ms")[1][0] == 882.0, "a value is set as text with a unit")


def main() -> int:
    """Run all checks."""
    with home() as folder:
        for effect, key in EFFECTS.items():
            with playing(effect) as player:
                wire = Wire(player.ports[0])
                wire.send(encode("/vstkit/ping"))
                pong = wire.until("/vstkit/pong")
                good = pong[:2] == [player.ids[0], effect] and pong[4] == player.ports[0]
                ok(good, f"{effect}: ping gives id, effect, name, version, port", pong)
                check_values(effect, key, wire, player)
                check_lists(effect, wire)
                check_pattern(effect, key, wire)
                check_steps(effect, key, wire, player)
                check_presets(effect, key, wire, folder)
                check_state(effect, key, wire)
                check_bundle(effect, wire, player)
                check_subscription(effect, key, wire, player)
                check_time(effect, key, wire)
                if effect == "reverb":
                    check_arrays(wire)
                ok(wire.longest <= 1400, f"{effect}: no answer is longer than 1400 bytes", wire.longest)
            (folder / ".local/share/vstkit/presets" / effect / "My own.json").unlink()
    return done()


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
