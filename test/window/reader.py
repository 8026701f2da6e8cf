# SPDX-License-Identifier: ISC
"""A screen reader that walks through the window of every effect: on a bus and a display of its own (test_reader.py)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from queue import Queue
from typing import Any

import dbus
import pyatspi

PROGRAM = sys.argv[1]
PATIENCE = 60.0  # s, on a busy machine
ACCESSIBLE = "org.a11y.atspi.Accessible"
count = failed = 0


def ok(passed: object, text: str) -> None:
    global count, failed
    count += 1
    failed += not passed
    print(f"{'' if passed else 'not '}ok {count} - {text}", flush=True)


def wait(until: Any, what: str) -> Any:
    """Return what `until` does once that is something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            found = until()
        except Exception:  # noqa: BLE001 (what was looked at may have gone)
            found = None
        if found:
            return found
        time.sleep(0.05)
    print(f"# waited in vain for {what}", flush=True)
    return None


class Program:
    """An effect's program, told what to do by lines."""

    def __init__(self, effect: str) -> None:
        words = [PROGRAM, "play", effect, "--backend", "null", "--quiet"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lines: Queue[str] = Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.put(line)

    def say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")

    def get(self, key: str) -> float:
        self.say(f"get {key}")
        return float(self.lines.get(timeout=PATIENCE).split()[1])

    def end(self) -> int:
        self.say("quit")
        return self.process.wait(timeout=PATIENCE)


def application(name: str) -> Any:
    for one in pyatspi.Registry.getDesktop(0):
        if one and one.name == name:
            return one
    return None


def walk(node: Any) -> list[Any]:
    found = [node]
    for child in node:
        if child:
            found += walk(child)
    return found


def controls(frame: Any) -> dict[str, Any]:
    """Controls of the page that is shown, by the parameter's key."""
    return {node.get_accessible_id(): node for node in walk(frame) if "Value" in node.get_interfaces() and node.get_accessible_id()}


def tabs(frame: Any) -> list[Any]:
    return [node for node in walk(frame) if node.getRole() == pyatspi.ROLE_PAGE_TAB]


def rows(effect: str) -> dict[str, Any]:
    """Parameters of the table, one for each element."""
    table = json.loads(subprocess.run([PROGRAM, "params", effect, "--json"], capture_output=True, text=True, check=True).stdout)
    found = {}
    for row in table["params"]:
        for element in range(row["count"]):
            found[row["key"] if row["count"] == 1 else f"{row['key']}.{element + 1}"] = row
    return found


def default_of(key: str, row: Any) -> float:
    return float(row["default"][int(key.split(".")[1]) - 1] if isinstance(row["default"], list) else row["default"])


def role_fits(row: Any, node: Any) -> bool:
    if row["choices"]:
        return bool(node.getRole() == pyatspi.ROLE_COMBO_BOX)
    return node.getRole() in (pyatspi.ROLE_SLIDER, pyatspi.ROLE_SPIN_BUTTON, pyatspi.ROLE_COMBO_BOX)


def check_node(program: Program, key: str, row: Any, node: Any) -> str:
    """Return what is wrong with a control, or nothing."""
    value = node.queryValue()
    state = node.getState()
    wrong = []
    if not node.name.startswith(row["short_name"]) and not node.name.startswith(row["name"]):
        wrong.append(f"name {node.name!r}")
    if not role_fits(row, node):
        wrong.append(f"role {node.getRoleName()}")
    if (value.minimumValue, value.maximumValue) != (row["min"], row["max"]):
        wrong.append(f"range {value.minimumValue}-{value.maximumValue}")
    expected = default_of(key, row) if "state_only" in row["flags"] else program.get(key)
    if abs(value.currentValue - expected) > 1e-6 * max(1.0, abs(expected)):
        wrong.append(f"value {value.currentValue}, not {expected}")
    if not state.contains(pyatspi.STATE_FOCUSABLE) or not state.contains(pyatspi.STATE_SHOWING):
        wrong.append("states")
    if not node.queryText().getText(0, -1) or not node.description:
        wrong.append("no text")
    size = node.queryComponent().getSize()
    if size[0] <= 0 or size[1] <= 0:
        wrong.append("no size")
    return f"{key}: {', '.join(wrong)}" if wrong else ""


def check_walk(program: Program, frame: Any, table: dict[str, Any]) -> None:
    """Show every page by its tab's action and read all that is on it."""
    seen: set[str] = set()
    wrong: list[str] = []
    for number in range(max(1, len(tabs(frame)))):
        there = tabs(frame)
        if there:
            there[number].queryAction().doAction(0)
            wait(lambda n=number: tabs(frame)[n].getState().contains(pyatspi.STATE_SELECTED), "the page")
        for key, node in controls(frame).items():
            if key in table and key not in seen:
                seen.add(key)
                wrong.append(check_node(program, key, table[key], node))
    wrong = [text for text in wrong if text]
    ok(len(seen) == len(table), f"a reader finds {len(seen)} of {len(table)} parameters on {max(1, len(tabs(frame)))} pages")
    ok(not wrong, f"name, role, value and range are the table's {wrong[:4]}")


def check_edit(program: Program, frame: Any, table: dict[str, Any]) -> None:
    """Set one, by value; undo it by an action; see one set elsewhere; toggle the bypass."""
    if tabs(frame):
        tabs(frame)[0].queryAction().doAction(0)
    key, node = wait(lambda: next(((k, n) for k, n in controls(frame).items() if n.getRole() == pyatspi.ROLE_SLIDER)), "a knob")
    value = node.queryValue()
    before = value.currentValue
    low, high = value.minimumValue, value.maximumValue
    whole = table[key]["kind"] == "int"
    to = low + (high - low) * 0.75
    to = float(round(to)) if whole else to
    value.currentValue = to
    ok(wait(lambda: abs(program.get(key) - to) < 1e-6 * max(1.0, abs(to)), "the value"), f"{key} is set through its value")
    undo = next(one for one in walk(frame) if one.name == "Undo" and one.getRole() == pyatspi.ROLE_PUSH_BUTTON)
    ok(undo.queryAction().getName(0) == "press" and undo.queryAction().doAction(0), "Undo has an action")
    ok(wait(lambda: abs(program.get(key) - before) < 1e-9, "the undoing"), "and one undoes it: it was one step")
    told: list[Any] = []

    def take_event(event: Any) -> None:
        if event.source == node:
            told.append(event.any_data)
            pyatspi.Registry.stop()

    pyatspi.Registry.registerEventListener(take_event, "object:property-change:accessible-value")
    to = low + (high - low) * 0.25
    to = float(round(to)) if whole else to
    program.say(f"set {key} {to}")
    timer = threading.Timer(PATIENCE, pyatspi.Registry.stop)
    timer.start()
    pyatspi.Registry.start()
    timer.cancel()
    pyatspi.Registry.deregisterEventListener(take_event, "object:property-change:accessible-value")
    ok(told and abs(value.currentValue - to) < 1e-6 * max(1.0, abs(to)), f"what is set elsewhere is told: {told[-1:]}")
    ok(node.queryComponent().grabFocus(), "a control takes the focus")
    ok(wait(lambda: node.getState().contains(pyatspi.STATE_FOCUSED), "the focus"), "and says so")
    switch = next(one for one in walk(frame) if one.getRole() == pyatspi.ROLE_TOGGLE_BUTTON)
    was = switch.getState().contains(pyatspi.STATE_CHECKED)
    switch.queryAction().doAction(0)
    ok(
        wait(lambda: switch.getState().contains(pyatspi.STATE_CHECKED) != was, "the switch"), f"{switch.name} is toggled by its action"
    )


def check_hostile(bus: Any, name: str) -> None:
    """Calls that make no sense get errors, and the window lives."""
    properties = "org.freedesktop.DBus.Properties"
    text = dbus.String("x", variant_level=1)
    calls = [
        ("/org/a11y/atspi/accessible/root", ACCESSIBLE, "GetChildAtIndex", "i", [-1]),
        ("/org/a11y/atspi/accessible/root", ACCESSIBLE, "GetChildAtIndex", "s", ["x"]),
        ("/org/a11y/atspi/accessible/root", ACCESSIBLE, "Nothing", "", []),
        ("/org/a11y/atspi/accessible/99999999999999999999", ACCESSIBLE, "GetRole", "", []),
        ("/org/a11y/atspi/accessible/0", ACCESSIBLE, "GetRole", "", []),
        ("/org/a11y/atspi/accessible/1", "org.a11y.atspi.Value", "Set", "", []),
        ("/org/a11y/atspi/accessible/1", "org.a11y.atspi.Component", "GetExtents", "u", [77]),
        ("/org/a11y/atspi/accessible/1", properties, "Get", "s", ["x"]),
        ("/org/a11y/atspi/accessible/1", properties, "Set", "ssv", [ACCESSIBLE, "Name", text]),
        ("/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItem", "", []),
        ("/elsewhere", ACCESSIBLE, "GetRole", "", []),
    ]
    errors = 0
    for path, interface, member, signature, arguments in calls:
        try:
            bus.call_blocking(name, path, interface, member, signature, arguments, timeout=PATIENCE)
            print(f"# {interface}.{member} of {path} was answered", flush=True)
        except dbus.DBusException as error:
            errors += error.get_dbus_name() in ("org.freedesktop.DBus.Error.InvalidArgs", "org.freedesktop.DBus.Error.UnknownObject")
    ok(errors == len(calls), f"{errors} of {len(calls)} senseless calls get errors")


def check_effect(bus: Any, effect: str) -> None:
    table = rows(effect)
    title = json.loads(subprocess.run([PROGRAM, "params", effect, "--json"], capture_output=True, text=True, check=True).stdout)["name"]
    program = Program(effect)
    app = wait(lambda: application(title), title)
    ok(app and app.getRole() == pyatspi.ROLE_APPLICATION and app.toolkitName == "VstKit", f"{effect}: the window is an application")
    if app:
        frame = app[0]
        ok(frame.getRole() == pyatspi.ROLE_FRAME and frame.name == title, "which has a frame")
        check_walk(program, frame, table)
        check_edit(program, frame, table)
        check_hostile(bus, app.bus_name if hasattr(app, "bus_name") else app.app.bus_name)
        ok(len(controls(frame)) > 0, "and the window goes on")
    ok(program.end() == 0, "it quits")
    ok(wait(lambda: application(title) is None, "its leaving"), "and is gone from the desktop")


def main() -> int:
    session = dbus.SessionBus()
    launcher = session.get_object("org.a11y.Bus", "/org/a11y/bus")
    launcher.Set("org.a11y.Status", "IsEnabled", True, dbus_interface="org.freedesktop.DBus.Properties")
    bus = dbus.connection.Connection(str(launcher.GetAddress(dbus_interface="org.a11y.Bus")))
    bus.call_blocking("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", "", [])
    pyatspi.Atspi.set_timeout(int(PATIENCE * 1000), int(PATIENCE * 1000))
    for effect in sys.argv[2:]:
        check_effect(bus, effect)
    print(f"1..{count}", flush=True)
    return 1 if failed else 0


sys.exit(main())
