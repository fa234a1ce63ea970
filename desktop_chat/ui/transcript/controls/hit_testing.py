"""Finds, focuses and activates controls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal

from desktop_chat.ui.text.address_text import shown_address
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import Control, link_control
from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.transcript.blocks.message_parts import TOGGLE_SOURCES, TOGGLE_SUMMARY
from desktop_chat.ui.transcript.calls.card_layout import ALLOW_ONCE, REFUSE
from desktop_chat.ui.transcript.controls.block_tools import BlockTools
from desktop_chat.ui.transcript.controls.card_tools import CardTools
from desktop_chat.ui.transcript.controls.focus_chain import FocusChain, Target, place_below, rects_of
from desktop_chat.ui.transcript.controls.footnote_jumps import FootnoteJumps
from desktop_chat.ui.transcript.controls.message_menu import MessageMenu
from desktop_chat.ui.transcript.entries import BlockEntry, Entry
from desktop_chat.ui.transcript.images.transcript_images import TranscriptImages
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.selection.selection import whole_message
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.scroller import Placed
from desktop_chat.ui.transcript.viewport.smooth_scroll import SmoothScroll
from desktop_chat.ui.widgets.menu import Menu


class HitTester(QObject):
    """Finds controls under a point, moves the focus among them, and acts."""

    action_triggered = Signal(str, str)
    quote_requested = Signal(str)
    selection_export_requested = Signal(str)
    """The selection, as Markdown."""
    link_activated = Signal(str, str)
    link_hovered = Signal(str)
    summary_folded = Signal()
    """A summary was folded away, or unfolded."""
    keyboard_moved = Signal()
    keyboard_left = Signal()

    def __init__(
        self, page: TranscriptPage, clipboard: Clipboard, smooth_scroll: SmoothScroll, images: TranscriptImages
    ) -> None:
        super().__init__(page)
        self._page = page
        self._clipboard = clipboard
        self._images = images
        self.focus_chain = FocusChain(page)
        self.footnotes = FootnoteJumps(page, smooth_scroll, self.focus)
        self.tools = BlockTools(page, clipboard)
        self.cards = CardTools(page, clipboard)
        self.message_menu = MessageMenu(page, clipboard)
        self.message_menu.action_triggered.connect(self.action_triggered)
        self.message_menu.quote_requested.connect(self.quote_requested)
        self.hovered: ControlRef | None = None
        self.focused: ControlRef | None = None
        self.hovered_message = ""
        self.current_message = ""
        """The one that Alt+Up and Alt+Down went to."""

    def is_active(self, message_id: str) -> bool:
        """Return whether the actions of a message are shown."""
        if self.focused is not None and self.focused.message_id == message_id:
            return True
        return message_id in {self.hovered_message, self.current_message}

    def shows(self, control: Control, message_id: str, entry: Entry) -> bool:
        """Return whether a control of an entry is shown now."""
        if control.local:
            at = self.focused
            has_focus = at is not None and (at.message_id, at.key) == (message_id, entry.key)
            return has_focus or self.tools.is_at(message_id, entry)
        return not control.quiet or self.is_active(message_id)

    def target_at(self, point: QPointF) -> Target | None:
        """Return the control under a point of the viewport."""
        placed = self._page.entry_at(point.y())
        if placed is None:
            return None
        message_id = self._page.message_id(placed)
        x, y = self._page.local(placed, point)
        for control in placed.entry.controls():
            if control.enabled and control.contains(x, y):
                return Target(placed, message_id, control)
        layout = placed.entry.layout
        link = layout.link_at(x, y) if layout is not None and isinstance(placed.entry, BlockEntry) else None
        return Target(placed, message_id, link_control(link)) if link else None

    def hover(self, point: QPointF | None) -> None:
        """Follow the pointer; None when it has left."""
        target = self.target_at(point) if point is not None else None
        placed = self._page.entry_at(point.y()) if point is not None else None
        ref = target.ref if target else None
        message_id = self._page.message_id(placed) if placed else ""
        block = self.tools.place_of(placed) if placed else None
        if (ref, message_id, block) == (self.hovered, self.hovered_message, self.tools.hovered):
            return
        was_link = self.hovered is not None and self.hovered.name == "link"
        self.hovered, self.hovered_message, self.tools.hovered = ref, message_id, block
        if was_link or (ref is not None and ref.name == "link"):
            self.link_hovered.emit(ref.value if ref is not None and ref.name == "link" else "")
        self._page.repaint_all()

    def cursor_at(self, point: QPointF) -> Qt.CursorShape:
        """Return the pointer's shape."""
        if self.target_at(point) is not None:
            return Qt.CursorShape.PointingHandCursor
        placed = self._page.entry_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry):
            return Qt.CursorShape.ArrowCursor
        x, y = self._page.local(placed, point)
        inside = 0 <= x <= self._page.document.width and 0 <= y <= placed.entry.height
        return Qt.CursorShape.IBeamCursor if inside else Qt.CursorShape.ArrowCursor

    def tip_at(self, point: QPointF) -> str:
        """Return the tooltip for what is under the pointer."""
        target = self.target_at(point)
        if target is None:
            return self._numbers_at(point)
        if target.control.name == "note":
            return self.footnotes.tip(target)
        if target.control.name == "image" and target.control.shows_label:
            return shown_address(target.control.value)
        return "" if target.control.shows_label and target.control.name != "link" else target.control.label

    def _numbers_at(self, point: QPointF) -> str:
        """Return the details of the numbers of a reply under a point."""
        placed = self._page.entry_at(point.y())
        controls = placed.entry.controls() if placed is not None and not isinstance(placed.entry, BlockEntry) else []
        if placed is None:
            return ""
        x, y = self._page.local(placed, point)
        return next((one.label for one in controls if one.name == "numbers" and one.contains(x, y)), "")

    # --- the focus ----------------------------------------------------------------------------------------------

    def move_focus(self, *, forward: bool) -> bool:
        """Go to the next control, wherever it is. False after the last one: the focus leaves the transcript."""
        at = self.focused
        message_id = self.current_message if at is None else ""
        target = self.focus_chain.enter(message_id, forward=forward) if message_id else None
        target = target or self.focus_chain.next_target(at, forward=forward)
        self._focus(self.focus_chain.reveal(target) if target is not None else None)
        return target is not None

    def focus(self, ref: ControlRef) -> None:
        """Focus a control."""
        self._focus(self.focus_chain.target(ref))

    def _focus(self, target: Target | None) -> None:
        self.focused = target.ref if target is not None else None
        self._page.repaint_all()
        self.keyboard_moved.emit()

    def go_to_message(self, message_id: str) -> None:
        """Focus a whole message, and move the caret before its text unless something is selected."""
        self.focused, self.current_message = None, message_id
        if self._page.selection.ends() is None:
            self._page.selection.begin(whole_message(message_id)[0])
        self._page.repaint_all()
        self.keyboard_moved.emit()

    def enter(self, reason: Qt.FocusReason) -> None:
        """Take the focus; Tab goes straight to a control."""
        if reason in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.move_focus(forward=reason is Qt.FocusReason.TabFocusReason)

    def leave_focus(self) -> None:
        """Forget where the focus was."""
        if self.focused is not None or self.current_message:
            self.focused, self.current_message = None, ""
            self._page.repaint_all()
            self.keyboard_left.emit()

    def scroll_sideways(self, *, right: bool) -> bool:
        """Scroll contents that are too wide where the focus is. False where there are none."""
        return self.focused is not None and self.focus_chain.scroll_sideways(self.focused, right=right)

    def press_focused(self) -> bool:
        """Press the focused control."""
        return self.focused is not None and self.press_ref(self.focused)

    def press_ref(self, ref: ControlRef) -> bool:
        """Press a control, wherever it is. False when it no longer exists."""
        target = self.focus_chain.target(ref)
        if target is not None:
            self.press(self.focus_chain.reveal(target))
        return target is not None

    def decide(self, *, refuse: bool) -> bool:
        """Allow or refuse the first tool call that waits for approval. If its buttons are out of view, only show and
        focus them: nothing is decided unseen."""
        ref = self.cards.waiting_call(REFUSE if refuse else ALLOW_ONCE)
        target = self.focus_chain.target(ref) if ref is not None else None
        if ref is None or target is None:
            return False
        if any(seen.ref == target.ref for seen in self.focus_chain.in_view()):
            return self.press_ref(ref)
        self._page.area.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus(self.focus_chain.reveal(target))
        return True

    def focused_rects(self, message_id: str, entry: Entry) -> Sequence[QRectF]:
        """Return where the focused control is in an entry; nothing for other entries."""
        focused = self.focused
        if focused is None or (focused.message_id, focused.key) != (message_id, entry.key):
            return ()
        room = 3 if focused.name == "link" else 0
        return [rect.adjusted(-room, 0, room, 0) for rect in rects_of(focused, entry)]

    def open_menu_by_key(self) -> None:
        """Open the context menu of the focused control or message."""
        page = self._page
        rects: Sequence[QRectF] = ()
        for one in page.placed:
            message_id = self._page.message_id(one)
            rects = self.focused_rects(message_id, one.entry)
            if rects or (self.focused is None and message_id == self.current_message):
                point = rects[0].center() if rects else QPointF(0, 1)
                at = point + QPointF(page.column_x, one.y)
                break
        else:
            at = QPointF(page.column_x, 1)
        self.open_context_menu(at, page.viewport.mapToGlobal(at.toPoint()))

    # --- acting -------------------------------------------------------------------------------------------------

    def press(self, target: Target) -> None:
        """Do what a control is for, or have others do it."""
        if not self.tools.press(target) and not self.cards.press(target):
            self._press(target)

    def _press(self, target: Target) -> None:
        page = self._page
        name, message_id = target.control.name, target.message_id
        match name:
            case "link":
                self.link_activated.emit(target.control.value, target.control.text)
            case "note":
                self.footnotes.follow(target)
            case "note_back":
                self.footnotes.go_back(target)
            case "copy":
                self._clipboard.put_message(message_id)
            case "toggle_reasoning" | "toggle_sources" | "toggle_summary":
                self._toggle(name, target.placed)
            case "more":
                self._open_menu(target)
            case "image" | "placeholder":
                self._images.press(name, target.control.value, place_below(page, target))
            case _:
                self.action_triggered.emit(name, message_id)

    def open_context_menu(self, point: QPointF, at: QPoint) -> None:
        """Open the context menu of a point."""
        page = self._page
        target = self.target_at(point)
        menu = Menu(page.theme, page.area)
        if page.selection.ends() is not None:
            menu.addAction(tr("Copy selection")).triggered.connect(partial(self._copy_selection, markdown=True))
            menu.addAction(tr("Copy selection as plain text")).triggered.connect(
                partial(self._copy_selection, markdown=False)
            )
            menu.addAction(tr("Export selection...")).triggered.connect(self._export_selection)
        if target is not None and target.control.name in {"image", "placeholder"}:
            self._images.fill_menu(menu, target.control.value)
        if target is not None and target.control.name == "link":
            menu.addAction(tr("Copy link")).triggered.connect(partial(self._copy_link, target.control.value))
        if latex := self._latex_at(point):
            menu.addAction(tr("Copy LaTeX")).triggered.connect(partial(self._copy_link, latex))
        if (placed := self._page.entry_at(point.y())) is not None:
            if menu.isEmpty():
                self.tools.fill_menu(menu, placed)
            if not menu.isEmpty():
                menu.addSeparator()
            self.message_menu.fill(menu, self._page.message_id(placed))
        menu.addSeparator()
        menu.addAction(tr("Select all")).triggered.connect(page.select_all)
        menu.open_at(at)

    def _latex_at(self, point: QPointF) -> str:
        placed = self._page.entry_at(point.y())
        layout = placed.entry.layout if placed is not None else None
        if placed is None or layout is None or not isinstance(placed.entry, BlockEntry):
            return ""
        inset = layout.formula_at(*self._page.local(placed, point), placed.entry.code.offset)
        return inset.latex if inset is not None else ""

    def _open_menu(self, target: Target) -> None:
        menu = Menu(self._page.theme, self._page.area)
        self.message_menu.fill(menu, target.message_id)
        menu.open_at(place_below(self._page, target))

    def _copy_selection(self, _checked: bool = False, *, markdown: bool) -> None:
        self._clipboard.put_selection(markdown=markdown)

    def _export_selection(self) -> None:
        self.selection_export_requested.emit(self._clipboard.copier.text(markdown=True))

    def _copy_link(self, href: str) -> None:
        self._clipboard.put(href)

    def _toggle(self, name: str, placed: Placed) -> None:
        """Fold or unfold the reasoning, the sources or the summary of a message; the pressed line stays."""
        page = self._page
        item = page.document.item(placed.spot.place)
        if name == TOGGLE_SOURCES:
            item.shows_all_sources = not item.shows_all_sources
        elif name == TOGGLE_SUMMARY:
            item.hides_summary = not item.hides_summary
            self.summary_folded.emit()
        else:
            item.unfolded = not item.unfolded
        page.scroller.go_to_entry(placed.spot, -placed.y)
        page.resync(placed.spot.place)
