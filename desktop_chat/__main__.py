"""Starts Desktop Chat: reads the command line, checks that a window can open, and only then loads Qt."""

from __future__ import annotations

import sys

from desktop_chat import __version__


def main() -> None:
    """Run the program and exit: 0 after a normal end, 1 after a failed self-test, 2 when it could not start."""
    if sys.argv[1:] == ["--version"]:  # asked by scripts, often: answered before argparse is loaded
        print(f"desktop-chat {__version__}")  # noqa: T201
        return
    from desktop_chat.app.arguments import parse  # noqa: PLC0415

    arguments = parse(sys.argv[1:])
    from desktop_chat.app.start import end_process, start  # noqa: PLC0415  (may load Qt; --help has been answered)

    end_process(start(arguments))


if __name__ == "__main__":
    main()
