# SPDX-License-Identifier: ISC
"""The bar on top: mode, effect or plugin, file, playing, comparing."""

import functools
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .. import effect_info, effects
from ._arrows import Choice, MenuButton

CHAINS = "Add an effect to the chain, or take one out"
NO_PLUGIN = "No plugin runs that can be reached: start the host with VSTKIT_OSC=1. Looking for one …"
NO_CHAINS = "Chains are local only: in a host, each effect is an instance of its own"


def tool(text: str, tip: str, shortcut: str = "", *, checkable: bool = False, menu: bool = False) -> QToolButton:
    """A button of the bar."""
    button = MenuButton() if menu else QToolButton()
    button.setText(text)
    button.setToolTip(f"{tip} ({shortcut})" if shortcut else tip)
    button.setAccessibleName(tip)
    button.setCheckable(checkable)
    if shortcut:
        button.setProperty("keys", shortcut)  # What presses it from anywhere in the window
    return button


def press(button: QAbstractButton) -> None:
    """Press it; but the space bar is for the button that has the focus, where one has."""
    focused = QApplication.focusWidget()
    mine = button.property("keys") == "Space"
    (focused if mine and isinstance(focused, QAbstractButton) else button).click()


class Bar(QWidget):
    """Buttons alone; the window knows what they do."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.local = QPushButton("Local")
        self.plugin = QPushButton("Plugin")
        modes = QButtonGroup(self)
        for button, tip in ((self.local, "Work on files"), (self.plugin, "Work on a plugin that plays in a host")):
            button.setCheckable(True)
            button.setToolTip(tip)
            modes.addButton(button)
        self.local.setChecked(True)
        self.effect = Choice()
        self.effect.setAccessibleName("Effect")
        for name in effects():
            self.effect.addItem(effect_info(name).name, name)
        self.instance = Choice()
        self.instance.setAccessibleName("Running plugin")
        self.instance.setMinimumWidth(220)
        self.instance.setPlaceholderText("No plugin runs: looking …")
        self.instance.setToolTip(NO_PLUGIN)
        self.bypass = tool("Bypass", "Let the input of the plugin through", checkable=True)
        self.snapshot = tool("Snapshot", "Take the last seconds of the plugin's sound", "Ctrl+T")
        self.chain = QHBoxLayout()
        self.chain.setSpacing(2)
        self.add = tool("+", CHAINS, menu=True)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.preset = QLabel("Default")
        self.preset.setObjectName("title")
        self.previous = tool("‹", "Previous preset", "Alt+Left")
        self.next = tool("›", "Next preset", "Alt+Right")
        self.undo = tool("↶", "Undo", "Ctrl+Z")
        self.redo = tool("↷", "Redo", "Ctrl+Shift+Z")
        self.a = tool("A", "Side A", "Ctrl+1", checkable=True)
        self.b = tool("B", "Side B", "Ctrl+2", checkable=True)
        self.a.setChecked(True)
        self.copy = tool("Copy", "Make the other side the same")
        self.open = tool("Open", "Open a sound file", "Ctrl+O", menu=True)
        self.open.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.save = tool("Save", "Save what the effects made", "Ctrl+S")
        self.record = tool("● Record", "Record from the input", checkable=True)
        self.play = tool("▶ Play", "Play or pause", "Space", checkable=True)
        self.stop = tool("■", "Stop, and go back to the start")
        self.dry = tool("Dry", "Hear the input", "D", checkable=True)
        self.wet = tool("Wet", "Hear what the effects made", "W", checkable=True)
        self.wet.setChecked(True)
        self.match = tool("≈ LUFS", "Match the loudness of wet to that of dry while playing", checkable=True)
        self.match.setChecked(True)
        self.loop = tool("⟳ Loop", "Play the marked region round and round", "L", checkable=True)
        self.output = Choice()
        self.output.setAccessibleName("Output")
        self.output.setMinimumWidth(150)
        self.output.setMaximumWidth(190)
        self.theme = tool("◐", "Dark or light")
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 9, 14, 9)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row, items in (
            (upper, (self.local, self.plugin, self.effect, self.instance, self.bypass, self.snapshot, self.chain, self.add, None)),
            (upper, (self.previous, self.preset, self.next, None, self.undo, self.redo, self.a, self.b, self.copy, self.theme)),
            (
                lower,
                (
                    self.open,
                    self.save,
                    self.record,
                    None,
                    self.play,
                    self.stop,
                    self.dry,
                    self.wet,
                    self.match,
                    self.loop,
                    None,
                    self.output,
                ),
            ),
        ):
            for item in items:
                if item is None:
                    row.addStretch(1)
                elif isinstance(item, QHBoxLayout):
                    row.addLayout(item)
                else:
                    row.addWidget(item)
        column.addLayout(upper)
        column.addLayout(lower)
        for button in self.findChildren(QAbstractButton):
            if button.isCheckable():  # Its text is bold then
                font = QFont(button.font())
                font.setWeight(QFont.Weight.DemiBold)
                button.setMinimumWidth(QFontMetrics(font).horizontalAdvance(button.text()) + 24)

    def show_chain(self, names: Sequence[str], selected: int, select: Callable[[int], None], remove: Callable[[int], None]) -> None:
        """Show the effects of a chain as buttons."""
        while self.chain.count():
            item = self.chain.takeAt(0)
            widget = item.widget() if item else None
            if widget:
                widget.deleteLater()
        for index, name in enumerate(names):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setChecked(index == selected)
            button.setToolTip("A click edits this one; a right click takes it out of the chain")
            button.setAccessibleName(f"Effect {index + 1} of the chain: {name}")
            button.clicked.connect(functools.partial(select, index))
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(lambda at, index=index: remove(index))
            self.chain.addWidget(button)

    def show_outputs(self, names: Sequence[str], wanted: str | None, trouble: str) -> None:
        """Offer devices to play on, and choose one: "" is the system's, None is no sound."""
        self.output.clear()
        self.output.setToolTip(trouble)
        if names:
            self.output.addItem("System default", "")
        for name in names:
            self.output.addItem(name, name)
        self.output.addItem("No sound", None)
        index = self.output.count() - 1 if wanted is None else self.output.findData(wanted)
        self.output.setCurrentIndex(max(0, index))
