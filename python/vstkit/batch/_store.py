# SPDX-License-Identifier: ISC
"""Where a run writes: a folder of this machine, or whatever fsspec reaches (s3://, gs://, memory://)."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from ._errors import StoreError, extra

_FULL = {errno.ENOSPC: "no space is left", errno.EDQUOT: "the quota is used up", errno.EFBIG: "a file may not grow so large"}
Options = Mapping[str, Any] | None


def _fsspec() -> Any:
    try:
        import fsspec.core
    except ImportError:
        raise extra("fsspec", "batch", "a place that is no folder of this machine") from None
    return fsspec


def is_local(url: str) -> bool:
    """Whether it is a path of this machine."""
    return "://" not in url and "::" not in url


def filesystem(url: str, options: Options = None) -> tuple[Any, str]:
    """fsspec's file system of a URL, and the path there.  Raises BatchError."""
    fsspec = _fsspec()
    try:
        fs, path = fsspec.core.url_to_fs(url, **dict(options or {}))
    except (ImportError, ValueError) as error:
        raise StoreError(f"{url}: {error}") from None
    return fs, str(path)


def reason_of(error: BaseException) -> str:
    """What an error says, in one line."""
    number = getattr(error, "errno", None)
    if number in _FULL:
        return _FULL[number]
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def refused_by(where: str, error: BaseException) -> StoreError:
    """An error of a file system as ours, with a remedy where there is one."""
    number = getattr(error, "errno", None)
    hint = ": free some, and run the same command again" if number in _FULL else ""
    return StoreError(f"{where}: {reason_of(error)}{hint}")


@contextlib.contextmanager
def _told(where: str) -> Iterator[None]:
    """Errors of any file system as StoreError; a name that is not there stays FileNotFoundError."""
    try:
        yield
    except (StoreError, FileNotFoundError):
        raise
    except Exception as error:  # Whatever a file system's own library raises
        raise refused_by(where, error) from error


class Store:
    """A folder.  Names are relative, with slashes; a file is there whole or not at all."""

    def __init__(self, url: str, options: Options = None) -> None:
        self.url = url
        self.local = is_local(url)
        self._fs: Any = None
        self._root = os.path.abspath(url)
        if not self.local:
            self._fs, self._root = filesystem(url, options)

    def path(self, name: str) -> str:
        """The whole path, for people and for the file system."""
        return f"{self._root.rstrip('/')}/{name}" if name else self._root

    def shown(self, name: str) -> str:
        """The URL of a name."""
        return f"{self.url.rstrip('/')}/{name}"

    def write(self, name: str, data: bytes) -> None:
        """Raises StoreError; then there is nothing, or what there was."""
        with _told(self.shown(name)):
            if self._fs is not None:
                self._put(name, data)
                return
            target = Path(self.path(name))
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".part-", dir=target.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.chmod(temporary, 0o666 & ~_umask())
                os.replace(temporary, target)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise

    def _put(self, name: str, data: bytes) -> None:
        try:
            self._fs.pipe_file(self.path(name), data)
        except FileNotFoundError as error:  # A bucket that there is not
            raise StoreError(f"{self.url}: {reason_of(error)}: make the bucket or folder first") from error

    def adopt(self, path: str, name: str) -> None:
        """Take a file of this machine, which is gone then."""
        with _told(self.shown(name)):
            if self._fs is not None:
                try:
                    self._fs.put_file(path, self.path(name))
                except FileNotFoundError as error:
                    raise StoreError(f"{self.url}: {reason_of(error)}: make the bucket or folder first") from error
                os.unlink(path)
                return
            target = Path(self.path(name))
            target.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(path, 0o666 & ~_umask())
            try:
                os.replace(path, target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                shutil.copyfile(path, f"{target}.part")
                os.replace(f"{target}.part", target)
                os.unlink(path)

    def temporary(self) -> str:
        """The name of a new file of this machine, near the store where that is here."""
        folder = None
        if self.local:
            folder = self.path("work")
            with _told(self.url):
                os.makedirs(folder, exist_ok=True)
        with _told(folder or tempfile.gettempdir()):
            handle, path = tempfile.mkstemp(prefix=".part-", dir=folder)
            os.close(handle)
        return path

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError, StoreError."""
        with _told(self.shown(name)):
            if self._fs is not None:
                return bytes(self._fs.cat_file(self.path(name)))
            return Path(self.path(name)).read_bytes()

    def reading(self, name: str) -> BinaryIO:
        """A file to read from.  Raises FileNotFoundError, StoreError."""
        with _told(self.shown(name)):
            path = self.path(name)
            return open(path, "rb") if self._fs is None else cast(BinaryIO, self._fs.open(path, "rb"))

    def size(self, name: str) -> int | None:
        """Bytes, or None where there is no such file."""
        with _told(self.shown(name)):
            try:
                return os.path.getsize(self.path(name)) if self._fs is None else int(self._fs.size(self.path(name)))
            except (FileNotFoundError, NotADirectoryError):
                return None

    def names(self, folder: str) -> set[str]:
        """Files anywhere below a folder, by their names in the store, without those that are not finished."""
        with _told(self.shown(folder)):
            root = self.path("").rstrip("/") + "/"
            if self._fs is None:
                found = (os.path.join(at, name) for at, _, names in os.walk(self.path(folder)) for name in names)
            else:
                self._fs.invalidate_cache()
                try:
                    found = iter(self._fs.find(self.path(folder)))
                except FileNotFoundError:
                    return set()
            return {str(path).removeprefix(root) for path in found if not os.path.basename(path).startswith(".part-")}

    def sweep(self) -> None:
        """Take away what writers left that were killed."""
        if self._fs is None:
            with _told(self.url):
                for path in Path(self._root).rglob(".part-*"):
                    path.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Nothing happens where it is not there."""
        with _told(self.shown(name)), contextlib.suppress(FileNotFoundError):
            if self._fs is None:
                os.unlink(self.path(name))
            else:
                self._fs.rm_file(self.path(name))

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """A file to write piece by piece; it is there when the block has ended well."""
        with _told(self.shown(name)):
            if self._fs is not None:
                with self._fs.open(self.path(name), "wb") as file:
                    yield cast(BinaryIO, file)
                return
            temporary = self.temporary()
            try:
                with open(temporary, "wb") as local:
                    yield local
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
            self.adopt(temporary, name)

    def appending(self, name: str) -> BinaryIO | None:
        """A file to add lines to, or None where that cannot be done."""
        if self._fs is not None:
            return None
        with _told(self.shown(name)):
            path = Path(self.path(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            return open(path, "ab", buffering=0)


def _umask() -> int:
    """Of this process; there is no way to ask without setting it, so it is asked once."""
    global _mask
    if _mask is None:
        _mask = os.umask(0o022)
        os.umask(_mask)
    return _mask


_mask: int | None = None
