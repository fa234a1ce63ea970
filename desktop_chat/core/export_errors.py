"""Errors of exporting: a branch of the error hierarchy.

ExportError: ExportTargetExists, ExportDiskFull, ExportForbidden, ExportFolderMissing, NothingToExport,
ExporterUnavailable

Each has a sentence in `ui/text/export_text.py`; `detail` names the file or folder.
"""

from __future__ import annotations

from desktop_chat.core.errors import ChatError


class ExportError(ChatError):
    """An export could not be written, for another reason than those below; `detail` says which."""

    code = "export"


class ExportTargetExists(ExportError):
    """There is a file of this name already."""

    code = "export_target_exists"


class ExportDiskFull(ExportError):
    """The disk is full."""

    code = "export_disk_full"


class ExportForbidden(ExportError):
    """The folder, or the disk, cannot be written to."""

    code = "export_forbidden"


class ExportFolderMissing(ExportError):
    """There is no such folder."""

    code = "export_folder_missing"


class NothingToExport(ExportError):
    """There are no such conversations."""

    code = "nothing_to_export"


class ExporterUnavailable(ExportError):
    """The process that exports does not start, or ended."""

    code = "exporter_unavailable"
