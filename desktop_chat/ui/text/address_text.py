"""Formats addresses so that they cannot mislead: the host is never hidden or written in look-alike characters, and what
is shown is what is opened."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_PLAIN = "!#$%&'()*+,/:;=?@[]~-._"
_MAIL_FIELDS = ("cc", "subject", "body")
"""The fields of a message that a link may fill in: none that the user would not see, and no files."""
_MAX_HOST = 80
_ODD_NUMBER = re.compile(r"(?!\d{1,3}(?:\.\d{1,3}){3}$)(?:.*\.)?(?:0x[0-9a-f]*|\d+)\.?")
"""A numeric host in an unusual notation."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"})
_WORD = re.compile(r"[^\s<>()\[\]{}\"'`“”‘’「」《》，。、；：！？|]+")
_ENDINGS = frozenset(
    {"ai", "bank", "biz", "com", "edu", "gov", "mil", "net", "org"}
    | {"at", "au", "be", "br", "ca", "ch", "cn", "de", "es", "eu", "fr", "it", "jp", "kr", "nl", "pl", "ru", "se", "tw"}
    | {"uk", "us"}
)
"""Domain endings that mark a word as a host even without a scheme. Endings of file and code names ("README.md",
"logging.info") are excluded."""
_ADJACENT_CHINESE = re.compile("^[\u3000-\u9fff]+(?=[A-Za-z0-9])|(?<=[A-Za-z])[\u3000-\u9fff].*$")
"""Chinese text directly before or after an address, as Chinese is written without spaces."""
_MAX_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class AddressWords:
    """The displayed parts of an address, all ASCII. For a mail address, `host` is the recipient."""

    scheme: str
    host: str
    rest: str

    def __str__(self) -> str:
        return self.scheme + self.host + self.rest


@lru_cache(maxsize=512)
def address_words(address: str) -> AddressWords:
    """Split an address for display. A user name before the host is omitted: it is never sent, and could pose as the
    host."""
    parts = _split(address)
    if parts is None:
        return AddressWords("", _quoted(address), "")
    if parts.scheme == "mailto":
        return AddressWords("mailto:", _quoted(parts.path), _mail_fields(parts.query))
    host = parts.hostname or ""
    shown_host = f"[{host}]" if ":" in host else _ascii_host(host)
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    shown_port = f":{parts.port}" if parts.port else ""
    return AddressWords(f"{parts.scheme}://", shown_host + shown_port, _quoted(rest))


def link_words(address: str) -> AddressWords:
    """Split the address of a link for display, including its fragment."""
    words, parts = address_words(address), _split(address)
    if parts is None or parts.scheme == "mailto" or not parts.fragment:
        return words
    return replace(words, rest=f"{words.rest}#{_quoted(parts.fragment)}")


def shown_address(address: str) -> str:
    """Return an address as shown when there is room for all of it."""
    words = address_words(address)
    return words.scheme + words.host + ("" if words.rest == "/" else words.rest)


def looks_deceptive(address: str) -> bool:
    """Return whether an address could be mistaken for another: a user name before the host, letters of other scripts,
    invisible characters, unusual notations of numbers, an unreadably long host, or hidden mail fields."""
    parts = _split(address)
    if parts is None or "\\" in address or any(unicodedata.category(character) in _INVISIBLE for character in address):
        return True
    if parts.scheme == "mailto":
        return any(name.lower() not in _MAIL_FIELDS for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return "@" in parts.netloc or _is_odd_host(parts.hostname or "")


def other_host_in(text: str, address: str) -> str:
    """Return, in display form, a host that a link's text names although its address leads to another site; empty if
    none.

    Subdomains of one site count as the same: "example.org" may lead to "docs.example.org".
    """
    parts = _split(address)
    if parts is None:
        return ""
    if parts.scheme == "mailto":
        targets = [reader.rpartition("@")[2] for reader in parts.path.split(",")]
    else:
        targets = [parts.hostname or ""]
    hosts = [_ascii_host(target) for target in targets]
    seen = "".join(
        character for character in text[:_MAX_TEXT] if unicodedata.category(character) not in _INVISIBLE - {"Zs"}
    )
    for word in _WORD.findall(unicodedata.normalize("NFKC", seen)):
        named = _ascii_host(_host_named_by(word))
        if named and not all(_is_same_site(named, host) for host in hosts):
            return named
    return ""


def _host_named_by(word: str) -> str:
    """Return the host that a word names; empty if it names none."""
    scheme, is_address, rest = word.rpartition("://")
    host = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    _, is_mail, host = host.rpartition("@")
    host = _ADJACENT_CHINESE.sub("", host.partition(":")[0].strip(".,;!?*_~"))
    ending = host.rpartition(".")[2]
    if "." not in host or not all(host.split(".")):
        return ""
    if is_mail or (is_address and scheme) or host.lower().startswith("www."):
        return host
    is_framework = ending in {"NET", "Net"}  # ASP.NET, System.Net
    return host if ending.lower() in _ENDINGS and not is_framework else ""


def _is_same_site(named: str, host: str) -> bool:
    first, second = named.removeprefix("www."), host.removeprefix("www.")
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _is_odd_host(host: str) -> bool:
    foreign = not host.isascii() or "xn--" in host or "%" in host
    return foreign or len(host) > _MAX_HOST or _ODD_NUMBER.fullmatch(host) is not None


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises if it is not a number
    except ValueError:
        return None
    return parts


def _mail_fields(query: str) -> str:
    known = [(name.lower(), value) for name, value in parse_qsl(query, keep_blank_values=True)]
    kept = [f"{name}={quote(value, safe='@,', errors='replace')}" for name, value in known if name in _MAIL_FIELDS]
    return f"?{'&'.join(kept)}" if kept else ""


def _ascii_host(host: str) -> str:
    """Return a host in the form used to look it up, without mapping look-alike letters."""
    return ".".join([_ascii_label(label) for label in _DOTS.split(host.lower())])


def _ascii_label(label: str) -> str:
    return _quoted(label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii"))


def _quoted(text: str) -> str:
    """Percent-encode everything but plain ASCII; what is already encoded stays."""
    return quote(text, safe=_PLAIN, errors="replace")
