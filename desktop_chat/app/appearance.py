"""Applies the settings that say how everything looks and in which language it is."""

from __future__ import annotations

from desktop_chat.core.settings import Settings
from desktop_chat.ui.languages import Languages
from desktop_chat.ui.style.theme import Theme


class Appearance:
    """Called with the settings, at first and whenever they change."""

    def __init__(self, theme: Theme, languages: Languages) -> None:
        self._theme = theme
        self._languages = languages

    def apply(self, settings: Settings) -> None:
        """Bring theme and language in line with the settings; what is as it was is not set again."""
        theme = self._theme
        if settings.scheme != theme.scheme:
            theme.set_scheme(settings.scheme)
        if settings.zoom != theme.zoom:
            theme.set_zoom(settings.zoom)
        theme.set_fonts(settings.text_font, settings.code_font)
        theme.set_column(settings.reading_width)
        theme.set_wrapping(code=settings.wrap_code, tables=settings.wrap_tables)
        theme.set_timings(shown=settings.show_timings)
        theme.set_motion(settings.smooth_scrolling)
        if settings.language != self._languages.choice:
            self._languages.set_language(settings.language)
