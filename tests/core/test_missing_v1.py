"""An address that lacks only "/v1" is completed by asking the same host again, and no other."""

from __future__ import annotations

import pytest

from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import (
    AuthenticationFailed,
    BadResponse,
    ConnectionRefused,
    ProviderError,
    Redirected,
    WrongAddress,
)
from desktop_chat.core.missing_v1 import find_v1, may_lack_v1

ROOT = Connection("c", "Mine", "https://a.example/proxy")


class Host:
    """Answers at one address only."""

    def __init__(self, answers: dict[str, list[str] | ProviderError]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def models_at(self, connection: Connection) -> list[str]:
        self.asked.append(connection.base_url)
        answer = self.answers.get(connection.base_url, WrongAddress())
        if isinstance(answer, ProviderError):
            raise answer
        return answer


@pytest.mark.parametrize("address", ["https://a.example/proxy/v1", "https://a.example/v1"])
async def test_the_address_that_answers_is_found(address: str) -> None:
    host = Host({address: ["m"]})
    found = await find_v1(ROOT, host.models_at)
    assert found is not None
    assert (found[0].base_url, found[1]) == (address, ["m"])
    assert (found[0].id, found[0].name) == (ROOT.id, ROOT.name)


async def test_a_server_that_refuses_the_key_is_a_server() -> None:
    found = await find_v1(ROOT, Host({"https://a.example/proxy/v1": AuthenticationFailed()}).models_at)
    assert found == (Connection("c", "Mine", "https://a.example/proxy/v1"), [])


async def test_nothing_is_found_if_nothing_answers() -> None:
    host = Host({"https://a.example/v1": BadResponse()})
    assert await find_v1(ROOT, host.models_at) is None
    assert host.asked == ["https://a.example/proxy/v1", "https://a.example/v1"]


def test_which_errors_may_mean_a_missing_v1() -> None:
    assert may_lack_v1(ROOT, WrongAddress())
    assert may_lack_v1(ROOT, Redirected("302 /login"))
    assert not may_lack_v1(ROOT, ConnectionRefused())
    assert not may_lack_v1(Connection("c", "Mine", "https://a.example/v1"), WrongAddress())
