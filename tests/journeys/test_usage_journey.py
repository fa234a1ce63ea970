"""What a reply used is on the usage page, and its entries are saved from there."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from desk import Desk
from PySide6.QtWidgets import QFileDialog, QLineEdit

from desktop_chat.core.entities import Connection
from desktop_chat.core.usage_view import UsagePeriod
from desktop_chat.ui.usage.sums_model import Column
from desktop_chat.ui.usage.usage_dialog import UsageDialog


async def test_a_reply_is_found_on_the_usage_page_and_saved(desk: Desk, connection: Connection, tmp_path: Path) -> None:
    tab = await desk.with_model(connection, "plain")
    desk.ask("hi")
    await desk.answered(tab)
    desk.window.open_usage()
    await desk.until(lambda: any(page.isVisible() for page in desk.window.findChildren(UsageDialog)), "the usage page")
    [page] = desk.window.findChildren(UsageDialog)
    rows = page.table.sums
    await desk.until(lambda: rows.rowCount() == 1, "the model in the table")
    assert rows.index(0, Column.NAME).data() == "plain"
    page.periods.setCurrentIndex(page.periods.findData(UsagePeriod.WEEK))
    page.periods.activated.emit(page.periods.currentIndex())
    await desk.until(lambda: not page.is_reading and page.save_button.isEnabled(), "the period")
    desk.screenshot("usage")
    desk.click("Save as CSV...", page)
    await desk.until(lambda: page.findChildren(QFileDialog), "where to save")
    [chooser] = page.findChildren(QFileDialog)
    file = tmp_path / "usage.csv"
    chooser.findChild(QLineEdit).setText(str(file))
    chooser.accept()
    await desk.until(lambda: str(file) in page.state.text(), "that it was saved")
    [row] = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
    assert (row["model"], row["origin"], row["requests"]) == ("plain", "window", "1")
    page.close()
