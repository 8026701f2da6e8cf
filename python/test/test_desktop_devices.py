# SPDX-License-Identifier: ISC
"""What vstkit.desktop does with sound cards, displays, disks and networks that are there, that are not, and that go away."""

import os
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pytest
import vstkit

from desktop_kit import LEFT, RATE, Make, display, file, home, make, open_file, qapp_cls, settle  # isort: skip
from test_live import Player, play
from vstkit.desktop import NullCard, SoundCard
from vstkit.desktop._player import find_cards

__all__ = ["display", "file", "home", "make", "play", "qapp_cls"]
Samples = npt.NDArray[np.float32]


class PortAudioError(Exception):
    """As sounddevice has it."""


class Stream:
    """A stream of a card that hears and gives what a test says."""

    opened: ClassVar[list["Stream"]] = []

    def __init__(self, *, samplerate: float, channels: int, dtype: str, device: Any, callback: Callable[..., None]) -> None:
        if device == "Broken":
            raise PortAudioError("Device unavailable [PaErrorCode -9985]")
        assert dtype == "float32"
        self.rate, self.channels, self.device, self.callback = samplerate, channels, device, callback
        self.runs = False
        self.opened.append(self)

    def start(self) -> None:
        """Begin."""
        self.runs = True

    def close(self) -> None:
        """End."""
        self.runs = False

    def play(self, n: int) -> Samples:
        """What the card would play next."""
        out = np.empty((n, self.channels), np.float32)
        self.callback(out, n, None, None)
        return out

    def record(self, block: Samples) -> None:
        """What the card hears."""
        self.callback(block, len(block), None, None)


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Cards in place of PortAudio's; take some away to have fewer."""
    devices: list[dict[str, Any]] = [
        {"name": "Speakers", "max_output_channels": 2, "max_input_channels": 0},
        {"name": "Broken", "max_output_channels": 2, "max_input_channels": 0},
        {"name": "Microphone", "max_output_channels": 0, "max_input_channels": 2},
    ]

    def query(device: Any = None, kind: str = "") -> Any:
        if kind != "input":
            return devices
        for found in devices:
            if found["max_input_channels"]:
                return {**found, "default_samplerate": 48000.0}
        raise PortAudioError("Error querying device -1")

    module = types.SimpleNamespace(PortAudioError=PortAudioError, OutputStream=Stream, InputStream=Stream, query_devices=query)
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    Stream.opened.clear()
    yield devices
    Stream.opened.clear()


def test_recording_is_what_came_in(qtbot: Any, make: Make, cards: list[dict[str, Any]]) -> None:
    """To the bit, at the input's rate; it is rendered as a file is, and Stop lets go of the card."""
    window = make("gain")
    sound = (np.random.default_rng(3).standard_normal((9000, 2)) * 0.1).astype(np.float32)
    qtbot.mouseClick(window.bar.record, LEFT)
    (stream,) = Stream.opened
    assert stream.runs
    assert "Recording" in window.message.text()
    for at in range(0, 9000, 700):
        stream.record(sound[at : at + 700])
    qtbot.mouseClick(window.bar.record, LEFT)
    qtbot.waitUntil(lambda: window.session.wet is not None, timeout=30000)
    assert not stream.runs
    assert window.session.clip is not None
    assert window.session.clip.rate == 48000.0
    assert np.array_equal(window.session.clip.samples, sound)
    settle(qtbot, window)
    qtbot.mouseClick(window.bar.record, LEFT)
    qtbot.mouseClick(window.bar.record, LEFT)
    qtbot.waitUntil(lambda: "nothing came from the input" in window.message.text(), timeout=30000)
    assert np.array_equal(window.session.clip.samples, sound), "what was there stays"
    del cards[2]
    qtbot.mouseClick(window.bar.record, LEFT)
    assert "no input to record from" in window.message.text()
    assert not window.bar.record.isChecked()


def test_an_output_is_chosen_and_remembered(qtbot: Any, make: Make, file: Path, cards: list[dict[str, Any]]) -> None:
    """While it plays; one that cannot be opened is said; one that is away for a day is remembered."""
    window = make("gain")
    window.bar.match.setChecked(False)
    open_file(qtbot, window, file)
    window.fill_cards()
    settle(qtbot, window)
    names = [window.bar.output.itemText(index) for index in range(window.bar.output.count())]
    assert names == ["System default", "Speakers", "Broken", "No sound"]

    def choose(name: str) -> None:
        window.bar.output.setCurrentIndex(window.bar.output.findText(name))
        window.bar.output.activated.emit(window.bar.output.currentIndex())

    qtbot.mouseClick(window.bar.play, LEFT)
    assert Stream.opened[-1].device is None
    choose("Speakers")
    stream = Stream.opened[-1]
    assert (stream.device, stream.rate, stream.runs, window.mixer.is_playing) == ("Speakers", RATE, True, True)
    assert not Stream.opened[-2].runs
    window.mixer.seek(0)
    assert window.session.wet is not None
    assert np.array_equal(stream.play(1000), window.session.wet.samples[:1000])
    choose("Broken")
    assert "cannot be opened" in window.message.text()
    choose("Speakers")
    window.close()
    del cards[0]
    again = make("gain")
    again.fill_cards()
    settle(qtbot, again)
    assert again.bar.output.currentText() == "System default"
    again.close()
    cards.insert(0, {"name": "Speakers", "max_output_channels": 2, "max_input_channels": 0})
    third = make("gain")
    third.fill_cards()
    settle(qtbot, third)
    assert third.bar.output.currentText() == "Speakers"
    assert isinstance(third.card, SoundCard)


@pytest.mark.parametrize(
    ("loads", "word"), [("no", "pip install vstkit"), ("library", "install libportaudio2"), ("none", "no sound card was found")]
)
def test_without_sound_the_rest_works(
    qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch, cards: list[dict[str, Any]], loads: str, word: str
) -> None:
    """No package, no PortAudio, no card: it is said what to do, and what would be heard is played to nobody."""
    if loads == "no":
        monkeypatch.setitem(sys.modules, "sounddevice", None)
    elif loads == "library":
        monkeypatch.delitem(sys.modules, "sounddevice")
        monkeypatch.setattr(sys, "meta_path", [_NoLibrary(), *sys.meta_path])
    else:
        cards.clear()
    assert find_cards()[0] == []
    window = make("gain")
    window.bar.match.setChecked(False)
    window.fill_cards()
    settle(qtbot, window)
    assert word in window.message.text()
    assert word in window.bar.output.toolTip()
    assert window.bar.output.currentText() == "No sound"
    open_file(qtbot, window, file)
    qtbot.mouseClick(window.bar.play, LEFT)
    assert isinstance(window.card, NullCard)
    qtbot.waitUntil(lambda: window.mixer.position > 0, timeout=30000)
    qtbot.mouseClick(window.bar.stop, LEFT)
    if loads != "none":
        qtbot.mouseClick(window.bar.record, LEFT)
        assert word in window.message.text()


class _NoLibrary:
    """Finds sounddevice, which does not find PortAudio."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")


def test_what_a_plugin_plays_is_heard_to_the_bit(qtbot: Any, make: Make, file: Path, play: Callable[[str], Player]) -> None:
    """A snapshot of it: what is played is what came, and that is what `vstkit.render` makes of its dry part."""
    player = play("gain")
    player.say("hand 0 gain -6")
    window = make("gain")
    window.bar.match.setChecked(False)
    window.set_mode("plugin")
    qtbot.waitUntil(lambda: window.live is not None and window.live.is_connected, timeout=30000)

    def is_exact() -> bool:
        window.captured = None
        qtbot.mouseClick(window.bar.snapshot, LEFT)
        qtbot.waitUntil(lambda: window.captured is not None, timeout=30000)
        assert window.captured is not None
        dry, wet = window.captured
        exact = vstkit.render("gain", dry.samples, dry.rate, params={"gain": -6.0}, tail=0.0)
        return bool(np.array_equal(exact, wet.samples))

    qtbot.waitUntil(is_exact, timeout=60000)  # Once what was before the edit has gone by
    settle(qtbot, window)
    assert window.captured is not None
    qtbot.waitUntil(lambda: window.captured is not None and window.pictures.waves.clips[1] is window.captured[1], timeout=30000)
    settle(qtbot, window)
    qtbot.mouseClick(window.bar.stop, LEFT)
    qtbot.mouseClick(window.bar.play, LEFT)
    assert isinstance(window.card, NullCard)
    heard = window.card.pull(4096)
    assert np.array_equal(heard, np.broadcast_to(window.captured[1].samples[:4096], heard.shape))


SAVER = """
import sys, numpy as np
from vstkit.desktop import as_clip
from vstkit.desktop._session import Session
session = Session("gain", lambda what, about: None)
for number in range(10**6):
    session.wet = as_clip(np.full((200000, 2), 0.25 + 0.25 * (number % 2)), 44100, "x")
    session.save(__import__("pathlib").Path(sys.argv[1]))
    print(number, flush=True)
"""


def test_a_kill_while_saving_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    """kill -9, at ten moments: never half a file."""
    path = tmp_path / "kept.wav"
    random = np.random.default_rng(1)
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", SAVER, str(path)], stdout=subprocess.PIPE) as program:
            assert program.stdout
            for _ in range(int(random.integers(1, 4))):
                program.stdout.readline()
            threading.Event().wait(float(random.uniform(0.0, 0.02)))  # Somewhere in the next save
            program.send_signal(signal.SIGKILL)
        audio, rate = vstkit.read(path)
        assert (len(audio), rate) == (200000, 44100)
        assert np.ptp(audio) == 0.0
        assert abs(audio[0, 0]) in (0.25, 0.5)


def test_a_display_that_does_not_answer_is_said() -> None:
    """Instead of Qt's words for programmers and a crash."""
    for name in (":4711", "localhost:4711.0", "unix:4711"):
        environment = {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        run = [sys.executable, "-m", "vstkit.desktop"]
        result = subprocess.run(run, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert result.returncode == 3, result.stderr
        assert f"no display server answers at DISPLAY={name}" in result.stderr
        assert "Traceback" not in result.stderr


def test_settings_that_cannot_be_written_are_no_reason_to_stay(qtbot: Any, make: Make, home: Path) -> None:
    """A folder where the file should be."""
    window = make("gain")
    window.settings.path = home / "desktop.json" / "below"
    (home / "desktop.json").write_text("{}")
    assert window.close()


def test_asking_without_a_network_says_so(qtbot: Any, make: Make, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key, and nobody who answers."""
    pytest.importorskip("anthropic", reason="the agent's packages are absent")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    window = make("gain")
    open_file(qtbot, window, file)
    window.show_tab("Ask")
    qtbot.keyClicks(window.ask.words, "louder")
    qtbot.mouseClick(window.ask.send, LEFT)
    qtbot.waitUntil(lambda: "check the network" in window.ask.talk.toPlainText(), timeout=60000)
    qtbot.waitUntil(window.ask.send.isEnabled, timeout=30000)
    before = window.model.values.to_dict()
    window.model.set({"gain": -3.0})
    settle(qtbot, window)
    assert window.model.values.to_dict() != before
