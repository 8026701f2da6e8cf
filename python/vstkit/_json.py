# SPDX-License-Identifier: ISC
"""JSON of presets and states."""

import json
import math
from collections.abc import Mapping
from typing import Any

from ._errors import printable

_MAX_INT = 2**63


def plain(value: Any) -> Any:
    """NumPy's numbers and arrays as JSON knows them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be part of a preset")


def _check(key: str, value: Any) -> None:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        for name, member in value.items():
            _check(f"{key}.{name}", member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            _check(key, member)
    elif (isinstance(value, float) and not math.isfinite(value)) or (isinstance(value, int) and abs(value) >= _MAX_INT):
        shown = f"{value!r}" if isinstance(value, float) else "so large a number"
        raise ValueError(f'key "{printable(key)}": {shown} is no value that a preset can hold')


def dump(members: Mapping[str, Any]) -> str:
    """Text of the members of a preset.  Raises ValueError, naming the key of what JSON cannot hold; TypeError."""
    try:
        for key, value in members.items():
            _check(key, value)
        return json.dumps(dict(members), default=plain)
    except RecursionError:
        raise ValueError("a preset's members are nested too deeply") from None
