# SPDX-License-Identifier: ISC
"""Transforms for `map` of Hugging Face datasets."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._base import Transform, from_settings
from ._packets import PacketLoss


class Map:
    """A function for `dataset.map(Map(...), with_indices=True)`.

    Args:
        transform: Any of `vstkit.transforms`.
        column: Where the sound is: an array with `sampling_rate` beside it in a mapping ({"array", "sampling_rate"}), or a
            list of samples with `sample_rate` given here.
        out: Column that the result goes to, as {"array", "sampling_rate"}; without it, `column`.
        sample_rate: Hz, where the column does not say.
        mask: With `PacketLoss`: column of the mask.
        parameters: Column of what was drawn, as JSON; None for none.

    It draws with the number of the row, so that `num_proc` makes no difference; it hashes by its settings alone, so that
    the cache of `datasets` knows it again in another process.
    """

    def __init__(
        self,
        transform: Transform,
        column: str = "audio",
        *,
        out: str | None = None,
        sample_rate: int | None = None,
        mask: str | None = None,
        parameters: str | None = None,
    ) -> None:
        if mask is not None and not isinstance(transform, PacketLoss):
            raise TypeError(f"mask: only PacketLoss has one, not {type(transform).__name__}")
        self.transform, self.column, self.out = transform, column, out or column
        self.sample_rate, self.mask, self.parameters = sample_rate, mask, parameters

    def __getstate__(self) -> dict[str, Any]:
        plain = {key: value for key, value in vars(self).items() if key != "transform"}
        return plain | {"transform": {"type": type(self.transform).__name__, **self.transform.settings}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.transform = from_settings(state["transform"])

    def __call__(self, example: Mapping[str, Any], index: int) -> dict[str, Any]:
        """Columns that are new or other."""
        sound = example[self.column]
        is_plain = isinstance(sound, (list, np.ndarray))
        rate = self.sample_rate if is_plain else sound["sampling_rate"]
        if rate is None:
            raise ValueError(f"sample_rate: column {self.column!r} does not say: give it")
        array = np.asarray(sound if is_plain else sound["array"], np.float32)
        done = self.transform(array, rate, index)
        row: dict[str, Any] = {self.out: done if is_plain else {"array": done, "sampling_rate": rate}}
        if self.mask is not None and isinstance(self.transform, PacketLoss):
            row[self.mask] = self.transform.mask
        if self.parameters is not None:
            row[self.parameters] = json.dumps(self.transform.parameters)
        return row
