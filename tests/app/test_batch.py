"""`desktop-chat batch` as users and scripts run it: a real process, a real server, real files, and real kills."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import random
import signal
import struct
import subprocess
import termios
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import key_search
import pytest
from batch_process import Batches, Told, server_process, survive_kills, until
from batch_server import BatchServer
from document_samples import pdf, word, zipped

from desktop_chat.app.arguments import parse
from desktop_chat.app.batch_arguments import BatchArguments
from desktop_chat.app.batch_opening import open_batch
from desktop_chat.app.image_preparing import ImagePreparer
from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Api, Connection
from desktop_chat.core.errors import NoConnection
from desktop_chat.core.prices import Price, PriceEntry
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.services.batch.folder_documents import FolderDocuments
from desktop_chat.services.batch.open_batch import OpenBatch


@pytest.fixture
async def server() -> AsyncIterator[BatchServer]:
    server = BatchServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
def batches(tmp_path: Path, server: BatchServer) -> Batches:
    return Batches(tmp_path, server.base_url)


async def test_all_rows_are_answered_and_a_pipe_hears_nothing(batches: Batches, server: BatchServer) -> None:
    batches.ask(*(f"question {number}" for number in range(30)))
    assert await batches.run(PYTHONPROFILEIMPORTTIME="") == Told(0, "", "")
    assert batches.answers() == {f"r{number}": f"re question {number}" for number in range(30)}
    assert await batches.run() == Told(0, "", "")
    assert server.asked.total() == 30


async def test_no_more_requests_run_at_the_server_than_are_allowed(batches: Batches, server: BatchServer) -> None:
    server.delay_s = 0.04
    kinds = ("plain", "in halves", "bad", "long")  # and in the end what slows the run down
    batches.ask(*(f"{kinds[number % 4]} {number}" for number in range(40)), *["busy", "cut"] * 4)
    assert (await batches.run("--concurrency", "3")).code == 1
    assert server.most_running <= 3
    assert len(batches.answers()) == 38


async def test_qt_is_never_loaded(batches: Batches) -> None:
    batches.ask("question")
    told = await batches.run(PYTHONPROFILEIMPORTTIME="1")
    assert "openai" in told.err
    assert "PySide6" not in told.err


async def test_each_row_ends_with_its_answer_or_its_code(batches: Batches, server: BatchServer) -> None:
    batches.ask("plain", "busy", "cut", "bad", "long")
    told = await batches.run()
    assert told.code == 1
    assert batches.answers() == {"r0": "re plain", "r1": "re busy", "r2": "re cut", "r4": "re long"}
    assert batches.codes() == {"r3": "request_rejected"}
    assert "4 rows answered" in told.err
    assert "1 row failed" in told.err
    assert "1 row cut off" in told.err
    assert server.refused == 1


@pytest.mark.thorough
async def test_failed_rows_are_asked_again_only_if_that_is_wanted(batches: Batches, server: BatchServer) -> None:
    batches.ask("fine", "bad")
    assert (await batches.run()).code == 1
    asked = len(server.bodies)
    assert (await batches.run()).code == 1
    assert len(server.bodies) == asked
    assert (await batches.run("--retry-failed")).code == 1
    assert [body["messages"][-1]["content"] for body in server.bodies[asked:]] == ["bad"]
    batches.ask("fine", "repaired")
    assert (await batches.run()).code == 0
    assert batches.answers() == {"r0": "re fine", "r1": "re repaired"}


@pytest.mark.thorough
async def test_the_documents_of_a_folder_are_rows(batches: Batches, server: BatchServer) -> None:
    batches.source = batches.folder / "letters"
    batches.source.mkdir()
    (batches.source / "a.pdf").write_bytes(pdf(["Dear Ada"]))
    (batches.source / "b.docx").write_bytes(word())
    (batches.source / "c.zip").write_bytes(zipped({"a": "b"}))
    (batches.source / "d.bmp").write_bytes(bmp(4_000, 10))
    told = await batches.run("--template", "Sum up: {text}", "--dry-run")
    assert "a.pdf: Sum up: [page 1] Dear Ada" in told.err
    assert "c.zip: Files of this kind cannot be read in a batch." in told.err
    assert "Input: about" in told.err
    assert server.bodies == []
    assert (await batches.run("--template", "Sum up: {text}")).code == 1
    assert batches.answers()["a.pdf"] == "re Sum up: [page 1]\nDear Ada"
    assert batches.codes() == {"c.zip": "file_kind_unknown"}
    assert batches.answers()["d.bmp"] == "re Sum up: "
    [image] = [part for body in server.bodies for part in body["messages"][-1]["content"] if isinstance(part, dict)][:1]
    kind, _, content = image["image_url"]["url"].partition(";base64,")
    assert kind == "data:image/png"
    assert b64decode(content)[16:24] == (2_048).to_bytes(4) + (5).to_bytes(4), "scaled down like an attachment"


def bmp(width: int, height: int) -> bytes:
    """Return a white image."""
    pixels = b"\xff" * (3 * width * height)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(pixels), 0, 0, 54) + header + pixels


@pytest.mark.thorough
async def test_cut_answers_have_an_exit_code_of_their_own(batches: Batches) -> None:
    batches.ask("long")
    told = await batches.run()
    assert told.code == 3
    assert batches.lines()[0]["status"] == "truncated"


@pytest.mark.thorough
async def test_a_refused_key_ends_the_run_with_a_remedy_and_is_nowhere(batches: Batches, server: BatchServer) -> None:
    batches.ask(*(["key"] * 50))
    told = await batches.run(OPENAI_API_KEY=key_search.KEY)
    assert told.code == 1
    assert "Check OPENAI_API_KEY" in told.err
    assert "50 rows not asked yet" in told.err
    assert batches.lines() == []
    assert len(server.bodies) <= 8
    assert key_search.KEY in server.keys
    batches.ask("fine", "bad")
    told = await batches.run(OPENAI_API_KEY=key_search.KEY)
    assert key_search.files_with_it(batches.folder) == []
    assert key_search.words_with_it([told.err, told.out]) == []


@pytest.mark.thorough
async def test_answers_must_fit_a_schema(batches: Batches, server: BatchServer) -> None:
    schema = batches.folder / "schema.json"
    schema.write_text('{"type": "object", "required": ["n"]}')
    batches.ask("good", answer='{"n": 1}')
    assert (await batches.run("--json-schema", str(schema))).code == 0
    assert batches.lines()[0]["parsed"] == {"n": 1}
    assert server.bodies[0]["response_format"]["json_schema"]["schema"] == {"type": "object", "required": ["n"]}
    batches.output.unlink()
    batches.ask("other", answer="no JSON")
    assert (await batches.run("--json-schema", str(schema), "--retries", "0")).code == 1
    assert batches.codes() == {"r0": "answer_invalid"}


async def test_a_table_and_a_dry_run(batches: Batches, server: BatchServer) -> None:
    batches.source = batches.folder / "in.csv"
    batches.source.write_bytes("文本\n你好\n再见\n".encode("gb18030"))
    told = await batches.run("--template", "翻译：{文本}", "--dry-run")
    assert told.code == 0
    assert "2 rows to ask" in told.err
    assert "row-1: 翻译：你好" in told.err
    assert "Cost: nothing" in told.err  # the server is on this computer
    assert server.bodies == []
    assert not batches.output.exists()
    assert (await batches.run("--template", "翻译：{文本}")).code == 0
    assert batches.answers() == {"row-1": "re 翻译：你好", "row-2": "re 翻译：再见"}


WRONG = [
    (["--template", "{x}"], "A template or system prompt is for tables and folders"),
    (["--json-schema", "/nowhere.json"], "Could not read /nowhere.json: No such file or directory"),
    (["--connection", "Nobody"], "not allowed with argument"),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG)
async def test_what_cannot_begin_says_why(batches: Batches, words: list[str], sentence: str) -> None:
    batches.ask("question")
    told = await batches.run(*words)
    assert told.code == 2
    assert sentence in told.err
    assert not batches.output.exists()


@pytest.mark.thorough
async def test_other_rows_and_other_files_are_refused(batches: Batches) -> None:
    batches.ask("one")
    assert (await batches.run()).code == 0
    before = batches.output.read_bytes()
    batches.ask("two")
    told = await batches.run()
    assert told.code == 2
    assert "has answers to other questions" in told.err
    assert batches.output.read_bytes() == before
    batches.output.write_text("my notes")
    told = await batches.run()
    assert told.code == 2
    assert "contains something other than the answers of a batch" in told.err
    assert batches.output.read_text() == "my notes"


@pytest.mark.thorough
async def test_without_a_connection_or_a_model_nothing_is_asked(batches: Batches) -> None:
    batches.ask("question")
    base, model = ["--base-url", batches.base_url], ["--model", "m"]
    command = [word for word in batches.command() if word not in {*base, *model}]
    for words, sentence in ((model, "Use --base-url or --connection"), (base, "Choose one with --model.")):
        process = await asyncio.create_subprocess_exec(
            *command, *words, stderr=asyncio.subprocess.PIPE, env=batches.environment()
        )
        _, err = await process.communicate()
        assert process.returncode == 2
        assert sentence in err.decode()


@pytest.mark.thorough
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_the_run_and_the_same_command_goes_on(
    batches: Batches, server: BatchServer, which: signal.Signals
) -> None:
    batches.ask(*(f"question {number}" for number in range(60)))
    process = await batches.start("--concurrency", "4")
    await until(lambda: server.asked.total() >= 20)
    server.delay_s = 60
    busy = await batches.run()
    assert busy.code == 2
    assert "Another batch is writing to" in busy.err
    process.send_signal(which)
    _, err = await process.communicate()
    assert process.returncode == 130
    assert "not asked yet" in err.decode()
    stored = batches.answers()
    assert 10 <= len(stored) < 60
    server.delay_s = 0
    assert (await batches.run()).code == 0
    assert len(batches.answers()) == 60
    again = Counter(body["messages"][-1]["content"] for body in server.bodies)
    assert [again[f"question {row.removeprefix('r')}"] for row in stored] == [1] * len(stored)


@pytest.mark.thorough
async def test_kills_at_any_moment_lose_nothing_and_ask_nothing_twice(tmp_path: Path) -> None:
    await survive_kills(tmp_path, kills=4, rows=300, chance=random.Random(7))


@pytest.mark.thorough
def test_a_terminal_sees_a_progress_bar_and_a_summary(tmp_path: Path) -> None:
    with server_process(tmp_path / "log") as base_url:
        batches = Batches(tmp_path, base_url)
        batches.ask(*(f"question {number}" for number in range(30)))
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        process = subprocess.Popen(
            batches.command(), stderr=slave, env=batches.environment(), stdout=subprocess.DEVNULL
        )
        os.close(slave)
        seen = b""
        with suppress(OSError):  # the terminal's end
            while piece := os.read(master, 4_096):
                seen += piece
        os.close(master)
        assert process.wait() == 0
    assert b"30/30" in seen
    assert "30 rows answered, 150 tokens in, 60 out" in seen.decode()


@pytest.mark.thorough
def test_the_command_line() -> None:
    words = ["batch", "in", "out", "--rate", "60/min", "--concurrency", "4", "--api", "responses", "--no-stream"]
    found = parse(words)
    assert isinstance(found, BatchArguments)
    job = found.job
    assert (job.per_minute, job.at_once, job.streaming, found.target.api) == (60, 4, False, "responses")
    assert Path(job.source).is_absolute()


@pytest.mark.parametrize(
    "words",
    [["--rate", "0"], ["--rate", "x"], ["--concurrency", "0"], ["--concurrency", "999"], ["--template", "\udcff"]],
)
def test_wrong_numbers_are_usage_errors(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["batch", "in", "out", *words])
    assert ended.value.code == 2
    assert "error: argument" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        parse(["batch", "in", ""])


@pytest.mark.thorough
async def test_the_window_opens_a_batch_with_the_api_and_prices_of_its_connection(tmp_path: Path) -> None:
    mine = Connection("mine", "Mine", "https://api.openai.com/v1", default_model="gpt-5", api=Api.RESPONSES)
    connections = Connections(Preferences(Settings(connections=(mine,))))
    documents = FolderDocuments(ImagePreparer().prepare)
    (tmp_path / "in.csv").write_text("text\none\n")
    job = BatchJob(source=str(tmp_path / "in.csv"), output=str(tmp_path / "out"), template="{text}")
    with pytest.raises(NoConnection):
        await open_batch(connections, documents, job, False)
    batch = await open_batch(connections, documents, replace(job, connection_id="mine"), False)
    assert (await batch.estimate(batch.waiting())).spending.amounts.keys() == {"USD"}
    assert isinstance(batch, OpenBatch)
    assert (batch.api, batch.input.models) == (Api.RESPONSES, {"gpt-5"})
    batch.close()
    own = PriceEntry("api.openai.com", "gpt-5", Price("EUR", Decimal(1), None, Decimal(2), None, ""))
    job = replace(job, connection_id="mine")
    batch = await open_batch(connections, documents, job, False, own_prices=(own,))
    assert (await batch.estimate(batch.waiting())).spending.amounts.keys() == {"EUR"}
    batch.close()
