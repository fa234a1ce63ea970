"""Prevents core dumps, which would write this process's memory, including keys, to a file."""

from __future__ import annotations

import os
import sys

ALLOW = "DESKTOP_CHAT_CORE_DUMPS"
"""An environment variable for developers: if set to anything, core dumps remain as the system has them."""
_PR_SET_DUMPABLE = 4
_WER_FAULT_REPORTING_FLAG_NOHEAP = 1


def forbid_core_dumps() -> None:
    """Forbid core dumps for this process by the strictest available means; does nothing if there is none.

    Linux: `PR_SET_DUMPABLE` 0, which also applies if `core_pattern` names a program, and only to this process: child
    programs are dumpable again. The files below /proc/PID then belong to root, and no debugger of the same user may
    attach (prctl(2), proc(5)). Other POSIX systems, or if Linux refuses: the soft limit `RLIMIT_CORE` 0, which child
    processes inherit and may raise. Windows: the heap is left out of error reports (`WerSetFlags`). None of these
    affects what the interpreter itself writes to the crash log.
    """
    if os.environ.get(ALLOW):
        return
    if sys.platform == "win32":
        _leave_heap_out_of_reports()
    elif not (sys.platform == "linux" and _is_made_undumpable()):
        _limit_to_nothing()


if sys.platform == "win32":

    def _leave_heap_out_of_reports() -> None:
        import ctypes  # noqa: PLC0415  (needed only here)

        ctypes.windll.kernel32.WerSetFlags(_WER_FAULT_REPORTING_FLAG_NOHEAP)

else:

    def _limit_to_nothing() -> None:
        import resource  # noqa: PLC0415  (not on Windows)

        _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _is_made_undumpable() -> bool:
    import ctypes  # noqa: PLC0415  (takes 2 ms)

    refused: int = ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return not refused
