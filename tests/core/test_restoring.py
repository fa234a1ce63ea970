"""What an earlier copy has comes back into the store and into what is shown."""

from __future__ import annotations

from pathlib import Path

from fakes import FakeSnapshots, MemoryStore

from desktop_chat.core.entities import ChatOptions, Conversation, Message, Role, Status
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.recorder import Recorder
from desktop_chat.core.restoring import Restored, bring_back
from desktop_chat.core.snapshots import Merged


async def test_what_was_lost_is_there_again_and_told_of() -> None:
    store = MemoryStore()
    recorder = Recorder(store)
    library, snapshots = Library(store, recorder), FakeSnapshots(store)
    known = library.create(ChatOptions())
    library.rename(known.id, "Known")
    thrown = Conversation(id="thrown", title="Thrown", created_at=1.0, updated_at=1.0, leaf_id="m", trashed_at=2.0)
    kept = Conversation(id="kept", title="Kept", created_at=1.0, updated_at=1.0, leaf_id="m")
    more = Message("m", known.id, None, Role.USER, "more", Status.COMPLETE, 1.0)
    snapshots.lost = WriteBatch((thrown, kept), (more,))
    heard: list[object] = []
    library.events.add(heard.append)
    shares: list[float] = []
    restored = await bring_back(Path("copy.db"), snapshots, recorder, library, shares.append)
    assert restored == Restored(Merged(2, 1, (known.id,)), trashed=1)
    assert (snapshots.asked, shares) == ([Path("copy.db")], [0.5])
    assert {c.id for c in library.shown()} == {known.id, "kept"}
    assert [c.id for c in library.trashed()] == ["thrown"]
    assert [event.conversation_id for event in heard if isinstance(event, ConversationGrown)] == [known.id]
    assert [c.title for c in store.batches[0].conversations] == ["Known"], "what was new here was stored before"
    await recorder.aclose()
