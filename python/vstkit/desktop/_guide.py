# SPDX-License-Identifier: ISC
"""The guide of an effect, from its table."""

from html import escape

from PySide6.QtWidgets import QTextBrowser

from .. import Effect, Parameter
from ._theme import Theme


def _range(parameter: Parameter) -> str:
    if parameter.choices:
        return ", ".join(parameter.choices)
    unit = f" {parameter.unit}" if parameter.unit else ""
    many = f"{parameter.count} × " if parameter.count > 1 else ""
    return f"{many}{parameter.min:g} – {parameter.max:g}{unit}"


def guide_html(info: Effect, colours: Theme) -> str:
    """Every parameter with its range and help, by section."""
    parts = [f"<h1>{escape(info.name)} {escape(info.version)}</h1><p>{escape(info.description)}.</p>"]
    for section, title in info.sections.items():
        rows = [row for row in info.parameters.values() if row.section == section and not row.flags & {"hidden", "state_only"}]
        if rows:
            parts.append(f'<h2 style="color:{colours.accent_ink}">{escape(title)}</h2><table cellspacing="0" cellpadding="5" width="100%">')
            parts += [
                f'<tr><td width="22%"><b>{escape(row.name)}</b><br><code style="color:{colours.soft}">{escape(row.key)}</code></td>'
                f'<td width="28%">{escape(_range(row))}</td><td>{escape(row.help)}</td></tr>'
                for row in rows
            ]
            parts.append("</table>")
    if info.solve_keys:
        parts.append(f"<p>Can be asked for instead of set: <code>{escape(', '.join(info.solve_keys))}</code>.</p>")
    parts.append(
        "<h2>Hands and keys</h2><p>Drag a control; Shift is ten times finer, Escape takes a drag back, a double click or Ctrl-click "
        "resets. "
        "Click a value to type it: “1.2k”, “-6 dB”, “20 ms”. A locked parameter is moved by your hand only.</p>"
    )
    return "".join(parts)


class GuideView(QTextBrowser):
    """The guide, as a page."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Guide")
        self.document().setDocumentMargin(14.0)
        self._info: Effect | None = None

    def show_effect(self, info: Effect, colours: Theme) -> None:
        """Tell of this one."""
        self._info = info
        self.set_theme(colours)

    def set_theme(self, colours: Theme) -> None:
        """Take on other colours."""
        if self._info:
            self.setHtml(guide_html(self._info, colours))
