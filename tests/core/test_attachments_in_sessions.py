"""Questions with attachments, and images that a model makes."""

from __future__ import annotations

import base64
from base64 import b64encode
from collections.abc import AsyncIterator

import pytest
from chat_story import Chat
from fakes import PAUSE

from desktop_chat.core.attachments import ADDRESS, Attachment, AttachmentKind
from desktop_chat.core.deltas import FinishDelta, ImageDelta, RecastDelta, TextDelta
from desktop_chat.core.entities import Role, Status
from desktop_chat.core.errors import StoreFull
from desktop_chat.core.events import ReplyDelta
from desktop_chat.core.image_data import without_image_data
from desktop_chat.core.prompt import PromptImage, PromptMessage
from desktop_chat.core.prompt_size import tokens_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGP4z8AAQQgKAE3QBftylsFVAAAAAElFTkSuQmCC"
)
"""Three by two pixels."""


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat()
    yield chat
    await chat.session.aclose()
    await chat.write_behind.aclose()


async def photo(chat: Chat, name: str = "my_photo.png") -> Attachment:
    return Attachment(AttachmentKind.IMAGE, name, "image/png", len(PNG), await chat.blobs.put(PNG), 3, 2)


async def report(chat: Chat, text: str = "All is well.") -> Attachment:
    stored, original = await chat.blobs.put(text.encode()), await chat.blobs.put(b"%PDF")
    return Attachment(
        AttachmentKind.DOCUMENT, "report.pdf", "application/pdf", 4, original, text_sha256=stored, letters=len(text),
        text_size=len(text.encode()),
    )  # fmt: skip


# --- questions ----------------------------------------------------------------------------------------------------


async def test_attachments_are_sent_before_the_text(chat: Chat) -> None:
    chat.provider.script("I see.")
    attachments = (await photo(chat), await report(chat))
    chat.session.send("What is this?", attachments)
    await chat.ended()
    assert chat.session.path[0].attachments == attachments
    assert chat.provider.prompts[0].messages == (
        PromptMessage(
            Role.USER, "File: report.pdf\n```\nAll is well.\n```\n\nWhat is this?", (PromptImage("image/png", PNG),)
        ),
    )
    chat.session.send("And now?")
    await chat.ended()
    assert [len(message.images) for message in chat.provider.prompts[1].messages] == [1, 0, 0]


async def test_a_question_may_be_nothing_but_a_file(chat: Chat) -> None:
    chat.provider.script("I see.")
    chat.session.send("  ")
    assert not chat.session.path
    chat.session.send("", [await photo(chat)])
    await chat.ended()
    assert chat.session.conversation.title == "my_photo.png", "as it is, not as Markdown"
    assert chat.provider.prompts[0].messages == (PromptMessage(Role.USER, "", (PromptImage("image/png", PNG),)),)


async def test_an_edited_question_keeps_its_attachments_unless_it_gets_others(chat: Chat) -> None:
    chat.provider.script("I see.")
    one, other = await photo(chat), await report(chat)
    chat.session.send("one", [one])
    await chat.ended()
    first = chat.session.path[0].id
    for text, attachments, expected in [
        ("two", None, (one,)),
        ("", None, (one,)),
        ("", (), ()),
        ("3", [other], (other,)),
    ]:
        before = len(chat.provider.prompts)
        chat.session.edit_and_resend(first, text, attachments)
        await chat.ended()
        if text or expected:
            assert chat.session.path[0].attachments == expected
        assert len(chat.provider.prompts) == before + bool(text or expected)
    assert len(chat.session.alternatives(first)) == 4


async def test_a_missing_content_is_named_and_nothing_is_sent(chat: Chat) -> None:
    lost = Attachment(AttachmentKind.IMAGE, "lost.png", "image/png", 1, "0" * 64)
    chat.provider.script("never")
    chat.session.send("Look.", [await photo(chat), lost])
    reply = await chat.ended()
    assert reply.failure is not None
    assert (reply.status, reply.failure.code, reply.failure.detail) == (
        Status.FAILED, "attachment_missing", "lost.png",
    )  # fmt: skip
    assert chat.provider.prompts == []


async def test_a_question_of_files_alone_is_no_empty_alternative(chat: Chat) -> None:
    chat.provider.script("I see.")
    chat.session.send("", [await photo(chat)])
    await chat.ended()
    first = chat.session.path[0].id
    chat.session.delete(chat.session.path[1].id)
    chat.session.edit_and_resend(first, "two", [])
    await chat.ended()
    assert first in chat.session.alternatives(chat.session.path[0].id)


async def test_the_size_of_a_request_counts_what_is_attached(chat: Chat) -> None:
    image, document = await photo(chat), await report(chat, "word " * 4_000)
    bare = chat.session.request_size("What is this?").tokens
    size = chat.session.request_size("What is this?", attachments=(image, document)).tokens
    assert size == bare + tokens_of(image) + tokens_of(document) > 5_000
    chat.provider.script("I see.")
    chat.session.send("What is this?", (image, document))
    await chat.ended()
    assert chat.session.request_size().tokens >= size
    chat.session.leave_out(chat.session.request_size("next"), 2_000)
    assert chat.session.left_out == 2


# --- images of models ---------------------------------------------------------------------------------------------


async def test_an_image_of_a_model_is_a_paragraph_of_its_reply(chat: Chat) -> None:
    chat.provider.script("Here:", ImageDelta("image/x", PNG), "And again:", ImageDelta("image/png", PNG), "Done.")
    chat.session.send("Draw.")
    reply = await chat.ended()
    (image,) = reply.attachments
    line = f"![image]({ADDRESS}{image.sha256})"
    assert reply.text == f"Here:\n\n{line}\n\nAnd again:\n\n{line}\n\nDone."
    assert (image.kind, image.name, image.media_type, image.size) == (
        AttachmentKind.IMAGE, "image-1.png", "image/png", len(PNG),
    )  # fmt: skip
    assert (image.width, image.height) == (3, 2)
    assert await chat.blobs.read(image.sha256) == PNG
    pieces = [event.delta for event in chat.told(ReplyDelta)]
    assert "".join(piece.text for piece in pieces if isinstance(piece, TextDelta)) == reply.text
    chat.session.send("Another.")
    await chat.ended()
    assert chat.provider.prompts[1].messages[1].text == "Here:\n\n[image]\n\nAnd again:\n\n[image]\n\nDone."


async def test_an_image_is_kept_at_once(chat: Chat) -> None:
    chat.provider.script(ImageDelta("image/png", PNG), "More", PAUSE)
    chat.session.send("Draw.")
    await chat.provider.paused()
    await chat.write_behind.flush()
    left = chat.store.after_crash()[-1]
    assert (left.status, len(left.attachments)) == (Status.INTERRUPTED, 1)
    assert left.text.endswith(")\n\nMore")


async def test_an_image_that_cannot_be_stored_now_stays_in_the_text(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(content: bytes) -> str:
        raise StoreFull

    monkeypatch.setattr(chat.blobs, "put", full)
    chat.provider.script("Here:", ImageDelta("image/png", PNG), "And the rest.", FinishDelta("stop"))
    chat.session.send("Draw.")
    reply = await chat.ended()
    data = b64encode(PNG).decode()
    assert reply.status is Status.COMPLETE
    assert reply.text == f"Here:\n\n![image](data:image/png;base64,{data})\n\nAnd the rest."
    assert reply.attachments == ()


async def test_what_is_not_an_image_is_kept_as_it_was_called(chat: Chat) -> None:
    chat.provider.script(ImageDelta("image/svg+xml", b"<svg/>"), FinishDelta("stop"))
    chat.session.send("Draw.")
    (image,) = (await chat.ended()).attachments
    assert (image.name, image.media_type, image.width) == ("image-1.svg+xml", "image/svg+xml", 0)


async def test_an_image_in_reasoning_stays_with_it(chat: Chat) -> None:
    chat.provider.script("Hm.", ImageDelta("image/png", PNG), RecastDelta(), "Yes.")
    chat.session.send("Draw?")
    reply = await chat.ended()
    assert (reply.text, len(reply.attachments)) == ("Yes.", 1)
    assert ADDRESS in reply.reasoning
    await chat.write_behind.flush()
    assert chat.store.after_crash()[-1] == reply


@pytest.mark.parametrize(("text", "shown"), [
    (f"a ![image]({ADDRESS}{'0a' * 32}) b", "a [image] b"),
    (f"![]({ADDRESS}{'0a' * 32})", "[image]"),
    (f"![image]({ADDRESS}{'0a' * 31})", f"![image]({ADDRESS}{'0a' * 31})"),
    ("An attachment: none", "An attachment: none"),
])  # fmt: skip
def test_the_address_of_an_image_is_no_text(text: str, shown: str) -> None:
    assert without_image_data(text) == shown
