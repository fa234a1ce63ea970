"""The cost of tool calls and attached images in a transcript, in its own process: prints JSON."""

from __future__ import annotations

import asyncio
import hashlib
import json
import statistics
import sys
import time
from dataclasses import replace
from functools import partial

from gaps_child import Turns
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from samples import SECTION, message
from stage import PIECES, Paints, application, discard, frame, live_model, memory_mb, opened, plain_floor, settle

from desktop_chat.app.loop import run
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.deltas import ToolCallDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.events import ReplyDelta
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.services.memory_blobs import MemoryBlobs
from desktop_chat.ui.chat.image_actions import ImageActions
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView

ARGUMENTS = 100_000
LINE = "    value = compute(1, 'text')  # a line of the file that is written\\n"
TURNS = 8
FRAMES = 60
"""Frames of a turn; between the turns, arguments arrive faster until they have reached their length."""
CALLS, RESULT = 200, 50_000
IMAGES = 100
SIDE = (4_000, 3_000)


def growing_card(theme: Theme) -> tuple[TranscriptView, partial[None]]:
    """A reply that writes the arguments of a call, and a function that adds to them."""
    model = live_model(message(1, "", status=Status.RUNNING))
    view = opened(theme, model)
    tell(model, ToolCallDelta(0, "c1", "write_file", '{"path": "/tmp/a.py", "content": "'))
    return view, partial(add, model)


def add(model: TranscriptModel, piece: str) -> None:
    tell(model, ToolCallDelta(0, "", "", piece))


def tell(model: TranscriptModel, delta: ToolCallDelta) -> None:
    reply = model.row(0).reply
    assert reply is not None
    reply.take(delta)
    model.on_event(ReplyDelta(reply.message.id, delta))
    model.tell()


def arguments(theme: Theme) -> dict[str, float]:
    """Return the mean frame of both by turns, while 100 KB of arguments arrive."""
    paints = Paints(TranscriptView)
    floor, append = plain_floor()
    view, grow = growing_card(theme)
    text = LINE * (ARGUMENTS // len(LINE) + 1)
    times: dict[str, list[float]] = {"floor": [], "arguments": []}
    at = 0
    for turn in range(TURNS):
        for name, widget, change in (("floor", floor, append), ("arguments", view, grow)):
            widget.raise_()
            settle(seconds=0.02)
            spent = []
            for number in range(FRAMES):
                piece = PIECES[number] if name == "floor" else text[at + number * len(PIECES[0]) :][: len(PIECES[0])]
                counted = paints if name == "arguments" else None
                spent.append(frame(widget, partial(change, piece), counted))
            times[name].append(statistics.mean(spent))
        at += FRAMES * len(PIECES[0])
        grow(text[at : (turn + 1) * ARGUMENTS // TURNS])
        at = max(at, (turn + 1) * ARGUMENTS // TURNS)
    reply = view.model.row(0).reply
    assert reply is not None
    assert len(reply.calls[0].arguments) >= ARGUMENTS
    discard(floor)
    discard(view)
    return {name: statistics.median(values[1:]) for name, values in times.items()}


def opening(theme: Theme) -> dict[str, float]:
    """Return CPU milliseconds from the messages to the first paint: with tool calls, and with texts as long."""
    body = (SECTION * (RESULT // len(SECTION) + 1))[:RESULT]
    texts = [message(number, body) for number in range(CALLS)]
    call = ToolCall("c", "read_file", '{"path": "/tmp/a"}', CallStatus.DONE, body, own_name="read_file", server="files")
    calls = [replace(message(number, ""), tool_calls=(replace(call, id=f"c{number}"),)) for number in range(CALLS)]
    whole = [replace(message(0, ""), tool_calls=tuple(replace(call, id=f"c{number}") for number in range(CALLS)))]
    times: dict[str, list[float]] = {"text": [], "calls": [], "one reply": []}
    for _ in range(6):
        for name, messages in (("text", texts), ("calls", calls), ("one reply", whole)):
            times[name].append(_opened(theme, messages))
    return {f"open {name}": statistics.median(values[1:]) for name, values in times.items()}


def _opened(theme: Theme, messages: list[Message]) -> float:
    started = time.process_time()
    view = opened(theme, TranscriptModel(messages))
    while not view.page.placed:
        QApplication.processEvents()
    view.viewport().repaint()
    spent = (time.process_time() - started) * 1_000
    discard(view)
    return spent


async def images(theme: Theme) -> dict[str, float]:
    """Return the longest turn and the memory of a question with many large images, seen from its first to its last."""
    content = photo()
    blobs, attached = MemoryBlobs(), []
    for number in range(IMAGES):
        name = await blobs.put(content)
        own = hashlib.sha256(f"{number}".encode()).hexdigest()
        blobs._contents[own] = blobs._contents[name]  # the same content, as if they were different files
        attached.append(Attachment(AttachmentKind.IMAGE, f"{number}.jpg", "image/jpeg", len(content), own, *SIDE))
    plain = opened(theme, TranscriptModel([message(0, "hello", Role.USER)]))
    await asyncio.sleep(0.1)
    memory = memory_mb()
    question = replace(message(1, "hello", Role.USER), attachments=tuple(attached))
    plain.set_model(TranscriptModel([question], parent=plain))
    tasks, owner = Tasks(), QWidget()
    ImageActions(plain.images, None, tasks, theme, owner, blobs=lambda: blobs)
    turns, most = Turns(), 0.0
    for step in range(IMAGES):
        plain.page.scroll_by(-80 if step < IMAGES // 2 else 80)
        await asyncio.sleep(0.05)
        most = max(most, memory_mb())
    gap = turns.stop()
    shown = sum(plain.images.image_cache.state_of(f"attachment:{one.sha256}").image is not None for one in attached)
    await tasks.aclose()
    discard(owner)
    discard(plain)
    return {"images: longest turn": gap, "images: memory": most - memory, "images: shown": shown}


def photo() -> bytes:
    """Return a JPEG of 12 megapixels."""
    image = QImage(*SIDE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for number in range(600):
        painter.fillRect(number * 7 % SIDE[0], number * 131 % SIDE[1], 300, 200, QColor.fromHsv(number % 360, 180, 200))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "jpeg", 90)
    return bytes(buffer.data().data())


async def main(app: QApplication) -> None:
    theme = Theme(app)
    found = arguments(theme) | opening(theme) | await images(theme)
    print(json.dumps(found))
    sys.stdout.flush()


if __name__ == "__main__":
    qt = application()
    run(main(qt), qt)
