# SPDX-License-Identifier: ISC
"""vstkit-batch: whole datasets from a shell."""

import argparse
import itertools
import json
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from .. import _core
from .._errors import printable
from ._check import check
from ._errors import BatchError
from ._manifest import count, items
from ._pools import Dask, Pool, connect
from ._recipe import load_recipe
from ._rirs import rirs
from ._run import Progress, Summary, run

_EVERY_S = {"terminal": 0.1, "json": 1.0}


class _Bar:
    """Tells of progress: a line that is written over, or lines of JSON."""

    def __init__(self, how: str) -> None:
        self.how = ("terminal" if sys.stderr.isatty() else "none") if how == "auto" else how
        self.next = 0.0
        self.open = False

    def __call__(self, state: Progress) -> None:
        now = time.monotonic()
        if self.how == "none" or (now < self.next and state.done < state.total):
            return
        self.next = now + _EVERY_S[self.how]
        if self.how == "json":
            print(json.dumps({"progress": state.to_dict()}), flush=True)
            return
        eta = "" if state.eta_s is None else f", {_span(state.eta_s)} left"
        errors = f", {state.errors} errors" if state.errors else ""
        print(f"\r\033[K{state.done} of {state.total}, {state.rate:.1f} a second{eta}{errors}", end="", file=sys.stderr, flush=True)
        self.open = True

    def close(self) -> None:
        """End the line."""
        if self.open:
            print(file=sys.stderr)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _say(text: str) -> None:
    print(f"vstkit-batch: {printable(text)}", file=sys.stderr)


def _started(pool: Pool) -> None:
    if isinstance(pool, Dask):
        _say(f"{pool.where}; dashboard: {pool.dashboard}")


def _options(arguments: argparse.Namespace) -> dict[str, Any] | None:
    if not arguments.storage_options:
        return None
    try:
        options = json.loads(arguments.storage_options)
    except ValueError as error:
        raise BatchError(f"--storage-options: no JSON: {error}") from None
    if not isinstance(options, dict):
        raise BatchError("--storage-options: an object is expected")
    return options


def _executor(arguments: argparse.Namespace) -> Any:
    if arguments.scheduler:
        return connect(arguments.scheduler).client
    return None if arguments.executor == "none" else arguments.executor


def _tell(summary: Summary, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"summary": summary.to_dict() | {"elapsed_s": round(summary.elapsed_s, 3), "resumed": summary.resumed}}))
    else:
        more = f", {summary.errors} errors ({summary.quarantined} quarantined): see errors.jsonl" if summary.errors else ""
        before = f", {summary.resumed} of them before" if summary.resumed else ""
        print(f"{summary.ok} sounds of {summary.items} items, {_span(summary.duration_s)} in all{before}{more}")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    options = _options(arguments)
    if arguments.dry_run:
        return _dry_run(arguments, options)
    bar = _Bar(arguments.progress)
    try:
        summary = run(
            arguments.manifest,
            arguments.recipe,
            arguments.out,
            executor=_executor(arguments),
            workers=arguments.workers,
            chunk=arguments.chunk,
            progress=bar,
            retry_errors=arguments.retry_errors,
            overwrite=arguments.overwrite,
            storage_options=options,
            started=_started,
        )
    finally:
        bar.close()
    return _tell(summary, arguments.progress == "json")


def _dry_run(arguments: argparse.Namespace, options: dict[str, Any] | None) -> int:
    recipe = load_recipe(arguments.recipe)
    for item in itertools.islice(items(arguments.manifest, options), arguments.dry_run):
        for copy in range(recipe.data["copies"]):
            drawn = recipe.draw(item.id, copy)
            print(json.dumps({"id": item.id, "copy": copy, "key": recipe.key(item.id, copy), "chain": drawn}))
    n_items = count(lambda: items(arguments.manifest, options))
    _say(f"{n_items} items would make {n_items * recipe.data['copies']} sounds; nothing was rendered")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    found = check(arguments.out, levels=not arguments.no_levels, workers=arguments.workers, storage_options=_options(arguments))
    for problem in found.problems:
        _say(problem)
    print(f"{found.ok} sounds as they should be, {found.errors} errors noted, {len(found.problems)} problems")
    return 1 if found.problems else 0


def _pair(text: str) -> tuple[float, float]:
    try:
        low, _, high = text.partition(":")
        return float(low), float(high or low)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: LOW:HIGH is expected") from None


def _rirs(arguments: argparse.Namespace) -> int:
    bar = _Bar(arguments.progress)
    bits: Any = arguments.bits if arguments.bits.endswith("f") else int(arguments.bits)
    try:
        summary = rirs(
            arguments.out,
            arguments.count,
            rt60=arguments.rt60,
            size=arguments.size,
            damping=arguments.damping,
            seed=arguments.seed,
            sample_rate=arguments.sample_rate,
            channels=arguments.channels,
            output={"format": arguments.format, "bits": bits, "shard": arguments.shard},
            executor=_executor(arguments),
            workers=arguments.workers,
            chunk=arguments.chunk,
            progress=bar,
            storage_options=_options(arguments),
            started=_started,
        )
    finally:
        bar.close()
    return _tell(summary, arguments.progress == "json")


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--executor", choices=["none", "threads", "processes", "dask"], default="processes", help="where it runs (%(default)s)"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler that runs, as tcp://host:8786")
    parser.add_argument("--chunk", type=int, metavar="N", help="items of a task (32)")
    parser.add_argument(
        "--progress", choices=["auto", "json", "none"], default="auto", help="how to tell of it; json: lines on standard output"
    )


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="vstkit-batch", description="Make variants of whole datasets of sounds, reproducibly.")
    top.add_argument("--version", action="version", version=f"vstkit-batch {_core.version}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    one = commands.add_parser(
        "run", help="make all that is not there yet", description="Make all copies of all items, or what is left of them."
    )
    one.add_argument("manifest", metavar="MANIFEST", help="JSON lines, Parquet, a folder, a pattern, tar shards, or a sound")
    one.add_argument("recipe", metavar="RECIPE", help="YAML or JSON: what is done to each")
    one.add_argument("out", metavar="OUT", help="folder or URL (s3://…)")
    _add_workers(one)
    one.add_argument("--retry-errors", action="store_true", help="try again what could not be made")
    one.add_argument("--overwrite", action="store_true", help="begin anew where OUT holds another run")
    one.add_argument(
        "--dry-run", type=int, nargs="?", const=10, default=0, metavar="N", help="show what would be drawn for the first N items (10)"
    )
    one.set_defaults(call=_run)

    two = commands.add_parser(
        "check", help="see whether what is there is whole", description="Compare counts, hashes and levels with the manifest."
    )
    two.add_argument("out", metavar="OUT", help="folder or URL of a run")
    two.add_argument("--no-levels", action="store_true", help="hashes alone; nothing is decoded")
    two.set_defaults(call=_check)

    three = commands.add_parser(
        "rirs", help="make impulse responses", description="Make impulse responses of Reverb, measured and labelled."
    )
    three.add_argument("out", metavar="OUT", help="folder or URL")
    three.add_argument("--count", type=int, default=1000, metavar="N", help="how many (%(default)s)")
    three.add_argument("--rt60", type=_pair, default=(0.2, 2.0), metavar="LOW:HIGH", help="seconds (0.2:2)")
    three.add_argument("--size", type=_pair, default=(0.5, 2.0), metavar="LOW:HIGH", help="of the delays, to the default (0.5:2)")
    three.add_argument("--damping", type=_pair, default=(0.1, 0.7), metavar="LOW:HIGH", help="0 to 1 (0.1:0.7)")
    three.add_argument("--seed", type=int, default=0, metavar="N", help="two with the same are the same (%(default)s)")
    three.add_argument("--sample-rate", type=int, default=48000, metavar="HZ", help="(%(default)s)")
    three.add_argument("--channels", type=int, choices=[1, 2], default=2, help="(%(default)s)")
    three.add_argument("--format", choices=["wav", "flac", "aiff"], default="wav", help="(%(default)s)")
    three.add_argument("--bits", choices=["16", "24", "32f", "64f"], default="32f", help="(%(default)s)")
    three.add_argument("--shard", type=int, default=0, metavar="N", help="tar shards of N each; 0: files")
    _add_workers(three)
    three.set_defaults(call=_rirs)
    for command in (one, two, three):
        command.add_argument("--workers", type=int, metavar="N", help="threads or processes (one for each core)")
        command.add_argument("--storage-options", metavar="JSON", help="for fsspec; written down nowhere")
    return top


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.  0; 1 where something is wrong; 2 for the command line; 130 where it was stopped."""
    parsed = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    try:
        code: int = parsed.call(parsed)
        return code
    except (BatchError, ValueError, TypeError) as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        _say("stopped; the same command goes on from here")
        return 130
    except BrokenPipeError:
        return 1
