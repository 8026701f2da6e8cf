# SPDX-License-Identifier: ISC
"""What the program does to files, without a window: a clip, a chain of effects, renders, their history."""

import dataclasses
import threading
from collections.abc import Callable
from pathlib import Path

from .. import Analysis, Params, write
from ._clip import Clip, drawable, read_clip
from ._document import Document
from ._renderer import Rendered, Renderer, Wish, render_wish

MAX_HISTORY = 50
MAX_HISTORY_BYTES = 1 << 30
"""Of sound that the history keeps; what does not fit is rendered again when it is wanted."""


@dataclasses.dataclass(eq=False, slots=True)
class Entry:
    """A render of the past."""

    wish: Wish
    wet: Clip | None
    """None where it had to make room."""
    seconds: float
    _figures: Analysis | None = None

    @property
    def label(self) -> str:
        """What it was called."""
        return self.wish.label

    @property
    def steps(self) -> tuple[Params, ...]:
        """Values of every effect."""
        return self.wish.steps

    def sound(self, progress: Callable[[float], None]) -> Clip:
        """What came out, rendered again where it is not kept; any thread.  `progress` may raise to stop that."""
        return self.wet or render_wish(self.wish, progress)

    def figures(self, progress: Callable[[float], None]) -> Analysis:
        """Its measures; any thread."""
        self._figures = self._figures or self.sound(progress).figures
        return self._figures


def bounded(entries: list[Entry], clip: Clip | None, most: int) -> list[Entry]:
    """The newest entries, with no more than `most` bytes of sound beside the newest render and `clip`, which are there anyway.

    The oldest lose what was rendered; those of other files go whole where not even the file fits.
    """
    used, dry = 0, {id(clip)}
    for number, entry in enumerate(entries[:MAX_HISTORY]):
        if id(entry.wish.clip) not in dry:
            dry.add(id(entry.wish.clip))
            used += entry.wish.clip.samples.nbytes
        if used > most:
            return entries[:number]
        if number and entry.wet:
            used += entry.wet.samples.nbytes
            if used > most:
                used -= entry.wet.samples.nbytes
                entry.wet = None
    return entries[:MAX_HISTORY]


def _label(document: Document) -> str:
    """The preset, and what was moved last since it was loaded."""
    return f"{document.preset or 'own values'}{f' * {document.last_move}' if document.last_move else ''}"


class Session:
    """Local work.  Made and called by one thread; `told` is called by any, with what happened.

    Words of `told`: "clip" (another one is open), "chain", "values", "progress", "wet" (a render is through),
    "failed" (with the error), "history".
    """

    def __init__(self, effect: str, told: Callable[[str, object], None]) -> None:
        self._told = told
        self.clip: Clip | None = None
        self.wet: Clip | None = None
        self.chain: list[Document] = [self._document(effect)]
        self.selected = 0
        self.aside: dict[str, Document] = {}
        """Of effects that were replaced, to come back as they were."""
        self.history: list[Entry] = []
        self._guard = threading.Lock()
        self._label = ""
        self.renderer = Renderer(self._done, lambda wish, error: told("failed", error), lambda wish, fraction: told("progress", fraction))

    def _document(self, effect: str) -> Document:
        return Document(effect, self._moved)

    def _moved(self, keys: frozenset[str]) -> None:
        self._told("values", keys)
        if keys:
            self.render()

    @property
    def document(self) -> Document:
        """The values that are edited now."""
        return self.chain[self.selected]

    def open(self, path: Path) -> None:
        """Read a file in the background, and render it."""

        def work() -> None:
            try:
                clip = drawable(read_clip(path))
            except (OSError, ValueError, MemoryError) as error:
                self._told("failed", error if str(error) else OSError(f"{path}: not enough memory"))
            else:
                self.take(clip)

        threading.Thread(target=work, name="vstkit open", daemon=True).start()

    def take(self, clip: Clip) -> None:
        """Work on this sound from now on."""
        self.clip, self.wet = clip, None
        self._told("clip", clip)
        self.render()

    def render(self) -> None:
        """Want what the values say."""
        clip = self.clip
        if clip:
            steps = tuple(document.values for document in self.chain)
            self._label = " → ".join(_label(document) for document in self.chain)
            self.renderer.wish(Wish(clip, steps, self._label))

    def _done(self, rendered: Rendered) -> None:
        entry = Entry(rendered.wish, drawable(rendered.wet), rendered.wet.seconds)
        with self._guard:
            if rendered.wish.clip is not self.clip:
                return
            self.wet = rendered.wet
            self.history = bounded([entry, *self.history], self.clip, MAX_HISTORY_BYTES)
        self._told("wet", rendered.wet)
        self._told("history", None)

    def restore(self, entry: Entry) -> None:
        """Take on the values of a render of the past, each a step that can be undone."""
        if [values.effect for values in entry.steps] != [document.effect for document in self.chain]:
            self.chain = [self._document(values.effect) for values in entry.steps]
            self.selected = 0
            self._told("chain", None)
        for document, values in zip(self.chain, entry.steps, strict=True):
            document.set(dict(values.items()), f"Back to {entry.label}")

    def begin_chain(self, names: list[str], selected: int) -> None:
        """Have these effects instead, before anybody listens; the one that was there is edited, where it is one of them."""
        effect = self.document.effect
        if effect in names:
            self.chain = [self._document(name) for name in names]
            self.selected = selected if 0 <= selected < len(names) and names[selected] == effect else names.index(effect)

    def put_aside(self, effect: str, fill: Callable[[Document], None]) -> None:
        """Have a document ready for when this effect is chosen."""
        self.aside[effect] = self._document(effect)
        fill(self.aside[effect])

    def select(self, index: int) -> None:
        """Edit another effect of the chain."""
        self.selected = index
        self._told("chain", None)

    def add_effect(self, effect: str) -> None:
        """Let the sound go through one more."""
        self.chain.append(self._document(effect))
        self.select(len(self.chain) - 1)
        self.render()

    def remove_effect(self, index: int) -> None:
        """Take one out of the chain; the last one stays."""
        if len(self.chain) > 1:
            del self.chain[index]
            self.select(min(self.selected, len(self.chain) - 1))
            self.render()

    def replace_effect(self, effect: str) -> None:
        """Have another effect where the selected one is."""
        if effect != self.document.effect:
            self.aside[self.document.effect] = self.document
            self.chain[self.selected] = self.aside.pop(effect) if effect in self.aside else self._document(effect)
            self.select(self.selected)
            self.render()

    def save(self, path: Path) -> None:
        """Write what the effects made; the name's ending says in which format.  Raises OSError, ValueError."""
        if self.wet is None:
            raise ValueError("there is nothing to save yet: open a file first")
        write(path, self.wet.samples, self.wet.rate)

    def close(self) -> None:
        """Stop working."""
        self.renderer.close()
