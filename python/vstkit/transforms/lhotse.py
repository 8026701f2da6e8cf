# SPDX-License-Identifier: ISC
"""Effects as lhotse knows transforms: with settled values, which go into manifests."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from lhotse.audio import Recording
from lhotse.augmentation import AudioTransform

from .._render import render
from ._base import Transform, as_input


@dataclass
class VstkitEffects(AudioTransform):
    """Effects in a row, with these values.

    `steps` are [effect, values by key], as `render` takes them.  Of equal length and in time with what went in, so
    timestamps stay.  A cut is loaded and rendered by itself: where a codec frame or a packet begins counts from the cut's
    beginning.  Import this module before manifests that name it are read.
    """

    steps: list[list[Any]] = field(default_factory=list)

    def __call__(self, samples: np.ndarray, sampling_rate: int) -> np.ndarray:
        """Render (channels, n)."""
        for effect, values in self.steps:
            out = render(effect, samples, sampling_rate, params=values, tail=0.0, channels_first=True)
            samples = as_input(out, samples, True)
        return samples

    def reverse_timestamps(self, offset: float, duration: float | None, sampling_rate: int) -> tuple[float, float | None]:
        """As they are."""
        return offset, duration


def settled(transform: Transform, index: int) -> VstkitEffects:
    """What a transform draws with this index, for manifests.  `Effect`, `Lossy`, `Reverb`, `Chain`."""
    return VstkitEffects(_steps(transform._draw(index)))


def _steps(drawn: dict[str, Any]) -> list[list[Any]]:
    if not drawn["should_apply"]:
        return []
    if "transforms" in drawn:
        return [step for one in drawn["transforms"] for step in _steps(one)]
    if "effect" not in drawn:
        raise TypeError("transform: PacketLoss is Lossy with packets alone: use transforms.Lossy here")
    return [[drawn["effect"], drawn["params"]]]


def augment(recording: Recording, transform: Transform, index: int, suffix: str = "vstkit") -> Recording:
    """A recording of lhotse's that is rendered as it is loaded; its id gets `_SUFFIX`."""
    members = {name: getattr(recording, name) for name in ("sources", "sampling_rate", "num_samples", "duration", "channel_ids")}
    known = list(recording.transforms or [])
    return Recording(id=f"{recording.id}_{suffix}", transforms=[*known, settled(transform, index).to_dict()], **members)
