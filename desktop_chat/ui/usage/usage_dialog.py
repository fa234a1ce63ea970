"""The usage page, a window of its own: what was used and what it cost, by day, model, connection, caller and origin."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QLabel, QPushButton, QStackedWidget, QTabBar, QWidget
from shiboken6 import isValid

from desktop_chat.core.errors import ChatError, StoreError
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsageSum, total_of
from desktop_chat.core.usage_view import Days, Measure, UsagePeriod, by_day, currencies_of, days_of
from desktop_chat.core.workspace import UsageChoice
from desktop_chat.ui.context import Context
from desktop_chat.ui.languages import format_date, today
from desktop_chat.ui.text import usage_text
from desktop_chat.ui.text.export_text import export_problem
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.usage.budget_bars import BudgetBars
from desktop_chat.ui.usage.calendar import WEEKS, Calendar
from desktop_chat.ui.usage.sums_table import SumsTable
from desktop_chat.ui.usage.tiles import Tiles
from desktop_chat.ui.usage.trend_plot import TrendPlot, TrendPoint
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, row_of
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.save_dialog import ask_new_file_as
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen
from desktop_chat.ui.widgets.scroll_area import ScrollArea

SOON_MS = 1_000
"""How long after a request what is shown is read again."""
_NARROW = 720
"""Pixels at zoom 1 below which the plots are one below the other."""
_GROUPS = (UsageBy.MODEL, UsageBy.CONNECTION, UsageBy.CALLER, UsageBy.ORIGIN, UsageBy.DAY)
"""The tabs above the table."""


class UsageDialog(Retranslated, QDialog):
    """Follows what is recorded while it is open."""

    chosen = Signal(object)
    """The user made a `UsageChoice`."""

    def __init__(self, context: Context, parent: QWidget | None = None, choice: UsageChoice | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._choice = choice or UsageChoice()
        """What was chosen last; a currency may be in no list at the moment, and a single day is not remembered."""
        self._day: date | None = None
        """The day chosen in the calendar."""
        self._year: list[UsageSum] = []
        self._sums: dict[UsageBy, list[UsageSum]] = {by: [] for by in _GROUPS}
        self.is_reading = self._is_old = False
        self.follow_ms = SOON_MS
        theme = context.theme
        self._heading, self.problem, self.state = QLabel(), QLabel(), QLabel()
        self.periods, self.measures = NoWheelComboBox(), NoWheelComboBox()
        self.budgets_button, self.save_button = QPushButton(), QPushButton()
        self.tiles = Tiles(theme)
        self.budget_bars = BudgetBars(theme)
        self.calendar = Calendar(theme)
        self.groups = QTabBar()
        self.table = SumsTable(theme)
        self._titles = [QLabel(), QLabel()]
        self.first_token = TrendPlot(theme, lambda value: tr("{number} s", number=f"{value:g}"), self._wait_of)
        self.speed = TrendPlot(theme, lambda value: f"{value:g}", self._speed_of)
        self._empty, self._empty_text, self.begin_button = QLabel(), QLabel(), QPushButton()
        self._pages = QStackedWidget()
        self._soon = QTimer(self, singleShot=True)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.load()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Usage"))
        self._heading.setText(tr("Usage"))
        self.periods.setAccessibleName(tr("Period"))
        self.measures.setAccessibleName(tr("Measure"))
        self.save_button.setText(tr("Save as CSV..."))
        self.budgets_button.setText(tr("Budgets..."))
        self.groups.setAccessibleName(tr("Group by"))
        names = (tr("Models"), tr("Connections"), tr("Callers"), tr("Origins"), tr("Days"))
        for place, name in enumerate(names):
            self.groups.setTabText(place, name)
        self._titles[0].setText(tr("Time to first token, mean of each day"))
        self._titles[1].setText(tr("Tokens per second, mean of each day"))
        self.first_token.setAccessibleName(tr("Time to first token, as in the table of days"))
        self.speed.setAccessibleName(tr("Tokens per second, as in the table of days"))
        self._empty.setText(tr("Nothing has been used yet"))
        self._empty_text.setText(
            tr(
                "Requests to your models appear here with their tokens, speed and cost: those of conversations, "
                "batches, the terminal, and callers of the local endpoint."
            )
        )
        self.begin_button.setText(tr("New conversation"))
        self._fill_choices()
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tiles.arrange(self.width())
        is_narrow = self.width() < self._context.theme.px(_NARROW)
        self._plots.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)

    # --- choosing and reading ------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read everything again, after a reading that is under way."""
        self._is_old = True
        if not self.is_reading:
            self.is_reading = True
            start_for(self, self._context.tasks, self._read(), "read usage")

    @property
    def days(self) -> Days:
        """The days of the chosen period."""
        return days_of(UsagePeriod(self.periods.currentData()), today(), self._day)

    async def _read(self) -> None:
        try:
            while self._is_old:
                self._is_old = False
                await self._read_once()
        except StoreError as error:
            self._say_error(error)
        else:
            self.problem.hide()
        finally:
            self.is_reading = False

    async def _read_once(self) -> None:
        ledger, days, now = self._context.ledger, self.days, today()
        year = await ledger.sums(now - timedelta(weeks=WEEKS), now + timedelta(days=1), UsageBy.DAY)
        sums = {by: await ledger.sums(days.since, days.until, by) for by in _GROUPS}
        has_any = bool(year) or any(sums.values()) or bool(await ledger.sums(None, None, UsageBy.ORIGIN))
        await self._context.budgets.read()
        self._year, self._sums = year, sums
        self._pages.setCurrentIndex(int(not has_any))
        self.save_button.setEnabled(bool(sums[UsageBy.DAY]))
        self._fill_choices()
        self._show()

    def _fill_choices(self) -> None:
        """Fill the lists; what is chosen stays if it is still there."""
        lasting = [each for each in UsagePeriod if each is not UsagePeriod.DAY]
        remembered = self._choice.period if self._choice.period in lasting else UsagePeriod.MONTH
        period = self.periods.currentData() or remembered
        known: list[tuple[str, str]] = [(usage_text.period_name(each), each) for each in lasting]
        if self._day is not None:
            known.append((format_date(self._day), UsagePeriod.DAY))
        _fill(self.periods, known, period)
        currencies = currencies_of((*self._year, *self._sums[UsageBy.ORIGIN]))
        measures = [(tr("Tokens"), ""), (tr("Requests"), Measure.REQUESTS)]
        _fill(
            self.measures,
            [*measures, *((tr("Cost in {currency}", currency=each), each) for each in currencies)],
            self._choice.measure,
        )

    @property
    def _measure(self) -> tuple[Measure, str]:
        """The chosen measure, and the currency of money."""
        chosen = self.measures.currentData() or Measure.TOKENS
        return (Measure(chosen), "") if chosen in set(Measure) else (Measure.MONEY, chosen)

    def _choose_day(self, day: date) -> None:
        self._day = day
        self._fill_choices()
        self.periods.setCurrentIndex(self.periods.findData(UsagePeriod.DAY))
        self.load()

    def _choose_period(self) -> None:
        if self.periods.currentData() != UsagePeriod.DAY:
            self._choose(period=self.periods.currentData())
        self.load()

    def _choose_measure(self) -> None:
        self._choose(measure=self.measures.currentData())
        self._show()

    def _choose_group(self, place: int) -> None:
        self._choose(group=_GROUPS[place])
        self._show_table()

    def _choose(self, **changes: str) -> None:
        self._choice = replace(self._choice, **changes)
        self.chosen.emit(self._choice)

    def _follow(self, _entry: UsageEntry) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start(self.follow_ms)

    # --- showing -------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        measure, currency = self._measure
        known = {date.fromisoformat(each.key): each for each in self._year}

        def words(day: date) -> str:
            used = usage_text.used_in_words(known[day]) if day in known else tr("nothing used")
            return tr("{name}: {value}", name=format_date(day), value=used)

        self.calendar.show_days(today(), by_day(self._year, measure, currency), words)
        self.budget_bars.show_states(self._context.budgets.states())
        self.tiles.show_total(total_of(self._sums[UsageBy.ORIGIN]))
        self._show_table()
        nothing = tr("No reply of this period was timed.")
        by_days = self._sums[UsageBy.DAY]
        waits = [TrendPoint(date.fromisoformat(s.key), s.first_token_s) for s in by_days if s.first_token_s is not None]
        speeds = [TrendPoint(date.fromisoformat(s.key), s.tokens_per_s) for s in by_days if s.tokens_per_s is not None]
        self.first_token.show_points(waits, nothing)
        self.speed.show_points(speeds, nothing)

    def _show_table(self) -> None:
        by = _GROUPS[max(0, self.groups.currentIndex())]
        self.table.show_sums(by, self._sums[by], *self._measure)
        self.table.setAccessibleName(
            tr("Usage by group: {group}", group=self.groups.tabText(self.groups.currentIndex()))
        )

    def _wait_of(self, point: TrendPoint) -> str:
        number = tr("{number} s", number=f"{point.value:.2f}")
        return tr("{name}: {value}", name=format_date(point.day), value=number)

    def _speed_of(self, point: TrendPoint) -> str:
        number = tr("{number} tokens/s", number=f"{point.value:.1f}")
        return tr("{name}: {value}", name=format_date(point.day), value=number)

    def _say_error(self, error: ChatError) -> None:
        self.problem.setText(export_problem(error))
        self.problem.setAccessibleName(self.problem.text())
        self.problem.show()

    # --- saving --------------------------------------------------------------------------------------------------

    async def _save(self) -> None:
        keys = [each.key for each in self._sums[UsageBy.DAY]]
        name = tr("Usage {first} to {last}", first=keys[0], last=keys[-1])
        patterns = (
            tr("CSV for spreadsheets ({pattern})", pattern="*.csv"),
            tr("CSV without byte order mark ({pattern})", pattern="*.csv"),
        )
        found = await ask_new_file_as(self, tr("Save usage"), f"{name}.csv", patterns)
        if found is None:
            return
        file, pattern = found
        self.save_button.setEnabled(False)
        try:
            count = await self._context.save_usage(self.days, file, pattern == 0, self._tell_saved)
        except ChatError as error:
            self.state.clear()
            self._say_error(error)
        else:
            self.problem.hide()
            self._say(tr("%n request(s) saved as {file}", n=count, file=str(file)))
        finally:
            if isValid(self):
                self.save_button.setEnabled(True)

    def _tell_saved(self, count: int) -> None:
        self._say(tr("Saving: %n request(s)", n=count))

    def _say(self, words: str) -> None:
        self.state.setText(words)
        self.state.setAccessibleName(words)
        self.state.show()

    # --- layout --------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        tasks = self._context.tasks
        self.periods.activated.connect(self._choose_period)
        self.measures.activated.connect(self._choose_measure)
        self.groups.currentChanged.connect(self._choose_group)
        self.calendar.squares.chosen.connect(self._choose_day)
        self.save_button.clicked.connect(lambda: start_for(self, tasks, self._save(), "save usage"))
        self.budgets_button.clicked.connect(lambda: self._context.navigator.open_settings("budgets"))
        until_gone(self, self._context.preferences.changed.add(lambda _settings: self.load()))
        self.begin_button.clicked.connect(self._begin)
        self._soon.timeout.connect(self.load)
        until_gone(self, self._context.ledger.recorded.add(self._follow))

    def _begin(self) -> None:
        self.close()
        self._context.navigator.begin_conversation("")

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._heading.setProperty("heading", 1)
        for label in self._titles:
            label.setProperty("heading", 3)
        for label in (self.problem, self.state):
            label.setWordWrap(True)
            label.hide()
        self.problem.setProperty("danger", True)
        self.state.setProperty("muted", True)
        for button in (self.save_button, self.budgets_button, self.begin_button):
            button.setAutoDefault(False)
        for _ in _GROUPS:
            self.groups.addTab("")
        with suppress(ValueError):  # none was chosen, or one that there no longer is
            self.groups.setCurrentIndex(_GROUPS.index(UsageBy(self._choice.group)))
        self.groups.setDrawBase(False)
        self.groups.setExpanding(False)
        self._plots = row_of(
            *(
                column_of(title, plot, spacing=px(6))
                for title, plot in zip(self._titles, (self.first_token, self.speed), strict=True)
            ),
            spacing=px(24),
        )
        head = row_of(
            self._heading, None, self.periods, self.measures, self.budgets_button, self.save_button, spacing=px(8)
        )
        top = column_of(head, self.problem, self.state, spacing=px(8), margins=(px(24), px(20), px(24), px(12)))
        self.setLayout(column_of(top, self._pages, grow=(self._pages,), spacing=0, margins=NO_MARGINS))
        area, content = ScrollArea(), QWidget()
        self._pages.addWidget(area)  # from the outside in: what is in a widget is styled again whenever that moves
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        content.setLayout(
            column_of(
                self.tiles,
                self.budget_bars,
                self.calendar,
                column_of(self.groups, self.table, spacing=px(4)),
                self._plots,
                None,
                spacing=px(24),
                margins=(px(24), px(8), px(24), px(24)),
            )
        )
        self._fill_empty_page()
        self.setMinimumWidth(px(480))
        resize_on_screen(self, QSize(px(1080), px(800)))

    def _fill_empty_page(self) -> None:
        px = self._context.theme.px
        self._empty.setProperty("heading", 2)
        self._empty_text.setProperty("muted", True)
        self._empty_text.setWordWrap(True)
        self._empty_text.setMaximumWidth(px(460))
        for label in (self._empty, self._empty_text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.begin_button.setProperty("primary", True)
        rows = (self._empty, row_of(None, self._empty_text, None), row_of(None, self.begin_button, None))
        page = QWidget()
        self._pages.addWidget(page)
        page.setLayout(column_of(None, *rows, None, spacing=px(12), margins=(px(24), px(24), px(24), px(48))))


def _fill(box: NoWheelComboBox, choices: list[tuple[str, str]], chosen: str) -> None:
    """Fill a list with pairs of words and value."""
    if [(box.itemText(at), box.itemData(at)) for at in range(box.count())] != choices:
        box.clear()
        for words, value in choices:
            box.addItem(words, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
