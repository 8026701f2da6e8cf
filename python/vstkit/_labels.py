# SPDX-License-Identifier: ISC
"""What an effect's engine did to which samples, beside the sound."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._table import LabelKind, effect_info

_ROW = np.dtype(
    [(name, "u4") for name in ("kind", "channel", "state", "n_bits")] + [("bits", "u8"), ("start", "i8"), ("frames", "u4")],
    align=True,
)


@dataclass(frozen=True, slots=True)
class Label:
    """A stretch of the sound, and what was done to it."""

    start: int
    """Frame of the result."""
    frames: int
    state: str
    """One of the kind's states: "lost", "frozen", "closed" …"""
    bits: int
    """Bit i is what the kind's `bits` says, of the i-th of `n_bits`."""
    n_bits: int


class Labels:
    """All labels of one render through one effect, as far as they lie within the result.

    `effect_info(effect).labels` lists the kinds.  Lossy's: "packet" (received, lost, repeated), while packets are on;
    "codec" (running, frozen), one for each codec frame that changes anything, a hop long, with a bit for each band that
    was kept; "gate" (open, closed), while the gate is on.  Where nothing is told, the first state holds.
    """

    def __init__(self, values: _core.Preset, sample_rate: float, channels: int, frames: int, told: bytes) -> None:
        self.effect = values.effect
        self.sample_rate = sample_rate
        self.channels = channels
        self.frames = frames
        """Of the result."""
        self.kinds: dict[str, LabelKind] = effect_info(self.effect).labels
        rows = np.frombuffer(told, _ROW)
        rows = rows[(rows["start"] < frames) & (rows["start"] + rows["frames"] > 0)]
        self._rows = rows[np.lexsort((rows["start"], rows["channel"], rows["kind"]))]
        self._edges = {key: values.label_edges(index, sample_rate) for index, key in enumerate(self.kinds)}

    def _of(self, kind: str, channel: int) -> npt.NDArray[Any]:
        if kind not in self.kinds:
            raise ValueError(f"kind: {self.effect} tells no {kind!r}: {', '.join(self.kinds) or 'nothing'}")
        if not 0 <= channel < self.channels:
            raise ValueError(f"channel: {channel!r}: 0 to {self.channels - 1} is expected")
        rows: npt.NDArray[Any] = self._rows[(self._rows["kind"] == list(self.kinds).index(kind)) & (self._rows["channel"] == channel)]
        return rows

    def _spans(self, kind: str, channel: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[Any]]:
        """First frames, ends and rows, within the result; a label ends the one before it."""
        rows = self._of(kind, channel)
        ends = rows["start"] + rows["frames"]
        if len(rows) > 1:
            ends[:-1] = np.minimum(ends[:-1], rows["start"][1:])
        return np.maximum(rows["start"], 0), np.minimum(ends, self.frames), rows

    def stretches(self, kind: str, *states: str, channel: int = 0) -> list[list[int]]:
        """Where it is in one of these states, which are not the first: [start, frames], in order, none next to another."""
        wanted = self._wanted(kind, states)
        if 0 in wanted:
            raise ValueError(f"state: {states[wanted.index(0)]} holds wherever nothing is told: see mask()")
        starts, ends, rows = self._spans(kind, channel)
        chosen = np.isin(rows["state"], wanted) & (starts < ends)
        starts, ends = starts[chosen], ends[chosen]
        if not len(starts):
            return []
        apart = starts[1:] > ends[:-1]
        first, last = starts[np.concatenate([[True], apart])], ends[np.concatenate([apart, [True]])]
        return [[int(start), int(end - start)] for start, end in zip(first, last, strict=True)]

    def _wanted(self, kind: str, states: tuple[str, ...]) -> list[int]:
        """Their numbers."""
        self._of(kind, 0)
        known = self.kinds[kind].states
        for state in states:
            if state not in known:
                raise ValueError(f"state: {kind} has no {state!r}: {', '.join(known)}")
        return [known.index(state) for state in states]

    def of(self, kind: str, channel: int = 0) -> list[Label]:
        """Labels of a kind in a channel of the result, in order of time, cut to the result.

        Raises ValueError for a kind that the effect does not tell.
        """
        starts, ends, rows = self._spans(kind, channel)
        states = self.kinds[kind].states
        lists = (starts.tolist(), (ends - starts).tolist(), rows["state"].tolist(), rows["bits"].tolist(), rows["n_bits"].tolist())
        return [Label(start, frames, states[state], bits, n) for start, frames, state, bits, n in zip(*lists, strict=True)]

    def mask(self, kind: str, *states: str, channel: int = 0) -> npt.NDArray[np.bool_]:
        """For each frame of the result, whether it is in one of these states: (frames,).

        `labels.mask("packet", "lost", "repeated")` is the loss of packets.
        """
        wanted = self._wanted(kind, states)
        starts, ends, rows = self._spans(kind, channel)
        mask = np.full(self.frames, 0 in wanted)
        differs = np.isin(rows["state"], wanted) != (0 in wanted)
        for start, end in zip(starts[differs].tolist(), ends[differs].tolist(), strict=True):
            mask[start:end] = 0 not in wanted
        return mask

    def kept(self, kind: str = "codec", channel: int = 0) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Bits as arrays: first frame of each label (n,), and its bits (n, n_bits), the band of least frequency first."""
        starts, _, rows = self._spans(kind, channel)
        n_bits = int(rows["n_bits"].max(initial=0))
        bits = rows["bits"].astype(np.uint64)
        return starts, (bits[:, None] >> np.arange(n_bits, dtype=np.uint64) & np.uint64(1)).astype(bool)

    def edges(self, kind: str = "codec") -> list[float]:
        """Frequencies in Hz between which the bits of a kind lie: one more than there are bits, or none."""
        self._of(kind, 0)
        return list(self._edges[kind])

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it: kind → for each channel rows of [start, frames, state, bits], bits as text of 0 and 1."""
        result: dict[str, Any] = {}
        for kind, told in self.kinds.items():
            rows = [
                [
                    [one.start, one.frames, one.state] + ([f"{one.bits:0{one.n_bits}b}"[::-1]] if told.bits else [])
                    for one in self.of(kind, channel)
                ]
                for channel in range(self.channels)
            ]
            if any(rows):
                result[kind] = rows
        return result

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind}: {len(self._of(kind, 0))}" for kind in self.kinds)
        return f"Labels({self.effect}, {self.frames} frames, {counts or 'nothing told'})"
