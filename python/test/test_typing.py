# SPDX-License-Identifier: ISC
"""The package and its generated stub, as type checkers and editors see them."""

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import vstkit
from conftest import ROOT

STUB = Path(vstkit.__file__).with_suffix(".pyi")
USE = """
from typing import Any, assert_type
import numpy as np
import numpy.typing as npt
import vstkit
x = np.zeros(9)
values = vstkit.params("lossy", loss=0.5, filter_freq="1 kHz", filter_type="bandpass")
assert_type(values, vstkit.LossyParams)
assert_type(values.loss, float)
assert_type(values.n_bands, int)
reverb = vstkit.load_preset("reverb", {"wet_dry": 1.0})
assert_type(reverb, vstkit.ReverbParams)
assert_type(reverb.delay_times, list[int])
vstkit.render("lossy", x, 44100, params={"loss": 0.3, "seed": 4}, preset=values)
vstkit.render("reverb", x, 44100, params={"delay_times.3": 1200, "matrix_type": "hadamard"})
for effect in vstkit.effects():
    vstkit.render(effect, x, 44100, params={"wet_dry": 1})
with vstkit.Stream("lossy", 44100) as stream:
    stream.params["loss"] = 0.7
    y = stream.process(x)
    stream.state = stream.state
found = vstkit.analyze(x, 44100, impulse=True).impulse
assert found is not None
assert_type(found.rt60_s, float)
vstkit.augment("lossy", presets=True, params={"loss": (0.1, 0.2)})(x, 44100, 3)
f32, f64 = np.zeros(9, np.float32), np.zeros(9, np.float64)
assert_type(vstkit.render("lossy", f32, 44100), npt.NDArray[np.float32])
assert_type(vstkit.render("reverb", f64, 44100, preset="concert_hall"), npt.NDArray[np.float64])
assert_type(vstkit.render(["lossy", "reverb"], f32, 44100), npt.NDArray[np.float32])
assert_type(vstkit.render(str("lossy"), f64, 44100), npt.NDArray[np.float64])
assert_type(vstkit.render("lossy", [0.0], 44100), npt.NDArray[Any])
assert_type(vstkit.augment("lossy")(f32, 44100), npt.NDArray[np.float32])
assert_type(stream.process(f32), npt.NDArray[np.float32])
assert_type(stream.process(f32, f64), npt.NDArray[np.float64])
assert_type(vstkit.read("x.wav")[0], npt.NDArray[np.float64])
assert_type(vstkit.read("x.wav", dtype=np.float32)[0], npt.NDArray[np.float32])
assert_type(vstkit.read("x.wav", dtype="float32", start=9)[0], npt.NDArray[np.float32])
vstkit.write("x.wav", f32, 44100, bits=16)
hall: vstkit.ReverbPreset = "concert_hall"
drawn: vstkit.LossyDict = {"loss": 0.3}
warm: vstkit.PresetTag = "warm"
for info in vstkit.presets("reverb", category="Hall", tag=["wide", warm], search="stone"):
    vstkit.render(["gain", info, ("lossy", "dial_up_mp3", drawn), values], f32, 44100, strict=True)
    vstkit.render("reverb", f32, 44100, preset=info)
    vstkit.load_preset("reverb", info, strict=True)
assert_type(vstkit.effect_info("gain"), vstkit.Effect)
"""
WRONG = [
    "vstkit.LossyParams(lss=0.5)",
    "vstkit.ReverbParams(loss=0.5)",
    "vstkit.LossyParams(loss=[1])",
    'vstkit.params("lossy").lss',
    'vstkit.render("lossy", [0.0], 44100, wet=1)',
    'vstkit.render("lossy", [0.0])',
    "vstkit.analyze([0.0], 44100).rt60_s",
    'wrong: vstkit.ReverbPreset = "concert_hal"',
    'other: vstkit.PresetCategory = "hall"',
    "vstkit.effect_info(3)",
    "vstkit.render([3], [0.0], 44100)",
    'vstkit.write("x.wav", [0.0], 44100, bits=16.5)',
]


def mypy(*arguments: str | Path, module: str = "mypy", folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run mypy, or what comes with it, over files that import the installed package."""
    pytest.importorskip("mypy")
    environment = os.environ | {"MYPYPATH": str(STUB.parent.parent)}
    options = ["--strict", "--no-incremental", "--cache-dir", os.devnull, "--python-version", "3.11"] if module == "mypy" else []
    command = [sys.executable, "-m", module, *options, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)


def test_mypy_accepts_the_package_and_its_use(tmp_path: Path) -> None:
    """Everything in strict mode, and each wrong line is found."""
    use, wrong = tmp_path / "use.py", tmp_path / "wrong.py"
    use.write_text(USE)
    wrong.write_text("import vstkit\n" + "\n".join(WRONG) + "\n")
    result = mypy(use, wrong)
    lines = {int(line.split(":")[1]) for line in result.stdout.splitlines() if "wrong.py:" in line and "error:" in line}
    assert lines == set(range(2, 2 + len(WRONG))), result.stdout
    assert "use.py" not in result.stdout, result.stdout


def test_mypy_accepts_the_package() -> None:
    """Its own files."""
    result = mypy("-p", "vstkit")
    assert result.returncode == 0, result.stdout


def test_mypy_accepts_what_uses_it() -> None:
    """Tests, bench and example."""
    tests = (ROOT / "python" / "test").glob("test_*.py")
    benches = ROOT / "bench" / "python.py", ROOT / "bench" / "agent.py", ROOT / "bench" / "desktop.py"
    result = mypy(*tests, *benches, ROOT / "doc" / "examples" / "first_steps.py")
    assert result.returncode == 0, result.stdout


def test_stubtest_finds_the_stub_and_the_package_alike(tmp_path: Path) -> None:
    """mypy's own comparison with what there is as it runs: names, arguments, defaults, bases, __all__."""
    allowed = [
        r"vstkit\.transforms\.(torch|lhotse)",  # They need what may not be there
        r"vstkit\.desktop\._[a-z_]+\.[A-Za-z_]+(\.staticMetaObject)?",  # Qt makes its classes as they are defined
    ]
    (tmp_path / "allowed").write_text("\n".join(allowed))
    more: list[str | Path] = [
        "--mypy-config-file",
        ROOT / "pyproject.toml",
        "--allowlist",
        tmp_path / "allowed",
        "--ignore-unused-allowlist",
    ]
    result = mypy("vstkit", *more, module="mypy.stubtest", folder=tmp_path)  # where its cache may lie
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Success" in result.stdout, result.stdout


def test_types_are_there_as_the_program_runs() -> None:
    """Preset names, categories, tags and keys are the tables'."""
    words = {word for part in get_args(vstkit.PresetCategory) for word in get_args(part)}
    tags = {word for part in get_args(vstkit.PresetTag) for word in get_args(part)}
    for effect in vstkit.effects():
        stem = effect.capitalize()
        keys = getattr(vstkit, f"{stem}Dict").__annotations__.keys()
        assert vstkit.parameters(effect).keys() < keys
        infos = [info for info in vstkit.presets(effect) if info.path is None]
        names = {word for part in get_args(getattr(vstkit, f"{stem}Preset", None)) for word in get_args(part)}
        assert names == {info.id for info in infos}
        assert {info.category for info in infos} <= words
        assert {tag for info in infos for tag in info.tags} <= tags


def stub_names() -> dict[str, ast.stmt]:
    """Public names of the stub."""
    names: dict[str, ast.stmt] = {}
    for node in ast.parse(STUB.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module and (node.level or node.module.startswith("vstkit")):
            names |= {alias.asname or alias.name: node for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            names |= {alias.name: node for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names[node.name] = node
    return names


def test_the_stub_is_the_package() -> None:
    """Each public name is in both; overloads take what the functions take."""
    names = stub_names()
    for name in vstkit.__all__:
        assert name in names, name
    assert not {"class_name", "params_class"} & names.keys()
    for effect in vstkit.effects():
        assert f"{effect.capitalize()}Params" in names
        assert f"{effect.capitalize()}Dict" in names
    source = ast.parse(STUB.read_text())
    for function in (vstkit.render, vstkit.load_preset):
        expected = list(inspect.signature(function).parameters)
        found = [node for node in source.body if isinstance(node, ast.FunctionDef) and node.name == function.__name__]
        kinds = 2 if function is vstkit.render else 1  # arrays of one type, and anything
        assert len(found) == kinds * (len(vstkit.effects()) + 1)
        for node in found:
            assert [a.arg for a in node.args.posonlyargs + node.args.args + node.args.kwonlyargs] == expected


def test_every_public_thing_has_a_docstring() -> None:
    """Functions, classes, methods and properties."""
    for name in vstkit.__all__:
        thing = getattr(vstkit, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert thing.__doc__, name
        for key, member in vars(thing).items() if inspect.isclass(thing) else ():
            if not key.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                assert member.__doc__, f"{name}.{key}"
