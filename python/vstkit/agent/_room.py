# SPDX-License-Identifier: ISC
"""Figures of effects that are rooms."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._flat import slots
from .._table import effect_info
from .._trial import render
from .._work import Cancel
from ._figures import RoomFigures, room_figures

_ROOM_S = 6.0
_WET = "wet_dry"


def is_room(effect: str) -> bool:
    """Whether a decay time says something of the effect."""
    return "rt60" in effect_info(effect).solve_keys


def room(effect: str, values: Mapping[str, Any], sample_rate: float, cancel: Cancel | None = None) -> RoomFigures | None:
    """Figures of the response to an impulse of a room, without the direct sound; None of what is none."""
    if not is_room(effect):
        return None
    impulse = np.zeros((int(sample_rate * _ROOM_S), 1))
    impulse[0] = 1.0
    wet = {**values, _WET: 1.0} if _WET in slots(effect) else values
    return room_figures(render(effect, wet, impulse, sample_rate, cancel), sample_rate)
