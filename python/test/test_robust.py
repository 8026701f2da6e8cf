# SPDX-License-Identifier: ISC
"""The GIL, memory, forks, signals, shutdown."""

import array
import ctypes
import gc
import multiprocessing
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import vstkit
from vstkit import _core

RATE = 44100


def counted_while(work: Callable[[], Any]) -> int:
    """How often another thread got on while `work` ran without giving up the GIL on its own.

    The interpreter is told not to switch threads for an hour: the other one can only run where the GIL is
    released.  It gives the GIL back at once, each time; before the work starts it has done so often enough
    to have heard of the hour.
    """
    count, stop = [0], threading.Event()

    def get_on() -> None:
        while not stop.is_set():
            count[0] += 1
            time.sleep(0)

    interval = sys.getswitchinterval()
    thread = threading.Thread(target=get_on)
    thread.start()
    sys.setswitchinterval(3600)
    try:
        heard = count[0] + 2
        while count[0] < heard:
            time.sleep(0.001)
        before = count[0]
        work()
        return count[0] - before
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        thread.join()


def test_the_gil_is_released() -> None:
    """During renders, streams, measures and pictures; and this test can tell.

    Where the machine is busy, the other thread may come too late to get on: then the work is done again.
    """
    audio = np.random.default_rng(0).standard_normal(10 * RATE)
    assert not any(counted_while(lambda: sum(range(100000))) for _ in range(20))
    stream = vstkit.Stream("gain", RATE)
    for work in (
        lambda: vstkit.render("lossy", audio, RATE),
        lambda: vstkit.render("reverb", audio, RATE),
        lambda: vstkit.analyze(audio, RATE),
        lambda: vstkit.spectrogram_png(audio, RATE),
        lambda: stream.process(audio),
    ):
        assert any(counted_while(work) for _ in range(100))


class MallInfo(ctypes.Structure):
    """What glibc's mallinfo2() tells."""

    _fields_ = (
        ("before", ctypes.c_size_t * 4),
        ("hblkhd", ctypes.c_size_t),
        ("between", ctypes.c_size_t * 2),
        ("uordblks", ctypes.c_size_t),
        ("after", ctypes.c_size_t * 2),
    )


def heap_bytes() -> int:
    """Bytes that malloc() has given to this thread and not got back; large ones included."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        pytest.skip("the C library does not tell how much memory is in use")
    library.mallinfo2.restype = MallInfo
    info = library.mallinfo2()
    return int(info.uordblks + info.hblkhd)


def try_everything(random: np.random.Generator) -> None:
    """One of each call, a few of which fail."""
    audio = random.standard_normal((400, 2))
    vstkit.render("lossy", audio, RATE, params={"loss": 0.7, "filter_freq": "1 kHz"})
    vstkit.render("reverb", audio.astype(np.float32)[:, 0], RATE, tail=0.01, params={"delay_times": list(range(100, 108))})
    with vstkit.Stream("gain", RATE, 2) as stream:
        stream.automate("gain", 30, -3)
        stream.process(audio)
        stream.state = stream.state
    refused: list[dict[str, Any]] = [{"loss": np.nan}, {"lss": 1}, {"loss": []}]
    for wrong in refused:
        with pytest.raises((ValueError, TypeError)):
            vstkit.render("lossy", audio, RATE, params=wrong)
    with pytest.raises(ValueError, match="out of range"):
        vstkit.render("lossy", audio, RATE, params={"loss": 3}, strict=True)
    with pytest.raises(TypeError):
        vstkit.render("lossy", audio.astype(int), RATE)


@pytest.mark.slow
def test_memory_is_stable() -> None:
    """After 50 rounds have filled the caches, 1000 more keep neither memory nor objects."""
    random = np.random.default_rng(1)
    for _ in range(50):
        try_everything(random)
    gc.collect()
    blocks, size = sys.getallocatedblocks(), heap_bytes()
    for _ in range(1000):
        try_everything(random)
    gc.collect()
    assert sys.getallocatedblocks() - blocks < 500  # Half an object a round would be seen
    assert heap_bytes() - size < 16000  # And 16 bytes


def child(queue: Any) -> None:
    """Work in a forked process, with what the parent left behind."""
    vstkit.render("lossy", np.ones(3000), RATE)
    with vstkit.Stream("gain", RATE) as stream:
        stream.process(np.ones(64))
    gc.collect()
    queue.put(float(vstkit.render("gain", np.ones(8), RATE, params={"gain": 0.0})[-1]))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_processes_work() -> None:
    """As data loaders fork them: while streams of every effect are open."""
    streams = []
    for effect in vstkit.effects():
        try:
            streams.append(vstkit.Stream(effect, RATE, 2))
        except ValueError:
            continue
        streams[-1].process(np.ones((64, 2)))
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    process = context.Process(target=child, args=(queue,))
    process.start()
    process.join(120)
    assert process.exitcode == 0
    assert queue.get() == 1.0
    assert np.isfinite(streams[0].process(np.ones((64, 2)))).all()


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)


SHUTDOWNS = {
    "open stream": "import vstkit; s = vstkit.Stream('gain', 44100); s.process([0.5])",
    "stream in a cycle": "import vstkit; s = [vstkit.Stream('gain', 44100)]; s.append(s)",
    "work at exit": "import atexit, vstkit; atexit.register(lambda: vstkit.render('lossy', [0.1] * 5000, 44100))",
    "daemon thread at work": """
import threading, numpy, vstkit
started = threading.Event()
def work():
    started.set()
    while True:
        vstkit.render('lossy', numpy.ones(200000), 44100)
threading.Thread(target=work, daemon=True).start()
started.wait()
""",
    "no reference left to the module": "import sys, vstkit; p = vstkit.params('lossy'); sys.modules.clear(); del vstkit",
}


@pytest.mark.parametrize("name", SHUTDOWNS)
def test_shutdown_is_quiet(name: str) -> None:
    """The interpreter ends without a crash or a word."""
    result = run_python(SHUTDOWNS[name])
    assert (result.returncode, result.stderr) == (0, "")


def test_control_c_stops_a_render() -> None:
    """A long one, long before its end."""
    result = run_python("""
import os, signal, threading, numpy, vstkit
audio = numpy.random.default_rng(0).standard_normal((44100 * 60, 2))
main = threading.main_thread().ident
threading.Timer(0.3, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
try:
    while True:
        vstkit.render("lossy", audio, 44100, params={"window_size": 16384, "hop_divisor": 8})
except KeyboardInterrupt:
    print("stopped")
assert vstkit.render("gain", [0.5], 44100)[0] == 0.5
""")
    assert (result.stdout, result.returncode) == ("stopped\n", 0), result.stderr


class Locked(Exception):
    """Memory that is at work could not be pulled away."""


def in_the_midst(samples: "array.array[Any]", look: Callable[[], None]) -> None:
    """Call `look` from a signal handler while a render runs: when the memory that it reads is locked."""
    out = np.empty(len(samples), samples.typecode)
    preset = _core.Preset("lossy")
    for key, value in {"window_size": 16384, "hop_divisor": 8, "bounce": 1, "bounce_target": 0}.items():
        preset.set(key, value)  # As slow as can be: signals are looked at ten times a second

    def grow(*_: object) -> None:
        try:
            samples.append(0.0)
        except BufferError as error:
            look()
            raise Locked from error
        samples.pop()
        signal.setitimer(signal.ITIMER_REAL, 0.05)  # It came between two renders

    before = signal.signal(signal.SIGALRM, grow)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(Locked):
            for _ in range(50):
                _core.render(preset, samples, out, False, RATE, 0.0, 0.0)  # type: ignore[arg-type]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_buffers_cannot_be_pulled_away() -> None:
    """While a render runs, what it reads is locked; not any longer."""
    samples = array.array("d", np.random.default_rng(0).standard_normal(60 * RATE).tobytes())
    in_the_midst(samples, lambda: None)
    samples.append(0.0)


@pytest.mark.slow
@pytest.mark.parametrize("code", ["d", "f"])
def test_audio_is_not_copied(code: str) -> None:
    """In the midst of a render there is nothing as long as the input but the arrays themselves."""
    noise = np.random.default_rng(0).standard_normal(60 * RATE)
    taken: list[int] = []
    samples: array.array[Any] = array.array(code, noise.astype(code).tobytes())
    at_rest = heap_bytes() + len(noise) * samples.itemsize  # With the output
    in_the_midst(samples, lambda: taken.append(heap_bytes() - at_rest))
    assert taken[0] < 0.2 * noise.nbytes


def test_module_can_be_imported_afresh() -> None:
    """Types and state belong to the module object."""
    result = run_python("""
import sys, vstkit
first = vstkit.Stream("gain", 44100)
for name in [name for name in sys.modules if name.startswith("vstkit")]:
    del sys.modules[name]
import vstkit as again
assert again is not vstkit
second = again.Stream("gain", 44100)
assert first.process([0.5])[0] == second.process([0.5])[0] == 0.5
""")
    assert (result.returncode, result.stderr) == (0, "")
