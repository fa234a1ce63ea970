"""Adds the certificate to verification errors: OpenSSL's message only says what is wrong with it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

_SHORT = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "stateOrProvinceName": "ST",
    "localityName": "L",
}
_MAX_NAMES = 8
_MAX_LENGTH = 120
_CERTIFICATE = "desktop_chat_certificate"


class DiagnosticSSLObject(ssl.SSLObject):
    """Attaches a rejected certificate to the verification error; for `SSLContext.sslobject_class`.

    Python 3.13 makes the untrusted certificate public; older versions have it under a private name. If it is not
    available, the error is unchanged.
    """

    def do_handshake(self) -> None:
        """Perform the handshake."""
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            setattr(error, _CERTIFICATE, _leaf(getattr(self, "_sslobj", None)))
            raise


def words_of(error: ssl.SSLCertVerificationError) -> str:
    """Return the error message, then subject, issuer and validity of the certificate, one per line, if known."""
    certificate: dict[str, Any] = getattr(error, _CERTIFICATE, {})
    return "\n".join([error.verify_message or "", *_lines(certificate)]).strip()


def _leaf(connection: Any) -> dict[str, Any]:
    chain: Any = getattr(connection, "get_unverified_chain", list)()
    info: dict[str, Any] = chain[0].get_info() if chain and hasattr(chain[0], "get_info") else {}
    return info


def _lines(certificate: dict[str, Any]) -> Iterator[str]:
    for title, member in (("Subject", "subject"), ("Issuer", "issuer")):
        if name := name_of(certificate.get(member, ())):
            yield f"{title}: {name}"
    names = [value for _, value in certificate.get("subjectAltName", ())]
    if names:
        more = ", ..." if len(names) > _MAX_NAMES else ""
        yield f"For: {', '.join(_plain(name) for name in names[:_MAX_NAMES])}{more}"
    if "notBefore" in certificate and "notAfter" in certificate:
        yield f"Valid: {_plain(certificate['notBefore'])} - {_plain(certificate['notAfter'])}"


def name_of(parts: Any) -> str:
    """Return a subject or an issuer in text form: \"CN=..., O=...\"."""
    pairs = [pair for part in parts for pair in part]
    return ", ".join(f"{_SHORT.get(kind, kind)}={_plain(value)}" for kind, value in pairs)[: 4 * _MAX_LENGTH]


def _plain(value: object) -> str:
    """Keep the server's text on one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(value)[:_MAX_LENGTH])
