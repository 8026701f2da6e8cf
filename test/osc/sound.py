#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Check metrics and snapshots against what was played, as TAP."""

import json
import math
import resource
import signal
import stat
import struct
import subprocess
import sys
from pathlib import Path

from wire import VSTKIT, Player, Wire, done, home, ok, playing

RATE = 48000
FLOOR = -200.0
SEEDS = (3, 5, 8)


def read_wav(path: Path) -> tuple[int, list[list[float]]]:
    """Return the rate and the channels of a float WAV, read by hand."""
    data = path.read_bytes()
    assert data[:4] == b"RIFF" and data[8:16] == b"WAVEfmt " and struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    form, n_channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, 20)
    assert (form, bits, data[36:40], data[48:52]) == (3, 32, b"fact", b"data")
    (size,) = struct.unpack_from("<I", data, 52)
    assert size == len(data) - 56
    samples = struct.unpack_from(f"<{size // 4}f", data, 56)
    return rate, [list(samples[c::n_channels]) for c in range(n_channels)]


def check_metrics(effect: str, wire: Wire, player: Player) -> None:
    """/E/metrics: dry and wet RMS dB, peak dB, short-term LUFS, centroid Hz, share of the block's time, latency frames."""
    at = f"/{effect}/metrics"
    wire.ask(at, 30, 60)
    player.say(f"noise 0 {10 * RATE} 1")
    figures = wire.until(at, lambda args: args[4] > -20)
    ok(len(figures) == 12 and all(math.isfinite(x) for x in figures), f"{effect}: metrics are twelve finite numbers", figures)
    dry_rms, _, dry_peak, _, dry_lufs, _, dry_centroid, _, share, latency, dry_true_peak, _ = figures
    # White noise, uniform from -0.5 to 0.5: the loudness is from 3 s of which a part was silent
    ok(abs(dry_rms - 20 * math.log10(1 / math.sqrt(12))) < 1.0, f"{effect}: RMS of noise is {dry_rms:.2f} dB")
    ok(-6.6 < dry_peak <= -6.02 and dry_true_peak >= dry_peak, f"{effect}: its peak {dry_peak:.2f} dB, true peak {dry_true_peak:.2f} dB")
    full = wire.until(at, lambda args: args[4] > -7.6)[4]
    ok(-7.6 < full < -4.5, f"{effect}: its loudness {full:.2f} LUFS, of which a second ago {dry_lufs:.2f}")
    ok(abs(dry_centroid - 12000) < 1000, f"{effect}: its centroid {dry_centroid:.0f} Hz")
    ok(0.0 < share < 100.0, f"{effect}: blocks take {share:.2f} % of their time")
    told = subprocess.run([VSTKIT, "info", effect, "--json"], capture_output=True, check=False).stdout
    wanted = json.loads(told).get("latency_frames") if told.startswith(b"{") else None
    ok(latency == wanted or (wanted is None and latency >= 0), f"{effect}: latency is {latency} frames")
    player.say("noise 0 0 1")
    silence = wire.until(at, lambda args: args[0] == FLOOR and args[2] == FLOOR)
    ok(silence[6] == 0.0, f"{effect}: silence is {FLOOR} dB, and has no centroid")
    wire.ask(at, 0, 0)
    wire.drain()
    ok(all(address != at for address, _ in wire.drain()), f"{effect}: a rate of 0 ends them")


def render(effect: str, folder: Path, dry: Path, state: Path) -> list[list[float]]:
    """Stream a file through the command line with a state."""
    out = folder / "out.wav"
    words = [str(VSTKIT), "render", effect, str(dry), str(out), "--preset", str(state), "--stream", "--bits", "32f", "--tail", "0"]
    subprocess.run(words, check=True, capture_output=True)
    return read_any(out)


def read_any(path: Path) -> list[list[float]]:
    """Return the channels of a float WAV with chunks of any order."""
    data = path.read_bytes()
    at, n_channels = 12, 0
    while True:
        tag, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if tag == b"fmt ":
            n_channels = struct.unpack_from("<H", data, at + 10)[0]
        if tag == b"data":
            samples = struct.unpack_from(f"<{size // 4}f", data, at + 8)
            return [list(samples[c::n_channels]) for c in range(n_channels)]
        at += 8 + size + size % 2


def check_snapshot(effect: str, wire: Wire, player: Player, folder: Path, seed: int) -> None:
    """A snapshot's wet equals `vstkit render --stream` of its dry with its state, to the bit."""
    wire.ask(f"/{effect}/subscribe", 60)
    player.say(f"take 0 {RATE // 4} {seed}")
    # More than will ever be played: it gets all that there is, from the first frame on
    wire.send_message(f"/{effect}/request_snapshot", 0.6)
    dry_name, wet_name, facts_name, n, rate, number = wire.until(f"/{effect}/snapshot")
    facts = json.loads(Path(facts_name).read_text("utf-8"))
    dry_rate, dry = read_wav(Path(dry_name))
    wet_rate, wet = read_wav(Path(wet_name))
    whole = n == RATE // 2 - facts["latency_frames"] == len(dry[0]) == len(wet[0])
    ok(whole and rate == dry_rate == wet_rate == RATE, f"{effect}: what was played is {n} frames at {rate:.0f} Hz")
    ok(facts["start_frame"] >= 0 and facts["number"] == number and facts["dry"] == dry_name, f"{effect}: the facts go with it", facts)
    first = facts["start_frame"] - facts["latency_frames"]
    if not ok(first == 0, f"{effect}: it begins at the first frame", first):
        return
    state = folder / "state.json"
    state.write_text(json.dumps(facts["state"]), "utf-8")
    rendered = render(effect, folder, Path(dry_name), state)
    # The end of the dry part is not the end of what was played, which the latency reaches beyond
    ok(rendered == wet, f"{effect}, seed {seed}: wet is the stream of dry with the state, to the bit", difference(rendered, wet))


def difference(a: list[list[float]], b: list[list[float]]) -> str:
    """Say where two sounds part."""
    for c, (x, y) in enumerate(zip(a, b, strict=False)):
        bad = [i for i, (p, q) in enumerate(zip(x, y, strict=False)) if p != q]
        if bad or len(x) != len(y):
            return f"channel {c}: {len(bad)} of {len(x)} and {len(y)} samples differ, from {bad[:1]} to {bad[-1:]}"
    return f"{len(a)} and {len(b)} channels"


def check_files(effect: str, wire: Wire, folder: Path, ident: str) -> None:
    """Snapshots: the user's alone, the last 8 kept, numbers that go up."""
    at = f"/{effect}/request_snapshot"
    numbers = []
    for _ in range(11):
        wire.send_message(at, 0.01)
        numbers.append(wire.until(f"/{effect}/snapshot")[5])
    ok(numbers == list(range(numbers[0], numbers[0] + 11)), f"{effect}: snapshots are numbered", numbers)
    runtime = folder / "run/vstkit"
    kept = sorted(path.name for path in runtime.glob(f"{ident}-*"))
    wanted = sorted(f"{ident}-{n}{end}" for n in numbers[-8:] for end in ("-dry.wav", "-wet.wav", ".json"))
    ok(kept == wanted, f"{effect}: the last 8 are kept", kept)
    modes = {stat.S_IMODE((runtime / name).stat().st_mode) for name in kept}
    ok(modes == {0o600} and stat.S_IMODE(runtime.stat().st_mode) == 0o700, f"{effect}: 0600 in a 0700 folder", modes)
    for bad in (0.0, -1.0, 11.0, math.nan, math.inf, "../../x"):
        address, args = wire.one(at, bad)
        if address != f"/{effect}/error":
            ok(False, f"{effect}: a snapshot of {bad} seconds is refused", args)


def check_full_disk(folder: Path) -> None:
    """A full disk is said, and leaves nothing behind."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    player = Player("gain", before=limit)
    wire = Wire(player.ports[0])
    wire.send_message("/gain/request_snapshot", 1.0)
    address, args = wire.receive()
    ok(address == "/gain/error" and "-dry.wav" in args[1] and args[2], "a file that cannot be written is named, with the reason", args)
    ok(wire.one("/gain/param/gain", 1.0)[1][0] == 1.0, "and the plugin goes on")
    left = [path.name for path in (folder / "run/vstkit").iterdir() if player.ids[0] in path.name and "wav" in path.name]
    ok(not left, "nothing of it is left", left)
    player.quit()


def main() -> int:
    """Run all checks."""
    with home() as folder:
        for effect in ("gain", "lossy", "reverb"):
            with playing(effect) as player:
                wire = Wire(player.ports[0])
                check_metrics(effect, wire, player)
                for seed in SEEDS:
                    check_snapshot(effect, wire, player, folder, seed)
                check_files(effect, wire, folder, player.ids[0])
        check_full_disk(folder)
        with playing("gain") as player:
            wire = Wire(player.ports[0])
            wire.send_message("/gain/request_snapshot")
            bare = wire.until("/gain/snapshot")
            ok(bare[3] > RATE, f"a bare request gives {bare[3] / RATE:.1f} s")
    return done()


if __name__ == "__main__":
    sys.exit(main())
