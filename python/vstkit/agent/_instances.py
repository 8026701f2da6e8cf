# SPDX-License-Identifier: ISC
"""Instances that are no plugins in a host: an effect over a file."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from .._files import read
from .._flat import Values, changed, elements, of_preset
from .._presets import PresetLike
from .._table import effect_info
from .._trial import render
from .._work import AgentError, Cancel
from ._figures import columns
from ._types import Taken


class FileInstance:
    """An effect with values of its own, over a sound that is at hand.  Any thread may use it.

    Args:
        effect: "lossy", "reverb", …
        audio: (n,) or (n, channels), one or two channels; or the path of a file.
        sample_rate: Hz; a file has its own.
        preset: To begin with; the defaults without it.
        name: What tools call it; the file's name or the effect's id without it.

    Raises AgentError, and what `vstkit.read` and presets raise.
    """

    kind = "file"

    def __init__(
        self,
        effect: str,
        audio: npt.ArrayLike | str | os.PathLike[str],
        sample_rate: float = 0.0,
        *,
        preset: PresetLike | None = None,
        name: str | None = None,
    ) -> None:
        self.effect = effect_info(effect).id
        self.name = name or self.effect
        if isinstance(audio, (str, os.PathLike)):
            self.name = name or Path(audio).stem
            audio, sample_rate = read(audio)
        self.audio, self.sample_rate = columns(audio), float(sample_rate)
        if not len(self.audio) or self.audio.shape[1] > 2:
            found = f"{len(self.audio)} frames of {self.audio.shape[1]} channels"
            raise AgentError(f"{self.name}: {found}: a sound of one or two channels is expected")
        self._lock = threading.RLock()
        self._values = of_preset(effect, preset)
        self._locks: frozenset[str] = frozenset()
        self._steps: list[tuple[str, str, Values]] = []

    def values(self) -> Values:
        """All values now."""
        with self._lock:
            return dict(self._values)

    def locks(self) -> frozenset[str]:
        """Keys that only the hand may move."""
        return self._locks

    def lock(self, *keys: str, locked: bool = True) -> None:
        """Lock parameters, arrays or elements against all but the hand, or unlock them."""
        named = elements(self.effect, keys)
        self._locks = self._locks | named if locked else self._locks - named

    def apply(self, values: Mapping[str, Any], author: str, label: str) -> Taken:
        """Set values as one step."""
        with self._lock:
            free = {key: value for key, value in values.items() if key not in self._locks or author == "hand"}
            new = changed(self.effect, self._values, free)
            if new:
                self._steps.append((author, label, {key: self._values[key] for key in new}))
                self._values |= new
            refused = tuple(f"{key}: it is locked; the user can unlock it" for key in values if key not in free)
            return Taken({key: self._values[key] for key in free}, refused)

    def take_back(self, author: str, label: str) -> bool:
        """Undo the newest step, if that is this one of this author's."""
        with self._lock:
            if not self._steps or self._steps[-1][:2] != (author, label) or self._steps[-1][2].keys() & self._locks:
                return False
            self._values |= self._steps.pop()[2]
            return True

    def capture(self, seconds: float, cancel: Cancel) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Values, float]:
        """The first seconds of the file, dry and wet."""
        dry = self.audio[: max(1, round(seconds * self.sample_rate))]
        values = self.values()
        return dry, render(self.effect, values, dry, self.sample_rate, cancel), values, self.sample_rate

    def history(self) -> list[tuple[str, str]]:
        """Author and label of the steps, newest first."""
        return [step[:2] for step in reversed(self._steps)]

    def close(self) -> None:
        """Nothing to let go of."""
