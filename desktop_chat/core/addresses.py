"""Normalises the base URL that a user typed or pasted, and builds the URL of each request from it.

The form, the command line, the environment and the settings file all use `normalise`, so an address means the same
everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import SplitResult, quote, urlsplit

from desktop_chat.core import azure
from desktop_chat.core.hosts import is_on_internet
from desktop_chat.core.secret_patterns import is_secret_parameter

# No regular expressions: this module is imported before the first paint, and compiling them is slow.
_EDGES = " \u00a0\u3000\u200b\ufeff\"'`“”‘’«»「」『』<>,;，；。、"
"""Characters that are copied along with an address from a sentence, a table or a script."""
_FULL_WIDTH = str.maketrans("：／？＝＆．。＃", ":/?=&..#")
"""Full-width punctuation, as Chinese input methods type it."""
_INVISIBLE = dict.fromkeys((*range(0x20), 0x7F, 0x200B, 0xFEFF))
_TAILS = ("/chat/completions", "/completions", "/responses", "/models")
_MAX_LENGTH = 2_000
"""Characters of the longest address."""


def normalise(text: str) -> str:
    """Return the intended base URL: with a scheme, and without a trailing endpoint, slash or fragment.

    The query is kept: it belongs to every request (see `request_url`). Text that cannot be an address is returned
    tidied up as far as possible. Idempotent.
    """
    before = None
    while text != before:
        before, text = text, _step(text)
    return text


def request_url(base_url: str, endpoint: str, model: str = "") -> str:
    """Return the URL of an endpoint ("/chat/completions"), with the base URL's query at the end.

    In Azure's older addresses, the model's name is the name of its deployment and part of the path.
    """
    parts = _parts_of(base_url)
    if parts is None:
        return base_url.rstrip("/") + endpoint
    path, query = parts.path.rstrip("/") + endpoint, parts.query
    if azure.is_deployments_address(parts.netloc, parts.path):
        path = azure.deployment_path(parts.path, endpoint, quote(model, safe=""))
        query = azure.with_version(query, endpoint)
    return parts._replace(path=path, query=query).geturl()


def addresses_with_v1(base_url: str) -> tuple[str, ...]:
    """Return the addresses on the same host that "/v1" may be missing from; empty if the path already has a version."""
    parts = _parts_of(base_url)
    if parts is None or not parts.netloc or _has_version(parts.path):
        return ()
    return tuple(dict.fromkeys(parts._replace(path=f"{path}/v1").geturl() for path in (parts.path.rstrip("/"), "")))


def secret_parameters(base_url: str) -> list[str]:
    """Return the names of query parameters that look like secrets, which belong in the keyring."""
    parts = _parts_of(base_url)
    return [name for name, value in _parameters(parts) if is_secret_parameter(name, value)] if parts else []


def without_secrets(base_url: str) -> str:
    """Return an address without anything that may be secret: the user info and such query parameters."""
    parts = _parts_of(base_url)
    if parts is None:
        return base_url
    secret = set(secret_parameters(base_url))
    kept = [piece for piece in parts.query.split("&") if piece and piece.partition("=")[0] not in secret]
    netloc = parts.netloc.rpartition("@")[2]
    if netloc == parts.netloc and not secret:
        return base_url
    return parts._replace(netloc=netloc, query="&".join(kept)).geturl()


def _step(text: str) -> str:
    text = _with_scheme(text.translate(_INVISIBLE).strip().strip(_EDGES))
    parts = _parts_of(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        return text
    user, at, host = parts.netloc.rpartition("@")
    path = _without_tails(host, parts.path)
    query = "&".join(piece for piece in parts.query.split("&") if piece)
    host = host.strip().lower().removesuffix(":")
    return parts._replace(netloc=user + at + host, path=azure.default_path(host, path, query), query=query).geturl()


def _with_scheme(text: str) -> str:
    text = text[:_MAX_LENGTH].translate(_FULL_WIDTH) + text[_MAX_LENGTH:]
    scheme, _, rest = text.partition(":")
    if scheme.lower() in {"http", "https"} and rest.startswith("/"):
        return f"{scheme.lower()}://{rest.lstrip('/')}"
    if rest.startswith("//") and _is_scheme(scheme):
        return text
    text = text.lstrip("/")
    return f"{'https' if is_on_internet(f'https://{text}') else 'http'}://{text}" if text else ""


def _is_scheme(text: str) -> bool:
    return text.isascii() and text[:1].isalpha() and text.replace("+", "").replace(".", "").replace("-", "").isalnum()


def _without_tails(host: str, path: str) -> str:
    while "//" in path:
        path = path.replace("//", "/")
    path = path.rstrip("/")
    while tail := next((tail for tail in _TAILS if path.lower().endswith(tail)), ""):
        if azure.is_models_service(host, path):
            break
        path = path[: -len(tail)].rstrip("/")
    return path


def _has_version(path: str) -> bool:
    """Return whether a path has a version segment: "v1", "v1beta"."""
    return any(part[:1] == "v" and part[1:2].isdigit() for part in path.lower().split("/"))


def _parts_of(address: str) -> SplitResult | None:
    """Return an address's parts without its fragment, or None if it is not a valid URL."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts._replace(fragment="")


def _parameters(parts: SplitResult) -> Iterator[tuple[str, str]]:
    for piece in parts.query.split("&"):
        name, _, value = piece.partition("=")
        yield name, value
