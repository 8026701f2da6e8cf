# SPDX-License-Identifier: ISC
"""What the tests share."""

import os
import subprocess
from pathlib import Path

import hypothesis
import numpy as np
import numpy.typing as npt
import pytest

ROOT = Path(__file__).resolve().parents[2]
hypothesis.settings.register_profile("kit", deadline=None, derandomize=True, database=None, max_examples=60)
hypothesis.settings.load_profile("kit")


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of reference vectors."""
    folder = Path(os.environ.get("VSTKIT_REFERENCE") or ROOT.parent / "shared" / "reference")
    if not (folder / "manifest.json").exists():
        pytest.skip("the reference folder is absent")
    return folder


@pytest.fixture(scope="session")
def cli() -> Path:
    """The command line."""
    program = Path(os.environ.get("VSTKIT_BUILD_ROOT", ROOT / "build")) / "apps" / "cli" / "vstkit"
    if not program.exists():
        pytest.skip("the command line was not built")
    return program


def plain() -> dict[str, str]:
    """The environment, without a sanitizer's preloaded library."""
    return {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}


def run_cli(program: Path, *arguments: object) -> str:
    """Run the command line; what it printed."""
    return subprocess.run([str(program), *map(str, arguments)], check=True, env=plain(), capture_output=True, text=True).stdout


@pytest.fixture
def noise() -> npt.NDArray[np.float64]:
    """A second of stereo noise with some shape to it, (n, 2)."""
    random = np.random.default_rng(20240501)
    envelope = np.abs(np.sin(np.linspace(0.0, 9.0, 22050)))[:, None]
    return 0.25 * envelope * random.standard_normal((22050, 2))
