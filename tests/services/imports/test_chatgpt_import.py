"""ChatGPT's export: branches, tools, pictures, hidden and deleted messages, old and new versions."""

from __future__ import annotations

from pathlib import Path

from peer_exports import PNG, Read, gpt, gpt_node, simple_gpt, written, zipped

from desktop_chat.core.entities import Source
from desktop_chat.core.importing import ImportKind
from desktop_chat.core.tools import CallStatus


def test_a_question_and_its_answer(tmp_path: Path) -> None:
    read = Read(zipped(tmp_path / "export.zip", {"conversations.json": [simple_gpt()], "user.json": {}}))
    assert read.kind is ImportKind.CHATGPT
    assert read.texts == [("user", "Hi"), ("assistant", "Hello.")]
    (only,) = read.found
    assert (only.conversation.title, only.conversation.created_at) == ("A title", 1700000000.5)
    assert only.conversation.leaf_id == only.messages[-1].id
    assert only.messages[1].parent_id == only.messages[0].id
    assert read.unread == []


def test_an_edited_question_is_a_branch_and_the_shown_one_stays_shown(tmp_path: Path) -> None:
    nodes = [
        gpt_node("q1", "root", "user", "First"),
        gpt_node("a1", "q1", "assistant", "One"),
        gpt_node("q2", "root", "user", "Second"),
        gpt_node("a2", "q2", "assistant", "Two"),
    ]
    read = Read(written(tmp_path / "conversations.json", [gpt(nodes, "a1")]))
    by_text = {message.text: message for message in read.messages}
    assert by_text["First"].parent_id is by_text["Second"].parent_id is None
    assert read.found[0].conversation.leaf_id == by_text["One"].id


def test_code_its_output_and_the_answer_are_one_reply(tmp_path: Path) -> None:
    code = {"content_type": "code", "language": "python", "text": "print(1)"}
    output = {"content_type": "execution_output", "text": "1"}
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Plan", "content": "Run it"}]}
    nodes = [
        gpt_node("q", "root", "user", "Count"),
        gpt_node("t", "q", "assistant", thoughts),
        gpt_node("c", "t", "assistant", code, recipient="python"),
        gpt_node("o", "c", "tool", output, name="python"),
        gpt_node("a", "o", "assistant", "It is 1.", metadata={"model_slug": "o3"}),
    ]
    read = Read(written(tmp_path / "conversations.json", [gpt(nodes, "a")]))
    reply = read.messages[-1]
    (call,) = reply.tool_calls
    assert (reply.text, reply.reasoning, reply.model) == ("It is 1.", "**Plan**\n\nRun it", "o3")
    assert (call.name, call.result, call.status, call.text_at) == ("python", "1", CallStatus.DONE, 0)
    assert call.arguments == '{"language": "python", "input": "print(1)"}'
    assert len(read.messages) == 2


def test_pictures_come_with_their_content_and_missing_ones_are_listed(tmp_path: Path) -> None:
    parts = [
        {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-AbC1"},
        {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_gone"},
        "What is this?",
    ]
    nodes = [gpt_node("q", "root", "user", {"content_type": "multimodal_text", "parts": parts})]
    entries = {"conversations.json": [gpt(nodes, "q")], "file-AbC1-cat.png": PNG}
    read = Read(zipped(tmp_path / "export.zip", entries))
    (picture,) = read.messages[0].attachments
    assert read.stored[picture.sha256] == PNG
    assert (picture.width, picture.height, picture.media_type) == (1, 1, "image/png")
    assert read.messages[0].text == "[image]\n\nWhat is this?"
    assert read.reasons == ["file_missing"]


def test_voice_is_its_transcript_and_the_sound_is_listed(tmp_path: Path) -> None:
    parts = [
        {"content_type": "audio_transcription", "text": "Spoken words"},
        {"content_type": "audio_asset_pointer", "asset_pointer": "sediment://file_1"},
    ]
    nodes = [gpt_node("q", "root", "user", {"content_type": "multimodal_text", "parts": parts})]
    read = Read(written(tmp_path / "conversations.json", [gpt(nodes, "q")]))
    assert read.texts == [("user", "Spoken words")]
    assert read.reasons == ["unknown_content"]


def test_hidden_messages_are_left_out_and_own_instructions_kept(tmp_path: Path) -> None:
    context = {"content_type": "user_editable_context", "user_profile": "An SRE.", "user_instructions": "Be brief."}
    nodes = [
        gpt_node("s", "root", "system", ""),
        gpt_node("x", "s", "user", context, metadata={"is_visually_hidden_from_conversation": True}),
        gpt_node("q", "x", "user", "Hi"),
    ]
    read = Read(written(tmp_path / "conversations.json", [gpt(nodes, "q")]))
    assert read.texts == [("user", "Hi")]
    assert read.messages[0].parent_id is None
    assert read.found[0].conversation.options.system_prompt == "An SRE.\n\nBe brief."


def test_numbered_files_are_read_in_order(tmp_path: Path) -> None:
    entries = {f"conversations-00{n}.json": [simple_gpt(f"c{n}", f"Answer {n}")] for n in (1, 0)}
    read = Read(zipped(tmp_path / "export.zip", entries))
    assert [each.messages[1].text for each in read.found] == ["Answer 0", "Answer 1"]


def test_a_conversation_without_a_tree_is_listed(tmp_path: Path) -> None:
    read = Read(written(tmp_path / "conversations.json", [simple_gpt(), {"title": "Corrupted", "id": "c2"}]))
    assert len(read.found) == 1
    assert [(each.where, each.reason.value) for each in read.unread] == [
        ("conversations.json, 2: Corrupted", "not_understood")
    ]


def test_cited_pages_become_sources_and_their_marks_go(tmp_path: Path) -> None:
    metadata = {"content_references": [{"items": [{"url": "https://example.org/", "title": "Example"}]}]}
    said = "So it is\ue200cite\ue202turn0search1\ue201."
    nodes = [gpt_node("q", "root", "user", "Is it?"), gpt_node("a", "q", "assistant", said, metadata=metadata)]
    reply = Read(written(tmp_path / "conversations.json", [gpt(nodes, "a")])).messages[1]
    assert reply.text == "So it is."
    assert reply.sources == (Source("https://example.org/", "Example"),)


def test_an_unknown_kind_of_content_keeps_its_text_and_is_listed(tmp_path: Path) -> None:
    nodes = [gpt_node("q", "root", "user", {"content_type": "hologram", "parts": ["Words"]})]
    read = Read(written(tmp_path / "conversations.json", [gpt(nodes, "q")]))
    assert read.texts == [("user", "Words")]
    assert [each.detail for each in read.unread] == ["hologram"]


def test_importing_again_gives_the_same_ids(tmp_path: Path) -> None:
    file = written(tmp_path / "conversations.json", [simple_gpt()])
    assert Read(file).found == Read(file).found
