"""The images of a transcript: which are in view, which are asked for, and how the page shows a new one.

Nothing is fetched or decoded here: signals tell what is wanted, and the image cache holds what has arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, sqrt

from PySide6.QtCore import QObject, QPoint, QSize, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QMenu

from desktop_chat.ui.images.image_cache import ImageCache, ShownImage, Stage, image_key, is_attachment
from desktop_chat.ui.images.image_decoding import fitted, is_at_hand, waits_for_click
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.entries import Entry
from desktop_chat.ui.transcript.images.image_box import ImageBox
from desktop_chat.ui.transcript.images.image_layout import TALLEST, can_be_asked_for, image_name, words_to_ask
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.menu import Menu

_MAX_PIXELS = 4_000_000


@dataclass(frozen=True, slots=True)
class _Seen:
    message_id: str
    order: tuple[int, float, float]
    alternative: str


class TranscriptImages(QObject):
    """Emits requests of the user, or of the page in view, for images."""

    load_requested = Signal(str)
    decode_requested = Signal(str)
    """For an image whose bytes are available: it came into view, or needs a higher resolution."""
    open_requested = Signal(str)
    copy_requested = Signal(str)
    save_requested = Signal(str)

    def __init__(self, page: TranscriptPage, clipboard: Clipboard) -> None:
        super().__init__(page)
        self._page = page
        self._clipboard = clipboard
        self._seen: dict[str, _Seen] = {}
        self._wanted: set[str] = set()
        self._rooms: dict[str, QSize] = {}
        """How large the attached images in view are needed, in pixels of the screen."""
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self._follow(self.image_cache)

    @property
    def image_cache(self) -> ImageCache:
        return self._page.document.render_style.image_cache

    def use_cache(self, image_cache: ImageCache) -> None:
        """Share the images of other transcripts."""
        self.image_cache.changed.disconnect(self._show_change)
        self._page.document.use_cache(image_cache)
        self._follow(image_cache)

    def room(self) -> QSize:
        """The largest size of an image on the page, in pixels of the screen; smaller on very large pages, so that all
        images in view at once fit in the cache."""
        page = self._page
        width, height = page.document.width, page.document.render_style.px(TALLEST)
        ratio = min(page.area.devicePixelRatioF(), sqrt(_MAX_PIXELS / (width * height)))
        return QSize(int(width * ratio), int(height * ratio))

    def room_for(self, address: str) -> QSize:
        """Return the size in which an image is needed; thumbnails are decoded small."""
        return self._rooms.get(address) or self.room()

    def shown(self) -> list[ShownImage]:
        """Return the images of the conversation that can be shown, in their order."""
        model, found = self._page.model, []
        for one in self._page.placed:  # one that has just arrived may not be painted yet
            if one.entry.layout is not None:
                self._note(self._page.message_id(one), one.entry, one.entry.layout.arts)
        for address, seen in self._seen.items():
            place = model.place_of(seen.message_id)
            if place is not None and self.image_cache.state_of(address).stage is Stage.READY:
                found.append(((place, seen.order), ShownImage(address, seen.alternative)))
        return [image for _, image in sorted(found, key=lambda each: each[0])]

    def look_at(self, message_id: str, entry: Entry, arts: Sequence[ImageBox]) -> None:
        """Note that images of an entry are in view; called while it is painted."""
        self._note(message_id, entry, arts)
        for art in arts:
            if self._needs_decoding(art):
                self._wanted.add(art.address)
        if self._wanted and not self._soon.isActive():
            self._soon.start()

    def press(self, name: str, address: str, at: QPoint) -> None:
        """Load or open an image that was pressed; a placeholder inside text opens a menu instead."""
        if name == "placeholder":
            menu = Menu(self._page.theme, self._page.area)
            self.fill_menu(menu, address)
            menu.open_at(at)
        elif self.image_cache.state_of(address).stage is Stage.READY:
            self.open_requested.emit(address)
        else:
            self.load_requested.emit(address)

    def fill_menu(self, menu: QMenu, address: str) -> None:
        """Add what can be done with an image in its present state."""
        stage = self.image_cache.state_of(address).stage
        if stage is Stage.READY:
            for words, signal in (
                (tr("Enlarge"), self.open_requested),
                (tr("Copy image"), self.copy_requested),
                (tr("Save image as..."), self.save_requested),
            ):
                menu.addAction(words).triggered.connect(partial(self._tell, signal, address))
        elif can_be_asked_for(address, stage):
            menu.addAction(words_to_ask(address, stage)).triggered.connect(
                partial(self._tell, self.load_requested, address)
            )
        if not is_at_hand(address):
            menu.addAction(tr("Copy image address")).triggered.connect(partial(self._copy_address, address))

    @staticmethod
    def _tell(signal: SignalInstance, address: str, _checked: bool = False) -> None:
        signal.emit(address)

    def _copy_address(self, address: str, _checked: bool = False) -> None:
        self._clipboard.put(address)

    def _follow(self, image_cache: ImageCache) -> None:
        image_cache.changed.connect(self._show_change)

    def _note(self, message_id: str, entry: Entry, arts: Iterable[ImageBox]) -> None:
        for art in arts:
            if self.image_cache.state_of(art.address).stage is Stage.READY:
                self.image_cache.note_seen(art.address)
                order = (entry.key, art.rect.top(), art.rect.left())
                self._seen[art.address] = _Seen(message_id, order, art.alternative)

    def _needs_decoding(self, art: ImageBox) -> bool:
        state = self.image_cache.state_of(art.address)
        if is_attachment(art.address) and state.natural is not None:
            self._note_room(art, state.natural)
        if state.stage is Stage.UNASKED or state.image is None or state.natural is None:
            is_unasked = state.stage is Stage.UNASKED and not waits_for_click(art.address)
            return is_at_hand(art.address) and (is_unasked or state.stage is Stage.READY)
        wanted = fitted(state.natural, self.room_for(art.address)).width()
        needed = min(self._width_in(art, state.natural), wanted)
        return not art.sign and state.image.width() < needed - 1

    def _width_in(self, art: ImageBox, natural: QSize) -> float:
        """Return how wide an image is painted, in pixels of the screen; a thumbnail's edges are cut off."""
        width = art.rect.width()
        if art.is_thumbnail:
            width = max(width, art.rect.height() * natural.width() / natural.height())
        return width * self._page.area.devicePixelRatioF()

    def _note_room(self, art: ImageBox, natural: QSize) -> None:
        """Note the largest size in which an attached image is in view."""
        width = ceil(min(self._width_in(art, natural), natural.width()))
        known = self._rooms.get(art.address)
        if known is None or known.width() < width:
            height = ceil(width * natural.height() / natural.width())
            self._rooms[art.address] = QSize(width, height).boundedTo(self.room())

    def _ask(self) -> None:
        wanted, self._wanted = self._wanted, set()
        for address in wanted:
            self.decode_requested.emit(address)

    def _show_change(self, key: str) -> None:
        """Lay out again the blocks that show an image. What is being read stays where it is."""
        page = self._page
        entries = page.document.entries_with(key)
        if not entries:
            return
        held = self._part_above(entries, key)
        heights = {id(entry): entry.height for entry in entries}
        for entry in entries:
            entry.layout = None
        if held is not None:
            spot, offset = page.scroller.anchor
            grown = page.document.entry(spot).height - heights[id(held)]
            page.scroller.hold_at(spot, offset + grown)
        page.show_changes()
        self._announce(key, entries[0])

    def _part_above(self, entries: list[Entry], key: str) -> Entry | None:
        """Return the entry at the top edge if the image begins above it: then the text below it is being read."""
        page = self._page
        if page.scroller.follow or not page.is_visible:
            return None
        spot, offset = page.scroller.anchor
        listed = page.document.item(spot.place).entries
        entry = listed[min(spot.index, len(listed) - 1)]
        if entry not in entries or entry.layout is None:
            return None
        tops = [art.rect.top() for art in entry.layout.arts if image_key(art.address) == key]
        return entry if tops and tops[0] < offset else None

    def _announce(self, key: str, entry: Entry) -> None:
        """Tell a screen reader the state of an image that was asked for."""
        arts = entry.layout.arts if entry.layout is not None else []
        art = next((art for art in arts if image_key(art.address) == key), None)
        if art is None or not self._page.is_visible or (is_at_hand(art.address) and not waits_for_click(art.address)):
            return
        state = self.image_cache.state_of(art.address)
        name = image_name(art.alternative)
        if state.stage is Stage.READY:
            announce(self._page.area, tr("{name}: loaded", name=name))
        elif state.stage is not Stage.UNASKED:
            words = sentence(state.error) if state.error is not None else tr("Loading...")
            announce(self._page.area, tr("{name}: {words}", name=name, words=words))
