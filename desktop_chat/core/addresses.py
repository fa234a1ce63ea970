"""Makes the base URL of a server out of whatever was typed or pasted, and the URL of each request out of that.

The form, the command line, the environment and the settings file all go through `normalise`, so that an address means
the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from desktop_chat.core import azure
from desktop_chat.core.connections import is_on_internet, is_secret_parameter

_EDGES = " \u00a0\u3000\u200b\ufeff\"'`“”‘’«»「」『』<>,;，；。、"
"""What comes along when an address is copied out of a sentence, a table or a script."""
_FULL_WIDTH = str.maketrans("：／？＝＆．。＃", ":/?=&..#")
"""An input method for Chinese types these."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b\ufeff]")
_SCHEME = re.compile(r"(?i)^(https?):/+")
_OTHER_SCHEME = re.compile(r"(?i)^[a-z][a-z0-9+.-]*://")
_TAILS = ("/chat/completions", "/completions", "/responses", "/models")
_VERSION = re.compile(r"(?i)/v\d+[a-z0-9]*(/|$)")


class _Parts(NamedTuple):
    scheme: str
    netloc: str
    path: str
    query: str

    def joined(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}" + (f"?{self.query}" if self.query else "")


def normalise(text: str) -> str:
    """Return the base URL that is meant: with a scheme, without an endpoint, a slash or a fragment at its end.

    The query stays: it belongs to every request (`request_url`). What cannot be an address comes back tidied as far as
    possible. Normalising twice changes nothing.
    """
    before = None
    while text != before:
        before, text = text, _step(text)
    return text


def request_url(base_url: str, endpoint: str, model: str = "") -> str:
    """Return where an endpoint ("/chat/completions") of a server is asked: the base's query goes to the end.

    With Azure's older addresses the model's name, which is the name of its deployment, is a part of the path.
    """
    parts = _parts_of(base_url)
    if parts is None:
        return base_url.rstrip("/") + endpoint
    path, query = parts.path.rstrip("/") + endpoint, parts.query
    if azure.is_deployments_address(parts.netloc, parts.path):
        path = azure.deployment_path(parts.path, endpoint, quote(model, safe=""))
        query = azure.with_version(query, endpoint)
    return parts._replace(path=path, query=query).joined()


def addresses_with_v1(base_url: str) -> tuple[str, ...]:
    """Return the addresses on the same host that may have been meant where "/v1" is missing; none where a version is
    part of the path."""
    parts = _parts_of(base_url)
    if parts is None or not parts.netloc or _VERSION.search(parts.path):
        return ()
    return tuple(dict.fromkeys(parts._replace(path=f"{path}/v1").joined() for path in (parts.path.rstrip("/"), "")))


def secret_parameters(base_url: str) -> list[str]:
    """Return the names of the query's parameters that look as if they held a key, which belongs in the keyring."""
    parts = _parts_of(base_url)
    return [name for name, value in _parameters(parts) if is_secret_parameter(name, value)] if parts else []


def without_secrets(base_url: str) -> str:
    """Return an address without what may be a key: name and password before the host, and such parameters."""
    parts = _parts_of(base_url)
    if parts is None:
        return base_url
    secret = set(secret_parameters(base_url))
    kept = [piece for piece in parts.query.split("&") if piece and piece.partition("=")[0] not in secret]
    netloc = parts.netloc.rpartition("@")[2]
    if netloc == parts.netloc and not secret:
        return base_url
    return parts._replace(netloc=netloc, query="&".join(kept)).joined()


def _step(text: str) -> str:
    text = _UNSEEN.sub("", text).strip().strip(_EDGES)
    if not text:
        return ""
    text = _with_scheme(text)
    parts = _parts_of(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        return text
    user, at, host = parts.netloc.rpartition("@")
    path = _without_tails(host, re.sub(r"/{2,}", "/", parts.path))
    query = "&".join(piece for piece in parts.query.split("&") if piece)
    host = host.lower().removesuffix(":")
    return _Parts(parts.scheme, user + at + host, azure.usual_path(host, path, query), query).joined()


def _with_scheme(text: str) -> str:
    head, rest = text[:_ADDRESS_HEAD].translate(_FULL_WIDTH), text[_ADDRESS_HEAD:]
    text = head + rest
    if found := _SCHEME.match(text):
        return f"{found.group(1).lower()}://{text[found.end() :]}"
    if _OTHER_SCHEME.match(text):
        return text
    text = text.lstrip("/")
    return f"{'https' if is_on_internet(f'https://{text}') else 'http'}://{text}" if text else ""


_ADDRESS_HEAD = 2_000
"""Characters that can be an address at all."""


def _without_tails(host: str, path: str) -> str:
    path = path.rstrip("/")
    while tail := next((tail for tail in _TAILS if path.lower().endswith(tail)), ""):
        if azure.is_models_service(host, path):
            break
        path = path[: -len(tail)].rstrip("/")
    return path


def _parts_of(address: str) -> _Parts | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return _Parts(parts.scheme, parts.netloc, parts.path, parts.query)


def _parameters(parts: _Parts) -> Iterator[tuple[str, str]]:
    for piece in parts.query.split("&"):
        name, _, value = piece.partition("=")
        yield name, value
