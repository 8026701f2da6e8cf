# SPDX-License-Identifier: ISC
"""The examples of the documentation run."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import vstkit
from conftest import ROOT

pytestmark = pytest.mark.slow


def test_first_steps(tmp_path: Path) -> None:
    """The walk-through writes its pictures and sounds."""
    command = [sys.executable, "-W", "error", str(ROOT / "doc" / "examples" / "first_steps.py"), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    for name in ("lossy.png", "decay.png", "moving_room.png", "variants.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG"), name
    audio, _ = vstkit.read(tmp_path / "worse.wav")
    assert np.abs(audio).max() > 0.01


def blocks() -> list[str]:
    """Python code of the guide, as far as it needs no other packages."""
    text = (ROOT / "doc" / "python.md").read_text("utf-8")
    return [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "torch" not in block and "datasets" not in block]


def test_the_guides_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One block after the other, in one namespace."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(1)
    vstkit.write("speech.wav", 0.1 * random.standard_normal((44100, 2)), 44100)
    assert len(blocks()) >= 5
    space: dict[str, object] = {}
    for block in blocks():
        exec(compile(block, "doc/python.md", "exec"), space)
