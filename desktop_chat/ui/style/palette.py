"""The colours of the window, and nothing else, so that every pair can be checked for contrast."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Palette:
    """Colour tokens as ``#RRGGBB``; the derived ones are mixed from these and keep their contrast."""

    background: str
    sidebar: str
    card: str
    border: str
    text: str
    muted: str
    code_background: str
    accent: str
    on_accent: str
    danger: str
    warning: str
    success: str
    selection: str
    hit: str
    hit_current: str
    on_hit_current: str
    dark: bool
    high: bool = False
    """Of high contrast."""

    @property
    def hover(self) -> str:
        """A surface under the pointer."""
        return mixed(self.background, self.text, 0.06)

    @property
    def pressed(self) -> str:
        """A surface under a pressed button, and a chosen row."""
        return mixed(self.background, self.text, 0.11)

    @property
    def accent_hover(self) -> str:
        """The primary button under the pointer: further from its own text, never nearer."""
        return mixed(self.accent, _further(self.on_accent), 0.12)

    @property
    def accent_soft(self) -> str:
        """A quiet accent surface for a chosen item."""
        return mixed(self.background, self.accent, 0.12)

    @property
    def accent_border(self) -> str:
        """The outline of the box that is written in most of the time: seen, but not in the way."""
        return mixed(self.border, self.accent, 0.6)

    @property
    def field_border(self) -> str:
        """The outline of something one can type in: stronger than a hairline."""
        return mixed(self.border, self.text, 0.14)

    @property
    def disabled(self) -> str:
        """Text of what cannot be used now."""
        return mixed(self.background, self.muted, 0.62)


LIGHT = Palette(
    background="#FFFFFF",
    sidebar="#F6F6F4",
    card="#F1F1EE",
    border="#DEDED8",
    text="#1C1C1A",
    muted="#63635E",
    code_background="#F7F7F5",
    accent="#1F6F5C",
    on_accent="#FFFFFF",
    danger="#B3261E",
    warning="#855600",
    success="#24703A",
    selection="#BFE3D8",
    hit="#FFE799",
    hit_current="#F5B83D",
    on_hit_current="#1C1C1A",
    dark=False,
)

DARK = Palette(
    background="#1B1C1D",
    sidebar="#161718",
    card="#26282A",
    border="#3A3D40",
    text="#ECECEA",
    muted="#A6A9AC",
    code_background="#222426",
    accent="#5CC2A7",
    on_accent="#0E1513",
    danger="#F2938C",
    warning="#E3B341",
    success="#7CC98F",
    selection="#2F5C50",
    hit="#493C12",
    hit_current="#E3B341",
    on_hit_current="#1C1C1A",
    dark=True,
)

LIGHT_HIGH = replace(
    LIGHT,
    sidebar="#FFFFFF",
    card="#FFFFFF",
    border="#3C3C39",
    text="#000000",
    muted="#2E2E2B",
    code_background="#FFFFFF",
    accent="#0B4A3B",
    danger="#8A1212",
    warning="#5F3D00",
    success="#10501F",
    selection="#A6DCCB",
    high=True,
)
"""For those who ask their desktop for high contrast: surfaces are told apart by borders, not by shades."""

DARK_HIGH = replace(
    DARK,
    background="#000000",
    sidebar="#000000",
    card="#000000",
    border="#C9CBCE",
    text="#FFFFFF",
    muted="#DADCDE",
    code_background="#000000",
    accent="#8FE8CF",
    on_accent="#000000",
    danger="#FFB9B4",
    warning="#FFD56B",
    success="#A9E8B7",
    selection="#1F5A4C",
    hit="#3A2F0A",
    high=True,
)


def mixed(base: str, other: str, share: float) -> str:
    """``base`` with ``share`` (0 to 1) of ``other`` in it."""
    pairs = zip(_channels(base), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _further(colour: str) -> str:
    return "#000000" if _luminance(colour) > 0.5 else "#FFFFFF"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [_linear(channel / 255) for channel in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
