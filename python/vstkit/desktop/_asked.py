# SPDX-License-Identifier: ISC
"""What the agent works on here: the values of the window, and the sound that it shows.  No window."""

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from .._flat import Values, cut, elements, of_preset
from .._trial import render
from ..agent import AgentError, Cancel, SearchWish, Taken
from ._clip import Clip
from ._model import Model

if TYPE_CHECKING:
    from ..agent import Session
    from ..agent._loop import Event, Loop

_OCTAVES = 1.5  # That a slider at its end moves the centroid by
_RANGE_DB = 12.0


class DocumentInstance:
    """A model of the window as an instance of a session.

    Args:
        model: What is edited.
        call: Calls a function on the thread of the model, and gives its result.
        sound: What plays.
    """

    kind = "file"

    def __init__(self, model: Model, call: Callable[[Callable[[], Any]], Any], sound: Callable[[], Clip | None]) -> None:
        self.model, self._call, self._sound = model, call, sound
        self.name, self.effect = model.info.name, model.effect

    def values(self) -> Values:
        """All values now."""
        return of_preset(self.effect, self._call(lambda: self.model.values))

    def locks(self) -> frozenset[str]:
        """Keys that only the hand may move, one by one."""
        return elements(self.effect, self._call(lambda: set(self.model.locks)))

    def lock(self, *keys: str, locked: bool = True) -> None:
        """Lock parameters against all but the hand, or unlock them."""
        rows = {key.partition(".")[0] for key in elements(self.effect, keys)}
        self._call(lambda: self.model.set_locked(rows, locked))

    def apply(self, values: Mapping[str, Any], author: str, label: str) -> Taken:
        """Set values as one step."""
        locked = self.locks()
        free = {key: value for key, value in values.items() if key not in locked}
        self._call(lambda: self.model.set(free, label, author))
        refused = tuple(f"{key}: it is locked; the user can unlock it" for key in values if key in locked)
        now = self.values()
        return Taken({key: now[key] for key in free}, refused)

    def take_back(self, author: str, label: str) -> bool:
        """Undo the newest step, if that is this one of this author's."""

        def undo() -> bool:
            steps = self.model.steps
            return bool(steps) and (steps[0].author, steps[0].label) == (author, label) and self.model.undo() == 1

        return bool(self._call(undo))

    def capture(self, seconds: float, cancel: Cancel) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Values, float]:
        """The first seconds of what plays, dry, and through the values of now."""
        clip = self._call(self._sound)
        if clip is None:
            raise AgentError("there is no sound to try on: open a file, or take a snapshot of the plugin")
        dry = clip.samples[: max(1, round(seconds * clip.rate)), :2]
        values = self.values()
        return dry, render(self.effect, values, dry, clip.rate, cancel), values, clip.rate

    def history(self) -> list[tuple[str, str]]:
        """Author and label of the steps, newest first."""
        return [(step.author, step.label) for step in self._call(lambda: list(self.model.steps))]

    def close(self) -> None:
        """Nothing to let go of."""


def numbers_of(session: "Session", wishes: Mapping[str, float]) -> dict[str, float]:
    """Figures to reach for sliders of −1 to 1, from what sounds now: as loud as that, unless it should come closer or go further."""
    now = session.sound_of("now", session.clip("sound"))
    from ..agent import figures

    found = figures(*now)
    numbers: dict[str, float] = {"lufs": found.lufs} if math.isfinite(found.lufs) else {}
    if "bright" in wishes and found.centroid_hz > 0.0:
        numbers["centroid_hz"] = found.centroid_hz * 2.0 ** (_OCTAVES * wishes["bright"])
    if "wet" in wishes:
        numbers["crest_db"] = max(3.0, found.crest_db - 0.5 * _RANGE_DB * wishes["wet"])
    if "far" in wishes and math.isfinite(found.lufs):
        numbers["lufs"] = found.lufs - 0.5 * _RANGE_DB * wishes["far"]
        numbers.setdefault("centroid_hz", found.centroid_hz * 2.0 ** (-0.5 * _OCTAVES * wishes["far"]))
    if "broken" in wishes:
        numbers["bandwidth_hz"] = max(100.0, found.bandwidth_hz * 2.0 ** (-_OCTAVES * wishes["broken"]))
    return numbers


def search(session: "Session", reference: Path | None, wishes: Mapping[str, float], renders: int) -> str:
    """Search until the budget is used up or it is stopped; the best is a candidate then.  Raises AgentError."""
    other = session.read_clip(reference, "reference") if reference else None
    numbers = numbers_of(session, wishes) if wishes else None
    wish = SearchWish(
        clip="sound", reference=other.name if other else None, numbers=numbers, renders=renders, reason=", ".join(wishes) or "reference"
    )
    running = session.match(wish)
    while not running.wait(0.5):
        running.best()
        if session.cancel.is_set:
            running.stop()
    best = running.best()
    if running.trouble:
        raise AgentError(running.trouble)
    return f"Best of {running.match.best.renders if running.match.best else 0} renders: {best.name}" if best else "Nothing was rendered."


def conversation(session: "Session", tell: Callable[[str, str], None]) -> "Loop":
    """A conversation with a model; `tell` is called with who and what, as it comes.  Raises AgentError: no key, no package."""
    from ..agent._loop import Loop, make_client
    from ..agent._tools import Tools

    def report(event: "Event") -> None:
        if event.kind == "call":
            tell("call", f"→ {event.tool}  {what_is_asked(event.text)}".rstrip())
        elif event.kind == "error":
            tell("error", f"{event.tool}: {event.text}")
        elif event.kind != "answer":  # Of those, the window has rows
            tell(event.kind, event.text)

    return Loop(Tools(session), make_client(), tell=report)


def what_is_asked(arguments: str) -> str:
    """A tool's arguments for people: its reasons where it has some, else what fits on a line."""
    reasons = re.findall(r'"reason": "((?:[^"\\]|\\.)*)"', arguments)
    return cut("; ".join(dict.fromkeys(reasons)) or arguments.strip("{}"), 90)
