# SPDX-License-Identifier: ISC
"""The tab to ask: words to an agent, or a search towards a target; every trial a row to hear, see and keep."""

import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSlider,
    QSpinBox,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ._clip import Clip, as_clip

if TYPE_CHECKING:
    from ..agent import Candidate, Session
    from ..agent._loop import Loop
    from ._window import Window

_MAX_CLIP_S = 10.0
_COLUMNS = ("Trial", "LUFS", "Centroid", "Width", "To target", "Why")


class _Here(QObject):
    """Calls functions on the window's thread for others that wait."""

    called = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.called.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def _run(self, work: Callable[[], None]) -> None:
        work()

    def call(self, work: Callable[[], Any]) -> Any:
        """The result of `work`, called on the window's thread."""
        if threading.current_thread() is threading.main_thread():
            return work()
        found: list[Any] = []
        done = threading.Event()

        def run() -> None:
            try:
                found.append(work())
            except Exception as error:  # Comes out where it was asked for
                found.append(error)
            done.set()

        self.called.emit(run)
        if not done.wait(10.0):
            raise TimeoutError("the window does not answer")
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]


class AskTab(QWidget):
    """Chat on the left, trials in the middle, what a trial changes on the right."""

    progressed = Signal(object)
    ended = Signal(str)
    said = Signal(str, str)

    def __init__(self, window: "Window") -> None:
        super().__init__()
        self.setObjectName("page")
        self.window_ = window
        self.here = _Here()
        self.work: Session | None = None
        self._instance: object | None = None
        self._thread: threading.Thread | None = None
        self._reference: Path | None = None
        self._rows: list[str] = []
        self._loop: Loop | None = None
        self._writing = False
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._chat_side())
        split.addWidget(self._trial_side())
        split.setSizes([420, 720])
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.addWidget(split)
        self.progressed.connect(self._progress)
        self.ended.connect(self._end)
        self.said.connect(self._say)

    def _chat_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 8, 0)
        self.talk = QTextBrowser()
        self.talk.setAccessibleName("Talk")
        self.talk.setHtml(
            "<p>Say what the sound should become: “darker, and further away”. The agent tries on a copy; "
            "nothing is heard until you keep a trial.</p>"
            "<p>Without a key, use the target below: a reference file, or how it should move.</p>"
        )
        self.words = QLineEdit()
        self.words.setPlaceholderText("Make it darker …")
        self.words.setAccessibleName("What to ask for")
        self.send = QPushButton("Ask")
        self.stop = QPushButton("Stop")
        self.stop.setEnabled(False)
        self.undo = QPushButton("Undo the last step")
        row = QHBoxLayout()
        for widget in (self.words, self.send, self.stop):
            row.addWidget(widget)
        column.addWidget(self.talk, 1)
        column.addLayout(row)
        column.addWidget(self.undo)
        column.addWidget(self._target_card())
        self.send.clicked.connect(self.ask)
        self.words.returnPressed.connect(self.ask)
        self.stop.clicked.connect(self.stop_work)
        self.undo.clicked.connect(self.take_back)
        return side

    def _target_card(self) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        form = QFormLayout(card)
        form.setContentsMargins(14, 10, 14, 12)
        title = QLabel("Match, without a key")
        title.setObjectName("section")
        form.addRow(title)
        self.reference = QPushButton("Reference file…")
        self.reference.clicked.connect(self._choose_reference)
        form.addRow("Sound like", self.reference)
        self.targets: dict[str, QSlider] = {}
        for key, low, high in (
            ("bright", "darker", "brighter"),
            ("wet", "drier", "wetter"),
            ("far", "closer", "further"),
            ("broken", "cleaner", "more broken"),
        ):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(-100, 100)
            slider.setObjectName("target")
            slider.setAccessibleName(f"{low} or {high}")
            slider.setToolTip("In the middle it is left out")
            self.targets[key] = slider
            row = QHBoxLayout()
            left, right = QLabel(low), QLabel(high)
            left.setFixedWidth(52)
            for widget, stretch in ((left, 0), (slider, 1), (right, 0)):
                row.addWidget(widget, stretch)
            form.addRow(row)
        self.renders = QSpinBox()
        self.renders.setRange(10, 5000)
        self.renders.setValue(200)
        self.renders.setSuffix(" renders")
        self.renders.setAccessibleName("Budget")
        self.match = QPushButton("Search")
        self.match.setObjectName("primary")
        self.match.clicked.connect(self.search)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress of the search")
        row = QHBoxLayout()
        row.addWidget(self.renders)
        row.addWidget(self.match)
        form.addRow(row)
        form.addRow(self.bar)
        return card

    def _trial_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 0, 0, 0)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setAccessibleName("Trials")
        self.table.setHorizontalHeaderLabels(list(_COLUMNS))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.itemSelectionChanged.connect(self._show_trial)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumHeight(190)
        self.picture.setAccessibleName("Dry, trial and their difference, as spectrograms")
        self.diff = QTreeWidget()
        self.diff.setAccessibleName("What the trial changes")
        self.diff.setHeaderLabels(["Parameter", "Now", "Trial"])
        self.diff.setRootIsDecorated(False)
        self.diff.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.listen, self.keep = QPushButton("Listen"), QPushButton("Keep what is ticked")
        self.keep.setObjectName("primary")
        row = QHBoxLayout()
        row.addWidget(self.listen)
        row.addWidget(self.keep)
        self.listen.clicked.connect(self.listen_to_trial)
        self.keep.clicked.connect(self.keep_trial)
        for widget, stretch in ((self.table, 2), (self.picture, 0), (self.diff, 2)):
            column.addWidget(widget, stretch)
        column.addLayout(row)
        self._enable(None)
        return side

    # The session

    def session(self) -> "Session":
        """The agent's session over what is edited now.  Raises AgentError, OSError where there is no sound."""
        from ..agent import AgentError, Budget, Session
        from ._asked import DocumentInstance

        window = self.window_
        model = window.model
        if self.work is None or self._instance is not model:
            self._forget()
            self.work = Session("desktop", budget=Budget(), progress=self.progressed.emit)
            self._instance = model
            self.instance = DocumentInstance(model, self.here.call, self._sound)
            self.work.add_instance(self.instance)
        if self._sound() is None:
            raise AgentError("there is no sound to try on: open a file, or take a snapshot of the plugin")
        return self.work

    def _sound(self) -> Clip | None:
        dry, _ = self.window_._sounds()
        return dry

    def _start(self, work: Callable[[], str]) -> None:
        """Run on a thread; its text is said at the end."""
        from ..agent import AgentError

        def run() -> None:
            try:
                text = work()
            except (AgentError, OSError, ValueError, ImportError) as error:
                text = str(error)
            self.ended.emit(text)

        self.send.setEnabled(False)
        self.match.setEnabled(False)
        self.stop.setEnabled(True)
        self._thread = threading.Thread(target=run, name="vstkit ask", daemon=True)
        self._thread.start()

    def _progress(self, progress: Any) -> None:
        if progress.total:
            self.bar.setValue(int(1000 * progress.done / progress.total))
        self.bar.setFormat(f"{progress.what} {progress.note}".strip() or "%p%")
        self._show_candidates()

    def _end(self, text: str) -> None:
        self.send.setEnabled(True)
        self.match.setEnabled(True)
        self.stop.setEnabled(False)
        self.bar.setFormat("%p%")
        if text:
            self._say("agent", text)
        self._show_candidates()

    def _say(self, who: str, text: str) -> None:
        if who == "text":  # Of the model, as it is written
            if not self._writing:
                self.talk.append("<p><b>agent</b><br></p>")
                self._writing = True
            self.talk.moveCursor(QTextCursor.MoveOperation.End)
            self.talk.insertPlainText(text)
            return
        self._writing = False
        colours = self.window_.colours
        colour = colours.accent_ink if who == "you" else colours.ink
        self.talk.append(f'<p><b style="color:{colour}">{escape(who)}</b><br>{escape(text)}</p>')

    def stop_work(self) -> None:
        """Stop at once; the sound stays as it is."""
        if self.work:
            self.work.cancel.set()

    def take_back(self) -> None:
        """Undo the last step that was kept here."""
        if self.work:
            self.work.cancel.clear()
            undone = self.work.undo()
            self._say("agent", f"Taken back: {undone[0][0].label}" if undone else "There is nothing to take back.")

    def _forget(self) -> None:
        if self.work:
            self.work.close()
        self.work = self._loop = None

    def close_session(self) -> None:
        """Stop, wait and forget."""
        self._forget()
        if self._thread:
            self._thread.join(timeout=10.0)

    # Chat

    def ask(self) -> None:
        """Send what was typed to the model."""
        words = self.words.text().strip()
        if not words or not self.send.isEnabled():
            return
        self._say("you", words)
        self.words.clear()

        def work() -> str:
            from ._asked import conversation

            session = self.here.call(self._fresh)
            if self._loop is None:
                self._loop = conversation(session, self.said.emit)
            outcome = self._loop.ask(words)
            spent = session.budget.text()
            return spent if outcome.kind == "done" else f"{outcome.text} ({spent})"

        self._start(work)

    def _fresh(self) -> "Session":
        session = self.session()
        session.cancel.clear()
        clip = self._sound()
        if clip is not None:
            session.add_clip(clip.samples[: int(_MAX_CLIP_S * clip.rate), :2], clip.rate, "sound", self.instance.name)
        return session

    # Match

    def _choose_reference(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Sound like this file")
        self.set_reference(Path(path) if path else None)

    def set_reference(self, path: Path | None) -> None:
        """Search towards this file, or towards the sliders."""
        self._reference = path
        self.reference.setText(path.name if path else "Reference file…")

    def search(self) -> None:
        """Start a search."""
        wishes = {key: slider.value() / 100.0 for key, slider in self.targets.items() if slider.value()}
        if self._reference is None and not wishes:
            self.window_.fail("Match: choose a reference file, or move one of the sliders")
            return
        reference, renders = self._reference, self.renders.value()

        def work() -> str:
            from ._asked import search

            session = self.here.call(self._fresh)
            return search(session, reference, wishes, renders)

        self._start(work)

    # Trials

    def _show_candidates(self) -> None:
        found = list(self.work.candidates.values())[::-1] if self.work else []
        names = [candidate.name for candidate in found]
        if names == self._rows:
            return
        self._rows = names
        self.table.setRowCount(len(found))
        for row, candidate in enumerate(found):
            to_target = candidate.to_reference.matched_residual_db if candidate.to_reference else None
            texts = (
                candidate.name,
                f"{candidate.figures.lufs:.1f}",
                f"{candidate.figures.centroid_hz:.0f} Hz",
                f"{candidate.figures.stereo_width:.2f}",
                "–" if to_target is None else f"{to_target:.1f} dB",
                candidate.reason,
            )
            for column, text in enumerate(texts):
                self.table.setItem(row, column, QTableWidgetItem(text))
        if found:
            self.table.selectRow(0)

    @property
    def chosen(self) -> "Candidate | None":
        """The trial that is marked."""
        row = self.table.currentRow()
        if self.work is None or not 0 <= row < len(self._rows):
            return None
        return self.work.candidates.get(self._rows[row])

    def _enable(self, candidate: object) -> None:
        for button in (self.listen, self.keep):
            button.setEnabled(candidate is not None)

    def _show_trial(self) -> None:
        candidate = self.chosen
        self._enable(candidate)
        self.diff.clear()
        if candidate is None or self.work is None:
            return
        from .._flat import text

        for key, value in candidate.edits.items():
            item = QTreeWidgetItem(
                [key, text(self.window_.model.effect, key, candidate.base[key]), text(self.window_.model.effect, key, value)]
            )
            item.setCheckState(0, Qt.CheckState.Checked)
            self.diff.addTopLevelItem(item)
        session = self.work
        self.window_.tasks.run("trial", lambda: session.compare("dry", candidate.name, candidate.clip).png(), self._show_picture)

    def _show_picture(self, png: bytes) -> None:
        picture = QPixmap()
        picture.loadFromData(png)
        self.picture.setPixmap(picture.scaledToWidth(max(200, min(self.picture.width(), 640)), Qt.TransformationMode.SmoothTransformation))

    def listen_to_trial(self) -> None:
        """Play the marked trial."""
        if candidate := self.chosen:
            self.window_.listen(as_clip(candidate.audio, candidate.sample_rate, candidate.name))

    def keep_trial(self) -> None:
        """Take on what is ticked, as one step."""
        candidate = self.chosen
        if candidate is None or self.work is None:
            return
        from ..agent import AgentError

        ticked = {}
        for row in range(self.diff.topLevelItemCount()):
            item = self.diff.topLevelItem(row)
            if item and item.checkState(0) == Qt.CheckState.Checked:
                ticked[item.text(0)] = candidate.edits[item.text(0)]
        try:
            self.work.cancel.clear()
            if len(ticked) == len(candidate.edits):
                _, taken = self.work.keep(candidate.name)
            else:
                _, taken = self.work.set_params(ticked, f"{candidate.reason} (in part)")
        except AgentError as error:
            self.window_.fail(str(error))
            return
        self._say("agent", f"Kept {candidate.name}" + "".join(f"\n{line}" for line in taken.refused))
