"""Opens and creates what is ours alone: never through a link that somebody left in the way, nor in a directory that
others can write to. What such a directory holds may change between a look and the next step, so it is refused whole."""

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
    """Open a regular file as `os.open` does, for its owner alone where it is made. Raises OSError: ELOOP for a link,
    EPERM for a file of somebody else, EINVAL for what is no file. Nothing is truncated before that is known."""
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
    """Return a new and empty file in the place of whatever has this name. Raises OSError."""
    path.unlink(missing_ok=True)
    return open_private(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)


def touch_private(path: Path) -> None:
    """Make an empty file where there is none. Raises OSError."""
    os.close(open_private(path, os.O_RDWR | os.O_CREAT))


def check_owner(path: Path) -> None:
    """Raise OSError (EPERM) for a file of somebody else, also behind a link, which may be there for good: what one
    reads is often kept elsewhere."""
    _check_owner(path, path.stat(), {_ROOT})


def is_link(path: Path) -> bool:
    """Say whether a name leads elsewhere; no where nothing can be seen."""
    with suppress(OSError):
        return path.is_symlink()
    return False


def check_directory(directory: Path, *, only_reading: bool = False) -> None:
    """Raise DirectoryForeign for a directory of somebody else, and DirectoryShared for one that others can write to.

    One that is only read may be the administrator's. A file system without owners and rights (FAT, some network drives)
    and Windows, which has other ones, are not judged.
    """
    if sys.platform == "win32":
        return
    with suppress(FileNotFoundError):
        state = directory.stat()
        owners = {os.geteuid(), _ROOT} if only_reading else {os.geteuid()}
        if state.st_uid not in owners and _keeps_rights(directory):
            raise DirectoryForeign(str(directory))
        if _is_open_to_others(state) and _keeps_rights(directory):
            raise DirectoryShared(str(directory))


def _check_file(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "not a file", str(path))
    _check_owner(path, state, set())


def _check_owner(path: Path, state: os.stat_result, trusted: set[int]) -> None:
    """On a file system without owners, all that is in a directory has the owner that it has."""
    if sys.platform != "win32" and state.st_uid not in trusted | {os.geteuid(), path.parent.stat().st_uid}:
        raise OSError(errno.EPERM, "it belongs to another user", str(path))


def _is_open_to_others(state: os.stat_result) -> bool:
    if state.st_mode & stat.S_IWOTH:
        return True
    return bool(state.st_mode & stat.S_IWGRP) and not _is_own_group(state.st_gid)


def _is_own_group(group_id: int) -> bool:
    """Say whether a group has one member, as the groups that many systems make for each person: their umask lets it
    write."""
    import grp  # noqa: PLC0415  (there is none on Windows, and it is seldom asked)
    import pwd  # noqa: PLC0415

    try:
        person, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(group_id)
    except KeyError:
        return False
    return group_id == person.pw_gid and group.gr_name == person.pw_name and set(group.gr_mem) <= {person.pw_name}


def _keeps_rights(directory: Path) -> bool:
    """Say whether a file that is made here is ours and nobody else's; asked only where a directory looks odd. Where
    none can be made, what is seen counts."""
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
