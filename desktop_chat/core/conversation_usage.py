"""What the messages of one conversation used and cost, read from the ledger and kept up to date while it is open."""

from __future__ import annotations

import logging

from desktop_chat.core.entities import Message, Usage
from desktop_chat.core.errors import StoreError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.usage_ledger import UsageEntry, UsageLedger, UsageSum, sum_of_entry, total_of

logger = logging.getLogger(__name__)


class ConversationUsage:
    """Also counts messages that were deleted: they cost what they cost. Call `close` at the end."""

    def __init__(self, ledger: UsageLedger, conversation_id: str) -> None:
        self.changed: Listeners[UsageSum] = Listeners()
        """Emits the sum of all messages whenever it changes."""
        self._ledger = ledger
        self._conversation_id = conversation_id
        self._sums: dict[str, UsageSum] = {}
        self._last: dict[str, Usage] = {}
        """The last request for each message in this run."""
        self._total = UsageSum()
        self._is_stale = True
        """Whether an entry was recorded that what is being read may lack."""
        self._close = ledger.recorded.add(self._note)

    @property
    def total(self) -> UsageSum:
        """The sum of all messages."""
        return self._total

    def of(self, message_id: str) -> UsageSum | None:
        """Return what the requests for a message used; None if nothing is known of it."""
        return self._sums.get(message_id)

    def last_request(self, message: Message) -> Usage | None:
        """Return what the server counted for the last request of a reply; None if it is unknown, or if only the sum of
        several requests is known."""
        if (last := self._last.get(message.id)) is not None:
            return last
        used = self.of(message.id)
        if used is None:
            return None if message.tool_calls else message.usage
        if used.requests != 1 or used.uncounted:
            return None
        return Usage(used.prompt_tokens, used.completion_tokens, used.reasoning_tokens, used.cached_tokens)

    async def load(self) -> None:
        """Read what was recorded before; a failure is logged, and what is recorded from now on counts."""
        while self._is_stale:
            self._is_stale = False
            try:
                sums = await self._ledger.sums_of_messages(self._conversation_id)
            except StoreError as error:
                logger.warning("cannot read what a conversation used: %s: %s", error.code, error.detail)
                return
        self._sums = {each.key: each for each in sums}
        self._total = total_of(sums)
        if sums:
            self.changed.emit(self._total)

    def close(self) -> None:
        """Stop following the ledger."""
        self._close()

    def _note(self, entry: UsageEntry) -> None:
        if entry.conversation_id != self._conversation_id:
            return
        self._is_stale = True
        self._last[entry.message_id] = entry.usage
        new = sum_of_entry(entry)
        before = self._sums.get(entry.message_id)
        self._sums[entry.message_id] = new if before is None else total_of((before, new))
        self._total = total_of((self._total, new))
        self.changed.emit(self._total)
