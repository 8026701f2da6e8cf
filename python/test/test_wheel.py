# SPDX-License-Identifier: ISC
"""The wheel: built from the repository's root, installed into an empty environment, used there."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow
SMOKE = """
import sys, numpy, vstkit
assert vstkit.__file__.startswith(sys.prefix), vstkit.__file__
for effect in vstkit.effects():
    out = vstkit.render(effect, numpy.ones((100, 2), "f"), 44100, tail=0)
    assert out.shape == (100, 2) and out.dtype == numpy.float32
    for info in vstkit.presets(effect)[:2]:
        vstkit.render(effect, numpy.ones(100), 48000, preset=info.id)
assert vstkit.spectrogram_png(numpy.ones(9999), 44100)[1:4] == b"PNG"
assert vstkit.compat.render_lossy(numpy.ones(9), {}).shape == (9,)
with vstkit.Stream("gain", 44100) as stream:
    assert stream.process([0.5])[0] == 0.5
print("smoke:", vstkit.__version__, vstkit.effects())
"""


def run(*command: object, path: Path | None = None) -> str:
    """Run a command outside of this test's environment, with another folder of programs if there is one."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    if path:
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd="/", env=environment, check=False)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return result.stdout


def test_wheel_builds_installs_and_works(tmp_path: Path) -> None:
    """With what pip makes of pyproject.toml in an environment of its own, and only NumPy beside it.

    Where there is no package index, with this environment's build tools, and no further than the wheel.
    """
    venv.create(tmp_path / "clean", with_pip=True)
    python = tmp_path / "clean" / "bin" / "python"
    pip = ["-m", "pip", "--disable-pip-version-check", "--quiet"]
    got = subprocess.run([python, *pip, "install", "numpy"], capture_output=True, check=False)
    wanted = ["wheel", ROOT, "--no-deps", "--wheel-dir", tmp_path]
    if got.returncode == 0:
        run(python, *pip, *wanted)
    else:
        pytest.importorskip("mesonpy")
        run(sys.executable, *pip, *wanted, "--no-build-isolation", path=Path(sys.executable).parent)
    (wheel,) = tmp_path.glob("*.whl")
    assert "-abi3-" in wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("vstkit/_core.abi3.so", "vstkit/__init__.pyi", "vstkit/py.typed", "vstkit/compat/lossy.py"):
        assert name in names
    assert not [name for name in names if not name.startswith(("vstkit/", "vstkit-"))]
    if got.returncode:
        pytest.skip("the wheel is built, but there is no package index to get NumPy from")
    run(python, *pip, "install", "--no-deps", wheel)
    assert "smoke:" in run(python, "-c", SMOKE)
