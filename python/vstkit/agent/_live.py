# SPDX-License-Identifier: ISC
"""Plugins in a host as instances.  Imported only where there is one: it needs python-osc."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy.typing as npt

from .. import live
from .._flat import Values, elements, of_state, same, slots
from .._work import AgentError, Cancel
from ._figures import columns
from ._types import Taken

T = TypeVar("T")
_KEPT_S = 10.0


class LiveInstance:
    """A plugin in a host.  Any thread may use it.

    What is set reaches the host like a turned knob, as one step of the plugin's history.
    Raises AgentError wherever the plugin does not answer, or is gone.
    """

    kind = "live"

    def __init__(self, plugin: live.Plugin, name: str | None = None) -> None:
        self.plugin = plugin
        self.effect, self.name = plugin.effect, name or plugin.name

    def _ask(self, what: Callable[[], T]) -> T:
        try:
            return what()
        except live.RefusedError as error:
            raise AgentError(f"{self.name}: {error}") from error
        except (live.LiveError, OSError) as error:
            raise AgentError(f"{self.name} cannot be reached: {error}") from error

    def values(self) -> Values:
        """All values now."""
        found: Values = {}
        for key, value in self._ask(self.plugin.params.to_dict).items():
            found |= {f"{key}.{n}": number for n, number in enumerate(value, 1)} if isinstance(value, list) else {key: value}
        return {key: found[key] for key in slots(self.effect) if key in found}

    def locks(self) -> frozenset[str]:
        """Keys that only the hand may move."""
        return self._ask(self.plugin.locks)

    def lock(self, *keys: str, locked: bool = True) -> None:
        """Lock parameters, arrays or elements against all but the hand, or unlock them."""
        for key in elements(self.effect, keys):
            self._ask(lambda key=key: self.plugin.lock(key, locked))  # type: ignore[misc]

    def apply(self, values: Mapping[str, Any], author: str, label: str) -> Taken:
        """Set values as one step."""
        locked = self.locks()
        refused = [f"{key}: it is locked; the user can unlock it" for key in values if key in locked]
        free = {key: value for key, value in values.items() if key not in locked}
        if free:
            try:
                self._ask(lambda: self.plugin.set(free, author=author, label=label))
            except AgentError as error:
                if not isinstance(error.__cause__, live.RefusedError):
                    raise
                refused.append(str(error.__cause__))
        now = self.values()
        for key, value in free.items():
            if not same(self.effect, key, now[key], value):
                refused.append(f"{key}: it is {now[key]:g} and not {value:g}: the host or the user moves it, too")
        return Taken({key: now[key] for key in free if same(self.effect, key, now[key], free[key])}, tuple(refused))

    def take_back(self, author: str, label: str) -> bool:
        """Undo the newest step, if that is this one of this author's."""
        newest = next(iter(self._steps(1)), None)
        if newest is None or (newest.author, newest.label) != (author, label):
            return False
        return self._ask(self.plugin.undo) == 1

    def capture(self, seconds: float, cancel: Cancel) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Values, float]:
        """The last seconds, 10 at most, dry and wet, aligned."""
        if seconds > _KEPT_S:
            raise AgentError(f"seconds: {seconds:g}: {self.name} keeps the last {_KEPT_S:g} s of its sound; capture those, or a file")
        try:
            taken = self._ask(lambda: self.plugin.snapshot(seconds, stop=lambda: cancel.is_set))
        finally:
            cancel.check()
        return columns(taken.dry), columns(taken.wet), of_state(self.effect, taken.state), taken.sample_rate

    def _steps(self, n: int) -> list[live.Step]:
        return [step for step in self._ask(lambda: self.plugin.history(n + 64)) if not step.undone]

    def history(self) -> list[tuple[str, str]]:
        """Author and label of the last steps, newest first."""
        return [(step.author, step.label) for step in self._steps(16)]

    def close(self) -> None:
        """Stop speaking to it."""
        self.plugin.close()


def connect(which: str | int | live.Instance | None = None, timeout: float = 5.0) -> LiveInstance:
    """A running plugin by name, track, effect, id or port; without it, the only one.  Raises AgentError."""
    try:
        return LiveInstance(live.connect(which, timeout=timeout))
    except (live.LiveError, OSError, ValueError, TypeError) as error:
        raise AgentError(str(error)) from error


def running() -> list[live.Instance]:
    """Plugins that can be reached."""
    return live.instances()
