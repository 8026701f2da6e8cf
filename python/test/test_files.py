# SPDX-License-Identifier: ISC
"""Files: whole or not at all, with any name; and texts from outside in messages and pictures."""

import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit

RATE = 44100
AUDIO = np.linspace(-0.5, 0.5, 20000)
HOSTILE = "\x1b[2J\x9b31m\x07\u202e\u2066\u2028ö"


def write_sound(path: str | os.PathLike[str]) -> None:
    vstkit.write(path, AUDIO, RATE)


def write_preset(path: str | os.PathLike[str]) -> None:
    vstkit.params("reverb", meta={"description": "long " * 1000}).save(path)


WRITERS = pytest.mark.parametrize("write", [write_sound, write_preset])


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """No file can be longer."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@WRITERS
def test_old_file_survives(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """A disk without room leaves what was there, and nothing else."""
    path = tmp_path / "x.wav"
    path.write_bytes(b"old")
    with small_disk(1000), pytest.raises(OSError, match="x.wav: cannot write: "):
        write(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x.wav"]


@WRITERS
def test_files_are_replaced_whole(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """Another file takes the place of the old one, which whoever has it open still has; mode and link stay."""
    path, link = tmp_path / "x.wav", tmp_path / "link.wav"
    path.write_bytes(b"old")
    path.chmod(0o604)
    link.symlink_to("x.wav")
    with path.open("rb") as old:
        write(link)
        assert old.read() == b"old"
    assert link.is_symlink() and path.stat().st_size > 1000
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert sorted(os.listdir(tmp_path)) == ["link.wav", "x.wav"]


@WRITERS
def test_refusals_are_of_their_kind(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """Exceptions are those that open() would raise."""
    with pytest.raises(FileNotFoundError, match="x.wav: cannot write: "):
        write(tmp_path / "no" / "x.wav")
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(IsADirectoryError, match="this is a folder"):
        write(tmp_path / "folder.wav")
    with pytest.raises(ValueError, match="null"):
        write(tmp_path / "x\0.wav")


@pytest.mark.parametrize("name", [b"L\xf6ud", b"cut \xe9\x9f", HOSTILE.encode(), "音 🎛".encode(), b"back\\slash"])
def test_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes) -> None:
    """Files may be called anything, also what is no UTF-8."""
    monkeypatch.chdir(tmp_path)
    sound, preset = os.fsdecode(name + b".wav"), os.fsdecode(name + b".json")
    write_sound(sound)
    assert vstkit.read(sound)[0].shape == AUDIO.shape
    write_preset(preset)
    assert vstkit.load_preset("reverb", Path(preset)) == vstkit.load_preset("reverb", tmp_path / preset)
    with vstkit.Stream("reverb", RATE) as stream:
        stream.load_preset(f"./{preset}")

    folder = tmp_path / "data" / "vstkit" / "presets" / "gain"
    folder.mkdir(parents=True)
    vstkit.params("gain", gain=3.0).save(folder / preset)
    vstkit.params("gain", gain=3.0).save(folder / os.fsdecode(name + b".json.json"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    mine = [info.id for info in vstkit.presets("gain") if info.path]
    assert len(mine) == 2
    assert all(vstkit.load_preset("gain", info).to_dict()["gain"] == 3.0 for info in mine)

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / os.fsdecode(name)))
    assert not [info for info in vstkit.presets("gain") if info.path]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("extension", ["wav", "flac", "aiff", "ogg", "mp3", "opus", "au"])
def test_a_part_is_that_of_the_whole(tmp_path: Path, extension: str, seed: int) -> None:
    """From any frame on, however long, in both types and layouts; also where decoding depends on what was before."""
    random = np.random.default_rng(seed)
    path, rate = tmp_path / f"x.{extension}", 48000
    times = np.arange(int(random.integers(20000, 300000))) / rate
    bursts = 0.05 * random.standard_normal((len(times), 2)) * (np.sin(9.0 * times) > 0.0)[:, None]
    try:
        vstkit.write(path, 0.3 * np.sin(2.0 * np.pi * (200 + 300 * seed) * times)[:, None] + bursts, rate)
    except ValueError as error:
        pytest.skip(f"libsndfile writes none: {error}")
    whole, found = vstkit.read(path)
    n = len(whole)
    assert found == rate
    for dtype in (np.float64, np.float32, "float32"):
        np.testing.assert_array_equal(vstkit.read(path, dtype=dtype)[0], whole.astype(dtype))
    for frames in random.integers(0, 6000, 40):
        start = int(random.integers(0, n + 1000))
        part, _ = vstkit.read(path, start=start, frames=int(frames), channels_first=True)
        np.testing.assert_array_equal(part, whole[start : start + frames].T)
    np.testing.assert_array_equal(vstkit.read(path, start=n - 7, dtype=np.float32)[0], whole[-7:].astype(np.float32))
    assert vstkit.read(path, start=2**62)[0].shape == (0, 2)
    assert vstkit.read(path, frames=0)[0].shape == (0, 2)


def test_a_part_takes_no_more_than_it_is(tmp_path: Path) -> None:
    """One second of ten minutes: neither the memory of the whole nor, where samples are plain, its time."""
    vstkit.write(tmp_path / "x.wav", np.zeros((600 * RATE, 2), np.float32), RATE)
    code = (
        "import resource, sys, vstkit; before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "vstkit.read(sys.argv[1], start=599 * 44100, frames=44100); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    result = subprocess.run([sys.executable, "-c", code, str(tmp_path / "x.wav")], capture_output=True, text=True, check=True)
    assert int(result.stdout) < 16 * 1024  # KiB; the whole would be 420 MB


def test_parts_of_pipes(tmp_path: Path) -> None:
    """What cannot be sought in is read up to there."""
    write_sound(tmp_path / "x.wav")
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["sh", "-c", "cat x.wav > pipe"], cwd=tmp_path, stderr=subprocess.DEVNULL) as cat:
        part, _ = vstkit.read(tmp_path / "pipe", start=1000, frames=500)
        np.testing.assert_array_equal(part, vstkit.read(tmp_path / "x.wav")[0][1000:1500])
        cat.kill()


def test_a_file_that_ends_early_says_so(tmp_path: Path) -> None:
    """Where what is missing was asked for."""
    write_sound(tmp_path / "x.wav")
    whole = (tmp_path / "x.wav").read_bytes()
    (tmp_path / "x.wav").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(vstkit.VstkitWarning, match="ends early") as caught:
        part, _ = vstkit.read(tmp_path / "x.wav", start=100)
    assert [warning.filename for warning in caught] == [__file__]
    assert 9000 < len(part) < 10000
    with pytest.warns(vstkit.VstkitWarning, match="ends early"):
        assert vstkit.read(tmp_path / "x.wav", start=15000)[0].shape == (0,)


def test_bad_parts_and_bits_are_named(tmp_path: Path) -> None:
    """With what is expected."""
    write_sound(tmp_path / "x.wav")
    bad: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"start": -1}, ValueError, "start: -1"),
        ({"frames": -1}, ValueError, "frames: -1"),
        ({"frames": 1.5}, TypeError, "frames: 1.5: a whole number"),
        ({"dtype": np.int16}, TypeError, "dtype: int16: float32 or float64"),
        ({"dtype": ">f4"}, TypeError, "dtype: >f4"),
    ]
    for arguments, kind, message in bad:
        with pytest.raises(kind, match=message):
            vstkit.read(tmp_path / "x.wav", **arguments)
    for bits in (8, 32, 16.0, True, "17", [16]):
        with pytest.raises(ValueError, match='bits: .*16, 24, "32f" or "64f" is expected'):
            vstkit.write(tmp_path / "y.wav", AUDIO, RATE, bits=bits)  # type: ignore[arg-type]
    for number in (16, 24):
        vstkit.write(tmp_path / "a.wav", AUDIO, RATE, bits=number)
        vstkit.write(tmp_path / "b.wav", AUDIO, RATE, bits=str(number))
        assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_messages_are_plain(tmp_path: Path) -> None:
    """What a terminal would act on does not come through an exception."""
    odd = HOSTILE + os.fsdecode(b"\xff")
    (tmp_path / f"{odd}.wav").write_text("no sound")
    (tmp_path / f"{odd}.json").write_text('{"loss": "' + "x\u202e" + '"}')
    actions: list[Callable[[], object]] = [
        lambda: vstkit.read(tmp_path / f"{odd}.wav"),
        lambda: vstkit.read(f"no {odd}.wav"),
        lambda: write_sound(tmp_path / odd / "x.wav"),
        lambda: vstkit.load_preset("lossy", tmp_path / f"{odd}.json"),
        lambda: vstkit.load_preset("lossy", odd),
        lambda: vstkit.load_preset("lossy", {HOSTILE: float("nan")}),
        lambda: vstkit.params("lossy", **{HOSTILE: 1}),
        lambda: vstkit.render("lossy", AUDIO, RATE, params={HOSTILE: 1}),
        lambda: vstkit.render("lossy", AUDIO, RATE, params={"loss": HOSTILE}),
        lambda: vstkit.render(HOSTILE, AUDIO, RATE),
    ]
    for action in actions:
        with pytest.raises((ValueError, OSError)) as caught:
            action()
        assert str(caught.value).isprintable(), ascii(str(caught.value))


def test_elements_have_one_spelling() -> None:
    """Only 1 to n, written as people count."""
    with vstkit.Stream("reverb", RATE) as stream:
        for number in ("4294967297", "18446744073709551617", "0", "01", "+1", " 1", "1 ", "-1", "9", "1.0", "١"):
            key = f"delay_times.{number}"
            with pytest.raises(vstkit.UnknownKeyError, match="its elements are"):
                vstkit.render("reverb", AUDIO[:100], RATE, params={key: 100.0}, tail=0.0)
            with pytest.raises(vstkit.UnknownKeyError, match="its elements are"):
                stream.params[key] = 100.0
            with pytest.raises(vstkit.UnknownKeyError, match="its elements are"):
                vstkit.params("reverb").text(key)


def test_pictures_of_anything() -> None:
    """Titles may have been names of files."""
    raw = os.fsdecode(b"L\xf6ud")
    first = vstkit.spectrogram_png(AUDIO, RATE, title=raw, labels=(raw, None), width=300, height=200)
    again = vstkit.spectrogram_png(AUDIO, RATE, title="L\ufffdud", labels=("L\ufffdud", None), width=300, height=200)
    assert first == again
    assert vstkit.decay_png(AUDIO, RATE, title=raw).startswith(b"\x89PNG")
