# SPDX-License-Identifier: ISC
"""vstkit render: formats, bits, pipes, folders, names."""

from __future__ import annotations

import struct
import subprocess

from harness import PROGRAM, Bench, main, parse_wav, tone, wav, wav_header, wav_info


def test_basics(bench: Bench) -> None:
    """One file through an effect."""
    data = wav(tone())
    bench.path("in.wav").write_bytes(data)
    bench.expect(0, "render gain at its default", "render", "gain", "in.wav", "out.wav")
    out = bench.path("out.wav").read_bytes()
    bench.tap.ok(parse_wav(out)[b"data"] == parse_wav(data)[b"data"], "0 dB leaves every sample as it was")
    bench.expect(0, "options may stand anywhere", "render", "--set=gain=-6.0206 dB", "gain", "in.wav", "half.wav")
    whole = struct.unpack("<8820h", parse_wav(data)[b"data"])
    half = struct.unpack("<8820h", parse_wav(bench.path("half.wav").read_bytes())[b"data"])
    bench.tap.ok(all(abs(b - a / 2) <= 1 for a, b in zip(whole, half, strict=True)), "-6.02 dB halves every sample")
    bench.expect(0, "with a tail", "render", "gain", "in.wav", "tail.wav", "--tail", "0.5")
    n = len(parse_wav(bench.path("tail.wav").read_bytes())[b"data"]) // 4
    bench.tap.ok(n == 4410 + 22050, f"the tail of 0.5 s is there ({n} frames)")
    bench.path("empty.wav").write_bytes(wav(b""))
    bench.expect(0, "a file without samples", "render", "gain", "empty.wav", "empty_out.wav")


def test_frozen_start(bench: Bench) -> None:
    """A loop that is frozen before anything is in it is silent: it says so, once, and is no error."""
    bench.path("in.wav").write_bytes(wav(tone()))
    words = ["render", "reverb", "in.wav", "out.wav", "--set", "wet_dry=1"]
    result = bench.expect(0, "frozen from the start", *words, "--set", "freeze=on", says="freeze=off")
    bench.tap.ok(result.err.count("frozen from the start") == 1, "one warning")
    bench.tap.ok(not any(parse_wav(bench.path("out.wav").read_bytes())[b"data"]), "it is silent")
    bench.tap.ok("frozen" not in bench.expect(0, "open", *words).err, "no warning")


def test_effects(bench: Bench) -> None:
    """Every effect renders mono and stereo, the same each time, and under its own name."""
    bench.path("mono.wav").write_bytes(wav(tone(channels=1), wav_header(channels=1)))
    bench.path("stereo.wav").write_bytes(wav(tone()))
    for effect in [row["id"] for row in bench.run("effects", "--json").json]:
        for name in ("mono", "stereo"):
            bench.expect(0, f"{effect}: {name}", "render", effect, f"{name}.wav", f"{effect}_{name}.wav")
        first = bench.path(f"{effect}_stereo.wav").read_bytes()
        bench.run("render", effect, "stereo.wav", "again.wav")
        bench.tap.ok(bench.path("again.wav").read_bytes() == first, f"{effect}: the same file twice")
        stream(bench, effect)
        link = bench.path(f"{effect}-cli")
        link.symlink_to(PROGRAM)
        bench.expect(0, f"{effect}-cli IN OUT", "stereo.wav", "named.wav", program=link)
        bench.tap.ok(bench.path("named.wav").read_bytes() == first, f"{effect}-cli renders the same")
        bench.path("p.json").write_text("{}")
        bench.expect(0, f"{effect}-cli IN OUT PRESET.json", "stereo.wav", "named.wav", "p.json", program=link)
        bench.expect(2, f"{effect}-cli without OUT", "stereo.wav", says="Usage:", program=link)
        bench.expect(2, f"{effect}-cli with too much", "a", "b", "c", "d", says="IN OUT [PRESET]", program=link)
        bench.expect(0, f"{effect}-cli --help", "--help", program=link)
        bench.expect(1, f"{effect}-cli without preset", "stereo.wav", "n.wav", "no.json", says="no.json", program=link)


def stream(bench: Bench, effect: str) -> None:
    args = ("render", effect, "stereo.wav", "s.wav", "--stream")
    if "not supported" in bench.run(*args).err:
        bench.tap.skip(f"{effect} has no live engine")
        return
    bench.expect(0, f"{effect}: --stream", *args)
    first = bench.path("s.wav").read_bytes()
    for block in ("1", "441", "random"):
        bench.expect(0, f"{effect}: --block {block}", *args, "--block", block)
        bench.tap.ok(bench.path("s.wav").read_bytes() == first, "which makes no difference")


def test_formats(bench: Bench) -> None:
    """Formats and bits."""
    bench.path("in.wav").write_bytes(wav(tone()))
    for extension in ("flac", "aiff", "au", "caf", "w64", "ogg", "WAV"):
        bench.expect(0, f"to {extension}", "render", "gain", "in.wav", f"o.{extension}")
        bench.expect(0, f"and back from {extension}", "render", "gain", f"o.{extension}", f"{extension}.wav")
    data = parse_wav(wav(tone()))[b"data"]
    back = parse_wav(bench.path("flac.wav").read_bytes())[b"data"]
    bench.tap.ok(back == data, "flac keeps every sample")
    for bits, tag, width in (("16", 1, 16), ("24", 1, 24), ("32f", 3, 32), ("64f", 3, 64)):
        bench.expect(0, f"--bits {bits}", "render", "gain", "in.wav", "bits.wav", "--bits", bits)
        info = wav_info(bench.path("bits.wav").read_bytes())
        bench.tap.ok(info == (tag, 2, 44100, width), f"--bits {bits} gives {info}")
        bench.expect(0, "which is kept", "render", "gain", "bits.wav", "kept.wav")
        bench.tap.ok(wav_info(bench.path("kept.wav").read_bytes()) == info, f"{bits} stays {bits}")
    bench.expect(2, "bits that do not exist", "render", "gain", "in.wav", "o.wav", "--bits", "12", says="--bits")
    bench.expect(1, "flac has no floats", "render", "gain", "in.wav", "o.flac", "--bits", "32f", says="cannot hold")
    bench.expect(1, "an unknown format", "render", "gain", "in.wav", "o.xyz", says='unknown audio format "xyz"')
    bench.expect(1, "no format at all", "render", "gain", "in.wav", "o", says="o: its name has no extension to tell")
    bench.expect(1, "which --format tells", "render", "gain", "in.wav", "o", says="or give --format")
    bench.expect(0, "as it does", "render", "gain", "in.wav", "o", "--format", "wav")


def test_keeping(bench: Bench) -> None:
    """Rate and metadata are kept; clipping is counted."""
    info = b"INFO" + b"INAM" + struct.pack("<I", 6) + b"Title\0" + b"IART" + struct.pack("<I", 4) + b"Me!\0"
    more = b"LIST" + struct.pack("<I", len(info)) + info
    bench.path("m.wav").write_bytes(wav(tone(channels=1), wav_header(rate=48000, channels=1), more))
    bench.expect(0, "48 kHz with a title", "render", "gain", "m.wav", "out.wav")
    out = bench.path("out.wav").read_bytes()
    bench.tap.ok(wav_info(out) == (1, 1, 48000, 16), "rate, channels and bits are kept")
    bench.tap.ok(b"Title" in out and b"Me!" in out, "title and artist are kept")
    bench.expect(0, "into flac", "render", "gain", "m.wav", "out.flac")
    bench.tap.ok(b"Title" in bench.path("out.flac").read_bytes(), "the title moves to another format")
    loud = bench.expect(0, "clipping warns", "render", "gain", "m.wav", "l.wav", "--set", "gain=12", says="clipped")
    count = int(next(word for word in loud.err.split() if word.isdigit()))
    bench.tap.ok(1000 < count < 4410, f"and counts: {count} samples")
    floats = bench.expect(0, "floats", "render", "gain", "m.wav", "f.wav", "--set", "gain=12", "--bits", "32f")
    bench.tap.ok("clip" not in floats.err, "do not clip")


def test_pipes(bench: Bench) -> None:
    """Standard input and output."""
    data = wav(tone())
    result = bench.expect(0, "from and to a pipe", "render", "gain", "-", "-", input=data)
    bench.tap.ok(parse_wav(result.out_bytes)[b"data"] == parse_wav(data)[b"data"], "the WAV comes through whole")
    streamed = data[:4] + b"\xff\xff\xff\xff" + data[8:40] + b"\xff\xff\xff\xff" + data[44:]
    result = bench.expect(0, "a WAV of unknown length", "render", "gain", "-", "-", input=streamed)
    bench.tap.ok(parse_wav(result.out_bytes).get(b"data") == parse_wav(data)[b"data"], "is read to its end")
    bench.path("in.wav").write_bytes(data)
    bench.expect(0, "from a pipe to a file", "render", "gain", "-", "o.flac", input=data)
    bench.expect(1, "nothing in the pipe", "render", "gain", "-", "-", says="standard input")
    bench.expect(1, "no WAV in the pipe", "render", "gain", "-", "-", says="standard input", input=b"hello" * 99)
    bench.fresh("folder")
    bench.expect(1, "from a pipe into a folder", "render", "gain", "-", "folder", says="folder", input=data)
    bench.expect(1, "a folder to a pipe", "render", "gain", "folder", "-", says="must be a folder")
    with open("/dev/full", "wb") as full:
        args = [str(PROGRAM), "render", "gain", str(bench.path("in.wav")), "-"]
        done = subprocess.run(args, stdout=full, stderr=subprocess.PIPE, check=False)
    bench.tap.ok(done.returncode == 1 and b"standard output" in done.stderr, "a full standard output is reported")


def test_folders(bench: Bench) -> None:
    """Batches."""
    tree = bench.fresh("in")
    for name in ("a.wav", "b c.wav", "sub/ünï.wav", "sub/deep/d.wav"):
        path = bench.path(f"in/{name}")
        path.write_bytes(wav(tone()))
    (tree / "broken.wav").write_bytes(b"RIFF nonsense")
    (tree / "notes.txt").write_text("not audio")
    (tree / ".hidden.wav").write_bytes(b"")
    result = bench.expect(1, "a broken file among good ones", "render", "gain", "in", "out", says="1 of 5 files failed")
    bench.tap.ok("in/broken.wav" in result.err.splitlines()[-1], "the broken one is named at the end")
    made = sorted(str(path.relative_to(bench.folder / "out")) for path in bench.path("out").rglob("*") if path.is_file())
    bench.tap.ok(made == ["a.wav", "b c.wav", "sub/deep/d.wav", "sub/ünï.wav"], f"the rest is rendered: {made}")
    (tree / "broken.wav").unlink()
    bench.expect(0, "again, over what is there", "render", "gain", "in", "out", "--jobs", "3")
    bench.expect(1, "into itself", "render", "gain", "in", "in", says="input folder itself")
    bench.expect(0, "into a folder of its own", "render", "gain", "in", "in/out")
    inside = [path for path in bench.path("in/out").rglob("*") if path.is_file()]
    bench.tap.ok(len(inside) == 4, "which is not read as input")
    bench.fresh("empty")
    bench.expect(1, "nothing in it", "render", "gain", "empty", "out", says="no audio files")
    bench.expect(0, "a file into a folder", "render", "gain", "in/a.wav", "empty")
    bench.tap.ok(bench.path("empty/a.wav").exists(), "keeps its name")
    bench.expect(1, "a folder into a file", "render", "gain", "in", "in/a.wav", says="must be a folder")
    for jobs in ("0", "x", "-1", "257"):
        bench.expect(2, f"--jobs {jobs}", "render", "gain", "in", "out", "--jobs", jobs, says="--jobs")


def test_names(bench: Bench) -> None:
    """Unusual names."""
    for name in ("with space.wav", "ünïcödé 音.wav", "-dash.wav", "a'b\"c.wav", "new\nline.wav"):
        bench.path(name).write_bytes(wav(tone(64)))
        bench.expect(0, f"{name!r}", "render", "gain", "--", name, f"out {name}")
        bench.tap.ok(bench.path(f"out {name}").exists(), f"{name!r} is written")


def test_usage(bench: Bench) -> None:
    """What the command line may not be."""
    bench.path("in.wav").write_bytes(wav(tone(64)))
    usage = [
        (("rendr",), 'did you mean "render"'),
        (("--frob",), "unknown option"),
        (("render",), "EFFECT is missing"),
        (("render", "gain", "in.wav"), "OUT is missing"),
        (("params", "gain", "a"), "unexpected argument"),
        (("render", "gain", "in.wav", "o.wav", "--tail", "1 h"), "is no time"),
        (("render", "gain", "in.wav", "o.wav", "--format", "xyz"), "is none of wav"),
        (("render", "gain", "in.wav", "o.wav", "--quality", "0"), "from 1 to 100"),
        (("render", "gain+", "in.wav", "o.wav"), 'no effect ""'),
        (("render", "+".join(["gain"] * 9), "in.wav", "o.wav"), "at most 8 effects"),
        (("render", "gain+reverb", "in.wav", "o.wav", "--set", "bogus=1"), "no effect of the chain has that"),
        (("render", "gain+gain", "in.wav", "o.wav", "--set", "gain=1"), "write gain:gain=1 or 1:gain=1"),
        (("render", "gian", "in.wav", "o.wav"), 'did you mean "gain"'),
        (("render", "gain", "in.wav", "o.wav", "--prest", "x"), "did you mean"),
        (("render", "gain", "in.wav", "o.wav", "-x"), "unknown option"),
        (("render", "gain", "in.wav", "o.wav", "--preset"), "needs a value"),
        (("render", "gain", "in.wav", "o.wav", "--stream=yes"), "takes no value"),
        (("render", "gain", "in.wav", "o.wav", "--set", "gain"), "KEY=VALUE"),
        (("render", "gain", "in.wav", "o.wav", "--set", "=3"), "KEY=VALUE"),
        (("render", "gain", "in.wav", "o.wav", "--set", "gian=3"), "gian"),
        (("render", "gain", "in.wav", "o.wav", "--set", "gain=loud"), "loud"),
        (("render", "gain", "in.wav", "o.wav", "--tail", "-1"), "--tail"),
        (("render", "gain", "in.wav", "o.wav", "--tail", "nan"), "--tail"),
        (("render", "gain", "in.wav", "o.wav", "--block", "64"), "needs --stream"),
        (("render", "gain", "in.wav", "o.wav", "--stream", "--block", "0"), "--block"),
        (("render", "gain", "in.wav", "o.wav", "--max-memory", "lots"), "--max-memory"),
    ]
    for args, says in usage:
        bench.expect(2, f"{' '.join(args) or 'nothing'}: usage", *args, says=says)
    bench.tap.ok(not bench.path("o.wav").exists(), "none of them wrote a file")
    bench.expect(1, "no such preset", "render", "gain", "in.wav", "o.wav", "--preset", "zzz", says="zzz")
    bench.expect(1, "no such file", "render", "gain", "no.wav", "o.wav", says="no.wav: cannot open: No such file")
    bench.expect(0, "a seed that is not used", "render", "gain", "in.wav", "o.wav", "--seed", "3", says="has no seed")
    bench.expect(0, "a seed", "render", "lossy", "in.wav", "o.wav", "--seed", "3")
    bench.expect(2, "a seed that is none", "render", "lossy", "in.wav", "o.wav", "--seed", "x", says="seed")


if __name__ == "__main__":
    main(
        test_basics,
        test_frozen_start,
        test_effects,
        test_formats,
        test_keeping,
        test_pipes,
        test_folders,
        test_names,
        test_usage,
    )
