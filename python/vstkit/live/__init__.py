# SPDX-License-Identifier: ISC
"""Plugins that run in a host: find them, set and read their parameters, watch them, take their sound.

    from vstkit import live
    with live.connect("lossy") as plugin:
        plugin.params["loss"] = 0.8
        dry, wet, state, sample_rate = plugin.snapshot(3.0)

The plugins listen on this machine alone, and only when OSC is on (VSTKIT_OSC=1 in the host's environment); see
doc/osc.md.  Needs the extra `vstkit[live]`: python-osc packs and unpacks the messages.
"""

from ._bridge import PluginBridge
from ._errors import LiveError, NoAnswerError, NotFoundError, RefusedError
from ._find import Instance, instances
from ._params import LiveParams
from ._plugin import Plugin, connect
from ._told import Change, Metrics, ParameterRow, PresetRow, Snapshot, Step
from ._watch import Watch

__all__ = [
    "Change",
    "Instance",
    "LiveError",
    "LiveParams",
    "Metrics",
    "NoAnswerError",
    "NotFoundError",
    "ParameterRow",
    "Plugin",
    "PluginBridge",
    "PresetRow",
    "RefusedError",
    "Snapshot",
    "Step",
    "Watch",
    "connect",
    "instances",
]
