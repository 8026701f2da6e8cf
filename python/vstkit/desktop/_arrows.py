# SPDX-License-Identifier: ISC
"""Lists and buttons with menus, whose arrows are drawn here: a style sheet takes Qt's own away, and has none but pictures in files."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget

ROOM = 20
"""Pixels at the right end that are the arrow's; the style sheet keeps text out of them."""


def _draw(widget: QWidget) -> None:
    x, y = widget.width() - 0.5 * ROOM - 1.0, 0.5 * widget.height()
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(widget.palette().color(QPalette.ColorRole.ButtonText))
    painter.drawPolygon(QPolygonF([QPointF(x - 4.0, y - 2.0), QPointF(x + 4.0, y - 2.0), QPointF(x, y + 3.0)]))
    painter.end()


class Choice(QComboBox):
    """A list to choose from."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw(self)


class MenuButton(QToolButton):
    """A button with a menu."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw(self)
