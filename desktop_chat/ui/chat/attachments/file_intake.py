"""Takes files in from the file dialog, from pasting and from dropping anywhere on a tab. Nothing is sent by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.pasting import MAX_TEXT, Pasted, can_be_pasted
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import start_for

if TYPE_CHECKING:
    from desktop_chat.core.attachment_reading import Source
    from desktop_chat.ui.chat.attachments.panel import AttachmentPanel
    from desktop_chat.ui.chat.attachments.pending import Pending
    from desktop_chat.ui.context import Context

_AT_A_TIME = 10
"""Files that are put into the strip in one turn of the loop."""
MAX_AT_ONCE = 10
"""More files than these, and folders, are chosen from a list."""
_MAX_CHOSEN = 50
"""The same for files that were chosen in a dialog."""


class FileIntake(QObject):
    """Attaches what is given to one tab's composer."""

    def __init__(self, tab: QWidget, composer: Composer, context: Context) -> None:
        super().__init__(tab)
        self._tab = tab
        self._composer = composer
        self._context = context
        composer.edit.given.connect(self.take)
        composer.attach_requested.connect(self.ask)
        composer.attachments_made.connect(self._serve)
        tab.setAcceptDrops(True)
        tab.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self._composer.set_drop_target(False)
        elif isinstance(event, QDropEvent) and self._composer.isVisible() and can_be_pasted(event.mimeData()):
            event.acceptProposedAction()
            is_dropped = event.type() == QEvent.Type.Drop
            self._composer.set_drop_target(not is_dropped)
            if is_dropped:
                self._composer.edit.insertFromMimeData(event.mimeData())
                self._composer.edit.setFocus()
            return True
        return False

    def ask(self) -> None:
        """Let the user choose files."""
        self._start(self._ask(), "choose files")

    def take(self, pasted: Pasted) -> None:
        """Attach what was pasted or dropped; a long text only if the settings say so."""
        if pasted.files:
            self._start(self._take_files(pasted.files, MAX_AT_ONCE), "look at dropped files")
        elif pasted.image:
            self._attach_content(tr("pasted image") + ".png", pasted.image)
        elif pasted.text:
            self._take_text(pasted.text)

    def _take_text(self, text: str) -> None:
        is_forced = len(text) > MAX_TEXT
        if self._context.preferences.settings.long_paste != "file" and not is_forced:
            self._composer.edit.insert_in_one_step(text)
            return
        item = self._attach_content(tr("pasted text") + ".txt", text.encode("utf-8", "replace"))
        if not is_forced:
            panel = self._composer.attachments
            panel.offer(
                lambda: tr("The long text was attached as a file."),
                lambda: tr("Insert as text instead"),
                lambda: self._insert_instead(item, text),
            )

    def _insert_instead(self, item: Pending, text: str) -> None:
        self._composer.attachments.files.remove(item)
        self._composer.edit.insert_in_one_step(text)
        self._composer.edit.setFocus()

    async def _ask(self) -> None:
        from desktop_chat.ui.widgets.async_dialog import ask_files  # noqa: PLC0415  (seldom needed)

        files = await ask_files(self._tab, tr("Attach files"))
        if files:
            await self._take_files(files, _MAX_CHOSEN)
        self._composer.edit.setFocus()

    async def _take_files(self, paths: Sequence[Path], most: int) -> None:
        """Attach files; let the user choose first if there are many, or a folder."""
        from desktop_chat.ui.chat.attachments.file_choice import choose_files  # noqa: PLC0415  (seldom needed)
        from desktop_chat.ui.chat.attachments.file_walk import has_folder  # noqa: PLC0415  (seldom needed)

        chosen = paths
        if len(paths) > most or await has_folder(paths):
            chosen = await choose_files(self._tab, self._context, paths)
        if chosen:
            await self._attach_files(chosen)

    async def _attach_files(self, paths: Sequence[Path]) -> None:
        """Attach files in small steps, so that even hundreds hold up nothing."""
        from desktop_chat.core.attachment_reading import FileSource  # noqa: PLC0415  (seldom needed)
        from desktop_chat.ui.chat.attachments import loader, panel  # noqa: F401, PLC0415  (seldom needed)

        await asyncio.sleep(0)
        self._composer.attachments.drop_note()
        remaining = [FileSource(path) for path in paths]
        while remaining:
            await asyncio.sleep(0)
            self._attach(remaining[:_AT_A_TIME])
            del remaining[:_AT_A_TIME]

    def _attach_content(self, name: str, content: bytes) -> Pending:
        from desktop_chat.core.attachment_reading import ContentSource  # noqa: PLC0415  (seldom needed)

        [item] = self._attach([ContentSource(name, content)])
        return item

    def _attach(self, sources: Iterable[Source]) -> list[Pending]:
        from desktop_chat.core.attachment_reading import ReadOptions  # noqa: PLC0415  (seldom needed)
        from desktop_chat.ui.chat.attachments.pending import Pending  # noqa: PLC0415  (seldom needed)

        options = ReadOptions(image_side=self._context.preferences.settings.image_size)
        items = [Pending(source.name, source, options=options) for source in sources]
        self._composer.attachments.add(items)
        return items

    def _serve(self, panel: AttachmentPanel) -> None:
        """Read the files of the composer's panel, and open them, from its first one on."""
        from desktop_chat.ui.chat.attachments.loader import AttachmentLoader  # noqa: PLC0415  (seldom needed)

        AttachmentLoader(self._context, panel)
        panel.open_requested.connect(partial(self._open, panel))

    def _open(self, panel: AttachmentPanel, item: Pending) -> None:
        from desktop_chat.ui.chat.attachments.preview import open_preview  # noqa: PLC0415  (seldom needed)

        open_preview(self._tab, self._context, panel.files, item)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        start_for(self._tab, self._context.tasks, work, name)
