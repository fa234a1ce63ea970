"""Exports on the terminal: beside a running window, without a display; Qt is loaded for PDF alone."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import replace
from pathlib import Path

from desktop_chat.app.exit_codes import CANCELLED, COMPLETE, FAILED, READER_LEFT
from desktop_chat.app.export_arguments import STANDARD_OUTPUT, ExportArguments
from desktop_chat.app.export_parts import export_tools
from desktop_chat.app.terminal import occupy_closed_streams, print_error
from desktop_chat.core.errors import ChatError
from desktop_chat.core.export_errors import NothingToExport
from desktop_chat.core.exporting import ExportFormat, ExportRequest, ExportResult
from desktop_chat.services.exports.export_job import ExportJob
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.stored_conversations import StoredConversations
from desktop_chat.ui.text import terminal_text
from desktop_chat.ui.text.export_text import export_done, export_problem


def export(arguments: ExportArguments) -> int:
    """Export, and return the exit code: 0 exported, 1 failed, 130 cancelled, 141 if the output's reader has gone."""
    occupy_closed_streams()
    try:
        result = _export(arguments, Paths(arguments.data_dir))
    except ChatError as error:
        print_error(export_problem(error))
        return FAILED
    except BrokenPipeError:
        return READER_LEFT
    except OSError as error:  # of standard output; everything else is translated
        print_error(terminal_text.output_closed(error.strerror or str(error)))
        return FAILED
    except KeyboardInterrupt:
        return CANCELLED
    if arguments.out != STANDARD_OUTPUT:
        print_error(export_done(result))
    elif result.missing:
        print_error(export_done(replace(result, path=Path(STANDARD_OUTPUT))))
    return COMPLETE


def _export(arguments: ExportArguments, paths: Paths) -> ExportResult:
    request = ExportRequest(
        ExportFormat(arguments.format),
        Path(arguments.out).absolute(),
        arguments.ids,
        reasoning=arguments.reasoning,
        all_branches=arguments.all_branches,
        replace=arguments.replace,
    )
    with StoredConversations(paths.database_file) as stored, export_tools(paths) as tools:
        if arguments.search is not None:
            request = replace(request, ids=tuple(stored.containing(arguments.search)))
            if not request.ids:
                raise NothingToExport
        job = ExportJob(request, stored, tools)
        if arguments.out != STANDARD_OUTPUT:
            return job.run()
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return job.write_to(sys.stdout.buffer)
