# SPDX-License-Identifier: ISC
"""Who else reaches an effect that runs as a program: OSC, and a session manager."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from pathlib import Path

from running import PATIENCE, Running

from harness import Bench, main  # isort: skip

NULL = ("--backend", "null", "--fresh")


def text(value: str) -> bytes:
    data = value.encode() + b"\0"
    return data + b"\0" * (-len(data) % 4)


def message(address: str, *args: str | int) -> bytes:
    types = "," + "".join("s" if isinstance(arg, str) else "i" for arg in args)
    return text(address) + text(types) + b"".join(text(arg) if isinstance(arg, str) else struct.pack(">i", arg) for arg in args)


def parse(data: bytes) -> tuple[str, list[str | int]]:
    """Return address and arguments of a message of texts and integers."""

    def take() -> str:
        nonlocal data
        end = data.index(b"\0")
        value, data = data[:end].decode(), data[end // 4 * 4 + 4 :]
        return value

    address, types, args = take(), take(), []
    for kind in types[1:]:
        if kind == "s":
            args.append(take())
        else:
            args.append(struct.unpack(">i", data[:4])[0])
            data = data[4:]
    return address, args


def test_osc(bench: Bench) -> None:
    """`--osc` opens the wire for this run, and `vstkit live` finds the program there."""
    bench.env["XDG_RUNTIME_DIR"] = str(bench.fresh("runtime"))
    os.chmod(bench.env["XDG_RUNTIME_DIR"], 0o700)
    run = Running(bench, "lossy", *NULL, "--osc", 9400, "--name", "stage")
    run.wait(lambda status: status["processed"] > 0)
    found = bench.run("live", "list", "--json").json
    bench.tap.ok(len(found) == 1 and found[0]["effect"] == "lossy" and found[0]["port"] >= 9400, f"it is found: {found}")
    bench.expect(0, "vstkit live set", "live", "set", "loss=0.375")
    bench.tap.ok(run.get("loss") == 0.375, "a value comes over the wire")
    bench.expect(0, "vstkit live preset", "live", "preset", "load", "dial_up_mp3")
    bench.tap.ok("Dial" in run.status().get("preset", ""), "and so does a preset")
    bench.expect(0, "vstkit live undo", "live", "undo")
    bench.tap.ok(run.get("loss") == 0.375, "which can be undone")
    bench.tap.ok(run.end() == 0 and not list(Path(bench.env["XDG_RUNTIME_DIR"]).rglob("*.json")), "and it leaves nothing behind")
    run = Running(bench, "lossy", *NULL)
    run.wait(lambda status: status["processed"] > 0)
    bench.tap.ok(bench.run("live", "list", "--json").json == [], "without --osc nobody reaches it")
    run.end()


def test_manager(bench: Bench) -> None:
    """A session manager opens, hears of changes, has it save, and ends it."""
    manager = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    manager.bind(("127.0.0.1", 0))
    manager.settimeout(20)
    env = {**bench.env, "NSM_URL": f"osc.udp://localhost:{manager.getsockname()[1]}/"}
    run = Running(bench, "gain", "--backend", "null", env=env)
    data, client = manager.recvfrom(65536)
    address, args = parse(data)
    right = address == "/nsm/server/announce" and ":switch:" in str(args[1]) and args[3:5] == [1, 1] and args[5] == run.process.pid
    bench.tap.ok(right, f"it announces itself: {args}")
    manager.sendto(message("/reply", "/nsm/server/announce", "hello", "test", ":server-control:dirty:"), client)

    def receive(wanted: str) -> list[str | int]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            address, args = parse(manager.recvfrom(65536)[0])
            if wanted in (address, args[0] if args else ""):
                return [address, *args]
        return []

    first, second = bench.path("nsm/one"), bench.path("nsm/two")
    manager.sendto(message("/nsm/client/open", str(first), "Gain", "nABCD"), client)
    bench.tap.ok(receive("/nsm/client/open")[0] == "/reply", "it opens a session")
    run.say("set gain -12")
    bench.tap.ok(receive("/nsm/client/is_dirty") == ["/nsm/client/is_dirty"], "a change is told")
    manager.sendto(message("/nsm/client/save"), client)
    bench.tap.ok(receive("/nsm/client/save")[0] == "/reply", "it saves")
    saved = json.loads(first.with_suffix(".json").read_text("utf-8"))
    bench.tap.ok(saved["state"]["gain"] == -12.0, "in the manager's folder")
    manager.sendto(message("/nsm/client/open", str(second), "Gain", "nABCE"), client)
    bench.tap.ok(receive("/nsm/client/open")[0] == "/reply", "it switches to another session")
    run.say("set gain -3")
    run.wait(lambda status: True)
    manager.sendto(message("/nsm/client/open", str(first), "Gain", "nABCD"), client)
    receive("/nsm/client/open")
    bench.tap.ok(run.get("gain") == -12.0, "and back")
    manager.sendto(b"nonsense", client)
    manager.sendto(message("/nsm/client/open"), client)
    bench.tap.ok(receive("/nsm/client/open")[0] == "/error", "an order without a path is refused")
    run.process.terminate()
    bench.tap.ok(run.end(None) == 0, "SIGTERM ends it")
    bench.tap.ok(not bench.path("data/vstkit/standalone/gain.json").exists(), "and its own session is not touched")
    done = bench.run("play", "gain", "--backend", "null", "--list-devices", env={**bench.env, "NSM_URL": "nonsense"})
    bench.tap.ok(done.code == 0, "a manager that is none does no harm")


if __name__ == "__main__":
    main(test_osc, test_manager)
