"""Starts Desktop Chat: parses the command line first, and loads only what it needs, with or without Qt."""

from __future__ import annotations

import sys

from desktop_chat import DOCUMENT_WORD, EXPORT_WORD, HIGHLIGHT_WORD, IMPORT_WORD, __version__


def main() -> None:
    """Run the application and exit: 0 for success, 1 for a failed self-test or answer, 2 if it could not start, 3 for a
    cut-off answer, 130 for a cancelled one, 141 if the output was closed."""
    if sys.argv[1:] == ["--version"]:  # fast for scripts: without loading argparse
        print(f"desktop-chat {__version__}")  # noqa: T201
        return
    if sys.argv[1:] in ([HIGHLIGHT_WORD], [DOCUMENT_WORD], [EXPORT_WORD], [IMPORT_WORD]):
        _help(sys.argv[1])
        return
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    from desktop_chat.app.shutdown import exit_now  # noqa: PLC0415

    exit_now(code)


def _help(word: str) -> None:
    """Be a helper process."""
    if word == HIGHLIGHT_WORD:
        from desktop_chat.services.highlight_worker import run  # noqa: PLC0415  (only in the helper process)
    elif word == EXPORT_WORD:
        from desktop_chat.app.export_helper import run  # noqa: PLC0415  (only in the helper process)
    elif word == IMPORT_WORD:
        from desktop_chat.app.import_helper import run  # noqa: PLC0415  (only in the helper process)
    else:
        from desktop_chat.services.documents.document_worker import run  # noqa: PLC0415  (only in the helper process)
    run()


def _run(words: list[str]) -> int:  # noqa: PLR0911  (one for each command)
    from desktop_chat.app.arguments import Arguments, LauncherArguments, parse  # noqa: PLC0415
    from desktop_chat.app.core_dumps import forbid_core_dumps  # noqa: PLC0415

    arguments = parse(words)
    forbid_core_dumps()  # before any key is in memory
    if isinstance(arguments, Arguments):
        from desktop_chat.app.start import start  # noqa: PLC0415  (may load Qt)

        return start(arguments)
    if isinstance(arguments, LauncherArguments):
        from desktop_chat.app.install_launcher import change_launcher  # noqa: PLC0415  (for one command alone)

        return change_launcher(arguments)
    from desktop_chat.app.ask_arguments import AskArguments  # noqa: PLC0415
    from desktop_chat.app.export_arguments import ExportArguments  # noqa: PLC0415

    if isinstance(arguments, ExportArguments):
        from desktop_chat.app.export import export  # noqa: PLC0415  (loads Qt for PDF alone)

        return export(arguments)

    if not isinstance(arguments, AskArguments):
        from desktop_chat.app.backup_arguments import BackupArguments  # noqa: PLC0415

        if isinstance(arguments, BackupArguments):
            from desktop_chat.app.backup import back_up  # noqa: PLC0415  (never loads Qt)

            return back_up(arguments)
        from desktop_chat.app.batch_arguments import BatchArguments  # noqa: PLC0415

        if isinstance(arguments, BatchArguments):
            from desktop_chat.app.batch import batch  # noqa: PLC0415  (loads Qt for images alone)

            return batch(arguments)
        from desktop_chat.app.import_arguments import ImportArguments  # noqa: PLC0415

        if isinstance(arguments, ImportArguments):
            from desktop_chat.app.import_command import import_file  # noqa: PLC0415

            return import_file(arguments)
        from desktop_chat.app.serve import serve  # noqa: PLC0415  (never loads Qt)

        return serve(arguments)
    from desktop_chat.app.ask import ask  # noqa: PLC0415  (never loads Qt)

    return ask(arguments)


if __name__ == "__main__":
    main()
