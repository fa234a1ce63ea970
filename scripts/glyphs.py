"""Colours the icons that Qt's style sheets load from files, since they cannot be coloured when painted.

Run after changing an icon or a colour: ``python scripts/glyphs.py``. A test fails if the files are stale.
"""

from __future__ import annotations

from pathlib import Path

from desktop_chat.ui.style.palette import DARK, LIGHT, Palette

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
_GLYPHS = {
    "chevron-down": ("chevron-down", "muted", "2"),
    "chevron-up": ("chevron-up", "muted", "2"),
    "chevron-left": ("chevron-left", "muted", "2"),
    "chevron-right": ("chevron-right", "muted", "2"),
    "close": ("close", "muted", "1.8"),
    "check": ("check", "on_accent", "2.5"),
    "minus": ("minus", "on_accent", "2.5"),
    "tick": ("check", "text", "2"),
}


def tinted(palette: Palette) -> dict[str, str]:
    """Return the files for one palette: name to content."""
    return {f"{name}.svg": _tinted(palette, *recipe) for name, recipe in _GLYPHS.items()}


def _tinted(palette: Palette, source: str, token: str, stroke: str) -> str:
    outline = (RESOURCES / "icons" / f"{source}.svg").read_text(encoding="utf-8")
    coloured = outline.replace("currentColor", str(getattr(palette, token)))
    return coloured.replace('stroke-width="1.5"', f'stroke-width="{stroke}"')


def main() -> None:
    for folder, palette in (("light", LIGHT), ("dark", DARK)):
        target = RESOURCES / "themes" / folder
        target.mkdir(parents=True, exist_ok=True)
        for name, text in tinted(palette).items():
            (target / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
