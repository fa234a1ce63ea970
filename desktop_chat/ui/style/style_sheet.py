"""Fills the colours and lengths of a theme into the one style sheet of the application, `themes/window.qss`."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from desktop_chat.ui.resources import resource_text

if TYPE_CHECKING:
    from desktop_chat.ui.style.palette import Palette


def style_sheet(palette: Palette, zoom: float, glyphs: str) -> str:
    """Return the QSS for the whole application; `glyphs` is the folder of the small images, with `/` as separator.

    In the template, colours are written as `@token` and lengths as `8px` at zoom 1.
    """
    tokens = _tokens(palette) | {"glyphs": glyphs}
    template = resource_text("themes/window.qss")
    scaled = re.sub(r"(radius: )?\b(\d+(?:\.\d+)?)px", lambda found: _scaled(found, zoom), template)
    return re.sub(r"@(\w+)", lambda found: tokens[found[1]], scaled)


def _tokens(palette: Palette) -> dict[str, str]:
    names = ("background", "sidebar", "card", "border", "text", "muted", "code_background", "accent", "on_accent",
             "danger", "warning", "success", "selection", "hover", "pressed", "accent_hover", "accent_soft",
             "field_border", "disabled")  # fmt: skip
    return {name: str(getattr(palette, name)) for name in names}


def _scaled(found: re.Match[str], zoom: float) -> str:
    """Scale a length; a hairline stays one pixel thin.

    Radii are rounded down: Qt draws square corners if two radii exceed the side.
    """
    length = float(found[2])
    if found[1]:
        return f"{found[1]}{math.floor(length * zoom)}px"
    return f"{round(length) if length <= 1 else max(1, round(length * zoom))}px"
