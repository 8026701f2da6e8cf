# SPDX-License-Identifier: ISC
"""The latencies that the documentation tells are those of the engines."""

import re
from pathlib import Path

import vstkit
from conftest import ROOT

RATE = 44100.0


def latency(**params: float) -> int:
    """Frames of Lossy's latency."""
    with vstkit.Stream("lossy", RATE, params=params) as stream:
        return stream.latency


def rows(path: Path) -> list[tuple[int, int, int, int]]:
    """Rows of window size, hop divisor, frames and milliseconds."""
    found = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) ms \|$", path.read_text("utf-8"), re.MULTILINE)
    return [(int(a), int(b), int(c), int(d)) for a, b, c, d in found]


def test_lossys_manual() -> None:
    """Every row of its table."""
    table = rows(ROOT / "doc" / "lossy.md")
    assert len(table) >= 5
    for window, divisor, frames, ms in table:
        assert latency(window_size=window, hop_divisor=divisor) == frames
        assert round(1000.0 * frames / RATE) == ms


def test_readme() -> None:
    """The defaults, and effects without any."""
    (told,) = re.findall(r"\| (\d+) frames, (\d+) ms \|", (ROOT / "README.md").read_text("utf-8"))
    assert (int(told[0]), int(told[1])) == (latency(), round(1000.0 * latency() / RATE))
    for effect in ("gain", "reverb"):
        with vstkit.Stream(effect, RATE) as stream:
            assert stream.latency == 0
