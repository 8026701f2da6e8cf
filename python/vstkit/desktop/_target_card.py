# SPDX-License-Identifier: ISC
"""What to search for without a model: a reference file, or how the sound should move."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSlider, QSpinBox

_WAYS = (("bright", "darker", "brighter"), ("wet", "drier", "wetter"), ("far", "closer", "further"), ("broken", "cleaner", "more broken"))


class TargetCard(QFrame):
    """A file, four sliders, how many renders, and a button."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.file: Path | None = None
        self.reference, self.forget = QPushButton("Reference file…"), QPushButton("✕")
        self.targets: dict[str, QSlider] = {}
        self.renders = QSpinBox()
        self.match = QPushButton("Search")
        self.bar = QProgressBar()
        form = QFormLayout(self)
        form.setContentsMargins(14, 10, 14, 12)
        title = QLabel("Match, without a key")
        title.setObjectName("section")
        form.addRow(title)
        form.addRow("Sound like", self._file_row())
        for key, low, high in _WAYS:
            form.addRow(self._slider_row(key, low, high))
        form.addRow(self._search_row())
        form.addRow(self.bar)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress of the search")

    def _file_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.forget.setAccessibleName("Search without a reference file")
        self.forget.setToolTip("Search without a reference file")
        self.forget.hide()
        self.reference.clicked.connect(self._choose)
        self.forget.clicked.connect(lambda: self.set_file(None))
        row.addWidget(self.reference, 1)
        row.addWidget(self.forget)
        return row

    def _slider_row(self, key: str, low: str, high: str) -> QHBoxLayout:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(-100, 100)
        slider.setObjectName("target")
        slider.setAccessibleName(f"{low} or {high}")
        slider.setToolTip("In the middle it is left out")
        self.targets[key] = slider
        row = QHBoxLayout()
        left, right = QLabel(low), QLabel(high)
        left.setFixedWidth(56)
        right.setFixedWidth(86)
        for widget, stretch in ((left, 0), (slider, 1), (right, 0)):
            row.addWidget(widget, stretch)
        return row

    def _search_row(self) -> QHBoxLayout:
        self.renders.setRange(10, 5000)
        self.renders.setValue(200)
        self.renders.setSuffix(" renders")
        self.renders.setAccessibleName("Renders that a search may take")
        self.match.setObjectName("primary")
        self.match.clicked.connect(self.wanted)
        row = QHBoxLayout()
        row.addWidget(self.renders)
        row.addWidget(self.match)
        return row

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Sound like this file")
        if path:
            self.set_file(Path(path))

    def set_file(self, path: Path | None) -> None:
        """Search towards this file, or without one."""
        self.file = path
        self.reference.setText(path.name if path else "Reference file…")
        self.forget.setVisible(path is not None)

    def wishes(self) -> dict[str, float]:
        """How the sound should move, −1 to 1, for each slider that is not in the middle."""
        return {key: slider.value() / 100.0 for key, slider in self.targets.items() if slider.value()}
