"""A list view that lays out no rows does what QListView does: where rows are, what is painted, where keys, clicks and
scrolling lead."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Self

import pytest
from chat_world import until
from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QAccessible, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_chat.ui.widgets.even_list_view import EvenListView

KEYS = [getattr(Qt.Key, f"Key_{name}") for name in ("Up", "Down", "Left", "Right", "PageUp", "PageDown", "Home", "End")]
HINTS = list(QAbstractItemView.ScrollHint)
SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect
LEFT = Qt.MouseButton.LeftButton
STEPS = 60
Seen = dict[str, object]
Change = Callable[["Desk", random.Random], None]
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class Noting(QStyledItemDelegate):
    """Rows of one height; notes what is painted where, and how often it is asked for a height."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.height = 20
        self.asked = 0
        self.painted: list[tuple[str, QRect]] = []

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:  # noqa: N802 -- Qt's name
        self.asked += 1
        return QSize(10, self.height)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex) -> QWidget:  # noqa: N802 -- Qt's name
        return QWidget(parent)

    def paint(self, _painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        self.painted.append((index.data(), QRect(option.rect)))


class Rows(QAbstractListModel):
    """Texts, some of them headings, which are disabled; counts how often a row is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, bool]] = []
        self.asked = 0

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802 -- Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        self.asked += 1
        return self._rows[index.row()][0] if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        self.asked += 1
        is_heading = not index.isValid() or self._rows[index.row()][1]
        return Qt.ItemFlag.NoItemFlags if is_heading else super().flags(index)

    def index(self, row: int, column: int = 0, parent: Index = NO_INDEX) -> QModelIndex:
        self.asked += 1
        return super().index(row, column, parent)

    def insert(self, row: int, rows: list[tuple[str, bool]]) -> None:
        self.beginInsertRows(NO_INDEX, row, row + len(rows) - 1)
        self._rows[row:row] = rows
        self.endInsertRows()

    def remove(self, first: int, count: int) -> None:
        self.beginRemoveRows(NO_INDEX, first, first + count - 1)
        del self._rows[first : first + count]
        self.endRemoveRows()

    def reset_to(self, rows: list[tuple[str, bool]]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()


class Reference(QListView):
    """Qt's view, except that a row without a place yet is nowhere: Qt has it at -1, and scrolls there by a pixel."""

    def visualRect(self, index: Index) -> QRect:  # noqa: N802 -- Qt's name
        rect = super().visualRect(index)
        return rect if rect.isValid() else QRect()


class Desk:
    """One view in a window of its own, which Qt treats alike whichever class it is of."""

    def __init__(self, kind: type[QListView]) -> None:
        self.model, self.view = Rows(), kind()
        self.delegate = Noting(self.view)
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.verticalScrollBar().setSingleStep(7)
        self.view.setItemDelegate(self.delegate)
        self.view.setModel(self.model)
        self.view.resize(200, 150)
        self.view.show()
        QApplication.processEvents()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.view.close()
        self.view.deleteLater()

    def fill(self, rows: int) -> None:
        self.model.reset_to([(str(row), False) for row in range(rows)])
        QApplication.processEvents()

    def seen(self, chance: random.Random) -> Seen:
        """Return all that one can see."""
        model, view, bar = self.model, self.view, self.view.verticalScrollBar()
        rows = [0, model.rowCount() - 1, *(chance.randrange(model.rowCount() + 1) for _ in range(4))]
        places = [QPoint(chance.randrange(-5, 260), chance.randrange(-30, 330)) for _ in range(12)]
        rects = [view.visualRect(model.index(row)) for row in rows]  # first, as it ends a layout that waits
        self.delegate.painted.clear()
        view.viewport().grab()
        return {
            "rows": rects,
            "scroll bar": (bar.maximum(), bar.value(), bar.isVisible(), bar.maximum() and bar.pageStep()),
            "viewport": view.viewport().geometry(),
            "painted": self.delegate.painted[:],
            "editors": [(one.y(), one.height()) for one in view.viewport().findChildren(QWidget) if one.isVisible()],
            "at": [view.indexAt(place).row() for place in places],
            "current": view.currentIndex().row(),
            "selected": [index.row() for index in view.selectedIndexes()],
            "region": view.visualRegionForSelection(view.selectionModel().selection()).boundingRect(),
        }


def some(count: int, chance: random.Random) -> list[tuple[str, bool]]:
    return [(f"row {chance.randrange(10_000)}", chance.random() < 0.2) for _ in range(count)]


def insert(desk: Desk, chance: random.Random) -> None:
    desk.model.insert(chance.randint(0, desk.model.rowCount()), some(chance.choice((1, 2, 40)), chance))


def remove(desk: Desk, chance: random.Random) -> None:
    count = min(chance.choice((1, 2, 15)), desk.model.rowCount())
    if count:
        desk.model.remove(chance.randint(0, desk.model.rowCount() - count), count)


def refill(desk: Desk, chance: random.Random) -> None:
    desk.model.reset_to(some(chance.choice((0, 1, 6, 7, 8, 90)), chance))


def grow(desk: Desk, chance: random.Random) -> None:
    desk.delegate.height = chance.choice((9, 17, 20, 40, 400))
    desk.view.doItemsLayout()


def resize(desk: Desk, chance: random.Random) -> None:
    desk.view.resize(chance.choice((120, 200, 240)), chance.choice((10, 60, 150, 161, 300)))


def scroll(desk: Desk, chance: random.Random) -> None:
    bar = desk.view.verticalScrollBar()
    bar.setValue(round(bar.maximum() * chance.random()))


def scroll_to(desk: Desk, chance: random.Random) -> None:
    row = chance.randint(-1, desk.model.rowCount())
    desk.view.scrollTo(desk.model.index(row), chance.choice(HINTS))


def make_current(desk: Desk, chance: random.Random) -> None:
    desk.view.setCurrentIndex(desk.model.index(chance.randint(-1, desk.model.rowCount())))


def press_keys(desk: Desk, chance: random.Random) -> None:
    for key in chance.choices(KEYS, k=4):
        QTest.keyClick(desk.view, key)


def press(desk: Desk, chance: random.Random) -> None:
    """Select what a press of the mouse selects; all that it does besides would have to be waited for."""
    QApplication.processEvents()
    index = desk.view.indexAt(QPoint(chance.randrange(100), chance.randrange(150)))
    if index.isValid():
        desk.view.setSelection(QRect(desk.view.visualRect(index).center(), QSize(1, 1)), SELECT)


def edit(desk: Desk, chance: random.Random) -> None:
    index = desk.model.index(chance.randrange(desk.model.rowCount() + 1))
    if index.isValid():
        desk.view.openPersistentEditor(index)


def hide_for_a_while(desk: Desk, chance: random.Random) -> None:
    desk.view.hide()
    for change in chance.choices((insert, remove, refill, make_current, grow), k=chance.randint(0, 3)):
        change(desk, chance)
    QApplication.processEvents()
    desk.view.show()


CHANGES: list[Change] = [
    *(insert, remove, remove, refill, grow, resize, edit, hide_for_a_while, scroll, scroll, scroll_to, scroll_to),
    *(make_current, make_current, press_keys, press_keys, press_keys, press),
]


def story(kind: type[QListView], seed: int) -> list[tuple[str, Seen]]:
    """Change a view in many ways; return the names of the changes, with what was seen after each."""
    chance, told = random.Random(seed), []
    with Desk(kind) as desk:
        refill(desk, chance)
        for _ in range(STEPS):
            change = chance.choice(CHANGES)
            change(desk, random.Random(chance.random()))
            look = chance.random()
            if look < 0.7:
                QApplication.processEvents()
            told.append((change.__name__, desk.seen(random.Random(look)) if look < 0.7 else {}))
    return told


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("seed", range(12))
def test_it_does_what_qlistview_does(seed: int) -> None:
    assert story(EvenListView, seed) == story(Reference, seed)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("height", [9, 20, 33, 74, 75, 76, 150, 151])
@pytest.mark.parametrize("key", [Qt.Key.Key_PageUp, Qt.Key.Key_PageDown])
def test_a_page_is_as_long_as_in_qlistview(height: int, key: Qt.Key) -> None:
    ends = []
    for kind in (Reference, EvenListView):
        with Desk(kind) as desk:
            desk.delegate.height = height
            desk.fill(60)
            for start in range(60):
                desk.view.setCurrentIndex(desk.model.index(start))
                QTest.keyClick(desk.view, key)
                ends.append(desk.view.currentIndex().row())
    assert ends[60:] == ends[:60]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("before", [insert, remove])
def test_what_happens_in_one_turn_scrolls_like_qlistview(before: Change) -> None:
    """While a row is being removed, no rows are laid out; if others came or went before, none has a place."""
    values = []
    for kind in (Reference, EvenListView):
        with Desk(kind) as desk:
            desk.fill(300)
            desk.view.setCurrentIndex(desk.model.index(150))
            desk.view.verticalScrollBar().setValue(0)
            QApplication.processEvents()
            before(desk, random.Random(1))
            desk.model.remove(desk.view.currentIndex().row(), 1)
            values.append(desk.view.verticalScrollBar().value())
    assert values == [0, 0]


@pytest.mark.usefixtures("qapp")
def test_a_layout_that_waits_does_not_scroll() -> None:
    for kind in (Reference, EvenListView):
        with Desk(kind) as desk:
            desk.fill(300)
            desk.view.verticalScrollBar().setValue(600)
            insert(desk, random.Random(1))
            desk.view.updateGeometries()
            assert desk.view.verticalScrollBar().value() == 600


@pytest.mark.usefixtures("qapp")
def test_screen_readers_hear_what_qlistview_tells() -> None:
    told = []
    for kind in (Reference, EvenListView):
        with Desk(kind) as desk:
            desk.fill(60)
            desk.view.setCurrentIndex(desk.model.index(3))
            view = QAccessible.queryAccessibleInterface(desk.view)
            origin = desk.view.viewport().mapToGlobal(QPoint())
            rows = [view.child(row) for row in (0, 3, 7, 59)]
            within = view.childAt(origin.x() + 20, origin.y() + 65)
            assert within.text(QAccessible.Text.Name) == "3"
            told.append(
                [view.role(), view.childCount(), within.rect().translated(-origin)]
                + [(row.role(), row.text(QAccessible.Text.Name), row.rect().translated(-origin)) for row in rows]
                + [(row.state().focusable, row.state().selected, row.state().invisible) for row in rows]
            )
    assert told[1] == told[0]


@pytest.mark.usefixtures("qapp")
def test_no_row_is_visited_to_lay_it_out() -> None:
    with Desk(EvenListView) as desk:
        desk.fill(5_000)
        desk.model.asked = desk.delegate.asked = 0
        desk.model.insert(3, [("new", False)])
        QApplication.processEvents()
        desk.view.viewport().grab()
        assert desk.view.verticalScrollBar().maximum() == 5_001 * 20 - desk.view.viewport().height()
        assert desk.delegate.asked <= 5
        assert desk.model.asked < 200


@pytest.mark.usefixtures("qapp")
async def test_who_scrolls_after_a_click_is_not_taken_back() -> None:
    """A click on a row that is cut off makes it visible a moment later, unless one scrolls until then."""
    with Desk(EvenListView) as ours, Desk(Reference) as theirs:
        for desk in (ours, theirs):
            desk.fill(60)
            QTest.mouseClick(desk.view.viewport(), LEFT, pos=QPoint(20, desk.view.viewport().height() - 2))
            assert desk.view.currentIndex().row() == 7
            if desk is ours:
                desk.view.verticalScrollBar().setValue(600)
        await until(lambda: theirs.view.verticalScrollBar().value() > 0)
        assert ours.view.verticalScrollBar().value() == 600
