# SPDX-License-Identifier: ISC
"""The tabs that show sound: waveforms, spectrograms, spectrum, decay."""

from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from . import _spectra
from ._clip import Clip
from ._theme import Theme

_HEAT = pyqtgraph.ColorMap([0.0, 0.35, 0.65, 0.85, 1.0], ["#0b0d12", "#2b2a6b", "#a23a7c", "#f28b48", "#fff3b8"])
_OCTAVES = [(float(np.log10(hz)), f"{hz / 1000:g} k" if hz >= 1000 else f"{hz:g}") for hz in (50, 100, 200, 500, 1000, 2000, 5000, 10000)]
_SIGNED = pyqtgraph.ColorMap([0.0, 0.5, 1.0], ["#4c8dff", "#15171d", "#ff8a5c"])


def _dress(plot: Any, colours: Theme) -> None:
    plot.getViewBox().setBackgroundColor(colours.well)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(colours.line)
        axis.setTextPen(colours.soft)
    plot.setTitle(plot.titleLabel.text, color=colours.ink, size="11pt")
    plot.showGrid(x=True, y=True, alpha=0.15)


class _Canvas(QWidget):
    """Plots below each other."""

    def __init__(self, titles: tuple[str, ...]) -> None:
        super().__init__()
        self.setObjectName("page")
        self.view = pyqtgraph.GraphicsLayoutWidget()
        self.view.setFrameStyle(0)
        self.plots = []
        for row, title in enumerate(titles):
            plot = self.view.addPlot(row=row, col=0, title=title)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            self.plots.append(plot)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 14)
        self.column.addWidget(self.view, 1)

    def set_theme(self, colours: Theme) -> None:
        """Take on other colours."""
        self.colours = colours
        self.view.setBackground(colours.ground)
        for plot in self.plots:
            _dress(plot, colours)


class WavesTab(_Canvas):
    """Dry and wet below each other; wheel and drag zoom down to the samples; a click moves the playhead."""

    sought = Signal(float)
    looped = Signal(float, float)

    def __init__(self) -> None:
        super().__init__(("Dry", "Wet"))
        self.setAccessibleName("Waveforms of dry and wet sound")
        self.clips: list[Clip | None] = [None, None]
        self._curves: list[list[Any]] = [[], []]
        self.cursors = []
        for plot in self.plots:
            plot.setYRange(-1.0, 1.0, padding=0.02)
            plot.setMouseEnabled(x=True, y=False)
            plot.setLimits(xMin=0.0)
            cursor = pyqtgraph.InfiniteLine(angle=90)
            plot.addItem(cursor)
            self.cursors.append(cursor)
            plot.sigXRangeChanged.connect(lambda *_: self._draw())
        self.plots[1].setXLink(self.plots[0])
        self.plots[1].setLabel("bottom", "s")
        self.loop = pyqtgraph.LinearRegionItem(values=(0.0, 0.0))
        self.loop.hide()
        self.loop.sigRegionChangeFinished.connect(lambda *_: self.looped.emit(*self.loop.getRegion()))
        self.plots[0].addItem(self.loop)
        self.view.scene().sigMouseClicked.connect(self._clicked)

    def set_theme(self, colours: Theme) -> None:
        super().set_theme(colours)
        for cursor in self.cursors:
            cursor.setPen(pyqtgraph.mkPen(colours.ink, width=1))
        self.set_clips(*self.clips)

    def _clicked(self, event: Any) -> None:
        for plot in self.plots:
            if plot.sceneBoundingRect().contains(event.scenePos()):
                self.sought.emit(max(0.0, plot.getViewBox().mapSceneToView(event.scenePos()).x()))

    def set_clips(self, dry: Clip | None, wet: Clip | None) -> None:
        """Show these."""
        whole = max((clip.seconds for clip in (dry, wet) if clip), default=1.0)
        fresh = self.clips[0] is not dry
        self.clips = [None, None]  # Until there are curves for them: what follows may draw
        for number, (plot, clip) in enumerate(zip(self.plots, (dry, wet), strict=True)):
            for curve in self._curves[number]:
                plot.removeItem(curve)
            colour = self.colours.dry if number == 0 else self.colours.accent
            count = clip.n_channels if clip else 0
            self._curves[number] = [plot.plot(pen=pyqtgraph.mkPen(colour, width=1)) for _ in range(count)]
            plot.setLimits(xMax=whole)
            offsets = [] if count < 2 else [(1.0 - (2 * channel + 1) / count, f"{channel + 1}") for channel in range(count)]
            plot.getAxis("left").setTicks([offsets] if offsets else None)
        self.clips = [dry, wet]
        if fresh:
            self.plots[0].setXRange(0.0, whole, padding=0.0)
        self._draw()

    def show_position(self, seconds: float) -> None:
        """Move the playhead."""
        for cursor in self.cursors:
            cursor.setValue(seconds)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        (start, stop), _ = self.plots[0].viewRange()
        for number, clip in enumerate(self.clips):
            if clip is None:
                continue
            frames, pairs = clip.pyramid.outline(int(start * clip.rate), int(stop * clip.rate) + 2, max(100, self.width()))
            x = np.repeat(frames / clip.rate, 2)
            for channel, curve in enumerate(self._curves[number]):
                middle = 1.0 - (2 * channel + 1) / clip.n_channels if clip.n_channels > 1 else 0.0
                curve.setData(x, middle + pairs[:, channel, :].reshape(-1) / clip.n_channels)


class SpectrogramsTab(_Canvas):
    """Dry, wet and their difference, all on one fixed scale, frequency logarithmic."""

    def __init__(self) -> None:
        super().__init__(("Dry  (−100 to 0 dB)", "Wet  (−100 to 0 dB)", "Wet − dry  (−40 to 40 dB)"))
        self.setAccessibleName("Spectrograms of dry and wet sound, and their difference")
        self.images = []
        for number, plot in enumerate(self.plots):
            image = pyqtgraph.ImageItem()
            image.setColorMap(_SIGNED if number == 2 else _HEAT)
            plot.addItem(image)
            plot.setLabel("left", "Hz")
            self.images.append(image)
            plot.setXLink(self.plots[0])
        self.plots[-1].setLabel("bottom", "s")

    def show_images(self, dry: Clip, pictures: tuple[Any, Any, Any], seconds: tuple[float, float]) -> None:
        """Show shades of dry, wet and difference, each (columns, bands)."""
        frequencies = _spectra.bands(dry.rate)
        low, high = np.log10(frequencies[[0, -1]])
        lengths = (*seconds, min(seconds))
        for number, (image, plot) in enumerate(zip(self.images, self.plots, strict=True)):
            image.setImage(pictures[number], levels=(0, 255), autoLevels=False)
            image.setRect(QRectF(0.0, low, lengths[number], high - low))
            plot.getAxis("left").setTicks([[tick for tick in _OCTAVES if low <= tick[0] <= high]])
            plot.setYRange(low, high, padding=0.0)
        self.plots[0].setXRange(0.0, max(seconds), padding=0.0)


class SpectrumTab(_Canvas):
    """Mean level by frequency, dry behind wet."""

    def __init__(self) -> None:
        super().__init__(("Spectrum, mean over the whole",))
        self.setAccessibleName("Spectra of dry and wet sound")
        plot = self.plots[0]
        plot.setLogMode(x=True, y=False)
        plot.setLabel("bottom", "Hz")
        plot.setLabel("left", "dB")
        plot.addLegend(offset=(-20, 20))
        plot.setYRange(-100.0, 0.0)
        plot.setXRange(np.log10(20.0), np.log10(20000.0), padding=0.0)
        plot.getAxis("bottom").setTicks([_OCTAVES])

    def set_theme(self, colours: Theme) -> None:
        super().set_theme(colours)
        self.plots[0].legend.setLabelTextColor(colours.ink)

    def show_spectra(self, spectra: dict[str, tuple[Any, Any]]) -> None:
        """Name → frequencies and levels; "dry" goes behind."""
        plot = self.plots[0]
        plot.clear()
        for name, (x, y) in spectra.items():
            colour = self.colours.dry if name == "dry" else self.colours.accent
            plot.plot(
                x,
                y,
                name=name,
                pen=pyqtgraph.mkPen(colour, width=2),
                fillLevel=-120.0 if name == "dry" else None,
                brush=(*_rgb(colour), 60),
            )


class DecayTab(_Canvas):
    """Energy decay per octave of the response to an impulse, and the times that are read from it."""

    def __init__(self) -> None:
        super().__init__(("Energy decay by octave",))
        self.setAccessibleName("Decay of the effect by octave")
        plot = self.plots[0]
        plot.setLabel("bottom", "s")
        plot.setLabel("left", "dB")
        plot.setYRange(-70.0, 0.0)
        plot.addLegend(offset=(-20, 20))
        self.figures = QLabel()
        self.figures.setObjectName("soft")
        self.figures.setWordWrap(True)
        self.figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(self.figures)

    def set_theme(self, colours: Theme) -> None:
        super().set_theme(colours)
        self.plots[0].legend.setLabelTextColor(colours.ink)

    def show_decays(self, decays: list[_spectra.Decay], text: str) -> None:
        """Show curves, and figures as text."""
        plot = self.plots[0]
        plot.clear()
        self.figures.setText(text)
        shades = pyqtgraph.ColorMap(
            [0.0, 0.5, 1.0], ["#4c8dff", "#3fc8b4", "#e8d95a"] if self.colours.name == "dark" else ["#1f4fa8", "#0d6b5f", "#8a6d00"]
        )
        for number, decay in enumerate(decays):
            colour = self.colours.ink if number == 0 else shades.map((number - 1) / max(1, len(decays) - 2), mode="qcolor")
            style = Qt.PenStyle.DashLine if number == 0 else Qt.PenStyle.SolidLine
            plot.plot(decay.seconds, decay.level_db, name=decay.label, pen=pyqtgraph.mkPen(colour, width=2, style=style))
        if decays:
            fallen = [decay.seconds[np.argmax(decay.level_db <= -65.0)] for decay in decays if (decay.level_db <= -65.0).any()]
            plot.setXRange(0.0, max(fallen, default=decays[0].seconds[-1]), padding=0.02)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
