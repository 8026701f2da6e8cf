# SPDX-License-Identifier: ISC
"""A session: what one agent, or one window, works with."""

import itertools
import os
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .._files import read
from .._flat import Values, changed, cut, elements, of_preset, resolve, same, text, texts
from .._trial import render
from .._work import AgentError, Cancel, Progress, ProgressCall
from ._figures import Difference, Figures, alike, columns, delay_of, difference, figures
from ._journal import Journal
from ._picture import compare_png
from ._room import room
from ._search import Search, SearchWish
from ._types import Budget, Candidate, Clip, Instance, Step, Taken, at_rate

_MAX_CLIPS = 32
_MAX_CANDIDATES = 96
MAX_TRIES = 8
MAX_SECONDS = 30.0
_ALIGN_S = 0.25


@dataclass(frozen=True)
class Comparison:
    """Two sounds side by side."""

    names: tuple[str, str]
    sample_rate: float
    audio: tuple[npt.NDArray[Any], npt.NDArray[Any]]
    """Aligned, as long and with as many channels as each other."""
    figures: tuple[Figures, Figures]
    difference: Difference
    """Of the second to the first."""

    def png(self) -> bytes:
        """The first, the second, and the second over the first, to fixed scales."""
        return compare_png(self.audio[0], self.audio[1], self.sample_rate, self.names)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Edits to try."""

    edits: Mapping[str, Any]
    """Numbers, text with units, choices by name, lists for arrays, or what is solved for ("rt60")."""
    reason: str = ""
    preset: str | None = None
    """To start from; the values of now without it."""


class Session:
    """Instances, clips, candidates and steps, with budgets, undo and a file that replays.

    Knows neither window nor network: an `Instance` is given to it.  Any thread may call it; calls that work wait
    for each other.  `stop()` from another thread ends whatever works at once, `cancel.set()` all but a search; both leave
    the sound as it is.
    Every failure is an AgentError with a remedy (Cancelled and BudgetError among them), after which all goes on.

    Args:
        author: Name of who works here; steps are by "agent:NAME".
        budget: What may be spent.
        journal: Path of the session file; events are appended.
        progress: Called from the thread that works.
    """

    def __init__(
        self,
        author: str = "assistant",
        *,
        budget: Budget | None = None,
        journal: str | os.PathLike[str] | None = None,
        progress: ProgressCall | None = None,
    ) -> None:
        self.author = f"agent:{cut(author.removeprefix('agent:') or 'assistant', 40)}"
        self.budget = budget or Budget()
        self.journal = Journal(journal)
        self.progress = progress
        self.cancel = Cancel()
        self.instances: dict[str, Instance] = {}
        self.clips: dict[str, Clip] = {}
        self.candidates: dict[str, Candidate] = {}
        self.steps: list[Step] = []
        self.search: Search | None = None
        self._told: dict[str, Values] = {}  # What the agent was told last
        self._own: dict[str, list[tuple[int, Values]]] = {}  # What it set, and after how many changes
        self.epoch = 0
        self._numbers: dict[str, itertools.count[int]] = {}
        self._lock = threading.RLock()

    def say(self, what: str, done: float = 0.0, total: float = 0.0, note: str = "") -> None:
        """Report progress."""
        if self.progress:
            self.progress(Progress(what, done, total, note))

    def _name(self, stem: str, taken: Mapping[str, Any]) -> str:
        counter = self._numbers.setdefault(stem, itertools.count(1))
        return next(name for name in (f"{stem}{number}" for number in counter) if name not in taken)

    def stop(self) -> None:
        """Stop all that works, a search too, at once; the sound stays as it is.  `cancel.clear()` allows work again."""
        self.cancel.set()
        if self.search:
            self.search.cancel.set()

    def close(self) -> None:
        """Stop everything and let go of all instances.  Allowed again."""
        self.stop()
        if self.search:
            self.search.stop()
        for instance in self.instances.values():
            instance.close()
        self.journal.close()

    # Instances

    def add_instance(self, instance: Instance) -> str:
        """Take in an instance; the name by which it is known here."""
        with self._lock:
            known = next((name for name, own in self.instances.items() if own is instance), None)
            if known:
                return known
            name = instance.name if instance.name not in self.instances else self._name(f"{instance.name} ", self.instances)
            values = instance.values()
            self.instances[name], self._told[name], self._own[name] = instance, values, []
            self.journal.write("instance", name=name, effect=instance.effect, kind=instance.kind, values=values)
            return name

    def instance(self, name: str | None = None) -> tuple[str, Instance]:
        """An instance by name; without it, the only one.  Raises AgentError, which lists those that are here."""
        found = [key for key in self.instances if name is None or key == name]
        found = found or [key for key, own in self.instances.items() if name and name.casefold() in (key.casefold(), own.effect)]
        if len(found) == 1:
            return found[0], self.instances[found[0]]
        listed = ", ".join(repr(key) for key in self.instances) or "none"
        raise AgentError(f"instance {cut(name)!r}: {'several are meant' if found else 'there is none'}; here are: {listed}")

    def meanwhile(self, name: str) -> dict[str, tuple[Any, Any]]:
        """What others moved since the agent was last told of it: key → before and now.  It counts as told then."""
        with self._lock:
            instance = self.instances[name]
            now, told = instance.values(), self._told[name]
            new = changed(instance.effect, told, now)
            if new:
                self.journal.write("hand", instance=name, after=new)
            self._told[name] = now
            return {key: (told.get(key), value) for key, value in new.items()}

    def _record(self, name: str, instance: Instance, before: Values, label: str, reason: str) -> Step | None:
        """Note what a change of the agent's own came to."""
        now = instance.values()
        after = changed(instance.effect, before, now)
        self._told[name] = now
        if not after:
            return None
        self.epoch += 1
        self._own[name].append((self.epoch, after))
        step = Step(len(self.steps) + 1, name, self.author, label, reason, {key: before[key] for key in after}, after)
        self.steps.append(step)
        members = {field: getattr(step, field) for field in ("number", "instance", "author", "label", "reason", "before", "after")}
        self.journal.write("step", **members)
        return step

    def set_params(self, edits: Mapping[str, Any], reason: str = "", name: str | None = None) -> tuple[Step | None, Taken]:
        """Set values as one step, with what was taken on and what was refused and why.

        What others moved since the agent was last told stays theirs, and is refused; so is what is locked.
        """
        with self._lock:
            self.cancel.check()
            name, instance = self.instance(name)
            told, moved = self._told[name], self.meanwhile(name)
            wanted, refused = resolve(instance.effect, self._told[name], edits)
            theirs = {key for key in wanted if key in moved}
            refused += tuple(self._theirs(instance, key, told[key], moved[key][1]) for key in theirs)
            return self._apply(name, instance, {key: value for key, value in wanted.items() if key not in theirs}, refused, reason)

    def _theirs(self, instance: Instance, key: str, before: Any, now: Any) -> str:
        was, is_ = text(instance.effect, key, before), text(instance.effect, key, now)
        return f"{key}: somebody moved it meanwhile from {was} to {is_}, and it stays so; take that as their wish, or try anew from there"

    def _apply(self, name: str, instance: Instance, new: Values, refused: tuple[str, ...], reason: str) -> tuple[Step | None, Taken]:
        before = instance.values()
        if not new:
            return None, Taken({}, refused)
        label = cut(reason.strip() or texts(instance.effect, dict(itertools.islice(new.items(), 3))), 60)
        self.cancel.check()
        try:
            taken = instance.apply(new, self.author, label)
        finally:  # Whatever of it was taken on is a step
            step = self._record_if_there(name, instance, before, label, reason)
        return step, Taken(taken.values, refused + taken.refused)

    def _record_if_there(self, name: str, instance: Instance, before: Values, label: str, reason: str) -> Step | None:
        try:
            return self._record(name, instance, before, label, reason)
        except AgentError:
            return None

    # Clips

    def add_clip(self, audio: npt.ArrayLike, sample_rate: float, name: str | None = None, origin: str = "", **more: Any) -> Clip:
        """Take in a sound, (n,) or (n, channels); the oldest goes where there are more than 32."""
        array = columns(audio)
        if not len(array) or array.shape[1] > 2:
            raise AgentError(f"{len(array)} frames of {array.shape[1]} channels: a sound of one or two channels is expected")
        with self._lock:
            clip = Clip(cut(name or self._name("clip", self.clips), 60), array, float(sample_rate), origin, **more)
            self.clips.pop(clip.name, None)
            self.clips[clip.name] = clip
            while len(self.clips) > _MAX_CLIPS:
                self.clips.pop(next(iter(self.clips)))
            self.journal.write("clip", name=clip.name, origin=origin, seconds=clip.seconds, sample_rate=clip.sample_rate)
            return clip

    def read_clip(self, path: str | os.PathLike[str], name: str | None = None, seconds: float = MAX_SECONDS) -> Clip:
        """Take in the beginning of a file.  Raises AgentError naming it."""
        try:
            audio, rate = read(path)
        except (OSError, ValueError, MemoryError) as error:
            raise AgentError(f"{os.fspath(path)}: {cut(error)}") from error
        frames = max(1, round(min(seconds, MAX_SECONDS) * rate))
        return self.add_clip(audio[:frames], rate, name or Path(path).stem, os.fspath(path))

    def capture(self, seconds: float = 3.0, name: str | None = None, instance: str | None = None) -> Clip:
        """The last seconds of an instance, dry and wet, as a clip."""
        key, own = self.instance(instance)
        if not 0.1 <= seconds <= MAX_SECONDS:
            raise AgentError(f"seconds: {seconds!r}: 0.1 to {MAX_SECONDS:g} is expected")
        self.cancel.check()
        self.say("capture", 0, seconds, key)
        dry, wet, values, rate = own.capture(seconds, self.cancel)
        self.cancel.check()
        clip = self.add_clip(dry, rate, name, key, wet=wet.astype(np.float32), values=values)
        self.say("capture", seconds, seconds, clip.name)
        return clip

    def clip(self, name: str | None = None) -> Clip:
        """A clip by name; without it, the newest.  Raises AgentError, which lists those that are here."""
        if name is None and self.clips:
            return next(reversed(self.clips.values()))
        if name not in self.clips:
            listed = ", ".join(map(repr, self.clips))
            raise AgentError(f"clip {cut(name)!r}: here are only {listed}" if listed else "there is no clip: capture one")
        return self.clips[name]

    # Trials

    def try_out(
        self, proposals: Sequence[Proposal], clip: str | None = None, *, reference: str | None = None, instance: str | None = None
    ) -> list[Candidate]:
        """Render up to 8 proposals on a clip, over the values of now.  Nothing of it is heard.

        A reference of another sample rate is resampled.  What of a proposal cannot be had is in `refused`, and what a sound
        that diverges makes of it in the `words` of its figures and its room: each proposal has its candidate.
        """
        if not 1 <= len(proposals) <= MAX_TRIES:
            raise AgentError(f"{len(proposals)} candidates: 1 to {MAX_TRIES} are tried at once")
        key, own = self.instance(instance)
        sound = self.clip(clip)
        other = self._reference(reference, sound).at_rate(sound.sample_rate) if reference else None
        self.budget.spend(renders=len(proposals))
        now = own.values()
        found = []
        for number, proposal in enumerate(proposals):
            self.cancel.check()
            self.say("try", number, len(proposals), proposal.reason)
            found.append(self._candidate(key, own, now, sound, other, proposal))
        self.say("try", len(proposals), len(proposals))
        return found

    def _reference(self, name: str, sound: Clip) -> Clip:
        return self.clips[name] if name in self.clips else Clip(name, *self.sound_of(name, sound), "")

    def _candidate(self, key: str, own: Instance, now: Values, sound: Clip, other: Clip | None, proposal: Proposal) -> Candidate:
        try:
            start = now if proposal.preset is None else of_preset(own.effect, proposal.preset)
        except (OSError, ValueError) as error:
            raise AgentError(f"preset: {cut(error)}") from error
        edits, refused = resolve(own.effect, start, proposal.edits)
        locked = own.locks()
        values = {**start, **edits}
        moves = changed(own.effect, now, values)
        refused += tuple(f"{slot}: it is locked; the user can unlock it" for slot in moves if slot in locked)
        moves = {slot: value for slot, value in moves.items() if slot not in locked}
        audio = render(own.effect, {**now, **moves}, sound.audio, sound.sample_rate, self.cancel)
        response = room(own.effect, {**now, **moves}, sound.sample_rate, self.cancel)
        return self.add_candidate(key, sound, now, moves, audio, proposal.reason, other, refused=refused, room=response)

    def add_candidate(
        self,
        instance: str,
        sound: Clip,
        base: Values,
        edits: Values,
        audio: npt.NDArray[Any],
        reason: str,
        reference: Clip | None = None,
        *,
        epoch: int | None = None,
        **more: Any,
    ) -> Candidate:
        """Take in a render as a candidate; `epoch` is that of `base`, now without it."""
        to_reference = None
        if reference is not None:
            delay = delay_of(audio, reference.audio, int(_ALIGN_S * sound.sample_rate))
            to_reference = difference(audio, reference.audio, sound.sample_rate, latency=delay)
        found = figures(audio, sound.sample_rate)
        to_dry = difference(audio, sound.audio, sound.sample_rate)
        with self._lock:
            name = self._name("c", self.candidates)
            since = self.epoch if epoch is None else epoch
            kept = audio.astype(np.float32), sound.sample_rate, found, to_dry, to_reference
            made = Candidate(name, instance, sound.name, edits, base, since, reason, *kept, **{"room": None, **more})
            self.candidates[name] = made
            while len(self.candidates) > _MAX_CANDIDATES:
                self.candidates.pop(next(iter(self.candidates)))
            self.journal.write("try", name=name, instance=instance, clip=sound.name, edits=edits, reason=reason)
            return made

    def candidate(self, name: str) -> Candidate:
        """A candidate by name.  Raises AgentError."""
        if name not in self.candidates:
            listed = ", ".join(list(self.candidates)[-12:]) or "none: try some"
            raise AgentError(f"candidate {cut(name)!r}: there is none; here are: {listed}")
        return self.candidates[name]

    def sound_of(self, what: str, clip: Clip) -> tuple[npt.NDArray[Any], float]:
        """A sound by name: a candidate, a clip, "CLIP:wet", "dry", "now", "default" or "preset:NAME" (these on `clip`)."""
        if what in self.candidates:
            return self.candidates[what].audio, self.candidates[what].sample_rate
        stem, _, part = what.rpartition(":")
        if what in self.clips or (part == "wet" and stem in self.clips):
            found = self.clips[what if what in self.clips else stem]
            audio = found.audio if what in self.clips else found.wet
            if audio is None:
                raise AgentError(f"{what}: only a captured clip has a wet part")
            return audio, found.sample_rate
        if what == "dry":
            return clip.audio, clip.sample_rate
        _, own = self.instance(clip.origin if clip.origin in self.instances else None)
        if what == "now":
            values = own.values()
        elif what == "default" or stem == "preset":
            try:
                values = of_preset(own.effect, None if what == "default" else part)
            except (OSError, ValueError) as error:
                raise AgentError(f"{what}: {cut(error)}") from error
        else:
            raise AgentError(f'{cut(what)!r} is no sound: name a candidate, a clip, "CLIP:wet", "dry", "now", "default" or "preset:NAME"')
        self.budget.spend(renders=1)
        return render(own.effect, values, clip.audio, clip.sample_rate, self.cancel), clip.sample_rate

    def compare(self, first: str, second: str, clip: str | None = None) -> Comparison:
        """Two sounds side by side; the names are those of `sound_of`.

        Clips of files are aligned where they fit best; the second is resampled where it has another sample rate.
        """
        sound = self.clip(clip)
        (one, rate), (other, second_rate) = self.sound_of(first, sound), self.sound_of(second, sound)
        other = at_rate(other, second_rate, rate)
        strangers = {name for name in (first, second) if name in self.clips and name != sound.name}
        delay = delay_of(other, one, int(_ALIGN_S * rate)) if strangers else 0
        found = difference(other, one, rate, latency=delay)
        pair = alike(one, other[delay:] if delay >= 0 else np.pad(other, ((-delay, 0), (0, 0))))
        return Comparison((first, second), rate, pair, (figures(one, rate), figures(other, rate)), found)

    # Keeping

    def keep(self, candidate: str, reason: str = "", *, keys: Collection[str] | None = None) -> tuple[Step | None, Taken]:
        """Send a candidate, or of its edits those of `keys` alone, to its instance as one step, over the newest values.

        Keys that others moved since it was tried stay theirs, and are refused; so is what is locked meanwhile.
        """
        with self._lock:
            self.cancel.check()
            made = self.candidate(candidate)
            name, instance = self.instance(made.instance)
            edits = made.edits if keys is None else self._part(made, instance, keys)
            self.meanwhile(name)
            now = self._told[name]
            expected = dict(made.base)
            for epoch, values in self._own[name]:
                expected |= values if epoch > made.epoch else {}
            theirs = [key for key in edits if not same(instance.effect, key, now[key], expected[key])]
            refused = tuple(self._theirs(instance, key, expected[key], now[key]) for key in theirs)
            new = {key: value for key, value in edits.items() if key not in theirs}
            return self._apply(name, instance, changed(instance.effect, now, new), refused, reason or made.reason)

    def _part(self, made: Candidate, instance: Instance, keys: Collection[str]) -> Values:
        stranger = next((key for key in keys if not elements(instance.effect, [key]) & made.edits.keys()), None)
        if stranger is not None:
            raise AgentError(f"{cut(stranger, 60)}: {made.name} does not move it; it moves {cut(', '.join(made.edits) or 'nothing')}")
        named = elements(instance.effect, keys)
        return {key: value for key, value in made.edits.items() if key in named}

    def undo(self, n: int = 1) -> list[tuple[Step, Taken]]:
        """Take back the last steps of this session that still stand, newest first; what others moved since stays."""
        standing = [step for step in reversed(self.steps) if not step.undone][: max(0, n)]
        return [self._move(step, step.after, step.before, undone=True) for step in standing]

    def redo(self, n: int = 1) -> list[tuple[Step, Taken]]:
        """Take steps again that were taken back last."""
        last = next((i for i in range(len(self.steps) - 1, -1, -1) if not self.steps[i].undone), -1)
        return [self._move(step, step.before, step.after, undone=False) for step in self.steps[last + 1 :][: max(0, n)]]

    def _move(self, step: Step, have: Values, want: Values, *, undone: bool) -> tuple[Step, Taken]:
        with self._lock:
            self.cancel.check()
            instance = self.instances[step.instance]
            self.meanwhile(step.instance)
            before = self._told[step.instance]
            theirs = [key for key in want if not same(instance.effect, key, before[key], have[key])]
            refused = tuple(self._theirs(instance, key, have[key], before[key]) for key in theirs)
            new = {key: value for key, value in want.items() if key not in theirs}
            label = f"{'Undo' if undone else 'Redo'}: {step.label}"
            if not (undone and not theirs and instance.take_back(step.author, step.label)) and new:
                refused += instance.apply(new, self.author, cut(label, 60)).refused
            now = instance.values()
            after = changed(instance.effect, before, now)
            self._told[step.instance] = now
            self.epoch += 1
            self._own[step.instance].append((self.epoch, after))
            self.steps[step.number - 1] = replace(step, undone=undone)
            members = {"number": step.number, "instance": step.instance, "author": step.author, "label": label}
            self.journal.write("step", **members, before={key: before[key] for key in after}, after=after)
            return self.steps[step.number - 1], Taken(after, refused)

    # Search

    def match(self, wish: SearchWish, instance: str | None = None) -> Search:
        """Start a search on a thread of its own.  One runs at a time; `stop` stops it."""
        with self._lock:
            if self.search and self.search.is_running:
                raise AgentError("a match runs already: poll it, or stop it first")
            self.cancel.check()
            key, own = self.instance(instance)
            self.search = Search(self, key, own, wish)
            self.search.start()
            return self.search

