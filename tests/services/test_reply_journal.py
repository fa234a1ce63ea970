"""The journal of running replies: append-only, robust against torn ends, full disks and removal, and small."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property_tests import examples

from desktop_chat.core.deltas import ReasoningDelta, RecastDelta, TextDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.errors import StoreFull
from desktop_chat.core.ports import JournalEntry
from desktop_chat.core.reply import Reply
from desktop_chat.services.sqlite import reply_journal
from desktop_chat.services.sqlite.reply_journal import ReplyJournal, read_pieces

ENTRIES = st.builds(JournalEntry, st.sampled_from(["a", "b", "ü"]), st.text(max_size=20), st.text(max_size=5))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.db-replies"


@pytest.fixture
def journal(file: Path) -> Iterator[ReplyJournal]:
    journal = ReplyJournal(file)
    yield journal
    journal.close()


def texts_in(file: Path) -> dict[str, str]:
    return {message_id: "".join(pieces.texts) for message_id, pieces in read_pieces(file).items()}


def test_pieces_are_appended_to_their_text(journal: ReplyJournal, file: Path) -> None:
    journal.begin("a", (0, 0))
    journal.begin("b", (5, 0))
    journal.append([JournalEntry("a", "Hel", "h"), JournalEntry("b", " and on", "")])
    journal.append([JournalEntry("a", "lo", "m"), JournalEntry("nobody", "x", "")])
    found = read_pieces(file)
    assert found["a"].behind("", "") == ("Hello", "hm")
    assert found["b"].behind("Hello", "") == ("Hello and on", "")
    assert found["b"].behind("Hello, changed", "") == ("Hello, changed", "")
    assert set(found) == {"a", "b"}
    assert file.stat().st_mode & 0o777 == 0o600


def test_it_is_empty_when_nothing_runs_and_gone_when_closed(journal: ReplyJournal, file: Path) -> None:
    for message_id in ("a", "b"):
        journal.begin(message_id, (0, 0))
    journal.append([JournalEntry("a", "Hello", ""), JournalEntry("b", "Bye", "")])
    journal.end("a")
    assert file.stat().st_size > 0
    journal.end("b")
    assert file.stat().st_size == 0
    journal.close()
    assert not file.exists()


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The file's sizes when it was flushed to disk."""
    sizes: list[int] = []

    def note_and_flush(name: str) -> Callable[[int], None]:
        flush = getattr(os, name)

        def one(descriptor: int) -> None:
            sizes.append(os.fstat(descriptor).st_size)
            flush(descriptor)

        return one

    for name in ("fsync", "fdatasync"):
        if hasattr(os, name):
            monkeypatch.setattr(os, name, note_and_flush(name))
    return sizes


def test_everything_is_on_disk_when_append_returns(journal: ReplyJournal, file: Path, flushed: list[int]) -> None:
    """A killed process would lose nothing without that; a power failure would."""
    journal.begin("a", (0, 0))
    for number in range(3):
        journal.append([JournalEntry("a", f"piece {number}", "")])
        assert len(flushed) == number + 1
        assert flushed[-1] == file.stat().st_size


def test_a_file_is_on_disk_before_it_replaces_another(
    journal: ReplyJournal, file: Path, flushed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_journal, "COMPACT_ABOVE", 100)
    for name in ("a", "b"):
        journal.begin(name, (0, 0))
    journal.append([JournalEntry("a", "x" * 200, ""), JournalEntry("b", "kept", "")])
    flushed.clear()
    journal.end("a")
    assert flushed == [file.stat().st_size]
    assert texts_in(file) == {"b": "kept"}


def test_a_restarted_reply_drops_its_pieces(journal: ReplyJournal, file: Path) -> None:
    journal.begin("a", (0, 0))
    journal.append([JournalEntry("a", "first try", "")])
    journal.begin("a", (0, 0))
    journal.append([])
    assert texts_in(file) == {"a": ""}
    journal.append([JournalEntry("a", "second", "")])
    assert texts_in(file) == {"a": "second"}


@given(st.lists(st.lists(ENTRIES, max_size=3), max_size=6), st.data())
@settings(max_examples=examples(60))
def test_a_torn_end_costs_only_the_last_pieces(batches: list[list[JournalEntry]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "journal"
        journal = ReplyJournal(file)
        for message_id in ("a", "b", "ü"):
            journal.begin(message_id, (0, 0))
        for batch in batches:
            journal.append(batch)
        whole = texts_in(file)
        expected = {name: "".join(e.text for batch in batches for e in batch if e.message_id == name) for name in whole}
        assert whole == expected
        content = file.read_bytes() if file.exists() else b""
        cut = data.draw(st.integers(0, len(content)))
        file.write_bytes(content[:cut] + data.draw(st.binary(max_size=30)))
        torn = texts_in(file)
        journal.end("a")
        journal.close()
    assert all(whole.get(name, "").startswith(text) for name, text in torn.items())


def test_a_full_disk_is_reported_and_existing_pieces_are_kept(
    journal: ReplyJournal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.begin("a", (0, 0))
    journal.append([JournalEntry("a", "kept ", "")])
    write = os.write

    def write_a_little(descriptor: int, content: bytes) -> int:
        write(descriptor, bytes(content)[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", write_a_little)
    with pytest.raises(StoreFull):
        journal.append([JournalEntry("a", "later", "")])
    monkeypatch.undo()
    assert texts_in(file) == {"a": "kept "}
    journal.append([JournalEntry("a", "later", "")])
    assert texts_in(file) == {"a": "kept later"}


def test_a_removed_file_is_recreated(journal: ReplyJournal, file: Path) -> None:
    journal.begin("a", (0, 0))
    journal.append([JournalEntry("a", "one", "")])
    file.unlink()
    journal.append([JournalEntry("a", "two", "")])
    assert texts_in(file) == {"a": "onetwo"}


def test_it_stays_small_while_replies_overlap_for_days(
    journal: ReplyJournal, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_journal, "COMPACT_ABOVE", 2_000)
    journal.begin("long", (0, 0))
    for number in range(50):
        journal.begin(f"m{number}", (0, 0))
        journal.append([JournalEntry("long", ".", ""), JournalEntry(f"m{number}", "x" * 200, "")])
        journal.end(f"m{number}")
    assert file.stat().st_size < 4_000
    assert texts_in(file)["long"] == "." * 50


def test_it_writes_little_more_than_the_text(journal: ReplyJournal, file: Path) -> None:
    """At ten tokens per second, four times a second."""
    journal.begin("0123456789abcdef" * 2, (0, 0))
    text = "".join(f"word{number:04} " for number in range(100))
    for start in range(0, len(text), 10):
        journal.append([JournalEntry("0123456789abcdef" * 2, text[start : start + 10], "")])
    assert file.stat().st_size <= 3 * len(text)


STEPS = st.one_of(
    st.builds(TextDelta, st.text(min_size=1, max_size=5)),
    st.builds(ReasoningDelta, st.text(min_size=1, max_size=5)),
    st.just(RecastDelta()),
    st.none(),
)
"""The events of a reply; None: it is journalled."""


@given(st.lists(STEPS, max_size=20))
@settings(deadline=None)
def test_text_that_turns_out_to_be_reasoning_is_neither_lost_nor_duplicated(
    steps: list[TextDelta | ReasoningDelta | RecastDelta | None],
) -> None:
    """Whatever is journalled when, the file always matches the reply."""
    begun = Message("a", "c", None, Role.ASSISTANT, "Before. ", Status.RUNNING, 0.0, reasoning="Hm. ")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.db-replies"
        journal, reply = ReplyJournal(file), Reply(begun)
        journal.begin("a", (len(begun.text), len(begun.reasoning)))
        for step in [*steps, None]:
            if step is not None:
                reply.take(step)
                continue
            journal.append([JournalEntry("a", *new) for new in reply.take_unjournalled()])
            now = reply.ended(None, cancelled=True)
            assert read_pieces(file)["a"].behind(begun.text, begun.reasoning) == (now.text, now.reasoning)
        journal.close()
