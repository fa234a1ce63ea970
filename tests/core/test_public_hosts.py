"""Which hosts are on the internet, however their addresses and names are written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.public_hosts import is_public_host, is_public_number

AT_HOME = [
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.0.192",
    "192.88.99.1",
    "168.63.129.16",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fd00::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "2001:db8::1",
    "3fff::1",
    "2001:0:7f00:1::",
    "2002:7f00:1::",
    "2002:a00:1::",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1::5db8:d822",
    "4000::1",
    "2606:2800:220:1:0:5efe:7f00:1",
    "2606:2800:220:1:200:5efe:a00:1",
]
ON_THE_INTERNET = [
    "93.184.216.34",
    "8.8.8.8",
    "2606:2800:220:1::1",
    "2606:2800:220:1:0:5efe:5db8:d822",
    "::ffff:93.184.216.34",
    "2002:5db8:d822::1",
    "64:ff9b::5db8:d822",
    "2001:0:5db8:d822::a247:27dd",
]


@pytest.mark.parametrize("address", AT_HOME)
def test_local_numbers(address: str) -> None:
    assert not is_public_number(address)
    assert not is_public_host(address)
    assert not is_public_host(f"[{address}]")


@pytest.mark.parametrize("address", ON_THE_INTERNET)
def test_public_numbers(address: str) -> None:
    assert is_public_number(address)
    assert is_public_host(address)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_as_public_as_by_itself(inside: IPv4Address) -> None:
    number = int(inside)
    for outside in (number + (0xFFFF << 32), number + (0x64FF9B << 96), (0x2002 << 112) + (number << 80)):
        assert is_public_number(str(IPv6Address(outside))) is is_public_number(str(inside))


@given(st.integers(0, 2**125 - 1), st.sampled_from([0, 2, 3, 4, 5, 6, 7]))
def test_unallocated_addresses_are_not_public(rest: int, start: int) -> None:
    address = IPv6Address((start << 125) + rest)
    assert not is_public_number(str(address)) or address.ipv4_mapped or str(address).startswith("64:ff9b::")


@pytest.mark.parametrize(
    "host",
    ["", ".", "printer", "localhost", "a.localhost", "a.local", "a.LOCAL.", "nas.home", "fritz.box", "my.fritz.box",
     "x.intranet", "x.internal", "gpu.home.arpa", "host.docker.internal", "127.1", "0x7f.1", "0x7f000001", "2130706433",
     "127.0.0.1.", "0177.0.0.1", "127.0.0.0x1", "010.1", "１２７.０.０.１", "127。0。0。1",
     "nas.ｈｏｍｅ", "a..com", "a.b%eth0", "kubernetes.default.svc", "nas.dhcp", "routerlogin.net", "tplinkwifi.net"],
)  # fmt: skip
def test_local_names(host: str) -> None:
    assert not is_public_host(host)


@pytest.mark.parametrize(
    "host", ["example.org", "EXAMPLE.org.", "a.b.example.com", "3com.example", "192.168.example.com",
             "home.example.com", "xn--fiq228c.com", "中文.com", "notfritz.box", "a.host"],
)  # fmt: skip
def test_public_names(host: str) -> None:
    assert is_public_host(host)
