"""What a key belongs to, and which servers are on this computer or its network."""

from __future__ import annotations

import pytest

from desktop_chat.core.hosts import host_of, is_loopback, needs_key


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com:443"),
        ("HTTPS://API.OpenAI.com/", "https://api.openai.com:443"),
        ("http://localhost:11434/v1", "http://localhost:11434"),
        ("http://[::1]/v1", "http://[::1]:80"),
        (" https://user:secret@example.org/v1 ", "https://example.org:443"),
        ("ftp://example.org", ""),
        ("example.org/v1", ""),
        ("https://", ""),
        ("https://example.org:notaport/", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_a_key_belongs_to_scheme_host_and_port(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("http://localhost:11434/v1", True),
        ("http://LOCALHOST/v1", True),
        ("http://model.localhost/v1", True),
        ("http://127.0.0.1:8080", True),
        ("http://127.1.2.3", True),
        ("http://[::1]:8080/v1", True),
        ("http://127.example.com/v1", False),
        ("http://localhost.example.com/v1", False),
        ("http://notlocalhost/v1", False),
        ("https://api.openai.com/v1", False),
        ("http://192.168.1.2", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_loopback_is_only_this_computer(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


@pytest.mark.parametrize(
    ("address", "needed"),
    [
        ("https://api.openai.com/v1", True),
        ("http://8.8.8.8/v1", True),
        ("http://[2606:4700::1111]/v1", True),
        ("http://192.168.example.com", True),
        ("http://box.local.example.com", True),
        ("http://172.32.0.1", True),
        ("http://localhost:11434/v1", False),
        ("http://127.0.0.1:8080", False),
        ("http://192.168.1.2:11434", False),
        ("http://10.0.0.7/v1", False),
        ("http://172.16.0.1", False),
        ("http://169.254.3.4", False),
        ("http://100.64.1.2", False),
        ("http://[fd00::5]:8000/v1", False),
        ("http://[fe80::1%25eth0]/v1", False),
        ("http://nas:11434/v1", False),
        ("http://Studio.LOCAL:1234/v1", False),
        ("http://studio.local.:1234/v1", False),
        ("http://gpu.home.arpa/v1", False),
    ],
)
def test_a_server_on_the_local_network_may_need_no_key(address: str, needed: bool) -> None:
    assert needs_key(address) is needed
