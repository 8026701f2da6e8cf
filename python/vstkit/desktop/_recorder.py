# SPDX-License-Identifier: ISC
"""Recording from the input of a sound card."""

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from ._clip import Clip, as_clip, drawable
from ._player import portaudio

MAX_SECONDS = 3600.0


class Recorder:
    """Gathers what comes in between `start` and `stop`."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._blocks: list[npt.NDArray[np.float32]] = []
        self._frames = 0
        self._rate = 44100.0
        self._stream: Any = None

    def take(self, block: npt.NDArray[np.float32]) -> None:
        """Add a block, (n, channels); an hour is enough."""
        with self._guard:
            if self._frames < MAX_SECONDS * self._rate:
                self._blocks.append(block.copy())
                self._frames += len(block)

    def start(self, device: int | str | None = None) -> None:
        """Begin anew.  Raises OSError, which says what to do."""
        sounddevice = portaudio()
        self.close()
        self._blocks, self._frames = [], 0
        try:
            found = sounddevice.query_devices(device, "input")
            channels = min(2, int(found["max_input_channels"]))
            self._rate = float(found["default_samplerate"])
            self._stream = sounddevice.InputStream(
                samplerate=self._rate,
                channels=channels,
                dtype="float32",
                device=device,
                callback=lambda block, n, when, status: self.take(block),
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self._stream = None
            raise OSError(f"there is no input to record from ({error}); connect one and try again") from error

    def stop(self) -> Clip | None:
        """What was recorded; None where nothing came."""
        self.close()
        with self._guard:
            blocks, self._blocks = self._blocks, []
        return drawable(as_clip(np.concatenate(blocks), self._rate, "recording")) if blocks else None

    def close(self) -> None:
        """Let go of the card."""
        stream, self._stream = self._stream, None
        if stream:
            stream.close()
