# SPDX-License-Identifier: ISC
"""The drop-ins against the reference engine's outputs."""

import json
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import vstkit
from conftest import ROOT

pytestmark = pytest.mark.slow
FOLDER = Path(os.environ.get("VSTKIT_REFERENCE") or ROOT.parent / "shared" / "reference")
MAX_ERROR = 2e-7  # of the peak; the worst is at 6e-8, the rounding of float files
RENDERS = {"lossy": vstkit.compat.render_lossy, "reverb": vstkit.compat.render_fdn}


def read_wav(path: Path) -> npt.NDArray[Any]:
    """A file's samples, (n,) or (n, channels)."""
    audio, rate = vstkit.read(path)
    assert rate == 44100
    return audio


def entries() -> list[tuple[str, dict[str, Any]]]:
    """Effect and entry of each vector; none without the reference."""
    manifest = FOLDER / "manifest.json"
    if not manifest.exists():
        return []
    content = json.loads(manifest.read_text())
    return [(effect, {"input": content["input"]} | entry) for effect in RENDERS for entry in content[effect]]


@pytest.mark.parametrize(("effect", "entry"), entries(), ids=[entry["output"] for _, entry in entries()])
def test_vector(effect: str, entry: dict[str, Any]) -> None:
    """As long as the input, and the same samples."""
    params = json.loads((FOLDER / entry["preset"]).read_text())
    audio = read_wav(FOLDER / entry["input"])[: entry.get("frames")]
    expected = read_wav(FOLDER / entry["output"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", vstkit.VstkitWarning)
        out = RENDERS[effect](audio, params)
    assert out.shape == expected.shape
    assert np.abs(out - expected).max() <= MAX_ERROR * np.abs(expected).max()


def test_the_reference_is_there(reference: Path) -> None:
    """Or the vectors are skipped, visibly."""
    assert len(entries()) > 270
