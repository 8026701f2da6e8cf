# SPDX-License-Identifier: ISC
"""A running plugin."""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from .._files import read
from .._json import dump
from ._errors import LiveError
from ._find import Instance, port_of
from ._params import BYPASS, LiveParams, arguments, key_of, path_of
from ._told import Metrics, ParameterRow, PresetRow, Snapshot, Step
from ._watch import Watch
from ._wire import Message, Wire


class Plugin:
    """A plugin that runs in a host.  Made by `connect`; a context manager; any thread may use it.

    What is set here reaches the host like a turned knob: it shows and records it, and saves it.

    Everything raises RefusedError with the plugin's reason where it refuses, and NoAnswerError where it does
    not answer.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        wire.finish()

    def close(self) -> None:
        """Stop speaking to it.  Allowed again."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{self.name}, {self.id} on port {self.port}>"

    @property
    def id(self) -> str:
        """16 hexadecimal digits; kept in the host's session."""
        return self._wire.id

    @property
    def effect(self) -> str:
        """Id of the effect: "lossy"."""
        return self._wire.effect

    @property
    def name(self) -> str:
        """Effect and track, for people."""
        return self._wire.name

    @property
    def version(self) -> str:
        """Of the effect."""
        return self._wire.version

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._wire.port

    @cached_property
    def parameters(self) -> dict[str, ParameterRow]:
        """The parameter table, as this plugin has it."""
        rows = {}
        for path, args in self._wire.ask("describe"):
            key = key_of(path)
            if len(args) == 11:
                name, unit, kind, low, high, default, section, text, flags, count, choices = args
                listed = frozenset(filter(None, flags.split(","))), count, tuple(filter(None, choices.split("|")))
                rows[key] = ParameterRow(key, name, unit, kind, low, high, default, section, text, *listed)
        return rows

    @cached_property
    def params(self) -> LiveParams:
        """The parameters, by key."""
        return LiveParams(self._wire, self.parameters)

    def set(self, values: Mapping[str, Any], *, author: str | None = None, label: str | None = None) -> dict[str, Any]:
        """Set several parameters in one block of sound and as one step.

        Args:
            values: By key: numbers, text, or sequences for arrays.
            author: Who the history says did it, "agent:NAME"; without it, "osc".
            label: What the history says of it.

        Returns the values as the plugin took them, by key; elements of an array one by one.
        Where it refuses one, the others are set.
        """
        messages = [(path_of("param", key), arguments(value)) for key, value in values.items()]
        if author is not None or label is not None:
            messages.insert(0, ("step", (author or "agent:script", label or f"{len(values)} values")))
        with self._wire._lock:
            self._wire.send_all(messages)
            answers = self._wire.finish()
        return {key_of(path): self.params.typed(key_of(path), args[0]) for path, args in answers if path.startswith("param/")}

    @property
    def bypassed(self) -> bool:
        """True lets the input through."""
        return bool(self._one(BYPASS)[0])

    @bypassed.setter
    def bypassed(self, value: bool) -> None:
        self._one(BYPASS, bool(value))

    def presets(self) -> list[PresetRow]:
        """Presets that it can load: those built in, and the user's own."""
        rows = [args for path, args in self._wire.ask("preset/list") if path == "preset/list"]
        return [PresetRow(name, shown, category, origin == "factory") for _, _, name, shown, category, origin in rows]

    @property
    def preset(self) -> str:
        """Name of the preset that was loaded last, or ""."""
        return str(self._one("preset/load")[0])

    def load_preset(self, name: str) -> str:
        """Load a preset by id or name, as one step; returns its name.  A path is refused."""
        return str(self._one("preset/load", name)[0])

    def save_preset(self, name: str, *, replace: bool = False) -> None:
        """Save a preset of the user's."""
        self._one("preset/save", name, int(replace))

    def undo(self, n: int = 1) -> int:
        """Take steps back; returns how many there were to take."""
        return int(self._one("undo", n)[0])

    def redo(self, n: int = 1) -> int:
        """Take steps again that were taken back; returns how many there were."""
        return int(self._one("redo", n)[0])

    def history(self, n: int | None = None) -> list[Step]:
        """The last steps, newest first."""
        answers = self._wire.ask("history", *(() if n is None else (n,)))
        return [Step(args[0], args[1], args[2], bool(args[3])) for path, args in answers if path == "history"]

    def lock(self, key: str, locked: bool = True) -> None:
        """Keep presets, scripts and undo from moving a parameter; the hand and the host still may."""
        self._wire.ask(path_of("lock", key), bool(locked))

    def unlock(self, key: str) -> None:
        """Undo `lock`."""
        self.lock(key, False)

    def locks(self) -> frozenset[str]:
        """Keys of what is locked."""
        keys = [key_of(path) for path, _ in self._wire.ask("params") if path.startswith("param/")]
        return frozenset(key for key in [*keys, BYPASS] if self._one(path_of("lock", key))[0])

    @property
    def side(self) -> str:
        """Which of the two sets of values is heard: "a" or "b"; set it to change over."""
        return str(self._one("ab")[0])

    @side.setter
    def side(self, value: str) -> None:
        self._one("ab", value)

    def copy_side(self) -> None:
        """Make the other side the same."""
        self._one("ab", "copy")

    @property
    def state(self) -> str:
        """Everything that a host would save, as JSON; set it (text or a mapping) as one step, at most 64 kB."""
        return "".join(args[2] for path, args in self._wire.ask("state/get") if path == "state")

    @state.setter
    def state(self, value: str | Mapping[str, Any]) -> None:
        self._one("state/set", dump(value) if isinstance(value, Mapping) else value)

    def metrics(self, timeout: float = 3.0) -> Metrics:
        """Levels of the last tenth of a second.  NoAnswerError where nothing plays."""

        def take(message: Message) -> Metrics | None:
            return Metrics(*message[1]) if message[0] == "metrics" and len(message[1]) == len(Metrics._fields) else None

        found = self._wire.await_answer("metrics", (10.0, min(timeout, 60.0)), timeout, take, "no metrics came")
        self._wire.ask("metrics", 0)
        return found

    def snapshot(self, seconds: float = 3.0, *, stop: Callable[[], bool] | None = None) -> Snapshot:
        """Take the last seconds of sound (at most 10), in and out, aligned: `dry, wet, state, sample_rate`.

        Where nobody has listened so far, they begin now.  NoAnswerError where nothing plays, or where `stop`, which is
        asked now and then, says that it is no longer wanted.
        """

        def take(message: Message) -> list[Any] | None:
            return message[1] if message[0] == "snapshot" and len(message[1]) >= 5 else None

        patience = seconds + 2.0 + self._wire.timeout
        paths = self._wire.await_answer("request_snapshot", (seconds,), patience, take, "no snapshot came", stop)
        with open(paths[2], encoding="utf-8") as file:
            facts = json.load(file)
        return Snapshot(read(paths[0])[0], read(paths[1])[0], facts["state"], float(facts["sample_rate"]))

    def watch(self, seconds: float | None = None) -> Watch:
        """Iterate over what changes, by whomever, from now on."""
        return Watch(self.port, self._wire.timeout, seconds)

    def _one(self, path: str, *args: Any) -> list[Any]:
        """Ask what has one answer; its arguments."""
        for answer, values in self._wire.ask(path, *args):
            if answer == path and values:
                return values
        raise LiveError(f"{self.name}: /{self.effect}/{path} got no answer")


def connect(which: str | int | Instance | None = None, *, timeout: float = 2.0) -> Plugin:
    """Speak to a running plugin.

    Args:
        which: Its name, track, effect, id (or the beginning of that), port, or what `instances` tells; without
            it, the only one that runs.
        timeout: Seconds that an answer may take.

    Raises NotFoundError, which lists those that run; NoAnswerError.
    """
    wire = Wire(port_of(which), timeout)
    try:
        return Plugin(wire)
    except BaseException:
        wire.close()
        raise
