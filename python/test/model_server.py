# SPDX-License-Identifier: ISC
"""A language model that does as a script says, behind a real messages API on loopback: HTTP, server-sent events, tool use.

Requests and events are checked and written with the SDK's own types.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from anthropic.types import (
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawContentBlockStopEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
    message_create_params,
)
from pydantic import TypeAdapter, ValidationError

REQUEST: TypeAdapter[Any] = TypeAdapter(message_create_params.MessageCreateParamsStreaming)
Block = dict[str, Any]
ERRORS = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error", 500: "api_error", 529: "overloaded_error"}


def say(words: str) -> Block:
    """A block of text."""
    return {"type": "text", "text": words}


def call(tool: str, **arguments: Any) -> Block:
    """A block that calls a tool."""
    return {"type": "tool_use", "name": tool, "input": arguments}


@dataclass
class Turn:
    """What is answered to one request."""

    blocks: Sequence[Block] = ()
    status: int = 200
    message: str = "as the script says"
    hang_s: float = 0.0
    """Silence in the middle of the stream."""
    cut: bool = False
    """The connection ends in the middle."""
    stop: str = ""
    broken_json: str = ""
    """Sent as the input of the last call."""


Script = Callable[["Request"], Turn | Sequence[Block]]


@dataclass
class Request:
    """A request, and what is to be found in it."""

    body: dict[str, Any]

    def results(self) -> list[dict[str, Any]]:
        """Blocks with results of tools in the last message."""
        content = self.body["messages"][-1]["content"]
        return [block for block in content if block["type"] == "tool_result"] if isinstance(content, list) else []

    def answers(self) -> list[Any]:
        """What they say, as JSON where it is some."""
        found = []
        for result in self.results():
            words = "".join(part["text"] for part in result["content"] if part["type"] == "text")
            try:
                found.append(json.loads(words))
            except ValueError:
                found.append(words)
        return found

    def errors(self) -> list[str]:
        """What tools refused."""
        wrong = [each for each in self.results() if each.get("is_error")]
        return ["".join(part["text"] for part in each["content"] if part["type"] == "text") for each in wrong]

    def images(self) -> int:
        """Pictures in the whole conversation."""
        return json.dumps(self.body["messages"]).count('"media_type": "image/png"')

    def said(self) -> str:
        """What the user said last."""
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else "\n".join(block["text"] for block in content if block["type"] == "text")


def _pieces(turn: Turn, number: int) -> Iterator[Any]:
    usage = {"input_tokens": 100 + number, "output_tokens": 1}
    message: dict[str, Any] = {
        "id": f"msg_{number}", "type": "message", "role": "assistant", "model": "scripted", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    yield RawMessageStartEvent.model_validate({"type": "message_start", "message": message})
    for index, block in enumerate(turn.blocks):
        is_call = block["type"] == "tool_use"
        start = {**block, "input": {}, "id": f"toolu_{number}_{index}"} if is_call else {"type": "text", "text": ""}
        yield RawContentBlockStartEvent.model_validate({"type": "content_block_start", "index": index, "content_block": start})
        words = (turn.broken_json or json.dumps(block["input"])) if is_call else block["text"]
        for at in range(0, len(words), 40):
            piece = words[at : at + 40]
            change = {"type": "input_json_delta", "partial_json": piece} if is_call else {"type": "text_delta", "text": piece}
            yield RawContentBlockDeltaEvent.model_validate({"type": "content_block_delta", "index": index, "delta": change})
        yield None
        yield RawContentBlockStopEvent.model_validate({"type": "content_block_stop", "index": index})
    stop = turn.stop or ("tool_use" if any(block["type"] == "tool_use" for block in turn.blocks) else "end_turn")
    delta = {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 20}}
    yield RawMessageDeltaEvent.model_validate(delta)
    yield RawMessageStopEvent.model_validate({"type": "message_stop"})


@dataclass
class ModelServer:
    """Answers requests as a script says; keeps them, and what was wrong with them."""

    script: Script
    requests: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """What answers."""
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if self.path != "/v1/messages" or not (self.headers.get("x-api-key") or self.headers.get("authorization")):
                    model.wrong.append(f"{self.path} {self.headers}")
                try:
                    REQUEST.validate_python(body)
                    check_conversation(body["messages"])
                except (ValidationError, AssertionError) as error:
                    model.wrong.append(str(error))
                request = Request(body)
                model.requests.append(request)
                try:
                    answered = model.script(request)
                except Exception as error:
                    model.wrong.append(f"the script failed: {error!r}; {json.dumps(body['messages'][-1])[:2000]}")
                    answered = Turn([say("the script failed")])
                turn = answered if isinstance(answered, Turn) else Turn(answered)
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.answer(turn)

            def answer(self, turn: Turn) -> None:
                if turn.status != 200:
                    error = {"type": "error", "error": {"type": ERRORS[turn.status], "message": turn.message}}
                    self.reply(json.dumps(error).encode(), turn.status)
                    return
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                self.close_connection = True
                for piece in _pieces(turn, len(model.requests)):
                    if piece is None:
                        model.ended.wait(turn.hang_s)
                        if turn.cut:
                            return
                        continue
                    self.wfile.write(f"event: {piece.type}\ndata: {piece.model_dump_json(exclude_unset=True)}\n\n".encode())
                    self.wfile.flush()

            def reply(self, data: bytes, status: int) -> None:
                self.send_response(status)
                for name, value in (("content-type", "application/json"), ("content-length", str(len(data))), ("retry-after-ms", "1")):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        return Handler


def check_conversation(messages: list[dict[str, Any]]) -> None:
    """What the API insists on: roles that alternate, every call answered at once, and nothing else answered."""
    assert messages[0]["role"] == "user", "the first message is the user's"
    open_calls: set[str] = set()
    for number, message in enumerate(messages):
        assert message["content"], f"message {number} is empty"
        assert number == 0 or message["role"] != messages[number - 1]["role"], f"message {number}: roles alternate"
        content = message["content"] if isinstance(message["content"], list) else [{"type": "text", "text": message["content"]}]
        results = {block["tool_use_id"] for block in content if block["type"] == "tool_result"}
        assert results == open_calls, f"message {number}: calls {open_calls}, results {results}"
        open_calls = {block["id"] for block in content if block["type"] == "tool_use"}
        for block in content:
            assert block["type"] != "text" or block["text"].strip(), f"message {number} has an empty text"
    assert not open_calls, "the last message answers all calls"


@contextmanager
def serving(script: Script) -> Iterator[ModelServer]:
    """A server on a port of loopback, for as long as it is wanted."""
    model = ModelServer(script)
    server = ThreadingHTTPServer(("127.0.0.1", 0), model.handler())
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield model
    finally:
        model.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def in_order(*turns: Turn | Sequence[Block] | Script) -> Script:
    """A script that answers one after the other, and ends with a text."""
    left = list(turns)

    def script(request: Request) -> Turn | Sequence[Block]:
        if not left:
            return [say("That is all.")]
        turn = left.pop(0)
        return turn(request) if callable(turn) else turn

    return script


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    """Wait until something holds; whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False
