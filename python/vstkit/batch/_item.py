# SPDX-License-Identifier: ISC
"""One copy of one item: read, bring into shape, through the chain, level, encode."""

import hashlib
import math
import os
import tempfile
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import _core
from .._analyze import analyze
from .._augment import Augmented
from .._errors import VstkitWarning
from .._files import _BITS, read
from .._labels import Labels
from ._errors import StoreError
from ._manifest import Item
from ._recipe import Recipe, canonical, describe
from ._resample import resample
from ._store import Options, filesystem, is_local, reason_of

_MAX_SECONDS = 24 * 3600.0


class ItemError(Exception):
    """What is wrong with one item: a row of its own, the run goes on."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(reason)
        self.stage, self.reason = stage, reason


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a copy of an item."""

    row: dict[str, Any]
    files: list[tuple[str, bytes]]
    """Ending and contents: the sound last, so that where it is, all is."""


def _frames(path: str, item: Item) -> tuple[npt.NDArray[np.float64], float]:
    """The part of a file that an item names."""
    if not item.offset and item.duration is None:
        return read(path)
    _, rate = read(path, frames=0)
    frames = None if item.duration is None else round(item.duration * rate)
    return read(path, start=round(item.offset * rate), frames=frames)


def _bytes(item: Item, options: Options) -> bytes:
    if is_local(item.path):
        with open(item.path, "rb") as file:
            if item.start is None:
                return file.read()
            file.seek(item.start)
            return file.read(item.size or 0)
    fs, path = filesystem(item.path, options)
    if item.start is not None:
        return bytes(fs.cat_file(path, start=item.start, end=item.start + (item.size or 0)))
    return bytes(fs.cat_file(path))


def _check_bucket(item: Item, options: Options) -> None:
    """Where the whole place is missing, no item is to blame.  Raises StoreError."""
    if is_local(item.path):
        return
    fs, path = filesystem(item.path, options)
    bucket = path.partition("/")[0]
    with suppress(Exception):
        if fs.exists(bucket):
            return
    raise StoreError(f"{item.path}: there is no bucket or folder {bucket!r}, or it cannot be reached")


def load(item: Item, options: Options = None) -> tuple[npt.NDArray[np.float64], int]:
    """The sound of an item, and its rate.  Raises ItemError, StoreError."""
    try:
        if is_local(item.path) and item.start is None:
            audio, rate = _frames(item.path, item)
        else:
            ending = os.path.splitext(item.id if item.start is not None else item.path)[1]
            with tempfile.NamedTemporaryFile(suffix=ending) as file:
                file.write(_bytes(item, options))
                file.flush()
                audio, rate = _frames(file.name, item)
    except StoreError:
        raise
    except FileNotFoundError as error:
        _check_bucket(item, options)
        raise ItemError("read", f"{item.path}: there is no such file") from error
    except Exception as error:  # A broken file, and whatever a file system's library raises
        raise ItemError("read", reason_of(error)) from error
    if not len(audio):
        raise ItemError("read", f"{item.path}: there is no sound in it, from {item.offset:g} s on")
    return audio, int(rate)


def _shape(recipe: Recipe, audio: npt.NDArray[np.float64], rate: int) -> tuple[npt.NDArray[np.float64], int]:
    """Channels, rate and tail that the recipe wants."""
    channels = recipe.data["channels"]
    if channels == 1 and audio.ndim == 2:
        audio = audio.mean(axis=1)
    elif channels == 2 and audio.ndim == 1:
        audio = np.stack([audio, audio], axis=1)
    elif channels == 2 and audio.shape[1] > 2:
        raise ItemError("read", f"{audio.shape[1]} channels, where the recipe wants 2")
    wanted = recipe.data["sample_rate"] or rate
    try:
        audio = resample(audio, rate, wanted)
    except ValueError as error:
        raise ItemError("read", str(error)) from None
    tail = 0 if recipe.rings else round(recipe.data["tail"] * wanted)
    return np.concatenate([audio, np.zeros((tail, *audio.shape[1:]))]) if tail else audio, wanted


def _told(labels: Labels | None) -> dict[str, Any]:
    """Stretches in each state but the first, of every kind; one list where all channels have the same."""
    told: dict[str, Any] = {}
    for kind, known in labels.kinds.items() if labels else ():
        assert labels is not None
        if not any(len(labels.kept(kind, channel)[0]) for channel in range(labels.channels)):
            continue
        for state in known.states[1:]:
            lists = [labels.stretches(kind, state, channel=channel) for channel in range(labels.channels)]
            if any(lists):
                told.setdefault(kind, {})[state] = lists[0] if all(one == lists[0] for one in lists) else {"channels": lists}
        if known.bits:
            _, bits = labels.kept(kind)
            told.setdefault(kind, {})["kept"] = round(float(bits.mean()), 4) if bits.size else 1.0
    return told


def _step_row(effect: str, done: Augmented, rate: float) -> dict[str, Any]:
    row: dict[str, Any] = {"effect": effect}
    if done.parameters is None:
        return row | {"skipped": True}
    row |= describe(done.parameters)
    if done.redrawn:
        row["redrawn"] = done.redrawn
    if done.turned_down_db:
        row["turned_down_db"] = number(done.turned_down_db)
    figures = {key: number(figure.value) for key, figure in done.parameters.figures(rate).items() if key in ("rt60", "loop_gain")}
    return row | ({"figures": figures} if figures else {}) | ({"labels": told} if (told := _told(done.labels)) else {})


def number(value: float) -> float | None:
    """A figure as JSON holds it: what is not finite is null."""
    return round(float(value), 6) if math.isfinite(value) else None


def _lin(db: float) -> float:
    return float(10.0 ** (db / 20.0))


def _rms(audio: npt.NDArray[Any]) -> float:
    return math.sqrt(float(np.mean(np.square(audio))))


def _gain(recipe: Recipe, dry: npt.NDArray[np.float64], wet: npt.NDArray[np.float64], rate: int) -> float:
    """What the level policy asks for; no integer sample clips."""
    gain = 1.0
    peak = float(np.abs(wet).max())
    for how, target in recipe.data["level"].items():
        if how == "peak":
            gain = _lin(target) / peak if peak > 0.0 else 1.0
        elif how == "lufs":
            lufs = _core.levels(wet, False, float(rate))["lufs"]
            gain = _lin(target - lufs) if math.isfinite(lufs) else 1.0
        else:
            wanted = _rms(dry) if how == "match" else _lin(target)
            level = _rms(wet)
            gain = wanted / level if level > 0.0 and wanted > 0.0 else 1.0
    whole = not str(recipe.data["output"]["bits"]).endswith("f")
    return min(gain, 32767.0 / 32768.0 / peak) if whole and peak * gain > 32767.0 / 32768.0 else gain


def _figures(recipe: Recipe, audio: npt.NDArray[np.float64], rate: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "levels" in recipe.data["figures"]:
        found |= {key: number(value) for key, value in _core.levels(audio, False, float(rate)).items()}
    if "impulse" in recipe.data["figures"]:
        impulse = analyze(audio, rate, impulse=True).impulse
        assert impulse is not None
        names = ("rt60_s", "edt_s", "c50_db", "c80_db", "echo_density", "mixing_time_s", "onset_s")
        found["impulse"] = {name: number(getattr(impulse, name)) for name in names} | {
            "octaves": [[number(band.centre_hz), number(band.rt60_s)] for band in impulse.octaves]
        }
    return found


def _encode(recipe: Recipe, audio: npt.NDArray[np.float64], rate: int) -> bytes:
    output = recipe.data["output"]
    try:
        return bytes(_core.encode_audio(audio, False, float(rate), output["format"], _BITS[output["bits"]]))
    except (ValueError, OSError) as error:
        raise ItemError("write", reason_of(error)) from error


def _head(item: Item, copy: int, key: str) -> dict[str, Any]:
    source: dict[str, Any] = {"audio_filepath": item.path}
    if item.offset:
        source["offset"] = item.offset
    if item.duration is not None:
        source["duration"] = item.duration
    return item.more | {"id": item.id, "copy": copy, "key": key, "source": source}


def make(recipe: Recipe, item: Item, copy: int, options: Options = None) -> Made:
    """Everything about one copy of one item.  The bytes depend on recipe, id, copy and version alone.

    Raises ItemError, StoreError (a place that is gone; no item is to blame).
    """
    key = recipe.key(item.id, copy)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", VstkitWarning)
        loaded, rate = load(item, options)
        dry, rate = _shape(recipe, loaded, rate)
        if len(dry) > _MAX_SECONDS * rate:
            raise ItemError("read", f"{len(dry) / rate:.0f} s of sound: at most {_MAX_SECONDS:.0f} are taken: use offset and duration")
        wet, steps, sidecar = dry, [], []
        for index, step in enumerate(recipe.steps):
            try:
                done = step.apply(wet, rate, recipe.index(item.id, copy, index), labels=True, ring=recipe.rings)
            except (ValueError, ArithmeticError, MemoryError) as error:
                raise ItemError("render", f"{step.effect}: {reason_of(error)}") from error
            wet = done.audio
            steps.append(_step_row(step.effect, done, rate))
            if "labels" in recipe.data["keep"]:
                sidecar.append({"effect": step.effect, "labels": done.labels.to_dict() if done.labels else {}})
    gain = _gain(recipe, dry, wet, rate)
    wet = wet * gain
    audio = _encode(recipe, wet, rate)
    ending = recipe.data["output"]["format"]
    files: list[tuple[str, bytes]] = []
    if "labels" in recipe.data["keep"]:
        files.append(("labels.json", canonical({"sample_rate": rate, "frames": len(wet), "chain": sidecar})))
    if "dry" in recipe.data["keep"]:
        files.append((f"dry.{ending}", _encode(recipe, dry, rate)))
    row = {
        **_head(item, copy, key),
        "status": "ok",
        "duration": round(len(wet) / rate, 6),
        "sample_rate": rate,
        "channels": 1 if wet.ndim == 1 else wet.shape[1],
        "frames": len(wet),
        "bytes": len(audio),
        "sha256": hashlib.sha256(audio).hexdigest(),
        "chain": steps,
        "gain_db": number(20.0 * math.log10(gain)) if gain > 0.0 else None,
        "levels": _figures(recipe, wet, rate),
    }
    if said:
        row["warnings"] = sorted({str(one.message) for one in said})
    return Made(row, [*files, (ending, audio)])


def refused(recipe: Recipe, item: Item, copy: int, status: str, error: Mapping[str, str]) -> dict[str, Any]:
    """The row of what could not be made."""
    return {**_head(item, copy, recipe.key(item.id, copy)), "status": status, "error": dict(error)}


def decoded(data: bytes, ending: str) -> tuple[npt.NDArray[np.float64], float]:
    """Sound from the bytes of a file."""
    with tempfile.NamedTemporaryFile(suffix=f".{ending}") as file:
        Path(file.name).write_bytes(data)
        return read(file.name)
