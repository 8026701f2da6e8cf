# SPDX-License-Identifier: ISC
"""The wheel: built from the repository's root, installed into an empty environment, used there."""

import os
import re
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


FILES = """
import re, sys, tempfile, numpy
from pathlib import Path
def libraries():
    return {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if ".so" in line.split()[-1]}
before = libraries()
import vstkit
tone = numpy.sin(numpy.arange(4410) / 20.0) / 4
sound = vstkit.render("lossy", tone, 44100, preset="dial_up_mp3", tail=0)
assert numpy.abs(sound).max() > 0.01
with tempfile.TemporaryDirectory() as folder:
    for kind, error in (("wav", 1e-6), ("aiff", 1e-6), ("flac", 1e-6), ("ogg", 0.1)):
        path = Path(folder) / f"tone.{kind}"
        vstkit.write(path, sound, 44100)
        back, rate = vstkit.read(path)
        assert rate == 44100 and back.shape == sound.shape, (kind, back.shape)
        assert numpy.abs(back - sound).max() < error, kind
    vstkit.write(Path(folder) / "tone.mp3", sound, 44100)
    back, rate = vstkit.read(Path(folder) / "tone.mp3") # Padded by the codec
    assert len(back) >= 4410 and 0.5 < numpy.abs(back).max() / numpy.abs(sound).max() < 2.0
assert len(vstkit.spectrogram_png(tone, 44100)) > 1000
new = {Path(name).name for name in libraries() - before}
print("new:", *sorted(new))
"""


def test_wheel_for_any_linux(tmp_path: Path) -> None:
    """What `make wheel` makes holds all libraries, and works where there is no compiler and none of them."""
    if not (ROOT / "build-deps" / "wheel" / "done").exists():
        pytest.skip("no libraries to put into a wheel: run scripts/libraries wheel")
    pytest.importorskip("mesonpy")
    pytest.importorskip("auditwheel")
    run("sh", ROOT / "scripts" / "make-wheel", tmp_path, sys.executable)
    (wheel,) = tmp_path.glob("*.whl")
    policy = re.search(r"-abi3-.*manylinux_(\d+)_(\d+)_", wheel.name)
    assert policy, wheel.name
    if tuple(map(int, os.confstr("CS_GNU_LIBC_VERSION").split()[1].split("."))) <= (2, 36):  # type: ignore[union-attr]
        assert (int(policy[1]), int(policy[2])) <= (2, 34), wheel.name

    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if ".libs/" in name], "all is in the extension"
    for library in ("fftw3/COPYING", "jansson/LICENSE", "libsndfile/COPYING", "cairo/COPYING", "README.txt"):
        assert f"vstkit/licences/{library}" in names
    zipfile.ZipFile(wheel).extract("vstkit/_core.abi3.so", tmp_path)
    core = tmp_path / "vstkit" / "_core.abi3.so"
    needed = set(re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", core)))
    assert "libc.so.6" in needed and needed <= {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
    assert run("nm", "-D", "--defined-only", core).split()[2::3] == ["PyInit__core"]

    venv.create(tmp_path / "clean", with_pip=True)
    python = tmp_path / "clean" / "bin" / "python"
    pip = ["-m", "pip", "--disable-pip-version-check", "--quiet"]
    if subprocess.run([python, *pip, "install", "numpy"], capture_output=True, check=False).returncode:
        pytest.skip("the wheel is built, but there is no package index to get NumPy from")
    run(python, *pip, "install", "--no-deps", "--no-index", wheel)
    assert "smoke:" in run(python, "-c", SMOKE)
    loaded = set(run(python, "-c", FILES).split("new:")[1].split())
    ours = {name for name in loaded if re.match("lib(fftw|jansson|sndfile|cairo|pixman|png|z|FLAC|ogg|vorbis|opus|mpg123|mp3lame)", name)}
    assert "_core.abi3.so" in loaded and not ours
