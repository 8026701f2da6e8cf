# SPDX-License-Identifier: ISC
"""What can go wrong, beyond Python's own exceptions."""

import re
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class VstkitWarning(UserWarning):
    """Something was put right or ignored: a value out of a control's range, samples that are not finite."""


class _Strictness(threading.local):
    on = False


_strictness = _Strictness()
_REMEDY = re.compile("(: [^:]* is used|, but kept)$")


@contextmanager
def strictly() -> Iterator[None]:
    """Within, on this thread, what would be put right with a warning raises ValueError."""
    before, _strictness.on = _strictness.on, True
    try:
        yield
    finally:
        _strictness.on = before


class UnknownKeyError(KeyError, ValueError):
    """No parameter of the effect has this key; the message names near ones."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnstableError(ArithmeticError):
    """The render grew without bound and was stopped; the message says what to turn."""


_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: object) -> str:
    """Text for a message: what a terminal would act on, and bytes of a file's name that are no UTF-8, become "?"."""
    return _ACTING.sub("?", str(text))


def warn(text: str) -> None:
    """Warn about the line, outside of this package, that called it; raise ValueError where `strictly` asks for it."""
    if _strictness.on:
        raise ValueError(_REMEDY.sub("", text))
    frame: FrameType | None = sys._getframe(1)
    level = 2
    # MutableMapping.update() and the like set one by one
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] in (__package__, "collections"):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, VstkitWarning, stacklevel=level)
