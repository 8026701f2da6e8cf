# SPDX-License-Identifier: ISC
"""A whole run: what is left to do, who does it, and what becomes of it all."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .. import _core
from ._chunk import RUN, Done, Task, chunk_name
from ._errors import BatchError, StoreError
from ._manifest import Item, Rows, Source, count, items
from ._pools import Dask, Executor, Pool, make_pool
from ._recipe import Recipe, load_recipe
from ._store import Options, Store

DEFAULT_CHUNK = 32
_MAX_DEATHS = 4
_FORMAT = 1


@dataclass(slots=True)
class Progress:
    """How far a run is."""

    total: int
    """Copies of items that are to be there in the end."""
    done: int = 0
    errors: int = 0
    resumed: int = 0
    """Of `done`, those that were there before."""
    elapsed_s: float = 0.0

    @property
    def rate(self) -> float:
        """Copies a second, of this run's own."""
        return (self.done - self.resumed) / self.elapsed_s if self.elapsed_s > 0.0 else 0.0

    @property
    def eta_s(self) -> float | None:
        """Seconds until the end at that rate; None while there is no saying."""
        return (self.total - self.done) / self.rate if self.rate > 0.0 else None

    def to_dict(self) -> dict[str, Any]:
        """A line of JSON."""
        eta = self.eta_s
        return {
            "done": self.done,
            "total": self.total,
            "errors": self.errors,
            "resumed": self.resumed,
            "elapsed_s": round(self.elapsed_s, 3),
            "rate": round(self.rate, 3),
            "eta_s": None if eta is None else round(eta, 1),
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to; `summary.json` of the output."""

    out: str
    items: int
    copies: int
    ok: int
    errors: int
    quarantined: int
    duration_s: float
    """Of all that was made."""
    digest: str
    """Of all keys and hashes, in order: two runs with the same one hold the same bytes."""
    recipe: str
    version: str
    elapsed_s: float = 0.0
    resumed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As `summary.json` has it: nothing that depends on when or where it ran."""
        return {key: value for key, value in asdict(self).items() if key not in ("out", "elapsed_s", "resumed")}


@dataclass(slots=True)
class _Run:
    store: Store
    options: Options
    recipe: Recipe
    make_items: Callable[[], Iterator[Item]]
    chunk: int
    progress: Progress
    tell: Callable[[Progress], None]
    began: float = field(default_factory=time.monotonic)
    deaths: dict[str, int] = field(default_factory=dict)
    beaten: dict[str, list[int]] = field(default_factory=dict)
    """Copies and errors that were told of while their chunk is under way."""

    @property
    def sharded(self) -> bool:
        return bool(self.recipe.data["output"]["shard"])

    def chunks(self) -> Iterator[tuple[str, list[Item]]]:
        """All of them, in order."""
        part: list[Item] = []
        number = 0
        for item in self.make_items():
            part.append(item)
            if len(part) == self.chunk:
                yield chunk_name(number, part), part
                part, number = [], number + 1
        if part:
            yield chunk_name(number, part), part

    def task(self, name: str, part: list[Item]) -> Task:
        plain = [item.to_dict() for item in part]
        return Task(self.store.url, self.options, self.recipe.digest, name, plain, self.recipe.data["copies"], self.sharded)

    def beat(self, name: str, made: int, errors: int) -> None:
        told = self.beaten.setdefault(name, [0, 0])
        told[0] += made
        told[1] += errors
        self.progress.done += made
        self.progress.errors += errors
        self.report()

    def report(self) -> None:
        self.progress.elapsed_s = time.monotonic() - self.began
        self.tell(self.progress)


def _begin(store: Store, recipe: Recipe, chunk: int, overwrite: bool) -> int:
    """Write down what this run is, or see that it is the one that the store holds.  Items in a chunk."""
    new = {"format": _FORMAT, "version": _core.version, "digest": recipe.digest, "chunk": chunk, "recipe": recipe.data}
    try:
        old = json.loads(store.read(RUN))
    except FileNotFoundError:
        old = None
    except ValueError:
        raise BatchError(f"{store.shown(RUN)}: this is no file of ours: choose another folder") from None
    if old is not None and not overwrite:
        for key, what in (("version", "version of VstKit"), ("digest", "recipe"), ("format", "format")):
            if old.get(key) != new[key]:
                raise BatchError(f"{store.url}: holds a run with another {what}: choose another place, or overwrite it")
        if bool(old["recipe"]["output"]["shard"]) != bool(recipe.data["output"]["shard"]):
            raise BatchError(f"{store.url}: holds a run with output.shard {old['recipe']['output']['shard']}: choose another place")
        return int(old["chunk"])
    if old is not None:
        for name in store.names("rows") | store.names("work"):
            store.remove(name)
    store.write(RUN, json.dumps(new, sort_keys=True, indent=1).encode())
    return chunk


def _drop_failed(store: Store, names: set[str]) -> set[str]:
    """Chunks with errors count as not done.  Those that stay."""
    kept = set()
    for name in names:
        if any(json.loads(line)["status"] != "ok" for line in store.read(name).splitlines()):
            store.remove(name)
        else:
            kept.add(name)
    return kept


def _ended(run: _Run, name: str, done: Done) -> None:
    """Count a chunk that is done: what beats told of it already is not counted twice."""
    beaten = run.beaten.pop(name, [0, 0])
    made = done.ok + done.errors
    run.progress.done += made - beaten[0]
    run.progress.errors += done.errors - beaten[1]
    run.progress.resumed += max(0, done.skipped - max(0, beaten[0] - (made - done.skipped)))
    run.report()


def _died(run: _Run, pool: Pool, task: Task, how: str) -> Task | None:
    """What follows from the death of a worker: the task goes on elsewhere, or (returned) alone, later, with care."""
    deaths = run.deaths[task.name] = run.deaths.get(task.name, 0) + 1
    if deaths >= _MAX_DEATHS:
        raise BatchError(f"chunk {task.name}: its worker died {deaths} times ({how}): run the same command again")
    if deaths == 1 and not isinstance(pool, Dask):  # A cluster has tried several workers by itself
        pool.submit(task)
        return None
    return replace(task, careful=True)


def _work(run: _Run, pool: Pool, there: set[str]) -> None:
    """Do all that is not there; then, with nothing else under way, what killed workers."""
    todo = ((name, part) for name, part in run.chunks() if not _is_there(run, name, part, there))
    again: list[Task] = []
    n_open = 0
    following = next(todo, None)
    while following is not None or n_open or again:
        while following is not None and n_open < 2 * pool.size:
            pool.submit(run.task(*following))
            n_open += 1
            following = next(todo, None)
        if not n_open:
            pool.submit(again.pop())
            n_open += 1
        for outcome in pool.outcomes(run.beat):
            if outcome.done is not None:
                _ended(run, outcome.task.name, outcome.done)
                n_open -= 1
            elif (task := _died(run, pool, outcome.task, outcome.died)) is not None:
                again.append(task)
                n_open -= 1
        run.report()


def _is_there(run: _Run, name: str, part: list[Item], there: set[str]) -> bool:
    if f"rows/{name}.jsonl" not in there:
        return False
    made = len(part) * run.recipe.data["copies"]
    run.progress.done += made
    run.progress.resumed += made
    return True


def _merge(run: _Run) -> Summary:
    """One manifest of all rows, in order, and one of errors; nothing is held."""
    digest = hashlib.sha256()
    counts = {"ok": 0, "error": 0, "quarantined": 0}
    n_items, seconds = 0, 0.0
    with run.store.writing("manifest.jsonl") as good, run.store.writing("errors.jsonl") as bad:
        for name, part in run.chunks():
            n_items += len(part)
            for line in run.store.read(f"rows/{name}.jsonl").splitlines(keepends=True):
                row = json.loads(line)
                counts[row["status"]] += 1
                seconds += row.get("duration", 0.0) if row["status"] == "ok" else 0.0
                digest.update(f"{row['key']} {row.get('sha256', row['status'])}\n".encode())
                (good if row["status"] == "ok" else bad).write(line)
    summary = Summary(
        out=run.store.url,
        items=n_items,
        copies=run.recipe.data["copies"],
        ok=counts["ok"],
        errors=counts["error"] + counts["quarantined"],
        quarantined=counts["quarantined"],
        duration_s=round(seconds, 3),
        digest=digest.hexdigest(),
        recipe=run.recipe.digest,
        version=_core.version,
        elapsed_s=time.monotonic() - run.began,
        resumed=run.progress.resumed,
    )
    run.store.sweep()
    run.store.write("summary.json", json.dumps(summary.to_dict(), sort_keys=True, indent=1).encode() + b"\n")
    return summary


def run(
    manifest: Source,
    recipe: "Recipe | Mapping[str, Any] | str | os.PathLike[str]",
    out: str | os.PathLike[str],
    *,
    executor: Executor = None,
    workers: int | None = None,
    chunk: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    retry_errors: bool = False,
    overwrite: bool = False,
    storage_options: Options = None,
    started: Callable[[Pool], None] | None = None,
) -> Summary:
    """Make all copies of all items, or what is left of them.

    Args:
        manifest: Where the sounds are: see `items`.
        recipe: What is done to them: a file, its members, or what `load_recipe` gave.
        out: Folder, or URL of whatever fsspec reaches.
        executor: None (here, one after the other), "threads", "processes", "dask" (a cluster of this machine), or a
            `distributed.Client`.
        workers: Threads or processes; without it one for each core.
        chunk: Items of a task, 32 without it; those of a tar shard are the recipe's `output.shard`.
        progress: Called as copies are done.
        retry_errors: Try those again that an earlier run could not make.
        overwrite: Begin anew where `out` holds a run with another recipe or version.
        storage_options: For fsspec, for inputs and output; they are written down nowhere.
        started: Called with the pool, once it is there.

    The bytes of item i, copy k depend on recipe, seed, id and version alone.  A run that was stopped, by whatever, goes on
    when it is called again; what is done is not done anew.

    Raises BatchError (RecipeError, ManifestError, StoreError): nothing is lost; TypeError, ValueError for arguments.
    """
    checked = load_recipe(recipe)
    source = manifest if isinstance(manifest, (str, os.PathLike, Rows)) else list(manifest)
    store = Store(os.fspath(out), storage_options)

    def make_items() -> Iterator[Item]:
        return items(source, storage_options)

    n_items = count(make_items)
    size = checked.data["output"]["shard"] or chunk or DEFAULT_CHUNK
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise ValueError(f"chunk: {chunk!r}: a whole number, 1 and more, is expected")
    size = _begin(store, checked, size, overwrite)
    total = n_items * checked.data["copies"]
    job = _Run(store, storage_options, checked, make_items, size, Progress(total), progress or (lambda state: None))
    there = store.names("rows")
    if retry_errors:
        there = _drop_failed(store, there)
    pool = make_pool(executor, workers, store.url)
    try:
        if started is not None:
            started(pool)
        _work(job, pool, there)
    finally:
        pool.close()
    try:
        return _merge(job)
    except FileNotFoundError as error:
        raise StoreError(f"{store.url}: {error}: rows that were there are gone: run the same command again") from None
