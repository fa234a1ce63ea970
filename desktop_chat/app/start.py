"""Starts the window from the command line, or says why it cannot."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat import APP_ID
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.import_hook import restore_import
from desktop_chat.app.preflight import make_libdbus_nonfatal, startup_problem
from desktop_chat.app.terminal import print_error
from desktop_chat.core.errors import SettingsError
from desktop_chat.services.paths import Paths

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

CANNOT_START = 2


def start(arguments: Arguments) -> int:
    """Run the window, or the self-test, and return the exit code."""
    gc.disable()  # startup creates no garbage, and collecting takes a tenth of the time; then see `main_thread_gc`
    if (sentence := startup_problem()) is not None:
        return _refuse(sentence)
    if arguments.self_test and arguments.data_dir is None:
        import tempfile  # noqa: PLC0415

        with tempfile.TemporaryDirectory(prefix="desktop-chat-self-test-") as folder:
            return _start_in(replace(arguments, data_dir=Path(folder)))
    return _start_in(arguments)


def _start_in(arguments: Arguments) -> int:
    paths = Paths(arguments.data_dir)
    try:
        paths.make_directories()
    except SettingsError as error:
        return _refuse_directory(error)
    app = make_qt_application()

    from desktop_chat.app.application import Application  # noqa: PLC0415
    from desktop_chat.app.link_application import LinkApplication  # noqa: PLC0415
    from desktop_chat.app.loop import run  # noqa: PLC0415
    from desktop_chat.app.main_thread_gc import MainThreadGC  # noqa: PLC0415
    from desktop_chat.app.single_instance import SingleInstance  # noqa: PLC0415
    from desktop_chat.app.start_request import request_of  # noqa: PLC0415
    from desktop_chat.core.open_request import is_name  # noqa: PLC0415

    instance = SingleInstance(paths.data_dir)
    if not instance.acquire():
        if arguments.hidden:
            return 0
        token = os.environ.get("XDG_ACTIVATION_TOKEN", "")
        if instance.hand_over(replace(request_of(arguments), activation=token if is_name(token) else None)):
            return 0
        if not instance.acquire():  # the other one is stuck; or it has just ended
            return _refuse("Desktop Chat is already running but does not respond. Quit it, then start it again.")
    try:
        application = Application(app, paths, arguments)
        instance.received.connect(application.open_request)

        def settle() -> None:
            gc.freeze()
            MainThreadGC(app)
            instance.listen()
            if isinstance(app, LinkApplication):
                app.listen(application.open_request)

        return run(application.run(when_open=settle, when_closing=instance.stop_listening), app)
    finally:
        instance.release()


def make_qt_application() -> QApplication:
    """Create the QApplication, with its desktop name and support for input methods."""
    if sys.platform == "linux":
        make_libdbus_nonfatal(os.environ)
        # PySide6 has no plug-in for fcitx, but fcitx works with ibus's. Qt uses the first of these that works.
        os.environ.setdefault("QT_IM_MODULES", "fcitx;ibus")
    if sys.platform == "win32":
        _name_process_for_taskbar()
    import PySide6.QtCore  # noqa: F401, PLC0415

    restore_import()
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from desktop_chat.app.link_application import LinkApplication  # noqa: PLC0415

    app = (LinkApplication if sys.platform == "darwin" else QApplication)(["desktop-chat"])
    app.setApplicationName("desktop-chat")
    app.setApplicationDisplayName("Desktop Chat")
    QGuiApplication.setDesktopFileName(APP_ID)
    return app


def _name_process_for_taskbar() -> None:
    """Set the application id by which Windows groups windows and menu entries; otherwise they belong to Python."""
    import ctypes  # noqa: PLC0415  (here alone)

    if sys.platform == "win32":
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def _refuse_directory(error: SettingsError) -> int:
    """Report a problem with the data directory on the terminal, or in a window if nobody reads that."""
    from desktop_chat.app.startup_dialog import show, stderr_is_read  # noqa: PLC0415  (rarely needed)
    from desktop_chat.ui.text.terminal_text import directory_refused  # noqa: PLC0415

    code = _refuse(directory_refused(error))
    if not stderr_is_read():
        show(lambda: directory_refused(error), make_qt_application)
    return code


def _refuse(sentence: str) -> int:
    print_error(sentence)
    return CANNOT_START
