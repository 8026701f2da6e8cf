# SPDX-License-Identifier: ISC
"""What goes in: rows of a manifest, files of a folder, members of tar shards."""

import glob
import hashlib
import json
import os
import re
import tarfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

import numpy as np

from ._errors import ManifestError, extra
from ._store import Options, filesystem, is_local, reason_of

AUDIO = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif", ".aifc", ".au", ".w64", ".caf", ".rf64")
_KNOWN = {"audio_filepath", "offset", "duration", "id"}
Source = str | os.PathLike[str] | Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Item:
    """One sound to make variants of."""

    id: str
    """What its draws, and so its bytes, depend on; moving a folder changes none."""
    path: str
    """File or URL."""
    offset: float = 0.0
    """Seconds to leave out."""
    duration: float | None = None
    """Seconds to take; None for all."""
    start: int | None = None
    """First byte within `path`, where that is a tar shard."""
    size: int | None = None
    more: dict[str, Any] = field(default_factory=dict)
    """Other columns (a text, a speaker), which go on to the manifest of what comes out."""

    def to_dict(self) -> dict[str, Any]:
        """For tasks: plain."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that are made anew each time they are gone through, so that they need no memory."""

    make: Callable[[], Iterable[Mapping[str, Any]]]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.make())


def items(source: Source, options: Options = None) -> Iterator[Item]:
    """All items, in order, one after the other.

    `source`: a manifest as NeMo has it (".jsonl", ".json": an object a line, with `audio_filepath` and, where they are
    wanted, `offset`, `duration`, `id`); Parquet with such columns; a folder; a pattern ("clips/**/*.wav"); one or more
    tar shards ("shards-*.tar"); one sound; or rows as mappings.

    Raises ManifestError.
    """
    if not isinstance(source, (str, os.PathLike)):
        yield from (_row(row, f"row {number}", "") for number, row in enumerate(source, 1))
        return
    url = os.fspath(source)
    opener = _Files(url, options)
    kind = os.path.splitext(url)[1].lower()
    if kind in (".jsonl", ".json", ".ndjson") and not glob.has_magic(url):
        yield from _json_lines(opener, url)
    elif kind == ".parquet":
        yield from _parquet(opener, url)
    else:
        yield from _files(opener, url)


class _Files:
    """Files here or elsewhere, alike."""

    def __init__(self, url: str, options: Options) -> None:
        self.local = is_local(url)
        self.fs = None if self.local else filesystem(url, options)[0]

    def open(self, url: str) -> BinaryIO:
        try:
            return open(url, "rb") if self.fs is None else cast(BinaryIO, self.fs.open(url, "rb"))
        except Exception as error:  # Of any library behind fsspec
            raise ManifestError(f"{url}: {reason_of(error)}") from None

    def is_folder(self, url: str) -> bool:
        return os.path.isdir(url) if self.fs is None else bool(self.fs.isdir(url))

    def below(self, url: str) -> list[str]:
        """Files below a folder, by name; those of a pattern."""
        try:
            if glob.has_magic(url):
                found = glob.glob(url, recursive=True) if self.fs is None else self._whole(self.fs.glob(url))
                return sorted(path for path in found if not self.is_folder(path))
            if self.fs is None:
                return sorted(os.path.join(at, name) for at, _, names in os.walk(url) for name in names)
            return sorted(self._whole(self.fs.find(url)))
        except Exception as error:
            raise ManifestError(f"{url}: {reason_of(error)}") from None

    def beside(self, path: str, root: str) -> str:
        """A path as seen from a folder."""
        if self.fs is not None:
            path, root = str(self.fs._strip_protocol(path)), str(self.fs._strip_protocol(root))
        return path.removeprefix(root).lstrip("/")

    def _whole(self, paths: Iterable[str]) -> list[str]:
        assert self.fs is not None
        return [str(self.fs.unstrip_protocol(path)) for path in paths]


def _number(row: Mapping[str, Any], key: str, where: str) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.0 <= value < 1e9:
        raise ManifestError(f"{where}: {key}: {value!r}: seconds, 0 and more, are expected")
    return float(value)


def _row(row: Any, where: str, folder: str) -> Item:
    if not isinstance(row, Mapping):
        raise ManifestError(f"{where}: an object is expected, not {type(row).__name__}")
    name = row.get("audio_filepath")
    if not isinstance(name, (str, os.PathLike)) or not os.fspath(name):
        raise ManifestError(f'{where}: no "audio_filepath", which says where the sound lies')
    name = os.fspath(name)
    offset, duration = _number(row, "offset", where), _number(row, "duration", where)
    part = "" if offset is None and duration is None else f"@{offset or 0.0:g}+{'' if duration is None else f'{duration:g}'}"
    known = row.get("id")
    path = name if not is_local(name) or os.path.isabs(name) or not folder else f"{folder}/{name}"
    more = {key: value for key, value in row.items() if key not in _KNOWN}
    return Item(str(known) if known is not None else name + part, path, offset or 0.0, duration, more=more)


def _json_lines(files: _Files, url: str) -> Iterator[Item]:
    folder = url.rpartition("/")[0]
    with files.open(url) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{url}, line {number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ManifestError(f"{where}: no JSON: {error}: one object a line is expected") from None
            yield _row(row, where, folder)


def _parquet(files: _Files, url: str) -> Iterator[Item]:
    try:
        import pyarrow.parquet
    except ImportError:
        raise extra("pyarrow", "parquet", f"{url}: Parquet") from None
    folder = url.rpartition("/")[0]
    number = 0
    with files.open(url) as file:
        try:
            batches = pyarrow.parquet.ParquetFile(file).iter_batches(batch_size=4096)
            for batch in batches:
                for row in batch.to_pylist():
                    number += 1
                    yield _row({key: value for key, value in row.items() if value is not None}, f"{url}, row {number}", folder)
        except pyarrow.ArrowException as error:
            raise ManifestError(f"{url}: {error}") from None


def _tar(files: _Files, url: str) -> Iterator[Item]:
    shard = url.rpartition("/")[2]
    with files.open(url) as file:
        try:
            with tarfile.open(fileobj=file, mode="r:") as tar:
                for member in tar:
                    if member.isfile() and member.name.lower().endswith(AUDIO):
                        yield Item(f"{shard}/{member.name}", url, start=member.offset_data, size=member.size)
        except tarfile.TarError as error:
            raise ManifestError(f"{url}: {error}: a tar that is not compressed is expected") from None


def _files(files: _Files, url: str) -> Iterator[Item]:
    many = glob.has_magic(url) or files.is_folder(url)
    paths = files.below(url) if many else [url]
    root = os.path.dirname(re.split(r"[*?[]", url, maxsplit=1)[0]) if glob.has_magic(url) else url.rstrip("/")
    n_found = 0
    for path in paths:
        lower = path.lower()
        if lower.endswith(".tar"):
            yield from _tar(files, path)
        elif lower.endswith(AUDIO):
            yield Item(files.beside(path, root) if many else path.rpartition("/")[2], path)
        elif not many:
            raise ManifestError(f"{url}: a manifest (.jsonl, .parquet), folder, pattern, tar shard or sound is expected")
        else:
            continue
        n_found += 1
    if not n_found:
        raise ManifestError(f"{url}: no sound here ({', '.join(AUDIO[:5])} …)")


def count(make: Callable[[], Iterator[Item]]) -> int:
    """How many items there are; none may have the id of another.  Eight bytes of memory an item.

    Raises ManifestError.
    """
    digests = array("Q", (_short(item.id) for item in make()))
    if not digests:
        raise ManifestError("the manifest has no row")
    values = np.sort(np.frombuffer(digests, np.uint64))
    twice = set(values[1:][values[1:] == values[:-1]].tolist())
    seen: dict[str, int] = {}
    for number, item in enumerate(make() if twice else (), 1):
        if _short(item.id) in twice and seen.setdefault(item.id, number) != number:
            raise ManifestError(
                f'items {seen[item.id]} and {number} are both "{item.id}": give each an "id" of its own, as its bytes depend on it'
            )
    return len(digests)


def _short(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "little")
