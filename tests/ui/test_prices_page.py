"""Prices in the settings: found, added, changed, deleted and put back; shipped ones with their source."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from chat_world import World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from desktop_chat.core.prices import Price, PriceEntry
from desktop_chat.ui.settings.price_form import PriceForm
from desktop_chat.ui.settings.prices_page import PricesPage
from desktop_chat.ui.text.price_list import price_table, shipped_prices

OWN = PriceEntry("", "own", Price("EUR", Decimal("2.5"), None, Decimal(10), None, ""), 128_000)


@pytest.fixture
async def page(here: World) -> PricesPage:
    here.preferences.update(prices=(OWN,))
    page = here.show(PricesPage(here.context))
    QAbstractItemModelTester(page.list.model)
    return page


def cells(page: PricesPage, row: int) -> list[str]:
    model = page.list.model
    return [model.index(row, column).data() for column in range(model.columnCount())]


def form_of(page: PricesPage) -> PriceForm:
    assert page.form is not None
    return page.form


def select(page: PricesPage, query: str) -> None:
    page.list.search.setText(query)
    page.list.table.selectRow(0)


async def test_own_entries_come_before_the_shipped_ones(page: PricesPage) -> None:
    assert cells(page, 0) == ["own", "every host", "2.5 EUR", "", "10", "128,000"]
    assert page.list.model.rowCount() > 100
    select(page, "openai gpt-4.1-mini")
    assert cells(page, 0)[:2] == ["gpt-4.1-mini", "api.openai.com"]
    assert "https://developers.openai.com" in page.list.source.text()
    assert "2026-" in page.list.source.text()
    assert not page.list.delete_button.isEnabled()
    page.list.search.setText("nothing like it")
    assert page.list.model.rowCount() == 0
    assert not page.list.edit_button.isEnabled()


async def test_a_new_price_is_used_at_once(here: World, page: PricesPage) -> None:
    page.list.add_button.click()
    form = form_of(page)
    assert form.fields["model"].hasFocus()
    for name, text in {"model": "new", "host": "https://api.example.com/v1", "input": "1", "output": "x"}.items():
        form.fields[name].setText(text)
    form.save_button.click()
    assert "output tokens" in form.problem.text()
    assert form.fields["output"].hasFocus()
    QTest.keyClicks(form.fields["output"], "\b2")
    QTest.keyClick(form.fields["output"], Qt.Key.Key_Return)
    assert page.form is None
    entry = here.preferences.settings.prices[1]
    assert (entry.host, entry.model) == ("api.example.com", "new")
    found = price_table(here.preferences.settings.prices).price_of("https://api.example.com", "new")
    assert found is not None
    assert (found.currency, found.output) == ("USD", Decimal(2))
    assert page.list.source.text() == "Your own entry"


async def test_an_own_price_is_changed_in_its_place(here: World, page: PricesPage) -> None:
    select(page, "own")
    assert page.list.edit_button.text() == "Edit"
    QTest.keyClick(page.list.table, Qt.Key.Key_Return)
    form = form_of(page)
    assert form.fields["context_window"].text() == "128000"
    form.fields["input"].setText("3")
    form.save_button.click()
    (entry,) = here.preferences.settings.prices
    assert entry.price is not None
    assert entry.price.input == Decimal(3)


async def test_a_shipped_price_becomes_an_own_one(here: World, page: PricesPage) -> None:
    select(page, "api.openai.com gpt-4.1-mini")
    assert page.list.edit_button.text() == "Edit as your own"
    page.list.edit_button.click()
    form_of(page).fields["input"].setText("0.1")
    form_of(page).save_button.click()
    found = price_table(here.preferences.settings.prices).price_of("https://api.openai.com", "gpt-4.1-mini")
    assert found is not None
    assert found.input == Decimal("0.1")
    assert found.batch_factor == Decimal("0.5")


async def test_a_price_says_up_to_which_prompt_it_is_exact(here: World, page: PricesPage) -> None:
    page.edit(OWN, True)
    form = form_of(page)
    form.fields["exact_up_to"].setText("2e")
    form.save_button.click()
    assert "largest prompt" in form.problem.text()
    assert form.fields["exact_up_to"].hasFocus()
    form.fields["exact_up_to"].setText("200000")
    form.save_button.click()
    (entry,) = here.preferences.settings.prices
    assert entry.price is not None
    assert entry.price.exact_up_to == 200_000
    page.edit(entry, True)
    assert form_of(page).fields["exact_up_to"].text() == "200000", "it can be changed again"


async def test_a_shipped_price_keeps_its_bound_as_an_own_one(here: World, page: PricesPage) -> None:
    (shipped,) = [one for one in shipped_prices().shipped if one.model == "gpt-5.5"]
    assert shipped.price is not None
    page.edit(shipped, False)
    form_of(page).save_button.click()
    assert here.preferences.settings.prices[-1].price == replace(shipped.price, source="")


async def test_cancel_changes_nothing(here: World, page: PricesPage) -> None:
    page.edit(OWN, True)
    form_of(page).fields["input"].setText("3")
    form_of(page).cancel_button.click()
    assert here.preferences.settings.prices == (OWN,)
    assert page.list.isVisible()


async def test_a_deleted_price_can_be_put_back(here: World, page: PricesPage) -> None:
    select(page, "own")
    page.list.delete_button.click()
    assert here.preferences.settings.prices == ()
    ((words, undo),) = here.navigator.undone
    assert words == "Removed “own”"
    undo()
    assert here.preferences.settings.prices == (OWN,)
    undo()
    assert here.preferences.settings.prices == (OWN,)


async def test_the_table_grows_with_the_window(page: PricesPage) -> None:
    table, before = page.list.table, page.height()
    await until(lambda: table.height() > 0)
    least, lines = table.height(), page.list.source.height()
    page.resize(page.width(), before + 500)
    await until(lambda: table.height() == least + 500)
    assert page.list.source.height() == lines


async def test_it_speaks_the_language_of_the_moment(here: World, page: PricesPage) -> None:
    page.edit(None, False)
    here.languages.set_language("zh_CN")
    here.theme.set_zoom(1.5)
    page.show_list()
    page.list.retranslate()
    assert page.list.add_button.text() == "添加价格"
    assert page.list.table.accessibleName() == "价格"
