# SPDX-License-Identifier: ISC
"""The tab of renders of the past: listen, take back, compare two."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .. import Analysis, Params, effect_info
from ._clip import Clip
from ._session import Entry
from ._tasks import Tasks

_FIGURES = (
    ("lufs", "LUFS"),
    ("rms_db", "RMS dB"),
    ("true_peak_db", "True peak dB"),
    ("crest_db", "Crest dB"),
    ("centroid_hz", "Centroid Hz"),
    ("bandwidth_hz", "Bandwidth Hz"),
    ("flatness", "Flatness"),
    ("stereo_correlation", "Correlation"),
    ("duration_s", "Length s"),
)


def differences(first: tuple[Params, ...], second: tuple[Params, ...]) -> list[tuple[str, str, str]]:
    """Name, first and second text of each parameter that differs."""
    if [one.effect for one in first] != [other.effect for other in second]:
        return [("Chain", " → ".join(one.effect for one in first), " → ".join(other.effect for other in second))]
    return [
        (effect_info(one.effect).parameters[key].name, one.text(key), other.text(key))
        for one, other in zip(first, second, strict=True)
        for key, value in one.items()
        if getattr(other, key) != value
    ]


def _when(number: int) -> str:
    return f"−{number}" if number else "now"


class HistoryTab(QWidget):
    """A list of renders; two that are chosen stand side by side."""

    listened = Signal(object)
    restored = Signal(object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("page")
        self.tasks = tasks
        self.entries: list[Entry] = []
        self.list = QListWidget()
        self.list.setAccessibleName("Renders")
        self.list.setToolTip("The last 50 renders.  No more than 1 GB of sound is kept: older renders are made again when you ask for them")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table = QTableWidget(0, 3)
        self.table.setAccessibleName("Comparison of two renders")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)  # Tab goes on; arrows move within
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().hide()  # Until there is something to compare
        self.note = QLabel("Choose two renders to compare them.")
        self.note.setObjectName("soft")
        self.listen, self.restore = QPushButton("Listen"), QPushButton("Take its values")
        left, right, row, outer = QVBoxLayout(), QVBoxLayout(), QHBoxLayout(), QHBoxLayout(self)
        outer.setContentsMargins(14, 12, 14, 14)
        row.addWidget(self.listen)
        row.addWidget(self.restore)
        left.addWidget(self.list, 1)
        left.addLayout(row)
        right.addWidget(self.note)
        right.addWidget(self.table, 1)
        outer.addLayout(left, 2)
        outer.addLayout(right, 3)
        self.list.itemSelectionChanged.connect(self._chosen)
        self.listen.clicked.connect(self._listen)
        self.restore.clicked.connect(self._restore)
        self.list.itemActivated.connect(self._restore)
        self._chosen()

    def follow(self, entries: list[Entry]) -> None:
        """Show these, newest first."""
        self.entries = list(entries)
        self.list.clear()
        for number, entry in enumerate(entries):
            self.list.addItem(f"{_when(number)}   {entry.label}   {entry.seconds:.2f} s")

    def _picked(self) -> list[Entry]:
        return [self.entries[index.row()] for index in sorted(self.list.selectedIndexes(), key=lambda index: index.row())]

    def _restore(self) -> None:
        if picked := self._picked():
            self.restored.emit(picked[0])

    def _listen(self) -> None:
        if not (picked := self._picked()):
            return
        entry = picked[0]
        if entry.wet:
            self.listened.emit(entry.wet)
        else:
            self.note.setText(f"Rendering it again: {entry.label} …")
            self.tasks.run("listen", lambda: entry.sound(self._check), self._listen_to)

    def _listen_to(self, clip: Clip) -> None:
        self.note.setText("")
        self.listened.emit(clip)

    def _check(self, _fraction: float) -> None:
        if self.tasks.closed:
            raise RuntimeError("the window is closed")  # Ends a render that nobody hears

    def _chosen(self) -> None:
        picked = self._picked()
        for button in (self.listen, self.restore):
            button.setEnabled(len(picked) == 1)
        if len(picked) == 2:
            first, second = picked
            self.tasks.run(
                "compare",
                lambda: (first.figures(self._check), second.figures(self._check)),
                lambda found: self._compare(first, second, *found),
            )

    def _head(self, entry: Entry) -> str:
        return f"{_when(self.entries.index(entry))}   {entry.label}" if entry in self.entries else entry.label

    def _compare(self, first: Entry, second: Entry, one: Analysis, other: Analysis) -> None:
        rows = [(name, f"{getattr(one, key):.4g}", f"{getattr(other, key):.4g}") for key, name in _FIGURES]
        rows += differences(first.steps, second.steps)
        self.note.setText(f"{len(rows) - len(_FIGURES)} parameters differ")
        self.table.horizontalHeader().show()
        self.table.setHorizontalHeaderLabels(["", self._head(first), self._head(second)])
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                if row[1] == row[2]:
                    item.setForeground(Qt.GlobalColor.gray)
                self.table.setItem(number, column, item)
