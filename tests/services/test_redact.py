"""No encoding of a key gets through."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.services.secrets.redact import REDACTED, SHORTEST_SECRET, redact

KEY = "k!/e+y=&\"with' signs~0123456789"

printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=60)


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"Incorrect API key provided: {KEY}.",
        quote(KEY, safe=""),
        f"https://example.org/?key={quote_plus(KEY)}&x=1",
        json.dumps({"key": KEY}),
        repr(KEY),
        base64.b64encode(KEY.encode()).decode(),
        base64.urlsafe_b64encode(KEY.encode()).decode(),
    ],
)
def test_known_forms(text: str) -> None:
    shown = redact(text, [KEY])
    assert REDACTED in shown
    assert KEY not in shown
    assert "0123456789" not in shown
    assert "MTIzNDU2Nzg5" not in shown


@given(printable, st.binary(max_size=20), st.binary(max_size=20))
def test_inside_longer_base64(key: str, before: bytes, after: bytes) -> None:
    encoded = base64.b64encode(before + key.encode() + after).decode()
    kept = redact(encoded, [key]).replace(REDACTED, "")
    assert len(encoded) - len(kept) >= len(key) * 8 // 6 - 2, "no more than the edges, shared with a neighbour, stay"


@given(printable, st.text(max_size=30), st.text(max_size=30))
def test_a_key_is_always_removed(key: str, before: str, after: str) -> None:
    assert key not in redact(before + key + after, [key]).replace(REDACTED, "\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def-ghi", f"Authorization: Bearer {REDACTED}"),
        ("{'authorization': 'Basic dXNlcjpwYXNz'}", f"{{'authorization': 'Basic {REDACTED}'}}"),
        ("key sk-proj-abcdefghijklmnop1234 refused", f"key {REDACTED} refused"),
        ("gsk_abcdefgh12345678 and AIzaSyA-1234567890abcdef", f"{REDACTED} and {REDACTED}"),
        ("The bearer of this letter", f"The bearer of this {'letter'}"),
        ("model none is unknown", "model none is unknown"),
    ],
)
def test_unknown_keys(text: str, shown: str) -> None:
    assert redact(text, ["none"]) == shown


def test_a_truncated_key_at_the_end_is_removed() -> None:
    for length in range(SHORTEST_SECRET, len(KEY)):
        assert redact(f"refused: {KEY[:length]}", [KEY]) == f"refused: {REDACTED}"
    assert redact(f"refused: {KEY[:5]}", [KEY]) == f"refused: {KEY[:5]}"
    assert redact("sk-sk-sk-", ["sk-sk-sk-sk-"]) == REDACTED, "the longest part that a key begins with"
    encoded = base64.b64encode(KEY.encode()).decode()
    assert redact(f"refused: {encoded[:20]}", [KEY]) == f"refused: {REDACTED}"
