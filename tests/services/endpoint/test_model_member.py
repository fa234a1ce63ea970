"""A request's model is replaced, and no other byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.endpoint_errors import BodyInvalid
from desktop_chat.services.endpoint.model_member import RequestBody

ROWS = [
    (b'{"model":"a"}', b'{"model":"b"}'),
    (
        b' { "x" : 1.50 , "model" : "a" , "y":"\xc3\xa9\\u00e9" }\n',
        b' { "x" : 1.50 , "model" : "b" , "y":"\xc3\xa9\\u00e9" }\n',
    ),
    (b'{"m":{"model":"a"},"model":"a","n":[{"model":"a"}]}', b'{"m":{"model":"a"},"model":"b","n":[{"model":"a"}]}'),
    (b'{"model":"a","model":"a"}', b'{"model":"b","model":"b"}'),
    (b'{"mod\\u0065l":"\\u0061"}', b'{"mod\\u0065l":"b"}'),
    (b"{}", b'{"model": "b"}'),
    (b' {"x":1}', b' {"model": "b", "x":1}'),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "expected"), ROWS, ids=str)
def test_only_the_model_changes(sent: bytes, expected: bytes) -> None:
    assert RequestBody(sent).with_model("b") == expected
    body = RequestBody(sent)
    assert body.with_model(body.model) == sent


WRONG = [b"", b"{", b"[]", b'"x"', b"{,}", b'{"a"}', b'{"a":}', b'{"a":1,}', b'{"a":1}{', b'{"a":1 "b":2}', b"\xff"]
WRONG += [b'{"model":null}', b'{"model":"\\ud800"}', b'{"a":' + b"[" * 100_000, b"\xef\xbb\xbf{}"]


@pytest.mark.parametrize("sent", WRONG, ids=lambda sent: repr(sent[:20]))
def test_anything_else_is_refused(sent: bytes) -> None:
    with pytest.raises(BodyInvalid):
        RequestBody(sent)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON, max_size=5), st.booleans(), st.integers(0, 3))
def test_any_object_is_otherwise_as_it_was(members: dict[str, object], ascii_only: bool, indent: int) -> None:
    members["model"] = "CONNECTION/a"
    sent = json.dumps(members, ensure_ascii=ascii_only, indent=indent or None).encode()
    changed = RequestBody(sent).with_model("b")
    assert json.loads(changed) == members | {"model": "b"}
    assert changed.replace(b'"model": "b"', b'"model": "CONNECTION/a"', 1).decode() == sent.decode() or b'"b"' in sent
