# SPDX-License-Identifier: ISC
"""`vstkit-agent match REF IN`: a search without a key and without a network."""

import argparse
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np

from .._files import read, write
from .._flat import Values, changed, defaults, elements, of_preset, slots, text
from .._table import effects
from .._trial import render
from .._work import AgentError, Cancel, Cancelled, Progress
from ..match import Aim, Best, Match, check_numbers
from ._figures import difference
from ._output import Printer, save_bytes, save_preset
from ._picture import compare_image, png
from ._types import at_rate

_MAX_S = 30.0
_SAVE_S = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("reference", metavar="REF", help='sound to be like, or "-" with --target')
    parser.add_argument("input", metavar="IN", help="sound to be rendered")
    parser.add_argument("-e", "--effect", default="lossy", choices=effects(), help="effect to search with (lossy)")
    parser.add_argument("-p", "--preset", help="preset to start from; the defaults, and the nearest presets, without it")
    parser.add_argument("-o", "--output", metavar="PRESET.json", default="match.json", help="where the best goes (match.json)")
    parser.add_argument("--wav", metavar="FILE", help="write the whole input as the best makes it sound")
    parser.add_argument("--png", metavar="FILE", help="draw input and result, each beside the reference")
    parser.add_argument("--target", metavar="FIGURE=VALUE", action="append", default=[], help="a figure to reach (lufs, centroid_hz, …)")
    parser.add_argument("--free", metavar="KEY", action="append", help="only these may move")
    parser.add_argument("--freeze", metavar="KEY", action="append", default=[], help="these must not move")
    parser.add_argument("--renders", type=int, default=500, help="how many trials there may be (500)")
    parser.add_argument("--seconds", type=float, default=6.0, help="of the sounds to compare, from their beginning (6)")
    parser.add_argument("--seed", type=int, default=1, help="of the search (1)")
    parser.add_argument("--threads", type=int, help="at most so many (all cores)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")


def _numbers(targets: list[str]) -> dict[str, float] | None:
    found = {}
    for target in targets:
        name, _, value = target.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise AgentError(f"--target {target}: FIGURE=VALUE with a number is expected") from None
    return check_numbers(found)


def _read(path: str) -> tuple[Any, float]:
    try:
        audio, rate = read(path)
    except (OSError, ValueError, MemoryError) as error:
        raise AgentError(f"{path}: {error}") from error
    return audio.reshape(len(audio), -1), rate


def _keys(effect: str, option: str, keys: list[str]) -> frozenset[str]:
    for key in keys:
        if not elements(effect, [key]):
            known = dict.fromkeys(slot.partition(".")[0] for slot in slots(effect))
            raise AgentError(f"{option} {key}: {effect} has no such parameter; there are {', '.join(known)}")
    return elements(effect, keys)


class _Saver:
    """Writes the best so far where it belongs while the search goes on, so that whatever ends it leaves that."""

    def __init__(self, options: argparse.Namespace, printer: Printer) -> None:
        self.options, self.printer = options, printer
        self.match: Match | None = None
        self._written: Best | None = None
        self._next = 0.0

    def progress(self, progress: Progress) -> None:
        """Called by the search after every few renders.  Raises AgentError where not even the first can be written."""
        self.printer.progress(progress)
        best = self.match.best if self.match else None
        if best is None or best is self._written or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _SAVE_S
        try:
            self.save(best)
        except AgentError:
            if self._written is None:
                raise  # Later the disk may have room again; the last one is told

    def save(self, best: Best) -> None:
        """Write it.  Raises AgentError."""
        options = self.options
        towards = Path(options.reference).name if options.reference != "-" else "figures"
        save_preset(options.output, options.effect, best.values, Path(options.output).stem, f"Matched to {towards}")
        self._written = best


def run(options: argparse.Namespace, printer: Printer) -> int:
    """Search; 0, or 1 where it was stopped before anything was found.  Raises AgentError."""
    cancel = Cancel()
    effect = options.effect
    numbers = _numbers(options.target)
    if options.reference == "-" and not numbers:
        raise AgentError('a reference, or "-" and --target, is expected')
    dry, rate = _read(options.input)
    seconds = min(max(options.seconds, 0.1), _MAX_S)
    reference = None
    if options.reference != "-":
        reference, own_rate = _read(options.reference)
        reference = at_rate(reference[: max(1, round(seconds * own_rate))], own_rate, rate)
    frames = max(1, round(seconds * rate))
    try:
        start = of_preset(effect, options.preset)
    except (OSError, ValueError) as error:
        raise AgentError(f"--preset: {error}") from error
    if options.free:
        _keys(effect, "--free", options.free)
    saver = _Saver(options, printer)
    match = saver.match = Match(
        effect, dry[:frames], rate, Aim(None if reference is None else reference[:frames], numbers), start=start, free=options.free,
        locked=_keys(effect, "--freeze", options.freeze), renders=max(1, options.renders), seed=options.seed, threads=options.threads,
        cancel=cancel, progress=saver.progress,
    )  # fmt: skip
    before = {number: signal.signal(number, lambda *_: cancel.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        match.run()
    except Cancelled:
        printer.warn("stopped: what follows is the best so far")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if match.best is None:
        return 1
    saver.save(match.best)
    _report(options, printer, match, start, reference, dry)
    return 0


def _report(options: argparse.Namespace, printer: Printer, match: Match, start: Values, reference: Any, dry: Any) -> None:
    best = match.best
    assert best is not None
    effect, rate = options.effect, match.sample_rate
    wet = match.render(best.values)
    ratio = best.distance.total / match.start_distance if match.start_distance else 0.0
    printer.say(f"{options.output}: distance {best.distance.total:.3f}, {ratio:.0%} of the start's, after {match.n_done} renders")
    if reference is not None:
        found = difference(wet, reference[: len(wet)], rate)
        changes = f"{found.lufs_change:+.1f} LU, centroid {found.centroid_change_hz:+.0f} Hz, width {found.width_change:+.2f}"
        printer.say(f"to the reference: {changes}")
    for key, value in changed(effect, defaults(effect), best.values).items():
        printer.say(f"  {key} = {text(effect, key, value)}")
    if options.wav:
        try:
            write(options.wav, render(effect, best.values, dry, rate), rate)
        except (OSError, ValueError) as error:
            raise AgentError(f"{options.wav}: {error}") from error
    if options.png:
        goal = reference[: len(wet)] if reference is not None else np.asarray(match.audio)
        beside = "reference" if reference is not None else "input"
        sounds = (("before", match.render(start)), ("after", wet))
        save_bytes(options.png, png(np.concatenate([compare_image(goal, sound, rate, (beside, name)) for name, sound in sounds])))
