# SPDX-License-Identifier: ISC
"""The loop with a scripted model behind real HTTP: what it does, and what it survives."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sounds
import vstkit
from vstkit._flat import changed, defaults

pytest.importorskip("anthropic")
from model_server import ModelServer, Request, Script, Turn, call, in_order, say, serving, wait_for  # noqa: E402
from vstkit._trial import render  # noqa: E402
from vstkit.agent import Budget, FileInstance, Session, figures, replay  # noqa: E402
from vstkit.agent import __main__ as program  # noqa: E402
from vstkit.agent._loop import Event, Loop, ModelError, Outcome, make_client  # noqa: E402
from vstkit.agent._tools import Tools  # noqa: E402

RATE = 44100.0
Sound = Callable[[float, float], Any]


class Talk:
    """A loop over a file, with what happened."""

    def __init__(self, model: ModelServer, session: Session, instance: FileInstance, loop: Loop, events: list[Event]) -> None:
        self.model, self.session, self.instance, self.loop, self.events = model, session, instance, loop, events

    def ask(self, question: str = "make it darker") -> Outcome:
        """Ask, and see that what went over the wire was right."""
        outcome = self.loop.ask(question)
        assert self.model.wrong == []
        return outcome

    def values(self) -> dict[str, Any]:
        """What differs from the defaults."""
        return changed(self.instance.effect, defaults(self.instance.effect), self.instance.values())

    def told(self, kind: str) -> list[str]:
        """Texts of events of a kind."""
        return [event.text for event in self.events if event.kind == kind]


@contextmanager
def talking(
    script: Script,
    *,
    effect: str = "lossy",
    sound: Sound = sounds.music,
    budget: Budget | None = None,
    patience: float = 60.0,
    retries: int = 2,
    **more: Any,
) -> Iterator[Talk]:
    """A model, a session over half a second of a sound, and a loop between them."""
    with serving(script) as model:
        before = {name: os.environ.get(name) for name in ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY")}
        os.environ.update(ANTHROPIC_BASE_URL=model.url, ANTHROPIC_API_KEY="none")
        try:
            client = make_client(retries)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
        instance = FileInstance(effect, sound(0.5, RATE), RATE)
        session = Session(budget=budget, **more)
        session.add_instance(instance)
        events: list[Event] = []
        loop = Loop(Tools(session), client, model="scripted", tell=events.append, patience=patience)
        try:
            yield Talk(model, session, instance, loop, events)
        finally:
            session.close()


def darker(request: Request) -> Turn | list[dict[str, Any]]:
    """A model that goes about it as it should: describe, capture, try three, compare, keep the best, twice more."""
    answers = request.answers()
    if not answers:
        return [say("Let me look."), call("describe", detail="concise"), call("get_state")]
    last = answers[-1]
    if "effect" in last:
        return [call("capture", seconds=0.5)]
    if "dry" in last:
        cuts = (0.25, 0.1, 0.05)
        return [call("try", candidates=[{"edits": {"hf_threshold": cut, "auto_gain": 0.5}, "reason": f"roll-off {cut}"} for cut in cuts])]
    if "candidates" in last:
        fits = [each for each in last["candidates"] if each["to_dry"]["centroid_change_hz"] < 0]
        best = min(fits, key=lambda each: float(each["to_dry"]["centroid_change_hz"]))
        name = best["candidate"]
        return [call("compare", first="dry", second=name), call("keep_or_undo", keep=name, reason="Darker: less of the top")]
    if "kept" in last:
        return [say("It is darker now.")]
    raise ValueError(last)


def test_a_question_from_end_to_end(tmp_path: Path) -> None:
    """The model looks, tries, sees pictures, keeps one; the session file replays it; its tokens are counted."""
    with talking(darker, journal=tmp_path / "s.jsonl") as talk:
        assert talk.ask() == Outcome("done", "It is darker now.", [1])
        assert set(talk.values()) == {"hf_threshold", "auto_gain"}
        assert talk.instance.history()[0] == ("agent:assistant", "Darker: less of the top")
        assert talk.model.requests[-1].images() == 1
        last = talk.model.requests[-1].body["messages"][-1]["content"]
        assert last[0]["content"][0]["type"] == "image", "images come first"
        assert talk.session.budget.spent_tokens == sum(101 + n for n in range(len(talk.model.requests))) + 20 * len(talk.model.requests)
        assert "Let me look." in "".join(talk.told("text"))
        system = talk.model.requests[0].body["system"][0]["text"]
        assert all(f"{key} = " in system for key in vstkit.parameters("lossy"))
        assert replay(tmp_path / "s.jsonl") == ("lossy", talk.instance.values())
        events = [json.loads(line)["event"] for line in (tmp_path / "s.jsonl").read_text().splitlines()]
        assert {"begin", "instance", "user", "usage", "call", "clip", "try", "step", "outcome"} <= set(events)


DIRECTIONS: dict[str, tuple[str, Sound, dict[str, Any], list[dict[str, Any]], str, float]] = {
    "darker": ("lossy", sounds.drums, {}, [{"hf_threshold": at, "auto_gain": 0.5} for at in (0.9, 0.1, 0.03)], "centroid_hz", -1.0),
    "wider": ("reverb", sounds.drums, {"stereo_width": 0.5}, [{"stereo_width": at} for at in (0.0, 0.8, 1.0)], "stereo_width", 1.0),
    "further away": ("reverb", sounds.drums, {"wet_dry": 0.3}, [{"wet_dry": at} for at in (0.1, 0.45, 0.9)], "crest_db", -1.0),
    "less crackle": ("lossy", sounds.music, {"loss": 0.0, "crush": 0.7}, [{"crush": at} for at in (0.9, 0.5, 0.3)], "flatness", -1.0),
}
"""Effect, sound, what is set before, what is tried, and the figure that the word names with its way."""


@pytest.mark.parametrize("word", DIRECTIONS)
def test_words_move_their_figure(word: str) -> None:
    """The model goes by the figures it is told; what is kept moved that of the word, and its loudness stays within 1 dB."""
    effect, sound, edits, tries, name, way = DIRECTIONS[word]
    heard: dict[str, Any] = {}

    def script(request: Request) -> list[dict[str, Any]]:
        answers = request.answers()
        if not answers:
            return [call("capture", seconds=0.5)]
        if "wet" in answers[-1]:
            heard.update(answers[-1]["wet"])
            return [call("try", candidates=[{"edits": each} for each in tries])]
        if "candidates" in answers[-1]:
            fits = [each for each in answers[-1]["candidates"] if abs(each["figures"]["lufs"] - heard["lufs"]) < 1.0]
            best = max(fits, key=lambda each: float(way * each["figures"][name]))
            return [call("keep_or_undo", keep=best["candidate"], reason=word)]
        return [say("Done.")]

    with talking(script, effect=effect, sound=sound) as talk:
        talk.instance.apply(edits, "hand", "before")
        before = talk.instance.values()
        assert talk.ask(f"make it {word}").kind == "done"
        dry = sound(0.5, RATE)
        was, now = (figures(render(effect, values, dry, RATE), RATE) for values in (before, talk.instance.values()))
        assert way * (getattr(now, name) - getattr(was, name)) > 0.05 * abs(getattr(was, name))
        assert abs(now.lufs - was.lufs) < 1.0


def test_what_the_user_moved_is_told_and_wins() -> None:
    """Moves between questions are told; moves while the model thinks stay."""

    def moving(request: Request) -> list[dict[str, Any]]:
        if not request.answers():
            return [call("try", candidates=[{"edits": {"loss": 0.9, "crush": 0.5}}])]
        if "candidates" in request.answers()[0]:
            talk.instance.apply({"crush": 0.2}, "hand", "Crush")  # While the model thinks
            return [call("keep_or_undo", keep="c1")]
        return [say("Done.")]

    with talking(moving) as talk:
        talk.session.capture(0.5)
        talk.instance.apply({"jitter": 0.3}, "hand", "Jitter")
        assert talk.ask().kind == "done"
        assert talk.model.requests[0].said() == "(Meanwhile the user moved in 'lossy': jitter=0.30)\nmake it darker"
        assert talk.values() == {"jitter": 0.3, "crush": 0.2, "loss": 0.9}
        assert "crush: somebody moved it meanwhile" in talk.model.requests[-1].answers()[0]["refused"][0]


BAD_CALLS = [
    (call("capture", secnds=3), "did you mean"),
    (call("tune", darker=True), "there is no tool"),
    (call("set_params", edits={"matrix_type": "banana"}), "unknown to Lossy"),
    (call("set_params", edits={"filter_type": "banana"}), "banana"),
    (call("set_params", edits={"loss": 1e9}), "out of range"),
    (call("set_params", edits={"loss": "NaN"}), "NaN"),
    (call("set_params", edits="darker"), "object"),
    (call("keep_or_undo", keep="c99"), "there is none"),
    (call("try", candidates=[{"edits": {"loss": 0.5}}] * 50), "1 to 8"),
    (call("compare", first="a", second="b"), "clip"),
    (call("match", action="start", reference="x"), "capture one"),
]


@pytest.mark.parametrize(("block", "word"), BAD_CALLS, ids=[str(number) for number in range(len(BAD_CALLS))])
def test_what_is_wrong_is_told_to_the_model(block: dict[str, Any], word: str) -> None:
    """With what would be right; nothing is changed, and it may go on."""
    with talking(in_order([block], [call("set_params", edits={"loss": 0.75})], [say("Now.")])) as talk:
        assert talk.ask().kind == "done"
        answer = talk.model.requests[1].answers()[0]
        words = answer if isinstance(answer, str) else json.dumps(answer)
        assert word in words
        assert talk.values() == {"loss": 0.75}


def test_a_matrix_that_is_none_is_told_to_the_model() -> None:
    """Of the reverb, which has one: with those that there are."""
    wrong = call("set_params", edits={"matrix_type": "banana", "mod_matrix2_type": "banana"})
    script = in_order([wrong], [call("set_params", edits={"matrix_type": "hadamard"})], [say("Now.")])
    with talking(script, effect="reverb") as talk:
        assert talk.ask().kind == "done"
        refused = talk.model.requests[1].answers()[0]["refused"]
        assert [line.partition(":")[0] for line in refused] == ['key "matrix_type"', 'key "mod_matrix2_type"']
        assert all("banana" in line and "stautner" in line for line in refused)
        matrices = vstkit.parameters("reverb")["matrix_type"].choice_keys
        assert talk.values() == {"matrix_type": matrices.index("hadamard")}


def test_a_diverging_reverb_is_told_to_the_model() -> None:
    """A loop that grows is told in words; the model tries another, keeps that, and the sound was never the first."""

    def script(request: Request) -> list[dict[str, Any]]:
        answers = request.answers()
        if not answers:
            return [call("capture", seconds=0.5)]
        if "dry" in answers[-1]:
            return [call("try", candidates=[{"edits": {"feedback_gain": 2.0, "wet_dry": 1.0}}, {"edits": {"feedback_gain": 0.5}}])]
        if "candidates" in answers[-1]:
            assert talk.values() == {}
            grows, fades = answers[-1]["candidates"]
            assert "cannot be read" in json.dumps(grows)
            assert "cannot be read" not in json.dumps(fades)
            return [call("keep_or_undo", keep=fades["candidate"], reason="It fades")]
        return [say("It fades.")]

    with talking(script, effect="reverb") as talk:
        assert talk.ask() == Outcome("done", "It fades.", [1])
        assert talk.values() == {"feedback_gain": 0.5}


def test_prose_alone_changes_nothing() -> None:
    """Parameters in prose are prose."""
    with talking(in_order([say('I set loss = 0.9 and filter_type: bandpass.\n```json\n{"loss": 0.9}\n```')])) as talk:
        assert (talk.ask().kind, talk.values()) == ("done", {})


def test_fifty_calls_in_a_turn() -> None:
    """Twelve are done, each of the others is told why not, and every call has its answer."""
    calls = [call("set_params", edits={"loss": n / 100}) for n in range(50)]
    with talking(in_order(calls, [say("Done.")])) as talk:
        assert talk.ask().kind == "done"
        errors = talk.model.requests[1].errors()
        assert len(errors) == 38
        assert "12 calls in one turn" in errors[0]
        assert talk.values() == {"loss": 0.11}


@pytest.mark.parametrize(("budget", "word"), [(Budget(calls=7), "7 calls"), (Budget(tokens=900), "900 tokens"), (Budget(), "30 requests")])
def test_an_endless_loop_ends(budget: Budget, word: str) -> None:
    """By whichever budget is used up first; the user is told, and the sound is as it was left."""
    with talking(lambda request: [call("get_state")], budget=budget) as talk:
        outcome = talk.ask()
        assert (outcome.kind, talk.values()) == ("budget", {})
        assert word in outcome.text
        assert talk.ask().kind == "budget"


def test_a_budget_of_renders_is_told_to_the_model() -> None:
    """It may still keep what it has."""
    tries = call("try", candidates=[{"edits": {"loss": 0.9}}, {"edits": {"loss": 0.1}}])
    script = in_order([call("capture", seconds=0.5)], [tries], [tries], [call("keep_or_undo", keep="c1")])
    with talking(script, budget=Budget(renders=3)) as talk:
        assert (talk.ask().kind, talk.values()) == ("done", {"loss": 0.9})
        assert "3 renders leaves 1, not 2" in talk.model.requests[3].errors()[0]


@pytest.mark.parametrize(
    ("status", "word"), [(429, "wait"), (500, "ask again later"), (529, "overloaded"), (401, "ANTHROPIC_API_KEY"), (400, "refused")]
)
def test_errors_of_the_api(status: int, word: str) -> None:
    """Those that pass are tried again; the user is told of those that stay; the next question goes on."""
    passing = in_order(Turn(status=status), Turn(status=status), [call("set_params", edits={"loss": 0.75})])
    if status >= 429:
        with talking(passing) as talk:
            assert (talk.ask().kind, talk.values()) == ("done", {"loss": 0.75})
    with talking(in_order(*[Turn(status=status)] * 2, [say("Here I am.")]), retries=0) as talk:
        outcome = talk.ask()
        assert outcome.kind == "failed"
        assert f"HTTP {status}: as the script says" in outcome.text or str(status) in outcome.text
        assert word in outcome.text
        assert talk.values() == {}
        assert talk.ask("again").kind == "failed"
        assert talk.ask("once more") == Outcome("done", "Here I am.", [])
        assert talk.model.requests[-1].said() == "make it darker\nagain\nonce more"


def test_a_connection_that_is_cut() -> None:
    """Nothing of half an answer is done; the next question goes on."""
    half = Turn([call("set_params", edits={"loss": 0.9})], cut=True)
    with talking(in_order(half, [say("Here I am.")]), retries=0) as talk:
        outcome = talk.ask()
        assert (outcome.kind, talk.values()) == ("failed", {})
        assert "connection" in outcome.text
        assert talk.ask().kind == "done"


def test_no_server_at_all() -> None:
    """It is said, with what to look at."""
    with talking(in_order([say("x")]), retries=0) as talk:
        talk.loop.client = talk.loop.client.with_options(base_url="http://127.0.0.1:9", max_retries=0)
        assert "ANTHROPIC_BASE_URL" in talk.loop.ask("x").text


def test_a_hung_stream() -> None:
    """It is given up after a while of nothing."""
    with talking(in_order(Turn([say("One moment"), say("more")], hang_s=60.0), [say("Here.")]), patience=0.4) as talk:
        outcome = talk.ask()
        assert outcome.kind == "failed"
        assert "has said nothing for 0.4 s" in outcome.text
        talk.loop.patience = 60.0
        assert talk.ask().kind == "done"


def test_pictures_that_are_refused() -> None:
    """They are left out from then on, and the model is told."""

    def blind(request: Request) -> Turn | Sequence[dict[str, Any]]:
        if request.images():
            return Turn(status=400, message="this model does not support image input")
        return script(request)

    compare = call("compare", first="dry", second="now")
    script = in_order([call("capture", seconds=0.5)], [compare], [compare], [say("I see nothing.")])
    with talking(blind) as talk:
        assert talk.ask().kind == "done"
        assert "going on without" in talk.told("note")[0]
        assert len(talk.told("note")) == 1


def test_old_pictures_are_left_out() -> None:
    """No more than two are in a request, so that the conversation does not grow by them."""
    compare = [call("compare", first="dry", second="now")]
    with talking(in_order([call("capture", seconds=0.5)], *[compare] * 5)) as talk:
        assert talk.ask().kind == "done"
        assert [request.images() for request in talk.model.requests] == [0, 0, 1, 2, 2, 2, 2]


def test_answers_that_are_cut_or_refused() -> None:
    """A call that was cut off is not done; other ends are told."""
    cut = Turn([call("set_params", edits={"loss": 0.9})], stop="max_tokens")
    with talking(in_order(cut, [say("Shorter.")])) as talk:
        assert (talk.ask().kind, talk.values()) == ("done", {})
        assert "cut off" in talk.model.requests[1].errors()[0]
    ends = {"max_tokens": "failed", "model_context_window_exceeded": "failed", "refusal": "refused", "stop_sequence": "done"}
    for stop, kind in ends.items():
        with talking(in_order(Turn([say("I would")], stop=stop))) as talk:
            assert talk.ask().kind == kind
    with talking(in_order(Turn([say("Wait.")], stop="pause_turn"), [say("Now.")])) as talk:
        # A pause is answered by the same conversation again; the script's checks want a user's message last, and so does the API
        assert talk.loop.ask("x").text == "Now."
    with talking(in_order(Turn([], stop="end_turn"), [say("Now.")])) as talk:
        assert talk.ask().kind == "done"
        assert talk.ask().text == "Now."


@pytest.mark.parametrize("phase", ["waiting", "streaming", "trying", "matching", "retrying"])
def test_stop_in_every_phase(phase: str) -> None:
    """It is at once, the sound stays, and the next question goes on."""
    polls: list[int] = []
    reached = threading.Event()

    def script(request: Request) -> Turn | list[dict[str, Any]]:
        if request.said().endswith("again"):
            return [say("Here.")]
        if phase == "waiting":
            reached.set()
            talk.model.ended.wait(60.0)
        if phase == "streaming":
            reached.set()
            return Turn([say("One"), say("two")], hang_s=60.0)
        if phase == "retrying":
            reached.set()
            return Turn(status=529)
        if not request.answers():
            return [call("capture", seconds=0.5)]
        reached.set()
        if phase == "trying":
            return [call("try", candidates=[{"edits": {"loss": 0.1 * n}} for n in range(1, 9)])] * 12
        if len(request.answers()) == 1 and "renders" not in request.answers()[0]:
            return [call("match", action="start", targets={"centroid_hz": 500}, renders=50000)]
        polls.append(1)
        if len(polls) > 4:
            talk.model.ended.wait(60.0)  # Else a quick machine has asked too often before it is stopped
        return [call("match", action="poll")]

    with talking(script, retries=1000 if phase == "retrying" else 2) as talk:
        outcomes: list[Outcome] = []
        thread = threading.Thread(target=lambda: outcomes.append(talk.loop.ask("make it darker")))
        thread.start()
        assert reached.wait(60.0)
        time.sleep(0.2)
        before = time.monotonic()
        talk.session.stop()
        thread.join(30.0)
        took = time.monotonic() - before
        assert outcomes == [Outcome("stopped", "stopped; what was kept stays", [])]
        assert took < 10.0  # The answer itself would never have come
        assert talk.values() == {}
        if talk.session.search:
            assert wait_for(lambda: not talk.session.search.is_running)  # type: ignore[union-attr]
        assert talk.ask("again").text == "Here."


def test_the_way_to_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key, or the SDK, it is said what to do."""
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    with pytest.raises(ModelError, match="ANTHROPIC_API_KEY"):
        make_client()
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    with pytest.raises(ModelError, match="nowhere"):
        make_client(base_url="nowhere")
    monkeypatch.setitem(sys.modules, "anthropic", None)
    with pytest.raises(ModelError, match=r"vstkit\[agent\]"):
        make_client()


# The chat


def run_chat(
    arguments: list[str], model: ModelServer | None, words: str = "", folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `python -m vstkit.agent` on its own."""
    environment = {**os.environ, "ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": model.url if model else "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "vstkit.agent", *arguments]
    return subprocess.run(command, input=words, capture_output=True, text=True, env=environment, cwd=folder, timeout=120, check=False)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """A file."""
    vstkit.write(tmp_path / "song.wav", sounds.music(0.6, RATE), RATE, bits="32f")
    return tmp_path / "song.wav"


def test_a_chat_in_a_terminal(song: Path) -> None:
    """Questions and commands; at the end preset, sound and session file are there, and agree."""
    words = "make it darker\n/state\n/undo\n/state\n/redo\n/lock loss\n/nonsense\n/undo x\n/budget\n/help\n/save mine.json\n/quit\n"
    arguments = ["lossy", "song.wav", "--session", "s.jsonl", "-o", "out.json", "--wav", "out.wav", "--price", "3,15", "--folder", "clips"]
    with serving(darker) as model:
        done = run_chat(arguments, model, words, song.parent)
        assert model.wrong == []
    assert done.returncode == 0, done.stderr
    shown = ("\nIt is darker now.", "kept 1 step", "tokens", "$0.0", "hf_threshold = 0.", "undone: Darker", "all at their defaults")
    for text in (*shown, "redone: Darker", "locked: loss"):
        assert text in done.stdout, (text, done.stdout)
    assert "/nonsense: there is no such command" in done.stderr
    assert "Traceback" not in done.stderr
    values = vstkit.load_preset("lossy", str(song.parent / "out.json"))
    assert values == vstkit.load_preset("lossy", str(song.parent / "mine.json")).replace(meta=values.meta)
    _, replayed = replay(song.parent / "s.jsonl")
    kept = values.to_dict()["hf_threshold"]
    assert kept in (0.25, 0.1, 0.05)
    assert replayed["hf_threshold"] == kept
    assert vstkit.read(song.parent / "out.wav")[0].shape == (int(0.6 * RATE), 2)
    assert (song.parent / "clips" / "c1.wav").exists()
    assert program.main(["replay", str(song.parent / "s.jsonl"), "-o", str(song.parent / "again.json")]) == 0
    assert vstkit.load_preset("lossy", str(song.parent / "again.json")).to_dict()["hf_threshold"] == kept


def test_ctrl_c_stops_the_agent(song: Path) -> None:
    """The question ends at once, the chat goes on, and the sound stays."""
    with serving(in_order(Turn([say("One moment"), say("two")], hang_s=60.0), [say("Here I am.")])) as model:
        environment = {**os.environ, "ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": model.url}
        command = [sys.executable, "-m", "vstkit.agent", "lossy", "song.wav"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=environment, cwd=song.parent, **pipes) as chat:
            assert chat.stdin
            assert chat.stdout
            chat.stdin.write("darker\n")
            chat.stdin.flush()
            shown = ""
            while "One moment" not in shown and (character := chat.stdout.read(1)):
                shown += character
            chat.send_signal(signal.SIGINT)
            out, error = chat.communicate("again\n/quit\n", timeout=60)
        assert chat.returncode == 0, error
        assert "stopped; what was kept stays" in error
        assert "Here I am." in out


def test_questions_on_the_command_line(song: Path) -> None:
    """With --say it asks, and ends; the exit status tells how."""
    with serving(darker) as model:
        good = run_chat(["lossy", "song.wav", "-q", "--say", "make it darker"], model, folder=song.parent)
        assert (good.returncode, good.stderr) == (0, "")
        assert good.stdout == "Let me look.\nIt is darker now.\n"
    bad = run_chat(["lossy", "song.wav", "--say", "x", "--patience", "5"], None, folder=song.parent)
    assert bad.returncode == 1
    assert "ANTHROPIC_BASE_URL" in bad.stderr


@pytest.mark.parametrize("elsewhere", [None, "http://127.0.0.1:9"])
def test_the_base_url_by_option(elsewhere: str | None, song: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    """It is asked for by option without the variable, and goes before it."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    monkeypatch.delenv("ANTHROPIC_BASE_URL", raising=False)
    if elsewhere:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", elsewhere)
    with serving(in_order([say("Here.")])) as model:
        assert program.main(["lossy", str(song), "-q", "--model", "mine", "--base-url", model.url, "--say", "x"]) == 0
        assert [request.body["model"] for request in model.requests] == ["mine"]
    assert capfd.readouterr().out == "Here.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (["--help"], 0, "vstkit-agent match REF IN"),
        (["match", "--help"], 0, "--renders"),
        (["--version"], 0, "vstkit-agent"),
        (["--nonsense"], 2, "--nonsense"),
        (["lossy"], 1, "needs a file"),
        (["lossi", "x.wav"], 1, "no such effect"),
        (["lossy", "nowhere.wav"], 1, "nowhere.wav"),
        (["lossy", "song.wav", "--preset", "nope"], 1, "nope"),
        (["lossy", "song.wav", "--price", "x"], 1, "--price"),
        (["lossy", "song.wav", "--session", "no/such/s.jsonl"], 1, "no/such"),
        ([], 1, "plugins run"),
        (["-i", "nobody"], 1, "plugin"),
        (["replay", "nowhere"], 1, "nowhere"),
        (["match", "song.wav", "nowhere.wav"], 1, "nowhere.wav"),
    ],
)
def test_command_lines(arguments: list[str], status: int, word: str, song: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    """What is wrong is named, on standard error."""
    monkeypatch.chdir(song.parent)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(song.parent))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    try:
        found = program.main(arguments)
    except SystemExit as end:
        found = int(end.code or 0)
    out, error = capfd.readouterr()
    assert found == status, error
    assert word in (error if status else out)
    assert "Traceback" not in error


def test_no_answer_acts_on_the_terminal(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a model says."""
    from vstkit.agent._output import Printer

    out = io.StringIO()
    Printer(out, io.StringIO()).say("a\x1b[2Jb\x07\r\x9bc\u202e\n")
    assert out.getvalue().isprintable() or set(out.getvalue()) & {"\n"}
    assert not set(out.getvalue()) & {"\x1b", "\x07", "\r", "\x9b", "\u202e"}
    assert np.isfinite(vstkit.read(song)[0]).all()
