# SPDX-License-Identifier: ISC
"""The window of vstkit.desktop with keys alone, with a screen reader's eyes, and with files that are dropped."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit

from desktop_kit import LEFT, RATE, Make, display, drag, file, home, make, open_file, qapp_cls, settle, slider_of  # isort: skip
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QInputDialog, QToolButton, QWidget
from test_live import Player, play
from vstkit.desktop import _session
from vstkit.desktop._bar import NO_CHAINS
from vstkit.desktop._shown import decays
from vstkit.desktop._sound_tabs import heat, signed
from vstkit.desktop._theme import contrast, theme
from vstkit.desktop._window import Window

__all__ = ["display", "file", "home", "make", "play", "qapp_cls"]


def reachable(window: Window) -> list[QWidget]:
    """What Tab comes to, in the page that is shown and around it."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled() and not widget.focusProxy()
    ]


def tabbed(qtbot: Any, window: Window, count: int) -> set[QWidget]:
    """What has the keys, one after the other, until the first has them again."""
    window.bar.open.setFocus()
    met: list[QWidget] = [window.bar.open]
    for _ in range(2 * count):
        qtbot.keyClick(met[-1], Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget is met[0]:
            break
        met.append(widget)
    return set(met)


@pytest.mark.parametrize("effect", vstkit.effects())
def test_every_control_has_a_name_and_keys_come_to_it(qtbot: Any, make: Make, file: Path, effect: str) -> None:
    """On every tab: what Qt tells a screen reader; and Tab goes round all of it."""
    window = make(effect)
    open_file(qtbot, window, file)
    for name in window.tabs.names():
        window.show_tab(name)
        settle(qtbot, window)
        wanted = reachable(window)
        told = {each: QAccessible.queryAccessibleInterface(each).text(QAccessible.Text.Name).strip() for each in wanted}
        assert [(name, type(each).__name__, each.objectName()) for each, text in told.items() if not text] == []
        met = tabbed(qtbot, window, len(wanted))
        for each in wanted:
            group = each.group() if isinstance(each, QAbstractButton) else None  # Arrows go round in it
            assert each in met or (group and met & set(group.buttons())), (name, type(each).__name__, told[each])
        for each in window.tabs.currentWidget().findChildren(QToolButton):
            assert not each.isVisible() or each.focusPolicy() & Qt.FocusPolicy.TabFocus, each.accessibleName()


def test_keys_zoom_seek_and_loop(qtbot: Any, make: Make, file: Path) -> None:
    """Down to a few samples and back; the wheel does so, too; what is looped is played to the bit."""
    window = make("gain")
    window.bar.match.setChecked(False)
    open_file(qtbot, window, file)
    window.show_tab("Waveforms")
    waves = window.pictures.waves
    waves.setFocus()

    def length() -> float:
        (start, stop), _ = waves.plots[0].viewRange()
        return float(stop - start)

    assert length() == pytest.approx(1.0)
    for _ in range(5):
        qtbot.keyClick(waves, Qt.Key.Key_Right)
    assert window.mixer.position == pytest.approx(0.25 * RATE, abs=2)
    qtbot.keyClicks(waves, "[")
    for _ in range(5):
        qtbot.keyClick(waves, Qt.Key.Key_Right)
    qtbot.keyClicks(waves, "]")
    assert window.bar.loop.isChecked()
    assert waves.loop.getRegion() == pytest.approx((0.25, 0.5))
    for _ in range(20):
        qtbot.keyClicks(waves, "+")
    assert length() * RATE < 10.0, "a few samples"
    x, y = waves._curves[0][0].getData()
    assert window.session.clip is not None
    (start, _), _ = waves.plots[0].viewRange()
    first = int(start * RATE)
    assert np.allclose(2.0 * (y[::2] - 0.5), window.session.clip.samples[first : first + len(y) // 2, 0], atol=1e-6)
    qtbot.keyClicks(waves, "0")
    assert length() == pytest.approx(1.0)
    view = waves.view.viewport()
    at = QPointF(view.rect().center() - QPoint(0, view.height() // 4))
    for _ in range(4):
        turn = (QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(view, QWheelEvent(at, view.mapToGlobal(at), *turn))
    assert length() < 0.5
    qtbot.mouseClick(window.bar.play, LEFT)
    window.mixer.seek(int(waves.loop.getRegion()[0] * RATE))
    block = window.card.pull(RATE // 2)  # type: ignore[attr-defined]
    assert window.session.wet is not None
    begin, end = (int(seconds * RATE) for seconds in waves.loop.getRegion())
    region = window.session.wet.samples[begin:end]
    assert np.array_equal(block[: 2 * len(region)], np.tile(region, (2, 1)))


def test_the_whole_of_a_longer_render_is_seen(qtbot: Any, make: Make, file: Path) -> None:
    """A tail, too; whoever has zoomed in stays there."""
    window = make("reverb")
    open_file(qtbot, window, file)
    assert window.session.wet is not None
    assert window.session.wet.seconds > 1.5
    assert window.pictures.waves.plots[0].viewRange()[0][1] == pytest.approx(window.session.wet.seconds)
    window.pictures.waves.plots[0].setXRange(0.1, 0.2, padding=0.0)
    window.model.set({"wet_dry": 0.9})
    settle(qtbot, window)
    assert window.pictures.waves.plots[0].viewRange()[0] == pytest.approx([0.1, 0.2])


def test_two_renders_stand_side_by_side(qtbot: Any, make: Make, file: Path) -> None:
    """With figures and what differs, by name; one is listened to, and taken back as a step."""
    window = make()
    open_file(qtbot, window, file)
    for value in (0.2, 0.9):
        window.model.set({"loss": value})
        settle(qtbot, window)
    window.show_tab("History")
    tab = window.history
    assert [tab.list.item(row).text().split("  ")[0] for row in range(3)] == ["now", "−1", "−2"]
    assert "Loss" in tab.list.item(0).text()
    for row in (0, 2):
        tab.list.item(row).setSelected(True)
    settle(qtbot, window)
    cells = [[tab.table.item(row, column) for column in range(3)] for row in range(tab.table.rowCount())]
    texts = {each[0].text(): (each[1].text(), each[2].text()) for each in cells if each[0] and each[1] and each[2]}
    assert texts["Loss"] == ("0.90", "0.50")
    assert float(texts["LUFS"][0]) < 0.0
    assert "1 parameters differ" in tab.note.text()
    tab.list.clearSelection()
    tab.list.item(1).setSelected(True)
    qtbot.mouseClick(tab.listen, LEFT)
    assert window.mixer.is_playing
    qtbot.mouseClick(tab.restore, LEFT)
    assert window.model.get("loss") == 0.2
    assert window.model.undo() == 1
    assert window.model.get("loss") == 0.9
    settle(qtbot, window)


def test_a_render_that_made_room_is_heard_and_compared(qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendered again, beside the window."""
    monkeypatch.setattr(_session, "MAX_HISTORY_BYTES", 0)
    window = make()
    open_file(qtbot, window, file)
    first = window.session.wet
    assert first is not None
    window.model.set({"loss": 0.9})
    settle(qtbot, window)
    window.show_tab("History")
    tab = window.history
    assert [entry.wet is None for entry in tab.entries] == [False, True]
    assert tab.list.item(1).text().endswith("1.00 s")
    tab.list.item(1).setSelected(True)
    with qtbot.waitSignal(tab.listened, timeout=60000) as heard:
        qtbot.mouseClick(tab.listen, LEFT)
    assert np.array_equal(heard.args[0].samples, first.samples)
    qtbot.waitUntil(lambda: window.mixer.is_playing)
    tab.list.item(0).setSelected(True)
    qtbot.waitUntil(lambda: tab.table.rowCount() > 0, timeout=60000)
    settle(qtbot, window)
    lufs = tab.table.item(0, 2)
    assert lufs is not None
    assert lufs.text() == f"{first.figures.lufs:.4g}"


def test_a_section_is_locked_reset_and_drawn(qtbot: Any, make: Make) -> None:
    """Locks of a whole section hold against draws; the same seed and amount draw the same; more amount moves more."""
    window = make()
    lock = next(each for each in window.params.findChildren(QToolButton) if each.accessibleName() == "Lock all: Spectral")
    keys = {key for key, row in window.model.info.parameters.items() if window.model.info.sections[row.section] == "Spectral"}
    qtbot.mouseClick(lock, LEFT)
    assert window.model.locks & keys == set(window.params.controls) & keys
    before = window.model.values.to_dict()
    moved = []
    for amount, seed in ((20, 3), (20, 3), (100, 3)):
        window.params.amount.setValue(amount)
        window.params.seed.setValue(seed)
        qtbot.mouseClick(window.params.randomise, LEFT)
        moved.append(window.model.values.to_dict())
        window.model.undo()
    assert moved[0] == moved[1] != before
    for key in set(window.params.controls) & keys:
        assert all(each[key] == before[key] for each in moved)
    assert abs(moved[2]["filter_width"] - before["filter_width"]) > abs(moved[0]["filter_width"] - before["filter_width"])
    qtbot.mouseClick(lock, LEFT)
    assert not window.model.locks
    drag(qtbot, slider_of(window, "loss"), 60)
    reset = next(each for each in window.params.findChildren(QToolButton) if each.accessibleName() == "Reset: Spectral")
    qtbot.mouseClick(reset, LEFT)
    assert window.model.values.to_dict() == before


def test_presets_get_names_and_tags(qtbot: Any, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """One's own; they are found by tag then, and what a tag says stays with the file."""
    window = make()
    window.show_tab("Presets")
    tab = window.presets
    tab.save("First")
    tab.own.setChecked(True)
    tab.list.setCurrentRow(0)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("warm, thin, warm", True))
    qtbot.mouseClick(tab.buttons["Tags…"], LEFT)
    assert [info.tags for info in vstkit.presets("lossy") if info.path] == [("warm", "thin")]
    tab.tag.setCurrentText("thin")
    assert "First" in tab.list.item(0).text()
    tab.list.setCurrentRow(0)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Second", True))
    qtbot.mouseClick(tab.buttons["Rename…"], LEFT)
    assert [(info.name, info.tags) for info in vstkit.presets("lossy") if info.path] == [("Second", ("warm", "thin"))]
    tab.own.setChecked(False)
    tab.tag.setCurrentIndex(0)
    tab.list.setCurrentRow(tab.list.count() - 1)
    for name in ("Rename…", "Tags…", "Delete"):
        assert not tab.buttons[name].isEnabled(), "what is built in stays"


def test_chains_and_their_end_in_the_mode_plugin(qtbot: Any, make: Make, play: Callable[[str], Player]) -> None:
    """A menu adds and takes out; on a plugin it is off, and says why; the chain comes back, also after a restart."""
    window = make("lossy")
    window.session.add_effect("reverb")
    window.chain_menu.aboutToShow.emit()
    texts = [action.text() for action in window.chain_menu.actions()]
    assert "Add Reverb" in texts
    assert texts[-2:] == ["Take out 1: Lossy", "Take out 2: Reverb"]
    play("gain")
    qtbot.mouseClick(window.bar.plugin, LEFT)
    qtbot.waitUntil(lambda: "the chain of 2 effects stays in Local" in window.message.text(), timeout=30000)
    assert window.bar.add.isVisible()
    assert not window.bar.add.isEnabled()
    assert window.bar.add.toolTip() == NO_CHAINS
    assert window.bar.add.accessibleDescription() == NO_CHAINS
    qtbot.mouseClick(window.bar.local, LEFT)
    assert window.bar.add.isEnabled()
    assert [document.effect for document in window.session.chain] == ["lossy", "reverb"]
    window.model.set_locked(["wet_dry"])
    window.bar.match.setChecked(False)
    window.close()
    again = make("")
    assert [document.effect for document in again.session.chain] == ["lossy", "reverb"]
    assert again.model.effect == "reverb"
    assert again.model.locks == {"wet_dry"}
    assert not again.bar.match.isChecked()
    again.chain_menu.aboutToShow.emit()
    again.chain_menu.actions()[-1].trigger()
    assert [document.effect for document in again.session.chain] == ["lossy"]


def test_colours_of_pictures_fit_the_theme() -> None:
    """What is nothing is the ground; less and more stand out from it, and from each other."""
    for name in ("dark", "light"):
        colours = theme(name, "lossy")
        for found, quiet in ((heat(colours), 0.0), (signed(colours), 0.5)):
            assert found.map(quiet, mode="qcolor").name() == colours.well
        for level in (0.0, 0.3, 0.7, 1.0):
            assert contrast(signed(colours).map(level, mode="qcolor").name(), colours.well) > 2.5, (name, level)
        assert contrast(heat(colours).map(1.0, mode="qcolor").name(), colours.well) > 7.0


def test_figures_of_decay_are_tables() -> None:
    """Computed and measured, by octave: near each other, where the loop decays; what cannot be is a dash."""
    _, found = decays(vstkit.params("reverb"))
    names = [name for name, _, _ in found.whole]
    assert names[:2] == ["RT60, measured", "EDT, measured"]
    assert list(found.octaves) == ["63 Hz", "125 Hz", "250 Hz", "500 Hz", "1 kHz", "2 kHz", "4 kHz", "8 kHz", "16 kHz"]
    for row in found.octaves.values():
        measured, computed = (float(row[name].split()[0]) for name in ("RT60, measured", "RT60"))
        assert abs(measured - computed) < 0.25 * computed
        assert row["Loop gain"].endswith("decays")
    _, grows = decays(vstkit.params("reverb", feedback_gain=1.0))
    assert ("RT60, measured", "–") in [(name, value) for name, value, _ in grows.whole]
    assert "nan" not in str(grows)


SOURCE = """
import sys
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel

class Source(QLabel):
    def mousePressEvent(self, event):
        drag, data = QDrag(self), QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

application = QApplication(["source"])
source = Source("files")
source.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
source.setGeometry(1400, 1000, 150, 100)
source.setWindowTitle("source of files")
source.show()
print("there", flush=True)
application.exec()
"""


def xdotool(*words: object) -> str:
    """Do something with the X server's own mouse."""
    return subprocess.run(["xdotool", *map(str, words)], check=True, capture_output=True, text=True).stdout


def drop(qtbot: Any, window: Window, *paths: Path) -> None:
    """Drag files from another program onto the window, with the mouse."""
    with subprocess.Popen([sys.executable, "-c", SOURCE, *map(str, paths)], stdout=subprocess.PIPE, env=os.environ) as source:
        try:
            assert source.stdout
            source.stdout.readline()
            xdotool("search", "--sync", "--onlyvisible", "--name", "source of files")
            xdotool("mousemove", 1470, 1050, "mousedown", 1)
            goal = window.mapToGlobal(window.rect().center())
            for step in range(1, 9):
                xdotool("mousemove", 1470 + (goal.x() - 1470) * step // 8, 1050 + (goal.y() - 1050) * step // 8)
                qtbot.wait(30)
            xdotool("mouseup", 1)
            qtbot.wait(100)
        finally:
            source.kill()


def test_files_are_dropped_from_another_program(qtbot: Any, make: Make, file: Path, home: Path) -> None:
    """With the mouse, by XDND: a sound is opened, a preset loaded, a folder goes to Batch."""
    if subprocess.run(["which", "xdotool"], capture_output=True, check=False).returncode:
        pytest.skip("xdotool is absent")
    window = make("lossy")
    window.move(100, 60)
    preset = home / "dropped.json"
    vstkit.params("lossy", loss=0.125).save(preset)
    folder = home / "sounds"
    folder.mkdir()
    for path, came in (
        (file, lambda: window.session.clip is not None and window.session.clip.name == "beat"),
        (preset, lambda: window.model.get("loss") == 0.125),
        (folder, lambda: window.batch.source.text() == str(folder)),
    ):
        drop(qtbot, window, path)
        qtbot.waitUntil(came, timeout=30000)
        settle(qtbot, window)
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Batch"
