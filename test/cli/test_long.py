# SPDX-License-Identifier: ISC
"""vstkit render on what has no end, or a distant one: pipes that flow, long files, little memory."""

from __future__ import annotations

import os
import resource
import struct
import subprocess
import sys
import threading
from pathlib import Path

from harness import PROGRAM, Bench, chunk, main, parse_wav, tone, wav, wav_header

MOST = b"\xff\xff\xff\xff"
LIMIT_MB = 64 if b"__asan_init" not in PROGRAM.read_bytes() else 128  # A sanitizer keeps what was freed


def endless(header: bytes) -> bytes:
    """Return the beginning of a WAV of unknown length."""
    return b"RIFF" + MOST + b"WAVE" + chunk(b"fmt ", header) + b"data" + MOST


# Small itself, for what a process takes counts from the program that it was before
MEASURE = """
import os, sys
pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


def run_measured(bench: Bench, args: list[str], feed: bytes = b"", times: int = 0) -> tuple[int, float]:
    """Run the program on `feed`, `times` times over.  Return its exit code and the most MB it took."""
    words = [sys.executable, "-I", "-S", "-c", MEASURE, str(PROGRAM), *args]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=bench.folder, env=bench.env)
    assert process.stdin
    assert process.stdout
    process.stdin.write(endless(wav_header()) if times else b"")
    for _ in range(times):
        process.stdin.write(feed)
    process.stdin.close()
    code, kilobytes = process.stdout.read().split()
    process.wait()
    return int(code), int(kilobytes) / 1024


def test_flow(bench: Bench) -> None:
    """Blocks come out as they go in."""
    block = tone(8192)
    for effect, *more in (("gain",), ("reverb",), ("reverb", "--stream"), ("lossy", "--stream")):
        args = [str(PROGRAM), "render", effect, "-", "-", *more]
        process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=bench.env)
        assert process.stdin
        assert process.stdout
        process.stdin.write(endless(wav_header()) + block)
        process.stdin.flush()
        # If it waited for the end of its input, this would wait for ever
        out = process.stdout.read(16384)
        bench.tap.ok(len(out) == 16384 and out[:4] == b"RIFF" and out[4:8] == MOST, f"{' '.join(args[2:])}: flows")
        process.stdin.close()
        rest = process.stdout.read()
        bench.tap.ok(process.wait() == 0 and len(out + rest) >= 44 + len(block), "and ends when its input does")


def test_inputs(bench: Bench) -> None:
    """Pipes by name are inputs like others."""
    data = wav(tone(3000))
    bench.path("in.wav").write_bytes(data)
    bench.expect(0, "a file", "render", "lossy", "in.wav", "want.wav")
    bench.expect(0, "the same as flac", "render", "gain", "in.wav", "in.flac")
    want = bench.path("want.wav").read_bytes()
    pipe = bench.path("pipe")
    os.mkfifo(pipe)
    for name in ("in.wav", "in.flac"):
        feed = threading.Thread(target=pipe.write_bytes, args=(bench.path(name).read_bytes(),))
        feed.start()
        bench.expect(0, f"{name} from a named pipe", "render", "lossy", "pipe", "o.wav")
        feed.join()
        bench.tap.ok(bench.path("o.wav").read_bytes() == want, "gives the same file")
    bench.expect(0, "/dev/stdin", "render", "lossy", "/dev/stdin", "o.wav", input=data)
    bench.tap.ok(bench.path("o.wav").read_bytes() == want, "gives the same file")
    for path in ("-", "/dev/stdin"):
        result = bench.expect(0, f"analyze {path}", "analyze", path, input=data)
        bench.tap.ok("0.068 s" in result.out, "measures what comes through the pipe")
    bench.expect(0, "spectrogram -", "spectrogram", "-", "x.png", input=data)
    bench.expect(1, "a device that never ends", "render", "gain", "/dev/zero", "o.wav", says="/dev/zero: is neither a file nor a pipe")
    result = bench.expect(1, "a folder that is not there", "render", "gain", "no_such", "out", says="no_such: cannot open")
    bench.tap.ok("format" not in result.err, "the output is not to blame")


def test_outputs(bench: Bench) -> None:
    """What is no file is written through."""
    bench.path("in.wav").write_bytes(wav(tone(3000)))
    bench.expect(0, "a file", "render", "reverb", "in.wav", "want.wav", "--tail", "0.1")
    want = bench.path("want.wav").read_bytes()
    pipe = bench.path("pipe")
    os.mkfifo(pipe)
    for bits in ("16", "24", "32f", "64f"):
        args = ("render", "reverb", "in.wav", "--tail", "0.1", "--bits", bits)
        bench.expect(0, f"{bits} to a file", *args, "want.wav")
        want = bench.path("want.wav").read_bytes()
        got: list[bytes] = []
        read = threading.Thread(target=lambda got=got: got.append(pipe.read_bytes()))
        read.start()
        bench.expect(0, "to a named pipe", *args, "pipe")
        read.join()
        bench.tap.ok(got == [want], "the same bytes, header included")
        bench.tap.ok(bench.run(*args, "-").out_bytes == want, "also on standard output")
    bench.expect(0, "a device", "render", "reverb", "in.wav", "/dev/null")
    bench.expect(1, "a full device", "render", "reverb", "in.wav", "/dev/full", says="/dev/full: cannot write: No space left")
    result = bench.expect(1, "bits of an mp3", "render", "gain", "in.wav", "o.mp3", "--bits", "16", says="leave --bits out")
    bench.tap.ok("channels" not in result.err, "the channels are not to blame")


def test_truncated(bench: Bench) -> None:
    """A file that ends early is warned of, once."""
    data = wav(tone(3000))
    bench.path("cut.wav").write_bytes(data[: 44 + 4000])
    for effect in ("gain", "lossy"):
        result = bench.expect(0, f"{effect}: cut short", "render", effect, "cut.wav", "o.wav", "--tail", "0", says="1000 of 3000 frames")
        bench.tap.ok(result.err.count("ends early") == 1, "one warning")
        bench.tap.ok(len(parse_wav(bench.path("o.wav").read_bytes())[b"data"]) == 4000, "what there is is rendered")
    bench.path("cut.wav").write_bytes(data)
    bench.tap.ok("early" not in bench.expect(0, "whole", "render", "gain", "cut.wav", "o.wav").err, "no warning")
    bench.path("open.wav").write_bytes(endless(wav_header()) + tone(100))
    bench.tap.ok("early" not in bench.expect(0, "of unknown length", "render", "gain", "open.wav", "o.wav").err, "nor here")


def test_memory(bench: Bench) -> None:
    """Ten minutes of stereo, from a file and from a pipe, in as little memory as one."""
    second = tone(44100)
    with bench.path("long.wav").open("wb") as file:
        size = 600 * len(second)
        file.write(b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE" + chunk(b"fmt ", wav_header()))
        file.write(b"data" + struct.pack("<I", size))
        for _ in range(600):
            file.write(second)
    for effect in ("gain", "reverb", "lossy"):
        code, most = run_measured(bench, ["render", effect, "long.wav", "o.wav"])
        bench.tap.ok(code == 0 and most < LIMIT_MB, f"{effect}: a file, {most:.0f} MB")
        bench.tap.ok(bench.path("o.wav").stat().st_size >= size, "all of it is there")
        code, most = run_measured(bench, ["render", effect, "-", "o.wav"], second, 600)
        bench.tap.ok(code == 0 and most < LIMIT_MB, f"{effect}: a pipe, {most:.0f} MB")
        bench.tap.ok(bench.path("o.wav").stat().st_size >= size, "all of it is there")
    leftovers = [path.name for path in Path(bench.folder).iterdir() if "vstkit" in path.name]
    bench.tap.ok(leftovers == [], f"no temporary file is left: {leftovers}")


def test_full(bench: Bench) -> None:
    """A disk that fills up during the render leaves what there was."""
    bench.path("in.wav").write_bytes(wav(tone(400000)))
    bench.path("o.wav").write_bytes(b"precious")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))

    for effect in ("gain", "lossy"):
        bench.expect(1, f"{effect}: no room", "render", effect, "in.wav", "o.wav", says="File too large", preexec_fn=limit)
        bench.tap.ok(bench.path("o.wav").read_bytes() == b"precious", "the old file is as it was")
        names = sorted(path.name for path in Path(bench.folder).iterdir())
        bench.tap.ok(names == ["in.wav", "o.wav"], f"nothing else is there: {names}")


if __name__ == "__main__":
    main(test_flow, test_inputs, test_outputs, test_truncated, test_full, test_memory)
