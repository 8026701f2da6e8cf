# SPDX-License-Identifier: ISC
"""vstkit.agent: sessions and tools, without a model, a window or a network."""

import json
import math
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sounds
import vstkit
from conftest import ROOT
from test_agent_figures import RATE
from vstkit._flat import changed, defaults, slots
from vstkit.agent import (
    AgentError,
    Budget,
    BudgetError,
    Cancelled,
    FileInstance,
    Progress,
    Proposal,
    Session,
    replay,
)
from vstkit.agent._guide import system_prompt, tokens
from vstkit.agent._schema import TOOLS, check_call
from vstkit.agent._tools import Tools


def opened(effect: str = "lossy", seconds: float = 0.5, **more: Any) -> tuple[Session, FileInstance]:
    """A session over a sound of ours, with a clip."""
    instance = FileInstance(effect, sounds.music(seconds, RATE), RATE)
    session = Session(**more)
    session.add_instance(instance)
    session.capture(max(0.1, seconds))
    return session, instance


def test_trials_change_nothing(tmp_path: Path) -> None:
    """Nothing of a trial is in the instance; a keep is one step, with author, label and reason."""
    session, instance = opened(journal=tmp_path / "s.jsonl")
    before = instance.values()
    tried = session.try_out([Proposal({"loss": 0.8}, "more"), Proposal({"filter_type": "bandpass", "filter_freq": "1.2 kHz"}, "telephone")])
    assert instance.values() == before
    assert instance.history() == []
    step, taken = session.keep(tried[1].name, "Like a telephone")
    assert step is not None
    assert (step.author, step.label, step.reason) == ("agent:assistant", "Like a telephone", "Like a telephone")
    assert changed("lossy", before, instance.values()) == {"filter_type": 1, "filter_freq": 1200.0} == taken.values
    assert instance.history() == [("agent:assistant", "Like a telephone")]
    assert replay(tmp_path / "s.jsonl") == ("lossy", instance.values())


def test_the_users_own_moves_win() -> None:
    """What the hand moved since a trial stays, and is told; the rest of the trial is kept."""
    session, instance = opened()
    (made,) = session.try_out([Proposal({"loss": 0.9, "crush": 0.5})])
    instance.apply({"crush": 0.1}, "hand", "Crush")
    step, taken = session.keep(made.name)
    assert step is not None
    assert (step.after, taken.values) == ({"loss": 0.9}, {"loss": 0.9})
    assert instance.values()["crush"] == 0.1
    assert "crush" in taken.refused[0]
    assert "0.00 to 0.10" in taken.refused[0]
    # A trial from there on knows what was moved, and may ask for it
    (made,) = session.try_out([Proposal({"crush": 0.3})])
    session.keep(made.name)
    assert instance.values()["crush"] == 0.3
    # So it is with values that are set at once
    instance.apply({"jitter": 0.4, "loss": 0.2}, "hand", "Two")
    step, taken = session.set_params({"jitter": 0.0, "decimate": 0.2})
    assert (step.after if step else None) == {"decimate": 0.2}
    assert "jitter" in taken.refused[0]
    session.set_params({"jitter": 0.1})
    assert instance.values()["jitter"] == 0.1


def test_a_candidate_in_part() -> None:
    """Of what is named, what the hand moved since the trial stays, also where that was told meanwhile; the rest is not moved."""
    session, instance = opened()
    (made,) = session.try_out([Proposal({"loss": 0.9, "crush": 0.5, "jitter": 0.2}, "Rough")])
    instance.apply({"crush": 0.1}, "hand", "Crush")
    assert session.meanwhile("lossy").keys() == {"crush"}
    step, taken = session.keep(made.name, keys=["loss", "crush"])
    assert step is not None
    assert (step.label, step.after) == ("Rough", {"loss": 0.9})
    assert "crush" in taken.refused[0]
    assert changed("lossy", defaults("lossy"), instance.values()) == {"loss": 0.9, "crush": 0.1}
    for stranger in ("decimate", "nope"):
        with pytest.raises(AgentError, match=f"{stranger}: c1 does not move it; it moves loss, jitter, crush"):
            session.keep(made.name, keys=["jitter", stranger])
    assert session.keep(made.name, keys=[])[0] is None
    session.keep(made.name, keys=["jitter"])
    assert changed("lossy", defaults("lossy"), instance.values()) == {"loss": 0.9, "crush": 0.1, "jitter": 0.2}
    # Arrays, and elements of them
    session, instance = opened("reverb", 0.1)
    before = instance.values()
    times = [before[f"delay_times.{n}"] + 10 for n in range(1, 9)]
    (made,) = session.try_out([Proposal({"delay_times": times, "wet_dry": 0.25})])
    session.keep(made.name, keys=["delay_times.3"])
    assert changed("reverb", before, instance.values()) == {"delay_times.3": times[2]}
    session.keep(made.name, keys=["delay_times"])
    assert changed("reverb", before, instance.values()) == {f"delay_times.{n}": time for n, time in enumerate(times, 1)}


def test_own_steps_are_nobody_elses() -> None:
    """Two trials of one state, kept one after the other; the second knows that the first was its own."""
    session, instance = opened()
    one, other = session.try_out([Proposal({"loss": 0.9}), Proposal({"loss": 0.2, "crush": 0.4})])
    session.keep(one.name)
    _, taken = session.keep(other.name)
    assert taken.refused == ()
    assert (instance.values()["loss"], instance.values()["crush"]) == (0.2, 0.4)
    session.undo(2)
    assert instance.values() == defaults("lossy")


@pytest.mark.parametrize("seed", range(20))
def test_random_hands_and_agents(seed: int, tmp_path: Path) -> None:
    """Whatever both do: locked keys and those the hand moved last are as the hand left them; the session file replays it all."""
    chance = random.Random(seed)
    session, instance = opened("reverb", 0.05, journal=tmp_path / "s.jsonl")
    keys = [key for key, slot in slots("reverb").items() if "state_only" not in slot.parameter.flags]

    def draw() -> dict[str, Any]:
        found = {}
        for key in chance.sample(keys, chance.randint(1, 5)):
            row = slots("reverb")[key].parameter
            found[key] = chance.randint(int(row.min), int(row.max)) if row.kind != "float" else chance.uniform(row.min, row.max)
        return found

    pending: list[tuple[str, dict[str, Any]]] = []
    for _ in range(30):
        act = chance.choice(["hand", "try", "keep", "set", "undo", "lock", "redo"])
        before, locked = instance.values(), instance.locks()
        if act == "hand":
            moved = draw()
            instance.apply(moved, "hand", "Moved")
        elif act == "lock":
            instance.lock(*chance.sample(keys, 2), locked=chance.random() < 0.7)
        elif act == "try":
            made = session.add_candidate(
                "reverb", session.clip(), before, changed("reverb", before, before | draw()), np.zeros((2205, 2)), "drawn"
            )
            pending.append((made.name, before))
        elif act == "keep" and pending:
            name, base = pending.pop(chance.randrange(len(pending)))
            since = changed("reverb", base, before)
            session.keep(name)
            for key, value in changed("reverb", before, instance.values()).items():
                assert key not in locked
                assert value == session.candidate(name).edits[key]
                own = [step for step in session.steps if key in step.after]
                assert key not in since or own, f"{key} was the hand's"
        elif act == "set":
            session.set_params(draw())
        elif act in ("undo", "redo"):
            getattr(session, act)(chance.randint(1, 3))
        if act not in ("hand", "lock"):
            now = instance.values()
            assert all(now[key] == before[key] for key in locked)
    session.meanwhile("reverb")
    assert changed("reverb", replay(tmp_path / "s.jsonl")[1], instance.values()) == {}
    again = FileInstance("reverb", np.zeros((100, 2)), RATE, preset="concert_hall")
    replay(tmp_path / "s.jsonl", onto=again)
    assert changed("reverb", again.values(), instance.values()) == {}


def test_many_levels_of_undo() -> None:
    """Each step can be taken back, and again; what the hand moved since is left as it is."""
    session, instance = opened("gain")
    for value in range(1, 9):
        session.set_params({"gain": float(value)}, f"{value} dB")
    assert [step.label for step, _ in session.undo(3)] == ["8 dB", "7 dB", "6 dB"]
    assert instance.values()["gain"] == 5.0
    assert [step.label for step, _ in session.redo(2)] == ["6 dB", "7 dB"]
    assert instance.values()["gain"] == 7.0
    instance.apply({"gain": -3.0}, "hand", "Down")
    ((_, taken),) = session.undo()
    assert instance.values()["gain"] == -3.0
    assert "somebody moved it" in taken.refused[0]


def test_locks() -> None:
    """What is locked is refused wherever it could be moved, and said; the rest is taken on."""
    session, instance = opened()
    (made,) = session.try_out([Proposal({"loss": 0.9, "crush": 0.5})])
    instance.lock("loss")
    (other,) = session.try_out([Proposal({"loss": 0.9, "crush": 0.4})])
    assert (other.edits, other.refused) == ({"crush": 0.4}, ("loss: it is locked; the user can unlock it",))
    _, taken = session.keep(made.name)
    assert (taken.values, len(taken.refused)) == ({"crush": 0.5}, 1)
    _, taken = session.set_params({"loss": 0.1})
    assert (taken.values, instance.values()["loss"]) == ({}, 0.5)
    instance.apply({"loss": 0.25}, "hand", "The hand may")
    assert instance.values()["loss"] == 0.25


BAD = [
    ({"lss": 0.5}, "loss"),
    ({"loss": math.nan}, "nan"),
    ({"loss": "NaN"}, "NaN"),
    ({"loss": 1e9}, "0.00 to 1.00"),
    ({"loss": -math.inf}, "inf"),
    ({"loss": "banana"}, "banana"),
    ({"filter_type": "banana"}, "bandpass"),
    ({"filter_type": 9}, "9"),
    ({"window_size": 100.5}, "whole number"),
    ({"loss": [1, 2]}, "loss"),
    ({"loss": None}, "loss"),
    ({"loss": {"a": 1}}, "loss"),
    ({"loss": True}, ""),
    ({"": 1}, ""),
    ({"loss.3": 1}, "loss"),
    ({"x" * 5000: 1}, "x"),
    ({"loss": 10**400}, "loss"),
    ({"\x1b[2J": 1}, ""),
]


@pytest.mark.parametrize(("edits", "word"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_bad_edits(edits: dict[str, Any], word: str) -> None:
    """Each is refused with a reason, and takes no good one with it."""
    session, instance = opened(seconds=0.05)
    (made,) = session.try_out([Proposal({**edits, "crush": 0.25})])
    if edits != {"loss": True}:  # Which is 1
        assert made.edits == {"crush": 0.25}
        (reason,) = made.refused
        assert word in reason
        assert len(reason) <= 240
        assert reason.isprintable()
        _, taken = session.set_params({**edits, "crush": 0.5})
        assert (taken.values, len(taken.refused)) == ({"crush": 0.5}, 1)
        assert changed("lossy", defaults("lossy"), instance.values()) == {"crush": 0.5}


@pytest.mark.parametrize("key", ["matrix_type", "mod_matrix2_type"])
def test_a_matrix_that_is_none(key: str) -> None:
    """It is refused with those that there are, in a trial and as a step; the rest is taken on."""
    session, instance = opened("reverb", 0.1)
    (made,) = session.try_out([Proposal({key: "banana", "wet_dry": 0.25})])
    _, taken = session.set_params({key: "banana", "wet_dry": 0.75})
    for (reason,) in (made.refused, taken.refused):
        assert all(word in reason for word in (key, "banana", "stautner"))
    assert (made.edits, taken.values) == ({"wet_dry": 0.25}, {"wet_dry": 0.75})
    assert changed("reverb", defaults("reverb"), instance.values()) == {"wet_dry": 0.75}


def test_a_diverging_reverb_is_said_and_leaves_no_trace() -> None:
    """A loop that grows is told in words, cannot wedge the session, and is not in the instance."""
    session, instance = opened("reverb", 1.0)
    tried = session.try_out([Proposal({"feedback_gain": 2.0, "wet_dry": 1.0}), Proposal({"feedback_gain": 0.5})])
    assert all(np.isfinite(made.audio).all() for made in tried)
    assert tried[0].room is not None
    loud = tried[0].figures.rms_db - tried[1].figures.rms_db > 10.0
    assert loud or tried[0].figures.words or tried[0].room.words
    assert "cannot be read" in " ".join(tried[0].room.words)
    assert instance.values() == defaults("reverb")
    session.keep(tried[1].name)
    assert instance.values()["feedback_gain"] == 0.5


def test_stop_in_every_phase() -> None:
    """Wherever it is set, work ends with Cancelled, nothing is changed, and all goes on afterwards."""
    for stop_at in range(1, 9):
        seen: list[Progress] = []
        session, instance = opened(seconds=0.3)

        def stop(progress: Progress, seen: list[Progress] = seen, session: Session = session, at: int = stop_at) -> None:
            seen.append(progress)
            if len(seen) == at:
                session.stop()

        session.progress = stop
        before = instance.values()
        with pytest.raises(Cancelled):
            session.capture(0.3)
            for made in session.try_out([Proposal({"loss": 0.1 * n}) for n in range(1, 6)]):
                session.keep(made.name)
            session.cancel.check()
        assert instance.values() == before or len(seen) >= 8
        with pytest.raises(Cancelled):
            session.set_params({"loss": 0.9})
        session.progress = None
        session.cancel.clear()
        session.set_params({"loss": 0.9})
        assert instance.values()["loss"] == 0.9


def test_stop_while_it_renders() -> None:
    """A long render ends between its pieces."""
    session, _ = opened("reverb", 0.1)
    session.add_clip(np.zeros((int(30 * RATE), 2)), RATE, "long")
    timer = threading.Timer(0.05, session.stop)
    timer.start()
    with pytest.raises(Cancelled):
        for _ in range(200):
            session.try_out([Proposal({"wet_dry": 0.3})] * 8, "long")
    timer.join()


def test_budgets() -> None:
    """What would exceed one is refused before anything is done, and says what is left."""
    session, _ = opened(seconds=0.05, budget=Budget(renders=3))
    session.try_out([Proposal({"loss": 0.1}), Proposal({"loss": 0.2})])
    with pytest.raises(BudgetError, match="3 renders leaves 1, not 2"):
        session.try_out([Proposal({"loss": 0.1}), Proposal({"loss": 0.2})])
    session.try_out([Proposal({"loss": 0.3})])
    with pytest.raises(BudgetError):
        session.compare("dry", "now")
    session.budget.renders = 10
    session.compare("dry", "now")
    session.budget.seconds = 0.0
    with pytest.raises(BudgetError, match="seconds"):
        session.try_out([Proposal({"loss": 0.3})])


def test_names_that_are_none() -> None:
    """Each says what there is."""
    session, _ = opened(seconds=0.05)
    for action, word in (
        (lambda: session.clip("x"), "clip1"),
        (lambda: session.keep("c9"), "try some"),
        (lambda: session.compare("dry", "nothing"), "candidate"),
        (lambda: session.compare("dry", "preset:nope"), "nope"),
        (lambda: session.compare("dry", "dry:wet"), "no sound"),
        (lambda: session.instance("reverb"), "lossy"),
        (lambda: session.try_out([]), "1 to 8"),
        (lambda: session.try_out([Proposal({})] * 9), "1 to 8"),
        (lambda: session.try_out([Proposal({}, preset="nope")]), "nope"),
        (lambda: session.capture(0.0), "0.1 to 30"),
        (lambda: session.capture(math.nan), "0.1 to 30"),
        (lambda: session.read_clip("/nowhere.wav"), "/nowhere.wav"),
        (lambda: session.add_clip(np.zeros((10, 3)), RATE), "one or two"),
        (lambda: session.add_clip(np.zeros((0, 2)), RATE), "one or two"),
        (lambda: Session().instance(), "none"),
        (lambda: Session().clip(), "capture one"),
    ):
        with pytest.raises(AgentError, match=word):
            action()
    with pytest.raises(AgentError, match="one or two"):
        FileInstance("lossy", np.zeros((10, 3)), RATE)


@pytest.mark.parametrize("rate", [48000.0, 22050.0, 96000.0])
def test_a_reference_of_another_rate(rate: float) -> None:
    """It is resampled: trials and comparisons tell that it is the same sound; where that cannot be done, it is said."""
    session, _ = opened(seconds=1.0)

    def sweep(at: float) -> Any:
        seconds = np.arange(round(at)) / at
        return 0.5 * np.sin(np.pi * seconds) * np.sin(2.0 * np.pi * (200.0 * seconds + 1500.0 * seconds**2))

    session.add_clip(sweep(RATE), RATE, "ours")
    session.add_clip(sweep(rate), rate, "theirs")
    (made,) = session.try_out([Proposal({"wet_dry": 0.0})], "ours", reference="theirs")
    assert made.to_reference is not None
    assert abs(made.to_reference.lufs_change) < 0.05
    for pair in (("ours", "theirs"), ("theirs", "ours")):
        assert session.compare(*pair, "ours").difference.residual_db < -30.0
    session.add_clip(sweep(rate), 44101.0, "odd")
    for work in (lambda: session.try_out([Proposal({})], "ours", reference="odd"), lambda: session.compare("ours", "odd")):
        with pytest.raises(AgentError, match="44101 Hz .*: give sounds of one rate"):
            work()


def test_session_files_that_are_none(tmp_path: Path) -> None:
    """Each error names the file and what is wrong; a line that was cut off is no error."""
    path = tmp_path / "s.jsonl"
    session, instance = opened(seconds=0.05, journal=path)
    session.set_params({"loss": 0.75})
    whole = path.read_text()
    path.write_text(whole + '{"event": "step", "numb')
    assert replay(path)[1]["loss"] == 0.75
    for words, reason in (
        ("", "no session file"), ("{}\n", "line 1"), ("\0\n\n", "line 1"), ('{"event": "begin", "version": 99}\n', "version 1"),
        ('{"event": "begin", "version": 1}\n', "no instance"), ("[" * 100000 + "\n\n", "line 1"),
        ('{"event":"begin","version":1}\n{"event":"instance","name":"x","effect":"nope","values":{}}\n', "nope"),
        ('{"event":"begin","version":1}\n{"event":"instance","name":"x","effect":"lossy","values":{"zzz":1}}\n', "does not have"),
        ('{"event":"begin","version":1}\n{"event":"instance","name":"x","effect":"lossy","values":7}\n', "does not have"),
    ):  # fmt: skip
        path.write_text(words)
        with pytest.raises(AgentError, match=reason) as found:
            replay(path)
        assert str(path) in str(found.value)
    with pytest.raises(AgentError, match="nowhere"):
        replay(tmp_path / "nowhere")
    path.write_text(whole)
    with pytest.raises(AgentError, match="cannot be replayed onto reverb"):
        replay(path, onto=FileInstance("reverb", np.zeros((9, 1)), RATE))
    with pytest.raises(AgentError, match="cannot be written"):
        Session(journal=tmp_path / "no/such/folder")
    full = Session(journal="/dev/full")
    assert "no more is written" in full.journal.trouble
    full.add_instance(instance)
    full.set_params({"loss": 0.1})
    assert instance.values()["loss"] == 0.1


# Tools


def tools_of(session: Session, **more: Any) -> Callable[..., Any]:
    """Calls a tool; its answer as JSON."""
    tools = Tools(session, **more)

    def call(name: str, /, **arguments: Any) -> Any:
        answer = tools.call(name, arguments)
        assert tokens(answer.text) <= 4000, name
        try:
            return json.loads(answer.text)
        except ValueError:
            return answer.text

    return call


def test_all_nine_tools(tmp_path: Path) -> None:
    """A session as a model would have it."""
    vstkit.write(tmp_path / "in.wav", sounds.speech(1.0, RATE), RATE, bits="32f")
    session = Session()
    call = tools_of(session, folder=tmp_path)
    assert call("instances")["open"] == {}
    assert call("instances", effect="lossy", file=str(tmp_path / "in.wav"))["open"] == {"in": {"effect": "lossy", "kind": "file"}}
    assert "filter_freq = " in call("describe")
    assert "filter_freq (" in call("describe", effect="lossy", detail="concise")
    assert "kitchen_telephone" in call("describe", presets="telephone")
    assert call("get_state")["differs_from_default"] == {}
    clip = call("capture", seconds=1.0)
    assert clip["clip"] == "clip1"
    assert vstkit.read(clip["wet"]["file"])[0].shape == (44100, 2)
    wanted = [{"edits": {"loss": 0.9}}, {"edits": {"hf_threshold": "0.1"}, "preset": "dial_up_mp3"}]
    tried = call("try", candidates=wanted, reference="clip1")
    assert [each["candidate"] for each in tried["candidates"]] == ["c1", "c2"]
    assert tried["candidates"][1]["to_reference"]["residual_db"] is not None
    compared = Tools(session).call("compare", {"first": "dry", "second": "c1"})
    assert compared.images[0].startswith(b"\x89PNG")
    kept = call("keep_or_undo", keep="c1", reason="More of it")
    assert kept["taken_on"] == {"loss": "0.90"}
    session.instances["in"].apply({"crush": 0.2}, "hand", "Crush 0.20")
    state = call("get_state")
    assert state["moved_by_others"] == {"crush": "0.00 → 0.20"}
    assert state["history"] == ["hand: Crush 0.20", "agent:assistant: More of it"]
    assert "moved_by_others" not in call("get_state")
    assert call("keep_or_undo", undo=1)["undone"][0]["taken_on"] == {"loss": "0.50"}
    assert call("keep_or_undo", redo=1)["redone"][0]["taken_on"] == {"loss": "0.90"}
    assert call("set_params", edits={"loss": 7, "crush": 0.1})["refused"]
    call("match", action="start", reference="clip1", renders=12, free=["loss"])
    while (found := call("match", action="poll"))["running"]:
        pass
    assert found["renders"] == 12
    assert found["best"]["candidate"].startswith("c")
    assert call("match", action="stop")["running"] is False


WRONG_CALLS: list[tuple[str, Any, str]] = [
    ("tryy", {}, '"try"'),
    ("try", {}, "candidates"),
    ("try", {"candidates": []}, "1 to 8"),
    ("try", {"candidates": [{"edits": {}}] * 9}, "1 to 8"),
    ("try", {"candidates": [{"edit": {}}]}, '"edits"'),
    ("try", {"candidates": "c"}, "array"),
    ("try", {"candidates": [{"edits": [1]}]}, "object"),
    ("capture", {"seconds": "3"}, "number"),
    ("capture", {"seconds": True}, "number"),
    ("capture", {"seconds": 1e9}, "0.1 to 30"),
    ("capture", {"seconds": math.nan}, "0.1 to 30"),
    ("capture", {"secs": 3}, '"seconds"'),
    ("capture", [], "object"),
    ("capture", None, "object"),
    ("match", {"action": "begin"}, "start, poll, stop"),
    ("match", {"action": "poll"}, "no match"),
    ("match", {"action": "start"}, "reference"),
    ("match", {"action": "start", "targets": {"darkness": 1}}, "centroid_hz"),
    ("match", {"action": "start", "targets": {"lufs": "loud"}}, "no number"),
    ("match", {"action": "start", "targets": {"lufs": -20}, "renders": 10**9}, "100000"),
    ("keep_or_undo", {}, "one of keep"),
    ("keep_or_undo", {"keep": "c1", "undo": 1}, "one of keep"),
    ("keep_or_undo", {"undo": 0}, "1 to 100"),
    ("keep_or_undo", {"undo": 1}, "no step"),
    ("describe", {"effect": "x"}, "lossy"),
    ("describe", {"section": "x"}, "has"),
    ("describe", {"presets": "zzzzzz"}, "categories"),
    ("instances", {"connect": "x"}, "vstkit"),
    ("instances", {"effect": "lossy"}, "together"),
    ("instances", {"effect": "lossy", "file": "/nope.wav"}, "/nope.wav"),
    ("set_params", {"edits": {"a" * 70000: 1}}, "65536"),
]


@pytest.mark.parametrize(("name", "arguments", "word"), WRONG_CALLS, ids=[str(number) for number in range(len(WRONG_CALLS))])
def test_wrong_calls(name: str, arguments: Any, word: str) -> None:
    """Each is refused with a reason and what would be right, and changes nothing."""
    session, instance = opened(seconds=0.05)
    with pytest.raises(AgentError, match=word):
        Tools(session).call(name, arguments)
    assert instance.values() == defaults("lossy")


@pytest.mark.parametrize("effect", vstkit.effects())
def test_no_answer_is_too_long(effect: str) -> None:
    """Whatever is asked, with most of everything, every answer is under 4000 tokens, and is whole JSON."""
    chance = random.Random(7)
    session, instance = opened(effect, 0.2)
    call = tools_of(session)
    keys = [key for key in slots(effect)]
    for row in slots(effect).values():
        instance.apply({row.key: row.parameter.min if row.parameter.default != row.parameter.min else row.parameter.max}, "hand", "x" * 90)
    wild = [
        {"edits": {key: slots(effect)[key].parameter.max for key in keys} | {f"no_{n}": n for n in range(50)}, "reason": "y" * 3000}
        for _ in range(8)
    ]
    tried = call("try", candidates=wild, reference="clip1")
    assert len(tried["candidates"]) == 8
    instance.apply({key: slots(effect)[key].parameter.min for key in keys}, "hand", "z")
    instance.lock(*keys)
    state = call("get_state")
    assert set(state) >= {"differs_from_default", "locked", "history", "budget"}
    assert isinstance(call("set_params", edits={key: chance.random() for key in keys}), dict)
    assert isinstance(call("compare", first="dry", second="c1"), dict)
    for number in range(60):
        session.add_clip(np.zeros((441, 2)), RATE, f"a clip with a long name {number}")
    assert isinstance(call("instances"), dict)
    assert "## Presets" in call("describe", effect=effect) or effect == "gain"
    known = {session.instance()[0]: (effect, "file", instance.values())}
    assert tokens(system_prompt(known)) < 6000


def test_the_schema_is_that_of_the_functions() -> None:
    """Every property is an argument, and the other way round; the tools are the nine of the contract."""
    import inspect

    tools = Tools(Session())
    assert [tool["name"] for tool in TOOLS] == [
        "instances", "describe", "get_state", "set_params", "capture", "try", "compare", "keep_or_undo", "match",
    ]  # fmt: skip
    for tool in TOOLS:
        function = tools.try_out if tool["name"] == "try" else getattr(tools, tool["name"])
        found = inspect.signature(function).parameters
        assert list(found) == list(tool["input_schema"]["properties"]) or set(found) == set(tool["input_schema"]["properties"])
        required = {name for name, own in found.items() if own.default is inspect.Parameter.empty}
        assert required == set(tool["input_schema"]["required"])
        check_call(tool["name"], {name: {"edits": {}, "candidates": [{"edits": {}}], "action": "poll"}.get(name, "x") for name in required})


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    """Sessions and tools need NumPy alone."""
    code = (
        "import sys; import vstkit.agent, vstkit.agent._tools, vstkit.agent.__main__, vstkit.agent.mcp, vstkit.match;"
        "print([name for name in ('anthropic', 'mcp', 'cma', 'cmaes', 'pydantic', 'uvicorn', 'scipy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert result.stdout == "[]\n"


@pytest.mark.parametrize("name", ["vstkit-agent", "vstkit-mcp"])
def test_manual_pages(name: str) -> None:
    """They have every option of their program, and groff has nothing to say against them."""
    import re
    import shutil

    page = ROOT / "doc" / "man" / f"{name}.1"
    words = page.read_text().replace("\\-", "-")
    if name == "vstkit-mcp":
        commands = [["-m", "vstkit.agent.mcp"]]
    else:
        commands = [["-m", "vstkit.agent", command] for command in ("chat", "match", "replay")]
    for command in commands:
        shown = subprocess.run([sys.executable, *command, "--help"], capture_output=True, text=True, check=True).stdout
        for option in set(re.findall(r"--[a-z][a-z-]*", shown)) - {"--help"}:
            assert option in words, option
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", str(page)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
