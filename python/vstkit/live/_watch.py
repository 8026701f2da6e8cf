# SPDX-License-Identifier: ISC
"""Changes of a running plugin, as they come."""

import time
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from ._params import BYPASS, key_of
from ._told import Change
from ._wire import Message, Wire

_LEASE_S = 30.0
_RENEW_S = 10.0


class Watch(Iterator[Change]):
    """Iterates over what changes, by whomever: the newest value of a key, at most 30 times a second.

    Has begun when it is made; ends when the plugin goes, after `seconds`, or when it is closed.  A context
    manager.  Raises NoAnswerError where the plugin goes without a word.
    """

    def __init__(self, port: int, timeout: float, seconds: float | None = None) -> None:
        self._wire = Wire(port, timeout)
        self._end = time.monotonic() + seconds if seconds is not None else float("inf")
        self._waiting: deque[Message] = deque()
        self._ended = False
        try:
            self._wire.finish()  # To know the effect
            self._renew()
        except BaseException:
            self._wire.close()
            raise

    def _renew(self) -> None:
        self._waiting.extend(self._wire.ask("subscribe", _LEASE_S))
        self._next = time.monotonic() + _RENEW_S

    def __next__(self) -> Change:
        while not self._ended:
            while self._waiting:
                change = self._change(*self._waiting.popleft())
                if change:
                    return change
            now = time.monotonic()
            if self._ended:
                break
            if now >= self._end:
                self.close()
            elif now >= self._next:
                self._renew()
            elif message := self._wire.receive(min(self._end, self._next) - now):
                self._waiting.append((message[0].removeprefix(f"/{self._wire.effect}/"), message[1]))
        raise StopIteration

    def _change(self, path: str, args: list[Any]) -> Change | None:
        if path == "/vstkit/bye":
            self.close()
        elif path == BYPASS:
            return Change("bypass", BYPASS, bool(args[0]), args[1])
        elif path.startswith("param/"):
            return Change("param", key_of(path), args[0], args[1])
        elif path.startswith("lock/"):
            return Change("lock", key_of(path), bool(args[0]), "locked" if args[0] else "unlocked")
        elif path == "preset/load":
            return Change("preset", "", args[0], args[0])
        elif path == "history":
            return Change("step", args[1], args[0], args[2])
        return None

    def close(self) -> None:
        """End it.  Allowed again."""
        if not self._ended:
            self._ended = True
            self._wire.send("subscribe", 0)
            self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
