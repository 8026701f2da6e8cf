# SPDX-License-Identifier: ISC
"""A chunk: the items that one task makes, one after the other, wherever it runs.

Names in the store: `audio/` or `shards/` hold what was made; `rows/NUMBER-DIGEST.jsonl` are the rows of a chunk that is
done; `work/NUMBER-DIGEST.journal` those of one under way, where the store can append.
"""

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from .._table import cached
from ._errors import BatchError, StoreError
from ._item import ItemError, Made, make, refused
from ._manifest import Item
from ._recipe import Recipe
from ._store import Options, Store, refused_by

RUN = "run.json"
Beat = Callable[[int, int], None]
"""Told of progress: copies made, errors among them."""
Place = tuple[int, int]
"""Number of an item in its chunk, and of its copy."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is sent."""

    url: str
    options: Options
    digest: str
    """Of the recipe, which lies in the store."""
    name: str
    items: list[dict[str, Any]]
    copies: int
    shard: bool
    careful: bool = False
    """Each item is tried in a process of its own first: one of them may have killed a worker."""


@dataclass(slots=True)
class Done:
    """What comes back: counts, no rows."""

    ok: int = 0
    errors: int = 0
    quarantined: int = 0
    skipped: int = 0
    """Of all, those that were there."""


@dataclass(slots=True)
class _Journal:
    """What a chunk under way has done so far, if the store can hold that."""

    file: BinaryIO | None
    rows: dict[Place, dict[str, Any]] = field(default_factory=dict)
    begun: dict[Place, int] = field(default_factory=dict)

    def note(self, value: Mapping[str, Any]) -> None:
        if self.file is not None:
            self.file.write(json.dumps(value, separators=(",", ":")).encode() + b"\n")


def chunk_name(number: int, items: list[Item]) -> str:
    """Of a chunk: its number, and a digest of what is in it."""
    text = "\0".join(f"{item.id}\0{item.offset}\0{item.duration}" for item in items)
    return f"{number:08d}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


@cached
def _recipe(url: str, digest: str, options: str) -> Recipe:
    """The recipe of a run, read once by each worker."""
    recipe = Recipe(json.loads(Store(url, json.loads(options)).read(RUN))["recipe"])
    if recipe.digest != digest:
        raise BatchError(f"{url}/{RUN}: the recipe in it is another one")
    return recipe


def _open_journal(store: Store, name: str, recipe: Recipe, items: list[Item]) -> _Journal:
    path = f"work/{name}.journal"
    journal = _Journal(None)
    try:
        text = store.read(path) if store.local else b""
    except FileNotFoundError:
        text = b""
    for line in text.split(b"\n"):
        try:
            entry = json.loads(line)
            place = (int(entry["at"][0]), int(entry["at"][1]))
        except (ValueError, KeyError, TypeError, IndexError):
            continue  # The last line of a process that was killed
        row = entry.get("row")
        if row is None:
            journal.begun[place] = journal.begun.get(place, 0) + 1
        elif place[0] < len(items) and row.get("key") == recipe.key(items[place[0]].id, place[1]) and _stands(store, row):
            journal.rows[place] = row
    journal.file = store.appending(path)
    if text and not text.endswith(b"\n") and journal.file is not None:
        journal.file.write(b"\n")
    return journal


def _stands(store: Store, row: Mapping[str, Any]) -> bool:
    """Whether what a row speaks of is there."""
    return bool(row["status"] != "ok" or store.size(row["audio_filepath"]) == row["bytes"])


def _place_file(key: str, ending: str) -> str:
    return f"audio/{key[:2]}/{key}.{ending}"


class _Files:
    """Sounds as files of their own."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, made: Made) -> dict[str, Any]:
        key = made.row["key"]
        for ending, data in made.files:
            self.store.write(_place_file(key, ending), data)
        return {"audio_filepath": _place_file(key, made.files[-1][0])} | made.row

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass


class _Shard:
    """Sounds as members of a tar, as WebDataset has them: KEY.flac, KEY.json."""

    def __init__(self, store: Store, name: str) -> None:
        self.store, self.name = store, f"shards/{name.partition('-')[0]}.tar"
        self.path = store.temporary()
        self.empty = True
        try:
            self.tar = tarfile.open(self.path, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115 (until close)
        except OSError:
            os.unlink(self.path)
            raise

    def _member(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o644
        try:
            self.tar.addfile(info, io.BytesIO(data))
        except OSError as error:
            raise _full(self.store, self.name, error) from error

    def add(self, made: Made) -> dict[str, Any]:
        row = {"audio_filepath": f"{self.name}#{made.row['key']}.{made.files[-1][0]}"} | made.row
        self.empty = False
        for ending, data in made.files:
            self._member(f"{row['key']}.{ending}", data)
        label = {key: value for key, value in row.items() if key not in ("audio_filepath", "source")}  # Where it lay does not matter
        self._member(f"{row['key']}.json", json.dumps(label, sort_keys=True).encode())
        return row

    def close(self) -> None:
        try:
            self.tar.close()
        except OSError as error:
            raise _full(self.store, self.name, error) from error
        if self.empty:
            os.unlink(self.path)
        else:
            self.store.adopt(self.path, self.name)

    def abort(self) -> None:
        with contextlib.suppress(OSError):
            self.tar.close()
        with contextlib.suppress(OSError):
            os.unlink(self.path)


def _full(store: Store, name: str, error: OSError) -> StoreError:
    return refused_by(store.shown(name), error)


def _orphaned(parent: int) -> bool:
    return parent != 0 and os.getppid() != parent


def run_chunk(task: Task, beat: Beat | None = None, parent: int = 0) -> Done:
    """Make what is not there yet of a chunk, then write its rows: then it is done.

    Whatever ends it early (a kill, a full disk), running it again goes on from there, with the same bytes.
    Raises StoreError, BatchError; what is wrong with an item is a row.
    """
    store = Store(task.url, task.options)
    recipe = _recipe(task.url, task.digest, json.dumps(dict(task.options or {})))
    items = [Item(**item) for item in task.items]
    journal = _open_journal(store, task.name, recipe, items) if not task.shard else _Journal(None)
    try:
        return _run(task, store, recipe, items, journal, beat or (lambda made, errors: None), parent)
    except FileNotFoundError as error:
        raise StoreError(f"{task.url}: {error}: what was there a moment ago is gone") from error
    except OSError as error:
        raise _full(store, task.name, error) from error
    finally:
        if journal.file is not None:
            journal.file.close()


def _run(task: Task, store: Store, recipe: Recipe, items: list[Item], journal: _Journal, beat: Beat, parent: int) -> Done:
    places = [(number, copy) for number in range(len(items)) for copy in range(task.copies)]
    twice = any(count > 1 and place not in journal.rows for place, count in journal.begun.items())
    missing = [place for place in places if place not in journal.rows]
    quarantined = _try_alone(task, recipe, items, missing) if task.careful or twice else {}
    done = Done(skipped=len(places) - len(missing))
    sink: _Shard | _Files = _Shard(store, task.name) if task.shard else _Files(store)
    rows: list[dict[str, Any]] = []
    try:
        for place in places:
            if _orphaned(parent):
                raise BatchError("the process that began this run is gone")
            fresh = place not in journal.rows
            row = journal.rows.get(place) or _one(recipe, items[place[0]], place, quarantined, sink, journal, task.options)
            _count(done, row)
            if fresh:
                journal.note({"at": place, "row": row})
                beat(1, int(row["status"] != "ok"))
            rows.append(row)
        sink.close()
    except BaseException:
        sink.abort()
        raise
    store.write(f"rows/{task.name}.jsonl", b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    if not task.shard and store.local:
        store.remove(f"work/{task.name}.journal")
    return done


def _count(done: Done, row: Mapping[str, Any]) -> None:
    done.ok += row["status"] == "ok"
    done.errors += row["status"] != "ok"
    done.quarantined += row["status"] == "quarantined"


def _one(
    recipe: Recipe,
    item: Item,
    place: Place,
    quarantined: Mapping[Place, str],
    sink: _Shard | _Files,
    journal: _Journal,
    options: Options,
) -> dict[str, Any]:
    """The row of one copy of one item, whose sound is in the store then."""
    if place in quarantined:
        return refused(recipe, item, place[1], "quarantined", {"stage": "render", "reason": quarantined[place]})
    journal.note({"at": place})
    try:
        made = make(recipe, item, place[1], options)
    except ItemError as error:
        return refused(recipe, item, place[1], "error", {"stage": error.stage, "reason": error.reason})
    return sink.add(made)


# Items that may kill who touches them


def _try_alone(task: Task, recipe: Recipe, items: list[Item], places: list[Place]) -> dict[Place, str]:
    """Which of these kill a process, tried twice, and how."""
    poison: dict[Place, str] = {}
    rest = list(places)
    while rest:
        ended, how = _child(task, recipe, items, rest)
        if how is None:
            break
        if ended < len(rest) and (again := _child(task, recipe, items, rest[ended : ended + 1])[1]) is not None:
            poison[rest[ended]] = f"it killed the process that made it, twice: {again}"
        rest = rest[ended + 1 :]
    return poison


def _child(task: Task, recipe: Recipe, items: list[Item], places: list[Place]) -> tuple[int, str | None]:
    """Make these in a process of their own, and throw them away.  How many it made, and how it died if it did."""
    order = {"recipe": recipe.data, "options": dict(task.options or {}), "items": task.items, "places": places}
    command = [sys.executable, "-c", "from vstkit.batch._chunk import child; child()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as process:
        out, _ = process.communicate(json.dumps(order).encode())
    ended = out.count(b"\n")
    if process.returncode == 0 and ended == len(places):
        return ended, None
    code = process.returncode
    return ended, f"signal {-code}" if code < 0 else f"exit status {code}"


def environment() -> dict[str, str]:
    """Of processes that import what this one can."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def child() -> None:
    """What `_child` starts."""
    order = json.load(sys.stdin)
    recipe = Recipe(order["recipe"])
    for number, copy in order["places"]:
        with contextlib.suppress(ItemError, StoreError):
            make(recipe, Item(**order["items"][number]), copy, order["options"])
        print("done", flush=True)


def rows_of(store: Store, name: str) -> Iterator[dict[str, Any]]:
    """Rows of a chunk that is done."""
    for line in store.read(f"rows/{name}.jsonl").splitlines():
        yield json.loads(line)
