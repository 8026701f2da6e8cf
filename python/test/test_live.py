# SPDX-License-Identifier: ISC
"""vstkit.live with a program that plays plugins."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit
from conftest import ROOT, run_cli

pytest.importorskip("pythonosc")
from vstkit import live  # noqa: E402

PATIENCE = 20.0


class Player:
    """A process that plays one plugin, and does as it is told."""

    def __init__(self, program: Path, effect: str, port: int) -> None:
        environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"} | {"VSTKIT_OSC": str(port)}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([str(program), effect], env=environment, **pipes)
        _, port_text, rest = self._read().split(" ", 2)
        self.port, self.id = int(port_text), rest.split("|")[0]

    def _read(self) -> str:
        assert self.process.stdout
        return str(self.process.stdout.readline()).rstrip("\n")

    def say(self, line: str) -> str:
        """Give a command; the line that it prints."""
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._read()

    def value(self, key: str) -> float:
        """The plugin's own value."""
        return float(self.say(f"get 0 {key}"))

    def quit(self) -> int:
        """End it; its exit status."""
        if self.process.poll() is None:
            self.process.communicate("quit\n", timeout=60)
        return self.process.returncode


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Player]]:
    """Starts players in a home of their own."""
    program = Path(os.environ.get("VSTKIT_BUILD_ROOT", ROOT / "build")) / "test/osc/osc_player"
    if not program.exists():
        pytest.skip("the player of plugins was not built")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    players: list[Player] = []

    def start(effect: str) -> Player:
        players.append(Player(program, effect, 24000 + os.getpid() % 100 * 100))
        return players[-1]

    yield start
    for player in players:
        if player.process.returncode is None:
            assert player.quit() == 0


@contextmanager
def refusal(address: str, *texts: str) -> Iterator[None]:
    """A refusal with an address and these texts."""
    with pytest.raises(live.RefusedError) as found:
        yield
    error = found.value
    assert error.address == address
    assert error.reason
    assert error.remedy
    assert all(text in str(error) for text in (*texts, error.reason, error.remedy, address))


def test_instances_and_connect(play: Callable[[str], Player]) -> None:
    """Plugins are found by id, name, track, effect and port; what is not clear is said."""
    with pytest.raises(live.NotFoundError, match="VSTKIT_OSC=1"):
        live.connect()
    lossy, gain, other = play("lossy"), play("gain"), play("gain")
    other.say("track 0 Drums")
    end = time.monotonic() + PATIENCE
    while not any(each.track == "Drums" for each in live.instances()) and time.monotonic() < end:
        time.sleep(0.05)
    found = {each.id: each for each in live.instances()}
    assert found.keys() == {lossy.id, gain.id, other.id}
    assert (found[lossy.id].effect, found[lossy.id].channels, found[lossy.id].sample_rate) == ("lossy", (2, 2), 48000.0)
    for which, player in (
        ("lossy", lossy), ("Lossy", lossy), (lossy.id, lossy), (lossy.id[:6], lossy), (gain.port, gain), (str(gain.port), gain),
        ("drums", other), ("VstKit: Drums", other), (found[gain.id], gain),
    ):  # fmt: skip
        with live.connect(which) as plugin:
            assert (plugin.id, plugin.port) == (player.id, player.port)
            assert plugin.version == vstkit.effect_info(plugin.effect).version
    for wrong in (None, "gain", "nobody"):
        with pytest.raises(live.NotFoundError, match=gain.id):
            live.connect(wrong)
    with pytest.raises(TypeError):
        live.connect(1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="70000"):
        live.connect(70000)
    lossy.process.kill()
    lossy.process.wait()
    assert lossy.id not in {each.id for each in live.instances()}
    with pytest.raises(live.NoAnswerError, match="does the host still run"):
        live.connect(lossy.port, timeout=0.2)


def test_files_that_are_none(play: Callable[[str], Player], tmp_path: Path) -> None:
    """What no plugin wrote is passed over."""
    player = play("gain")
    for number, text in enumerate(("", "{", "[]", "null", '{"port": 1}', "\0", '{"id": [], "port": "x"}', "[" * 100000)):
        (tmp_path / "run/vstkit" / f"{os.getpid()}-{number:016x}.json").write_text(text)
    assert [each.id for each in live.instances()] == [player.id]


def test_parameters(play: Callable[[str], Player]) -> None:
    """A mapping that sets and reads, with the plugin's own words where it refuses."""
    player = play("lossy")
    with live.connect("lossy") as plugin:
        plugin.params["loss"] = "0.8"
        assert plugin.params["loss"] == player.value("loss") == 0.8
        for value, want in ((1, 1.0), (True, 1.0), (0.1, 0.1), (np.float32(0.5), 0.5), (np.int64(0), 0.0), (7.0, 1.0)):
            plugin.params["loss"] = value
            assert plugin.params["loss"] == player.value("loss") == want
        plugin.params["filter_freq"] = "1.2 kHz"
        assert (plugin.params["filter_freq"], plugin.params.text("filter_freq")) == (1200.0, "1.2 kHz")
        plugin.params["filter_type"] = "notch"
        assert plugin.params["filter_type"] == 2
        assert list(plugin.params) == list(plugin.parameters) == list(vstkit.parameters("lossy"))
        assert plugin.params.to_dict().keys() == plugin.params.keys()
        row, own = plugin.parameters["loss"], vstkit.parameters("lossy")["loss"]
        assert (row.min, row.max, row.default, row.help, row.section) == (own.min, own.max, own.default, own.help, own.section)
        with pytest.raises(vstkit.UnknownKeyError, match='did you mean "loss"'):
            plugin.params["los"]
        with pytest.raises(KeyError):
            plugin.params["los"] = 1
        assert "los" not in plugin.params
        with refusal("/lossy/param/loss", '"loud"', "0.00 to 1.00"):
            plugin.params["loss"] = "loud"
        with refusal("/lossy/param/loss", "2 values"):
            plugin.params["loss"] = [1, 2]
        wrong: list[tuple[Any, type[Exception]]] = [(float("nan"), ValueError), (None, TypeError), (b"1", TypeError), ("a\0b", ValueError)]
        for bad, kind in wrong:
            with pytest.raises(kind):
                plugin.params["loss"] = bad
        for key in ("", "a b", "x*", "l\u00f6ss", "#", "a{b,c}"):
            with pytest.raises(ValueError):
                plugin.params[key] = 1
        with pytest.raises(TypeError):
            del plugin.params["loss"]
        assert player.value("loss") == 1.0
    with pytest.raises(live.LiveError, match="closed"):
        plugin.bypassed = True


def test_arrays(play: Callable[[str], Player]) -> None:
    """Whole, and by element."""
    player = play("reverb")
    with live.connect() as plugin:
        times = [1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700]
        plugin.params["delay_times"] = times
        assert plugin.params["delay_times"] == times
        plugin.params["delay_times.3"] = 900
        assert plugin.params["delay_times.3"] == player.value("delay_times.3") == 900
        assert plugin.set({"delay_times": np.array(times), "wet_dry": 0.5})["delay_times.3"] == 1200
        assert plugin.params.to_dict()["delay_times"] == times


def test_steps(play: Callable[[str], Player]) -> None:
    """Several values are one step; undo, redo, presets, locks, sides, bypass."""
    player = play("lossy")
    with live.connect() as plugin:
        assert plugin.set({"loss": 0.3, "filter_type": "bandpass", "filter_freq": 1200}) == {
            "loss": 0.3, "filter_type": 1, "filter_freq": 1200.0,
        }  # fmt: skip
        assert plugin.history() == [live.Step(1, "osc", "Bundle of 3", False)]
        assert (plugin.undo(), plugin.params["filter_type"], plugin.undo()) == (1, 0, 0)
        assert (plugin.redo(5), plugin.params["filter_type"]) == (1, 1)
        with refusal("/lossy/param/zzz"):
            plugin.set({"loss": 0.9, "zzz": 1})
        assert player.value("loss") == 0.9
        plugin.lock("loss")
        assert plugin.locks() == {"loss"}
        with refusal("/lossy/param/loss", "locked", "/lossy/lock/loss"):
            plugin.params["loss"] = 0.1
        name = plugin.load_preset("dial_up_mp3")
        assert (name, plugin.preset, player.value("loss")) == ("Dial-Up MP3", "Dial-Up MP3", 0.9)
        plugin.unlock("loss")
        assert plugin.locks() == set()
        plugin.load_preset(name)
        assert player.value("loss") == vstkit.load_preset("lossy", "dial_up_mp3").to_dict()["loss"]
        assert {row.id for row in plugin.presets() if row.built_in} == {info.id for info in vstkit.presets("lossy") if info.path is None}
        plugin.save_preset("Mine")
        with refusal("/lossy/preset/save", "Mine"):
            plugin.save_preset("Mine")
        plugin.save_preset("Mine", replace=True)
        with refusal("/lossy/preset/load"):
            plugin.load_preset("../Mine")
        assert plugin.side == "a"
        plugin.side = "b"
        plugin.params["loss"] = 0.125
        plugin.side = "a"
        assert plugin.params["loss"] != 0.125
        plugin.copy_side()
        plugin.side = "b"
        assert plugin.params["loss"] != 0.125
        with refusal("/lossy/ab"):
            plugin.side = "c"
        plugin.bypassed = True
        assert plugin.bypassed is True
        assert player.value("bypass") == 1
        state = plugin.state
        plugin.set({"loss": 0.0, "bypass": 0})
        plugin.state = state
        assert plugin.bypassed
        plugin.state = {**json.loads(state), "bypass": False, "loss": 0.75}
        assert (plugin.bypassed, player.value("loss")) == (False, 0.75)
        with refusal("/lossy/state/set"):
            plugin.state = "{"
        with pytest.raises(ValueError, match="too many"):
            plugin.state = "x" * 70000


def test_steps_with_a_name(play: Callable[[str], Player]) -> None:
    """Who did it, and what it is called, are in the history; nobody can call themselves the hand."""
    player = play("lossy")
    with live.connect() as plugin:
        plugin.set({"loss": 0.3, "crush": 0.25}, author="agent:ears", label="Darker: less of the top")
        plugin.set({"loss": 0.4}, author="agent:ears", label="Once more")
        plugin.set({"loss": 0.5})
        assert [(step.author, step.label) for step in plugin.history()] == [
            ("osc", "Loss 0.50"), ("agent:ears", "Once more"), ("agent:ears", "Darker: less of the top"),
        ]  # fmt: skip
        assert (plugin.undo(2), player.value("loss"), plugin.undo(), player.value("loss")) == (2, 0.3, 1, 0.5)
        plugin.lock("loss")
        for author in ("hand", "agent:", "host", "agent"):
            with refusal("/lossy/step", "agent:NAME"):
                plugin.set({"crush": 0.5}, author=author, label="x")
        with refusal("/lossy/param/loss", "locked"):
            plugin.set({"loss": 0.9}, author="agent:hand", label="x")
        assert player.value("loss") == 0.5
        plugin.set({"crush": 0.75}, author="agent:" + "\u00e9" * 80, label="y" * 300)
        step = plugin.history(1)[0]
        assert step.author == "agent:" + "\u00e9" * 44
        assert step.label == "y" * 95
        with refusal("/lossy/step", "bundle"):
            plugin._one("step", "agent:ears", "alone")


def test_sound(play: Callable[[str], Player], cli: Path, tmp_path: Path) -> None:
    """A snapshot's wet part is the stream of its dry part with its state, to the bit."""
    player = play("lossy")
    with live.connect() as plugin:
        levels = plugin.metrics()
        assert -12 < levels.dry_rms_db < -9
        assert levels.latency_frames == 3000
        for seed in (3, 5, 8):
            plugin.set({"loss": 0.2 * seed, "wet_dry": 1, "bypass": 0})
            with plugin.watch():  # Somebody listens, so that the first frame is taken, too
                player.say(f"take 0 12000 {seed}")
                dry, wet, state, rate = plugin.snapshot(0.6)
            assert (rate, dry.shape, wet.shape) == (48000.0, dry.shape, dry.shape)
            assert (dry.ndim, state["vstkit_effect"]) == (2, "lossy")
            assert np.abs(wet).max() > 0.01
            source, target, preset = tmp_path / "dry.wav", tmp_path / "out.wav", tmp_path / "state.json"
            vstkit.write(source, dry, rate, bits="32f")
            preset.write_text(json.dumps(state))
            run_cli(cli, "render", "lossy", source, target, "--preset", preset, "--stream", "--bits", "32f", "--tail", "0")
            assert np.array_equal(vstkit.read(target)[0], wet), seed
            with vstkit.Stream("lossy", rate, 2, preset=state) as stream:
                streamed = np.concatenate([stream.process(dry), stream.flush()])[stream.latency :][: len(dry)]
            assert np.abs(streamed - wet).max() < 1e-6
        with refusal("/lossy/request_snapshot", "0.001 to 10"):
            plugin.snapshot(11.0)


def test_an_agent_is_told_how_much_a_plugin_keeps(play: Callable[[str], Player]) -> None:
    """A capture that is longer is refused and not cut in silence; a shorter one is as long as was asked for."""
    from vstkit.agent import AgentError, Session, _live

    player, session = play("lossy"), Session()
    session.add_instance(_live.connect(timeout=PATIENCE))
    with pytest.raises(AgentError, match="seconds: 10.5: .* keeps the last 10 s"):
        session.capture(10.5)
    with live.connect() as plugin, plugin.watch():
        player.say("take 0 48000 1")
        assert session.capture(0.5).seconds == 0.5
    session.close()


def test_watch(play: Callable[[str], Player]) -> None:
    """Changes come, by whomever, in an iterator that ends with the plugin, its time, or by hand."""
    player = play("lossy")
    with live.connect() as plugin, plugin.watch(PATIENCE) as watch:
        player.say("hand 0 loss 0.25")
        assert next(watch) == live.Change("param", "loss", 0.25, "0.25")
        assert next(watch) == live.Change("step", "hand", 1, "Loss 0.25")
        plugin.lock("loss")
        assert next(watch) == live.Change("lock", "loss", True, "locked")
        plugin.bypassed = True
        assert next(watch) == live.Change("bypass", "bypass", True, "On")
        plugin.load_preset("dial_up_mp3")
        assert live.Change("preset", "", "Dial-Up MP3", "Dial-Up MP3") in (next(watch) for _ in range(60))
        start = time.monotonic()
        assert len(list(plugin.watch(0.1))) < 60
        assert time.monotonic() - start < PATIENCE
        ender = threading.Timer(0.2, player.quit)
        ender.start()
        list(watch)
        ender.join()
    assert list(watch) == []


def test_many_threads(play: Callable[[str], Player]) -> None:
    """One connection, many threads: each gets its own answers."""
    play("lossy")
    wrong: list[object] = []
    with live.connect() as plugin:

        def ask(key: str, value: float) -> None:
            for _ in range(100):
                if plugin.set({key: value}) != {key: value}:
                    wrong.append(key)

        threads = [
            threading.Thread(target=ask, args=(key, 0.125 * n)) for n, key in enumerate(("loss", "wet_dry", "global_amount", "jitter"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_plugin_bridge(play: Callable[[str], Player]) -> None:
    """By ports alone; it may be there before the plugin."""
    player = play("lossy")
    with live.PluginBridge("127.0.0.1", player.port, player.port + 500) as bridge:
        assert bridge.set_param("loss", 0.25) == player.value("loss") == 0.25
        assert bridge.load_preset("dial_up_mp3") == "Dial-Up MP3"
        assert bridge.get_metrics().keys() == set(live.Metrics._fields)
        assert bridge.request_snapshot(0.25).dry.shape == (12000, 2)
        with pytest.raises(OSError, match=str(player.port + 500)):
            live.PluginBridge(plugin_port=player.port, listen_port=player.port + 500)
        player.quit()
        with pytest.raises(live.NoAnswerError):
            bridge.set_param("loss", 0.5)
        again = play("lossy")
        assert again.port == player.port
        assert bridge.set_param("loss", 0.5) == again.value("loss") == 0.5
    with pytest.raises(ValueError, match="this machine alone"):
        live.PluginBridge("192.168.1.2")


def test_the_guides_code_runs(play: Callable[[str], Player], capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever doc/python.md and doc/osc.md do with a running plugin."""
    player = play("lossy")
    for name in ("python.md", "osc.md"):
        text = (ROOT / "doc" / name).read_text("utf-8")
        found = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "import live" in block]
        assert found, name
        for block in found:
            exec(compile(block, name, "exec"), {"vstkit": vstkit})
    assert "it is locked" in capsys.readouterr().out
    assert player.value("loss") == 0.8


def test_without_python_osc() -> None:
    """The rest of the package needs no python-osc, and what does says what to install."""
    code = "import sys; sys.modules['pythonosc'] = None; import vstkit; import vstkit.live"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'vstkit[live]'" in result.stderr
