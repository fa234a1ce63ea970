"""The exit codes of the commands on the terminal."""

from __future__ import annotations

COMPLETE, FAILED, WRONG_USAGE, CUT = 0, 1, 2, 3
CANCELLED, READER_LEFT = 130, 141
"""As for a program that SIGINT or SIGPIPE ends."""
