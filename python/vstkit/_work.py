# SPDX-License-Identifier: ISC
"""Work that takes time: progress, a switch that stops it, what goes wrong."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


class AgentError(Exception):
    """What a tool cannot do; the message says why and what would be right."""


class Cancelled(AgentError):
    """Stopped by whoever holds the `Cancel`."""


class Cancel:
    """A switch that stops work.  Any thread may set it, at any time; work looks at it between renders."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._actions: list[Callable[[], None]] = []

    def set(self) -> None:
        """Stop."""
        self._event.set()
        for action in tuple(self._actions):
            action()

    def clear(self) -> None:
        """Allow work again."""
        self._event.clear()

    @property
    def is_set(self) -> bool:
        """True after `set`."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled if it is set."""
        if self._event.is_set():
            raise Cancelled("stopped")

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is set; whether it is."""
        return self._event.wait(seconds)

    def also(self, action: Callable[[], None]) -> Callable[[], None]:
        """Have `set` call something, too (to close a connection that waits); returns what ends that."""
        self._actions.append(action)
        return lambda: self._actions.remove(action)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is."""

    what: str
    """"capture", "try", "match", "model", …"""
    done: float
    total: float
    """0 where nobody knows."""
    note: str = ""


ProgressCall = Callable[[Progress], None]
"""Called from the thread that works; must return soon."""
