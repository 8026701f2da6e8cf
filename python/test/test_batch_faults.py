# SPDX-License-Identifier: ISC
"""Whole datasets when things go wrong: killed workers, full disks, missing buckets, items that kill."""

import contextlib
import errno
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_kit import alive, clips, command, recipe, rows, sources, tree, written

pytest.importorskip("fsspec")
from vstkit import batch  # noqa: E402
from vstkit.batch._pools import ALLOCATOR, Pool, Processes, local_cluster  # noqa: E402

N = 24
# A sound whose reader never comes back alive: what the library under it does to some file
POISON = """
import os, sys
import vstkit.batch._item as item
whole = item.load
def load(one, options=None):
    if one.id in os.environ.get("POISON", "").split(","):
        os.kill(os.getpid(), 9)
    return whole(one, options)
item.load = load
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sounds, one broken."""
    path = clips(tmp_path_factory.mktemp("in") / "clips", N - 1)
    (path / "broken.wav").write_text("nothing")
    return path


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an undisturbed run in one process makes."""
    out = tmp_path_factory.mktemp("whole") / "out"
    batch.run(folder, recipe(), out, chunk=4)
    return out


def same(out: Path, whole: Path) -> None:
    """Nothing lost, nothing doubled, the same bytes, nothing lying about."""
    assert batch.check(out).problems == []
    assert sources(rows(out)) == sources(rows(whole))
    assert sources(rows(out, "errors.jsonl")) == sources(rows(whole, "errors.jsonl"))
    found, wanted = tree(out), tree(whole)
    found.pop("run.json"), wanted.pop("run.json")
    assert found == wanted
    assert not [path for path in out.rglob(".part-*")]


def until_some_are_there(out: Path, n: int) -> None:
    """Wait for the first sounds."""
    while len(list(out.rglob("*.flac"))) < n:
        time.sleep(0.005)


def test_a_worker_is_killed(folder: Path, whole: Path, tmp_path: Path) -> None:
    """Another takes its place; the run ends as if nothing had been."""
    out = tmp_path / "out"
    pools: list[Pool] = []
    killed: list[int] = []

    def progress(state: batch.Progress) -> None:
        if state.done >= 5 and not killed:
            (pool,) = pools
            assert isinstance(pool, Processes)
            killed.append(pool.pids[0])
            os.kill(killed[0], signal.SIGKILL)
        assert state.done <= state.total

    states: list[int] = []

    def both(state: batch.Progress) -> None:
        progress(state)
        states.append(state.done)

    summary = batch.run(folder, recipe(), out, executor="processes", workers=3, chunk=4, progress=both, started=pools.append)
    assert killed
    assert (summary.ok, summary.errors, summary.quarantined) == (2 * N - 2, 2, 0)
    assert states[-1] == 2 * N
    same(out, whole)


@pytest.mark.parametrize("executor", ["none", "threads", "processes"])
@pytest.mark.parametrize("shard", [0, 4])
def test_all_is_killed_and_started_again(folder: Path, whole: Path, tmp_path: Path, executor: str, shard: int) -> None:
    """Twice: what is there is not done anew, and in the end all is as it would have been."""
    out = tmp_path / "out"
    file = written(tmp_path / "recipe.json", recipe(output={"shard": shard}))
    line = command("run", folder, file, out, "--executor", executor, "--workers", 2, "--chunk", 4, "--progress", "json")
    for n in (3, 20):
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, start_new_session=True) as process:
            if not shard:
                until_some_are_there(out, n)
            else:
                while len(list((out / "rows").glob("*"))) < n // 10 + 1 and process.poll() is None:
                    time.sleep(0.005)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.flac")}
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    assert (summary["ok"], summary["errors"]) == (2 * N - 2, 2)
    assert summary["resumed"] > 0
    if not shard:
        same(out, whole)
        kept = [path for path, at in before.items() if path.stat().st_mtime_ns == at]
        assert len(kept) >= len(before) - 2  # What was under way
    else:
        assert batch.check(out).problems == []
        assert [row["sha256"] for row in rows(out)] == [row["sha256"] for row in rows(whole)]


def test_workers_end_when_their_parent_is_killed(folder: Path, tmp_path: Path) -> None:
    """None stays."""
    file = written(tmp_path / "recipe.json", recipe(copies=400))
    line = command("run", folder, file, tmp_path / "out", "--workers", 2, "--progress", "none")
    with subprocess.Popen(line) as process:
        until_some_are_there(tmp_path / "out", 3)
        pids = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
        process.kill()
    assert len(pids) == 2
    while any(alive(pid) and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in pids if Path(f"/proc/{pid}").exists()):
        time.sleep(0.01)


def test_stopped_by_hand(folder: Path, whole: Path, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM end it with a word, and the same command goes on."""
    file = written(tmp_path / "recipe.json", recipe())
    for number in (signal.SIGINT, signal.SIGTERM):
        out = tmp_path / number.name
        line = command("run", folder, file, out, "--workers", 2, "--chunk", 4)
        with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as process:
            until_some_are_there(out, 2)
            process.send_signal(number)
            _, said = process.communicate()
        if process.returncode != 0:  # Else it was too quick
            assert process.returncode == 130, said
            assert "the same command goes on" in said
            assert "Traceback" not in said
        subprocess.run(line, check=True, capture_output=True)
        same(out, whole)


@pytest.fixture
def poison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two sounds kill whoever reads them, in every process that is started."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import importlib.abc, importlib.util, sys\n"
        "class Finder(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name != 'vstkit.batch._chunk': return None\n"
        "        sys.meta_path.remove(self)\n"
        f"        exec({POISON!r}, {{}})\n"
        "        return importlib.util.find_spec(name)\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "site"), *filter(None, sys.path)]))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("POISON", "003.wav,017.wav")
    yield


@pytest.mark.parametrize("shard", [0, 4])
def test_items_that_kill(folder: Path, whole: Path, tmp_path: Path, poison: None, shard: int) -> None:
    """They are tried alone, then left out with a reason; all others are made."""
    out = tmp_path / "out"
    file = written(tmp_path / "recipe.json", recipe(output={"shard": shard}))
    line = command("run", folder, file, out, "--workers", 2, "--chunk", 4, "--progress", "json")
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    assert (summary["ok"], summary["errors"], summary["quarantined"]) == (2 * N - 6, 6, 4)
    left_out = [row for row in rows(out, "errors.jsonl") if row["status"] == "quarantined"]
    assert [(row["id"], row["copy"]) for row in left_out] == [("003.wav", 0), ("003.wav", 1), ("017.wav", 0), ("017.wav", 1)]
    assert all("killed the process that made it, twice: signal 9" in row["error"]["reason"] for row in left_out)
    assert batch.check(out).problems == []
    good = [row["sha256"] for row in rows(whole) if row["id"] not in ("003.wav", "017.wav")]
    assert [row["sha256"] for row in rows(out)] == good
    os.environ["POISON"] = ""
    subprocess.run([*line, "--retry-errors"], check=True, capture_output=True)
    if not shard:
        same(out, whole)


def test_an_item_that_kills_where_there_is_one_process(folder: Path, tmp_path: Path, poison: None) -> None:
    """The third time it is tried in a process of its own."""
    out = tmp_path / "out"
    line = command("run", folder, written(tmp_path / "recipe.json", recipe()), out, "--executor", "none", "--chunk", 64)
    codes = [subprocess.run(line, capture_output=True, check=False).returncode for _ in range(3)]
    assert codes == [-9, -9, 0]
    assert sum(row["status"] == "quarantined" for row in rows(out, "errors.jsonl")) == 4


LIMITED = """
import resource, sys
from vstkit.batch._cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("executor", ["none", "threads", "processes"])
def test_files_may_not_grow(folder: Path, whole: Path, tmp_path: Path, executor: str) -> None:
    """A limit, in the middle of a run: a clear end, nothing half, and it goes on when there is room."""
    out = tmp_path / "out"
    line = ["run", folder, written(tmp_path / "recipe.json", recipe()), out, "--executor", executor, "--workers", 2, "--chunk", 4]
    failed = subprocess.run([sys.executable, "-c", LIMITED, "12000", *map(str, line)], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "a file may not grow so large: free some, and run the same command again" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not [path for path in out.rglob(".part-*")]
    subprocess.run(command(*line), check=True, capture_output=True)
    same(out, whole)


@pytest.mark.parametrize("shard", [0, 4])
def test_a_full_disk(folder: Path, whole: Path, tmp_path: Path, shard: int) -> None:
    """A small one: likewise."""
    disk = tmp_path / "disk"
    disk.mkdir()
    small = ["mount", "-t", "tmpfs", "-o", "size=320k", "vstkit-test", str(disk)]
    if os.geteuid() or subprocess.run(small, capture_output=True, check=False).returncode:
        pytest.skip("only root can try")
    try:
        line = command("run", folder, written(tmp_path / "recipe.json", recipe(output={"shard": shard})), disk / "out", "--chunk", 4)
        failed = subprocess.run(line, capture_output=True, text=True, check=False)
        assert failed.returncode == 1, failed.stderr
        assert "no space is left: free some, and run the same command again" in failed.stderr
        assert "Traceback" not in failed.stderr
        subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
        subprocess.run(line, check=True, capture_output=True)
        if shard:
            assert [row["sha256"] for row in rows(disk / "out")] == [row["sha256"] for row in rows(whole)]
        else:
            same(disk / "out", whole)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_torn_lines_of_a_journal(folder: Path, whole: Path, tmp_path: Path) -> None:
    """Cut anywhere, it is read as far as it is whole."""
    for cut in range(1, 60, 7):
        out = tmp_path / f"{cut}"
        batch.run(folder, recipe(), out, chunk=4)
        part = sorted((out / "rows").iterdir())[1]
        text = part.read_bytes()
        lines = b"".join(
            json.dumps({"at": [number // 2, number % 2], "row": json.loads(line)}).encode() + b"\n"
            for number, line in enumerate(text.splitlines())
        )
        (out / "work").mkdir(exist_ok=True)
        (out / "work" / f"{part.stem}.journal").write_bytes(lines[: -cut * 40])
        part.unlink()
        batch.run(folder, recipe(), out)
        same(out, whole)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """An S3 server, and how fsspec reaches it."""
    pytest.importorskip("moto")
    pytest.importorskip("s3fs")
    import requests  # Comes with moto

    port = _port()
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | keys
    )
    url = f"http://127.0.0.1:{port}"
    while server.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(url, timeout=10)
            break
        time.sleep(0.05)
    yield {"key": "test", "secret": "test", "client_kwargs": {"endpoint_url": url}}
    server.kill()
    server.wait()


def test_s3(folder: Path, whole: Path, s3: dict[str, Any], tmp_path: Path) -> None:
    """In and out, by processes; started again after a kill; checked; a bucket that there is not."""
    import s3fs

    fs = s3fs.S3FileSystem(**s3, skip_instance_cache=True)
    fs.mkdir("data")
    fs.put(str(folder), "data/clips", recursive=True)
    summary = batch.run("s3://data/clips", recipe(), "s3://data/out", executor="processes", workers=2, chunk=4, storage_options=s3)
    assert (summary.ok, summary.errors) == (2 * N - 2, 2)
    fs.invalidate_cache()
    fetched = [json.loads(line) for line in fs.cat_file("data/out/manifest.jsonl").splitlines()]
    assert sources(fetched) == sources(rows(whole))
    assert batch.check("s3://data/out", storage_options=s3).problems == []
    for name in fs.ls("data/out/rows", detail=False)[:2]:
        fs.rm_file(name)
    again = batch.run("s3://data/clips", recipe(), "s3://data/out", storage_options=s3)
    assert (again.digest, again.resumed) == (summary.digest, 2 * N - 16)
    tar = batch.run("s3://data/clips", recipe(output={"shard": 8}), "s3://data/tar", executor="threads", storage_options=s3)
    assert tar.digest == summary.digest
    assert batch.check("s3://data/tar", storage_options=s3).problems == []
    assert (batch.run("s3://data/tar/shards/*.tar", {"chain": ["gain"]}, tmp_path / "back", storage_options=s3)).ok == 2 * N - 2
    with pytest.raises(batch.StoreError, match="nowhere.*bucket"):
        batch.run("s3://data/clips", recipe(), "s3://nowhere/out", storage_options=s3)
    with pytest.raises(batch.ManifestError, match="s3://nowhere/clips"):
        batch.run("s3://nowhere/clips", recipe(), tmp_path / "x", storage_options=s3)
    with pytest.raises(batch.StoreError, match="no bucket or folder 'nowhere'"):
        batch.run([{"audio_filepath": "s3://nowhere/a.wav"}], recipe(), tmp_path / "y", storage_options=s3)
    assert b"secret" not in fs.cat_file("data/out/run.json")


def test_s3_by_command(folder: Path, s3: dict[str, Any], tmp_path: Path) -> None:
    """With options as JSON; a server that is gone says so."""
    import s3fs

    s3fs.S3FileSystem(**s3, skip_instance_cache=True).mkdir("cli")
    file = written(tmp_path / "recipe.json", recipe())
    options = json.dumps(s3)
    subprocess.run(
        command("run", folder, file, "s3://cli/out", "--workers", 2, "--storage-options", options), check=True, capture_output=True
    )
    checked = subprocess.run(command("check", "s3://cli/out", "--storage-options", options), capture_output=True, text=True, check=True)
    assert checked.stdout.endswith("0 problems\n")
    gone = json.dumps(
        s3 | {"client_kwargs": {"endpoint_url": f"http://127.0.0.1:{_port()}"}, "config_kwargs": {"retries": {"max_attempts": 1}}}
    )
    failed = subprocess.run(
        command("run", folder, file, "s3://cli/more", "--storage-options", gone), capture_output=True, text=True, check=False
    )
    assert failed.returncode == 1
    assert failed.stderr.startswith("vstkit-batch: s3://cli/more")
    assert "Traceback" not in failed.stderr


def test_dask(folder: Path, whole: Path, tmp_path: Path) -> None:
    """A cluster of this machine, by name and by address: a worker killed, the scheduler gone, the same in the end."""
    pytest.importorskip("distributed")
    before = dict(os.environ)
    with contextlib.closing(local_cluster(2)) as pool:
        client = pool.client
        assert pool.size == 4
        assert dict(os.environ) == before
        kept = client.run(os.getenv, "MALLOC_MMAP_THRESHOLD_")
        assert list(kept.values()) == [ALLOCATOR["MALLOC_MMAP_THRESHOLD_"]] * 2
        killed: list[int] = []

        def progress(state: batch.Progress) -> None:
            if state.done >= 4 and not killed:
                killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

        out = tmp_path / "killed"
        summary = batch.run(folder, recipe(), out, executor=client, chunk=2, progress=progress)
        assert killed
        assert summary.ok == 2 * N - 2
        same(out, whole)
        address = pool.cluster.scheduler_address
        file = written(tmp_path / "recipe.json", recipe())
        line = command("run", folder, file, tmp_path / "address", "--scheduler", address)
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        assert "dashboard: http" in done.stderr
        same(tmp_path / "address", whole)
    line = command("run", folder, file, tmp_path / "gone", "--scheduler", address)
    failed = subprocess.run(line, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert f"--scheduler {address}" in failed.stderr
    assert "Traceback" not in failed.stderr.rpartition("vstkit-batch: ")[2]


def test_dask_scheduler_killed(folder: Path, whole: Path, tmp_path: Path) -> None:
    """In the middle: the run ends with a word, and another executor goes on."""
    distributed = pytest.importorskip("distributed")
    port = _port()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "start_new_session": True}
    scheduler = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", str(port), "--no-dashboard"], **quiet)
    address = f"tcp://127.0.0.1:{port}"
    worker = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nworkers", "1", "--nthreads", "1", "--no-dashboard"], **quiet
    )
    try:
        client = distributed.Client(address, timeout=60, set_as_default=False)
        client.wait_for_workers(1)

        def progress(state: batch.Progress) -> None:
            if state.done >= 8 and scheduler.poll() is None:
                os.killpg(scheduler.pid, signal.SIGKILL)
                scheduler.wait()

        with pytest.raises(batch.BatchError, match="is gone: run the same command again"):
            batch.run(folder, recipe(), tmp_path / "out", executor=client, chunk=1, progress=progress)
        with contextlib.suppress(Exception):
            client.close(timeout=1)
    finally:
        for process in (scheduler, worker):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    again = batch.run(folder, recipe(), tmp_path / "out", executor="threads")
    assert again.resumed >= 8
    same(tmp_path / "out", whole)


def test_limits_are_what_the_messages_say() -> None:
    """The words of a full disk stand for its error numbers."""
    from vstkit.batch._store import reason_of

    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        assert reason_of(OSError(number, "x")) in ("no space is left", "the quota is used up", "a file may not grow so large")
    assert resource.RLIMIT_FSIZE >= 0
