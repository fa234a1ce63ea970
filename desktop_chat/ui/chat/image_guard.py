"""Says, above the composer, that the chosen model reads no images, as soon as some are attached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.send_guard import BACK, SEND, QuestionBar, SendGuard
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr

CHOOSE = "choose"
WITHOUT = "without"


class ImageGuard(SendGuard):
    """Nothing is said about a model of which it is not known. Back puts the bar away until the model or the images
    change, or until the user sends."""

    model_wanted = Signal()
    """The user wants to choose a model that reads images."""
    passed = Signal(bool)
    """The user chose to send: with the images, or without."""

    def __init__(self, context: Context, session: ChatSession, composer: Composer, parent: QObject) -> None:
        super().__init__(composer, parent)
        self._context = context
        self._session = session
        self._agreed = False
        self._put_away: tuple[str, str, tuple[Attachment, ...]] | None = None
        composer.content_changed.connect(self.follow)

    def follow(self) -> None:
        """Show or hide the bar for the model and the attachments as they are now."""
        if not self._is_needed:
            self._close()
        elif not self.asks and self._situation != self._put_away:
            self._ask()

    def lets_pass(self) -> bool:
        """Return whether the composer's attachments may be sent now; if not, show the bar."""
        if self._agreed or not self._is_needed:
            self._close()
            return True
        self._ask()
        return False

    @property
    def _is_needed(self) -> bool:
        if not any(map(has_images, self._composer.attached)):
            return False
        options = self._session.conversation.options
        return self._context.providers.reads_images(options.connection_id, options.model) is False

    @property
    def _situation(self) -> tuple[str, str, tuple[Attachment, ...]]:
        options = self._session.conversation.options
        return options.connection_id, options.model, self._composer.attached

    def _ask(self) -> None:
        if self._bar is None:
            self._use(ImageBar(self._context.theme))
        if isinstance(self._bar, ImageBar):
            rest = bool(self._composer.text.strip() or without_images(self._composer.attached))
            self._bar.set_model(self._session.conversation.options.model, can_send_rest=rest)
            self._bar.ask()

    def _act(self, action: str) -> None:
        if action == CHOOSE:
            self.model_wanted.emit()
            return
        self.go_back()
        if action != BACK:
            self._agreed = True
            try:
                self.passed.emit(action == SEND)
            finally:
                self._agreed = False

    def go_back(self) -> None:
        """Put the bar away and return to the text."""
        self._put_away = self._situation
        super().go_back()

    def _note_change(self) -> None:
        """What changes is followed from the beginning on."""


class ImageBar(QuestionBar):
    """What is wrong, and what can be done."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._model = ""
        self._can_send_rest = False

    def set_model(self, model: str, *, can_send_rest: bool) -> None:
        """Set the model, and whether anything is left to send without the images."""
        self._model, self._can_send_rest = model, can_send_rest

    def retranslate(self) -> None:
        self.set_text(tr("{model} cannot read images.", model=self._model))
        rest = [(WITHOUT, tr("Send without the images"))] if self._can_send_rest else []
        self.set_actions(
            [(CHOOSE, tr("Choose a model...")), *rest, (SEND, tr("Send anyway")), (BACK, tr("Back"))],
        )


def has_images(attachment: Attachment) -> bool:
    """Return whether something of an attachment is sent as an image."""
    return attachment.kind is AttachmentKind.IMAGE or bool(attachment.page_sha256s)


def without_images(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Return what is left of some attachments without images: the texts of documents."""
    kept = (each for each in attachments if not has_images(each) or each.text_sha256)
    return tuple(replace(each, page_sha256s=()) for each in kept)
