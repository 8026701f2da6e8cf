# SPDX-License-Identifier: ISC
"""vstkit.Stream: blocks, parameters, events, state, threads."""

import contextlib
import json
import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import numpy.typing as npt
import pytest
import vstkit
from conftest import run_cli

Samples = npt.NDArray[Any]
RATE = 44100


def has_stream(effect: str) -> bool:
    """Whether this build streams the effect."""
    try:
        vstkit.Stream(effect, RATE).close()
    except ValueError as error:
        assert "has no stream" in str(error)
        return False
    return True


STREAMED = [effect for effect in vstkit.effects() if has_stream(effect)]


@pytest.fixture(params=STREAMED)
def effect(request: pytest.FixtureRequest) -> str:
    """Each effect that has a stream."""
    return str(request.param)


def in_blocks(stream: vstkit.Stream, audio: Samples, lengths: Iterator[int]) -> Samples:
    """All of the audio, block by block."""
    parts, start = [], 0
    while start < len(audio):
        n = next(lengths)
        parts.append(stream.process(audio[start : start + n]))
        start += n
    return np.concatenate(parts)


def without_latency(effect: str, audio: Samples, block: int, **options: Any) -> Samples:
    """As the command line renders: the latency taken off."""
    with vstkit.Stream(effect, RATE, audio.shape[1], block, **options) as stream:
        late = np.concatenate([audio, np.zeros((stream.latency, audio.shape[1]))])
        return in_blocks(stream, late, iter(lambda: block, 0))[stream.latency :]


@pytest.mark.parametrize("channels", [1, 2])
def test_same_bits_as_the_command_line(effect: str, channels: int, cli: Path, noise: Samples, tmp_path: Path) -> None:
    """`vstkit render --stream` gives the very same doubles, at another block length."""
    audio = noise[:, :channels]
    vstkit.write(tmp_path / "in.wav", audio, RATE, bits="64f")
    for preset in [None, *(info.id for info in vstkit.presets(effect)[:4])]:
        chosen = ["--preset", preset] if preset else []
        run_cli(cli, "render", effect, tmp_path / "in.wav", tmp_path / "out.wav", "--stream", "--block", 441, "--tail", 0, *chosen)
        expected, rate = vstkit.read(tmp_path / "out.wav")
        assert rate == RATE
        ours = without_latency(effect, audio, 64, preset=preset)
        np.testing.assert_array_equal(ours.reshape(expected.shape), expected)


@pytest.mark.parametrize("channels_first", [False, True])
def test_flush_goes_on_as_the_blocks_are(noise: Samples, channels_first: bool) -> None:
    """Flat blocks are followed by a flat rest; both together are those of one channel's columns."""
    with vstkit.Stream("lossy", RATE, 1, channels_first=channels_first) as stream:
        flat = np.concatenate([stream.process(noise[:, 0]), stream.flush()])
        assert flat.shape == (len(noise) + stream.tail,)
        stream.reset()
        column = noise[:, :1].T if channels_first else noise[:, :1]
        both = np.concatenate([stream.process(column), stream.flush()], axis=int(channels_first))
    np.testing.assert_array_equal(both.ravel(), flat)


def test_block_lengths_change_nothing(effect: str, noise: Samples) -> None:
    """With events on the way, too; float32 is the same rounded."""
    table = vstkit.parameters(effect)
    key = next(key for key, row in table.items() if row.kind == "float" and row.count == 1)

    def render(lengths: Iterator[int], audio: Samples) -> Samples:
        with vstkit.Stream(effect, RATE, 2, 4096) as stream:
            for frame, position in ((100, 0.25), (5000, 0.75), (5000, 0.5), (9001, 1.0)):
                stream.automate(key, frame, table[key].min + position * (table[key].max - table[key].min))
            return in_blocks(stream, audio, lengths)

    random = np.random.default_rng(5)
    whole = render(iter([len(noise)]), noise)
    np.testing.assert_array_equal(render(iter(lambda: 64, 0), noise), whole)
    np.testing.assert_array_equal(render(iter(lambda: int(random.integers(0, 900)), -1), noise), whole)
    single = noise.astype(np.float32)
    np.testing.assert_array_equal(
        render(iter(lambda: 441, 0), single), render(iter(lambda: 100, 0), single.astype(np.float64)).astype(np.float32)
    )
    assert np.isfinite(whole).all()


def test_layouts_and_out(effect: str, noise: Samples) -> None:
    """Blocks may be of any layout; results can go to a given array, also the block's own."""
    with vstkit.Stream(effect, RATE, 2) as stream, vstkit.Stream(effect, RATE, 2, channels_first=True) as first:
        expected = stream.process(noise[:777])
        np.testing.assert_array_equal(first.process(np.ascontiguousarray(noise[:777].T)).T, expected)
        stream.reset()
        out = np.zeros((777, 2), order="F")
        assert stream.process(noise[:777], out) is out
        np.testing.assert_array_equal(out, expected)
        first.reset()
        same = np.ascontiguousarray(noise[:777].T)
        first.process(same, same)
        np.testing.assert_array_equal(same.T, expected)
        assert stream.process(noise[:0]).shape == (0, 2)
    with vstkit.Stream(effect, RATE, 1) as mono:
        out = mono.process(noise[:50, 0])
        assert out.shape == ((50,) if mono.out_channels == 1 else (50, 2))


def test_params_are_a_mapping(effect: str) -> None:
    """Set with numbers and text, read as presets hold them, refuse what is wrong."""
    table = vstkit.parameters(effect)
    with vstkit.Stream(effect, RATE) as stream:
        assert dict(stream.params) == {key: row.default for key, row in table.items()}
        assert len(stream.params) == len(table)
        for key, row in table.items():
            if row.count == 1:
                stream.params[key] = stream.params.text(key)
                stream.params[key] = row.max
                assert stream.params[key] == (row.choice_keys[-1] if row.choice_keys else row.max)
                with pytest.raises(ValueError, match=f'key "{key}": .* is no value of it'):
                    stream.params[key] = math.inf
                if row.kind != "choice":
                    with pytest.warns(vstkit.VstkitWarning, match=f'key "{key}": .* is out of range'):
                        stream.params[key] = row.max * 2 + 1
                else:
                    with pytest.raises(ValueError, match=f'key "{key}": .* is out of range'):
                        stream.params[key] = row.max * 2 + 1
                assert stream.params[key] == (row.choice_keys[-1] if row.choice_keys else row.max)
            else:
                stream.params[f"{key}.{row.count}"] = row.max
                stream.params[key] = stream.params[key]
                assert stream.params[f"{key}.{row.count}"] == row.max
        with pytest.raises(KeyError, match="unknown to"):
            stream.params["no_such"] = 1
        with pytest.raises(KeyError, match="unknown to"):
            stream.params["no_such"]
        assert "no_such" not in stream.params
        assert stream.params.get("no_such", 5) == 5
        with pytest.raises(TypeError, match="cannot be removed"):
            del stream.params[next(iter(table))]


def test_state_round_trip(effect: str, noise: Samples) -> None:
    """A state brings back values, bypass and sound; nonsense changes nothing."""
    key, row = next((key, row) for key, row in vstkit.parameters(effect).items() if row.count == 1 and row.kind == "float")
    with vstkit.Stream(effect, RATE, 2) as one, vstkit.Stream(effect, RATE, 2) as other:
        one.params[key] = (row.min + 2 * row.max) / 3
        one.bypassed = True
        other.state = one.state
        assert dict(other.params) == dict(one.params)
        assert other.bypassed
        one.bypassed = other.bypassed = False
        one.reset()
        other.reset()
        np.testing.assert_array_equal(one.process(noise), other.process(noise))
        other.state = json.loads(one.state)
        other.state = one.state.encode()
        before = other.state
        for bad in ("", "{", "[]", '{"other": 1}', b"\xff\xfe", '{"vstkit_format": 99}'):
            with pytest.raises((ValueError, UnicodeDecodeError)):
                other.state = bad
        with pytest.raises(TypeError):
            other.state = 3  # type: ignore[assignment]
        assert other.state == before


def test_events_come_at_their_frame() -> None:
    """A gain that jumps glides from that frame on, in whichever block it lies."""
    ones = np.ones(3000)
    with vstkit.Stream("gain", RATE) as stream:
        stream.automate("gain", 1500, "-20 dB")
        out = np.concatenate([stream.process(ones[:1000]), stream.process(ones[1000:])])
        assert (out[:1501] == 1.0).all()
        assert out[1600] < 1.0
        stream.automate("gain", 10, 12.0)
        stream.reset()
        assert stream.process(ones)[-1] == pytest.approx(0.1)
        for offset in (-1, 2**70):
            with pytest.raises(ValueError, match="offset"):
                stream.automate("gain", offset, 0)
        with pytest.warns(vstkit.VstkitWarning, match="out of range"):
            stream.automate("gain", 0, 99)
        with pytest.raises(KeyError):
            stream.automate("gian", 0, 0)


def test_latency_tail_bypass_and_presets(effect: str, noise: Samples) -> None:
    """Figures have their units; a bypassed stream is the input, late."""
    with vstkit.Stream(effect, RATE, 2) as stream:
        assert isinstance(stream.latency, int)
        assert stream.latency >= 0
        assert stream.tail == math.inf or stream.tail >= stream.latency
        stream.bypassed = True
        stream.reset()
        late = np.concatenate([np.zeros((stream.latency, 2)), noise])[: len(noise)]
        np.testing.assert_array_equal(stream.process(noise), late)
        for info in vstkit.presets(effect)[:3]:
            stream.load_preset(info.id)
            assert dict(stream.params) == vstkit.load_preset(effect, info.id).to_dict()
        with pytest.raises(FileNotFoundError):
            stream.load_preset("no_such")


def test_closed_streams_say_so(effect: str, noise: Samples) -> None:
    """Everything raises ValueError; closing again does not."""
    stream = vstkit.Stream(effect, RATE, 2)
    with stream:
        assert not stream.closed
    stream.close()
    assert stream.closed
    assert "closed" in repr(stream)
    for call in (
        lambda: stream.process(noise),
        lambda: stream.params["x"],
        lambda: stream.params.update(x=1),
        lambda: stream.automate("x", 0, 1),
        lambda: stream.state,
        lambda: setattr(stream, "state", "{}"),
        lambda: stream.latency,
        lambda: stream.tail,
        lambda: stream.bypassed,
        lambda: setattr(stream, "bypassed", True),
        lambda: stream.load_preset("x"),
        lambda: stream.params.text("x"),
        stream.reset,
        stream.flush,
    ):
        with pytest.raises(ValueError, match="closed"):
            call()


def test_bad_arguments_raise() -> None:
    """Naming the argument."""
    for arguments, kind, message in (
        (("chorus", RATE), ValueError, "no effect"),
        (("gain", 10), ValueError, "sample_rate"),
        (("gain", RATE, 3), ValueError, "channels"),
        (("gain", RATE, 1.5), TypeError, "channels"),
        (("gain", RATE, 1, 0), ValueError, "block"),
        (("gain", RATE, 1, 2**40), ValueError, "block"),
    ):
        with pytest.raises(kind, match=message):
            vstkit.Stream(*arguments)
    with vstkit.Stream("gain", RATE, 2) as stream:
        for block, kind in ((np.zeros(9), ValueError), (np.zeros((9, 2), int), TypeError), (np.zeros((9, 3)), ValueError)):
            with pytest.raises(kind):
                stream.process(block)
        with pytest.raises(ValueError, match="another shape"):
            stream.process(np.zeros((9, 2)), np.zeros((8, 2)))
        with pytest.raises(ValueError, match="read-only"):
            stream.process(np.zeros((9, 2)), np.broadcast_to(0.0, (9, 2)))
        for out in ([0.0] * 18, np.zeros((9, 2), int)):
            with pytest.raises(TypeError):
                stream.process(np.zeros((9, 2)), out)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="offset"):
            stream.automate("gain", 1.5, 0)  # type: ignore[arg-type]
        for value in (10**400, math.nan):
            with pytest.raises(ValueError, match='key "gain"'):
                stream.params["gain"] = value
        with pytest.raises(ValueError, match='key "gain": nan'):
            stream.state = {"vstkit_format": 1, "gain": math.nan}


def test_one_thread_at_a_time() -> None:
    """A call while another thread is inside process() raises; parameters may be set meanwhile."""
    stream = vstkit.Stream("gain", RATE, 2)
    inside, tried = threading.Event(), threading.Event()

    class Held:
        """Reading it takes until another thread has tried: automate() needs the stream alone, as process() does."""

        def __float__(self) -> float:
            inside.set()
            tried.wait(60)
            return 3.0

    worker = threading.Thread(target=lambda: stream.automate("gain", 0, Held()))
    worker.start()
    assert inside.wait(60)
    for call in (lambda: stream.process(np.zeros((4, 2))), stream.reset, stream.close, lambda: stream.state):
        with pytest.raises(RuntimeError, match="at work in another thread"):
            call()
    stream.params["gain"] = 6.0
    assert stream.params["gain"] == 6.0
    tried.set()
    worker.join()
    assert stream.process(np.ones((4, 2))).shape == (4, 2)


def test_many_threads_on_one_stream() -> None:
    """Calls either work or are refused; nothing is lost or torn."""
    stream = vstkit.Stream("gain", RATE, 1)
    done = []

    def work() -> None:
        block = np.ones(256)
        for number in range(200):
            with contextlib.suppress(RuntimeError):
                done.append(float(stream.process(block)[0]))
            stream.params["gain"] = number % 7

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done
    assert all(0.0 < value < 3.0 for value in done)


@hypothesis.given(st.lists(st.integers(0, 700), min_size=1, max_size=20), st.lists(st.tuples(st.integers(0, 4000), st.floats(-24, 24))))
def test_any_blocks_and_events(lengths: list[int], events: list[tuple[int, float]]) -> None:
    """The course of a gain depends on frames alone."""
    n = sum(lengths)
    outs = []
    for blocks in ([n], lengths):
        with vstkit.Stream("gain", RATE) as stream:
            for frame, value in events:
                stream.automate("gain", frame, value)
            outs.append(np.concatenate([stream.process(np.ones(length)) for length in blocks]))
    np.testing.assert_array_equal(outs[0], outs[1])
