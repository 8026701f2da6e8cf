# SPDX-License-Identifier: ISC
"""The tab to ask, in the window of vstkit.desktop: a scripted model behind real HTTP, and searches without one."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit

from desktop_kit import LEFT, Make, display, file, home, make, open_file, qapp_cls, settle  # isort: skip
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidgetItem
from test_live import Player, play
from vstkit.agent import Session, figures
from vstkit.desktop import _asked
from vstkit.desktop._asked import DocumentInstance, numbers_of, search
from vstkit.desktop._clip import as_clip
from vstkit.desktop._document import Document
from vstkit.desktop._window import Window

pytest.importorskip("anthropic", reason="the agent's packages are absent")
pytest.importorskip("cma", reason="what searches need is absent")
from model_server import ModelServer, Request, Script, Turn, call, in_order, say, serving  # noqa: E402

__all__ = ["display", "file", "home", "make", "play", "qapp_cls"]
WAYS = [{"loss": 0.9}, {"loss": 0.6, "crush": 0.25}, {"filter_freq": 500.0}]


@contextmanager
def model(script: Script, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A model that the window asks."""
    with serving(script) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
        yield server
    assert server.wrong == []


def ask(qtbot: Any, window: Window, words: str) -> None:
    """Type, and press Return."""
    window.show_tab("Ask")
    qtbot.keyClicks(window.ask.words, words)
    qtbot.keyClick(window.ask.words, Qt.Key.Key_Return)


def ended(qtbot: Any, window: Window) -> None:
    """Wait for the answer."""
    qtbot.waitUntil(lambda: window.ask.send.isEnabled(), timeout=120000)
    settle(qtbot, window)


def cell(window: Window, row: int, column: int) -> QTableWidgetItem:
    """Of the trials."""
    item = window.ask.table.item(row, column)
    assert item is not None
    return item


def trying(*after: Any) -> Script:
    """Listens, tries three, and goes on as is said."""
    wanted = [{"edits": edits, "reason": f"Way {number}"} for number, edits in enumerate(WAYS, 1)]
    return in_order([say("Let me listen."), call("try", candidates=wanted, clip="sound")], *after)


def test_trials_are_rows_to_hear_see_and_keep_in_part(qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures, picture, listening, accepting by key, one step, undo."""
    window = make()
    open_file(qtbot, window, file)
    before = window.model.values.to_dict()
    tab = window.ask
    with model(trying([say("The second one is the best.")]), monkeypatch):
        ask(qtbot, window, "darker")
        ended(qtbot, window)
        assert "Let me listen." in tab.talk.toPlainText()
        assert "→ try" in tab.talk.toPlainText()
        assert "Way 2" in tab.talk.toPlainText()
        assert "The second one is the best." in tab.talk.toPlainText()
        assert window.model.values.to_dict() == before, "nothing is heard until it is kept"
        assert [cell(window, row, 0).text() for row in range(tab.table.rowCount())] == ["c3", "c2", "c1"]
        assert float(cell(window, 1, 1).text()) < 0.0
        assert cell(window, 1, 2).text().endswith(" Hz")
        qtbot.mouseClick(tab.table.viewport(), LEFT, pos=tab.table.visualItemRect(cell(window, 1, 0)).center())
        assert tab.chosen is not None
        assert tab.chosen.edits == WAYS[1]
        settle(qtbot, window)
        assert not tab.picture.pixmap().isNull()
        qtbot.mouseClick(tab.listen, LEFT)
        qtbot.waitUntil(lambda: window.mixer.is_playing)
        items = {item.text(0): item for item in (tab.diff.topLevelItem(row) for row in range(2)) if item}
        assert items.keys() == {"loss", "crush"}
        items["crush"].setCheckState(0, Qt.CheckState.Unchecked)
        qtbot.mouseClick(tab.keep, LEFT)
        qtbot.waitUntil(lambda: "Kept c2" in tab.talk.toPlainText(), timeout=30000)
        after = window.model.values.to_dict()
        assert {key: value for key, value in after.items() if value != before[key]} == {"loss": 0.6}
        assert [step.author for step in window.model.steps] == ["agent:desktop"]
        qtbot.mouseClick(tab.undo, LEFT)
        qtbot.waitUntil(lambda: "Taken back" in tab.talk.toPlainText(), timeout=30000)
        assert window.model.values.to_dict() == before
        qtbot.mouseClick(tab.undo, LEFT)
        qtbot.waitUntil(lambda: "nothing to take back" in tab.talk.toPlainText(), timeout=30000)
        settle(qtbot, window)


def test_text_is_seen_as_it_comes_and_stop_is_at_once(qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of an answer that would take a minute; the next question goes on."""
    window = make()
    open_file(qtbot, window, file)
    before = window.model.values.to_dict()
    with model(in_order(Turn([say("Let me think."), say("No more.")], hang_s=60.0), [say("Here I am.")]), monkeypatch):
        ask(qtbot, window, "darker")
        qtbot.waitUntil(lambda: "Let me think." in window.ask.talk.toPlainText(), timeout=30000)
        assert not window.ask.send.isEnabled()
        qtbot.mouseClick(window.ask.stop, LEFT)
        ended(qtbot, window)
        assert "stopped" in window.ask.talk.toPlainText()
        assert "No more." not in window.ask.talk.toPlainText()
        assert window.model.values.to_dict() == before
        ask(qtbot, window, "again")
        ended(qtbot, window)
        assert "Here I am." in window.ask.talk.toPlainText()


def test_a_budget_ends_a_question_and_not_the_next(qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said which, and what was spent is seen."""
    window = make()
    open_file(qtbot, window, file)
    window.ask.tokens.setValue(1)
    with model(in_order(*[[call("get_state")]] * 12), monkeypatch):
        ask(qtbot, window, "darker")
        ended(qtbot, window)
        assert "the budget of 1000 tokens is used up" in window.ask.talk.toPlainText()
        assert "of 1000 tokens" in window.ask.spent.text()
        ask(qtbot, window, "again")
        ended(qtbot, window)
        assert "That is all." in window.ask.talk.toPlainText()


def test_a_choice_stays_while_trials_come_and_keeping_waits_for_nobody(
    qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hand keeps one trial while the model is asked, and the model another one; both are steps, and a lock holds."""
    window = make()
    open_file(qtbot, window, file)
    tab = window.ask
    window.model.set_locked(["filter_freq"])

    def second(request: Request) -> Any:
        first_kept.wait(60.0)
        return [call("try", candidates=[{"edits": {"decimate": 0.5}}], clip="sound")]

    first_kept = threading.Event()
    with model(trying(second, [call("keep_or_undo", keep="c4", reason="Rough")], [say("Kept.")]), monkeypatch):
        ask(qtbot, window, "rougher")
        qtbot.waitUntil(lambda: tab.table.rowCount() == 3, timeout=60000)
        tab.table.selectRow(2)
        qtbot.mouseClick(tab.keep, LEFT)
        qtbot.waitUntil(lambda: window.model.get("loss") == 0.9, timeout=30000)
        first_kept.set()
        ended(qtbot, window)
        assert tab.chosen is not None
        assert tab.chosen.name == "c1", "newer trials do not take the choice away"
        assert window.model.get("decimate") == 0.5
        assert [step.author for step in window.model.steps] == ["agent:desktop"] * 2
        tab.table.selectRow(tab.table.rowCount() - 3)  # The filter, which is locked
        assert tab.diff.topLevelItemCount() == 0
        settle(qtbot, window)


def test_what_is_kept_reaches_a_plugin(
    qtbot: Any, make: Make, file: Path, play: Callable[[str], Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a snapshot of it."""
    player = play("lossy")
    window = make()
    window.set_mode("plugin")
    qtbot.waitUntil(lambda: window.live is not None and window.live.is_connected, timeout=30000)
    qtbot.mouseClick(window.bar.snapshot, LEFT)
    qtbot.waitUntil(lambda: window.captured is not None, timeout=30000)
    with model(trying([call("keep_or_undo", keep="c1", reason="Rough")], [say("Kept.")]), monkeypatch):
        ask(qtbot, window, "rougher")
        ended(qtbot, window)
        assert abs(player.value("loss") - 0.9) < 1e-6
        qtbot.mouseClick(window.ask.undo, LEFT)
        qtbot.waitUntil(lambda: abs(player.value("loss") - 0.5) < 1e-6, timeout=30000)
        settle(qtbot, window)


def test_closing_waits_for_no_answer(qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of one."""
    window = make()
    open_file(qtbot, window, file)
    with model(in_order(Turn([say("Let me think."), say("No more.")], hang_s=60.0)), monkeypatch):
        ask(qtbot, window, "darker")
        qtbot.waitUntil(lambda: "Let me think." in window.ask.talk.toPlainText(), timeout=30000)
        window.close()
        assert not any(thread.is_alive() for thread in window.ask._threads)


@pytest.mark.parametrize(("target", "value"), [("bright", -60), ("wet", 70), ("far", 60), ("broken", 80)])
def test_a_search_towards_a_target_is_listened_to_and_kept(qtbot: Any, make: Make, file: Path, target: str, value: int) -> None:
    """Without a key: rows come, one is kept as a step, and taken back."""
    window = make()
    open_file(qtbot, window, file)
    window.show_tab("Ask")
    tab = window.ask
    qtbot.mouseClick(tab.card.match, LEFT)
    assert "move one of the sliders" in window.message.text()
    tab.card.targets[target].setValue(value)
    tab.card.renders.setValue(12)
    before = window.model.values.to_dict()
    qtbot.mouseClick(tab.card.match, LEFT)
    qtbot.waitUntil(lambda: tab.card.match.isEnabled() and tab.table.rowCount() > 0, timeout=120000)
    assert window.model.values.to_dict() == before, "nothing is heard until it is kept"
    assert tab.chosen is not None
    assert tab.diff.topLevelItemCount() == len(tab.chosen.edits)
    qtbot.mouseClick(tab.listen, LEFT)
    qtbot.mouseClick(tab.keep, LEFT)
    qtbot.waitUntil(lambda: window.model.values.to_dict() != before and tab.undo.isEnabled(), timeout=30000)
    assert window.model.steps[0].author == "agent:desktop"
    qtbot.mouseClick(tab.undo, LEFT)
    qtbot.waitUntil(lambda: window.model.values.to_dict() == before, timeout=30000)
    settle(qtbot, window)


@pytest.fixture
def session(file: Path) -> Iterator[Session]:
    """An agent's session over Reverb and a saw with a beat, as the window makes it."""
    audio, rate = vstkit.read(file)
    time_s = np.arange(len(audio)) / rate
    saw = 0.15 * (2.0 * (110.0 * time_s % 1.0) - 1.0) * np.exp(-3.0 * (time_s % 0.5))
    document, clip = Document("reverb"), as_clip(0.1 * audio + saw[:, None], rate, "saw")
    found = Session("desktop")
    found.add_instance(DocumentInstance(document, lambda work: work(), lambda: clip))
    found.add_clip(clip.samples, clip.rate, "sound", document.info.name)
    yield found
    found.close()


def test_only_far_and_close_aim_at_another_loudness(session: Session) -> None:
    """Every other wish holds that of now."""
    now = figures(*session.sound_of("now", session.clip("sound"))).lufs
    for wish in ("bright", "wet", "broken"):
        for way in (-1.0, -0.3, 0.6, 1.0):
            assert numbers_of(session, {wish: way})["lufs"] == now
    assert numbers_of(session, {"far": 0.5, "bright": -0.6})["lufs"] < now - 1.0
    assert numbers_of(session, {"far": -0.5})["lufs"] > now + 1.0


def test_a_search_for_darker_stays_as_loud(session: Session) -> None:
    """Within 1 LU, and darker it is."""
    now = figures(*session.sound_of("now", session.clip("sound")))
    search(session, None, {"bright": -0.6}, 120)
    found = list(session.candidates.values())[-1].figures
    assert abs(found.lufs - now.lufs) < 1.0
    assert found.centroid_hz < 0.7 * now.centroid_hz


def test_values_of_now_stand_beside_those_of_a_trial(qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where they moved since it was tried, while another tab was shown or this one."""
    window = make()
    open_file(qtbot, window, file)
    with model(trying([say("That is all.")]), monkeypatch):
        ask(qtbot, window, "darker")
        ended(qtbot, window)
    window.ask.table.selectRow(1)

    def shown() -> dict[str, str]:
        rows = [window.ask.diff.topLevelItem(row) for row in range(2)]
        return {row.text(0): row.text(1) for row in rows if row}

    assert shown() == {"loss": window.model.text("loss"), "crush": window.model.text("crush")}
    window.model.set({"loss": 0.13})
    assert shown()["loss"] == window.model.text("loss") == "0.13"
    window.show_tab("Parameters")
    window.model.set({"crush": 0.4})
    window.show_tab("Ask")
    assert shown() == {"loss": "0.13", "crush": window.model.text("crush")}
    window.model.undo()
    window.model.undo()
    window.ask.table.selectRow(2)
    window.ask.table.selectRow(1)
    assert shown() == {"loss": window.model.text("loss"), "crush": window.model.text("crush")}
    qtbot.mouseClick(window.ask.keep, LEFT)
    qtbot.waitUntil(lambda: shown()["loss"] == "0.60", timeout=30000)
    settle(qtbot, window)


SCALED = """
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication
from vstkit.desktop._ask_tab import _Picture
application = QApplication([])
picture = _Picture()
picture.whole = QPixmap(1600, 800)
picture.resize(400, 300)
picture.show()
shown = picture.pixmap()
print(shown.width(), shown.height(), shown.deviceIndependentSize().width())
"""


@pytest.mark.parametrize("scale", [1, 2])
def test_a_picture_has_a_pixel_for_each_of_the_screen(scale: int) -> None:
    """And is as large as the room for it."""
    environment = os.environ | {"QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run([sys.executable, "-c", SCALED], capture_output=True, text=True, env=environment, check=True)
    assert result.stdout.split() == [str(400 * scale), str(200 * scale), "400.0"]


@pytest.mark.parametrize(("error", "said"), [(RuntimeError("The model broke."), "The model broke."), (MemoryError(), "MemoryError")])
def test_an_error_of_any_kind_is_said_and_ends(
    qtbot: Any, make: Make, file: Path, error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One can ask and search again, and undo."""

    def broken(*_: object) -> str:
        raise error

    window = make()
    open_file(qtbot, window, file)
    tab = window.ask
    monkeypatch.setattr(_asked, "conversation", broken)
    ask(qtbot, window, "darker")
    qtbot.waitUntil(lambda: said in tab.talk.toPlainText(), timeout=30000)
    assert tab.send.isEnabled()
    tab.talk.clear()
    monkeypatch.setattr(_asked, "search", broken)
    tab.card.targets["bright"].setValue(-60)
    qtbot.mouseClick(tab.card.match, LEFT)
    qtbot.waitUntil(lambda: said in tab.talk.toPlainText(), timeout=30000)
    assert tab.card.match.isEnabled()
    assert not tab.stop.isEnabled()
    tab.talk.clear()
    assert tab.work is not None
    monkeypatch.setattr(tab.work, "undo", broken)
    qtbot.mouseClick(tab.undo, LEFT)
    qtbot.waitUntil(lambda: said in tab.talk.toPlainText(), timeout=30000)
    assert tab.undo.isEnabled()
    settle(qtbot, window)


def test_a_search_towards_a_file(qtbot: Any, make: Make, file: Path, tmp_path: Path) -> None:
    """What the effect made of it is found again, nearer than the dry sound is."""
    audio, rate = vstkit.read(file)
    wanted = tmp_path / "wanted.wav"
    vstkit.write(wanted, vstkit.render("gain", audio, rate, params={"gain": -9.0}), rate)
    window = make("gain")
    open_file(qtbot, window, file)
    window.show_tab("Ask")
    window.ask.card.set_file(wanted)
    window.ask.card.renders.setValue(40)
    qtbot.mouseClick(window.ask.card.match, LEFT)
    qtbot.waitUntil(lambda: window.ask.card.match.isEnabled() and window.ask.table.rowCount() > 0, timeout=120000)
    assert window.ask.chosen is not None
    assert abs(window.ask.chosen.edits["gain"] + 9.0) < 1.0
    settle(qtbot, window)


def test_asking_without_a_key_says_so(qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what works without one."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    window = make()
    open_file(qtbot, window, file)
    window.show_tab("Ask")
    qtbot.keyClicks(window.ask.words, "darker")
    qtbot.keyClick(window.ask.words, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: "ANTHROPIC_API_KEY" in window.ask.talk.toPlainText() or "pip install" in window.ask.talk.toPlainText(), timeout=30000
    )
    assert window.ask.send.isEnabled()
