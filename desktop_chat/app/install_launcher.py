"""Implements `desktop-chat install-launcher`: a menu entry for this user, for installations without a system
package."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop_chat import APP_ID
from desktop_chat.app.arguments import LauncherArguments
from desktop_chat.app.terminal import print_error
from desktop_chat.services.launcher import install_launcher, remove_launcher
from desktop_chat.services.paths import launcher_files
from desktop_chat.ui.resources import resource_path, resource_text
from desktop_chat.ui.text import terminal_text


def change_launcher(arguments: LauncherArguments) -> int:
    """Install or remove the menu entry, print the result, and return the exit code: 0, 1 if files could not be written,
    2 on a system whose installers do this."""
    if sys.platform != "linux":
        print_error(terminal_text.launcher_only_on_linux())
        return 2
    entry, icon = launcher_files(APP_ID)
    try:
        if arguments.remove:
            was_there = remove_launcher(entry, icon)
            print_error(terminal_text.launcher_removed() if was_there else terminal_text.launcher_absent())
        else:
            template, image = resource_text(f"launcher/{APP_ID}.desktop"), resource_path("icons/app.svg")
            install_launcher(entry, icon, template=template, image=image, command=own_command())
            print_error(terminal_text.launcher_installed(str(entry)))
    except OSError as error:
        print_error(terminal_text.launcher_refused(f"{error.filename or entry}: {error.strerror or error}"))
        return 1
    return 0


def own_command() -> list[str]:
    """Return the command that starts this application: the packaged program, pip's script, or a source tree."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    script = Path(sys.argv[0])
    if script.name == "desktop-chat" and script.is_file():
        return [str(script.absolute())]
    return [sys.executable, "-m", "desktop_chat"]
