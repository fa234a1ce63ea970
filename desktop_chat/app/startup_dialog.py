"""Shows in a window why the application cannot start: users who start it from the desktop see no terminal."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def stderr_is_read() -> bool:
    """Return whether anyone reads standard error: it is a terminal, or a pipe to another program."""
    try:
        mode = os.fstat(sys.stderr.fileno()).st_mode
    except (AttributeError, OSError, ValueError):
        return False
    return sys.stderr.isatty() or stat.S_ISFIFO(mode)


def show(words: Callable[[], str], make_application: Callable[[], QApplication]) -> None:
    """Show a sentence, created in the desktop's language, until it is closed."""
    from desktop_chat.app.loop import run  # noqa: PLC0415  (rarely needed, like all of these)
    from desktop_chat.ui.languages import Languages  # noqa: PLC0415
    from desktop_chat.ui.style.theme import Theme  # noqa: PLC0415
    from desktop_chat.ui.widgets.async_dialog import show_startup_error  # noqa: PLC0415

    app = make_application()
    languages, theme = Languages(app), Theme(app)
    languages.set_language("system")
    theme.set_scheme("system")
    run(show_startup_error(words()), app)
