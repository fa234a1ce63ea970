"""The buttons of code blocks and tables: copy in some form, save, wrap lines."""

from __future__ import annotations

from functools import partial
from typing import TypeAlias

from PySide6.QtWidgets import QMenu

from desktop_chat.markdown.block import Kind
from desktop_chat.markdown.nodes import Code, Table
from desktop_chat.markdown.table_text import as_csv, as_tsv, rows_of, table_source, tables_in
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.code_state import CODE_KINDS
from desktop_chat.ui.transcript.blocks.table_layout import COPY_TABLE, WRAP_TABLE
from desktop_chat.ui.transcript.controls.code_saving import CodeSaver
from desktop_chat.ui.transcript.controls.focus_chain import Target, place_below
from desktop_chat.ui.transcript.entries import BlockEntry, Entry
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.scroller import Placed
from desktop_chat.ui.widgets.menu import Menu

_Block: TypeAlias = tuple[str, int]
"""A message, and the key of the first part of a block."""


class BlockTools:
    """Handles the controls in the heads of code cards and above tables."""

    def __init__(self, page: TranscriptPage, clipboard: Clipboard) -> None:
        self._page = page
        self._clipboard = clipboard
        self.saver = CodeSaver(page.area)
        self.hovered: _Block | None = None
        """The table, or the block with tables, under the pointer: its tools are shown."""
        self._open: _Block | None = None
        """The table whose menu is open."""

    def place_of(self, placed: Placed) -> _Block | None:
        """Return the block of an entry if it has tools that come and go with the pointer."""
        entry = placed.entry
        if isinstance(entry, BlockEntry) and (entry.block.kind is Kind.TABLE or any(c.local for c in entry.controls())):
            return self._page.message_id(placed), entry.first_key
        return None

    def is_at(self, message_id: str, entry: Entry) -> bool:
        """Return whether the pointer, or a menu, is at an entry."""
        return (message_id, entry.key) in {self.hovered, self._open}

    def press(self, target: Target) -> bool:
        """Do what a control is for. False for a control that is not one of these."""
        entry, value = target.placed.entry, target.control.value
        if not isinstance(entry, BlockEntry):
            return False
        match target.control.name:
            case "copy_code":
                self._clipboard.put_code(target.message_id, entry, value)
            case "save_code":
                self._save(target, entry)
            case "wrap":
                wraps = entry.code.wrap
                entry.code.wrap = not (self._page.document.render_style.wrap_code if wraps is None else wraps)
                self._lay_out_again(target.placed, entry)
            case "wrap_table" | "unwrap_table" as name:
                entry.code.wrap_cells = name == WRAP_TABLE
                self._lay_out_again(target.placed, entry)
            case "copy_table":
                self._open_table_menu(target, entry)
            case _:
                return False
        return True

    def fill_menu(self, menu: QMenu, placed: Placed) -> None:
        """Add what can be done with a table or with code to its context menu."""
        entry = placed.entry
        if not isinstance(entry, BlockEntry):
            return
        if entry.block.kind is Kind.TABLE:
            self._add_table_actions(menu, placed, entry, 0)
        first = self._page.document.item(placed.spot.place).parts_of(entry)[0]
        code = next((node for node in first.nodes() if isinstance(node, Code)), None)
        if entry.block.kind in CODE_KINDS and code is not None:
            text = self._clipboard.copier.code_text(self._page.document.item(placed.spot.place), first, code.text)
            menu.addAction(tr("Copy code")).triggered.connect(partial(self._put, text))
            menu.addAction(tr("Save as file...")).triggered.connect(partial(self._ask, text, code.language, first))

    # --- code ---------------------------------------------------------------------------------------------------

    def _save(self, target: Target, entry: BlockEntry) -> None:
        value = target.control.value
        code = self._clipboard.copier.code_text(self._page.document.item(target.placed.spot.place), entry, value)
        language = next((node.language for node in entry.nodes() if isinstance(node, Code) and node.text == value), "")
        self._ask(code, language, entry)

    def _put(self, text: str, _checked: bool = False) -> None:
        self._clipboard.put(text)

    def _ask(self, code: str, language: str, entry: BlockEntry, _checked: bool = False) -> None:
        self.saver.ask(code, language, partial(self._clipboard.say_done, entry, "save_code"))

    def _lay_out_again(self, placed: Placed, entry: BlockEntry) -> None:
        """Lay out all parts again, and keep the pressed control in its place."""
        page = self._page
        entry.code.reset_scrolling()
        for part in page.document.item(placed.spot.place).parts_of(entry):
            part.layout = None
        if not (page.scroller.follow and page.model.row(placed.spot.place).running):
            page.scroller.go_to_entry(placed.spot, -placed.y)
        page.show_changes()

    # --- tables -------------------------------------------------------------------------------------------------

    def _open_table_menu(self, target: Target, entry: BlockEntry) -> None:
        menu = Menu(self._page.theme, self._page.area)
        menu.setAccessibleName(tr("Copy table"))
        self._add_table_actions(menu, target.placed, entry, int(target.control.value or 0))
        menu.aboutToHide.connect(self._close_menu)
        self._open = (target.message_id, entry.first_key)
        menu.open_at(place_below(self._page, target))

    def _close_menu(self) -> None:
        self._open = None
        self._page.repaint_all()

    def _add_table_actions(self, menu: QMenu, placed: Placed, entry: BlockEntry, number: int) -> None:
        for words, form in (
            (tr("Copy table as Markdown"), "markdown"),
            (tr("Copy table as CSV"), "csv"),
            (tr("Copy table for spreadsheet"), "tsv"),
        ):
            action = menu.addAction(words)
            action.triggered.connect(partial(self._copy_table, placed.spot.place, entry, number, form))

    def _copy_table(self, place: int, entry: BlockEntry, number: int, form: str, _checked: bool = False) -> None:
        text = self.table_text(place, entry, number, form)
        if text:
            self._clipboard.put(text)
            self._clipboard.say_done(entry, COPY_TABLE)

    def table_text(self, place: int, entry: BlockEntry, number: int, form: str) -> str:
        """Return the `number`th table of a block as "markdown", "csv" or "tsv", with the rows of all its parts."""
        parts = self._page.document.item(place).parts_of(entry) if entry.block.kind is Kind.TABLE else [entry]
        if form == "markdown":
            if entry.block.kind is not Kind.TABLE:
                return table_source(entry.block.source, number)
            later = [part.block.before + part.block.source for part in parts[1:]]
            return "".join([parts[0].block.source, *later])
        tables: list[Table] = [table for part in parts for table in tables_in(part.nodes())]
        chosen = tables if entry.block.kind is Kind.TABLE else tables[number : number + 1]
        rows = rows_of(chosen)
        return as_csv(rows) if form == "csv" else as_tsv(rows)
