# SPDX-License-Identifier: ISC
"""Messages to one plugin, and its answers."""

import math
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ._errors import LiveError, NoAnswerError, RefusedError

try:
    from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
    from pythonosc.osc_message import OscMessage, ParseError
    from pythonosc.osc_message_builder import OscMessageBuilder
except ImportError:
    raise ImportError("vstkit.live needs python-osc: pip install 'vstkit[live]'") from None

Message = tuple[str, list[Any]]
T = TypeVar("T")
HOST = "127.0.0.1"
MAX_BYTES = 65507
LOOK_S = 0.02


def _message(address: str, args: Iterable[Any]) -> OscMessage:
    """Encode; numbers keep every bit.  Raises TypeError, ValueError."""
    builder = OscMessageBuilder(address)
    for arg in args:
        value = arg.item() if hasattr(arg, "item") else arg
        if isinstance(value, str):
            if "\0" in value:
                raise ValueError(f"{address}: a text cannot hold a NUL character")
            builder.add_arg(value, OscMessageBuilder.ARG_TYPE_STRING)
        elif isinstance(value, bool):
            builder.add_arg(int(value), OscMessageBuilder.ARG_TYPE_INT)
        elif isinstance(value, (int, float)):
            number = float(value)
            if not math.isfinite(number):
                raise ValueError(f"{address}: {value!r} is no value")
            builder.add_arg(number, OscMessageBuilder.ARG_TYPE_DOUBLE)
        else:
            raise TypeError(f"{address}: a number or text is expected, not {type(value).__name__}")
    return builder.build()


class Wire:
    """A socket that speaks to one plugin.  Any thread may use it; calls wait for each other."""

    def __init__(self, port: int, timeout: float, listen_port: int = 0) -> None:
        if not 0 < port < 65536:
            raise ValueError(f"port: {port} is none: 1 to 65535 is expected")
        if not (timeout > 0.0 and math.isfinite(timeout)):
            raise ValueError(f"timeout: {timeout!r}: seconds are expected")
        self.port, self.timeout = port, timeout
        self._lock = threading.RLock()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((HOST, listen_port))
            self.id, self.effect, self.name, self.version = "", "", "", ""
        except OSError as error:
            self._socket.close()
            raise OSError(error.errno, f"port {listen_port} cannot be listened on: {error.strerror}") from None

    def close(self) -> None:
        """Stop.  Allowed again."""
        self._socket.close()

    def send(self, path: str, *args: Any) -> None:
        """Send `/E/PATH`."""
        self._send(_message(self._address(path), args).dgram)

    def send_all(self, messages: Iterable[tuple[str, Iterable[Any]]]) -> None:
        """Send messages as one bundle, which is one step."""
        builder = OscBundleBuilder(IMMEDIATELY)
        for path, args in messages:
            builder.add_content(_message(self._address(path), args))
        self._send(builder.build().dgram)

    def finish(self) -> list[Message]:
        """What came until the plugin had worked off all that was sent.

        Packets are worked off in the order in which they are sent, so the answer to a ping comes last.
        Raises RefusedError for the first refusal among them, NoAnswerError.
        """
        with self._lock:
            self._send(_message("/vstkit/ping", ()).dgram)
            end = time.monotonic() + self.timeout
            messages: list[Message] = []
            while True:
                message = self.receive(end - time.monotonic())
                if message is None:
                    raise NoAnswerError(f"nothing answers on port {self.port} within {self.timeout:g} s: does the host still run?")
                if message[0] == "/vstkit/pong" and len(message[1]) >= 4:
                    self.id, self.effect, self.name, self.version = map(str, message[1][:4])
                    break
                messages.append(message)
        for address, args in messages:
            if address == f"/{self.effect}/error" and len(args) >= 3:
                raise RefusedError(*map(str, args[:3]))
        return [(address.removeprefix(f"/{self.effect}/"), args) for address, args in messages]

    def ask(self, path: str, *args: Any) -> list[Message]:
        """Send a message; its answers, by what follows the effect in their addresses."""
        with self._lock:
            self.send(path, *args)
            return self.finish()

    def await_answer(
        self,
        path: str,
        args: tuple[Any, ...],
        seconds: float,
        take: Callable[[Message], T | None],
        why: str,
        stop: Callable[[], bool] | None = None,
    ) -> T:
        """Send a message whose answer comes in its own time, until `stop()`.  Raises NoAnswerError(`why`)."""
        with self._lock:
            end = time.monotonic() + seconds
            self.send(path, *args)
            while True:
                for message in self.finish():
                    if (found := take(message)) is not None:
                        return found
                if time.monotonic() > end or (stop and stop()):
                    raise NoAnswerError(f"{self.name}: {why} within {seconds:g} s: does the host play?")
                time.sleep(LOOK_S)

    def receive(self, seconds: float) -> Message | None:
        """The next message of the plugin, or None if none comes in time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._check_open()
            self._socket.settimeout(left)
            try:
                data, sender = self._socket.recvfrom(MAX_BYTES)
                if sender[1] == self.port:
                    message = OscMessage(data)
                    return message.address, message.params
            except (TimeoutError, ConnectionRefusedError, ParseError):
                continue
        return None

    def _address(self, path: str) -> str:
        if not path or any(not 0x20 < ord(character) < 0x7F or character in "#*,?[]{}" for character in path):
            raise ValueError(f"{path!r} is no address")
        return f"/{self.effect}/{path}"

    def _send(self, data: bytes) -> None:
        self._check_open()
        if len(data) > MAX_BYTES:
            raise ValueError(f"{len(data)} bytes are too many for a message: {MAX_BYTES} are possible")
        try:
            self._socket.sendto(data, (HOST, self.port))
        except ConnectionRefusedError:  # Of the datagram before
            self._socket.sendto(data, (HOST, self.port))

    def _check_open(self) -> None:
        if self._socket.fileno() < 0:
            raise LiveError("the connection is closed")
