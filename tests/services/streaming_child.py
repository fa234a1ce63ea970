"""A process that streams numbers into a store until it is killed. Usage: streaming_child.py DATABASE [TABS [MARKS]]

Prints each number as "taken TAB NUMBER" the moment it is accepted, so that the parent knows what had arrived, and the
last one that the store has promised to keep as "stored TAB NUMBER". Writes the accepted ones to the file MARKS, too, in
place, for whoever traces the writes of this process.
"""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

from desktop_chat.core.deltas import FinishDelta, RecastDelta, TextDelta
from desktop_chat.core.entities import Conversation, Message, Role, Status, new_id
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.reply import Reply
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

TICK_S = 0.005
NUMBERS_A_REPLY = 120
RECAST_AFTER = 60
"""The number at which a reply's text so far turns out to be reasoning."""


class TellingStore(SqliteStore):
    """Prints the last number of each conversation that a completed write contained."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._conversations: dict[str, str] = {}
        """The conversation of each message."""
        self._titles: dict[str, str] = {}

    async def write(self, batch: WriteBatch) -> None:
        self._titles |= {conversation.id: conversation.title for conversation in batch.conversations}
        self._conversations |= {message.id: message.conversation_id for message in batch.messages}
        await super().write(batch)
        last: dict[str, int] = {}
        for message_id, words in [
            *((message.id, f"{message.reasoning}{message.text}") for message in batch.messages),
            *((entry.message_id, f"{entry.reasoning}{entry.text}") for entry in batch.journal),
        ]:
            tab = self._titles[self._conversations[message_id]]
            last[tab] = max([last.get(tab, -1), *map(int, words.split())])
        for tab, number in last.items():
            if number >= 0:
                os.write(1, f"stored {tab} {number}\n".encode())


async def main(file: Path, tabs: int, marks: Path | None) -> None:
    store = TellingStore(file)
    await store.open()
    write_behind = WriteBehind(store)
    mark = os.open(marks, os.O_RDWR | os.O_CREAT) if marks is not None else None
    await asyncio.gather(*(stream(write_behind, tab, mark) for tab in range(tabs)))


async def stream(write_behind: WriteBehind, tab: int, mark: int | None) -> None:
    conversation = Conversation(title=f"{tab}")
    write_behind.note_conversation(conversation)
    reply: Reply | None = None
    for number in count():
        if reply is None:
            reply = begin(write_behind, conversation)
        reply.take(TextDelta(f"{number} "))
        if number % NUMBERS_A_REPLY == RECAST_AFTER:
            reply.take(RecastDelta())
        os.write(1, f"taken {tab} {number}\n".encode())
        if mark is not None:
            os.pwrite(mark, f"{number:>11}\n".encode(), 12 * tab)
        if number % NUMBERS_A_REPLY == NUMBERS_A_REPLY - 1:
            reply.take(FinishDelta("stop"))
            write_behind.note_message(reply.ended(None, cancelled=False))
            reply = None
        await asyncio.sleep(TICK_S)


def begin(write_behind: WriteBehind, conversation: Conversation) -> Reply:
    message = Message(new_id(), conversation.id, None, Role.ASSISTANT, "", Status.RUNNING, 1.0)
    reply = Reply(message)
    write_behind.note_message(message)
    write_behind.follow(message.id, reply.take_unjournalled)
    return reply


if __name__ == "__main__":
    places = [Path(word) for word in sys.argv[3:]]
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1, places[0] if places else None))
