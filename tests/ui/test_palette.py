"""Every text is readable on every surface it may appear on, in both palettes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from desktop_chat.ui.style.palette import DARK, DARK_HIGH, LIGHT, LIGHT_HIGH, Palette, contrast, mixed
from desktop_chat.ui.transcript.render_style import code_colours

SURFACES = ("background", "sidebar", "card", "code_background", "hover", "accent_soft")
TEXTS = ("text", "muted", "accent", "danger", "warning", "success")
AAA_TEXT, AA_TEXT, AA_GRAPHIC = 7.0, 4.5, 3.0

palettes = pytest.mark.parametrize(
    "palette", [LIGHT, DARK, LIGHT_HIGH, DARK_HIGH], ids=["light", "dark", "light, high", "dark, high"]
)


@palettes
@pytest.mark.parametrize(("text", "surface"), list(product(TEXTS, SURFACES)))
def test_text_is_readable(palette: Palette, text: str, surface: str) -> None:
    assert contrast(getattr(palette, text), getattr(palette, surface)) >= AA_TEXT


@palettes
def test_text_on_filled_surfaces_is_readable(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= AA_TEXT
    assert contrast(palette.on_accent, palette.accent_hover) >= AA_TEXT
    assert contrast(palette.background, palette.danger) >= AA_TEXT
    assert contrast(palette.text, palette.selection) >= AA_TEXT
    assert contrast(palette.text, palette.pressed) >= AA_TEXT


@palettes
def test_find_marks_are_readable_in_every_text_colour(palette: Palette) -> None:
    letters = [palette.text, palette.muted, palette.accent, *code_colours(palette).values()]
    assert min(contrast(colour, palette.hit) for colour in letters) >= AA_TEXT
    assert contrast(palette.on_hit_current, palette.hit_current) >= AA_TEXT
    assert contrast(palette.hit_current, palette.hit) > 1.25, "the one that is looked at is told from the others"
    assert contrast(palette.warning, palette.background) >= AA_GRAPHIC, "beside the scroll bar"


@palettes
def test_the_focus_ring_is_visible(palette: Palette) -> None:
    assert contrast(palette.accent, palette.background) >= AA_GRAPHIC
    assert contrast(palette.accent, palette.sidebar) >= AA_GRAPHIC
    assert contrast(palette.accent, palette.card) >= AA_GRAPHIC


@pytest.mark.parametrize("palette", [LIGHT_HIGH, DARK_HIGH], ids=["light", "dark"])
def test_high_contrast_is_high(palette: Palette) -> None:
    texts = [getattr(palette, name) for name in TEXTS] + [*code_colours(palette).values()]
    assert min(contrast(text, getattr(palette, surface)) for text in texts for surface in SURFACES) >= AAA_TEXT
    assert min(contrast(palette.border, getattr(palette, surface)) for surface in SURFACES) >= AA_TEXT
    assert contrast(palette.text, palette.selection) >= AAA_TEXT


def test_contrast_follows_the_guideline() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_mixing_interpolates_colours() -> None:
    assert mixed("#000000", "#FF8000", 0) == "#000000"
    assert mixed("#000000", "#FF8000", 0.5) == "#804000"
    assert mixed("#000000", "#FF8000", 1) == "#FF8000"


def test_a_palette_is_immutable() -> None:
    with pytest.raises(AttributeError):
        LIGHT.text = "#000000"  # type: ignore[misc]  # that is the point
    assert replace(LIGHT, text="#000000").text == "#000000"
