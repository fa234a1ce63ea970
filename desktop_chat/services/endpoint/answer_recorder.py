"""Tells the window what a model answers to a caller, if requests are recorded: four times a second, in short pieces."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.caller_record import AnswerPiece
from desktop_chat.core.deltas import (
    Delta,
    FinishDelta,
    ImageDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    SourcesDelta,
    TextDelta,
    ToolCallDelta,
)
from desktop_chat.core.endpoint_control import AnswerGrew
from desktop_chat.core.entities import Status
from desktop_chat.core.errors import ReplyTooLarge, StoreError
from desktop_chat.core.ports import Blobs
from desktop_chat.core.stored_images import stored_image
from desktop_chat.services.provider.dialects import Dialect
from desktop_chat.services.provider.reply_reader import ReplyReader

logger = logging.getLogger(__name__)

INTERVAL_S = 0.25
"""The longest wait before what arrived is told."""
LONGEST_TEXT = 64 * 1024
"""Characters of one event, so that the window reads each in no time."""
LARGE_ANSWER = 256 * 1024
"""Bytes above which an answer in one piece is read on a thread."""
_TOLD = (TextDelta, ReasoningDelta, RefusalDelta, RecastDelta, ToolCallDelta, SourcesDelta, FinishDelta)


class AnswerRecorder:
    """What is recorded of one request. Images are stored before they are told."""

    def __init__(self, request_id: str, blobs: Blobs, tell: Callable[[AnswerGrew], None]) -> None:
        self._request_id = request_id
        self._blobs = blobs
        self._tell = tell
        self._pieces: list[AnswerPiece] = []
        self._images = 0
        self._reader: ReplyReader | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, deltas: Iterable[Delta]) -> None:
        """Take what was decoded."""
        for delta in deltas:
            if isinstance(delta, ImageDelta):
                await self._take_image(delta)
            elif isinstance(delta, _TOLD):
                self._pieces.append(delta)
        if self._pieces and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(INTERVAL_S, self.flush)

    async def read(self, data: bytes, dialect: Dialect) -> None:
        """Take a piece of an answer as it came."""
        if self._reader is None:
            self._reader = ReplyReader("", dialect)
        if not self._reader.done and self._reader.failure is None:
            await self.take(self._reader.feed(data))

    async def read_whole(self, content: bytes, dialect: Dialect) -> None:
        """Take an answer in one piece."""
        reader = ReplyReader("", dialect)

        def read() -> list[Delta]:
            return [*reader.feed(content), *reader.end()]

        await self.take(await asyncio.to_thread(read) if len(content) > LARGE_ANSWER else read())

    def flush(self) -> None:
        """Tell what was taken since the last time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pieces, self._pieces = self._pieces, []
        for some in _short(_joined(pieces)):
            self._tell(AnswerGrew(self._request_id, some))

    def end(self, status: Status) -> Status:
        """Tell the rest; return the status of what was recorded, which is TRUNCATED if the answer was too large."""
        reader = self._reader
        if reader is not None:
            self._pieces += [delta for delta in reader.rest() if isinstance(delta, _TOLD)]
        self.flush()
        return Status.TRUNCATED if reader is not None and isinstance(reader.failure, ReplyTooLarge) else status

    async def _take_image(self, image: ImageDelta) -> None:
        self._images += 1
        try:
            stored = await stored_image(self._blobs, image.media_type, image.content, f"image-{self._images}")
        except StoreError as error:
            logger.warning("cannot keep an image of an answer: %s", error.code)
            stored = None
        self._pieces.append(stored or TextDelta(f"\n\n[{image.media_type}, {len(image.content):,} B]\n\n"))


def _joined(pieces: list[AnswerPiece]) -> list[AnswerPiece]:
    """Join neighbours of one kind."""
    found: list[AnswerPiece] = []
    run: list[TextDelta | ReasoningDelta] = []
    for piece in [*pieces, None]:
        if run and type(piece) is not type(run[0]):
            found.append(type(run[0])("".join(each.text for each in run)))
            run = []
        if isinstance(piece, TextDelta | ReasoningDelta):
            run.append(piece)
        elif piece is not None:
            found.append(piece)
    return found


def _short(pieces: Iterable[AnswerPiece]) -> Iterable[tuple[AnswerPiece, ...]]:
    """Yield the pieces in groups of at most LONGEST_TEXT characters."""
    group: list[AnswerPiece] = []
    size = 0
    for piece in _cut(pieces):
        length = _length(piece)
        if group and size + length > LONGEST_TEXT:
            yield tuple(group)
            group, size = [], 0
        group.append(piece)
        size += length
    if group:
        yield tuple(group)


def _cut(pieces: Iterable[AnswerPiece]) -> Iterable[AnswerPiece]:
    for piece in pieces:
        if isinstance(piece, TextDelta | ReasoningDelta) and len(piece.text) > LONGEST_TEXT:
            for at in range(0, len(piece.text), LONGEST_TEXT):
                yield type(piece)(piece.text[at : at + LONGEST_TEXT])
        elif isinstance(piece, ToolCallDelta) and len(piece.arguments) > LONGEST_TEXT:
            yield ToolCallDelta(piece.index, piece.call_id, piece.name, piece.arguments[:LONGEST_TEXT])
            for at in range(LONGEST_TEXT, len(piece.arguments), LONGEST_TEXT):
                yield ToolCallDelta(piece.index, piece.call_id, "", piece.arguments[at : at + LONGEST_TEXT])
        else:
            yield piece


def _length(piece: AnswerPiece) -> int:
    match piece:
        case ToolCallDelta(arguments=arguments):
            return len(arguments)
        case Attachment() | RecastDelta() | FinishDelta() | SourcesDelta():
            return 0
        case _:
            return len(piece.text)
