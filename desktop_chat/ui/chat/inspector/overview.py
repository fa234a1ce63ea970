"""The inspector's first page: how an exchange ended, its facts, its phases, and the gaps between its events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop_chat.core.exchange_formats import phases_of
from desktop_chat.core.exchanges import Exchange, TimedEvent, gap_classes, gaps_of
from desktop_chat.ui.chat.inspector.bar_rows import BarRow, BarRows
from desktop_chat.ui.languages import format_time
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.attachment_summary import size_text
from desktop_chat.ui.text.exchange_text import gap_class_name, outcome_text, phase_name, seconds_text, usage_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class Overview(QWidget):
    """Shows one exchange at a time."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.px
        self.outcome = WrappedLabel()
        self.outcome.setProperty("heading", 3)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(px(16))
        self._facts.setVerticalSpacing(px(6))
        self._facts.setColumnStretch(1, 1)
        self._fact_labels: list[tuple[QLabel, WrappedLabel]] = []
        self._phases_heading, self._gaps_heading = _heading(), _heading()
        self.phases, self.gaps = BarRows(theme), BarRows(theme)
        self._no_gaps = WrappedLabel()
        self._no_gaps.setProperty("muted", True)
        rows = (
            self.outcome,
            self._facts,
            px(4),
            self._phases_heading,
            self.phases,
            px(4),
            self._gaps_heading,
            self.gaps,
            self._no_gaps,
            None,
        )
        self.setLayout(column_of(*rows, spacing=px(10), margins=(px(24), px(20), px(24), px(20))))

    def show_exchange(self, exchange: Exchange, events: Sequence[TimedEvent]) -> None:
        """Show an exchange with the events that have arrived."""
        self.outcome.setText(outcome_text(exchange))
        self._show_facts(_facts_of(exchange, len(events)))
        self._phases_heading.setText(tr("Phases"))
        self._gaps_heading.setText(tr("Gaps between events"))
        self._show_phases(exchange)
        self._show_gaps(gaps_of(events))

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        while len(self._fact_labels) < len(facts):
            name, value = QLabel(), WrappedLabel()
            name.setProperty("muted", True)
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(name, len(self._fact_labels), 0)
            self._facts.addWidget(value, len(self._fact_labels), 1)
            self._fact_labels.append((name, value))
        for (label, text), (name_text, value_text) in zip(self._fact_labels, facts, strict=True):
            label.setText(name_text)
            text.setText(value_text)
            text.setAccessibleName(f"{name_text}: {value_text}")

    def _show_phases(self, exchange: Exchange) -> None:
        phases = phases_of(exchange)
        total = max((end for _, _, end in phases), default=0.0) or 1.0
        self.phases.show_rows(
            [
                BarRow(phase_name(mark), seconds_text(end - begin), begin / total, end / total)
                for mark, begin, end in phases
            ]
        )

    def _show_gaps(self, gaps: Sequence[float]) -> None:
        counts = gap_classes(gaps)
        most = max(counts)
        self.gaps.show_rows(
            [
                BarRow(gap_class_name(place), f"{count:,}", 0.0, count / most)
                for place, count in enumerate(counts)
                if count
            ]
        )
        self.gaps.setVisible(bool(gaps))
        if gaps:
            longest = seconds_text(max(gaps))
            self._no_gaps.setText(
                tr("The longest gap was {time}. Fast streams are read 25 to 40 times a second.", time=longest)
            )
        else:
            self._no_gaps.setText(tr("Everything arrived at once."))


def _facts_of(exchange: Exchange, events: int) -> list[tuple[str, str]]:
    started = datetime.fromtimestamp(exchange.started_at, UTC).astimezone()
    status = str(exchange.status) if exchange.status else tr("No answer")
    version = exchange.http_version
    received = tr("%n event(s)", n=events)
    return [
        (tr("Model"), exchange.model),
        (tr("Address"), exchange.hide(exchange.url)),
        (tr("Sent at"), format_time(started)),
        (tr("Status"), f"{status} · {version}" if version else status),
        (tr("Request ID"), exchange.hide(exchange.request_id) or tr("The server gave none.")),
        (tr("Finish reason"), exchange.finish_reason or tr("None")),
        (tr("Tokens"), usage_text(exchange)),
        (tr("Received"), f"{size_text(exchange.received)} · {received}"),
    ]


def _heading() -> QLabel:
    label = QLabel()
    label.setProperty("heading", 3)
    return label
