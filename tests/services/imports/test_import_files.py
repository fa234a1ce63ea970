"""What is opened for an import, and how its bytes and values are read."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from peer_exports import written, zipped

from desktop_chat.core.importing import ImportDamaged, ImportUnreadable, ImportUnsafe, Unread, UnreadReason
from desktop_chat.services.imports import import_files, json_stream
from desktop_chat.services.imports.import_files import Archive, open_files
from desktop_chat.services.imports.json_stream import elements, lines, members


def test_a_file_alone_a_folder_and_an_archive(tmp_path: Path) -> None:
    alone = open_files(written(tmp_path / "one" / "a.json", {}))
    folder = open_files(tmp_path / "one")
    archive = open_files(zipped(tmp_path / "a.zip", {"a.json": {}}))
    for files in (alone, folder, archive):
        assert list(files.names) == ["a.json"]
        assert files.content("a.json") == b"{}"
        with pytest.raises(KeyError):
            files.open("other")
        files.close()


def test_what_cannot_be_read_is_a_sentence_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(ImportUnreadable):
        open_files(tmp_path / "missing")
    with pytest.raises(ImportUnreadable):
        open_files(Path("/dev/null"))


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = zipped(tmp_path / "a.zip", {"a.json": b"[" + b" " * 50_000 + b"]", "b.json": {}})
    monkeypatch.setattr(import_files, "MAX_BYTES", 1_000)
    with pytest.raises(ImportUnsafe):
        open_files(file)
    with pytest.raises(ImportUnsafe):
        open_files(written(tmp_path / "large.json", b"[" + b" " * 50_000 + b"]")).content("large.json")
    monkeypatch.setattr(import_files, "MAX_ENTRIES", 1)
    with pytest.raises(ImportUnsafe):
        open_files(file)
    with pytest.raises(ImportUnsafe):
        open_files(tmp_path)


def test_a_large_or_damaged_attachment_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = zipped(tmp_path / "a.zip", {"a.bin": b"content that is compressed " * 99})
    content = bytearray(file.read_bytes())
    content[60:70] = b"\0" * 10
    damaged = open_files(written(tmp_path / "b.zip", bytes(content)))
    assert damaged.content("a.bin") is None
    damaged.close()
    monkeypatch.setattr(import_files, "MAX_ATTACHMENT", 10)
    whole = open_files(file)
    assert whole.content("a.bin") is None
    whole.close()


def test_an_encrypted_entry_is_unreadable(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip", {"a.json": {}})
    content = bytearray(file.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    files = open_files(written(tmp_path / "b.zip", bytes(content)))
    with pytest.raises(ImportUnreadable):
        files.open("a.json")
    files.close()


def test_entries_twice_or_outside_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("folder/", "../out.json", "a.json"):
            archive.writestr(name, "{}" if name.endswith("json") else "")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.json", "{} and more than the first one has")
    files = open_files(file)
    assert [one.reason for one in files.unread] == [UnreadReason.UNSAFE_NAME, UnreadReason.DUPLICATE]
    with files.open("a.json") as stream:
        assert stream.read() == b"{}", "the entry whose size was checked"
    files.close()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("at", [60, 100, 500, 2_000])
def test_a_damaged_entry_is_refused_however_it_is_compressed(tmp_path: Path, method: int, at: int) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("a.json", random.Random(1).randbytes(5_000))
    content = bytearray(file.read_bytes())
    content[at : at + 20] = bytes(each ^ 0xFF for each in content[at : at + 20])
    file.write_bytes(content)
    files = open_files(file)
    assert isinstance(files, Archive)
    with pytest.raises(ImportUnreadable), files.open("a.json") as stream:
        stream.read()
    with pytest.raises(ImportDamaged):
        files.check()
    files.close()


@pytest.mark.parametrize(
    ("mark", "place", "value"),
    [(b"PK\1\2", 6, b"\xff\xff"), (b"PK\1\2", 46, b"\xff"), (b"PK\3\4", 30, b"\xff"), (b"PK\5\6", 16, b"\xff" * 4)],
    ids=["version", "name in the list", "name", "place of the list"],
)
def test_a_damaged_list_is_refused(tmp_path: Path, mark: bytes, place: int, value: bytes) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("\u00e9.json", "{}")
    content = bytearray(file.read_bytes())
    at = content.find(mark) + place
    content[at : at + len(value)] = value
    file.write_bytes(content)
    with pytest.raises((ImportDamaged, ImportUnreadable)), closing(open_files(file)) as files:
        files.open("\u00e9.json")


def test_values_that_are_damaged_too_deep_or_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    def reasons(found: object) -> list[UnreadReason]:
        return [each.reason for each in found if isinstance(each, Unread)]  # type: ignore[attr-defined]

    assert reasons(elements(io.BytesIO(b'[1, {"a": '), "x")) == [UnreadReason.DAMAGED]
    assert list(members(io.BytesIO(b'{"a": 1, "b": 2}'), "x")) == [("a", 1), ("b", 2)]
    assert reasons(members(io.BytesIO(b'{"a": 1, "b": '), "x")) == [UnreadReason.DAMAGED]
    assert reasons(lines(io.BytesIO(b"{broken\n\n[1]\n"), "x")) == [UnreadReason.DAMAGED]
    monkeypatch.setattr(json_stream, "MAX_VALUE", 100_000)
    large = b'"' + b"x" * 900_000 + b'"'
    assert reasons(lines(io.BytesIO(large + b"\n[1]\n"), "x")) == [UnreadReason.TOO_LARGE]
    assert reasons(elements(io.BytesIO(b"[" + large + b"]"), "x")) == [UnreadReason.TOO_LARGE]
    assert reasons(members(io.BytesIO(b'{"a": ' + large + b"}"), "x")) == [UnreadReason.TOO_LARGE]


def test_bytes_of_an_older_program_are_read_as_it_wrote_them() -> None:
    assert list(elements(io.BytesIO(b'["caf\xe9"]'), "x")) == ["caf\u00e9"]
