"""The application object on macOS, where links arrive as events instead of arguments of another start."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from desktop_chat.core.open_request import OpenRequest, is_link

_AS_WRITTEN = QUrl.ComponentFormattingOption.FullyEncoded


class LinkApplication(QApplication):
    """Receives links of ours. Those that come before anybody listens, such as the one that started it, are kept."""

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self._open: Callable[[OpenRequest], None] | None = None
        self._early: list[OpenRequest] = []

    def listen(self, open_request: Callable[[OpenRequest], None]) -> None:
        """Pass links on from now on, those kept first."""
        self._open = open_request
        while self._early:
            open_request(self._early.pop(0))

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent) or not is_link(link := event.url().toString(_AS_WRITTEN)):
            return super().event(event)
        from desktop_chat.core.deep_link import parse_link  # noqa: PLC0415  (few runs have a link)

        request = parse_link(link)
        if self._open is None:
            self._early.append(request)
        else:
            self._open(request)
        return True
