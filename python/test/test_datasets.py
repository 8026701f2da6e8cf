# SPDX-License-Identifier: ISC
"""doc/datasets.md: every block of it runs, in its order, in one folder; and the man page says what the program does."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from batch_kit import rows
from conftest import ROOT

pytest.importorskip("fsspec")
pytest.importorskip("yaml")
from vstkit import batch  # noqa: E402
from vstkit.batch._cli import parser  # noqa: E402

TEXT = (ROOT / "doc" / "datasets.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_worked_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four workers, one killed, a broken file, all killed, started again: the bytes of one undisturbed process."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "vstkit-batch"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vstkit.batch "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    space: dict[str, Any] = {}
    said = ""
    assert [language for language, _ in BLOCKS].count("sh") == 3
    for language, block in BLOCKS:
        if language == "python":
            exec(compile(block, "datasets.md", "exec"), space)
        elif language == "yaml":
            (tmp_path / "recipe.yaml").write_text(block)
        else:
            done = subprocess.run(["sh", "-ec", block], env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
            said += done.stdout
    assert "600 sounds as they should be, 2 errors noted, 0 problems" in said
    assert {row["id"] for row in rows("out", "errors.jsonl")} == {"broken.wav"}
    assert len({row["sha256"] for row in rows("out")}) == 600
    assert batch.check("rooms").problems == []


def test_the_manual_page() -> None:
    """Each command and option has a place in it, and none that there is not; roff finds nothing wrong."""
    page = ROOT / "doc" / "man" / "vstkit-batch.1"
    text = page.read_text("utf-8").replace("\\-", "-")
    known: set[str] = set()
    for action in parser()._actions:
        known |= {option for option in action.option_strings if option.startswith("--")}
        for name, command in (action.choices or {}).items() if isinstance(action, argparse._SubParsersAction) else ():
            assert f"\n.SS {name} " in text or f"\n.SS {name}\n" in text, name
            known |= {option for one in command._actions for option in one.option_strings if option.startswith("--")}
    assert set(re.findall(r"--[a-z][a-z0-9-]+", text)) == known
    groff = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", str(page)], capture_output=True, text=True, check=False)
    assert groff.stderr == ""
