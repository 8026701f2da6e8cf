# SPDX-License-Identifier: ISC
"""Whether what a run left is whole: counts, hashes, levels."""

import hashlib
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from .. import _core
from ._chunk import RUN
from ._errors import BatchError
from ._item import decoded
from ._store import Options, Store, reason_of

_LEVEL_DB = 0.1  # 16 bits of a quiet sound
_QUIET_DB = -60.0


@dataclass(slots=True)
class Checked:
    """What `check` found."""

    ok: int = 0
    """Sounds that are as the manifest says."""
    errors: int = 0
    """Rows of what could not be made."""
    problems: list[str] = field(default_factory=list)


def _rows(store: Store, name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(store.read(name).splitlines(), 1):
        try:
            yield json.loads(line)
        except ValueError:
            yield {"status": "broken", "key": f"{name}, line {number}"}


class _Sounds:
    """Bytes of sounds, as files or as members of shards."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def read(self, where: str) -> bytes:
        shard, _, member = where.partition("#")
        if not member:
            return self.store.read(shard)
        with ExitStack() as stack:
            file = stack.enter_context(self.store.reading(shard))
            tar = stack.enter_context(tarfile.open(fileobj=file, mode="r:"))
            found = tar.extractfile(member)
            assert found is not None
            return found.read()


def _problem(sounds: _Sounds, row: dict[str, Any], levels: bool) -> str:
    """What is wrong with the sound of a row, or ""."""
    where = row.get("audio_filepath", "")
    try:
        data = sounds.read(where)
    except (FileNotFoundError, KeyError):
        return f"{where}: it is not there"
    except Exception as error:  # Of any library
        return f"{where}: {reason_of(error)}"
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        return f"{where}: other bytes than were written ({len(data)}, of {row['bytes']})"
    if not levels:
        return ""
    audio, rate = decoded(data, where.rpartition(".")[2])
    if len(audio) != row["frames"] or rate != row["sample_rate"]:
        return f"{where}: {len(audio)} frames at {rate:g} Hz, not {row['frames']} at {row['sample_rate']}"
    found = _core.levels(audio, False, rate)
    for key in ("rms_db", "peak_db"):
        said = row["levels"].get(key)
        if said is not None and said > _QUIET_DB and abs(found[key] - said) > _LEVEL_DB:
            return f"{where}: {key} is {found[key]:.2f}, not {said:.2f}"
    return ""


def _count(store: Store, checked: Checked, n_rows: int, digest: str) -> None:
    """Numbers of rows against what the run was to make."""
    try:
        summary = json.loads(store.read("summary.json"))
        wanted = summary["items"] * summary["copies"]
        if n_rows != wanted:
            checked.problems.append(f"{n_rows} rows, where {summary['items']} items make {wanted}")
        elif digest != summary["digest"]:
            checked.problems.append("summary.json: its digest is not that of the rows")
    except FileNotFoundError:
        checked.problems.append("summary.json: it is not there: the run has not ended; run the same command again")
    except (ValueError, KeyError):
        checked.problems.append("summary.json: it is broken")


def check(
    out: str | os.PathLike[str],
    *,
    levels: bool = True,
    workers: int | None = None,
    storage_options: Options = None,
    progress: Callable[[int], None] | None = None,
) -> Checked:
    """Compare everything in `out` with its rows: that each sound is there, its hash, frames and levels, that no row is
    doubled or missing, and that nothing lies about.

    Raises BatchError where there is no run at all.
    """
    store = Store(os.fspath(out), storage_options)
    checked = Checked()
    try:
        store.read(RUN)
    except FileNotFoundError:
        raise BatchError(f"{store.shown(RUN)}: there is no run here") from None
    sounds = _Sounds(store)
    stems: set[str] = set()
    keys: set[str] = set()
    digest = hashlib.sha256()
    n_rows = 0
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        for name in sorted(store.names("rows")):
            rows = list(_rows(store, name))
            n_rows += len(rows)
            for row in rows:
                digest.update(f"{row['key']} {row.get('sha256', row['status'])}\n".encode())
                if row["key"] in keys:
                    checked.problems.append(f"{row['key']}: more than one row")
                keys.add(row["key"])
                if row["status"] == "broken":
                    checked.problems.append(f"{row['key']}: it is no row")
            good = [row for row in rows if row["status"] == "ok"]
            checked.errors += len(rows) - len(good)
            stems |= {_stem(row["audio_filepath"].partition("#")[0]) for row in good}
            found = list(pool.map(lambda row: _problem(sounds, row, levels), good))
            checked.problems += [problem for problem in found if problem]
            checked.ok += found.count("")
            if progress is not None:
                progress(n_rows)
    _count(store, checked, n_rows, digest.hexdigest())
    stray = sorted(name for name in store.names("audio") | store.names("shards") if _stem(name) not in stems)
    checked.problems += [f"{name}: no row speaks of it" for name in stray]
    return checked


def _stem(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]
