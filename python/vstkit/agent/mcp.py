# SPDX-License-Identifier: ISC
"""`vstkit-mcp`: the nine tools for any MCP client, over stdio, or over HTTP on this machine with a token."""

import argparse
import base64
import hmac
import json
import math
import os
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from .. import _core
from .._presets import presets
from .._table import effect_info, effects, parameters
from .._work import AgentError, Progress
from ._chat import live_hosts, open_instance
from ._guide import RULES, guide, preset_line
from ._schema import SCHEMAS, TOOLS, check_call
from ._session import Session
from ._tools import POLL_S, Answer, Tools
from ._types import Budget

TOKEN_VARIABLE = "VSTKIT_MCP_TOKEN"
_PROGRESS_S = 0.1
_HOST = "127.0.0.1"
_RESOURCES = {
    "guide": ("text/plain", "parts, parameters with unit, range and help, presets"),
    "presets": ("text/plain", "all presets"),
    "table": ("application/json", "the parameter table"),
}
_MISSING = "vstkit-mcp needs mcp: pip install 'vstkit[agent]'"


def resource(uri: str) -> tuple[str, str]:
    """MIME type and text of vstkit://guide/EFFECT, presets/EFFECT or table/EFFECT.  Raises AgentError."""
    kind, _, effect = uri.removeprefix("vstkit://").partition("/")
    if not uri.startswith("vstkit://") or kind not in _RESOURCES or effect not in effects():
        raise AgentError(f"{uri[:200]!r}: there are vstkit://{{{','.join(_RESOURCES)}}}/{{{','.join(effects())}}}")
    if kind == "guide":
        body = guide(effect)
    elif kind == "presets":
        body = "\n".join(preset_line(effect, info) for info in presets(effect))
    else:
        rows = {key: {**asdict(row), "flags": sorted(row.flags)} for key, row in parameters(effect).items()}
        body = json.dumps({"effect": effect, "name": effect_info(effect).name, "parameters": rows}, indent=1)
    return _RESOURCES[kind][0], body


class Desk:
    """One session for all clients of a server; calls wait for each other, and a client that gives up ends its own.

    For a poll nobody waits: it has its turn once it has something to tell.
    """

    def __init__(self, tools: Tools, poll_s: float = POLL_S) -> None:
        import anyio

        self.tools, self.session, self.poll_s = tools, tools.session, poll_s
        tools.poll_s = 0.0
        self.session.progress = self._note
        self._lock = anyio.Lock()
        self._latest: Progress | None = None

    def _note(self, progress: Progress) -> None:
        self._latest = progress

    async def call(self, name: str, arguments: Any, report: Callable[[Progress], Awaitable[None]]) -> Answer:
        """Call a tool on another thread.  Raises AgentError."""
        import anyio

        if name == "match" and check_call(name, arguments)["action"] == "poll":
            await self._wait(report)
        async with self._lock:
            self.session.cancel.clear()
            self._latest = None
            async with anyio.create_task_group() as group:
                group.start_soon(self._watch, report)
                try:
                    # Not left before it has ended: what it changes must not come after the client has given up
                    answer = await anyio.to_thread.run_sync(partial(self._call, name, arguments))
                finally:
                    group.cancel_scope.cancel()
            return answer

    def _call(self, name: str, arguments: Any) -> Answer:
        try:
            return self.tools.call(name, arguments)
        except AgentError:
            raise
        except Exception as error:  # A fault of ours; the client must hear of it
            raise AgentError(f"{name} failed: {error!r}") from error

    async def _wait(self, report: Callable[[Progress], Awaitable[None]]) -> None:
        """Report how far the search is, until it has ended or `poll_s` have passed."""
        import anyio

        search, told = self.session.search, None
        end = time.monotonic() + self.poll_s
        while search is not None and search.is_running and time.monotonic() < end:
            await anyio.sleep(_PROGRESS_S)
            latest = self._latest
            if latest is not None and latest is not told and latest.what == "match":
                told = latest
                await report(latest)

    async def _watch(self, report: Callable[[Progress], Awaitable[None]]) -> None:
        """Report progress; cancelled with the call, end what works."""
        import anyio

        told = None
        try:
            while True:
                await anyio.sleep(_PROGRESS_S)
                latest = self._latest
                if latest is not None and latest is not told:
                    told = latest
                    await report(latest)
        finally:
            self.session.cancel.set()


def make_server(tools: Tools) -> Any:
    """The server of the SDK: tools and resources over one session."""
    import mcp_types as types
    from mcp import MCPError
    from mcp.server import Server

    desk = Desk(tools)

    async def list_tools(ctx: Any, params: Any) -> Any:
        listed = [types.Tool(name=tool["name"], description=tool["description"], input_schema=tool["input_schema"]) for tool in TOOLS]
        return types.ListToolsResult(tools=listed)

    async def call_tool(ctx: Any, params: Any) -> Any:
        if params.name not in SCHEMAS:
            raise MCPError(types.INVALID_PARAMS, f"there is no tool {params.name[:60]!r}: there are {', '.join(SCHEMAS)}")

        async def report(progress: Progress) -> None:
            words = f"{progress.what} {progress.note}".strip()
            await ctx.session.report_progress(progress.done, progress.total or None, words)

        try:
            answer = await desk.call(params.name, params.arguments or {}, report)
        except* AgentError as errors:
            error: BaseException = errors
            while isinstance(error, BaseExceptionGroup):
                error = error.exceptions[0]
            answer = error  # type: ignore[assignment]
        if isinstance(answer, AgentError):
            return types.CallToolResult(content=[types.TextContent(type="text", text=str(answer))], is_error=True)
        images = [types.ImageContent(type="image", data=base64.b64encode(png).decode(), mime_type="image/png") for png in answer.images]
        return types.CallToolResult(content=[*images, types.TextContent(type="text", text=answer.text)])

    async def list_resources(ctx: Any, params: Any) -> Any:
        listed = [
            types.Resource(uri=f"vstkit://{kind}/{effect}", name=f"{effect_info(effect).name}: {what}", mime_type=mime)
            for effect in effects()
            for kind, (mime, what) in _RESOURCES.items()
        ]
        return types.ListResourcesResult(resources=listed)

    async def read_resource(ctx: Any, params: Any) -> Any:
        try:
            mime, body = resource(str(params.uri))
        except AgentError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from error
        return types.ReadResourceResult(contents=[types.TextResourceContents(uri=params.uri, text=body, mime_type=mime)])

    return Server(
        "vstkit",
        version=_core.version,
        title="VstKit",
        instructions=RULES,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


_Scope = MutableMapping[str, Any]
_App = Callable[[_Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]


def guarded(app: _App, token: str) -> _App:
    """An ASGI application that answers only who has the token."""

    async def guard(scope: _Scope, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        if scope["type"] == "http":
            given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
            if not hmac.compare_digest(given, b"Bearer " + token.encode()):
                headers = [(b"content-type", b"text/plain"), (b"www-authenticate", b"Bearer")]
                await send({"type": "http.response.start", "status": 401, "headers": headers})
                await send({"type": "http.response.body", "body": b"the token is missing or wrong\n"})
                return
        await app(scope, receive, send)

    return guard


def _serve_http(server: Any, port: int, token: str) -> None:
    import uvicorn

    app = guarded(server.streamable_http_app(host=_HOST), token)
    config = uvicorn.Config(app, host=_HOST, port=port, log_level="warning", timeout_graceful_shutdown=2)
    listener = config.bind_socket()
    print(f"vstkit-mcp: http://{_HOST}:{listener.getsockname()[1]}/mcp", file=sys.stderr, flush=True)
    if not os.environ.get(TOKEN_VARIABLE):
        print(f"vstkit-mcp: token {token}", file=sys.stderr, flush=True)
    uvicorn.Server(config).run(sockets=[listener])


async def _serve_stdio(server: Any) -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vstkit-mcp", description=(__doc__ or "").strip("`"), allow_abbrev=False)
    parser.add_argument("effect", nargs="?", help=f"to open at once over FILE: {', '.join(effects())}")
    parser.add_argument("file", nargs="?", help="sound file")
    parser.add_argument("-i", "--instance", metavar="WHICH", help="running plugin to open at once; others are opened by the tools")
    parser.add_argument("-p", "--preset", help="preset to start from, over a file")
    parser.add_argument("--http", metavar="PORT", type=int, help=f"serve HTTP on {_HOST} (0: any port)")
    parser.add_argument("--session", metavar="FILE", help="write what happens to this file, which can be replayed")
    parser.add_argument("--folder", metavar="DIR", help="write clips and candidates there, to be heard")
    parser.add_argument("--renders", type=float, default=100000, help="budget of trials (100000)")
    parser.add_argument("--version", action="version", version=f"vstkit-mcp {_core.version}")
    return parser.parse_args(arguments)


def _tools(options: argparse.Namespace) -> Tools:
    hosts = live_hosts()
    budget = Budget(renders=options.renders, tokens=math.inf, calls=math.inf)
    session = Session("mcp", budget=budget, journal=options.session)
    if options.effect or options.instance:
        session.add_instance(open_instance(options, hosts))
    folder = Path(options.folder) if options.folder else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return Tools(session, hosts=hosts, folder=folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the client goes; the exit status."""
    options = _options(arguments)
    try:
        import anyio
        import mcp.server  # noqa: F401
    except ImportError:
        print(_MISSING, file=sys.stderr)
        return 1
    try:
        tools = _tools(options)
        server = make_server(tools)
        try:
            if options.http is not None:
                _serve_http(server, options.http, os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(24))
            else:
                anyio.run(_serve_stdio, server)
        finally:
            tools.session.close()
    except (AgentError, OSError) as error:
        print(f"vstkit-mcp: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
