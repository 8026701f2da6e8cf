# SPDX-License-Identifier: ISC
"""The tab of presets: search, tags, favourites, save, rename, delete."""

import functools
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from .. import PresetInfo, load_preset, presets
from . import _library
from ._arrows import Choice
from ._model import Model
from ._settings import Settings

_MIX_KEYS = ("wet_dry",)


class PresetsTab(QWidget):
    """A list that narrows as one types; a click loads."""

    failed = Signal(str)
    loaded = Signal()

    def __init__(self, model: Model, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model, self.settings = model, settings
        self._removed: _library.Removed | None = None
        self._all: list[PresetInfo] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search name, description, tags")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search presets")
        self.category = Choice()
        self.category.setAccessibleName("Category")
        self.tag = Choice()
        self.tag.setAccessibleName("Tag")
        self.favourites = QCheckBox("★ only")
        self.own = QCheckBox("Mine")
        self.list = QListWidget()
        self.list.setAccessibleName("Presets")
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setMinimumWidth(260)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.keep_mix = QCheckBox("Keep the mix while browsing")
        self.keep_mix.setChecked(settings.get("keep_mix", False))
        self.keep_mix.toggled.connect(functools.partial(settings.put, "keep_mix"))
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.refresh()
        for signal in (self.search.textChanged, self.category.currentTextChanged, self.tag.currentTextChanged):
            signal.connect(lambda text: self._show())
        for box in (self.favourites, self.own):
            box.toggled.connect(lambda on: self._show())
        self.list.currentItemChanged.connect(lambda item, old: self._describe())
        self.list.itemActivated.connect(lambda item: self.load())
        self.list.itemClicked.connect(lambda item: self.load())

    def _lay_out(self) -> None:
        outer = QHBoxLayout(self)
        outer.setContentsMargins(14, 12, 14, 14)
        outer.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        filters = QHBoxLayout()
        for widget, stretch in ((self.search, 2), (self.category, 1), (self.tag, 1), (self.favourites, 0), (self.own, 0)):
            filters.addWidget(widget, stretch)
        left.addLayout(filters)
        left.addWidget(self.list, 1)
        right.addWidget(self.about, 1)
        right.addWidget(self.keep_mix)
        actions: list[tuple[str, Callable[[], None]]] = [
            ("Favourite", self._favour),
            ("Save as…", self.save_as),
            ("Rename…", self._rename),
            ("Tags…", self._retag),
            ("Delete", self.delete),
            ("Bring back", self._bring_back),
        ]
        for text, act in actions:
            button = QPushButton(text)
            button.clicked.connect(lambda on=False, act=act: self._try(act))
            self.buttons[text] = button
            right.addWidget(button)
        outer.addLayout(left, 3)
        outer.addLayout(right, 1)
        for keys, step in ((QKeySequence("Alt+Down"), 1), (QKeySequence("Alt+Up"), -1)):
            action = QAction(self)
            action.setShortcut(keys)
            action.triggered.connect(lambda on=False, step=step: self.step(step))
            self.addAction(action)

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (OSError, ValueError) as error:
            self.failed.emit(str(error))

    def refresh(self) -> None:
        """Read the list anew."""
        self._all = sorted(presets(self.model.effect), key=lambda info: (info.path is None, info.name.casefold()))
        for box, first, words in (
            (self.category, "All categories", {info.category for info in self._all if info.category}),
            (self.tag, "All tags", {tag for info in self._all for tag in info.tags}),
        ):
            chosen = box.currentText()
            box.blockSignals(True)
            box.clear()
            box.addItems([first, *sorted(words)])
            box.setCurrentIndex(max(0, box.findText(chosen)))
            box.blockSignals(False)
        self._show()

    def _matches(self, info: PresetInfo) -> bool:
        words = self.search.text().casefold().split()
        text = " ".join((info.name, info.id, info.description, info.category, info.author, *info.tags)).casefold()
        return (
            all(word in text for word in words)
            and (self.category.currentIndex() <= 0 or info.category == self.category.currentText())
            and (self.tag.currentIndex() <= 0 or self.tag.currentText() in info.tags)
            and (not self.favourites.isChecked() or info.id in self.settings.favourites(self.model.effect))
            and (not self.own.isChecked() or info.path is not None)
        )

    def _show(self) -> None:
        marked = self.settings.favourites(self.model.effect)
        self.list.blockSignals(True)
        self.list.clear()
        for info in filter(self._matches, self._all):
            item = QListWidgetItem(f"{'★ ' if info.id in marked else ''}{info.name}{'   (mine)' if info.path else ''}")
            item.setToolTip(info.description)
            item.setData(Qt.ItemDataRole.UserRole, info)
            self.list.addItem(item)
            if info.name == self.model.preset:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._describe()

    @property
    def chosen(self) -> PresetInfo | None:
        """The preset that is marked in the list."""
        item = self.list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    def _describe(self) -> None:
        info = self.chosen
        for text in ("Favourite", "Rename…", "Tags…", "Delete"):
            self.buttons[text].setEnabled(info is not None and (text == "Favourite" or info.path is not None))
        self.buttons["Bring back"].setEnabled(self._removed is not None)
        if info is None:
            none = "No preset fits: take away a word or a filter." if self._all else "There is no preset yet: save one."
            self.about.setText(f"{self.list.count()} presets" if self.list.count() else none)
            return
        lines = [
            f"<b>{info.name}</b>",
            f"{info.category}   {', '.join(info.tags)}",
            info.description,
            f"by {info.author}" if info.author else "",
        ]
        self.about.setText("<br><br>".join(line for line in lines if line.strip()))

    def load(self) -> None:
        """Take on the chosen preset."""
        info = self.chosen
        if info:
            keep = [key for key in _MIX_KEYS if key in self.model.info.parameters] if self.keep_mix.isChecked() else []
            self._try(lambda: self.model.load(info, keep=keep))
            self.loaded.emit()

    def step(self, by: int) -> None:
        """Load the next or the previous one of those that are shown."""
        if self.list.count():
            row = self.list.currentRow()
            self.list.setCurrentRow((row + by) % self.list.count() if row >= 0 else 0)
            self.load()

    def _favour(self) -> None:
        if info := self.chosen:
            on = info.id not in self.settings.favourites(self.model.effect)
            self.settings.set_favourite(self.model.effect, info.id, on)
            self.settings.save()
            row = self.list.currentRow()
            self._show()
            self.list.setCurrentRow(row)

    def save_as(self) -> None:
        """Ask for a name, and save what is heard."""
        name, accepted = QInputDialog.getText(self, "Save preset", "Name", text=self.model.preset)
        if accepted and name.strip():
            self.save(name.strip())

    def save(self, name: str) -> None:
        """Save what is heard; asks before anything is written over."""
        try:
            saved = _library.save(self.model.values, name, category=self._category_of_now())
        except FileExistsError:
            answer = QMessageBox.question(self, "Save preset", f"“{name}” is there already. Write over it?")
            if answer != QMessageBox.StandardButton.Yes:
                return
            saved = _library.save(self.model.values, name, category=self._category_of_now(), replace=True)
        self._try(lambda: self.model.load(saved))
        self.refresh()

    def _category_of_now(self) -> str:
        now = next((info for info in self._all if info.name == self.model.preset), None)
        return now.category if now else ""

    def _rename(self) -> None:
        if info := self.chosen:
            name, accepted = QInputDialog.getText(self, "Rename preset", "Name", text=info.name)
            if accepted and name.strip():
                _library.rename(info, name.strip())
                self.refresh()

    def _retag(self) -> None:
        if info := self.chosen:
            text, accepted = QInputDialog.getText(self, "Tags", "Tags, with commas between them", text=", ".join(info.tags))
            if accepted:
                _library.retag(info, list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip())))
                self.refresh()

    def delete(self) -> None:
        """Delete a preset of the user's; “Bring back” undoes it."""
        if info := self.chosen:
            self._removed = _library.delete(info)
            self.refresh()

    def _bring_back(self) -> None:
        if self._removed:
            _library.bring_back(self._removed)
            self._removed = None
            self.refresh()

    def dropped(self, path: str) -> None:
        """Load a preset file that was dropped on the window."""
        self._try(lambda: self.model.load(load_preset(self.model.effect, path)))
        self.loaded.emit()
