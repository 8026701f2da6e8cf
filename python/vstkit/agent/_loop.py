# SPDX-License-Identifier: ISC
"""The loop between a language model and the tools: streaming, budgets, a Stop that is at once."""

import base64
import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .._flat import cut, text
from .._work import AgentError, Cancelled
from ._guide import system_prompt
from ._schema import TOOLS
from ._tools import Answer, Tools
from ._types import BudgetError

DEFAULT_MODEL = "claude-sonnet-5-5"
MODEL_VARIABLE = "VSTKIT_AGENT_MODEL"
_ADDRESS = "ANTHROPIC_BASE_URL or --base-url"
_MAX_CALLS_A_TURN = 12
_MAX_IMAGES = 2
_LOOK_S = 0.05
_MAX_HISTORY_BYTES = 600_000


class ModelError(AgentError):
    """The model, or the way to it, failed; the message says what to do."""


@dataclass(frozen=True)
class Event:
    """What happens while a question is worked on."""

    kind: str
    """"text" (of the model), "call", "answer", "error" (of a tool), "note" (of the loop)."""
    text: str
    tool: str = ""
    images: tuple[bytes, ...] = ()


@dataclass
class Outcome:
    """How a question ended."""

    kind: str
    """"done", "stopped", "budget", "refused", "failed"."""
    text: str
    """What the model said last, or why it ended."""
    kept: list[int] = field(default_factory=list)
    """Numbers of the steps that were kept."""


def make_client(retries: int = 2, timeout: float = 60.0, base_url: str | None = None) -> Any:
    """A client of the messages API; the key is from the environment (ANTHROPIC_API_KEY), the base URL, too, where none is given.

    Raises ModelError: no such package, no key, an address that is none.
    """
    try:
        import anthropic
    except ImportError:
        raise ModelError("the agent needs anthropic: pip install 'vstkit[agent]'; vstkit-agent match works without it") from None
    key, token = os.environ.get("ANTHROPIC_API_KEY"), os.environ.get("ANTHROPIC_AUTH_TOKEN")
    if not (key or token):
        raise ModelError("no key for a model: set ANTHROPIC_API_KEY; vstkit-agent match works without one")
    base_url = base_url or os.environ.get("ANTHROPIC_BASE_URL") or None
    if base_url and not base_url.startswith(("http://", "https://")):
        raise ModelError(f"base URL {cut(base_url)}: an address with http:// or https:// is expected")
    try:
        # Said here and not left to the SDK, which looks for more than these, and later
        return anthropic.Anthropic(api_key=key, auth_token=token, base_url=base_url, max_retries=retries, timeout=timeout)
    except Exception as error:  # Of whatever kind: an address that is none, a certificate that cannot be read
        raise ModelError(f"no way to a model: {cut(error)}; check ANTHROPIC_API_KEY and {_ADDRESS}") from error


def _explain(error: BaseException) -> ModelError:
    """What went wrong on the way to the model, with a remedy."""
    import anthropic

    status = getattr(error, "status_code", None)
    said = cut(getattr(error, "message", "") or str(error) or type(error).__name__, 200)
    remedies = {
        400: "the request was refused",
        401: "check ANTHROPIC_API_KEY",
        403: "this key may not use the model",
        404: "check the name of the model (--model)",
        413: "the conversation has become too long: begin a new one",
        429: "too many requests: wait a while, then ask again",
        529: "the model is overloaded: ask again later",
    }
    if isinstance(error, anthropic.APIStatusError) and status in remedies:
        return ModelError(f"HTTP {status}: {said}; {remedies[status]}")
    if status is not None:
        return ModelError(f"HTTP {status}: {said}; ask again later")
    if isinstance(error, anthropic.APITimeoutError):
        return ModelError("the model did not answer in time; ask again")
    return ModelError(f"the connection to the model failed: {said}; check the network and {_ADDRESS}, then ask again")


class _Stream:
    """A response that comes on a thread of its own, so that nobody has to wait for the network."""

    def __init__(self, client: Any, request: dict[str, Any]) -> None:
        self._events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._dropped = threading.Event()
        threading.Thread(target=self._read, args=(client, request), name="vstkit model", daemon=True).start()

    def _read(self, client: Any, request: dict[str, Any]) -> None:
        try:
            with client.messages.stream(**request) as stream:
                for event in stream:
                    if self._dropped.is_set():
                        return
                    if event.type == "text":
                        self._events.put(("text", event.text))
                    else:
                        self._events.put(("alive", None))
                self._events.put(("done", stream.get_final_message()))
        except BaseException as error:  # Whatever it is, who waits must hear of it
            self._events.put(("error", error))

    def drop(self) -> None:
        """Let it end on its own, unheard."""
        self._dropped.set()

    def events(self, stop: Callable[[], bool], patience: float) -> Iterator[tuple[str, Any]]:
        """Events as they come.  Raises Cancelled at once on `stop()`, ModelError after `patience` seconds of nothing."""
        end = time.monotonic() + patience
        while True:
            if stop():
                self.drop()
                raise Cancelled("stopped")
            try:
                kind, value = self._events.get(timeout=_LOOK_S)
            except queue.Empty:
                if time.monotonic() > end:
                    self.drop()
                    raise ModelError(f"the model has said nothing for {patience:g} s; ask again") from None
                continue
            end = time.monotonic() + patience
            yield kind, value
            if kind in ("done", "error"):
                return


class Loop:
    """A conversation.  `ask` works on one question; the user may move knobs meanwhile, and `session.stop()` stops it at once.

    Args:
        tools: What the model may call.
        client: Of the `anthropic` SDK, or alike; see `make_client`.
        model: Its name; VSTKIT_AGENT_MODEL or a default without it.
        tell: Called with each Event, from the thread of `ask`.
        max_tokens: Of one response.
        max_rounds: Requests that one question may take.
        patience: Seconds without a sign of the model until it counts as hung.
    """

    def __init__(
        self,
        tools: Tools,
        client: Any,
        *,
        model: str | None = None,
        tell: Callable[[Event], None] | None = None,
        max_tokens: int = 4096,
        max_rounds: int = 30,
        patience: float = 120.0,
    ) -> None:
        self.tools, self.session, self.client = tools, tools.session, client
        self.model = model or os.environ.get(MODEL_VARIABLE) or DEFAULT_MODEL
        self.tell = tell or (lambda event: None)
        self.max_tokens, self.max_rounds, self.patience = max_tokens, max_rounds, patience
        self.messages: list[dict[str, Any]] = []
        self.takes_images = True
        self._system = ""

    def ask(self, question: str) -> Outcome:
        """Work on a question until the model has answered it, a budget is used up, or it is stopped.

        Never raises: an Outcome says how it ended.  The sound is as it was left by the last step that was kept.
        """
        session = self.session
        session.cancel.clear()
        first = len(session.steps)
        session.journal.write("user", text=question)
        try:
            self._begin(question)
            outcome = self._rounds()
        except Cancelled:
            outcome = Outcome("stopped", "stopped; what was kept stays")
        except BudgetError as error:
            outcome = Outcome("budget", f"{error}; what was kept stays")
        except AgentError as error:
            outcome = Outcome("failed", str(error))
        self._close_calls(outcome.text)
        outcome.kept = [step.number for step in session.steps[first:] if not step.undone]
        session.journal.write("outcome", kind=outcome.kind, text=outcome.text, spent=session.budget.text())
        return outcome

    def _begin(self, question: str) -> None:
        session = self.session
        session.budget.check()
        if not self._system:
            known = {name: (own.effect, own.kind, own.values()) for name, own in session.instances.items()}
            self._system = system_prompt(known)
        notes = []
        for name, own in session.instances.items():
            moved = session.meanwhile(name)
            shown = [f"{key}={text(own.effect, key, now)}" for key, (_, now) in list(moved.items())[:20]]
            notes += [f"(Meanwhile the user moved in {name!r}: {', '.join(shown)})"] if shown else []
        self._add("user", [{"type": "text", "text": "\n".join([*notes, question]) or "?"}])

    def _add(self, role: str, content: list[dict[str, Any]]) -> None:
        """Append, to the last message where that is of the same role."""
        if self.messages and self.messages[-1]["role"] == role:
            self.messages[-1]["content"] += content
        else:
            self.messages.append({"role": role, "content": content})

    def _close_calls(self, why: str) -> None:
        """Answer calls that were left without one, so that the conversation can go on."""
        if self.messages and self.messages[-1]["role"] == "assistant":
            open_calls = [block for block in self.messages[-1]["content"] if block["type"] == "tool_use"]
            if open_calls:
                self._add("user", [_result(block["id"], [_text(f"not done: {why}")], True) for block in open_calls])

    # Requests

    def _rounds(self) -> Outcome:
        said = ""
        for _ in range(self.max_rounds):
            message = self._request()
            said = "".join(block.text for block in message.content if block.type == "text") or said
            content = [block.model_dump(exclude_none=True) for block in message.content]
            content = [_as_param(block) for block in content if block.get("type") != "text" or block.get("text")]
            if content:
                self._add("assistant", content)
            calls = [block for block in message.content if block.type == "tool_use"]
            if calls:
                self._answer(calls, message.stop_reason == "max_tokens")
            elif message.stop_reason == "pause_turn":
                continue
            elif message.stop_reason == "refusal":
                return Outcome("refused", said or "the model refuses to answer this")
            elif message.stop_reason in ("max_tokens", "model_context_window_exceeded"):
                raise ModelError(f"the answer was cut off ({message.stop_reason}): {cut(said, 120)}; ask for less, or begin anew")
            else:
                return Outcome("done", said)
        raise BudgetError(f"the question took {self.max_rounds} requests and is not done")

    def _request(self) -> Any:
        """One response, streamed.  Without pictures where those are refused."""
        self._trim()
        try:
            return self._stream()
        except ModelError as error:
            if not (self.takes_images and "HTTP 400" in str(error) and "image" in str(error).lower() and self._drop_images(0)):
                raise
            self.takes_images = False
            self.tell(Event("note", "the model takes no pictures: going on without"))
            return self._stream()

    def _stream(self) -> Any:
        session = self.session
        session.budget.check()
        session.cancel.check()
        session.say("model", note=self.model)
        request = {
            "model": self.model,
            "max_tokens": self.max_tokens,
            "system": [{"type": "text", "text": self._system, "cache_control": {"type": "ephemeral"}}],
            "tools": [dict(tool) for tool in TOOLS],
            "messages": self.messages,
        }
        stream = _Stream(self.client, request)
        left = session.budget.seconds - session.budget.spent_seconds
        end = time.monotonic() + max(0.0, left)
        for kind, value in stream.events(lambda: session.cancel.is_set, self.patience):
            if kind == "text":
                self.tell(Event("text", value))
            elif kind == "error":
                raise _explain(value) from value
            elif kind == "done":
                self._count(value.usage)
                if value.stop_reason is None:  # An end of the connection reads like one of the answer
                    raise ModelError("the connection was cut in the middle of an answer; ask again")
                return value
            if time.monotonic() > end:
                stream.drop()
                session.budget.check()
        raise ModelError("the answer ended without an end; ask again")

    def _count(self, usage: Any) -> None:
        names = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        spent = {name: int(getattr(usage, name, 0) or 0) for name in names}
        self.session.budget.spent_out_tokens += spent["output_tokens"]
        self.session.budget.spent_in_tokens += sum(spent.values()) - spent["output_tokens"]
        self.session.journal.write("usage", **spent)

    # Calls

    def _answer(self, calls: list[Any], was_cut: bool) -> None:
        results = []
        try:
            for number, call in enumerate(calls, 1):
                self.session.cancel.check()
                self.tell(Event("call", cut(json.dumps(call.input, ensure_ascii=False, default=str), 400), call.name))
                answer = self._call(call, number, was_cut and number == len(calls))
                if isinstance(answer, str):
                    self.tell(Event("error", answer, call.name))
                    results.append(_result(call.id, [_text(answer)], True))
                else:
                    self.tell(Event("answer", answer.text, call.name, answer.images))
                    shown = [_image(png) for png in answer.images] if self.takes_images else []
                    results.append(_result(call.id, [*shown, _text(answer.text)], False))
        finally:  # Also where it is stopped, or a budget ends it: every call has its answer
            done = {result["tool_use_id"] for result in results}
            results += [_result(call.id, [_text("not done: it was stopped")], True) for call in calls if call.id not in done]
            self._add("user", results)

    def _call(self, call: Any, number: int, was_cut: bool) -> Answer | str:
        """The answer of a tool, or what is wrong."""
        if number > _MAX_CALLS_A_TURN:
            return f"not done: {_MAX_CALLS_A_TURN} calls in one turn are enough; look at their answers first"
        if was_cut:
            return "not done: the call was cut off by the length of the answer; make it shorter"
        try:
            return self.tools.call(call.name, call.input)
        except Cancelled:
            raise
        except BudgetError as error:
            if self.session.budget.is_over:
                raise
            return str(error)
        except AgentError as error:
            return str(error)
        except Exception as error:  # A fault of ours must not end the conversation
            self.session.journal.write("fault", tool=call.name, text=repr(error))
            return f"the tool failed: {cut(repr(error))}"

    # Length

    def _drop_images(self, keep: int) -> bool:
        """Leave out all pictures but the last ones; whether there were any."""
        holders = [
            result
            for message in self.messages
            for result in message["content"]
            if result["type"] == "tool_result" and any(block["type"] == "image" for block in result["content"])
        ]
        for result in holders[: len(holders) - keep]:
            result["content"] = [block for block in result["content"] if block["type"] != "image"] + [_text("(picture left out)")]
        return len(holders) > keep

    def _trim(self) -> None:
        """Keep the conversation short: few pictures, and old answers cut where it grows long."""
        self._drop_images(_MAX_IMAGES)
        size = len(json.dumps(self.messages, default=str))
        for message in self.messages[:-4]:
            for block in message["content"]:
                if size > _MAX_HISTORY_BYTES and block["type"] == "tool_result":
                    size -= sum(len(part.get("text", "")) for part in block["content"])
                    block["content"] = [_text("(an old answer, left out)")]


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def _image(png: bytes) -> dict[str, Any]:
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(png).decode()}
    return {"type": "image", "source": source}


def _result(call: str, content: list[dict[str, Any]], is_error: bool) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call, "content": content, **({"is_error": True} if is_error else {})}


def _as_param(block: dict[str, Any]) -> dict[str, Any]:
    """A block of a response as a request takes it."""
    kept = {
        "text": ("type", "text"),
        "tool_use": ("type", "id", "name", "input"),
        "thinking": ("type", "thinking", "signature"),
        "redacted_thinking": ("type", "data"),
    }.get(block["type"])
    if kept is None:
        return block
    if block["type"] == "tool_use" and not isinstance(block["input"], dict):
        return {**{key: block[key] for key in kept}, "input": {}}
    return {key: block[key] for key in kept}
