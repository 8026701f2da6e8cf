# SPDX-License-Identifier: ISC
"""Lost packets, and which samples they are."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .._labels import Labels
from .._render import render_labels
from ._base import Samples, Transform

_LOST = {"silence": (1, "lost"), "repeat": (2, "repeated")}
_CLEAN = {"loss": 0.0, "threshold": 1.0, "wet_dry": 1.0}


def _pair(name: str, value: Any, low: float, high: float) -> tuple[float, float]:
    pair = (value, value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not low <= pair[0] <= pair[1] <= high:
        raise ValueError(f"{name}: {value!r}: a number or (low, high) from {low:g} to {high:g} is expected")
    return float(pair[0]), float(pair[1])


class PacketLoss(Transform):
    """Bursts of lost packets alone: a two-state channel, as in Lossy.

    Args:
        rate: 0 to 1, or (low, high) to draw from: how often a packet that follows a good one is lost (0.3 times this).
        size_ms: Length of packets, or (low, high).
        instead: "silence", or "repeat" the last good packet.
        p, seed, channels_first: See `Transform`.

    A call gives the samples; `mask` is True for each frame of a lost packet then, (n,).  `with_mask` gives both.
    """

    def __init__(
        self,
        rate: Any = (0.1, 0.9),
        size_ms: Any = (10.0, 60.0),
        instead: str = "silence",
        *,
        p: float = 1.0,
        seed: int | None = None,
        channels_first: bool = True,
    ) -> None:
        super().__init__(p=p, seed=seed, channels_first=channels_first)
        if instead not in _LOST:
            raise ValueError(f"instead: {instead!r}: silence or repeat is expected")
        self.rate, self.size_ms, self.instead = _pair("rate", rate, 0.0, 1.0), _pair("size_ms", size_ms, 5.0, 200.0), instead
        self.mask: npt.NDArray[np.bool_] = np.zeros(0, bool)
        self.labels: Labels | None = None

    def _settings(self) -> dict[str, Any]:
        return {"rate": list(self.rate), "size_ms": list(self.size_ms), "instead": self.instead}

    def _draw(self, number: int) -> dict[str, Any]:
        random = np.random.default_rng([self.seed, number])
        if random.random() >= self.p:
            return {"should_apply": False, "index": number}
        rate, size_ms = (float(low + (high - low) * random.random()) for low, high in (self.rate, self.size_ms))
        return {"should_apply": True, "index": number, "rate": rate, "size_ms": size_ms, "seed": int(random.integers(100000))}

    def _run(self, samples: Samples, sample_rate: float, number: int) -> tuple[Samples, dict[str, Any]]:
        self.mask = np.zeros(samples.shape[-1 if self.channels_first else 0], bool)
        return super()._run(samples, sample_rate, number)

    def _apply(self, samples: Samples, sample_rate: float, parameters: Mapping[str, Any]) -> Samples:
        choice, state = _LOST[self.instead]
        values = _CLEAN | {
            "packets": choice,
            "packet_rate": parameters["rate"],
            "packet_size": parameters["size_ms"],
            "seed": parameters["seed"],
        }
        scale = max(1.0, float(np.abs(samples).max(initial=0.0)) / 0.9)  # Nothing is to reach the limiter
        out, (labels,) = render_labels(
            "lossy", (samples / scale).astype(samples.dtype), sample_rate, params=values, tail=0.0, channels_first=self.channels_first
        )
        self.labels, self.mask = labels, labels.mask("packet", state)
        return (out * scale).astype(samples.dtype)

    def with_mask(self, samples: npt.ArrayLike, sample_rate: float, index: int | None = None) -> tuple[Samples, npt.NDArray[np.bool_]]:
        """The samples and the mask of what is lost in them."""
        out = self(samples, sample_rate, index)
        return out, self.mask
