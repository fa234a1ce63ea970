"""Where the local endpoint is off, nothing of it is loaded; where it is on, a sign in the window says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from whole_program import Start, until

from desktop_chat.app.application import Application
from desktop_chat.core.local_endpoint import EndpointState
from desktop_chat.ui.sidebar.endpoint_mark import EndpointMark

OPENS = """
import asyncio, sys
from pathlib import Path
from desktop_chat.app.start import make_qt_application
app = make_qt_application()
from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.loop import QtEventLoop
from desktop_chat.services.paths import Paths
async def main():
    paths = Paths(Path(sys.argv[1]))
    paths.make_directories()
    application = Application(app, paths, Arguments(data_dir=Path(sys.argv[1])))
    await application.open()
    theirs = ("endpoint", "caller_conversations", "fastapi", "uvicorn")
    print([name for name in sys.modules if any(word in name for word in theirs)])
    await application.close()
with asyncio.Runner(loop_factory=lambda: QtEventLoop(app)) as runner:
    runner.run(main())
"""


def test_nothing_of_it_is_loaded_while_it_is_off(data_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPENS, str(data_dir)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "[]\n", done.stderr


def marks(application: Application) -> list[EndpointMark]:
    return [mark for mark in application.window.sidebar.findChildren(EndpointMark) if mark.isVisible()]


async def test_the_sign_comes_with_the_first_switch(start: Start) -> None:
    application = start()
    await application.open()
    application.window.show()
    assert marks(application) == []
    application.preferences.update(endpoint=True)
    endpoint = application._context.endpoint
    await until(lambda: endpoint.status.state is EndpointState.RUNNING)
    assert len(marks(application)) == 1
    application.preferences.update(endpoint=False)
    await until(lambda: endpoint.status.state is EndpointState.OFF and not marks(application))


async def test_a_quick_question_alone_does_not_start_it(start: Start, data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text("endpoint = true\n")
    application = start(quick=True)
    await application.open()
    assert "endpoint" not in application._context.__dict__
    application.window.show()
    await until(lambda: "endpoint" in application._context.__dict__)
