# SPDX-License-Identifier: ISC
"""Effects as programs, on the null device: what goes in and comes out, what is kept, what happens when things go wrong."""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import struct
import time
from array import array
from pathlib import Path

from running import Running, samples

from harness import Bench, chunk, main, wav, wav_header  # isort: skip

NULL = ("--backend", "null")
OPENING = {"reverb": ("--preset", "grand_hall")}  # What a new one plays
FAST = (*NULL, "--unpaced")
RATE = 44100
SANITIZED = "-fsanitize" in os.environ.get("VSTKIT_CFLAGS", "")


def noise(n_frames: int, channels: int = 2, seed: int = 1) -> bytes:
    """Return interleaved 16-bit samples, the same each time."""
    state, values = seed, array("h")
    for _ in range(n_frames * channels):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        values.append(((state >> 12) & 0x3FFF) - 0x2000)
    return values.tobytes()


def write(bench: Bench, name: str, data: bytes) -> Path:
    path = bench.path(name)
    path.write_bytes(data)
    return path


def test_same_as_render(bench: Bench) -> None:
    """A file through the program, recorded, is what `vstkit render --stream` makes of it, to the bit."""
    write(bench, "two.wav", wav(noise(50000)))
    write(bench, "one.wav", wav(noise(50000, 1), wav_header(channels=1)))
    cases = [
        ("gain", "two.wav", "64f", FAST, ("--set", "gain=-7.3"), ()),
        ("lossy", "two.wav", "64f", FAST, ("--preset", "glass_harp_grid"), ()),
        ("reverb", "two.wav", "64f", FAST, ("--preset", "broken_satellite"), ()),
        ("lossy", "two.wav", "32f", NULL, ("--preset", "dial_up_mp3"), ()),
        ("lossy", "one.wav", "64f", FAST, (), ("--channels", "1")),
        ("reverb", "one.wav", "64f", FAST, (), ("--channels", "1:2")),
        ("lossy", "two.wav", "32f", FAST, ("--set", "loss=0.6"), ("--frames", "64", "--channels", "2")),
        ("reverb", "two.wav", "32f", FAST, ("--bpm", "97", "--set", "pre_delay_sync=1/16"), ("--channels", "2")),
        ("lossy", "two.wav", "32f", FAST, ("--set", "loss=0.6"), ("--frames", "5000", "--channels", "2")),
    ]
    for effect, source, bits, device, settings, more in cases:
        bench.run("render", effect, source, "want.wav", "--stream", "--tail", 0.25, "--bits", bits, *(settings or OPENING.get(effect, ())))
        words = (effect, source, *device, "--record", "got.wav", "--dry", "dry.wav", "--force", "--tail", 0.25, "--exit", "--fresh")
        bench.expect(0, f"{effect} {source} {' '.join(device)}", "play", *words, "--bits", bits, *settings, *more)
        want, got = samples(bench.path("want.wav")), samples(bench.path("got.wav"))
        bench.tap.ok(want == got and len(got[0]) == 50000 + RATE // 4, f"{len(got[0])} frames of {bits} are the command line's, to the bit")
        dry = samples(bench.path("dry.wav"))
        given = [[value / 32768 for value in way] for way in samples(bench.path(source))]
        bench.tap.ok([list(way[:50000]) for way in dry] == given and not any(dry[0][50000:]), "and the dry file is what went in")
    bench.run("render", "lossy", "two.wav", "want.flac", "--stream", "--tail", 0, "--bits", 24)
    bench.expect(0, "FLAC", "play", "lossy", "two.wav", *FAST, "--record", "got.flac", "--exit", "--fresh")
    for name in ("want", "got"):
        bench.run("render", "gain", f"{name}.flac", f"{name}.wav", "--bits", "64f", "--set", "gain=0", "--tail", 0)
    bench.tap.ok(samples(bench.path("want.wav")) == samples(bench.path("got.wav")), "FLAC holds the same")


def test_another_rate(bench: Bench) -> None:
    """A file of another rate is resampled."""
    n, hz = 44100, 1000.0
    values = array("h", (round(16384 * math.sin(2 * math.pi * hz * i / RATE)) for i in range(n) for _ in range(2)))
    write(bench, "in.wav", wav(values.tobytes()))
    words = ("gain", "in.wav", *FAST, "--rate", 48000, "--record", "out.wav", "--dry", "dry.wav", "--exit", "--fresh")
    done = bench.run("play", *words)
    if "cannot be played at" in done.err:
        bench.tap.skip("libsamplerate is not in this build")
        return
    dry = samples(bench.path("dry.wav"))[0]
    worst = max(abs(dry[i] - 0.5 * math.sin(2 * math.pi * hz * i / 48000)) for i in range(1000, 47000))
    bench.tap.ok(abs(len(dry) - 48000) <= 2, f"a second stays a second: {len(dry)} frames")
    bench.tap.ok(worst < 1e-4, f"and a sine a sine, to {worst:.1e}")


def w64(samples: bytes, channels: int) -> bytes:
    """Return a Sony Wave64 file of 16-bit samples: chunks with names of 16 bytes, lengths of 8 that count themselves."""

    def part(name: bytes, data: bytes) -> bytes:
        tail = bytes.fromhex("f3acd3118cd100c04f8edb8a")
        return name + tail + struct.pack("<Q", 24 + len(data)) + data + b"\0" * (-len(data) % 8)

    body = bytes.fromhex("77617665f3acd3118cd100c04f8edb8a") + part(b"fmt ", wav_header(channels=channels)) + part(b"data", samples)
    return bytes.fromhex("726966662e91cf11a5d628db04c10000") + struct.pack("<Q", 24 + len(body)) + body


def rf64(samples: bytes, channels: int) -> bytes:
    fmt = chunk(b"fmt ", wav_header(channels=channels))
    size = len(samples)
    ds64 = chunk(b"ds64", struct.pack("<QQQI", 4 + 36 + len(fmt) + 8 + size, size, size // channels // 2, 0))
    return b"RF64" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE" + ds64 + fmt + b"data" + struct.pack("<I", 0xFFFFFFFF) + samples


def test_formats(bench: Bench) -> None:
    """Wave64, RF64, eight channels and one sample play; what is broken is said, and stops nothing."""
    for n_channels in (1, 2, 8):
        values = array("h")
        values.frombytes(noise(3000, n_channels))
        body = values.tobytes()
        given = [[value / 32768 for value in values[c::n_channels]] for c in range(2 if n_channels > 1 else 1)]
        for name, data in (
            ("w64", w64(body, n_channels)),
            ("rf64", rf64(body, n_channels)),
            ("wav", wav(body, wav_header(channels=n_channels))),
        ):
            write(bench, f"in.{name}", data)
            channels = ("--channels", min(n_channels, 2))
            words = ("gain", f"in.{name}", *FAST, *channels, "--record", "out.wav", "--dry", "dry.wav", "--exit", "--fresh", "--force")
            bench.expect(0, f"{name} of {n_channels} channels", "play", *words)
            dry = [list(way) for way in samples(bench.path("dry.wav"))]
            bench.tap.ok(dry == given, f"{len(dry)} channels of {len(dry[0])} frames are the file's")
    write(bench, "one.wav", wav(array("h", [12345, -12345]).tobytes()))
    for loop in ((), ("--loop",)):
        run = Running(bench, "gain", "one.wav", *NULL, "--fresh", *loop)
        at = run.wait(lambda status: status["processed"] > 0)["processed"]
        good = run.wait(lambda status, at=at: status["processed"] > at + 4410)
        bench.tap.ok(good and run.end() == 0, f"a file of one sample {' '.join(loop)}")
    words = ("gain", "one.wav", *FAST, "--record", "out.wav", "--exit", "--fresh", "--force")
    bench.expect(0, "one sample, recorded", "play", *words)
    got = samples(bench.path("out.wav"))
    bench.tap.ok([list(way) for way in got] == [[12345 / 32768], [-12345 / 32768]], "is one sample")

    whole = noise(5000)
    broken = {
        "empty.wav": b"",
        "head.wav": wav(whole)[:30],
        "none.wav": wav(b""),
        "short.w64": w64(whole, 2)[:70],
        "wild.w64": w64(whole, 2)[:40] + b"\xff" * 400,
        "rate.wav": wav(whole, wav_header(rate=0)),
        "many.wav": wav(whole, wav_header(channels=0)),
        "text.flac": b"fLaC nonsense" * 50,
        "folder.wav": None,
    }
    run = Running(bench, "gain", *NULL, "--fresh")
    for name, data in broken.items():
        path = bench.path(name)
        path.mkdir() if data is None else path.write_bytes(data)
        run.say(f"open {name}", "play")
        status = run.wait(lambda status: True)
        bench.tap.ok(status.get("file") == str(path) or f"{name}: " in run.said, f"{name} is said or plays")
    run.say("close")
    write(bench, "cut.wav", wav(whole)[:-5000])  # Its header promises more than there is
    run.say("open cut.wav", "play")
    bench.tap.ok(run.wait(lambda status: status["ended"]).get("ended"), "one that ends early plays as far as it goes")
    bench.tap.ok(run.end() == 0, "and it runs on")


def test_loop_and_seek(bench: Bench) -> None:
    """Loops close to the frame, seeks arrive at the frame, and play goes on from where it was stopped."""
    write(bench, "in.wav", wav(noise(44100)))
    given = [[value / 32768 for value in way] for way in samples(bench.path("in.wav"))]
    run = Running(
        bench, "gain", "in.wav", *FAST, "--loop", "--from", 0.1, "--to", 0.15, "--record", "out.wav", "--dry", "dry.wav", "--fresh"
    )
    run.wait(lambda status: status["recorded_s"] > 2.0)
    run.say("record off")
    run.wait(lambda status: not status["recording"])
    bench.tap.ok(run.end() == 0, "a loop, recorded while it runs")
    dry = samples(bench.path("dry.wav"))
    first, last = 4410, 6615
    start = first + 256  # What begins inside a file is faded in
    want = [given[0][first + (i - first) % (last - first)] for i in range(start, first + len(dry[0]))]
    bench.tap.ok(len(dry[0]) > 2 * RATE and list(dry[0][256:]) == want, "it closes to the frame, for two seconds")

    run = Running(bench, "gain", "in.wav", *NULL, "--stopped", "--fresh", "--record", "out2.wav", "--dry", "dry2.wav")
    run.say("seek 0.5", "play")
    run.wait(lambda status: status["ended"])
    run.say("record off")
    run.wait(lambda status: not status["recording"])
    bench.tap.ok(run.end() == 0, "a seek")
    dry = samples(bench.path("dry2.wav"))[0]
    tail = given[0][22050 + 256 :]
    last = max((i for i, value in enumerate(dry) if value), default=0) + 1
    bench.tap.ok(list(dry[last - len(tail) : last]) == tail[:last] and last > len(tail), "it plays from there to the end, to the frame")
    if list(dry[last - len(tail) : last]) != tail:
        bench.tap.note(f"{last} of {len(dry)} frames, {len(tail)} wanted")


def test_killed(bench: Bench) -> None:
    """What is lost when the program is killed while it records is less than a second."""
    write(bench, "in.wav", wav(noise(44100)))
    for extension in ("wav", "flac"):
        run = Running(bench, "reverb", "in.wav", *NULL, "--loop", "--record", f"take.{extension}", "--dry", f"dry.{extension}", "--fresh")
        status = run.wait(lambda status: status["recorded_s"] > 2.0)
        run.process.kill()
        run.end(None)
        for name in ("take", "dry"):
            done = bench.run("render", "gain", f"{name}.{extension}", f"{name}-back.wav", "--bits", "32f", "--tail", 0)
            back = samples(bench.path(f"{name}-back.wav")) if done.code == 0 else [[]]
            lost = status.get("recorded_s", 1e9) - len(back[0]) / RATE
            bench.tap.ok(done.code == 0 and lost < 1.0, f"{name}.{extension}: {lost:.2f} s of {status.get('recorded_s', 0):.2f} s are lost")


def test_full_disk(bench: Bench) -> None:
    """A disk that is full is said, and the take is kept."""
    write(bench, "in.wav", wav(noise(200000)))
    bench.run("render", "gain", "in.wav", "want.wav", "--stream", "--tail", 0, "--bits", "32f")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000000, 1000000))

    words = ("gain", "in.wav", *FAST, "--record", "out.wav", "--exit", "--fresh")
    done = bench.expect(1, "a file that may not grow", "play", *words, says="out.wav: ", preexec_fn=limit)
    bench.tap.ok("are kept" in done.err, "what there is is kept, it says")
    want, got = samples(bench.path("want.wav")), samples(bench.path("out.wav"))
    n = len(got[0])
    bench.tap.ok(n > 80000 and [way[:n] for way in want] == got, f"{n} frames can be read, and are right")
    bench.expect(
        1,
        "a take over a file",
        "play",
        "gain",
        "in.wav",
        *FAST,
        "--record",
        "want.wav",
        "--exit",
        "--fresh",
        says="want.wav: there is such a file",
    )
    bench.tap.ok(samples(bench.path("want.wav")) == want, "which stays as it is")
    bench.expect(
        1, "a folder that is not there", "play", "gain", "in.wav", *FAST, "--record", "no/out.wav", "--exit", "--fresh", says="no/out.wav: "
    )
    bench.expect(
        1,
        "a format that is none",
        "play",
        "gain",
        "in.wav",
        *FAST,
        "--record",
        "out.xyz",
        "--exit",
        "--fresh",
        says='unknown audio format "xyz"',
    )


def test_kept(bench: Bench) -> None:
    """What was going on is taken up again."""
    write(bench, "in.wav", wav(noise(44100)))
    run = Running(bench, "lossy", *NULL)
    run.say("open in.wav", "loop 0.2 0.4", "gain -6", "bpm 97", "set loss 0.625", "bypass on", "lock")
    run.wait(lambda status: status["processed"] > 1000)
    loss = run.get("loss")
    bench.tap.ok(run.end() == 0 and loss == 0.625, "a value is set")
    bench.tap.ok('no command "lock"' in run.said, "and what is no command is said")
    run = Running(bench, "lossy", *NULL)
    bench.tap.ok(run.get("loss") == 0.625 and run.get("bypass") == 1.0, "value and bypass are taken up at the next start")
    bench.tap.ok(run.status()["bpm"] == 97.0, "so is the tempo")
    run.say("save session.json")
    run.wait(lambda status: True)
    run.process.send_signal(signal.SIGTERM)
    bench.tap.ok(run.end(None) == 0, "SIGTERM ends it with status 0")
    session = json.loads(bench.path("session.json").read_text("utf-8"))
    player = session["player"]
    bench.tap.ok(
        player["file"] == str(bench.path("in.wav")) and player["loop"] and player["loop_from"] == 8820 and player["loop_to"] == 17640,
        "so are file and loop",
    )
    bench.tap.ok(abs(player["gain"] - 10 ** (-6 / 20)) < 1e-9, "and its gain")

    run = Running(bench, "lossy", *NULL, "--state", "session.json")
    run.say("set loss 0.25")
    run.wait(lambda status: True)
    run.process.send_signal(signal.SIGINT)
    bench.tap.ok(
        run.end(None) == 0 and json.loads(bench.path("session.json").read_text())["state"]["loss"] == 0.25,
        "SIGINT saves, too, in the file of --state",
    )
    run = Running(bench, "lossy", *NULL, "--state", "session.json", "--preset", "dial_up_mp3")
    bench.tap.ok("Dial" in run.wait(lambda status: True).get("preset", ""), "--preset comes before what was kept")
    run.end()
    run = Running(bench, "lossy", *NULL, "--state", "fresh.json", "--set", "loss=0.125")
    run.wait(lambda status: True)
    written = bench.path("fresh.json")
    end = time.monotonic() + 60.0
    while not written.exists() and time.monotonic() < end:
        time.sleep(0.05)
    bench.tap.ok(written.exists() and json.loads(written.read_text())["state"]["loss"] == 0.125, "it saves by itself, while it runs")
    run.process.kill()
    run.end(None)


def test_bad_sessions(bench: Bench) -> None:
    """What cannot be taken up is said, and not written over."""
    bad = {
        "broken.json": ("{", "broken.json:"),
        "other.json": ('{"vstkit_session": 1, "effect": "reverb", "state": {}}', 'a session of "reverb"'),
        "empty.json": ('{"vstkit_session": 1, "effect": "lossy"}', 'key "state"'),
        "list.json": ("[]", "list.json"),
    }
    for name, (text, says) in bad.items():
        path = write(bench, name, text.encode())
        bench.expect(1, f"--state {name}", "play", "lossy", *NULL, "--state", name, says=says)
        bench.tap.ok(path.read_text() == text, "and the file stays as it is")
    gone = (
        '{"vstkit_session": 1, "effect": "gain", "state": {"gain": -3.0}, "player": {"file": "gone.wav", "loop_from": 1e300, "gain": "x"}}'
    )
    write(bench, "gone.json", gone.encode())
    run = Running(bench, "gain", *NULL, "--state", "gone.json")
    bench.tap.ok(run.get("gain") == -3.0 and "gone.wav: " in run.said and run.end() == 0, "a file to play that is gone is warned of")
    own = bench.path("data/vstkit/standalone/gain.json")
    own.write_text("nonsense") if own.parent.mkdir(parents=True, exist_ok=True) is None else None
    run = Running(bench, "gain", *NULL)
    bench.tap.ok(run.get("gain") == 0.0 and run.end() == 0, "where it keeps its own session, what is broken is put aside")
    bench.tap.ok(own.with_name("gain.json.bad").read_text() == "nonsense" and "put aside" in run.said, "and says so")


def test_wrong(bench: Bench) -> None:
    """What cannot be done is refused with a reason, and status 1 or 2 as the command line's."""
    write(bench, "in.wav", wav(noise(4410)))
    for words, says in (
        (("nothing",), 'no effect "nothing"'),
        (("gain", "--backend", "alsa"), '--backend: "alsa"'),
        (("gain", "--rate", "1"), "--rate"),
        (("gain", "--frames", "0"), "--frames"),
        (("gain", "--bpm", "fast"), "--bpm"),
        (("gain", "--channels", "6"), "--channels"),
        (("gain", "--bits", "8"), "--bits"),
        (("gain", "--osc", "80"), "--osc"),
        (("gain", "--exit"), "--exit goes with a FILE"),
        (("gain", "--dry", "x.wav"), "--dry goes with --record"),
        (("gain", "in.wav", "--to", "1"), "--to goes with --loop"),
        (("gain", "--unpaced"), "--unpaced goes with --backend null"),
        (("gain", "--set", "gian=1"), "gian"),
        ((), "EFFECT is missing"),
    ):
        bench.expect(2, f"play {' '.join(words)}", "play", *words, says=says)
    bench.expect(1, "a file that is none", "play", "gain", "no.wav", *NULL, says="no.wav: ")
    write(bench, "bad.wav", b"RIFF nonsense")
    bench.expect(1, "a file that is no sound", "play", "gain", "bad.wav", *NULL, says="bad.wav: ")
    bench.expect(
        1,
        "a server that does not run",
        "play",
        "gain",
        "--backend",
        "jack",
        env={**bench.env, "JACK_DEFAULT_SERVER": "none-here"},
        says="JACK",
    )
    link = bench.path("vstkit-reverb")
    link.symlink_to(Path(os.environ["VSTKIT_BUILD_ROOT"]) / "apps/cli/vstkit")
    bench.expect(2, "vstkit-reverb --loop", "--loop", program=link, says="vstkit-reverb: ")
    done = bench.run("--help", program=link)
    bench.tap.ok(done.code == 0 and "--list-devices" in done.out, "vstkit-reverb --help")
    done = bench.run("--list-devices", program=link)
    bench.tap.ok(done.code == 0 and "--backend null" in done.out, "vstkit-reverb --list-devices")
    done = bench.run("__complete", "vstkit-reverb", "--back")
    bench.tap.ok(done.out.split() == ["--backend"], "and its options complete")

    run = Running(bench, "gain", *NULL)
    lines = {
        "play": "no file is open", "seek 1": "no file is open", "open no.wav": "no.wav: ", "set gain x": "gain", "set gian 1": "gain",
        "set": "usage: set KEY VALUE", "bypass maybe": "neither on nor off", "gain loud": "not a number",
        "source tape": "none of live, file, none",
        "preset no_such_one": "no_such_one", "learn nothing": "no parameter", "forget gain": "no controller", "device tape": "none of jack",
        "record no/x.wav": "no/x.wav", "guard maybe": "neither on nor off", "x" * 5000: "no command", "midi zz": "midi",
    }  # fmt: skip
    run.say(*lines)
    run.wait(lambda status: True)
    for line, says in lines.items():
        bench.tap.ok(says in run.said, f"{line[:40]}: {says}")
    bench.tap.ok(run.end() == 0, "and it runs on")


def test_midi(bench: Bench) -> None:
    """Controllers are learnt, turn parameters, and are known at the next start."""
    run = Running(bench, "lossy", *NULL, "--fresh")
    run.say("learn loss", "midi b0 10 7f", "learn filter_freq", "midi b1 05 40", "midi b1 25 00", "learn bypass", "midi b0 40 00")
    run.wait(lambda status: status["midi"] == 4)
    run.say("midi b0 10 00", "midi b1 05 7f", "midi b1 25 7f", "midi b0 40 7f", "midi b0 11 05", "midi 90 40 7f")
    run.wait(lambda status: status["midi"] == 10)
    low, high, bypass = run.get("loss"), run.get("filter_freq"), run.get("bypass")
    bench.tap.ok((low, high, bypass) == (0.0, 20000.0, 1.0), f"7 bits, 14 bits and bypass turn: {low}, {high}, {bypass}")
    run.say("midi b1 05 40")
    run.wait(lambda status: status["midi"] == 11)
    coarse = run.get("filter_freq")
    run.say("midi b1 25 01")
    run.wait(lambda status: status["midi"] == 12)
    fine = run.get("filter_freq")
    bench.tap.ok(coarse < fine < coarse * 1.002, f"the fine half is fine: {coarse} → {fine}")
    run.say("midi b0 40 00", "midi c0 05")
    status = run.wait(lambda status: status["midi"] == 14)
    names = [row["name"] for row in bench.run("presets", "lossy", "--json").json]
    bench.tap.ok(status.get("preset") in names, f"program 6 is {status.get('preset')}")
    run.say("midi c0 7f", "midi b0 20 7f", "midi c0 7f", "forget bypass")
    run.wait(lambda status: status["midi"] == 17)
    bench.tap.ok(run.end() == 0 and "there is no program" in run.said, "a program that is none is said")
    kept = json.loads(bench.path("conf/vstkit/standalone.json").read_text("utf-8"))["midi"]["lossy"]
    want = [{"cc": 16, "channel": 1, "bits": 7, "param": "loss"}, {"cc": 5, "channel": 2, "bits": 14, "param": "filter_freq"}]
    bench.tap.ok(sorted(kept, key=str) == sorted(want, key=str), f"the map is kept: {kept}")
    run = Running(bench, "lossy", *NULL, "--fresh")
    run.say("midi b0 10 7f")
    run.wait(lambda status: status["midi"] == 1)
    bench.tap.ok(run.get("loss") == 1.0, "and known at the next start")
    n = 3000
    run.say(*(f"midi b0 10 {i % 128:02x}" for i in range(n)), "midi b0 10 20")
    run.wait(lambda status: status["midi"] == n + 2)
    value = run.get("loss")
    bench.tap.ok(abs(value - 32 / 127) < 1e-12 and run.end() == 0, f"{n} messages in a row: the last one counts ({value})")


def test_long_file(bench: Bench) -> None:
    """A file of 24 hours plays, seeks and loops in 64 MB."""
    rate, hours = 48000, 24
    n = rate * 3600 * hours
    mark = rate * 3600 * 23  # One hour before the end there is something to be heard
    body = array("h", (8000 for _ in range(2 * rate))).tobytes()
    ds64 = chunk(b"ds64", struct.pack("<QQQI", 0, 4 * n, n, 0))
    head = b"RF64\xff\xff\xff\xffWAVE" + ds64 + chunk(b"fmt ", wav_header(rate)) + b"data\xff\xff\xff\xff"
    path = bench.path("day.wav")
    with path.open("wb") as file:
        file.write(head)
        file.seek(len(head) + 4 * mark)
        file.write(body)
        file.truncate(len(head) + 4 * n)
    if path.stat().st_blocks * 512 > 1e9:
        bench.tap.skip("this file system has no sparse files")
        return
    run = Running(bench, "gain", "day.wav", *NULL, "--fresh")
    run.say(f"seek {23 * 3600 - 1}")
    status = run.wait(lambda status: status["place"] > mark + 1000 and status["in_peak"] > 0.2)
    bench.tap.ok(status.get("place", 0) > mark, "it seeks to the 23rd hour, where it sounds")
    run.say(f"loop {23 * 3600 + 0.5} {23 * 3600 + 0.6}")
    run.say(f"seek {23 * 3600 + 0.5}")
    places = {int(run.wait(lambda status: status["place"] > mark).get("place", 0)) for _ in range(40)}
    inside = [place for place in places if mark + 0.5 * rate <= place < mark + 0.6 * rate]
    bench.tap.ok(len(inside) > 3, f"it loops there ({len(inside)} places)")
    run.say("loop off", f"seek {hours * 3600 - 0.2}")
    bench.tap.ok(run.wait(lambda status: status["ended"]).get("ended"), "it comes to the end")
    peak = int(
        next(line for line in Path(f"/proc/{run.process.pid}/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1]
    )
    if "libasan" in Path(f"/proc/{run.process.pid}/maps").read_text() or peak > 4e6:
        bench.tap.skip(f"memory is not the program's own under sanitizers: {peak / 1024:.0f} MB")
    else:
        bench.tap.ok(peak < 64 * 1024, f"in {peak / 1024:.1f} MB")
    bench.tap.ok(run.end() == 0, "and ends")
    bench.path("day.wav").unlink()


if __name__ == "__main__":
    main(
        test_same_as_render, test_another_rate, test_formats, test_loop_and_seek, test_killed, test_full_disk, test_kept, test_bad_sessions,
        test_wrong, test_midi,
        test_long_file,
    )  # fmt: skip
