# SPDX-License-Identifier: ISC
"""What a panel of parameters needs, whether it edits values here or a plugin that plays in a host."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import vstkit


class HasLabel(Protocol):
    """A step of a history."""

    @property
    def label(self) -> str:
        """What people read."""

    @property
    def author(self) -> str:
        """Who made it."""


class Model(Protocol):
    """Values of an effect, with steps, locks and presets."""

    info: vstkit.Effect
    locks: set[str]

    @property
    def effect(self) -> str:
        """Id of the effect."""

    @property
    def values(self) -> vstkit.Params:
        """A copy of all values."""

    @property
    def preset(self) -> str:
        """Name of the preset that was loaded last."""

    @property
    def is_edited(self) -> bool:
        """Whether anything moved since."""

    @property
    def side(self) -> str:
        """ "a" or "b"."""

    @property
    def steps(self) -> Sequence[HasLabel]:
        """What can be taken back, newest first."""

    @property
    def taken_back(self) -> Sequence[HasLabel]:
        """What can be done again, next first."""

    def get(self, key: str) -> Any:
        """One value."""

    def text(self, key: str) -> str:
        """One value as people read it."""

    def set(self, changes: Mapping[str, Any], label: str = "", author: str = "hand") -> object:
        """Change values as one step.  Raises ValueError."""

    def begin(self, label: str = "", author: str = "hand") -> None:
        """Begin a gesture."""

    def end(self) -> None:
        """End it."""

    def cancel(self) -> None:
        """Take it back."""

    def undo(self, n: int = 1) -> int:
        """Take steps back."""

    def redo(self, n: int = 1) -> int:
        """Do them again."""

    def load(self, preset: vstkit.PresetInfo | vstkit.Params | str, *, keep: Iterable[str] = (), author: str = "hand") -> None:
        """Take on a preset as one step."""

    def reset(self, keys: Iterable[str] | None = None) -> None:
        """Set parameters to their defaults."""

    def set_side(self, side: str) -> None:
        """Change over."""

    def copy_side(self) -> None:
        """Make the other side the same."""

    def set_locked(self, keys: Iterable[str], locked: bool = True) -> None:
        """Lock parameters."""

    def randomise(self, amount: float, seed: int, keys: Iterable[str] | None = None) -> int:
        """Draw values."""
