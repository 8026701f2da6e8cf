# SPDX-License-Identifier: ISC
"""The tabs that show sound: waveforms, spectrograms, spectrum, decay."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from . import _spectra
from ._clip import Clip
from ._shown import Figures
from ._theme import Theme

_HEAT = {"dark": ["#2b2a6b", "#a23a7c", "#f28b48", "#fff3b8"], "light": ["#b9b5e3", "#a0479c", "#8a2252", "#2a0a1e"]}
_OCTAVES = [(float(np.log10(hz)), f"{hz / 1000:g} k" if hz >= 1000 else f"{hz:g}") for hz in (50, 100, 200, 500, 1000, 2000, 5000, 10000)]
_SIGNED = {"dark": ("#bcd4ff", "#4c8dff", "#ff8a5c", "#ffdccb"), "light": ("#0b2f78", "#4a80dd", "#e07038", "#7a2a05")}
"""Less and more: at the ends of the scale, and on the way there.  What is 0 or silent is the plot's ground."""
_TABLE_HEIGHT = 212
_SHORTEST_S = 0.0002  # That can be shown: a few samples


def heat(colours: Theme) -> Any:
    """Colours of levels: nothing is the plot's ground, and loud stands out from it."""
    return pyqtgraph.ColorMap([0.0, 0.35, 0.65, 0.85, 1.0], [colours.well, *_HEAT[colours.name]])


def signed(colours: Theme) -> Any:
    """Colours of differences."""
    low, less, more, high = _SIGNED[colours.name]
    return pyqtgraph.ColorMap([0.0, 0.3, 0.5, 0.7, 1.0], [low, less, colours.well, more, high])


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
            plot.getAxis("bottom").enableAutoSIPrefix(False)
            self.plots.append(plot)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 14)
        self.column.addWidget(self.view, 1)

    def call(self, name: str) -> None:
        """What a screen reader calls it."""
        self.setAccessibleName(name)
        self.view.setAccessibleName(name)

    def set_theme(self, colours: Theme) -> None:
        """Take on other colours."""
        self.colours = colours
        self.view.setBackground(colours.ground)
        for plot in self.plots:
            _dress(plot, colours)


class WavesTab(_Canvas):
    """Dry and wet below each other; wheel and drag zoom down to the samples; a click moves the playhead.

    Keys do the same: + and - zoom around the playhead, 0 shows all, left and right move it, [ and ] loop from and to it.
    """

    sought = Signal(float)
    looped = Signal(float, float)
    loop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(("Dry", "Wet"))
        self.call("Waveforms of dry and wet sound")
        self.setAccessibleDescription("Plus and minus zoom, 0 shows all, left and right move the playhead, brackets loop from and to it")
        self.setToolTip("Wheel, + and − zoom; 0 shows all; a click, ← and → move the playhead; [ and ] loop from and to it")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clips: list[Clip | None] = [None, None]
        self._curves: list[list[Any]] = [[], []]
        self._whole = 1.0
        """Seconds of what is shown: whoever sees all of it wants to see all of the next."""
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        (start, stop), _ = self.plots[0].viewRange()
        at, key = float(self.cursors[0].value()), event.text()
        zoom = {"+": 0.5, "=": 0.5, "-": 2.0}.get(key)
        move = {Qt.Key.Key_Left: -0.05, Qt.Key.Key_Right: 0.05}.get(Qt.Key(event.key()))
        if zoom:
            self._look(at, (stop - start) * zoom)
        elif key == "0":
            self.plots[0].setXRange(0.0, self._whole, padding=0.0)
        elif move:
            to = min(max(0.0, at + move * (stop - start)), self._whole)
            self.show_position(to)
            self.sought.emit(to)
        elif key in ("[", "]"):
            self._loop_at(at, key == "[")
        else:
            super().keyPressEvent(event)

    def _look(self, at: float, length: float) -> None:
        """Show so many seconds around a place."""
        length = min(max(length, _SHORTEST_S), self._whole)
        start = min(max(0.0, at - 0.5 * length), self._whole - length)
        self.plots[0].setXRange(start, start + length, padding=0.0)

    def _loop_at(self, at: float, from_there: bool) -> None:
        """Have the loop begin or end here."""
        start, stop = self.loop.getRegion()
        if from_there:
            start, stop = at, stop if stop > at else self._whole
        else:
            start, stop = start if start < at else 0.0, at
        self.loop.setRegion((start, stop))
        self.loop_wanted.emit()

    def _clicked(self, event: Any) -> None:
        for plot in self.plots:
            if plot.sceneBoundingRect().contains(event.scenePos()):
                self.sought.emit(max(0.0, plot.getViewBox().mapSceneToView(event.scenePos()).x()))

    def set_clips(self, dry: Clip | None, wet: Clip | None) -> None:
        """Show these."""
        whole = max((clip.seconds for clip in (dry, wet) if clip), default=1.0)
        (start, stop), _ = self.plots[0].viewRange()
        fresh = self.clips[0] is not dry or (start <= 0.0 and stop >= self._whole)
        self._whole = whole
        self.clips = [None, None]  # Until there are curves for them: what follows may draw
        for number, (plot, clip) in enumerate(zip(self.plots, (dry, wet), strict=True)):
            count = clip.n_channels if clip else 0
            if len(self._curves[number]) != count:
                for curve in self._curves[number]:
                    plot.removeItem(curve)
                self._curves[number] = [plot.plot() for _ in range(count)]
            for curve in self._curves[number]:
                curve.setPen(pyqtgraph.mkPen(self.colours.dry if number == 0 else self.colours.accent, width=1))
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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        if not self.isVisible():
            return  # Until it is shown
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
        super().__init__(("Dry, −100 to 0 dB", "Wet, −100 to 0 dB", "Wet − dry, −40 to 40 dB"))
        self.call("Spectrograms of dry and wet sound, and their difference")
        self.images = []
        for plot in self.plots:
            image = pyqtgraph.ImageItem()
            plot.addItem(image)
            plot.setLabel("left", "Hz")
            self.images.append(image)
            plot.setXLink(self.plots[0])
        self.plots[-1].setLabel("bottom", "s")

    def set_theme(self, colours: Theme) -> None:
        super().set_theme(colours)
        _, less, more, _ = _SIGNED[colours.name]
        words = f'Wet − dry, −40 to 40 dB: <span style="color:{less}">■</span> less, <span style="color:{more}">■</span> more'
        self.plots[-1].setTitle(words, color=colours.ink, size="11pt")
        for number, image in enumerate(self.images):
            image.setColorMap(signed(colours) if number == 2 else heat(colours))

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
        self.call("Spectra of dry and wet sound")
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
        self.call("Decay of the effect by octave")
        plot = self.plots[0]
        plot.setLabel("bottom", "s")
        plot.setLabel("left", "dB")
        plot.setYRange(-70.0, 0.0)
        plot.addLegend(offset=(-20, 10), colCount=2)
        self.whole, self.octaves = _table("Figures of the whole"), _table("Figures by octave")
        row = QHBoxLayout()
        row.addWidget(self.whole, 3)
        row.addWidget(self.octaves, 2)
        self.column.addLayout(row)

    def set_theme(self, colours: Theme) -> None:
        super().set_theme(colours)
        self.plots[0].legend.setLabelTextColor(colours.ink)

    def show_decays(self, decays: list[_spectra.Decay], figures: Figures) -> None:
        """Show curves, and figures as tables."""
        plot = self.plots[0]
        plot.clear()
        names = list(dict.fromkeys(name for row in figures.octaves.values() for name in row))
        by_octave = [(octave, *(row.get(name, "–") for name in names)) for octave, row in figures.octaves.items()]
        _fill(self.whole, ("Figure", "Value", ""), figures.whole)
        _fill(self.octaves, ("Octave", *names), by_octave)
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


def _table(name: str) -> QTableWidget:
    table = QTableWidget()
    table.setAccessibleName(name)
    table.setFixedHeight(_TABLE_HEIGHT)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)  # Tab goes on; arrows move within
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(22)
    return table


def _fill(table: QTableWidget, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    table.setColumnCount(len(heads))
    table.setHorizontalHeaderLabels(list(heads))
    table.setRowCount(len(rows))
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.setItem(row, column, QTableWidgetItem(text))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
