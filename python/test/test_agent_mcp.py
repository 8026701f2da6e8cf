# SPDX-License-Identifier: ISC
"""vstkit-mcp with the SDK's own client, over stdio and over HTTP."""

import asyncio
import json
import math
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sounds
import vstkit

pytest.importorskip("mcp")
import httpx2  # noqa: E402
from mcp import Client, MCPError, StdioServerParameters  # noqa: E402
from mcp.client.streamable_http import streamable_http_client  # noqa: E402
from mcp_types import TextResourceContents  # noqa: E402
from vstkit._work import AgentError, Progress  # noqa: E402
from vstkit.agent import Budget, FileInstance, SearchWish, Session  # noqa: E402
from vstkit.agent._guide import tokens  # noqa: E402
from vstkit.agent._schema import TOOLS  # noqa: E402
from vstkit.agent._tools import Tools  # noqa: E402
from vstkit.agent.mcp import Desk  # noqa: E402

RATE = 44100.0
TOKEN = "a token of ours"


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """A file."""
    vstkit.write(tmp_path / "song.wav", sounds.music(0.5, RATE), RATE, bits="32f")
    return tmp_path / "song.wav"


def parameters(*arguments: str) -> StdioServerParameters:
    """How a client starts the server."""
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    return StdioServerParameters(command=sys.executable, args=["-m", "vstkit.agent.mcp", *arguments], env=environment)


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run, and give up after a while."""
    asyncio.run(asyncio.wait_for(work(), 100.0))


def words_of(result: Any) -> str:
    """The text of an answer, which comes last."""
    return str(result.content[-1].text)


async def told(client: Client, tool: str, **arguments: Any) -> Any:
    """What a tool says, as JSON where it is some."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    words = words_of(result)
    assert tokens(words) <= 4000
    assert {part.type for part in result.content} <= {"text", "image"}, "no sound: clients drop it"
    try:
        return json.loads(words)
    except ValueError:
        return words


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """Why a call is refused: as an error, never as a result."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result.content
    return words_of(result)


async def use_all_tools(client: Client, song: Path) -> None:
    """Everything that a client can do."""
    listed = (await client.list_tools()).tools
    assert [tool.name for tool in listed] == [tool["name"] for tool in TOOLS]
    assert all(tool.description and tool.input_schema["type"] == "object" for tool in listed)
    await told(client, "instances", effect="lossy", file=str(song))
    assert "filter_freq = " in await told(client, "describe")
    clip = await told(client, "capture", seconds=0.5)
    assert Path(clip["wet"]["file"]).exists()
    tried = await told(client, "try", candidates=[{"edits": {"loss": 0.9}}, {"edits": {"filter_type": "bandpass"}}])
    assert Path(tried["candidates"][0]["file"]).exists()
    result = await client.call_tool("compare", {"first": "dry", "second": "c2"})
    assert [part.type for part in result.content] == ["image", "text"]
    assert (await told(client, "keep_or_undo", keep="c1", reason="More"))["taken_on"] == {"loss": "0.90"}
    assert (await told(client, "set_params", edits={"crush": 0.25}))["taken_on"] == {"crush": "0.25"}
    assert (await told(client, "get_state"))["differs_from_default"] == {"loss": "0.90", "crush": "0.25"}
    assert (await told(client, "keep_or_undo", undo=2))["undone"]
    seen: list[tuple[float, float | None, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))

    await told(client, "match", action="start", targets={"centroid_hz": 500}, renders=50000)
    poll = asyncio.create_task(client.call_tool("match", {"action": "poll"}, progress_callback=note))
    while not seen and not poll.done():
        await asyncio.sleep(0.01)
    assert (await told(client, "match", action="stop"))["running"] is False
    assert json.loads(words_of(await poll))["running"] is False
    assert seen
    assert all(total == 50000 and (message or "").startswith("match") for _, total, message in seen)
    # What is wrong is told as an error, with what would be right, and the server goes on
    for tool, arguments, word in (
        ("capture", {"seconds": "three"}, "number"),
        ("capture", {"secs": 3}, "seconds"),
        ("try", {}, "missing"),
        ("keep_or_undo", {"keep": "c99"}, "there is none"),
        ("describe", {"effect": "nope"}, "lossy"),
        ("instances", {"connect": "nobody"}, "plugin"),
    ):
        assert word in await refused(client, tool, **arguments), (tool, arguments)
    with pytest.raises(MCPError, match="there is no tool"):
        await client.call_tool("nope", {})


async def read_resources(client: Client) -> None:
    """Guides, presets and tables of all effects."""
    listed = (await client.list_resources()).resources
    assert len(listed) == 3 * len(vstkit.effects())
    for each in listed:
        (found,) = (await client.read_resource(str(each.uri))).contents
        assert isinstance(found, TextResourceContents)
        effect = str(each.uri).rpartition("/")[2]
        if "/table/" in str(each.uri):
            assert json.loads(found.text)["parameters"].keys() == vstkit.parameters(effect).keys()
        elif "/presets/" in str(each.uri):
            assert len(found.text.splitlines()) == len(vstkit.presets(effect))
        else:
            assert all(key in found.text for key in vstkit.parameters(effect))
    for uri in ("vstkit://guide/nope", "vstkit://../lossy", "file:///etc/passwd", "vstkit://guide/../../x"):
        with pytest.raises(MCPError):
            await client.read_resource(uri)


def test_over_stdio(song: Path, tmp_path: Path) -> None:
    """All tools, all resources, bad arguments, progress; nothing else is on standard output."""

    async def work() -> None:
        async with Client(parameters("--folder", str(tmp_path / "clips"), "--session", str(tmp_path / "s.jsonl"))) as client:
            await use_all_tools(client, song)
            await read_resources(client)

    run(work)
    assert '"event": "step"' in (tmp_path / "s.jsonl").read_text()


def test_the_older_handshake(song: Path) -> None:
    """Clients of before the protocol's last version, as most are."""

    async def work() -> None:
        async with Client(parameters("lossy", str(song)), mode="legacy") as client:
            assert (await told(client, "instances"))["open"].keys() == {"song"}
            assert len((await client.list_tools()).tools) == 9

    run(work)


def test_cancel(song: Path) -> None:
    """A client that gives up ends what works, and only that; the sound stays and the server goes on."""

    async def work() -> None:
        async with Client(parameters("reverb", str(song))) as client:
            await told(client, "capture", file=str(song), name="long")
            calls = [{"edits": {"wet_dry": 0.1 * n}} for n in range(1, 9)]
            await told(client, "match", action="start", targets={"lufs": -30}, renders=90000, clip="long")
            poll = asyncio.create_task(client.call_tool("match", {"action": "poll"}))
            await asyncio.sleep(0.3)
            poll.cancel()
            with pytest.raises(asyncio.CancelledError):
                await poll
            assert (await told(client, "get_state"))["differs_from_default"] == {}
            stopped = await told(client, "match", action="stop")
            assert stopped["running"] is False
            assert 0 < stopped["renders"] < 90000, "the search itself went on until it was stopped"
            assert len((await told(client, "try", candidates=calls))["candidates"]) == 8

    run(work)


def test_nobody_waits_for_a_poll() -> None:
    """Others are answered while a search is polled, and may stop it, which ends the poll."""
    session = Session(budget=Budget(renders=math.inf))
    session.add_instance(FileInstance("lossy", sounds.music(0.5, RATE), RATE))
    session.capture(0.5)
    session.add_clip(sounds.drums(0.5, RATE), RATE, "drums")
    wish = SearchWish(clip="clip1", reference="drums", renders=1000000000, seconds=math.inf)

    async def work() -> None:
        desk, heard = Desk(Tools(session), poll_s=1e6), asyncio.Event()

        async def report(progress: Progress) -> None:
            assert (progress.what, progress.total) == ("match", 1e9)
            heard.set()

        session.match(wish)
        with pytest.raises(AgentError, match="nope"):
            await desk.call("match", {"action": "poll", "nope": 1}, report)
        poll = asyncio.create_task(desk.call("match", {"action": "poll"}, report))
        await heard.wait()
        state = await desk.call("get_state", {}, report)
        assert json.loads(state.text)["differs_from_default"] == {}
        assert not poll.done(), "the state was told meanwhile"
        assert json.loads((await desk.call("match", {"action": "stop"}, report)).text)["running"] is False
        assert json.loads((await poll).text)["running"] is False

    try:
        run(work)
    finally:
        session.close()


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """A server on a port of its own; its address."""
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"} | {"VSTKIT_MCP_TOKEN": TOKEN}
    command = [sys.executable, "-m", "vstkit.agent.mcp", "--http", "0", *arguments]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        try:
            yield server.stderr.readline().split()[-1]
        finally:
            server.terminate()
            rest = server.stderr.read()
    assert "Traceback" not in rest, rest
    assert TOKEN not in rest


def with_token(url: str, token: str = TOKEN) -> Client:
    """A client over HTTP."""
    return Client(streamable_http_client(url, http_client=httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60.0)))


def test_over_http(song: Path, tmp_path: Path) -> None:
    """The same; two clients share what is open; without the token, or from another name, nothing is answered."""

    async def work(url: str) -> None:
        async with with_token(url) as client:
            await use_all_tools(client, song)
            await read_resources(client)
            async with with_token(url) as other:
                await asyncio.gather(*(told(each, "try", candidates=[{"edits": {"loss": 0.2}}]) for each in (client, other) * 3))
                await told(other, "set_params", edits={"loss": 0.125})
                assert (await told(client, "get_state"))["differs_from_default"]["loss"] == "0.125"
        async with httpx2.AsyncClient() as raw:
            for headers, status in (
                ({}, 401),
                ({"Authorization": "Bearer x"}, 401),
                ({"Authorization": f"Basic {TOKEN}"}, 401),
                ({"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}, 421),
                ({"Authorization": f"Bearer {TOKEN}", "Origin": "http://evil.example"}, 403),
            ):
                body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
                accept = {"Accept": "application/json, text/event-stream"}
                answer = await raw.post(url, json=body, headers={**accept, **headers})
                assert answer.status_code == status, headers

    with serving("--folder", str(tmp_path / "clips")) as url:
        assert url.startswith("http://127.0.0.1:")
        run(lambda: work(url))


def test_command_lines(tmp_path: Path) -> None:
    """What is wrong is said on standard error; standard output belongs to the protocol."""
    for arguments, status, word in (
        (["lossy"], 1, "needs a file"),
        (["lossy", "nowhere.wav"], 1, "nowhere.wav"),
        (["--http", "x"], 2, "--http"),
        (["--session", str(tmp_path / "no/such")], 1, "no/such"),
    ):
        command = [sys.executable, "-m", "vstkit.agent.mcp", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (status, "")
        assert word in done.stderr
        assert "Traceback" not in done.stderr
    code = "import sys; sys.modules['mcp'] = None; from vstkit.agent.mcp import main; sys.exit(main([]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "vstkit-mcp needs mcp: pip install 'vstkit[agent]'\n")
