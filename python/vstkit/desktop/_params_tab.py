# SPDX-License-Identifier: ISC
"""The tab of parameters: every one of the table, by section."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSpinBox, QToolButton, QVBoxLayout, QWidget

from .. import Parameter
from ._controls import Control, make_control
from ._model import Model
from ._theme import Theme

_AT_ONCE = 8  # Controls that are made in one go


class ParamsTab(QWidget):
    """Sections of controls; reset, random draws and locks for all, or for one section."""

    failed = Signal(str)
    hint = Signal(str)

    def __init__(self, model: Model, colours: Callable[[], Theme]) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self.controls: dict[str, Control] = {}
        self.colours = colours
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(14, 8, 14, 14)
        self._column.setSpacing(12)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName("Parameters")
        self.area.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(self._tools())
        outer.addWidget(self.area, 1)

    def fill(self) -> Iterator[None]:
        """Make the controls, a few of them a step."""
        shown = [row for row in self.model.info.parameters.values() if not row.flags & {"hidden", "state_only"}]
        for section, title in self.model.info.sections.items():
            rows = [row for row in shown if row.section == section]
            if rows:
                yield from self._card(title, rows)

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 14, 0)
        self.amount = QSpinBox()
        self.amount.setRange(1, 100)
        self.amount.setValue(30)
        self.amount.setSuffix(" %")
        self.amount.setAccessibleName("Amount of a random draw")
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setPrefix("seed ")
        self.seed.setAccessibleName("Seed of a random draw")
        self.randomise = QPushButton("Randomise")
        self.randomise.setToolTip("Move what is not locked towards random values; the same seed draws the same")
        self.randomise.clicked.connect(self._randomise)
        self.reset = QPushButton("Reset all")
        self.reset.clicked.connect(lambda: self.model.reset())
        for widget in (self.randomise, self.amount, self.seed):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.reset)
        return row

    def _randomise(self) -> None:
        taken = self.model.randomise(self.amount.value() / 100.0, self.seed.value())
        self.seed.setValue(taken + 1)  # The next press draws anew

    def _card(self, title: str, rows: list[Parameter]) -> Iterator[None]:
        card = QFrame()
        card.setObjectName("card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 10, 12, 12)
        head = QHBoxLayout()
        name = QLabel(title)
        name.setObjectName("section")
        head.addWidget(name)
        head.addStretch(1)
        keys = [row.key for row in rows]
        for text, tip, act in (
            ("Reset", f"Set {title} to its defaults", lambda: self.model.reset(keys)),
            ("Lock all", f"Lock or unlock all of {title}", lambda: self._lock(keys)),
        ):
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(f"{text}: {title}")
            button.clicked.connect(act)
            head.addWidget(button)
        column.addLayout(head)
        self._column.insertWidget(self._column.count() - 1, card)
        for number, row in enumerate(rows, 1):
            control = make_control(self.model, row, self.colours)
            control.failed.connect(self.failed)
            control.installEventFilter(self)
            control.show_value()
            self.controls[row.key] = control
            column.addWidget(control)
            if number % _AT_ONCE == 0 or number == len(rows):
                yield

    def _lock(self, keys: list[str]) -> None:
        self.model.set_locked(keys, not set(keys) <= self.model.locks)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter and isinstance(watched, Control):
            self.hint.emit(watched.toolTip().replace("\n", " · "))
        return False

    def follow(self, keys: frozenset[str]) -> None:
        """Show what moved; nothing named means everything."""
        for key in keys or self.controls:
            if key in self.controls:
                self.controls[key].show_value()

    def set_theme(self, colours: Theme) -> None:
        """Draw locks and cells in the colours of now."""
        self.follow(frozenset())

    def focus(self, key: str) -> None:
        """Scroll to a parameter and take the keys there."""
        if key in self.controls:
            self.area.ensureWidgetVisible(self.controls[key])
            self.controls[key].setFocus(Qt.FocusReason.OtherFocusReason)
