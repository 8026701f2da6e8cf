# SPDX-License-Identifier: ISC
"""Where tasks run: here, in threads, in processes, or on a Dask cluster; all alike to who submits."""

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from ._chunk import Done, Task, environment, run_chunk
from ._errors import BatchError, extra

Beat = Callable[[str, int, int], None]
"""Told of progress: the chunk, copies made, errors among them."""
Executor = Any
"""None, "threads", "processes", "dask", or a `distributed.Client`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended: done, or its worker died."""

    task: Task
    done: Done | None
    died: str = ""


class Pool(Protocol):
    """Runs tasks."""

    size: int
    """Tasks that are worth having under way."""
    where: str
    """For people."""

    def submit(self, task: Task) -> None:
        """Take a task."""

    def outcomes(self, beat: Beat) -> Iterator[Outcome]:
        """Those that have ended since: at least one, or none after a second.  Raises what a task raised."""

    def close(self) -> None:
        """End workers; what they have not done stays undone."""


class Here:
    """One after the other, in this thread."""

    size, where = 1, "this process"

    def __init__(self) -> None:
        self._tasks: deque[Task] = deque()

    def submit(self, task: Task) -> None:
        self._tasks.append(task)

    def outcomes(self, beat: Beat) -> Iterator[Outcome]:
        task = self._tasks.popleft()
        yield Outcome(task, run_chunk(task, lambda made, errors: beat(task.name, made, errors)))

    def close(self) -> None:
        self._tasks.clear()


class Threads:
    """Threads of this process: renders run without Python's lock."""

    def __init__(self, workers: int) -> None:
        self.size, self.where = workers, f"{workers} threads"
        self._pool = ThreadPoolExecutor(workers, "vstkit-batch")
        self._news: queue.SimpleQueue[tuple[Task, Done | BaseException | None, tuple[int, int]]] = queue.SimpleQueue()
        self._closed = threading.Event()

    def submit(self, task: Task) -> None:
        self._pool.submit(self._run, task)

    def _run(self, task: Task) -> None:
        def tell(made: int, errors: int) -> None:
            if self._closed.is_set():
                raise BatchError("the run was stopped")
            self._news.put((task, None, (made, errors)))

        try:
            self._news.put((task, run_chunk(task, tell), (0, 0)))
        except BaseException as error:  # Handed on to who waits
            self._news.put((task, error, (0, 0)))

    def outcomes(self, beat: Beat) -> Iterator[Outcome]:
        with contextlib.suppress(queue.Empty):
            task, result, counts = self._news.get(timeout=1.0)
            if isinstance(result, BaseException):
                raise result
            if result is None:
                beat(task.name, *counts)
            else:
                yield Outcome(task, result)

    def close(self) -> None:
        self._closed.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


def work(handle: int, parent: int) -> None:
    """Life of a worker process, at the other end of a socket."""
    pipe = Connection(handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = pipe.recv()
            try:
                pipe.send(run_chunk(task, lambda *counts: pipe.send(counts), parent))
            except (BrokenPipeError, EOFError):
                return
            except Exception as error:  # Handed on to who waits
                pipe.send(error if isinstance(error, BatchError) else BatchError(f"{type(error).__name__}: {error}"))


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Connection
    task: Task | None = None


class Processes:
    """Processes of this machine; one that dies is replaced, and its task told of."""

    def __init__(self, workers: int) -> None:
        self.size, self.where = workers, f"{workers} processes"
        self._workers = [self._start() for _ in range(workers)]
        self._waiting: deque[Task] = deque()

    @staticmethod
    def _start() -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            # Not by multiprocessing, which would run the caller's script again
            order = f"from vstkit.batch._pools import work; work({theirs.fileno()}, {os.getpid()})"
            process = subprocess.Popen(
                [sys.executable, "-c", order], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=ALLOCATOR | environment()
            )
        return _Worker(process, Connection(ours.detach()))

    @property
    def pids(self) -> list[int]:
        """Of the workers."""
        return [worker.process.pid for worker in self._workers]

    def submit(self, task: Task) -> None:
        self._waiting.append(task)
        self._feed()

    def _feed(self) -> None:
        for number, worker in enumerate(self._workers):
            if worker.task is None and self._waiting:
                worker.task = self._waiting.popleft()
                try:
                    worker.pipe.send(worker.task)
                except (BrokenPipeError, OSError):  # It died with nothing to do
                    self._waiting.appendleft(worker.task)
                    self._replace(number)

    def _replace(self, number: int) -> None:
        old = self._workers[number]
        old.pipe.close()
        old.process.wait()
        self._workers[number] = self._start()

    def outcomes(self, beat: Beat) -> Iterator[Outcome]:
        busy = {worker.pipe: number for number, worker in enumerate(self._workers) if worker.task is not None}
        for pipe in wait(list(busy), timeout=1.0):
            assert isinstance(pipe, Connection)
            yield from self._hear(busy[pipe], beat)
        self._feed()

    def _hear(self, number: int, beat: Beat) -> Iterator[Outcome]:
        worker = self._workers[number]
        task = worker.task
        assert task is not None
        try:
            news = worker.pipe.recv()
        except (EOFError, OSError):
            code = worker.process.wait()
            self._replace(number)
            yield Outcome(task, None, f"signal {-code}" if code < 0 else f"exit status {code}")
            return
        if isinstance(news, BaseException):
            raise news
        if isinstance(news, Done):
            worker.task = None
            yield Outcome(task, news)
        else:
            beat(task.name, *news)

    def close(self) -> None:
        for worker in self._workers:
            if worker.task is None:
                worker.pipe.close()  # It ends by itself
            else:
                worker.process.terminate()
        for worker in self._workers:
            try:
                worker.process.wait(10.0)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            worker.pipe.close()


ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(256 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}
"""Lets glibc keep the memory of one sound for the next: given back and taken anew, each page of it costs a fault, a third of a
task where tasks run in a thread that is not the process's first, as Dask's do."""


def _import_distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise extra("distributed", "dask", "a Dask cluster") from None
    return distributed


@dataclass(slots=True)
class Dask:
    """A cluster, reached through a `distributed.Client`."""

    client: Any
    cluster: Any = None
    """Ours to end, or None."""
    size: int = 1
    where: str = ""
    _tasks: dict[Any, Task] = field(default_factory=dict)

    def __post_init__(self) -> None:
        info = self.client.scheduler_info(n_workers=-1)
        cores = sum(worker["nthreads"] for worker in info["workers"].values())
        self.size = max(2 * cores, 2)
        self.where = f"Dask, {len(info['workers'])} workers with {cores} threads at {self.client.scheduler.address}"

    @property
    def dashboard(self) -> str:
        """Its address."""
        return str(self.client.dashboard_link)

    def submit(self, task: Task) -> None:
        future = self.client.submit(run_chunk, task, pure=False, retries=0, key=f"vstkit-{task.name}-{os.urandom(4).hex()}")
        self._tasks[future] = task

    def outcomes(self, beat: Beat) -> Iterator[Outcome]:
        distributed = _import_distributed()
        try:
            with self.client.as_current():
                ended = distributed.wait(list(self._tasks), timeout=1.0, return_when="FIRST_COMPLETED").done
        except (TimeoutError, distributed.TimeoutError):
            ended = set()
        except distributed.client.FuturesCancelledError as error:
            raise self._gone() from error
        if self.client.status != "running":
            raise self._gone()
        for future in ended:
            task = self._tasks.pop(future)
            yield self._outcome(distributed, future, task)

    def _gone(self) -> BatchError:
        return BatchError(f"the scheduler at {self.client.scheduler.address} is gone: run the same command again when it is back")

    def _outcome(self, distributed: Any, future: Any, task: Task) -> Outcome:
        if future.status == "cancelled" or future.status == "lost":
            return Outcome(task, None, "the cluster lost it")
        try:
            return Outcome(task, future.result())
        except distributed.KilledWorker as error:
            return Outcome(task, None, " ".join(str(error).split())[:200])
        except BatchError:
            raise
        except Exception as error:  # As a worker's own library raises it
            raise BatchError(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.client.cancel(list(self._tasks))
        self._tasks.clear()
        if self.cluster is not None:
            with contextlib.suppress(Exception):
                self.client.close(timeout=5)
            with contextlib.suppress(Exception):
                self.cluster.close(timeout=10)


def local_cluster(workers: int) -> Dask:
    """A Dask cluster of this machine's processes."""
    distributed = _import_distributed()
    before = {name: os.environ.get(name) for name in ALLOCATOR}
    os.environ.update({name: before[name] or wanted for name, wanted in ALLOCATOR.items()})  # Which workers inherit
    try:
        cluster = distributed.SubprocessCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0")
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
    client = distributed.Client(cluster, set_as_default=False)
    with contextlib.suppress(TimeoutError, distributed.TimeoutError):  # Those that come later find work, too
        client.wait_for_workers(workers, timeout=30)
    return Dask(client, cluster)


def connect(scheduler: str) -> Dask:
    """A Dask cluster that runs.  Raises BatchError."""
    distributed = _import_distributed()
    try:
        client = distributed.Client(scheduler, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise BatchError(f"--scheduler {scheduler}: {error}") from None
    pool = Dask(client)
    pool.cluster = contextlib.nullcontext()
    return pool


def make_pool(executor: Executor, workers: int | None, url: str) -> Pool:
    """The pool that `executor` asks for.  Raises BatchError, ValueError."""
    count = workers or len(os.sched_getaffinity(0))
    makers: dict[Any, Callable[[], Pool]] = {
        None: Here,
        "none": Here,
        "threads": lambda: Threads(count),
        "processes": lambda: Processes(count),
        "dask": lambda: local_cluster(count),
    }
    if isinstance(executor, (str, type(None))):
        if executor not in makers:
            raise ValueError(f'executor: {executor!r}: None, "threads", "processes", "dask" or a distributed.Client is expected')
        if url.startswith("memory:") and executor in ("processes", "dask"):
            raise BatchError(f"{url}: this memory is one process's: use threads, or none")
        return makers[executor]()
    if hasattr(executor, "scheduler_info") and hasattr(executor, "submit"):
        return Dask(executor)
    raise TypeError(f'executor: None, "threads", "processes", "dask" or a distributed.Client is expected, not {type(executor).__name__}')
