"""Keeps the system from writing this process's memory, and with it the keys, to a file when it crashes."""

from __future__ import annotations

import os
import sys

ALLOW = "DESKTOP_CHAT_CORE_DUMPS"
"""An environment variable for developers: set to anything, it leaves core dumps as the system has them."""
_PR_SET_DUMPABLE = 4
_WER_FAULT_REPORTING_FLAG_NOHEAP = 1


def forbid_core_dumps() -> None:
    """Forbid them for this process, by the strictest means there is; a system without any goes on as it is.

    Linux: `PR_SET_DUMPABLE` 0, which also holds where `core_pattern` names a program, and for the process alone: a
    program that it starts is dumpable again. The files below /proc/PID then belong to root, and no debugger of the same
    user may attach (prctl(2), proc(5)). Other POSIX systems, and a Linux that refuses: the soft limit `RLIMIT_CORE` 0;
    programs that are started inherit it and may raise it. Windows: the heap stays out of error reports
    (`WerSetFlags`). What the interpreter itself writes to the crash log is not touched by any of these.
    """
    if os.environ.get(ALLOW):
        return
    if sys.platform == "win32":
        _leave_heap_out_of_reports()
    elif not (sys.platform == "linux" and _is_made_undumpable()):
        _limit_to_nothing()


if sys.platform == "win32":

    def _leave_heap_out_of_reports() -> None:
        import ctypes  # noqa: PLC0415  (here alone)

        ctypes.windll.kernel32.WerSetFlags(_WER_FAULT_REPORTING_FLAG_NOHEAP)

else:

    def _limit_to_nothing() -> None:
        import resource  # noqa: PLC0415  (not on Windows)

        _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _is_made_undumpable() -> bool:
    import ctypes  # noqa: PLC0415  (where it is needed: 2 ms)

    refused: int = ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return not refused
