"""Settings of how a conversation is read: how wide, in which letters, what wraps, what moves, what is spoken."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.ui.settings.font_setting import FontChoice
from desktop_chat.ui.settings.setting_rows import Choice, SettingsPage
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

CODE_SAMPLE = 'if text != "中文":  # 0O 1lI\n    return 1.5 * (x + y)'


class ReadingPage(SettingsPage):
    """Each choice is in force at once in every tab."""

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, lambda: tr("Reading"), parent)
        self._preferences = preferences
        self.width_of_text, self.motion = Choice(), Choice()
        self.text_font, self.code_font = FontChoice(), FontChoice(for_code=True)
        self.code_lines, self.tables, self.timings, self.speech = Choice(), Choice(), Choice(), Choice()
        self.sample = Sample(theme)
        self._add_rows()
        self._connect()
        theme.changed.connect(self._align)
        self._align()
        self.destroyed.connect(preferences.changed.add(self._show))
        self._show(preferences.settings)

    def retranslate(self) -> None:
        self._show(self._preferences.settings)

    def _add_rows(self) -> None:
        self.add_row(
            lambda: tr("Text width"), lambda: tr("How wide a line of text can be before it wraps."), self.width_of_text
        )
        self.add_row(lambda: tr("Text font"), lambda: self._font_hint(self.text_font), self.text_font)
        self.add_row(lambda: tr("Code font"), lambda: self._font_hint(self.code_font), self.code_font)
        self.rows.addWidget(self.sample)
        self.add_row(
            lambda: tr("Long lines of code"), lambda: tr("Each block has a button to change this."), self.code_lines
        )
        self.add_row(lambda: tr("Wide tables"), lambda: tr("Tables that are wider than the text."), self.tables)
        self.add_row(
            lambda: tr("Timings of replies"),
            lambda: tr("Time to first token, tokens, and tokens per second."),
            self.timings,
        )
        self.add_row(
            lambda: tr("Smooth scrolling"), lambda: tr("Wheel and keys glide instead of jumping."), self.motion
        )
        self.add_row(
            lambda: tr("Screen reader announcements"),
            lambda: tr("What is read aloud while a reply streams."),
            self.speech,
        )
        self.rows.addStretch()

    def _connect(self) -> None:
        update = self._preferences.update
        self.width_of_text.chosen.connect(lambda width: update(reading_width=width))
        self.text_font.chosen.connect(lambda family: update(text_font=family))
        self.code_font.chosen.connect(lambda family: update(code_font=family))
        self.code_lines.chosen.connect(lambda wrap: update(wrap_code=wrap))
        self.tables.chosen.connect(lambda wrap: update(wrap_tables=wrap))
        self.timings.chosen.connect(lambda shown: update(show_timings=shown))
        self.motion.chosen.connect(lambda motion: update(smooth_scrolling=motion))
        self.speech.chosen.connect(lambda sentences: update(announce_sentences=sentences))

    def _align(self) -> None:
        """Names of fonts are long, and one edge is calmer than many."""
        for control in self.findChildren(Choice):
            control.setFixedWidth(self.theme.px(232))

    def _font_hint(self, choice: FontChoice) -> str:
        if choice.is_missing:
            return tr("This font is not installed here, so the system font is used.")
        if choice is self.code_font:
            return tr("For code, including code inside sentences.")
        return tr("For messages and the composer. Characters it lacks come from the system font.")

    def _show(self, settings: Settings) -> None:
        widths = {640: tr("Narrow"), 760: tr("Normal"), 960: tr("Wide"), 0: tr("As wide as the window")}
        self.width_of_text.set_choices(list(widths.items()), settings.reading_width)
        self.text_font.set_family(settings.text_font)
        self.code_font.set_family(settings.code_font)
        ways = [(False, tr("Scroll sideways")), (True, tr("Wrap"))]
        self.code_lines.set_choices(ways, settings.wrap_code)
        self.tables.set_choices(ways[::-1], settings.wrap_tables)
        self.timings.set_choices([(False, tr("On hover")), (True, tr("Always shown"))], settings.show_timings)
        motions = [("system", tr("Match system")), ("on", tr("On")), ("off", tr("Off"))]
        self.motion.set_choices(motions, settings.smooth_scrolling)
        speech = [(True, tr("Each sentence")), (False, tr("Start and end"))]
        self.speech.set_choices(speech, settings.announce_sentences)
        super().retranslate()  # what is said about a font depends on it


class Sample(QFrame):
    """A few words in the chosen fonts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("card", "outline")
        self.text, self.code = WrappedLabel(), QLabel(CODE_SAMPLE)
        self._rows = QVBoxLayout(self)
        self._rows.addWidget(self.text)
        self._rows.addWidget(self.code)
        theme.changed.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Follow the theme."""
        px = self._theme.px
        self.text.setText("The quick brown fox, 敏捷的棕色狐狸, 0123456789, “Aa” 你好。")
        self.text.setFont(self._theme.text_font())
        self.code.setFont(self._theme.code_font())
        self._rows.setContentsMargins(px(16), px(12), px(16), px(12))
        self._rows.setSpacing(px(10))
