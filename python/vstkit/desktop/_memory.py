# SPDX-License-Identifier: ISC
"""What the window remembers, and how other threads reach it."""

import contextlib
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
    state, locks = window.settings.get("state", {}), window.settings.get("locks", {})
    window.bar.match.setChecked(window.settings.get("match", True))
    window.params.amount.setValue(window.settings.get("amount", window.params.amount.value()))
    for document in window.session.chain:
        values = state.get(document.effect)
        if isinstance(values, dict):
            with contextlib.suppress(ValueError, OSError):
                document.load(quiet(functools.partial(load_preset, document.effect, values)))
        known = locks.get(document.effect)
        document.locks = {key for key in (known if isinstance(known, list) else ()) if key in document.info.parameters}


def remember(window: "Window") -> None:
    """Write it down, to be like that again."""
    window.settings.put("geometry", bytes(window.saveGeometry().toBase64().data()).decode())
    window.settings.put("tab", window.tabs.tabText(window.tabs.currentIndex()))
    window.settings.put("effect", window.session.document.effect)
    window.settings.put("chain", [document.effect for document in window.session.chain])
    window.settings.put("match", window.bar.match.isChecked())
    window.settings.put("amount", window.params.amount.value())
    locks = {document.effect: sorted(document.locks) for document in window.session.chain}
    window.settings.put("locks", {**window.settings.get("locks", {}), **locks})
    kept = {document.effect: json.loads(document.values.to_json()) for document in window.session.chain}
    window.settings.put("state", {**window.settings.get("state", {}), **kept})
    window.settings.save()
