# SPDX-License-Identifier: ISC
"""What can go wrong, beyond Python's own exceptions."""

import re
import sys
import warnings
from types import FrameType


class VstkitWarning(UserWarning):
    """Something was put right or ignored: a value out of a control's range, samples that are not finite."""


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
    """Warn about the line, outside of this package, that called it."""
    frame: FrameType | None = sys._getframe(1)
    level = 2
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == __package__:
        frame, level = frame.f_back, level + 1
    warnings.warn(text, VstkitWarning, stacklevel=level)
