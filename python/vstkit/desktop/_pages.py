# SPDX-License-Identifier: ISC
"""The tabs: pages that are made and dressed a little at a time, so that nothing waits for them."""

from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QTabWidget, QVBoxLayout, QWidget

from ._theme import Theme, style_sheet


def palette_of(colours: Theme) -> QPalette:
    """Colours of whatever no style sheet reaches, dialogs above all."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, colours.ground),
        (roles.WindowText, colours.ink),
        (roles.Base, colours.well),
        (roles.AlternateBase, colours.panel),
        (roles.Text, colours.ink),
        (roles.PlaceholderText, colours.soft),
        (roles.Button, colours.panel),
        (roles.ButtonText, colours.ink),
        (roles.BrightText, colours.danger),
        (roles.ToolTipBase, colours.panel),
        (roles.ToolTipText, colours.ink),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.on_accent),
        (roles.Link, colours.accent_ink),
        (roles.Mid, colours.line),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.soft))
    return made


class Later(QObject):
    """Work in small steps, one an event: what people do comes between."""

    def __init__(self) -> None:
        super().__init__()
        self._left: deque[Iterator[None]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)

    def add(self, work: Iterator[None]) -> None:
        """Go on with it until its end, after what was added before."""
        self._left.append(work)
        self._timer.start()

    def clear(self) -> None:
        """Leave the rest."""
        self._left.clear()
        self._timer.stop()

    def go(self, n: int) -> None:
        """Do so many steps now."""
        for _ in range(n):
            self._step()

    @property
    def is_idle(self) -> bool:
        """Whether all is done."""
        return not self._left

    def _step(self) -> None:
        if self._left and next(self._left[0], self) is self:
            self._left.popleft()
        if not self._left:
            self._timer.stop()


class Slot(QWidget):
    """A place for a page that is made anew for each effect."""

    def __init__(self) -> None:
        super().__init__()
        self.page: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def take(self, page: QWidget) -> None:
        """Show this page instead of the one that was there."""
        old, self.page = self.page, page
        if old:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._column.addWidget(page)


class Pages(QTabWidget):
    """Tabs by name; a page takes on new colours when it is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self._sheet = ""
        self._colours: Theme | None = None
        self.currentChanged.connect(lambda index: self.dress(self.currentWidget()))

    def names(self) -> list[str]:
        """Of those that can be chosen, in order."""
        return [self.tabText(index) for index in range(self.count()) if self.isTabVisible(index)]

    def show_name(self, name: str) -> None:
        """Bring a tab to the front."""
        for index in range(self.count()):
            if self.tabText(index) == name and self.isTabVisible(index):
                self.setCurrentIndex(index)

    def set_theme(self, colours: Theme, always: tuple[QWidget, ...]) -> None:
        """Take on colours: at once what is seen, `always` and the page in front; the others once they are."""
        sheet = style_sheet(colours)
        if sheet != self._sheet:
            self._sheet, self._colours = sheet, colours
            QApplication.setPalette(palette_of(colours))
            for widget in (self.tabBar(), *always):
                widget.setStyleSheet(sheet)
        self.dress(self.currentWidget())

    def dress(self, page: QWidget | None) -> None:
        """See that a page has the colours of now."""
        inner = page.page if isinstance(page, Slot) else page
        if inner is not None and self._colours and inner.styleSheet() != self._sheet:
            inner.setStyleSheet(self._sheet)
            take: Callable[[Theme], None] | None = getattr(inner, "set_theme", None)
            if take:
                take(self._colours)
