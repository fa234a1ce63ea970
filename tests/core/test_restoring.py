"""What an earlier copy has comes back into the store and into what is shown."""

from __future__ import annotations

from pathlib import Path

from fakes import FakeSnapshots, MemoryStore

from desktop_chat.core.entities import ChatOptions, Conversation, Message, Role, Status
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.snapshots import MergeResult, Restored, restore_snapshot
from desktop_chat.core.write_behind import WriteBehind


async def test_what_was_lost_is_there_again_and_told_of() -> None:
    store = MemoryStore()
    write_behind = WriteBehind(store)
    library, snapshots = Library(store, write_behind), FakeSnapshots(store)
    known = library.create(ChatOptions())
    library.rename(known.id, "Known")
    thrown = Conversation(id="thrown", title="Thrown", created_at=1.0, updated_at=1.0, leaf_id="m", trashed_at=2.0)
    kept = Conversation(id="kept", title="Kept", created_at=1.0, updated_at=1.0, leaf_id="m")
    other = Conversation(id="other", title="Other", created_at=1.0, updated_at=1.0, leaf_id="m")
    more = Message("m", known.id, None, Role.USER, "more", Status.COMPLETE, 1.0)
    snapshots.lost = WriteBatch((thrown, kept, other), (more,))
    heard: list[object] = []
    library.events.add(heard.append)
    shares: list[float] = []
    restored = await restore_snapshot(Path("copy.db"), snapshots, write_behind, library, shares.append)
    assert restored == Restored(MergeResult(3, 1, (known.id,)), trashed=1)
    assert (snapshots.asked, shares) == ([Path("copy.db")], [0.5])
    assert {c.id for c in library.shown()} == {known.id, "kept", "other"}
    assert [c.id for c in library.trashed()] == ["thrown"]
    assert [event.conversation_id for event in heard if isinstance(event, ConversationGrown)] == [known.id]
    assert [c.title for c in store.batches[0].conversations] == ["Known"], "what was new here was stored before"
    await write_behind.aclose()
