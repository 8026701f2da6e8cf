# SPDX-License-Identifier: ISC
"""vstkit.match: distances, the search, its command."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sounds
import vstkit
from conftest import ROOT
from vstkit._flat import changed, defaults, of_preset
from vstkit._trial import render
from vstkit.agent import Budget, FileInstance, Progress, SearchWish, Session, figures
from vstkit.agent import __main__ as program
from vstkit.agent._figures import room_figures
from vstkit.agent._types import at_rate
from vstkit.match import WORDS, AgentError, Aim, Cancel, Cancelled, Match
from vstkit.match._distance import Meter, is_same_performance
from vstkit.match._space import Space, is_seed

sys.path.insert(0, str(ROOT / "bench"))
RATE = 44100.0
SHORT = 0.5


def near(
    effect: str, edits: dict[str, Any], *, renders: int = 120, preset: str | None = None, seconds: float = SHORT, **more: Any
) -> Match:
    """A search for what some edits did to music."""
    dry = sounds.music(seconds, RATE)
    start = of_preset(effect, preset)
    wet = render(effect, {**start, **edits}, dry, RATE)
    return Match(effect, dry, RATE, Aim(wet), start=start, renders=renders, **more)


def test_distances() -> None:
    """Nothing from itself; more from what is further away, in each of its parts; the same from both sides of a gain."""
    dry = sounds.music(2.0, RATE)
    meter = Meter(Aim(dry), dry, RATE)

    def of(audio: Any) -> Any:
        return meter.distance(meter.features(audio))

    assert of(dry).total == 0.0
    gains = [of(dry * gain).total for gain in (1.05, 1.2, 2.0, 8.0)]
    assert gains == sorted(gains)
    assert of(dry * 2.0).loudness == pytest.approx(6.02, abs=0.05)
    assert of(dry * 2.0).centroid == pytest.approx(0.0, abs=0.01)
    dull = render("lossy", defaults("lossy") | {"decimate": 0.3}, dry, RATE)
    assert of(dull).centroid > 0.1
    mono = np.repeat(dry.mean(axis=1, keepdims=True), 2, axis=1)
    assert of(mono).width > 1.0
    assert math.isfinite(of(np.zeros_like(dry)).total)
    assert of(np.zeros_like(dry)).total > gains[-1]
    assert is_same_performance(dull, dry, RATE)
    assert not is_same_performance(sounds.drums(1.7, RATE), dry, RATE)
    assert not is_same_performance(sounds.drums(2.0, RATE), dry, RATE)


def test_spaces() -> None:
    """Points are values and the other way round; arrays move together, whole numbers stay whole, seeds and locks still."""
    for effect in vstkit.effects():
        for info in [None, *vstkit.presets(effect)[:20]]:
            start = of_preset(effect, info)
            space = Space(effect, start)
            assert changed(effect, start, space.values(space.point(start))) == {}
            random = np.random.default_rng(3)
            for _ in range(20):
                values = space.values(random.uniform(size=len(space)))
                for key, value in values.items():
                    row = vstkit.parameters(effect)[key.partition(".")[0]]
                    assert row.min <= value <= row.max or value == start[key]
                    assert row.kind == "float" or isinstance(value, int)
                    assert not is_seed(row) or value == start[key]
    start = of_preset("reverb", None)
    space = Space("reverb", start, locked=["delay_times.3", "wet_dry"])
    values = space.values(np.full(len(space), 0.3))
    assert (values["delay_times.3"], values["wet_dry"]) == (start["delay_times.3"], start["wet_dry"])
    assert values["delay_times.1"] < values["delay_times.2"] < values["delay_times.4"]
    assert [axis.key for axis in Space("reverb", start, ["delay_times.2", "diffusion"]).axes] == ["diffusion", "delay_times.2"]
    assert {row.key for row in vstkit.parameters("reverb").values() if is_seed(row)} == {"matrix_seed", "mod_matrix2_seed"}
    assert {row.key for row in vstkit.parameters("lossy").values() if is_seed(row)} == {"seed"}


@pytest.mark.parametrize(
    ("effect", "edits"),
    [
        ("gain", {"gain": -7.5}),
        ("lossy", {"loss": 0.8}),
        ("lossy", {"filter_type": 1, "filter_freq": 2500.0}),
        ("reverb", {"feedback_gain": 0.6, "wet_dry": 0.8}),
    ],
)
def test_what_was_changed_is_found(effect: str, edits: dict[str, Any]) -> None:
    """To a third of the distance at most, within the renders that were given."""
    match = near(effect, edits, renders=200)
    best = match.run()
    assert match.n_done <= 200
    assert best.distance.total <= 0.35 * match.start_distance
    assert best.distance.total == match.meter.distance(match.meter.features(match.render(best.values))).total


def test_it_is_deterministic_on_any_number_of_cores() -> None:
    """The same seed, the same result, to the bit; another seed may find another."""
    found = [near("lossy", {"loss": 0.8, "crush": 0.2, "verb": 0.3}, renders=150, threads=threads).run() for threads in (1, 2, 5)]
    assert found[0] == found[1] == found[2]


def test_a_longer_search_goes_the_same_way() -> None:
    """From 500 renders on: what is best after the first 500 does not depend on how many follow."""
    short, long = (near("lossy", {"loss": 0.8, "crush": 0.2, "verb": 0.3}, renders=renders, seconds=0.1) for renders in (500, 560))
    short.run()
    long.run()
    assert [each for each in long.improvements if each.renders <= 500] == short.improvements
    assert short.best == short.improvements[-1]


@pytest.mark.parametrize("edits", [{"verb": 0.64, "pre_echo": 0.27}, {"verb": 0.51, "pre_echo": 0.95}, {"verb": 0.81, "pre_echo": 0.81}])
def test_a_preset_that_is_a_little_nearer_does_not_lead_astray(edits: dict[str, Any]) -> None:
    """Some presets are nearer than the start, but the way from the start is short; from them it is not (0.2 and more)."""
    dry = sounds.speech(1.0, RATE)
    start = of_preset("lossy", "gate_tremor")
    pool = [info for info in vstkit.presets("lossy") if info.path is None and info.id != "gate_tremor"]
    match = Match("lossy", dry, RATE, Aim(render("lossy", {**start, **edits}, dry, RATE)), start=start, renders=150, pool=pool)
    assert match.run().distance.total < 0.1 * match.start_distance


def test_a_missing_package_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not after the renders that it is not needed for."""
    import importlib.util

    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, package=None: None if name == "cmaes" else known(name, package))
    with pytest.raises(AgentError, match=r"cmaes not installed: pip install 'vstkit\[match\]'"):
        near("lossy", {"loss": 0.5})


@pytest.mark.parametrize("renders", [1, 2, 3, 7, 9, 40])
def test_budgets_are_kept(renders: int) -> None:
    """To the render; the best is never worse than the start."""
    match = near("reverb", {"diffusion": 0.1, "stereo_width": 0.2}, renders=renders, seconds=0.15)
    best = match.run()
    assert match.n_done <= renders
    assert best.distance.total <= match.start_distance


def test_locked_and_frozen_keys_stay() -> None:
    """Whatever is locked is in the best as it was at the start, presets or not; free keys alone move."""
    match = near("lossy", {"loss": 0.9, "crush": 0.4}, renders=80, locked=["loss", "filter_type"], preset="dial_up_mp3")
    best = match.run()
    start = of_preset("lossy", "dial_up_mp3")
    assert (best.values["loss"], best.values["filter_type"]) == (start["loss"], start["filter_type"])
    only = near("lossy", {"loss": 0.9, "crush": 0.4}, renders=80, free=["crush"]).run()
    assert set(changed("lossy", defaults("lossy"), only.values)) == {"crush"}
    with pytest.raises(AgentError, match="nothing may move"):
        near("gain", {"gain": 1.0}, locked=["gain"])


def test_cancel_at_any_time() -> None:
    """It ends within a render, and what is best so far can be told from another thread meanwhile."""
    for after in (1, 9, 30, 60):
        cancel = Cancel()

        def stop(progress: Progress, cancel: Cancel = cancel, after: int = after) -> None:
            if progress.done >= after:
                cancel.set()

        match = near("lossy", {"loss": 0.9}, renders=100000, seconds=0.2, cancel=cancel, progress=stop)
        with pytest.raises(Cancelled):
            match.run()
        assert match.best is not None
        assert match.n_done <= after + 8


def test_numbers_as_targets() -> None:
    """Figures are reached, loudness with them; what is no figure is refused."""
    dry = sounds.music(SHORT, RATE)
    start = vstkit.analyze(render("lossy", defaults("lossy"), dry, RATE), RATE)
    match = Match("lossy", dry, RATE, Aim(numbers={"centroid_hz": 0.6 * start.centroid_hz}), renders=150)
    found = vstkit.analyze(match.render(match.run().values), RATE)
    assert found.centroid_hz == pytest.approx(0.6 * start.centroid_hz, rel=0.15)
    for numbers in ({"darkness": 1.0}, {"lufs": math.nan}, {"lufs": True}):
        session = Session()
        session.add_instance(FileInstance("lossy", dry, RATE))
        session.capture(SHORT)
        with pytest.raises(AgentError):
            session.match(SearchWish(numbers=numbers))


WORDS_TO_FIGURES = {
    "darker": ("lossy", {}, "centroid_hz", 0.6),
    "brighter": ("lossy", {}, "centroid_hz", 1.4),
    "narrower": ("reverb", {}, "stereo_width", 0.5),
    "wider": ("reverb", {}, "stereo_width", 1.5),
    "further away": ("reverb", {"wet_dry": 0.3}, "crest_db", 0.85),
    "less crackle": ("lossy", {"loss": 0.0, "crush": 0.7}, "bandwidth_hz", 0.5),
}
"""Effect, what is set before, the figure and how much of it there is to be."""


def room_of(effect: str, values: dict[str, Any]) -> float:
    """C50 of a response, dB."""
    click = np.zeros((int(RATE), 2))
    click[0] = 1.0
    return room_figures(render(effect, values, click, RATE), RATE).c50_db


@pytest.mark.parametrize("word", WORDS_TO_FIGURES)
def test_what_words_name_moves_the_right_way(word: str) -> None:
    """With loudness as a second target: within 1 dB.  What is further away is less clear, what crackles less is less like noise."""
    effect, edits, name, factor = WORDS_TO_FIGURES[word]
    session = Session()
    dry = sounds.music(0.6, RATE) if word == "less crackle" else sounds.drums(0.6, RATE)
    instance = FileInstance(effect, dry, RATE, preset=None)
    instance.apply(edits, "hand", "before")
    session.add_instance(instance)
    before = session.capture(0.6)
    values = instance.values()
    assert before.wet is not None
    meter = Meter(Aim(before.wet, {name: 1.0}), before.wet, RATE)
    was = dict(zip(WORDS, meter.target.figures, strict=True))
    search = session.match(SearchWish(numbers={name: factor * was[name], "lufs": was["lufs"]}, renders=160))
    assert search.wait(120.0)
    best = search.best()
    assert best is not None
    session.keep(best.name)
    wet = render(effect, instance.values(), dry, RATE)
    found = dict(zip(WORDS, meter.features(wet).figures, strict=True))
    assert (found[name] - was[name]) * (factor - 1.0) > 0.0
    assert abs(found[name] - was[name]) > 0.3 * abs(factor - 1.0) * was[name]
    assert abs(found["lufs"] - was["lufs"]) < 1.0
    if word == "further away":
        assert room_of(effect, instance.values()) < room_of(effect, values) - 1.0
    if word == "less crackle":
        assert figures(wet, RATE).flatness < 0.5 * figures(before.wet, RATE).flatness


def test_a_search_in_a_session() -> None:
    """On a thread of its own: polled, stopped, its best kept; the hand that moves meanwhile wins."""
    session = Session(budget=Budget(renders=100000))
    dry = sounds.music(SHORT, RATE)
    instance = FileInstance("lossy", dry, RATE)
    session.add_instance(instance)
    session.capture(SHORT)
    session.add_clip(render("lossy", defaults("lossy") | {"loss": 0.9, "crush": 0.3}, dry, RATE), RATE, "goal")
    search = session.match(SearchWish(clip="clip1", reference="goal", free=["loss", "crush"], renders=50000))
    with pytest.raises(AgentError, match="runs already"):
        session.match(SearchWish(clip="clip1", reference="goal"))
    end = time.monotonic() + 60.0
    while not (search.match.best and len(changed("lossy", defaults("lossy"), search.match.best.values)) == 2) and time.monotonic() < end:
        time.sleep(0.01)
    instance.apply({"crush": 0.05}, "hand", "Crush")
    search.stop()
    assert not search.is_running
    best = search.best()
    assert best is not None
    assert best.to_reference is not None
    _, taken = session.keep(best.name)
    assert instance.values()["crush"] == 0.05
    assert instance.values()["loss"] == search.match.best.values["loss"]  # type: ignore[union-attr]
    assert "crush" in taken.refused[0]
    assert session.budget.spent_renders >= 3


def test_the_small_bench(tmp_path: Path) -> None:
    """`make bench-agent` in small: with as many renders the search comes nearer than chance and presets do, three times of four."""
    import agent as bench

    bench_seconds, bench.SECONDS = bench.SECONDS, 0.4
    wins = []
    try:
        for effect in ("lossy", "reverb"):
            for number in (0, 5):
                target = bench.draw_target(effect, number, 3, 0.4)
                (found,) = bench.search(target, [150])
                others = bench.others([target], [150])
                assert found.relative <= 1.0
                wins.append(found.relative <= min(each.relative for each in others))
        assert sum(wins) >= 3, wins
        assert "match" in bench.table([found, *others])
        book = bench.Book(str(tmp_path / "b.jsonl"), "1")
        book.add([found, *others])
        (tmp_path / "b.jsonl").open("a").write('{"run": "1", "eff')
        book = bench.Book(str(tmp_path / "b.jsonl"), "1")
        assert book.results == [found, *others]
        assert all(book.has(target, way, [150]) for way in ("match", "random", "preset"))
        assert not book.has(target, "match", [150, 500])
        assert not bench.Book(str(tmp_path / "b.jsonl"), "2").results
    finally:
        bench.SECONDS = bench_seconds


# The command


def files(folder: Path) -> None:
    """Input and reference."""
    dry = sounds.music(0.6, RATE)
    vstkit.write(folder / "in.wav", dry, RATE, bits="32f")
    vstkit.write(folder / "ref.wav", render("lossy", defaults("lossy") | {"loss": 0.85, "crush": 0.2}, dry, RATE), RATE, bits="32f")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    """Preset, sound and picture are there, and agree; it needs neither key nor network."""
    files(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    words = ["match", "ref.wav", "in.wav", "--renders", "80", "-o", "out.json", "--wav", "out.wav", "--png", "out.png", "--freeze", "verb"]
    assert program.main(words) == 0
    shown = capfd.readouterr().out
    assert "of the start's, after 80 renders" in shown
    values = vstkit.load_preset("lossy", str(tmp_path / "out.json"))
    assert values.to_dict()["loss"] == pytest.approx(0.85, abs=0.1)
    assert values.meta["name"] == "out"
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert vstkit.read(tmp_path / "out.wav")[0].shape == (int(0.6 * RATE), 2)
    assert program.main(["match", "-", "in.wav", "--target", "centroid_hz=1500", "--renders", "20", "-q"]) == 0
    assert (tmp_path / "match.json").exists()
    for wrong, word in (
        (["-", "in.wav"], "--target"),
        (["ref.wav", "in.wav", "--target", "x"], "--target x"),
        (["ref.wav", "in.wav", "--freeze", "nope"], "--freeze nope"),
        (["ref.wav", "in.wav", "--free", "nope"], "--free nope"),
        (["ref.wav", "in.wav", "--preset", "nope"], "nope"),
        (["ref.wav", "in.wav", "-o", "no/such/x.json", "--renders", "1"], "no/such/x.json"),
        (["out.json", "in.wav"], "out.json"),
    ):
        assert program.main(["match", *wrong]) == 1
        assert word in capfd.readouterr().err


def test_a_reference_of_another_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is resampled on reading; what was done to the sound is found as if it had the rate of the input."""
    files(tmp_path)
    monkeypatch.chdir(tmp_path)
    theirs = at_rate(vstkit.read("ref.wav")[0], RATE, 48000.0)
    vstkit.write("other.wav", theirs, 48000.0, bits="32f")
    assert program.main(["match", "other.wav", "in.wav", "--renders", "80", "-o", "out.json", "--png", "out.png", "-q"]) == 0
    assert vstkit.load_preset("lossy", "out.json").to_dict()["loss"] == pytest.approx(0.85, abs=0.1)
    session = Session(budget=Budget(renders=1))
    session.add_instance(FileInstance("lossy", "in.wav"))
    session.add_clip(theirs, 48000.0, "other")
    search = session.match(SearchWish(session.capture(0.5).name, "other", renders=1))
    assert search.wait(100.0)
    best = search.best()
    assert best is not None
    assert best.to_reference is not None
    assert math.isfinite(best.to_reference.lufs_change)
    session.close()
    vstkit.write("odd.wav", theirs, 44101.0, bits="32f")
    assert program.main(["match", "odd.wav", "in.wav"]) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_the_best_so_far(number: signal.Signals, tmp_path: Path) -> None:
    """As a preset; SIGTERM, too.  It is sent once the bar is there, in a search that cannot end by itself."""
    files(tmp_path)
    vstkit.write(tmp_path / "ref.wav", sounds.drums(0.6, RATE), RATE, bits="32f")
    command = [sys.executable, "-m", "vstkit.agent", "match", "ref.wav", "in.wav", "--renders", "1000000000", "-o", "out.json"]
    terminal, theirs = os.openpty()
    shown = b""
    with (tmp_path / "out.txt").open("w") as out, subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=theirs) as search:
        os.close(theirs)
        while b"match [" not in shown and (chunk := read_on(terminal)):
            shown += chunk
        search.send_signal(number)
        while chunk := read_on(terminal):
            shown += chunk
    os.close(terminal)
    assert search.returncode == 0, shown
    assert b"stopped: what follows is the best so far" in shown
    assert b"Traceback" not in shown
    assert "out.json: distance" in (tmp_path / "out.txt").read_text()
    assert json.loads((tmp_path / "out.json").read_text())["loss"]


def test_a_search_that_is_killed_leaves_the_best_so_far(tmp_path: Path) -> None:
    """The preset is there soon after the start, is replaced as the search gets on, and is whole at any moment."""
    files(tmp_path)
    vstkit.write(tmp_path / "ref.wav", sounds.drums(0.6, RATE), RATE, bits="32f")
    command = [sys.executable, "-m", "vstkit.agent", "match", "ref.wav", "in.wav", "--renders", "1000000000", "-o", "out.json"]
    found: list[str] = []
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as search:
        try:
            for _ in range(10000):
                words = (tmp_path / "out.json").read_text() if (tmp_path / "out.json").exists() else ""
                found += [words] if words and words not in found else []
                if len(found) == 2 or search.poll() is not None:
                    break
                time.sleep(0.01)
        finally:
            search.kill()
    first, second = (vstkit.load_preset("lossy", json.loads(words)) for words in found)
    assert first.meta == second.meta
    assert first.meta["description"] == "Matched to ref.wav"


def read_on(terminal: int) -> bytes:
    """What a program writes next; nothing where it has ended."""
    try:
        return os.read(terminal, 4096)
    except OSError:  # So Linux tells that nobody has the other side
        return b""
