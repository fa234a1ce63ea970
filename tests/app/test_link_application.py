"""Links that arrive as events, as macOS sends them, in a process with its own application object."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

PROGRAM = textwrap.dedent("""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QFileOpenEvent
    from desktop_chat.app.link_application import LinkApplication

    app = LinkApplication([])

    def send(link):
        app.sendEvent(app, QFileOpenEvent(QUrl(link)))

    send("desktop-chat://new?text=early%0Aone&model=m")
    app.listen(lambda request: print(repr(request.prompt), request.model, request.from_link))
    send("desktop-chat://new?text=a%26b%2520c")
    send("file:///etc/passwd")
""")


def test_links_are_kept_until_somebody_listens_and_files_are_not_opened() -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == ["'early\\none' m True", "'a&b%20c' None True"]
