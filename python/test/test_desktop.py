# SPDX-License-Identifier: ISC
"""vstkit.desktop without its window: values and their history, renders, playing, presets, settings."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import vstkit
from vstkit.desktop import Clip, Document, Mixer, NullCard, Rendered, Renderer, Wish, _session, as_clip, match_gain, read_clip
from vstkit.desktop._document import blend, draw_values
from vstkit.desktop._library import bring_back, delete, rename, save
from vstkit.desktop._session import MAX_HISTORY, Session
from vstkit.desktop._settings import Settings

RATE = 44100
Samples = npt.NDArray[np.float32]


def sound(seconds: float = 0.5, channels: int = 2, seed: int = 1) -> Samples:
    """Noise."""
    return (np.random.default_rng(seed).standard_normal((int(seconds * RATE), channels)) * 0.1).astype(np.float32)


def clip_of(seconds: float = 0.5, channels: int = 2, seed: int = 1) -> Clip:
    """The same as a clip."""
    return as_clip(sound(seconds, channels, seed), RATE, f"noise {seed}")


@pytest.mark.parametrize("effect", vstkit.effects())
def test_every_value_comes_back(effect: str) -> None:
    """A hundred random edits, undone and redone, over several seeds."""
    for seed in range(8):
        random = np.random.default_rng(seed)
        document = Document(effect)
        past = [document.values.to_dict()]
        for _ in range(12):
            key = str(random.choice(list(document.info.parameters)))
            before = document.values.to_dict()
            document.set({key: draw_values(effect, int(random.integers(1 << 30)))[key]})
            if document.values.to_dict() != before:
                past.append(document.values.to_dict())
        for state in past[-2::-1]:
            assert document.undo() == 1
            assert document.values.to_dict() == state
        assert document.undo() == 0
        for state in past[1:]:
            assert document.redo() == 1
            assert document.values.to_dict() == state


def test_a_gesture_is_one_step_and_can_be_cancelled() -> None:
    """A drag."""
    document = Document("lossy")
    document.begin()
    for value in (0.1, 0.2, 0.3):
        document.set({"loss": value})
    document.end()
    assert [step.label for step in document.steps] == ["Loss"]
    document.begin()
    document.set({"loss": 0.9})
    document.cancel()
    assert document.get("loss") == 0.3
    assert len(document.steps) == 1


def test_locks_hold_against_presets_draws_and_agents_but_not_the_hand() -> None:
    """As everywhere."""
    document = Document("lossy")
    document.set_locked(["loss"])
    assert "loss" in document.set({"loss": 0.9}, author="agent:test")
    document.load("dial_up_mp3")
    document.randomise(1.0, 3)
    assert document.get("loss") == 0.5
    document.set({"loss": 0.9})
    assert document.get("loss") == 0.9
    with pytest.raises(ValueError, match="no such parameter"):
        document.set_locked(["nothing"])


def test_what_is_no_value_changes_nothing() -> None:
    """And says what would be one."""
    document = Document("reverb")
    before = document.values.to_dict()
    for key, value in (("matrix_type", "banana"), ("delay_times.9", 1.0), ("feedback_gain", float("nan")), ("nothing", 1.0)):
        with pytest.raises((ValueError, KeyError)):
            document.set({key: value})
    assert document.values.to_dict() == before
    assert not document.steps


def test_elements_are_set_by_text_too() -> None:
    """With units."""
    document = Document("reverb")
    document.set({"delay_times.3": "20 ms"})
    assert document.get("delay_times.3") == 882
    assert document.get("delay_times")[2] == 882


def test_sides_have_values_and_histories_of_their_own() -> None:
    """A and B."""
    document = Document("lossy")
    document.set({"loss": 0.1})
    document.copy_side()
    document.set_side("b")
    assert document.get("loss") == 0.1
    document.set({"loss": 0.8})
    document.set_side("a")
    assert document.get("loss") == 0.1
    assert document.undo() == 1
    assert document.get("loss") == 0.5


@pytest.mark.parametrize("effect", vstkit.effects())
def test_random_draws_repeat_and_do_not_run_away(effect: str) -> None:
    """Many seeds, three amounts."""
    noise = sound(0.2)
    for seed in range(12):
        one, other = Document(effect), Document(effect)
        amount = (0.1, 0.5, 1.0)[seed % 3]
        assert one.randomise(amount, seed * 1000) == other.randomise(amount, seed * 1000)
        assert one.values.to_dict() == other.values.to_dict()
        assert np.isfinite(vstkit.render(effect, noise, RATE, params=one.values, tail=0.0)).all()
        assert len(one.steps) == 1


def test_blends_go_all_the_way() -> None:
    """At 1 the new value, at 0 the old one."""
    parameter = vstkit.parameters("lossy")["filter_freq"]
    assert blend(parameter, 100.0, 10000.0, 1.0, 1) == 10000.0
    assert blend(parameter, 100.0, 10000.0, 0.0, 1) == pytest.approx(100.0)
    assert blend(parameter, 100.0, 10000.0, 0.5, 1) == pytest.approx(1000.0)


@pytest.mark.parametrize("frames", [1, 5, 63, 64, 65, 1000, 100_000])
def test_outlines_hold_every_extreme(frames: int) -> None:
    """At any zoom."""
    samples = sound(frames / RATE + 1e-9, 2)[:frames]
    clip = as_clip(samples, RATE, "x")
    for start, stop, columns in ((0, frames, 50), (frames // 3, frames, 10), (0, frames, 10**6)):
        at, pairs = clip.pyramid.outline(start, stop, columns)
        assert len(at) == len(pairs) > 0
        seen = samples[int(at[0]) : stop]
        assert pairs[..., 0].min() >= seen.min() - 1e-9 or pairs[..., 0].min() >= samples.min()
        assert pairs[..., 1].max() <= samples.max()
    _, whole = clip.pyramid.outline(0, frames, 10**6)
    assert whole[..., 1].max() == samples.max()


def test_what_is_played_is_what_was_rendered() -> None:
    """To the bit, in blocks of any size, once round the loop too."""
    dry = sound(0.6)
    wet = vstkit.render("lossy", dry, RATE, preset="dial_up_mp3")
    mixer, card = Mixer(), NullCard(paced=False)
    mixer.show(as_clip(wet, RATE, "wet"))
    mixer.play()
    card.start(RATE, 2, mixer.block)
    random = np.random.default_rng(1)
    while mixer.is_playing:
        card.pull(int(random.integers(1, 3000)))
    heard = np.concatenate(card.heard)
    assert np.array_equal(heard[: len(wet)], wet.astype(np.float32))
    assert not heard[len(wet) :].any()
    mixer.set_loop((100, 1100))
    mixer.seek(100)
    mixer.play()
    assert np.array_equal(mixer.block(2500), np.tile(wet[100:1100].astype(np.float32), (3, 1))[:2500])


def test_changing_over_while_playing_has_no_click() -> None:
    """Twenty times, between a sine and the same upside down: no step is larger than the fade allows."""
    time = np.arange(RATE * 3) / RATE
    sine = (0.5 * np.sin(2.0 * np.pi * 100.0 * time)).astype(np.float32)[:, None]
    sounds = [as_clip(sine, RATE, "up"), as_clip(-sine, RATE, "down")]
    mixer = Mixer(1)
    mixer.show(sounds[0])
    mixer.play()
    blocks = []
    for number in range(20):
        blocks.append(mixer.block(3000))
        mixer.show(sounds[number % 2 ^ 1])
    steps = np.abs(np.diff(np.concatenate(blocks)[:, 0]))
    assert steps.max() < 2.0 * np.pi * 100.0 / RATE * 0.5 + 2.0 * 0.5 / (0.02 * RATE)


@pytest.mark.parametrize("channels", [1, 2, 8])
def test_any_number_of_channels_can_be_played(channels: int) -> None:
    """On two."""
    mixer = Mixer(2)
    mixer.show(clip_of(0.1, channels))
    mixer.play()
    assert mixer.block(512).shape == (512, 2)


def test_loudness_is_matched() -> None:
    """To a tenth of a dB; silence is left alone."""
    one = clip_of(1.0)
    other = as_clip(one.samples * np.float32(0.25), RATE, "quiet")
    assert match_gain(other, one) == pytest.approx(4.0, rel=0.01)
    assert match_gain(as_clip(one.samples * 0.0, RATE, "silent"), one) == 1.0


def test_the_newest_wish_wins() -> None:
    """Of fifty that come faster than they can be rendered, the last one is rendered, and it is exact."""
    clip = clip_of(2.0)
    done: list[Rendered] = []
    troubles: list[Exception] = []
    renderer = Renderer(done.append, lambda wish, error: troubles.append(error))
    wishes = [Wish(clip, (vstkit.params("reverb", feedback_gain=0.5 + 0.005 * number),), str(number)) for number in range(50)]
    for wish in wishes:
        renderer.wish(wish)
    assert renderer.wait(60.0)
    renderer.close()
    assert not troubles
    assert done[-1].wish is wishes[-1]
    exact = vstkit.render("reverb", clip.samples, RATE, params=wishes[-1].steps[0])
    assert np.array_equal(done[-1].wet.samples, exact.astype(np.float32))


def test_a_render_that_fails_is_told_and_the_next_one_works() -> None:
    """A loop that runs away."""
    told: list[tuple[str, Any]] = []
    there = threading.Event()

    def collect(what: str, about: object) -> None:
        told.append((what, about))
        if what in ("failed", "wet"):
            there.set()

    session = Session("reverb", collect)
    session.take(clip_of(0.2))
    assert there.wait(30.0)
    there.clear()
    session.document.set({"feedback_gain": 2.0, "saturation": 0.0})
    assert there.wait(60.0)
    session.document.undo()
    assert session.renderer.wait(60.0)
    assert session.wet is not None
    session.close()
    assert "failed" in [what for what, _ in told]


def test_history_is_bounded_and_can_be_taken_back() -> None:
    """Fifty renders; an old one's values come back as a step."""
    session = Session("gain", lambda what, about: None)
    session.take(clip_of(0.01))
    assert session.renderer.wait(30.0)
    for number in range(MAX_HISTORY + 5):
        session.document.set({"gain": -0.1 * (number + 1)})
        assert session.renderer.wait(30.0)
    assert len(session.history) == MAX_HISTORY
    oldest = session.history[-1]
    session.restore(oldest)
    assert session.document.values.to_dict() == oldest.steps[0].to_dict()
    assert session.renderer.wait(30.0)
    session.close()


def test_history_keeps_only_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What had to go is rendered again, the same; of other files, entries go whole where the file does not fit."""
    clip, other = clip_of(0.1), clip_of(0.1, seed=2)
    size = clip.samples.nbytes
    monkeypatch.setattr(_session, "MAX_HISTORY_BYTES", 3 * size)
    session = Session("gain", lambda what, about: None)
    session.take(clip)
    assert session.renderer.wait(30.0)
    wets = [session.wet]
    for number in range(7):
        session.document.set({"gain": -1.0 * (number + 1)})
        assert session.renderer.wait(30.0)
        wets.insert(0, session.wet)
    assert [entry.wet is not None for entry in session.history] == [True] * 4 + [False] * 4
    for entry, wet in zip(session.history, wets, strict=True):
        assert wet is not None
        assert np.array_equal(entry.sound(lambda _: None).samples, wet.samples)
        assert entry.figures(lambda _: None).lufs == wet.figures.lufs
        assert entry.seconds == wet.seconds
    session.restore(session.history[-1])
    assert session.document.get("gain") == 0.0
    assert session.renderer.wait(30.0)
    session.take(other)
    assert session.renderer.wait(30.0)
    assert [entry.wish.clip for entry in session.history] == [other] + [clip] * 9
    assert sum(entry.wet.samples.nbytes for entry in session.history[1:] if entry.wet) + size <= 3 * size
    for number in range(4):
        session.document.set({"gain": -1.0 * (number + 1)})
        assert session.renderer.wait(30.0)
    assert [entry.wish.clip for entry in session.history] == [other] * 5
    session.close()


def test_chains_go_through_every_effect() -> None:
    """In order."""
    session = Session("lossy", lambda what, about: None)
    session.add_effect("reverb")
    clip = clip_of(0.3)
    session.take(clip)
    assert session.renderer.wait(60.0)
    assert session.wet is not None
    exact = vstkit.render(["lossy", "reverb"], clip.samples, RATE)
    assert np.array_equal(session.wet.samples, exact.astype(np.float32))
    session.remove_effect(0)
    assert [document.effect for document in session.chain] == ["reverb"]
    session.remove_effect(0)
    assert len(session.chain) == 1
    session.close()


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """Broken, empty, missing; and odd ones that can."""
    (tmp_path / "broken.wav").write_bytes(b"RIFF\x00\x00")
    vstkit.write(tmp_path / "empty.wav", np.zeros((0, 2)), RATE)
    vstkit.write(tmp_path / "one.wav", np.zeros((1, 1)), RATE)
    vstkit.write(tmp_path / "eight.wav", sound(0.05, 8), RATE)
    for name in ("broken.wav", "empty.wav", "missing.wav"):
        with pytest.raises((OSError, ValueError), match=name):
            read_clip(tmp_path / name)
    assert len(read_clip(tmp_path / "one.wav").samples) == 1
    assert read_clip(tmp_path / "eight.wav").n_channels == 8


def test_presets_are_saved_renamed_deleted_and_brought_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written over unasked."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    values = vstkit.params("lossy", loss=0.7)
    saved = save(values, "My, own")
    assert saved.name == "My, own"
    with pytest.raises(FileExistsError, match="My, own"):
        save(values, "My, own")
    save(values.replace(loss=0.8), "My, own", replace=True)
    renamed = rename(saved, "Another")
    assert vstkit.load_preset("lossy", renamed).loss == 0.8
    removed = delete(renamed)
    assert not [info for info in vstkit.presets("lossy") if info.path]
    bring_back(removed)
    assert [info.name for info in vstkit.presets("lossy") if info.path] == ["Another"]
    built_in = next(info for info in vstkit.presets("lossy") if info.path is None)
    for act in (delete, lambda info: rename(info, "x")):
        with pytest.raises(ValueError, match="built in"):
            act(built_in)
    with pytest.raises(ValueError, match="letter"):
        save(values, "…")


def test_settings_survive_what_is_no_settings_file(tmp_path: Path) -> None:
    """Garbage, another type, a folder that cannot be written."""
    path = tmp_path / "desktop.json"
    for text in ("", "[]", "{", '{"recent": 3, "favourites": {"lossy": 1}}', "[" * 100000):
        path.write_text(text)
        settings = Settings(path)
        assert settings.recent() == []
        assert settings.favourites("lossy") == set()
    settings.set_favourite("lossy", "birdies", on=True)
    settings.add_recent(tmp_path / "a.wav")
    assert settings.save()
    again = Settings(path)
    assert again.favourites("lossy") == {"birdies"}
    assert again.recent() == [str(tmp_path / "a.wav")]
    assert not Settings(tmp_path / "desktop.json" / "below").save()
