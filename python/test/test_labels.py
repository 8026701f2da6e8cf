# SPDX-License-Identifier: ISC
"""Labels: what the engine did, exactly."""

import json

import numpy as np
import pytest
import vstkit

RATE = 44100.0
PACKETS = {"loss": 0.0, "packets": "packet loss", "packet_rate": 0.8, "packet_size": 20.0}


def packets_of(info: vstkit.Effect) -> str:
    """The choice that loses packets, as the table spells it."""
    row = info.parameters["packets"]
    return (row.choice_keys or row.choices)[1]


def settings(**more: object) -> dict[str, object]:
    """Values that only lose packets."""
    return PACKETS | {"packets": packets_of(vstkit.effect_info("lossy"))} | more


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_mask_is_what_was_lost(kind: type[np.floating]) -> None:
    """Over many seeds: silent from the fade to the end of each packet, in every layout the same."""
    sound = np.full(30000, 0.25, kind)
    fade = int(0.003 * RATE)
    lost = 0
    for seed in range(24):
        out, (labels,) = vstkit.render_labels("lossy", sound, RATE, params=settings(seed=seed), tail=0)
        assert np.array_equal(out, vstkit.render("lossy", sound, RATE, params=settings(seed=seed), tail=0))
        mask = labels.mask("packet", "lost")
        assert mask.shape == out.shape
        assert not mask.all()
        for label in labels.of("packet"):
            part = out[label.start + fade : label.start + label.frames]
            assert (part == 0.0).all() if label.state == "lost" else np.allclose(part, 0.25, atol=1e-6), (seed, label)
            assert mask[label.start : label.start + label.frames].all() == (label.state == "lost")
            lost += label.state == "lost"
        assert mask.sum() == sum(label.frames for label in labels.of("packet") if label.state == "lost")
        wide = np.stack([sound, sound])
        out, (labels,) = vstkit.render_labels("lossy", wide, RATE, params=settings(seed=seed), tail=0, channels_first=True)
        assert out.shape == (2, 30000)
        for channel in range(2):
            assert np.array_equal(labels.mask("packet", "lost", channel=channel), mask)
    assert lost > 100


def test_what_is_told_where_nothing_is(noise: np.ndarray) -> None:
    """An effect without labels, stages that are off, kinds that there are not."""
    _, (labels,) = vstkit.render_labels("reverb", noise, RATE)
    assert labels.kinds == {}
    assert labels.to_dict() == {}
    with pytest.raises(ValueError, match="reverb tells no 'packet': nothing"):
        labels.mask("packet", "lost")
    _, (labels,) = vstkit.render_labels("lossy", noise, RATE, params={"loss": 0.0, "packets": 0})
    assert labels.of("packet") == []
    assert labels.mask("packet", "received").all()
    assert not labels.mask("packet", "lost", "repeated").any()
    assert labels.kept()[1].shape[0] == 0
    with pytest.raises(ValueError, match="packet has no 'late': received, lost, repeated"):
        labels.mask("packet", "late")
    with pytest.raises(ValueError, match="channel: 2: 0 to 1"):
        labels.of("gate", 2)


def test_bands_frames_and_edges(noise: np.ndarray) -> None:
    """Frames tile the sound; bits are as many as bands; the edges rise."""
    out, (labels,) = vstkit.render_labels("lossy", noise, RATE, params={"loss": 0.9, "freeze": 1}, tail=0)
    told = labels.of("codec", 1)
    assert told[0].start == 0
    assert all(a.start + a.frames == b.start for a, b in zip(told, told[1:], strict=False))
    assert told[-1].start + told[-1].frames == len(out)
    starts, kept = labels.kept(channel=1)
    assert [label.start for label in told] == starts.tolist()
    assert kept.shape == (len(told), len(labels.edges()) - 1)
    assert 0.02 < 1.0 - kept.mean() < 0.9
    assert np.all(np.diff(labels.edges()) > 0)
    assert labels.mask("codec", "frozen", channel=1)[-1]
    assert [sum(int(bit) << i for i, bit in enumerate(row)) for row in kept] == [label.bits for label in told]


def test_rows_of_effects_and_json(noise: np.ndarray) -> None:
    """One set for each effect; tails count; plain text for manifests."""
    row: list[vstkit.Step] = [("lossy", None, settings()), "reverb", ("lossy", None, settings(seed=3))]
    out, labels = vstkit.render_labels(row, noise, RATE, tail=0.1)
    assert np.array_equal(out, vstkit.render(row, noise, RATE, tail=0.1))
    assert [told.effect for told in labels] == ["lossy", "reverb", "lossy"]
    assert all(told.frames == len(noise) + 4410 for told in labels)
    text = json.loads(json.dumps(labels[0].to_dict()))
    assert text["packet"][0][0] == [0, 882, "received"]
    assert "packet: " in repr(labels[0])
    with pytest.raises(TypeError, match="each effect of a row"):
        vstkit.render_labels(row, noise, RATE, preset="dial_up_mp3")


def test_presets_tell_the_same_each_time(noise: np.ndarray) -> None:
    """All presets of Lossy, twice."""
    for info in vstkit.presets("lossy"):
        if info.path is None:
            first, second = (vstkit.render_labels("lossy", noise[:8000], RATE, preset=info, tail=0)[1][0].to_dict() for _ in range(2))
            assert first == second


def test_stretches_are_the_mask() -> None:
    """In every preset, kind, state and channel: what `mask` says, and what `of` lists, as few stretches as there can be."""
    n_stretches = 0
    for number, info in enumerate(vstkit.presets("lossy")):
        sound = 0.2 * np.random.default_rng(number).standard_normal((30000, 2) if number % 2 else 30000)
        _, (labels,) = vstkit.render_labels("lossy", sound, RATE, preset=info, tail=0)
        for name, kind in labels.kinds.items():
            for channel in range(labels.channels):
                for state in kind.states[1:]:
                    mask = labels.mask(name, state, channel=channel)
                    by_hand = np.zeros(labels.frames, bool)
                    for label in labels.of(name, channel):
                        by_hand[label.start : label.start + label.frames] = label.state == state
                    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False)).reshape(-1, 2)
                    stretches = labels.stretches(name, state, channel=channel)
                    assert np.array_equal(mask, by_hand), (info.id, name, state)
                    assert stretches == [[start, end - start] for start, end in edges.tolist()], (info.id, name, state)
                    n_stretches += len(stretches)
    assert n_stretches > 100
    with pytest.raises(ValueError, match="mask"):
        labels.stretches("packet", "received")
