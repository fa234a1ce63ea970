"""Names the certificate that was not trusted: the system's own words say only what is wrong with it."""

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
_LONGEST = 120
_CERTIFICATE = "desktop_chat_certificate"


class DiagnosticSSLObject(ssl.SSLObject):
    """Hands the certificate that it refuses to the error that tells of it; for `SSLContext.sslobject_class`.

    Python lets one see an untrusted certificate in its public part from 3.13 on; before that the same is there under
    another name, and where it is not, the error stays as it was.
    """

    def do_handshake(self) -> None:
        """As the base does."""
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            setattr(error, _CERTIFICATE, _leaf(getattr(self, "_sslobj", None)))
            raise


def words_of(error: ssl.SSLCertVerificationError) -> str:
    """Return what is wrong, and then the certificate's name, issuer and time, a line each, as far as they are known."""
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
    """Return a subject or an issuer as it is written: \"CN=..., O=...\"."""
    pairs = [pair for part in parts for pair in part]
    return ", ".join(f"{_SHORT.get(kind, kind)}={_plain(value)}" for kind, value in pairs)[: 4 * _LONGEST]


def _plain(value: object) -> str:
    """Keep what the server wrote on one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(value)[:_LONGEST])
