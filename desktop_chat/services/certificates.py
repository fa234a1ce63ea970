"""Reads files of certificates to trust in addition to the system's, and names their subjects."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from contextlib import suppress
from pathlib import Path

from desktop_chat.core.errors import CertificatesUnreadable, NoCertificates
from desktop_chat.services.provider.tls_errors import name_of

MAX_BYTES = 8 * 1024 * 1024
"""Ten times the size of a system's certificate bundle."""


async def check_certificates(file: Path) -> str:
    """Check a PEM file on a thread; return its fingerprint. Raises CertificatesUnreadable, NoCertificates."""
    return await asyncio.to_thread(_check, file)


def _check(file: Path) -> str:
    content = read_certificates(file)
    trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), content)
    return fingerprint_of(content)


def fingerprint_of(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def names_in(content: bytes) -> tuple[str, ...]:
    """Return the subjects of the certificates in a PEM file; empty if there are none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(NoCertificates):
        trust(context, content)
    return tuple(name_of(certificate.get("subject", ())) for certificate in context.get_ca_certs())


def read_certificates(file: Path) -> bytes:
    """Return the content of a PEM file. Raises CertificatesUnreadable, NoCertificates."""
    try:
        if not file.is_file():
            raise CertificatesUnreadable(f"{file}: not a file")
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CertificatesUnreadable(f"{file}: {error.strerror or error}") from error
    if len(content) > MAX_BYTES:
        raise NoCertificates(f"{file}: too large")
    return content


def trust(context: ssl.SSLContext, content: bytes) -> None:
    """Add the certificates of a PEM file to those that `context` trusts. Raises NoCertificates."""
    before = context.cert_store_stats()["x509"]
    try:
        context.load_verify_locations(cadata=content.decode("ascii", "ignore"))
    except (ssl.SSLError, ValueError) as error:
        raise NoCertificates(str(error)) from error
    if context.cert_store_stats()["x509"] == before == 0:
        raise NoCertificates("none")
