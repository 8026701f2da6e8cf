# SPDX-License-Identifier: ISC
"""The session file: JSON lines that say what was changed, by whom and why, and that can be replayed."""

import json
import os
import threading
from pathlib import Path
from typing import Any

from .._flat import Values, cut, slots
from .._work import AgentError
from ._types import Instance

VERSION = 1
_MOST = 64 * 1024 * 1024


class Journal:
    """Writes events, each a line that is on the disk before the call returns; or nowhere, without a path.

    A disk that fails ends no session: `trouble` says why the rest is not written.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = Path(path) if path is not None else None
        self.trouble = ""
        self._lock = threading.Lock()
        self._file = None
        if self.path is not None:
            try:
                self._file = open(self.path, "a", encoding="utf-8")  # noqa: SIM115
            except OSError as error:
                raise AgentError(f"{self.path}: the session file cannot be written: {error.strerror}") from error
            self.write("begin", version=VERSION)

    def write(self, event: str, **members: Any) -> None:
        """Append an event."""
        with self._lock:
            if self._file is None:
                return
            try:
                self._file.write(json.dumps({"event": event, **members}, ensure_ascii=False, allow_nan=False, default=str) + "\n")
                self._file.flush()
            except (OSError, ValueError) as error:
                self.trouble = f"{self.path}: no more is written: {error}"
                self._file = None

    def close(self) -> None:
        """Allowed again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def read_journal(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Events of a session file.  A last line that was cut off is left out.  Raises AgentError naming file and line."""
    try:
        if os.path.getsize(path) > _MOST:
            raise AgentError(f"{os.fspath(path)}: more than {_MOST >> 20} MB is no session file")
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
    except OSError as error:
        raise AgentError(f"{os.fspath(path)}: {error.strerror}") from error
    events = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
            if not isinstance(event, dict) or not isinstance(event.get("event"), str):
                raise ValueError("an object with \"event\" is expected")
        except (ValueError, RecursionError) as error:
            if number == len(lines):
                break
            raise AgentError(f"{os.fspath(path)}: line {number} is no event: {cut(error)}") from error
        events.append(event)
    if not events or events[0]["event"] != "begin" or events[0].get("version") != VERSION:
        raise AgentError(f"{os.fspath(path)}: no session file of version {VERSION}")
    return events


def _numbers(path: str, effect: str, found: Any) -> Values:
    known = slots(effect)
    if not isinstance(found, dict) or not all(key in known and isinstance(value, (int, float)) for key, value in found.items()):
        raise AgentError(f"{path}: values that {effect} does not have")
    return dict(found)


def replay(path: str | os.PathLike[str], onto: Instance | None = None, name: str | None = None) -> tuple[str, Values]:
    """The effect and the values that a session ends with, from its events alone.

    Args:
        path: Session file.
        onto: Brought to them as well, step by step: those of the session, under their labels.
        name: Of the instance in that session; the first one without it.

    Raises AgentError: no session file, another effect, an instance that is gone.
    """
    where, effect, values = os.fspath(path), "", Values()
    for event in read_journal(path):
        kind = event["event"]
        if kind == "instance" and name in (None, event.get("name")) and not effect:
            effect, name = str(event.get("effect")), str(event.get("name"))
            try:
                values = _numbers(where, effect, event.get("values"))
            except ValueError as error:
                raise AgentError(f"{where}: {cut(error)}") from error
            if onto is not None and onto.effect != effect:
                raise AgentError(f"{where}: a session of {effect} cannot be replayed onto {onto.effect}")
            _bring(onto, values, "replay", "Begin of the session")
        elif effect and event.get("instance") == name and kind in ("step", "hand"):
            new = _numbers(where, effect, event.get("after"))
            values |= new
            _bring(onto, new, str(event.get("author", "hand")) if kind == "step" else "replay", str(event.get("label", "By hand")))
    if not effect:
        raise AgentError(f"{where}: no instance {name or ''} in that session")
    return effect, values


def _bring(onto: Instance | None, values: Values, author: str, label: str) -> None:
    if onto is not None and values:
        taken = onto.apply(values, author if author.startswith("agent:") else f"agent:{author}", label)
        if taken.refused:
            raise AgentError(f"{onto.name}: {taken.refused[0]}")
