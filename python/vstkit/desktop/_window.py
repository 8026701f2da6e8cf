# SPDX-License-Identifier: ISC
"""The window: what the bar and the tabs do."""

import functools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QLabel, QMainWindow, QMenu, QProgressBar, QToolButton, QVBoxLayout, QWidget

from .. import effect_info, effects, live, write
from ._ask_tab import AskTab
from ._bar import CHAINS, NO_CHAINS, NO_PLUGIN, Bar, press
from ._batch import BatchTab
from ._clip import Clip, as_clip, drawable
from ._guide import GuideView
from ._history_tab import HistoryTab
from ._live import LiveSession
from ._memory import Told, remember, restore, restore_session
from ._model import Model
from ._pages import Later, Pages, Slot
from ._params_tab import ParamsTab
from ._pictures import Pictures
from ._player import Card, Mixer, NullCard, SoundCard, find_cards, match_gain
from ._presets_tab import PresetsTab
from ._recorder import Recorder
from ._session import Session
from ._settings import Settings
from ._tasks import Tasks
from ._theme import Theme, theme

if TYPE_CHECKING:
    from ._sound_tabs import WavesTab

_STEPS_BEFORE = 4  # Of making parameters, before the window is drawn: more than it has room for
_TICK_MS = 33
_LOOK_MS = 1000
_SAID_S = 4.0  # That a message stays before hints take its place
_SNAPSHOT_S = 4.0
_SILENT_LUFS = -120.0
_NO_SOUND = "no sound"  # As a device in the settings


class Window(QMainWindow):
    """Everything that is to be seen."""

    def __init__(self, settings: Settings, effect: str = "", card: Card | None = None) -> None:
        super().__init__()
        self.settings = settings
        chosen = effect or settings.get("effect", "lossy")
        self.told = Told()
        self.tasks = Tasks()
        self.mixer = Mixer()
        self.card: Card = card or NullCard()
        self.recorder = Recorder()
        self.live: LiveSession | None = None
        self._left: list[LiveSession] = []
        """That were let go, and may not have ended."""
        self.captured: tuple[Clip, Clip] | None = None
        self.has_own_card = card is not None
        self._closed = False
        self._said_s = -_SAID_S
        self.session = Session(chosen if chosen in effects() else effects()[0], self.told.session.emit)
        restore_session(self.session, settings, whole=not effect)
        self.colours: Theme = theme(settings.get("theme", "dark"), self.session.document.effect)
        self.bar = Bar()
        self.tabs, self.later = Pages(), Later()
        self.pictures = Pictures(self, self._connect_waves)
        self.history = HistoryTab(self.tasks)
        self.ask = AskTab(self)
        self.batch = BatchTab(self)
        self._build()
        self._connect()
        self._fill_tabs()
        self.later.go(_STEPS_BEFORE)
        self.tabs.show_name(settings.get("tab", "Parameters"))
        restore(self)
        self.set_theme(self.colours.name)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._looker = QTimer(self, interval=_LOOK_MS)
        self._looker.timeout.connect(self._look_for_plugins)
        self._set_mode_widgets()
        if settings.get("mode", "local") == "plugin":
            self.set_mode("plugin")

    # Building

    def _build(self) -> None:
        self.setWindowTitle("VstKit")
        self.setAcceptDrops(True)
        body = QWidget()
        body.setObjectName("page")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.tabs, 1)
        self.setCentralWidget(body)
        self.message = QLabel("Open a sound file, or drop one here.")
        self.message.setContentsMargins(10, 0, 0, 0)
        self.levels = QLabel()
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setFixedWidth(160)
        self.progress.setAccessibleName("Progress of the render")
        self.progress.hide()
        self.statusBar().addWidget(self.message, 1)
        self.statusBar().addPermanentWidget(self.levels)
        self.statusBar().addPermanentWidget(self.progress)
        self.params_slot, self.presets_slot, self.guide_view = Slot(), Slot(), GuideView()
        pages: list[tuple[str, QWidget]] = [("Parameters", self.params_slot), ("Presets", self.presets_slot), *self.pictures.slots.items()]
        pages += [("History", self.history), ("Ask", self.ask), ("Batch", self.batch), ("Guide", self.guide_view)]
        for name, page in pages:
            self.tabs.addTab(page, name)
        self.chain_menu = QMenu(self)
        self.chain_menu.aboutToShow.connect(self._fill_chain_menu)
        self.bar.add.setMenu(self.chain_menu)
        self.recent = QMenu(self)
        self.recent.aboutToShow.connect(self._fill_recent)
        self.bar.open.setMenu(self.recent)

    def _connect(self) -> None:
        bar, told = self.bar, self.told
        told.session.connect(self._heard)
        told.moved.connect(self._moved)
        told.status.connect(self._live_status)
        told.metrics.connect(self._live_metrics)
        told.snapshot.connect(self._took)
        told.snapshot_failed.connect(self.fail)
        self.tasks.failed.connect(self.fail)
        self.pictures.failed.connect(self.fail)
        bar.local.clicked.connect(lambda: self.set_mode("local"))
        bar.plugin.clicked.connect(lambda: self.set_mode("plugin"))
        bar.effect.activated.connect(lambda index: self.session.replace_effect(bar.effect.itemData(index)))
        bar.instance.activated.connect(lambda index: self.attach(bar.instance.itemData(index)))
        bar.bypass.toggled.connect(self._bypass)
        bar.snapshot.clicked.connect(self.take_snapshot)
        bar.previous.clicked.connect(lambda: self.presets.step(-1))
        bar.next.clicked.connect(lambda: self.presets.step(1))
        bar.undo.clicked.connect(lambda: self.model.undo())
        bar.redo.clicked.connect(lambda: self.model.redo())
        bar.a.clicked.connect(lambda: self.model.set_side("a"))
        bar.b.clicked.connect(lambda: self.model.set_side("b"))
        bar.copy.clicked.connect(lambda: self.model.copy_side())
        bar.open.clicked.connect(self._ask_open)
        bar.save.clicked.connect(self._ask_save)
        bar.record.toggled.connect(self._record)
        bar.play.toggled.connect(self.play)
        bar.stop.clicked.connect(self._stop)
        bar.dry.clicked.connect(lambda: self.choose_sound("dry"))
        bar.wet.clicked.connect(lambda: self.choose_sound("wet"))
        bar.match.toggled.connect(lambda on: self._show_sound())
        bar.loop.toggled.connect(self._loop)
        bar.output.activated.connect(lambda index: self.choose_card(bar.output.itemData(index)))
        bar.theme.clicked.connect(lambda: self.set_theme("light" if self.colours.name == "dark" else "dark"))
        self.history.listened.connect(self.listen)
        self.history.restored.connect(self.session.restore)
        self.tabs.currentChanged.connect(lambda index: self.pictures.show())

        for button in bar.findChildren(QToolButton):
            if keys := button.property("keys"):
                QShortcut(QKeySequence(keys), self, functools.partial(press, button))

    def _connect_waves(self, waves: "WavesTab") -> None:
        waves.sought.connect(lambda seconds: self.mixer.seek(int(seconds * self.mixer.rate)))
        waves.looped.connect(lambda start, stop: self._loop(self.bar.loop.isChecked()))
        waves.loop_wanted.connect(lambda: self.bar.loop.setChecked(True))

    @property
    def is_calm(self) -> bool:
        """Whether nothing is rendered, worked out or built."""
        return self.session.renderer.is_idle and self.tasks.is_idle and self.later.is_idle and self.pictures.is_idle

    @property
    def model(self) -> Model:
        """What is edited: values here, or the plugin's."""
        return self.live or self.session.document

    def _fill_tabs(self) -> None:
        """Make the pages that belong to an effect anew, beginning with the one in front."""
        model = self.model
        self.colours = theme(self.colours.name, model.effect)
        self.later.clear()
        self.params = ParamsTab(model, lambda: self.colours)
        self.params.failed.connect(self.fail)
        self.params.hint.connect(self._hint)
        for key, box in (("amount", self.params.amount), ("seed", self.params.seed)):
            box.setValue(self.settings.get(key, box.value()))
            box.valueChanged.connect(functools.partial(self.settings.put, key))
        self.params.setEnabled(self.live is None or self.live.is_connected)
        self.params_slot.take(self.params)
        self.later.add(self.params.fill())
        self.presets = PresetsTab(model, self.settings)
        self.presets.failed.connect(self.fail)
        self.presets_slot.take(self.presets)
        self.later.add(self._fill_guide())
        self.tabs.setTabVisible(self.tabs.indexOf(self.pictures.slots["Decay"]), model.info.category == "reverb")
        self._show_chain()
        self._show_names()

    def _fill_guide(self) -> Iterator[None]:
        self.guide_view.show_effect(self.model.info, self.colours)
        yield

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front."""
        self.tabs.show_name(name)

    def set_theme(self, name: str) -> None:
        """ "dark" or "light"."""
        self.colours = theme(name, self.model.effect)
        self.settings.put("theme", name)
        self.tabs.set_theme(self.colours, (self.bar, self.statusBar()))
        self.pictures.show()

    def fail(self, text: str) -> None:
        """Say what went wrong, where people look, and go on."""
        self.message.setText(text)
        self.message.setToolTip(text)
        self.message.setStyleSheet(f"color: {self.colours.danger}")
        QTimer.singleShot(8000, self._calm)

    def _hint(self, text: str) -> None:
        if not self.message.styleSheet() and time.monotonic() - self._said_s > _SAID_S:  # What happened stays a while
            self.message.setText(text)

    def _calm(self) -> None:
        if not self._closed:
            self.message.setStyleSheet("")

    def say(self, text: str) -> None:
        """Tell something that is no failure."""
        self._said_s = time.monotonic()
        self.message.setStyleSheet("")
        self.message.setText(text)
        self.message.setToolTip("")

    # What the session tells

    def _heard(self, what: str, about: Any) -> None:
        if self._closed:
            return
        if what == "clip":
            self.captured = None
            self.say(
                f"{about.name}: {about.seconds:.2f} s, {about.rate:g} Hz, {about.n_channels} channel{'s' if about.n_channels > 1 else ''}"
            )
            if about.path:
                self.settings.add_recent(about.path)
            self.mixer.stop()
            self._show_sound()
            self.pictures.show()
        elif what == "values" and self.live is None:
            self._moved(self.session.document, about)
        elif what == "chain":
            if self.live is None:
                self._fill_tabs()
                self.set_theme(self.colours.name)
            self._show_chain()
        elif what == "progress":
            self.progress.show()
            self.progress.setValue(int(about * 1000))
        elif what == "wet":
            self.progress.hide()
            self._show_sound()
            self.pictures.show()
        elif what == "history":
            self.history.follow(self.session.history)
        elif what == "failed":
            self.progress.hide()
            self.fail(str(about) or type(about).__name__)

    def _moved(self, model: object, keys: frozenset[str]) -> None:
        if model is self.model and not self._closed:
            self.params.follow(keys)
            self._show_names()
            if self.tabs.currentWidget() is self.pictures.slots["Decay"]:
                self.pictures.show()

    def _show_names(self) -> None:
        model = self.model
        self.bar.preset.setText(f"{model.preset or '–'}{' *' if model.is_edited else ''}")
        for button, steps, word in ((self.bar.undo, model.steps, "Undo"), (self.bar.redo, model.taken_back, "Redo")):
            button.setEnabled(bool(steps))
            button.setToolTip(f"{word}: {steps[0].label}" if steps else word)
        self.bar.a.setChecked(model.side == "a")
        self.bar.b.setChecked(model.side == "b")
        self.bar.effect.setCurrentIndex(self.bar.effect.findData(self.session.document.effect))

    def _show_chain(self) -> None:
        session = self.session
        shown = [document.info.name for document in session.chain] if self.live is None and len(session.chain) > 1 else []
        self.bar.show_chain(shown, session.selected, session.select, session.remove_effect)

    def _fill_chain_menu(self) -> None:
        self.chain_menu.clear()
        for name in effects():
            self.chain_menu.addAction(f"Add {effect_info(name).name}", functools.partial(self.session.add_effect, name))
        chain = self.session.chain
        for number, document in enumerate(chain if len(chain) > 1 else ()):
            self.chain_menu.addAction(f"Take out {number + 1}: {document.info.name}", functools.partial(self.session.remove_effect, number))

    def _ask_open(self) -> None:
        kinds = "Sound (*.wav *.flac *.aiff *.aif *.ogg *.mp3 *.opus *.w64 *.caf);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self, "Open a sound file", self.settings.get("folder", ""), kinds)
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Work on a file."""
        self.settings.put("folder", str(path.parent))
        self.say(f"Reading {path.name} …")
        self.session.open(path)

    def _ask_save(self) -> None:
        name = f"{self.session.clip.name if self.session.clip else 'sound'}-{self.model.effect}.wav"
        path, _ = QFileDialog.getSaveFileName(self, "Save what the effects made", str(Path(self.settings.get("folder", "")) / name))
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write what is heard, whole or not at all."""
        wet = self.captured[1] if self.captured else self.session.wet
        if wet is None:
            self.fail("there is nothing to save yet: open a file first")
            return
        self.tasks.run("save", lambda: write(path, wet.samples, wet.rate), lambda _: self.say(f"Saved {path}"))

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self.settings.recent():
            self.recent.addAction(path, functools.partial(self.open, Path(path)))
        if self.recent.isEmpty():
            self.recent.addAction("Nothing was opened yet").setEnabled(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            path = Path(url.toLocalFile())
            if path.suffix == ".json":
                self.presets.dropped(str(path))
            elif path.is_dir():
                self.batch.choose_input(path)
                self.show_tab("Batch")
            else:
                self.open(path)

    def _record(self, on: bool) -> None:
        try:
            if on:
                self.recorder.start()
                self.say("Recording …")
            else:
                self.tasks.run("record", self.recorder.stop, self._recorded)
        except OSError as error:
            self.bar.record.blockSignals(True)
            self.bar.record.setChecked(False)
            self.bar.record.blockSignals(False)
            self.fail(str(error))

    def _recorded(self, clip: Clip | None) -> None:
        if clip:
            self.session.take(clip)
        else:
            self.fail("nothing came from the input: choose another in the system's settings of sound")

    # Playing

    def sounds(self) -> tuple[Clip | None, Clip | None]:
        """Dry and wet: what the plugin did, or the file and its render."""
        return self.captured or (self.session.clip, self.session.wet)

    def choose_sound(self, which: str) -> None:
        """ "dry" or "wet"; while playing, without a click."""
        self.bar.dry.setChecked(which == "dry")
        self.bar.wet.setChecked(which == "wet")
        self._show_sound()

    def _show_sound(self) -> None:
        dry, wet = self.sounds()
        heard = dry if self.bar.dry.isChecked() or wet is None else wet
        if heard is None:
            return
        if not self.mixer.has_sound:
            self.mixer.show(heard)  # At once: somebody may press play
        if heard is wet and dry is not None and self.bar.match.isChecked():
            self.tasks.run("match", lambda: match_gain(heard, dry), lambda gain: self.mixer.show(heard, gain))
        else:
            self.tasks.run("match", lambda: 1.0, lambda gain: self.mixer.show(heard, gain))
        self.pictures.set_clips(dry, wet)

    def listen(self, clip: Clip) -> None:
        """Play a clip that is neither dry nor the newest wet."""
        self.mixer.show(clip)
        self.bar.play.setChecked(True)
        self.play(True)

    def play(self, on: bool) -> None:
        """Play or pause."""
        if not on:
            self.mixer.pause()
            return
        self.mixer.play()
        try:
            self.card.start(self.mixer.rate, self.mixer.n_channels, self.mixer.block)
        except OSError as error:
            self.bar.play.setChecked(False)
            self.fail(str(error))

    def _stop(self) -> None:
        self.bar.play.setChecked(False)
        self.mixer.stop()

    def _loop(self, on: bool) -> None:
        dry, _ = self.sounds()
        region = self.pictures.waves.loop
        if on and dry and region.getRegion()[1] <= region.getRegion()[0]:
            region.setRegion((0.0, dry.seconds))
        region.setVisible(on)
        start, stop = region.getRegion()
        self.mixer.set_loop((int(start * self.mixer.rate), int(stop * self.mixer.rate)) if on else None)

    def fill_cards(self) -> None:
        self.tasks.run("cards", find_cards, lambda found: self._show_cards(*found))

    def _show_cards(self, names: list[str], trouble: str = "") -> None:
        if trouble:
            self.fail(f"Nothing will be heard: {trouble}")
        self.bar.show_outputs(names, None if (wanted := self.settings.get("output", "")) == _NO_SOUND else wanted, trouble)
        self._use_card(self.bar.output.currentData())

    def choose_card(self, name: str | None) -> None:
        """Play on another device, the next time as well; None plays to nobody."""
        self.settings.put("output", _NO_SOUND if name is None else name)
        self._use_card(name)

    def _use_card(self, name: str | None) -> None:
        playing = self.mixer.is_playing
        self.card.stop()
        self.card = NullCard() if name is None else SoundCard(name or None)
        if playing:
            self.play(True)

    def _tick(self) -> None:
        if self.mixer.is_playing:
            self.pictures.show_position(self.mixer.position / self.mixer.rate)
        elif self.bar.play.isChecked():
            self.bar.play.setChecked(False)

    # A plugin in a host

    @property
    def mode(self) -> str:
        """ "local" or "plugin"."""
        return "plugin" if self.bar.plugin.isChecked() else "local"

    def set_mode(self, mode: str) -> None:
        """Change over; what sounds stays as it is."""
        self.bar.plugin.setChecked(mode == "plugin")
        self.bar.local.setChecked(mode == "local")
        if mode == "local" and self.live:
            self._let_go()
        elif mode == "plugin" and self.live is None:
            self._look_for_plugins()
            if self.live is None:
                self.say(NO_PLUGIN)
        self._set_mode_widgets()

    def _let_go(self) -> None:
        self._leave()
        self.captured = None
        self._fill_tabs()
        self.set_theme(self.colours.name)
        self._show_sound()
        self.pictures.show()

    def _leave(self) -> None:
        session, self.live = self.live, None
        self._left = [each for each in self._left if not each.has_ended]
        if session:
            session.let_go()
            self._left.append(session)

    def _set_mode_widgets(self) -> None:
        plugin = self.mode == "plugin"
        self.bar.effect.setVisible(not plugin)
        self.bar.add.setEnabled(not plugin)
        self.bar.add.setToolTip(NO_CHAINS if plugin else CHAINS)
        self.bar.add.setAccessibleDescription(NO_CHAINS if plugin else "")
        for widget in (self.bar.instance, self.bar.bypass, self.bar.snapshot):
            widget.setVisible(plugin)
        self.bar.record.setEnabled(not plugin)
        (self._looker.start if plugin else self._looker.stop)()
        self._show_chain()

    def _look_for_plugins(self) -> None:
        found = live.instances()
        listed = [self.bar.instance.itemData(index) for index in range(self.bar.instance.count())]
        if found != listed:  # Another name is news, too: a track has it
            self.bar.instance.clear()
            self.bar.instance.setToolTip("" if found else NO_PLUGIN)
            for each in found:
                self.bar.instance.addItem(f"{each.name}  ({each.format} in {each.host})", each)
        if found and self.live is None and self.mode == "plugin":
            last = self.settings.get("instance", "")
            self.attach(next((each for each in found if each.id == last), found[0]))
        if self.live:
            ids = [each.id for each in found]
            self.bar.instance.setCurrentIndex(ids.index(self.live.instance.id) if self.live.instance.id in ids else -1)

    def attach(self, instance: live.Instance) -> None:
        """Edit this plugin from now on."""
        if self.live and self.live.instance.id == instance.id:
            return
        self._leave()
        self.captured = None
        session: LiveSession | None = None
        session = LiveSession(
            instance,
            changed=lambda keys: self.told.moved.emit(session, keys),
            status=lambda text, answers: self.told.status.emit(session, text, answers),
            metrics=lambda found: self.told.metrics.emit(session, found),
        )
        self.live = session
        self.settings.put("instance", instance.id)
        self._fill_tabs()
        self.set_theme(self.colours.name)

    def _live_status(self, session: object, text: str, answers: bool) -> None:
        if session is self.live and not self._closed:
            stays = f"; the chain of {len(self.session.chain)} effects stays in Local" if len(self.session.chain) > 1 else ""
            (self.say if answers else self.fail)(text + stays)
            self.params.setEnabled(answers)
            self.params.follow(frozenset())
            self._show_names()

    def _live_metrics(self, session: object, found: live.Metrics) -> None:
        if session is self.live and not self._closed:
            loud = f"{found.wet_lufs:.1f}" if found.wet_lufs > _SILENT_LUFS else "–"
            self.levels.setText(
                f"in {found.dry_rms_db:.1f} dB   out {found.wet_rms_db:.1f} dB   {loud} LUFS   "
                f"peak {found.wet_true_peak_db:.1f} dB   block {found.load_percent:.1f} %"
            )

    def _bypass(self, on: bool) -> None:
        if self.live:
            self.live.bypass(on)

    def take_snapshot(self) -> None:
        """Show and play what the plugin did in the last seconds."""
        if self.live:
            self.say("Listening …")
            own, name = self.live, self.live.instance.name

            def took(found: live.Snapshot) -> None:
                sounds = (("dry", found.dry), ("wet", found.wet))
                self.told.snapshot.emit(own, tuple(drawable(as_clip(x, found.sample_rate, f"{name}, {part}")) for part, x in sounds))

            own.snapshot(_SNAPSHOT_S, took, lambda error: self.told.snapshot_failed.emit(str(error)))

    def _took(self, session: object, clips: tuple[Clip, Clip]) -> None:
        if session is self.live and self.live and not self._closed:
            self.captured = clips
            self.say(f"{clips[0].seconds:.2f} s of {self.live.instance.name}")
            self._show_sound()
            self.pictures.show()

    # Beginning and end

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.pictures.load()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._closed = True
        self._timer.stop()
        self._looker.stop()
        remember(self)
        self.card.stop()
        self.recorder.close()
        self.ask.close_session()
        self.batch.close_run()
        self.later.clear()
        self.pictures.close()
        self._leave()
        for session in self._left:
            session.close()
        self.session.close()
        self.tasks.close()
        super().closeEvent(event)
