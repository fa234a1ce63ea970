"""Chooses each system's font families for text, Chinese and code, so that mixed text has one optical size."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNCONFIGURED = {"", "sans serif", "sans-serif", "sans", "dejavu sans", "helvetica", "monospace", "courier"}
"""Families that a desktop without a font setting reports; our own preferences are better."""

_TEXT = {
    "darwin": (".AppleSystemUIFont", "SF Pro Text", "Helvetica Neue"),
    "win32": ("Segoe UI Variable Text", "Segoe UI"),
    "linux": ("Inter", "Adwaita Sans", "Cantarell", "Ubuntu", "Noto Sans", "Open Sans", "Noto Sans CJK SC",
              "DejaVu Sans"),
}  # fmt: skip
_CHINESE = {
    "darwin": ("PingFang SC", "Hiragino Sans GB"),
    "win32": ("Microsoft YaHei UI", "Microsoft YaHei"),
    "linux": ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Droid Sans Fallback"),
}
_CODE = {
    "darwin": ("SF Mono", "Menlo", "Monaco"),
    "win32": ("Cascadia Mono", "Consolas"),
    "linux": ("JetBrains Mono", "Adwaita Mono", "Ubuntu Mono", "Noto Sans Mono", "DejaVu Sans Mono", "Liberation Mono"),
}
_CHINESE_CODE = {"linux": ("Noto Sans Mono CJK SC",)}
_EMOJI = {"darwin": ("Apple Color Emoji",), "win32": ("Segoe UI Emoji",), "linux": ("Noto Color Emoji",)}


@dataclass(frozen=True, slots=True)
class Fonts:
    """Installed families in order of preference, and the points per pixel."""

    text_families: tuple[str, ...]
    code_families: tuple[str, ...]
    points_per_pixel: float

    @staticmethod
    def of_this_system(app: QGuiApplication) -> Fonts:
        system = sys.platform if sys.platform in _TEXT else "linux"
        installed = set(QFontDatabase.families())
        text = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        code = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        chinese_code = (*_CHINESE_CODE.get(system, ()), *_CHINESE[system])
        text_families = chosen(text, (*_TEXT[system], *_CHINESE[system], *_EMOJI[system]), installed)
        code_families = chosen(code, (*_CODE[system], *chinese_code, *_EMOJI[system]), installed)
        return Fonts(
            text_families,
            (*code_families, *(family for family in text_families if family not in code_families)),
            72 / app.primaryScreen().logicalDotsPerInchY(),
        )

    def with_choice(self, text: str, code: str) -> Fonts:
        """Return a copy with the user's families first. Characters that they lack, especially Chinese, still come from
        the others; an empty or missing family changes nothing."""
        return replace(
            self,
            text_families=_preferring(text, self.text_families),
            code_families=_preferring(code, self.code_families),
        )

    def proportional(self, pixels: float, *, semibold: bool = False) -> QFont:
        font = self._font(self.text_families, pixels)
        if semibold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def monospaced(self, pixels: float) -> QFont:
        font = self._font(self.code_families, pixels)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFixedPitch(True)
        return font

    def _font(self, families: Iterable[str], pixels: float) -> QFont:
        font = QFont()
        font.setFamilies(list(families))
        font.setPointSizeF(pixels * self.points_per_pixel)  # QFont's pixel sizes are integers
        return font


def is_installed(family: str) -> bool:
    return QFontDatabase.hasFamily(family)


def _preferring(family: str, families: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((family, *families))) if family and is_installed(family) else families


def chosen(by_system: str, preferred: Iterable[str], installed: set[str]) -> tuple[str, ...]:
    """Return the installed families, with the system's first if the user configured one, then those of `preferred`."""
    first = () if by_system.lower() in _UNCONFIGURED else (by_system,)
    families = dict.fromkeys((*first, *(name for name in preferred if name in installed)))
    return tuple(families) or (by_system,)
