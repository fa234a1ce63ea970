"""Says, above the composer, that the chosen model reads no images, as soon as some are attached."""

from __future__ import annotations

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
_Situation = tuple[tuple[str, str], tuple[Attachment, ...]]
"""Connection and model, and what is attached."""


class ImageGuard(SendGuard):
    """No warning is shown if it is unknown whether the model reads images. Back hides the bar until the model or the
    images change, or until the user sends. One decision to send without images is enough for a model: each reply says
    so."""

    model_wanted = Signal()
    """The user wants to choose a model that reads images."""
    passed = Signal(str)
    """The user chose to send the text, with or without the images; `lets_pass` then allows it."""

    def __init__(self, context: Context, session: ChatSession, composer: Composer, parent: QObject) -> None:
        super().__init__(composer, parent)
        self._context = context
        self._session = session
        self._agreed: _Situation | None = None
        """What the user chose to send anyway."""
        self._without: set[tuple[str, str]] = set()
        """Connections and models to which no images are sent."""
        self._put_away: _Situation | None = None
        composer.content_changed.connect(self.follow)

    def follow(self) -> None:
        """Show or hide the bar for the model and the attachments as they are now."""
        if not self._is_needed:
            self._close()
        elif not self.asks and self._situation not in {self._put_away, self._agreed}:
            self._ask()

    def lets_pass(self) -> bool:
        """Return whether the composer's attachments may be sent now; if not, show the bar."""
        if not self._is_needed or self._situation == self._agreed:
            self._close()
            return True
        self._ask()
        return False

    @property
    def _is_needed(self) -> bool:
        if not any(map(has_images, self._composer.attached)):
            return False
        return self._model not in self._without and self._context.providers.reads_images(*self._model) is False

    @property
    def _model(self) -> tuple[str, str]:
        options = self._session.conversation.options
        return options.connection_id, options.model

    @property
    def _situation(self) -> _Situation:
        return self._model, self._composer.attached

    def _ask(self) -> None:
        if self._bar is None:
            self._use(ImageBar(self._context.theme))
        if isinstance(self._bar, ImageBar):
            self._bar.set_model(self._model[1])
            self._bar.ask()

    def _act(self, action: str) -> None:
        if action == CHOOSE:
            self.model_wanted.emit()
            return
        self.go_back()
        if action == BACK:
            return
        if action == WITHOUT:
            self._without.add(self._model)
            self._context.providers.leave_images_out(*self._model)
        self._agreed = self._situation
        self.passed.emit(self._composer.text)

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

    def set_model(self, model: str) -> None:
        """Set the model that reads no images."""
        self._model = model

    def retranslate(self) -> None:
        self.set_text(tr("{model} cannot read images.", model=self._model))
        self.set_actions(
            [
                (CHOOSE, tr("Choose a model...")),
                (WITHOUT, tr("Send without the images")),
                (SEND, tr("Send anyway")),
                (BACK, tr("Back")),
            ]
        )


def has_images(attachment: Attachment) -> bool:
    """Return whether something of an attachment is sent as an image."""
    return attachment.kind is AttachmentKind.IMAGE or bool(attachment.page_sha256s)
