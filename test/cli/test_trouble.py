# SPDX-License-Identifier: ISC
"""vstkit render where it must not, cannot or should not: bad files, full disks, small memory, signals."""

from __future__ import annotations

import os
import pty
import random
import re
import resource
import select
import signal
import struct
import subprocess
from pathlib import Path

from harness import PROGRAM, Bench, main, tone, wav, wav_header


def test_overwrite(bench: Bench) -> None:
    """The input survives."""
    data = wav(tone(64))
    source = bench.path("in.wav")
    source.write_bytes(data)
    bench.path("link.wav").symlink_to("in.wav")
    os.link(source, bench.path("hard.wav"))
    bench.fresh("folder")
    for name in ("in.wav", "./in.wav", "folder/../in.wav", "link.wav", "hard.wav"):
        bench.expect(1, f"onto {name}", "render", "gain", "in.wav", name, "--set", "gain=6", says="never overwritten")
    bench.expect(1, "onto itself through a link", "render", "gain", "link.wav", "in.wav", says="never overwritten")
    bench.expect(1, "into its own folder", "render", "gain", "in.wav", ".", says="never overwritten")
    bench.expect(1, "a picture onto it", "spectrogram", "in.wav", "in.wav", says="never overwritten")
    bench.fresh("a/b")
    for name in ("a/b/x.wav", "a/b/b/x.wav"):
        bench.path(name).write_bytes(data)
    bench.expect(1, "a batch onto another input", "render", "gain", "a/b", "a", says="one of the inputs")
    bench.tap.ok(source.read_bytes() == data, "the input is what it was")
    bench.tap.ok(bench.path("a/b/x.wav").read_bytes() == data, "so are those of the batch")


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_refusals(bench: Bench) -> None:
    """Places that cannot be written, and what is there stays."""
    source = bench.path("in.wav")
    source.write_bytes(wav(tone(8000)))
    bench.expect(1, "no such folder", "render", "gain", "in.wav", "no/o.wav", says="no/o.wav")
    folder = bench.fresh("locked")
    if os.geteuid() == 0:
        folder = Path("/proc")
    else:
        folder.chmod(0o500)
    bench.expect(1, "a folder that is read only", "render", "gain", "in.wav", folder / "o.wav", says="o.wav")
    bench.expect(1, "the same for a batch", "render", "gain", bench.path("in.wav").parent, folder / "x", says="x")
    bench.expect(1, "a device", "render", "gain", "in.wav", "/dev/null.wav" if os.geteuid() else "/proc/x.wav")
    if os.geteuid() != 0:
        folder.chmod(0o700)

    doomed = ("--set", "feedback_gain=2", "--tail", "60")
    bench.expect(1, "a render that fails", "render", "reverb", "in.wav", "o.wav", *doomed, says="ran away")
    bench.expect(1, "a bad place is refused before it", "render", "reverb", "in.wav", "no/o.wav", *doomed, says="no/o.wav")
    args = ("render", "reverb", "in.wav", "o.ogg", "--bits", "24", *doomed)
    bench.expect(1, "so are bits that the format has not", *args, says="no choice of bits")
    bench.path("wide.wav").write_bytes(wav(tone(64, 6), wav_header(channels=6)))
    bench.expect(1, "and channels", "render", "gain", "wide.wav", "o.mp3", says="mp3 files cannot hold 6 channels at 44100 Hz")
    bench.expect(1, "a loud one that fails as mp3", "render", "reverb", "in.wav", "o.mp3", *doomed, says="ran away")
    bench.tap.ok(not list(bench.folder.glob("o.*")), "none of them left a file")

    small = bench.fresh("small")
    old = b"what was there before"
    (small / "o.wav").write_bytes(old)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    bench.expect(1, "a disk that fills up", "render", "gain", "in.wav", "small/o.wav", says="o.wav", preexec_fn=limit)
    bench.tap.ok(leftovers(small) == ["o.wav"], f"leaves nothing behind: {leftovers(small)}")
    bench.tap.ok((small / "o.wav").read_bytes() == old, "and the old file as it was")


def bad_files() -> dict[str, bytes]:
    """Return broken, lying and odd WAV files."""
    good = wav(tone(500))
    files = {f"cut_{n}.wav": good[:n] for n in (0, 1, 4, 12, 20, 36, 43, 44, 45, 47, 200)}
    for name, header in {
        "no_channels": wav_header(channels=0),
        "many_channels": wav_header(channels=65535),
        "channels_300": wav_header(channels=300),
        "no_rate": wav_header(rate=0),
        "slow": wav_header(rate=1),
        "fast": wav_header(rate=0xFFFFFFFF),
        "negative": wav_header(rate=0x80000000),
        "no_bits": wav_header(bits=0),
        "one_bit": wav_header(bits=1),
        "odd_bits": wav_header(bits=7),
        "wide_bits": wav_header(bits=255),
        "unknown_tag": wav_header(tag=0x1234),
        "float16": wav_header(tag=3),
        "no_header": b"",
        "short_header": wav_header()[:9],
    }.items():
        files[f"{name}.wav"] = wav(tone(500), header)
    files["long_riff.wav"] = good[:4] + b"\xff\xff\xff\x7f" + good[8:]
    files["long_data.wav"] = good[:40] + b"\xff\xff\xff\x7f" + good[44:]
    files["no_data.wav"] = good[:36]
    files["text.wav"] = b"this is not audio\n" * 40
    files["flac_lies.flac"] = b"fLaC\x00\x00\x00\x22" + b"\x10\x00" * 2 + b"\0" * 6 + b"\x0a\xc4\x42\xff" + b"\xff" * 20
    noise = random.Random(7)
    for i in range(150):
        mutant = bytearray(good)
        for _ in range(noise.randrange(1, 6)):
            mutant[noise.randrange(48)] = noise.randrange(256)
        files[f"mutant_{i:03}.wav"] = bytes(mutant)
    return files


def test_bad_files(bench: Bench) -> None:
    """Nothing in a file crashes the program."""
    folder = bench.fresh("bad")
    for name, data in bad_files().items():
        (folder / name).write_bytes(data)
    limited = ("--max-memory", "300M")
    for name in ("cut_0.wav", "no_channels.wav", "no_rate.wav", "slow.wav", "fast.wav", "text.wav", "no_data.wav"):
        result = bench.expect(1, name, "render", "gain", f"bad/{name}", "o.wav", *limited, says=name)
        bench.tap.ok(len(result.err.splitlines()) == 1, f"{name}: one clear line")
    bench.tap.ok(not bench.path("o.wav").exists(), "none of them left a file")
    result = bench.run("render", "gain", "bad", "out", *limited)
    n_good = sum(1 for _ in bench.path("out").iterdir())
    n_bad = int(re.search(r"(\d+) of \d+ files failed", result.err)[1])
    bench.tap.ok(result.code == 1, f"the whole corpus of {len(bad_files())} files: {n_good} rendered, {n_bad} refused")
    bench.tap.ok(n_good + n_bad == len(bad_files()), "every file is one or the other")
    codes = [bench.run("analyze", path).code for path in sorted(folder.iterdir()) if "mutant_" not in path.name]
    bench.tap.ok(set(codes) <= {0, 1}, "analyze takes or refuses each")

    floats = struct.pack("<8f", 0.5, float("nan"), float("inf"), -float("inf"), 0.25, 1e-45, -0.5, 30.0)
    bench.path("nan.wav").write_bytes(wav(floats * 100, wav_header(channels=1, bits=32, tag=3)))
    for effect in [row["id"] for row in bench.run("effects", "--json").json]:
        args = ("render", effect, "nan.wav", "o.wav")
        bench.expect(0, f"{effect}: NaN and infinite samples", *args, says="300 samples of the input were not finite")
        found = bench.run("analyze", "o.wav", "--json").json["files"][0]
        bench.tap.ok(found["n_not_finite"] == 0, f"{effect}: none comes out")
    bench.path("huge.wav").write_bytes(wav(struct.pack("<4f", 3e38, -3e38, 1e30, 1.0) * 50, wav_header(1000, 1, 32, 3)))
    bench.expect(1, "samples beyond all measure, at 1 kHz", "render", "gain", "huge.wav", "o.wav", says="huge.wav")
    bench.path("huge.wav").write_bytes(wav(struct.pack("<4f", 3e38, -3e38, 1e30, 1.0) * 50, wav_header(44100, 1, 32, 3)))
    for effect in [row["id"] for row in bench.run("effects", "--json").json]:
        result = bench.run("render", effect, "huge.wav", "o.wav")
        clear = result.code == 0 or (result.code == 1 and "huge.wav" in result.err)
        bench.tap.ok(clear, f"{effect}: samples beyond all measure are rendered or refused clearly")
    found = bench.run("analyze", "nan.wav", "--json").json["files"][0]
    bench.tap.ok(found["n_not_finite"] == 300, "analyze counts them")
    bench.expect(1, "a folder that ends in .wav", "render", "gain", bench.fresh("x.wav").parent / "x.wav/no.wav", "o.wav")
    bench.path("six.wav").write_bytes(wav(tone(600, channels=6), wav_header(channels=6)))
    bench.expect(0, "six channels through gain", "render", "gain", "six.wav", "o.wav")
    bench.expect(1, "not through reverb", "render", "reverb", "six.wav", "o.wav", says="reverb cannot take 6 channels")
    bench.expect(1, "but not live", "render", "gain", "six.wav", "o.wav", "--stream", says="channels")


def test_memory(bench: Bench) -> None:
    """What would not fit is refused beforehand, however little it is."""
    bench.path("in.wav").write_bytes(wav(tone(44100)))
    args = ("render", "gain", "in.wav", "o.wav", "--tail", "600", "--max-memory")
    bench.expect(0, "a long tail needs no memory", *args, "10M")
    bench.path("o.wav").unlink()
    bench.expect(1, "hardly any memory", *args, "1", says="more than the limit of 1 bytes")
    bench.expect(1, "next to no memory", *args, "1k", says="more than the limit of 1.0 kB")
    result = bench.expect(1, "too little memory", *args, "1M", says="more than the limit of 1.0 MB")
    bench.tap.ok("--max-memory" in result.err and "in.wav" in result.err, "names the file and the remedy")
    bench.tap.ok(not bench.path("o.wav").exists(), "and writes nothing")
    bench.expect(1, "from a pipe", "render", "gain", "-", "o.wav", "--max-memory", "1M", says="limit", input=wav(tone(99999)))
    folder = bench.fresh("in")
    for i in range(6):
        (folder / f"{i}.wav").write_bytes(wav(tone(20000)))
    bench.expect(0, "files of a batch wait for each other", "render", "gain", "in", "out", "--max-memory", "5M", "--jobs", "6")


def test_interrupt(bench: Bench) -> None:
    """Signals leave nothing behind."""
    folder = bench.fresh("out")
    for number in (signal.SIGINT, signal.SIGTERM):
        args = [str(PROGRAM), "render", "gain", "-", str(folder / "o.wav")]
        process = subprocess.Popen(args, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(wav(tone(64))[:60])
        process.stdin.flush()
        while b"vstkit" not in Path(f"/proc/{process.pid}/comm").read_bytes() or not catches(process.pid, number):
            pass
        process.send_signal(number)
        err = process.communicate()[1]
        bench.tap.ok(process.returncode == -number, f"{number.name} ends it while it reads a pipe")
        bench.tap.ok(b"interrupted" in err, "it says so")
    bench.tap.ok(leftovers(folder) == [], "nothing is left")
    sources = bench.fresh("in")
    for i in range(8):
        (sources / f"{i}.wav").write_bytes(wav(tone(100)))
    status, shown = on_terminal(bench, ["render", "reverb", "in", "out", "--tail", "600", "--jobs", "1"])
    left = [name for name in leftovers(folder) if not (name[0] in "01234567" and name.endswith(".wav"))]
    bench.tap.ok(not left, f"a batch that was stopped leaves no partial file: {left}")
    bench.tap.ok(status in (-signal.SIGINT, 0), f"and ends by the signal, or before it ({status})")
    bench.tap.ok(b"ETA" in shown and b"/8 files" in shown if status else True, "the bar shows files and time left")


def catches(pid: int, number: int) -> bool:
    """Return whether a process has a handler for a signal."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    mask = next(int(line.split()[1], 16) for line in lines if line.startswith("SigCgt"))
    return bool(mask >> (number - 1) & 1)


def on_terminal(bench: Bench, args: list[str]) -> tuple[int, bytes]:
    """Run with standard error on a terminal; interrupt once a progress bar is there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([str(PROGRAM), *args], stderr=theirs, cwd=bench.folder, env={**bench.env, "TERM": "xterm"})
    os.close(theirs)
    shown, asked = b"", False
    while True:
        ready = select.select([ours], [], [], 60)[0]
        try:
            data = os.read(ours, 4096) if ready else b""
        except OSError:
            data = b""
        if not data:
            break
        shown += data
        if b"ETA" in shown and not asked:
            process.send_signal(signal.SIGINT)
            asked = True
    os.close(ours)
    return process.wait(60), shown


if __name__ == "__main__":
    main(test_overwrite, test_refusals, test_bad_files, test_memory, test_interrupt)
