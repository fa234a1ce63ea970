"""Looks whether a file holds certificates that can be trusted, before it is chosen for that."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

from desktop_chat.core.errors import CertificatesUnreadable, NoCertificates

MOST_BYTES = 8 * 1024 * 1024
"""Ten times the size of a whole system's certificates."""


async def check_certificates(file: Path) -> None:
    """Read a PEM file on a thread. Raises CertificatesUnreadable, NoCertificates."""
    await asyncio.to_thread(_check, file)


def _check(file: Path) -> None:
    trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), file)


def trust(context: ssl.SSLContext, file: Path) -> None:
    """Have `context` trust the certificates in a PEM file, besides those that it trusts already. Raises
    CertificatesUnreadable, NoCertificates."""
    try:
        if not file.is_file():
            raise CertificatesUnreadable(f"{file}: not a file")
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise CertificatesUnreadable(f"{file}: {error.strerror or error}") from error
    if len(data) > MOST_BYTES:
        raise NoCertificates(f"{file}: too large")
    before = context.cert_store_stats()["x509"]
    try:
        context.load_verify_locations(cadata=data.decode("ascii", "ignore"))
    except (ssl.SSLError, ValueError) as error:
        raise NoCertificates(f"{file}: {error}") from error
    if context.cert_store_stats()["x509"] == before == 0:
        raise NoCertificates(str(file))
