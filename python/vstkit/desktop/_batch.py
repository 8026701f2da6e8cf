# SPDX-License-Identifier: ISC
"""The tab for whole folders: every sound file through the values of now."""

import importlib.util
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
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

from .. import effects
from ._arrows import Choice
from ._folder import KINDS, RUN, Hearer, Order, Stopped, by_engine, by_turns

if TYPE_CHECKING:
    from ._window import Window

_BY_ENGINE = f"Through the engine of datasets: as many files at once as there are cores; a run that was stopped goes on ({RUN})."
_BY_TURNS = "One file after the other: {}."
_MISSING = "the engine of datasets is not installed"


class BatchTab(QWidget):
    """Two folders, a button, and what came of each file."""

    stepped = Signal(int, int, str)
    finished_file = Signal(str, str)
    told_how = Signal(str)
    ended = Signal(str)

    def __init__(self, window: "Window") -> None:
        super().__init__()
        self.setObjectName("page")
        self.window_ = window
        self.source, self.target = QLineEdit(), QLineEdit()
        self.kind = Choice()
        self.kind.addItems([kind.text for kind in KINDS])
        self.kind.setAccessibleName("Format")
        self.how = QLabel()
        self.how.setObjectName("soft")
        self.how.setWordWrap(True)
        self.run = QPushButton("Render the folder")
        self.run.setObjectName("primary")
        self.stop = QPushButton("Stop")
        self.stop.setEnabled(False)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress of the batch")
        self.list = QListWidget()
        self.list.setAccessibleName("Files that were rendered")
        self.list.setWordWrap(True)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lay_out()
        self.run.clicked.connect(self.start)
        self.stop.clicked.connect(self._stop.set)
        self.kind.currentIndexChanged.connect(lambda index: self._say_how())
        self._restore()
        self.stepped.connect(self._step, Qt.ConnectionType.QueuedConnection)
        self.finished_file.connect(
            lambda path, trouble: self.list.addItem(f"{'✗' if trouble else '✓'} {path}{f': {trouble}' if trouble else ''}")
        )
        self.told_how.connect(self.how.setText)
        self.ended.connect(self._end)
        self._say_how()

    def _restore(self) -> None:
        kept = {key: text for key, text in self.window_.settings.get("batch", {}).items() if isinstance(text, str)}
        self.source.setText(kept.get("from", ""))
        self.target.setText(kept.get("to", ""))
        self.kind.setCurrentIndex(max(0, self.kind.findText(kept.get("format", ""))))

    def remember(self) -> None:
        """Put folders and format into the window's settings."""
        kept = {"from": self.source.text(), "to": self.target.text(), "format": self.kind.currentText()}
        self.window_.settings.put("batch", kept)

    def _lay_out(self) -> None:
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
            choose.setAccessibleName(f"Choose the folder: {label}")
            choose.clicked.connect(lambda on=False, entry=entry: self._choose(entry))
            for widget in (name, entry, choose):
                row.addWidget(widget)
            column.addLayout(row)
        row = QHBoxLayout()
        for tool in (self.kind, self.run, self.stop):
            row.addWidget(tool)
        row.addWidget(self.bar, 1)
        column.addLayout(row)
        column.addWidget(self.how)
        column.addWidget(self.list, 1)

    def _say_how(self) -> None:
        kind = KINDS[self.kind.currentIndex()]
        if importlib.util.find_spec("vstkit.batch") is None:
            self.how.setText(_BY_TURNS.format(_MISSING))
        else:
            self.how.setText(_BY_ENGINE if kind.by_engine else _BY_TURNS.format(f"{kind.ending} is never the same twice"))

    def _choose(self, entry: QLineEdit) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Choose a folder", entry.text())
        if folder:
            if entry is self.source:
                self.choose_input(Path(folder))
            else:
                entry.setText(folder)

    def choose_input(self, folder: Path) -> None:
        """Take a folder, and propose where the results go, unless somebody chose that."""
        proposed = {f"{self.source.text()}-{effect}" for effect in effects()}
        self.source.setText(str(folder))
        if not self.target.text() or self.target.text() in proposed:
            self.target.setText(str(folder.with_name(f"{folder.name}-{self.window_.model.effect}")))

    def start(self) -> None:
        """Begin."""
        window = self.window_
        if not self.source.text() or not self.target.text():
            window.fail("From, To: choose a folder of sounds, and one for the results")
            return
        steps = (window.live.values,) if window.live else tuple(document.values for document in window.session.chain)
        order = Order(Path(self.source.text()), Path(self.target.text()), steps, KINDS[self.kind.currentIndex()])
        try:
            order.check()
        except (ValueError, OSError) as error:
            window.fail(str(error))
            return
        self._stop.clear()
        self.list.clear()
        self.run.setEnabled(False)
        self.stop.setEnabled(True)
        self._thread = threading.Thread(target=self._work, args=(order,), name="vstkit batch", daemon=True)
        self._thread.start()

    def _work(self, order: Order) -> None:
        def tell(path: Path, trouble: str) -> None:
            self.finished_file.emit(str(path.relative_to(order.source)), trouble.replace(f"{path}: ", ""))

        hearer = Hearer(self.stepped.emit, tell, self._stop)
        trouble = ""
        try:
            self._render(order, hearer)
        except Stopped:
            trouble = "Stopped: what is done stays"
        except Exception as error:  # Whatever it is, somebody waits for a word
            trouble = str(error) or type(error).__name__
        self.ended.emit(trouble)

    def _render(self, order: Order, hearer: Hearer) -> None:
        if order.kind.by_engine:
            try:
                by_engine(order, hearer)
            except ImportError as error:
                self.told_how.emit(_BY_TURNS.format(f"{_MISSING} ({error})"))
            else:
                return
        by_turns(order, hearer)

    def _step(self, done: int, whole: int, name: str) -> None:
        self.bar.setRange(0, max(1, whole))
        self.bar.setValue(done)
        self.bar.setFormat(f"{done} of {whole}   {name}" if whole else "no sound file there")

    def _end(self, trouble: str) -> None:
        self.run.setEnabled(True)
        self.stop.setEnabled(False)
        if trouble:
            self.window_.fail(trouble)

    def close_run(self) -> None:
        """Stop, and wait."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=10.0)
