"""The files of a batch: what can be read, what is refused, and an output that survives whatever happens to it."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batch_server import BatchServer
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.app.image_preparing import ImagePreparer
from desktop_chat.core.batch_errors import AnswerInvalid, BatchProblem, BatchRefused
from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.batch_lines import BatchAnswer, line_of
from desktop_chat.core.batch_progress import RowState
from desktop_chat.core.batch_run import RowStarted, RowStored
from desktop_chat.core.entities import Api, Connection, Failure, Message, Role, Status
from desktop_chat.core.errors import NoModel
from desktop_chat.services.batch import batch_input, batch_output
from desktop_chat.services.batch.answer_check import AnswerCheck
from desktop_chat.services.batch.batch_input import BatchInput
from desktop_chat.services.batch.batch_output import OutputFile
from desktop_chat.services.batch.folder_documents import FolderDocuments
from desktop_chat.services.batch.open_batch import OpenBatch
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk

CHAT = Api.CHAT_COMPLETIONS
DOCUMENTS = FolderDocuments(ImagePreparer().prepare)


def row(custom_id: str, text: str = "Hi", **body: Any) -> str:
    said = {"model": "m", "messages": [{"role": "user", "content": text}]} | body
    return json.dumps({"custom_id": custom_id, "body": said})


def lines(path: Path, *rows: str) -> str:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return str(path)


def read(source: str, template: str = "", **others: Any) -> list[tuple[str, str]]:
    """Return ids and last messages of an input."""
    found = BatchInput(BatchJob(source=source, template=template, **others), CHAT)
    try:
        return [(request.custom_id, request.messages[-1].text) for request, _ in found.read(range(len(found.rows)))]
    finally:
        found.close()


def refusal(source: str, template: str = "", **others: Any) -> BatchRefused:
    with pytest.raises(BatchRefused) as refused:
        read(source, template, **others)
    return refused.value


# --- input ------------------------------------------------------------------------------------------------------------


def test_a_file_of_requests_is_read_in_any_order(tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", "\ufeff" + row("a", "α"), "", row("b", "β", model="n"))
    found = BatchInput(BatchJob(source=source), CHAT)
    assert [(each.custom_id, each.model) for each in found.rows] == [("a", "m"), ("b", "n")]
    assert [request.messages[0].text for request, _ in found.read([1, 0])] == ["β", "α"]
    assert found.models == {"m", "n"}
    found.close()
    override = BatchInput(BatchJob(source=source, model="mine"), CHAT)
    assert override.models == {"mine"}
    override.close()


def test_the_lines_of_a_problem_are_named(tmp_path: Path) -> None:
    bad = refusal(lines(tmp_path / "1.jsonl", row("a"), "{", '{"custom_id": "\\ud800"}', "[NaN]", "[1]", "[" * 9_999))
    assert (bad.problem, bad.lines) == (BatchProblem.NO_JSON, (2, 3, 4, 5, 6))
    twice = refusal(lines(tmp_path / "2.jsonl", *(row(str(number % 20)) for number in range(40))))
    assert (twice.problem, twice.count, twice.lines[:2], twice.names[:2]) == (
        BatchProblem.DUPLICATE_IDS,
        20,
        (21, 22),
        ("0", "1"),
    )
    other = refusal(lines(tmp_path / "3.jsonl", row("a", n=3, audio={}), row("b")))
    assert (other.problem, other.lines, other.names) == (BatchProblem.UNSUPPORTED, (1,), ("n, audio",))
    assert refusal(lines(tmp_path / "4.jsonl")).problem is BatchProblem.EMPTY
    assert refusal(str(tmp_path / "none.jsonl")).problem is BatchProblem.UNREADABLE
    assert refusal(str(tmp_path / "2.jsonl"), "{text}").problem is BatchProblem.NOT_FOR_JSONL


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_input, "MAX_LINE", 1_000)
    source = lines(tmp_path / "in.jsonl", row("a", "x" * 2_000))
    assert refusal(source).problem in {BatchProblem.TOO_LARGE, BatchProblem.NO_JSON}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_tables_are_read_in_these_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes("文本,custom_id\r\n你好，世界。,甲\r\n再见。,乙\r\n".encode(encoding))
    assert read(str(path), "翻译：{文本}") == [("甲", "翻译：你好，世界。"), ("乙", "翻译：再见。")]


def test_tables_in_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes("text\ncafé\nnaïve\n".encode("latin-1"))
    assert refusal(str(path), "{text}").problem is BatchProblem.NOT_TEXT
    path.write_bytes(b"a\n\0\n")
    assert refusal(str(path), "{a}").problem is BatchProblem.NOT_TEXT


def test_rows_of_a_table_are_numbered_and_may_have_a_system_prompt(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("text,lang\na,de\nb,fr\n")
    found = BatchInput(BatchJob(source=str(path), template="{text}", system="To {lang}"), CHAT)
    said = [(each.custom_id, [(m.role.value, m.text) for m in each.messages]) for each, _ in found.read([0, 1])]
    assert said == [
        ("row-1", [("system", "To de"), ("user", "a")]),
        ("row-2", [("system", "To fr"), ("user", "b")]),
    ]
    assert refusal(str(path)).names == ("text", "lang")
    assert refusal(str(path)).problem is BatchProblem.NO_TEMPLATE
    path.write_text("text,custom_id\na,\n")
    assert refusal(str(path), "{text}").problem is BatchProblem.NO_ID


def test_the_text_files_of_a_folder_are_rows(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "b.txt").write_text("B")
    (tmp_path / "sub" / "a.md").write_text("A{x}")
    (tmp_path / ".git" / "config").write_text("no")
    (tmp_path / ".hidden").write_text("no")
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    assert read(str(tmp_path), "{name}: {text}") == [("b.txt", "b.txt: B"), ("sub/a.md", "sub/a.md: A{x}")]


def test_a_file_without_a_known_name_is_known_by_its_first_letter(tmp_path: Path) -> None:
    assert read(lines(tmp_path / "requests", row("a"))) == [("a", "Hi")]
    assert read(lines(tmp_path / "table", "a", "1"), "{a}") == [("row-1", "1")]


def test_rows_are_read_by_two_threads_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a row while the batch runs reads beside it; each gets its own row."""
    found = BatchInput(BatchJob(source=lines(tmp_path / "in.jsonl", row("a", "Hi"), row("b", "Ho"))), CHAT)
    stream, others = found._source._stream, list[str]()
    looking = threading.Thread(target=lambda: others.append(found.read([1])[0][0].custom_id))

    class Interrupted:
        """Between finding the place and reading there, the other thread has time to read its row, if it may."""

        def seek(self, place: int) -> None:
            stream.seek(place)
            if threading.current_thread() is not looking:
                looking.start()
                looking.join(0.3)

        def __getattr__(self, name: str) -> Any:
            return getattr(stream, name)

    monkeypatch.setattr(found._source, "_stream", Interrupted())
    assert found.read([0])[0][0].custom_id == "a"
    looking.join(60)
    assert others == ["b"]
    found.close()


def test_an_input_that_cannot_be_read_any_more_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = BatchInput(BatchJob(source=lines(tmp_path / "in.jsonl", row("a"))), CHAT)

    class Broken:
        def seek(self, _place: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

    found.close()
    monkeypatch.setattr(found._source, "_stream", Broken())
    with pytest.raises(BatchRefused) as refused:
        found.read([0])
    assert (refused.value.problem, refused.value.detail) == (BatchProblem.UNREADABLE, "Input/output error")


def test_an_input_that_changes_while_it_runs_is_noticed(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    found = BatchInput(BatchJob(source=lines(source, row("a", "Hi"))), CHAT)
    for content in (row("a", "Ho"), "{" + row("a", "Hi")[1:].replace('"custom_id"', '"custom-id"')):
        lines(source, content)
        with pytest.raises(BatchRefused) as refused:
            found.read([0])
        assert refused.value.problem is BatchProblem.INPUT_CHANGED
    found.close()


# --- output -----------------------------------------------------------------------------------------------------------


def answer(text: str, failure: Failure | None = None) -> BatchAnswer:
    return BatchAnswer(Message("id", "", None, Role.ASSISTANT, text, Status.COMPLETE, 1.0), failure)


async def write(path: Path, *texts: str) -> None:
    output = OutputFile(path)
    try:
        for text in texts:
            await output.put(line_of(text, "d", answer(text)), lambda _: None)
        await output.flush()
    finally:
        output.close()


def ids(path: Path) -> list[str]:
    output = OutputFile(path)
    try:
        return [stored.custom_id for stored in output.rows()]
    finally:
        output.close()


async def test_a_line_counts_when_it_is_on_disk_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    output = OutputFile(path)
    places: list[int] = []
    for number in range(20):
        await output.put(line_of(str(number), "d", answer("x" * number)), places.append)
    await output.flush()
    content = path.read_bytes()
    assert [json.loads(content[at : content.index(b"\n", at)])["custom_id"] for at in places] == list(
        map(str, range(20))
    )
    assert [stored.at for stored in output.rows()] == places
    output.close()
    await write(path, "more")
    assert ids(path) == [*map(str, range(20)), "more"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=5), st.data())
def test_whatever_a_kill_leaves_the_whole_lines_are_kept(texts: list[str], data: st.DataObject) -> None:
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "out.jsonl")
        whole = b"".join(line_of(text, "d", answer(text)) for text in texts)
        cut = data.draw(st.integers(0, len(whole)))
        path.write_bytes(whole[:cut] + data.draw(st.sampled_from([b"", b"\0" * 10])))
        kept = whole[:cut].count(b"\n")
        assert ids(path) == texts[:kept]
        asyncio.run(write(path, "next"))
        assert ids(path) == [*texts[:kept], "next"]


@pytest.mark.parametrize("content", [b"my notes", b"my notes\n", b'{"a": 1}\n', b"{}"])
def test_somebody_elses_file_is_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(content)
    with pytest.raises(BatchRefused) as refused:
        ids(path)
    assert refused.value.problem is BatchProblem.OUTPUT_FOREIGN
    assert path.read_bytes() == content


def test_only_one_may_write(tmp_path: Path) -> None:
    first = OutputFile(tmp_path / "out.jsonl")
    with pytest.raises(BatchRefused) as refused:
        OutputFile(tmp_path / "out.jsonl")
    assert refused.value.problem is BatchProblem.OUTPUT_LOCKED
    first.close()
    OutputFile(tmp_path / "out.jsonl").close()


def test_an_output_that_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, problem in (
        (tmp_path / "pipe", BatchProblem.OUTPUT_FOREIGN),
        (tmp_path, BatchProblem.OUTPUT_FAILED),
        (tmp_path / "no" / "out", BatchProblem.OUTPUT_FAILED),
    ):
        with pytest.raises(BatchRefused) as refused:
            OutputFile(path)
        assert refused.value.problem is problem


async def test_a_full_disk_leaves_whole_lines_and_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.jsonl"
    await write(path, "a")
    output = OutputFile(path)
    real = os.write

    def half(descriptor: int, content: memoryview) -> int:
        if len(content) < 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content[: len(content) // 2])

    monkeypatch.setattr(batch_output.os, "write", half)
    await output.put(line_of("b", "d", answer("b")), lambda _: None)
    with pytest.raises(BatchRefused) as refused:
        await output.flush()
    assert (refused.value.problem, refused.value.detail) == (BatchProblem.OUTPUT_FAILED, "No space left on device")
    with pytest.raises(BatchRefused):
        await output.put(b"", lambda _: None)
    monkeypatch.undo()
    output.close()
    assert ids(path) == ["a"]


async def test_a_slow_disk_holds_the_batch_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_output, "MAX_UNWRITTEN", 500)
    output = OutputFile(tmp_path / "out.jsonl")
    stored: list[int] = []
    for number in range(10):
        await output.put(line_of(str(number), "d", answer("x" * 600)), stored.append)
        assert len(stored) == number + 1  # each line alone is too much to wait for the disk
    output.close()


# --- both -------------------------------------------------------------------------------------------------------------


def open_job(job: BatchJob, **others: Any) -> OpenBatch:
    return OpenBatch(job, CHAT, default_model="", price_of=lambda _: None, documents=DOCUMENTS, **others)


async def test_what_the_output_answers_is_not_asked_again(tmp_path: Path) -> None:
    job = BatchJob(source=lines(tmp_path / "in.jsonl", row("a"), row("b"), row("c")), output=str(tmp_path / "out"))
    opened = open_job(job)
    a, b = (opened.input.rows[at].digest for at in (0, 1))
    opened.close()
    output = OutputFile(tmp_path / "out")
    await output.put(line_of("a", a, answer("A")), lambda _: None)
    await output.put(line_of("b", b, answer("", Failure("provider_fault"))), lambda _: None)
    await output.put(line_of("gone", "x", answer("G")), lambda _: None)
    await output.flush()
    output.close()

    opened = open_job(job)
    assert opened.waiting() == [2]
    assert opened.waiting(with_failed=True) == [1, 2]
    assert opened.progress.rows[1].state is RowState.FAILED
    assert (await opened.estimate([2])).rows == 1
    assert [request.custom_id for request, _ in await opened.first(9)] == ["a", "b", "c"]
    opened.close()

    lines(tmp_path / "in.jsonl", row("a"), row("b", "repaired"), row("c"))
    opened = open_job(job)
    assert opened.waiting() == [1, 2]
    opened.close()

    lines(tmp_path / "in.jsonl", row("a", "other"), row("b"), row("c"))
    with pytest.raises(BatchRefused) as refused:
        open_job(job)
    assert (refused.value.problem, refused.value.names) == (BatchProblem.OTHER_ROWS, ("a",))
    OutputFile(tmp_path / "out").close()  # a refusal leaves no lock behind


async def test_a_look_at_an_output_keeps_nobody_from_writing_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look may still read a long output when the batch is started."""
    job = BatchJob(source=lines(tmp_path / "in.jsonl", row("a"), row("b")), output=str(tmp_path / "out"))
    opened = open_job(job)
    digest = opened.input.rows[0].digest
    opened.close()
    await write(tmp_path / "out", "gone")
    starting: list[OpenBatch] = []
    read_output = OpenBatch._read_output

    def begin_meanwhile(looked: OpenBatch) -> None:
        monkeypatch.undo()
        starting.append(open_job(job))
        os.write(starting[0]._output._descriptor, line_of("a", digest, answer("A"))[:-5])  # a part of a line so far
        read_output(looked)

    monkeypatch.setattr(OpenBatch, "_read_output", begin_meanwhile)
    looked = open_job(job, keeps_output=False)
    assert looked.waiting() == [0, 1]
    with pytest.raises(ValueError, match="estimate"):
        looked.make_run([0], pytest.fail, wait_s=1.0)
    looked.close()
    starting[0].close()


async def test_a_look_that_is_given_up_frees_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: typing on while the input was read left the output locked until the application ended."""
    (tmp_path / "out").touch()
    job = BatchJob(source=lines(tmp_path / "in.jsonl", row("a")), output=str(tmp_path / "out"))
    may_read, read_output = threading.Event(), OpenBatch._read_output

    def wait(opened: OpenBatch) -> None:
        may_read.wait(10)
        read_output(opened)

    monkeypatch.setattr(OpenBatch, "_read_output", wait)
    for makes in (job, replace(job, source=str(tmp_path / "nowhere"))):
        looking = asyncio.create_task(
            OpenBatch.opened(makes, CHAT, default_model="", price_of=lambda _: None, documents=DOCUMENTS)
        )
        await asyncio.sleep(0)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
    may_read.set()
    async with asyncio.timeout(60):
        while True:
            try:
                open_job(job).close()
                break
            except BatchRefused:
                await asyncio.sleep(0.005)


async def test_a_run_with_a_real_provider_fills_the_output_and_the_progress(tmp_path: Path) -> None:
    server = BatchServer()
    await server.start()
    provider = OpenAIProvider(Connection("c", "c", server.base_url), "", Sdk())

    async def provided() -> OpenAIProvider:
        return provider

    schema = lines(tmp_path / "schema.json", json.dumps(SCHEMA))
    rows = [row("a", answer='{"n": 1}'), row("b", answer="no"), row("c", "long", answer='{"n": 2}')]
    source, output = lines(tmp_path / "in.jsonl", *rows), str(tmp_path / "out.jsonl")
    job = BatchJob(source=source, output=output, schema=schema, retries=0, streaming=False)
    opened = await OpenBatch.opened(job, CHAT, default_model="", price_of=lambda _: None, documents=DOCUMENTS)
    told: list[object] = []
    opened.events.add(told.append)
    assert await opened.make_run(opened.waiting(), provided, wait_s=30).run() is None
    assert [each.state for each in opened.progress.rows] == [RowState.DONE, RowState.FAILED, RowState.CUT]
    assert opened.progress.rows[1].code == "answer_invalid"
    assert {type(event) for event in told} == {RowStarted, RowStored}
    assert {body["response_format"]["type"] for body in server.bodies} == {"json_schema"}
    opened.close()
    again = await OpenBatch.opened(job, CHAT, default_model="", price_of=lambda _: None, documents=DOCUMENTS)
    assert [each.state for each in again.progress.rows] == [RowState.DONE, RowState.FAILED, RowState.CUT]
    again.close()
    await provider.aclose()
    await server.aclose()


def test_an_estimate_writes_nothing(tmp_path: Path) -> None:
    job = BatchJob(source=lines(tmp_path / "in.jsonl", row("a", model="")), output=str(tmp_path / "out"))
    opened = open_job(job, keeps_output=False)
    assert not (tmp_path / "out").exists()
    with pytest.raises(NoModel):
        opened.make_run([0], None, wait_s=1)  # type: ignore[arg-type]
    opened.close()


def test_the_output_must_not_be_the_input(tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", row("a"))
    for job in (BatchJob(source=source, output=source), BatchJob(source=str(tmp_path), output=str(tmp_path / "o"))):
        with pytest.raises(BatchRefused) as refused:
            open_job(job)
        assert refused.value.problem is BatchProblem.OUTPUT_IS_INPUT


# --- schema -----------------------------------------------------------------------------------------------------------

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.fixture
def check(tmp_path: Path) -> AnswerCheck:
    return AnswerCheck(Path(lines(tmp_path / "schema.json", json.dumps(SCHEMA))))


@pytest.mark.parametrize("text", ['{"n": 1}', ' {"n": 1}\n', '```json\n{"n": 1}\n```', '```\n{"n": 1}\n```\n'])
async def test_an_answer_that_fits_is_returned(check: AnswerCheck, text: str) -> None:
    assert await check.check(text) == {"n": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Expecting value"),
        ('{"n": "1"}', "n: '1' is not of type"),
        ("[" * 99_999, "recursion|Expecting"),
        ("{}", "'n'"),
    ],
)
async def test_any_other_is_refused_and_says_why(check: AnswerCheck, text: str, said: str) -> None:
    with pytest.raises(AnswerInvalid, match=said):
        await check.check(text)


async def test_a_reference_to_nowhere_fetches_nothing(tmp_path: Path) -> None:
    schema = {"$ref": "https://127.0.0.1:1/schema.json"}
    check = AnswerCheck(Path(lines(tmp_path / "schema.json", json.dumps(schema))))
    with pytest.raises(AnswerInvalid):
        await check.check("{}")


@pytest.mark.parametrize("content", ["{", "[]", '{"type": "nonsense"}', "\ud800"])
def test_a_schema_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(BatchRefused) as refused:
        AnswerCheck(path)
    assert refused.value.problem is BatchProblem.BAD_SCHEMA
    with pytest.raises(BatchRefused) as missing:
        AnswerCheck(tmp_path / "none.json")
    assert missing.value.problem is BatchProblem.UNREADABLE
