"""Problems and news, found at startup or in use and shown above the tabs."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_chat.core.entities import Failure


@dataclass(frozen=True, slots=True)
class DatabaseRecovered:
    """The database was damaged: it was moved to `file`, and `conversations` of them could be recovered."""

    file: str
    conversations: int = 0


@dataclass(frozen=True, slots=True)
class CertificatesUnconfirmed:
    """The certificates in a file are not those that the user chose, so they are not trusted. `fingerprint` is the
    SHA-256 of the file's content, `names` are the subjects of the certificates."""

    file: str
    fingerprint: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyUnencrypted:
    """A key from the environment is sent unencrypted to this host (as `host_of` writes it)."""

    host: str


@dataclass(frozen=True, slots=True)
class DatabaseDamaged:
    """The database was found to be damaged while in use: it is repaired the next time it is opened."""


@dataclass(frozen=True, slots=True)
class UsageNotSaved:
    """What requests used and cost could not be written; it is kept in memory until it can."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class NewerVersion:
    """A newer version of the application is available."""

    version: str


@dataclass(frozen=True, slots=True)
class UnexpectedExit:
    """The last run was killed or crashed. `crash_report`: redacted; `replies`: how many were running."""

    crash_report: str = ""
    replies: int = 0
