# SPDX-License-Identifier: ISC
"""A folder through the values of the window of vstkit.desktop: by the engine of datasets, or one file after the other."""

import dataclasses
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit
from vstkit.desktop._folder import KINDS, RUN, Hearer, Order, Stopped, by_engine, by_turns, sound_files

from desktop_kit import LEFT, RATE, Make, display, home, make, qapp_cls  # isort: skip
from vstkit import batch

__all__ = ["display", "home", "make", "qapp_cls"]
STEPS = (vstkit.params("lossy", loss=0.3, packets="loss", packet_rate=0.6, seed=77), vstkit.params("reverb", wet_dry=0.3))
Run = Callable[[Order, Hearer], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One, two and one channels, below each other, one name twice but for its ending, and a file that is none."""
    source = tmp_path / "in"
    (source / "deep").mkdir(parents=True)
    for number, (name, channels) in enumerate((("a.wav", 1), ("b.wav", 2), ("deep/b.wav", 1), ("deep/b.flac", 2))):
        noise = np.random.default_rng(number).standard_normal((6000, channels)) * 0.1
        vstkit.write(source / name, noise, RATE)
    (source / "c.wav").write_bytes(b"nothing")
    return source


class Heard:
    """What a run tells."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.progress: list[tuple[int, int]] = []
        self.stop = threading.Event()
        self.stop_after = 1 << 30

    def hearer(self, source: Path) -> Hearer:
        """Whom to tell."""

        def file(path: Path, trouble: str) -> None:
            self.files[str(path.relative_to(source))] = trouble
            if len(self.files) >= self.stop_after:
                self.stop.set()

        return Hearer(lambda done, whole, name: self.progress.append((done, whole)), file, self.stop)


def exact(path: Path, order: Order, to: Path) -> bytes:
    """The file that `vstkit.write` makes of what `vstkit.render` makes of it."""
    audio, rate = vstkit.read(path)
    vstkit.write(to, vstkit.render(list(order.steps), audio, rate), rate, bits=order.kind.bits)
    return to.read_bytes()


@pytest.mark.parametrize("kind", KINDS[:4], ids=lambda kind: kind.text)
@pytest.mark.parametrize("run", [by_engine, by_turns])
def test_what_comes_out_is_what_render_makes(folder: Path, tmp_path: Path, run: Run, kind: Any) -> None:
    """Byte for byte, for two channels or one, with its tail; files that cannot be, and names that are taken, are told."""
    order, heard = Order(folder, tmp_path / "out", STEPS, kind), Heard()
    run(order, heard.hearer(folder))
    assert heard.progress[-1] == (5, 5)
    assert heard.files.keys() == {"a.wav", "b.wav", "c.wav", "deep/b.wav", "deep/b.flac"}
    assert sorted(name for name, trouble in heard.files.items() if not trouble)[:2] == ["a.wav", "b.wav"]
    assert "cannot read it as audio" in heard.files["c.wav"]
    twins = {name: trouble for name, trouble in heard.files.items() if name.startswith("deep")}
    assert sorted(twins.values()) == ["", "is there already"], "neither takes the other's place"
    first = next(name for name, trouble in twins.items() if not trouble)
    for name in ("a.wav", "b.wav", first):
        assert order.goal(folder / name).read_bytes() == exact(folder / name, order, tmp_path / f"exact.{kind.ending}")


def test_a_run_that_was_stopped_goes_on(folder: Path, tmp_path: Path) -> None:
    """What is done stays, has its name, and is not done anew; then all is there, and the engine finds it in order."""
    order, heard = Order(folder, tmp_path / "out", STEPS, KINDS[0]), Heard()
    heard.stop_after = 1
    with pytest.raises(Stopped):
        by_engine(order, heard.hearer(folder))
    done = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.wav")}
    assert len(heard.files) >= 1
    again = Heard()
    by_engine(order, again.hearer(folder))
    assert len(again.files) == 5
    assert {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in done} == done
    assert batch.check(tmp_path / "out" / RUN).problems == []


def test_folders_that_will_not_do(folder: Path, tmp_path: Path) -> None:
    """None, one in the other, one with other settings; and one without a sound."""
    for source, target, word in ((folder, folder / "out", "To"), (folder, folder, "To"), (tmp_path / "none", tmp_path / "out", "From")):
        with pytest.raises(ValueError, match=word):
            Order(source, target, STEPS, KINDS[0]).check()
    order = Order(folder, tmp_path / "out", STEPS[:1], KINDS[0])
    by_engine(order, Heard().hearer(folder))
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.wav")}
    with pytest.raises(batch.BatchError, match="another recipe"):
        by_engine(dataclasses.replace(order, steps=STEPS), Heard().hearer(folder))
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.wav")} == before
    (tmp_path / "empty").mkdir()
    for run in (by_engine, by_turns):
        heard = Heard()
        run(Order(tmp_path / "empty", tmp_path / "out2", STEPS, KINDS[0]), heard.hearer(tmp_path / "empty"))
        assert heard.progress[-1] == (0, 0)


def test_a_place_without_links(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are copied there."""

    def refuse(*_: object) -> None:
        raise OSError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    order, heard = Order(folder, tmp_path / "out", STEPS[:1], KINDS[0]), Heard()
    by_engine(order, heard.hearer(folder))
    assert heard.files["a.wav"] == ""
    assert order.goal(folder / "a.wav").read_bytes() == exact(folder / "a.wav", order, tmp_path / "exact.wav")


def test_a_loop_that_runs_away_says_what_to_turn(folder: Path, tmp_path: Path) -> None:
    """For each file, the first time."""
    heard = Heard()
    steps = (vstkit.params("reverb", feedback_gain=2.0, saturation=0.0),)
    by_engine(Order(folder, tmp_path / "out", steps, KINDS[0]), heard.hearer(folder))
    assert "lower feedback_gain" in heard.files["a.wav"]


def test_the_window_says_which_way(qtbot: Any, make: Make, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine where it is and the format allows it; else one after the other; and a Stop."""
    window = make()
    tab = window.batch
    window.show_tab("Batch")
    assert "engine of datasets" in tab.how.text()
    tab.kind.setCurrentIndex(len(KINDS) - 1)
    assert "One file after the other: mp3" in tab.how.text()
    tab.kind.setCurrentIndex(0)
    tab.choose_input(folder)
    assert tab.target.text() == str(tmp_path / "in-lossy")
    qtbot.mouseClick(tab.run, LEFT)
    qtbot.waitUntil(tab.run.isEnabled, timeout=60000)
    assert (tmp_path / "in-lossy" / RUN / "manifest.jsonl").exists()
    shutil.rmtree(tmp_path / "in-lossy")
    for number in range(40):
        shutil.copy(folder / "b.wav", folder / f"more{number:02d}.wav")
    qtbot.mouseClick(tab.run, LEFT)
    qtbot.waitUntil(lambda: tab.list.count() > 0, timeout=60000)
    qtbot.mouseClick(tab.stop, LEFT)
    qtbot.waitUntil(tab.run.isEnabled, timeout=60000)
    assert "Stopped" in window.message.text()
    assert tab.list.count() < len(sound_files(folder))

    def missing(order: Order, hearer: Hearer) -> None:
        raise ImportError("No module named 'vstkit.batch'")

    monkeypatch.setattr("vstkit.desktop._batch.by_engine", missing)
    shutil.rmtree(tmp_path / "in-lossy")
    qtbot.mouseClick(tab.run, LEFT)
    qtbot.waitUntil(tab.run.isEnabled, timeout=60000)
    assert "not installed" in tab.how.text()
    assert (tmp_path / "in-lossy" / "a.wav").exists()
    assert not (tmp_path / "in-lossy" / RUN).exists()
