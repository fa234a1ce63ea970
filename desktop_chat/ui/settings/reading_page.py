"""The reading page: text width, fonts, wrapping, animation and announcements."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel

from desktop_chat.core.settings import Preferences
from desktop_chat.ui.settings.font_setting import FontChoice
from desktop_chat.ui.settings.setting_rows import Choice, PreferencesPage
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

CODE_SAMPLE = 'if text != "中文":  # 0O 1lI\n    return 1.5 * (x + y)'


class ReadingPage(PreferencesPage):
    """Each choice applies at once in every tab."""

    def __init__(self, preferences: Preferences, theme: Theme) -> None:
        super().__init__(preferences, theme, lambda: tr("Reading"))
        self.add_choice(
            "reading_width",
            lambda: tr("Text width"),
            lambda: tr("How wide a line of text can be before it wraps."),
            lambda: {640: tr("Narrow"), 760: tr("Normal"), 960: tr("Wide"), 0: tr("Full width")},
        )
        self._add_fonts()
        self._add_blocks()
        self.add_choice(
            "show_timings",
            lambda: tr("Reply statistics"),
            lambda: tr("Time to first token, token count, and tokens per second."),
            lambda: {False: tr("On hover"), True: tr("Always")},
        )
        self.add_choice(
            "smooth_scrolling",
            lambda: tr("Smooth scrolling"),
            lambda: tr("Glide instead of jumping when you use the wheel or keys."),
            lambda: {"system": tr("Match system"), "on": tr("On"), "off": tr("Off")},
        )
        self.add_choice(
            "announce_sentences",
            lambda: tr("Screen reader announcements"),
            lambda: tr("What is read aloud while a reply streams."),
            lambda: {True: tr("Each sentence"), False: tr("Start and end")},
        )
        self.rows.addStretch()
        theme.changed.connect(self._align)
        self._align()

    def _add_fonts(self) -> None:
        self.text_font, self.code_font = FontChoice(), FontChoice(for_code=True)
        self.sample = Sample(self.theme)
        self.bind("text_font", self.text_font, self.text_font.set_family)
        self.bind("code_font", self.code_font, self.code_font.set_family)
        self.add_row(lambda: tr("Text font"), lambda: self._font_hint(self.text_font), self.text_font)
        self.add_row(lambda: tr("Code font"), lambda: self._font_hint(self.code_font), self.code_font)
        self.rows.addWidget(self.sample)

    def _add_blocks(self) -> None:
        self.add_choice(
            "wrap_code",
            lambda: tr("Long code lines"),
            lambda: tr("Each code block has a button to change this."),
            lambda: {False: tr("Scroll sideways"), True: tr("Wrap")},
        )
        self.add_choice(
            "wrap_tables",
            lambda: tr("Wide tables"),
            lambda: tr("For tables that are wider than the text."),
            lambda: {True: tr("Wrap"), False: tr("Scroll sideways")},
        )

    def _align(self) -> None:
        """Give all choices the same width, which fits the long names of fonts."""
        for control in self.findChildren(Choice):
            control.setFixedWidth(self.theme.px(232))

    def _font_hint(self, choice: FontChoice) -> str:
        if choice.is_missing:
            return tr("This font is not installed, so the system font is used.")
        if choice is self.code_font:
            return tr("For code blocks and inline code.")
        return tr("For messages and the composer. Missing characters use the system font.")


class Sample(QFrame):
    """Sample text in the chosen fonts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("card", "outline")
        self.text, self.code = WrappedLabel(), QLabel(CODE_SAMPLE)
        self._rows = column_of(self.text, self.code)
        self.setLayout(self._rows)
        theme.changed.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Adapt to the theme."""
        px = self._theme.px
        self.text.setText("The quick brown fox, 敏捷的棕色狐狸, 0123456789, “Aa” 你好。")
        self.text.setFont(self._theme.text_font())
        self.code.setFont(self._theme.code_font())
        self._rows.setContentsMargins(px(16), px(12), px(16), px(12))
        self._rows.setSpacing(px(10))
