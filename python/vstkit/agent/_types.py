# SPDX-License-Identifier: ISC
"""What a session is made of."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy.typing as npt

from .._flat import Values
from .._work import AgentError, Cancel
from ._figures import Difference, Figures, RoomFigures


class BudgetError(AgentError):
    """A budget is used up; the message says which."""


@dataclass
class Budget:
    """What may be spent, and what was.  Set by the user at any time; math.inf for no bound."""

    renders: float = 5000
    tokens: float = 400_000
    """In and out, together."""
    seconds: float = math.inf
    calls: float = 200
    """Of tools, by the model."""
    spent_renders: int = 0
    spent_in_tokens: int = 0
    spent_out_tokens: int = 0
    spent_calls: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def spent_tokens(self) -> int:
        """In and out."""
        return self.spent_in_tokens + self.spent_out_tokens

    @property
    def spent_seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.started

    def spend(self, *, renders: int = 0, calls: int = 0) -> None:
        """Count.  Raises BudgetError, and counts nothing, where renders or calls would be too many."""
        for name, number in (("renders", renders), ("calls", calls)):
            limit, spent = getattr(self, name), getattr(self, f"spent_{name}")
            if number and spent + number > limit:
                raise BudgetError(f"the budget of {limit:g} {name} leaves {max(0, limit - spent):g}, not {number}")
        self.spent_renders += renders
        self.spent_calls += calls
        self.check()

    @property
    def is_over(self) -> bool:
        """Nothing can go on: time, tokens or calls are used up."""
        return any(getattr(self, f"spent_{name}") >= getattr(self, name) for name in ("tokens", "seconds", "calls"))

    def check(self) -> None:
        """Raise BudgetError where time or tokens are used up."""
        for name, unit in (("tokens", "tokens"), ("seconds", "seconds")):
            if getattr(self, f"spent_{name}") > getattr(self, name):
                raise BudgetError(f"the budget of {getattr(self, name):g} {unit} is used up")

    def text(self) -> str:
        """What was spent, of what, for people."""
        parts = []
        for name in ("renders", "tokens", "calls", "seconds"):
            limit, spent = getattr(self, name), getattr(self, f"spent_{name}")
            parts.append(f"{spent:.0f}{'' if math.isinf(limit) else f' of {limit:g}'} {name}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Clip:
    """A sound that a session knows by name."""

    name: str
    audio: npt.NDArray[Any]
    """Dry, (n, channels), full scale ±1; not to be changed."""
    sample_rate: float
    origin: str
    """Where it comes from: a path, or the name of an instance."""
    wet: npt.NDArray[Any] | None = None
    """What was heard of it, aligned, where it was captured."""
    values: Values | None = None
    """What the effect was set to then."""

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.audio) / self.sample_rate

    def at_rate(self, sample_rate: float) -> "Clip":
        """Its dry sound at another sample rate; itself where it has that.  Raises AgentError."""
        if sample_rate == self.sample_rate:
            return self
        return replace(self, audio=at_rate(self.audio, self.sample_rate, sample_rate), sample_rate=sample_rate, wet=None)


def at_rate(audio: npt.NDArray[Any], rate: float, wanted: float) -> npt.NDArray[Any]:
    """A sound, (n,) or (n, channels), at another sample rate, in time with what it was.  Raises AgentError."""
    if rate == wanted:
        return audio
    from ..batch._resample import resample

    try:
        return resample(audio, round(rate), round(wanted))
    except ValueError as error:
        raise AgentError(f"{error}: give sounds of one rate") from error


@dataclass(frozen=True)
class Candidate:
    """Values that were tried on a clip, and what came out.  Nothing of it was heard."""

    name: str
    """"c1", "c2", …"""
    instance: str
    clip: str
    edits: Values
    """What it changes."""
    base: Values
    """All values of the instance when it was tried."""
    epoch: int
    """How many changes of the agent's own came before."""
    reason: str
    audio: npt.NDArray[Any]
    """The result without the effect's latency, as long as the clip."""
    sample_rate: float
    figures: Figures
    to_dry: Difference
    to_reference: Difference | None
    room: RoomFigures | None
    """Of an effect that is a room: of its response to an impulse."""
    refused: tuple[str, ...] = ()
    """What was asked for and not taken on, and why."""

    @property
    def values(self) -> Values:
        """All values."""
        return self.base | self.edits


@dataclass(frozen=True, slots=True)
class Step:
    """A change that was kept."""

    number: int
    instance: str
    author: str
    """"agent:NAME", or "hand"."""
    label: str
    reason: str
    before: Values
    """Of the keys that changed."""
    after: Values
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """How a change was received."""

    values: Values
    """Taken on, as the effect has them now."""
    refused: tuple[str, ...]
    """One sentence each: key, why, what would be right."""


class Instance(Protocol):
    """Something that has values and a sound: a plugin in a host, or an effect over a file."""

    @property
    def name(self) -> str:
        """What tools call it."""

    @property
    def effect(self) -> str:
        """Id of the effect."""

    @property
    def kind(self) -> str:
        """"live" or "file"."""

    def values(self) -> Values:
        """All values now, `bypass` left out.  Raises AgentError where it is gone."""

    def locks(self) -> frozenset[str]:
        """Keys that only the hand may move; elements one by one."""

    def lock(self, *keys: str, locked: bool = True) -> None:
        """Lock parameters, arrays or elements against all but the hand, or unlock them: for the user, never for an agent."""

    def apply(self, values: Mapping[str, Any], author: str, label: str) -> Taken:
        """Set values as one step.  What is locked is refused; the rest is taken on."""

    def take_back(self, author: str, label: str) -> bool:
        """Undo the newest step, if that is this one of this author's; whether it was."""

    def capture(self, seconds: float, cancel: Cancel) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Values, float]:
        """The last seconds, dry and wet, aligned, (n, channels); what it was set to; the sample rate."""

    def history(self) -> list[tuple[str, str]]:
        """Author and label of the last steps, whoever's, newest first."""

    def close(self) -> None:
        """Let go of it.  Allowed again."""
