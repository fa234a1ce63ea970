"""Highlighted code is readable in both schemes."""

from __future__ import annotations

import pytest

from desktop_chat.markdown.highlight import _PREFIXES
from desktop_chat.ui.style.theme import DARK, LIGHT, Palette, contrast
from desktop_chat.ui.transcript.render_style import code_colours


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_token_colour_is_readable(palette: Palette) -> None:
    colours = code_colours(palette)
    assert set(colours) == {f"code:{name}" for _, name in _PREFIXES}
    assert all(contrast(colour, palette.code_background) >= 4.5 for colour in colours.values())
