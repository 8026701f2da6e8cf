# SPDX-License-Identifier: ISC
"""The window of vstkit.desktop, with a real display (Xvfb, openbox), mouse and keyboard."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit

from desktop_kit import LEFT, RATE, Make, display, drag, file, home, make, open_file, qapp_cls, settle, slider_of  # isort: skip
from desktop_habits import measure
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from test_live import Player, play
from vstkit.desktop import NullCard, as_clip
from vstkit.desktop._clip import drawable
from vstkit.desktop._theme import ACCENTS, contrast, theme
from vstkit.desktop._window import Window

__all__ = ["display", "file", "home", "make", "play", "qapp_cls"]
LONGEST_S = 0.05  # That an event may keep the window


def test_what_is_heard_is_what_vstkit_renders(qtbot: Any, make: Make, file: Path) -> None:
    """From the file to the card, to the bit."""
    window = make()
    open_file(qtbot, window, file)
    window.bar.match.setChecked(False)
    settle(qtbot, window)
    qtbot.mouseClick(window.bar.play, LEFT)
    assert window.mixer.is_playing
    audio, rate = vstkit.read(file, dtype="float32")
    exact = vstkit.render(["lossy"], audio, rate).astype(np.float32)
    assert isinstance(window.card, NullCard)
    blocks = []
    while window.mixer.is_playing:
        blocks.append(window.card.pull(777))
    assert np.array_equal(np.concatenate(blocks)[: len(exact)], exact)


def test_a_drag_is_one_step_and_keys_undo_it(qtbot: Any, make: Make, file: Path) -> None:
    """Drag, Shift, double click, Ctrl-click, Escape, keys, typing."""
    window = make()
    open_file(qtbot, window, file)
    slider = slider_of(window, "loss")
    drag(qtbot, slider, 60)
    value = window.model.get("loss")
    assert value > 0.5
    assert len(window.model.steps) == 1
    qtbot.keyClick(slider, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.model.get("loss") == 0.5
    drag(qtbot, slider, 60, Qt.KeyboardModifier.ShiftModifier)
    assert 0.5 < window.model.get("loss") < 0.5 + (value - 0.5) / 5.0
    qtbot.mouseDClick(slider, LEFT)
    assert window.model.get("loss") == 0.5
    qtbot.mousePress(slider, LEFT, pos=slider.rect().center())
    window.model.set({"loss": 0.9})
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert window.model.get("loss") == 0.5
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert window.model.get("loss") > 0.5
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert window.model.get("loss") == 0.0
    qtbot.mouseClick(slider, LEFT, Qt.KeyboardModifier.ControlModifier)
    assert window.model.get("loss") == 0.5
    settle(qtbot, window)


def test_values_are_typed_with_units_and_wrong_ones_say_why(qtbot: Any, make: Make) -> None:
    """ "1.2k" is 1200 Hz; Escape takes nothing."""
    window = make()
    entry = window.params.controls["filter_freq"].entry  # type: ignore[attr-defined]
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, "1.2k")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert window.model.get("filter_freq") == pytest.approx(1200.0)
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, "banana")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert "filter_freq" in window.message.text() or "banana" in window.message.text()
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, "3k")
    qtbot.keyClick(entry, Qt.Key.Key_Escape)
    assert window.model.get("filter_freq") == pytest.approx(1200.0)
    assert "1.2" in entry.text()


@pytest.mark.parametrize("effect", vstkit.effects())
def test_every_parameter_has_a_control_with_a_name(qtbot: Any, make: Make, effect: str) -> None:
    """Nothing of the table is left out."""
    window = make(effect)
    shown = {key for key, row in window.model.info.parameters.items() if not row.flags & {"hidden", "state_only"}}
    assert set(window.params.controls) == shown
    for widget in window.findChildren(QWidget):
        if (
            widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisible()
            and type(widget).__name__ in ("QSlider", "_Slider", "_Cells")
        ):
            assert widget.accessibleName()


def test_bars_are_drawn_across(qtbot: Any, make: Make) -> None:
    """One drag sets several elements, as one step."""
    window = make("reverb")
    cells = window.params.controls["delay_times"].cells  # type: ignore[attr-defined]
    window.params.focus("delay_times")
    before = window.model.get("delay_times")
    qtbot.mousePress(cells, LEFT, pos=QPoint(5, 20))
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QMouseEvent

    for x in range(5, cells.width(), 8):
        at = QPointF(x, 20.0)
        QApplication.sendEvent(
            cells,
            QMouseEvent(QEvent.Type.MouseMove, at, cells.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, Qt.KeyboardModifier.NoModifier),
        )
    qtbot.mouseRelease(cells, LEFT, pos=QPoint(cells.width() - 5, 20))
    after = window.model.get("delay_times")
    assert all(new != old for new, old in zip(after, before, strict=True))
    assert len(window.model.steps) == 1


def test_presets_are_found_loaded_saved_and_deleted(qtbot: Any, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search, favourite, previous and next, save, delete, bring back."""
    window = make()
    window.show_tab("Presets")
    tab = window.presets
    qtbot.keyClicks(tab.search, "birdies")
    assert tab.list.count() >= 1
    qtbot.mouseClick(tab.list.viewport(), LEFT, pos=tab.list.visualItemRect(tab.list.item(0)).center())
    assert window.model.preset == "Birdies"
    assert window.bar.preset.text() == "Birdies"
    qtbot.mouseClick(tab.buttons["Favourite"], LEFT)
    assert window.settings.favourites("lossy") == {"birdies"}
    tab.search.clear()
    name = window.model.preset
    qtbot.mouseClick(window.bar.next, LEFT)
    assert window.model.preset != name
    window.model.set({"loss": 0.123})
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    tab.save("Mine now")
    tab.own.setChecked(True)
    assert [info.name for info in vstkit.presets("lossy") if info.path] == ["Mine now"]
    tab.list.setCurrentRow(0)
    qtbot.mouseClick(tab.buttons["Delete"], LEFT)
    assert not [info for info in vstkit.presets("lossy") if info.path]
    qtbot.mouseClick(tab.buttons["Bring back"], LEFT)
    assert vstkit.load_preset("lossy", "Mine now").loss == 0.123


def test_sides_locks_and_random_draws(qtbot: Any, make: Make) -> None:
    """As buttons."""
    window = make()
    qtbot.mouseClick(window.params.controls["loss"].lock, LEFT)
    assert window.model.locks == {"loss"}
    qtbot.mouseClick(window.bar.copy, LEFT)
    qtbot.mouseClick(window.bar.b, LEFT)
    qtbot.mouseClick(window.params.randomise, LEFT)
    assert window.model.get("loss") == 0.5
    moved = window.model.values.to_dict()
    qtbot.mouseClick(window.bar.a, LEFT)
    assert window.model.values.to_dict() != moved
    qtbot.mouseClick(window.bar.b, LEFT)
    assert window.model.values.to_dict() == moved


@pytest.mark.parametrize("effect", ["lossy", "reverb"])
@pytest.mark.parametrize("colours", ["dark", "light"])
def test_every_tab_draws(qtbot: Any, make: Make, file: Path, effect: str, colours: str) -> None:
    """Something is to be seen on each, and a file of it where VSTKIT_SHOTS says."""
    window = make(effect)
    window.set_theme(colours)
    open_file(qtbot, window, file)
    for name in window.tabs.names():
        window.show_tab(name)
        settle(qtbot, window)
        picture = window.grab()
        image = picture.toImage()
        seen = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
        assert len(seen) > 8, name
        if os.environ.get("VSTKIT_SHOTS"):
            picture.save(str(Path(os.environ["VSTKIT_SHOTS"]) / f"{effect}-{colours}-{name.lower()}.png"))


def test_contrast_of_text() -> None:
    """4.5 : 1 or more, on every ground, for every effect."""
    for name in ("dark", "light"):
        for effect in (*ACCENTS, ""):
            colours = theme(name, effect)
            for ground in (colours.ground, colours.panel, colours.well):
                for ink in (colours.ink, colours.soft, colours.accent_ink, colours.danger):
                    assert contrast(ink, ground) >= 4.5, (name, effect, ink, ground)
            assert contrast(colours.on_accent, colours.accent) >= 4.5


def test_broken_files_are_said_and_the_rest_goes_on(qtbot: Any, make: Make, file: Path, tmp_path: Path) -> None:
    """Garbage, one sample, eight channels."""
    window = make()
    open_file(qtbot, window, file)
    bad = tmp_path / "bad.wav"
    bad.write_bytes(os.urandom(4096))
    window.open(bad)
    qtbot.waitUntil(lambda: "bad.wav" in window.message.text() and "Reading" not in window.message.text(), timeout=10000)
    assert window.session.clip is not None
    assert window.session.clip.name == "beat"
    for name, channels, frames in (("one", 1, 1), ("eight", 8, 5000)):
        odd = tmp_path / f"{name}.wav"
        vstkit.write(odd, np.full((frames, channels), 0.1), RATE)
        window.open(odd)
        qtbot.waitUntil(lambda name=name: window.session.clip is not None and window.session.clip.name == name, timeout=10000)
        settle(qtbot, window)
        for index in range(window.tabs.count()):
            window.tabs.setCurrentIndex(index)
        settle(qtbot, window)


def test_everything_is_as_it_was_after_a_restart(qtbot: Any, make: Make) -> None:
    """Values, their preset, both sides, locks, what is drawn and heard, theme, tab, size."""
    window = make("reverb")
    window.model.load("concert_hall")
    name = window.model.preset
    window.model.set({"feedback_gain": 0.77})
    window.model.set_side("b")
    window.model.set({"feedback_gain": 0.66})
    window.model.set_locked(["wet_dry"])
    window.params.amount.setValue(12)
    window.params.seed.setValue(345)
    window.ask.tokens.setValue(77)
    window.presets.keep_mix.setChecked(True)
    window.bar.dry.click()
    window.bar.match.click()
    window.set_theme("light")
    window.show_tab("Guide")
    window.resize(1300, 900)
    qtbot.waitUntil(lambda: window.width() == 1300 and window.is_calm, timeout=30000)
    window.close()
    again = make("")
    assert again.model.effect == "reverb"
    assert (again.model.side, again.model.get("feedback_gain"), again.model.preset) == ("b", 0.66, "Default")
    assert again.model.is_edited
    assert not again.model.steps, "starting is no step to take back"
    assert again.model.locks == {"wet_dry"}
    assert again.bar.b.isChecked()
    assert again.bar.preset.text() == "Default *"
    again.model.set_side("a")
    assert (again.model.get("feedback_gain"), again.model.preset, again.model.is_edited) == (0.77, name, True)
    assert (again.params.amount.value(), again.params.seed.value(), again.ask.tokens.value()) == (12, 345, 77)
    assert again.presets.keep_mix.isChecked()
    assert again.bar.dry.isChecked()
    assert not again.bar.wet.isChecked()
    assert not again.bar.match.isChecked()
    assert again.colours.name == "light"
    assert again.tabs.tabText(again.tabs.currentIndex()) == "Guide"
    assert (again.width(), again.height()) == (1300, 900)


def test_an_effect_that_was_left_comes_back_as_it_was(qtbot: Any, make: Make) -> None:
    """With its history in the same run; with its values in the next; each of two alike in a chain has its own."""
    window = make("lossy")
    window.model.set({"loss": 0.11})
    window.params.amount.setValue(12)
    window.session.replace_effect("reverb")
    window.model.set({"wet_dry": 0.22})
    window.session.replace_effect("lossy")
    assert (window.model.get("loss"), window.model.steps[0].label) == (0.11, window.model.info.parameters["loss"].name)
    settle(qtbot, window)
    assert window.params.amount.value() == 12, "the page is a new one"
    window.session.add_effect("lossy")
    window.model.set({"loss": 0.33})
    settle(qtbot, window)
    window.close()
    again = make("")
    assert [document.get("loss") for document in again.session.chain] == [0.11, 0.33]
    assert again.session.selected == 1
    again.session.replace_effect("reverb")
    assert again.model.get("wet_dry") == 0.22
    settle(qtbot, again)


def test_folders_and_format_of_a_batch_are_remembered(qtbot: Any, make: Make, tmp_path: Path) -> None:
    """And another folder gets a place of its own, unless somebody chose one."""
    window = make("lossy")
    window.batch.choose_input(tmp_path / "first")
    window.batch.kind.setCurrentIndex(2)
    window.close()
    again = make("")
    tab = again.batch
    assert (tab.source.text(), tab.target.text()) == (str(tmp_path / "first"), str(tmp_path / "first-lossy"))
    assert tab.kind.currentText() == "flac, 24 bits"
    tab.choose_input(tmp_path / "second")
    assert tab.target.text() == str(tmp_path / "second-lossy")
    tab.target.setText(str(tmp_path / "mine"))
    tab.choose_input(tmp_path / "third")
    assert tab.target.text() == str(tmp_path / "mine")


def test_the_mode_is_remembered_and_no_plugin_is_said(qtbot: Any, make: Make, file: Path, play: Callable[[str], Player]) -> None:
    """Without a plugin the window stays usable; one that comes is found; of two, the one of the last time."""
    window = make("lossy")
    qtbot.mouseClick(window.bar.plugin, LEFT)
    window.close()
    again = make("")
    assert again.mode == "plugin"
    assert "No plugin runs" in again.bar.instance.placeholderText()
    assert "VSTKIT_OSC=1" in again.bar.instance.toolTip()
    open_file(qtbot, again, file)
    drag(qtbot, slider_of(again, "loss"), 40)
    assert again.model.get("loss") > 0.5
    play("lossy")

    def connected() -> Window:
        window = open_windows[-1]
        qtbot.waitUntil(lambda: window.live is not None and window.live.is_connected, timeout=30000)
        return window

    open_windows = [again]
    connected()
    play("lossy")
    qtbot.waitUntil(lambda: again.bar.instance.count() == 2, timeout=30000)
    chosen = [again.bar.instance.itemData(number) for number in range(2)]
    for instance in (*chosen, chosen[0]):
        open_windows[-1].attach(instance)
        connected().close()
        open_windows.append(make(""))
        live = connected().live
        assert live is not None
        assert live.instance.id == instance.id
        assert open_windows[-1].bar.instance.currentData().id == instance.id


NONSENSE: list[dict[str, Any]] = [
    {"documents": [{"effect": "lossy", "sides": {"a": {"loss": "banana"}, "b": 5, "c": {}}, "locks": [[], "none"], "side": []}]},
    {"documents": [None, 3, {}, {"effect": []}, {"effect": "lossy", "sides": [], "locks": 1}], "selected": 99, "chain": [[], 1]},
    {"documents": {}, "batch": {"from": 1, "format": "exe"}, "mode": 4, "heard": [], "amount": 1e9, "seed": -5, "tokens": -1},
    {"batch": [], "mode": "", "instance": 3, "effect": {}, "tab": "None", "geometry": "!!", "theme": "pink", "output": 7},
    {"chain": ["lossy", None, "lossy"], "selected": -7, "documents": [{"effect": "reverb", "sides": {"a": {"rt60": []}}}]},
]


@pytest.mark.parametrize("kept", NONSENSE)
def test_settings_that_make_no_sense_do_no_harm(qtbot: Any, make: Make, home: Path, kept: dict[str, Any]) -> None:
    """Whoever wrote them."""
    (home / "desktop.json").write_text(json.dumps(kept))
    window = make("")
    assert window.mode == "local"
    assert window.model.effect == "lossy"
    assert window.model.get("loss") == 0.5


def test_hints_leave_time_to_read_what_happened(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pointer may rest on a control while something is told."""
    window = make()
    monkeypatch.setattr("vstkit.desktop._window._SAID_S", 1e9)
    window.say("Saved a.wav")
    window.params.hint.emit("Loss")
    assert window.message.text() == "Saved a.wav"
    monkeypatch.setattr("vstkit.desktop._window._SAID_S", -1.0)
    window.params.hint.emit("Loss")
    assert window.message.text() == "Loss"


def test_folders_are_rendered(qtbot: Any, make: Make, file: Path, tmp_path: Path) -> None:
    """Every file of it, exactly; a broken one is told."""
    source, target = tmp_path / "in", tmp_path / "out"
    (source / "deep").mkdir(parents=True)
    shutil.copy(file, source / "a.wav")
    shutil.copy(file, source / "deep" / "b.wav")
    (source / "c.wav").write_bytes(b"nothing")
    window = make()
    window.batch.choose_input(source)
    window.batch.target.setText(str(target))
    qtbot.mouseClick(window.batch.run, LEFT)
    qtbot.waitUntil(lambda: window.batch.run.isEnabled(), timeout=60000)
    qtbot.wait(20)
    told = [window.batch.list.item(row).text() for row in range(window.batch.list.count())]
    assert len([text for text in told if text.startswith("✓")]) == 2
    assert any(text.startswith("✗") and "c.wav" in text for text in told)
    ours, _ = vstkit.read(target / "deep" / "b.wav")
    exact = vstkit.render(["lossy"], vstkit.read(file)[0], RATE)
    assert np.abs(ours - exact[: len(ours)]).max() < 1e-6


def test_ten_minutes_do_not_block_the_window(qtbot: Any, make: Make) -> None:
    """With a long file, no event of what people do keeps the window for 50 ms.

    What counts is work of the window's thread, and where that is more, the least of five times: other programs only add to it.
    """
    window = make("gain")
    long = as_clip(np.random.default_rng(1).standard_normal((600 * 16000, 1)).astype(np.float32) * 0.1, 16000, "long")
    window.session.take(drawable(long))
    qtbot.waitUntil(lambda: window.session.wet is not None, timeout=120000)
    settle(qtbot, window)
    found = measure(window, 5, LONGEST_S)
    slow = [f"{name}: {handled}" for name, handled in found.items() if handled.work_s >= LONGEST_S]
    assert not slow, "\n".join(slow)


def test_the_program_says_what_is_missing(home: Path, tmp_path: Path) -> None:
    """No display; no such file; --help."""
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    run = [sys.executable, "-m", "vstkit.desktop"]
    result = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert "no display" in result.stderr
    result = subprocess.run([*run, str(tmp_path / "nothing.wav")], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "nothing.wav" in result.stderr
    result = subprocess.run([*run, "--help"], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert "--mode" in result.stdout


def test_the_program_starts_and_ends_by_a_signal(home: Path, file: Path) -> None:
    """SIGTERM closes it as a click does: settings are kept."""
    with subprocess.Popen([sys.executable, "-m", "vstkit.desktop", "--no-sound", str(file)], env=os.environ) as program:
        settings = Path(os.environ["XDG_CONFIG_HOME"]) / "vstkit" / "desktop.json"
        deadline = time.monotonic() + 60.0
        while time.monotonic() < deadline and not _window_is_there():
            time.sleep(0.1)
        program.terminate()
        assert program.wait(timeout=60) == 0
    assert settings.exists()


def _window_is_there() -> bool:
    found = subprocess.run(["xdotool", "search", "--name", "^VstKit$"], capture_output=True, check=False)
    return bool(found.stdout.strip())


_FIRST_FRAME = """
import sys
from PySide6.QtCore import QTimer
from vstkit.desktop import _main, _window

class Watcher(_window.Window):
    def paintEvent(self, event):
        if not hasattr(self, "timer"):
            print([name for name in ("pyqtgraph", "scipy", "sounddevice") if name in sys.modules], len(self.params.controls) >= 16)
            self.timer = QTimer(self, interval=20)
            self.timer.timeout.connect(self.end)
            self.timer.start()
        super().paintEvent(event)

    def end(self):
        if self.is_calm:
            self.timer.stop()
            shown = {key for key, row in self.model.info.parameters.items() if not row.flags & {"hidden", "state_only"}}
            print([name for name, slot in self.pictures.slots.items() if slot.page], set(self.params.controls) == shown)
            self.close()

_window.Window = Watcher
sys.exit(_main.main(["--no-sound", "--effect", "lossy"]))
"""


def test_the_first_frame_waits_for_nothing_that_it_does_not_show(home: Path) -> None:
    """What draws pictures comes after it, and so do the controls that are out of sight; then all is there."""
    done = subprocess.run([sys.executable, "-c", _FIRST_FRAME], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[] True", "['Waveforms', 'Spectrograms', 'Spectrum', 'Decay'] True"]


def test_the_mode_is_switched_while_it_plays(qtbot: Any, make: Make, file: Path, play: Callable[[str], Player]) -> None:
    """Twenty times: what sounds here goes on, and the plugin keeps its values; it is edited and listened to."""
    player = play("lossy")
    player.say("hand 0 crush 0.25")
    window = make()
    open_file(qtbot, window, file)
    window.bar.loop.click()
    window.bar.play.click()
    local = window.session.document.values.to_dict()
    for number in range(20):
        qtbot.mouseClick(window.bar.local if number % 2 else window.bar.plugin, LEFT)
        assert isinstance(window.card, NullCard)
        assert np.abs(window.card.pull(4410)).max() > 0.0
    assert window.mode == "local"
    assert window.session.document.values.to_dict() == local
    assert player.value("crush") == 0.25
    qtbot.mouseClick(window.bar.plugin, LEFT)
    qtbot.waitUntil(lambda: window.live is not None and window.live.is_connected, timeout=30000)
    qtbot.waitUntil(lambda: window.model.get("crush") == 0.25 and window.later.is_idle, timeout=30000)
    drag(qtbot, slider_of(window, "loss"), 40)
    qtbot.waitUntil(lambda: abs(player.value("loss") - window.model.get("loss")) < 1e-6, timeout=30000)
    assert player.value("loss") > 0.5
    player.say("hand 0 loss 0.125")
    slider = slider_of(window, "loss")
    qtbot.waitUntil(lambda: slider.value() == 125, timeout=30000)
    qtbot.waitUntil(lambda: "LUFS" in window.levels.text(), timeout=30000)
    qtbot.mouseClick(window.bar.snapshot, LEFT)
    qtbot.waitUntil(lambda: window.captured is not None, timeout=30000)
    player.quit()
    qtbot.waitUntil(lambda: "gone" in window.message.text(), timeout=30000)
    assert not window.params.isEnabled()
    qtbot.mouseClick(window.bar.local, LEFT)
    assert window.params.isEnabled()
    assert window.session.document.values.to_dict() == local
