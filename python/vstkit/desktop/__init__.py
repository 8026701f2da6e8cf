# SPDX-License-Identifier: ISC
"""The desktop program: hear, see, compare and ask, on files or on a plugin that plays in a DAW.

`vstkit-desktop` starts it; so does `python -m vstkit.desktop`.  Needs the extra `vstkit[desktop]` (Qt for the
window, pyqtgraph for curves, sounddevice to play).  What it does is in modules without Qt: `Document`,
`Renderer`, `Mixer`, `LiveSession`.
"""

from ._clip import Clip, Pyramid, as_clip, read_clip
from ._document import Document, Step
from ._main import main
from ._player import Mixer, NullCard, SoundCard, cards, match_gain
from ._renderer import Rendered, Renderer, Wish

__all__ = [
    "Clip",
    "Document",
    "Mixer",
    "NullCard",
    "Pyramid",
    "Rendered",
    "Renderer",
    "SoundCard",
    "Step",
    "Wish",
    "as_clip",
    "cards",
    "main",
    "match_gain",
    "read_clip",
]
