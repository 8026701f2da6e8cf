# SPDX-License-Identifier: ISC
"""A folder through the values of now: by the engine of datasets, or one file after the other.  No window."""

import hashlib
import json
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import Params, _core, effect_info, read, render, write

SOUNDS = {".wav", ".flac", ".aiff", ".aif", ".ogg", ".mp3", ".opus", ".w64", ".caf"}
RUN = ".vstkit-batch"
"""What the engine writes lies here, in the folder of the results."""
_NEAR = 64  # Files under way, or done before an earlier one, that are looked for


class Stopped(Exception):
    """Somebody wants no more."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A format to write."""

    text: str
    ending: str
    bits: int | str | None
    by_engine: bool
    """Whether its bytes are always the same, which the engine asks for."""


KINDS = (
    Kind("wav, 24 bits", "wav", 24, True),
    Kind("wav, 32 bits, floating", "wav", "32f", True),
    Kind("flac, 24 bits", "flac", 24, True),
    Kind("aiff, 24 bits", "aiff", 24, True),
    Kind("ogg", "ogg", None, False),
    Kind("mp3", "mp3", None, False),
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done."""

    source: Path
    target: Path
    steps: tuple[Params, ...]
    kind: Kind

    def goal(self, path: Path) -> Path:
        """Where what becomes of a file of `source` goes."""
        return self.target / path.relative_to(self.source).with_suffix(f".{self.kind.ending}")

    def check(self) -> None:
        """Raises ValueError for folders that will not do."""
        if not self.source.is_dir():
            raise ValueError(f"From: “{self.source}” is no folder")
        if self.target.resolve().is_relative_to(self.source.resolve()):
            raise ValueError(f"To: “{self.target}” lies in the folder that is rendered: choose another one")


@dataclass(frozen=True, slots=True)
class Hearer:
    """Who is told; called in the thread that renders."""

    progress: Callable[[int, int, str], None]
    """Files that are done, all of them, and the name of the one under way, if there is one."""
    file: Callable[[Path, str], None]
    """A file that is done, and what went wrong with it: "" where nothing did."""
    stop: threading.Event

    def check(self) -> None:
        """Raises Stopped."""
        if self.stop.is_set():
            raise Stopped


def sound_files(folder: Path) -> list[Path]:
    """Sound files in a folder and those below it, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS and path.is_file())


def by_turns(order: Order, hearer: Hearer) -> None:
    """Render one file after the other.  Files that are there already stay; one is written whole or not at all.

    Raises Stopped.
    """
    files = sound_files(order.source)
    for number, path in enumerate(files):
        hearer.check()
        hearer.progress(number, len(files), path.name)
        try:
            trouble = _one(order, path, hearer)
        except (OSError, ValueError, MemoryError, ArithmeticError) as error:
            trouble = str(error) or type(error).__name__
        hearer.file(path, trouble)
    hearer.progress(len(files), len(files), "")


def _one(order: Order, path: Path, hearer: Hearer) -> str:
    goal = order.goal(path)
    if goal.exists():
        return "is there already"
    audio, rate = read(path)
    goal.parent.mkdir(parents=True, exist_ok=True)
    wet = render(list(order.steps), audio, rate, progress=lambda fraction: hearer.check())
    write(goal, wet, rate, bits=order.kind.bits)
    return ""


def recipe_of(order: Order) -> dict[str, Any]:
    """One copy of each file, through just these values, as `vstkit.render` does it."""
    fixed = [{"seed": values.to_dict()["seed"]} if "seed" in effect_info(values.effect).parameters else {} for values in order.steps]
    return {
        "chain": [{"effect": values.effect, "presets": [values], "params": kept} for values, kept in zip(order.steps, fixed, strict=True)],
        "tail": "ring",
        "max_gain_db": None,
        "output": {"format": order.kind.ending, "bits": order.kind.bits},
    }


def by_engine(order: Order, hearer: Hearer) -> None:
    """Render through vstkit.batch: processes, a row for each file, and a run that goes on where it was stopped.

    Raises Stopped; ImportError where the engine is missing; BatchError where the run cannot begin or go on.
    """
    from .. import batch

    files = sound_files(order.source)
    if not files:
        hearer.progress(0, 0, "")
        return
    rows = [{"audio_filepath": str(path), "id": str(path.relative_to(order.source))} for path in files]
    names = _Names(order, hearer, files, list(batch.items(rows)))

    def step(state: batch.Progress) -> None:
        names.look()
        hearer.progress(state.done, state.total, "")
        hearer.check()

    try:
        batch.run(
            rows, recipe_of(order), order.target / RUN, executor="processes", chunk=1, progress=step, retry_errors=True
        )  # One file a task, so that what is done has its name at once
    finally:
        names.look()


class _Names:
    """Gives what the engine made the names of the files that it was made from."""

    def __init__(self, order: Order, hearer: Hearer, files: list[Path], items: list[Any]) -> None:
        from ..batch._chunk import chunk_name

        self.order, self.hearer = order, hearer
        self.waiting = deque((chunk_name(number, [item]), path) for number, (item, path) in enumerate(zip(items, files, strict=True)))

    def look(self) -> None:
        """Tell of what is done since, roughly in order."""
        while self.waiting:
            near = [self.waiting.popleft() for _ in range(min(_NEAR, len(self.waiting)))]
            left = [each for each in near if not self._is_done(*each)]
            self.waiting.extendleft(reversed(left))
            if left:
                return

    def _is_done(self, name: str, path: Path) -> bool:
        try:
            row = json.loads((self.order.target / RUN / "rows" / f"{name}.jsonl").read_text("utf-8"))
        except FileNotFoundError:
            return False
        try:
            trouble = self._name(path, row) if row["status"] == "ok" else str(row["error"]["reason"])
        except OSError as error:
            trouble = str(error)
        self.hearer.file(path, trouble)
        return True

    def _name(self, path: Path, row: dict[str, Any]) -> str:
        made, goal = self.order.target / RUN / row["audio_filepath"], self.order.goal(path)
        if goal.exists():
            return "" if _is_same(goal, made, row["sha256"]) else "is there already"
        goal.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(made, goal)
        except FileNotFoundError:
            raise
        except OSError:  # A file system without links
            _core.write_file(str(goal), made.read_bytes())
        return ""


def _is_same(goal: Path, made: Path, digest: str) -> bool:
    return (made.exists() and goal.samefile(made)) or hashlib.sha256(goal.read_bytes()).hexdigest() == digest
