#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Send what nobody should send: an error or nothing comes, never a crash, nor a file.  Floods cost nothing that stays.  TAP."""

import math
import random
import subprocess
import sys
from pathlib import Path

from wire import BUILD, PLAYER, Player, Typed, Wire, bundle, done, encode, home, ok, playing, skip

SEEDS = range(1, 41)
LARGEST = 65507
FLOOD = BUILD / "test/osc/osc_flood"
RATE = 100000  # Packets a second
VALID = [
    encode("/lossy/param/loss", 0.5),
    encode("/lossy/param/loss", Typed("f", 0.25)),
    encode("/lossy/param/*", Typed("h", 1)),
    encode("/lossy/preset/load", "dial_up_mp3"),
    encode("/lossy/lock/loss", 0),
    encode("/lossy/ab", "b"),
    encode("/lossy/history", 2),
    encode("/lossy/subscribe", 1),
    encode("/lossy/metrics", 1.0, 1),
    encode("/lossy/state/set", '{"loss": 0.5}'),
    bundle(encode("/lossy/param/loss", 0.5), bundle(encode("/lossy/param/jitter", "0.1"), tag=0x0123456789ABCDEF)),
]
NAMES = ["../../x", "/etc/passwd", "a/b", "..", "x\x00y", "\\x", "con", ".x", "a" * 64000, "\u202e", b"\xff\xfe\xfd", "%s%n%p", ""]


def files_outside(folder: Path) -> list[str]:
    """Return what lies in the home beside the runtime folder."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and "run" not in path.relative_to(folder).parts]


def alive(wire: Wire) -> bool:
    """Tell whether the instance answers, and what it answers is a value."""
    for address in ("/lossy/subscribe", "/lossy/metrics", "/lossy/lock/loss"):
        wire.ask(address, 0)  # Some of what is sent is well formed
    answer = wire.one("/lossy/param/loss", 0.5)
    return answer[0] == "/lossy/param/loss" and answer[1][0] == 0.5


def mutate(rng: random.Random, data: bytes) -> bytes:
    """Break a packet a little."""
    broken = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        kind = rng.randrange(5)
        at = rng.randrange(len(broken)) if broken else 0
        if kind == 0 and broken:
            broken[at] = rng.randrange(256)
        elif kind == 1:
            del broken[at:]
        elif kind == 2:
            broken[at:at] = rng.randbytes(rng.randint(1, 8))
        elif kind == 3:
            broken[at : at + 4] = b"\xff\xff\xff\xff"
        else:
            broken += rng.choice(VALID)
    return bytes(broken)


def check_random(wire: Wire) -> None:
    """Random bytes, truncated and broken packets."""
    n = 0
    for seed in SEEDS:
        rng = random.Random(seed)
        packets = [rng.randbytes(rng.choice([0, 1, 3, 4, 8, 64, 1000])) for _ in range(20)]
        packets += [mutate(rng, rng.choice(VALID)) for _ in range(60)]
        packets += [b"/" + rng.randbytes(40), b"#bundle\0" + rng.randbytes(rng.randrange(80))]
        for packet in packets:
            wire.exchange(packet)
            n += 1
        if not alive(wire):
            ok(False, f"seed {seed}: the instance answers as before")
            return
    for packet in VALID:
        for size in range(len(packet)):
            wire.exchange(packet[:size])
            n += 1
    ok(alive(wire), f"random bytes, broken and truncated packets: {n} of them, and the instance answers as before")


def check_large(wire: Wire) -> None:
    """Huge blobs and texts, wrong lengths."""
    huge = LARGEST - 64
    for what, packet in {
        "a huge blob": encode("/lossy/param/loss", b"x" * (huge // 4 * 4)),
        "a blob longer than its packet": encode("/lossy/param/loss", b"x" * 8).replace(b"\0\0\0\x08", b"\x7f\xff\xff\xff"),
        "a blob of negative length": encode("/lossy/param/loss", b"x" * 8).replace(b"\0\0\0\x08", b"\xff\xff\xff\xf8"),
        "a text of 64 kB": encode("/lossy/param/loss", "y" * huge),
        "a preset's name of 64 kB": encode("/lossy/preset/load", "z" * (huge - 16)),
        "an address of 64 kB": encode("/" + "a" * huge),
        "60000 arguments": b"/lossy/param/loss\0\0\0," + b"T" * 60003 + b"\0" * 4,
        "a key with a NUL": b"/lossy/param/lo\0ss\0\0,f\0\0" + b"\0" * 4,
        "types without a comma": b"/lossy/param/loss\0\0\0fff\0" + b"\0" * 12,
        "no types": b"/lossy/param/loss\0\0\0",
        "unknown types": b"/lossy/param/loss\0\0\0,[]\0",
        "a text that does not end": b"/lossy/param/loss\0\0\0,s\0\0abcd",
    }.items():
        answers = wire.exchange(packet)
        good = all(address == "/lossy/error" or what == "no types" for address, _ in answers) and len(answers) <= 1
        if not (good and alive(wire)):
            ok(False, f"{what}: an error or nothing", answers)
            return
    ok(True, "huge blobs, texts and addresses, wrong lengths and types: an error or nothing")
    for value in (math.nan, -math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324):
        wire.exchange(encode("/lossy/param/loss", value))
        wire.exchange(bundle(encode("/lossy/param/jitter", value), encode("/lossy/param/loss", value)))
    answers = [args[0] for address, args in wire.ask("/lossy/params") if address != "/lossy/params/end"]
    ok(all(math.isfinite(value) for value in answers), "NaN and infinity reach no parameter")
    n_huge = wire.exchange(encode("/lossy/preset/load", Typed("s", b"\xff" * 200)))
    ok(len(n_huge) == 1 and n_huge[0][0] == "/lossy/error", "text that is no UTF-8 is refused, and the error is text")


def check_bundles(wire: Wire) -> None:
    """Recursion of bundles, and bundles that do not fit."""
    deep = encode("/lossy/param/loss", 0.125)
    for _ in range(2000):
        deep = bundle(deep)
    answers = wire.exchange(deep)
    ok(
        [address for address, _ in answers] == ["/lossy/error"] and "deep" in answers[0][1][1],
        "2000 bundles in bundles are refused",
        answers,
    )
    wide = bundle(*[bundle() for _ in range(LARGEST // 20 - 2)])
    wire.exchange(wide)
    many = bundle(*[encode("/a") for _ in range(5000)])
    wire.socket.settimeout(60)
    answers = wire.exchange(many[:LARGEST])
    ok(len(answers) <= 4097, f"a bundle of 5000 messages ends after {len(answers)}")
    for length in (0, 1, 3, 0x7FFFFFFC, 0xFFFFFFFF, 0xFFFFFFFC):
        wire.exchange(b"#bundle\0" + b"\0" * 7 + b"\x01" + length.to_bytes(4, "big") + encode("/lossy/param/loss", 0.5))
    ok(alive(wire), "parts with wrong lengths are refused")
    same = bundle(*[encode("/lossy/param/loss", i / 4096) for i in range(1200)])
    answers = wire.exchange(same)
    ok(
        len(answers) == 1 and answers[0][1][0] == 1199 / 4096,
        "a bundle that sets a parameter 1200 times sets it once, to the last",
        len(answers),
    )


def check_names(wire: Wire, folder: Path) -> None:
    """Names with slashes, "..", NUL, 64 kB."""
    for name in NAMES:
        for method in ("preset/load", "preset/save", "ab", "state/set", "request_snapshot", "undo", "lock/loss"):
            wire.exchange(encode(f"/lossy/{method}", Typed("s", name)))
        if isinstance(name, str) and len(name) < 100:
            wire.exchange(encode(f"/lossy/param/{name}", 1))
            wire.exchange(encode(f"/lossy/lock/{name}", 1))
    outside = files_outside(folder)
    kept = [name for name in outside if Path(name).name not in ("x.json", "con.json", "%s%n%p.json")]
    ok(alive(wire) and not kept, "no name leads out of the folder of presets", outside)


def flood(port: int, seconds: float, rate: int = RATE) -> tuple[int, str]:
    """Set a parameter 100 000 times a second, from two programs; return how many were sent a second, and what they printed."""
    words = [str(FLOOD), str(port), str(rate // 2), str(seconds), "/lossy/param/loss"]
    senders = [subprocess.Popen([*words, "/lossy/metrics"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [sender.stdout.read() for sender in senders if sender.stdout]
    for sender in senders:
        sender.communicate()
    return sum(int(line.split()[0]) for line in said), "; ".join(line.strip() for line in said)


def check_flood(player: Player, seconds: float, patient: bool) -> None:
    """A flood of 100 000 packets a second: no memory growth; and no late block, unless the machine may have other things to do."""
    Wire(player.ports[0]).ask("/lossy/subscribe", 60)
    flood(player.ports[0], 0.5)  # What is set up once is not what grows
    Wire(player.ports[0]).settle()
    player.say("threads 0")
    before = int(player.say("threads 0").split()[2])
    sent, said = flood(player.ports[0], seconds)
    n_blocks, slowest, after, dearest = player.say("threads 0").split()
    grown = int(after) - before
    print(f"# {said}")
    if b"__asan_init" in PLAYER.read_bytes():
        skip("memory in a flood", "what was freed is kept under sanitizers")
    else:
        ok(grown < 4096, f"a flood of {sent} messages a second for {seconds:g} s: memory grows by {grown} kB")
    figures = f"of {n_blocks} the dearest took {100 * float(dearest):.1f} % of its time, the slowest {1e3 * float(slowest):.2f} ms"
    ok(int(n_blocks) > 0 and (patient or float(dearest) < 1.0), f"audio goes on{'' if patient else ', no block is late'}: {figures}")
    fresh = Wire(player.ports[0])
    fresh.settle()
    ok(alive(fresh), "afterwards it answers as before")


def soak(seconds: float) -> int:
    """Flood an instance for longer."""
    with home(), playing("lossy") as player:
        check_flood(player, seconds, patient=False)
    return done()


def main() -> int:
    """Run all checks."""
    with home() as folder, playing("lossy") as player:
        wire = Wire(player.ports[0])
        check_random(wire)
        check_large(wire)
        check_bundles(wire)
        check_names(wire, folder)
        check_flood(player, 3.0, patient=True)
        names = sorted(path.name for path in (folder / "run/vstkit").iterdir())
        ok(names[0] == f"{player.process.pid}-{player.ids[0]}.json" and len(names) == 1, "the runtime folder has one file", names)
    return done()


if __name__ == "__main__":
    sys.exit(soak(float(sys.argv[2])) if sys.argv[1:2] == ["--soak"] else main())
