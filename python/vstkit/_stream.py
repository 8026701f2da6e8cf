# SPDX-License-Identifier: ISC
"""Running effects: block after block, as in a plugin."""

import math
from collections.abc import Iterator, Mapping, MutableMapping
from types import TracebackType
from typing import Any, Self, overload

import numpy as np
import numpy.typing as npt

from . import _core
from ._audio import Sample, as_audio, check_count, check_rate, empty_like, shape_of
from ._errors import strictly
from ._json import dump
from ._params import Params, check_bpm
from ._presets import PresetLike, setup
from ._table import effect_info


class StreamParams(MutableMapping[str, Any]):
    """Parameters of a running effect by key; may be read and set from any thread, at any time.

    Values read as presets hold them.  They are set as numbers, text or sequences, and take effect, gliding,
    at the next block.  An element is "delay_times.3", counted from 1.  A number out of the control's range is
    clamped, with a warning; a stream that is `strict` refuses it.
    Raises UnknownKeyError (a KeyError), ValueError naming key, value and range, TypeError.
    """

    __slots__ = ("_core", "_keys", "_strict")

    def __init__(self, core: _core.Stream, effect: str, strict: bool) -> None:
        self._core = core
        self._strict = strict
        self._keys = tuple(effect_info(effect).parameters)

    def __getitem__(self, key: str) -> Any:
        return self._core.get(key)

    def __setitem__(self, key: str, value: Any) -> None:
        if self._strict:
            with strictly():
                self._core.set(key, value)
        else:
            self._core.set(key, value)

    def __delitem__(self, key: str) -> None:
        raise TypeError("parameters cannot be removed")

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"

    def text(self, key: str) -> str:
        """A value as people read it: "1.2 kHz"."""
        return self._core.text(key)


class Stream:
    """A running effect that takes audio block by block, of any lengths.

    Args:
        effect: "lossy", "reverb", …
        sample_rate: Hz, 1000 to 768000 (tested: 8000 to 384000).
        channels: 1 or 2, of the input.
        block: Longest block expected, frames; blocks of any length are taken all the same.
        preset, params, bpm, seed, strict: As in `render`; `strict` also for what is set later.
        channels_first: Blocks are (channels, n) instead of (n, channels).

    The sound depends neither on the lengths of the blocks nor on the machine's speed: it is bit for bit that
    of the plugins when they render offline, and of the command line with --stream.  Its first `latency`
    frames are the delay of the effect.

    A stream may go from thread to thread, but works in one at a time: a call while another thread is inside
    `process` raises RuntimeError.  Only `params` and `bypassed` may be used at any time.
    The GIL is released while a block is processed.  A closed stream raises ValueError.

    Raises ValueError, TypeError, FileNotFoundError as `render` does; ValueError if the effect has no stream.
    """

    __slots__ = ("_core", "_effect", "_params", "_channels", "_rate", "_channels_first", "_flat", "_strict")

    def __init__(
        self,
        effect: str,
        sample_rate: float,
        channels: int = 1,
        block: int = 512,
        *,
        preset: PresetLike | None = None,
        params: Mapping[str, Any] | Params | None = None,
        bpm: float | None = None,
        seed: int | None = None,
        strict: bool = False,
        channels_first: bool = False,
    ) -> None:
        values = setup(effect, preset, params, seed, strict)
        self._rate = check_rate(sample_rate, 1000.0, 768000.0)
        self._channels = check_count("channels", channels, 1, 2)
        self._core = _core.Stream(values, self._rate, self._channels, check_count("block", block, 1, 2**31 - 1))
        if bpm is not None:
            self._core.set_tempo(0, check_bpm(bpm))
        self._effect = effect
        self._params = StreamParams(self._core, effect, strict)
        self._strict = strict
        self._channels_first = channels_first
        self._flat = False

    @property
    def effect(self) -> str:
        """Id of the effect."""
        return self._effect

    @property
    def sample_rate(self) -> float:
        """Hz."""
        return self._rate

    @property
    def channels(self) -> int:
        """Channels of the input."""
        return self._channels

    @property
    def out_channels(self) -> int:
        """Channels of the output: Reverb makes two of one."""
        return self._core.out_channels

    @property
    def params(self) -> StreamParams:
        """The parameters, by key."""
        return self._params

    @property
    def latency(self) -> int:
        """Delay from input to output in frames; changes with parameters that need a new stream inside."""
        return self._core.latency

    @property
    def tail(self) -> float:
        """Frames from the end of the input until silence, latency included; `math.inf` where it sustains."""
        return self._core.tail

    @property
    def bypassed(self) -> bool:
        """True lets the input through, delayed by the latency; the change is a short fade."""
        return self._core.bypassed

    @bypassed.setter
    def bypassed(self, value: bool) -> None:
        self._core.bypassed = value

    @property
    def state(self) -> str:
        """Everything that a host would save, as JSON; set it (text or a mapping) to glide there.

        Setting raises ValueError for what is no state of this effect, and changes nothing then.
        """
        return self._core.save()

    @state.setter
    def state(self, value: str | bytes | Mapping[str, Any]) -> None:
        self._core.restore(dump(value) if isinstance(value, Mapping) else value)

    def load_preset(self, preset: PresetLike) -> None:
        """Glide to a preset, as `render` takes it.  Raises FileNotFoundError, ValueError, OSError: nothing is changed then."""
        if isinstance(preset, str) and not self._strict:
            self._core.load(preset)
        else:
            self._core.restore(setup(self._effect, preset, strict=self._strict).json())

    @overload
    def process(self, block: npt.ArrayLike, out: npt.NDArray[Sample]) -> npt.NDArray[Sample]: ...
    @overload
    def process(self, block: npt.NDArray[Sample], out: None = None) -> npt.NDArray[Sample]: ...
    @overload
    def process(self, block: npt.ArrayLike, out: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]: ...
    def process(self, block: npt.ArrayLike, out: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        """Process the next block.

        Args:
            block: float32 or float64, shape (n,) for one channel or (n, channels), any strides, n ≥ 0.
                Samples that are not finite count as 0.
            out: Where to put the result, (n, out_channels) or (n,), float32 or float64; must not overlap
                `block` unless it is the same array.  Without it, a new array in the type and layout of
                `block`.

        Returns:
            `out`.
        """
        array = as_audio(block)
        _, frames = shape_of(array, self._channels_first)
        if out is None:
            out = empty_like(array, self._core.out_channels, frames, self._channels_first)
        elif not isinstance(out, np.ndarray):
            raise TypeError(f"out: an array is expected, not {type(out).__name__}")
        self._core.process(array, out, self._channels_first)
        self._flat = array.ndim == 1
        return out

    def set_tempo(self, bpm: float, offset: int = 0) -> None:
        """Change the tempo, in quarter notes a minute, `offset` frames into the next block, or beyond it.

        Raises ValueError, TypeError.
        """
        self._core.set_tempo(check_count("offset", offset, 0, 2**31 - 1), check_bpm(bpm))

    def automate(self, key: str, offset: int, value: Any) -> None:
        """Set a parameter at an exact frame, counted from the start of the next block.

        The frame may lie in a later block.  Of several events at one frame the last counts; `reset` drops
        those that are still to come.
        """
        frame = check_count("offset", offset, 0, 2**31 - 1)
        if self._strict:
            with strictly():
                self._core.automate(key, frame, value)
        else:
            self._core.automate(key, frame, value)

    def flush(self) -> npt.NDArray[np.float64]:
        """What is still to come once the input has ended: silence processed for `tail` frames, as float64.

        Its shape goes with that of the last block: (n,) goes on as (n,).

        Raises ValueError where the tail never ends.
        """
        frames = self.tail
        if math.isinf(frames):
            raise ValueError(f"the tail of {self._effect} does not end with these parameters")
        n = int(frames)
        shape = (self._channels, n) if self._channels_first else (n, self._channels)
        return self.process(np.zeros(n if self._flat else shape))

    def reset(self) -> None:
        """Forget all sound; parameters jump to where they glide to."""
        self._core.reset()

    def close(self) -> None:
        """Free the memory.  Closing twice is allowed; anything else raises ValueError from then on."""
        self._core.close()

    @property
    def closed(self) -> bool:
        """True after `close`."""
        return self._core.closed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        channels = f"{self._channels} → {self.out_channels} channels"
        return f"<vstkit.Stream {self._effect}, {self._rate:g} Hz, {channels}{', closed' if self.closed else ''}>"
