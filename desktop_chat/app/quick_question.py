"""Brings up the quick window, and ends a program that was started for it alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from desktop_chat.core.listeners import Listeners
from desktop_chat.core.open_request import OpenRequest
from desktop_chat.core.workspace import Workspace
from desktop_chat.ui.context import Context
from desktop_chat.ui.window.main_window import MainWindow
from desktop_chat.ui.window.request_opening import options_for

if TYPE_CHECKING:
    from desktop_chat.ui.quick.quick_window import QuickWindow

EMPTY = OpenRequest()


class QuickQuestion:
    """Owns the quick window, which is made when it is first asked for."""

    def __init__(self, context: Context, main: MainWindow, left: Workspace) -> None:
        self.place_changed: Listeners[None] = Listeners()
        self._context = context
        self._main = main
        self._left = left
        self.can_be_called: Callable[[], bool] = lambda: False
        """Whether something else leads to the program when none of its windows is visible."""
        self._end: Callable[[], None] | None = None
        main.quick_requested.connect(self.open)

    @cached_property
    def window(self) -> QuickWindow:
        from desktop_chat.ui.quick.quick_window import QuickWindow  # noqa: PLC0415  (not before the first paint)

        window = QuickWindow(self._context, self._left)
        window.place_changed.connect(lambda: self.place_changed.emit(None))
        window.hidden.connect(self._end_if_alone)
        return window

    @property
    def place(self) -> dict[str, Any]:
        """Where the window is, as fields of the workspace."""
        if self._is_made:
            return self.window.place
        return {"quick_geometry": self._left.quick_geometry, "quick_height": self._left.quick_height}

    def open(self, request: OpenRequest = EMPTY) -> None:
        """Show the window; with a new conversation where something is asked for. Nothing is sent."""
        self.window.open(options_for(request, self._context), request.prompt or "")

    def open_alone(self, end: Callable[[], None]) -> None:
        """Show the window without the main window. Call `end` as soon as neither can be seen and no reply runs."""
        self._end = end
        self._context.sessions.replying.add(lambda _count: self._end_if_alone())
        self.window.open()

    def stay_reachable(self, *, in_tray: bool) -> None:
        """Show the tray's icon and hold the key for quick questions, whenever the settings say so. With `in_tray`, the
        main window stays hidden if the icon leads to it."""
        from desktop_chat.app.background import Background  # noqa: PLC0415  (after the first paint)

        background = Background(self._context, self._main, self.open)
        self.can_be_called = background.can_be_called
        if in_tray:
            background.stay_in_tray()

    def finish(self) -> None:
        """Keep what is written; the end has begun."""
        self._end = None
        if self._is_made:
            self.window.finish()

    def close(self) -> None:
        """Take the window away."""
        if self._is_made:
            self.window.hide()
            self.window.deleteLater()

    @property
    def _is_made(self) -> bool:
        return "window" in self.__dict__

    def _end_if_alone(self) -> None:
        is_needed = self._main.isVisible() or self.window.isVisible() or self.can_be_called()
        if self._end is not None and not is_needed and not self._context.sessions.replies:
            self._end()
