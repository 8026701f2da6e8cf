# SPDX-License-Identifier: ISC
"""The tab to ask: words to an agent, or a search towards a target; every trial a row to hear, see and keep."""

import functools
import threading
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
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
from ._target_card import TargetCard
from ._tasks import Here

if TYPE_CHECKING:
    from ..agent import Candidate, Session
    from ..agent._loop import Loop
    from ._window import Window

_MAX_CLIP_S = 10.0
_COLUMNS = ("Trial", "LUFS", "Centroid", "Width", "To target", "Why")


class _Picture(QLabel):
    """A picture that is as large as there is room for it."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = QPixmap()

    def show_png(self, png: bytes) -> None:
        """Show this one."""
        self.whole = QPixmap()
        self.whole.loadFromData(png)
        self._fit()

    def _fit(self) -> None:
        if not self.whole.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            fitting = self.whole.scaled(self.size() * self.devicePixelRatioF(), Qt.AspectRatioMode.KeepAspectRatio, smooth)
            fitting.setDevicePixelRatio(self.devicePixelRatioF())
            self.setPixmap(fitting)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class AskTab(QWidget):
    """Chat on the left, trials in the middle, what a trial changes on the right."""

    progressed = Signal(object)
    ended = Signal(str)
    answered = Signal(str)
    said = Signal(str, str)

    def __init__(self, window: "Window") -> None:
        super().__init__()
        self.setObjectName("page")
        self.window_ = window
        self.here = Here()
        self.work: Session | None = None
        self._instance: object | None = None
        self._threads: list[threading.Thread] = []
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
        self.answered.connect(self._done)
        self.said.connect(self._say)
        window.told.session.connect(self._heard)
        window.told.moved.connect(self._follow)

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
        self.tokens = QSpinBox()
        self.tokens.setRange(1, 5000)
        self.tokens.setValue(self.window_.settings.get("tokens", 400))
        self.tokens.valueChanged.connect(functools.partial(self.window_.settings.put, "tokens"))
        self.tokens.setSuffix(" k tokens")
        self.tokens.setAccessibleName("Tokens that a question may take")
        self.tokens.setToolTip("What one question may cost at most, in thousands of the model's tokens, read and written")
        self.spent = QLabel()
        self.spent.setObjectName("soft")
        self.spent.setWordWrap(True)
        self.spent.setAccessibleName("What was spent")
        row = QHBoxLayout()
        for widget in (self.words, self.send, self.stop):
            row.addWidget(widget)
        column.addWidget(self.talk, 1)
        column.addLayout(row)
        below = QHBoxLayout()
        below.addWidget(self.undo, 1)
        below.addWidget(self.tokens)
        column.addLayout(below)
        column.addWidget(self.spent)
        self.card = TargetCard()
        self.card.wanted.connect(self.search)
        column.addWidget(self.card)
        self.send.clicked.connect(self.ask)
        self.words.returnPressed.connect(self.ask)
        self.stop.clicked.connect(self.stop_work)
        self.undo.clicked.connect(self.take_back)
        return side

    def _trial_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 0, 0, 0)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setAccessibleName("Trials")
        self.table.setHorizontalHeaderLabels(list(_COLUMNS))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)  # Tab goes on; arrows move within
        self.table.itemSelectionChanged.connect(self._show_trial)
        self.picture = _Picture()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(220, 190)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.picture.setObjectName("soft")
        self.picture.setText("Each trial is a row above.\nIts spectrograms are shown here,\nwhat it changes beside them.")
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
        below = QHBoxLayout()
        below.addWidget(self.picture, 1)
        below.addWidget(self.diff, 1)
        column.addWidget(self.table, 2)
        column.addLayout(below, 3)
        column.addLayout(row)
        self._enable(None)
        return side

    # The session

    def session(self) -> "Session":
        """The agent's session over what is edited now.  Raises AgentError, OSError where there is no sound."""
        from ..agent import AgentError, Session
        from ._asked import DocumentInstance

        window = self.window_
        model = window.model
        if self.work is None or self._instance is not model:
            self._forget()
            self.work = Session("desktop", progress=self.progressed.emit)
            self._instance = model
            self.instance = DocumentInstance(model, self.here.call, self._sound)
            self.work.add_instance(self.instance)
        if self._sound() is None:
            raise AgentError("there is no sound to try on: open a file, or take a snapshot of the plugin")
        return self.work

    def _sound(self) -> Clip | None:
        dry, _ = self.window_.sounds()
        return dry

    def _aside(self, work: Callable[[], str], done: SignalInstance) -> None:
        """Run on a thread, for it may wait for another, or for this one; its text, or what went wrong, comes with `done`."""

        def run() -> None:
            try:
                text = work()
            except Exception as error:  # Whatever it is, buttons wait for its end
                text = str(error) or type(error).__name__
            if not self.here.closed:
                done.emit(text)

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(threading.Thread(target=run, name="vstkit ask", daemon=True))
        self._threads[-1].start()

    def _start(self, work: Callable[[], str]) -> None:
        """Work that takes a while, and can be stopped."""
        self.send.setEnabled(False)
        self.card.match.setEnabled(False)
        self.stop.setEnabled(True)
        self._aside(work, self.ended)

    def _progress(self, progress: Any) -> None:
        if progress.total:
            self.card.bar.setValue(int(1000 * progress.done / progress.total))
        self.card.bar.setFormat(f"{progress.what} {progress.note}".strip() or "%p%")
        self._show_candidates()

    def _end(self, text: str) -> None:
        self.send.setEnabled(True)
        self.card.match.setEnabled(True)
        self.stop.setEnabled(False)
        self.card.bar.setFormat("%p%")
        self._answer(text)

    def _done(self, text: str) -> None:
        self.undo.setEnabled(True)
        self._answer(text)

    def _answer(self, text: str) -> None:
        self._writing = False
        if text:
            self._say("agent", text)
        self._show_candidates()

    def _say(self, who: str, text: str) -> None:
        """Add to the talk: of "you", of the "agent", "text" of the model as it is written, or what it does ("call", "error", "note")."""
        if who == "text":
            if not self._writing:
                self.talk.append("<p><b>agent</b><br></p>")
                self._writing = True
            self.talk.moveCursor(QTextCursor.MoveOperation.End)
            self.talk.insertPlainText(text)
            return
        self._writing = False
        colours = self.window_.colours
        if who in ("you", "agent"):
            colour = colours.accent_ink if who == "you" else colours.ink
            self.talk.append(f'<p><b style="color:{colour}">{escape(who)}</b><br>{escape(text).replace(chr(10), "<br>")}</p>')
        else:
            colour = colours.danger if who == "error" else colours.soft
            self.talk.append(f'<p style="color:{colour}">{escape(text)}</p>')

    def stop_work(self) -> None:
        """Stop at once; the sound stays as it is."""
        if self.work:
            self.work.cancel.set()

    def take_back(self) -> None:
        """Undo the last step that was kept here."""
        work = self.work

        def undo() -> str:
            undone = work.undo() if work else []
            return f"Taken back: {undone[0][0].label}" if undone else "There is nothing to take back."

        self._do(undo)

    def _do(self, work: Callable[[], str]) -> None:
        """A step of the hand's; a Stop of before does not count."""
        if self.work and not self.stop.isEnabled():
            self.work.cancel.clear()
        self.undo.setEnabled(False)  # Until this one is a step
        self._aside(work, self.answered)

    def _forget(self) -> None:
        if self.work:
            self.work.close()
        self.work = self._loop = None

    def close_session(self) -> None:
        """Stop, wait and forget."""
        self.here.close()
        self._forget()
        for thread in self._threads:
            thread.join(timeout=10.0)

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
            return "" if outcome.kind == "done" else outcome.text

        self._start(work)

    def _fresh(self) -> "Session":
        from ..agent import Budget

        session = self.session()
        session.cancel.clear()
        session.budget = Budget(tokens=1000.0 * self.tokens.value())
        clip = self._sound()
        if clip is not None:
            session.add_clip(clip.samples[: int(_MAX_CLIP_S * clip.rate), :2], clip.rate, "sound", self.instance.name)
        return session

    # Match

    def search(self) -> None:
        """Start a search."""
        wishes, reference, renders = self.card.wishes(), self.card.file, self.card.renders.value()
        if reference is None and not wishes:
            self.window_.fail("Match: choose a reference file, or move one of the sliders")
            return

        def work() -> str:
            from ._asked import search

            session = self.here.call(self._fresh)
            return search(session, reference, wishes, renders)

        self._start(work)

    # Trials

    def _show_candidates(self) -> None:
        """List the trials, newest first.  What somebody chose stays chosen; else the newest is."""
        if self.work:
            self.spent.setText(self.work.budget.text())
        found = list(self.work.candidates.values())[::-1] if self.work else []
        names = [candidate.name for candidate in found]
        if names == self._rows:
            return
        marked = self.chosen
        keep = marked.name if marked and self._rows and marked.name != self._rows[0] else ""
        self._rows = names
        self.table.blockSignals(True)
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
            self.table.selectRow(names.index(keep) if keep in names else 0)
        self.table.blockSignals(False)
        if not keep or keep not in names:
            self._show_trial()

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
            item = QTreeWidgetItem([key, "", text(self.instance.effect, key, value)])
            item.setCheckState(0, Qt.CheckState.Checked)
            self.diff.addTopLevelItem(item)
        self._follow()
        session = self.work
        self.window_.tasks.run("trial", lambda: session.compare("dry", candidate.name, candidate.clip).png(), self._show_picture)

    def _heard(self, what: str, _about: object) -> None:
        if what == "values":
            self._follow()

    def _follow(self, *_: object) -> None:
        """Show the values of now beside those of the trial."""
        rows = [row for row in map(self.diff.topLevelItem, range(self.diff.topLevelItemCount())) if row]
        if self.work is None or not rows or not self.isVisible():
            return
        from .._flat import text

        now = self.instance.values()
        for row in rows:
            row.setText(1, text(self.instance.effect, row.text(0), now[row.text(0)]))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _show_picture(self, png: bytes) -> None:
        self.picture.show_png(png)

    def listen_to_trial(self) -> None:
        """Play the marked trial."""
        if candidate := self.chosen:
            self.window_.listen(as_clip(candidate.audio, candidate.sample_rate, candidate.name))

    def keep_trial(self) -> None:
        """Take on what is ticked, as one step."""
        candidate, work = self.chosen, self.work
        if candidate is None or work is None:
            return
        items = [self.diff.topLevelItem(row) for row in range(self.diff.topLevelItemCount())]
        keys = [item.text(0) for item in items if item and item.checkState(0) == Qt.CheckState.Checked]

        def keep() -> str:
            is_whole = len(keys) == len(candidate.edits)
            _, taken = work.keep(candidate.name, "" if is_whole else f"{candidate.reason} (in part)", keys=keys)
            return f"Kept {candidate.name}" + "".join(f"\n{line}" for line in taken.refused)

        self._do(keep)
