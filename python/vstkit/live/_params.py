# SPDX-License-Identifier: ISC
"""Parameters of a running plugin as a mapping."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from .._errors import UnknownKeyError
from ._errors import RefusedError
from ._told import ParameterRow
from ._wire import Message, Wire

BYPASS = "bypass"


def path_of(prefix: str, key: object) -> str:
    """`prefix/KEY` as an address has it, of a key as it is everywhere else."""
    if not isinstance(key, str):
        raise TypeError(f"a parameter's key is text, not {type(key).__name__}")
    return f"{prefix}/{key.replace('.', '/', 1)}"


def key_of(path: str) -> str:
    """Key of a parameter from what follows `/E/` in an address."""
    return path.partition("/")[2].replace("/", ".", 1)


def arguments(value: Any) -> Iterable[Any]:
    """Arguments that set a value: one, or as many as an array has elements."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return value if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)) else (value,)


class LiveParams(MutableMapping[str, Any]):
    """Parameters of a running plugin by key, read from it and set in it.

    Values are set as numbers, text ("1.2 kHz", "bandpass"), or sequences for arrays; the plugin clamps to its
    range.  They read as numbers (a choice as its index) or lists.  An element is "delay_times.3", counted from 1.
    Each that is set is a step for the plugin's undo; `Plugin.set` sets several as one.

    Raises UnknownKeyError (a KeyError), RefusedError (a ValueError), NoAnswerError, TypeError.
    """

    __slots__ = ("_wire", "_rows")

    def __init__(self, wire: Wire, rows: dict[str, ParameterRow]) -> None:
        self._wire, self._rows = wire, rows

    def _ask(self, key: str, args: Iterable[Any] = ()) -> list[Message]:
        try:
            return self._wire.ask(path_of("param", key), *args)
        except RefusedError as error:
            if key.partition(".")[0] not in self._rows:
                raise UnknownKeyError(str(error)) from error
            raise

    def __getitem__(self, key: str) -> Any:
        values = [self.typed(key, args[0]) for _, args in self._ask(key)]
        return values if self._is_array(key) else values[0]

    def __setitem__(self, key: str, value: Any) -> None:
        self._ask(key, arguments(value))

    def __delitem__(self, key: str) -> None:
        raise TypeError("parameters cannot be removed")

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __repr__(self) -> str:
        return f"<parameters of {self._wire.name} on port {self._wire.port}>"

    def text(self, key: str) -> str:
        """A value as people read it: "1.2 kHz"; an array's with commas."""
        return ", ".join(args[1] for _, args in self._ask(key))

    def to_dict(self) -> dict[str, Any]:
        """All values, asked for at once."""
        values: dict[str, Any] = {}
        for path, args in self._wire.ask("params"):
            if path.startswith("param/"):
                key = key_of(path)
                base = key.partition(".")[0]
                if self._is_array(base):
                    values.setdefault(base, []).append(self.typed(key, args[0]))
                else:
                    values[key] = self.typed(key, args[0])
        return values

    def typed(self, key: str, value: float) -> Any:
        """A number as its parameter has it."""
        row = self._rows.get(key.partition(".")[0])
        return float(value) if row and row.kind == "float" else int(value)

    def _is_array(self, key: str) -> bool:
        return key in self._rows and self._rows[key].count > 1
