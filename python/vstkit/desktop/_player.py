# SPDX-License-Identifier: ISC
"""Playing clips: what goes to a sound card, block after block, and the cards themselves.

The mixer knows no card.  It gives blocks to whoever asks, so that what is heard can be tested to the bit.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ._clip import Clip

FADE_S = 0.02
MAX_MATCH_DB = 24.0
Block = npt.NDArray[np.float32]


def match_gain(clip: Clip, to: Clip) -> float:
    """What to multiply a clip by to be as loud as another; 1 where either is silent."""
    change = to.figures.lufs - clip.figures.lufs
    if not math.isfinite(change):
        change = to.figures.rms_db - clip.figures.rms_db
    return 10.0 ** (min(max(change, -MAX_MATCH_DB), MAX_MATCH_DB) / 20.0) if math.isfinite(change) else 1.0


class _Voice:
    """A clip that sounds, or fades."""

    def __init__(self, clip: Clip, gain: float) -> None:
        self.clip, self.gain = clip, gain
        self.level, self.goal = 0.0, 1.0

    def add_to(self, out: Block, at: int, n_fade: int) -> None:
        """Add frames [at, at + len(out)), fading towards the goal."""
        samples = self.clip.samples[at : at + len(out)]
        if self.level == self.goal:
            weights: Any = self.level
            after = self.level
        else:
            step = math.copysign(1.0 / n_fade, self.goal - self.level)
            course = self.level + step * np.arange(1, len(out) + 1, dtype=np.float64)
            course = np.minimum(course, self.goal) if step > 0 else np.maximum(course, self.goal)
            after = float(course[-1])
            weights = course[: len(samples), None].astype(np.float32)
        self.level = after
        if len(samples):
            heard = samples if self.gain == 1.0 else samples * np.float32(self.gain)
            heard = heard if isinstance(weights, float) and weights == 1.0 else heard * weights
            out[: len(samples)] += spread(heard, out.shape[1])


def spread(samples: Block, n_channels: int) -> Block:
    """Channels of a clip as those of a card: one is doubled, more than there are are mixed down."""
    if samples.shape[1] == n_channels:
        return samples
    if samples.shape[1] == 1:
        return np.repeat(samples, n_channels, axis=1)
    if n_channels == 1:
        mixed: Block = samples.mean(axis=1, keepdims=True, dtype=np.float32)
        return mixed
    out = np.zeros((len(samples), n_channels), np.float32)
    for channel in range(samples.shape[1]):
        out[:, channel % n_channels] += samples[:, channel]
    return out


class Mixer:
    """Plays one clip at a time; another takes over at the same place, without a click.  Any thread.

    `block` is asked for by the card's thread.  Nobody holds the lock for longer than it takes to mix a block.
    """

    def __init__(self, n_channels: int = 2) -> None:
        self.n_channels = n_channels
        self._guard = threading.Lock()
        self._voices: list[_Voice] = []
        self._at = 0
        self._loop: tuple[int, int] | None = None
        self._playing = False
        self._rate = 44100.0
        self.peak = 0.0

    @property
    def rate(self) -> float:
        """Hz, of what plays."""
        return self._rate

    def show(self, clip: Clip, gain: float = 1.0) -> None:
        """Let this clip sound from here on, crossfaded; a clip of another rate ends what plays."""
        with self._guard:
            if clip.rate != self._rate:
                self._voices.clear()
                self._at = round(self._at * clip.rate / self._rate)
                self._loop = None
                self._rate = clip.rate
            if self._voices and self._voices[-1].clip is clip and self._voices[-1].gain == gain and self._voices[-1].goal == 1.0:
                return
            for voice in self._voices:
                voice.goal = 0.0
            voice = _Voice(clip, gain)
            if not self._playing:
                self._voices = [voice]
                voice.level = 1.0
            else:
                self._voices.append(voice)

    def clear(self) -> None:
        """Have nothing to play."""
        with self._guard:
            self._voices.clear()
            self._playing = False
            self._at = 0

    def play(self) -> None:
        """Go on from where it is, or from the start where it has come to the end."""
        with self._guard:
            if self._voices:
                self._playing = True
                if self._at >= self._end():
                    self._at = self._loop[0] if self._loop else 0

    def stop(self) -> None:
        """Stop, and go back to the start."""
        with self._guard:
            self._playing = False
            self._at = self._loop[0] if self._loop else 0
            self._settle()

    def pause(self) -> None:
        """Stop here."""
        with self._guard:
            self._playing = False
            self._settle()

    def _settle(self) -> None:
        self._voices = self._voices[-1:]
        for voice in self._voices:
            voice.level = 1.0

    def _end(self) -> int:
        return max((len(voice.clip.samples) for voice in self._voices), default=0)

    @property
    def has_sound(self) -> bool:
        """Whether there is anything to play."""
        return bool(self._voices)

    @property
    def is_playing(self) -> bool:
        """Whether it runs."""
        return self._playing

    @property
    def position(self) -> int:
        """Frame that comes next."""
        return self._at

    def seek(self, frame: int) -> None:
        """Go on from there."""
        with self._guard:
            self._at = max(0, min(frame, self._end()))

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Play frames [start, stop) round and round, or to the end."""
        with self._guard:
            self._loop = loop if loop and loop[1] > loop[0] else None

    def block(self, n: int) -> Block:
        """The next `n` frames, shape (n, n_channels); silence where nothing plays."""
        out = np.zeros((n, self.n_channels), np.float32)
        with self._guard:
            done = 0
            while self._playing and done < n:
                end = self._loop[1] if self._loop and self._at <= self._loop[1] else self._end()
                part = min(n - done, end - self._at)
                if part <= 0:
                    self._come_round()
                    continue
                for voice in self._voices:
                    voice.add_to(out[done : done + part], self._at, max(1, round(FADE_S * self._rate)))
                self._voices = [voice for voice in self._voices if voice.level > 0.0 or voice.goal > 0.0]
                self._at += part
                done += part
        self.peak = max(self.peak * 0.9, float(np.abs(out).max(initial=0.0)))
        return out

    def _come_round(self) -> None:
        if self._loop and self._loop[0] < self._end():
            self._at = self._loop[0]
        else:
            self._playing = False
            self._settle()


class Card(Protocol):
    """Something that asks for blocks."""

    name: str

    def start(self, rate: float, n_channels: int, ask: Callable[[int], Block]) -> None:
        """Ask for blocks until `stop`.  Raises OSError, which says what to do."""

    def stop(self) -> None:
        """Ask no more.  Allowed again."""


class NullCard:
    """A card that plays to nobody: in its own time, or whenever `pull` is called."""

    name = "No sound"

    def __init__(self, *, paced: bool = True) -> None:
        self.heard: list[Block] = []
        self._paced = paced
        self._ask: Callable[[int], Block] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, rate: float, n_channels: int, ask: Callable[[int], Block]) -> None:
        """Begin to ask."""
        self.stop()
        self._ask = ask
        if self._paced:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, args=(rate, ask), name="vstkit null card", daemon=True)
            self._thread.start()

    def _run(self, rate: float, ask: Callable[[int], Block]) -> None:
        begin, n, size = time.monotonic(), 0, 512
        while not self._stop.wait(max(0.0, begin + n * size / rate - time.monotonic())):
            ask(size)
            n += 1

    def pull(self, n: int) -> Block:
        """What a card would have played next."""
        block = self._ask(n) if self._ask else np.zeros((n, 2), np.float32)
        self.heard.append(block)
        return block

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        self._thread = self._ask = None


class SoundCard:
    """A card of this machine, through PortAudio; loaded when first used."""

    def __init__(self, device: int | str | None = None) -> None:
        self.device = device
        self.name = "System default" if device is None else str(device)
        self._stream: Any = None

    def start(self, rate: float, n_channels: int, ask: Callable[[int], Block]) -> None:
        """Open the device."""
        self.stop()
        sounddevice = portaudio()

        def callback(out: Block, n: int, when: Any, status: Any) -> None:
            out[:] = ask(n)

        try:
            self._stream = sounddevice.OutputStream(
                samplerate=rate, channels=n_channels, dtype="float32", device=self.device, callback=callback
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self._stream = None
            raise OSError(f"the sound card cannot be opened ({error}); choose another under Output, or “No sound”") from error

    def stop(self) -> None:
        """Close it."""
        stream, self._stream = self._stream, None
        if stream:
            stream.close()


def portaudio() -> Any:
    """The module that knows sound cards.  Raises OSError where it or the library is missing."""
    try:
        import sounddevice  # Heavy, and of no use without a card
    except ImportError as error:
        raise OSError("playing needs the package sounddevice: pip install vstkit[desktop]") from error
    except OSError as error:
        raise OSError("playing needs the library PortAudio: install libportaudio2") from error
    return sounddevice


def cards() -> list[str]:
    """Names of devices that can play.  Empty where there are none."""
    return find_cards()[0]


def find_cards() -> tuple[list[str], str]:
    """The same, and why there are none: "" where there are."""
    try:
        found = portaudio().query_devices()
    except Exception as error:  # PortAudio has errors of its own
        return [], str(error)
    names = [device["name"] for device in found if device["max_output_channels"] > 0]
    return names, "" if names else "no sound card was found: connect one, and start again to hear it"
