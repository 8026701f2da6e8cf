# SPDX-License-Identifier: ISC
"""The examples of the documentation run."""

import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import vstkit
from conftest import ROOT, plain, run_cli

pytestmark = pytest.mark.slow
GUIDE = ROOT / "doc" / "python.md"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "doc").glob("*.md"))]
RUN_ELSEWHERE = {
    "new-effect.md": "test/fourth",
    "install.md": "test/setup, test/hosts/installed.py",
    "osc.md": "test/osc, test_live.py",
    "datasets.md": "test_datasets.py",
    "desktop.md": "test_desktop_window.py",
    "standalone.md": "test/standalone",
}
OTHER_COMMANDS = ("make ", "scripts/", "python3 -m venv ")  # Run by test/setup and test_wheel.py


def test_first_steps(tmp_path: Path) -> None:
    """The walk-through writes its pictures and sounds."""
    command = [sys.executable, "-W", "error", str(ROOT / "doc" / "examples" / "first_steps.py"), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    for name in ("lossy.png", "decay.png", "moving_room.png", "variants.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG"), name
    audio, _ = vstkit.read(tmp_path / "worse.wav")
    assert np.abs(audio).max() > 0.01


class Tensor:
    """As much of a PyTorch tensor as the guide needs."""

    def __init__(self, array: npt.NDArray[np.float32]) -> None:
        self.array = array

    def numpy(self) -> npt.NDArray[np.float32]:
        """The samples."""
        return self.array


class Speech:
    """As much of a `datasets.Dataset` as the guide needs."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def map(self, function: Callable[..., dict[str, Any]], with_indices: bool, num_proc: int) -> "Speech":
        """Add columns."""
        assert with_indices
        assert num_proc
        return Speech([row | function(row, index) for index, row in enumerate(self.rows)])


def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of the guide's that are too large to test with."""
    random = np.random.default_rng(1)
    rows: list[dict[str, Any]] = [{"audio": {"array": random.standard_normal(3000), "sampling_rate": 16000}} for _ in range(2)]
    torch: Any = types.ModuleType("torch")
    torch.utils = types.SimpleNamespace(data=types.SimpleNamespace(Dataset=object))
    torch.from_numpy = Tensor
    datasets: Any = types.ModuleType("datasets")
    datasets.load_dataset = lambda name, split: Speech(rows)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "datasets", datasets)


def fenced(path: Path, language: str) -> list[str]:
    """Pieces of code of a document."""
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if path.name != "datasets.md" and fenced(path, "python")], ids=lambda path: path.name
)
def test_python_of_the_documents_runs(path: Path, channels: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One piece after the other, in one namespace, on files of one and of two channels; nothing is warned of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    stand_ins(monkeypatch)
    random = np.random.default_rng(1)
    sound = 0.1 * random.standard_normal((44100, channels))
    for name in set(re.findall(r'vstkit\.read\("([^"]+)"', path.read_text("utf-8"))):
        vstkit.write(name, sound, 44100)
    space: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for block in fenced(path, "python"):
            if "import live" in block:
                continue  # Needs a running plugin: test_live.py
            exec(compile(block, str(path), "exec"), space)


def test_help_of_the_package_runs() -> None:
    """What help(vstkit) opens with."""
    block = re.search(r"\n\n((?: {4}.*\n)+)", vstkit.__doc__ or "")
    assert block is not None
    random = np.random.default_rng(2)
    space: dict[str, Any] = {"audio": 0.1 * random.standard_normal(22050)}
    exec(compile(textwrap.dedent(block[1]), "vstkit", "exec"), space)
    assert np.abs(space["out"]).max() > 0.01


def test_what_the_guide_speaks_of_is_there() -> None:
    """Every vstkit.name of its text and code."""
    for name in set(re.findall(r"vstkit\.([A-Za-z_]+)", GUIDE.read_text("utf-8"))) - {"live", "agent", "match"}:  # Modules
        assert hasattr(vstkit, name), name


def command_lines(path: Path) -> list[str]:
    """Commands of a document, without comments; continued lines in one."""
    text = "".join(fenced(path, "sh")).replace("\\\n", " ")
    return [line for line in (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines()) if line]


def inputs(line: str, folder: Path) -> None:
    """Make the sounds that a command reads, where there is none of that name."""
    random = np.random.default_rng(3)
    words = [word for word in shlex.split(line) if not word.startswith("-")]
    is_render = "render" in words
    wanted = [word for word in words if re.search(r"\.(wav|flac|mp3|aiff|ogg)$|/$", word)]
    for word in wanted[:-1] if is_render and len(wanted) > 1 else wanted:
        path = folder / word
        names = [path / "a.wav"] if word.endswith("/") else [path.with_name("take.wav")] if "*" in word else [path]
        for name in names:
            name.parent.mkdir(parents=True, exist_ok=True)
            if not name.exists():
                vstkit.write(name, 0.1 * random.standard_normal((22050, 2)), 44100)


@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if path.name not in RUN_ELSEWHERE and fenced(path, "sh")], ids=lambda path: path.name
)
def test_commands_of_the_documents_run(path: Path, cli: Path, tmp_path: Path) -> None:
    """Each line that calls vstkit, in order, in one folder; sound cards and sox are played by cat."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "vstkit").symlink_to(cli)
    inputs("any.wav", tmp_path)
    for name, body in (("arecord", "cat any.wav"), ("sox", "cat any.wav"), ("aplay", "cat > played"), ("play", "cat > played")):
        (programs / name).write_text(f"#!/bin/sh\nexec {body}\n")
        (programs / name).chmod(0o755)
    environment = plain() | {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    n_run = 0
    for line in command_lines(path):
        called = line.replace("build/apps/cli/vstkit", "vstkit")
        if not re.search(r"(^|[|&] *)vstkit ", called):
            assert line.startswith(OTHER_COMMANDS), f"{path.name}: {line}"
            continue
        inputs(called, tmp_path)
        result = subprocess.run(["sh", "-ec", called], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"{path.name}: {line}\n{result.stderr}"
        assert "vstkit: " not in result.stderr, f"{path.name}: {line}\n{result.stderr}"
        n_run += 1
    assert n_run


@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if path.name not in RUN_ELSEWHERE and fenced(path, "json")], ids=lambda path: path.name
)
def test_json_of_the_documents_is_taken(path: Path, cli: Path, tmp_path: Path) -> None:
    """Files of chains render."""
    inputs("in.wav out.wav", tmp_path)
    for block in fenced(path, "json"):
        assert "chain" in json.loads(block), f"{path.name}: {block}"
        (tmp_path / "chain.json").write_text(block)
        assert run_cli(cli, "render", tmp_path / "chain.json", tmp_path / "in.wav", tmp_path / "out.wav") == ""
        assert np.abs(vstkit.read(tmp_path / "out.wav")[0]).max() > 0.01


def test_no_code_of_the_documents_is_left_out() -> None:
    """In any language: it is run here, or by the tests of its document."""
    for path in DOCUMENTS:
        languages = set(re.findall(r"^ *```([a-z]+)$", path.read_text("utf-8"), re.MULTILINE))
        assert path.name in RUN_ELSEWHERE or languages <= {"python", "sh", "json"}, f"{path.name}: {languages}"
        assert path.name not in RUN_ELSEWHERE or path.name in ("osc.md", "datasets.md") or "python" not in languages, path.name


def code(word: str) -> str:
    """The guide's block that has this word."""
    (found,) = [block for block in re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL) if word in block]
    return str(found)


def test_the_guides_dataset_for_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for PyTorch: clean and noisy clips, anew in each epoch, the same in each run."""
    stand_ins(monkeypatch)
    space: dict[str, Any] = {}
    exec(compile(code("import torch"), "doc/python.md", "exec"), space)
    random = np.random.default_rng(1)
    clips = [Tensor(random.standard_normal((2, 5000)).astype(np.float32)) for _ in range(3)]
    one, other = (space["Augmented"](clips, 16000) for _ in range(2))
    assert len(one) == 3
    first = [one[index][0].numpy() for index in range(3)]
    assert all(noisy.shape == (2, 5000) and noisy.dtype == np.float32 for noisy in first)
    assert one[1][1] is clips[1]
    np.testing.assert_array_equal(other[2][0].numpy(), first[2])
    other.epoch = 1
    assert not np.array_equal(other[2][0].numpy(), first[2])


def test_the_guides_map_for_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for the library: a column more."""
    stand_ins(monkeypatch)
    space: dict[str, Any] = {}
    exec(compile(code("import datasets"), "doc/python.md", "exec"), space)
    row = space["dataset"].rows[1]
    assert row["room"].shape == (3000,)
    assert not np.array_equal(row["room"], row["audio"]["array"])
