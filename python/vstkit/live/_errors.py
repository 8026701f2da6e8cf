# SPDX-License-Identifier: ISC
"""What can go wrong between here and a running plugin."""


class LiveError(Exception):
    """Whatever goes wrong with running plugins."""


class NotFoundError(LiveError, LookupError):
    """No running plugin is meant, or several are; the message lists them."""


class NoAnswerError(LiveError, TimeoutError):
    """The plugin did not answer in time: the host has ended, or nothing plays where sound was asked for."""


class RefusedError(LiveError, ValueError):
    """The plugin refused a message.

    Of a bundle of several values, those that it did not refuse are set.
    """

    def __init__(self, address: str, reason: str, remedy: str) -> None:
        super().__init__(f"{address}: {reason}; {remedy}")
        self.address = address
        """What was refused: "/lossy/param/loss"."""
        self.reason = reason
        """Why, in the plugin's words."""
        self.remedy = remedy
        """What would be right, in the plugin's words."""
