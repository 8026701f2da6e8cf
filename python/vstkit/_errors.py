# SPDX-License-Identifier: ISC
"""What can go wrong, beyond Python's own exceptions."""


class VstkitWarning(UserWarning):
    """Something was put right or ignored: a value out of a control's range, samples that are not finite."""


class UnknownKeyError(KeyError, ValueError):
    """No parameter of the effect has this key; the message names near ones."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnstableError(ArithmeticError):
    """The render grew without bound and was stopped; the message says what to turn."""
