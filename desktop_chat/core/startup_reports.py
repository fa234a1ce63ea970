"""What was found amiss and the person is told of above the tabs, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseRecovered:
    """The database was damaged: it was set aside as `file`, and so many conversations could be read from it."""

    file: str
    conversations: int = 0


@dataclass(frozen=True, slots=True)
class CertificatesUnconfirmed:
    """The certificates in a file are not those that the person chose, so they are not trusted. `fingerprint` is the
    SHA-256 of the file's content, `names` whose certificates they are."""

    file: str
    fingerprint: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyUnencrypted:
    """A key of the environment goes over the network without encryption, to this host (as `host_of` writes it)."""

    host: str


@dataclass(frozen=True, slots=True)
class DatabaseDamaged:
    """The database is damaged, found while it is in use: it is mended when it is opened next."""


@dataclass(frozen=True, slots=True)
class UnexpectedExit:
    """The last run was killed or crashed: what it left to be read, redacted, and how many replies were under way."""

    report: str = ""
    replies: int = 0
