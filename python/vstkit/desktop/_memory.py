# SPDX-License-Identifier: ISC
"""What the window remembers, and how other threads reach it."""

import functools
import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QTimer, Signal

from .. import load_preset
from ._shown import quiet

if TYPE_CHECKING:
    from ._window import Window


class Told(QObject):
    """Brings what other threads tell to the window's."""

    session = Signal(str, object)
    moved = Signal(object, frozenset)
    status = Signal(object, str, bool)
    metrics = Signal(object, object)
    snapshot = Signal(object, object)
    snapshot_failed = Signal(str)


def restore(window: "Window") -> None:
    """Be as it was."""
    window.resize(1180, 800)
    geometry = window.settings.get("geometry", "")
    if geometry:
        window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
    if not window.has_own_card:
        QTimer.singleShot(0, window.fill_cards)
    state = window.settings.get("state", {})
    for document in window.session.chain:
        values = state.get(document.effect)
        if isinstance(values, dict):
            try:
                document.load(quiet(functools.partial(load_preset, document.effect, values)))
            except (ValueError, OSError):
                continue


def remember(window: "Window") -> None:
    """Write it down, to be like that again."""
    window.settings.put("geometry", bytes(window.saveGeometry().toBase64().data()).decode())
    window.settings.put("tab", window.tabs.tabText(window.tabs.currentIndex()))
    window.settings.put("effect", window.session.document.effect)
    kept = {document.effect: json.loads(document.values.to_json()) for document in window.session.chain}
    window.settings.put("state", {**window.settings.get("state", {}), **kept})
    window.settings.save()
