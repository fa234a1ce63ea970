"""The program, brought into a state in which exiting is hard; then it exits or is told to.

Usage: quitting_child.py DATA_DIR STATE [WAY]. Prints "ready" once the state is reached; with WAY it then exits that
way, otherwise it waits for a signal. A reply of the demo is being streamed in every state.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.shutdown import exit_now
from desktop_chat.app.start import start
from desktop_chat.core.entities import ChatOptions, Connection
from desktop_chat.services.demo.demo_provider import DEMO_ID
from desktop_chat.services.secrets import key_stamp
from desktop_chat.services.secrets.keyring_backends import KeyringBackend
from desktop_chat.services.sqlite import sqlite_file, sqlite_store

STUCK = threading.Event()
"""Never set: waiting for it hangs forever."""
open_for_real = Application.open
data_dir, state, way = Path(sys.argv[1]), sys.argv[2], "".join(sys.argv[3:])


def hang(*_arguments: object, **_more: object) -> KeyringBackend:
    STUCK.wait()
    raise AssertionError


async def ask(application: Application, connection_id: str, prompt: str) -> Callable[[], int]:
    """Ask in a new tab; return a function that counts the received characters."""
    tabs = application.window.tabs
    tabs.new_tab(ChatOptions(connection_id=connection_id, model="demo"), prompt)
    tab = tabs.current
    while tab is None or tab.session is None or tab.composer.text != prompt:  # noqa: ASYNC110  (observes the window)
        await asyncio.sleep(0.01)
    tab.composer.submitted.emit(prompt)
    message_id = tab.session.path[-1].id

    def shown() -> int:
        message = tab.transcript.model.message(message_id)
        return len(message.text) if message is not None else 0

    return shown


async def reach(application: Application) -> None:
    shown = await ask(application, DEMO_ID, "something long")
    while shown() < 100:  # noqa: ASYNC110  (observes the window)
        await asyncio.sleep(0.01)
    if state == "name look-up":
        socket.getaddrinfo = hang  # type: ignore[assignment]
        far = Connection("far", "Far", "http://models.example.org/v1")
        application.connections.add_temporary(far)
        application.secrets.keep_in_memory(far.id, "a-key-for-tests", "http://models.example.org:80")
        await ask(application, far.id, "hello")
    elif state == "keyring":
        application.connections.add_temporary(Connection("far", "Far", "https://models.example.org/v1"))
        await ask(application, "far", "hello")
    elif state == "store":
        sqlite_store._write = hang  # type: ignore[assignment]
    await asyncio.sleep(0.3)
    print("ready", flush=True)
    end(application)


def end(application: Application) -> None:
    from PySide6.QtCore import QCoreApplication, Qt  # noqa: PLC0415
    from PySide6.QtTest import QTest  # noqa: PLC0415

    match way:
        case "close":
            application.window.close()
        case "ctrl+q":
            application.window.activateWindow()
            QTest.keyClick(application.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        case "quit":
            QCoreApplication.quit()
        case "exit":
            QCoreApplication.exit(3)


async def open_and_reach(application: Application) -> None:
    if state == "opening":
        sqlite_file.open_database = sqlite_store.open_database = hang  # type: ignore[assignment]
        asyncio.get_running_loop().call_later(0.5, lambda: (print("ready", flush=True), end(application)))
    await open_for_real(application)
    await reach(application)


if __name__ == "__main__":
    if state == "keyring":
        key_stamp.KeyringSecrets = partial(key_stamp.KeyringSecrets, find=hang)
    Application.open = open_and_reach
    exit_now(start(Arguments(data_dir=data_dir)))
