"""Starts Desktop Chat: reads the command line, and only then loads what that asks for: Qt, or not."""

from __future__ import annotations

import sys

from desktop_chat import HELPER_WORD, __version__


def main() -> None:
    """Run the program and exit: 0 after a normal end, 1 after a failed self-test or answer, 2 when it could not start;
    3 after a cut answer, 130 after a cancelled one, 141 when nobody reads the answer any more."""
    if sys.argv[1:] == ["--version"]:  # asked by scripts, often: answered before argparse is loaded
        print(f"desktop-chat {__version__}")  # noqa: T201
        return
    if sys.argv[1:] == [HELPER_WORD]:
        from desktop_chat.services.highlight_worker import run  # noqa: PLC0415  (never in a window's process)

        run()
        return
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    from desktop_chat.app.exit_process import exit_now  # noqa: PLC0415

    exit_now(code)


def _run(words: list[str]) -> int:
    from desktop_chat.app.arguments import Arguments, parse  # noqa: PLC0415
    from desktop_chat.app.core_dumps import forbid_core_dumps  # noqa: PLC0415

    arguments = parse(words)
    forbid_core_dumps()  # before there is a key in memory
    if isinstance(arguments, Arguments):
        from desktop_chat.app.start import start  # noqa: PLC0415  (may load Qt; --help has been answered)

        return start(arguments)
    from desktop_chat.app.ask import ask  # noqa: PLC0415  (never loads Qt)

    return ask(arguments)


if __name__ == "__main__":
    main()
