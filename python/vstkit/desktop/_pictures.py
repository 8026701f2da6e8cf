# SPDX-License-Identifier: ISC
"""The pages that show sound: made once the window is drawn, since what they draw with takes longer to load than all the rest."""

import contextlib
import importlib
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, Signal

from ._pages import Later, Slot
from ._shown import decays, pictures, spectra_of

if TYPE_CHECKING:
    from ._clip import Clip
    from ._sound_tabs import DecayTab, SpectrogramsTab, SpectrumTab, WavesTab
    from ._window import Window


_SLICE_S = 0.01
_NEEDED = ("multiprocessing.connection", "xml.dom.minidom", "xml.etree.ElementTree", "pydoc", "PySide6.QtSvg", "PySide6.QtOpenGLWidgets")
"""What pyqtgraph imports, and takes long."""


def _warm() -> Iterator[None]:
    """Do most of what importing pyqtgraph does, in slices: it asks for every class of Qt, which makes them."""
    began = time.perf_counter()
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            getattr(module, name, None)
            if time.perf_counter() - began > _SLICE_S:
                yield
                began = time.perf_counter()
    for name in _NEEDED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
        yield


class Pictures(QObject):
    """Waveforms, spectrograms, spectrum and decay of what the window works on.

    `load` begins to load what they need and to make them, a little at a time; who asks for one before waits for it.  All is done
    on the window's thread: PySide makes its classes when they are first asked for, and does not stand two threads that ask.
    """

    failed = Signal(str)

    def __init__(self, window: "Window", made_waves: Callable[["WavesTab"], None]) -> None:
        super().__init__(window)
        self.slots = {name: Slot() for name in ("Waveforms", "Spectrograms", "Spectrum", "Decay")}
        self._window, self._made_waves = window, made_waves
        self._later = Later()
        self._begun = False
        self._shown: dict[str, tuple[Any, ...]] = {}
        """By page: what it shows, or is about to."""

    @staticmethod
    def _module() -> ModuleType:
        return importlib.import_module("._sound_tabs", __package__)

    def load(self) -> None:
        """Begin, where that has not begun."""
        if not self._begun:
            self._begun = True
            self._later.add(self._make_all())

    def close(self) -> None:
        """Make no more."""
        self._later.clear()

    @property
    def is_idle(self) -> bool:
        """Whether no page is about to be made."""
        return self._later.is_idle

    def _make_all(self) -> Iterator[None]:
        yield from _warm()
        try:
            self._module()
        except Exception as error:  # Whatever it is, somebody looks at an empty page
            self.failed.emit(f"no pictures: {error}; install what they need: pip install 'vstkit[desktop]'")
            return
        yield
        for name in sorted(self.slots, key=lambda name: name != self._in_front()):
            self._page(name)
            yield

    def _page(self, name: str) -> Any:
        slot = self.slots[name]
        if slot.page is None:
            tabs = self._module()
            kinds = {"Waveforms": tabs.WavesTab, "Spectrograms": tabs.SpectrogramsTab, "Spectrum": tabs.SpectrumTab, "Decay": tabs.DecayTab}
            slot.take(kinds[name]())
            self._window.tabs.dress(slot)
            if name == "Waveforms":
                self._made_waves(self.waves)
                self.set_clips(*self._window.sounds())
            self.show()
        return slot.page

    @property
    def waves(self) -> "WavesTab":
        """Waveforms of dry and wet."""
        page: WavesTab = self._page("Waveforms")
        return page

    @property
    def spectrograms(self) -> "SpectrogramsTab":
        """Spectrograms of dry and wet, and their difference."""
        page: SpectrogramsTab = self._page("Spectrograms")
        return page

    @property
    def spectrum(self) -> "SpectrumTab":
        """Spectra of dry and wet."""
        page: SpectrumTab = self._page("Spectrum")
        return page

    @property
    def decay(self) -> "DecayTab":
        """Decay of the effect."""
        page: DecayTab = self._page("Decay")
        return page

    def set_clips(self, dry: "Clip | None", wet: "Clip | None") -> None:
        """Draw the waveforms of these."""
        if self.slots["Waveforms"].page:
            self.waves.set_clips(dry, wet)

    def show_position(self, seconds: float) -> None:
        """Move the playhead."""
        if self.slots["Waveforms"].page:
            self.waves.show_position(seconds)

    def _in_front(self) -> str:
        page = self._window.tabs.currentWidget()
        return next((name for name, slot in self.slots.items() if slot is page), "")

    def show(self) -> None:
        """Draw what the page in front shows, where it does not show that already."""
        name, window = self._in_front(), self._window
        if name not in ("Spectrograms", "Spectrum", "Decay") or self.slots[name].page is None:
            return
        dry, wet = window.sounds()
        values = window.model.values if name == "Decay" else None
        wanted = (dry, wet, window.colours) if values is None else (values.to_json(), window.model.effect, window.colours)
        if self._shown.get(name) == wanted:
            return
        self._shown[name] = wanted
        if values is not None:
            window.tasks.run("decay", lambda: decays(values), lambda found: self.decay.show_decays(*found))
        elif dry is None or wet is None:
            return
        elif name == "Spectrograms":
            lengths = (dry.seconds, wet.seconds)
            window.tasks.run("pictures", lambda: pictures(dry, wet), lambda found: self.spectrograms.show_images(dry, found, lengths))
        else:
            window.tasks.run("spectrum", lambda: spectra_of(dry, wet), self.spectrum.show_spectra)
