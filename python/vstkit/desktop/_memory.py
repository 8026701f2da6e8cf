# SPDX-License-Identifier: ISC
"""What the window remembers, and how other threads reach it."""

import contextlib
import functools
import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QObject, QTimer, Signal

from .. import effects, load_preset
from ._document import Document
from ._session import Session
from ._settings import Settings
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


def restore_session(session: Session, settings: Settings, *, whole: bool) -> None:
    """Have effects, values and locks as they were, before anybody listens; the chain, too, where it is `whole`."""
    if whole:
        session.begin_chain([name for name in settings.get("chain", []) if name in effects()], settings.get("selected", 0))
    kept = [each for each in settings.get("documents", []) if isinstance(each, dict)]
    for document in session.chain:
        mine = next((each for each in kept if each.get("effect") == document.effect), None)
        if mine is not None:
            kept.remove(mine)
            _restore_document(document, mine)
    for mine in kept:
        if mine.get("effect") in effects() and mine["effect"] not in (document.effect for document in session.chain):
            session.put_aside(mine["effect"], functools.partial(_restore_document, kept=mine))


def _restore_document(document: Document, kept: dict[str, Any]) -> None:
    sides, locks = kept.get("sides"), kept.get("locks")
    for side, values in sides.items() if isinstance(sides, dict) else ():
        if side in ("a", "b") and isinstance(values, dict):
            with contextlib.suppress(ValueError, OSError):
                preset = quiet(functools.partial(load_preset, document.effect, values))
                document.recall(side, preset, str(preset.meta.get("name", "")), edited=bool(kept.get(f"{side} is edited")))
    document.locks = {key for key in document.info.parameters if isinstance(locks, list) and key in locks}
    document.set_side("b" if kept.get("side") == "b" else "a")


def _kept(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {"effect": document.effect, "locks": sorted(document.locks), "side": document.side, "sides": {}}
    for side in ("a", "b"):
        values, preset, edited = document.kept(side)
        values.meta = {"name": preset}
        found["sides"][side] = json.loads(values.to_json())
        found[f"{side} is edited"] = edited
    return found


def restore(window: "Window") -> None:
    """Be as it was."""
    settings = window.settings
    window.resize(1180, 800)
    geometry = settings.get("geometry", "")
    if geometry:
        window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
    if not window.has_own_card:
        QTimer.singleShot(0, window.fill_cards)
    window.bar.match.setChecked(settings.get("match", True))
    window.choose_sound("dry" if settings.get("heard", "wet") == "dry" else "wet")


def remember(window: "Window") -> None:
    """Write it down, to be like that again."""
    settings, session = window.settings, window.session
    settings.put("geometry", bytes(window.saveGeometry().toBase64().data()).decode())
    settings.put("tab", window.tabs.tabText(window.tabs.currentIndex()))
    settings.put("mode", window.mode)
    settings.put("effect", session.document.effect)
    settings.put("chain", [document.effect for document in session.chain])
    settings.put("selected", session.selected)
    settings.put("documents", [_kept(document) for document in (*session.chain, *session.aside.values())])
    settings.put("match", window.bar.match.isChecked())
    settings.put("heard", "dry" if window.bar.dry.isChecked() else "wet")
    window.batch.remember()
    settings.save()
