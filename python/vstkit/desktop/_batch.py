# SPDX-License-Identifier: ISC
"""The tab for whole folders: every sound file through the values of now."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from .. import Params, read, render, write

if TYPE_CHECKING:
    from ._window import Window

SOUNDS = {".wav", ".flac", ".aiff", ".aif", ".ogg", ".mp3", ".opus", ".w64", ".caf"}


class Stopped(Exception):
    """The batch was stopped."""


def sound_files(folder: Path) -> list[Path]:
    """Sound files in a folder and those below it, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS and path.is_file())


def run_folder(
    source: Path, target: Path, steps: tuple[Params, ...], kind: str, progress: Callable[[int, int, Path], None], stop: threading.Event
) -> Iterator[tuple[Path, str]]:
    """Render every sound file of a folder to the same place in another.

    Gives each file and what went wrong with it, "" where nothing did.  Files that are there already stay; a file
    is written whole or not at all.
    """
    files = sound_files(source)
    for number, path in enumerate(files):
        progress(number, len(files), path)
        goal = target / path.relative_to(source).with_suffix(f".{kind}")
        if stop.is_set():
            return
        try:
            if goal.resolve() == path.resolve():
                raise ValueError("it would be written over: choose another folder")
            if goal.exists():
                yield path, "is there already"
                continue
            audio, rate = read(path)
            goal.parent.mkdir(parents=True, exist_ok=True)
            write(goal, render(list(steps), audio, rate, progress=lambda fraction: _check(stop)), rate)
        except Stopped:
            return
        except (OSError, ValueError, MemoryError, ArithmeticError) as error:
            yield path, str(error) or type(error).__name__
        else:
            yield path, ""
    progress(len(files), len(files), source)


def _check(stop: threading.Event) -> None:
    if stop.is_set():
        raise Stopped


class BatchTab(QWidget):
    """Two folders, a button, and what came of each file."""

    stepped = Signal(int, int, str)
    finished_file = Signal(str, str)
    ended = Signal()

    def __init__(self, window: "Window") -> None:
        super().__init__()
        self.setObjectName("page")
        self.window_ = window
        self.source, self.target = QLineEdit(), QLineEdit()
        self.kind = QComboBox()
        self.kind.addItems(["wav", "flac", "ogg", "mp3"])
        self.kind.setAccessibleName("Format")
        self.run = QPushButton("Render the folder")
        self.run.setObjectName("primary")
        self.stop = QPushButton("Stop")
        self.stop.setEnabled(False)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress of the batch")
        self.list = QListWidget()
        self.list.setAccessibleName("Files that were rendered")
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        about = QLabel(
            "Every sound file of a folder, and of those below it, through the effects as they are set now. The original files stay."
        )
        about.setObjectName("soft")
        about.setWordWrap(True)
        column.addWidget(about)
        for label, entry in (("From", self.source), ("To", self.target)):
            row = QHBoxLayout()
            name = QLabel(label)
            name.setFixedWidth(48)
            name.setBuddy(entry)
            entry.setAccessibleName(f"{label} folder")
            choose = QPushButton("Choose…")
            choose.clicked.connect(lambda on=False, entry=entry: self._choose(entry))
            for widget in (name, entry, choose):
                row.addWidget(widget)
            column.addLayout(row)
        row = QHBoxLayout()
        for tool in (self.kind, self.run, self.stop):
            row.addWidget(tool)
        row.addWidget(self.bar, 1)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        self.run.clicked.connect(self.start)
        self.stop.clicked.connect(self._stop.set)
        self.stepped.connect(self._step, Qt.ConnectionType.QueuedConnection)
        self.finished_file.connect(
            lambda path, trouble: self.list.addItem(f"{'✗' if trouble else '✓'} {path}{f': {trouble}' if trouble else ''}")
        )
        self.ended.connect(self._end)

    def _choose(self, entry: QLineEdit) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Choose a folder", entry.text())
        if folder:
            entry.setText(folder)
            if entry is self.source:
                self.choose_input(Path(folder))

    def choose_input(self, folder: Path) -> None:
        """Take a folder, and propose where the results go."""
        self.source.setText(str(folder))
        if not self.target.text():
            self.target.setText(str(folder.with_name(f"{folder.name}-{self.window_.model.effect}")))

    def start(self) -> None:
        """Begin."""
        source, target = Path(self.source.text()), Path(self.target.text())
        if not self.source.text() or not source.is_dir():
            self.window_.fail(f"From: “{source}” is no folder")
            return
        if not self.target.text():
            self.window_.fail("To: choose a folder for the results")
            return
        window = self.window_
        steps = (window.live.values,) if window.live else tuple(document.values for document in window.session.chain)
        self._stop.clear()
        self.list.clear()
        self.run.setEnabled(False)
        self.stop.setEnabled(True)
        self._thread = threading.Thread(
            target=self._work, args=(source, target, steps, self.kind.currentText()), name="vstkit batch", daemon=True
        )
        self._thread.start()

    def _work(self, source: Path, target: Path, steps: tuple[Params, ...], kind: str) -> None:
        for path, trouble in run_folder(
            source, target, steps, kind, lambda done, whole, path: self.stepped.emit(done, whole, path.name), self._stop
        ):
            self.finished_file.emit(str(path), trouble)
        self.ended.emit()

    def _step(self, done: int, whole: int, name: str) -> None:
        self.bar.setRange(0, max(1, whole))
        self.bar.setValue(done)
        self.bar.setFormat(f"{done} of {whole}   {name}" if whole else "no sound file there")

    def _end(self) -> None:
        self.run.setEnabled(True)
        self.stop.setEnabled(False)

    def close_run(self) -> None:
        """Stop, and wait."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=10.0)
