"""Says in a window of its own why there is none: whoever starts from the desktop reads no terminal."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def stderr_is_read() -> bool:
    """Say whether somebody reads standard error: a terminal, or a program at the other end of a pipe."""
    try:
        mode = os.fstat(sys.stderr.fileno()).st_mode
    except (AttributeError, OSError, ValueError):
        return False
    return sys.stderr.isatty() or stat.S_ISFIFO(mode)


def show(words: Callable[[], str], make_application: Callable[[], QApplication]) -> None:
    """Show a sentence, made in the language of the desktop, until it is closed."""
    from desktop_chat.app.loop import run  # noqa: PLC0415  (seldom needed, all of it)
    from desktop_chat.ui.languages import Languages  # noqa: PLC0415
    from desktop_chat.ui.style.theme import Theme  # noqa: PLC0415
    from desktop_chat.ui.widgets.async_dialog import tell_why_not  # noqa: PLC0415

    app = make_application()
    languages, theme = Languages(app), Theme(app)
    languages.set_language("system")
    theme.set_scheme("system")
    run(tell_why_not(words()), app)
