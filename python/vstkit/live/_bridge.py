# SPDX-License-Identifier: ISC
"""A plugin by its port alone."""

from types import TracebackType
from typing import Any, Self

from ._plugin import Plugin
from ._told import Snapshot
from ._wire import HOST, Wire


class PluginBridge:
    """Speaks to the plugin on a port, whichever it is, and takes answers on another.

    `Plugin` can do more; this has the few calls of a script that knows its ports.  The plugin need not run yet
    when it is made.  A context manager.

    Args:
        plugin_host: Plugins listen on this machine alone: "127.0.0.1" or "localhost".
        plugin_port: Where the plugin listens.
        listen_port: Where its answers go to; 0 for any.
        timeout: Seconds that an answer may take.

    Raises ValueError, OSError (`listen_port` is taken), and what `Plugin` raises.
    """

    def __init__(self, plugin_host: str = HOST, plugin_port: int = 9000, listen_port: int = 9001, *, timeout: float = 2.0) -> None:
        if plugin_host not in (HOST, "localhost"):
            raise ValueError(f"plugin_host: {plugin_host!r}: plugins listen on this machine alone, at {HOST}")
        self._wire = Wire(plugin_port, timeout, listen_port)

    @property
    def plugin(self) -> Plugin:
        """All that can be done with it.  Raises NoAnswerError if it does not run."""
        return Plugin(self._wire)

    def set_param(self, key: str, value: Any) -> Any:
        """Set a parameter: a number, text ("1.2 kHz") or a sequence.  Returns the value as taken on."""
        params = self.plugin.params
        params[key] = value
        return params[key]

    def load_preset(self, name: str) -> str:
        """Load a preset by id or name.  Returns its name."""
        return self.plugin.load_preset(name)

    def request_snapshot(self, seconds: float = 3.0) -> Snapshot:
        """Take the last seconds of sound: `dry, wet, state, sample_rate`."""
        return self.plugin.snapshot(seconds)

    def get_metrics(self) -> dict[str, float]:
        """Levels by name: "wet_rms_db", …"""
        return self.plugin.metrics()._asdict()

    def close(self) -> None:
        """Stop.  Allowed again."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
