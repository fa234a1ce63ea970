"""Opens and creates private files: never through a link that someone left in the way, nor in a directory that others
can write to. The content of such a directory may change between check and use, so it is refused as a whole."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from desktop_chat.core.errors import DirectoryForeign, DirectoryShared

_ROOT = 0


def open_private(path: str | Path, flags: int) -> int:
    """Open a regular file like `os.open`; a new one is accessible only to its owner. Raises OSError: ELOOP for a link,
    EPERM for another user's file, EINVAL for anything that is not a file. Nothing is truncated before these checks."""
    if sys.platform == "win32" and Path(path).is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    extra = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags & ~os.O_TRUNC | extra, 0o600)
    try:
        _check_file(Path(path), os.fstat(descriptor))
        if flags & os.O_TRUNC:
            os.ftruncate(descriptor, 0)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def create_private(path: Path) -> int:
    """Create a new, empty file, replacing whatever has this name. Raises OSError."""
    path.unlink(missing_ok=True)
    return open_private(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)


def touch_private(path: Path) -> None:
    """Create an empty file if there is none. Raises OSError."""
    os.close(open_private(path, os.O_RDWR | os.O_CREAT))


def check_owner(path: Path) -> None:
    """Raise OSError (EPERM) for another user's file. Links are followed, since users often keep configuration
    elsewhere."""
    _check_owner(path, path.stat(), {_ROOT})


def is_link(path: Path) -> bool:
    """Return whether a path is a link; False if it cannot be read."""
    with suppress(OSError):
        return path.is_symlink()
    return False


def flush_directory(directory: Path) -> None:
    """Have a directory's new names on the disk before returning. Raises OSError."""
    if sys.platform == "win32":  # directories cannot be opened there
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_directory(directory: Path, *, only_reading: bool = False) -> None:
    """Raise DirectoryForeign for another user's directory, and DirectoryShared for one that others can write to.

    One that is only read may belong to the administrator. File systems without owners and permissions (FAT, some
    network drives) and Windows, whose permissions differ, are not checked.
    """
    if sys.platform == "win32":
        return
    with suppress(FileNotFoundError):
        state = directory.stat()
        owners = {os.geteuid(), _ROOT} if only_reading else {os.geteuid()}
        if state.st_uid not in owners and _has_permissions(directory):
            raise DirectoryForeign(str(directory))
        if _is_open_to_others(state) and _has_permissions(directory):
            raise DirectoryShared(str(directory))


def _check_file(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "not a file", str(path))
    _check_owner(path, state, set())


def _check_owner(path: Path, state: os.stat_result, trusted: set[int]) -> None:
    """Raise for another user's file. On file systems without owners, all files have the directory's owner."""
    if sys.platform != "win32" and state.st_uid not in trusted | {os.geteuid(), path.parent.stat().st_uid}:
        raise OSError(errno.EPERM, "it belongs to another user", str(path))


def _is_open_to_others(state: os.stat_result) -> bool:
    if state.st_mode & stat.S_IWOTH:
        return True
    return bool(state.st_mode & stat.S_IWGRP) and not _is_own_group(state.st_gid)


def _is_own_group(group_id: int) -> bool:
    """Return whether a group is the user's private one, as many systems create them: the default umask makes files
    writable for it."""
    import grp  # noqa: PLC0415  (not available on Windows, and rarely needed)
    import pwd  # noqa: PLC0415

    try:
        user, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(group_id)
    except KeyError:
        return False
    return group_id == user.pw_gid and group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}


def _has_permissions(directory: Path) -> bool:
    """Return whether the file system stores owner and permissions of a new file; True if none can be created. Called
    only if a directory looks suspicious."""
    probe = directory / f".desktop-chat-rights-{os.getpid()}"
    try:
        descriptor = create_private(probe)
    except OSError:
        return True
    try:
        state = os.fstat(descriptor)
    finally:
        os.close(descriptor)
        with suppress(OSError):
            probe.unlink()
    return state.st_uid == os.geteuid() and state.st_mode & 0o777 == 0o600
