"""The colours of the window, kept separate so that every pair can be checked for contrast."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Palette:
    """Colour tokens as `#RRGGBB`; derived colours are mixed from these and keep their contrast."""

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
    """Whether this is a high-contrast palette."""

    @property
    def hover(self) -> str:
        """A hovered surface."""
        return mixed(self.background, self.text, 0.06)

    @property
    def pressed(self) -> str:
        """A pressed button, or a selected row."""
        return mixed(self.background, self.text, 0.11)

    @property
    def link(self) -> str:
        """The text of a link."""
        return self.accent

    @property
    def accent_hover(self) -> str:
        """A hovered primary button: contrast with its text only increases."""
        return mixed(self.accent, _black_or_white(self.on_accent), 0.12)

    @property
    def accent_soft(self) -> str:
        """A subtle accent surface for a selected item."""
        return mixed(self.background, self.accent, 0.12)

    @property
    def accent_border(self) -> str:
        """The outline of the composer, which is focused most of the time: visible but unobtrusive."""
        return mixed(self.border, self.accent, 0.6)

    @property
    def field_border(self) -> str:
        """The outline of an input field: stronger than a hairline."""
        return mixed(self.border, self.text, 0.14)

    @property
    def disabled(self) -> str:
        """Text of disabled controls."""
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
"""For desktops set to high contrast: surfaces are separated by borders instead of shades."""

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
    """Return `base` mixed with `share` (0 to 1) of `other`."""
    pairs = zip(_channels(base), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2.2 contrast ratio, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _black_or_white(colour: str) -> str:
    return "#000000" if _luminance(colour) > 0.5 else "#FFFFFF"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [_linear(channel / 255) for channel in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
