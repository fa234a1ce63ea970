"""The colours of highlighted code: few, quiet, and readable on the code background in both schemes."""

from __future__ import annotations

from desktop_chat.ui.style.palette import Palette, mixed

_LIGHT = {
    "keyword": "#7A3E9D",
    "string": "#2A6B3C",
    "number": "#9A4A00",
    "function": "#1F5FA8",
    "type": "#0F6B6B",
    "literal": "#9A4A00",
}
_DARK = {
    "keyword": "#C9A1E8",
    "string": "#97CF9E",
    "number": "#E8B478",
    "function": "#8FBFF0",
    "type": "#7FD0C9",
    "literal": "#E8B478",
}


def code_colours(palette: Palette) -> dict[str, str]:
    """Return the colour of each part of code that `highlight` names, each under "code:" and its name."""
    colours = _DARK if palette.dark else _LIGHT
    if palette.high:
        colours = {name: mixed(colour, palette.text, 0.3) for name, colour in colours.items()}
    shades = {
        **colours,
        "comment": palette.muted,
        "deleted": palette.danger,
        "inserted": palette.success,
        "heading": palette.text,
    }
    return {f"code:{name}": colour for name, colour in shades.items()}
