"""Feeds the readers of both protocols with a coverage-guided fuzzer: any bytes must give an outcome.

pip install atheris          (not a development dependency: it only supports Linux and few Python versions)
python tests/soak/fuzz_reader.py -max_total_time=300 [CORPUS_DIR]
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports():
    from soak import ROOT  # noqa: F401  (it sets the path)

    from desktop_chat.core.entities import Api, Message, Role, Status
    from desktop_chat.core.errors import ProviderError
    from desktop_chat.core.reply import Reply
    from desktop_chat.services.provider.dialects import DIALECTS
    from desktop_chat.services.provider.reply_reader import COST_OF_A_DELTA, ReplyReader

KINDS = ("text/event-stream", "application/json", "text/html", "")


def try_one(data: bytes) -> None:
    """Split the bytes as the fuzzer says, read them, and derive the outcome like a session."""
    provider = atheris.FuzzedDataProvider(data)
    dialect = DIALECTS[Api.RESPONSES if provider.ConsumeBool() else Api.CHAT_COMPLETIONS]
    reader = ReplyReader(KINDS[provider.ConsumeIntInRange(0, 3)], dialect)
    reply = Reply(Message("m", "c", None, Role.ASSISTANT, "", Status.RUNNING, 0.0))
    while provider.remaining_bytes() and not reader.done and reader.failure is None:
        for delta in reader.feed(provider.ConsumeBytes(provider.ConsumeIntInRange(1, 200))):
            reply.take(delta)
    if not reader.done and reader.failure is None:
        for delta in reader.end():
            reply.take(delta)
    message = reply.ended(reader.failure, cancelled=False)
    assert message.status is not Status.RUNNING
    assert reader.failure is None or isinstance(reader.failure, ProviderError)
    message.text.encode()
    message.reasoning.encode()
    assert len(message.text) + len(message.reasoning) <= 4 * len(data) + COST_OF_A_DELTA


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
