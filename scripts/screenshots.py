"""Takes the README's screenshots: the real window with a sample conversation, and with attachments and tools, each in
both languages, 1280 pixels wide, without a display.

Usage: VENV/bin/python -m scripts.screenshots [FOLDER]   (default: docs/screenshots)
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtWidgets import QApplication

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.loop import run
from desktop_chat.app.start import make_qt_application
from desktop_chat.core.entities import (
    ChatOptions,
    Connection,
    Conversation,
    Message,
    Role,
    Status,
    Timing,
    Usage,
    new_id,
)
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.running_call import RunningCall
from desktop_chat.core.tools import Approval, CallStatus
from desktop_chat.services.demo.demo_provider import DEMO_ID
from desktop_chat.services.demo.demo_tools import DEMO_TOOLS
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1280, 800
DAY_S = 86_400
SHOWN = Connection("shown", "Ollama", "http://127.0.0.1:11434/v1")
SHOWN_MODEL = "qwen3:8b"
"""The connection of the sample conversation: the demo does not answer questions."""
POLL_INTERVAL_S = 0.02
SETTLED_S = 1.0
"""Syntax colours and tab markers appear a moment after the text."""


@dataclass(frozen=True)
class ToolsSample:
    """The content of a screenshot with attachments and tools, made with the demo."""

    file: str
    language: str
    scheme: str
    image: str
    table: str
    question: str


TOOLS = (
    ToolsSample(
        file="tools-dark-en.png",
        language="en",
        scheme="dark",
        image="harbour.png",
        table="temperatures.csv",
        question="What is the weather in Paris and Tokyo?",
    ),
    ToolsSample(
        file="tools-light-zh.png",
        language="zh_CN",
        scheme="light",
        image="港湾.png",
        table="气温.csv",
        question="北京和上海的天气怎么样？",
    ),
)


@dataclass(frozen=True)
class Sample:
    """The content of one screenshot. The titles are in sidebar order, each with its age in days."""

    file: str
    language: str
    scheme: str
    question: str
    reply: str
    pinned: str
    titles: tuple[tuple[str, float], ...]
    running: str
    unseen: str


CODE = """\
```python
from functools import partial

with open("measurements.bin", "rb") as file:
    for chunk in iter(partial(file.read, 65_536), b""):
        process(chunk)
```
"""

ENGLISH = Sample(
    file="light-en.png",
    language="en",
    scheme="light",
    question="How do I read a very large file in Python without loading all of it?",
    reply=f"""\
Read it **in chunks**. `iter` calls a function until it returns the sentinel, here an empty `bytes`:

{CODE}
Which way is best depends on what is in the file:

| What you have | Use | Memory |
|:---|:---|---:|
| bytes of any kind | `iter` with `file.read` | one chunk |
| lines of text | `for line in file` | one line |
| random access | `mmap.mmap` | pages in use |
""",
    pinned="Release checklist",
    titles=(
        ("Reading a large file in Python", 0.0),
        ("Names for a sailing boat", 0.9),
        ("SQL window functions, explained", 1.1),
        ("Letter to the landlord", 1.6),
        ("A weekend in Ghent by train", 3.2),
        ("Why is the sky dark at night?", 4.4),
        ("Regular expression for ISO dates", 5.1),
        ("Sourdough, day three", 12.0),
        ("Chess: the Caro-Kann", 17.0),
        ("Speech for Anna's birthday", 22.0),
    ),
    running="Something long, please",
    unseen="Show me a table",
)

CHINESE = Sample(
    file="dark-zh.png",
    language="zh_CN",
    scheme="dark",
    question="怎样用 Python 读取一个很大的文件，而不把它全部装进内存？",
    reply=f"""\
**分块读取**即可。`iter` 会反复调用一个函数，直到它返回哨兵值，这里是空的 `bytes`：

{CODE}
哪种方式最合适，要看文件里是什么：

| 文件内容 | 做法 | 占用内存 |
|:---|:---|---:|
| 任意字节 | `iter` 配合 `file.read` | 一块 |
| 文本行 | `for line in file` | 一行 |
| 随机访问 | `mmap.mmap` | 用到的页 |
""",
    pinned="发布前检查清单",
    titles=(
        ("用 Python 读取大文件", 0.0),
        ("给帆船起个名字", 0.9),
        ("SQL 窗口函数详解", 1.1),
        ("写给房东的信", 1.6),
        ("周末坐火车去泉州", 3.2),
        ("夜空为什么是黑的？", 4.4),
        ("匹配 ISO 日期的正则表达式", 5.1),
        ("酸面包第三天", 12.0),
        ("国际象棋：卡罗-卡恩防御", 17.0),
        ("生日会上的致辞", 22.0),
    ),
    running="写一篇长文",
    unseen="给我看一个表格",
)


async def take_all(app: QApplication, folder: Path) -> None:
    """Take all screenshots."""
    for sample in (ENGLISH, TOOLS[0], CHINESE, TOOLS[1]):  # Chinese last: it stays loaded
        with tempfile.TemporaryDirectory(prefix="desktop-chat-picture-") as place:
            file = folder / sample.file
            if isinstance(sample, Sample):
                await take(app, sample, Path(place), file)
            else:
                await take_tools(app, sample, Path(place), file)
            print(f"{file}: {file.stat().st_size // 1024} KB")


async def take_tools(app: QApplication, sample: ToolsSample, place: Path, file: Path) -> None:
    """Attach two files, allow the first of two tool calls while the second waits, and save a screenshot."""
    (place / "settings.toml").write_text(f'language = "{sample.language}"\nscheme = "{sample.scheme}"\n')
    draw_harbour().save(str(place / sample.image))
    (place / sample.table).write_text("".join(f"2026-11-{day:02},{day % 9 + 3}\n" for day in range(1, 31)))
    application = Application(app, Paths(place), Arguments(data_dir=place, demo=True))
    try:
        await application.open()
        window = application.window
        window.resize(WIDTH, HEIGHT + 120)
        tools = tuple(tool.id for tool in DEMO_TOOLS)
        window.tabs.new_tab(ChatOptions(connection_id=DEMO_ID, model="demo", tools=tools))
        tab = window.tabs.current
        assert tab is not None  # noqa: S101  (just opened)
        await until(lambda: tab.session is not None)
        source = QMimeData()
        source.setUrls([QUrl.fromLocalFile(str(place / name)) for name in (sample.image, sample.table)])
        tab.composer.edit.insertFromMimeData(source)
        await until(lambda: len(tab.composer.attached) == 2)
        await send(tab, sample.question)
        await until(lambda: len(waiting_in(tab)) == 2)
        if tab.session is not None:
            tab.session.decide(waiting_in(tab)[0].id, Approval.ONCE)
        await until(lambda: len(waiting_in(tab)) == 1)
        await asyncio.sleep(SETTLED_S)
        window.grab().save(str(file))
    finally:
        await application.close()


def draw_harbour() -> QImage:
    """Return a drawing to attach: the sun above the sea."""
    image = QImage(640, 140, QImage.Format.Format_RGB32)
    sky = QLinearGradient(0, 0, 0, 90)
    sky.setStops([(0.0, QColor("#2b4c7e")), (1.0, QColor("#f7b267"))])
    sea = QLinearGradient(0, 90, 0, 140)
    sea.setStops([(0.0, QColor("#f4845f")), (1.0, QColor("#1d3557"))])
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(0, 0, 640, 90, sky)
        painter.fillRect(0, 90, 640, 50, sea)
        painter.setBrush(QColor("#fff3b0"))
        painter.drawEllipse(300, 50, 40, 40)
    return image


async def send(tab: ChatTab, text: str) -> None:
    """Send a question, like a user."""
    tab.composer.set_text(text)
    tab.composer.send_button.click()
    await until(lambda: tab.state is TabState.STREAMING)


def waiting_in(tab: ChatTab) -> list[RunningCall]:
    """Return the calls that wait for approval."""
    reply = tab.session.reply if tab.session is not None else None
    return [call for call in (reply.calls if reply is not None else ()) if call.status is CallStatus.WAITING]


async def take(app: QApplication, sample: Sample, place: Path, file: Path) -> None:
    """Open the window on its own store, fill its tabs, and save a screenshot."""
    paths = Paths(place)
    paths.make_directories()
    (place / "settings.toml").write_text(
        f'language = "{sample.language}"\nscheme = "{sample.scheme}"\n'
        f'[[connections]]\nid = "{SHOWN.id}"\nname = "{SHOWN.name}"\nbase_url = "{SHOWN.base_url}"\n'
    )
    shown_id = await fill(paths, sample)
    application = Application(app, paths, Arguments(data_dir=place))
    try:
        await application.open()
        window = application.window
        window.resize(WIDTH, HEIGHT)
        window.tabs.open(shown_id)
        await ask(window, sample.unseen, "demo")
        await ask(window, sample.running, "demo-long")
        window.tabs.activate(shown_id)
        await until(lambda: TabState.UNSEEN in states_of(window))
        await asyncio.sleep(SETTLED_S)
        window.grab().save(str(file))
    finally:
        await application.close()


async def fill(paths: Paths, sample: Sample) -> str:
    """Store the sample's conversations; return the id of the one to show."""
    now = time.time()
    asked = [stored(title, now - 120 - age * DAY_S, sample) for title, age in sample.titles]
    pinned, question, reply = stored(sample.pinned, now - 2 * DAY_S, sample)
    asked.append((replace(pinned, pinned=True), question, reply))
    store = SqliteStore(paths.database_file)
    await store.open()
    conversations = tuple(conversation for conversation, *_ in asked)
    await store.write(WriteBatch(conversations, tuple(message for _, *both in asked for message in both)))
    await store.aclose()
    return asked[0][0].id


def stored(title: str, at: float, sample: Sample) -> tuple[Conversation, Message, Message]:
    """Return a conversation with its question and reply."""
    conversation = Conversation(
        title=title,
        title_is_own=True,
        created_at=at,
        updated_at=at,
        options=ChatOptions(connection_id=SHOWN.id, model=SHOWN_MODEL),
    )
    question = Message(new_id(), conversation.id, None, Role.USER, sample.question, Status.COMPLETE, at)
    reply = Message(
        new_id(),
        conversation.id,
        question.id,
        Role.ASSISTANT,
        sample.reply,
        Status.COMPLETE,
        at,
        connection_name=SHOWN.name,
        model=SHOWN_MODEL,
        finish_reason="stop",
        usage=Usage(24, 187),
        timing=Timing(first_token_s=0.4, total_s=3.1),
    )
    return replace(conversation, leaf_id=reply.id), question, reply


async def ask(window: MainWindow, text: str, model: str) -> None:
    """Ask the demo in a new tab, like a user."""
    window.tabs.new_tab(ChatOptions(connection_id=DEMO_ID, model=model))
    tab = window.tabs.current
    await until(lambda: tab is not None and tab.session is not None)
    if tab is not None:
        await send(tab, text)


def states_of(window: MainWindow) -> set[TabState]:
    """Return the states of all tabs."""
    return {tab.state for tab in window.findChildren(ChatTab)}


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; time out after 30 seconds."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  (Qt has no events for most of this)
            await asyncio.sleep(POLL_INTERVAL_S)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qt = make_qt_application()
    run(take_all(qt, target), qt)
