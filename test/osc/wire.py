# SPDX-License-Identifier: ISC
"""A player of plugins, and OSC to reach it: what the tests of this folder share.  Nothing of liblo is used here."""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BUILD = Path(os.environ["VSTKIT_BUILD_ROOT"])
PLAYER = BUILD / "test/osc/osc_player"
VSTKIT = BUILD / "apps/cli/vstkit"
PATIENCE = 20.0  # Seconds until something that must come counts as lost
Message = tuple[str, list[Any]]
checks = 0
failures = 0


def ok(passed: object, text: str, output: object = "") -> bool:
    """Print one TAP line, and what is behind a failure."""
    global checks, failures
    checks += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {checks} - {text}")
    for line in [] if passed else str(output).splitlines()[-30:]:
        print(f"# {line}")
    return bool(passed)


def skip(text: str, why: str) -> None:
    """Print a check that cannot be made here."""
    global checks
    checks += 1
    print(f"ok {checks} - {text} # SKIP {why}")


def done() -> int:
    """Print the plan; return main()'s exit status."""
    print(f"1..{checks}")
    return 1 if failures or not checks else 0


def pad(data: bytes) -> bytes:
    """Fill up to a multiple of four."""
    return data + b"\0" * (-len(data) % 4)


def text(value: str | bytes) -> bytes:
    """Encode a string."""
    return pad((value.encode() if isinstance(value, str) else value) + b"\0")


class Typed:
    """A value that goes as a given type."""

    def __init__(self, tag: str, value: Any = None) -> None:
        self.tag, self.value = tag, value


def encode(address: str | bytes, *args: Any) -> bytes:
    """Encode a message; a float goes as a double, an int as 32 bits."""
    tags, data = b",", b""
    for arg in args:
        if isinstance(arg, Typed):
            tag, value = arg.tag, arg.value
        else:
            tag, value = {float: "d", int: "i", str: "s", bytes: "b", bool: "T" if arg else "F"}[type(arg)], arg
        tags += tag.encode()
        if tag in "ifdhtcm":
            data += struct.pack({"i": ">i", "f": ">f", "d": ">d", "h": ">q", "t": ">Q", "c": ">i", "m": ">I"}[tag], value)
        elif tag in "sS":
            data += text(value)
        elif tag == "b":
            data += struct.pack(">I", len(value)) + pad(value)
    return text(address) + text(tags) + data


def bundle(*parts: bytes, tag: int = 1) -> bytes:
    """Encode a bundle of encoded parts."""
    return b"#bundle\0" + struct.pack(">Q", tag) + b"".join(struct.pack(">I", len(part)) + part for part in parts)


def decode(data: bytes) -> Message:
    """Decode a message."""

    def string(at: int) -> tuple[str, int]:
        end = data.index(b"\0", at)
        return data[at:end].decode(), (end // 4 + 1) * 4

    address, at = string(0)
    tags, at = string(at)
    args: list[Any] = []
    for tag in tags[1:]:
        if tag == "s":
            value, at = string(at)
            args.append(value)
        else:
            form = {"i": ">i", "f": ">f", "d": ">d"}[tag]
            args.append(struct.unpack_from(form, data, at)[0])
            at += struct.calcsize(form)
    assert at == len(data), "a message ends with its arguments"
    return address, args


class Wire:
    """A socket that speaks to one instance."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.longest = 0  # Bytes of an answer

    def send(self, data: bytes) -> None:
        """Send a packet."""
        self.socket.sendto(data, ("127.0.0.1", self.port))

    def send_message(self, address: str, *args: Any) -> None:
        """Send a message that is answered later."""
        self.send(encode(address, *args))

    def receive(self) -> Message:
        """Wait for a message."""
        data, sender = self.socket.recvfrom(65536)
        assert sender == ("127.0.0.1", self.port), "answers come from the instance's own port"
        self.longest = max(self.longest, len(data))
        return decode(data)

    def until(self, address: str, found: Callable[[list[Any]], bool] = lambda _: True) -> list[Any]:
        """Wait for a message at an address; return its arguments."""
        while True:
            got, args = self.receive()
            if got == address and found(args):
                return args

    def exchange(self, data: bytes) -> list[Message]:
        """Send a packet; return all that came until the instance had gone on to the next."""
        self.send(data)
        self.send(encode("/vstkit/ping"))
        answers = []
        while (message := self.receive())[0] != "/vstkit/pong":
            answers.append(message)
        return answers

    def ask(self, address: str, *args: Any) -> list[Message]:
        """Send a message; return the answers."""
        return self.exchange(encode(address, *args))

    def one(self, address: str, *args: Any) -> Message:
        """Send a message that has one answer."""
        answers = self.ask(address, *args)
        return answers[0] if len(answers) == 1 else (f"{len(answers)} answers", [answers])

    def settle(self) -> None:
        """Wait for the end of a flood, in which packets are lost: until the instance answers, and nothing comes any more."""
        self.socket.settimeout(0.3)
        quiet = answered = False
        while not (quiet and answered):
            try:
                answered = self.receive()[0] == "/vstkit/pong" or answered
                quiet = False
            except TimeoutError:
                quiet = True
                if not answered:
                    self.send(encode("/vstkit/ping"))
        self.socket.settimeout(PATIENCE)

    def drain(self) -> list[Message]:
        """Take what has come by now."""
        return self.exchange(b"\0\0\0\0")


class Player:
    """A process that plays plugins."""

    def __init__(self, effect: str, n: int = 1, env: dict[str, str] | None = None, before: Callable[[], None] | None = None) -> None:
        words = [str(PLAYER), effect, str(n)]
        whole = {**os.environ, **(env or {})}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=whole, preexec_fn=before)
        self.status = [self.read() for _ in range(n)]
        self.ports = [int(line.split()[1]) for line in self.status]
        self.ids = [line.split()[2].split("|")[0] for line in self.status]

    def read(self) -> str:
        """Read a line of what it prints."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, "the player lives"
        return line.rstrip("\n")

    def say(self, line: str) -> str:
        """Give a command; return the line that it prints."""
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read()

    def save(self, index: int = 0) -> str:
        """Return the state as the host saves it."""
        size = int(self.say(f"save {index}"))
        assert self.process.stdout
        return self.process.stdout.read(size + 1)[:size]

    def quit(self) -> tuple[int, str]:
        """End it; return its exit status and what it complained of."""
        if self.process.poll() is None:
            _, errors = self.process.communicate("quit\n", timeout=60)
        else:
            errors = self.process.stderr.read() if self.process.stderr else ""
        return self.process.returncode, errors


@contextmanager
def home() -> Iterator[Path]:
    """Give every process that is started a home of its own, with a runtime folder."""
    folder = Path(tempfile.mkdtemp(prefix="vstkit-osc-"))
    (folder / "run").mkdir(mode=0o700)
    before = dict(os.environ)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "VSTKIT_OSC"):
        os.environ.pop(name, None)
    os.environ.update({"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder / "run"), "VSTKIT_OSC": free_port()})
    try:
        yield folder
    finally:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> str:
    """Return a port from which on some are free, apart from those that other tests use."""
    for first in range(20000 + os.getpid() % 200 * 200, 64000, 100):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", first))
            except OSError:
                continue
            return str(first)
    raise RuntimeError("no port is free")


@contextmanager
def playing(effect: str, n: int = 1, env: dict[str, str] | None = None) -> Iterator[Player]:
    """Run a player; afterwards it must have ended well, with nothing left in the runtime folder's list."""
    player = Player(effect, n, env)
    try:
        yield player
    finally:
        status, errors = player.quit()
        if sys.exc_info()[0] is None and (status or "Sanitizer" in errors):
            ok(False, f"the player of {effect} ends well", f"{status}\n{errors}")


def found() -> list[dict[str, Any]]:
    """Return what the discovery files say."""
    folder = Path(os.environ.get("XDG_RUNTIME_DIR", Path(os.environ["HOME"]) / ".cache")) / "vstkit"
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("[0-9]*-????????????????.json"))]
