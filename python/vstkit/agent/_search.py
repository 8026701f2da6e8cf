# SPDX-License-Identifier: ISC
"""A search of `vstkit.match` inside a session: on a thread of its own, its best so far as a candidate."""

import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._flat import Values, changed, cut
from .._work import AgentError, Cancel, Cancelled, Progress
from ._types import BudgetError, Candidate, Clip, Instance

if TYPE_CHECKING:
    from ._session import Session


@dataclass(frozen=True)
class SearchWish:
    """What to search for."""

    clip: str | None = None
    """Input; the newest clip without it."""
    reference: str | None = None
    """Clip to sound like."""
    numbers: Mapping[str, float] | None = None
    """Figures to reach; see `vstkit.match.WORDS`."""
    free: Collection[str] | None = None
    """Keys that may move; all without it."""
    frozen: Collection[str] = ()
    """Keys that must not, beside those that are locked."""
    renders: int = 500
    seconds: float = 600.0
    seed: int = 1
    reason: str = ""


class Search:
    """A search that runs, or has run.  Made by `Session.match`; any thread may poll and stop it."""

    def __init__(self, session: "Session", name: str, instance: Instance, wish: SearchWish) -> None:
        from ..match import Aim, Match, check_numbers

        self.session, self.name, self.instance, self.wish = session, name, instance, wish
        self.clip: Clip = session.clip(wish.clip)
        self.reference: Clip | None = session.clip(wish.reference) if wish.reference else None
        if self.reference is None and not wish.numbers:
            raise AgentError("match needs a reference clip or numeric targets")
        if self.reference is not None:
            self.reference = self.reference.at_rate(self.clip.sample_rate)
        left = session.budget.renders - session.budget.spent_renders
        if not 1 <= wish.renders <= left:
            raise BudgetError(f"renders: {wish.renders}: the budget leaves {left:g}")
        self.base: Values = instance.values()
        self.cancel = Cancel()
        self.trouble = ""
        aim = Aim(self.reference.audio if self.reference else None, check_numbers(wish.numbers))
        self.match: Match = Match(
            instance.effect, self.clip.audio, self.clip.sample_rate, aim,
            start=self.base, free=wish.free, locked=instance.locks() | frozenset(wish.frozen), renders=wish.renders, seed=wish.seed,
            cancel=self.cancel, progress=self._progress,
        )  # fmt: skip
        self._epoch = session.epoch
        self._counted = 0
        self._made: tuple[int, Candidate] | None = None
        self._thread = threading.Thread(target=self._run, name="vstkit match", daemon=True)
        self._end = time.monotonic() + wish.seconds

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _progress(self, progress: Progress) -> None:
        budget = self.session.budget
        budget.spent_renders += int(progress.done) - self._counted
        self._counted = int(progress.done)
        if time.monotonic() > self._end or budget.spent_seconds > budget.seconds:
            self.cancel.set()
        self.session.say(progress.what, progress.done, progress.total, progress.note)

    def _run(self) -> None:
        try:
            self.match.run()
        except Cancelled:
            pass
        except Exception as error:  # What fails on a thread must be told by who polls it
            self.trouble = cut(f"{type(error).__name__}: {error}")

    @property
    def is_running(self) -> bool:
        """Until it has ended, by whatever."""
        return self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait so long for its end, or until the session is stopped; whether it has ended."""
        end = time.monotonic() + seconds
        while self.is_running and time.monotonic() < end and not self.session.cancel.is_set:
            self._thread.join(min(0.05, max(0.0, end - time.monotonic())))
        return not self.is_running

    def stop(self) -> None:
        """End it; what is best so far stays."""
        self.cancel.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(30.0)

    def best(self) -> Candidate | None:
        """The best so far, as a candidate to keep; None before the first render."""
        found = self.match.best
        if found is None:
            return None
        if self._made is None or self._made[0] != found.renders:
            reason = self.wish.reason or ("like " + self.reference.name if self.reference else "towards numbers")
            edits = changed(self.instance.effect, self.base, found.values)
            audio = self.match.render(found.values)
            of = self.name, self.clip, self.base, edits, audio, f"match: {reason}", self.reference
            self._made = found.renders, self.session.add_candidate(*of, epoch=self._epoch)
        return self._made[1]
