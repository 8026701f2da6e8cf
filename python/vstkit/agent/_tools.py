# SPDX-License-Identifier: ISC
"""The nine tools over a session: the same for a model, for MCP and for programs."""

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .._files import write
from .._flat import changed, cut, defaults, text
from .._table import effects
from .._work import AgentError
from ._figures import BANDS_HZ, Difference, Figures, RoomFigures, figures, plain
from ._guide import MAX_TOKENS, fit, guide, preset_list, tokens
from ._instances import FileInstance
from ._schema import check_call
from ._search import SearchWish
from ._session import Proposal, Session
from ._types import Candidate, Clip, Instance, Step, Taken

POLL_S = 20.0
_HISTORY = 12
_MOST_SHOWN = 60
_CAPS = ((40, 160), (16, 120), (8, 100), (4, 80), (2, 60))
_LONG = frozenset(
    "changes refused taken_on differs_from_default locked moved_by_others clips running open history your_steps".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Answer:
    """What a tool says."""

    text: str
    """JSON, or a guide; under 4000 tokens."""
    images: tuple[bytes, ...] = ()
    """PNG."""


@dataclass(frozen=True)
class Hosts:
    """The way to running plugins, which a session does not know; see `_live`."""

    running: Callable[[], Sequence[Any]]
    """What can be reached, as `vstkit.live.instances` tells it."""
    connect: Callable[[str], Instance]


def _bands(levels: Sequence[float]) -> list[Any]:
    return [round(level, 1) if np.isfinite(level) else plain(float(level)) for level in levels]


def brief_figures(found: Figures) -> dict[str, Any]:
    """Figures as `try` tells them; bands in the order of BANDS_HZ."""
    names = ("rms_db", "peak_db", "true_peak_db", "lufs", "crest_db", "centroid_hz", "bandwidth_hz", "flatness", "stereo_width")
    shown = {name: plain(getattr(found, name)) for name in (*names, "stereo_correlation", "onsets_per_s")}
    return {**shown, "bands_db": _bands(found.bands_db), **({"note": "; ".join(found.words)} if found.words else {})}


def brief_difference(found: Difference) -> dict[str, Any]:
    """A difference as `try` tells it."""
    names = ("lufs_change", "centroid_change_hz", "residual_db", "matched_residual_db", "gain_db", "correlation", "width_change")
    return {**{name: plain(getattr(found, name)) for name in names}, "bands_change_db": _bands(found.bands_change_db)}


def brief_room(found: RoomFigures) -> dict[str, Any]:
    """Figures of a room as `try` tells them; they are of the wet sound alone, whatever the mix is."""
    names = ("rt60_s", "edt_s", "c50_db", "c80_db", "echo_density")
    shown = {name: plain(getattr(found, name)) for name in names}
    shown |= {"rt60_by_octave_s": [plain(round(band.rt60_s, 2)) for band in found.octaves]}
    return {"of": "the wet sound alone, of an impulse", **shown, **({"note": "; ".join(found.words)} if found.words else {})}


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str)


def _capped(found: Any, most: int, length: int, is_long: bool = False) -> Any:
    """The same with at most so many entries where there may be any number, and texts no longer than that."""
    if isinstance(found, str):
        return cut(found, length) if is_long else found
    if isinstance(found, Mapping):
        items = list(found.items())
        shown = items[:most] if is_long else items
        kept = {cut(key, length): _capped(value, most, length, is_long or key in _LONG) for key, value in shown}
        return kept | ({"…": f"and {len(items) - most} more"} if is_long and len(items) > most else {})
    if isinstance(found, (list, tuple)):
        kept_items = [_capped(item, most, length, is_long) for item in (found[:most] if is_long else found)]
        return kept_items + ([f"… and {len(found) - most} more"] if is_long and len(found) > most else [])
    return found


def _taken(step: Step | None, taken: Taken, effect: str) -> dict[str, Any]:
    shown = {key: text(effect, key, value) for key, value in list(taken.values.items())[:_MOST_SHOWN]}
    found: dict[str, Any] = {"step": step.number if step else None, "taken_on": shown}
    return found | ({"refused": list(taken.refused[:_MOST_SHOWN])} if taken.refused else {})


class Tools:
    """The nine tools.  `call` is what a model's calls go through; the methods are the same as functions.

    Each raises AgentError with a remedy, and leaves everything as it was then.

    Args:
        session: What they work on.
        hosts: The way to running plugins; none without it.
        folder: Where clips and candidates are written as WAV, for people to hear; nowhere without it.
    """

    def __init__(self, session: Session, *, hosts: Hosts | None = None, folder: Path | None = None) -> None:
        self.session, self.hosts, self.folder = session, hosts, folder
        self.poll_s = POLL_S
        self._lock = threading.Lock()
        self._functions: dict[str, Callable[..., Answer]] = {
            "instances": self.instances, "describe": self.describe, "get_state": self.get_state, "set_params": self.set_params,
            "capture": self.capture, "try": self.try_out, "compare": self.compare, "keep_or_undo": self.keep_or_undo, "match": self.match,
        }  # fmt: skip

    def call(self, name: str, arguments: Any) -> Answer:
        """Call a tool as a model does.  Raises AgentError: unknown tool or argument, a budget, what the tool itself raises."""
        given = check_call(name, arguments)
        self.session.budget.spend(calls=1)
        self.session.journal.write("call", tool=name, arguments=given)
        answer = self._functions[name](**given)
        self.session.budget.check()
        return answer

    def _answer(self, found: Mapping[str, Any], *images: bytes) -> Answer:
        """Whole JSON within the budget: where it is too long, lists of names become shorter, figures never."""
        words = _json(found)
        for most, length in _CAPS:
            if tokens(words) <= MAX_TOKENS:
                break
            words = _json(_capped(found, most, length))
        return Answer(fit(words), images)

    def _open(self, name: str | None) -> tuple[str, Instance]:
        """An instance that is open, or a running plugin that is opened by being named."""
        with self._lock:
            try:
                return self.session.instance(name)
            except AgentError as error:
                if not self.hosts or (name is None and self.session.instances):
                    raise
                if name is None and len(self.hosts.running()) != 1:
                    raise AgentError(f"{error}; {len(self.hosts.running())} plugins run: open one by name") from error
                opened = self.session.add_instance(self.hosts.connect(name if name is not None else self.hosts.running()[0].id))
                return opened, self.session.instances[opened]

    def _moved(self, name: str) -> dict[str, Any]:
        effect = self.session.instances[name].effect
        moved = list(self.session.meanwhile(name).items())[:_MOST_SHOWN]
        shown = {key: f"{text(effect, key, was)} → {text(effect, key, now)}" for key, (was, now) in moved if was is not None}
        return {"moved_by_others": shown} if shown else {}

    def _write(self, stem: str, audio: Any, rate: float) -> dict[str, str]:
        if self.folder is None:
            return {}
        path = self.folder / f"{''.join(c if c.isalnum() or c in '-_' else '_' for c in stem)[:60]}.wav"
        try:
            write(path, audio, rate, bits="32f")
        except OSError as error:
            return {"file": f"not written: {cut(error)}"}
        return {"file": str(path)}

    # The tools

    def instances(self, connect: str | None = None, effect: str | None = None, file: str | None = None) -> Answer:
        """What runs, what is open, and clips; opens a running plugin, or an effect over a file."""
        if connect is not None:
            if not self.hosts:
                raise AgentError("running plugins cannot be reached here: install vstkit[live]")
            self._open(connect)
        if (effect is None) != (file is None):
            raise AgentError("effect and file go together: an effect is opened over a file")
        if effect is not None and file is not None:
            if effect not in effects():
                raise AgentError(f"effect {cut(effect, 60)!r}: there are {', '.join(effects())}")
            try:
                self.session.add_instance(FileInstance(effect, file))
            except (OSError, ValueError, MemoryError) as error:
                raise AgentError(f"{cut(file)}: {cut(error)}") from error
        running = [
            {"id": each.id, "name": each.name, "effect": each.effect, "host": each.host, "track": each.track, "port": each.port}
            for each in (self.hosts.running() if self.hosts else ())
        ]
        opened = {name: {"effect": own.effect, "kind": own.kind} for name, own in self.session.instances.items()}
        clips = {clip.name: {"seconds": plain(clip.seconds), "of": clip.origin} for clip in self.session.clips.values()}
        return self._answer({"open": opened, "running": running[:30], "clips": clips, "effects": effects()})

    def describe(
        self,
        effect: str | None = None,
        detail: str = "detailed",
        section: str | None = None,
        presets: str | None = None,
        instance: str | None = None,
    ) -> Answer:
        """The guide of an effect, or presets by search."""
        values = None
        if effect is None:
            name, own = self._open(instance)
            effect, values = own.effect, own.values()
        elif effect not in effects():
            raise AgentError(f"effect {cut(effect, 60)!r}: there are {', '.join(effects())}")
        if presets is not None:
            return Answer(fit(preset_list(effect, presets)))
        return Answer(fit(guide(effect, values, section=section, brief=detail == "concise")))

    def get_state(self, instance: str | None = None) -> Answer:
        """Values, locks, history, and who changed what since last time."""
        name, own = self._open(instance)
        moved = self._moved(name)
        values = own.values()
        other = changed(own.effect, defaults(own.effect), values)
        steps = [
            {"step": step.number, "label": step.label, "reason": step.reason, **({"undone": True} if step.undone else {})}
            for step in self.session.steps[-_HISTORY:]
            if step.instance == name
        ]
        found = {
            "instance": name,
            "effect": own.effect,
            "differs_from_default": {key: text(own.effect, key, value) for key, value in list(other.items())[:120]},
            "locked": sorted(own.locks())[:_MOST_SHOWN],
            **moved,
            "your_steps": steps,
            "history": [f"{author}: {label}" for author, label in own.history()[:_HISTORY]],
            "budget": self.session.budget.text(),
        }
        return self._answer(found)

    def set_params(self, edits: Mapping[str, Any], reason: str = "", instance: str | None = None) -> Answer:
        """Set values as one step."""
        name, own = self._open(instance)
        return self._answer(_taken(*self.session.set_params(edits, reason, name), own.effect))

    def capture(self, seconds: float = 3.0, name: str | None = None, file: str | None = None, instance: str | None = None) -> Answer:
        """A clip of an instance, or of a file."""
        if file is not None:
            return self._answer(self._clip(self.session.read_clip(file, name, seconds)))
        return self._answer(self._clip(self.session.capture(seconds, name, self._open(instance)[0])))

    def _clip(self, clip: Clip) -> dict[str, Any]:
        found: dict[str, Any] = {"clip": clip.name, "seconds": plain(clip.seconds), "sample_rate": clip.sample_rate}
        found["bands_hz"] = list(BANDS_HZ)
        found["dry"] = brief_figures(figures(clip.audio, clip.sample_rate)) | self._write(f"{clip.name}", clip.audio, clip.sample_rate)
        if clip.wet is not None:
            found["wet"] = brief_figures(figures(clip.wet, clip.sample_rate)) | self._write(f"{clip.name}-wet", clip.wet, clip.sample_rate)
        return found

    def try_out(
        self,
        candidates: Sequence[Mapping[str, Any]],
        clip: str | None = None,
        reference: str | None = None,
        instance: str | None = None,
    ) -> Answer:
        """Render candidates on a clip."""
        name, own = self._open(instance)
        moved = self._moved(name)
        proposals = [Proposal(each["edits"], each.get("reason", ""), each.get("preset")) for each in candidates]
        tried = self.session.try_out(proposals, clip, reference=reference, instance=name)
        shown = [self._candidate(each, own.effect) for each in tried]
        found = {"clip": tried[0].clip, "bands_hz": list(BANDS_HZ), **moved, "candidates": shown}
        return self._answer({**found, "budget": self.session.budget.text()})

    def _candidate(self, made: Candidate, effect: str) -> dict[str, Any]:
        shown = list(made.edits.items())[:24]
        found: dict[str, Any] = {"candidate": made.name, "changes": {key: text(effect, key, value) for key, value in shown}}
        if len(made.edits) > len(shown):
            found["more_changes"] = len(made.edits) - len(shown)
        if made.refused:
            found["refused"] = [cut(each, 160) for each in made.refused[:8]]
        found["figures"] = brief_figures(made.figures)
        found["to_dry"] = brief_difference(made.to_dry)
        if made.to_reference:
            found["to_reference"] = brief_difference(made.to_reference)
        if made.room:
            found["room"] = brief_room(made.room)
        return found | self._write(made.name, made.audio, made.sample_rate)

    def compare(self, first: str, second: str, clip: str | None = None, picture: bool = True) -> Answer:
        """Two sounds side by side, with a picture."""
        found = self.session.compare(first, second, clip)
        shown = {
            "first": {"sound": found.names[0], **found.figures[0].to_dict()},
            "second": {"sound": found.names[1], **found.figures[1].to_dict()},
            "second_against_first": found.difference.to_dict(),
        }
        return self._answer(shown, *((found.png(),) if picture else ()))

    def keep_or_undo(self, keep: str | None = None, reason: str = "", undo: int | None = None, redo: int | None = None) -> Answer:
        """Keep a candidate as one step, or take steps back or again."""
        if (keep is not None) + (undo is not None) + (redo is not None) != 1:
            raise AgentError("one of keep, undo and redo is expected")
        if keep is not None:
            effect = self.session.instance(self.session.candidate(keep).instance)[1].effect
            return self._answer({"kept": keep, **_taken(*self.session.keep(keep, reason), effect)})
        moved = self.session.undo(undo) if undo is not None else self.session.redo(redo or 1)
        if not moved:
            raise AgentError("there is no step of yours to take back" if undo is not None else "there is no step to take again")
        shown = [{"label": step.label, **_taken(step, taken, self.session.instances[step.instance].effect)} for step, taken in moved]
        return self._answer({"undone" if undo is not None else "redone": shown})

    def match(
        self,
        action: str,
        clip: str | None = None,
        reference: str | None = None,
        targets: Mapping[str, float] | None = None,
        free: Collection[str] | None = None,
        frozen: Collection[str] = (),
        renders: int = 500,
        seconds: float = 600.0,
        seed: int = 1,
        reason: str = "",
        instance: str | None = None,
    ) -> Answer:
        """Start, poll or stop a search."""
        if action == "start":
            self.session.match(SearchWish(clip, reference, targets, free, frozen, renders, seconds, seed, reason), self._open(instance)[0])
        search = self.session.search
        if search is None:
            raise AgentError("no match was started")
        if action == "poll":
            search.wait(self.poll_s)
            self.session.cancel.check()
        elif action == "stop":
            search.stop()
        if search.trouble:
            raise AgentError(f"the match failed: {search.trouble}")
        found: dict[str, Any] = {"running": search.is_running, "renders": search.match.n_done, "of": search.match.renders}
        best = search.best() if action != "start" else None
        if best is not None and search.match.best is not None:
            start = search.match.start_distance
            found["distance"] = plain(search.match.best.distance.total)
            found["of_the_starts"] = plain(search.match.best.distance.total / start) if start else None
            found |= {"bands_hz": list(BANDS_HZ), "best": self._candidate(best, search.instance.effect)}
        return self._answer(found | {"budget": self.session.budget.text()})


__all__ = ["MAX_TOKENS", "Answer", "Hosts", "Tools", "tokens"]
