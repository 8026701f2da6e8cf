# SPDX-License-Identifier: ISC
"""Running plugins, by the files that they leave in the runtime folder."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ._errors import NotFoundError

_MIN_ID = 4  # Characters of an id that are enough


@dataclass(frozen=True, slots=True)
class Instance:
    """A running plugin, as it describes itself."""

    id: str
    """16 hexadecimal digits; kept in the host's session."""
    effect: str
    name: str
    """Effect and track, for people."""
    track: str
    """As the host calls it, or ""."""
    format: str
    """"CLAP", "VST3" or "LV2"."""
    host: str
    pid: int
    port: int
    sample_rate: float
    channels: tuple[int, int]
    """In and out."""
    version: str


def _folder() -> Path:
    runtime, cache = (os.environ.get(name, "") for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME"))
    if runtime.startswith("/") and os.access(runtime, os.W_OK):
        return Path(runtime, "vstkit")
    return (Path(cache) if cache.startswith("/") else Path.home() / ".cache") / "vstkit"


def _runs(pid: int) -> bool:
    if os.name != "posix":  # Nothing can be reached there, and os.kill() would not just ask
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _read(path: Path) -> Instance | None:
    """What a file describes; None where it is gone meanwhile, or is no such file."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        channels = (int(found["channels"][0]), int(found["channels"][1]))
        texts = {key: str(found[key]) for key in ("id", "effect", "name", "track", "format", "host", "version")}
        pid, port = int(found["pid"]), int(found["port"])
        instance = Instance(pid=pid, port=port, sample_rate=float(found["sample_rate"]), channels=channels, **texts)
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None
    return instance if instance.pid > 0 and 0 < instance.port < 65536 and _runs(instance.pid) else None


def instances() -> list[Instance]:
    """Plugins of this user that run now and can be reached, in the order of their files."""
    found = (_read(path) for path in sorted(_folder().glob("[0-9]*-*.json")))
    return [instance for instance in found if instance]


def _is_meant(instance: Instance, which: str) -> bool:
    word = which.lower()
    named = word in (text.lower() for text in (instance.id, instance.name, instance.track, instance.effect))
    return named or (len(word) >= _MIN_ID and instance.id.startswith(word))


def port_of(which: str | int | Instance | None) -> int:
    """Port of the plugin that is meant.  Raises NotFoundError, TypeError."""
    if isinstance(which, Instance):
        return which.port
    if isinstance(which, int) and not isinstance(which, bool):
        return which
    if which is not None and not isinstance(which, str):
        raise TypeError(f"which: a name, id, track, port or Instance is expected, not {type(which).__name__}")
    running = instances()
    meant = [instance for instance in running if which is None or _is_meant(instance, which)]
    if not meant and which and which.isascii() and which.isdigit() and len(which) <= 5:
        return int(which)
    if len(meant) == 1:
        return meant[0].port
    listed = "".join(f"\n  {each.id} {each.port} {each.name}, {each.format} in {each.host}" for each in meant or running)
    if not running:
        raise NotFoundError("no plugin runs that can be reached: start the host with VSTKIT_OSC=1")
    raise NotFoundError(f"{len(meant) or 'no'} running plugins are {which!r}:{listed}" if which else f"{len(meant)} plugins run:{listed}")
