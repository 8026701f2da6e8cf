# SPDX-License-Identifier: ISC
"""vstkit render of several inputs, through several effects, into other formats and rates."""

from __future__ import annotations

import json
import struct

from harness import Bench, main, parse_wav, tone, wav, wav_header, wav_info


def put_tones(bench: Bench, *names: str) -> None:
    for number, name in enumerate(names):
        bench.path(name).write_bytes(wav(tone(4000 + 500 * number)))


def test_several(bench: Bench) -> None:
    """Several inputs go to a folder."""
    put_tones(bench, "a.wav", "b.wav", "in/c.wav", "in/sub/d.wav")
    bench.expect(0, "two files", "render", "lossy", "a.wav", "b.wav", "out/", "--set", "loss=0.9")
    bench.tap.ok(sorted(path.name for path in bench.path("out").iterdir()) == ["a.wav", "b.wav"], "a folder is made")
    bench.expect(0, "one of them alone", "render", "lossy", "b.wav", "alone.wav", "--set", "loss=0.9")
    bench.tap.ok(bench.path("alone.wav").read_bytes() == bench.path("out/b.wav").read_bytes(), "gives the same")
    bench.expect(0, "files and a folder", "render", "gain", "a.wav", "in", "mixed")
    found = sorted(str(path.relative_to(bench.path("mixed"))) for path in bench.path("mixed").rglob("*.wav"))
    bench.tap.ok(found == ["a.wav", "c.wav", "sub/d.wav"], f"keep their places: {found}")
    result = bench.expect(1, "one that is not there", "render", "gain", "a.wav", "no.wav", "b.wav", "some", says="1 of 3 files failed")
    bench.tap.ok("no.wav" in result.err and len(list(bench.path("some").iterdir())) == 2, "does not stop the rest")
    bench.path("a.flac").write_bytes(b"")
    bench.expect(1, "two of one name", "render", "gain", "in/c.wav", "in/sub/../c.wav", "twice", says="would both become")
    args = ("render", "gain", "a.wav", "a.flac", "o", "--format", "ogg")
    bench.expect(1, "also when --format makes them so", *args, says="would both become")
    bench.expect(1, "onto a file", "render", "gain", "a.wav", "b.wav", "alone.wav", says="must be a folder, for several inputs")
    bench.expect(1, "onto what was to be a file", "render", "gain", "a.wav", "b.wav", "c.wav", says="must be a folder")
    bench.tap.ok(not bench.path("c.wav").exists(), "which is not made")
    before = bench.path("a.wav").read_bytes()
    bench.expect(1, "into their own folder", "render", "gain", "a.wav", "b.wav", ".", "--set", "gain=6", says="never overwritten")
    bench.tap.ok(bench.path("a.wav").read_bytes() == before, "they are what they were")
    bench.expect(1, "with standard input", "render", "gain", "-", "a.wav", "o", says="standard input")


def test_formats(bench: Bench) -> None:
    """--format, --quality and rates that a format has not."""
    put_tones(bench, "a.wav", "b.wav")
    bench.expect(0, "as flac", "render", "gain", "a.wav", "b.wav", "out", "--format", "flac")
    bench.tap.ok(all(bench.path(f"out/{name}.flac").read_bytes()[:4] == b"fLaC" for name in "ab"), "by extension")
    bench.expect(0, "another extension", "render", "gain", "a.wav", "a.data", "--format", "wav")
    bench.tap.ok(bench.path("a.data").read_bytes()[:4] == b"RIFF", "is a WAV")
    bench.tap.ok(bench.expect(0, "to a pipe", "render", "gain", "a.wav", "-", "--format", "flac").out_bytes[:4] == b"fLaC", "is no WAV")
    bench.path("long.wav").write_bytes(wav(tone(44100)))
    for extension in ("ogg", "mp3", "opus"):
        sizes = []
        for quality in (10, 95):
            name = f"q{quality}.{extension}"
            bench.expect(0, name, "render", "gain", "long.wav", name, "--quality", quality)
            sizes.append(bench.path(name).stat().st_size)
        bench.tap.ok(sizes[1] > 1.3 * sizes[0], f"{extension}: better is larger: {sizes}")
    bench.expect(1, "of a wav", "render", "gain", "a.wav", "o.wav", "--quality", "50", says="no quality to choose")
    for extension, rate, wanted in (("mp3", 96000, 48000), ("mp3", 88200, 44100), ("opus", 44100, 48000), ("mp3", 30000, 32000)):
        bench.path("odd.wav").write_bytes(wav(tone(rate // 2), wav_header(rate=rate)))
        name = f"odd.{extension}"
        bench.expect(0, f"{rate} Hz as {extension}", "render", "gain", "odd.wav", name, says=f"resampled from {rate} to {wanted} Hz")
        before, after = (bench.run("analyze", file, "--json").json["files"][0] for file in ("odd.wav", name))
        near = abs(after["rms_db"] - before["rms_db"]) < 0.7 and abs(after["duration_s"] - 0.5) < 0.1
        bench.tap.ok(near, f"sounds as loud and long: {before['rms_db']} {after['rms_db']} {after['duration_s']}")


def test_tail(bench: Bench) -> None:
    """Times have units."""
    put_tones(bench, "a.wav")
    for text, n_frames in (("1s", 48100), ("1", 48100), ("250 ms", 15025), ("0", 4000), ("0.01 min", 30460)):
        bench.expect(0, f"--tail {text}", "render", "reverb", "a.wav", "o.wav", "--tail", text)
        found = len(parse_wav(bench.path("o.wav").read_bytes())[b"data"]) // 4
        bench.tap.ok(found == n_frames, f"gives {found} frames")


def test_chain(bench: Bench) -> None:
    """Effects one after another sound as if each had its own run."""
    put_tones(bench, "a.wav", "b.wav")
    first = ("--preset", "dial_up_mp3", "--set", "loss=0.6")
    second = ("--preset", "concert_hall", "--set", "pre_delay=900")
    bench.expect(0, "one", "render", "lossy", "a.wav", "1.wav", *first, "--bits", "64f")
    bench.expect(0, "the other", "render", "reverb", "1.wav", "2.wav", *second, "--bits", "64f")
    bench.expect(0, "both", "render", "lossy+reverb", "a.wav", "both.wav", *first, *second, "--bits", "64f")
    want = parse_wav(bench.path("2.wav").read_bytes())[b"data"]
    bench.tap.ok(parse_wav(bench.path("both.wav").read_bytes())[b"data"] == want, "the same bits")
    bench.expect(0, "both, as streams", "render", "lossy+reverb", "a.wav", "s.wav", *first, *second, "--stream", "--block", "100")
    data = bench.path("a.wav").read_bytes()
    bench.expect(0, "through pipes", "render", "lossy+reverb", "-", "-", *first, *second, "--bits", "64f", input=data)
    for words in (("lossy:loss=0.6", "reverb:pre_delay=900"), ("1:loss=0.6", "2:pre_delay=900")):
        named = ("--preset", "2:concert_hall", "--set", words[1], "--preset", "lossy:dial_up_mp3", "--set", words[0])
        bench.expect(0, f"addressed: {words}", "render", "lossy+reverb", "a.wav", "c.wav", *named, "--bits", "64f")
        bench.tap.ok(parse_wav(bench.path("c.wav").read_bytes())[b"data"] == want, "the same again")
    chain = [
        {"effect": "lossy", "preset": "Dial-Up MP3", "set": {"loss": 0.6}},
        {"effect": "reverb", "preset": "concert_hall", "set": {"pre_delay": "900 smp"}},
    ]
    bench.path("chain.json").write_text(json.dumps({"chain": chain}))
    bench.expect(0, "from a file", "render", "chain.json", "a.wav", "c.wav", "--bits", "64f")
    bench.tap.ok(parse_wav(bench.path("c.wav").read_bytes())[b"data"] == want, "the same again")
    bench.expect(0, "of several inputs", "render", "chain.json", "a.wav", "b.wav", "out", "--bits", "64f", "--jobs", "2")
    bench.tap.ok(parse_wav(bench.path("out/a.wav").read_bytes())[b"data"] == want, "the same again")
    gains = ("--set", "1:gain=6", "--set", "3:gain=-6")
    bench.expect(0, "the same effect thrice", "render", "gain+gain+gain", "a.wav", "g.wav", *gains, "--bits", "64f")
    values = [struct.unpack("<4000d", parse_wav(bench.path("g.wav").read_bytes())[b"data"][: 8 * 4000])]
    ins = struct.unpack("<4000h", parse_wav(bench.path("a.wav").read_bytes())[b"data"][: 2 * 4000])
    bench.tap.ok(max(abs(x - y / 32768) for x, y in zip(values[0], ins, strict=True)) < 1e-9, "up and down again")
    bench.expect(0, "with one tail", "render", "gain+gain", "a.wav", "t.wav", "--tail", "1s")
    bench.tap.ok(len(parse_wav(bench.path("t.wav").read_bytes())[b"data"]) == 4 * 48100, "is one second longer")
    doomed = ("--set", "feedback_gain=2", "--tail", "60")
    bench.expect(1, "that runs away", "render", "reverb+lossy", "a.wav", "x.wav", *doomed, says="ran away")
    bench.tap.ok(not bench.path("x.wav").exists(), "leaves nothing")
    bench.path("mono.wav").write_bytes(wav(tone(2000, 1), wav_header(channels=1)))
    bench.expect(0, "of one channel", "render", "reverb+lossy", "mono.wav", "m.wav")
    bench.tap.ok(wav_info(bench.path("m.wav").read_bytes())[1] == 2, "has as many as the last effect makes of it")
    for text, says in {
        "[]": "no chain",
        '{"chain": []}': "no chain",
        '{"chain": [{"effect": "lossy", "prset": "x"}]}': 'key "prset": unknown',
        '{"chain": [{"preset": "x"}]}': '"effect" is a text',
        '{"chain": [{"effect": "lossy", "preset": "nothing"}]}': "no preset",
        '{"chain": [{"effect": "lossy", "set": {"loss": {}}}]}': 'key "loss"',
        '{"chain": [{"effect": "lossy", "set": {"bogus": 1}}]}': "unknown to Lossy",
        '{"chain": ': "bad.json:1:",
    }.items():
        bench.path("bad.json").write_text(text)
        bench.expect(1, f"a file that is none: {text}", "render", "bad.json", "a.wav", "o.wav", says=says)
    bench.path("bad.json").write_text('{"chain": [{"effect": "losy"}]}')
    bench.expect(2, "an effect that is none", "render", "bad.json", "a.wav", "o.wav", says='did you mean "lossy"')


if __name__ == "__main__":
    main(test_several, test_formats, test_tail, test_chain)
