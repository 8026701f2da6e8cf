# SPDX-License-Identifier: ISC
"""vstkit.desktop on a plugin that plays: its session, without a window."""

import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit

pytest.importorskip("pythonosc")
from test_live import Player, play  # noqa: E402
from vstkit import live  # noqa: E402
from vstkit.desktop._live import LiveSession  # noqa: E402

__all__ = ["play"]
PATIENCE = 30.0


def wait(condition: Callable[[], Any]) -> None:
    """Until it holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)


def is_near(player: Player, key: str, value: float) -> bool:
    """Whether the plugin has a value."""
    return abs(player.value(key) - value) < 1e-6


class Heard:
    """What a session told."""

    def __init__(self) -> None:
        self.moved: list[frozenset[str]] = []
        self.status: list[tuple[str, bool]] = []
        self.metrics: list[live.Metrics] = []

    def session(self, instance: live.Instance) -> LiveSession:
        """A session that tells here, once it is connected."""
        made = LiveSession(
            instance,
            changed=self.moved.append,
            status=lambda text, answers: self.status.append((text, answers)),
            metrics=self.metrics.append,
        )
        wait(lambda: made.is_connected)
        return made


@pytest.fixture
def heard() -> Heard:
    """What is told."""
    return Heard()


def test_edits_reach_the_plugin_and_its_own_moves_are_followed(play: Callable[[str], Player], heard: Heard) -> None:
    """Both ways, arrays too; the newest of a drag arrives."""
    player = play("reverb")
    session = heard.session(live.instances()[0])
    session.begin()
    for step in range(50):
        session.set({"wet_dry": step / 100.0})
    session.end()
    assert session.get("wet_dry") == 0.49
    wait(lambda: abs(player.value("wet_dry") - 0.49) < 1e-6)
    session.set({"delay_times.3": "20 ms"})
    wait(lambda: abs(player.value("delay_times.3") - 882.0) < 0.5)
    player.say("hand 0 wet_dry 0.8")
    wait(lambda: abs(session.get("wet_dry") - 0.8) < 1e-6)
    player.say("hand 0 delay_times.5 1000")
    wait(lambda: session.get("delay_times.5") == 1000)
    wait(lambda: session.steps)
    session.undo()
    wait(lambda: player.value("delay_times.5") != 1000.0)
    with pytest.raises(ValueError, match="wet_dry"):
        session.set({"wet_dry": "banana"})
    session.close()
    assert abs(player.value("wet_dry") - 0.8) < 1e-6  # Letting go leaves the sound as it is


def test_presets_sides_and_locks(play: Callable[[str], Player], heard: Heard) -> None:
    """As the plugin has them."""
    player = play("lossy")
    session = heard.session(live.instances()[0])
    player.say("lock 0 loss 1")
    wait(lambda: session.locks == {"loss"})
    loss = player.value("loss")
    preset = vstkit.load_preset("lossy", "dial_up_mp3")
    session.load("dial_up_mp3")
    wait(
        lambda: (
            abs(player.value("n_bands") - preset.to_dict()["n_bands"]) < 0.5
            and abs(player.value("crush") - preset.to_dict()["crush"]) < 1e-6
        )
    )
    assert player.value("loss") == loss
    session.set_locked(["loss"], locked=False)
    wait(lambda: not session.locks)
    session.copy_side()
    session.set_side("b")
    wait(lambda: session.side == "b")
    session.set({"loss": 0.9})
    wait(lambda: abs(player.value("loss") - 0.9) < 1e-6)
    session.set_side("a")
    wait(lambda: player.value("loss") == loss)
    session.close()


def test_snapshots_and_metrics(play: Callable[[str], Player], heard: Heard) -> None:
    """What comes is the render of its dry part."""
    play("gain")
    session = heard.session(live.instances()[0])
    session.set({"gain": -6.0})
    assert session.flush()
    wait(lambda: heard.metrics)

    def is_exact() -> bool:
        taken: list[live.Snapshot] = []
        failed: list[Exception] = []
        session.snapshot(0.5, taken.append, failed.append)
        wait(lambda: taken or failed)
        assert not failed
        exact = vstkit.render("gain", taken[0].dry, taken[0].sample_rate, params={"gain": -6.0})
        return bool(np.abs(exact - taken[0].wet).max() < 1e-6)

    wait(is_exact)  # Once what was before the edit has gone by
    session.close()


def test_a_plugin_that_goes_away_is_said_and_found_again(play: Callable[[str], Player], heard: Heard, tmp_path: Path) -> None:
    """By its id, on whatever port; twice."""
    player = play("lossy")
    session = heard.session(live.instances()[0])
    session.set({"loss": 0.25})
    wait(lambda: abs(player.value("loss") - 0.25) < 1e-6)
    for _ in range(2):
        size = int(player.say("save 0"))
        assert player.process.stdout
        state = player.process.stdout.read(size + 1)
        player.quit()
        wait(lambda: not session.is_connected)
        assert "gone" in heard.status[-1][0]
        failed: list[Exception] = []
        session.snapshot(0.5, lambda found: None, failed.append)
        assert failed
        player = play("lossy")
        file = tmp_path / "state.json"
        file.write_text(state)
        player.say(f"load 0 {file}")
        wait(lambda: session.is_connected)
        wait(lambda: abs(session.get("loss") - 0.25) < 1e-6)
        session.set({"crush": 0.5})
        wait(functools.partial(is_near, player, "crush", 0.5))
    session.close()
