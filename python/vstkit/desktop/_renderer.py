# SPDX-License-Identifier: ISC
"""Renders in the background: the newest wish wins."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import vstkit

from ._clip import Clip, as_clip


class _Stopped(Exception):
    """Raised in a render that nobody wants any more."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be rendered."""

    clip: Clip
    steps: tuple[vstkit.Params, ...]
    """Effects to go through, one after the other."""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A render that is through."""

    wish: Wish
    wet: Clip


class Renderer:
    """One thread that renders what was wished for last.

    A wish that comes while another is rendered stops that one.  `done`, `failed` and `progress` are called in
    the renderer's thread.
    """

    def __init__(
        self,
        done: Callable[[Rendered], None],
        failed: Callable[[Wish, Exception], None],
        progress: Callable[[Wish, float], None] | None = None,
    ) -> None:
        self._done, self._failed, self._progress = done, failed, progress or (lambda wish, fraction: None)
        self._guard = threading.Condition()
        self._wish: Wish | None = None
        self._running: Wish | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="vstkit render", daemon=True)
        self._thread.start()

    def wish(self, wish: Wish) -> None:
        """Render this instead of whatever is rendered now."""
        with self._guard:
            self._wish = wish
            self._guard.notify_all()

    def cancel(self) -> None:
        """Want nothing any more."""
        with self._guard:
            self._wish = self._running = None
            self._guard.notify_all()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is rendered or waits for it."""
        with self._guard:
            return self._wish is None and self._running is None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is rendered; False where that takes longer than `timeout` seconds."""
        with self._guard:
            return self._guard.wait_for(lambda: self._wish is None and self._running is None, timeout)

    def close(self) -> None:
        """Stop, and wait for the thread."""
        with self._guard:
            self._closed = True
            self._wish = self._running = None
            self._guard.notify_all()
        self._thread.join()

    def _check(self, wish: Wish, fraction: float) -> None:
        with self._guard:
            if self._closed or self._wish is not None or self._running is not wish:
                raise _Stopped
        self._progress(wish, fraction)

    def _run(self) -> None:
        while True:
            with self._guard:
                self._guard.wait_for(lambda: self._closed or self._wish is not None)
                if self._closed:
                    return
                wish, self._wish = self._wish, None
                self._running = wish
            assert wish is not None
            try:
                self._finish(wish)
            finally:
                with self._guard:
                    self._running = None
                    self._guard.notify_all()

    def _finish(self, wish: Wish) -> None:
        try:
            wet = render_wish(wish, lambda fraction: self._check(wish, fraction))
            with self._guard:
                if self._running is not wish:
                    return
            self._done(Rendered(wish, wet))
        except _Stopped:
            pass
        except Exception as error:  # Whatever it is, somebody waits for a word
            self._failed(wish, error)


def render_wish(wish: Wish, progress: Callable[[float], Any]) -> Clip:
    """Render here and now; `progress` gets a fraction, and may raise to stop it."""
    wet = vstkit.render(list(wish.steps), wish.clip.samples, wish.clip.rate, progress=progress)
    return as_clip(wet, wish.clip.rate, wish.label or wish.clip.name)
