# SPDX-License-Identifier: ISC
"""A plugin that plays in a host, as a model to edit: found again when it comes back.  No window."""

import copy
import dataclasses
import json
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import vstkit
from vstkit import Params, PresetInfo, effect_info, live

from ._document import Document

_SEARCH_S = 0.5
_METRICS_S = 0.2
_SYNC_S = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class LiveStep:
    """A step of the plugin's own history."""

    label: str
    author: str


class LiveSession:
    """Edits one running plugin, and follows what moves in it by whomever.

    Its own threads speak to the plugin; what is read here is what was heard of it last, and what is set is shown
    at once and sent as soon as it can be.  `changed` (keys that moved, as `Document` tells), `status` (a word
    for people, whether the plugin answers) and `metrics` are called in those threads.
    """

    def __init__(
        self,
        instance: live.Instance,
        *,
        changed: Callable[[frozenset[str]], None],
        status: Callable[[str, bool], None],
        metrics: Callable[[live.Metrics], None] | None = None,
    ) -> None:
        self.instance = instance
        self.info = effect_info(instance.effect)
        self.locks: set[str] = set()
        self._values = vstkit.params(instance.effect)
        self._preset = ""
        self._side = "a"
        self._steps: list[LiveStep] = []
        self._taken_back: list[LiveStep] = []
        self._before: dict[str, Any] = {}
        self._in_gesture = False
        self._changed, self._status, self._metrics = changed, status, metrics
        self._guard = threading.RLock()
        self._wishes: queue.Queue[Callable[[live.Plugin], None] | None] = queue.Queue()
        self._to_send: dict[str, Any] = {}
        self._closing = threading.Event()
        self._answers = threading.Event()
        self._watch: live.Watch | None = None
        self._threads = [
            threading.Thread(target=work, name=f"vstkit live {work.__name__}", daemon=True) for work in (self._talk, self._follow)
        ]
        for thread in self._threads:
            thread.start()

    # What is known

    @property
    def effect(self) -> str:
        """Id of the effect."""
        return self.instance.effect

    @property
    def is_connected(self) -> bool:
        """Whether the plugin answers."""
        return self._answers.is_set()

    @property
    def values(self) -> Params:
        """A copy of all values."""
        with self._guard:
            return copy.deepcopy(self._values)

    @property
    def preset(self) -> str:
        """Name of the preset that was loaded last."""
        return self._preset

    @property
    def is_edited(self) -> bool:
        """Whether the last step was anything but a preset."""
        return bool(self._steps) and not self._steps[0].label.startswith("Preset")

    @property
    def side(self) -> str:
        """ "a" or "b"."""
        return self._side

    @property
    def steps(self) -> list[LiveStep]:
        """What can be taken back, newest first."""
        return list(self._steps)

    @property
    def taken_back(self) -> list[LiveStep]:
        """What can be done again, next first."""
        return list(self._taken_back)

    def get(self, key: str) -> Any:
        """One value."""
        row, _, element = key.partition(".")
        with self._guard:
            value = copy.deepcopy(getattr(self._values, row))
        return _flat(value)[int(element) - 1] if element else value

    def text(self, key: str) -> str:
        """One value as people read it."""
        with self._guard:
            return self._values.text(key)

    # What is wished

    def set(self, changes: Mapping[str, Any], label: str = "", author: str = "hand") -> None:
        """Send values, as one step; the newest one of a parameter is enough.  Raises ValueError for what is none."""
        trial = Document(self.effect)
        trial.load(self.values)
        trial.set(changes)
        moved = {key.partition(".")[0]: trial.get(key.partition(".")[0]) for key in changes}
        with self._guard:
            for key, value in moved.items():
                if self._in_gesture:
                    self._before.setdefault(key, copy.deepcopy(getattr(self._values, key)))
                self._take(key, value)
                self._to_send[key] = value
        self._wishes.put(self._send_values)
        self._changed(frozenset(moved))

    def begin(self, label: str = "", author: str = "hand") -> None:
        """Begin a gesture: changes of one parameter in a row are one step of the plugin's anyway."""
        self._before, self._in_gesture = {}, True

    def end(self) -> None:
        """End it."""
        self._in_gesture = False

    def cancel(self) -> None:
        """Send what was there when it began."""
        self._in_gesture = False
        if self._before:
            self.set(self._before)

    def undo(self, n: int = 1) -> int:
        """Let the plugin take steps back."""
        self._wish(lambda plugin: plugin.undo(n))
        return min(n, len(self._steps))

    def redo(self, n: int = 1) -> int:
        """Let the plugin do steps again."""
        self._wish(lambda plugin: plugin.redo(n))
        return min(n, len(self._taken_back))

    def load(self, preset: PresetInfo | Params | str, *, keep: Iterable[str] = (), author: str = "hand") -> None:
        """Take on a preset as one step; what is locked stays."""
        values = preset if isinstance(preset, Params) else vstkit.load_preset(self.effect, preset)
        stay = {key: self.get(key) for key in keep}
        text = values.replace(**stay).to_json()
        self._wish(lambda plugin: setattr(plugin, "state", text))

    def reset(self, keys: Iterable[str] | None = None) -> None:
        """Set parameters to their defaults."""
        chosen = [key for key in self.info.parameters if key not in self.locks] if keys is None else list(keys)
        self.set({key: copy.deepcopy(self.info.parameters[key].default) for key in chosen})

    def set_side(self, side: str) -> None:
        """Change over."""
        self._wish(lambda plugin: setattr(plugin, "side", side))

    def copy_side(self) -> None:
        """Make the other side the same."""
        self._wish(lambda plugin: plugin.copy_side())

    def set_locked(self, keys: Iterable[str], locked: bool = True) -> None:
        """Lock parameters in the plugin."""
        chosen = list(keys)

        def lock(plugin: live.Plugin) -> None:
            for key in chosen:
                plugin.lock(key, locked)

        self._wish(lock)

    def randomise(self, amount: float, seed: int, keys: Iterable[str] | None = None) -> int:
        """Draw values as `Document` does, and send them as one step."""
        draft = Document(self.effect)
        draft.load(self.values)
        draft.locks = set(self.locks)
        taken = draft.randomise(amount, seed, keys)
        self.set({key: value for key, value in draft.values.items() if value != self.get(key)})
        return taken

    def bypass(self, bypassed: bool) -> None:
        """Let the input through, or not."""
        self._wish(lambda plugin: setattr(plugin, "bypassed", bypassed))

    def snapshot(self, seconds: float, done: Callable[[live.Snapshot], None], failed: Callable[[Exception], None]) -> None:
        """Take the last seconds of sound; one of the two is called in a thread of the session."""

        def take(plugin: live.Plugin) -> None:
            try:
                found = plugin.snapshot(seconds)
            except (live.LiveError, OSError, ValueError) as error:
                failed(error)
            else:
                done(found)

        if self.is_connected:
            self._wishes.put(take)
        else:
            failed(live.NoAnswerError(f"{self.instance.name} does not answer"))

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything that was wished has been sent."""
        sent = threading.Event()
        self._wishes.put(lambda plugin: sent.set())
        return sent.wait(timeout)

    def let_go(self) -> None:
        """Let go of the plugin, soon, without waiting for it; its sound stays as it is."""
        self._closing.set()
        self._wishes.put(None)

    @property
    def has_ended(self) -> bool:
        """Whether its threads have, and nothing is told any more."""
        return not any(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        """Let go of the plugin, and wait until that is done."""
        self.let_go()
        for thread in self._threads:
            thread.join(timeout=10.0)

    def _wish(self, command: Callable[[live.Plugin], object]) -> None:
        def run(plugin: live.Plugin) -> None:
            try:
                command(plugin)
            except live.RefusedError as error:
                self._status(str(error), True)
            self._sync(plugin)

        self._wishes.put(run)

    # In the talking thread

    def _send_values(self, plugin: live.Plugin) -> None:
        with self._guard:
            values, self._to_send = self._to_send, {}
        if values:
            try:
                plugin.set({key: _wire_value(self.info.parameters[key], value) for key, value in values.items()})
            except live.RefusedError as error:
                self._status(str(error), True)
                self._sync(plugin)

    def _sync(self, plugin: live.Plugin) -> None:
        """Read what no change tells: names, history, the side, locks; and all values."""
        preset, side, history, locks = plugin.preset, plugin.side, plugin.history(), plugin.locks()
        state = json.loads(plugin.state)
        with self._guard:
            self._preset, self._side = preset, side
            self._steps = [LiveStep(step.label, step.author) for step in history if not step.undone]
            self._taken_back = [LiveStep(step.label, step.author) for step in reversed(history) if step.undone]
            self.locks = {key.partition(".")[0] for key in locks if key.partition(".")[0] in self.info.parameters}
            fresh = vstkit.load_preset(self.effect, state)
            moved = {key for key, value in fresh.items() if value != getattr(self._values, key) and key not in self._to_send}
            for key in moved:
                self._take(key, getattr(fresh, key))
        self._changed(frozenset(moved))

    def _talk(self) -> None:
        plugin: live.Plugin | None = None
        measured = synced = 0.0
        while not self._closing.is_set():
            if plugin is None:
                plugin = self._find()
                continue
            try:
                wish = self._wishes.get(timeout=0.05)
            except queue.Empty:
                wish = None
            try:
                now = time.monotonic()
                if wish:
                    wish(plugin)
                elif self._metrics and now - measured >= _METRICS_S:
                    measured = now
                    self._measure(plugin)
                elif now - synced >= _SYNC_S:
                    synced = now
                    self._sync(plugin)
            except (live.NoAnswerError, live.LiveError, OSError, ValueError) as error:
                plugin = self._lose(plugin, error)
        if plugin:
            plugin.close()

    def _measure(self, plugin: live.Plugin) -> None:
        try:
            found = plugin.metrics(timeout=0.5)
        except live.NoAnswerError:
            plugin.history(1)  # Silent, or gone?
        else:
            if self._metrics:
                self._metrics(found)

    def _lose(self, plugin: live.Plugin, error: Exception) -> live.Plugin | None:
        if isinstance(error, live.RefusedError):
            self._status(str(error), True)
            return plugin
        plugin.close()
        self._answers.clear()
        if not self._closing.is_set():
            self._status(f"{self.instance.name} is gone; waiting for it to come back", False)
        return None

    def _find(self) -> live.Plugin | None:
        """The same plugin, wherever it listens now."""
        for instance in live.instances():
            if instance.id == self.instance.id:
                try:
                    plugin = live.connect(instance)
                    self.instance = instance
                    self._sync(plugin)
                except (live.LiveError, OSError, ValueError):
                    break
                self._answers.set()
                self._status(f"{instance.name}, {instance.format} in {instance.host}", True)
                return plugin
        self._closing.wait(_SEARCH_S)
        return None

    # In the following thread

    def _follow(self) -> None:
        while not self._closing.is_set():
            if not self._answers.wait(timeout=0.1):
                continue
            try:
                with live.Watch(self.instance.port, 2.0, seconds=_SYNC_S) as changes:
                    for change in changes:
                        self._hear(change)
                        if self._closing.is_set():
                            return
            except (live.LiveError, OSError):
                self._closing.wait(_SEARCH_S)

    def _hear(self, change: live.Change) -> None:
        row = change.key.partition(".")[0]
        if change.kind == "param" and row in self.info.parameters:
            with self._guard:
                if row in self._to_send or self._in_gesture:
                    return  # The hand is newer
                before = copy.deepcopy(getattr(self._values, row))
                self._take(change.key, change.value)
                moved = getattr(self._values, row) != before
            if moved:
                self._changed(frozenset({row}))
        elif change.kind == "lock" and row in self.info.parameters:
            (self.locks.add if change.value else self.locks.discard)(row)
            self._changed(frozenset())

    def _take(self, key: str, value: Any) -> None:
        row, _, element = key.partition(".")
        if element:
            flat = _flat(getattr(self._values, row))
            flat[int(element) - 1] = value
            value = _shaped(flat, self.info.parameters[row].columns)
        setattr(self._values, row, value)


def _flat(value: Any) -> list[Any]:
    return [each for row in value for each in _flat(row)] if isinstance(value, list) else [value]


def _shaped(flat: list[Any], columns: int) -> list[Any]:
    return [flat[at : at + columns] for at in range(0, len(flat), columns)] if columns else flat


def _wire_value(parameter: vstkit.Parameter, value: Any) -> Any:
    return _flat(value) if parameter.count > 1 else value
