#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Look at the switch, ports, discovery files, ids and threads of instances, alone and in company, as TAP."""

import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from wire import PATIENCE, PLAYER, Player, Wire, done, encode, found, home, ok, playing, skip

ELSEWHERE = ("10.9.8.7", "192.0.2.5", "127.0.0.2")  # Of a network of our own
NOT_PERMITTED = 77


def wait_for(what: Callable[[], object]) -> bool:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def threads_of(player: Player) -> list[str]:
    """Return the open sockets of a process, and how many threads it has."""
    player.say("status 0")  # All have started
    folder = Path(f"/proc/{player.process.pid}")
    sockets = [os.readlink(path) for path in (folder / "fd").iterdir() if "socket" in os.readlink(path)]
    return [*sockets, *(str(path) for path in (folder / "task").iterdir())]


def check_off(folder: Path) -> None:
    """Off by default: no socket, no thread, no ring."""
    os.environ.pop("VSTKIT_OSC")
    with playing("lossy", 2) as player:
        off = threads_of(player)
        ok(player.ports == [0, 0] and player.ids == ["", ""], "off by default")
        ok(not any("socket" in name for name in off), "off: no socket", off)
        ok(not (folder / "run/vstkit").exists(), "off: no file")
        ok("osc_id" not in player.save(), "off: no note in the state")
    os.environ["VSTKIT_OSC"] = "0"
    with playing("lossy", 2) as player:
        still = len(threads_of(player))
        ok(still == len(off), "VSTKIT_OSC=0 is off")
    os.environ["VSTKIT_OSC"] = os.environ["FIRST"]
    with playing("lossy", 2) as player:
        on = threads_of(player)
        ok(sum("socket" in name for name in on) == 2 and len(on) == len(off) + 3, "on: a socket an instance, one thread for all", on)


def check_switch(folder: Path) -> None:
    """Settings and the switch."""
    os.environ.pop("VSTKIT_OSC")
    settings = folder / ".config/vstkit/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"theme": "dark", "osc": {"enabled": True, "port": int(os.environ["FIRST"]) + 7}}), "utf-8")
    with playing("gain") as player:
        ok(player.ports == [int(os.environ["FIRST"]) + 7], "settings.json switches it on, with a port", player.status)
        ok(player.say("switch 0") == "0", "the switch switches it off")
        ok(not found() and player.say("status 0").startswith("0 0 |"), "no socket and no file are left")
        saved = json.loads(settings.read_text("utf-8"))
        ok(saved["osc"]["enabled"] is False and saved["theme"] == "dark", "settings.json says so, all else in it kept", saved)
        ok(player.say("switch 1") == "0" and len(found()) == 1, "and on again")
    for bad in ("{", "[1]", '{"osc": {"enabled": 1}}', '{"osc": {"enabled": true, "port": 80}}', '{"osc": 7}'):
        settings.write_text(bad, "utf-8")
        player = Player("gain")
        player.say("switch 1") if bad in ("{", "[1]") else None
        status, errors = player.quit()
        kept = settings.read_text("utf-8") == bad
        ok(
            status == 0 and kept and player.ports == [0] and (bad == "[1]" or "settings.json" in errors),
            f"settings.json {bad}: off, and it says why",
            errors,
        )
    settings.unlink()
    for bad in ("banana", "99999", "80", "-1", "1e9", "9000x"):
        os.environ["VSTKIT_OSC"] = bad
        player = Player("gain")
        status, errors = player.quit()
        ok(status == 0 and player.ports == [0] and f"VSTKIT_OSC={bad}" in errors, f"VSTKIT_OSC={bad}: off, and it says why", errors)
    os.environ["VSTKIT_OSC"] = os.environ["FIRST"]


def check_discovery(folder: Path) -> None:
    """Discovery: a file, 0600 in a folder 0700, written atomically, removed at exit."""
    with playing("reverb") as player:
        player.say("track 0 Vocals")
        ok(wait_for(lambda: found()[0]["track"] == "Vocals"), "the track's name is told")
        (entry,) = found()
        expected = {
            "id": player.ids[0], "effect": "reverb", "name": "Reverb: Vocals", "track": "Vocals", "format": "test", "host": "osc_player",
            "pid": player.process.pid, "port": player.ports[0], "sample_rate": 48000.0, "channels": [2, 2], "version": entry["version"],
        }  # fmt: skip
        ok(entry == expected, "the file tells id, effect, name, track, format, host, pid, port, rate, channels, version", entry)
        runtime = folder / "run/vstkit"
        names = [path.name for path in runtime.iterdir()]
        ok(names == [f"{player.process.pid}-{player.ids[0]}.json"], "its name is PID-ID.json, and nothing is beside it", names)
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (runtime, runtime / names[0])]
        ok(modes == [0o700, 0o600], "it is the user's alone", list(map(oct, modes)))
    ok(not found(), "it is gone when the instance is")


def check_killed() -> None:
    """A host that is killed leaves nothing that the next start does not clean."""
    first = Player("gain", 3)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    ok(len(found()) == 3, "kill -9 leaves files")
    with playing("gain") as player:
        ok([entry["pid"] for entry in found()] == [player.process.pid], "which the next start removes")
        ok(player.ports[0] == first.ports[0], "and the ports are free again")


def check_many() -> None:
    """Two instances, ten instances, two programs: each has its port, its file and its own values."""
    with playing("lossy", 10) as one, playing("reverb", 2) as two:
        ports, ids = one.ports + two.ports, one.ids + two.ids
        ok(len(set(ports)) == 12 and len(set(ids)) == 12, "ten instances and two, in two programs: each has its port and its id")
        ok({entry["port"]: entry["id"] for entry in found()} == dict(zip(ports, ids, strict=True)), "and its file")
        wires = [Wire(port) for port in ports]
        keys = ["/lossy/param/loss"] * 10 + ["/reverb/param/wet_dry"] * 2
        for i, (wire, key) in enumerate(zip(wires, keys, strict=True)):
            wire.ask(key, i / 16)
        values = [wire.one(key)[1][0] for wire, key in zip(wires, keys, strict=True)]
        ok(values == [i / 16 for i in range(12)], "and its own values", values)


def check_ports() -> None:
    """A port that another program has; all hundred taken."""
    first = int(os.environ["FIRST"])
    taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    taken.bind(("127.0.0.1", first))
    with playing("gain") as player:
        ok(player.ports == [first + 1], "a port that another program has is left alone", player.ports)
    others = []
    for port in range(first + 1, first + 100):
        others.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        others[-1].bind(("127.0.0.1", port))
    player = Player("gain")
    status, errors = player.quit()
    ok(
        player.ports == [0] and status == 0 and "taken" in errors,
        "all hundred taken: the plugin runs, and says why it cannot be reached",
        errors,
    )
    for other in [taken, *others]:
        other.close()


def check_address() -> None:
    """Only 127.0.0.1."""
    with playing("gain") as player:
        listing = Path(f"/proc/{player.process.pid}/net/udp").read_text("utf-8")
        mine = [line.split()[1] for line in listing.splitlines()[1:] if line.split()[1].endswith(f":{player.ports[0]:04X}")]
        ok(mine == [f"0100007F:{player.ports[0]:04X}"], "the socket is bound to 127.0.0.1 alone", mine)
    words = [sys.executable, __file__, "--elsewhere"]
    run = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    if run.returncode == NOT_PERMITTED:
        skip("the machine's other addresses", "network namespaces are not permitted here")
    else:
        good = run.returncode == 0 and len(lines) == 1 + len(ELSEWHERE)
        ok(good and all(line.endswith(": nobody there") for line in lines[1:]), "the machine's other addresses lead nowhere", run)
        ok(good and lines[0].endswith(": answers"), "and 127.0.0.1 leads to the plugin", run)


def enter_empty_network() -> bool:
    """Go to a network of our own, which has 127.0.0.1 and ELSEWHERE; return False where that is not permitted."""
    new_network, new_user = 0x40000000, 0x10000000
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(new_network) and libc.unshare(new_network | new_user):
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for number, address in enumerate(["127.0.0.1", *ELSEWHERE]):
            name = b"lo" + (b":%d" % number if number else b"")
            where = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(control, 0x8916, struct.pack("16s16s8x", name, where))  # SIOCSIFADDR
            fcntl.ioctl(control, 0x8914, struct.pack("16sH22x", name, 0x41))  # SIOCSIFFLAGS: up, running
    return True


def call(address: str, port: int) -> str:
    """Ping an address from itself; return what came of it: the system says at once where nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(PATIENCE)
        probe.bind((address, 0))
        probe.connect((address, port))
        try:
            probe.send(encode("/vstkit/ping"))
            return "answers" if probe.recv(1000) else "?"
        except ConnectionRefusedError:
            return "nobody there"
        except OSError as error:
            return str(error)


def elsewhere() -> int:
    """Print what comes of a call to each address in a network of our own."""
    try:
        if not enter_empty_network():
            return NOT_PERMITTED
    except PermissionError:
        return NOT_PERMITTED
    with playing("gain") as player:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as open_to_all:  # So that the calls are known to get somewhere
            open_to_all.bind(("0.0.0.0", 0))
            for address in ELSEWHERE:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.sendto(address.encode(), (address, open_to_all.getsockname()[1]))
                assert open_to_all.recv(100) == address.encode()
        for address in ["127.0.0.1", *ELSEWHERE]:
            print(f"{address}: {call(address, player.ports[0])}", flush=True)
    return 0


def check_fork() -> None:
    """A child of a host has neither port nor file of its parent's, which goes on; it may begin anew."""
    with playing("lossy", 2) as player:
        before = found()
        stop = threading.Event()

        def ask_on() -> None:
            wire = Wire(player.ports[1])
            while not stop.is_set():
                wire.ask("/lossy/params")

        asker = threading.Thread(target=ask_on)
        asker.start()
        results = [player.say("fork") for _ in range(20)]
        stop.set()
        asker.join()
        ok(results == ["0"] * 20, "20 forks while the bridge is at work: no child has its sockets, each may begin its own", results)
        ok(found() == before, "the parent's files stay, and no child's", found())
        ok(Wire(player.ports[0]).one("/lossy/param/loss", 0.5)[1][0] == 0.5, "and it answers as before")


def check_saved(folder: Path) -> None:
    """The id and the port are kept in the state."""
    state = folder / "state.json"
    with playing("lossy", 3) as player:
        state.write_text(player.save(2), "utf-8")
        saved = json.loads(state.read_text("utf-8"))["vstkit_plugin"]
        ok(saved["osc_id"] == player.ids[2] and saved["osc_port"] == str(player.ports[2]), "the state keeps id and port", saved)
        ident, port = player.ids[2], player.ports[2]
    with playing("lossy", 2) as player:
        player.say(f"load 0 {state}")
        ok(wait_for(lambda: f" {port} {ident}|" in player.say("status 0")), "a state that comes brings them", player.say("status 0"))
        ok(wait_for(lambda: {entry["id"]: entry["port"] for entry in found()}.get(ident) == port), "and the file follows", found())
        player.say(f"load 1 {state}")
        wire = Wire(player.ports[1])
        wire.drain()
        ok(wait_for(lambda: json.loads(player.save(1))["vstkit_plugin"]["osc_id"] == player.ids[1]), "a copy keeps an id of its own")
        with playing("lossy") as other:
            other.say(f"load 0 {state}")
            kept = wait_for(lambda: json.loads(other.save(0))["vstkit_plugin"]["osc_id"] == other.ids[0])
            ok(kept and other.say("status 0").split()[1] == str(other.ports[0]), "and so does one in another program")
        for bad in ("../../../../x", "0" * 15, "A" * 16, "0" * 17, "%s", ""):
            state.write_text(json.dumps({"loss": 0.5, "vstkit_plugin": {"osc_id": bad, "osc_port": "80"}}), "utf-8")
            player.say(f"load 1 {state}")
            kept = wait_for(lambda: json.loads(player.save(1))["vstkit_plugin"].get("osc_id") == player.ids[1])
            if not kept or not player.say("status 1").startswith(f"1 {player.ports[1]} {player.ids[1]}|"):
                ok(False, f"a state with the id {bad!r} changes nothing", player.say("status 1"))
    ok(not found(), "nothing is left")


def check_no_folder(folder: Path) -> None:
    """No XDG_RUNTIME_DIR, a read-only home, a folder of somebody else's."""
    runtime = os.environ.pop("XDG_RUNTIME_DIR")
    with playing("gain") as player:
        ok((folder / f".cache/vstkit/{player.process.pid}-{player.ids[0]}.json").exists(), "without XDG_RUNTIME_DIR: the cache folder")
    shutil.rmtree(folder / ".cache")
    blocked = folder / "blocked"
    blocked.write_text("no folder", "utf-8")
    for name, home_now in {"a home that is a file": str(blocked), "/proc as home": "/proc"}.items():
        player = Player("gain", env={"HOME": home_now})
        answers = Wire(player.ports[0]).one("/gain/param/gain", 1.0)
        status, errors = player.quit()
        good = answers[1][0] == 1.0 and status == 0 and "found by name" in errors
        ok(good, f"{name}: reached by its port all the same, and it says what is wrong", errors)
    os.environ["XDG_RUNTIME_DIR"] = runtime
    shutil.rmtree(folder / "run/vstkit", ignore_errors=True)
    trap = Path(tempfile.mkdtemp(prefix="vstkit-trap-"))
    (folder / "run/vstkit").symlink_to(trap)
    player = Player("gain")
    status, errors = player.quit()
    ok(status == 0 and not list(trap.iterdir()) and "found by name" in errors, "a link in place of the folder is not followed", errors)
    (folder / "run/vstkit").unlink()
    (folder / "run/vstkit").mkdir(mode=0o777)
    (folder / "run/vstkit").chmod(0o777)
    with playing("gain"):
        ok(stat.S_IMODE((folder / "run/vstkit").stat().st_mode) == 0o700, "a folder that others could enter is closed")
    trap.rmdir()
    check_read_only(folder)


def check_read_only(folder: Path) -> None:
    """A read-only home, and a read-only runtime folder, seen by somebody who is not root."""
    closed = Path(tempfile.mkdtemp(prefix="vstkit-closed-"))
    closed.chmod(0o555)
    words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    env = {**os.environ, "HOME": str(closed), "XDG_RUNTIME_DIR": str(closed)}
    reachable = subprocess.run([*words, "test", "-x", str(PLAYER)], check=False).returncode == 0
    if not reachable:
        skip("a read-only home", "another user cannot read this tree")
    else:
        run = subprocess.run([*words, str(PLAYER), "gain"], input="status 0\n", capture_output=True, text=True, env=env, check=False)
        ok(run.returncode == 0 and "found by name" in run.stderr, "a read-only home: reached by its port all the same", run.stderr)
    closed.chmod(0o700)
    closed.rmdir()


def main() -> int:
    """Run all checks."""
    with home() as folder:
        os.environ["FIRST"] = os.environ["VSTKIT_OSC"]
        check_off(folder)
        check_switch(folder)
        check_discovery(folder)
        check_killed()
        check_many()
        check_ports()
        check_address()
        check_fork()
        check_saved(folder)
        check_no_folder(folder)
    return done()


if __name__ == "__main__":
    sys.exit(elsewhere() if sys.argv[1:] == ["--elsewhere"] else main())
