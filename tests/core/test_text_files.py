"""Text files of any encoding are read correctly, and appear unaltered in a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.text_files import decoded, fenced

CHINESE = "会议记录：明天上午九点开会。价格为100元。\n"
GERMAN = "Größe aus Köln, Straße 5\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-32"),
        (CHINESE, "gb18030"),
        ("价 a 格 b", "gbk"),
        (GERMAN, "utf-8"),
        (GERMAN, "latin-1"),
        ("Überäöü — “so”", "cp1252"),
        ("plain", "ascii"),
        ("", "ascii"),
    ],
)
def test_a_text_is_read_in_its_encoding(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("价格".encode("gbk"), "价格"),
        (("x" + "价" * 50_001).encode("gbk"), "x" + "价" * 50_001),
        ("价".encode("gbk") + b" caf\xe9A " + "价".encode("gbk"), "¼Û caféA ¼Û"),
        (b"\xbc\xdb \xe9\xe8", "¼Û éè"),
        (b"\xbc\xdb \xbc\xdb \xe9\xe8 \xe9\xe8 \xe9\xe8", "¼Û ¼Û éè éè éè"),
    ],
    ids=["two", "more than is looked at", "one letter stands alone", "half of it is common", "less than half is"],
)
def test_chinese_is_told_from_european_text_by_pairs_of_bytes(content: bytes, text: str) -> None:
    assert decoded(content) == text


def test_line_ends_are_normalised() -> None:
    assert decoded(b"a\r\nb\rc\n") == "a\nb\nc\n"


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF\x81\x8d\x8f", b"\xff\xfea", b"\xef\xbb\xbfa\0b"]
)
def test_binary_files_are_detected(content: bytes) -> None:
    assert decoded(content) is None


@given(st.binary(max_size=60))
def test_any_bytes_give_text_or_nothing(content: bytes) -> None:
    text = decoded(content)
    assert text is None or ("\0" not in text and "\r" not in text)


@given(st.text(st.sampled_from("`~a \n"), max_size=30))
def test_no_file_can_close_its_fence(text: str) -> None:
    name, fence, *lines, last = fenced("a.txt", text).split("\n")
    assert (name, last) == ("a.txt", fence)
    assert "\n".join(lines) == text.rstrip("\n")
    assert all(fence not in line for line in lines)


def test_a_fence_is_no_longer_than_it_has_to_be() -> None:
    assert fenced("a.txt", "plainX\n") == "a.txt\n```\nplainX\n```"
    assert fenced("a.md", "``` and ``") == "a.md\n````\n``` and ``\n````"
