# SPDX-License-Identifier: ISC
"""Colours and style of the window, dark and light."""

from dataclasses import dataclass
from string import Template

ACCENTS = {"lossy": "#ff8a5c", "reverb": "#3fc8b4"}
_ACCENT = "#8fb4ff"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as "#rrggbb"; text on any of the grounds has a contrast of 4.5 : 1 or more."""

    name: str
    ground: str
    panel: str
    well: str
    line: str
    ink: str
    soft: str
    accent: str
    accent_ink: str
    """Text in the accent's colour."""
    on_accent: str
    dry: str
    danger: str


def theme(name: str, effect: str = "") -> Theme:
    """ "dark" or "light", with an effect's own colour."""
    accent = ACCENTS.get(effect, _ACCENT)
    if name == "light":
        ink = {"lossy": "#a8401a", "reverb": "#0d6b5f"}.get(effect, "#2f55a4")
        return Theme("light", "#eef0f3", "#ffffff", "#f4f5f8", "#d2d6dd", "#1a1d24", "#545b67", ink, ink, "#ffffff", "#6f7f99", "#b3261e")
    return Theme("dark", "#121419", "#1b1e25", "#15171d", "#343944", "#eceef2", "#a3aab6", accent, accent, "#14161b", "#6d819f", "#ff7a70")


_SHEET = Template("""
QMainWindow, QDialog, QWidget#page { background: $ground; }
QToolTip { background: $panel; color: $ink; border: 1px solid $line; padding: 4px; }
QWidget#bar { background: $panel; border-bottom: 1px solid $line; }
QFrame#card { background: $panel; border: 1px solid $line; border-radius: 8px; }
QLabel { background: transparent; }
QLabel#soft { color: $soft; }
QLabel#section { color: $accent_ink; font-weight: 600; font-size: 14px; }
QLabel#title { font-size: 16px; font-weight: 700; }
QLabel#error { color: $danger; }
QPushButton, QToolButton, QComboBox, QLineEdit, QSpinBox, QDoubleSpinBox {
  background: $well; border: 1px solid $line; border-radius: 6px; padding: 4px 9px; min-height: 18px;
}
QToolButton { padding: 4px 7px; }
QPushButton:hover, QToolButton:hover, QComboBox:hover { border-color: $soft; }
QPushButton:checked, QToolButton:checked { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled { color: $soft; }
QPushButton#primary { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton#primary:disabled { background: $well; color: $soft; border-color: $line; }
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus, QSpinBox:focus, QSlider:focus, QAbstractItemView:focus,
QPlainTextEdit:focus, QTextBrowser:focus { border: 1px solid $accent; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
QComboBox, QToolButton[popupMode="1"], QToolButton[popupMode="2"] { padding-right: 22px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow, QToolButton::menu-arrow, QToolButton::menu-indicator { image: none; width: 0; height: 0; }
QToolButton::menu-button { border: none; border-left: 1px solid $line; width: 20px; }
QCheckBox { spacing: 7px; }
QCheckBox:focus { color: $accent_ink; }
QCheckBox::indicator, QTreeView::indicator { width: 13px; height: 13px; border: 1px solid $soft; border-radius: 4px; background: $well; }
QCheckBox::indicator:checked, QTreeView::indicator:checked { background: $accent; border-color: $accent; }
QCheckBox::indicator:focus { border-color: $accent; }
QComboBox QAbstractItemView { background: $panel; selection-background-color: $accent; selection-color: $on_accent; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QSlider#target::sub-page:horizontal { background: $line; }
QTabBar::tab { background: transparent; color: $soft; padding: 9px 13px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $accent; font-weight: 600; }
QTabBar::tab:focus { color: $accent_ink; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; } QScrollBar:horizontal { background: transparent; height: 10px; }
QScrollBar::handle { background: $line; border-radius: 5px; min-height: 30px; min-width: 30px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QSlider { min-height: 22px; border: 1px solid transparent; border-radius: 6px; }
QSlider::groove:horizontal { background: $line; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal { background: $ink; width: 14px; margin: -5px 0; border-radius: 7px; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: $soft; }
QListWidget, QTreeWidget, QTableWidget, QTextBrowser, QPlainTextEdit {
  background: $well; border: 1px solid $line; border-radius: 8px; selection-background-color: $accent; selection-color: $on_accent;
}
QListWidget::item { padding: 5px; }
QListWidget::item:selected { background: $accent; color: $on_accent; }
QHeaderView::section { background: $panel; color: $soft; border: none; padding: 5px; }
QProgressBar { background: $well; border: 1px solid $line; border-radius: 6px; text-align: center; min-height: 16px; }
QProgressBar::chunk { background: $line; border-bottom: 3px solid $accent; border-radius: 3px; }
QMenu { background: $panel; border: 1px solid $line; } QMenu::item:selected { background: $accent; color: $on_accent; }
QStatusBar { background: $panel; color: $soft; border-top: 1px solid $line; }
QSplitter::handle { background: $line; }
""")


def style_sheet(colours: Theme) -> str:
    """The sheet that Qt takes."""
    return _SHEET.substitute({name: getattr(colours, name) for name in Theme.__slots__})


def contrast(first: str, second: str) -> float:
    """Contrast of two colours as WCAG 2 computes it, 1–21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255.0 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
