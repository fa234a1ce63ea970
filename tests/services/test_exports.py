"""Exported documents say everything that must be said, and nothing in them runs or is fetched."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from docx import Document
from export_samples import conversations
from hypothesis import given
from store_samples import conversation, message

from desktop_chat.app.export_parts import export_words
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.entities import ChatOptions, Role, Source, Status, Summary
from desktop_chat.core.export_errors import (
    ExportDiskFull,
    ExportError,
    ExportFolderMissing,
    ExportTargetExists,
    NothingToExport,
)
from desktop_chat.core.exporting import ExportedConversation, ExportFormat, ExportRequest
from desktop_chat.core.file_names import FileNames, file_stem, free_name, safe_file_name
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.services.demo.demo_image import demo_image
from desktop_chat.services.exports.export_job import ExportJob, ExportTools
from desktop_chat.services.exports.html_export import data_address, image_content
from desktop_chat.services.exports.output import held, new_file, new_folder
from desktop_chat.services.exports.shared_files import new_shared_file
from desktop_chat.services.sqlite.plain_rows import Shape

PNG = demo_image()
SHA = "a" * 64
MISSING = "b" * 64
IMAGE = Attachment(AttachmentKind.IMAGE, "sun/set.png", "image/png", len(PNG), SHA, 8, 8)
LOST = Attachment(AttachmentKind.DOCUMENT, "lost.pdf", "application/pdf", 3, MISSING)
HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror=y> [x](javascript:alert(1)) ![t](https://track.example/p.png) "><b>'
)
DOCUMENTS = (ExportFormat.MARKDOWN, ExportFormat.HTML, ExportFormat.DOCX, ExportFormat.TEXT)


@dataclass
class Stored:
    """Conversations in memory."""

    found: dict[str, ExportedConversation] = field(default_factory=dict)

    def ids(self, *, with_trash: bool) -> list[str]:
        return [key for key, one in self.found.items() if with_trash or one.conversation.trashed_at is None]

    def get(self, conversation_id: str) -> ExportedConversation | None:
        return self.found.get(conversation_id)

    def read(self, ids: Sequence[str], shape: Shape) -> Iterator[ExportedConversation | None]:
        return map(self.get, ids)


def stored(*exported: ExportedConversation) -> Stored:
    return Stored({each.conversation.id: each for each in exported})


def tools() -> ExportTools:
    return ExportTools(
        export_words(),
        {SHA: PNG}.get,
        lambda code: [[(0, 3, "keyword")]] if code.language == "python" else (),
        lambda *_: b"%PDF",
        lambda: 1_800_000_000.0,
    )


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en")


def sample() -> ExportedConversation:
    trip = conversation(title="A/B: <i>trip</i>", options=ChatOptions(system_prompt="Be kind."))
    asked = message(trip, "What **is** it?", attachments=(IMAGE, LOST))
    call = ToolCall("c1", "calc", '{"a": 1}', CallStatus.FAILED, "broken", text_at=6, images=(IMAGE,))
    text = (
        "First.\n\n# Head\n\n| a | b |\n|--|--|\n| 1 | 中文 |\n\n```python\ndef f(): pass\n```\n\n- x\n- y\n\n$x^2$\n\n"
        + HOSTILE
    )
    reply = message(
        trip,
        text,
        asked,
        role=Role.ASSISTANT,
        status=Status.CANCELLED,
        model="gpt-5.5",
        connection_name="OpenAI",
        reasoning="I think.",
        tool_calls=(call,),
        sources=(Source("https://s.example", "Page"),),
    )
    canned = message(
        trip, "Canned.", asked, role=Role.ASSISTANT, status=Status.COMPLETE, model="demo", connection_name=DEMO_NAME
    )
    return ExportedConversation(replace(trip, leaf_id=reply.id), (asked, reply, canned))


def exported(kind: ExportFormat, one: ExportedConversation, **changes: object) -> bytes:
    stream = io.BytesIO()
    request = replace(ExportRequest(kind, Path("out"), (one.conversation.id,)), **changes)  # type: ignore[arg-type]
    ExportJob(request, stored(one), tools()).write_to(stream)
    return stream.getvalue()


def words_in(kind: ExportFormat, content: bytes) -> str:
    if kind is not ExportFormat.DOCX:
        return content.decode()
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_says_who_wrote_what_and_how_it_ended(kind: ExportFormat) -> None:
    words = words_in(kind, exported(kind, sample()))
    for said in ("You", "gpt-5.5", "Stopped", "I think.", "calc", "broken", "中文", "Page", "lost.pdf", "def"):
        assert said in words, said
    assert "Canned." not in words
    assert "I think." not in words_in(kind, exported(kind, sample(), reasoning=False))


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_all_branches_are_numbered_and_the_demo_says_that_it_is_one(kind: ExportFormat) -> None:
    words = words_in(kind, exported(kind, sample(), all_branches=True))
    assert "Canned reply of the demo, no AI" in words
    assert "Version 2 of 2" in words


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_one_message_alone_can_be_exported(kind: ExportFormat) -> None:
    one = sample()
    words = words_in(kind, exported(kind, one, message_ids=(one.messages[2].id,)))
    assert "Canned." in words
    assert "First." not in words


@pytest.mark.parametrize(("in_use", "mark"), [(True, ""), (False, ", not sent")])
def test_a_summary_is_marked_and_is_no_line_to_train_a_model_on(in_use: bool, mark: str) -> None:
    one = sample()
    marked = Summary(2, in_use=in_use)
    summary = message(one.conversation, "In short.", one.messages[1], role=Role.ASSISTANT, model="m", summary=marked)
    one = ExportedConversation(replace(one.conversation, leaf_id=summary.id), (*one.messages, summary))
    for kind in DOCUMENTS:
        words = words_in(kind, exported(kind, one))
        assert "In short." in words
        assert re.search(rf"Summary of 2 earlier message(s|\(s\)){mark}", words), kind
        assert ("not sent" in words) is not in_use
        assert "in place of" not in words, "said once"
    line = json.loads(exported(ExportFormat.JSONL, one))
    assert [said["role"] for said in line["messages"]] == ["system", "user", "assistant", "tool", "assistant"]


def test_html_runs_nothing_and_fetches_nothing() -> None:
    html = exported(ExportFormat.HTML, sample()).decode()
    assert "<script" not in html
    assert "default-src 'none'" in html
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)
    assert set(re.findall(r'src="([^"]{0,10})', html)) == {"data:image"}
    assert re.findall(r"<img src=x", html) == []
    assert "<math" in html
    assert '<i class="keyword">def</i>' in html
    assert "&lt;i&gt;trip&lt;/i&gt;" in html


@pytest.mark.thorough
@given(conversations())
def test_anything_can_be_written_in_every_format(one: ExportedConversation) -> None:
    for kind in (*DOCUMENTS, ExportFormat.JSONL, ExportFormat.JSON):
        written = exported(kind, one, all_branches=True)
        assert written or all(message.summary is not None for message in one.messages), "no line for summaries alone"


def test_a_line_has_the_shape_of_a_request() -> None:
    one = sample()
    line = json.loads(exported(ExportFormat.JSONL, one))
    roles = [said["role"] for said in line["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant"]
    system, asked, calls, result, reply = line["messages"]
    assert system["content"] == "Be kind."
    assert [part["type"] for part in asked["content"]] == ["image_url", "text"]
    assert calls["tool_calls"][0]["function"] == {"name": "calc", "arguments": '{"a": 1}'}
    assert result == {"role": "tool", "tool_call_id": "c1", "content": "broken"}
    assert reply["weight"] == 0, "nobody wants to train a model on half a reply"
    canned = json.loads(exported(ExportFormat.JSONL, one, leaf_id=one.messages[2].id))["messages"][-1]
    assert (canned["name"], canned["weight"]) == ("demo", 0)


# --- files and folders --------------------------------------------------------------------------------------------


def run(request: ExportRequest, *exported: ExportedConversation) -> Path:
    return ExportJob(request, stored(*exported), tools()).run().path


def left_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_markdown_has_its_files_beside_it(tmp_path: Path) -> None:
    one = sample()
    one = replace(one, conversation=replace(one.conversation, id="../../up"))
    target = tmp_path / "trip.md"
    job = ExportJob(ExportRequest(ExportFormat.MARKDOWN, target, (one.conversation.id,)), stored(one), tools())
    assert job.run().missing == 1
    assert left_in(tmp_path) == ["trip files/sun set.png", "trip.md"]
    text = target.read_text(encoding="utf-8")
    assert text.startswith('---\ntitle: "A/B: <i>trip</i>"\n')
    assert "![sun/set.png](<trip files/sun set.png>)" in text
    assert "attachment:" not in text


def test_many_documents_are_files_in_a_folder_with_names_that_all_systems_take(tmp_path: Path) -> None:
    titles = ("con", "con", "Con", "../../up", "")
    ones = [ExportedConversation(conversation(title=title), ()) for title in titles]
    trashed = ExportedConversation(conversation(title="trash", trashed_at=1.0), ())
    done = run(ExportRequest(ExportFormat.TEXT, tmp_path / "out"), *ones, trashed)
    assert done == tmp_path / "out"
    assert left_in(tmp_path) == [
        "out/Con_ 3.txt",
        "out/New conversation.txt",
        "out/con_ 2.txt",
        "out/con_.txt",
        "out/up.txt",
    ]


def test_in_a_folder_with_something_in_it_a_new_one_is_made(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    one = sample()
    request = ExportRequest(ExportFormat.MARKDOWN, tmp_path)
    assert [run(request, one).name, run(request, one).name] == ["Desktop Chat 2027-01-15", "Desktop Chat 2027-01-15 2"]
    assert (tmp_path / "mine.txt").read_text() == "keep"
    assert (tmp_path / "Desktop Chat 2027-01-15" / "A B i trip i files" / "sun set.png").read_bytes() == PNG


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be removed there")
def test_what_killed_exports_left_is_removed_and_what_runs_is_not(tmp_path: Path) -> None:
    left, running, begun = (tmp_path / f".desktop-chat-{name}.part" for name in ("left", "running", "begun"))
    folder, link = tmp_path / ".desktop-chat-folder.part", tmp_path / ".desktop-chat-link.part"
    for part in (left, running, begun):
        part.write_bytes(b"half")
    folder.mkdir()
    (folder / "a.md").write_bytes(b"half")
    link.symlink_to(running)
    for part in (left, running, folder):
        os.utime(part, (0, 0))
    with held(running) as is_free:
        assert is_free
        with new_file(tmp_path / "new", replace=False) as target:
            target.write(b"x")
    assert not left.exists()
    assert not folder.exists()
    assert running.exists()
    assert begun.exists(), "it may not be locked yet"
    assert (tmp_path / "new").read_bytes() == b"x"
    with new_folder(tmp_path / "many", "many") as (part, _):
        os.utime(part, (0, 0))
        with new_folder(tmp_path / "others", "others") as (_, others):
            assert part.exists(), "it is being written"
    assert others.is_dir()
    assert not running.exists()


def test_shared_files_have_folders_of_their_own_for_a_day(tmp_path: Path) -> None:
    shared = tmp_path / "cache" / "shared"
    first, second = new_shared_file(shared, "a.md"), new_shared_file(shared, "a.md")
    first.write_text("x")
    assert first.parent != second.parent
    os.utime(first.parent, (0, 0))
    third = new_shared_file(shared, "a.md")
    assert not first.parent.exists()
    assert second.parent.is_dir()
    assert third.parent.is_dir()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExportError):
        new_shared_file(tmp_path / "file", "a.md")


def test_a_zip_has_each_content_once(tmp_path: Path) -> None:
    run(ExportRequest(ExportFormat.JSON, tmp_path / "all.zip"), sample())
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["conversations.json", f"blobs/{SHA}"]
        assert "blobs" not in json.loads(archive.read("conversations.json"))


def test_an_existing_file_is_replaced_only_on_request(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    target.write_text("mine")
    request = ExportRequest(ExportFormat.JSON, target)
    with pytest.raises(ExportTargetExists):
        run(request, sample())
    assert target.read_text() == "mine"
    run(replace(request, replace=True), sample())
    assert json.loads(target.read_text(encoding="utf-8"))["version"] == 1
    assert left_in(tmp_path) == ["a.json"]


def test_nothing_is_left_of_an_export_that_fails(tmp_path: Path) -> None:
    class Failing(Stored):
        def get(self, conversation_id: str) -> ExportedConversation | None:
            if conversation_id == "second":
                raise RuntimeError("bug")
            return super().get(conversation_id)

    one = sample()
    for kind, target in ((ExportFormat.JSON, tmp_path / "a.json"), (ExportFormat.MARKDOWN, tmp_path / "many")):
        job = ExportJob(
            ExportRequest(kind, target, (one.conversation.id, "second")), Failing(stored(one).found), tools()
        )
        with pytest.raises(RuntimeError):
            job.run()
    assert list(tmp_path.iterdir()) == []


def test_what_the_system_refuses_is_an_error_with_a_name(tmp_path: Path) -> None:
    with pytest.raises(ExportFolderMissing):
        run(ExportRequest(ExportFormat.JSON, tmp_path / "no" / "a.json"), sample())
    with pytest.raises(ExportDiskFull), new_file(tmp_path / "b", replace=False):
        raise OSError(28, "No space left on device")
    with pytest.raises(NothingToExport):
        run(ExportRequest(ExportFormat.JSON, tmp_path / "c.json"))
    with pytest.raises(NothingToExport):
        run(ExportRequest(ExportFormat.JSON, tmp_path / "c.json", ("gone",)), sample())
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    request = ExportRequest(ExportFormat.JSONL, Path("-"))
    ExportJob(request, stored(sample(), sample()), tools(), lambda *now: told.append(now)).write_to(io.BytesIO())
    assert told == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b:c.png", "a b c.png"),
        ("..", "file"),
        ("x.tar gz", "x tar gz"),
        ("NUL.txt", "NUL_.txt"),
        ("中文.pdf", "中文.pdf"),
    ],
)
def test_names_of_files_are_valid_everywhere(name: str, safe: str) -> None:
    assert safe_file_name(name, "file") == safe


def test_long_titles_are_cut_and_names_numbered() -> None:
    assert len(file_stem("字" * 300).encode()) <= 200
    taken: Iterator[bool] = iter([True, True, False])
    assert free_name("a", ".md", lambda _: next(taken)) == "a 3.md"


def test_names_in_a_folder_are_numbered_whatever_their_case() -> None:
    names = FileNames()
    added = [names.add(stem, ".md") for stem in ("a", "A 2", "a", "A", "b")]
    assert added == ["a.md", "A 2.md", "a 3.md", "A 4.md", "b.md"]
    assert len(names) == 5


def test_every_kind_of_block_is_in_a_word_file() -> None:
    data = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    text = (
        "# Head\n\nA `code` and [link](https://x.example) with ~~no~~ *style*[^1].\n\n> Quoted\n>\n> > twice\n\n---\n\n"
        f"1. one\n   - [x] two\n\n![inside]({data})\n\n![outside](https://x.example/a.png)\n\n"
        "$$a^2$$\n\n[^1]: The note.\n"
    )
    trip = conversation(title="Blocks")
    asked = message(trip, text)
    one = ExportedConversation(replace(trip, leaf_id=asked.id), (asked,))
    content = exported(ExportFormat.DOCX, one)
    words = words_in(ExportFormat.DOCX, content)
    for said in ("Head", "code", "Quoted", "twice", "two", "outside", "The note.", "\u2015" * 20):
        assert said in words, said
    assert len(Document(io.BytesIO(content)).inline_shapes) == 1, "what is on a server is not fetched"


def test_an_image_is_taken_from_its_address_or_its_blob_and_never_from_a_server() -> None:
    data = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    blob = f"attachment:{SHA}"
    assert image_content(data, lambda _: None) == PNG
    assert image_content(blob, lambda _: PNG) == PNG
    assert image_content(blob, lambda _: None) == image_content(blob, lambda _: b"no image") == b""
    assert image_content("data:image/png;base64,A", lambda _: None) == b""
    assert image_content("https://x.example/a.png", lambda _: PNG) == b""
    assert data_address(data, lambda _: None) == data
    assert data_address("https://x.example/a.png", lambda _: None) == ""
