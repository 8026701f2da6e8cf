# SPDX-License-Identifier: ISC
"""What the tests of whole datasets share."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import vstkit

RECIPE: dict[str, Any] = {
    "seed": 5,
    "copies": 2,
    "chain": [
        {"effect": "lossy", "presets": True, "params": {"loss": {"range": [0.2, 0.9]}, "packets": {"choices": [1, 2]}, "packet_rate": 0.6}},
        {"effect": "reverb", "p": 0.5, "params": {"rt60": {"range": [0.2, "600 ms"]}}},
    ],
    "level": {"lufs": -23},
}


def recipe(**more: Any) -> dict[str, Any]:
    """The recipe of most tests, with some keys changed."""
    return RECIPE | more


def clips(folder: Path, n: int, seconds: float = 0.5, rate: int = 16000) -> Path:
    """A folder of sounds that differ."""
    folder.mkdir(parents=True)
    for number in range(n):
        random = np.random.default_rng([7, number])
        swell = 0.2 * np.sin(np.linspace(0.0, 9.0, int(seconds * rate))) ** 2
        vstkit.write(folder / f"{number:03d}.wav", swell * random.standard_normal(len(swell)), rate)
    return folder


def rows(out: Path | str, name: str = "manifest.jsonl") -> list[dict[str, Any]]:
    """Rows of a manifest."""
    return [json.loads(line) for line in (Path(out) / name).read_text("utf-8").splitlines()]


def tree(out: Path) -> dict[str, bytes]:
    """Every file that a run leaves for good, but those that say where its input lay."""
    kept = [path for path in out.rglob("*") if path.is_file() and path.parent.name != "work"]
    return {str(path.relative_to(out)): path.read_bytes() for path in kept if path.suffix != ".jsonl"}


def sources(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without where their input lay."""
    return [{key: value for key, value in row.items() if key != "source"} for row in found]


def command(*arguments: object) -> list[str]:
    """vstkit-batch, as a process."""
    return [sys.executable, "-m", "vstkit.batch", *map(str, arguments)]


def written(path: Path, members: Mapping[str, Any]) -> Path:
    """A recipe as a file."""
    path.write_text(json.dumps(members))
    return path


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
