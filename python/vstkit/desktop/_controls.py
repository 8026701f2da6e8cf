# SPDX-License-Identifier: ISC
"""Controls of one parameter each, made from its row of the table."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .. import Parameter, _core
from ._arrows import Choice
from ._model import Model
from ._theme import Theme

_STEPS = 1000
_FINE = 10.0
_MAX_SEGMENTS = 4
_DRAG_PIXELS = 200.0  # A whole range, by dragging


def range_text(parameter: Parameter) -> str:
    """Help, range and unit, as a tooltip."""
    unit = f" {parameter.unit}" if parameter.unit else ""
    reach = ", ".join(parameter.choices) if parameter.choices else f"{parameter.min:g} to {parameter.max:g}{unit}"
    return f"{parameter.help}\n{reach}\nkey: {parameter.key}"


def _lock_icon(closed: bool, ink: QColor) -> QIcon:
    """A padlock, drawn: no font need have one."""
    picture = QPixmap(32, 32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not closed:
        ink.setAlphaF(0.45)
    painter.setPen(QPen(ink, 3))
    painter.drawArc(QRectF(9 if closed else 15, 4, 13, 18), 0, 180 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRoundedRect(QRectF(6, 14, 20, 14), 3, 3)
    painter.end()
    return QIcon(picture)


class _Slider(QSlider):
    """A slider that is dragged from where it is, with Shift ten times finer; a double click resets."""

    began = Signal()
    ended = Signal()
    cancelled = Signal()
    reset = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, _STEPS)
        self.setSingleStep(_STEPS // 100)
        self.setPageStep(_STEPS // 10)
        self._at: tuple[float, float] | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's names, here and below
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.reset.emit()
            return
        self.setFocus()
        self._at = (event.position().x(), float(self.value()))
        self.began.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._at:
            fine = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            x, value = self._at
            value += (event.position().x() - x) / max(1.0, self.width() - 14.0) * _STEPS / fine
            self._at = (event.position().x(), value)
            self.setValue(round(min(max(value, 0.0), float(_STEPS))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._at and event.button() == Qt.MouseButton.LeftButton:
            self._at = None
            self.ended.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._at = None
        self.reset.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # The list behind scrolls

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._at:
            self._at = None
            self.cancelled.emit()
            return
        super().keyPressEvent(event)


class Control(QWidget):
    """A row: name, control, value to type over, lock."""

    failed = Signal(str)

    def __init__(self, model: Model, parameter: Parameter) -> None:
        super().__init__()
        self.model, self.parameter = model, parameter
        self._updating = False
        self.layout_ = QHBoxLayout(self)
        self.layout_.setContentsMargins(0, 1, 0, 1)
        self.name = QLabel(parameter.name)
        self.name.setFixedWidth(150)
        self.setToolTip(range_text(parameter))
        self.layout_.addWidget(self.name)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)

    def add_lock(self) -> None:
        """Add the lock at the right end."""
        self.lock = QToolButton()
        self.lock.setCheckable(True)
        self.lock.setFixedWidth(30)
        self.lock.setIconSize(QSize(16, 16))
        self.lock.setAccessibleName(f"Lock {self.parameter.name}")
        self.lock.setToolTip("Keep presets, random draws and agents from moving it")
        self.lock.toggled.connect(self._set_locked)
        self.layout_.addWidget(self.lock)

    def _set_locked(self, on: bool) -> None:
        if not self._updating:
            self.model.set_locked([self.parameter.key], on)

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction("Reset", self.reset)
        menu.addAction("Unlock" if self.parameter.key in self.model.locks else "Lock", self.lock.toggle)
        menu.addAction("Copy OSC address", self._copy_address)
        menu.exec(self.mapToGlobal(at))

    def _copy_address(self) -> None:
        from PySide6.QtGui import QGuiApplication  # noqa: PLC0415

        QGuiApplication.clipboard().setText(f"/{self.model.effect}/param/{self.parameter.key}")

    def reset(self) -> None:
        """Back to the default."""
        self.send(self.parameter.default)

    def send(self, value: Any, key: str = "") -> bool:
        """Set the parameter; a value that is none is told."""
        try:
            self.model.set({key or self.parameter.key: value})
        except (ValueError, TypeError) as error:
            self.failed.emit(str(error))
            return False
        return True

    def show_value(self) -> None:
        """Follow the model."""
        self._updating = True
        locked = self.parameter.key in self.model.locks
        self.lock.setChecked(locked)
        self.lock.setIcon(_lock_icon(locked, self.palette().text().color()))
        self.follow()
        self._updating = False

    def follow(self) -> None:
        """What kinds differ in."""


class NumberControl(Control):
    """A slider and a number that can be typed."""

    def __init__(self, model: Model, parameter: Parameter) -> None:
        super().__init__(model, parameter)
        self.slider = _Slider()
        self.slider.setAccessibleName(parameter.name)
        self.slider.setAccessibleDescription(range_text(parameter))
        self.entry = QLineEdit()
        self.entry.setFixedWidth(158)
        self.entry.setAccessibleName(f"{parameter.name}, value")
        self.layout_.addWidget(self.slider, 1)
        self.layout_.addWidget(self.entry)
        self.add_lock()
        self.name.setBuddy(self.entry)
        self.slider.valueChanged.connect(self._slid)
        self.slider.began.connect(model.begin)
        self.slider.ended.connect(model.end)
        self.slider.cancelled.connect(model.cancel)
        self.slider.reset.connect(self.reset)
        self.entry.returnPressed.connect(self._typed)
        self.entry.installEventFilter(self)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.show_value()
            self.slider.setFocus()
            return True
        if event.type() == QEvent.Type.FocusOut:
            self.show_value()
        return super().eventFilter(watched, event)

    def _slid(self, position: int) -> None:
        if not self._updating:
            self.send(_core.from_normal(self.model.effect, self.parameter.key, position / _STEPS))

    def _typed(self) -> None:
        if self.send(self.entry.text()):
            self.slider.setFocus()
        self.show_value()

    def follow(self) -> None:
        value = self.model.get(self.parameter.key)
        self.slider.setValue(round(_core.to_normal(self.model.effect, self.parameter.key, value) * _STEPS))
        if not (self.entry.hasFocus() and self.entry.isModified()):
            self.entry.setText(self.model.text(self.parameter.key))
            self.entry.setCursorPosition(0)


class ChoiceControl(Control):
    """Segments for a few choices, a list for many."""

    def __init__(self, model: Model, parameter: Parameter) -> None:
        super().__init__(model, parameter)
        self.buttons: list[QPushButton] = []
        self.combo: Choice | None = None
        if len(parameter.choices) <= _MAX_SEGMENTS:
            for index, label in enumerate(parameter.choices):
                button = QPushButton(label)
                button.setCheckable(True)
                button.setAccessibleName(f"{parameter.name}: {label}")
                button.clicked.connect(lambda on=False, index=index: self._chosen(index))
                self.buttons.append(button)
                self.layout_.addWidget(button, 1)
        else:
            self.combo = Choice()
            self.combo.addItems(list(parameter.choices))
            self.combo.setAccessibleName(parameter.name)
            self.combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.combo.activated.connect(self._chosen)
            self.combo.installEventFilter(self)
            self.layout_.addWidget(self.combo, 1)
        self.add_lock()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _chosen(self, index: int) -> None:
        self.send(self.parameter.choice_keys[index] if self.parameter.choice_keys else index)
        self.show_value()

    def follow(self) -> None:
        value = self.model.get(self.parameter.key)
        keys = list(self.parameter.choice_keys)
        index = keys.index(value) if isinstance(value, str) else int(value)
        for number, button in enumerate(self.buttons):
            button.setChecked(number == index)
        if self.combo:
            self.combo.setCurrentIndex(index)


class _Cells(QWidget):
    """Elements of an array: bars, or a grid with heat and sign for a matrix.  Can be drawn across."""

    picked = Signal(int)

    def __init__(self, owner: "ArrayControl", colours: Callable[[], Theme]) -> None:
        super().__init__(owner)
        self.colours = colours
        self.current = 0
        self._drag: tuple[float, float] | None = None
        columns = owner.parameter.columns
        self.setMinimumHeight(max(1, owner.parameter.count // columns) * 26 if columns else 84)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(owner.parameter.name)
        self.setAccessibleDescription("Left and right choose an element, up and down move it")

    @property
    def owner(self) -> "ArrayControl":
        """Whose elements these are; not held, so that neither keeps the other when the page goes."""
        owner = self.parentWidget()
        assert isinstance(owner, ArrayControl)
        return owner

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def _grid(self) -> tuple[int, int]:
        columns = self.owner.parameter.columns or self.owner.parameter.count
        return columns, -(-self.owner.parameter.count // columns)

    def _rectangle(self, index: int) -> QRectF:
        columns, rows = self._grid()
        width, height = self.width() / columns, self.height() / rows
        return QRectF(index % columns * width + 1, index // columns * height + 1, width - 2, height - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, normal in enumerate(self.owner.normals()):
            box = self._rectangle(index)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.well))
            painter.drawRoundedRect(box, 3, 3)
            self._paint_cell(painter, box, normal, colours)
            if index == self.current:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.soft), 2 if self.hasFocus() else 1))
                painter.drawRoundedRect(box, 3, 3)

    def _paint_cell(self, painter: QPainter, box: QRectF, normal: float, colours: Theme) -> None:
        two_sided = self.owner.parameter.min < 0.0 < self.owner.parameter.max
        accent, dry = QColor(colours.accent), QColor(colours.dry)
        middle = self.owner.zero() if two_sided else 0.0
        painter.setBrush(accent if normal >= middle else dry)
        if self.owner.parameter.columns:
            painter.setOpacity(min(1.0, abs(normal - middle) * 2.0))
            painter.drawRoundedRect(box, 3, 3)
            painter.setOpacity(1.0)
            if normal < middle - 1e-9:  # Colour is never the only sign
                painter.setPen(QColor(colours.ink))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "−")
            return
        top, bottom = max(normal, middle), min(normal, middle)
        painter.drawRoundedRect(
            QRectF(box.x(), box.bottom() - top * box.height(), box.width(), max(2.0, (top - bottom) * box.height())), 3, 3
        )

    def _index_at(self, x: float, y: float) -> int:
        columns, rows = self._grid()
        column = min(max(int(x / max(1, self.width()) * columns), 0), columns - 1)
        row = min(max(int(y / max(1, self.height()) * rows), 0), rows - 1)
        return min(row * columns + column, self.owner.parameter.count - 1)

    def _pick(self, index: int) -> None:
        self.current = min(max(index, 0), self.owner.parameter.count - 1)
        self.picked.emit(self.current)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x, y = event.position().x(), event.position().y()
        self._pick(self._index_at(x, y))
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.owner.reset_element(self.current)
            return
        self._drag = (y, self.owner.normals()[self.current])
        self.owner.model.begin()
        if not self.owner.parameter.columns:
            self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._drag:
            return
        x, y = event.position().x(), event.position().y()
        if self.owner.parameter.columns:
            fine = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self.owner.send_normal(self.current, self._drag[1] + (self._drag[0] - y) / _DRAG_PIXELS / fine)
        else:
            self._pick(self._index_at(x, 0.0))
            self.owner.send_normal(self.current, 1.0 - y / max(1, self.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag:
            self._drag = None
            self.owner.model.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self.owner.reset_element(self._index_at(event.position().x(), event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 0.001 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        values = {Qt.Key.Key_Up: step, Qt.Key.Key_Down: -step, Qt.Key.Key_PageUp: 0.1, Qt.Key.Key_PageDown: -0.1}
        key = Qt.Key(event.key())
        if key in moves:
            self._pick(self.current + moves[key])
        elif key in values:
            self.owner.send_normal(self.current, self.owner.normals()[self.current] + values[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.owner.send_normal(self.current, 0.0 if key == Qt.Key.Key_Home else 1.0)
        elif key == Qt.Key.Key_Escape and self._drag:
            self._drag = None
            self.owner.model.cancel()
        else:
            super().keyPressEvent(event)


class ArrayControl(Control):
    """An array: cells to draw across, and the chosen element's value to type over."""

    def __init__(self, model: Model, parameter: Parameter, colours: Callable[[], Theme]) -> None:
        super().__init__(model, parameter)
        self.cells = _Cells(self, colours)
        self.entry = QLineEdit()
        self.entry.setFixedWidth(158)
        self.entry.setAccessibleName(f"{parameter.name}, value of the chosen element")
        self.which = QLabel()
        self.which.setObjectName("soft")
        side = QVBoxLayout()
        side.addWidget(self.which)
        side.addWidget(self.entry)
        side.addStretch(1)
        self.layout_.addWidget(self.cells, 1)
        self.layout_.addLayout(side)
        self.add_lock()
        self.layout_.setAlignment(self.lock, Qt.AlignmentFlag.AlignTop)
        self.layout_.setAlignment(self.name, Qt.AlignmentFlag.AlignTop)
        self.cells.picked.connect(lambda index: self.show_value())
        self.entry.returnPressed.connect(self._typed)

    def _key(self, index: int) -> str:
        return f"{self.parameter.key}.{index + 1}"

    def _flat(self, value: Any) -> list[float]:
        return [each for row in value for each in self._flat(row)] if isinstance(value, list) else [float(value)]

    def normals(self) -> list[float]:
        """Where each element stands in its range, 0 to 1."""
        flat = self._flat(self.model.get(self.parameter.key))
        return [_core.to_normal(self.model.effect, self._key(index), value) for index, value in enumerate(flat)]

    def zero(self) -> float:
        """Where 0 stands."""
        return float(_core.to_normal(self.model.effect, self._key(0), 0.0))

    def send_normal(self, index: int, normal: float) -> None:
        """Set an element."""
        self.send(_core.from_normal(self.model.effect, self._key(index), min(max(normal, 0.0), 1.0)), self._key(index))

    def reset_element(self, index: int) -> None:
        """Back to its default."""
        self.send(self._flat(self.parameter.default)[index], self._key(index))

    def _typed(self) -> None:
        self.send(self.entry.text(), self._key(self.cells.current))
        self.show_value()

    def follow(self) -> None:
        self.which.setText(f"{self.cells.current + 1} of {self.parameter.count}")
        if not (self.entry.hasFocus() and self.entry.isModified()):
            self.entry.setText(self.model.values.text(self._key(self.cells.current)))
            self.entry.setCursorPosition(0)
        self.cells.update()


def make_control(model: Model, parameter: Parameter, colours: Callable[[], Theme]) -> Control:
    """The control that fits a parameter."""
    if parameter.count > 1:
        return ArrayControl(model, parameter, colours)
    return ChoiceControl(model, parameter) if parameter.choices else NumberControl(model, parameter)


def elided(label: QLabel, text: str, width: int) -> None:
    """Show as much of a text as fits; all of it in the tooltip."""
    label.setText(QFontMetrics(label.font()).elidedText(text, Qt.TextElideMode.ElideRight, width))
    label.setToolTip(text)
