"""Starts Desktop Chat: reads the command line, checks that a window can open, and only then loads Qt."""

from __future__ import annotations

import sys

from desktop_chat.app.arguments import parse


def main() -> None:
    """Run the program and exit: 0 after a normal end, 1 after a failed self-test, 2 when it could not start."""
    arguments = parse(sys.argv[1:])

    from desktop_chat.app.preflight import obstacle  # noqa: PLC0415  (--help and --version answer without it)

    if (sentence := obstacle()) is not None:
        sys.exit(_refusal(sentence))

    from desktop_chat.app.application import start  # noqa: PLC0415  (loads Qt)

    sys.exit(start(arguments))


def _refusal(sentence: str) -> int:
    if sys.stderr is not None:  # None under pythonw on Windows
        sys.stderr.write(f"desktop-chat: {sentence}\n")
    return 2


if __name__ == "__main__":
    main()
